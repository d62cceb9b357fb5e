"""The postings of one word of a query in one field of one segment: documents, frequencies,
positions."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, AnyUInts, Bools, Floats, Ints
from searchkit.codec.reader import TextField, WordField
from searchkit.query.terms import Terms


class SegmentPostings:
    """The postings of all terms of a word, merged. `term_id` is its only term, or -1.

    Deleted documents are included.
    """

    def __init__(self, field: WordField, terms: Terms, docs_in_segment: int) -> None:
        self._field, self._terms, self._size = field, terms, docs_in_segment
        single = len(terms.whole) == 1 and len(terms.parts) == 0
        self.term_id = int(terms.whole[0]) if single else -1
        self.is_empty = len(terms.whole) == 0 and len(terms.parts) == 0

    @cached_property
    def docs(self) -> Ints:
        return self._field.postings.docs(self.term_id) if self.term_id >= 0 else self._merged[0]

    @cached_property
    def tf(self) -> Floats:
        """The frequency of the word in each document."""
        return self._field.postings.tf(self.term_id) if self.term_id >= 0 else self._merged[1]

    def small_tf(self) -> AnyUInts:
        """The same, as uint8 if that is large enough, else uint32."""
        if self.term_id >= 0:
            small = self._field.postings.tf_bytes(self.term_id)
            return self.tf.astype(np.uint32) if small is None else small
        return self.tf.astype(np.uint8 if self.tf.max(initial=0) < 2**8 else np.uint32)

    def positions(self) -> AnyArray:
        """All positions, ascending in each document: uint16 if that is large enough, else
        uint32."""
        if self.term_id >= 0:
            return self._field.postings.positions(self.term_id)
        positions = self._occurrences[0]
        return positions.astype(np.uint16 if positions.max(initial=0) < 2**16 else np.uint32)

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
        """Documents and frequencies of each term, not merged yet; none has the frequency 0."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        if len(terms.parts):
            some_docs, some_tf, _ = postings.docs_and_tf(terms.parts)
            of_posting = np.repeat(np.arange(len(some_docs), dtype=np.int64), some_tf)
            counted = np.bincount(of_posting[self._allowed], minlength=len(some_docs))
            has_any = counted > 0
            docs, tf = np.concatenate([docs, some_docs[has_any]]), np.concatenate([tf, counted[has_any]])
        return docs, tf

    @cached_property
    def _allowed(self) -> Bools:
        """Which occurrences of the terms in `parts` count."""
        parts, allowed = self._terms.parts, self._terms.allowed
        assert isinstance(self._field, TextField)
        assert allowed is not None
        chosen: Bools = allowed[self._field.form_occurrences(parts)]
        return chosen

    @cached_property
    def _occurrences(self) -> tuple[Ints, Ints]:
        """Positions of the occurrences of all terms by document and position, and the order that
        sorts them so."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        positions, _ = postings.positions_of_terms(terms.whole)
        doc_of = np.repeat(docs, tf)
        if len(terms.parts):
            docs, tf, _ = postings.docs_and_tf(terms.parts)
            some, _ = postings.positions_of_terms(terms.parts)
            doc_of = np.concatenate([doc_of, np.repeat(docs, tf)[self._allowed]])
            positions = np.concatenate([positions, some[self._allowed]])
        order = np.argsort((doc_of << 32) | positions)
        return positions[order], order

    def divided_mask(self) -> Bools | None:
        """Which occurrences, in the order of `positions`, are divided words; None when none is.

        Reference implementation: `is_divided(form)` of the form of each.
        """
        field, terms = self._field, self._terms
        if not isinstance(field, TextField) or not len(field.divided_terms):
            return None
        if not np.isin(field.divided_terms, np.concatenate([terms.whole, terms.parts])).any():
            return None
        assert field.divided_form_mask is not None
        mask: Bools = field.divided_form_mask[field.form_occurrences(terms.whole)]
        if self.term_id < 0:
            if len(terms.parts):
                mask = np.concatenate([mask, field.divided_form_mask[field.form_occurrences(terms.parts)][self._allowed]])
            mask = mask[self._occurrences[1]]
        return mask if mask.any() else None
