"""What would a run change? Writing sessions that go through all of it and write nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from searchkit.indexing.entries import Change, Entry
from searchkit.indexing.rebuild import Rebuild
from searchkit.indexing.session import Session
from searchkit.indexing.store import ArticleStore
from searchkit.model import Article

Kind = TypeVar("Kind", bound=Session)


class Trial(Session):
    """A session that stages nothing and commits nothing; `changes` are what it would have done."""

    def __init__(self, store: ArticleStore) -> None:
        super().__init__(store)
        self.changes: list[tuple[str, str]] = []
        self._told: set[str] = set()

    def stage(self, article: Article, record: bytes, entry: Entry) -> Entry:
        """See Session.stage."""
        return entry

    def stage_committed(self, entry: Entry) -> Entry:
        """See Session.stage_committed."""
        return entry

    def put(self, entry: Entry, stage: Callable[[], Entry] | None = None) -> Change:
        """See Session.put."""
        change = super().put(entry, stage)
        if change != "unchanged" and entry.id not in self._told:
            # The first is against the index as it is: of one id a run may put several.
            self._told.add(entry.id)
            self.changes.append((change, entry.id))
        return change

    def remove_origin(self, origin: str, keep: Iterable[str] = ()) -> int:
        """See Session.remove_origin."""
        kept = set(keep)
        self.changes += [("removed", article_id) for article_id in sorted(self.ids_of(origin) - kept)]
        return super().remove_origin(origin, kept)

    def commit(self, *, optimize: bool = False) -> int:
        """The generation that there is."""
        return self.generation

    def checkpoint(self) -> int:
        """The generation that there is."""
        return self.generation


class TrialRebuild(Trial, Rebuild):
    """The same for a rebuild."""


def open_session(store: ArticleStore, *, rebuild: bool = False) -> Session:
    """A session that writes; with `rebuild` the store has to be one that drops what it had before."""
    return _over(Rebuild if rebuild else Session, store)


def open_trial(store: ArticleStore, *, rebuild: bool = False) -> Trial:
    """A session that writes nothing."""
    return _over(TrialRebuild if rebuild else Trial, store)


def _over(kind: Callable[[ArticleStore], Kind], store: ArticleStore) -> Kind:
    """A session over a store, which is closed when there comes to be none."""
    try:
        return kind(store)
    except BaseException:
        store.close(failed=True)
        raise
