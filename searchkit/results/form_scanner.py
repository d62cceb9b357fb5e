"""Finds the words of a text that have one of some surface forms, without analysing the text.

The text is lowercased, and blanks take the place of everything but letters and digits. Each form,
with a blank on both sides, is searched for as a string. Where the characters around a match do not
show that it is a word of that form, the regular expression of tokens decides.

No word is missed. A word begins where no letter or digit stands before it, and ends where none
follows. It can differ from its surface form by a possessive, by the dots of an abbreviation and by
the commas of a number; these are searched for too.

Reference implementation: `tokenize`, and of these the words with such a form.
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

FEW_PREFIXES = 16
"""Up to so many prefixes are all searched for; of more, only the pieces that the text has.

The first way saves 15 to 30 % of a page of ten hits, the second 75 % for `/.*tion/`.
"""
_MIN_PREFIX_LENGTH = 4
"""Characters of a prefix, with its blank, from which on it is rare enough to be searched for."""
_MAX_PRETOKEN_LENGTH = 400
"""Characters without a blank before a word, beyond which the whole text is analysed."""

_SMALL = bytes(code if code >= 0x80 else ord(chr(code).lower()) if bytes([code]).isalnum() else 0x20 for code in range(256))
"""For `bytes.translate`: lowercases ASCII, and makes blanks of signs."""
_BEYOND_ASCII = re.compile(r"[^\w\x00-\x7f]")
_UNSTEADY = re.compile(f"[Σİ{JOINERS}]")
"""Letters whose lowercase depends on their neighbours or is longer, and invisible joiners."""
_DELIMITERS = frozenset(chr(code) for code in range(0x80) if not chr(code).isalnum() and chr(code) not in "'.,!?")
"""Signs that end a pretoken: none of them stands in a word."""
_DELIMITERS_AND_END = _DELIMITERS | {""}
_STOPS = frozenset(".,!?")
"""Signs that end a word of several letters; behind a digit or a single letter it may go on."""
_NO_LETTER = re.compile(r"[\W\d]")
_THOUSANDS = re.compile(r"\d{4,}")

FoundWord = tuple[int, int, str]
"""A word: where it begins and ends in the text, and its surface form."""


class LoweredText(NamedTuple):
    """A text for a FormScanner.

    `normal` is the text straightened, which keeps its length. `lowered` is that in lowercase, with
    blanks for signs, and one blank more before and after it.
    """

    normal: str
    lowered: str


def lower_text(text: str) -> LoweredText | None:
    """A text as `FormScanner.find` takes it; None if it has to be analysed in full."""
    text = straighten(text).replace(ELLIPSIS, " ")
    if text.isascii():
        return LoweredText(text, f" {text} ".encode().translate(_SMALL).decode())
    if _UNSTEADY.search(text) or not unicodedata.is_normalized("NFKC", text):
        return None
    return LoweredText(text, _lower(f" {text} "))


def _lower(text: str) -> str:
    return _BEYOND_ASCII.sub(
        " ", text.encode("utf-8", "surrogatepass").translate(_SMALL).decode("utf-8", "surrogatepass")
    ).lower()


class FormScanner:
    """Finds words of some surface forms in texts. Safe for many threads.

    `_pieces` are the lowered forms of one piece, and `_prefixes` the prefixes that these share: a
    piece of a text that begins with one of them has to be among `_pieces`. `_needles` are lowered
    forms of several pieces. `_dotted` are abbreviations with dots, by their first two letters.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        every = frozenset(forms)
        self.forms = frozenset(form for form in every if not is_wide(form))
        self._has_wide = len(self.forms) < len(every)
        self._pieces: set[str] = set()
        self._needles: set[str] = set()
        self._dotted: dict[str, set[str]] = {}
        for form in self.forms:
            lowered, dotted, grouped = _strings(form)
            if " " in lowered:
                self._needles.add(f" {lowered} ")
            else:
                self._pieces.add(lowered)
            if dotted:
                self._dotted.setdefault(dotted[:5], set()).add(dotted)
            if grouped:
                self._needles.add(grouped)
        self._prefixes: list[str] = []
        for piece in sorted(self._pieces):
            prefix = self._prefixes[-1] if self._prefixes else ""
            if len(prefix) < _MIN_PREFIX_LENGTH or not f" {piece}".startswith(prefix):
                self._prefixes.append(f" {piece}" if len(piece) >= _MIN_PREFIX_LENGTH - 1 else f" {piece} ")

    def find(self, text: LoweredText, language: str) -> list[FoundWord] | None:
        """The words of a text in this language, in order; None if it has to be analysed in full."""
        normal, lowered = text
        if self._has_wide and "\n" in normal and find_line_end_hyphens(normal):
            return None
        forms, pieces = self.forms, self._pieces
        found: dict[int, FoundWord] = {}
        doubtful: list[int] = []
        prefixes = self._prefixes
        if len(prefixes) > FEW_PREFIXES:
            prefixes = [f" {piece} " for piece in pieces.intersection(lowered.split())]
        for prefix in prefixes:
            at = lowered.find(prefix)
            while at >= 0:
                behind = lowered.find(" ", at + 1)
                piece = lowered[at + 1 : behind]
                if piece in pieces:
                    end = behind - 1
                    sign = normal[end:behind]
                    # The characters on both sides tell whether it is a word as it stands.
                    if (not at or normal[at - 1] in _DELIMITERS) and (
                        sign in _DELIMITERS_AND_END or (sign in _STOPS and end > at + 1 and piece.isalpha())
                    ):
                        form = normal[at:end]
                        if form in forms:
                            found[at] = (at, end, form)
                    else:
                        doubtful.append(at)
                at = lowered.find(prefix, behind)
        needles = [*self._needles]
        for pair, dotted in self._dotted.items():
            if pair in lowered:
                needles += dotted
        for needle in needles:
            at = lowered.find(needle)
            while at >= 0:
                doubtful.append(at)
                at = lowered.find(needle, at + 1)
        for at in doubtful:
            pretoken = _pretoken_start(normal, at)
            if at - pretoken > _MAX_PRETOKEN_LENGTH:
                return None
            pattern = token_regex(normal, language)
            match = pattern.match(normal, at) if pretoken == at else _match_word(pattern, normal, pretoken, at)
            if match:
                form = surface_form(match[0], language)
                if form in forms:
                    found[at] = (at, match.end(), form)
        return sorted(found.values())


