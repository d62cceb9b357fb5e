"""Opens engines by place: folders, memory:, and those of other packages; commands with an engine
that lacks capabilities."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import Article
from searchkit.engines.local import LocalEngine
from searchkit.engines.memory import MemoryEngine
from tests.plain_environment import plain_environment

TOY = '''
"""An engine that keeps nothing but what every engine must have; all that is opened are one."""

import searchkit

_memory = searchkit.open("memory:")
_memory.add([searchkit.Article("a", "Peace", "The peace talks resumed.")])


class Toy:
    def __init__(self, place, create, language):
        self.opened = place, create, language

    def __getattr__(self, name):
        if name not in dir(searchkit.Engine):
            raise AttributeError(name)
        return getattr(_memory, name)

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        pass


def open_engine(place, *, create, language):
    return Toy(place, create, language)
'''
WHOLE = '''
"""An engine with roots, and with checks of its own."""

import searchkit


def open_engine(place, *, create, language):
    return searchkit.open("memory:", language=language)


def verify_place(place, *, repair, wait):
    return searchkit.Verification((searchkit.Fault(place, f"{repair} {wait}"),))
'''


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a package that adds engines, as pip would install it."""
    folder = tmp_path / "site"
    information = folder / "searchkit_toy-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "searchkit_toy.py").write_text(TOY)
    (folder / "searchkit_whole.py").write_text(WHOLE)
    (folder / "searchkit_broken.py").write_text("import no_such_module\n")
    (folder / "searchkit_empty.py").touch()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: searchkit-toy\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        "[searchkit.engines]\ntoy = searchkit_toy\nwhole = searchkit_whole\nbroken = searchkit_broken\n"
        "empty = searchkit_empty\nlost = searchkit_toy:no_such_name\nmemory = searchkit_broken\n"
    )
    monkeypatch.syspath_prepend(folder)
    importlib.invalidate_caches()
    yield folder
    for name in ("searchkit_toy", "searchkit_whole", "searchkit_empty"):
        sys.modules.pop(name, None)


