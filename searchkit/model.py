"""The public data classes: articles, options of a search, hits and results, all immutable.

Useful for: everything that callers pass in and get back. Not useful for: how any of it is stored or
found.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, field, fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol, SupportsIndex, TypedDict, overload

from searchkit.json_values import (
    DEFAULT_HIT_FIELDS,
    FORMAT_VERSION,
    HIT_FIELD_ALIASES,
    HIT_FIELDS,
    article_values,
    hit_values,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass

    from searchkit.diagnosis import Diagnosis  # few searches need one, and these records take 1 ms to make
else:
    from searchkit.frozen import dataclass

Sort = Literal["relevance", "date", "-date"]
"""The order of hits: best first, oldest first, or newest first. Printed dates count; undated
articles come last."""

Dialect = Literal["lexis", "factiva", "proquest", "lucene"]
"""The systems whose queries can be read."""

Partition = Literal["none", "year", "month"]
"""How the articles of an archive on a cluster are divided into indexes: not at all, or by the year
or month in which they were printed."""

CharRange = tuple[int, int]
"""The start and end offset of a part of a text, `text[start:end]`."""

Mark = CharRange
"""A highlight in a text: the range of its characters."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of an archive.

    `date` is timezone-aware, with the UTC offset that the archive prints (UTC if it prints none),
    or None for an undated article. A date without a time is midnight of the day in UTC. Days
    and order go by the printed date and time: two dates of one moment with different offsets are
    equal in Python, and different here. Ranges do too, except that a query's date with a time zone,
    and `now`, are compared as moments. `encoding` is the encoding that the file was decoded
    from, and `encoding_confidence` the confidence in it (0 to 1); they are "" and None for an
    article that was not read from a file. `extra` has whatever else the data says.
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

    def to_dict(self) -> dict[str, Any]:
        """The article as JSON has it."""
        return article_values(self)


class StoredArticle(NamedTuple):
    """An article in an index. `origin` is its file as "label/path", with the label of the root and
    the path in the root, or just "label" if the root is a file; "" for an article that is from no
    root."""

    article: Article
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of an article's body with highlights, or its beginning where nothing in the body is
    highlighted.

    `text` is `body[start:start + len(text)]`, unchanged. `marks` are the highlights, as start and
    end offsets in `text`, in order and disjoint.
    """

    text: str
    marks: tuple[Mark, ...] = ()
    start: int = 0


@dataclass(frozen=True, slots=True)
class ArticleMarks:
    """The highlights of a query in an article's title and body, in order and disjoint."""

    title: tuple[Mark, ...] = ()
    body: tuple[Mark, ...] = ()


class HitLoader(Protocol):
    """Loads the article and the snippets of a hit when they are first read; each engine has its
    own."""

    def article(self) -> Article: ...

    def headline(self) -> str: ...

    def title_marks(self) -> tuple[Mark, ...]: ...

    def snippets(self) -> tuple[Snippet, ...]: ...

    def words(self) -> int: ...


_set = object.__setattr__


class _Loaded:
    """Where a hit keeps its loader: beside its fields, so that `dataclasses.asdict` shows none of
    it."""

    __slots__ = ("_own_loader",)
    _own_loader: HitLoader