def _pretoken_start(normal: str, at: int) -> int:
    """Where the pretoken of a character begins; at most _MAX_PRETOKEN_LENGTH + 1 before it."""
    low = max(0, at - _MAX_PRETOKEN_LENGTH - 1)
    while at > low and normal[at - 1] not in _DELIMITERS:
        at -= 1
    return at


def _match_word(pattern: re.Pattern[str], normal: str, pretoken: int, at: int) -> re.Match[str] | None:
    """The word that begins at the character `at`, if one does; its pretoken began before."""
    for match in pattern.finditer(normal, pretoken):
        if match.start() >= at:
            return match if match.start() == at else None
    return None


@lru_cache(100_000)
def _strings(form: str) -> tuple[str, str, str]:
    """A form lowered, the same with the dots of an abbreviation, and with the commas of a number.

    The last two have blanks around them, and are "" where the form is no abbreviation or number.
    """
    lowered = _lower(form)
    dotted = f" {' '.join(lowered)} " if len(form) > 1 and not _NO_LETTER.search(form) else ""
    digits = _THOUSANDS.match(form)
    if digits is None:
        return lowered, dotted, ""
    return lowered, dotted, f" {' '.join(_groups(lowered[: digits.end()]))}{lowered[digits.end() :]} "


def _groups(digits: str) -> list[str]:
    """The groups of three that commas make of a number."""
    first = (len(digits) - 1) % 3 + 1
    return [digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]
