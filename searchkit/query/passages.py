"""Where the ledes and the quotations of all documents are: ranges of position keys (see
`position_keys`)."""

from __future__ import annotations

import numpy as np

from searchkit.analysis.spans import LEDE_WORDS
from searchkit.analysis.tokenizer import PARAGRAPH_GAP
from searchkit.arrays import Ints
from searchkit.codec.ragged import starts_from_counts, sum_runs
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


def find_ledes(starts: Keys, paragraphs: Ints, counts: Ints) -> PassageKeys:
    """The first LEDE_WORDS words of some documents.

    `starts` are the first keys of the documents, `paragraphs` the positions where their paragraphs
    begin, without the first of each document, and `counts` how many of these each document has.
    Before a word stand as many positions without a word as PARAGRAPH_GAP says, for each paragraph
    that begins up to it.
    """
    edges = starts_from_counts(counts)
    numbers = np.arange(1, len(paragraphs) + 1) - np.repeat(edges[:-1], counts)  # of the paragraph in its document
    words_before = paragraphs - numbers * (PARAGRAPH_GAP - 1)
    last = LEDE_WORDS - 1 + (PARAGRAPH_GAP - 1) * sum_runs(words_before < LEDE_WORDS, edges)
    # Of a shorter text, the last position is one of those that no document has.
    return PassageKeys(starts, starts + last.astype(starts.dtype))


def find_quotations(starts: Keys, quotations: Ints, counts: Ints) -> PassageKeys:
    """The quotations of some documents. `quotations` are the positions of their first and last
    words, in turns."""
    keys = np.repeat(starts, counts) + quotations.astype(starts.dtype)
    return PassageKeys(keys[0::2].copy(), keys[1::2].copy())
