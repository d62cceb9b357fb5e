"""Bitsets: sets of documents as bits, 64 in a number.

Two sets of half a million documents are combined in microseconds. Document n of a snapshot is bit
`n % 64` (from the lowest) of number `n // 64`; bits beyond the last document are 0. In the
reference implementations, `number` is a bitset as one large integer.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchkit.arrays import AnyInts, Bools, Ints, UInt32s, UInt64s

Bitset = UInt64s

WORD_BITS = 64
"""The bits of each number of a bitset."""
SPARSE_RATIO = 16
"""A set of fewer than 1/SPARSE_RATIO of all documents is handled document by document."""


def empty(size: int) -> Bitset:
    """None of `size` documents."""
    return np.zeros((size + WORD_BITS - 1) // WORD_BITS, dtype="<u8")


def full(size: int) -> Bitset:
    """All of `size` documents."""
    return from_flags(np.ones(size, dtype=bool))


def from_flags(flags: Bools) -> Bitset:
    """The documents whose flag is set.

    Reference implementation: `sum(1 << n for n, flag in enumerate(flags) if flag)`.
    """
    packed = np.packbits(flags, bitorder="little")
    bits = empty(len(flags))
    bits.view(np.uint8)[: len(packed)] = packed
    return bits


def from_docs(docs: AnyInts, size: int) -> Bitset:
    """Some of `size` documents, given by their numbers in any order.

    Reference implementation: `sum(1 << n for n in set(docs))`.
    """
    if len(docs) * SPARSE_RATIO < size:
        bits = empty(size)
        np.bitwise_or.at(bits, docs >> 6, np.uint64(1) << (docs & (WORD_BITS - 1)).astype(np.uint64))
        return bits
    flags = np.zeros(size, dtype=bool)
    flags[docs] = True
    return from_flags(flags)


def to_flags(bits: Bitset, size: int) -> Bools:
    """A flag for each document. Reference implementation:
    `[number >> n & 1 for n in range(size)]`."""
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(bool)


def to_docs(bits: Bitset, size: int, known: int | None = None) -> Ints:
    """The documents of a set (int64, ascending); `known` is their number, if it is known.

    Reference implementation: `[n for n in range(size) if number >> n & 1]`.
    """
    if (count(bits) if known is None else known) * SPARSE_RATIO > size:
        return to_flags(bits, size).nonzero()[0]
    octets = bits.view(np.uint8)
    filled = (octets != 0).nonzero()[0]  # NumPy finds what is true many times as fast as what is not 0
    inside = np.unpackbits(octets[filled], bitorder="little").view(bool).nonzero()[0]
    return (filled[inside >> 3] << 3) | (inside & 7)


def union(parts: Sequence[Bitset], size: int) -> Bitset:
    """The documents (of `size`) of any of several sets."""
    if not parts:
        return empty(size)
    joined = parts[0]
    for part in parts[1:]:
        joined = joined | part
    return joined


def count(bits: Bitset) -> int:
    """The number of documents in a set."""
    return int(np.add.reduce(np.bitwise_count(bits), dtype=np.int64))


def contains(bits: Bitset, docs: Ints) -> Bools:
    """Whether each of some documents is in a set.

    Reference implementation: `[number >> doc & 1 for doc in docs]`.
    """
    if len(docs) * 4 > len(bits) * WORD_BITS:
        return to_flags(bits, len(bits) * WORD_BITS)[docs]
    found: Bools = (bits.view(np.uint8)[docs >> 3] >> (docs & 7).astype(np.uint8) & np.uint8(1)).view(bool)
    return found


def counts_before(bits: Bitset) -> UInt32s:
    """The number of documents of a set before each of its 64-bit numbers, and in all of it last."""
    counts = np.zeros(len(bits) + 1, dtype=np.uint32)
    np.cumsum(np.bitwise_count(bits), out=counts[1:])
    return counts


def ranks(bits: Bitset, counts: UInt32s, docs: Ints) -> Ints:
    """The number of documents of a set before each of some; `counts` are `counts_before(bits)`.

    Reference implementation: `[bisect_left(to_docs(bits), doc) for doc in docs]`.
    """
    word = docs >> 6
    below = (np.uint64(1) << (docs & (WORD_BITS - 1)).astype(np.uint64)) - np.uint64(1)
    return counts[word].astype(np.int64) + np.bitwise_count(bits[word] & below)
