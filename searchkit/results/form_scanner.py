"""Finds the words of a text that have one of some surface forms, without analysing the text.

The text is lowercased, and everything but letters and digits is replaced by blanks. Each form, with
a blank on both sides, is searched for as a string. Where the characters around a match do not show
that it is a word of that form, the regular expression of tokens decides.

No word is missed. A word begins where no letter or digit stands before it, and ends where none
follows. It can differ from its surface form by a possessive, by the dots of an abbreviation and by
the commas of a number; these are searched for too.

Reference implementation: the words that `tokenize` finds, those of them with such a form.
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
from searchkit.analysis.tokenizer import find_line_end_hyphens, is_divided, token_regex

MAX_PREFIXES = 16
"""Up to so many prefixes, each is searched for. With more, only the words that the text has are.

The first way saves 15 to 30 % of the time of a page of ten hits, the second 75 % for `/.*tion/`.
"""
_MIN_PREFIX_LENGTH = 4
"""The fewest characters of a prefix, with the blank before it, that make it rare enough to be
searched for."""
_MAX_PRETOKEN_LENGTH = 400
"""If more characters than this stand between a word and the start of its pretoken, the whole text
is analysed."""

_TO_LOWERCASE = bytes(
    code if code >= 0x80 else ord(chr(code).lower()) if bytes([code]).isalnum() else 0x20 for code in range(256)
)
"""For `bytes.translate`: lowercases ASCII, and replaces punctuation by blanks."""
_BEYOND_ASCII = re.compile(r"[^\w\x00-\x7f]")
_CONTEXT_DEPENDENT_CASE = re.compile(f"[Σİ{JOINERS}]")
"""Letters whose lowercase form depends on their neighbours or is longer, and invisible joiners."""
_DELIMITERS = frozenset(chr(code) for code in range(0x80) if not chr(code).isalnum() and chr(code) not in "'.,!?")
"""Punctuation that ends a pretoken: none of it occurs in a word."""
_DELIMITERS_AND_END = _DELIMITERS | {""}
_END_PUNCTUATION = frozenset(".,!?")
"""Punctuation that ends a word of several letters. After a digit or a single letter the word may
continue."""
_NO_LETTER = re.compile(r"[\W\d]")
_THOUSANDS = re.compile(r"\d{4,}")
_TWO_LETTERS = len(" u s ")

FoundWord = tuple[int, int, str]
"""A word: its start and end offset in the text, and its surface form."""


class LoweredText(NamedTuple):
    """A text for a FormScanner.

    `normal` is the text straightened, which keeps its length. `lowered` is that in lowercase, with
    blanks for punctuation, and one blank more before and after it: the offset of a word in `normal`
    is that of the blank before it in `lowered`.
    """

    normal: str
    lowered: str


def lower_text(text: str) -> LoweredText | None:
    """A text as `FormScanner.find` takes it; None if it has to be analysed in full."""
    text = straighten(text).replace(ELLIPSIS, " ")
    if text.isascii():
        return LoweredText(text, f" {text} ".encode().translate(_TO_LOWERCASE).decode())
    if _CONTEXT_DEPENDENT_CASE.search(text) or not unicodedata.is_normalized("NFKC", text):
        return None
    return LoweredText(text, _lower(f" {text} "))


def _lower(text: str) -> str:
    return _BEYOND_ASCII.sub(
        " ", text.encode("utf-8", "surrogatepass").translate(_TO_LOWERCASE).decode("utf-8", "surrogatepass")
    ).lower()


class FormScanner:
    """Finds words of some surface forms in texts. Safe for many threads.

    `_single_words` are the lowered forms without a blank, and `_prefixes` the prefixes that these
    share: a word of a lowered text that begins with one of them is a match if it is among
    `_single_words`. `_needles` are the lowered forms with blanks. `_dotted` are abbreviations with
    dots (" u s "), by their first two letters.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        all_forms = frozenset(forms)
        self.forms = frozenset(form for form in all_forms if not is_divided(form))
        self._has_divided = len(self.forms) < len(all_forms)
        self._single_words: set[str] = set()
        self._needles: set[str] = set()
        self._dotted: dict[str, set[str]] = {}
        for form in self.forms:
            lowered, dotted, grouped = _search_strings(form)
            if " " in lowered:
                self._needles.add(f" {lowered} ")
            else:
                self._single_words.add(lowered)
            if dotted:
                self._dotted.setdefault(dotted[:_TWO_LETTERS], set()).add(dotted)
            if grouped:
                self._needles.add(grouped)
        self._prefixes: list[str] = []
        for word in sorted(self._single_words):
            prefix = self._prefixes[-1] if self._prefixes else ""
            if len(prefix) < _MIN_PREFIX_LENGTH or not f" {word}".startswith(prefix):
                self._prefixes.append(f" {word}" if len(word) >= _MIN_PREFIX_LENGTH - 1 else f" {word} ")

    def find(self, text: LoweredText, language: str) -> list[FoundWord] | None:
        """The words of a text in this language, in order; None if it has to be analysed in full."""
        normal, lowered = text
        if self._has_divided and "\n" in normal and find_line_end_hyphens(normal):
            return None
        forms, single_words = self.forms, self._single_words
        found: dict[int, FoundWord] = {}
        doubtful: list[int] = []
        prefixes = self._prefixes
        if len(prefixes) > MAX_PREFIXES:
            prefixes = [f" {word} " for word in single_words.intersection(lowered.split())]
        for prefix in prefixes:
            start = lowered.find(prefix)
            while start >= 0:
                lowered_end = lowered.find(" ", start + 1)
                word = lowered[start + 1 : lowered_end]
                if word in single_words:
                    end = lowered_end - 1
                    following = normal[end:lowered_end]
                    # The characters on both sides tell whether it is a word as it stands.
                    if (not start or normal[start - 1] in _DELIMITERS) and (
                        following in _DELIMITERS_AND_END
                        or (following in _END_PUNCTUATION and end > start + 1 and word.isalpha())
                    ):
                        form = normal[start:end]
                        if form in forms:
                            found[start] = (start, end, form)
                    else:
                        doubtful.append(start)
                start = lowered.find(prefix, lowered_end)
        needles = [*self._needles]
        for two_letters, dotted in self._dotted.items():
            if two_letters in lowered:
                needles += dotted
        for needle in needles:
            start = lowered.find(needle)
            while start >= 0:
                doubtful.append(start)
                start = lowered.find(needle, start + 1)
        for start in doubtful:
            pretoken = _pretoken_start(normal, start)
            if start - pretoken > _MAX_PRETOKEN_LENGTH:
                return None
            pattern = token_regex(normal, language)
            match = pattern.match(normal, start) if pretoken == start else _match_word(pattern, normal, pretoken, start)
            if match:
                form = surface_form(match[0], language)
                if form in forms:
                    found[start] = (start, match.end(), form)
        return sorted(found.values())


