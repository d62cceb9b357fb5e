"""Dry runs: sessions that go through all of a run, note what would change, and write nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from searchkit.indexing.entries import ArticleEntry, Change
from searchkit.indexing.rebuild import RebuildSession
from searchkit.indexing.session import Session
from searchkit.indexing.store import ArticleStore
from searchkit.model import Article


class DryRunSession(Session):
    """A session that stages nothing and commits nothing; `dry_run_changes` are those that it would
    have made."""

    def __init__(self, store: ArticleStore) -> None:
        super().__init__(store)
        self._reported: set[str] = set()

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """See Session.stage."""
        return entry

    def restage_original(self, entry: ArticleEntry) -> ArticleEntry:
        """See Session.restage_original."""
        return entry

    def upsert(self, entry: ArticleEntry, stage_article: Callable[[], ArticleEntry] | None = None) -> Change:
        """See Session.upsert."""
        change = super().upsert(entry, stage_article)
        if change != "unchanged" and entry.id not in self._reported:
            # A run may upsert an id more than once; the first change is the one against the index
            # as it is.
            self._reported.add(entry.id)
            self.dry_run_changes.append((change, entry.id))
        return change

    def delete_articles_of_file(self, origin: str, keep: Iterable[str] = ()) -> int:
        """See Session.delete_articles_of_file."""
        kept = set(keep)
        self.dry_run_changes += [("removed", article_id) for article_id in sorted(self.find_ids_of_file(origin) - kept)]
        return super().delete_articles_of_file(origin, kept)

    def commit(self, *, optimize: bool = False) -> int:
        """The generation that is committed: there is no new one."""
        return self.generation

    def checkpoint(self) -> int:
        """The generation that is committed: there is no new one."""
        return self.generation


class DryRebuildSession(DryRunSession, RebuildSession):
    """The dry run of a rebuild."""
