"""What other Whoosh programs write, merge and delete is read, and runs no code."""

from __future__ import annotations

import os
import pickle
import random
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from whoosh import columns
from whoosh.codec import whoosh3
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb import structfile
from whoosh.filedb.compound import CompoundStorage
from whoosh.index import create_in, open_dir
from whoosh.qparser.default import QueryParser
from whoosh.query.qcore import Every
from whoosh.query.terms import Term

from searchkit.bridge import guard
from searchkit.bridge.fields import make_schema
from searchkit.bridge.foreign import read_articles, segment_refs
from searchkit.bridge.toc import read_toc
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex
from searchkit.model import Article
from searchkit.schema import offset_seconds, to_record
from tests.bridge.conftest import SampleIndex, foreign_writer, make_sample_index
from tests.bridge.sample_index import counts


def newest(folder: Path) -> tuple[Any, list[Any]]:
    generation = max(int(path.stem.split("_")[2]) for path in folder.glob("_MAIN_*.toc"))
    schema, segments, _ = read_toc(folder, generation)
    return schema, segments


def foreign(folder: Path) -> list[tuple[int, Article, str]]:
    """All articles of segments that Whoosh wrote."""
    schema, segments = newest(folder)
    return [found for each in segments if isinstance(each, W3Segment) for found in read_articles(folder, schema, each)]


def test_a_deletion_stays_in_the_bitmap(own: SampleIndex) -> None:
    with foreign_writer(own.folder, merge=False) as writer:
        assert writer.delete_by_term("id", "made/7") == 1
        assert writer.delete_by_term("id", "made/3") == 0  # is deleted already
    _, segments = newest(own.folder)
    refs = segment_refs(segments)
    assert [ref.id for ref in refs if isinstance(ref, SegmentRef)] == [ref.id for ref in own.refs]
    first = refs[0]
    assert isinstance(first, SegmentRef)
    live = first.live_docs()
    assert live is not None and [doc for doc in range(120) if not live[doc]] == [3, 4, 7]
    with open_dir(str(own.folder)).searcher() as searcher:
        assert searcher.doc_count() == len(own.articles) - 1
        assert searcher.document(id="made/7") is None


def test_a_merge_of_small_segments(tmp_path: Path) -> None:
    sample = make_sample_index(tmp_path, (500, *[1] * 8), {0: {3, 4}})
    with foreign_writer(tmp_path) as writer:
        assert writer.delete_by_term("id", "made/7") == 1
    _, segments = newest(tmp_path)
    kinds = {type(ref).__name__ for ref in segment_refs(segments)}
    assert kinds == {"SegmentRef", "W3Segment"}
    found = foreign(tmp_path)
    assert len(found) > 2
    by_id = {article.id: article for article in sample.articles.values()}
    # As records, which have the offsets of dates: dates of one moment are equal.
    assert [to_record(a, origin) for _, a, origin in found] == [to_record(by_id[a.id], "root/file") for _, a, _ in found]
    assert any(offset_seconds(article.date) for _, article, _ in found)
    with open_dir(str(tmp_path)).searcher() as searcher:
        assert sorted(hit["id"] for hit in searcher.search(Every(), limit=None)) == sorted(by_id.keys() - {"made/7"})


def test_optimize_keeps_every_article_whole(own: SampleIndex) -> None:
    with open_dir(str(own.folder)).searcher() as searcher:
        before = answers(searcher)
    open_dir(str(own.folder)).optimize()
    assert [path.suffix for path in own.folder.glob("MAIN_*.*")] == [".seg"]
    assert [to_record(article, origin) for _, article, origin in foreign(own.folder)] == [
        to_record(article, "root/file") for article in own.articles.values()
    ]
    assert [doc for doc, _, _ in foreign(own.folder)] == list(range(len(own.articles)))
    with open_dir(str(own.folder)).searcher() as searcher:
        assert answers(searcher) == before
        oil = sorted(hit["id"] for hit in searcher.search(Term("body", "oil"), limit=None))
        assert oil == sorted(a.id for a in own.articles.values() if counts(a, "body")["oil"])


def answers(searcher: Any) -> list[list[str]]:
    """What some queries of Whoosh's parser find, and in which order columns sort it."""
    parser = QueryParser("body", searcher.schema)
    queries = ["date:2020-03", "words:[10 TO 30]", '"crude oil"', "pr*", "topics:gold", "url:https*", "title:(oil OR gold)"]
    found = [sorted(hit["id"] for hit in searcher.search(parser.parse(query), limit=None)) for query in queries]
    orders = [searcher.search(Every(), sortedby=[field, "id"], limit=None) for field in ("date", "id", "words")]
    return found + [[hit["id"] for hit in hits] for hits in orders]


