"""A hash table of pretokens, made of arrays: looks up the pretokens of many texts at once.

A Python dictionary costs an object and some cache misses for each pretoken. Here a pretoken is up
to four 64-bit numbers of its bytes, and a batch of them is looked up with a few gathers. Pretokens
that are not in the table are parsed and added to it.

Reference implementation: a dictionary from the bytes of a pretoken to what `parse_pretoken`
returns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from searchkit.analysis.pretoken_parser import PARAGRAPH, SENTENCE, TEXT_END, PretokenParser
from searchkit.arrays import Bools, Ints, UInt64s

SEPARATORS = {b"\x01": TEXT_END, b"\x02": PARAGRAPH, b"\x03": SENTENCE}
"""Pretokens for the end of a text, of a paragraph, and of a sentence in scripts without blanks, and
their entries."""

_PIECES = 4
_MAX_LENGTH = 8 * _PIECES
"""Bytes of the longest pretoken in the table; longer ones are looked up in a dictionary."""
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(9)], dtype=np.uint64)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 / the golden ratio: Fibonacci hashing (Knuth, TAOCP 3, 6.4)
_LONG = np.uint64(0xFF << 56)
"""The last byte of the keys of pretokens of more than eight bytes; no text in UTF-8 has such a
byte."""
_BLANK = 0x20
_MAX_SINGLE_INSERTS = 16
"""Up to so many rows are inserted one by one."""


class PretokenTable:
    """The entries (see `pretoken_parser`) of the pretokens met so far.

    `numbers`, `more` and `divided` are those of `PretokenParser`. The key of a pretoken of up to
    eight bytes is its bytes; that of a longer one is a hash, and its bytes are compared.
    """

    def __init__(self, numbers: Callable[[Sequence[bytes]], list[int]], language: str) -> None:
        self._parser = PretokenParser(numbers, language)
        self.more, self.divided = self._parser.more, self._parser.divided
        self._long: dict[bytes, int] = {}
        self._count = 0
        # By row, in the order in which pretokens were met: their bytes, and their entries. Row 0
        # stands for none.
        self._pieces = np.zeros((1024, _PIECES), dtype=np.uint64)
        self._entries = np.zeros(1024, dtype=np.uint64)
        self._set_size(16)
        for separator, bits in SEPARATORS.items():
            row = np.array([[int.from_bytes(separator, "little"), 0, 0, 0]], dtype=np.uint64)
            self._insert(row, np.array([bits], dtype=np.uint64))

    def _set_size(self, bits: int) -> None:
        # By slot, a power of two of them: key and entry side by side (0: the slot is free), and
        # row.
        self._bits = bits
        self._keys_and_entries = np.zeros((1 << bits, 2), dtype=np.uint64)
        self._rows_at = np.zeros(1 << bits, dtype=np.int32)

    def __len__(self) -> int:
        return self._count + len(self._long)

    def find(self, blob: bytes, offsets: Ints) -> tuple[UInt64s, Ints]:
        """The entry (uint64) of each pretoken of a text, as `pretokenize` returns it, and how many
        pretokens begin before each of some offsets (ascending)."""
        padded = np.frombuffer(b"".join((b" ", blob, b" " * (_MAX_LENGTH + 8))), dtype=np.uint8)
        filled = padded != _BLANK
        edges = np.flatnonzero(filled[1:] != filled[:-1])
        edges += 1
        starts = edges[0::2].copy()
        sizes = edges[1::2] - starts
        # Any eight bytes as one number, where each byte begins one.
        words = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded.data, strides=(1,)).copy()
        keys = words.take(starts)
        keys &= _MASKS.take(sizes, mode="clip")
        longer = np.flatnonzero(sizes > 8)
        pieces = np.zeros((len(longer), _PIECES), dtype=np.uint64)
        pieces[:, 0] = keys[longer]
        at, left = starts[longer], sizes[longer]
        for piece in range(1, _PIECES):
            at, left = at + 8, left - 8
            pieces[:, piece] = words.take(at, mode="clip") & _MASKS.take(left, mode="clip")
        keys[longer] = _hash(pieces)
        entries = self._look_up(keys, longer, pieces)
        for index in longer[left > 8].tolist():  # longer than the table holds
            entries[index] = self._parse_long(bytes(padded[starts[index] : starts[index] + sizes[index]]))
        missing = np.flatnonzero(entries == 0)
        if len(missing):
            of_missing = np.zeros((len(missing), _PIECES), dtype=np.uint64)
            of_missing[:, 0] = keys[missing]
            are_longer = np.flatnonzero(sizes[missing] > 8)
            of_missing[are_longer] = pieces[np.searchsorted(longer, missing[are_longer])]
            entries[missing] = self._add(keys[missing], of_missing)
        return entries, np.searchsorted(starts, offsets + 1)

    def _slots(self, keys: UInt64s) -> Ints:
        return ((keys * _MULTIPLIER) >> np.uint64(64 - self._bits)).astype(np.int64)

    def _look_up(self, keys: UInt64s, longer: Ints, pieces: UInt64s) -> UInt64s:
        """The entries of pretokens, 0 for those that are not in the table.

        `pieces` are the bytes of those of more than eight, whose indexes are `longer`.
        """
        slots = self._slots(keys)
        both = np.take(self._keys_and_entries, slots, axis=0, mode="clip")
        found = both[:, 1].copy()
        same = both[:, 0] == keys
        same[longer] &= self._holds(slots[longer], pieces)
        left = np.flatnonzero(~same)
        # Linear probing: a key that is not in its slot may be in a later one, up to the first free
        # slot.
        waiting = left[found[left] != 0]
        found[left] = 0
        slots = slots[waiting]
        while len(waiting):
            slots = (slots + 1) & ((1 << self._bits) - 1)
            both = self._keys_and_entries.take(slots, axis=0)
            same = both[:, 0] == keys[waiting]
            long = np.flatnonzero(same & (both[:, 0] >= _LONG))
            if len(long):
                same[long] &= self._holds(slots[long], pieces[np.searchsorted(longer, waiting[long])])
            found[waiting[same]] = both[same, 1]
            going = ~same & (both[:, 1] != 0)
            waiting, slots = waiting[going], slots[going]
        return found

    def _holds(self, slots: Ints, pieces: UInt64s) -> Bools:
        """Whether slots hold pretokens of these bytes."""
        held = np.take(self._pieces, self._rows_at[slots], axis=0, mode="clip")
        held ^= pieces
        same: Bools = (held[:, 0] | held[:, 1] | held[:, 2] | held[:, 3]) == 0
        return same

    def _add(self, keys: UInt64s, pieces: UInt64s) -> UInt64s:
        """Parse pretokens, some of which may be given twice, and add them to the table; return
        their entries."""
        order = np.argsort(keys, kind="stable")
        keys, ordered = keys[order], pieces[order]
        new = np.append(True, (keys[1:] != keys[:-1]) | (ordered[1:] != ordered[:-1]).any(axis=1))
        # In the order in which they came: more or less by how frequent they are.
        firsts = np.sort(order[new])
        fresh = pieces[firsts]
        entries = self._parser.parse_rows(fresh.view(np.uint8))
        self._insert(fresh, entries)
        of_all = np.empty_like(keys)
        of_all[order] = entries[np.searchsorted(firsts, order[new])][np.cumsum(new) - 1]
        return of_all

    def _insert(self, pieces: UInt64s, entries: UInt64s) -> None:
        end = self._count + 1 + len(pieces)
        while end > len(self._entries):
            self._pieces = np.concatenate([self._pieces, np.zeros_like(self._pieces)])
            self._entries = np.concatenate([self._entries, np.zeros_like(self._entries)])
        begin, self._count = self._count + 1, end - 1
        self._pieces[begin:end] = pieces
        self._entries[begin:end] = entries
        if 2 * end > 1 << self._bits:
            self._set_size((2 * end).bit_length())
            begin = 1
        rows = np.arange(end - 1, begin - 1, -1, dtype=np.int32)
        keys = self._pieces[rows, 0]
        longer = np.flatnonzero(self._pieces[rows, 1])
        keys[longer] = _hash(self._pieces[rows[longer]])
        slots = self._slots(keys)
        last = (1 << self._bits) - 1
        while len(rows) > _MAX_SINGLE_INSERTS:
            # Of several rows that want one free slot, the last one written gets it. It was met
            # first, so it stands in more texts than the others, which go on to the next slot.
            free = self._rows_at[slots] == 0
            self._rows_at[slots[free]] = rows[free]
            placed = self._rows_at[slots] == rows
            self._fill(slots[placed], keys[placed], rows[placed])
            rows, keys, slots = rows[~placed], keys[~placed], (slots[~placed] + 1) & last
        taken = slots.tolist()
        for index in reversed(range(len(rows))):
            while self._rows_at[taken[index]]:
                taken[index] = (taken[index] + 1) & last
            self._rows_at[taken[index]] = rows[index]
        self._fill(np.array(taken, dtype=np.int64), keys, rows)

    def _fill(self, slots: Ints, keys: UInt64s, rows: npt.NDArray[np.int32]) -> None:
        self._keys_and_entries[slots, 0] = keys
        self._keys_and_entries[slots, 1] = self._entries[rows]

    def _parse_long(self, pretoken: bytes) -> int:
        entries = self._long.get(pretoken)
        if entries is None:
            [entries] = self._parser.parse([pretoken])
            self._long[pretoken] = entries
        return entries


def _hash(pieces: UInt64s) -> UInt64s:
    """The keys of pretokens of more than eight bytes."""
    mixed: UInt64s = pieces[:, 0] * _MULTIPLIER
    for piece in range(1, _PIECES):
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ pieces[:, piece]) * _MULTIPLIER
    return mixed | _LONG