@dataclasses.dataclass(frozen=True, slots=True, init=False, repr=False)
class Hit(_Loaded):
    """One article that was found. Its fields and snippets are loaded when they are first read, and
    then kept.

    `FIELDS` are the names of the fields that `to_dict` knows, `DEFAULT_FIELDS` those that JSON has,
    `FIELD_ALIASES` other names of fields, which queries have too.
    """

    FIELDS: ClassVar[tuple[str, ...]] = HIT_FIELDS
    DEFAULT_FIELDS: ClassVar[tuple[str, ...]] = DEFAULT_HIT_FIELDS
    FIELD_ALIASES: ClassVar[Mapping[str, str]] = HIT_FIELD_ALIASES

    id: str
    score: float
    # It is always given; the default is where `dataclasses.replace` finds that of a hit.
    _loader: InitVar[HitLoader] = property(lambda hit: hit._own_loader)  # noqa: RUF009

    def __init__(self, id: str, score: float, _loader: HitLoader) -> None:
        # Not left to the library: a page has many hits, and this takes two thirds of the time.
        _set(self, "id", id)
        _set(self, "score", score)
        _set(self, "_own_loader", _loader)

    def __reduce__(self) -> tuple[type[Hit], tuple[str, float, HitLoader]]:
        return Hit, (self.id, self.score, self._own_loader)

    @property
    def article(self) -> Article:
        return self._own_loader.article()

    @property
    def date(self) -> datetime | None:
        return self._own_loader.article().date

    @property
    def title(self) -> str:
        return self._own_loader.article().title

    @property
    def headline(self) -> str:
        """The title, or the first sentence of an article that has none."""
        return self._own_loader.headline()

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
    def words(self) -> int:
        """The number of words of title and body, as `words:` in a query counts them."""
        return self._own_loader.words()

    @property
    def title_marks(self) -> tuple[Mark, ...]:
        """The highlights of the title."""
        return self._own_loader.title_marks()

    @property
    def snippets(self) -> tuple[Snippet, ...]:
        return self._own_loader.snippets()

    @property
    def snippet(self) -> str:
        """The text of the first snippet, or "" where there is none: for an article without a body,
        and for a search that asked for none."""
        snippets = self.snippets
        return snippets[0].text if snippets else ""

    def __repr__(self) -> str:
        """Id and score; what has to be read from the index is left out, because that may fail."""
        return f"<Hit {self.id!r}, score {self.score:.4f}>"

    def to_dict(self, fields: Iterable[str] = DEFAULT_HIT_FIELDS) -> dict[str, Any]:
        """The hit as `search --json` prints it, or these fields of it and of its article.

        Raises OptionError for a field that is unknown.
        """
        return hit_values(self, fields)


class SearchChanges(TypedDict, total=False):
    """The keyword arguments of `Engine.search`, which replace fields of SearchOptions."""

    limit: int | None
    offset: int
    sort: Sort
    since: str | date | datetime
    until: str | date | datetime
    match_any: bool
    literal: bool
    exact: bool
    timezone: str
    now: datetime | None
    snippets: int
    dialect: str
    saved_queries: Mapping[str, str]
    recent: str
    boost: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """The options of a search.

    - `limit`: number of hits (None: all), after the first `offset` ones.
    - `since`, `until`: both included; "" for none. A text is a date of the query language, a `date`
      a day, a `datetime` a point in time: an aware one is compared with moments, a naive one with
      what articles print.
    - `match_any`: joins words side by side with OR.
    - `literal`: reads every word as a word, without operators and wildcards.
    - `exact`: finds words as written, without stemming. Case counts for a word with a capital,
      accents for a word with one.
    - `timezone`: decides which day `today` is, and nothing else.
    - `now`: the moment that relative dates and `recent` count from (None: the present). A naive one
      is a time in `timezone`.
    - `snippets`: number of snippets of a hit.
    - `dialect`: the system whose language the query is in, a Dialect; "" for ours.
    - `saved_queries`: what `query:NAME` in a query stands for, by name.
    - `recent`: the half-life of scores, such as "90d": the score of an article is halved for each
      90 days of its age. "" for none.
    - `boost`: weights of the fields "title" and "body", such as {"title": 3}. They replace the
      default weights, which are 2 and 1.
    """

    limit: int | None = 10
    offset: int = 0
    sort: Sort = "relevance"
    since: str | date | datetime = ""
    until: str | date | datetime = ""
    match_any: bool = False
    literal: bool = False
    exact: bool = False
    timezone: str = "UTC"
    now: datetime | None = None
    snippets: int = 2
    dialect: str = ""
    saved_queries: Mapping[str, str] = field(default_factory=dict, hash=False)
    recent: str = ""
    boost: Mapping[str, float] = field(default_factory=dict, hash=False)


FEW_HITS = 10
"""Only an answer of at most so many articles is diagnosed unasked (`SearchResult.advice`)."""
MIN_ARTICLES = 100
"""In an index of fewer articles, no word of an answer that is not empty can be doubted: see
`query.spelling.MIN_RATIO`."""


