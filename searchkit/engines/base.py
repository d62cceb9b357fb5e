"""Defines what every engine can do, wherever it keeps the articles, and checks options that all
engines take.

Callers and the terminal know engines by these protocols alone. How an engine does it is up to its
module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, Unpack, get_args, runtime_checkable

from searchkit.errors import OptionError
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Article, ArticleMarks, SearchChanges, SearchOptions, SearchResult, Sort, StoredArticle
from searchkit.reports import Explanation, IndexReport, Root, Stats, Tombstone, Verification


class Engine(Protocol):
    """An index that is open. Reading is safe from many threads at once."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is wrong with the index though it can be searched: a damaged generation that is not
        used, say."""

    def add(self, articles: Iterable[Article], *, wait: float = 0) -> IndexReport:
        """Add articles, replacing those with the same ids, in one commit. If an id occurs several
        times, the last article wins and is counted once.

        One process writes at a time: whatever writes waits up to `wait` seconds for another to be
        done, and raises IndexLocked when it is not. Raises ArticleError for an article that cannot
        be stored; then nothing is changed.
        """

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        """Delete articles by id; return how many were there.

        A deletion leaves a tombstone: runs over roots and rebuilds leave these ids out, until
        `undelete` or an `add` of them.
        """

    def tombstones(self) -> tuple[Tombstone, ...]:
        """Return the tombstones (remembered deletions), by id."""

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[Tombstone, ...]:
        """Forget the tombstones of these ids; return those that there were.

        An article in a file of a root comes back with the next run over that root; one of no root
        has to be added again.
        """

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """Find articles. `changes` replace single fields of `options`. Raises QueryError and
        OptionError."""

    def explain(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> Explanation:
        """Say how a query is read and what each part of it finds by itself. Takes and raises what
        `search` does."""

    def get(self, article_id: str) -> Article:
        """Return one article. Raises UnknownArticle."""

    def articles(self) -> Iterator[StoredArticle]:
        """All stored articles with their origins, none of them twice.

        They come one by one, in no order that means anything; the engine must stay open until the
        last is read. With SnapshotIsolation they are of one generation, whatever is written
        meanwhile.
        """

    def marks(
        self, article: Article, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> ArticleMarks:
        """Say which spans of an article's title and body a query matches; none where it does not
        match.

        Takes and raises what `search` does.
        """

    def stats(self) -> Stats:
        """Say what the index holds."""

    def refresh(self) -> bool:
        """Move to the newest committed state; return whether there was a newer one."""

    def close(self) -> None:
        """Close files and free memory. Closing twice is allowed."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class RootSync(Protocol):
    """The capability to keep the index up to date with folders and files (roots), as `searchkit
    index` does."""

    def index(
        self,
        roots: Sequence[str | Path] = (),
        settings: IndexOptions | None = None,
        **changes: Unpack[IndexChanges],
    ) -> IndexReport:
        """Bring the index up to date with `roots`, or with all roots it remembers when none is
        given.

        `changes` replace single fields of `settings`; see IndexOptions for what they mean. A
        rebuild takes no roots. A root that is missing, or empty where it held articles (unless
        `allow_empty`), becomes a Failure and removes nothing. Raises RootError for a root whose
        label is taken or that encloses or is enclosed by another, and in a rebuild for such a
        missing or empty one; OptionError; WorkerDied.
        """

    def roots(self) -> tuple[Root, ...]:
        """Return the remembered roots, by label."""

    def remove_root(self, label: str, *, wait: float = 0) -> IndexReport:
        """Forget a root and remove its articles. Raises RootError for an unknown label."""

    def move_root(self, label: str, path: str | Path, *, wait: float = 0) -> None:
        """Say where a root lies now; ids stay. Raises RootError for an unknown label or a missing
        path."""


@runtime_checkable
class Verifiable(Protocol):
    """The capability to check what is stored, and to repair it."""

    def verify(self, *, repair: bool = False, wait: float = 0) -> Verification:
        """Check every byte of the index, and whether its files agree with each other.

        With `repair`, a new generation is committed: whole segments, the readable articles of
        damaged ones, and copies of the others from other generations. Files whose articles could
        not be recovered are read again by the next `index`. Raises IndexLocked, StorageError,
        and CorruptIndex when nothing can be recovered.
        """


@runtime_checkable
class Optimizable(Protocol):
    """The capability to reorganize what is stored, so that searching is fastest."""

    def optimize(self, *, wait: float = 0) -> int:
        """Merge all segments into one, in one commit; return how many there are afterwards (none in
        an empty index)."""


@runtime_checkable
class SnapshotIsolation(Protocol):
    """The capability to read one generation, whatever others commit, until `refresh`."""

    @property
    def generation(self) -> int:
        """The generation that is read; of a closed engine, the last one."""


class ArchiveEngine(Engine, RootSync, Verifiable, Optimizable, SnapshotIsolation, Protocol):
    """An engine that has all capabilities."""


_SORTS = get_args(Sort)


_TEXTS = {
    "since": 'a date as text, such as "2020-04"',
    "until": 'a date as text, such as "2020-04"',
    "timezone": "a name such as Europe/Berlin",
}
_SWITCHES = ("match_any", "literal", "exact")


def resolve_options(options: SearchOptions | None, changes: SearchChanges) -> SearchOptions:
    """The options of a search with its changes applied. Raises OptionError for invalid values."""
    resolved = SearchOptions(**changes) if options is None else replace(options, **changes)
    if resolved.limit is not None and (not isinstance(resolved.limit, int) or resolved.limit < 0):
        raise OptionError(f"limit must be 0 or more, or None for all; found {resolved.limit!r}")
    if not isinstance(resolved.offset, int) or resolved.offset < 0:
        raise OptionError(f"offset must be 0 or more; found {resolved.offset!r}")
    if not isinstance(resolved.snippets, int) or resolved.snippets < 0:
        raise OptionError(f"snippets must be 0 or more; found {resolved.snippets!r}")
    for name, what in _TEXTS.items():
        if not isinstance(getattr(resolved, name), str):
            raise OptionError(f"{name} must be {what}; found {getattr(resolved, name)!r}")
    for name in _SWITCHES:
        if not isinstance(getattr(resolved, name), bool):
            raise OptionError(f"{name} must be True or False; found {getattr(resolved, name)!r}")
    if resolved.sort not in _SORTS:
        raise OptionError(f'sort must be one of {", ".join(_SORTS)}; found "{resolved.sort}"')
    return resolved


def check_language(language: str | None) -> None:
    """Raise OptionError for a language that is not known (None: none was given)."""
    from searchkit.analysis import LANGUAGES  # late: 6 ms at every start, --help included

    if language is not None and (not isinstance(language, str) or language not in LANGUAGES):
        raise OptionError(f'unknown language "{language}"; expected one of {", ".join(sorted(LANGUAGES))}')


def check_ids(ids: Iterable[str]) -> list[str]:
    """The ids as a list. Raises OptionError for a single text, which would be read as one id a
    letter, and for ids that are not texts."""
    if isinstance(ids, str | bytes) or not isinstance(ids, Iterable):
        raise OptionError(f"ids must be several texts; found {ids!r}: give a list of it")
    found = list(ids)
    for article_id in found:
        if not isinstance(article_id, str):
            raise OptionError(f"an id must be text; found {article_id!r}")
    return found
