"""Segments are built from articles: what each holds, when one is full, and that no file is left
behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
import xxhash

from searchkit.analysis import PARAGRAPH_GAP, Analyzer, fold, sentence_starts, tokenize
from searchkit.codec import verify
from searchkit.codec.reader import SegmentReader, TextField
from searchkit.codec.segment_ref import SegmentRef
from searchkit.index_options import BUILD_MEMORY_BYTES
from searchkit.indexing import segments as indexing_segments
from searchkit.indexing.entries import hash_record
from searchkit.indexing.segments import SegmentBuilder, new_id
from searchkit.model import Article
from searchkit.schema import UNDATED, from_record, to_record

ANALYZER = Analyzer("en")
ARTICLES = [
    Article(
        "one",
        "Peace Treaty Signed",
        "The TREATY was signed. Treaties end wars, said Mr. Smith.\n\nPeace came at once.",
        datetime(2020, 3, 1, 12, 30, 1, 5, tzinfo=UTC),
        ("Ayşe Yılmaz", "J. O'Neill"),
        "The Daily",
        "World",
        ("peace", "foreign affairs"),
        "en",
        "https://example.org/1",
        "a/one.txt",
        "utf-8",
        0.9,
        {"page": "3", "名": "前"},
    ),
    Article("zwei", body="北京。上海 Straße naïve", language="de", source="The Daily", topics=("", "peace")),
    Article("empty"),
    Article("far", "far", "\n\n".join(["word"] * 700) + " end" * 300, datetime(1, 1, 1, tzinfo=UTC), section="World"),
    Article("east", date=datetime(2020, 4, 26, 0, 30, tzinfo=timezone(timedelta(hours=4)))),
    Article(
        "west", date=datetime(9999, 12, 31, 23, 59, 59, 999_999, timezone(-timedelta(hours=23, minutes=59, seconds=59)))
    ),
]


def written(folder: Path, articles: Sequence[Article], memory: int = BUILD_MEMORY_BYTES) -> list[SegmentReader]:
    with SegmentBuilder(folder, ANALYZER, memory) as builder:
        for article in articles:
            builder.add(article, f"from {article.id}")
        builder.flush()
        refs = builder.release()
    for ref in refs:
        verify.check(folder / ref.file)
    segments = [SegmentReader(folder / ref.file) for ref in refs]
    assert [ref.doc_count for ref in refs] == [segment.doc_count for segment in segments]
    return segments


def test_articles_in_utc_have_no_column_of_offsets(tmp_path: Path) -> None:
    """Of two segments of one builder the first has an offset."""
    with SegmentBuilder(tmp_path, ANALYZER) as builder:
        for article in (ARTICLES[4], ARTICLES[0]):
            builder.add(article, "")
            builder.flush()
        columns = [SegmentReader(tmp_path / ref.file).number_names for ref in builder.segments]
    assert columns == [["date", "digest", "date_offset"], ["date", "digest"]]


def values_of(article: Article, name: str) -> tuple[str, ...]:
    content: str | tuple[str, ...] = getattr(article, name)
    return (content,) if isinstance(content, str) else content


def places(texts: Sequence[str]) -> list[tuple[str, int]]:
    """The surface forms and positions of texts, a paragraph's gap apart."""
    found: list[tuple[str, int]] = []
    for text in texts:
        words = tokenize(text)
        shift = found[-1][1] + PARAGRAPH_GAP if found else 0
        found += [(form, shift + first) for form, first, _ in words.form_spans()]
    return found


def test_a_segment_holds_its_articles(tmp_path: Path) -> None:
    (segment,) = written(tmp_path, ARTICLES)
    assert [from_record(segment.stored_fields.record(doc)) for doc in range(segment.doc_count)] == [
        (a, f"from {a.id}") for a in ARTICLES
    ]
    records = [to_record(article, f"from {article.id}") for article in ARTICLES]
    assert segment.number_column("digest").tolist() == [xxhash.xxh3_64_intdigest(record) for record in records]
    printed = [
        UNDATED if a.date is None else (a.date.replace(tzinfo=None) - datetime.min) // timedelta(microseconds=1)
        for a in ARTICLES
    ]
    assert segment.number_column("date").tolist() == printed
    assert segment.number_column("date_offset").tolist() == [0, 0, 0, 0, 14_400, -86_399]
    for name in ("id", "language", "url", "source", "section"):
        column = segment.value_column(f"{name}.value")
        assert [column.value(doc).decode() for doc in range(segment.doc_count)] == [
            getattr(article, name) for article in ARTICLES
        ]
    origins = segment.value_column("origin.value")
    assert [origins.value(doc).decode() for doc in range(segment.doc_count)] == [
        f"from {article.id}" for article in ARTICLES
    ]