def command(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """Run a command where the package is installed, with these variables in its environment."""
    environment = plain_environment(PYTHONPATH=os.pathsep.join((str(folder), *filter(None, sys.path))))
    done = subprocess.run(
        [sys.executable, "-m", "searchkit", *arguments],
        capture_output=True,
        text=True,
        env={**environment, **settings},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_path_is_a_folder_and_so_is_a_text_without_a_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for place in (tmp_path / "a", "b", "memory", Path("memory:"), Path("toy:/x"), "c:d"):
        with searchkit.open(place, create=True) as engine:
            assert isinstance(engine, LocalEngine)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b", "c:d", "memory", "memory:", "toy:"]


@pytest.mark.parametrize("place", ["memory:", "memory://", "MEMORY://x"])
def test_memory(place: str) -> None:
    with searchkit.open(place) as one, searchkit.open(place, create=True, language="de") as other:
        assert isinstance(one, MemoryEngine)
        one.add([Article("a")])
        assert (one.stats().articles, other.stats().articles, other.stats().language) == (1, 0, "de")
    assert searchkit.verify(place) == searchkit.Verification()
    assert searchkit.rebuild(place).changed is False
    with pytest.raises(searchkit.OptionError, match='unknown language "xx"'):
        searchkit.open(place, language="xx")


def test_an_unknown_scheme() -> None:
    expected = (
        'no engine opens "solr://" places; expected a folder, memory: or one of "opensearch://", "opensearchs://", found'
        " solr://host/news"
    )
    for ask in (searchkit.open, searchkit.verify, searchkit.rebuild):
        for place in ("solr://host/news", "solr://ann:s3c/r@t@host/news"):
            with pytest.raises(searchkit.EngineUnavailable) as error:
                ask(place)
            assert str(error.value) == expected


@pytest.mark.parametrize("place", ["memory:", "folder", "toy://x"])
@pytest.mark.parametrize("option", ["connection", "shards", "replicas", "partition"])
def test_options_of_clusters_are_for_clusters(place: str, option: str, packages: Path, tmp_path: Path) -> None:
    """They are never ignored."""
    place = place.replace("folder", str(tmp_path / "i"))
    given: dict[str, Any] = {
        option: searchkit.Connection() if option == "connection" else "year" if option == "partition" else 1
    }
    message = (
        f"{option} is for an index on a cluster; expected a place such as opensearch://localhost:9200/news, found {place}"
    )
    asks: list[Callable[..., object]] = [partial(searchkit.open, create=True), searchkit.rebuild]
    if option == "connection":
        asks.append(searchkit.verify)
    for ask in asks:
        with pytest.raises(searchkit.OptionError) as error:
            ask(place, **given)
        assert str(error.value) == message
    assert not (tmp_path / "i").exists()


@pytest.mark.parametrize("place", ["open_search://host", "://host", "/srv/news://host", "9://host"])
def test_what_looks_like_a_scheme_makes_no_folder(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scheme = place.partition("://")[0]
    with pytest.raises(searchkit.EngineUnavailable, match=f'no engine opens "{scheme}://" places; expected a folder'):
        searchkit.open(place, create=True)
    assert list(tmp_path.iterdir()) == []


def test_an_engine_of_another_package(packages: Path) -> None:
    engine = searchkit.open("toy://here/x", create=True, language="fr")
    assert engine.opened == ("toy://here/x", True, "fr")  # type: ignore[attr-defined]
    assert [hit.id for hit in engine.search("peace")] == ["a"]
    with pytest.raises(searchkit.Unsupported, match=r"the engine of toy://x cannot check"):
        searchkit.verify("toy://x")
    with pytest.raises(searchkit.Unsupported, match=r"the engine of toy://x keeps no roots"):
        searchkit.rebuild("toy://x")
    known = 'a folder, memory: or one of "broken://", "empty://", "lost://", "opensearch://", "opensearchs://", "toy://", "whole://", found nobody://x'
    with pytest.raises(searchkit.EngineUnavailable, match=known):
        searchkit.open("nobody://x")


def test_its_own_checks_and_rebuilds(packages: Path) -> None:
    found = searchkit.verify("whole://x", repair=True, wait=3)
    assert found.faults == (searchkit.Fault("whole://x", "True 3"),)
    assert searchkit.rebuild("whole://x", language="de", workers=1) == searchkit.IndexReport(generation=1)


def test_a_broken_package_is_named_and_hides_no_engine_of_ours(packages: Path) -> None:
    with pytest.raises(searchkit.EngineUnavailable, match=r"of the package searchkit-toy cannot be loaded .*no_such_module"):
        searchkit.open("broken://x")
    assert isinstance(searchkit.open("memory:"), MemoryEngine)


@pytest.mark.parametrize(("scheme", "reason"), [("empty", "expected something with open_engine"), ("lost", "no_such_name")])
def test_an_entry_point_that_names_no_engine(packages: Path, scheme: str, reason: str) -> None:
    for ask in (searchkit.open, searchkit.verify, searchkit.rebuild):
        with pytest.raises(searchkit.EngineUnavailable, match=rf"package searchkit-toy cannot be loaded \(.*{reason}"):
            ask(f"{scheme}://x")
    status, out, err = command(packages, "search", "-i", f"{scheme}://x", "peace")
    assert (status, out, "internal error" in err) == (2, "", False)


def test_a_scheme_of_two_packages_is_opened_by_neither(packages: Path) -> None:
    information = packages / "another_toy-2.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: another-toy\nVersion: 2.0\n")
    (information / "entry_points.txt").write_text("[searchkit.engines]\ntoy = searchkit_whole\n")
    importlib.invalidate_caches()
    with pytest.raises(
        searchkit.EngineUnavailable, match=r'"toy://" places .* packages: another-toy, searchkit-toy; uninst'
    ):
        searchkit.open("toy://x")
    assert isinstance(searchkit.open("whole://x"), MemoryEngine)


def test_commands_that_every_engine_serves(packages: Path) -> None:
    status, out, _ = command(packages, "search", "-i", "toy://x", "peace", "--ids")
    assert (status, out) == (0, "a\n")
    assert command(packages, "search", "peace", "--ids", SEARCHKIT_INDEX="toy://x") == (0, "a\n", "")
    shown = command(packages, "show", "-i", "toy://x", "a", "talks", "--color", "always")[1]
    assert "The peace \x1b[31m\x1b[1mtalks\x1b[0m resumed." in shown
    assert command(packages, "search", "-i", "toy://x", "zebra") == (1, "", "searchkit: nothing found for zebra\n")
    assert command(packages, "show", "-i", "toy://x", "a")[1].startswith("Peace\n")
    assert command(packages, "stats", "-i", "toy://x")[1].startswith("articles    1\n")
    assert command(packages, "delete", "-i", "toy://x", "a", "--yes")[:2] == (0, "1 deleted\n")


NO_ROOTS = "the engine of toy://x keeps no roots; programs add its articles: engine.add(searchkit.read(PATH))"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("index", "."), NO_ROOTS),
        (("roots",), NO_ROOTS),
        (("roots", "remove", "a", "--yes"), NO_ROOTS),
        (("roots", "move", "a", "."), NO_ROOTS),
        (("index", "--rebuild"), NO_ROOTS),
        (("index", ".", "--dry-run"), NO_ROOTS),
        (("retry",), NO_ROOTS),
        (("optimize",), "the engine of toy://x merges nothing on request"),
        (("verify",), "the engine of toy://x cannot check what it stores"),
    ],
)
def test_commands_for_which_an_engine_lacks_something(packages: Path, arguments: tuple[str, ...], message: str) -> None:
    assert command(packages, *arguments, "-i", "toy://x") == (2, "", f"searchkit: {message}\n")


