"""Another Whoosh program deletes from the index and merges it: searchkit searches it, and converts
it back."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh.index import open_dir

import searchkit
from searchkit.engines.memory import MemoryEngine
from searchkit.testing.collection import QUERIES, collection


def dates(engine: searchkit.Engine) -> dict[str, str]:
    """As they are printed, with their offsets."""
    return {hit.id: hit.date.isoformat() for hit in engine.search("date:*", limit=None) if hit.date is not None}


def answers(engine: searchkit.Engine) -> list[list[tuple[str, float]]]:
    return [[(hit.id, round(hit.score, 9)) for hit in engine.search(query, limit=None)] for query in QUERIES]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of large segments and of several with one article, which Whoosh merges when it
    commits."""
    articles = collection(160)
    with searchkit.open(tmp_path / "i", create=True) as engine:
        for part in (articles[:130], articles[130:156], *([article] for article in articles[156:])):
            engine.add(part)
    return tmp_path / "i"


def expected() -> list[list[tuple[str, float]]]:
    with MemoryEngine() as memory:
        memory.add(collection(160))
        memory.delete(["c/3", "c/125"])
        return answers(memory)


def foreign_deletion(folder: Path, *, optimize: bool = False) -> None:
    index = open_dir(str(folder))
    writer = index.writer()
    assert writer.delete_by_term("id", "c/3") == 1
    assert writer.delete_by_term("id", "c/125") == 1
    writer.commit(optimize=optimize)


@pytest.mark.parametrize("optimize", [False, True])
def test_a_foreign_deletion_is_seen_and_taken_over(folder: Path, optimize: bool) -> None:
    with searchkit.open(folder) as engine:
        before = dates(engine)
    foreign_deletion(folder, optimize=optimize)
    assert any(path.suffix == ".seg" for path in folder.iterdir())  # some of it is in Whoosh's own format now
    with searchkit.open(folder) as engine:
        assert answers(engine) == expected()
        assert dates(engine).items() <= before.items()
        # The next write makes it ours again, and the one after that no longer needs what Whoosh
        # wrote.
        engine.add([searchkit.Article("c/200", body="nothing to find here at all")])
        engine.delete(["c/200"])
        assert answers(engine) == expected()
        assert not any(path.suffix == ".seg" for path in folder.iterdir())
        assert engine.optimize() == 1
        assert answers(engine) == expected()
    with searchkit.open(folder) as again:
        assert answers(again) == expected()


def test_an_open_engine_moves_to_a_foreign_commit(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        before = answers(engine)
        foreign_deletion(folder)
        assert answers(engine) == before
        assert engine.refresh()
        assert answers(engine) == expected()
        assert engine.get("c/7").id == "c/7"
        with pytest.raises(searchkit.UnknownArticle):
            engine.get("c/125")
