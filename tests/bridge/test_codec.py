"""The codec by itself: pickled segments, deletions, terms of numbers, postings, columns."""

from __future__ import annotations

import pickle
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.fields import DATETIME, NUMERIC
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.matching.mcore import ReadTooFar
from whoosh.reading import SegmentReader, TermNotFound

from searchkit.bridge.codec import ColumnCodec, ColumnSegment
from searchkit.bridge.field_terms import NumberTerms
from searchkit.bridge.fields import make_schema
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex
from tests.bridge.conftest import SampleIndex
from tests.bridge.sample_index import counts, terms

SCHEMA = make_schema("en")


def reader(sample: SampleIndex, number: int = 0) -> Any:
    return SegmentReader(FileStorage(str(sample.folder)), SCHEMA, ColumnSegment.from_ref(sample.refs[number]))


@given(
    st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.booleans()))))
)
def test_deletions_are_a_set(case: tuple[int, list[tuple[int, bool]]]) -> None:
    docs, steps = case
    segment = ColumnSegment.from_ref(SegmentRef("abc1", docs))
    deleted: set[int] = set()
    for doc, delete in steps:
        segment.delete_document(doc, delete=delete)
        (deleted.add if delete else deleted.discard)(doc)
    for each in (segment, pickle.loads(pickle.dumps(segment)), ColumnSegment.from_ref(segment.to_ref())):  # noqa: S301
        assert list(each.deleted_docs()) == sorted(deleted)
        assert [each.is_deleted(doc) for doc in range(docs)] == [doc in deleted for doc in range(docs)]
        assert each.has_deletions() == bool(deleted)
        assert (each.deleted_count(), each.doc_count(), each.doc_count_all()) == (len(deleted), docs - len(deleted), docs)
        assert each.to_ref().deleted_count == len(deleted)
    assert (segment.to_ref().deletions == b"") == (not deleted)


def test_a_segment_is_known_by_its_id() -> None:
    segment = ColumnSegment.from_ref(SegmentRef("abc1", 3))
    assert segment.segment_id() == "MAIN_abc1"
    assert segment.file == SegmentRef("abc1", 3).file == "MAIN_abc1.columns"
    assert segment == ColumnSegment("MAIN", "abc1", 3) != ColumnSegment("MAIN", "abc2", 3)
    assert not segment.is_compound() and not segment.should_assemble()
    assert segment.__getstate__() == {
        "indexname": "MAIN",
        "segid": "abc1",
        "docs": 3,
        "deletions": b"",
    }
    for doc in (-1, 3):
        with pytest.raises(IndexError):
            segment.delete_document(doc)
    for doc in (-1, 4):
        with pytest.raises(IndexError):
            segment.is_deleted(doc)
    assert not segment.is_deleted(3), "Whoosh's matcher of exclusions asks for one document more than there are"


@pytest.mark.parametrize(
    "change",
    [
        {"indexname": "../MAIN"},
        {"segid": "../x"},
        {"segid": 7},
        {"docs": -1},
        {"docs": "3"},
        {"deletions": b"12"},
        {"deletions": None},
    ],
)
def test_a_segment_is_made_of_nothing_else(change: dict[str, Any]) -> None:
    state: dict[str, Any] = {"indexname": "MAIN", "segid": "abc1", "docs": 3, "deletions": b"\1"}
    state |= change
    with pytest.raises(ValueError, match="segment"):
        ColumnSegment(**state)


def test_the_import_paths_are_for_ever() -> None:
    assert (ColumnSegment.__module__, ColumnSegment.__qualname__) == ("searchkit.bridge.codec", "ColumnSegment")
    assert (ColumnCodec.__module__, ColumnCodec.__qualname__) == ("searchkit.bridge.codec", "ColumnCodec")
    # Pickled by the first version; every later one reads it.
    golden = (
        b"\x80\x02csearchkit.bridge.codec\nColumnSegment\nq\x00)\x81q\x01}q\x02(X\t\x00\x00\x00indexnameq\x03X\x04\x00\x00"
        b"\x00MAINq\x04X\x05\x00\x00\x00segidq\x05X\x04\x00\x00\x00abc1q\x06X\x04\x00\x00\x00docsq\x07K\x03X\t\x00\x00\x00"
        b"deletionsq\x08c_codecs\nencode\nq\tX\x01\x00\x00\x00\x05q\nX\x06\x00\x00\x00latin1q\x0b\x86q\x0cRq\rub."
    )
    assert pickle.loads(golden).to_ref() == SegmentRef("abc1", 3, b"\5")  # noqa: S301


def test_the_codec_only_reads(tmp_path: Any) -> None:
    with pytest.raises(NotImplementedError, match="default codec"):
        ColumnCodec().new_segment(FileStorage(str(tmp_path)), "MAIN")
    with pytest.raises(TypeError, match="folder"):
        SegmentReader(RamStorage(), SCHEMA, ColumnSegment("MAIN", "abc1", 3))


def test_a_file_with_other_documents_is_damaged(sample: SampleIndex) -> None:
    ref = SegmentRef(sample.refs[1].id, sample.refs[1].doc_count + 1)
    ids = sample.folder / ref.file
    assert ids.exists()
    with pytest.raises(CorruptIndex, match="documents instead of"):
        SegmentReader(FileStorage(str(sample.folder)), SCHEMA, ColumnSegment.from_ref(ref))


# Numbers.


@settings(max_examples=50)
@given(st.lists(st.one_of(st.integers(0, 300), st.integers(0, 2**31 - 1)), max_size=30))
def test_terms_of_numbers_are_whooshs(values: list[int]) -> None:
    _check_terms(NumberTerms(np.array(values, dtype=np.int64), np.arange(len(values)) * 2, 32, 4), NUMERIC(int), values)


