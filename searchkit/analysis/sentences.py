"""Finds sentences, by one rule for the index and for what is shown of a text.

Useful for: `sentence_starts`, the words that begin a sentence, for `/s`; `find_sentences`, first
sentences and snippets.

The rule is about pretokens: runs of letters, digits, marks and the signs ' . , ! ? in normalized
text, where an ellipsis counts as full stops. A pretoken ends a sentence if it closes with an end
mark (. ! ?) and perhaps apostrophes; with a comma after (`Mass., Friday`) it does not. The next
pretoken with a word begins a sentence unless that word is in lowercase. After an abbreviation with
one full stop more is required: a letter (`no. 12` goes on), or a starter, which is a word that
usually begins sentences (`D.C. The talks`, not `D.C. Mayor Roe`); after some abbreviations no
sentence begins (`Rev. Roe`). The words are in `abbreviations`. A pretoken without a word ends a
sentence, too; if it closes with a comma it cancels the end before it. A sentence also ends at 。
and at wide, Arabic, Armenian and Indian signs of that kind, and with a paragraph.

`batch_tokenizer` finds the same over many texts, for the index. Its reference implementation:
`sentence_starts`.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis.abbreviations import abbreviations
from searchkit.analysis.characters import COMBINING_MARKS, ELLIPSIS, JOINERS
from searchkit.analysis.normalize import normalize, straighten
from searchkit.analysis.tokenizer import PARAGRAPH_GAP, Tokens, find_next_paragraph, find_paragraph_start, paragraph_offsets
from searchkit.model import CharRange

NO_END, ANY, LETTER, STARTER = range(4)
"""The requirement for the next word: what it must be, at least, for a sentence to begin with it.
NO_END: no sentence begins."""
LOWERCASE, OTHER = range(2)
"""The kind of a pretoken's first word: in lowercase; a number; or LETTER or STARTER. The word
begins a sentence if the pretoken before it requires something, and no more than this kind."""

_MAX_STARTER_LENGTH = 16
_MAX_LETTER_LENGTH = 4
"""More characters than a single letter, with its combining marks, has."""
_MARGIN = 64
"""So many characters around an offset decide whether a sentence ends there: more than any
abbreviation with its punctuation has."""
_WINDOWS = (256, 2_048, 1 << 62)
"""The end of a sentence is looked for in so many characters around an offset: first in few, then in
more."""
_SIGNS = f".,!?{ELLIPSIS}"
_LAST_WORD = re.compile(rf"[^'{_SIGNS}]+(?:\.[^'{_SIGNS}]+)*$")
_FIRST_WORD = re.compile(r"\w+")
_LETTER_OR_DIGIT = re.compile(r"\w")
_CLOSERS = re.compile(r"""(?:["'”’»)\]}」』】》]|[ \u00a0\u202f]»(?!\S))*""")
"""Closing quotes and brackets, which belong to the sentence whose end mark they follow."""
_BLANKS = frozenset(" \n")
_ENDS_AND_CLOSERS = frozenset(".!?'\")]}")
"""The characters of an end mark and its closers, in ASCII."""

_CAPITALS_AND_DIGITS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
"""What begins sentences, in ASCII."""


class SentenceRule:
    """Where sentences end in a language, by their pretokens, which are given in normalized text."""

    def __init__(self, language: str) -> None:
        known = abbreviations(language)
        self.known = {
            **dict.fromkeys(known.before_letters, LETTER),
            **dict.fromkeys(known.before_starters, STARTER),
            **dict.fromkeys(known.never, NO_END),
        }
        """The requirement of each abbreviation."""
        self._required_after_initial = STARTER if known.initials_end else NO_END
        self.starters, self.ordinals = known.starters, known.ordinals

    def required_next(self, pretoken: str) -> int:
        """What a pretoken requires of the next word: NO_END, ANY, LETTER or STARTER."""
        closed = pretoken.rstrip("'")
        if closed[-1:] not in (".", "!", "?", ELLIPSIS):
            return NO_END
        body = closed.rstrip(_SIGNS + "'")
        if closed[len(body) :] != ".":
            return ANY
        last = _LAST_WORD.search(body)
        return self.required_after(last[0]) if last else ANY

    def required_after(self, word: str) -> int:
        """The requirement of a word with one full stop after it, perhaps with single ones
        inside."""
        required = self.known.get(word)
        if required is not None:
            return required
        if "." in word:
            parts = word.split(".")
            if all(map(_is_letter, parts)):
                return STARTER
            return ANY if parts[-1].isdigit() else self.required_after(parts[-1])
        if len(word) < _MAX_LETTER_LENGTH and _is_letter(word):
            return self._required_after_initial
        if self.ordinals and ((len(word) <= 2 and word.isdecimal()) or not word.strip("IVX")):
            return STARTER
        return ANY

    def cancels_end(self, pretoken: str) -> bool:
        """Whether a pretoken without a word cancels the end of a sentence before it."""
        return self.required_next(pretoken) == NO_END and any(sign in pretoken for sign in _SIGNS)

    def first_word_kind(self, pretoken: str) -> int:
        """The kind of the first word: LOWERCASE, OTHER, LETTER or STARTER."""
        found = _FIRST_WORD.search(pretoken)
        if found is None:
            return LOWERCASE
        word = found[0]
        if word[0].islower():
            return LOWERCASE
        if word[0].isdecimal():
            return OTHER
        # A single letter with a full stop is an initial, not an article.
        if word in self.starters and not (len(word) == 1 and pretoken[found.end() : found.end() + 1] == "."):
            return STARTER
        return LETTER


def _is_letter(word: str) -> bool:
    """Whether a word is a single letter, with its marks."""
    return word[0].isalpha() and not any(map(str.isalnum, word[1:]))


@functools.cache
def sentence_rule(language: str) -> SentenceRule:
    """The rule for a language (ISO 639-1, or "none")."""
    return SentenceRule(language)


class _Patterns(NamedTuple):
    """The expressions that find the ends of sentences in a text."""

    end: re.Pattern[str]
    """The last end mark of a pretoken, if the next pretoken with a word may begin a sentence; group
    1 is the first character of that word. In ASCII the match includes closing quotes and brackets.
    Or 。"""
    back: re.Pattern[str]
    """A pretoken, in reversed text."""


def _patterns(end_marks: str, beyond: str, unseen: str, first: str, closers: str) -> _Patterns:
    """Compile the patterns.

    `end_marks` are the end marks, `beyond` those of them beyond ASCII, `unseen` the marks and
    joiners that a pretoken may have, `first` what may be the first character of a sentence,
    `closers` the closing quotes and brackets.
    """
    signs = f".,!?{beyond}"
    parting = rf"[^\w{unseen}'{signs}{beyond and '。'}][^\w{signs}{beyond and '。'}]*+"
    end = rf"[{end_marks}]'*+(?={parting}[{unseen}'{signs}]*({first})){closers}"
    return _Patterns(re.compile(f"{end}|。+" if beyond else end), re.compile(rf"[\w{unseen}'{signs}]+"))


_ASCII = _patterns(".!?", "", "", "[A-Z0-9]", """['")\\]}]*""")
_ASCII_STOPS = _patterns(".", "", "", "[A-Z0-9]", """['")\\]}]*""")
"""The same for texts whose only end marks are full stops: a pattern that begins with one fixed
character is several times as fast."""
_UNUSUAL = re.compile("[^\x00-\u00ac\u00ae-\u02ff\u22ef\u3000-\u3002]")
"""Matches characters among which all marks and joiners are. The negated class compiles at once."""


@functools.cache
def _unicode_patterns(unusual: bool) -> _Patterns:
    # Takes 10 ms, so only where a text needs it.
    return _patterns(f".!?{ELLIPSIS}", ELLIPSIS, COMBINING_MARKS + JOINERS if unusual else "", r"\w", "")


def _choose_patterns(normal: str) -> _Patterns:
    if not normal.isascii():
        return _unicode_patterns(_UNUSUAL.search(normal) is not None)
    return _ASCII if "!" in normal or "?" in normal else _ASCII_STOPS


class SentenceFinder:
    """Finds sentences of a text around given offsets. Safe for many threads.

    Reference implementation: `find_sentences`, which finds all of them.
    """

    __slots__ = ("_has_closers", "_patterns", "_rule", "_straight", "text")

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self._rule = sentence_rule(language)
        self._straight = straighten(text)
        self._patterns = _choose_patterns(self._straight) if self._straight.isascii() else None
        self._has_closers = self._patterns is None or "»" in text  # closers that the patterns do not match

    def find_all(self) -> list[CharRange]:
        """All sentences in order, as start and end offsets, without the white space around them."""
        text, straight = self.text, self._straight
        if straight.isspace():
            return [] if text.isspace() else [_stripped(text, 0, len(text))]
        first = find_paragraph_start(straight, len(straight) - len(straight.lstrip())) if text else 0
        cuts = sorted({first, *paragraph_offsets(straight)[1:], *self._ends(0, len(text)), len(text)})
        filled = ((start, end) for start, end in pairwise(cuts) if not straight[start:end].isspace())
        return [_stripped(text, start, end) for start, end in filled]

    def find_first(self) -> CharRange:
        """The first sentence of a text that is not blank, as start and end offset."""
        at = len(self._straight) - len(self._straight.lstrip())
        return self.find_sentence(at, at + 1) if at < len(self.text) else _stripped(self.text, 0, at)

    def has_boundary(self, start: int, end: int) -> bool:
        """Whether a sentence ends at an offset from `start` to `end` (inclusive).

        There is no blank before `start`, nor at `end`.
        """
        return next(self._ends(start, end), -1) >= 0 or self.has_paragraph(start, end)

    def ends_by_marks(self, start: int, end: int) -> list[int]:
        """The offsets from `start` to `end` (inclusive) where a sentence ends with an end mark,
        not just with its paragraph. There is no blank before `start`, nor at `end`."""
        return [*self._ends(start, end)]

    def has_paragraph(self, start: int, end: int) -> bool:
        """Whether a paragraph begins at an offset from `start` to `end`."""
        return self._straight.find("\n", start, end) >= 0 and find_next_paragraph(self._straight, start, end) >= 0

    def find_sentence(self, start: int, end: int) -> CharRange:
        """The sentence that holds `text[start:end]`, as start and end offset.

        That text begins and ends with a word (or is the first character of the text), and has no
        boundary of sentences in it.
        """
        straight = self._straight
        paragraph = find_paragraph_start(straight, start)
        only_stops = self._patterns is _ASCII_STOPS
        begun = paragraph
        last = straight.rfind(".", paragraph, start)
        if only_stops and last >= 0 and self._plainly_ends(last):
            begun = last + 1
        elif last >= 0 or not only_stops:
            for window in _WINDOWS:
                low = max(paragraph, start - window)
                begun = next(self._ends(low, start, backwards=True), paragraph)
                if begun > paragraph or low == paragraph:
                    break
        first = straight.find(".", end)
        if only_stops and first >= 0 and straight[end - 1] not in _ENDS_AND_CLOSERS and self._plainly_ends(first):
            next_one = find_next_paragraph(straight, end, first + 1)
            return _stripped(self.text, begun, first + 1 if next_one < 0 else next_one)
        for window in _WINDOWS:
            high = min(len(straight), end + window)
            stop = next(self._ends(end, high), -1)
            next_one = find_next_paragraph(straight, end, high if stop < 0 else stop)
            if next_one >= 0:
                stop = next_one
            elif stop < 0 and high == len(straight):
                stop = high
            if stop >= 0:
                break
        return _stripped(self.text, begun, stop)

    def _plainly_ends(self, at: int) -> bool:
        """Whether the characters around the full stop at an offset already say that it ends a
        sentence: an empty line or nothing follows it, or a word with a capital follows a word that
        is no abbreviation. If not, the rule has to be asked.

        Reference implementation: `_ends` yields `at` + 1, or a paragraph ends there.
        """
        normal = self._straight
        if normal[at + 1 : at + 3] in ("\n\n", ""):
            return True
        if normal[at + 1 : at + 2] != " " or normal[at + 2 : at + 3] not in _CAPITALS_AND_DIGITS:
            return False
        tail = normal[normal.rfind(" ", max(0, at - _MARGIN), at) + 1 : at]
        return _is_plain_word(tail) and tail not in self._rule.known

    def _ends(self, low: int, high: int, *, backwards: bool = False) -> Iterator[int]:
        """The offsets from `low` to `high` (inclusive) where a sentence ends with an end mark."""
        normal, patterns, rule = self._straight, self._patterns, self._rule
        first, begin = 0, low
        stop = high + 1  # up to the first character of the word after the last end
        if not normal[high:stop].isalnum():
            word = _LETTER_OR_DIGIT.search(normal, high)
            stop = len(normal) if word is None else word.end()
        if patterns is not None:
            while begin > 0 and normal[begin - 1] in _ENDS_AND_CLOSERS:
                begin -= 1
            if patterns is _ASCII_STOPS and normal.find(".", begin, stop) < 0:
                return
        else:
            first, begin = max(0, low - _MARGIN), 0
            normal, origins = normalize(normal[first : stop + _MARGIN])
            patterns, stop = _choose_patterns(normal), len(normal)
        for found in _end_marks(patterns, normal, begin, stop, backwards):
            at = found.start()
            if normal[at] == ".":
                tail = normal[normal.rfind(" ", max(0, at - _MARGIN), at) + 1 : at]
                required = rule.known.get(tail)
                if required is None:
                    required = ANY if _is_plain_word(tail) else _required_at(normal, at, rule, patterns.back)
                if required != ANY:
                    at = found.start(1)
                    if required == NO_END or required > rule.first_word_kind(normal[at : at + _MAX_STARTER_LENGTH]):
                        continue
            offset = found.end()
            if self._patterns is None:
                if found[1] is not None and found[1].islower():
                    continue
                offset = first + (offset if origins is None else origins[offset])
            if self._has_closers:
                offset = _CLOSERS.match(self.text, offset).end()  # type: ignore[union-attr]  # it also matches no text
            if low <= offset <= high:
                yield offset


def _is_plain_word(tail: str) -> bool:
    """Whether what stands before a full stop is a word in lowercase, as most are. If it is no
    abbreviation either, nothing is required of the next word."""
    return len(tail) >= _MAX_LETTER_LENGTH and tail.isalpha() and tail[-1].islower()


def _end_marks(patterns: _Patterns, normal: str, begin: int, stop: int, backwards: bool) -> Iterable[re.Match[str]]:
    """The matches of `patterns.end` in a part of a text."""
    if not backwards:
        return patterns.end.finditer(normal, begin, stop)
    if patterns is _ASCII_STOPS:
        return _stops_backwards(normal, begin, stop)
    return reversed([*patterns.end.finditer(normal, begin, stop)])


def _stops_backwards(normal: str, begin: int, stop: int) -> Iterator[re.Match[str]]:
    """The matches of `_ASCII_STOPS.end`, the last first. Each has one full stop, with which it
    begins, so none overlaps another.

    Reference implementation: those of `finditer` reversed, which needs all of them for the last.
    """
    at = normal.rfind(".", begin, stop)
    while at >= 0:
        found = _ASCII_STOPS.end.match(normal, at, stop)
        if found is not None:
            yield found
        at = normal.rfind(".", begin, at)


def _stripped(text: str, start: int, end: int) -> CharRange:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _required_at(normal: str, at: int, rule: SentenceRule, back: re.Pattern[str]) -> int:
    """The requirement of a pretoken, given the offset of its last end mark.

    Reference implementation: `SentenceRule.required_next` of the pretoken.
    """
    pretoken = back.match(normal[max(0, at - _MARGIN) : at + 1][::-1])
    return ANY if pretoken is None else rule.required_next(pretoken[0][::-1])


def find_sentences(text: str, language: str) -> list[CharRange]:
    """The sentences of a text in order, as start and end offsets, without the white space around
    them."""
    return SentenceFinder(text, language).find_all()


def sentence_starts(text: str, words: Tokens, language: str) -> list[int]:
    """The indexes of the words that begin a sentence, ascending; `words` are those of
    `tokenize(text)`."""
    positions = words.positions
    starts = {bisect_left(words.starts, end) for end in SentenceFinder(text, language).ends_by_marks(0, len(text))}
    starts.update(n for n in range(1, len(words)) if positions[n] - positions[n - 1] >= PARAGRAPH_GAP)
    starts.discard(len(words))
    return sorted({0, *starts}) if words.forms else []


def first_sentence(text: str, language: str, longest: int = 200) -> str:
    """The first sentence, its white space folded, cut at a word's end after `longest` characters
    (then with "…")."""
    piece = text[: 10 * longest].lstrip()
    if not piece:
        return ""
    start, end = SentenceFinder(piece, language).find_first()
    sentence = " ".join(piece[start:end].split())
    if len(sentence) <= longest:
        return sentence
    head = sentence[:longest]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "…"
