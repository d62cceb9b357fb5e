from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]


def test_stats(engine: RecordedEngine, run: Run) -> None:
    assert run("stats").out == (
        "articles    3\n"
        "dates       2020-04-26 to 2020-04-27 15:01:01, 1 undated\n"
        "sources     (none): 2\n"
        "            Daily Ledger: 1\n"
        "size        0.0 MB in 1 segment\n"
        "generation  3\n"
        "language    en\n"
    )


def test_stats_of_what_lies_on_a_disk(engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a size and in segments that a few articles in memory do not have."""
    stats = engine.stats()
    for size, segments, line in (
        (2_500_000, 1, "size        2.5 MB in 1 segment"),
        (12_345_600_000, 1200, "size        12,345.6 MB in 1,200 segments"),
    ):
        monkeypatch.setattr(
            engine, "stats", lambda size=size, segments=segments: replace(stats, size=size, segments=segments)
        )
        assert run("stats").out.splitlines()[4] == line
        document = json.loads(run("stats", "--json").out)
        assert (document["size"], document["segments"]) == (size, segments)


def test_stats_json(engine: RecordedEngine, run: Run) -> None:
    assert json.loads(run("stats", "--json").out) == {
        "meta": {"version": 1},
        "articles": 3,
        "first": "2020-04-26",
        "last": "2020-04-27T15:01:01Z",
        "undated": 1,
        "sources": [{"source": "", "articles": 2}, {"source": "Daily Ledger", "articles": 1}],
        "size": 0,
        "generation": 3,
        "segments": 1,
        "language": "en",
    }
