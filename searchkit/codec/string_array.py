"""Many texts in one array of bytes, which can be sorted and numbered with array operations.

A list of texts consists of many objects. To read them in another order than they were made in means
to wait for memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from searchkit.arrays import Bools, Ints
from searchkit.codec.ragged import ranges, starts_from_counts
from searchkit.frozen import frozen

_WORD = 8
_FIRST_BYTES = np.array([(1 << 64) - (1 << 8 * (_WORD - size)) for size in range(_WORD + 1)], dtype=np.uint64)
"""Masks by size: of eight bytes as a number, the first so many."""


@frozen
class StringArray:
    """Texts in UTF-8: number t is `blob[starts[t]:starts[t + 1]]`."""

    blob: bytes
    starts: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    def tolist(self) -> list[bytes]:
        return [self.blob[start:end] for start, end in pairwise(self.starts.tolist())]

    def take(self, numbers: Ints) -> StringArray:
        """The texts with these numbers. Reference implementation:
        `[texts[number] for number in numbers]`."""
        sizes = np.diff(self.starts)[numbers]
        taken = np.frombuffer(self.blob, dtype=np.uint8)[ranges(self.starts[numbers], sizes)]
        return StringArray(taken.tobytes(), starts_from_counts(sizes))

    def reverse(self) -> StringArray:
        """The characters of each text reversed, and the order of the texts, too.

        Reference implementation: `text[::-1]` of each, last one first. Raises UnicodeDecodeError.
        """
        blob = np.frombuffer(self.blob, dtype=np.uint8)
        if (blob[self.starts[self.starts < len(blob)]] & 0xC0 == 0x80).any():
            for text in self.tolist():  # two texts share a character: damage, as decoding says
                text.decode()
        return StringArray(self.blob.decode()[::-1].encode(), len(self.blob) - self.starts[::-1])


def as_string_array(texts: Sequence[bytes] | StringArray) -> StringArray:
    """Texts as a StringArray, whatever they are given as."""
    if isinstance(texts, StringArray):
        return texts
    return StringArray(b"".join(texts), starts_from_counts(np.array(list(map(len, texts)), dtype=np.int64)))


def unique_strings(texts: StringArray) -> tuple[StringArray, Ints]:
    """The distinct texts, sorted, and the number of each text among them (`np.unique` with its
    inverse).

    Where many are equal and long, pass them through `distinct_in_order` first.

    Reference implementation: `sorted(set(texts))`, and its `index` of each.
    """
    order, first = sorted_order(texts)
    numbers = np.empty(len(texts), dtype=np.int64)
    numbers[order] = np.cumsum(first) - 1
    return texts.take(order[first]), numbers


def distinct_in_order(texts: Sequence[bytes]) -> tuple[list[bytes], Ints]:
    """The distinct texts in the order of their first occurrence, and the number of each text among
    them.

    Reference implementation: `list(dict.fromkeys(texts))`, and its `index` of each.
    """
    seen: dict[bytes, int] = {}
    numbers = [seen.setdefault(text, len(seen)) for text in texts]
    return list(seen), np.array(numbers, dtype=np.int64)


def sorted_order(texts: StringArray) -> tuple[Ints, Bools]:
    """The stable order that sorts texts by their bytes, and which of the sorted texts differ from
    the one before.

    Texts are sorted by their first eight bytes, those with equal ones by the next eight, and so on.
    Reference implementation: `sorted(range(len(texts)), key=texts.__getitem__)`.
    """
    blob, starts = texts.blob, texts.starts[:-1]
    sizes = np.diff(texts.starts)
    padded = np.frombuffer(blob + bytes(_WORD), dtype=np.uint8)
    # Any eight bytes as one number: the view is unaligned, which NumPy's gathers allow.
    words = np.ndarray((len(blob) + 1,), dtype=">u8", buffer=padded.data, strides=(1,))
    plain = b"\0" not in blob  # else a text that ends may equal one that goes on
    order, first = np.arange(len(starts), dtype=np.int64), np.ones(len(starts), dtype=bool)
    # Ranks whose text is not decided yet, and the rank where the run of equal texts begins that
    # each is in.
    ranks, runs, at = order.copy(), np.zeros(len(order), dtype=np.int64), 0
    while len(ranks):
        chosen = order[ranks]
        left = np.clip(sizes[chosen] - at, 0, _WORD)
        keys = words[np.minimum(starts[chosen] + at, len(blob))].astype(np.uint64) & _FIRST_BYTES[left]
        if at or not plain:
            by = np.lexsort((keys, runs) if plain else (left, keys, runs))
        else:
            by = np.argsort(keys, kind="stable")  # many times faster
        order[ranks] = chosen[by]
        keys, left, runs = keys[by], left[by], runs[by]
        begins = np.ones(len(ranks) + 1, dtype=bool)
        begins[1:-1] = (keys[1:] != keys[:-1]) | (left[1:] != left[:-1]) | (runs[1:] != runs[:-1])
        first[ranks] = begins[:-1]
        runs = ranks[np.flatnonzero(begins[:-1])][np.cumsum(begins[:-1]) - 1]
        undecided = ~(begins[:-1] & begins[1:]) & (left == _WORD)
        ranks, runs, at = ranks[undecided], runs[undecided], at + _WORD
    return order, first
