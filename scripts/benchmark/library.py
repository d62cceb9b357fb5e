"""What the bench asks of every engine, and where the engines are."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, ClassVar

from scripts.benchmark.articles import read_lines
from scripts.benchmark.query import All, Dates, Node

ENGINES = {
    "searchkit": "with_searchkit",
    "tantivy": "with_tantivy",
    "fts5": "with_fts5",
    "whoosh": "with_whoosh",
    "bm25s": "with_bm25s",
    "xapian": "with_xapian",
}


@dataclass(frozen=True)
class Answer:
    """What one search gave: how many articles in all, and something for each of the best ten."""

    total: int
    best: list[Any]


class Library(ABC):
    """One engine. Fields are the same in each: id, title, body, author, source, topics, date, all stored; title (twice as
    heavy) and body are searched with English stemming and positions, without stop words."""

    modules: ClassVar[tuple[str, ...]]
    """What must be importable."""
    distributions: ClassVar[tuple[str, ...]] = ()
    """What it is installed as, for the report of versions."""
    snippets: ClassVar[bool] = True
    """Whether it can show passages."""

    def versions(self) -> dict[str, str]:
        """What exactly is measured. Raises ImportError where it cannot be."""
        for module in self.modules:
            importlib.import_module(module)
        found = {}
        for name in self.distributions:
            try:
                found[name] = version(name)
            except PackageNotFoundError:
                found[name] = "unknown"
        return found

    def load(self, file: Path) -> list[Any]:
        """The articles in memory, as `add` wants them."""
        return list(read_lines(file))

    @abstractmethod
    def add(self, articles: Iterable[Any], place: Path) -> None:
        """Make an index of the articles in a folder that is there and empty; return when it is committed."""

    def build(self, file: Path, place: Path) -> None:
        """Make an index of a file of JSON lines, and leave nothing to be done behind it."""
        self.add(read_lines(file), place)

    @abstractmethod
    def open(self, place: Path) -> None:
        """Be ready to search."""

    @abstractmethod
    def translate(self, node: Node) -> Any:
        """What `search` wants for this query: made once, before anything is timed. Raises Inexpressible."""

    @abstractmethod
    def search(self, query: Any) -> Answer:
        """Count all articles that match, and name the best ten by whatever the engine calls them."""

    def search_with_snippets(self, query: Any) -> Answer:
        """The same with title and one passage of each of the ten."""
        raise NotImplementedError


def engine(name: str) -> Library:
    """The engine of this name, not yet open."""
    made = importlib.import_module(f"scripts.benchmark.{ENGINES[name]}").LIBRARY
    if not isinstance(made, Library):
        raise TypeError(name)
    return made


def needed(module: str) -> Any:
    """A library of which this project's checks know nothing: it need not be installed where they run."""
    return importlib.import_module(module)


def start(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), UTC)


def after(day: date) -> datetime:
    """The first moment that is no longer this day."""
    return start(day + timedelta(days=1))


def dates_apart(node: Node) -> tuple[Node, Dates | None]:
    """Words and dates of a query, for engines that keep dates elsewhere. Dates stand in the outermost All or nowhere."""
    if not isinstance(node, All):
        return node, None
    dates = [part for part in node.parts if isinstance(part, Dates)]
    rest = tuple(part for part in node.parts if not isinstance(part, Dates))
    return (rest[0] if len(rest) == 1 else All(rest)), dates[0] if dates else None
