"""The interface of all engines in the benchmark, and the table of their modules."""

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
    """The result of a search: the number of articles, and something for each of the best ten."""

    total: int
    best: list[Any]


class Library(ABC):
    """One engine.

    All have the same stored fields: id, title, body, author, source, topics and date. Title (with
    weight 2) and body are searched, with English stemming, positions, and no stop words.
    """

    modules: ClassVar[tuple[str, ...]]
    """The modules that must be importable."""
    distributions: ClassVar[tuple[str, ...]] = ()
    """The distributions whose versions are reported."""
    snippets: ClassVar[bool] = True
    """Whether it can make snippets."""

    def versions(self) -> dict[str, str]:
        """The versions of the distributions. Raises ImportError if the engine is not installed."""
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
        """Read the articles into memory, as `add` takes them."""
        return list(read_lines(file))

    @abstractmethod
    def add(self, articles: Iterable[Any], place: Path) -> None:
        """Index the articles into an empty folder; return when they are committed."""

    def build(self, file: Path, place: Path) -> None:
        """Index a file of JSON lines; return when all background work is done."""
        self.add(read_lines(file), place)

    @abstractmethod
    def open(self, place: Path) -> None:
        """Open the index for searching."""

    @abstractmethod
    def translate(self, node: Node) -> Any:
        """Translate a query into what `search` takes, before anything is timed.

        Raises Inexpressible.
        """

    @abstractmethod
    def search(self, query: Any) -> Answer:
        """Count all articles that match, and give the best ten as the engine identifies them."""

    def search_with_snippets(self, query: Any) -> Answer:
        """Search, and also give the title and one snippet of each of the ten."""
        raise NotImplementedError


def engine(name: str) -> Library:
    """The engine of a name, not yet open."""
    made = importlib.import_module(f"scripts.benchmark.{ENGINES[name]}").LIBRARY
    if not isinstance(made, Library):
        raise TypeError(name)
    return made


def import_library(module: str) -> Any:
    """Import a library that need not be installed where the types are checked."""
    return importlib.import_module(module)


def start(day: date) -> datetime:
    """The moment at which a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def after(day: date) -> datetime:
    """The moment at which a day ends, in UTC."""
    return start(day + timedelta(days=1))


def split_dates(node: Node) -> tuple[Node, Dates | None]:
    """Split the dates from a query, for engines that filter by date separately.

    Dates stand only in the outermost All.
    """
    if not isinstance(node, All):
        return node, None
    dates = [part for part in node.parts if isinstance(part, Dates)]
    rest = tuple(part for part in node.parts if not isinstance(part, Dates))
    return (rest[0] if len(rest) == 1 else All(rest)), dates[0] if dates else None
