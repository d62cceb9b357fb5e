"""Tables of contents: Whoosh reads ours, and we read any without running what is in them."""

from __future__ import annotations

import os
import pickle
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.index import TOC, open_dir

from searchkit.bridge.analyzers import ArticleAnalyzer
from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.foreign import segment_refs
from searchkit.bridge.toc import encode_toc, read_toc
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex, IndexMismatch

REFS = [SegmentRef("abc1", 9, b"\x03\x01"), SegmentRef("00ff", 70_000), SegmentRef("zz", 0)]


def write(folder: Path, segments: list[Any], generation: int = 3) -> bytes:
    data = encode_toc(make_schema("de"), segments, generation)
    (folder / f"_MAIN_{generation}.toc").write_bytes(data)
    return data


def test_round_trip(tmp_path: Path) -> None:
    data = write(tmp_path, [ColumnSegment.from_ref(ref) for ref in REFS])
    schema, segments, read = read_toc(tmp_path, 3)
    assert read == data
    assert segment_refs(segments) == REFS
    assert [(name, type(field)) for name, field in schema.items()] == [
        (name, type(field)) for name, field in make_schema("de").items()
    ]
    analyzer = schema["body"].analyzer
    assert isinstance(analyzer, ArticleAnalyzer) and (analyzer.kind, analyzer.language) == ("term", "de")
    assert [token.text for token in analyzer("Bäume, 1,655.8")] == ["baum", "1655.8"]


def test_whoosh_reads_it(tmp_path: Path) -> None:
    write(tmp_path, [ColumnSegment.from_ref(ref) for ref in REFS])
    index = open_dir(str(tmp_path))
    assert index.latest_generation() == 3
    toc = TOC.read(index.storage, "MAIN")
    assert segment_refs(toc.segments) == REFS


def test_an_empty_index(tmp_path: Path) -> None:
    write(tmp_path, [], 0)
    assert read_toc(tmp_path, 0)[1] == []
    with open_dir(str(tmp_path)).searcher() as searcher:
        assert searcher.doc_count() == 0


def test_a_toc_of_another_generation(tmp_path: Path) -> None:
    write(tmp_path, [])
    (tmp_path / "_MAIN_3.toc").rename(tmp_path / "_MAIN_4.toc")
    with pytest.raises(CorruptIndex, match="of this generation"):
        read_toc(tmp_path, 4)
    with pytest.raises(FileNotFoundError):
        read_toc(tmp_path, 3)


class Bomb:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.mkdir, (str(self.target),)


def test_nothing_runs(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    write(tmp_path, [ColumnSegment.from_ref(REFS[0]), Bomb(target)])
    with pytest.raises(CorruptIndex, match=r"names posix\.mkdir, which no index of searchkit holds"):
        read_toc(tmp_path, 3)
    assert not target.exists()
    schema = make_schema("en")
    schema["id"].__dict__["analyzer"] = Bomb(target)
    (tmp_path / "_MAIN_3.toc").write_bytes(encode_toc(schema, [], 3))
    with pytest.raises(CorruptIndex, match=r"names posix\.mkdir"):
        read_toc(tmp_path, 3)
    assert not target.exists()


@pytest.mark.parametrize(
    "state",
    [
        {"segid": "../../etc/passwd"},
        {"name": "../../etc/passwd"},
        {"indexname": "OTHER"},
        {"_doccount": "3"},
        {"_deleted": [1]},
        {"_deleted": {"1"}},
        {"_codec": None},
        {"compound": 1},
        {"is_deleted": int},
    ],
)
def test_segments_of_whoosh_are_made_of_nothing_else(tmp_path: Path, state: dict[str, Any]) -> None:
    segment = W3Segment(W3Codec(), "MAIN", 3)
    write(tmp_path, [segment])
    assert segment_refs(read_toc(tmp_path, 3)[1]) == [segment]
    segment.__dict__.update(state)
    write(tmp_path, [segment])
    with pytest.raises(CorruptIndex, match="segments of this generation"):
        read_toc(tmp_path, 3)


def test_our_segments_are_made_of_nothing_else(tmp_path: Path) -> None:
    segment = ColumnSegment.from_ref(REFS[0])
    segment._doc_count = 99
    write(tmp_path, [segment])
    with pytest.raises(CorruptIndex, match="deletions of other documents"):
        read_toc(tmp_path, 3)
    for other in (7, "MAIN_abc1", None, ArticleAnalyzer("term")):
        write(tmp_path, [other])
        with pytest.raises(CorruptIndex):
            read_toc(tmp_path, 3)


def test_damaged_files_are_told(tmp_path: Path) -> None:
    data = write(tmp_path, [ColumnSegment.from_ref(ref) for ref in REFS])
    path = tmp_path / "_MAIN_3.toc"
    for size in range(0, len(data), 37):
        path.write_bytes(data[:size])
        with pytest.raises((CorruptIndex, IndexMismatch)):
            read_toc(tmp_path, 3)
    rng = random.Random(2)
    for _ in range(300):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(changed)
        try:
            read_toc(tmp_path, 3)
        except (CorruptIndex, IndexMismatch) as error:
            assert str(path) in str(error)


def test_segments_pickle_small(tmp_path: Path) -> None:
    segment = ColumnSegment.from_ref(SegmentRef("a" * 16, 500_000))
    for doc in range(0, 500_000, 997):
        segment.delete_document(doc)
    assert len(pickle.dumps(segment)) < 63_000
