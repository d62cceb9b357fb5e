"""Finds quotations: what stands between quotation marks, in any typography and language.

Which characters are marks:
- `"` and its wide form; “ ” „ ‟; « » ‹ ›; ‘ ‚ ‛ with ’; 「 」 『 』 《 》 〝 〞 〟, and two grave
  accents, closed by two apostrophes.
- A straight apostrophe, a grave accent and a prime are none. ’ only closes; inside
  a word and at its start it is an apostrophe (`don’t`, `’tis`), and so is ‘ before `90s`.
- `"` after a digit is the sign of inches where no quotation is open, and also where one is open if
  the next mark of the paragraph can only close it (`"a 12" record"`). Between two Hebrew letters
  it is part of an abbreviation.

How they are paired: some marks open in one language and close in another („German“, “English”,
”Swedish”, »Danish«, « French »). White space and punctuation on both sides of a mark show whether
it can open or close; where they do not, it closes what is open, and else opens. A quotation inside
another belongs to the outer one. A mark that no other closes in the same paragraph quotes nothing,
with one exception, a rule of printing: a quotation that goes on in the next paragraph is opened
anew there, and closed only in the last. It is one quotation.

`batch_tokenizer` finds the same over many texts, for the index.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from itertools import pairwise

from searchkit.analysis.normalize import straighten
from searchkit.analysis.tokenizer import Tokens, paragraph_offsets
from searchkit.frozen import frozen
from searchkit.model import CharRange

_CLOSERS = {
    '"': '"”＂',
    "＂": '＂"”',
    "“": '”"“',
    "”": "”",
    "„": '“”"‟',
    "‟": '”"',
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‘": "’",
    "‛": "’",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〝": "〞〟",
    "｢": "｣",
    "``": "''",
}
"""Each mark that opens, and the marks that close it."""
_ALSO_OPENS_ANEW = {"«": "»", "‹": "›"}
"""French paragraphs that go on with a quotation may begin with its closing mark."""
_AMBIGUOUS = frozenset('"＂”»›')
"""Marks that open only where they look like it: without an open quotation they usually close."""
_ALWAYS_OPEN = frozenset(("「", "『", "《", "〝", "｢", "``"))
_CAN_OPEN_INSIDE = frozenset('"＂“«‹‘')
"""Marks that may open a quotation inside of one that they can close."""
_SINGLE = frozenset("‘‛‚")
"""Marks that are apostrophes where they stand at a word in another way."""
_QUOTE = re.compile('"')
_BEFORE = frozenset("([{<-‐‑‒–—―/:=¿¡*“„‟«‹「『《〝｢\"＂'‘‚‛`")
"""What stands before a mark that opens, besides white space."""
_BEFORE_SINGLE = frozenset('([{<-–—/:=¿¡*“„«‹「『《"')
"""The same for single marks. None of it belongs to a word or to the signs around one."""
_MAX_FOLLOWING = 20
"""So many marks of the paragraph after an apostrophe or a sign of inches are looked at to tell."""
_MAX_OPEN = 8
"""So many quotations inside each other are looked at for the one that a mark closes."""


# Most texts need none of these expressions; each takes a millisecond to compile.


@functools.cache
def _all_marks() -> re.Pattern[str]:
    return re.compile("[\"＂“”„‟«»‹›‘’‚‛「」『』《》〝〞〟｢｣]|``|''")


@functools.cache
def _single_end() -> re.Pattern[str]:
    """What follows a single mark that closes: signs, and then the end of the word."""
    return re.compile(r"""[.,!?'’‘…]{0,16}(?=[\s)\]}>:;*/"“”»›」』》–—-]|\Z)""")


@functools.cache
def _elided() -> re.Pattern[str]:
    """What follows ‘ where it should have been an apostrophe: ‘90s, rock ‘n’ roll, ‘em."""
    return re.compile(r"\d\d(?!\d)|(?:n|em|tis|twas|til|cause|bout|round)\b", re.IGNORECASE)


@functools.cache
def _unspaced() -> re.Pattern[str]:
    """Letters of scripts that write no blanks, beside which a mark can open and close."""
    return re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\uffef]")


@frozen
class _Open:
    """An opened quotation: its mark, the offset where it begins, and the quotations found in it."""

    mark: str
    start: int
    inner: list[CharRange]


def quoted_words(text: str, words: Tokens) -> list[tuple[int, int]]:
    """The indexes of the first and the last word of each quotation that has any, in order; `words`
    are those of `tokenize(text)`."""
    ranges = ((bisect_left(words.starts, start), bisect_right(words.ends, end)) for start, end in find_quotations(text))
    return [(first, stop - 1) for first, stop in ranges if first < stop]


def find_quotations(text: str) -> list[CharRange]:
    """The quotations of a text in order, with their marks, as start and end offsets.

    They do not overlap. After a single mark that closes, the signs up to the end of the word
    (`‘peace’.`) belong to it.
    """
    # An expression that begins with a fixed character is many times as fast.
    pattern = _QUOTE if text.isascii() and "``" not in text else _all_marks()
    marks = [(found.start(), found[0]) for found in pattern.finditer(text)]
    if len(marks) < 2:
        return []
    finder = _Finder(text)
    starts = paragraph_offsets(straighten(text)) if "\n" in text else [0]
    done = 0
    for start, end in pairwise([*starts, len(text)]):
        first = done
        while done < len(marks) and marks[done][0] < end:
            done += 1
        finder.read_paragraph(start, end, marks[first:done])
    return finder.end()


