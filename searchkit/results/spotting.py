"""The words of a text that have one of some surface forms, found without taking the text apart.

All but letters and digits becomes blanks, capitals become small; in that, each form with a blank on both sides is looked
for as a string. What is found is a word that has the form, or is made to prove it by the regular expression that says
what a word is. The sought strings are complete: a word begins where no letter or digit stands before it and ends where
none follows; from its form it can differ by a possessive, by the dots of an abbreviation and by the commas of a number.

Slow twin: `tokenize`, and of these the words with such a form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from searchkit.analysis import surface_form
from searchkit.analysis.characters import ELLIPSIS, JOINERS
from searchkit.analysis.normalize import straighten
from searchkit.analysis.tokenizer import find_line_end_hyphens, is_wide, token_regex

FEW_HEADS = 16
"""Beginnings of forms that are all looked for in every text; with more, the text's pieces are."""
_LEAST_HEAD = 4
"""Characters, with a blank before them, from which on a beginning is rare enough to be looked for."""
_LONGEST_CHUNK = 400
"""Characters without a blank before a word, beyond which the whole text is read."""

_SMALL = bytes(code if code >= 0x80 else ord(chr(code).lower()) if bytes([code]).isalnum() else 0x20 for code in range(256))
"""For `bytes.translate`: ASCII in small letters, and blanks for signs."""
_BEYOND_ASCII = re.compile(r"[^\w\x00-\x7f]")
_UNSTEADY = re.compile(f"[Σİ{JOINERS}]")
"""Letters whose small form depends on their neighbours or is longer, and what stands in words unseen."""
_PARTING = frozenset(chr(code) for code in range(0x80) if not chr(code).isalnum() and chr(code) not in "'.,!?")
"""Signs that part chunks: none of them stands in a word."""
_PARTING_OR_END = _PARTING | {""}
_STOPS = frozenset(".,!?")
"""Signs that end a word of several letters; behind a digit or a single letter it may go on."""
_NO_LETTER = re.compile(r"[\W\d]")
_THOUSANDS = re.compile(r"\d{4,}")

Spotted = tuple[int, int, str]
"""A word: where it begins and ends in the text, and its surface form."""


class Searchable(NamedTuple):
    """A text straightened (its length stays), and the same in small letters without signs, a blank before and after."""

    normal: str
    small: str


def searchable(text: str) -> Searchable | None:
    """A text as `Sought.find` takes it, or None for one that has to be read in full."""
    text = straighten(text).replace(ELLIPSIS, " ")
    if text.isascii():
        return Searchable(text, f" {text} ".encode().translate(_SMALL).decode())
    if _UNSTEADY.search(text) or not unicodedata.is_normalized("NFKC", text):
        return None
    return Searchable(text, _small(f" {text} "))


def _small(text: str) -> str:
    return _BEYOND_ASCII.sub(
        " ", text.encode("utf-8", "surrogatepass").translate(_SMALL).decode("utf-8", "surrogatepass")
    ).lower()


class Sought:
    """What is looked for to find words of some surface forms.

    `_heads` are beginnings that the small forms share, of two or more characters where these are letters: what begins so
    has to be among `_pieces`. `_needles` are the forms that fall to pieces without their signs, `_dotted` abbreviations by
    their first two letters.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        every = frozenset(forms)
        self.forms = frozenset(form for form in every if not is_wide(form))
        self._has_wide = len(self.forms) < len(every)
        self._pieces: set[str] = set()
        self._needles: set[str] = set()
        self._dotted: dict[str, set[str]] = {}
        for form in self.forms:
            small, dotted, grouped = _strings(form)
            if " " in small:
                self._needles.add(f" {small} ")
            else:
                self._pieces.add(small)
            if dotted:
                self._dotted.setdefault(dotted[:5], set()).add(dotted)
            if grouped:
                self._needles.add(grouped)
        self._heads: list[str] = []
        for piece in sorted(self._pieces):
            head = self._heads[-1] if self._heads else ""
            if len(head) < _LEAST_HEAD or not f" {piece}".startswith(head):
                self._heads.append(f" {piece}" if len(piece) >= _LEAST_HEAD - 1 else f" {piece} ")

    def find(self, text: Searchable, language: str) -> list[Spotted] | None:
        """The words of a text in this language, in order, or None for one that has to be read in full."""
        normal, small = text
        if self._has_wide and "\n" in normal and find_line_end_hyphens(normal):
            return None
        forms, pieces = self.forms, self._pieces
        found: dict[int, Spotted] = {}
        doubtful: list[int] = []
        heads = self._heads
        if len(heads) > FEW_HEADS:
            heads = [f" {piece} " for piece in pieces.intersection(small.split())]
        for head in heads:
            at = small.find(head)
            while at >= 0:
                behind = small.find(" ", at + 1)
                piece = small[at + 1 : behind]
                if piece in pieces:
                    end = behind - 1
                    sign = normal[end:behind]
                    # The characters on both sides tell whether it is a word as it stands.
                    if (not at or normal[at - 1] in _PARTING) and (
                        sign in _PARTING_OR_END or (sign in _STOPS and end > at + 1 and piece.isalpha())
                    ):
                        form = normal[at:end]
                        if form in forms:
                            found[at] = (at, end, form)
                    else:
                        doubtful.append(at)
                at = small.find(head, behind)
        for needles in (self._needles, *[self._dotted[pair] for pair in self._dotted if pair in small]):
            for needle in needles:
                at = small.find(needle)
                while at >= 0:
                    doubtful.append(at)
                    at = small.find(needle, at + 1)
        for at in doubtful:
            chunk = _chunk_start(normal, at)
            if at - chunk > _LONGEST_CHUNK:
                return None
            pattern = token_regex(normal, language)
            match = pattern.match(normal, at) if chunk == at else _word_at(pattern, normal, chunk, at)
            if match:
                form = surface_form(match[0], language)
                if form in forms:
                    found[at] = (at, match.end(), form)
        return [found[start] for start in sorted(found)]


def _chunk_start(normal: str, at: int) -> int:
    """Where a run of characters that may share words begins; beyond `_LONGEST_CHUNK` the search is given up."""
    low = max(0, at - _LONGEST_CHUNK - 1)
    while at > low and normal[at - 1] not in _PARTING:
        at -= 1
    return at


def _word_at(pattern: re.Pattern[str], normal: str, chunk: int, at: int) -> re.Match[str] | None:
    """The word that begins at a place, if one does, in a text whose chunk began before."""
    for match in pattern.finditer(normal, chunk):
        if match.start() >= at:
            return match if match.start() == at else None
    return None


@lru_cache(100_000)
def _strings(form: str) -> tuple[str, str, str]:
    """A form in small letters without signs, the same as an abbreviation with dots and as a number with commas ("" where
    it is none, and these with the blanks around them)."""
    small = _small(form)
    dotted = f" {' '.join(small)} " if len(form) > 1 and not _NO_LETTER.search(form) else ""
    digits = _THOUSANDS.match(form)
    if digits is None:
        return small, dotted, ""
    return small, dotted, f" {' '.join(_groups(small[: digits.end()]))}{small[digits.end() :]} "


def _groups(digits: str) -> list[str]:
    """The groups of three that commas make of a number."""
    first = (len(digits) - 1) % 3 + 1
    return [digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]
