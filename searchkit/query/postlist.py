"""The postings of one word of a query, in one field of one segment: which articles, how often, and where."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.codec.ragged import steps
from searchkit.codec.reader import TextField, WordField
from searchkit.query.terms import Terms

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


FEW = 24
"""Bisection beats a column over all documents only for fewer than one in so many of a word's documents."""


class Postlist:
    """What a word's terms come to. `term_id` is its only term, or -1; `docs` (int64, ascending) include deleted ones."""

    def __init__(self, field: WordField, terms: Terms, docs_in_segment: int) -> None:
        self._field, self._terms, self._size = field, terms, docs_in_segment
        single = len(terms.whole) == 1 and len(terms.parts) == 0
        self.term_id = int(terms.whole[0]) if single else -1
        self.is_empty = len(terms.whole) == 0 and len(terms.parts) == 0

    @cached_property
    def count(self) -> int:
        """How many documents there are."""
        if self.term_id >= 0:
            return self._field.postings.count(self.term_id)
        return len(self.docs)

    @cached_property
    def docs(self) -> Ints:
        return self._field.postings.docs(self.term_id) if self.term_id >= 0 else self._merged[0]

    @cached_property
    def tf(self) -> Floats:
        """How often the word stands in each document."""
        return self._field.postings.tf(self.term_id) if self.term_id >= 0 else self._merged[1]

    def column(self) -> npt.NDArray[np.uint8] | Floats:
        """How often the word stands in each document of the segment, 0 where it does not (uint8 where that will do)."""
        small = self._field.postings.tf_bytes(self.term_id) if self.term_id >= 0 else None
        if small is None:
            floats = np.zeros(self._size)
            floats[self.docs] = self.tf
            return floats
        column = np.zeros(self._size, dtype=np.uint8)
        column[self.docs] = small
        return column

    def tf_roughly(self) -> npt.NDArray[np.float32]:
        """How often the word stands in each document, as a new array of float32."""
        small = self._field.postings.tf_bytes(self.term_id) if self.term_id >= 0 else None
        return (self.tf if small is None else small).astype(np.float32)

    def tf_in(self, docs: Ints) -> npt.NDArray[np.uint8] | Floats:
        """How often the word stands in some documents (ascending), 0 where it does not.

        Slow twin: `dict(zip(self.docs, self.tf)).get(doc, 0)`.
        """
        if len(docs) * FEW > self.count:
            return self.column()[docs]
        places, found = locate(self.docs, docs)
        there = np.flatnonzero(found)
        tf = np.zeros(len(docs))
        tf[there] = self.tf_at(places[there])
        return tf

    def tf_at(self, places: Ints) -> Floats:
        """The same at some places of `docs`."""
        if self.term_id >= 0 and "tf" not in self.__dict__:
            return self._field.postings.tf_at(self.term_id, places)
        return self.tf[places]

    @cached_property
    def _merged(self) -> tuple[Ints, Floats]:
        """Documents and frequencies of all terms together."""
        if self.is_empty:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        docs, tf = self._counted
        if len(docs) * 4 > self._size:
            sums = np.bincount(docs, weights=tf, minlength=self._size)
            found = np.flatnonzero(sums)
            return found.astype(np.int64, copy=False), sums[found].astype(np.float64, copy=False)
        order = np.argsort(docs, kind="stable")
        docs, tf = docs[order], tf[order]
        first = np.flatnonzero(np.append(True, docs[1:] != docs[:-1]))
        return docs[first], np.add.reduceat(tf, first).astype(np.float64)

    @cached_property
    def _counted(self) -> tuple[Ints, Ints]:
        """Documents and frequencies of each term, not yet put together; none of frequency 0."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        if len(terms.parts):
            some_docs, some_tf, _ = postings.docs_and_tf(terms.parts)
            of_posting = np.repeat(np.arange(len(some_docs), dtype=np.int64), some_tf)
            counted = np.bincount(of_posting[self._allowed], minlength=len(some_docs))
            there = counted > 0
            docs, tf = np.concatenate([docs, some_docs[there]]), np.concatenate([tf, counted[there]])
        return docs, tf

    @cached_property
    def _allowed(self) -> npt.NDArray[np.bool_]:
        """Which occurrences of the terms in parts count."""
        parts, allowed = self._terms.parts, self._terms.allowed
        assert isinstance(self._field, TextField)
        assert allowed is not None
        postings, firsts = self._field.postings, self._field.first_forms
        counts = steps(postings.occurrences)[parts]
        forms = np.repeat(firsts[parts].astype(np.int64), counts) + postings.codes_of(parts)
        chosen: npt.NDArray[np.bool_] = allowed[forms]
        return chosen

    def places(self, docs: Ints) -> tuple[Ints, Ints]:
        """Where the word stands in some documents (ascending): for each occurrence the place of its document in `docs`,
        and its position; both ascending. Documents without the word have none.

        Slow twin: each document's positions, one after the other.
        """
        if self.is_empty or len(docs) == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if self.term_id >= 0:
            if len(docs) * FEW > self.count:
                numbers: npt.NDArray[np.int32] = np.full(self._size, -1, dtype=np.int32)
                numbers[self.docs] = np.arange(self.count, dtype=np.int32)
                at = numbers[docs].astype(np.int64)
                there = np.flatnonzero(at >= 0)
            else:
                at, found = locate(self.docs, docs)
                there = np.flatnonzero(found)
            positions, counts = self._field.postings.places(self.term_id, at[there])
            return np.repeat(there, counts), positions
        doc_of, positions = self._occurrences
        at, found = locate(docs, doc_of)
        return at[found], positions[found]

    @cached_property
    def _occurrences(self) -> tuple[Ints, Ints]:
        """All occurrences of several terms, by document and position."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        positions, _ = postings.places_of(terms.whole)
        doc_of = np.repeat(docs, tf)
        if len(terms.parts):
            docs, tf, _ = postings.docs_and_tf(terms.parts)
            some, _ = postings.places_of(terms.parts)
            doc_of = np.concatenate([doc_of, np.repeat(docs, tf)[self._allowed]])
            positions = np.concatenate([positions, some[self._allowed]])
        order = np.argsort((doc_of << 32) | positions)
        return doc_of[order], positions[order]


def locate(sorted_docs: Ints, wanted: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Where each wanted document stands in `sorted_docs` (any place for one that does not), and whether it does."""
    if len(sorted_docs) == 0:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    places = np.searchsorted(sorted_docs, wanted)
    np.minimum(places, len(sorted_docs) - 1, out=places)
    return places, sorted_docs[places] == wanted
