"""Packs codes, which say which surface form of a term stands at each of its occurrences.

A term with F forms has codes of 0, 1, 2, 4, 8, 16 or 32 bits, the least that can hold F - 1. The
codes of a term begin at a byte, with the first code in the lowest bits.
"""

from __future__ import annotations

import numpy as np

from searchkit.arrays import AnyArray, Ints, UInt8s
from searchkit.codec.ragged import ranges, starts_from_counts

WIDTHS = (0, 1, 2, 4, 8, 16, 32)
_MAX_FORMS = np.array([1, 2, 4, 16, 256, 65536], dtype=np.int64)


def code_widths(forms: Ints) -> Ints:
    """The bits of each term's codes (int64), given how many forms each term has.

    Reference implementation: the first of WIDTHS with `forms - 1 < 2**width`.
    """
    return np.array(WIDTHS, dtype=np.int64)[np.searchsorted(_MAX_FORMS, forms)]


def byte_starts(counts: Ints, widths: Ints) -> Ints:
    """The byte where each term's codes begin (int64, len + 1 items), given their numbers and
    bits."""
    return starts_from_counts((counts * widths + 7) >> 3)


def pack(codes: AnyArray, counts: Ints, widths: Ints) -> UInt8s:
    """The packed codes of consecutive terms: `counts[t]` codes of `widths[t]` bits.

    Reference implementation: each term's codes as one number, code i shifted left by `i * width`,
    in little-endian bytes.
    """
    starts = starts_from_counts(counts)
    at = byte_starts(counts, widths)
    packed = np.zeros(int(at[-1]), dtype=np.uint8)
    for width in WIDTHS[1:]:
        terms = np.flatnonzero((widths == width) & (counts > 0))
        if len(terms) == 0:
            continue
        values = codes[ranges(starts[terms], counts[terms])]
        sizes = at[terms + 1] - at[terms]
        target = ranges(at[terms], sizes)
        if width >= 8:
            packed[target] = values.astype(f"<u{width // 8}").view(np.uint8)
            continue
        slots = 8 // width
        padded = np.zeros(len(target) * slots, dtype=np.uint8)
        padded[ranges((starts_from_counts(sizes)[:-1]) * slots, counts[terms])] = values
        lanes = padded.reshape(-1, slots)
        merged = lanes[:, 0].copy()
        for lane in range(1, slots):
            merged |= lanes[:, lane] << np.uint8(lane * width)
        packed[target] = merged
    return packed


def unpack(packed: AnyArray, starts: Ints, counts: Ints, widths: Ints) -> Ints:
    """The codes (int64) of several terms, one term after the other; those of term t begin at byte
    `starts[t]`.

    Reference implementation: read each term's bytes as one little-endian number and take `width`
    bits at a time.
    """
    total = int(counts.sum())
    if len(counts) == 1:
        return _unpack_one(packed, int(starts[0]), int(counts[0]), int(widths[0]))
    term = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    index = np.arange(total, dtype=np.int64) - np.repeat(starts_from_counts(counts)[:-1], counts)
    width = widths[term]
    bit = index * width
    byte = starts[term] + (bit >> 3)
    codes = np.zeros(total, dtype=np.int64)
    small = np.flatnonzero((width > 0) & (width <= 8))
    codes[small] = (packed[byte[small]].astype(np.int64) >> (bit[small] & 7)) & ((1 << width[small]) - 1)
    for size in (16, 32):
        large = np.flatnonzero(width == size)
        for lane in range(size // 8 if len(large) else 0):
            codes[large] |= packed[byte[large] + lane].astype(np.int64) << (8 * lane)
    return codes


def _unpack_one(packed: AnyArray, start: int, count: int, width: int) -> Ints:
    if width == 0:
        return np.zeros(count, dtype=np.int64)
    data = packed[start : start + ((count * width + 7) >> 3)]
    if width >= 8:
        return data.view(f"<u{width // 8}").astype(np.int64)
    slots = 8 // width
    lanes = np.empty((len(data), slots), dtype=np.int64)
    for lane in range(slots):
        lanes[:, lane] = (data >> np.uint8(lane * width)) & np.uint8((1 << width) - 1)
    return lanes.reshape(-1)[:count]