def test_commands_with_a_place_that_nothing_opens(packages: Path) -> None:
    status, out, err = command(packages, "search", "-i", "broken://x", "peace")
    assert (status, out) == (2, "")
    assert err.startswith('searchkit: the engine for "broken://" places of the package searchkit-toy cannot be loaded')
    status, out, err = command(packages, "search", "-i", "nobody://x", "peace")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert (
        'a folder, memory: or one of "broken://", "empty://", "lost://", "opensearch://", "opensearchs://", "toy://", "whole://", found nobody://x'
        in err
    )


def test_commands_with_an_index_in_memory(tmp_path: Path) -> None:
    """Pointless: no crash, and a word of it."""
    (tmp_path / "a.txt").write_text("Title\n\nThe text.\n")
    assert command(tmp_path, "search", "-i", "memory:", "peace")[0] == 1
    status, out, err = command(tmp_path, "index", "-i", "memory:", str(tmp_path / "a.txt"))
    assert err == "searchkit: warning: the index was in memory and is gone with this command; to keep it: -i FOLDER\n"
    assert (status, out) == (0, "1 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n")
    assert command(tmp_path, "verify", "-i", "memory:")[0] == 0


def test_which_places_are_on_clusters(tmp_path: Path) -> None:
    for place in ("opensearch://h/news", "OpenSearchs://h:9201/news", "opensearch://"):
        assert searchkit.is_on_cluster(place)
    for other in ("index", "./opensearch:", "memory:", "toy://x", tmp_path / "opensearch:" / "h"):
        assert not searchkit.is_on_cluster(other)
    with pytest.raises(searchkit.OptionError, match="opensearch: must be followed by //"):
        searchkit.is_on_cluster("opensearch:h/news")


@pytest.mark.parametrize("place", ["index", "a@b/index", "memory:", "opensearch://host/news"])
def test_credentials_of_a_place_are_hidden(place: str) -> None:
    assert searchkit.hide_credentials(place) == place
    assert searchkit.hide_credentials("opensearch://ann:s3@cret/@host/news") == "opensearch://host/news"
