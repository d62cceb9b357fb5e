"""Where the memory engine keeps its articles, and how a writing session changes them (see `indexing.store.ArticleStore`)."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from searchkit.errors import IndexLocked
from searchkit.frozen import frozen
from searchkit.indexing.entries import Entry, text_digest
from searchkit.indexing.lock import check_wait
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.store import Known, Memory, Written
from searchkit.model import Article
from searchkit.schema import to_record


class Stored(NamedTuple):
    """An article, the file that it came from ("" for none), and the checksum of its record."""

    article: Article
    origin: str
    record: int


@frozen
class Generation:
    """What is committed, by id; nothing of it changes."""

    number: int
    articles: Mapping[str, Stored]
    memory: Memory


class MemoryIndex:
    """The newest generation, and the lock of those who write."""

    def __init__(self) -> None:
        self.newest = Generation(0, {}, Memory(states={}))
        self.lock = threading.Lock()


class MemoryStore:
    """An ArticleStore over a MemoryIndex. With `rebuild` the commit drops all that there was; a `dry_run` needs no lock.

    Raises IndexLocked when another session does not end within `wait` seconds.
    """

    warnings = ()
    sink = None  # other processes do not see this memory

    def __init__(self, index: MemoryIndex, wait: float = 0, *, rebuild: bool = False, dry_run: bool = False) -> None:
        self._index, self._rebuild, self._locks = index, rebuild, not dry_run
        check_wait(wait)
        if self._locks and not index.lock.acquire(timeout=min(wait, threading.TIMEOUT_MAX)):
            raise IndexLocked("the index in memory is being written to by this process; try again when that is done")
        self._began = index.newest
        self._removed: set[str] = set()
        # What is staged, by number; None where it was rejected.
        self._staged: list[Stored | None] = []
        self._by_origin: dict[str, set[str]] = defaultdict(set)
        for article_id, stored in self._began.articles.items():
            self._by_origin[stored.origin].add(article_id)

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._index.newest.number

    @property
    def memory(self) -> Memory:
        """See ArticleStore.memory."""
        memory = self._began.memory
        return Memory(memory.roots, memory.withheld)

    def file_states(self) -> FileStates:
        """See ArticleStore.file_states."""
        return {label: dict(files) for label, files in (self._began.memory.states or {}).items()}

    # Committed articles.

    def _stored(self, article_id: str) -> Stored | None:
        return None if article_id in self._removed else self._began.articles.get(article_id)

    def known(self, ids: Sequence[str]) -> Mapping[str, Known]:
        """See ArticleStore.known."""
        found = ((article_id, self._stored(article_id)) for article_id in ids)
        return {article_id: Known(stored.origin, stored.record) for article_id, stored in found if stored is not None}

    def texts_of(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """See ArticleStore.texts_of."""
        found = ((article_id, self._stored(article_id)) for article_id in ids)
        return {key: (one.article.path, text_digest(one.article)) for key, one in found if one is not None}

    def ids_of(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """See ArticleStore.ids_of."""
        return {origin: self._by_origin.get(origin, set()) - self._removed for origin in origins}

    def stored(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """See ArticleStore.stored."""
        for article_id, stored in self._began.articles.items():
            if origin in (None, stored.origin) and article_id not in self._removed:
                yield stored.article, stored.origin, to_record(stored.article, stored.origin)

    def as_committed(self, article_id: str, record: int) -> tuple[Article, str]:
        """See ArticleStore.as_committed."""
        stored = self._began.articles[article_id]
        if stored.record != record:
            raise KeyError(article_id)
        return stored.article, stored.origin

    # Changes.

    def stage(self, article: Article, record: bytes, entry: Entry) -> Entry:
        """See ArticleStore.stage."""
        self._staged.append(Stored(article, entry.origin, entry.record))
        return entry._replace(doc=len(self._staged) - 1)

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        self._staged[number] = None

    def adopt(self, batches: Sequence[Written]) -> None:
        """See ArticleStore.adopt. Raises ValueError: no worker can have written anything."""
        if batches:
            raise ValueError("an index in memory takes no batches of other processes")

    def remove(self, ids: Iterable[str]) -> None:
        """See ArticleStore.remove."""
        self._removed.update(ids)

    # The commit.

    def commit(self, memory: Memory, *, optimize: bool = False) -> int:
        """See ArticleStore.commit."""
        before = self._index.newest
        states = before.memory.states if memory.states is None else memory.states
        kept = {} if self._rebuild else self._began.articles
        articles = {article_id: stored for article_id, stored in kept.items() if article_id not in self._removed}
        articles |= {stored.article.id: stored for stored in self._staged if stored is not None}
        after = Memory(memory.roots, dict(memory.withheld), {label: dict(files) for label, files in (states or {}).items()})
        # By records: to Python, articles are equal whose dates are the same moment in different zones.
        is_new = {key: one.record for key, one in articles.items()} != {
            key: one.record for key, one in before.articles.items()
        }
        if is_new or self._rebuild or after != before.memory:
            self._index.newest = Generation(before.number + 1, articles, after)
        return self._index.newest.number

    def checkpoint(self, memory: Memory) -> int:
        """See ArticleStore.checkpoint."""
        return self.commit(memory)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        if self._locks:
            self._index.lock.release()
