"""Explains a score: every number that it is made of, in the order in which engines add them up.

An engine says what it knows of an article (ScoredArticle); the formulas stand here. The value of
the whole explanation is the score of the hit, bit by bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from searchkit.frozen import frozen
from searchkit.query.nodes import (
    And,
    AtLeast,
    Filter,
    Fuzzy,
    Gap,
    Inside,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Positional,
    Regex,
    SingleWord,
    SpanNode,
    Together,
    Weighted,
    Wildcard,
    Word,
    assert_never_node,
)
from searchkit.query.operands import leaf_fields
from searchkit.query.parse import Query
from searchkit.query.score_options import Recency, ScoreOptions
from searchkit.reports import ScoreExplanation
from searchkit.schema import TEXT_FIELDS

K1, B = 1.2, 0.75  # as in `scoring`, which needs NumPy

_DAY = 86_400_000_000


@frozen
class WordFigures:
    """What BM25 knows of a word in a field: of `field_count` articles that have the field,
    `with_word` have the word in it. In the article it occurs `frequency` times among `length`
    words; `average` is the average length.

    `counted` says which word that is. If `of_cluster`, deleted articles count until the cluster has
    merged their segments, and the length is rounded as Lucene does it.
    """

    field_count: int
    with_word: int
    idf: float
    frequency: int
    length: int
    average: float
    counted: str = "the word"
    of_cluster: bool = False


@frozen
class ConstantScore:
    """The score of a word that BM25 does not score, and why."""

    value: float
    reason: str


class ScoredArticle(Protocol):
    """One article of an engine; fields are "title" and "body"."""

    @property
    def printed_date(self) -> int | None:
        """Microseconds from the year 1, None for an undated article."""

    def matches(self, node: Node) -> bool:
        """Whether a node of a query matches the article."""

    def has_span(self, node: SpanNode, field: str) -> bool:
        """Whether a node has a span in a field of the article."""

    def figures(self, word: SingleWord, field: str) -> Sequence[WordFigures | ConstantScore]:
        """The figures of a word that has a span in the field: of what its score is the sum of."""


def explain_score(article: ScoredArticle, query: Query, options: ScoreOptions | None) -> ScoreExplanation:
    """Explain the score of an article for a query. If the query does not match, the explanation
    says which parts of it do."""
    options = options or ScoreOptions()
    found = _Explainer(article, options.weights).explain(query.root, 1.0)
    if query.left_out:
        left_out = ScoreExplanation(f"left out, as function words: {' '.join(query.left_out)}", 0.0)
        found = replace(found, children=(*found.children, left_out))
    if options.recency is None or not found.matches:
        return found
    recency = _explain_recency(options.recency, article.printed_date)
    return ScoreExplanation("score * recency", found.value * recency.value, (found, recency))


def _explain_recency(recency: Recency, printed: int | None) -> ScoreExplanation:
    dated = recency.oldest if printed is None else printed
    age = max(0, recency.now - dated) / _DAY
    what = "age in days" if printed is not None else "age in days of the oldest article, because this one is undated"
    if dated > recency.now:
        what = "age in days: the article is dated in the future"
    parts = (ScoreExplanation(what, age), ScoreExplanation("half-life in days", recency.half_life / _DAY))
    return ScoreExplanation("recency: 0.5 ** (age / half-life)", recency.factor(printed), parts)


class _Explainer:
    def __init__(self, article: ScoredArticle, weights: Mapping[str, float]) -> None:
        self._article, self._weights = article, weights

    def explain(self, node: Node, weight: float) -> ScoreExplanation:
        """`weight` is the product of the weights around the node."""
        if not self._article.matches(node):
            # What of an AND matches is what its reader wants to know.
            children = node.children if isinstance(node, And) else ()
            inner = tuple([self.explain(child, weight) for child in children])
            return ScoreExplanation(f"{node}: does not match", 0.0, inner, matches=False)
        if isinstance(node, SingleWord | Phrase | Positional):
            return self._fields(node, weight)
        if isinstance(node, Filter):
            return ScoreExplanation(f"{node}: matches, and does not score", 0.0)
        match node:
            case And(children):
                return _sum("all parts, added up", [self.explain(child, weight) for child in children])
            case Or(children):
                parts = [self.explain(child, weight) for child in children if self._article.matches(child)]
                return _sum("the parts of OR that match, added up", parts)
            case Not():
                return ScoreExplanation(f"{node}: matches, and does not score", 0.0)
            case Weighted(child, factor):
                return _sum(f"{node}: with the weight {factor:g}", [self.explain(child, weight * factor)])
            case AtLeast(count, operand):
                return _sum(f"{node}: at least {count} times", [self.explain(operand, weight)])
            case _:
                assert_never_node(node)

    def _fields(self, node: SpanNode, weight: float) -> ScoreExplanation:
        name = leaf_fields(node)[0]
        if name and name not in TEXT_FIELDS:
            return ScoreExplanation(f"{node}: matches, and words of {name} do not score", 0.0)
        fields = [field for field in TEXT_FIELDS if name in ("", field) and self._article.has_span(node, field)]
        return _sum(str(node), [self._in_field(node, field, weight) for field in fields])

    def _in_field(self, node: SpanNode, field: str, weight: float) -> ScoreExplanation:
        """The score of a node that has a span in the field."""
        match node:
            case Phrase(items):
                words = [item for item in items if not isinstance(item, Gap)]
                return _sum(f"{node} in the {field}", [self._word(word, field, weight) for word in words])
            case Or(children) | Inside(_, children):
                return _sum(f"{node} in the {field}", self._operands(children, field, weight))
            case Near(left, right) | Together(left, right):
                return _sum(f"{node} in the {field}", self._operands((left, right), field, weight))
            case NotNear(left, _, _):
                return _sum(f"{node} in the {field}", self._operands((left,), field, weight))
            case Word() | Wildcard() | Fuzzy() | Regex():
                return self._word(node, field, weight)
            case _:
                assert_never_node(node)

    def _operands(self, nodes: Sequence[SpanNode], field: str, weight: float) -> list[ScoreExplanation]:
        return [self._in_field(node, field, weight) for node in nodes if self._article.has_span(node, field)]

    def _word(self, word: SingleWord, field: str, weight: float) -> ScoreExplanation:
        parts = [self._part(word, field, weight, part) for part in self._article.figures(word, field)]
        return parts[0] if len(parts) == 1 else _sum(f"{word} in the {field}", parts)

    def _part(self, word: SingleWord, field: str, weight: float, found: WordFigures | ConstantScore) -> ScoreExplanation:
        weights = [ScoreExplanation(f"weight of the {field}", self._weights[field])]
        if weight != 1.0:
            weights.append(ScoreExplanation("weights of the query (^), multiplied", weight))
        if isinstance(found, ConstantScore):
            constant = ScoreExplanation(found.reason, found.value)
            value = weight * self._weights[field] * found.value
            return ScoreExplanation(f"{word} in the {field}, multiplied", value, (*weights, constant))
        counted = ", and deleted ones until the cluster merges segments" if found.of_cluster else ""
        rounded = ", rounded" if found.of_cluster else ""
        idf = ScoreExplanation(
            "idf: ln(1 + (N - n + 0.5) / (n + 0.5))",
            found.idf,
            (
                ScoreExplanation(f"N: articles with a {field}{counted}", float(found.field_count)),
                ScoreExplanation(f"n: those with {found.counted} in their {field}{counted}", float(found.with_word)),
            ),
        )
        norm = K1 * (1 - B + B * found.length / found.average)
        saturation = ScoreExplanation(
            "tf / (tf + k1 * (1 - b + b * length / average))",
            found.frequency / (found.frequency + norm),
            (
                ScoreExplanation(f"tf: how often {found.counted} occurs in this {field}", float(found.frequency)),
                ScoreExplanation("k1", K1),
                ScoreExplanation("b", B),
                ScoreExplanation(f"length: words of this {field}{rounded}", float(found.length)),
                ScoreExplanation(f"average: words of a {field}", found.average),
            ),
        )
        value = weight * self._weights[field] * found.idf * found.frequency / (found.frequency + norm)
        return ScoreExplanation(f"{word} in the {field}, multiplied", value, (*weights, idf, saturation))


def _sum(description: str, parts: Sequence[ScoreExplanation]) -> ScoreExplanation:
    """The parts, added up in their order as floats, as engines do it."""
    value = 0.0
    for part in parts:
        value += part.value
    return ScoreExplanation(description, value, tuple(parts))
