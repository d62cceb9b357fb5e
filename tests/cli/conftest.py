"""An engine of a few articles in memory, and commands run against it in this process."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self, Unpack

import pytest

import searchkit
from searchkit.cli import main
from searchkit.engines.base import settled
from searchkit.model import Mark, SearchChanges
from searchkit.reports import Clause, Progress

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


@dataclass
class _Found:
    """A HitSource that marks words as they stand."""

    of: searchkit.Article
    words: tuple[str, ...]

    def article(self) -> searchkit.Article:
        return self.of

    def headline(self) -> str:
        return self.of.title or self.of.body.partition(". ")[0] + "."

    def title_marks(self) -> tuple[Mark, ...]:
        return self._marks(self.of.title)

    def snippets(self) -> tuple[searchkit.Snippet, ...]:
        found = re.finditer(r"\S[^.]*\.", self.of.body)
        sentences = [(m.start(), m[0], self._marks(m[0])) for m in found]
        return tuple(searchkit.Snippet(text, marks, start) for start, text, marks in sentences if marks)[:2]

    def _marks(self, text: str) -> tuple[Mark, ...]:
        spans = [m.span() for word in self.words for m in re.finditer(re.escape(word), text, re.I)]
        return tuple(sorted(spans))


@dataclass
class FakeEngine:
    """An ArchiveEngine whose queries are words that must all occur; "the" is a function word, a quote is an error."""

    articles: list[searchkit.Article] = field(default_factory=lambda: list(ARTICLES))
    known_roots: list[searchkit.Root] = field(default_factory=list)
    report: searchkit.IndexReport = field(default_factory=searchkit.IndexReport)
    calls: list[tuple[str, object]] = field(default_factory=list)
    fail: BaseException | None = None
    warnings: tuple[str, ...] = ()
    asked: dict[str, object] = field(default_factory=dict)
    deleted: list[searchkit.Withheld] = field(default_factory=list)

    def search(
        self, query: str, options: searchkit.SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> searchkit.SearchResult:
        chosen = settled(options, changes)
        self.calls.append(("search", (query, chosen)))
        if self.fail is not None:
            raise self.fail
        words = self._words(query)
        found = [a for a in self.articles if all(w in f"{a.title} {a.body}".lower() for w in words)]
        stop = None if chosen.limit is None else chosen.offset + chosen.limit
        hits = tuple(searchkit.Hit(a.id, 1.5, _Found(a, words)) for a in found[chosen.offset : stop])
        left_out = ("the",) if "the" in query.split() else ()
        return searchkit.SearchResult(query, " AND ".join(words), len(found), hits, left_out, 3, len(self.articles), 0.8)

    def _words(self, query: str) -> tuple[str, ...]:
        if '"' in query:
            raise searchkit.QueryError("a quote without its closing one", query, query.index('"'), 1, "add one")
        return tuple(word.lower() for word in query.split() if word not in ("the", "*"))

    def explain(self, query: str, options: searchkit.SearchOptions | None = None) -> searchkit.Explanation:
        result = self.search(query, options)
        clauses = tuple(Clause(word, self.search(word, limit=0).total, (word,)) for word in self._words(query))
        return searchkit.Explanation(query, result.parsed, result.left_out, result.total, clauses)

    def get(self, article_id: str) -> searchkit.Article:
        for article in self.articles:
            if article.id == article_id:
                return article
        raise searchkit.UnknownArticle(article_id)

    def marks(
        self, article: searchkit.Article, query: str, options: searchkit.SearchOptions | None = None
    ) -> searchkit.ArticleMarks:
        self.calls.append(("marks", (query, options)))
        found = _Found(article, self._words(query))
        return searchkit.ArticleMarks(found._marks(article.title), found._marks(article.body))

    def stats(self) -> searchkit.Stats:
        dates = [article.date for article in self.articles if article.date]
        sources = (("", 2), ("Daily Ledger", 1))
        return searchkit.Stats(3, min(dates), max(dates), 1, sources, 2_500_000, 3, 1, "en")

    def index(
        self,
        roots: Sequence[str | Path] = (),
        *,
        label: str | None = None,
        options: Mapping[str, Sequence[str]] | None = None,
        allow_empty: bool = False,
        progress: Progress | None = None,
        workers: int | None = None,
        memory: int | None = None,
        rebuild: bool = False,
        retry: bool = False,
        check_content: bool = False,
        commit_every: int = 200_000,
        dry_run: bool = False,
        wait: float = 0,
    ) -> searchkit.IndexReport:
        self.calls.append(("index", (list(roots), label, options, allow_empty)))
        self.asked = {"rebuild": rebuild, "retry": retry, "check_content": check_content, "commit_every": commit_every,
                      "dry_run": dry_run}  # fmt: skip
        if self.fail is not None:
            raise self.fail
        if progress is not None:
            progress(5, 10, "a.txt")
            progress(10, 10, "b.txt")
        return self.report

    def roots(self) -> tuple[searchkit.Root, ...]:
        return tuple(self.known_roots)

    def remove_root(self, label: str, *, wait: float = 0) -> searchkit.IndexReport:
        self.calls.append(("remove_root", label))
        if label not in [root.label for root in self.known_roots]:
            raise searchkit.RootError(f'no root has the label "{label}"')
        return searchkit.IndexReport(removed=2)

    def optimize(self, *, wait: float = 0) -> int:
        self.calls.append(("optimize", None))
        return 1

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        self.calls.append(("move_root", (label, path)))

    def add(self, articles: Iterable[searchkit.Article], *, wait: float = 0) -> searchkit.IndexReport:
        self.articles += articles
        return searchkit.IndexReport()

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        wanted = list(ids)
        self.calls.append(("delete", wanted))
        return len(wanted)

    def withheld(self) -> tuple[searchkit.Withheld, ...]:
        return tuple(self.deleted)

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[searchkit.Withheld, ...]:
        wanted = set(ids)
        self.calls.append(("undelete", sorted(wanted)))
        return tuple(one for one in self.deleted if one.id in wanted)

    def verify(self, *, repair: bool = False, wait: float = 0) -> searchkit.Verification:
        return searchkit.Verification()

    def refresh(self) -> bool:
        return False

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        pass


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests; 80 columns; an empty folder to be in."""
    for name in ("SEARCHKIT_INDEX", "SEARCHKIT_COLOR", "SEARCHKIT_LANGUAGE", "SEARCHKIT_TIMEZONE", "SEARCHKIT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "LESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    """The engine that every command opens."""
    found = FakeEngine()

    def open_fake(place: str | Path, *, create: bool = False, language: str | None = None) -> FakeEngine:
        found.calls.append(("open", (str(place), create, language)))
        return found

    monkeypatch.setattr(searchkit, "open", open_fake)
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


def with_body(article: searchkit.Article, body: str) -> searchkit.Article:
    """The same article with another body."""
    return replace(article, body=body)
