"""Defines what every engine can do, wherever it keeps the articles, and checks options that all
engines take.

Callers and the terminal know engines by these protocols alone. How an engine does it is up to its
module.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from types import NoneType, TracebackType
from typing import Any, Protocol, Self, SupportsIndex, Unpack, get_args, runtime_checkable

from searchkit.errors import OptionError, RootError
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Article, ArticleMarks, Dialect, SearchChanges, SearchOptions, SearchResult, Sort, StoredArticle
from searchkit.reports import (
    CopyReport,
    Explanation,
    IndexReport,
    Progress,
    Root,
    ScoreExplanation,
    Stats,
    Tombstone,
    Verification,
)

ADD_ARTICLES = "target.add(stored.article for stored in source.articles())"
"""How articles come from one engine to another of which one is not Copyable."""


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
        be stored, and OptionError for what is no iterable of articles; then nothing is changed.
        Only what is too large for one kind of index is a failure in the report, and the others go
        in.
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

    def search_many(
        self, queries: Iterable[str], options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> tuple[SearchResult, ...]:
        """Find articles for each of several queries, all with the same options; the results are in
        the order of the queries.

        All queries are parsed before the first is answered, and raise what `search` does: the
        attribute `query` of a QueryError says which is wrong. With SnapshotIsolation all answers
        are of one generation, whatever other threads do to the engine meanwhile.
        """

    def explain(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> Explanation:
        """Say how a query is read and what each part of it finds by itself. Takes and raises what
        `search` does."""

    def explain_score(
        self, query: str, article_id: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]
    ) -> ScoreExplanation:
        """Say what the score of one article is made of. Takes what `search` does.

        Its value is the score of the hit. `matches` is False if the query does not match the
        article. Raises what `search` does, and UnknownArticle.
        """

    def get(self, article_id: str) -> Article:
        """Return one article. Raises UnknownArticle."""

    def terms(self, field: str, prefix: str = "", limit: int | None = 100) -> tuple[tuple[str, int], ...]:
        """List the terms of a field that begin with `prefix`, each with the number of articles that
        have it: the first `limit` (None: all) in the order of their characters.

        `field` is a field of the query language that holds words without stems (author, source,
        section, topic: the terms are folded words) or whole values (lang, url, id). Raises
        OptionError for others.
        """

    def articles(self) -> Iterator[StoredArticle]:
        """All stored articles with their origins, none of them twice.

        They come one by one, in no order that means anything; the engine must stay open until the
        last is read. With SnapshotIsolation they are of one generation, whatever is written
        meanwhile.
        """

    def marks(
        self,
        article: Article,
        query: str,
        options: SearchOptions | None = None,
        *,
        any_part: bool = False,
        **changes: Unpack[SearchChanges],
    ) -> ArticleMarks:
        """Say which spans of an article's title and body a query matches; none where it does not
        match.

        With `any_part`, an article that the query does not match has the marks of those parts of
        the query that occur in it: of the words, phrases and proximity operators that AND, OR and
        `atleast` join, without those below NOT. Takes and raises what `search` does.
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
        roots: str | Path | Sequence[str | Path] = (),
        settings: IndexOptions | None = None,
        **changes: Unpack[IndexChanges],
    ) -> IndexReport:
        """Bring the index up to date with `roots` (one or several paths), or with all roots it
        remembers when none is given.

        `changes` replace single fields of `settings`; see IndexOptions for what they mean. A
        rebuild takes no roots. A root that is missing, or empty where it held articles (unless
        `allow_empty`), becomes a Failure and removes nothing. So does a new one none of whose files
        gives an article, for whatever reason (unless `allow_empty`), and it is not remembered.
        Raises OptionError; RootError for a root whose label is taken or that encloses or is
        enclosed by another, and in a rebuild for such a missing or empty one; WorkerDied.
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
        """Check every byte of the index, and whether its files agree with each other; on a cluster
        each document, and the indexes.

        With `repair`, a new generation is committed: whole segments, the readable articles of
        damaged ones, and copies of the others from other generations. On a cluster, documents with
        readable articles are written anew where they belong, and others deleted. Files whose
        articles could not be recovered are read again by the next `index`. Raises IndexLocked,
        StorageError, and CorruptIndex when nothing can be recovered.
        """


@runtime_checkable
class Optimizable(Protocol):
    """The capability to reorganize what is stored, so that searching is fastest."""

    def optimize(self, *, wait: float = 0) -> int:
        """Merge all segments into one, in one commit; return how many there are afterwards (none in
        an empty index). On a cluster each shard has one then, and nothing is committed."""


@runtime_checkable
class Copyable(Protocol):
    """The capability to become a copy of another archive, and to be copied, with all that is
    remembered of roots."""

    def copy_from(
        self, source: Engine, *, delete: bool = False, wait: float = 0, progress: Progress | None = None
    ) -> CopyReport:
        """Make this archive a copy of another one: its articles with the files that they came from,
        its roots, the states of their files, and its tombstones. At the end all of it is read and
        compared with the source.

        What is equal already is not written again: a copy that was cut off goes on where it was,
        and one that is made again brings this archive up to date. Articles and roots that the
        source lacks are an OptionError, and nothing is changed; with `delete` they are removed. An
        article that this archive cannot hold is a failure in the report, and the next run over the
        roots reads its file.

        No other process may write to this archive meanwhile, nor to a source without
        SnapshotIsolation: then IndexLocked is raised, and the same call does the rest. Each commit
        waits up to `wait` seconds for another writer.

        Raises IndexMismatch where the language differs, Unsupported for a source without this
        capability, StorageError, and CorruptIndex where the copy is not equal at the end.
        """


@runtime_checkable
class SnapshotIsolation(Protocol):
    """The capability to read one generation, whatever others commit, until `refresh`."""

    @property
    def generation(self) -> int:
        """The generation that is read; of a closed engine, the last one."""


class ArchiveEngine(Engine, RootSync, Verifiable, Optimizable, Copyable, SnapshotIsolation, Protocol):
    """An engine that has all capabilities."""


_SORTS = get_args(Sort)
_DIALECTS = get_args(Dialect)


def resolve_options(options: SearchOptions | None, changes: SearchChanges) -> SearchOptions:
    """The options of a search with its changes applied. Raises OptionError for invalid values."""
    resolved = SearchOptions(**changes) if options is None else replace(options, **changes)
    counts: dict[str, Any] = {}
    for name in changes if options is None else _CHECKS:
        value = getattr(resolved, name)
        checked = _CHECKS[name](name, value)
        if checked is not value:
            counts[name] = checked
    if counts:
        resolved = replace(resolved, **counts)
    if resolved.dialect:
        _check_dialect(resolved)
    return resolved


def _check_limit(name: str, value: Any) -> int | None:
    return None if value is None else _check_count(name, value, "0 or more, or None for all")


def _check_count(name: str, value: Any, expected: str = "0 or more") -> int:
    """A number of any integer type (NumPy's too) as an int."""
    if type(value) is int and value >= 0:
        return value
    number = value.__index__() if isinstance(value, SupportsIndex) and not isinstance(value, bool) else -1
    if number < 0:
        raise OptionError(f"{name} must be {expected}; found {value!r}")
    return number


def _check_sort(name: str, value: Any) -> Any:
    if value not in _SORTS:
        raise OptionError(f'{name} must be one of {", ".join(_SORTS)}; found "{value}"')
    return value


def _check_recent(name: str, value: Any) -> Any:
    _check_type(name, value, str, 'a half-life as text, such as "90d"')
    if value:
        from searchkit.query.score_options import parse_half_life  # late: 40 ms at every start, --help included

        parse_half_life(value)
    return value


def _check_boost(name: str, value: Any) -> Any:
    if value or not isinstance(value, Mapping):
        from searchkit.query.score_options import check_boost  # late: 40 ms at every start, --help included

        check_boost(value)
    return value


def _check_type(name: str, value: Any, types: type | tuple[type, ...], expected: str) -> Any:
    if not isinstance(value, types):
        raise OptionError(f"{name} must be {expected}; found {value!r}")
    return value


_check_date = partial(_check_type, types=(str, date), expected='a date, a datetime, or a text such as "2020-04"')
_check_switch = partial(_check_type, types=bool, expected="True or False")
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "limit": _check_limit,
    "offset": _check_count,
    "sort": _check_sort,
    "since": _check_date,
    "until": _check_date,
    "now": partial(_check_type, types=(datetime, NoneType), expected="a datetime, or None for the present"),
    "match_any": _check_switch,
    "literal": _check_switch,
    "exact": _check_switch,
    "timezone": partial(_check_type, types=str, expected="a name such as Europe/Berlin"),
    "snippets": _check_count,
    "dialect": partial(_check_type, types=str, expected=f"one of {', '.join(_DIALECTS)}"),
    "saved_queries": partial(_check_type, types=Mapping, expected="a mapping of names to queries"),
    "recent": _check_recent,
    "boost": _check_boost,
}
"""For each option of a search what checks its value, and returns it as it is used."""