class LateDiagnosis:
    """A diagnosis that is made when it is first asked for, and then kept. Pickles and copies hold
    the diagnosis."""

    __slots__ = ("_make", "_value")

    def __init__(self, make: Callable[[], Diagnosis] | None, value: Diagnosis | None = None) -> None:
        self._make, self._value = make, value

    @property
    def value(self) -> Diagnosis:
        """The diagnosis. Several threads may make it, each the same."""
        make, value = self._make, self._value  # in this order: whoever forgets `make` has set the value
        if value is None:
            assert make is not None
            value = self._value = make()
            self._make = None  # what it reads can go
        return value

    def __reduce__(self) -> tuple[type[LateDiagnosis], tuple[None, Diagnosis]]:
        return LateDiagnosis, (None, self.value)


class _Diagnosed:
    """Where a result keeps its diagnosis: beside its fields, as a hit its loader."""

    __slots__ = ("_own_diagnosis",)
    _own_diagnosis: LateDiagnosis | None


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class SearchResult(_Diagnosed):
    """The answer to a query: one page of `hits`, in order, of the `total` articles found. An engine
    may make the hits of a long page when they are asked for, and not keep them.

    `parsed` is the query as it was understood, `left_out` the function words that neither restrict
    nor score. `generation` is the commit that was searched, `articles` the number of articles in
    it, and `took_ms` the time in milliseconds. `notes` are sentences for people about what in the
    query could have been meant otherwise: `"or" is read as a word; OR between words finds either`.
    """

    query: str
    parsed: str
    total: int
    hits: Sequence[Hit]
    left_out: tuple[str, ...] = ()
    generation: int = 0
    articles: int = 0
    took_ms: float = 0.0
    notes: tuple[str, ...] = ()
    # The default is where `dataclasses.replace` finds that of a result.
    _diagnosis: InitVar[LateDiagnosis | None] = property(lambda result: result._own_diagnosis)  # noqa: RUF009

    def __post_init__(self, _diagnosis: LateDiagnosis | None) -> None:
        is_given = isinstance(_diagnosis, LateDiagnosis)
        object.__setattr__(self, "_own_diagnosis", _diagnosis if is_given else None)

    def __reduce__(self) -> tuple[type[SearchResult], tuple[Any, ...]]:
        return SearchResult, (*(getattr(self, each.name) for each in fields(self)), self._own_diagnosis)

    @property
    def diagnosis(self) -> Diagnosis:
        """Why the query finds what it finds, and which queries find more.

        It is computed when it is first asked for, of the generation that was searched: a pickle has
        it, and comparing results does not ask for it. An engine that diagnoses nothing gives one
        without clauses.
        """
        if self._own_diagnosis is None:
            from searchkit.diagnosis import Diagnosis  # late: 2 ms at the start of a search

            return Diagnosis(self.query, self.parsed, self.total, ())
        return self._own_diagnosis.value

    @property
    def advice(self) -> Diagnosis | None:
        """The diagnosis, where there is something to say unasked: when nothing was found, or next
        to nothing and a word is likely misspelled. Else None, at no cost for more than FEW_HITS
        articles."""
        if self.total > FEW_HITS or (self.total and self.articles < MIN_ARTICLES):
            return None
        return self.diagnosis if self.total == 0 or self.diagnosis.suggestions else None

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Hit | tuple[Hit, ...]:
        """A hit of the page by its index, or several by a slice."""
        return tuple(self.hits[index]) if isinstance(index, slice) else self.hits[index.__index__()]

    def __repr__(self) -> str:
        return f"<SearchResult of {self.query!r}: {self.total:,} found, {len(self.hits):,} here>"

    def to_dict(self) -> dict[str, Any]:
        """The document that `search --json` prints; `diagnosis` is the advice."""
        return {
            "meta": {
                "version": FORMAT_VERSION,
                "query": self.query,
                "parsed": self.parsed,
                "index": {"generation": self.generation, "articles": self.articles},
                "took_ms": self.took_ms,
                "notes": list(self.notes),
            },
            "total": self.total,
            "diagnosis": None if (advice := self.advice) is None else advice.to_dict(),
            "hits": [hit.to_dict() for hit in self.hits],
        }
