"""Spans of words, phrases and operators in many documents at once, as sorted arrays.

A span is a pair of keys, of its first and of its last position. The high 32 bits of a key are a
document index: the document's index in the array of documents that were asked for. The low 32 bits
are the position. The functions of `analysis.spans`, which define the operators, are the reference
implementations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from searchkit.analysis.spans import Span, phrase_spans
from searchkit.arrays import Bools, Ints
from searchkit.frozen import frozen
from searchkit.query.sorted_arrays import intersect

Fits = Callable[[Ints, Ints, Ints], Bools]
"""From the distances between two spans, and the keys on both sides of each gap, to whether they are
near enough."""

POSITION_MASK = 0xFFFFFFFF
"""The bits of a key that are the position."""
_NONE = np.zeros(0, dtype=np.int64)


@frozen
class Spans:
    """Spans, sorted by (first, last) and distinct."""

    first: Ints
    last: Ints

    def __len__(self) -> int:
        return len(self.first)

    @property
    def doc_indexes(self) -> Ints:
        """The document index of each span (ascending)."""
        return self.first >> 32

    def select(self, chosen: Bools) -> Spans:
        """Some of the spans, by a mask."""
        return Spans(self.first[chosen], self.last[chosen])


def from_positions(doc_indexes: Ints, positions: Ints, widths: Ints | None = None) -> Spans:
    """The spans of single words. Each covers as many positions as `widths` says: 2 for a divided
    word, else 1 (None: all 1). A position may come twice, once with each width."""
    keys = (doc_indexes << 32) | positions
    if widths is None:
        return Spans(keys, keys)
    lasts = keys + widths - 1
    order = np.lexsort((lasts, keys))
    return Spans(keys[order], lasts[order])


def union(parts: Sequence[Spans]) -> Spans:
    """See union_spans."""
    if len(parts) == 1:
        return parts[0]
    return _distinct(np.concatenate([p.first for p in parts]), np.concatenate([p.last for p in parts]))


def _distinct(first: Ints, last: Ints) -> Spans:
    order = np.lexsort((last, first))
    first, last = first[order], last[order]
    new = np.ones(len(first), dtype=bool)
    new[1:] = (first[1:] != first[:-1]) | (last[1:] != last[:-1])
    return Spans(first[new], last[new])


def phrase(words: Sequence[Ints], steps: Sequence[int], slop: int) -> Spans:
    """See phrase_spans, for words that are not divided. `words[i]` are the keys (ascending) of
    word i."""
    shifts = np.concatenate([[0], np.cumsum(steps)]).astype(np.int64)
    if slop == 0:
        order = sorted(range(len(words)), key=lambda word: len(words[word]))
        first = words[order[0]] - shifts[order[0]]
        for word in order[1:]:
            first = intersect(words[word], first + shifts[word]) - shifts[word]
        first = first[(first & POSITION_MASK) + shifts[-1] <= POSITION_MASK]
        return Spans(first, first + shifts[-1])
    first = at = words[0]
    for step, following in zip(steps, words[1:], strict=True):
        indexes = np.searchsorted(following, at + step)
        inside = indexes < len(following)
        first, at = first[inside], following[indexes[inside]]
        same = (at >> 32) == (first >> 32)
        first, at = first[same], at[same]
    near = at - first - int(shifts[-1]) <= slop
    return Spans(first[near], at[near])


def undivided_keys(words: Spans) -> Ints:
    """The keys of the words that are not divided."""
    return words.first[words.first == words.last]


def phrase_of_spans(words: Sequence[Spans], steps: Sequence[int], slop: int) -> Spans:
    """See phrase_spans: called for each document, of which there are few."""
    listed = [list(zip(word.first.tolist(), word.last.tolist(), strict=True)) for word in words]
    by_doc_index: list[dict[int, list[Span]]] = []
    for spans in listed:
        spans_by_doc: dict[int, list[Span]] = {}
        for first, last in spans:
            spans_by_doc.setdefault(first >> 32, []).append((first, last))
        by_doc_index.append(spans_by_doc)
    found: set[Span] = set()
    for doc_index, first_spans in by_doc_index[0].items():
        others = [spans_by_doc.get(doc_index, []) for spans_by_doc in by_doc_index[1:]]
        found.update((chain[0][0], chain[-1][1]) for chain in phrase_spans([first_spans, *others], steps, slop))
    ordered = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    return Spans(ordered[:, 0], ordered[:, 1])


def near(left: Spans, right: Spans, distance: int, *, ordered: bool) -> Spans:
    """See near_spans."""
    return _nearest(left, right, ordered, lambda gap, one, other: gap <= distance)


def together(left: Spans, right: Spans, unit_starts: Ints) -> Spans:
    """See same_unit_spans. `unit_starts` are the keys at which sentences or paragraphs begin, but
    for each first one."""

    def unit(keys: Ints) -> Ints:
        return np.searchsorted(unit_starts, keys, side="right") + (keys >> 32)

    left = left.select(unit(left.first) == unit(left.last))
    right = right.select(unit(right.first) == unit(right.last))
    return _nearest(left, right, False, lambda gap, one, other: unit(one) == unit(other))


def _nearest(left: Spans, right: Spans, ordered: bool, fits: Fits) -> Spans:
    """Join each left span with the nearest right one after it, and, unless ordered, the nearest one
    before."""
    firsts, lasts = [_NONE], [_NONE]
    indexes = np.searchsorted(right.first, left.last, side="right")
    for after in (True, False)[: 1 if ordered else 2]:
        if after:
            chosen = np.flatnonzero(indexes < len(right))
            other = indexes[chosen]
            other_first, other_last = right.first[other], right.last[other]
            own_first, own_last = left.first[chosen], left.last[chosen]
            gap = other_first - own_last
            same = (other_first >> 32) == (own_last >> 32)
            good = same & fits(gap, own_last, other_first)
            firsts.append(own_first[good])
            lasts.append(other_last[good])
            continue
        order = np.lexsort((right.first, right.last))
        by_last_first, by_last = right.first[order], right.last[order]
        before = np.searchsorted(by_last, left.first, side="left") - 1
        chosen = np.flatnonzero(before >= 0)
        other_first, other_last = by_last_first[before[chosen]], by_last[before[chosen]]
        own_first, own_last = left.first[chosen], left.last[chosen]
        same = (other_last >> 32) == (own_first >> 32)
        good = same & fits(own_first - other_last, own_first, other_last)
        firsts.append(other_first[good])
        lasts.append(own_last[good])
    return _distinct(np.concatenate(firsts), np.concatenate(lasts))


def not_near(left: Spans, right: Spans, distance: int) -> Spans:
    """See not_near_spans."""
    if len(right) == 0:
        return left
    by_last = np.sort(right.last)
    low = np.maximum(left.first - distance, (left.first >> 32) << 32)
    within = np.searchsorted(right.first, left.last + distance, side="right") - np.searchsorted(by_last, low, side="left")
    within -= _same(left, right)
    return left.select(within == 0)


def _same(left: Spans, right: Spans) -> Ints:
    """1 for each left span that is a right one too, else 0."""
    both = np.concatenate([left.first, right.first]), np.concatenate([left.last, right.last])
    order = np.lexsort(both[::-1])
    first, last = both[0][order], both[1][order]
    twice = np.flatnonzero((first[1:] == first[:-1]) & (last[1:] == last[:-1]))
    found = np.zeros(len(order), dtype=np.int64)
    found[order[twice]] = 1  # lexsort is stable: of two equal ones the left one comes first
    return found[: len(left)]
