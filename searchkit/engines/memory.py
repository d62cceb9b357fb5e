"""An engine of dictionaries and sets, for tests and small collections.

It keeps articles in memory and looks every word up the plain way: what it finds is what the other engines must find.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Self, Unpack, assert_never

from searchkit import schema
from searchkit.analysis import Analyzer, wildcard_regex
from searchkit.control_characters import clean_article
from searchkit.engines.base import settled, several
from searchkit.engines.memory_places import MemoryField, Scores, sums
from searchkit.errors import EngineClosed, UnknownArticle
from searchkit.model import Article, ArticleMarks, Hit, SearchChanges, SearchOptions, SearchResult
from searchkit.query import Query, nodes, parse_with
from searchkit.query.explain import explain
from searchkit.query.places import fields_of
from searchkit.reports import Explanation, IndexReport, Stats, Withheld
from searchkit.results import ArticleHit, ShownArticle, mark
from searchkit.schema import FIELDS, SEARCHED, Kind


class MemoryEngine:
    """Articles in dictionaries; an Engine."""

    def __init__(self, language: str = "en") -> None:
        self._analyzer = Analyzer(language)
        self._articles: dict[str, Article] = {}
        self._withheld: set[str] = set()
        self._fields: dict[str, MemoryField] = {}
        self._generation = 0
        self._closed = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """See Engine.warnings."""
        return ()

    # Changing.

    def add(self, articles: Iterable[Article], *, wait: float = 0) -> IndexReport:
        """See Engine.add."""
        self._open()
        batch = {}
        for article in articles:
            schema.check(article)
            batch[article.id] = clean_article(article)
        counts = Counter(
            "added" if key not in self._articles else "unchanged" if _same(self._articles[key], article) else "replaced"
            for key, article in batch.items()
        )
        self._articles |= batch
        self._withheld -= batch.keys()
        self._commit(counts["added"] + counts["replaced"])
        return IndexReport(counts["added"], counts["unchanged"], counts["replaced"], generation=self._generation)

    def delete(self, ids: Iterable[str], *, wait: float = 0) -> int:
        """See Engine.delete."""
        self._open()
        gone = [article_id for article_id in dict.fromkeys(several(ids)) if self._articles.pop(article_id, None)]
        self._withheld |= set(gone)
        self._commit(len(gone))
        return len(gone)

    def withheld(self) -> tuple[Withheld, ...]:
        """See Engine.withheld."""
        self._open()
        return tuple(map(Withheld, sorted(self._withheld)))

    def undelete(self, ids: Iterable[str], *, wait: float = 0) -> tuple[Withheld, ...]:
        """See Engine.undelete."""
        self._open()
        undone = self._withheld & set(several(ids))
        self._withheld -= undone
        return tuple(map(Withheld, sorted(undone)))

    def _commit(self, changes: int) -> None:
        if not changes:
            return
        self._generation += 1
        self._fields = {
            field.name: MemoryField(field, self._articles.values(), self._analyzer)
            for field in FIELDS.values()
            if field.kind in (Kind.TEXT, Kind.WORDS)
        }

    # Finding.

    def _find(self, node: nodes.Node, weight: float = 1.0) -> Scores:
        if isinstance(node, nodes.SingleWord | nodes.Phrase | nodes.Positional):
            return sums(field.find(node, weight) for field in self._fields_of(node))
        if isinstance(node, nodes.Filter):
            return {key: 0.0 for key, article in self._articles.items() if self._holds(node, article)}
        match node:
            case nodes.And(children):
                parts = [self._find(child, weight) for child in children]
                return {key: sum(part[key] for part in parts) for key in parts[0] if all(key in part for part in parts)}
            case nodes.Or(children):
                return sums(self._find(child, weight) for child in children)
            case nodes.Not(child):
                excluded = self._find(child)
                return {key: 0.0 for key in self._articles if key not in excluded}
            case nodes.Weighted(child, factor):
                return self._find(child, weight * factor)
            case nodes.AtLeast(count, operand):
                mentions = Counter[str]()
                for field in self._fields_of(operand):
                    mentions.update({key: len(spans) for key, spans in field.places(operand).items()})
                return {key: score for key, score in self._find(operand, weight).items() if mentions[key] >= count}
            case _:
                nodes.assert_never_node(node)

    def _fields_of(self, node: nodes.SpanNode) -> list[MemoryField]:
        """The fields in which a node with places is looked for: the one that its leaves name, or title and body."""
        name = fields_of(node)[0]
        return [self._fields[name] for name in ((name,) if name else SEARCHED) if name in self._fields]

    def _holds(self, node: nodes.Filter, article: Article) -> bool:
        match node:
            case nodes.Everything():
                return True
            case nodes.Value(text, field):
                return text in schema.values_of(article, FIELDS[field])
            case nodes.ValuePattern(pattern, field):
                fits = wildcard_regex(pattern).fullmatch
                return any(fits(value) for value in schema.values_of(article, FIELDS[field]))
            case nodes.Present(field):
                if FIELDS[field].kind is Kind.VALUE:
                    return bool(schema.values_of(article, FIELDS[field]))
                return article.id in self._fields[field].lengths
            case nodes.Undated():
                return article.date is None
            case nodes.Dates():
                return article.date is not None and node.holds(article.date)
            case nodes.Length(least, most):
                length = sum(self._fields[name].lengths.get(article.id, 0) for name in SEARCHED)
                return (least or 0) <= length and (most is None or length <= most)
            case _:
                nodes.assert_never_node(node)

    # Answering.

    def search(self, query: str, options: SearchOptions | None = None, **changes: Unpack[SearchChanges]) -> SearchResult:
        """See Engine.search."""
        begun = time.perf_counter()
        chosen = settled(options, changes)
        self._open()
        parsed = parse_with(query, chosen, self._analyzer.language)
        found = self._find(parsed.root)
        ranked = sorted(found, key=lambda key: self._rank(key, round(found[key], 9), chosen))
        stop = None if chosen.limit is None else chosen.offset + chosen.limit
        hits = tuple(self._hit(key, found[key], parsed, chosen) for key in ranked[chosen.offset : stop])
        took = round((time.perf_counter() - begun) * 1000, 3)
        count = len(self._articles)
        return SearchResult(query, str(parsed), len(found), hits, parsed.left_out, self._generation, count, took)

    def _rank(self, key: str, score: float, options: SearchOptions) -> tuple[float, bool, int, str]:
        date = self._articles[key].date
        printed = 0 if date is None else schema.printed_micros(date)
        match options.sort:
            case "relevance":
                return (-score, date is None, -printed, key)
            case "date":
                return (0.0, date is None, printed, key)
            case "-date":
                return (0.0, date is None, -printed, key)
            case _:
                assert_never(options.sort)

    def _hit(self, key: str, score: float, query: Query, options: SearchOptions) -> Hit:
        article = self._articles[key]
        return Hit(key, score, ArticleHit(lambda: ShownArticle(article), query.root, self._analyzer, options.snippets))

    def explain(self, query: str, options: SearchOptions | None = None) -> Explanation:
        """See Engine.explain."""
        self._open()
        parsed = parse_with(query, settled(options, {}), self._analyzer.language)
        return explain(parsed, self._analyzer, lambda node: len(self._find(node)))

    def get(self, article_id: str) -> Article:
        """See Engine.get."""
        self._open()
        if article_id not in self._articles:
            raise UnknownArticle(article_id)
        return replace(self._articles[article_id])

    def marks(self, article: Article, query: str, options: SearchOptions | None = None) -> ArticleMarks:
        """See Engine.marks."""
        return (
            mark(article, parse_with(query, settled(options, {}), self._analyzer.language).root, self._analyzer)
            or ArticleMarks()
        )

    def stats(self) -> Stats:
        """See Engine.stats."""
        self._open()
        dates = [article.date for article in self._articles.values() if article.date is not None]
        sources = Counter(article.source for article in self._articles.values())
        return Stats(
            articles=len(self._articles),
            first=min(dates, default=None, key=_order),
            last=max(dates, default=None, key=_order),
            undated=len(self._articles) - len(dates),
            sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
            size=0,
            generation=self._generation,
            segments=1,
            language=self._analyzer.language,
        )

    # Life.

    def refresh(self) -> bool:
        """See Engine.refresh."""
        self._open()
        return False

    def close(self) -> None:
        """See Engine.close."""
        self._closed = True

    def _open(self) -> None:
        if self._closed:
            raise EngineClosed("the engine is closed")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def _same(one: Article, other: Article) -> bool:
    """Whether articles are equal in what is stored; to Python, dates of one moment are, whatever their offsets."""
    return schema.to_record(one, "") == schema.to_record(other, "")


def _order(date: datetime) -> tuple[int, int]:
    return schema.printed_micros(date), schema.moment_micros(date)
