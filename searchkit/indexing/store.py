"""What a writing session needs of an index: an interface that an engine without segments can serve.

A store knows the committed articles, takes new ones that count once they are committed, and remembers roots, tombstones
and the states of files. `session.Session` decides over it which article an id has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from searchkit.indexing.entries import Entry
from searchkit.indexing.manifest import FileStates, RootRecord, Withheld
from searchkit.model import Article


class Known(NamedTuple):
    """A committed article: the file that it came from ("" for none), and the checksum of its record."""

    origin: str
    record: int


class Written(NamedTuple):
    """A batch of articles that a sink wrote (in the local engine a segment), and how many they are."""

    id: str
    docs: int


@dataclass(frozen=True, slots=True)
class Memory:
    """What an index remembers beside its articles: roots, deleted ids with the files that they came from, and the states
    of the roots' files (None: as they are committed)."""

    roots: tuple[RootRecord, ...] = ()
    withheld: Withheld = field(default_factory=dict)
    states: FileStates | None = None


class Sink(Protocol):
    """Where a worker process puts articles. None of them counts before the process that runs it all commits them.

    What nobody took over is removed when the context ends in which `open_sink` gave it. Raises OSError.
    """

    @property
    def id(self) -> str:
        """The id of the batch that the next article goes into."""

    @property
    def written(self) -> Sequence[Written]:
        """The batches that were written and not taken over yet."""

    def holds(self, article_id: str, record: int) -> bool:
        """Whether the committed state has this very article (by the checksum of its record): it need not be put then."""

    def put(self, article: Article, origin: str, record: bytes) -> int:
        """Take an article that `schema.check` allows, with its record; return its number in the batch `id`."""

    def flush(self) -> None:
        """Write what is at hand as a batch."""

    def take_over(self) -> Sequence[Written]:
        """The batches that were written, which are the caller's from now on."""


@dataclass(frozen=True, slots=True)
class SinkSpec:
    """How a worker process makes its sink: it calls `open_sink(**arguments)` of a module, which returns a context manager of
    a Sink. Arguments are JSON."""

    module: str
    arguments: Mapping[str, Any]


class SinkModule(Protocol):
    """A module that makes sinks."""

    def open_sink(self, **arguments: Any) -> AbstractContextManager[Sink]: ...


class ArticleStore(Protocol):
    """An index as one writing session sees it. The session alone writes, until `close`.

    "Committed" articles are those of the state in which the session began, without those that it removed.
    """

    @property
    def generation(self) -> int:
        """The generation that is committed."""

    @property
    def memory(self) -> Memory:
        """What was remembered when the session began, without the states of files."""

    @property
    def warnings(self) -> Sequence[str]:
        """What was found wrong with the index, so far."""

    @property
    def sink(self) -> SinkSpec | None:
        """How workers put articles into this store; None where one process has to do all."""

    def file_states(self) -> FileStates:
        """The states of the roots' files, which are the caller's to change."""

    # Committed articles.

    def known(self, ids: Sequence[str]) -> Mapping[str, Known]:
        """Which of these ids committed articles have."""

    def texts_of(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """Of committed articles the path, and what tells the text from another's (`entries.text_digest`); ids that no
        committed article has are left out."""

    def ids_of(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """The ids of the committed articles that came from each of these files; the sets are the caller's to change."""

    def stored(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """All committed articles, or those of a file, with origin and record; they may be removed meanwhile."""

    def as_committed(self, article_id: str, record: int) -> tuple[Article, str]:
        """An article and its origin as the session found it, though it was removed since. Raises KeyError."""

    # Changes.

    def stage(self, article: Article, record: bytes, entry: Entry) -> Entry:
        """Take an article, which counts from the next commit on; the entry returned says where it stands.

        Raises StorageError.
        """

    def reject(self, batch: str, number: int) -> None:
        """Let an article that was staged, by this store or a worker's sink, not count after all."""

    def adopt(self, batches: Sequence[Written]) -> None:
        """Take over what workers' sinks wrote; all of it counts, but for what is rejected."""

    def remove(self, ids: Iterable[str]) -> None:
        """Remove committed articles."""

    def commit(self, memory: Memory, *, optimize: bool = False) -> int:
        """Make all changes visible at once, if there are any; return the generation. Raises StorageError, CorruptIndex."""

    def checkpoint(self, memory: Memory) -> int:
        """The same in the middle of a session, which goes on."""

    def close(self, failed: bool) -> None:
        """End the session. What was staged and not committed goes; `failed` says that the session did not end well."""