def _check_dialect(options: SearchOptions) -> None:
    if options.dialect not in _DIALECTS:
        raise OptionError(f"dialect must be one of {', '.join(_DIALECTS)}; found {options.dialect!r}")
    for name, flag, reason in (
        ("literal", "--literal", "which reads everything as words"),
        ("match_any", "--any", "because the dialect says what words side by side mean"),
    ):
        if getattr(options, name):
            raise OptionError(f"a dialect does not go with {name} ({flag}), {reason}")


def check_language(language: str | None) -> None:
    """Raise OptionError for a language that is not known (None: none was given)."""
    from searchkit.analysis import LANGUAGES  # late: 6 ms at every start, --help included

    if language is not None and (not isinstance(language, str) or language not in LANGUAGES):
        raise OptionError(f'unknown language "{language}"; expected one of {", ".join(sorted(LANGUAGES))}')


def check_terms(field: str, prefix: str, limit: int | None) -> tuple[str, int | None]:
    """The prefix as the terms of a field have it, and the limit as an int. Raises OptionError."""
    from searchkit.analysis import fold  # late: 6 ms at every start, --help included
    from searchkit.schema import FIELDS, Kind  # late: 6 ms at every start, --help included

    listed = [name for name, found in FIELDS.items() if found.kind in (Kind.WORDS, Kind.VALUE)]
    if field not in listed:
        raise OptionError(f"terms are listed of {', '.join(listed)}; found {field!r}")
    if not isinstance(prefix, str):
        raise OptionError(f"prefix must be text; found {prefix!r}")
    if limit is not None:
        limit = _check_count("limit", limit, "0 or more, or None for all")
    return (fold(prefix) if FIELDS[field].kind is Kind.WORDS else prefix), limit


