"""What goes in and what comes out: articles, hits, results and reports, all immutable.

Useful for: everything that crosses a door of searchkit. Not useful for: how any of it is stored or found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypedDict

Sort = Literal["relevance", "date", "-date"]
"""The order of answers: best first, oldest first, newest first (undated articles always come last)."""

Mark = tuple[int, int]
"""A span of characters, `text[start:end]`."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an archive.

    `date` is timezone-aware and in UTC, or None for an undated article; a date without a time is that day's midnight.
    `encoding` is what the file was decoded from and `encoding_confidence` (0 to 1) how sure that is; both say nothing
    ("" and None) for an article that no file held. `extra` keeps whatever else the data says of the article.
    """

    id: str
    title: str = ""
    body: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    path: str = ""
    encoding: str = ""
    encoding_confidence: float | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article's body that shows why it was found.

    `text` is `body[start:start + len(text)]`, unchanged; `marks` are spans inside `text`, in order, apart.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The spans of an article's title and body that a query matches, each in order and apart."""

    title: tuple[Mark, ...] = ()
    body: tuple[Mark, ...] = ()


class HitSource(Protocol):
    """Where a hit reads its article and its snippets from when first asked (an engine's own affair)."""

    def article(self) -> Article: ...

    def headline(self) -> str: ...

    def title_marks(self) -> tuple[Mark, ...]: ...

    def snippets(self) -> tuple[Snippet, ...]: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """One article that was found. Its fields and snippets are read when first asked for, and then kept."""

    id: str
    score: float
    _from: HitSource = field(repr=False, compare=False)

    @property
    def article(self) -> Article:
        return self._from.article()

    @property
    def date(self) -> datetime | None:
        return self.article.date

    @property
    def title(self) -> str:
        return self.article.title

    @property
    def headline(self) -> str:
        """The title, or the first sentence of an article that has none."""
        return self._from.headline()

    @property
    def authors(self) -> tuple[str, ...]:
        return self.article.authors

    @property
    def source(self) -> str:
        return self.article.source

    @property
    def path(self) -> str:
        return self.article.path

    @property
    def title_marks(self) -> tuple[Mark, ...]:
        """Spans of the title that the query matched."""
        return self._from.title_marks()

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        return self._from.snippets()

    @property
    def snippet(self) -> str:
        """The text of the first snippet, or "" for an article without a body."""
        return self.snippets[0].text if self.snippets else ""


class SearchChanges(TypedDict, total=False):
    """The keywords that `Engine.search` takes: the fields of SearchOptions."""

    limit: int | None
    offset: int
    sort: Sort
    since: str
    until: str
    match_any: bool
    literal: bool
    exact: bool
    timezone: str
    snippets: int


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How to search.

    `limit` hits (None: all) after `offset`; `since` and `until` are dates of the query language ("" for none), ends
    included; `match_any` joins words that stand side by side with OR; `literal` takes every word as a word;
    `exact` finds words as written; `timezone` moves relative dates only; `snippets` is how many are made for a hit.
    """

    limit: int | None = 10
    offset: int = 0
    sort: Sort = "relevance"
    since: str = ""
    until: str = ""
    match_any: bool = False
    literal: bool = False
    exact: bool = False
    timezone: str = "UTC"
    snippets: int = 2


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to a query: `hits` (one page of them, in order) of `total` articles found.

    `parsed` is the query as it was understood, `left_out` the function words that neither restricted nor scored,
    `generation` and `articles` say which state of the index answered, `took_ms` how long it took (milliseconds).
    """

    query: str
    parsed: str
    total: int
    hits: tuple[Hit, ...]
    left_out: tuple[str, ...] = ()
    generation: int = 0
    articles: int = 0
    took_ms: float = 0.0

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query and how many articles it finds by itself; `terms` are the words it stands for."""

    text: str
    total: int
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read: its parsed form, the words left out, and what each part finds by itself."""

    query: str
    parsed: str
    left_out: tuple[str, ...]
    total: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or a part of it, that could not be read. `new` is false for one known and unchanged since an earlier run."""

    path: str
    reason: str
    place: str = ""
    new: bool = True


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run changed, in articles; `skipped` counts files that no reader takes, by suffix; `withheld` articles
    were left out because they had been deleted. `generation` is that of the index afterwards. `changes` are what a dry
    run would have changed, as ("added", id), ("replaced", id) and ("removed", id)."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    removed: int = 0
    withheld: int = 0
    failures: tuple[Failure, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    generation: int = 0
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether any article was added, replaced or removed."""
        return bool(self.added or self.replaced or self.removed)


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds. `sources` are (name, articles), most first; `size` is in bytes, 0 where there are no files."""

    articles: int
    first: datetime | None
    last: datetime | None
    undated: int
    sources: tuple[tuple[str, int], ...]
    size: int
    generation: int
    segments: int
    language: str


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file that an index is kept up to date with."""

    label: str
    path: str
    articles: int
    files: int
    failed: int
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Withheld:
    """A deleted article, which runs over roots leave out: its id, and the file that it came from (the root's label and the
    path in it; "" for none, or none that is known). `returns` says whether a run can bring it back when the deletion is
    undone."""

    id: str
    file: str = ""
    returns: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something of an index that is not as it was written: the file, and what is wrong with it."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of a damaged index: `generation` was committed of all that was whole.

    `restored` are ids whose articles were taken from an older generation, `missing` those of articles that are gone,
    `unknown` counts gone articles whose ids could not be read. `files` (root's label and path) are read again by the
    next run over the roots; `missing` articles of no file have to be added again.
    """

    generation: int
    restored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: int = 0
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether an index is whole: what is wrong with it (nothing: it is), and what a repair, if asked for, made of it."""

    faults: tuple[Fault, ...] = ()
    repair: Repair | None = None


class Progress(Protocol):
    """Told how far a long run is: `done` of `total` units (bytes of the files to read), and the file at hand."""

    def __call__(self, done: int, total: int, path: str) -> None: ...


OnError = Callable[[Failure], None]
"""Told of each file or record that could not be read; the reading goes on."""