class _Finder:
    """Pairs the marks of a text, paragraph by paragraph."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0
        self._found: list[CharRange] = []
        self._open: list[_Open] = []

    def end(self) -> list[CharRange]:
        """The quotations, when all paragraphs are read."""
        self._drop_from(0)
        return sorted(self._found)

    def read_paragraph(self, start: int, end: int, marks: list[tuple[int, str]]) -> None:
        """Pair the marks of the next paragraph, `text[start:end]`."""
        self._start, self._end = start, end
        if self._open and self._is_opened_anew(marks):
            marks = marks[1:]
        else:
            self._drop_from(0)
        for number, (at, mark) in enumerate(marks):
            following = marks[number + 1 : number + 1 + _MAX_FOLLOWING] if mark in '"’' else []
            self._read_mark(at, mark, following)

    def _is_opened_anew(self, marks: list[tuple[int, str]]) -> bool:
        """Whether the paragraph begins with the mark of an open quotation. Others are dropped."""
        if not marks or self._text[self._start : marks[0][0]].strip():
            return False
        for index in range(len(self._open) - 1, -1, -1):
            mark = self._open[index].mark
            if marks[0][1] in (mark, _ALSO_OPENS_ANEW.get(mark)):
                self._drop_from(index + 1)
                kept = self._open.pop()
                self._drop_from(0)
                self._open.append(kept)
                return True
        return False

    def _drop_from(self, index: int) -> None:
        """Drop the open quotations from one on. What was found in them is kept."""
        while len(self._open) > index:
            dropped = self._open.pop()
            (self._open[-1].inner if self._open else self._found).extend(dropped.inner)

    def _read_mark(self, at: int, mark: str, following: list[tuple[int, str]]) -> None:
        text = self._text
        before = text[at - 1] if at > self._start else ""
        after = text[at + len(mark)] if at + len(mark) < self._end else ""
        can_open = (not before.strip() or before in _BEFORE or _is_unspaced(before)) and bool(after.strip())
        can_close = bool(before.strip()) and not _is_word(after)
        if mark == '"' and "\u0590" <= before <= "\u05ff" and "\u0590" <= after <= "\u05ff":
            return
        end: int | None = at + len(mark)
        if mark in "‘’":
            end = self._end_after_single(at, mark, following)
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 1 - _MAX_OPEN), -1):
            opened = self._open[index]
            if mark not in _CLOSERS[opened.mark]:
                continue
            if _opens_one_more(opened.mark, mark, can_open, can_close):
                break
            if end is None or (mark == '"' and before.isdecimal() and self._closes_later(following)):
                return
            self._drop_from(index + 1)
            self._open.pop()
            (self._open[-1].inner if self._open else self._found).append((opened.start, end))
            return
        if self._opens(at, mark, before, can_open, can_close):
            self._open.append(_Open(mark, at, []))

    def _end_after_single(self, at: int, mark: str, following: list[tuple[int, str]]) -> int | None:
        """The offset where a quotation ends that a single mark closes, None if it is an
        apostrophe."""
        signs = _single_end().match(self._text, at + 1)
        if signs is None or not self._text[self._start : at][-1:].strip():
            return None
        return None if mark == "’" and self._is_apostrophe(at, following) else signs.end()

    def _opens(self, at: int, mark: str, before: str, can_open: bool, can_close: bool) -> bool:
        """Whether a mark that closes nothing opens a quotation."""
        if mark not in _CLOSERS:
            return False
        if mark in _SINGLE:
            return (
                (not before.strip() or before in _BEFORE_SINGLE)
                and bool(self._text[at + 1 : min(at + 2, self._end)].strip())
                and not _elided().match(self._text, at + 1)
            )
        if mark in '"＂':
            return not _is_word(before) and (can_open or not can_close)
        if mark in _AMBIGUOUS:
            return can_open and not can_close
        return can_open or not can_close or mark in _ALWAYS_OPEN

    def _is_apostrophe(self, at: int, following: list[tuple[int, str]]) -> bool:
        """Whether ’ at the end of a word is the apostrophe of a plural (`the boys’ home`): a ’ that
        can only close, after punctuation, comes before anything opens."""
        text = self._text
        if text[at - 1] not in "sS" or not text[at + 1 : at + 3].strip(" ").islower():
            return False
        for other, mark in following:
            if mark in _SINGLE:
                return False
            if mark == "’" and text[other - 1] in ".,!?…" and _single_end().match(text, other + 1):
                return True
        return False

    def _closes_later(self, following: list[tuple[int, str]]) -> bool:
        """Whether the next mark can only close a quotation with `"`."""
        if not following or following[0][1] not in _CLOSERS['"']:
            return False
        at = following[0][0]
        before, after = self._text[at - 1], self._text[at + 1 : at + 2] if at + 1 < self._end else ""
        return bool(before.strip()) and not _is_word(after) and not (before in _BEFORE and after.strip())


def _opens_one_more(opened: str, mark: str, can_open: bool, can_close: bool) -> bool:
    """Whether a mark that could close a quotation opens another one inside of it."""
    if opened == mark == "“":
        return can_open or not can_close
    return (mark == opened or mark in _CAN_OPEN_INSIDE) and can_open and not can_close


def _is_unspaced(character: str) -> bool:
    return character > "\u0dff" and _unspaced().match(character) is not None


def _is_word(character: str) -> bool:
    """Whether a character (or "") is a letter or digit of a script with blanks between words."""
    return character.isalnum() and not _is_unspaced(character)
