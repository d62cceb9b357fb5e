"""Where do sentences begin and end? One rule, for what an index keeps of words and for what is shown of a text.

Useful for: `sentence_starts`, the words that begin a sentence, for `/s`; `sentence_spans`, first sentences and snippets.

The rule is about chunks: runs of letters, digits, marks and the signs ' . , ! ? in normalized text, where an ellipsis counts
as full stops. A chunk ends a sentence if it closes with an end mark (. ! ?) and perhaps apostrophes; with a comma behind
(`Mass., Friday`) it does not. The next chunk with a word begins a sentence unless that is in small letters. After an
abbreviation with one full stop it must be more: a letter (`no. 12` goes on), or a starter, a word that usually begins
sentences (`D.C. The talks`, not `D.C. Mayor Roe`); after some abbreviations nothing begins (`Rev. Roe`). The words are in
`abbreviations`. A chunk without a word ends a sentence, too, and takes back an end before it if it closes with a comma.
A sentence also ends at 。 and wide, Arabic, Armenian and Indian signs of that kind, and with a paragraph.

Slow twin of what an index keeps (`batch`, which looks chunks up): `sentence_starts`.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis.abbreviations import abbreviations
from searchkit.analysis.characters import ELLIPSIS, JOINERS, MARKS
from searchkit.analysis.normalize import normalize, straighten
from searchkit.analysis.words import PARAGRAPH_GAP, Words, next_paragraph, paragraph_starts, this_paragraph
from searchkit.model import Mark

NO_END, ANY, LETTER, STARTER = range(4)
"""What the next word must be at least, that a sentence ends before it; NO_END: none does."""
SMALL, OTHER = range(2)
"""What the first word of a chunk is: in small letters, or a number; or LETTER or STARTER. It begins a sentence if the chunk
before it asks for something, and for no more than that."""

_LONGEST_ABBREVIATION = 16
_LONGEST_STARTER = 16
_LONGEST_LETTER = 4
"""Characters, one more than a letter with its marks has."""
_MARGIN = 64
"""Characters around a place that tell whether a sentence ends there: more than any abbreviation and its signs have."""
_REACHES = (256, 2_048)
"""So far from a place the ends of sentences are looked for at first."""
_SIGNS = f".,!?{ELLIPSIS}"
_LAST_WORD = re.compile(rf"[^'{_SIGNS}]+(?:\.[^'{_SIGNS}]+)*$")
_FIRST_WORD = re.compile(r"([^\W\d]+)|\w")
_WORD = re.compile(r"\w+")
_CLOSERS = re.compile(r"""(?:["'”’»)\]}」』】》]|[ \u00a0\u202f]»(?!\S))*""")
"""What belongs to a sentence behind its end mark."""
_BLANKS = frozenset(" \n")
_ENDS_AND_CLOSERS = frozenset(".!?'\")]}")
"""What an end and its closers consist of, in ASCII."""


class Rule:
    """What chunks of a language say about the ends of sentences. Chunks are given in normalized text."""

    def __init__(self, language: str) -> None:
        known = abbreviations(language)
        self._asks = {
            **dict.fromkeys(known.before_letters, LETTER),
            **dict.fromkeys(known.before_starters, STARTER),
            **dict.fromkeys(known.never, NO_END),
        }
        self._ordinals, self._of_initials = known.ordinals, STARTER if known.initials_end else NO_END
        self.starters = known.starters
        self.longest = max([2, *(len(word) for word in self._asks if word.isascii() and word.isalnum())])
        """Characters of an abbreviation, at most."""

    def asks(self, chunk: str) -> int:
        """What a chunk asks of the next word: NO_END, ANY, LETTER or STARTER."""
        closed = chunk.rstrip("'")
        if closed[-1:] not in (".", "!", "?", ELLIPSIS):
            return NO_END
        body = closed.rstrip(_SIGNS + "'")
        if closed[len(body) :] != ".":
            return ANY
        last = _LAST_WORD.search(body)
        return self.asks_behind(last[0]) if last else ANY

    def asks_behind(self, word: str) -> int:
        """What a word with one full stop behind it asks of the next; it may have single full stops inside."""
        asked = self._asks.get(word)
        if asked is not None:
            return asked
        if "." in word:
            parts = word.split(".")
            if all(map(_is_letter, parts)):
                return STARTER
            return ANY if parts[-1].isdigit() else self.asks_behind(parts[-1])
        if len(word) < _LONGEST_LETTER and _is_letter(word):
            return self._of_initials
        if self._ordinals and ((len(word) <= 2 and word.isdecimal()) or not word.strip("IVX")):
            return STARTER
        return ANY

    def takes_back(self, chunk: str) -> bool:
        """Whether a chunk without a word takes back that a sentence ended before it."""
        return self.asks(chunk) == NO_END and any(sign in chunk for sign in _SIGNS)

    def first(self, chunk: str) -> int:
        """What the first word of a chunk is: SMALL, OTHER, LETTER or STARTER."""
        found = _FIRST_WORD.search(chunk)
        if found is None or found[0][0].islower():
            return SMALL
        word = found[1]
        if word is None:
            return OTHER
        # A single letter with a full stop is an initial, not an article.
        if word in self.starters and not (len(word) == 1 and chunk[found.end() : found.end() + 1] == "."):
            return STARTER
        return LETTER


def _is_letter(word: str) -> bool:
    """Whether a word is a single letter, with its marks."""
    return word[0].isalpha() and not any(map(str.isalnum, word[1:]))


@functools.cache
def rule_of(language: str) -> Rule:
    """The rule for a language (ISO 639-1, or "none")."""
    return Rule(language)


class _Patterns(NamedTuple):
    end: re.Pattern[str]
    """The last end mark of a chunk, before a chunk with a word whose first sign is group 1; or 。"""
    back: re.Pattern[str]
    """A chunk, backwards."""


def _patterns(beyond: str, unseen: str) -> _Patterns:
    """Given signs beyond ASCII, and the marks and joiners that a chunk may have."""
    end_marks, signs = rf".!?{beyond[:1]}", rf".,!?{beyond[:1]}"
    parting = rf"[^\w{unseen}'{signs}{beyond[1:]}]"
    between = rf"[^\w{signs}{beyond[1:]}]*+"
    end = rf"[{end_marks}]'*+(?={parting}{between}[{unseen}'{signs}]*(\w))"
    return _Patterns(re.compile(f"{end}|。+" if beyond else end), re.compile(rf"[\w{unseen}'{signs}]+"))


_ASCII = _patterns("", "")
_ASCII_STOPS = re.compile(_ASCII.end.pattern.replace("[.!?]", r"\.", 1))
"""The same for texts whose only end marks are full stops: a pattern that begins with one sign is several times as fast."""
_UNUSUAL = re.compile("[\u00ad\u0300-\u22ee\u22f0-\u2fff\u3003-\U0010ffff]")
"""Characters among which marks and joiners are."""


@functools.cache
def _patterns_beyond_ascii(unusual: bool) -> _Patterns:
    return _patterns(ELLIPSIS + "。", MARKS + JOINERS if unusual else "")  # compiled where a text needs it: that takes 10 ms


class _Window(NamedTuple):
    """A part of a text, normalized, in which ends of sentences are looked for."""

    normal: str
    first: int
    """Where it begins in the text."""
    origins: list[int] | None
    """As `normalize` returns them."""
    end: re.Pattern[str]
    back: re.Pattern[str]


class Sentences:
    """The sentences of a text, found around places in it. Safe for many threads.

    Slow twin: `sentence_spans`, which finds all of them.
    """

    __slots__ = ("_rule", "_straight", "_whole", "text")

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self._straight = straighten(text)
        self._rule = rule_of(language)
        self._whole = self._window(0, len(text)) if self._straight.isascii() else None

    def spans(self) -> list[Mark]:
        """The spans of all sentences, in order, without the white space around them."""
        cuts = sorted({*paragraph_starts(self._straight), *self._ends(0, len(self.text)), len(self.text)})
        return [span for span in (self._stripped(start, end) for start, end in pairwise(cuts)) if span[0] < span[1]]

    def is_parted(self, start: int, end: int) -> bool:
        """Whether a sentence ends from `start` to `end`, these included. No blank stands before `start` or at `end`."""
        return next(self._ends(start, end), -1) >= 0 or self.has_paragraph(start, end)

    def signed_ends(self, start: int, end: int) -> list[int]:
        """Where sentences end by their signs, not with a paragraph, from `start` to `end`, these included. No blank stands
        before `start` and none at `end`."""
        return [*self._ends(start, end)]

    def has_paragraph(self, start: int, end: int) -> bool:
        """Whether a paragraph begins from `start` to `end`."""
        return self._straight.find("\n", start, end) >= 0 and next_paragraph(self._straight, start, end) >= 0

    def around(self, start: int, end: int) -> Mark:
        """The span of the sentence that holds `text[start:end]`, which begins and ends with a word (or the text's first
        sign) and is not parted."""
        begun = paragraph = this_paragraph(self._straight, start)
        for reach in (*_REACHES, start):
            low = max(paragraph, start - reach)
            begun = max(paragraph, self._last_end(low, start))
            if begun > paragraph or low == paragraph:
                break
        stop = next_paragraph(self._straight, end, len(self.text))
        if stop < 0:
            stop = len(self.text)
        for reach in (*_REACHES, len(self.text)):
            high = min(stop, end + reach)
            found = next(self._ends(end, high), -1)
            if found >= 0 or high == stop:
                break
        return self._stripped(begun, found if found >= 0 else stop)

    def _ends(self, low: int, high: int) -> Iterator[int]:
        """Where sentences end by their signs, from `low` to `high`, these included."""
        window = self._whole or self._window(low, high)
        for found in window.end.finditer(window.normal, _before_signs(window, low)):
            end = self._end(window, found)
            if end > high:
                return
            if end >= low:
                yield end

    def _last_end(self, low: int, high: int) -> int:
        """The last of `_ends`, or -1."""
        window = self._whole or self._window(low, high)
        candidates = []
        for found in window.end.finditer(window.normal, _before_signs(window, low)):
            if window.origins is None and window.first + found.start() >= high:
                break
            candidates.append(found)
        for found in reversed(candidates):
            end = self._end(window, found)
            if low <= end <= high:
                return end
        return -1

    def _window(self, low: int, high: int) -> _Window:
        """What tells where sentences end from `low` to `high`."""
        first = max(0, low - _MARGIN)
        word = _WORD.search(self._straight, high)
        normal, origins = normalize(self._straight[first : len(self._straight) if word is None else word.end() + _MARGIN])
        if not normal.isascii():
            return _Window(normal, first, origins, *_patterns_beyond_ascii(_UNUSUAL.search(normal) is not None))
        return _Window(normal, first, origins, _ASCII.end if "!" in normal or "?" in normal else _ASCII_STOPS, _ASCII.back)

    def _end(self, window: _Window, found: re.Match[str]) -> int:
        """Where the sentence ends that an end mark ends, with its closing quotes and brackets; -1 if it ends none."""
        normal = window.normal
        begins = found[1]
        if begins is not None:
            if begins.islower():
                return -1
            asked = self._asked(window, found.start())
            if asked != ANY:
                at = found.start(1)
                if asked == NO_END or asked > self._rule.first(normal[at : at + _LONGEST_STARTER]):
                    return -1
        at = found.end()
        place = window.first + (at if window.origins is None else window.origins[at])
        if self.text[place : place + 1] in _BLANKS and self.text[place + 1 : place + 2] != "»":
            return place
        closers = _CLOSERS.match(self.text, place)
        return place if closers is None else closers.end()

    def _asked(self, window: _Window, at: int) -> int:
        """What a chunk asks of the next word, given where its last end mark is. Slow twin: `Rule.asks` of the chunk."""
        normal = window.normal
        if normal[at] != ".":
            return ANY
        tail = normal[at - _LONGEST_ABBREVIATION : at] if at >= _LONGEST_ABBREVIATION else ""
        if tail.isalpha():  # longer than any abbreviation
            return ANY
        _, blank, word = tail.rpartition(" ")
        if blank and word.isalpha():
            return self._rule.asks_behind(word)
        chunk = window.back.match(normal[max(0, at - _MARGIN) : at + 1][::-1])
        return self._rule.asks(chunk[0][::-1]) if chunk else ANY

    def _stripped(self, start: int, end: int) -> Mark:
        text = self.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return start, end


def _before_signs(window: _Window, low: int) -> int:
    """From where on in a window ends of sentences are the same as from its beginning on, if they lie at `low` or behind."""
    at = low - window.first
    if window.origins is not None or not window.normal.isascii():
        return 0
    while at > 0 and window.normal[at - 1] in _ENDS_AND_CLOSERS:
        at -= 1
    return at


def sentence_spans(text: str, language: str) -> list[Mark]:
    """The spans of the sentences of a text, in order, without the white space around them."""
    return Sentences(text, language).spans()


def sentence_starts(text: str, words: Words, language: str) -> list[int]:
    """The indexes of the words that begin a sentence, ascending; `words` are those of `find_words(text)`."""
    positions = words.positions
    starts = {bisect_left(words.starts, end) for end in Sentences(text, language).signed_ends(0, len(text))}
    starts.update(n for n in range(1, len(words)) if positions[n] - positions[n - 1] >= PARAGRAPH_GAP)
    starts.discard(len(words))
    return sorted({0, *starts}) if words.forms else []


def first_sentence(text: str, language: str, longest: int = 200) -> str:
    """The first sentence, its white space folded, cut at a word's end after `longest` characters (then with "…")."""
    piece = text[: 10 * longest].lstrip()
    if not piece:
        return ""
    start, end = Sentences(piece, language).around(0, 1)
    sentence = " ".join(piece[start:end].split())
    if len(sentence) <= longest:
        return sentence
    head = sentence[:longest]
    return (head.rsplit(" ", 1)[0] if " " in head else head) + "…"
