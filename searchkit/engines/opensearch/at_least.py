"""Writes `atleast3( )`: how many spans an operand has in title and body together.

Intervals that follow each other are counted. A word and a divided word may begin at the same
position, and are two spans. Of many spans, few are looked for in the title; articles with more
there are verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from searchkit.engines.opensearch.candidate_spans import CandidateRules
from searchkit.engines.opensearch.pairs import NOTHING, Pair, any_query, exact
from searchkit.engines.opensearch.spans import WordRules, any_of, ordered, trim_gaps
from searchkit.engines.opensearch.words import Json, NoRule, base_path, single_words
from searchkit.query.nodes import Phrase, SingleWord, SpanNode

MAX_COUNTED = 50
"""Of more spans than these, some are taken for granted and verified."""
MAX_EXACT = 4
"""Up to this count, words and divided words that begin together are counted as two."""
MAX_SIZE = 300
"""The most rules of words in the rules of a count. A cluster takes 1,024 in a query."""


class SpanCounter:
    """Writes the queries for at least `count` spans of `child` in the fields of `words` (title and
    body, or another one)."""

    def __init__(self, count: int, child: SpanNode, words: Sequence[WordRules]) -> None:
        self._count, self._child, self._fields = count, child, words

    def pair(self, child: Pair, divided: Sequence[Json]) -> Pair:
        """`child` is the pair of the operand itself, `divided` are queries of texts in which a word
        of it is divided. Raises NoRule."""
        single = single_words(self._child)
        if single is not None:
            return self._words(single, child)
        bounds = [CandidateRules(words).operand(self._child) for words in self._fields]
        lower = self._total([any_of([i.rule for i in each.lower]) if each.lower else None for each in bounds])
        uppers = [each.unit_rule() for each in bounds]
        if isinstance(self._child, Phrase):
            first = trim_gaps(self._child)[0]
            assert isinstance(first, SingleWord)
            uppers = [words.plain([first]) for words in self._fields]
        upper = child.upper
        if all(rule is not None for rule in uppers):
            total = {"bool": {"filter": [self._total(uppers, is_upper=True), child.upper]}}
            upper = any_query([total, *_with(divided, child.upper)])
        if lower is not NOTHING and divided:
            lower = {"bool": {"filter": [lower], "must_not": list(divided)}}
        return Pair(upper, lower)

    def _words(self, single: list[SingleWord], child: Pair) -> Pair:
        """The pair of words: each position where one begins counts."""
        begins = [words.begins(single) for words in self._fields]
        if not self._fields[0].has_divided and self._count <= MAX_COUNTED:
            return exact(self._total(begins))
        doubles = [any_of([words.half(single, "<")], overlapping=words.plain(single)) for words in self._fields]
        if self._count <= MAX_EXACT:
            return exact(self._total(begins, doubles))
        found = self._total(begins, is_upper=True)
        queries = [_intervals(words, rule) for words, rule in zip(self._fields, doubles, strict=True)]
        return Pair(any_query([found, *_with(queries, child.upper)]), self._total(begins))

    def _total(
        self, rules: Sequence[Json | None], doubles: Sequence[Json | None] = (None, None), *, is_upper: bool = False
    ) -> Json:
        """The query of at least as many intervals in all fields together. Those of `doubles` count
        as two."""
        count = min(self._count, MAX_COUNTED)
        in_title = min(count, 4 if count <= 10 else 1) if len(rules) > 1 else 0
        if None in rules or (self._count > count and not is_upper):
            return NOTHING
        if sum(_count_words(rule) for rule in rules) * count * (in_title + 1) > MAX_SIZE:
            raise NoRule
        found = []
        for share in range(in_title + 1):
            shares = (share, count - share) if len(rules) > 1 else (count,)
            parts = [
                _intervals(words, any_of(list(_sequences(rule, double, number))))
                for words, rule, double, number in zip(self._fields, rules, doubles, shares, strict=False)
                if rule is not None and number
            ]
            found.append(parts[0] if len(parts) == 1 else {"bool": {"filter": parts}})
        title = rules[0]
        if is_upper and in_title < count and len(rules) > 1 and title is not None:
            found.append(_intervals(self._fields[0], ordered([title] * (in_title + 1), -1)))
        return any_query(found)


def _count_words(rule: Any) -> int:
    """How many rules of words are in a rule."""
    if isinstance(rule, list):
        return sum(map(_count_words, rule))
    if not isinstance(rule, dict):
        return 0
    return sum(1 if kind in ("match", "wildcard", "regexp") else _count_words(inner) for kind, inner in rule.items())


def _sequences(rule: Json, double: Json | None, count: int) -> Iterator[Json]:
    """The rules of so many intervals in a row, some of which count as two."""
    yield ordered([rule] * count, -1)
    if double is not None:
        for each in _with_twos(count):
            if 2 in each:
                yield ordered([double if number == 2 else rule for number in each], -1)


def _with_twos(count: int) -> Iterator[tuple[int, ...]]:
    """All rows of ones and twos of a sum."""
    if count <= 0:
        yield ()
    for number in (1, 2):
        if number <= count:
            yield from ((number, *rest) for rest in _with_twos(count - number))


def _intervals(words: WordRules, rule: Json) -> Json:
    return {"intervals": {base_path(words.field): rule}}


def _with(queries: Iterable[Json], other: Json) -> list[Json]:
    """What finds any of the queries, and the other one; nothing where there are none."""
    found = list(queries)
    return [{"bool": {"filter": [any_query(found), other]}}] if found else []
