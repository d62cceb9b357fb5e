"""The words of a text that a query asks for, found again without taking the whole text apart.

A hit's text is cut into chunks (see `analysis.batch`), which costs next to nothing; what words a chunk holds is remembered
from text to text, and only chunks with a word that the query wants are looked for in the text itself.

Slow twin: `MarkedText`, which finds every word.
"""

from __future__ import annotations

from collections.abc import Callable

from searchkit.analysis import (
    PARAGRAPH_GAP,
    Analyzer,
    Words,
    compile_pattern,
    find_words,
    fold,
    matches_as_written,
    wildcard_regex,
    within_edits,
)
from searchkit.analysis.batch import TO_CHUNKS, chunked
from searchkit.query.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Present,
    Regex,
    Together,
    Weighted,
    Wildcard,
    Word,
    leaves,
)
from searchkit.results.marked_text import MarkedText

MOST_CHUNKS = 200_000
"""Chunks whose words are remembered."""

_CHUNK_SIGNS = frozenset("'.,!?`")
_PARAGRAPH = b"\x02"

Found = tuple[tuple[str, int, int], ...]
"""The words of a chunk: written form, and where it begins and ends in it."""


class ChunkWords:
    """Which words chunks hold, remembered for all texts of an engine."""

    def __init__(self) -> None:
        self._known: dict[bytes, Found] = {}

    def of(self, chunk: bytes) -> Found:
        found = self._known.get(chunk)
        if found is None:
            if len(self._known) >= MOST_CHUNKS:
                self._known.clear()
            words = find_words(chunk.decode())
            found = self._known[chunk] = tuple(zip(words.forms, words.starts, words.ends, strict=True))
        return found


class Wanted:
    """What the words of one query want of chunks; `possible` is False where it needs all words of a text."""

    def __init__(self, root: Node, analyzer: Analyzer, chunks: ChunkWords) -> None:
        self._tests: list[Callable[[str], object]] = []
        self._chunks = chunks
        self.known: dict[bytes, tuple[int, Found]] = {_PARAGRAPH: (-1, ())}
        self.possible = not _needs_all(root)
        for leaf in leaves(root):
            for word in leaf.items if isinstance(leaf, Phrase) else (leaf,):
                if isinstance(word, Word | Wildcard | Fuzzy | Regex):
                    self._tests.append(_test(word, analyzer))

    def of(self, chunk: bytes) -> tuple[int, Found]:
        """How many words a chunk holds (-1: it is the end of a paragraph), and all of them if any is wanted."""
        known = self.known.get(chunk)
        if known is None:
            words = self._chunks.of(chunk)
            wanted = any(test(form) for form, _, _ in words for test in self._tests)
            known = self.known[chunk] = (len(words), words if wanted else ())
        return known


def _needs_all(node: Node) -> bool:
    match node:
        case Length() | Present() | Together():
            return True
        case And(children) | Or(children):
            return any(map(_needs_all, children))
        case Not(child) | Weighted(child, _) | AtLeast(_, child):
            return _needs_all(child)
        case Near(left, right) | NotNear(left, right):
            return _needs_all(left) or _needs_all(right)
        case _:
            return False


def _test(word: Word | Wildcard | Fuzzy | Regex, analyzer: Analyzer) -> Callable[[str], object]:
    match word:
        case Word(text, _, True):
            return lambda form: matches_as_written(form, text)
        case Word(text):
            term = analyzer.term(text)
            return lambda form: analyzer.term(form) == term
        case Wildcard(pattern):
            fits = wildcard_regex(pattern).fullmatch
            return lambda form: fits(fold(form))
        case Regex(pattern):
            accepts = compile_pattern(pattern).fullmatch
            return lambda form: accepts(fold(form))
        case Fuzzy(text, edits):
            return lambda form: within_edits(fold(form), text, edits)


def sparse_text(text: str, analyzer: Analyzer, wanted: Wanted) -> MarkedText | None:
    """A text with the words of wanted chunks only, or None for one that has to be read in full."""
    if not text.isascii() or not wanted.possible:
        return None
    found = Words([], [], [], [])
    after: dict[bytes, int] = {}
    position = 0  # of the next word
    begun, known, look_up = False, wanted.known, wanted.of
    for chunk in chunked(text).translate(TO_CHUNKS).split():
        count, words = known.get(chunk) or look_up(chunk)
        if count < 0:
            if begun:
                position += PARAGRAPH_GAP - 1
                begun = False
            continue
        if words:
            place = _find(text, chunk.decode(), after.get(chunk, 0))
            if place < 0:
                return None  # it is written in another way there
            after[chunk] = place + len(chunk)
            for number, (form, start, end) in enumerate(words, position):
                found.forms.append(form)
                found.starts.append(place + start)
                found.ends.append(place + end)
                found.positions.append(number)
        if count:
            position += count
            begun = True
    return MarkedText(text, analyzer, found)


def _find(text: str, chunk: str, start: int) -> int:
    """Where a chunk stands next in a text, as a whole, or -1."""
    while True:
        place = text.find(chunk, start)
        if place < 0:
            return -1
        end = place + len(chunk)
        if (place == 0 or not _is_inside(text[place - 1])) and (end == len(text) or not _is_inside(text[end])):
            return place
        start = place + 1


def _is_inside(character: str) -> bool:
    return character.isalnum() or character in _CHUNK_SIGNS
