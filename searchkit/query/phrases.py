"""Finds phrases of words with fixed distances, by merging the position keys of the words.

The keys of each word are shifted to the first word: a phrase is where all of them meet. Keys are
merged for some thousands of documents at a time, which keeps them in the processor's cache; those
of words that are rare beside the others are looked up by bisection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import GAP, Keys, PositionKeys
from searchkit.query.word_postings import WordPositions, WordPostings

PhraseWord = tuple[WordPostings, WordPositions, int]
"""The postings and positions of a word, and its distance from the first word of the phrase."""

KEYS_PER_MERGE = 1 << 15
"""The approximate number of keys that are merged at a time."""
DOC_LOOKUP_RATIO = 8
"""If fewer than 1/DOC_LOOKUP_RATIO of a word's documents are candidates, only its keys in these are
used."""
KEY_LOOKUP_RATIO = 6
"""Two arrays of keys are merged, unless one is more than KEY_LOOKUP_RATIO times as long as the
other: then the keys of the shorter one are looked up in it."""
MAX_SHIFT = GAP
"""The greatest distance from the first word: no shifted key reaches the document before."""


def find_phrases(words: Sequence[PhraseWord], candidates: Bitset, position_keys: PositionKeys) -> Keys:
    """The keys (ascending) of the first word at which all words have their distances from it.

    Distances ascend from 0 to at most MAX_SHIFT; divided words do not count.
    `candidates` are documents that have all words: phrases in others may be found or not.

    Reference implementation: `spans.phrase`.
    """
    starts = position_keys.starts
    count, docs = bitsets.count(candidates), None
    if count == 0:
        return starts[:0]
    keys: list[tuple[Keys, int]] = []
    for postings, positions, shift in words:
        if count * DOC_LOOKUP_RATIO < len(postings) and not len(positions.divided):
            docs = bitsets.to_docs(candidates, len(starts) - 1, count) if docs is None else docs
            keys.append((positions.keys_in_docs(docs)[0], shift))
        else:
            keys.append((positions.undivided_keys, shift))
    keys.sort(key=lambda pair: len(pair[0]))
    # A shifted key never reaches the document before: the gap is longer than any phrase.
    rarest = len(keys[0][0])
    parts = 1 + sum(len(of_word) for of_word, _ in keys if len(of_word) <= KEY_LOOKUP_RATIO * rarest) // KEYS_PER_MERGE
    if parts == 1:
        return _meet(keys, starts.dtype.type)
    edges = starts[np.linspace(0, len(starts) - 1, parts + 1).astype(np.int64)]
    cuts = [np.searchsorted(of_word, edges + starts.dtype.type(shift)).tolist() for of_word, shift in keys]
    found: list[Keys] = []
    for part in range(parts):
        here = [(of_word[cut[part] : cut[part + 1]], shift) for (of_word, shift), cut in zip(keys, cuts, strict=True)]
        found.append(_meet(here, starts.dtype.type))
    return np.concatenate(found)


def _meet(keys: Sequence[tuple[Keys, int]], scalar: Callable[[int], Any]) -> Keys:
    """The keys of the first word at which every word has its shift; `scalar` makes numbers of the
    type of keys."""
    first, shift = keys[0]
    found: Keys = first - scalar(shift)
    for following, shift in keys[1:]:
        if len(found) == 0:
            break
        found = _followed(found, following, scalar(shift))
    return found


def _followed(keys: Keys, following: Keys, shift: Any) -> Keys:
    """The keys for which `key + shift` is among `following`; all are ascending.

    Reference implementation: `[key for key in keys if key + shift in set(following)]`.
    """
    if len(following) == 0:
        return following
    if len(keys) * KEY_LOOKUP_RATIO < len(following):
        wanted = keys + shift
        indexes = np.searchsorted(following, wanted)
        np.minimum(indexes, len(following) - 1, out=indexes)
        return keys[following[indexes] == wanted]
    both = np.concatenate([keys, following - shift])
    both.sort(kind="stable")  # merges two sorted runs
    return both[:-1][both[1:] == both[:-1]]
