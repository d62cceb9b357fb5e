"""Writes operators over spans as rules of intervals that find a superset of what matches, and a
subset, for texts in which no word of the operators is divided.

Of the spans that an operator has, a cluster finds only those in which no other one lies. What it
misses reaches further, so that a distance to it may look larger than it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit.engines.opensearch.layers import ANY_WORD
from searchkit.engines.opensearch.spans import (
    MAX_RULES,
    WordRules,
    any_of,
    inside,
    may_cross_paragraphs,
    ordered,
    together,
    trim_gaps,
)
from searchkit.engines.opensearch.words import Json, NoRule, single_words
from searchkit.frozen import frozen
from searchkit.query.nodes import (
    Fuzzy,
    Gap,
    Inside,
    Near,
    NotNear,
    Or,
    Phrase,
    Regex,
    SpanNode,
    Together,
    Wildcard,
    Word,
    assert_never_node,
)

MAX_SIZE = 200
"""The most rules of words in the rules of a node. With each operator inside another one, they
double. A cluster takes 1,024 in a query."""
_UNLIMITED = 10**6
"""A width that is larger than that of any text."""


@frozen
class Interval:
    """A rule, and the widths of what it stands for: the least of its intervals, and the largest of
    the spans in which these lie. `size` is how many rules of words are in it."""

    rule: Json
    least: int
    most: int
    size: int

    @property
    def slack(self) -> int:
        """How much further than its interval a span may reach."""
        return self.most - self.least


@frozen
class Bounds:
    """In every span of a node lies an interval of `upper`, and every interval of `lower` is a span
    of it."""

    upper: tuple[Interval, ...]
    lower: tuple[Interval, ...]

    def unit_rule(self) -> Json | None:
        """The rule of all spans if these are single positions."""
        is_unit = self.upper == self.lower and all(interval.most == 1 for interval in self.upper)
        return any_of([interval.rule for interval in self.upper]) if is_unit else None

    @property
    def are_whole(self) -> bool:
        """Whether the intervals are all spans of the node, and none lies inside another with
        positions to spare on both sides."""
        widths = [interval.most for interval in self.upper]
        return self.upper == self.lower and not any(i.slack for i in self.upper) and max(widths) - min(widths) < 2


class CandidateRules:
    """Makes the rules of nodes in one field. Raises NoRule."""

    def __init__(self, words: WordRules) -> None:
        self._words = words

    def matches(self, node: SpanNode) -> tuple[list[Json], list[Json]]:
        """Rules one of which has an interval where the node has a span in an article, and rules
        that have one only there."""
        bounds = self._bounds(node, is_operand=False)
        return [interval.rule for interval in bounds.upper], [interval.rule for interval in bounds.lower]

    def operand(self, node: SpanNode) -> Bounds:
        """The rules of a node whose spans count, not only whether there is one."""
        return self._bounds(node, is_operand=True)

    def _bounds(self, node: SpanNode, *, is_operand: bool) -> Bounds:
        found = self._bounds_of_any_size(node, is_operand=is_operand)
        if sum(interval.size for interval in found.upper) > MAX_SIZE:
            raise NoRule(str(node))
        return found

    def _bounds_of_any_size(self, node: SpanNode, *, is_operand: bool) -> Bounds:
        words = single_words(node)
        if words is not None:
            return _same(Interval(self._words.plain(words), 1, 1, len(words)))
        match node:
            case Phrase():
                return _same(self._phrase(node))
            case Or(children):
                parts = [self._bounds(child, is_operand=is_operand) for child in children]
                return Bounds(
                    _limit(interval for part in parts for interval in part.upper),
                    _limit(interval for part in parts for interval in part.lower),
                )
            case Near(left, right, distance, is_ordered):
                one, other = self._operands(left, right)
                upper = list(_pairs(one.upper, other.upper, distance, with_slack=True))
                lower = list(_pairs(one.lower, other.lower, distance, with_slack=False))
                if not is_ordered:
                    upper += _pairs(other.upper, one.upper, distance, with_slack=True)
                    lower += _pairs(other.lower, one.lower, distance, with_slack=False)
                return Bounds(_limit(upper), _limit(lower) if other.are_whole or not is_operand else ())
            case Together(left, right, unit):
                one, other = self._operands(left, right)
                units = self._words.units(unit)
                return Bounds(
                    _together(one.upper, other.upper, units),
                    _together(one.lower, other.lower, units) if other.are_whole or not is_operand else (),
                )
            case Inside(passage, children):
                found = [self.operand(child) for child in children]
                passages = self._words.passages(passage)
                return Bounds(
                    _limit(_inside(passages, [part.upper for part in found])),
                    _limit(_inside(passages, [part.lower for part in found])),
                )
            case NotNear(left, _, _):
                return Bounds(self.operand(left).upper, ())
            case Word() | Wildcard() | Fuzzy() | Regex():  # pragma: no cover  (is among the single words)
                raise AssertionError(node)
            case _:
                assert_never_node(node)

    def _operands(self, left: SpanNode, right: SpanNode) -> tuple[Bounds, Bounds]:
        return self.operand(left), self.operand(right)

    def _phrase(self, node: Phrase) -> Interval:
        items, words = trim_gaps(node), self._words
        if may_cross_paragraphs(node):
            raise NoRule(str(node))
        rules = [words.code(ANY_WORD) if isinstance(item, Gap) else words.plain([item]) for item in items]
        return Interval(ordered(rules, node.slop), len(rules), len(rules) + node.slop, len(rules))


def _same(interval: Interval) -> Bounds:
    return Bounds((interval,), (interval,))


def _limit(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The intervals, as one where there are many."""
    found = tuple(intervals)
    return found if len(found) <= MAX_RULES else (_join(found),)


def _join(found: Sequence[Interval]) -> Interval:
    rule = any_of([interval.rule for interval in found])
    least, most = min(interval.least for interval in found), max(interval.most for interval in found)
    return Interval(rule, least, most, sum(interval.size for interval in found))


def _pairs(lefts: Iterable[Interval], rights: Sequence[Interval], distance: int, *, with_slack: bool) -> Iterable[Interval]:
    for left in lefts:
        for right in rights:
            gaps = distance - 1 + (left.slack + right.slack if with_slack else 0)
            rule = ordered((left.rule, right.rule), min(gaps, _UNLIMITED))
            most = min(left.most + right.most + distance - 1, _UNLIMITED)
            yield Interval(rule, left.least + right.least, most, left.size + right.size)


def _together(one: Sequence[Interval], other: Sequence[Interval], units: Json) -> tuple[Interval, ...]:
    if not one or not other:
        return ()
    left, right = _join(one), _join(other)
    rule = together([left.rule], [right.rule], units)
    return (Interval(rule, left.least + right.least, _UNLIMITED, 2 * (left.size + right.size)),)


def _inside(passages: Json, parts: Sequence[Sequence[Interval]]) -> Iterable[Interval]:
    """The intervals of each part, in a passage that holds some of all others."""
    rules = [[interval.rule for interval in part] for part in parts]
    if not all(rules):
        return
    for number, part in enumerate(parts):
        others = [any_of(rule) for other, rule in enumerate(rules) if other != number]
        within = passages
        for other in others:
            within = any_of([within], containing=other)
        for interval in part:
            size = sum(each.size for other in parts if other is not part for each in other)
            yield Interval(inside(within, [[interval.rule]]), interval.least, interval.most, interval.size + size)
