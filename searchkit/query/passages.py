"""Where the ledes and the quotations of all documents are: ranges of position keys (see
`position_keys`)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from searchkit.analysis.spans import LEDE_WORDS
from searchkit.analysis.tokenizer import PARAGRAPH_GAP
from searchkit.arrays import Ints
from searchkit.codec.ragged import starts_from_counts
from searchkit.query.position_keys import Keys


class PassageKeys:
    """Passages of one field: `first` and `last` are the keys (both ascending) of the first and the
    last position of each. They do not overlap."""

    def __init__(self, first: Keys, last: Keys) -> None:
        self.first, self.last = first, last

    def numbers_of(self, first: Keys, last: Keys) -> Ints:
        """The number of the passage that each of some spans lies wholly in, -1 for none. The spans
        are given by the keys of their ends, of the type of `self.first`.

        Reference implementation: look at each passage.
        """
        if not len(self.first):
            return np.full(len(first), -1, dtype=np.int64)
        numbers = np.searchsorted(self.first, first, side="right") - 1
        outside = (numbers < 0) | (self.last[numbers] < last)
        numbers[outside] = -1
        return numbers


def find_ledes(starts: Keys, paragraphs: Iterable[tuple[Ints, Ints]]) -> PassageKeys:
    """The first LEDE_WORDS words of each document.

    `starts` are those of PositionKeys; `paragraphs` are, for each segment, the positions where
    paragraphs begin and how many there are in each document (see `codec.columns.Positions`). As
    many positions before a word as PARAGRAPH_GAP says are no words for each paragraph that begins
    up to it, which gives its number in the document.
    """
    begun = [np.zeros(0, dtype=np.int64)]  # the paragraphs that begin in each lede, without the first
    for positions, counts in paragraphs:
        edges = starts_from_counts(counts)
        ordinals = np.arange(len(positions)) - np.repeat(edges[:-1], counts)
        words_before = positions - (ordinals + 1) * (PARAGRAPH_GAP - 1)
        docs = np.repeat(np.arange(len(counts)), counts)
        begun.append(np.bincount(docs[words_before < LEDE_WORDS], minlength=len(counts)))
    last = LEDE_WORDS - 1 + (PARAGRAPH_GAP - 1) * np.concatenate(begun)
    # Of a shorter text, the last position is one of those that no document has.
    return PassageKeys(starts[:-1], starts[:-1] + last.astype(starts.dtype))


def find_quotations(starts: Keys, quotations: Iterable[tuple[Ints, Ints]]) -> PassageKeys:
    """The quotations of each document. `quotations` are, for each segment, the positions of their
    first and last words in turns, and how many positions there are in each document."""
    parts = [np.zeros(0, dtype=starts.dtype)]
    base = 0
    for positions, counts in quotations:
        own_starts = np.repeat(starts[base : base + len(counts)], counts)
        parts.append(own_starts + positions.astype(starts.dtype))
        base += len(counts)
    keys = np.concatenate(parts)
    return PassageKeys(keys[0::2].copy(), keys[1::2].copy())
