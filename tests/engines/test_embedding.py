"""What a program expects of the library that it embeds: hints, copies, errors of our own,
threads."""

from __future__ import annotations

import copy
import dataclasses
import gc
import pickle
import shutil
import threading
import typing
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit import Article
from searchkit.engines.local import LocalEngine
from searchkit.query.snapshot import Snapshot
from searchkit.results import Highlighter


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[searchkit.ArchiveEngine]:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add(
            [Article("a", "Peace talks", "The peace talks go on. Nobody knows why."), Article("b", "", "War, not peace.")]
        )
        yield engine


PUBLIC = [
    searchkit.open,
    searchkit.verify,
    searchkit.rebuild,
    *vars(searchkit.ArchiveEngine).values(),
    *vars(searchkit.Engine).values(),
]


@pytest.mark.parametrize("function", [each for each in PUBLIC if callable(each) and not isinstance(each, type)])
def test_hints_of_all_public_functions_can_be_had(function: typing.Callable[..., object]) -> None:
    assert isinstance(typing.get_type_hints(function), dict)


def test_all_names_are_listed() -> None:
    assert set(searchkit.__all__) <= set(dir(searchkit))
    assert all(getattr(searchkit, name) is not None for name in searchkit.__all__)


def test_hits_can_be_pickled_and_copied(engine: searchkit.ArchiveEngine) -> None:
    result = engine.search("peace")
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):  # noqa: S301
        assert [hit.id for hit in other] == [hit.id for hit in result]
        for hit, own in zip(other, result, strict=True):
            assert (hit.article, hit.headline, hit.title_marks, hit.snippets) == (
                own.article, own.headline, own.title_marks, own.snippets
            )  # fmt: skip
    assert dataclasses.asdict(result)["hits"][0]["id"] == result.hits[0].id
    assert dataclasses.replace(result, total=9).total == 9


def test_a_result_is_a_sequence_of_its_hits(engine: searchkit.ArchiveEngine) -> None:
    result = engine.search("peace")
    first, second = result.hits
    assert (result[0], result[-1], result[1:], result[:5], len(result)) == (first, second, (second,), (first, second), 2)
    assert list(reversed(result)) == [second, first]
    with pytest.raises(IndexError):
        result[2]


def test_reprs_say_what_things_are(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "news", create=True) as engine, searchkit.open("memory:") as memory:
        engine.add([Article("a/1", "Peace", "Peace talks")])
        memory.add([Article("a/1", "Peace", "Peace talks"), Article("a/2", "War", "No peace")])
        assert repr(engine) == f"<LocalEngine of {tmp_path / 'news'}: 1 article, generation {engine.generation}>"
        assert repr(memory) == f"<MemoryEngine: 2 articles, generation {memory.generation}>"
        result = memory.search("peace", limit=1)
        assert repr(result) == "<SearchResult of 'peace': 2 found, 1 here>"
        assert repr(result[0]) == f"<Hit 'a/1', score {result[0].score:.4f}>"
    assert repr(engine) == f"<LocalEngine of {tmp_path / 'news'}: closed>"
    assert repr(memory) == "<MemoryEngine: closed>"


@pytest.mark.parametrize("place", ["memory:", "folder"])
def test_what_cannot_be_added_says_what_to_do(tmp_path: Path, place: str) -> None:
    kept = Article("a", "Kept")
    with searchkit.open(place if place == "memory:" else tmp_path / "i", create=True) as engine:
        engine.add([kept])
        hit = engine.search("kept")[0]
        wrong: list[tuple[typing.Any, type[searchkit.SearchkitError], str]] = [
            (Article("b", "One"), searchkit.OptionError, r"engine\.add\(\[article\]\)"),
            ("corpus/", searchkit.OptionError, r"engine\.add\(searchkit\.read\(path\)\)"),
            (tmp_path, searchkit.OptionError, r"engine\.add\(searchkit\.read\(path\)\)"),
            ({"id": "b", "title": "One"}, searchkit.OptionError, r"engine\.add\(\[searchkit\.Article\(\*\*fields\)\]\)"),
            (3, searchkit.OptionError, "found int"),
            (
                [{"id": "b", "title": "One"}],
                searchkit.ArticleError,
                r"found dict: make it with searchkit\.Article\(\*\*fields\)",
            ),
            ([hit], searchkit.ArticleError, "give its attribute article"),
            ([searchkit.StoredArticle(kept)], searchkit.ArticleError, "give its attribute article"),
            (["corpus/a.txt"], searchkit.ArticleError, r"searchkit\.read\(path\)"),
            ([Article("b"), None], searchkit.ArticleError, "found NoneType"),
        ]
        for articles, kind, message in wrong:
            with pytest.raises(kind, match=message):
                engine.add(articles)
        assert [stored.article for stored in engine.articles()] == [kept]