def describe(articles: int, generation: int) -> str:
    """What the repr of an open engine says of its index."""
    return f"{articles:,} article{'' if articles == 1 else 's'}, generation {generation}"


def check_queries(queries: Iterable[str]) -> list[str]:
    """The queries as a list. Raises OptionError for a single text, which would be read as one query
    a letter; what is no text is an error of its search."""
    if isinstance(queries, str | bytes) or not isinstance(queries, Iterable):
        raise OptionError(f"queries must be several texts; found {queries!r}: give a list of it")
    if isinstance(queries, Mapping | Set):
        raise OptionError(f"queries must be in an order, which a {type(queries).__name__} has not: give a list of them")
    return list(queries)


def check_articles(articles: Iterable[Article]) -> Iterable[Article]:
    """The articles as they are. Raises OptionError for what does not yield articles: a single one,
    a path, one record as a dictionary."""
    if isinstance(articles, Article):
        raise OptionError("add takes several articles, and found one; give it a list: engine.add([article])")
    if isinstance(articles, Path | str | bytes):
        raise OptionError(f"add takes articles; found {articles!r}: for a path write engine.add(searchkit.read(path))")
    if isinstance(articles, Mapping):
        raise OptionError("add takes several articles; found a dictionary: engine.add([searchkit.Article(**fields)])")
    if not isinstance(articles, Iterable):
        raise OptionError(f"add takes several articles, such as a list of them; found {type(articles).__name__}")
    return articles


def check_id(article_id: str) -> str:
    """The id as it is. Raises OptionError for one that is no text."""
    if not isinstance(article_id, str):
        raise OptionError(f"an id must be text; found {article_id!r}")
    return article_id


def check_article(article: Article) -> Article:
    """The article as it is. Raises OptionError for something else, such as an id."""
    if not isinstance(article, Article):
        raise OptionError(f"an article is needed, such as engine.get(id) gives; found {article!r:.80}")
    return article


def check_roots(roots: object) -> list[Path]:
    """The paths of roots; one path stands for itself. Raises OptionError for what is none."""
    given = [roots] if isinstance(roots, str | os.PathLike) else roots
    if isinstance(given, bytes | Mapping) or not isinstance(given, Iterable):
        raise OptionError(f"roots must be a path or several paths; found {roots!r} (none at all: every remembered root)")
    paths = []
    for root in given:
        if not isinstance(root, str | os.PathLike):
            raise OptionError(f"a root must be a path, as text or Path; found {root!r}")
        if root == "":  # the current folder, as a Path
            raise RootError("a root is an empty text; expected the path of a folder or file")
        paths.append(Path(root))
    return paths


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
