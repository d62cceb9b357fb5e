"""The archive's own format, on a real article."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import searchkit

SEED = Path(__file__).parents[2].parent / "shared" / "seed"


def test_the_seed_article_is_found(tmp_path: Path) -> None:
    if not SEED.exists():
        pytest.skip("needs ../shared/seed")
    with searchkit.open(tmp_path / "index", create=True) as engine:
        assert engine.index([SEED]).added == 1
        (hit,) = engine.search('Ganjaliyev AND "Minsk Group" date:2020-04')
        assert (hit.date, hit.authors) == (datetime(2020, 4, 26, tzinfo=UTC), ("Akbar Mammadov",))
        for query in ("“status quo” OR status-quo", "armenia's", "Armenia’s", "armenia", "author:mammadov", "=Armenia"):
            assert engine.search(query).total == 1, query
        assert engine.search("Ganjaliyev date:2020-05").total == 0
        assert engine.search("armenia's").hits[0].score == engine.search("armenia").hits[0].score


def test_a_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(searchkit.StorageError):
        searchkit.open(tmp_path / "file" / "index", create=True)
