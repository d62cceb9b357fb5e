"""Looking up the chunks of many texts at once, in a hash table of arrays.

A dictionary of Python needs an object and some cache misses a chunk; here a chunk is up to four 64-bit numbers of its
bytes, and a batch of them is looked up by a few gathers. Chunks that are not in the table are taken apart one by one, by
the regular expression that says what a word is, and are known from then on.

Slow twin: a dictionary from the bytes of a chunk to what `Chunks.meet` makes of it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from searchkit.analysis.sentences import chunk_ends
from searchkit.analysis.words import LONGEST_WORD, WORD, written_form

UInts = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]

# What is known of a chunk, in one number: the bits below, and above FORM_SHIFT the number of its form (of a chunk with MANY
# words: its number in `more`).
BEGINS, ENDS, ONE, MANY, TEXT_END, PARAGRAPH, SENTENCE = (1 << bit for bit in range(7))
"""Its first word can begin a sentence; a sentence ends with it; it holds one word; several; and the signs."""
WORDS = ONE | MANY
NO_WORD = 1 << 7
"""A chunk that was met and holds no word."""
FORM_SHIFT = 8

SIGNS = {b"\x01": TEXT_END, b"\x02": PARAGRAPH, b"\x03": SENTENCE}
"""Chunks that stand for the end of a text, of a paragraph, and of a sentence in scripts without blanks."""

_PIECES = 4
_LONGEST = 8 * _PIECES
"""Bytes of a chunk that the table holds; longer ones are looked up in a dictionary."""
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(9)], dtype=np.uint64)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)
_BLANK = 0x20


class Chunks:
    """Chunks that were met. `number` gives the number of a written form; `more` holds the forms of chunks of several."""

    def __init__(self, number: Callable[[str], int]) -> None:
        self._number = number
        self.more: dict[int, list[int]] = {}
        self._long: dict[bytes, int] = {}
        self._count = 0
        self._size = 1 << 16
        self._rows = np.zeros((_PIECES, 1024), dtype=np.uint64)
        self._known = np.zeros(1024, dtype=np.uint64)
        self._slots = np.zeros(self._size, dtype=np.int32)
        for sign, bits in SIGNS.items():
            self._insert(np.array([[int.from_bytes(sign, "little")], [0], [0], [0]], dtype=np.uint64), [bits])

    def __len__(self) -> int:
        return self._count + len(self._long)

    def find(self, blob: bytes) -> UInts:
        """What is known of each chunk of a text in which all that is in no chunk is a blank."""
        padded = np.frombuffer(b" " + blob + b" " * (_LONGEST + 8), dtype=np.uint8)
        filled = padded != _BLANK
        edges = np.flatnonzero(filled[1:] != filled[:-1]) + 1
        starts, sizes = edges[0::2], edges[1::2] - edges[0::2]
        # Any eight bytes as one number: the view is unaligned, which NumPy's gathers allow.
        words = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded.data, strides=(1,))
        pieces = np.zeros((_PIECES, len(starts)), dtype=np.uint64)
        pieces[0] = words[starts] & _MASKS[np.minimum(sizes, 8)]
        beyond = np.flatnonzero(sizes > 8)
        for piece in range(1, _PIECES):
            left = sizes[beyond] - 8 * piece
            pieces[piece, beyond] = words[starts[beyond] + 8 * piece] & _MASKS[np.minimum(left, 8)]
            beyond = beyond[left > 8]
        known = self._look_up(pieces)
        for at in beyond.tolist():  # longer than the table holds
            known[at] = self._meet_long(bytes(padded[starts[at] : starts[at] + sizes[at]]))
        missing = np.flatnonzero(known == 0)
        if len(missing):
            missing = missing[sizes[missing] <= _LONGEST]
            self._learn(np.ascontiguousarray(pieces[:, missing]))
            known[missing] = self._look_up(pieces[:, missing])
        return known

    def _hash(self, pieces: UInts) -> Ints:
        mixed = _mixed(pieces)
        return ((mixed ^ (mixed >> np.uint64(32))) & np.uint64(self._size - 1)).astype(np.int64)

    def _look_up(self, pieces: UInts) -> UInts:
        """What is known of chunks, 0 of those that were never met."""
        found = np.zeros(pieces.shape[1], dtype=np.uint64)
        slots = self._hash(pieces)
        rows = self._slots[slots]
        same = self._same(rows, pieces)
        found[same] = self._known[rows[same]]
        # Linear probing: what is neither here nor at an empty slot may lie further on.
        left = np.flatnonzero(~same & (rows > 0))
        slots = slots[left]
        while len(left):
            slots = (slots + 1) & (self._size - 1)
            rows = self._slots[slots]
            same = self._same(rows, pieces[:, left])
            found[left[same]] = self._known[rows[same]]
            going = ~same & (rows > 0)
            left, slots = left[going], slots[going]
        return found

    def _same(self, rows: npt.NDArray[np.int32], pieces: UInts) -> npt.NDArray[np.bool_]:
        same: npt.NDArray[np.bool_] = self._rows[0][rows] == pieces[0]
        long = np.flatnonzero(pieces[1] | self._rows[1][rows])
        for piece in range(1, _PIECES):
            same[long] &= self._rows[piece][rows[long]] == pieces[piece][long]
        return same & (rows > 0)

    def _learn(self, pieces: UInts) -> None:
        """Take chunks apart that were never met before; some may stand there twice."""
        mixed = _mixed(pieces)
        order = np.argsort(mixed)
        ordered = pieces[:, order]
        # Two that share a hash may stand between copies of each other; then one is learned twice, which does no harm.
        new = np.append(True, (ordered[:, 1:] != ordered[:, :-1]).any(axis=0))
        fresh = np.ascontiguousarray(ordered[:, new])
        texts = np.ascontiguousarray(fresh.T).view(f"S{_LONGEST}").reshape(-1).tolist()
        self._insert(fresh, [self.meet(text) for text in texts])

    def _insert(self, pieces: UInts, known: list[int]) -> None:
        end = self._count + 1 + pieces.shape[1]
        while end > len(self._known):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)], axis=1)
            self._known = np.concatenate([self._known, np.zeros_like(self._known)])
        rows = np.arange(self._count + 1, end, dtype=np.int32)
        self._rows[:, rows] = pieces
        self._known[rows] = known
        self._count = end - 1
        if 4 * end > self._size:
            while 4 * end > self._size:
                self._size *= 2
            self._slots = np.zeros(self._size, dtype=np.int32)
            rows = np.arange(1, end, dtype=np.int32)
        slots = self._hash(self._rows[:, rows])
        while len(rows):
            # Of several that want one free slot the last one written gets it; the others go on to the next.
            free = self._slots[slots] == 0
            self._slots[slots[free]] = rows[free]
            waiting = self._slots[slots] != rows
            rows, slots = rows[waiting], (slots[waiting] + 1) & (self._size - 1)

    def _meet_long(self, chunk: bytes) -> int:
        known = self._long.get(chunk)
        if known is None:
            known = self._long[chunk] = self.meet(chunk)
        return known

    def meet(self, chunk: bytes) -> int:
        """What a chunk holds; never 0."""
        text = chunk.decode()
        core = text.rstrip(".,!?")
        if core.isalnum() and core.isascii():  # most chunks are one plain word
            ends = len(core) < len(text) and chunk_ends(core, text[len(core) :])
            begins = not core[0].islower()
            return self._number(core[:LONGEST_WORD]) << FORM_SHIFT | ONE | ends * ENDS | begins * BEGINS
        found = list(WORD.finditer(text))
        if not found:
            return NO_WORD | any(mark in text for mark in ".!?") * ENDS
        forms = [self._number(written_form(match[0])) for match in found]
        ends = chunk_ends(found[-1][0], text[found[-1].end() :])
        bits = ends * ENDS | (not found[0][0][0].islower()) * BEGINS
        if len(forms) == 1:
            return forms[0] << FORM_SHIFT | ONE | bits
        self.more[len(self.more)] = forms
        return (len(self.more) - 1) << FORM_SHIFT | MANY | bits


def _mixed(pieces: UInts) -> UInts:
    mixed: UInts = pieces[0] * _MULTIPLIER
    for piece in pieces[1:]:
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ piece) * _MULTIPLIER
    return mixed
