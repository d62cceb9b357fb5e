"""Postings of all kinds, written by sorting and read as arrays, against dictionaries of lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.arrays import Ints
from searchkit.codec import inversion
from searchkit.codec.container import Container, ContainerWriter
from searchkit.codec.inversion import FormTerms, write_postings
from searchkit.codec.postings import DOCS_PER_BLOCK, Postings, block_count
from searchkit.codec.postings_writer import PostingsSlice, PostingsWriter
from searchkit.errors import CorruptIndex

NewPath = Callable[[], Path]
Twin = dict[int, dict[int, list[tuple[int, int]]]]
"""Of each term the documents, of each of those the positions and the codes of the forms there."""
Run = tuple[int, int, int, int]
"""In a document (step from the one before), a form, how often in a row, and how far before the
first of them."""

FIRST_FORMS = (0, 1, 3, 6, 11, 28)
"""Terms with 1, 2, 3, 5 and 17 forms: codes of 0, 1, 2, 4 and 8 bits."""
DOCS = 3 * DOCS_PER_BLOCK + 9


def ints(numbers: list[int] | range) -> Ints:
    return np.array(numbers, dtype=np.int64)


class Field:
    """Some tokens of a field, and what a dictionary of lists makes of them."""

    def __init__(self, runs: list[Run], docs: int, *, forms: bool = True) -> None:
        self.docs, self.keeps_forms = docs, forms
        self.first_forms = FIRST_FORMS if forms else tuple(range(FIRST_FORMS[-1] + 1))
        self.terms = len(self.first_forms) - 1
        self.term_of = [term for term in range(self.terms) for _ in range(*self.first_forms[term : term + 2])]
        self.tokens: list[int] = []
        self.doc_of: list[int] = []
        self.positions: list[int] = []
        doc, position = 0, -1
        for step, form, times, before in runs:
            if step:
                doc, position = min(doc + step, docs - 1), position if doc == docs - 1 else -1
            for number in range(times):
                position += 1 if number else 1 + before
                self.tokens.append(form)
                self.doc_of.append(doc)
                self.positions.append(position)
        # A segment has no terms and forms that stand nowhere: these stand in the last document,
        # after all.
        for form in sorted(set(range(self.first_forms[-1])) - set(self.tokens)):
            self.tokens.append(form)
            self.doc_of.append(docs - 1)
            position = position + 1 if doc == docs - 1 else 0
            doc = docs - 1
            self.positions.append(position)
        self.lengths = np.bincount(ints(self.doc_of), minlength=docs)
        self.twin: Twin = {}
        for form, number, place in zip(self.tokens, self.doc_of, self.positions, strict=True):
            term = self.term_of[form]
            code = form - self.first_forms[term] if forms else 0
            self.twin.setdefault(term, {}).setdefault(number, []).append((place, code))

    def write(self, path: Path, slice_tokens: int) -> Postings:
        first = ints(list(self.first_forms))
        forms = np.array(first, dtype=np.uint8) if self.keeps_forms else None
        writer = PostingsWriter(path.parent, "f", self.docs, np.diff(first) if self.keeps_forms else None)
        with ContainerWriter(path) as container:
            write_postings(
                writer,
                np.array(self.tokens, dtype=np.uint32),
                self.lengths,
                np.array(self.positions, dtype=np.uint16 if max(self.positions) < 65_536 else np.uint32),
                FormTerms(
                    ints(self.term_of),
                    np.arange(len(self.term_of)) - first[ints(self.term_of)] if self.keeps_forms else None,
                    np.bincount(ints(self.term_of)[ints(self.tokens)], minlength=self.terms),
                ),
                slice_tokens,
            )
            writer.end(container)
            container.close()
        return Postings(Container(path), "f", self.terms, self.docs, forms)


RUNS = st.lists(
    st.tuples(
        st.sampled_from((0, 0, 1, 1, 2, DOCS_PER_BLOCK - 1, DOCS_PER_BLOCK, DOCS_PER_BLOCK + 1)),
        st.integers(0, FIRST_FORMS[-1] - 1),
        st.sampled_from((1, 1, 1, 2, 3, 254, 255, 256, 600)),
        st.sampled_from((0, 0, 0, 1, 100, 65_000, 65_536, 200_000)),
    ),
    max_size=20,
)
EXCEPTIONS: list[Run] = [
    (0, 5, 255, 65_535),
    (1, 5, 254, 0),
    (DOCS_PER_BLOCK, 4, 700, 0),
    (0, 3, 1, 300_000),
    (DOCS_PER_BLOCK, 5, 256, 70_000),
]


@settings(deadline=None, max_examples=60)
@given(RUNS, st.sampled_from((1, 9, DOCS_PER_BLOCK, DOCS_PER_BLOCK + 1, DOCS)), st.booleans(), st.data())
@example(EXCEPTIONS, DOCS, True, None)
def test_what_is_written_is_read(
    new_path: NewPath, runs: list[Run], docs: int, forms: bool, data: st.DataObject | None
) -> None:
    field = Field(runs, docs, forms=forms)
    postings = field.write(new_path(), 10**6)
    for term in range(field.terms):
        twin = field.twin[term]
        times = [len(found) for found in twin.values()]
        first, last = postings.postings_range(term)
        assert last - first == postings.doc_freq(term) == len(twin)
        assert postings.doc_freqs(np.array([term, term])).tolist() == [len(twin)] * 2
        assert postings.docs(term).tolist() == list(twin)
        assert postings.docs(term).dtype == np.int64
        assert postings.tf(term).tolist() == times
        small = postings.tf_bytes(term)
        assert (None if small is None else small.tolist()) == (times if max(times) < 255 else None)
        positions, counts = postings.positions_by_doc(term)
        assert positions.tolist() == [place for found in twin.values() for place, _ in found]
        assert counts.tolist() == times
        kept = postings.positions(term)
        assert kept.tolist() == positions.tolist()
        assert kept.dtype == (np.uint16 if max(positions.tolist()) < 2**16 else np.uint32)
        everywhere = range(len(twin))
        chosen = sorted(data.draw(st.sets(st.sampled_from(everywhere)))) if data else list(everywhere[::2])
        numbers = [list(twin)[place] for place in chosen]
        positions, counts = postings.positions_by_doc(term, ints(chosen))
        assert positions.tolist() == [place for number in numbers for place, _ in twin[number]]
        assert counts.tolist() == [len(twin[number]) for number in numbers]


@settings(deadline=None, max_examples=60)
@given(RUNS, st.sampled_from((1, 9, DOCS_PER_BLOCK, DOCS_PER_BLOCK + 1, DOCS)), st.booleans(), st.data())
@example(EXCEPTIONS, DOCS, True, None)
def test_several_terms_are_read_at_once(
    new_path: NewPath, runs: list[Run], docs: int, forms: bool, data: st.DataObject | None
) -> None:
    field = Field(runs, docs, forms=forms)
    postings = field.write(new_path(), 10**6)
    terms = data.draw(st.lists(st.integers(0, field.terms - 1), max_size=6)) if data else [4, 0, 2, 3]
    found, tf, counts = postings.docs_and_tf(ints(terms))
    assert found.tolist() == [number for term in terms for number in field.twin[term]]
    assert tf.tolist() == [len(places) for term in terms for places in field.twin[term].values()]
    assert counts.tolist() == [len(field.twin[term]) for term in terms]
    places = [[pair for found in field.twin[term].values() for pair in found] for term in terms]
    positions, sizes = postings.positions_of_terms(ints(terms))
    assert positions.tolist() == [position for of_term in places for position, _ in of_term]
    assert sizes.tolist() == [len(of_term) for of_term in places]
    if forms:
        assert postings.form_codes(ints(terms)).tolist() == [code for of_term in places for _, code in of_term]


@settings(deadline=None, max_examples=30)
@given(RUNS, st.sampled_from((1, 9, DOCS)), st.booleans(), st.integers(1, 40))
def test_slices_write_the_same_bytes(new_path: NewPath, runs: list[Run], docs: int, forms: bool, slice_tokens: int) -> None:
    field = Field(runs, docs, forms=forms)
    whole, sliced = new_path(), new_path()
    field.write(whole, 10**9)
    with patch.object(inversion, "TOKENS_PER_PIECE", 7):
        field.write(sliced, slice_tokens)
    assert whole.read_bytes() == sliced.read_bytes()


def test_a_segment_of_several_blocks(new_path: NewPath) -> None:
    """Documents by the hundred thousand with a word or two, so that blocks are full and their edges
    are met."""
    chance = np.random.default_rng(3)
    docs = 2 * DOCS_PER_BLOCK + 7_000
    doc_of = np.sort(chance.integers(0, docs, 120_000))
    forms = chance.choice(28, len(doc_of), p=np.r_[[0.5, 0.2, 0.2], [0.1 / 25] * 25])
    runs = [(int(step), int(form), 1, 0) for step, form in zip(np.diff(doc_of, prepend=0), forms, strict=True)]
    field = Field(runs, docs)
    postings = field.write(new_path(), 50_000)
    for term, twin in field.twin.items():
        assert postings.docs(term).tolist() == list(twin)
        assert postings.tf(term).tolist() == [len(found) for found in twin.values()]
    assert {doc >> 16 for twin in field.twin.values() for doc in twin} == {0, 1, 2}


def test_codes_of_sixteen_and_more_bits(new_path: NewPath) -> None:
    """One term with more forms than a byte numbers, and one with more than two bytes do."""
    for forms in (300, 65_600):
        path = new_path()
        first = ints([0, forms, forms + 2])
        tokens = np.random.default_rng(1).permutation(np.r_[np.arange(forms + 2), np.arange(0, forms, 7)]).astype(np.uint32)
        lengths = ints([len(tokens)])
        writer = PostingsWriter(path.parent, "f", 1, np.diff(first))
        with ContainerWriter(path) as container:
            term_of = np.repeat(ints([0, 1]), ints([forms, 2]))
            codes = np.arange(forms + 2) - first[term_of]
            per_term = np.bincount(term_of[tokens])
            form_terms = FormTerms(term_of, codes, per_term)
            write_postings(writer, tokens.copy(), lengths, np.arange(len(tokens)), form_terms, 10**6)
            writer.end(container)
            container.close()
        postings = Postings(Container(path), "f", 2, 1, first)
        assert postings.form_codes(ints([0])).tolist() == tokens[tokens < forms].tolist()
        assert postings.form_codes(ints([1, 0])).tolist() == [
            *(tokens[tokens >= forms] - forms).tolist(),
            *tokens[tokens < forms].tolist(),
        ]


@pytest.mark.parametrize("docs", [0, 1, DOCS_PER_BLOCK + 1])
def test_a_field_without_words(new_path: NewPath, docs: int) -> None:
    path = new_path()
    writer = PostingsWriter(path.parent, "f", docs, ints([]))
    with ContainerWriter(path) as container:
        nothing = ints([])
        lengths = np.zeros(docs, dtype=np.int64)
        write_postings(writer, nothing.astype(np.uint32), lengths, nothing, FormTerms(nothing, nothing, nothing), 10)
        writer.end(container)
        container.close()
    postings = Postings(Container(path), "f", 0, docs, ints([0]))
    for array in (*postings.docs_and_tf(nothing), *postings.positions_of_terms(nothing), postings.form_codes(nothing)):
        assert array.tolist() == []


@pytest.mark.parametrize(
    ("docs", "blocks"), [(0, 1), (1, 1), (DOCS_PER_BLOCK, 1), (DOCS_PER_BLOCK + 1, 2), (2 * DOCS_PER_BLOCK, 2)]
)
def test_blocks(docs: int, blocks: int) -> None:
    assert block_count(docs) == blocks


def test_what_is_kept_beside_goes_with_the_writer(tmp_path: Path) -> None:
    writer = PostingsWriter(tmp_path, "f", 1, None)
    writer.append(PostingsSlice(1, ints([0]), ints([0]), ints([1]), ints([0]), None))
    files = list(writer._files.values())
    assert len(files) == 3
    writer.close()
    assert all(file.closed for file in files)
    assert list(tmp_path.iterdir()) == []


def test_parts_that_do_not_fit_are_damage(new_path: NewPath) -> None:
    field = Field([(0, 3, 2, 0), (1, 4, 1, 0)], 3)
    path = new_path()
    field.write(path, 10)
    for terms, docs in ((field.terms + 1, 3), (field.terms, DOCS_PER_BLOCK + 1), (field.terms - 1, 3)):
        with pytest.raises(CorruptIndex, match="do not fit"):
            Postings(Container(path), "f", terms, docs, ints(list(field.first_forms)))
    with pytest.raises(CorruptIndex, match="surface forms of its field f"):
        Postings(Container(path), "f", field.terms, 3, None).form_codes(ints([0]))


@given(st.lists(st.integers(0, 40), max_size=60), st.sampled_from((41, 2**31)))
def test_sorting_numbers_that_hold_both_key_and_place(keys: list[int], size: int) -> None:
    given_keys = np.array(keys, dtype=np.uint32)
    order, ordered = inversion._sort(given_keys.copy(), size)
    assert order.tolist() == np.argsort(given_keys, kind="stable").tolist()
    assert ordered.tolist() == sorted(keys)


@given(st.integers(1, 5))
def test_what_is_computed_ahead_comes_in_order(count: int) -> None:
    assert list(inversion._prefetch(lambda number: number * number, count)) == [number * number for number in range(count)]
