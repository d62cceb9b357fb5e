"""Defines what a writing session needs of an index, so that an engine without segments can serve it
too.

A store knows the committed articles, stages new ones that count once they are committed, and
remembers roots, tombstones and the states of files. `session.Session` decides over it which article
an id has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from searchkit.indexing.entries import ArticleEntry
from searchkit.indexing.manifest import FileStates, RememberedRoot, Tombstones
from searchkit.model import Article


class CommittedArticle(NamedTuple):
    """A committed article: the file that it came from ("" for none), and the hash of its record."""

    origin: str
    record_hash: int


class Unstored(NamedTuple):
    """An article that the index cannot hold, though `schema.check` allows it: its id, the file that
    it came from ("" for none), and why. `before` is the article with its id that the index had
    (None for none), and `stays` says that it still has that one."""

    id: str
    origin: str
    reason: str
    before: CommittedArticle | None = None
    stays: bool = False


class StagedBatch(NamedTuple):
    """Articles that a sink wrote together (in the local engine a segment), and how many they
    are."""

    id: str
    article_count: int


@dataclass(frozen=True, slots=True)
class SyncState:
    """What an index remembers beside its articles: roots, tombstones, and the states of the roots'
    files (None: as they are committed). Those of files with unstored articles count only if the
    ids of these are in `noted`."""

    roots: tuple[RememberedRoot, ...] = ()
    tombstones: Tombstones = field(default_factory=dict)
    files: FileStates | None = None
    noted: frozenset[str] = frozenset()


class Sink(Protocol):
    """Where a worker process stages articles. No article counts before the parent process commits
    it.

    Batches that were not released are removed when the context of `open_sink` ends. Raises OSError.
    """

    @property
    def batch_id(self) -> str:
        """The id of the batch that the next article goes into."""

    @property
    def batches(self) -> Sequence[StagedBatch]:
        """The batches that were written and not released yet."""

    def has_committed(self, article_id: str, record_hash: int) -> bool:
        """Whether the committed state has this very article: it need not be staged then."""

    def stage(self, article: Article, origin: str, record: bytes) -> int:
        """Stage an article that `schema.check` allows, with its record; return its number in the
        batch `batch_id`."""

    def flush(self) -> None:
        """Write the articles in memory as a batch."""

    def release(self) -> Sequence[StagedBatch]:
        """The batches that were written, which are the caller's from now on."""


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """How a worker process opens its sink: it calls `open_sink(**arguments)` of a module, which
    returns a context manager of a Sink. Arguments are JSON."""

    module: str
    arguments: Mapping[str, Any]


class SinkModule(Protocol):
    """A module that opens sinks."""

    def open_sink(self, **arguments: Any) -> AbstractContextManager[Sink]: ...


class ArticleStore(Protocol):
    """An index as one writing session sees it. The session alone writes, until `close`.

    "Committed" articles are those of the state in which the session began, without those that it
    deleted.
    """

    @property
    def generation(self) -> int:
        """The generation that is committed."""

    @property
    def sync_state(self) -> SyncState:
        """The roots and tombstones that a new session begins with; `files` is None."""

    @property
    def warnings(self) -> Sequence[str]:
        """What has been found wrong with the index so far."""

    @property
    def unstored(self) -> Sequence[Unstored]:
        """What was staged, and not rejected, and could not be committed, of all commits so far. The
        file of each has to be read by the next run, until a commit with its id in
        `SyncState.noted`."""

    @property
    def sink(self) -> SinkSpec | None:
        """How workers stage articles in this store; None where one process has to do all."""

    def read_file_states(self) -> FileStates:
        """The states of the roots' files, which are the caller's to change."""

    # Committed articles.

    def find_committed(self, ids: Sequence[str]) -> Mapping[str, CommittedArticle]:
        """The committed articles that have some of these ids."""

    def iter_ids(self) -> Iterator[str]:
        """The ids of all committed articles."""

    def find_paths_and_hashes(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """The path and the text hash (`entries.hash_text`) of committed articles, by id; ids that
        no article has are left out."""

    def find_ids_of_files(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """The ids of the committed articles that came from each of these files; the sets are the
        caller's to change."""

    def iter_articles(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """All committed articles, or those of a file, with origin and record; they may be deleted
        meanwhile."""

    def read_original(self, article_id: str, record_hash: int) -> tuple[Article, str]:
        """An article and its origin as the session found it, though it was deleted since. Raises
        KeyError."""

    # Changes.

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """Stage an article, which counts from the next commit on; the entry returned says where it
        is staged.

        Raises StorageError.
        """

    def reject(self, batch: str, number: int) -> None:
        """Drop an article that was staged, by this store or a worker's sink."""

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """Take over what workers' sinks wrote; all of it counts, except what is rejected."""

    def delete(self, ids: Iterable[str]) -> None:
        """Delete committed articles."""

    def commit(self, state: SyncState, *, optimize: bool = False) -> int:
        """Make all changes visible at once, if there are any; return the generation. Raises
        StorageError, CorruptIndex."""

    def checkpoint(self, state: SyncState) -> int:
        """Commit in the middle of a session, which goes on."""

    def close(self, failed: bool) -> None:
        """End the session, and drop what is staged and not committed; `failed` says that the
        session ended with an error."""
