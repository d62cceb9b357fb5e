"""Writes operators over spans as rules of intervals that find exactly the articles that match.

Intervals of a cluster are minimal: of two that lie in each other, it finds the inner one. So there
are rules for the positions that an operator needs of its operands: where their spans end (`ends`),
where they begin (`begins`), or both (`wholes`). Divided words are among them, so each of these is a
list of rules, all of whose intervals count.

Where there are no such rules, Inexact is raised. `candidate_spans` makes rules for a superset and
for a subset then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice, product

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.layers import ANY_WORD
from searchkit.engines.opensearch.words import Half, Json, Tokens, find_tokens, single_words, token_rule
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
from searchkit.query.operands import MAX_DISTANCE
from searchkit.schema import TEXT_FIELDS

MAX_RULES = 16
"""The most rules that a node becomes. Each is read apart."""


_NEVER: Json = {"match": {"query": "|"}}
"""A rule that has no intervals."""


class Inexact(Exception):
    """No rules of intervals find exactly what a node matches."""


def ordered(rules: Sequence[Json], max_gaps: int) -> Json:
    """Intervals of the rules one after the other, with at most so many positions among them."""
    if len(rules) == 1:
        return rules[0]
    return {"all_of": {"mode": "ordered", "max_gaps": max_gaps, "intervals": _distinct(rules)}}


def any_of(rules: Sequence[Json], **limits: Json) -> Json:
    """Intervals of any rule. `limits` is a filter of them, by its name."""
    if not limits and len(rules) == 1:
        return rules[0]
    return {"any_of": {"intervals": list(rules), **({"filter": limits} if limits else {})}}


def _distinct(rules: Sequence[Json]) -> list[Json]:
    """The rules, of which no two that follow each other are equal. Lucene reads such as one that is
    repeated, whose intervals may overlap and whose gaps do not count."""
    found: list[Json] = []
    for rule in rules:
        is_same = bool(found) and found[-1] == rule
        found.append({"any_of": {"intervals": [rule, _NEVER]}} if is_same else rule)
    return found


class WordRules:
    """The rules of words in one field."""

    def __init__(self, field: str, analyzer: Analyzer) -> None:
        self.field, self.has_divided = field, field in TEXT_FIELDS
        self._analyzer = analyzer

    def plain(self, words: Iterable[SingleWord]) -> Json:
        """The words, without divided ones."""
        return any_of([token_rule(tokens, self.field) for tokens in self._tokens(words)])

    def half(self, words: Iterable[SingleWord], half: Half) -> Json:
        """The first or second halves of the words where they are divided."""
        return any_of([token_rule(tokens.half(half), self.field) for tokens in self._tokens(words)])

    def begins(self, words: Sequence[SingleWord]) -> Json:
        """Where the words begin."""
        return self._with_half(words, "<")

    def ends(self, words: Sequence[SingleWord]) -> Json:
        """Where the words end."""
        return self._with_half(words, ">")

    def wholes(self, words: Sequence[SingleWord]) -> list[Json]:
        """The words: those that are not divided, and those that are."""
        plain = self.plain(words)
        return [plain, self.divided(self.half(words, "<"), words)] if self.has_divided else [plain]

    def divided(self, first: Json, words: Sequence[SingleWord]) -> Json:
        """Divided words from their first halves on."""
        return ordered([first, self.half(words, ">")], 0)

    def code(self, code: str) -> Json:
        """The positions that have a code."""
        return {"match": {"query": code, "use_field": f"{self.field}.structure"}}

    def units(self, unit: Unit) -> Json:
        """The sentences or paragraphs of two words or more."""
        first, last = self.code(f"{unit[0]}("), self.code(f"{unit[0]})")
        return ordered([any_of([first], not_overlapping=last), last], -1)

    def passages(self, passage: Passage) -> Json:
        """The passages of a kind, from their first to their last words."""
        letter = passage[0]
        return any_of([ordered([self.code(f"{letter}("), self.code(f"{letter})")], -1), self.code(f"{letter}=")])

    def _with_half(self, words: Sequence[SingleWord], half: Half) -> Json:
        tokens = list(self._tokens(words))
        if self.has_divided:
            tokens += [each.half(half) for each in tokens]
        return any_of([token_rule(each, self.field) for each in tokens])

    def _tokens(self, words: Iterable[SingleWord]) -> Iterable[Tokens]:
        return (tokens for word in words for tokens in find_tokens(word, self.field, self._analyzer))


class ExactRules:
    """Makes the rules of nodes in one field. Every method raises Inexact, and NoRule."""

    def __init__(self, words: WordRules) -> None:
        self._words = words

    def matches(self, node: SpanNode) -> list[Json]:
        """Rules one of which has an interval exactly where the node has a span in an article."""
        words = single_words(node)
        if words is not None:
            return [self._words.begins(words)]
        match node:
            case Phrase():
                return self._phrase(node, begins=False, ends=False)
            case Or(children):
                return _limit(rule for child in children for rule in self.matches(child))
            case Near(left, right, distance, is_ordered):
                rules = _pairs(self._ends(left), self._begins(right), distance)
                return rules if is_ordered else _limit(rules + _pairs(self._ends(right), self._begins(left), distance))
            case Together(left, right, unit):
                return [together(self._wholes(left), self._wholes(right), self._words.units(unit))]
            case Inside(passage, children):
                return [inside(self._words.passages(passage), [self._wholes(child) for child in children])]
            case NotNear() | Word() | Wildcard() | Fuzzy() | Regex():
                raise Inexact
            case _:
                assert_never_node(node)

    def _ends(self, node: SpanNode) -> list[Json]:
        """Rules whose intervals end where the spans of a node end."""
        words = single_words(node)
        if words is not None:
            return [self._words.ends(words)]
        if isinstance(node, Phrase):
            return self._phrase(node, begins=False, ends=True)
        if isinstance(node, Or):
            return self._union(node.children, self._ends)
        if isinstance(node, Inside):
            return self._words_inside(node)
        raise Inexact

    def _begins(self, node: SpanNode) -> list[Json]:
        """Rules whose intervals begin where the spans of a node begin."""
        words = single_words(node)
        if words is not None:
            return [self._words.begins(words)]
        if isinstance(node, Phrase) and not node.slop:
            return self._phrase(node, begins=True, ends=False)
        if isinstance(node, Or):
            return self._union(node.children, self._begins)
        if isinstance(node, Inside):
            return self._words_inside(node)
        raise Inexact

    def _wholes(self, node: SpanNode) -> list[Json]:
        """Rules whose intervals are all spans of a node in which no other one lies, at least."""
        words = single_words(node)
        if words is not None:
            return self._words.wholes(words)
        if isinstance(node, Phrase):
            return self._phrase(node, begins=True, ends=True)
        if isinstance(node, Or):
            return self._union(node.children, self._wholes)
        if isinstance(node, Near) and single_words(node.left) and single_words(node.right):
            one, other = self._wholes(node.left), self._wholes(node.right)
            rules = _pairs(one, other, node.distance)
            return rules if node.ordered else _limit(rules + _pairs(other, one, node.distance))
        if isinstance(node, Inside):
            return self._words_inside(node)
        raise Inexact

    def _words_inside(self, node: Inside) -> list[Json]:
        """Rules whose intervals are the words inside passages."""
        words = single_words(node.children[0])
        if words is None or len(node.children) > 1:
            raise Inexact
        return [inside(self._words.passages(node.passage), [[rule]]) for rule in self._words.wholes(words)]

    def _union(self, children: Iterable[SpanNode], rules_of: Callable[[SpanNode], list[Json]]) -> list[Json]:
        """The rules of the children, those of all single words as one."""
        words: list[SingleWord] = []
        rest: list[SpanNode] = []
        for child in children:
            found = single_words(child)
            if found is None:
                rest.append(child)
            else:
                words += found
        as_one = [Or[SpanNode](tuple(words))] if words else []
        return _limit(rule for child in (*as_one, *rest) for rule in rules_of(child))

    def _phrase(self, node: Phrase, *, begins: bool, ends: bool) -> list[Json]:
        """Rules of a phrase, of which each takes some of its words as divided ones.

        Where the phrase of one first word can end at several positions, only the nearest counts.
        The rules of two words see to that.
        """
        items, words = trim_gaps(node), self._words
        gaps = sum(isinstance(item, Gap) for item in items)
        if may_cross_paragraphs(node):
            raise Inexact
        if ends and not begins and words.has_divided and (node.slop or len(items) - gaps > 2):
            raise Inexact
        ways: list[list[Json]] = []
        for number, item in enumerate(items):
            if isinstance(item, Gap):
                ways.append([words.code(ANY_WORD)])
            elif number == 0 and not begins:
                ways.append([words.ends([item])])
            elif number < len(items) - 1 or (begins and ends):
                ways.append(words.wholes([item]))
            elif not ends:
                ways.append([words.begins([item])])
            elif words.has_divided:
                plain = words.plain([item])
                first = any_of([words.half([item], "<")], not_overlapping=plain)
                ways.append([plain, words.divided(first, [item])])
            else:
                ways.append([words.plain([item])])
        return _limit(ordered(rules, node.slop) for rules in product(*ways))


def trim_gaps(node: Phrase) -> list[Word | Wildcard | Gap]:
    """The items of a phrase from its first word to its last."""
    items = list(node.items)
    while isinstance(items[0], Gap):
        items.pop(0)
    while isinstance(items[-1], Gap):
        items.pop()
    return items


def may_cross_paragraphs(node: Phrase) -> bool:
    """Whether the gaps of a phrase may stand for the positions between two paragraphs, where no
    word stands."""
    gaps = sum(isinstance(item, Gap) for item in node.items)
    return gaps > 0 and node.slop + gaps > MAX_DISTANCE


def together(one: Sequence[Json], other: Sequence[Json], units: Json) -> Json:
    """Intervals of both, in either order, inside a unit."""
    rules = _distinct([any_of(one), any_of(other)])
    return {"all_of": {"mode": "unordered_no_overlap", "intervals": rules, "filter": {"contained_by": units}}}


def inside(passages: Json, parts: Sequence[Sequence[Json]]) -> Json:
    """Intervals of the only part inside passages, or the passages that hold all parts."""
    if len(parts) == 1:
        return any_of(parts[0], contained_by=passages)
    for part in parts:
        passages = any_of([passages], containing=any_of(part))
    return passages


def _pairs(lefts: Iterable[Json], rights: Sequence[Json], distance: int) -> list[Json]:
    return _limit(ordered((left, right), distance - 1) for left in lefts for right in rights)


def _limit(rules: Iterable[Json]) -> list[Json]:
    found = list(islice(rules, MAX_RULES + 1))  # a long phrase has millions
    if len(found) > MAX_RULES:
        raise Inexact
    return found
