"""Parquet: types, batches, bombs and damage."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from searchkit.corpus import read
from searchkit.model import Article
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def outcome(path: Path, **options: str) -> tuple[list[Article], list[tuple[str, str]]]:
    failures: list[tuple[str, str]] = []
    chosen = {name: [value] for name, value in options.items()}
    return list(read(path, "L", lambda one: failures.append((one.place, one.reason)), options=chosen)), failures


def write(path: Path, columns: dict[str, Any], **options: Any) -> None:
    pq.write_table(pa.table(columns), path, **options)


def test_batches_and_row_groups(tmp_path: Path) -> None:
    texts = [f"Größere Worte {n}\r\n" * (n % 5) + "<p>a</p><p>b</p>" * (n % 3 == 0) + "end" for n in range(3000)]
    write(tmp_path / "a.parquet", {"title": [f"T{n}" for n in range(3000)], "text": texts}, row_group_size=700)
    found, failures = outcome(tmp_path / "a.parquet")
    assert failures == []
    assert [one.title for one in found] == [f"T{n}" for n in range(3000)]
    assert found[1].body == "Größere Worte 1\nend"
    assert found[3].body.endswith("a\n\nb\n\nend")
    check_data(tmp_path / "b.parquet", (tmp_path / "a.parquet").read_bytes(), counts=(2, 3))


def test_moments_keep_their_zone(tmp_path: Path) -> None:
    moment = dt.datetime(2020, 4, 26, 20, 30, tzinfo=dt.UTC)
    for unit in ("s", "ms", "us", "ns"):
        write(tmp_path / "a.parquet", {"text": ["a"], "date": pa.array([moment], pa.timestamp(unit, "Asia/Baku"))})
        assert [str(one.date) for one in outcome(tmp_path / "a.parquet")[0]] == ["2020-04-27 00:30:00+04:00"]


def test_nulls_and_slices_of_lists(tmp_path: Path) -> None:
    tags = [None if n % 7 == 0 else [f"t{n}", "x"][: n % 3] for n in range(200)]
    write(
        tmp_path / "a.parquet",
        {"text": [None if n % 5 == 0 else f"w{n}" for n in range(200)], "tags": tags, "title": ["T"] * 200},
    )
    for one, (n, topics) in zip(outcome(tmp_path / "a.parquet")[0], enumerate(tags), strict=True):
        assert (one.body, one.topics) == ("" if n % 5 == 0 else f"w{n}", tuple(topics or ()))


def test_warnings_have_the_row(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"text": ["a", "b"], "date": ["2020-01-01", "soon"]})
    places: list[tuple[str, str]] = []
    list(read(tmp_path / "a.parquet", on_warning=lambda one: places.append((one.text, one.place))))
    assert places == [("soon", "row 2")]


def test_memory_is_bounded(tmp_path: Path) -> None:
    schema = pa.schema({"title": pa.string(), "text": pa.string()})
    with pq.ParquetWriter(tmp_path / "a.parquet", schema) as writer:
        for at in range(8):
            texts = [f"{n} " + "Talks on peace go on. " * 40 for n in range(at * 5000, at * 5000 + 5000)]
            writer.write_table(pa.table({"title": texts, "text": texts}, schema))
    assert read_within(tmp_path / "a.parquet", megabytes=700).articles == 40_000


def test_a_text_that_is_repeated_takes_its_size_once(tmp_path: Path) -> None:
    long = pa.array(["x " * 500_000]).dictionary_encode()
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), long.dictionary)
    write(tmp_path / "a.parquet", {"title": [f"T{n}" for n in range(2000)], "text": column}, compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 200_000
    found = read_within(tmp_path / "a.parquet", megabytes=1200, seconds=120, max_article="1MB")
    assert found.failures or found.articles


@pytest.mark.parametrize("cut", [4, 8, 12, 100, 1000])
def test_cut_off(cut: int, tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"title": ["A"] * 100, "text": [f"w{n}" for n in range(100)]})
    data = (tmp_path / "a.parquet").read_bytes()
    for name, broken in (("end", data[:-cut]), ("begin", data[cut:]), ("few", data[:cut])):
        (tmp_path / f"{name}.parquet").write_bytes(broken)
        found, failures = outcome(tmp_path / f"{name}.parquet")
        assert failures
        assert len(found) < 100


def test_damage_never_escapes(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"title": ["A"] * 100, "text": [f"w{n}" for n in range(100)], "tags": [["a"]] * 100})
    data = (tmp_path / "a.parquet").read_bytes()
    for at in range(4, len(data), max(1, len(data) // 60)):
        broken = bytearray(data)
        broken[at] ^= 0x5A
        (tmp_path / "b.parquet").write_bytes(broken)
        outcome(tmp_path / "b.parquet")


def test_binary_columns_are_decoded(tmp_path: Path) -> None:
    data = ["Größe".encode("latin-1"), "Größe".encode(), bytes(range(99)), None]
    columns = {"title": list("ABCD"), "text": data, "picture": data, "more": [[one] for one in data]}
    write(tmp_path / "a.parquet", columns)
    warnings: list[tuple[str, str]] = []
    found = list(
        read(tmp_path / "a.parquet", encoding="latin-1", on_warning=lambda one: warnings.append((one.kind, one.text)))
    )
    assert [one.body for one in found] == ["Größe", "GrÃ¶ÃŸe", "", ""]
    assert [dict(one.extra) for one in found[:3]] == [
        {"picture": "Größe", "more": '["Größe"]'},
        {"picture": "GrÃ¶ÃŸe", "more": '["GrÃ¶ÃŸe"]'},
        {"more": "[null]"},
    ]
    assert warnings == [("stray-bytes", '"text" holds binary data, not text')]


def test_unknown_names_are_told(tmp_path: Path) -> None:
    write(tmp_path / "a.parquet", {"nr": list(range(3000)), "passage": ["Words."] * 3000})
    reason = 'no column has a usual name of a title or a text ("nr", "passage"); to read another one: --map body=COLUMN'
    assert outcome(tmp_path / "a.parquet") == ([], [("", reason)])
    assert len(outcome(tmp_path / "a.parquet", map="body=passage")[0]) == 3000
