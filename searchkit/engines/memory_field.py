"""One field of all articles of the memory engine: finds the spans of words, phrases and operators,
and scores them.

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
    lede_end,
    matches_surface_form,
    near_spans,
    not_near_spans,
    paragraph_starts,
    phrase_spans,
    quoted_words,
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
from searchkit.query.explain_score import WordFigures
from searchkit.schema import TEXT_FIELDS

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
        # The spans of each surface form, by the analyzer of the article too.
        self._forms: dict[tuple[Analyzer, str], SpansByArticle] = defaultdict(lambda: defaultdict(list))
        # Article id -> position -> number of its sentence or paragraph.
        self._units: dict[str, dict[str, dict[int, int]]] = {"sentence": {}, "paragraph": {}}
        # Passage -> article id -> the first and last positions of each.
        self._passages: dict[nodes.Passage, SpansByArticle] = {"lede": {}, "quote": defaultdict(list)}
        for article in articles:
            positions: list[int] = []
            starts: list[int] = []
            shift = 0  # the positions before this value
            article_analyzer = analyzer.for_language(article.language)
            for value in schema.values_of(article, field):
                words = tokenize(value, article_analyzer.language)
                starts += [len(positions) + index for index in sentence_starts(value, words, article_analyzer.language)]
                positions += [position + shift for position in words.positions]
                for first_word, last_word in quoted_words(value, words):
                    quoted = words.positions[first_word], words.positions[last_word]
                    self._passages["quote"][article.id].append(quoted)
                for form, first, last in words.form_spans():
                    # Divided words are found only in fields that keep surface forms.
                    if first == last or field.name in TEXT_FIELDS:
                        self._forms[article_analyzer, without_hyphen(form)][article.id].append((first + shift, last + shift))
                shift += (words.positions[-1] if words.forms else 0) + PARAGRAPH_GAP
            if positions:
                self.lengths[article.id] = len(positions)
                self._units["sentence"][article.id] = unit_numbers(positions, starts)
                self._units["paragraph"][article.id] = unit_numbers(positions, paragraph_starts(positions))
                self._passages["lede"][article.id] = [(0, lede_end(positions))]

    def forms(self) -> Iterable[str]:
        """All surface forms; one may come several times."""
        return (form for _, form in self._forms)

    def spans(self, node: nodes.SpanNode) -> SpansByArticle:
        """The spans of a node in this field."""
        match node:
            case nodes.Word() | nodes.Wildcard() | nodes.Fuzzy() | nodes.Regex():
                return self._postings(node)
            case nodes.Phrase():
                return self._phrase(node)
            case nodes.Or(children):
                parts = [self.spans(child) for child in children]
                return {
                    article_id: union_spans(part.get(article_id, ()) for part in parts)
                    for part in parts
                    for article_id in part
                }
            case nodes.Near(left, right, distance, ordered):
                pairs = self._spans_of_both(left, right)
                return _non_empty(
                    (article_id, near_spans(one, other, distance, ordered)) for article_id, one, other in pairs
                )
            case nodes.NotNear(left, right, distance):
                unwanted = self.spans(right)
                lefts = self.spans(left).items()
                return _non_empty(
                    (article_id, not_near_spans(spans, unwanted.get(article_id, []), distance))
                    for article_id, spans in lefts
                )
            case nodes.Inside():
                return self._inside(node)
            case nodes.Together(left, right, unit):
                numbers = self._units[unit]
                pairs = self._spans_of_both(left, right)
                return _non_empty(
                    (article_id, same_unit_spans(one, other, numbers[article_id].__getitem__))
                    for article_id, one, other in pairs
                )
            case _:
                nodes.assert_never_node(node)

    def _spans_of_both(self, left: nodes.SpanNode, right: nodes.SpanNode) -> Iterable[tuple[str, list[Span], list[Span]]]:
        others = self.spans(right)
        return (
            (article_id, spans, others[article_id]) for article_id, spans in self.spans(left).items() if article_id in others
        )

    def has_quotation(self, article_id: str) -> bool:
        """Whether an article has a quotation in this field."""
        return article_id in self._passages["quote"]

    def _inside(self, node: nodes.Inside) -> SpansByArticle:
        parts = [self.spans(child) for child in node.children]
        found: SpansByArticle = {}
        for article_id, passages in self._passages[node.passage].items():
            spans: list[Span] = []
            for begin, end in passages:
                within = [
                    [span for span in part.get(article_id, ()) if begin <= span[0] and span[1] <= end] for part in parts
                ]
                if all(within):
                    spans = union_spans([spans, *within])
            found[article_id] = spans
        return _non_empty(found.items())

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
        common = [article_id for article_id in words[0] if all(article_id in word for word in words)]
        found = ((article_id, phrase_spans([word[article_id] for word in words], steps, node.slop)) for article_id in common)
        return _non_empty(
            (article_id, sorted({(chain[0][0], chain[-1][1]) for chain in chains})) for article_id, chains in found
        )

    def _score_docs_with_span(self, node: nodes.SpanNode, weight: float) -> Scores:
        """The scores of a node in the articles in which it has a span. Others, which have only some
        of its words, may be there too."""
        match node:
            case nodes.Word() | nodes.Wildcard() | nodes.Fuzzy() | nodes.Regex():
                return self._bm25(self._postings(node), weight)
            case nodes.Phrase(items):
                return sum_scores(
                    self._score_docs_with_span(item, weight) for item in items if not isinstance(item, nodes.Gap)
                )
            case nodes.Or(children):
                return sum_scores(self.score(child, weight) for child in children)
            case nodes.NotNear(left, _, _):
                return self.score(left, weight)
            case nodes.Inside(_, children):
                return sum_scores(self.score(child, weight) for child in children)
            case nodes.Near(left, right) | nodes.Together(left, right):
                return sum_scores((self.score(left, weight), self.score(right, weight)))
            case _:
                nodes.assert_never_node(node)

    def score(self, node: nodes.SpanNode, weight: float) -> Scores:
        """The articles in which a node has a span in this field, with their scores. `weight`
        includes that of the field."""
        scores = self._score_docs_with_span(node, weight)
        return {article_id: scores[article_id] for article_id in self.spans(node)}

    def _postings(self, word: nodes.SingleWord) -> SpansByArticle:
        matches = self._make_form_test(word)
        found: SpansByArticle = defaultdict(list)
        for (analyzer, form), spans_of_form in self._forms.items():
            if matches(analyzer, form):
                for article_id, spans in spans_of_form.items():
                    found[article_id] += spans
        return {article_id: sorted(spans) for article_id, spans in found.items()}

    def _make_form_test(self, word: nodes.SingleWord) -> Callable[[Analyzer, str], object]:
        """A function that tests whether a word of a query matches a surface form; it also takes the
        analyzer of the article that has the form."""
        match word:
            case nodes.Wildcard(pattern):
                fullmatch = wildcard_regex(pattern).fullmatch
                return lambda analyzer, form: fullmatch(fold(form))
            case nodes.Regex(pattern):
                accepts = compile_pattern(pattern).fullmatch
                return lambda analyzer, form: accepts(fold(form))
            case nodes.Fuzzy(text, edits):
                return lambda analyzer, form: within_edits(fold(form), text, edits)
            case nodes.Word(text, _, True) if self.name in TEXT_FIELDS:
                return lambda analyzer, form: matches_surface_form(form, text)
            case nodes.Word(text) if self.name in TEXT_FIELDS:
                terms = self._analyzer.query_terms(text)
                return lambda analyzer, form: analyzer.term(form) in terms
            case nodes.Word(text):
                folded = fold(text)
                return lambda analyzer, form: fold(form) == folded
            case _:
                nodes.assert_never_node(word)

    def _bm25(self, postings: SpansByArticle, weight: float) -> Scores:
        """BM25 over the articles that have this field (see `scoring`)."""
        idf, average = self._idf(postings), self._average_length()
        return {
            article_id: weight * idf * len(spans) / (len(spans) + K1 * (1 - B + B * self.lengths[article_id] / average))
            for article_id, spans in postings.items()
        }

    def _average_length(self) -> float:
        return sum(self.lengths.values()) / len(self.lengths) if self.lengths else 1.0

    def _idf(self, postings: SpansByArticle) -> float:
        return math.log1p((len(self.lengths) - len(postings) + 0.5) / (len(postings) + 0.5))

    def figures(self, word: nodes.SingleWord, article_id: str) -> WordFigures:
        """What the score of a word in an article is made of."""
        postings = self._postings(word)
        return WordFigures(
            len(self.lengths),
            len(postings),
            self._idf(postings),
            len(postings.get(article_id, ())),
            self.lengths.get(article_id, 0),
            self._average_length(),
        )


def sum_scores(parts: Iterable[Scores]) -> Scores:
    """The scores of all articles in any of the parts, added up."""
    total: Scores = {}
    for part in parts:
        for article_id, score in part.items():
            total[article_id] = total.get(article_id, 0.0) + score
    return total


def _non_empty(found: Iterable[tuple[str, list[Span]]]) -> SpansByArticle:
    return {article_id: spans for article_id, spans in found if spans}
