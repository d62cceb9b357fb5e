"""Where do words stand side by side? By counting at each place of the articles' texts how many of the words fit there.

The places of a few thousand articles are laid out one after the other in an array of bytes. Word after word, from the
rarest on, each raises by one the places at which all words before it fit; where the last one fits, the phrase begins. A
few thousand articles at a time, so that all of it stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from searchkit.codec.ragged import starts_of
from searchkit.query.words import WordPlaces, WordPostings

Ints = npt.NDArray[np.int64]
PlacedWord = tuple[WordPostings, WordPlaces, int]
"""A word's postings and places, and how far it stands from the first word of its phrase."""

ARTICLES = 4096
"""Articles that are looked at at once."""
SPARSE = 40
"""Fewer words than one in so many places are merged."""
DUMP = 1 << 16
"""The first places (twice as many, for shifts go down), for words of articles that are no candidates but are read with
their neighbours."""
MOST_PLACES = 1 << 25
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a phrase: where the candidates stand among its postings, and their occurrences among all."""

    shift: int
    places: WordPlaces
    chosen: Ints
    starts: Ints
    counts: Ints
    total: int

    @property
    def last(self) -> Ints:
        """The last position in each candidate."""
        return self.places.positions[self.starts + (self.counts - 1)].astype(np.int64)

    def keys(self, base: Ints) -> Ints:
        """Where it stands in the candidates, whose places begin at `base`, as places of the phrase's first word."""
        keys = runs(base - self.shift, self.counts, self.total, 0)
        keys += self.places.positions[runs(self.starts, self.counts, self.total, 1)]
        return keys

    def keys_among_others(self, base: Ints) -> Ints:
        """The same and, in the dump, places of other articles: reading all is faster than picking most."""
        begin, end = int(self.starts[0]), int(self.starts[-1] + self.counts[-1])
        positions = self.places.positions
        if self.total * 2 < end - begin or positions.dtype != np.uint16:
            return self.keys(base)
        first, last = int(self.chosen[0]), int(self.chosen[-1]) + 1
        of_posting = np.full(last - first, DUMP - self.shift, dtype=np.int64)
        of_posting[self.chosen - first] = base - self.shift
        keys = runs(of_posting, self.places.tf[first:last], end - begin, 0)
        keys += positions[begin:end]
        return keys


def runs(firsts: Ints, counts: npt.NDArray[np.integer], total: int, step: int) -> Ints:
    """Of each run `count` (at least 1) numbers, the first given, each `step` larger than the one before.

    Slow twin: `np.concatenate([first + step * np.arange(count) for first, count in zip(firsts, counts)])`.
    """
    numbers = np.full(total, step, dtype=np.int64)
    jumps = firsts[1:] - firsts[:-1]
    if step:
        jumps -= step * (counts[:-1].astype(np.int64) - 1)
    numbers[np.cumsum(counts[:-1], dtype=np.int64)] = jumps
    numbers[0] = firsts[0]
    return np.cumsum(numbers, out=numbers)


def with_phrase(words: Sequence[PlacedWord], docs: Ints) -> Ints | None:
    """Those of some articles (global, ascending) that hold all of the words, in which they stand with fixed distances.

    None where this way does not do: for very long texts. Slow twin: `spans.phrase`.
    """
    found = np.zeros(len(docs), dtype=bool)
    for start, base, keys in _parts(words, docs):
        if base is None:
            return None
        found[start + np.searchsorted(base, keys, side="right") - 1] = True
    return docs[found]


def phrase(words: Sequence[PlacedWord], docs: Ints) -> Ints | None:
    """Where that is: (place in `docs` << 32) | position of the first word, ascending. None and slow twin as above."""
    found = [np.zeros(0, dtype=np.int64)]
    for start, base, keys in _parts(words, docs):
        if base is None:
            return None
        keys.sort()
        of = np.searchsorted(base, keys, side="right") - 1
        found.append(((of + start) << 32) | (keys - base[of]))
    return np.concatenate(found)


def _parts(words: Sequence[PlacedWord], docs: Ints) -> Iterator[tuple[int, Ints | None, Ints]]:
    """Of some articles at a time: which is the first of them, where the places of each begin (None: there are too many),
    and where the phrase begins."""
    longest = max(shift for _, _, shift in words)
    origin = 2 * DUMP + longest
    for start in range(0, len(docs), ARTICLES):
        part = docs[start : start + ARTICLES]
        ready: list[_Word] = []
        for postings, places, shift in words:
            ranks = postings.ranks(part)
            starts, counts = places.at(ranks)
            ready.append(_Word(shift, places, ranks, starts, counts, int(counts.sum())))
        ready.sort(key=lambda word: word.total)
        widths = np.zeros(len(part), dtype=np.int64)
        for word in ready:
            np.maximum(widths, word.last - word.shift, out=widths)
        # A word near an article's beginning may be too early for the phrase: its place lies below the first one.
        widths += longest + 1
        begins = starts_of(widths)
        size = int(begins[-1])
        if size > MOST_PLACES or len(words) > MOST_WORDS:
            yield start, None, begins
            return
        base = begins[:-1] + origin
        if sum(word.total for word in ready) * SPARSE < size:
            yield start, base, _merged(ready, base)
        else:
            yield start, base, _counted(ready, base, size + origin + longest)


def _merged(words: Sequence[_Word], base: Ints) -> Ints:
    """Where all words fit, by merging their sorted places."""
    keys = words[0].keys(base)
    for word in words[1:]:
        both = np.concatenate([keys, word.keys(base)])
        both.sort(kind="stable")  # two sorted runs: merged, not sorted
        keys = both[:-1][both[1:] == both[:-1]]
    return keys


def _counted(words: Sequence[_Word], base: Ints, size: int) -> Ints:
    """The same, counted in an array of all places."""
    fitting = np.zeros(size, dtype=np.uint8)
    keys = words[0].keys_among_others(base)
    for number, word in enumerate(words[1:], 1):
        fitting[keys] = number
        keys = word.keys_among_others(base)
        keys = keys[fitting[keys] == number]
    return keys[keys >= base[0]]
