"""Finds the spans of a node in one article that was read from a cluster.

Reference implementation: `engines.memory_field`, for the words that a query names.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from searchkit import schema
from searchkit.analysis import (
    PARAGRAPH_GAP,
    Analyzer,
    Span,
    Tokens,
    lede_end,
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
    without_hyphen,
)
from searchkit.model import Article
from searchkit.query.nodes import (
    Fuzzy,
    Gap,
    Inside,
    Near,
    NotNear,
    Or,
    Passage,
    Phrase,
    Regex,
    SingleWord,
    SpanNode,
    Together,
    Unit,
    Wildcard,
    Word,
    assert_never_node,
)
from searchkit.results.analyzed_text import WordFinder
from searchkit.schema import FIELDS, TEXT_FIELDS


class WordTests(dict[str, tuple[SingleWord, ...]]):
    """From each surface form to those of some words that match it; tested once for each form."""

    def __init__(self, words: Iterable[SingleWord], analyzer: Analyzer, *, stemmed: bool) -> None:
        super().__init__()
        self._words, self._analyzer, self._stemmed = tuple(words), analyzer, stemmed

    def __missing__(self, form: str) -> tuple[SingleWord, ...]:
        finder = WordFinder((form,), self._analyzer, stemmed=self._stemmed)
        found = self[form] = tuple([word for word in self._words if finder.find(word)])
        return found


class ArticleSpans:
    """The spans of nodes in one field of an article. `tests` are those of all words of the nodes,
    `analyzer` is that of the article's language."""

    def __init__(self, article: Article, field: str, tests: WordTests, analyzer: Analyzer) -> None:
        self._language = analyzer.language
        self._values = [(value, tokenize(value, self._language)) for value in schema.values_of(article, FIELDS[field])]
        self._shifts: list[int] = []
        self._words: dict[SingleWord, list[Span]] = {}
        shift = 0
        for _, tokens in self._values:
            self._shifts.append(shift)
            self._add(tokens, shift, tests, with_divided=field in TEXT_FIELDS)
            shift += (tokens.positions[-1] if tokens.forms else 0) + PARAGRAPH_GAP

    def find(self, node: SpanNode) -> list[Span]:
        """The spans of a node, sorted and unique."""
        match node:
            case Word() | Wildcard() | Fuzzy() | Regex():
                return self._words.get(node, [])
            case Phrase():
                return self._phrase(node)
            case Or(children):
                return union_spans(self.find(child) for child in children)
            case Near(left, right, distance, is_ordered):
                return near_spans(self.find(left), self.find(right), distance, is_ordered)
            case NotNear(left, right, distance):
                return not_near_spans(self.find(left), self.find(right), distance)
            case Together(left, right, unit):
                one, other = self.find(left), self.find(right)
                return same_unit_spans(one, other, self._units(unit).__getitem__) if one and other else []
            case Inside(passage, children):
                return self._inside(passage, [self.find(child) for child in children])
            case _:
                assert_never_node(node)

    def _add(self, tokens: Tokens, shift: int, tests: WordTests, *, with_divided: bool) -> None:
        for form, first, last in tokens.form_spans() if tokens.divided else _spans_of(tokens):
            if first == last or with_divided:
                for word in tests[without_hyphen(form)]:
                    self._words.setdefault(word, []).append((first + shift, last + shift))

    def _phrase(self, node: Phrase) -> list[Span]:
        words: list[list[Span]] = []
        steps: list[int] = []
        step = 1
        for item in node.items:
            if isinstance(item, Gap):
                step += 1
                continue
            if words:
                steps.append(step)
            words.append(self.find(item))
            step = 1
        return sorted({(chain[0][0], chain[-1][1]) for chain in phrase_spans(words, steps, node.slop)})

    def _inside(self, passage: Passage, parts: list[list[Span]]) -> list[Span]:
        found: list[Span] = []
        for begin, end in self._passages(passage) if all(parts) else ():
            within = [[span for span in part if begin <= span[0] and span[1] <= end] for part in parts]
            if all(within):
                found = union_spans([found, *within])
        return found

    def _passages(self, passage: Passage) -> list[Span]:
        if passage == "lede":
            return [(0, lede_end(self._positions))]
        return [
            (tokens.positions[first] + shift, tokens.positions[last] + shift)
            for (value, tokens), shift in zip(self._values, self._shifts, strict=True)
            for first, last in quoted_words(value, tokens)
        ]

    def _units(self, unit: Unit) -> dict[int, int]:
        return self._sentences if unit == "sentence" else self._paragraphs

    @cached_property
    def _positions(self) -> list[int]:
        pairs = zip(self._values, self._shifts, strict=True)
        return [position + shift for (_, tokens), shift in pairs for position in tokens.positions]

    @cached_property
    def _sentences(self) -> dict[int, int]:
        starts: list[int] = []
        before = 0
        for value, tokens in self._values:
            starts += [before + index for index in sentence_starts(value, tokens, self._language)]
            before += len(tokens)
        return unit_numbers(self._positions, starts)

    @cached_property
    def _paragraphs(self) -> dict[int, int]:
        return unit_numbers(self._positions, paragraph_starts(self._positions))


def _spans_of(tokens: Tokens) -> Iterable[tuple[str, int, int]]:
    """`tokens.form_spans()` of a text without divided words."""
    return zip(tokens.forms, tokens.positions, tokens.positions, strict=True)
