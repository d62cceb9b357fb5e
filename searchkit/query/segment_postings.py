"""The postings of one word of a query in one field of one segment: documents, frequencies,
positions."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, AnyUInts, Bools, Floats, Ints
from searchkit.codec.reader import TextField, WordField
from searchkit.query.terms import Terms

DENSE_RATIO = 4
"""If the terms have more postings than 1/DENSE_RATIO of the segment's documents, they are merged in
an array with an item for each document, else by sorting."""


class SegmentPostings:
    """The postings of all terms of a word, merged. Deleted documents are included.

    `term_id` is the only term of the word, or -1 if it has several or none, or one of which not
    every occurrence counts.
    """

    def __init__(self, field: WordField, terms: Terms, doc_count: int) -> None:
        self._field, self._terms, self._doc_count = field, terms, doc_count
        single = len(terms.whole) == 1 and len(terms.partial) == 0
        self.term_id = int(terms.whole[0]) if single else -1
        self.is_empty = len(terms.whole) == 0 and len(terms.partial) == 0

    @cached_property
    def docs(self) -> Ints:
        return self._field.postings.docs(self.term_id) if self.term_id >= 0 else self._docs_merged[0]

    @cached_property
    def tf(self) -> Floats:
        """The frequency of the word in each document."""
        return self._field.postings.tf(self.term_id) if self.term_id >= 0 else self._docs_merged[1]

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
        positions, _ = self._sorted_occurrences
        return positions.astype(np.uint16 if positions.max(initial=0) < 2**16 else np.uint32)

    @cached_property
    def _docs_merged(self) -> tuple[Ints, Floats]:
        """Documents and frequencies of all terms together."""
        if self.is_empty:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        docs, tf = self._docs_by_term
        if len(docs) * DENSE_RATIO > self._doc_count:
            sums = np.bincount(docs, weights=tf, minlength=self._doc_count)
            found = np.flatnonzero(sums)
            return found.astype(np.int64, copy=False), sums[found].astype(np.float64, copy=False)
        order = np.argsort(docs, kind="stable")
        docs, tf = docs[order], tf[order]
        first = np.flatnonzero(np.append(True, docs[1:] != docs[:-1]))
        return docs[first], np.add.reduceat(tf, first).astype(np.float64)

    @cached_property
    def _docs_by_term(self) -> tuple[Ints, Ints]:
        """Documents and frequencies of each term, not merged yet; none has the frequency 0."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        if len(terms.partial):
            partial_docs, all_tf, _ = postings.docs_and_tf(terms.partial)
            posting_of_occurrence = np.repeat(np.arange(len(partial_docs), dtype=np.int64), all_tf)
            partial_tf = np.bincount(posting_of_occurrence[self._counted_occurrences], minlength=len(partial_docs))
            has_any = partial_tf > 0
            docs, tf = np.concatenate([docs, partial_docs[has_any]]), np.concatenate([tf, partial_tf[has_any]])
        return docs, tf

    @cached_property
    def _counted_occurrences(self) -> Bools:
        """Which occurrences of the partial terms count."""
        allowed_forms = self._terms.allowed_forms
        assert isinstance(self._field, TextField)
        assert allowed_forms is not None
        mask: Bools = allowed_forms[self._field.form_occurrences(self._terms.partial)]
        return mask

    @cached_property
    def _sorted_occurrences(self) -> tuple[Ints, Ints]:
        """The positions of the occurrences of all terms, sorted by document and position, and the
        order (indexes) that sorts occurrences so."""
        postings, terms = self._field.postings, self._terms
        docs, tf, _ = postings.docs_and_tf(terms.whole)
        positions, _ = postings.positions_of_terms(terms.whole)
        doc_of = np.repeat(docs, tf)
        if len(terms.partial):
            docs, tf, _ = postings.docs_and_tf(terms.partial)
            partial_positions, _ = postings.positions_of_terms(terms.partial)
            doc_of = np.concatenate([doc_of, np.repeat(docs, tf)[self._counted_occurrences]])
            positions = np.concatenate([positions, partial_positions[self._counted_occurrences]])
        order = np.argsort((doc_of << 32) | positions)
        return positions[order], order

    def divided_mask(self) -> Bools | None:
        """Which occurrences, in the order of `positions`, are divided words; None when none is.

        Reference implementation: `is_divided(form)` of the form of each.
        """
        field, terms = self._field, self._terms
        if not isinstance(field, TextField) or not len(field.divided_terms):
            return None
        if not np.isin(field.divided_terms, np.concatenate([terms.whole, terms.partial])).any():
            return None
        assert field.divided_form_mask is not None
        mask: Bools = field.divided_form_mask[field.form_occurrences(terms.whole)]
        if self.term_id < 0:
            if len(terms.partial):
                mask = np.concatenate(
                    [mask, field.divided_form_mask[field.form_occurrences(terms.partial)][self._counted_occurrences]]
                )
            _, order = self._sorted_occurrences
            mask = mask[order]
        return mask if mask.any() else None
