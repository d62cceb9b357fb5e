"""A generation of the memory engine: its articles, their fields, and how a query is evaluated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from searchkit import schema
from searchkit.analysis import Analyzer, fold, tokenize, wildcard_regex, without_hyphen
from searchkit.engines.memory_field import MemoryField, Scores, sum_scores
from searchkit.model import Article
from searchkit.query import nodes
from searchkit.query.explain_score import WordFigures
from searchkit.query.operands import leaf_fields
from searchkit.query.value_parts import part_matcher, path_values
from searchkit.schema import FIELD_WEIGHTS, FIELDS, TEXT_FIELDS, Kind


class MemorySnapshot:
    """The articles of a generation, by id, analysed once. It never changes."""

    def __init__(
        self, generation: int, articles: Mapping[str, Article], analyzer: Analyzer, origins: Mapping[str, str] | None = None
    ) -> None:
        """`origins` are the files of roots that articles were read from, by id."""
        self.generation, self.articles, self._analyzer = generation, articles, analyzer
        self._origins = origins or {}
        self.fields = {
            field.name: MemoryField(field, articles.values(), analyzer)
            for field in FIELDS.values()
            if field.kind in (Kind.TEXT, Kind.WORDS)
        }

    def oldest_date(self) -> int | None:
        """The oldest printed date of all articles (microseconds from the year 1), None if all are
        undated."""
        dates = map(printed_date, self.articles.values())
        return min((date for date in dates if date is not None), default=None)

    def find(self, node: nodes.Node, weights: Mapping[str, float] = FIELD_WEIGHTS, weight: float = 1.0) -> Scores:
        """The articles that match a query, with their scores. `weights` are those of the fields."""
        if isinstance(node, nodes.SingleWord | nodes.Phrase | nodes.Positional):
            return sum_scores(field.score(node, weight * weights.get(field.name, 0.0)) for field in self._fields_of(node))
        if isinstance(node, nodes.Filter):
            return {article_id: 0.0 for article_id, article in self.articles.items() if self._holds(node, article)}
        match node:
            case nodes.And(children):
                parts = [self.find(child, weights, weight) for child in children]
                total = sum_scores(parts)
                return {
                    article_id: total[article_id] for article_id in parts[0] if all(article_id in part for part in parts)
                }
            case nodes.Or(children):
                return sum_scores(self.find(child, weights, weight) for child in children)
            case nodes.Not(child):
                excluded = self.find(child)
                return {article_id: 0.0 for article_id in self.articles if article_id not in excluded}
            case nodes.Weighted(child, factor):
                return self.find(child, weights, weight * factor)
            case nodes.AtLeast(count, operand):
                counts = Counter[str]()
                for field in self._fields_of(operand):
                    counts.update({article_id: len(spans) for article_id, spans in field.spans(operand).items()})
                return {
                    article_id: score
                    for article_id, score in self.find(operand, weights, weight).items()
                    if counts[article_id] >= count
                }
            case _:
                nodes.assert_never_node(node)

    def list_terms(self, field: str, prefix: str, limit: int | None) -> tuple[tuple[str, int], ...]:
        """The first terms of a field of words or values with a prefix, each with its articles."""
        counts = Counter[str]()
        for article in self.articles.values():
            values = schema.values_of(article, FIELDS[field])
            if FIELDS[field].kind is Kind.WORDS:
                language = self._analyzer.for_language(article.language).language
                values = tuple(fold(without_hyphen(form)) for value in values for form in tokenize(value, language).forms)
            counts.update({value for value in values if value.startswith(prefix)})
        return tuple(sorted(counts.items())[:limit])

    def _fields_of(self, node: nodes.SpanNode) -> list[MemoryField]:
        """The fields in which a node with spans is looked for: the one that its leaves name, or
        title and body."""
        name = leaf_fields(node)[0]
        return [self.fields[name] for name in ((name,) if name else TEXT_FIELDS) if name in self.fields]

    def _values(self, article: Article, field: str) -> tuple[str, ...]:
        """The values of a field, or those that a part of one is looked for in."""
        if field == "path":
            return path_values(article, self._origins.get(article.id, ""))
        return schema.values_of(article, FIELDS[field])

    def _holds(self, node: nodes.Filter, article: Article) -> bool:
        match node:
            case nodes.Everything():
                return True
            case nodes.Value(text, field):
                return text in schema.values_of(article, FIELDS[field])
            case nodes.ValuePattern(pattern, field):
                fits = wildcard_regex(pattern).fullmatch
                return any(fits(value) for value in schema.values_of(article, FIELDS[field]))
            case nodes.ValuePart(_, field):
                return any(map(part_matcher(node), self._values(article, field)))
            case nodes.Present("quote"):
                return any(self.fields[name].has_quotation(article.id) for name in TEXT_FIELDS)
            case nodes.Present(field):
                if FIELDS[field].kind in (Kind.VALUE, Kind.PART):
                    return any(self._values(article, field))
                return article.id in self.fields[field].lengths
            case nodes.Undated():
                return article.date is None
            case nodes.Dates():
                return article.date is not None and node.holds(article.date)
            case nodes.Length(least, most):
                length = sum(self.fields[name].lengths.get(article.id, 0) for name in TEXT_FIELDS)
                return (least or 0) <= length and (most is None or length <= most)
            case _:
                nodes.assert_never_node(node)


class ArticleInMemory:
    """One article of a snapshot, and what its scores are made of (see
    `query.explain_score.ScoredArticle`)."""

    def __init__(self, snapshot: MemorySnapshot, article: Article) -> None:
        self._snapshot, self._article = snapshot, article

    @property
    def printed_date(self) -> int | None:
        return printed_date(self._article)

    def matches(self, node: nodes.Node) -> bool:
        return self._article.id in self._snapshot.find(node)

    def has_span(self, node: nodes.SpanNode, field: str) -> bool:
        return self._article.id in self._snapshot.fields[field].spans(node)

    def figures(self, word: nodes.SingleWord, field: str) -> tuple[WordFigures]:
        return (self._snapshot.fields[field].figures(word, self._article.id),)


def printed_date(article: Article) -> int | None:
    """The printed date of an article in microseconds from the year 1, or None."""
    return None if article.date is None else schema.printed_micros(article.date)