def test_arguments_of_another_type_are_named(engine: searchkit.ArchiveEngine) -> None:
    calls: list[typing.Callable[[], object]] = [
        lambda: engine.get(1),  # type: ignore[arg-type]
        lambda: engine.marks("a", "peace"),  # type: ignore[arg-type]
        lambda: searchkit.open(None),  # type: ignore[arg-type]
        lambda: engine.search_many({"first": "peace"}),
        lambda: engine.search_many({"peace", "war"}),
    ]
    for call in calls:
        with pytest.raises(searchkit.OptionError):
            call()


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint16])
def test_integers_of_numpy_are_limits(engine: searchkit.ArchiveEngine, kind: type[np.integer[typing.Any]]) -> None:
    result = engine.search("peace", limit=kind(1), offset=kind(1), snippets=kind(1))  # type: ignore[arg-type]
    assert result.hits == engine.search("peace", limit=1, offset=1, snippets=1).hits
    for name in ("limit", "offset", "snippets"):
        for value in (np.int64(-1), np.float64(2), True):
            with pytest.raises(searchkit.OptionError, match=name):
                engine.search("peace", **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"limit": "3"}, "limit must be"),
        ({"offset": None}, "offset must be"),
        ({"snippets": 1.5}, "snippets must be"),
        ({"timezone": None}, "timezone must be"),
        ({"since": 2020}, "since must be a date, a datetime, or a text"),
        ({"until": b"2020"}, "until must be a date, a datetime, or a text"),
        ({"exact": [1]}, "exact must be True or False"),
    ],
)
def test_options_of_another_type(engine: searchkit.ArchiveEngine, changes: dict[str, typing.Any], message: str) -> None:
    with pytest.raises(searchkit.OptionError, match=message):
        engine.search("peace", **changes)


def test_what_is_no_query_and_what_is_one_id(engine: searchkit.ArchiveEngine) -> None:
    with pytest.raises(searchkit.OptionError, match="a query must be text; found NoneType"):
        engine.search(None)  # type: ignore[arg-type]
    for call in (engine.delete, engine.undelete):
        with pytest.raises(searchkit.OptionError, match="give a list of it"):
            call("a")
        for ids in (["a", None], b"a", None):
            with pytest.raises(searchkit.OptionError, match="must be"):
                call(ids)  # type: ignore[arg-type]
    assert engine.search("*").total == 2


def test_search_during_a_rebuild_for_another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with searchkit.open(tmp_path / "i", create=True) as other:
        other.add([Article("a", "", "They were running.")])
    engine = LocalEngine(tmp_path / "i")
    searchkit.rebuild(tmp_path / "i", language="de")
    totals = []

    class Slow(Snapshot):
        def __init__(self, *given: typing.Any) -> None:
            search = threading.Thread(target=lambda: totals.append(engine.search("running").total))
            search.start()
            search.join()
            super().__init__(*given)

    monkeypatch.setattr("searchkit.engines.local_reader.Snapshot", Slow)
    engine.refresh()
    assert totals == [1]
    assert engine.stats().language == "de"


def test_stats_when_the_folder_is_gone(engine: searchkit.ArchiveEngine, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "i")
    assert (engine.stats().articles, engine.stats().size) == (2, 0)


def test_the_cache_counts_the_size_of_highlighters(tmp_path: Path) -> None:
    """Highlighters count with the surface forms that they look for."""
    words = [f"{first}{second}word{number}" for first in "abcdefgh" for second in "abcdefgh" for number in range(30)]
    with LocalEngine(tmp_path / "i", create=True) as engine:
        engine.add([Article(str(number), "", " ".join(words[number::20])) for number in range(20)])
        before = engine._current().snapshot.cache.size
        for first in "abcdefgh":
            query = " OR ".join(f"{first}{second}*" for second in "abcdefgh")
            assert all(hit.snippet for hit in engine.search(query))
        kept = engine._current().snapshot.cache
        highlighters = [value for value, _ in kept._entries.values() if isinstance(value, Highlighter)]
        assert sum(highlighter.nbytes for highlighter in highlighters) > 8 * 240 * 400
        assert kept.size > before + 8 * 240 * 400


def test_values_of_articles_in_several_segments(tmp_path: Path) -> None:
    with LocalEngine(tmp_path / "i", create=True) as engine:
        for first in range(0, 9, 3):
            engine.add(
                [Article(f"a{number}", source="" if number % 2 else f"s{number}") for number in range(first, first + 3)]
            )
        snapshot = engine._current().snapshot
        assert len(snapshot.views) == 3
        for docs in ([], [4], [8, 0, 5, 5], list(range(9))):
            for attribute in ("id", "source"):
                assert snapshot.values(attribute, docs) == [snapshot.value(attribute, doc) for doc in docs]


def test_a_closed_engine_unmaps_its_files(tmp_path: Path) -> None:
    """At once, and not when the interpreter next looks for circles."""
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([Article(str(number), "", f"Peace talks p{number}. They go on.") for number in range(100)])
    gc.collect()
    gc.disable()
    try:
        with searchkit.open(tmp_path / "i") as engine:
            for query in ("peace", '"peace talks"', "p* OR talks", "peace w/5 on", "date:2020.. OR go"):
                assert engine.search(query, limit=3) is not None
                assert all(hit.snippet for hit in engine.search(query, limit=3))
            engine.explain("peace talks")
            engine.stats()
            assert str(tmp_path) in Path("/proc/self/maps").read_text()
        assert str(tmp_path) not in Path("/proc/self/maps").read_text()
    finally:
        gc.enable()