@pytest.mark.parametrize("name", ["title", "body", "authors", "source", "section", "topics"])
def test_a_field_holds_its_words(tmp_path: Path, name: str) -> None:
    (segment,) = written(tmp_path, ARTICLES)
    field = segment.fields[name]
    expected: dict[str, dict[int, list[int]]] = {}
    forms: dict[str, set[str]] = {}
    for doc, article in enumerate(ARTICLES):
        found = places(values_of(article, name))
        assert int(field.lengths[doc]) == len(found)
        for form, position in found:
            term = ANALYZER.term(form) if name in ("title", "body") else fold(form)
            expected.setdefault(term, {}).setdefault(doc, []).append(position)
            forms.setdefault(term, set()).add(form)
    terms = [text.decode() for text in field.terms.tolist()]
    assert terms == sorted(expected)
    for number, term in enumerate(terms):
        positions, counts = field.postings.positions_by_doc(number)
        assert field.postings.docs(number).tolist() == list(expected[term])
        assert counts.tolist() == [len(found) for found in expected[term].values()]
        assert positions.tolist() == [position for found in expected[term].values() for position in found]
    assert isinstance(field, TextField) == (name in ("title", "body"))
    if isinstance(field, TextField):
        first = field.first_forms.tolist()
        for number, term in enumerate(terms):
            assert [field.forms.text(form) for form in range(first[number], first[number + 1])] == sorted(forms[term])


def test_sentences_and_paragraphs(tmp_path: Path) -> None:
    (segment,) = written(tmp_path, ARTICLES)
    for name in ("title", "body"):
        for doc, article in enumerate(ARTICLES):
            words = tokenize(getattr(article, name))
            at = words.positions
            begins = [at[number] for number in sentence_starts(getattr(article, name), words, "en") if number]
            paragraphs = [at[n] for n in range(1, len(at)) if at[n] - at[n - 1] >= PARAGRAPH_GAP]
            field, docs = segment.fields[name], np.array([doc])
            assert field.sentences.in_docs(docs)[0].tolist() == begins
            assert field.paragraphs.in_docs(docs)[0].tolist() == paragraphs


def test_a_record_that_is_at_hand_is_kept_as_it_is(tmp_path: Path) -> None:
    record = to_record(ARTICLES[0], "elsewhere")
    with SegmentBuilder(tmp_path, ANALYZER) as builder:
        builder.add(ARTICLES[0], "elsewhere", record)
        builder.flush()
        segment = SegmentReader(tmp_path / builder.segments[0].file)
        assert segment.stored_fields.record(0) == record
        assert int(segment.number_column("digest")[0]) == hash_record(record)


def test_documents_and_ids_of_segments(tmp_path: Path) -> None:
    with SegmentBuilder(tmp_path, ANALYZER) as builder:
        assert builder.flush() is None
        first = builder.id
        assert builder.id == first
        assert [builder.add(article, "") for article in ARTICLES[:3]] == [0, 1, 2]
        written = builder.flush()
        assert written == SegmentRef(first, 3)
        assert builder.flush() is None
        assert builder.id != first
        assert builder.add(ARTICLES[3], "") == 0
        second = SegmentRef(builder.id, 1)
        assert builder.flush() == second
        assert builder.release() == [written, second]
        assert builder.segments == []
    assert written is not None
    assert {path.name for path in tmp_path.iterdir()} == {written.file, second.file}


