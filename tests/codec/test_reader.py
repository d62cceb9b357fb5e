"""Reading a segment: what it says of itself, and the way from folded texts to terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec.reader import MAX_DOCS, SegmentReader, TextField, WordField
from searchkit.errors import CorruptIndex
from tests.codec.plain import DOCS, TEXTS, WORDS, Doc, build, folded_of, plain, random_docs, read, term_of
from tests.codec.rewrite import rewrite

NewPath = Callable[[], Path]


@settings(deadline=None, max_examples=40)
@given(st.lists(DOCS, max_size=5), st.data())
def test_folded_texts_forms_and_terms(new_path: NewPath, docs: list[Doc], data: st.DataObject) -> None:
    segment = build(new_path(), docs)
    for name, field in segment.text_fields.items():
        twin = plain(docs).fields[name]
        forms = [form for _, of_term in twin.forms for form in of_term]
        assert [form.decode() for form in field.forms.tolist()] == forms
        assert [text.decode() for text in field.folded_of_forms()] == [folded_of(form) for form in forms]
        terms = [term for term, _ in twin.postings]
        everywhere = np.arange(len(forms), dtype=np.int64)
        assert [terms[term] for term in field.terms_of_forms(everywhere)] == [term_of(form) for form in forms]
        some = sorted(data.draw(st.sets(st.integers(0, len(twin.folded) - 1)))) if twin.folded else []
        wanted = {form for number in some for form in twin.folded[number][1]}
        found = field.forms_of_folded(np.array(some, dtype=np.int64))
        assert found.tolist() == [number for number, form in enumerate(forms) if form in wanted]
        of_folded, counts = field.terms_of_folded(np.array(some, dtype=np.int64))
        per_text = [[term_of(form) for form in twin.folded[number][1]] for number in some]
        assert counts.tolist() == list(map(len, per_text))
        assert [terms[term] for term in of_folded] == [term for each in per_text for term in each]


def test_the_folded_texts_of_fields(new_path: NewPath) -> None:
    """Folded texts, read forwards and backwards; terms where a field keeps no forms."""
    docs = random_docs(1, 50)
    segment = build(new_path(), docs)
    twin = plain(docs)
    for name, field in segment.fields.items():
        own = [text for text, _ in (twin.fields[name].folded if name in TEXTS else twin.fields[name].postings)]
        assert [text.decode() for text in field.folded.tolist()] == own
        for ending in ("b", "t", "語", "e", ""):
            assert [own[number] for number in field.reversed.suffix(ending)] == [t for t in own if t.endswith(ending)]


def test_fields_and_columns_by_kind(new_path: NewPath) -> None:
    segment = build(new_path(), random_docs(2, 3))
    assert list(segment.text_fields) == list(TEXTS)
    assert sorted(segment.fields) == sorted((*TEXTS, *WORDS))
    assert all(isinstance(segment.fields[name], TextField) == (name in TEXTS) for name in segment.fields)
    assert segment.value_names == ["key.value", "color.value"]
    assert segment.number_names == ["date", "digest", "date_offset"]
    assert segment.number_column("digest").dtype == np.uint64
    assert segment.value_column("key.value") is segment.value_column("key.value")
    with pytest.raises(CorruptIndex):
        segment.value_column("nowhere")
    with pytest.raises(CorruptIndex):
        segment.number_column("body")


def test_a_segment_without_a_column_that_may_be_missing_has_zeros(new_path: NewPath) -> None:
    segment = build(new_path(), [Doc(), Doc()])
    assert segment.number_names == ["date", "digest"]
    assert "date_offset" not in segment.container.sections
    assert segment.number_column("date_offset").tolist() == [0, 0]
    with pytest.raises(CorruptIndex):
        segment.number_column("dates")


def test_a_segment_in_a_file_that_is_gone(new_path: NewPath) -> None:
    docs = random_docs(3, 20)
    path = new_path()
    build(path, docs)
    with path.open("rb") as file:
        path.unlink()
        segment = SegmentReader.from_file(file, "gone")
    assert read(segment) == plain(docs)
    assert str(segment.corruption("so")) == "gone is damaged: so"


SUMMARY = {"docs": 2, "texts": ["title", "body"], "words": ["tags"], "values": [], "numbers": []}


@pytest.mark.parametrize(
    "summary",
    [
        b"",
        b"[]",
        b"7",
        b"{",
        b"\xff",
        orjson.dumps({}),
        orjson.dumps(SUMMARY | {"docs": None}),
        orjson.dumps(SUMMARY | {"docs": "many"}),
        orjson.dumps(SUMMARY | {"docs": -1}),
        orjson.dumps(SUMMARY | {"docs": MAX_DOCS}),
        orjson.dumps(SUMMARY | {"texts": 7}),
        orjson.dumps(SUMMARY | {"numbers": None}),
        orjson.dumps(SUMMARY).replace(b'"docs":2', b'"docs":1e999'),
    ],
)
def test_summaries_that_say_nothing_are_damage(new_path: NewPath, summary: bytes) -> None:
    path = new_path()
    build(path, random_docs(4, 2))
    changed = rewrite(path, new_path(), {"summary": np.frombuffer(summary, dtype=np.uint8)})
    with pytest.raises(CorruptIndex, match="summary|articles"):
        SegmentReader(changed, "shown")


@pytest.mark.parametrize("docs", [1, 3])
def test_a_summary_of_other_documents_is_damage_where_they_are_read(new_path: NewPath, docs: int) -> None:
    path = new_path()
    build(path, random_docs(4, 2))
    summary = np.frombuffer(orjson.dumps(SUMMARY | {"docs": docs}), dtype=np.uint8)
    segment = SegmentReader(rewrite(path, new_path(), {"summary": summary}))
    reads: list[Callable[[WordField], object]] = [lambda f: f.lengths, lambda f: f.sentences, lambda f: f.paragraphs]
    for field in segment.fields.values():
        for look in reads:
            with pytest.raises(CorruptIndex):
                look(field)
    with pytest.raises(CorruptIndex):
        _ = segment.stored_fields


def test_folded_texts_of_forms_that_are_not_there_are_damage(new_path: NewPath) -> None:
    path = new_path()
    field = build(path, random_docs(5, 20)).text_fields["body"]
    members = np.full(len(field.forms), len(field.forms), dtype=np.uint8)
    damaged = SegmentReader(rewrite(path, new_path(), {"body.folded.forms": members})).text_fields["body"]
    with pytest.raises(CorruptIndex, match="folded forms of its field body"):
        damaged.forms_of_folded(np.array([0, 1]))
    with pytest.raises((CorruptIndex, IndexError)):
        damaged.folded_of_forms()


def test_first_forms_that_do_not_fit_are_damage(new_path: NewPath) -> None:
    path = new_path()
    field = build(path, random_docs(6, 20)).text_fields["body"]
    first = field.first_forms.copy()
    first[-1] += 1
    damaged = SegmentReader(rewrite(path, new_path(), {"body.forms.of": first})).text_fields["body"]
    with pytest.raises(CorruptIndex, match="surface forms of its field body"):
        _ = damaged.first_forms
