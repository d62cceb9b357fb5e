"""Where do words stand side by side? Where the places of all of them, each shifted to the first one's, are the same.

The places of all articles are laid out one after the other (see `position_keys`), so that a word's are one ascending array
of numbers. Those of two words are merged for some thousands of articles at a time, which keeps all in the processor's
cache; words that are rare beside the others are looked for in these by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from searchkit.arrays import Ints
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import GAP, Keys, PositionKeys
from searchkit.query.word_postings import WordPositions, WordPostings

PlacedWord = tuple[WordPostings, WordPositions, int]
"""A word's postings and places, and how far it stands from the first word of its phrase."""

AT_ONCE = 1 << 15
"""About so many places of words are merged at once."""
FEW = 8
"""Where fewer than one in so many of a word's articles are candidates, its places in these are picked."""
RARE = 6
"""A word's places are looked for one by one among those of another that has more than so many times as many."""
MOST_SHIFT = GAP


def phrase(words: Sequence[PlacedWord], candidates: Bitset, position_keys: PositionKeys) -> Keys:
    """Where words stand with fixed distances from the first one (ascending from 0, at most MOST_SHIFT): the places of the
    first word, ascending; at least all those in the candidates, articles that hold all words. Only places at which words
    are one position wide count.

    Slow twin: `spans.phrase`.
    """
    starts = position_keys.starts
    number, docs = bitsets.count(candidates), None
    if number == 0:
        return starts[:0]
    keys: list[tuple[Keys, int]] = []
    for postings, placed, shift in words:
        if number * FEW < len(postings) and not len(placed.wide):
            docs = bitsets.to_docs(candidates, len(starts) - 1, number) if docs is None else docs
            keys.append((placed.in_docs(docs)[0], shift))
        else:
            keys.append((placed.narrow, shift))
    keys.sort(key=lambda pair: len(pair[0]))
    # No place is looked for in the article before: between two of them there are more places than a phrase is long.
    rarest = len(keys[0][0])
    parts = 1 + sum(len(of_word) for of_word, _ in keys if len(of_word) <= RARE * rarest) // AT_ONCE
    if parts == 1:
        return _met(keys, starts.dtype.type)
    edges = starts[np.linspace(0, len(starts) - 1, parts + 1).astype(np.int64)]
    cuts = [np.searchsorted(of_word, edges + starts.dtype.type(shift)).tolist() for of_word, shift in keys]
    found: list[Keys] = []
    for part in range(parts):
        here = [(of_word[cut[part] : cut[part + 1]], shift) for (of_word, shift), cut in zip(keys, cuts, strict=True)]
        found.append(_met(here, starts.dtype.type))
    return np.concatenate(found)


def _met(keys: Sequence[tuple[Keys, int]], number: Callable[[int], Any]) -> Keys:
    """The places from which each word stands as far as is said of it; `number` makes shifts of their type."""
    first, shift = keys[0]
    fitting: Keys = first - number(shift)
    for following, shift in keys[1:]:
        if len(fitting) == 0:
            break
        fitting = _shared(fitting, following, number(shift))
    return fitting


def _shared(fitting: Keys, following: Keys, shift: Any) -> Keys:
    """Those of the places at which `following` has one, `shift` further on; all ascending.

    Slow twin: `[place for place in fitting if place + shift in set(following)]`.
    """
    if len(following) == 0:
        return following
    if len(fitting) * RARE < len(following):
        wanted = fitting + shift
        place = np.searchsorted(following, wanted)
        np.minimum(place, len(following) - 1, out=place)
        return fitting[following[place] == wanted]
    both = np.concatenate([fitting, following - shift])
    both.sort(kind="stable")  # two sorted runs: merged, not sorted
    return both[:-1][both[1:] == both[:-1]]


def distinct(ascending: Ints) -> Ints:
    """Each number once. Slow twin: `np.unique`."""
    if len(ascending) == 0:
        return ascending
    return ascending[np.append(True, ascending[1:] != ascending[:-1])]