def test_several_segments_when_memory_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The least budget is 16 MiB, however little is asked for; articles that take more than is left
    begin a new segment."""
    monkeypatch.setattr(indexing_segments, "BYTES_PER_ARTICLE", 2**20)
    monkeypatch.setattr(indexing_segments, "BATCH_ARTICLES", 8)
    articles = [Article(f"{number}", f"title {number}", f"body of {number}") for number in range(100)]
    small, tiny, large = tmp_path / "small", tmp_path / "tiny", tmp_path / "large"
    for folder in (small, tiny, large):
        folder.mkdir()
    assert [segment.doc_count for segment in written(tiny, articles, 1)] == [16] * 6 + [4]
    more = indexing_segments.FIXED_BYTES + 40 * 2**20
    segments = written(small, articles, more)
    assert [segment.doc_count for segment in segments] == [40, 40, 20]
    ids = [segment.value_column("id.value").value(doc).decode() for segment in segments for doc in range(segment.doc_count)]
    assert ids == [article.id for article in articles]
    for segment in segments:  # each has the words of its own articles only
        numbers = {segment.value_column("id.value").value(doc) for doc in range(segment.doc_count)}
        assert {text for text in segment.fields["body"].terms.tolist() if text.isdigit()} == numbers
    assert [segment.doc_count for segment in written(large, articles, 2**30)] == [100]


def test_words_fill_the_memory_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing_segments, "BYTES_PER_TOKEN", 2**20)
    monkeypatch.setattr(indexing_segments, "BATCH_BYTES", 1)
    articles = [Article(f"{number}", "", "a b c d e f g") for number in range(10)]
    assert [segment.doc_count for segment in written(tmp_path, articles, 1)] == [3, 3, 3, 1]


def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [Article(f"{n}", f"T{n % 7}'s. Then", f"Body {n}. Next\n\n{n * 7} x.", section="s") for n in range(50)]
    whole, batched = tmp_path / "whole", tmp_path / "batched"
    whole.mkdir(), batched.mkdir()
    written(whole, articles)
    monkeypatch.setattr(indexing_segments, "BATCH_ARTICLES", 3)
    monkeypatch.setattr(indexing_segments, "BATCH_BYTES", 20)
    written(batched, articles)
    (one,), (two,) = whole.iterdir(), batched.iterdir()
    assert one.read_bytes() == two.read_bytes()


def test_the_vocabulary_of_earlier_segments_makes_no_difference(tmp_path: Path) -> None:
    """Later segments of one builder are the same as those of a new builder."""
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
    with SegmentBuilder(tmp_path / "a", ANALYZER) as builder:
        for article in ARTICLES:
            builder.add(article, "")
            builder.flush()
        files = [(tmp_path / "a" / segment.file).read_bytes() for segment in builder.segments]
    for number, article in enumerate(ARTICLES):
        with SegmentBuilder(tmp_path / "b", ANALYZER) as builder:
            builder.add(article, "")
            builder.flush()
            assert (tmp_path / "b" / builder.segments[0].file).read_bytes() == files[number]


def test_flushing_nothing_writes_nothing(tmp_path: Path) -> None:
    with SegmentBuilder(tmp_path, ANALYZER) as builder:
        assert builder.flush() is None
        builder.add(ARTICLES[0], "")
        assert builder.flush() is not None
        assert builder.flush() is None
        assert len(builder.segments) == 1
        assert len(list(tmp_path.iterdir())) == 1
        builder.release()


def test_segments_that_were_not_released_are_removed(tmp_path: Path) -> None:
    with SegmentBuilder(tmp_path, ANALYZER) as builder:
        builder.add(ARTICLES[0], "")
        builder.flush()
        taken = builder.release()
        builder.add(ARTICLES[1], "")
        builder.flush()
        builder.add(ARTICLES[2], "")  # never flushed
        assert len(list(tmp_path.iterdir())) == 3
    assert [path.name for path in tmp_path.iterdir()] == [segment.file for segment in taken]


@pytest.mark.parametrize("flushed", [False, True])
def test_nothing_is_left_behind_on_an_exception(tmp_path: Path, flushed: bool) -> None:
    with pytest.raises(KeyError), SegmentBuilder(tmp_path, ANALYZER) as builder:
        builder.add(ARTICLES[0], "")
        if flushed:
            builder.flush()
            builder.add(ARTICLES[1], "")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("searchkit.codec.container.os.fsync", full)
    with pytest.raises(OSError, match="No space"), SegmentBuilder(tmp_path, ANALYZER) as builder:
        builder.add(ARTICLES[0], "")
        builder.flush()
    assert list(tmp_path.iterdir()) == []


def test_ids_are_not_those_of_a_seeded_generator(monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    random.seed(1)
    one = new_id()
    random.seed(1)
    assert new_id() != one
    assert len(one) == 16
    assert int(one, 16) >= 0