@settings(max_examples=50)
@given(st.lists(st.datetimes(), max_size=20))
def test_terms_of_dates_are_whooshs(values: list[Any]) -> None:
    field = DATETIME()
    micros = np.array([field.prepare_datetime(value) for value in values], dtype=np.int64)
    _check_terms(NumberTerms(micros, np.arange(len(values)) * 2, 64, 8), field, values)


def _check_terms(terms: NumberTerms, field: Any, values: list[Any]) -> None:
    twin: dict[bytes, list[int]] = {}
    for doc, value in enumerate(values):
        for term, *_ in field.index(value):
            twin.setdefault(term, []).append(2 * doc)
    assert list(terms.terms_from(b"")) == sorted(twin)
    for number, (term, found) in enumerate(sorted(twin.items())):
        assert terms.find(term) == number
        assert terms.docs(number).tolist() == found
        assert terms.doc_freq(number) == terms.weight(number) == len(found)
        assert terms.find(term + b"x") == terms.find(term[:-1]) == -1
        assert terms.bisect(term + b"x") == number + 1


# Readers.


def test_postings_hold_frequencies_and_positions(sample: SampleIndex) -> None:
    opened = reader(sample, 1)
    base = sample.refs[0].doc_count
    for field in ("title", "body"):
        expected: dict[str, dict[int, list[int]]] = {}
        for doc in range(sample.refs[1].doc_count):
            for term, position in terms(getattr(sample.articles[base + doc], field)):
                expected.setdefault(term, {}).setdefault(doc, []).append(position)
        assert [term.decode() for term in opened.lexicon(field)] == sorted(expected, key=str.encode)
        for term, places in expected.items():
            matcher = opened.postings(field, term)
            found = {}
            while matcher.is_active():
                found[matcher.id()] = matcher.value_as("positions")
                assert matcher.weight() == len(found[matcher.id()])
                assert matcher.format.decode_positions(matcher.value()) == found[matcher.id()]
                assert [span.start for span in matcher.spans()] == found[matcher.id()]
                assert matcher.value_as("frequency") == matcher.weight()
                matcher.next()
            assert found == places
            info = opened.term_info(field, term)
            assert info.doc_frequency() == opened.doc_frequency(field, term) == len(places)
            assert info.weight() == opened.frequency(field, term) == sum(map(len, places.values()))
            assert info.max_weight() == max(map(len, places.values()))
            lengths = [sum(counts(sample.articles[base + doc], field).values()) for doc in places]
            assert (info.min_length(), info.max_length()) == (min(lengths), max(lengths))
            assert (info.min_id(), info.max_id()) == (min(places), max(places))


def test_matchers_skip_copy_and_end(sample: SampleIndex) -> None:
    opened = reader(sample)
    matcher = opened._terms.matcher("body", b"oil", SCHEMA["body"].format)
    ids = list(matcher.all_ids())
    rng = random.Random(3)
    for target in sorted(rng.choices(range(300), k=20)):
        if not matcher.is_active():
            break
        at = matcher.id()
        matcher.skip_to(target)
        following = [doc for doc in ids if doc >= max(at, target)]
        assert list(matcher.all_ids()) == following
        copied = matcher.copy()
        while copied.is_active():
            copied.next()
        assert list(matcher.all_ids()) == following
    matcher.skip_to(10**9)
    assert not matcher.is_active()
    for step in (matcher.next, lambda: matcher.skip_to(0)):
        with pytest.raises(ReadTooFar):
            step()
    matcher.reset()
    assert matcher.id() == ids[0] and not matcher.supports_block_quality()
    with pytest.raises(TermNotFound):
        opened.postings("body", "zzz")
    with pytest.raises(TermNotFound):
        opened.term_info("body", "zzz")


def test_cursors_walk_over_terms(sample: SampleIndex) -> None:
    opened = reader(sample)
    cursor = opened.cursor("body")
    lexicon = [term.decode() for term in opened.lexicon("body")]
    assert cursor.first() == cursor.text() == lexicon[0]
    assert [cursor.next() for _ in lexicon] == [*lexicon[1:], None]
    assert not cursor.is_valid() and cursor.term_info() is None
    assert cursor.find("pric") == cursor.find(b"price") == "price"
    assert cursor.term_info().doc_frequency() == opened.doc_frequency("body", "price")
    assert cursor.find("яяя") is None
    assert (
        ColumnCodec().terms_reader(FileStorage(str(sample.folder)), opened.segment()).cursor("no", SCHEMA["body"]).first()
        is None
    )


def test_columns(sample: SampleIndex) -> None:
    opened = reader(sample, 1)
    base = sample.refs[0].doc_count
    articles = [sample.articles[base + doc] for doc in range(sample.refs[1].doc_count)]
    assert list(opened.column_reader("id")) == [article.id for article in articles]
    assert list(opened.column_reader("words")) == [len(terms(a.title)) + len(terms(a.body)) for a in articles]
    raw = list(opened.column_reader("date", translate=False))
    assert [value == 2**64 - 1 for value in raw] == [article.date is None for article in articles]
    dates = opened.column_reader("date")
    for doc, article in enumerate(articles):
        if article.date is not None:
            assert dates[doc] == article.date.replace(tzinfo=None)
    assert not opened.has_column("title")
    assert opened.field_length("body") == sum(len(terms(a.body)) for a in articles)
    assert opened.max_field_length("body") == max(len(terms(a.body)) for a in articles)