def _pretoken_start(normal: str, at: int) -> int:
    """The offset at which the pretoken of the character `at` begins, or `at` -
    (_MAX_PRETOKEN_LENGTH + 1) if it begins before that."""
    low = max(0, at - _MAX_PRETOKEN_LENGTH - 1)
    while at > low and normal[at - 1] not in _DELIMITERS:
        at -= 1
    return at


def _match_word(pattern: re.Pattern[str], normal: str, pretoken: int, at: int) -> re.Match[str] | None:
    """The word that begins at the offset `at`, None if none does; its pretoken begins at
    `pretoken`."""
    for match in pattern.finditer(normal, pretoken):
        if match.start() >= at:
            return match if match.start() == at else None
    return None


@lru_cache(100_000)
def _search_strings(form: str) -> tuple[str, str, str]:
    """The strings to search for in a lowered text: a form as it is, as an abbreviation with dots,
    and as a number with commas.

    The last two have blanks around them, and are "" for a form that is no abbreviation or number.
    Without the cache, pages with snippets take 4 % longer.
    """
    lowered = _lower(form)
    dotted = f" {' '.join(lowered)} " if len(form) > 1 and not _NO_LETTER.search(form) else ""
    digits = _THOUSANDS.match(form)
    if digits is None:
        return lowered, dotted, ""
    return lowered, dotted, f" {' '.join(_groups(lowered[: digits.end()]))}{lowered[digits.end() :]} "


def _groups(digits: str) -> list[str]:
    """The groups of three digits that commas divide a number into."""
    first = (len(digits) - 1) % 3 + 1
    return [digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))]
