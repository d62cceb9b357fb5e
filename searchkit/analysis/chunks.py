"""Looking up the chunks of many texts at once, in a hash table of arrays.

A dictionary of Python needs an object and some cache misses a chunk; here a chunk is up to four 64-bit numbers of its
bytes, and a batch of them is looked up by a few gathers. Chunks that are not in the table are taken apart one by one, by
the regular expression that says what a word is, and are known from then on.

Slow twin: a dictionary from the bytes of a chunk to what `Chunks.meet` makes of it.
"""

from __future__ import annotations

import re
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
_LONG = np.uint64(0xFF << 56)
"""In keys of chunks of more than eight bytes; no text in UTF-8 has such a byte."""
_BLANK = 0x20
_PLAIN = re.compile(rb"(?:([A-Za-z0-9]+|[0-9]+(?:\.[0-9]+)+)|([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)*))([.,!?]*)")
"""What nearly all chunks are: a word that is written as it stands, or a number with commas, and signs after it."""


class Chunks:
    """Chunks that were met. `number` gives the number of a written form; `more` holds the forms of chunks of several.

    The key of a chunk of up to eight bytes are its bytes; that of a longer one is a hash, and its bytes are compared.
    """

    def __init__(self, number: Callable[[bytes], int]) -> None:
        self._number = number
        self.more: dict[int, list[int]] = {}
        self._long: dict[bytes, int] = {}
        self._count = 0
        # By row, as chunks were met: their bytes, and what is known of them. Row 0 is none.
        self._pieces = np.zeros((1024, _PIECES), dtype=np.uint64)
        self._known = np.zeros(1024, dtype=np.uint64)
        self._set_size(16)
        for sign, bits in SIGNS.items():
            self._insert(np.array([[int.from_bytes(sign, "little"), 0, 0, 0]], dtype=np.uint64), [bits])

    def _set_size(self, bits: int) -> None:
        # By slot, a power of two of them: key and what is known (0: the slot is free) side by side, and row.
        self._bits = bits
        self._at = np.zeros((1 << bits, 2), dtype=np.uint64)
        self._rows_at = np.zeros(1 << bits, dtype=np.int32)

    def __len__(self) -> int:
        return self._count + len(self._long)

    def find(self, blob: bytes) -> UInts:
        """What is known of each chunk of a text in which all that is in no chunk is a blank."""
        padded = np.frombuffer(b"".join((b" ", blob, b" " * (_LONGEST + 8))), dtype=np.uint8)
        filled = padded != _BLANK
        edges = np.flatnonzero(filled[1:] != filled[:-1])
        edges += 1
        starts, sizes = edges[0::2], edges[1::2] - edges[0::2]
        # Any eight bytes as one number: the view is unaligned, which NumPy's gathers allow.
        words = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded.data, strides=(1,))
        keys = words[starts]
        keys &= _MASKS[np.minimum(sizes, 8)]
        longer = np.flatnonzero(sizes > 8)
        pieces = np.zeros((len(longer), _PIECES), dtype=np.uint64)
        pieces[:, 0] = keys[longer]
        at, left = starts[longer], sizes[longer]
        for piece in range(1, _PIECES):
            at, left = at + 8, left - 8
            pieces[:, piece] = words[np.minimum(at, len(words) - 1)] & _MASKS[np.clip(left, 0, 8)]
        keys[longer] = _hashed(pieces)
        known = self._look_up(keys, longer, pieces)
        for place in longer[left > 8].tolist():  # longer than the table holds
            known[place] = self._meet_long(bytes(padded[starts[place] : starts[place] + sizes[place]]))
        missing = np.flatnonzero(known == 0)
        if len(missing):
            of_missing = np.zeros((len(missing), _PIECES), dtype=np.uint64)
            of_missing[:, 0] = keys[missing]
            are_longer = np.flatnonzero(sizes[missing] > 8)
            of_missing[are_longer] = pieces[np.searchsorted(longer, missing[are_longer])]
            self._learn(of_missing)
            known[missing] = self._look_up(keys[missing], are_longer, of_missing[are_longer])
        return known

    def _slots(self, keys: UInts) -> Ints:
        return ((keys * _MULTIPLIER) >> np.uint64(64 - self._bits)).astype(np.int64)

    def _look_up(self, keys: UInts, longer: Ints, pieces: UInts) -> UInts:
        """What is known of chunks, 0 of those that were never met; `pieces` are the bytes of the `longer` ones."""
        slots = self._slots(keys)
        both = np.take(self._at, slots, axis=0, mode="clip")
        found = both[:, 1].copy()
        same = both[:, 0] == keys
        same[longer] &= self._hold(slots[longer], pieces)
        left = np.flatnonzero(~same)
        # Linear probing: what is neither here nor at an empty slot may lie further on.
        waiting = left[found[left] != 0]
        found[left] = 0
        slots = slots[waiting]
        while len(waiting):
            slots = (slots + 1) & ((1 << self._bits) - 1)
            both = self._at[slots]
            same = both[:, 0] == keys[waiting]
            long = np.flatnonzero(same & (both[:, 0] >= _LONG))
            same[long] &= self._hold(slots[long], pieces[np.searchsorted(longer, waiting[long])])
            found[waiting[same]] = both[same, 1]
            going = ~same & (both[:, 1] != 0)
            waiting, slots = waiting[going], slots[going]
        return found

    def _hold(self, slots: Ints, pieces: UInts) -> npt.NDArray[np.bool_]:
        """Whether slots hold chunks of these bytes."""
        held = np.take(self._pieces, self._rows_at[slots], axis=0, mode="clip")
        held ^= pieces
        same: npt.NDArray[np.bool_] = (held[:, 0] | held[:, 1] | held[:, 2] | held[:, 3]) == 0
        return same

    def _learn(self, pieces: UInts) -> None:
        """Take chunks apart that were never met before; some may stand there twice."""
        order = np.lexsort(pieces.T)
        ordered = pieces[order]
        new = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
        # In the order in which they came, which is that of how frequent they are, more or less.
        fresh = pieces[np.sort(order[new])]
        texts = fresh.view(f"S{_LONGEST}").reshape(-1).tolist()
        self._insert(fresh, [self.meet(text) for text in texts])

    def _insert(self, pieces: UInts, known: list[int]) -> None:
        end = self._count + 1 + len(pieces)
        while end > len(self._known):
            self._pieces = np.concatenate([self._pieces, np.zeros_like(self._pieces)])
            self._known = np.concatenate([self._known, np.zeros_like(self._known)])
        rows = np.arange(self._count + 1, end, dtype=np.int32)
        self._pieces[rows] = pieces
        self._known[rows] = known
        self._count = end - 1
        if 2 * end > 1 << self._bits:
            self._set_size((2 * end).bit_length())
            rows = np.arange(1, end, dtype=np.int32)
        rows = rows[::-1]
        keys = self._pieces[rows, 0]
        longer = np.flatnonzero(self._pieces[rows, 1])
        keys[longer] = _hashed(self._pieces[rows[longer]])
        slots = self._slots(keys)
        while len(rows):
            # Of several that want one free slot the last one written gets it, which was met first and stands in more
            # texts than the others; these go on to the next.
            free = self._rows_at[slots] == 0
            self._rows_at[slots[free]] = rows[free]
            placed = self._rows_at[slots] == rows
            self._at[slots[placed]] = np.stack([keys[placed], self._known[rows[placed]]], axis=1)
            rows, keys, slots = rows[~placed], keys[~placed], (slots[~placed] + 1) & ((1 << self._bits) - 1)

    def _meet_long(self, chunk: bytes) -> int:
        known = self._long.get(chunk)
        if known is None:
            known = self._long[chunk] = self.meet(chunk)
        return known

    def meet(self, chunk: bytes) -> int:
        """What a chunk holds; never 0."""
        plain = _PLAIN.fullmatch(chunk)
        if plain is not None:
            word, number, signs = plain.groups()
            form = number.replace(b",", b"") if word is None else word
            bits = ONE if b"a" <= chunk[:1] <= b"z" else ONE | BEGINS
            if signs and signs != b"," and chunk_ends((word or number).decode(), signs.decode()):
                bits |= ENDS
            return self._number(form[:LONGEST_WORD]) << FORM_SHIFT | bits
        text = chunk.decode()
        found = list(WORD.finditer(text))
        if not found:
            return NO_WORD | any(mark in text for mark in ".!?") * ENDS
        forms = [self._number(written_form(match[0]).encode()) for match in found]
        ends = chunk_ends(found[-1][0], text[found[-1].end() :])
        bits = ends * ENDS | (not found[0][0][0].islower()) * BEGINS
        if len(forms) == 1:
            return forms[0] << FORM_SHIFT | ONE | bits
        self.more[len(self.more)] = forms
        return (len(self.more) - 1) << FORM_SHIFT | MANY | bits


def _hashed(pieces: UInts) -> UInts:
    """The keys of chunks of more than eight bytes."""
    mixed: UInts = pieces[:, 0] * _MULTIPLIER
    for piece in range(1, _PIECES):
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ pieces[:, piece]) * _MULTIPLIER
    return mixed | _LONG
