"""A field of all articles in dictionaries: spans of words, phrases and operators, and their scores.

The reference implementation of what other engines do over arrays: each word is matched with every
surface form, and `analysis.spans` finds the spans.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable

from searchkit import schema
from searchkit.analysis import (
    PARAGRAPH_GAP,
    Analyzer,
    Span,
    compile_pattern,
    fold,
    matches_surface_form,
    near_spans,
    not_near_spans,
    paragraph_starts,
    phrase_spans,
    same_unit_spans,
    sentence_starts,
    tokenize,
    union_spans,
    unit_numbers,
    wildcard_regex,
    within_edits,
    without_hyphen,
)
from searchkit.model import Article
from searchkit.query import nodes
from searchkit.schema import SEARCHED, TITLE_WEIGHT

K1, B = 1.2, 0.75  # as in `scoring`, which needs NumPy
SpansByArticle = dict[str, list[Span]]
"""From the id of each article that has any to its spans."""
Scores = dict[str, float]
"""From the id of each article that matches to its score."""


class MemoryField:
    """The words of a field in all articles, by their surface forms."""

    def __init__(self, field: schema.Field, articles: Iterable[Article], analyzer: Analyzer) -> None:
        self.name, self._analyzer = field.name, analyzer
        self.lengths: dict[str, int] = {}
        # By the analyzer of the article and by surface form.
        self._forms: dict[tuple[Analyzer, str], SpansByArticle] = defaultdict(lambda: defaultdict(list))
        # Article id -> position -> number of its sentence or paragraph.
        self._units: dict[str, dict[str, dict[int, int]]] = {"sentence": {}, "paragraph": {}}
        for article in articles:
            positions: list[int] = []
            starts: list[int] = []
            shift = 0
            article_analyzer = analyzer.for_language(article.language)
            for value in schema.values_of(article, field):
                words = tokenize(value, article_analyzer.language)
                starts += [len(positions) + index for index in sentence_starts(value, words, article_analyzer.language)]
                positions += [position + shift for position in words.positions]
                for form, first, last in words.form_spans():
                    # Divided words are found only in fields that keep surface forms.
                    if first == last or field.name in SEARCHED:
                        self._forms[article_analyzer, without_hyphen(form)][article.id].append((first + shift, last + shift))
                shift += (words.positions[-1] if words.forms else 0) + PARAGRAPH_GAP
            if positions:
                self.lengths[article.id] = len(positions)
                self._units["sentence"][article.id] = unit_numbers(positions, starts)
                self._units["paragraph"][article.id] = unit_numbers(positions, paragraph_starts(positions))

    def find(self, node: nodes.SpanNode, weight: float = 1.0) -> Scores:
        """The articles in which a node has a span in this field, with their scores."""
        factor = weight * {"title": TITLE_WEIGHT, "body": 1.0}.get(self.name, 0.0)
        scores = self._scores(node, factor)
        return {key: scores[key] for key in self.spans(node)}

    def spans(self, node: nodes.SpanNode) -> SpansByArticle:
        """The spans of a node in this field."""
        match node:
            case nodes.Word() | nodes.Wildcard() | nodes.Fuzzy() | nodes.Regex():
                return self._postings(node)
            case nodes.Phrase():
                return self._phrase(node)
            case nodes.Or(children):
                parts = [self.spans(child) for child in children]
                return {key: union_spans(part.get(key, ()) for part in parts) for part in parts for key in part}
            case nodes.Near(left, right, distance, ordered):
                pairs = self._sides(left, right)
                return _non_empty((key, near_spans(one, other, distance, ordered)) for key, one, other in pairs)
            case nodes.NotNear(left, right, distance):
                unwanted = self.spans(right)
                lefts = self.spans(left).items()
                return _non_empty((key, not_near_spans(spans, unwanted.get(key, []), distance)) for key, spans in lefts)
            case nodes.Together(left, right, unit):
                numbers = self._units[unit]
                pairs = self._sides(left, right)
                return _non_empty((key, same_unit_spans(one, other, numbers[key].__getitem__)) for key, one, other in pairs)
            case _:
                nodes.assert_never_node(node)

    def _sides(self, left: nodes.SpanNode, right: nodes.SpanNode) -> Iterable[tuple[str, list[Span], list[Span]]]:
        others = self.spans(right)
        return ((key, spans, others[key]) for key, spans in self.spans(left).items() if key in others)

    def _phrase(self, node: nodes.Phrase) -> SpansByArticle:
        words: list[SpansByArticle] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, nodes.Gap):
                step += 1
                continue
            if words:
                steps.append(step)
            words.append(self._postings(item))
            step = 1
        common = [key for key in words[0] if all(key in word for word in words)]
        found = ((key, phrase_spans([word[key] for word in words], steps, node.slop)) for key in common)
        return _non_empty((key, sorted({(chain[0][0], chain[-1][1]) for chain in chains})) for key, chains in found)

    def _scores(self, node: nodes.SpanNode, weight: float) -> Scores:
        """The scores of the words of a node in this field, at least in the articles in which it has
        a span."""
        match node:
            case nodes.Word() | nodes.Wildcard() | nodes.Fuzzy() | nodes.Regex():
                return self._bm25(self._postings(node), weight)
            case nodes.Phrase(items):
                return sum_scores(self._scores(item, weight) for item in items if not isinstance(item, nodes.Gap))
            case nodes.Or(children):
                return sum_scores(self._score_matching(child, weight) for child in children)
            case nodes.NotNear(left, _, _):
                return self._score_matching(left, weight)
            case nodes.Near(left, right) | nodes.Together(left, right):
                return sum_scores((self._score_matching(left, weight), self._score_matching(right, weight)))
            case _:
                nodes.assert_never_node(node)

    def _score_matching(self, node: nodes.SpanNode, weight: float) -> Scores:
        scores = self._scores(node, weight)
        return {key: scores[key] for key in self.spans(node)}

    def _postings(self, word: nodes.SingleWord) -> SpansByArticle:
        matches = self._matches(word)
        found: SpansByArticle = defaultdict(list)
        for (analyzer, form), postings in self._forms.items():
            if matches(analyzer, form):
                for key, positions in postings.items():
                    found[key] += positions
        return {key: sorted(positions) for key, positions in found.items()}

    def _matches(self, word: nodes.SingleWord) -> Callable[[Analyzer, str], object]:
        """From the analyzer of an article and a surface form in it to whether the form matches a
        word."""
        match word:
            case nodes.Wildcard(pattern):
                fullmatch = wildcard_regex(pattern).fullmatch
                return lambda analyzer, form: fullmatch(fold(form))
            case nodes.Regex(pattern):
                accepts = compile_pattern(pattern).fullmatch
                return lambda analyzer, form: accepts(fold(form))
            case nodes.Fuzzy(text, edits):
                return lambda analyzer, form: within_edits(fold(form), text, edits)
            case nodes.Word(text, _, True) if self.name in SEARCHED:
                return lambda analyzer, form: matches_surface_form(form, text)
            case nodes.Word(text) if self.name in SEARCHED:
                terms = self._analyzer.query_terms(text)
                return lambda analyzer, form: analyzer.term(form) in terms
            case nodes.Word(text):
                folded = fold(text)
                return lambda analyzer, form: fold(form) == folded
            case _:
                nodes.assert_never_node(word)

    def _bm25(self, postings: SpansByArticle, weight: float) -> Scores:
        """BM25 over the articles that have this field (see `scoring`)."""
        articles = len(self.lengths)
        average = sum(self.lengths.values()) / articles if articles else 1.0
        idf = math.log1p((articles - len(postings) + 0.5) / (len(postings) + 0.5))
        return {
            key: weight * idf * len(spans) / (len(spans) + K1 * (1 - B + B * self.lengths[key] / average))
            for key, spans in postings.items()
        }


def sum_scores(parts: Iterable[Scores]) -> Scores:
    """The scores of all articles in any of the parts, added up."""
    total: Scores = {}
    for part in parts:
        for key, score in part.items():
            total[key] = total.get(key, 0.0) + score
    return total


def _non_empty(found: Iterable[tuple[str, list[Span]]]) -> SpansByArticle:
    return {key: spans for key, spans in found if spans}
