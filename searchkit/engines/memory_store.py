"""Stores the articles of the memory engine in dictionaries (see `indexing.store.ArticleStore`)."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from searchkit.errors import IndexLocked
from searchkit.frozen import frozen
from searchkit.indexing.entries import ArticleEntry, hash_text
from searchkit.indexing.lock import check_wait
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.store import CommittedArticle, StagedBatch, SyncState
from searchkit.model import Article
from searchkit.schema import to_record


class MemoryArticle(NamedTuple):
    """An article, the file that it came from ("" for none), and the hash of its record."""

    article: Article
    origin: str
    record_hash: int


@frozen
class MemoryGeneration:
    """What is committed, by id; nothing of it changes."""

    number: int
    articles: Mapping[str, MemoryArticle]
    sync_state: SyncState


class MemoryIndex:
    """The newest generation, and the lock of those who write."""

    def __init__(self) -> None:
        self.newest = MemoryGeneration(0, {}, SyncState(files={}))
        self.lock = threading.Lock()


class MemoryStore:
    """An ArticleStore over a MemoryIndex. With `rebuild` the commit drops all that there was; a
    `dry_run` needs no lock.

    Raises IndexLocked when another session does not end within `wait` seconds.
    """

    warnings = ()
    unstored = ()
    sink = None  # other processes do not see this memory

    def __init__(self, index: MemoryIndex, wait: float = 0, *, rebuild: bool = False, dry_run: bool = False) -> None:
        self._index, self._rebuild, self._has_lock = index, rebuild, not dry_run
        check_wait(wait)
        if self._has_lock and not index.lock.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
            raise IndexLocked("the index in memory is being written to by this process; try again when that is done")
        self._base = index.newest
        self._deleted: set[str] = set()
        # What is staged, by number; None where it was rejected.
        self._staged: list[MemoryArticle | None] = []
        self._ids_by_origin: dict[str, set[str]] = defaultdict(set)
        for article_id, stored in self._base.articles.items():
            self._ids_by_origin[stored.origin].add(article_id)

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._index.newest.number

    @property
    def sync_state(self) -> SyncState:
        """See ArticleStore.sync_state."""
        state = self._base.sync_state
        return SyncState(state.roots, state.tombstones)

    def read_file_states(self) -> FileStates:
        """See ArticleStore.read_file_states."""
        return _copy(self._base.sync_state.files)

    # Committed articles.

    def _find(self, article_id: str) -> MemoryArticle | None:
        return None if article_id in self._deleted else self._base.articles.get(article_id)

    def find_committed(self, ids: Sequence[str]) -> Mapping[str, CommittedArticle]:
        """See ArticleStore.find_committed."""
        found = ((article_id, self._find(article_id)) for article_id in ids)
        return {article_id: CommittedArticle(one.origin, one.record_hash) for article_id, one in found if one is not None}

    def iter_ids(self) -> Iterator[str]:
        """See ArticleStore.iter_ids."""
        return (article_id for article_id in self._base.articles if article_id not in self._deleted)

    def find_paths_and_hashes(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """See ArticleStore.find_paths_and_hashes."""
        found = ((article_id, self._find(article_id)) for article_id in ids)
        return {article_id: (one.article.path, hash_text(one.article)) for article_id, one in found if one is not None}

    def find_ids_of_files(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """See ArticleStore.find_ids_of_files."""
        return {origin: self._ids_by_origin.get(origin, set()) - self._deleted for origin in origins}

    def iter_articles(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """See ArticleStore.iter_articles."""
        for article_id, stored in self._base.articles.items():
            if origin in (None, stored.origin) and article_id not in self._deleted:
                yield stored.article, stored.origin, to_record(stored.article, stored.origin)

    def read_original(self, article_id: str, record_hash: int) -> tuple[Article, str]:
        """See ArticleStore.read_original."""
        stored = self._base.articles[article_id]
        if stored.record_hash != record_hash:
            raise KeyError(article_id)
        return stored.article, stored.origin

    # Changes.

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """See ArticleStore.stage."""
        self._staged.append(MemoryArticle(article, entry.origin, entry.record_hash))
        return entry._replace(number_in_batch=len(self._staged) - 1)

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        self._staged[number] = None

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """See ArticleStore.adopt. Raises ValueError: no worker can have written anything."""
        if batches:
            raise ValueError("an index in memory takes no batches of other processes")

    def delete(self, ids: Iterable[str]) -> None:
        """See ArticleStore.delete."""
        self._deleted.update(ids)

    # The commit.

    def commit(self, state: SyncState, *, optimize: bool = False) -> int:
        """See ArticleStore.commit."""
        before = self._index.newest
        kept = {} if self._rebuild else self._base.articles
        articles = {article_id: stored for article_id, stored in kept.items() if article_id not in self._deleted}
        articles |= {stored.article.id: stored for stored in self._staged if stored is not None}
        files = before.sync_state.files if state.files is None else state.files
        after = SyncState(state.roots, dict(state.tombstones), _copy(files))
        # By records: to Python, articles are equal whose dates are the same moment in different
        # zones.
        is_new = _hashes(articles) != _hashes(before.articles)
        if is_new or self._rebuild or after != before.sync_state:
            self._index.newest = MemoryGeneration(before.number + 1, articles, after)
        return self._index.newest.number

    def checkpoint(self, state: SyncState) -> int:
        """See ArticleStore.checkpoint."""
        return self.commit(state)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        if self._has_lock:
            self._index.lock.release()


def _copy(files: FileStates | None) -> FileStates:
    return {label: dict(states) for label, states in (files or {}).items()}


def _hashes(articles: Mapping[str, MemoryArticle]) -> dict[str, int]:
    return {article_id: stored.record_hash for article_id, stored in articles.items()}
