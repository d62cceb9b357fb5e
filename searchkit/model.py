"""What goes in and what comes out: articles, hits, results and reports, all immutable.

Useful for: everything that crosses a door of searchkit. Not useful for: how any of it is stored or found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, Protocol, TypedDict

Sort = Literal["relevance", "date", "-date"]
"""The order of answers: best first, oldest first, newest first, by printed dates (undated articles always come last)."""

Mark = tuple[int, int]
"""A span of characters, `text[start:end]`."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an archive.

    `date` is timezone-aware, as the archive prints it and with its own offset (UTC where none is said), or None for an
    undated article; a date without a time is that day's midnight in UTC. The printed date and time count: for days, for
    ranges and for order. Two dates of one moment and different offsets are equal in Python, and different here.
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


class StoredArticle(NamedTuple):
    """An article as an index holds it. `origin` is the file that it came from (the label of its root and the path in it,
    "label/path"), or "" for an article that no file of a root gave."""

    article: Article
    origin: str = ""


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
        return self._from.article().date

    @property
    def title(self) -> str:
        return self._from.article().title

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
        snippets = self.snippets
        return snippets[0].text if snippets else ""


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
    `exact` finds words as written; `timezone` moves only which day today is; `snippets` is how many are made for a hit.
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
