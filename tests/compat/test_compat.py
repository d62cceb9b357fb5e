"""Segments that earlier versions wrote are read as they were when they were written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from searchkit.analysis import Analyzer
from searchkit.codec import verify
from searchkit.codec.container import VERSION
from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.reader import SegmentReader
from searchkit.indexing.segments import SegmentBuilder
from searchkit.schema import from_record, offset_seconds, to_record
from tests.compat.make_golden import FOLDER, MADE, make
from tests.compat.reading import told

GOLDEN = sorted(FOLDER.glob("*.columns"))


def expected(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(path.with_suffix(".json").read_bytes())
    return said


def test_there_are_golden_segments_of_every_version() -> None:
    kinds = {path.name.split("-")[0] for path in GOLDEN}
    assert kinds == {f"v{version}" for version in range(1, VERSION + 1)}
    assert {path.stem for path in GOLDEN} == {path.stem for path in FOLDER.glob("v*.json")}
    assert sum(path.stat().st_size for path in GOLDEN) < 125_000


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_segments_are_whole(path: Path) -> None:
    assert list(verify.find_damage(path)) == []


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_segments_say_what_they_said(path: Path) -> None:
    segment, said = SegmentReader(path), expected(path)
    now = told(segment)
    for part in said:
        if part != "fields":
            assert now[part] == said[part], part
    assert set(now["fields"]) == set(said["fields"])
    for name, field in said["fields"].items():
        for part in field:
            assert now["fields"][name][part] == field[part], (name, part)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_stored_articles_are_read(path: Path) -> None:
    """As Articles, which write the same record again."""
    segment = SegmentReader(path)
    for doc in range(segment.doc_count):
        record = segment.stored_fields.record(doc)
        article, origin = from_record(record)
        assert article.id == segment.value_column("id.value").value(doc).decode()
        assert orjson.loads(to_record(article, origin)) == orjson.loads(record)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_segments_are_merged(path: Path, tmp_path: Path) -> None:
    """An index that an earlier version made goes on: its segments are merged with ours."""
    segment = SegmentReader(path)
    target = tmp_path / "merged.columns"
    merge(target, [MergeInput(segment), MergeInput(segment, np.zeros(segment.doc_count, dtype=bool))])
    verify.check(target)
    assert told(SegmentReader(target)) == expected(path)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_dates_are_read_and_built_again(path: Path, tmp_path: Path) -> None:
    """Without offsets, as records were before there were any, they are in UTC, and stay so."""
    segment = SegmentReader(path)
    stored = [from_record(segment.stored_fields.record(doc)) for doc in range(segment.doc_count)]
    zones = {str(article.date.tzinfo) for article, _ in stored if article.date is not None}
    assert zones == ({"UTC", "UTC+04:00", "UTC-00:53:28"} if path.stem == "v1-offsets" else {"UTC"})
    offsets = [offset_seconds(article.date) for article, _ in stored]
    with SegmentBuilder(tmp_path, Analyzer("en")) as builder:
        for article, origin in stored:
            builder.add(article, origin)
        builder.flush()
        again = SegmentReader(tmp_path / builder.segments[0].file)
    for made in (segment, again):
        assert made.number_column("date").tolist() == expected(path)["numbers"]["date"]
        assert made.number_column("date_offset").tolist() == offsets
        assert made.number_column("digest").tolist() == expected(path)["numbers"]["digest"]
        assert ("date_offset" in made.container.sections) == any(offsets)


def test_golden_segments_have_every_feature() -> None:
    """What they are for: each of these would otherwise go unread."""
    plain = expected(FOLDER / "v1-plain.json")
    terms = [term for field in plain["fields"].values() for term in field["terms"].values()]
    assert any(max(term["tf"]) > 255 for term in terms)
    assert any(first + step * (count - 1) > 65_535 for term in terms for first, step, count in term["positions"])
    assert any(len(term.get("forms", ())) > 2 for term in terms)
    assert any(not title for _, title, *_ in plain["records"])
    assert any(record[3] is None for record in plain["records"])
    assert any(record[13] for record in plain["records"])
    assert any(not text.isascii() for field in plain["fields"].values() for text in field["terms"])
    divided = expected(FOLDER / "v1-divided.json")
    assert any("\u00ad" in form for term in divided["fields"]["body"]["terms"].values() for form in term.get("forms", ()))
    quoted = expected(FOLDER / "v1-quotations.json")["fields"]["body"]["quotations"]
    assert sum(quoted["of"]) > 10
    assert "quotations" not in divided["fields"]["body"]
    stores = [(segment.stored_fields, segment.doc_count) for segment in map(SegmentReader, GOLDEN)]
    assert any(store.dictionary_count for store, _ in stores)
    assert any(not store.dictionary_count for store, _ in stores)
    assert any(len(store.group_by_dictionary(np.arange(docs))) > 1 for store, docs in stores)


def test_what_is_made_anew_says_the_same(tmp_path: Path) -> None:
    """The newest ones: the writer and analysis still make segments that say the same."""
    make(tmp_path)
    for name in MADE:
        assert told(SegmentReader(tmp_path / f"{name}.columns")) == expected(FOLDER / f"{name}.json")
