"""What every engine can do, whatever keeps the articles.

Useful for: writing code (and the terminal) once for all engines. Not useful for: how any of them does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self, Unpack, runtime_checkable

from searchkit.model import (
    Article,
    Explanation,
    IndexReport,
    Progress,
    Root,
    SearchChanges,
    SearchOptions,
    SearchResult,
    Stats,
)


class Engine(Protocol):
    """An index that is open. Reading is safe from many threads at once."""

    def add(self, articles: Iterable[Article]) -> IndexReport:
        """Add articles, replacing those with the same ids (of one id twice the last stays), in one commit.

        Raises ArticleError for an article that cannot be held; then nothing at all is changed.
        """

    def delete(self, ids: Iterable[str]) -> int:
        """Delete articles by id and remember it; return how many were there."""

    def search(
        self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> SearchResult:
        """Find articles. `changes` replace single fields of `options`. Raises QueryError and OptionError."""

    def explain(self, query: str, options: SearchOptions | None = None) -> Explanation:
        """Say how a query is read and what each part of it finds by itself."""

    def get(self, article_id: str) -> Article:
        """Return one article. Raises UnknownArticle."""

    def hit(self, article_id: str, query: str, options: SearchOptions | None = None) -> "object":
        """Return one article as a hit of `query`, marked all over. Raises UnknownArticle."""

    def stats(self) -> Stats:
        """Say what the index holds."""

    def refresh(self) -> bool:
        """Move to the newest committed state; return whether there was a newer one."""

    def close(self) -> None:
        """Give back files and memory. Closing twice is allowed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
