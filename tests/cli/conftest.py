"""The engine in memory with a few articles, and commands run against it in this process."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

import pytest

import searchkit
from searchkit.cli import main
from searchkit.engines.base import resolve_options
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.memory_store import MemoryArticle, MemoryGeneration
from searchkit.index_options import IndexChanges, resolve_index_options
from searchkit.indexing.store import SyncState
from searchkit.model import SearchChanges
from tests.plain_environment import is_setting

ARTICLES = (
    searchkit.Article(
        id="news/1.txt",
        title="Peace talks resume",
        body="The peace talks resumed on Sunday.\n\nNobody spoke of war.",
        date=datetime(2020, 4, 26, tzinfo=UTC),
        authors=("Akbar Mammadov", "Ann Lee"),
        path="/archive/1.txt",
    ),
    searchkit.Article(
        id="news/2.txt",
        title="Oil falls",
        body="Oil fell. The peace held.",
        date=datetime(2020, 4, 27, 15, 1, 1, tzinfo=UTC),
        source="Daily Ledger",
        path="/archive/2.txt",
    ),
    searchkit.Article(id="news/3.txt", body="A peace without a title. It has no date.", path="/archive/3.txt"),
)


class RecordedEngine(MemoryEngine):
    """The engine in memory, with ARTICLES in its third generation.

    It notes what it is asked, takes 0.8 ms for everything, raises `fail` if there is one, and
    `index` gives `report`, such as no files here would give, if there is one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[tuple[str, object]] = []
        self.asked: dict[str, object] = {}
        self.fail: BaseException | None = None
        self.report: searchkit.IndexReport | None = None
        for article in ARTICLES:
            self.add([article])

    def hold(self, *articles: searchkit.Article) -> None:
        """Hold these articles as they are, also such as `add` cleans or refuses: commands trust no
        engine with that."""
        stored = {article.id: MemoryArticle(article, "", 0) for article in articles}
        self._index.newest = MemoryGeneration(self.generation + 1, stored, SyncState(files={}))
        self._serve()

    def search(
        self, query: str, options: searchkit.SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> searchkit.SearchResult:
        self.calls.append(("search", (query, resolve_options(options, changes))))
        if self.fail is not None:
            raise self.fail
        return replace(super().search(query, options, **changes), took_ms=0.8)

    def marks(
        self,
        article: searchkit.Article,
        query: str,
        options: searchkit.SearchOptions | None = None,
        *,
        any_part: bool = False,
        **changes: Unpack[SearchChanges],
    ) -> searchkit.ArticleMarks:
        self.calls.append(("marks", (query, options)))
        return super().marks(article, query, options, any_part=any_part, **changes)

    def index(
        self,
        roots: str | Path | Sequence[str | Path] = (),
        settings: searchkit.IndexOptions | None = None,
        **changes: Unpack[IndexChanges],
    ) -> searchkit.IndexReport:
        roots = [roots] if isinstance(roots, str | Path) else roots
        asked = resolve_index_options(settings, changes, len(roots))
        self.calls.append(("index", (list(roots), asked.label, asked.options, asked.allow_empty)))
        names = ("rebuild", "retry", "check_content", "commit_every", "dry_run")
        self.asked = {name: getattr(asked, name) for name in names}
        if self.fail is not None:
            raise self.fail
        if self.report is None:
            return super().index(roots, settings, **changes)
        return self.report

    def remove_root(self, label: str, *, wait: float = 0) -> searchkit.IndexReport:
        self.calls.append(("remove_root", label))
        return super().remove_root(label, wait=wait)

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        self.calls.append(("move_root", (label, path)))
        super().move_root(label, path, wait=wait)

    def optimize(self, *, wait: float = 0) -> int:
        self.calls.append(("optimize", None))
        return super().optimize(wait=wait)

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        wanted = list(ids)
        self.calls.append(("delete", wanted))
        return super().delete(wanted, wait=wait)

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[searchkit.Tombstone, ...]:
        wanted = list(ids)
        self.calls.append(("undelete", sorted(set(wanted))))
        return super().undelete(wanted, wait=wait)

    def close(self) -> None:
        """It stays open: the next command opens the same one."""


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests; 80 columns; an empty folder to be in."""
    for name in filter(is_setting, list(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(os, "ttyname", _no_terminal)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)


def _no_terminal(descriptor: int) -> str:
    raise OSError(errno.ENOTTY, os.strerror(errno.ENOTTY))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> RecordedEngine:
    """The engine that every command opens."""
    found = RecordedEngine()

    def open_recorded(place: str | Path, *, create: bool = False, language: str | None = None) -> RecordedEngine:
        found.calls.append(("open", (str(place), create, language)))
        return found

    monkeypatch.setattr(searchkit, "open", open_recorded)
    return found


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command as the shell would, in this process."""

    def run_command(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as done:
            main(list(arguments))
        out, err = capsys.readouterr()
        assert isinstance(done.value.code, int)
        return Ran(done.value.code, out, err)

    return run_command


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Output goes to a terminal, or so it seems."""
    # On the class: pytest gives each phase of a test a stdout of its own.
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: stream in (sys.stdout, sys.stderr))
    monkeypatch.setenv("TERM", "xterm")


def write(path: str, *texts: str) -> None:
    """A file of these articles: a text file of one, else JSON lines."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    if path.endswith(".txt"):
        Path(path).write_text(f"Title\n\n{texts[0]}\n", encoding="utf-8")
    else:
        Path(path).write_text("".join(f"{json.dumps({'text': text})}\n" for text in texts), encoding="utf-8")


def with_body(article: searchkit.Article, body: str) -> searchkit.Article:
    """The same article with another body."""
    return replace(article, body=body)