def test_what_another_program_adds(own: SampleIndex) -> None:
    with foreign_writer(own.folder, merge=False) as writer:
        writer.add_document(id="new/1", title="Oil", body="crude oil", date=datetime(2020, 5, 1, 9), topics="crude, gold")
        east = timezone(timedelta(hours=4))
        writer.add_document(id="new/2", date=datetime(2020, 5, 1, 9, tzinfo=east), authors=["A B", "C"], extra={"k": "v"})
        writer.add_document(id="new/3", date=datetime(2020, 5, 1, 9), date_offset=-3_600)
        writer.update_document(id="made/7", title="Changed")
    west = timezone(-timedelta(hours=1))
    assert [to_record(article, origin) for _, article, origin in foreign(own.folder)] == [
        to_record(article, "")
        for article in (
            Article("new/1", "Oil", "crude oil", datetime(2020, 5, 1, 9, tzinfo=UTC), topics=("crude, gold",)),
            Article("new/2", date=datetime(2020, 5, 1, 9, tzinfo=east), authors=("A B", "C"), extra={"k": "v"}),
            Article("new/3", date=datetime(2020, 5, 1, 9, tzinfo=west)),
            Article("made/7", "Changed"),
        )
    ]
    refs = segment_refs(newest(own.folder)[1])
    assert isinstance(refs[0], SegmentRef) and refs[0].deleted_count == 3


def test_articles_that_another_program_deletes_of_its_own(own: SampleIndex) -> None:
    for step in range(2):
        with foreign_writer(own.folder, merge=False) as writer:
            if step == 0:
                writer.add_document(id="new/1", title="One")
                writer.add_document(id="new/2", title="Two")
            else:
                writer.delete_by_term("id", "new/1")
    assert [(doc, article.title) for doc, article, _ in foreign(own.folder)] == [(1, "Two")]


@pytest.mark.parametrize(
    "stored",
    [
        {"title": "no id"},
        {"id": "x", "date": "2020"},
        {"id": "x", "topics": [7]},
        {"id": "x", "extra": [1]},
        {"id": "x", "date": datetime(2020, 1, 1), "date_offset": 86_400},
    ],
)
def test_documents_that_are_no_articles(tmp_path: Path, stored: dict[str, Any]) -> None:
    index = create_in(str(tmp_path), make_schema("en"))
    with index.writer() as writer:
        writer.add_document(title="x", **{f"_stored_{name}": value for name, value in stored.items()},
                            **{name: "2020" if name == "date" else "x" for name in stored if name != "title"})  # fmt: skip
    with pytest.raises(CorruptIndex, match="document 0"):
        foreign(tmp_path)


# Nothing runs.


class Bomb:
    """Pickled, it is a call that makes a folder."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.target),)


@pytest.fixture
def optimized(own: SampleIndex) -> tuple[Path, Any, W3Segment]:
    open_dir(str(own.folder)).optimize()
    schema, segments = newest(own.folder)
    return own.folder, schema, segments[0]


def test_a_crafted_directory_of_a_segment_runs_nothing(optimized: tuple[Path, Any, W3Segment], tmp_path: Path) -> None:
    folder, schema, segment = optimized
    path = next(folder.glob("*.seg"))
    bomb = pickle.dumps(Bomb(tmp_path / "ran"))
    data = path.read_bytes()
    # The file begins with the place and the size of a pickle that lists its parts.
    path.write_bytes(struct.pack("!qi", len(data), len(bomb)) + data[12:] + bomb + bomb)
    with pytest.raises(CorruptIndex, match=r"names posix\.mkdir"):
        list(read_articles(folder, schema, segment))
    assert not (tmp_path / "ran").exists()
    # Whoosh by itself would have.
    with path.open("rb") as file, pytest.raises(FileExistsError):  # of its second part
        CompoundStorage(structfile.StructFile(file))
    assert (tmp_path / "ran").exists()


def test_crafted_stored_fields_run_nothing(tmp_path: Path) -> None:
    index = create_in(str(tmp_path), make_schema("en"))
    target = tmp_path / "ran"
    with index.writer() as writer:
        writer.add_document(id="good")
        writer.add_document(id="bad", _stored_id="bad", extra=Bomb(target))
    schema, segments = newest(tmp_path)
    reading = read_articles(tmp_path, schema, segments[0])
    assert next(reading)[1] == Article("good")
    with pytest.raises(CorruptIndex, match="document 1 cannot be read"):
        next(reading)
    assert not target.exists()


def test_only_what_searchkit_reads_is_guarded(tmp_path: Path) -> None:
    data = pickle.dumps({"when": datetime(2020, 1, 1, tzinfo=UTC), "bytes": b"x", "path": tmp_path})
    for module in (whoosh3, columns):
        assert module.loads(data)["path"] == tmp_path
        with guard.safe_unpickling(), pytest.raises(pickle.UnpicklingError, match="pathlib"):
            module.loads(data)
    kept = {"when": datetime(2020, 1, 1, tzinfo=UTC), "delta": timedelta(1), "bytes": b"x", "list": [1.5, None, "é"]}
    for protocol in range(2, 6):
        path = tmp_path / f"kept{protocol}"
        path.write_bytes(pickle.dumps(kept, protocol))
        with guard.safe_unpickling(), path.open("rb") as file:
            assert structfile.StructFile(file).read_pickle() == kept


def test_damaged_segments_are_told(optimized: tuple[Path, Any, W3Segment]) -> None:
    folder, schema, segment = optimized
    path = next(folder.glob("*.seg"))
    whole = path.read_bytes()
    rng = random.Random(5)
    told = 0
    for _ in range(60):
        data = bytearray(whole)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        else:
            for _ in range(rng.randint(1, 40)):
                data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data)
        try:
            list(read_articles(folder, schema, segment))
        except CorruptIndex as error:
            told += 1
            assert str(path) in str(error)
    assert told > 10
    path.unlink()
    with pytest.raises(FileNotFoundError):
        list(read_articles(folder, schema, segment))
