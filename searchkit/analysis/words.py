"""Where are the words of a text, and which written form has each?

A word is a run of letters, digits and their combining marks, with apostrophes inside. Its written form is the word
without a possessive 's, without the dots of an abbreviation (`U.S.` is `US`) and without the commas between groups of
three digits (`1,655.8` is `1655.8`); case and accents stay. Positions count words; the first word of a paragraph stands
PARAGRAPH_GAP positions after the last one of the paragraph before, so that nothing leaps over a paragraph's end.
"""

from __future__ import annotations

import functools
import re

from searchkit.analysis.characters import JOINERS, MARKS
from searchkit.analysis.normalize import normalize
from searchkit.frozen import frozen

PARAGRAPH_GAP = 101
"""From the last word of a paragraph to the first of the next, in positions; 1 is next to each other."""

LONGEST_WORD = 255
"""Characters of a word that count: longer runs are no words of a language, but lines of encoded data."""

_LETTER = r"[^\W\d]"
_DOTS = rf"{_LETTER}(?:\.{_LETTER})+"


def _word(inside: str) -> re.Pattern[str]:
    """A word, given what may stand inside one."""
    tail = rf"(?:{inside}+|(?<=\d)\.(?=\d)|'(?=\w))*"
    abbreviation = rf"{_DOTS}\.?'[sS](?!{inside})|{_DOTS}(?!{inside}|')\.?"
    return re.compile(rf"{abbreviation}|\d{{1,3}}(?:,\d{{3}})+(?!\d){tail}|\w{tail}")


_WORD_IN_ASCII = _word(r"\w")


@functools.cache
def _word_anywhere() -> re.Pattern[str]:
    return _word(rf"[\w{MARKS}{JOINERS}]")  # compiled where a text needs it: that takes 5 ms


def word_pattern(text: str) -> re.Pattern[str]:
    """What finds the words of a normalized text (see `normalize`; the underscore is a blank there)."""
    return _WORD_IN_ASCII if text.isascii() else _word_anywhere()


_DOTTED = re.compile(rf"{_DOTS}\.?")
_RUN = re.compile(r"\n\s+")
_FILLED = re.compile(r"\S")
_DROP = str.maketrans("", "", JOINERS + ",")


@frozen
class Words:
    """The words of a text, in order: `forms[i]` stands at `positions[i]` and covers `text[starts[i]:ends[i]]`."""

    forms: list[str]
    starts: list[int]
    ends: list[int]
    positions: list[int]

    def __len__(self) -> int:
        return len(self.forms)


def written_form(word: str) -> str:
    """The written form of a word that `word_pattern` matched."""
    if word.isalpha() and len(word) <= LONGEST_WORD:
        return word
    word = word.translate(_DROP)  # first: a joiner may stand behind the 's
    while word[-2:] in ("'s", "'S"):
        word = word[:-2]
    if _DOTTED.fullmatch(word):
        word = word.replace(".", "")
    return word[:LONGEST_WORD]


def paragraph_starts(text: str) -> list[int]:
    """Where paragraphs begin (characters), the first at 0.

    A paragraph ends at an empty line, or before a line indented by two or more blanks that follows one that is not.
    """
    if "\n" not in text:
        return [0]
    starts = [0]
    first = _FILLED.search(text)
    if first is None:
        return starts
    # Only a line feed with white space behind it can end a paragraph. Where an indented line began tells whether it is
    # the one right before.
    line = text.rfind("\n", 0, first.start()) + 1
    indented_at = line if _is_indented(text, line) else -1
    for run in _RUN.finditer(text, first.start()):
        if run.end() == len(text):
            break
        line = run.start() + run[0].rfind("\n") + 1
        indented = _is_indented(text, line)
        if line > run.start() + 1 or (indented and indented_at != text.rfind("\n", 0, run.start()) + 1):
            starts.append(line)
        indented_at = line if indented else -1
    return starts


def next_paragraph(text: str, start: int, end: int) -> int:
    """Where the first paragraph in `text[start:end + 1]` begins, or -1. No blank stands before `start`, and none at `end`
    (which may be the text's end).

    Slow twin: the first of `paragraph_starts(text)` that lies behind `start`, up to `end`.
    """
    run = _RUN.search(text, start, end)
    while run is not None and run.end() < len(text):
        line = text.rfind("\n", start, run.end()) + 1
        if line > run.start() + 1:
            return line
        if _is_indented(text, line) and not _is_indented(text, text.rfind("\n", 0, run.start()) + 1):
            return line
        run = _RUN.search(text, run.end(), end)
    return -1


def this_paragraph(text: str, at: int) -> int:
    """Where the paragraph begins that holds the character `at`, which is no blank; before the first, any blank line counts.

    Slow twin: the last of `paragraph_starts(text)` up to `at`, white space left out.
    """
    line = text.rfind("\n", 0, at) + 1
    while line:
        before = text.rfind("\n", 0, line - 1) + 1
        if before == line - 1 or text[before : line - 1].isspace():
            break
        if _is_indented(text, line) and not _is_indented(text, before):
            break
        line = before
    return line


def _is_indented(text: str, line: int) -> bool:
    return text[line] in " \t" and text[line + 1 : line + 2] in (" ", "\t")


def find_words(text: str) -> Words:
    """Find the words of a text, with their places in it."""
    normal, origins = normalize(text)
    breaks = paragraph_starts(normal)[1:]
    breaks.append(len(normal) + 1)
    next_break, at_break = breaks[0], 0
    forms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    positions: list[int] = []
    position = -1
    for found in word_pattern(normal).finditer(normal):
        start, end = found.span()
        position += 1
        if start >= next_break:
            if forms:
                position += PARAGRAPH_GAP - 1
            while start >= next_break:
                at_break += 1
                next_break = breaks[at_break]
        forms.append(written_form(found[0]))
        starts.append(start)
        ends.append(end)
        positions.append(position)
    if origins is not None:
        starts = [origins[start] for start in starts]
        # A character that unfolded into several ends where the next one begins, never inside itself.
        ends = [next((o for o in origins[end:] if o > origins[end - 1]), len(text)) for end in ends]
    return Words(forms, starts, ends, positions)
