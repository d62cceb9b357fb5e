"""A query's tree as Whoosh's own query, for its own searcher: what
`search(query, limit=None, terms=False)` finds with our weighting is the oracle. Where Whoosh means
something else than searchkit is listed here and nowhere else.

| Whoosh | reason | here |
|---|---|---|
| a search with a limit leaves right answers out | its pruning compares blocks with bounds of other matchers | `limit=None` |
| `terms=True` scores patterns and filters by their words | it needs the matchers of all words | `terms=False` |
| `AndNot(a, b)` also finds an article with b | the first with a, where b begins earlier, is not looked at | `And([a, Not(b)])` |
| `Not` finds the deleted article that follows the last one it excludes | `InverseMatcher` stops looking there | `Excluding`, beside what finds living ones only |
| `Not` scores 1, filters and `Every` score their boost | searchkit: only words in title and body score | `filtering`: next to nothing |
| 0 cannot be a score: an `Or` of three or more loses the article | `ArrayUnionMatcher` takes 0 for no match | 1e-300, which changes no sum |
| the slop of a phrase is for each step, from 1; ours for all steps together, from 0 | `SpanNear2` knows two neighbours only | two words: slop + 1; more: every way to spend it, as an `Or` |
| a phrase has no gaps | `"peace * talks"` is ours | a step of just two positions: `mindist=2, slop=2` |
| an `Or` of phrases or of `w/n` adds their scores up | each is a match of its own | the words score, the phrases only choose |
| a compound of one child forgets its boost | it returns the child's matcher | such are not made |
| `Every(field)` reads all words of a field | it has no column to ask | only for fields of few words |
| patterns and fuzzy words score as a word, as a sum of words, or 1 | it depends on how many words they mean | held against brute force (`plain`) |
| a swap of two letters is two edits | its automaton is Levenshtein's | held against brute force (`plain`) |
| no words as written, sentences, paragraphs | it keeps none of it | held against brute force (`plain`, `test_brute_force`) and the engine in memory |
| `w/n` in `w/n` has the spans of all pairs, ours those of the nearest ones; no `not w/n`, no `atleast` | its spans are others | held against the engine in memory |
| equal scores: by number | searchkit: newer first, then id | orders are checked by themselves |
| lengths are rounded up by its own codec | it keeps a byte | the twin's documents are compared, not its scores |

`test_deviations` shows those that would be faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from whoosh.matching.wrappers import InverseMatcher
from whoosh.query.compound import And as AllOf
from whoosh.query.compound import Or as AnyOf
from whoosh.query.positional import Phrase as InOrder
from whoosh.query.qcore import Every, Query
from whoosh.query.ranges import DateRange, NumericRange
from whoosh.query.spans import SpanNear2
from whoosh.query.terms import Term
from whoosh.query.wrappers import ConstantScoreQuery
from whoosh.query.wrappers import Not as Without

from searchkit.analysis import fold
from searchkit.bridge.weighting import NEGLIGIBLE_SCORE
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Gap,
    Length,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    Weighted,
    Word,
)
from searchkit.schema import FIELDS, TEXT_FIELDS
from tests.oracle.plain import ANALYZER


def in_whoosh(node: Node, boost: float = 1.0) -> Query:
    """Whoosh's query. Raises NotImplementedError for nodes that Whoosh has nothing for."""
    match node:
        case And(children):
            whole = [child for child in children if not isinstance(child, Not)]
            excluded = [Excluding(in_whoosh(child.child)) for child in children if isinstance(child, Not)]
            return AllOf([*map(in_whoosh, whole or [Everything()]), *excluded], boost=boost)
        case Or(children):
            return AnyOf([in_whoosh(child) for child in children], boost=boost)
        case Weighted(child, factor):
            return in_whoosh(child, boost * factor)
        case Not():
            return in_whoosh(And((node, Everything())))
        case Word(text, field, exact=False):
            return _in_any([Term(name, _term(name, text), boost=boost) for name in _names(field)])
        case Phrase(items):
            words = [item for item in items if isinstance(item, Word)]
            return _in_any([_phrase(name, node, boost) for name in _names(words[0].field)])
        case Near(left, right):
            sides = _words(left), _words(right)
            return _in_any([_near(name, node, sides, boost) for name in _names(sides[0][0].field)])
        case Value(text, field):
            return Term(FIELDS[field].attribute, text)
        case Present(field):
            return Every(FIELDS[field].attribute, boost=NEGLIGIBLE_SCORE)
        case Everything():
            return Every(boost=NEGLIGIBLE_SCORE)
        case Length(least, most):
            return filtering(NumericRange("words", least, most))
        case Dates(since, before):
            start, end = (None if moment is None else moment.replace(tzinfo=None) for moment in (since, before))
            return filtering(DateRange("date", start, end, endexcl=end is not None))
        case Undated():
            return in_whoosh(Not(Dates()))
        case _:
            raise NotImplementedError(f"Whoosh has nothing for {node}")


class Excluding(Without):
    """What a query does not find, next to nothing as its score; deleted articles too, for others to
    leave out."""

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        child = self.query.matcher(searcher, searcher.boolean_context())
        return InverseMatcher(child, searcher.reader().doc_count_all(), weight=NEGLIGIBLE_SCORE)


def filtering(query: Query) -> Query:
    """What a query finds, without its scores."""
    return ConstantScoreQuery(query, NEGLIGIBLE_SCORE)


def _names(field: str) -> list[str]:
    """Whoosh's fields in which a word is looked for."""
    if field and field not in TEXT_FIELDS:
        return [FIELDS[field].attribute]
    return [name for name in TEXT_FIELDS if field in ("", name)]


def _term(name: str, text: str) -> str:
    return ANALYZER.term(text) if name in TEXT_FIELDS else fold(text)


def _in_any(queries: list[Any]) -> Query:
    return queries[0] if len(queries) == 1 else AnyOf(queries)


def _phrase(name: str, node: Phrase, boost: float) -> Query:
    words: list[str] = []
    steps: list[int] = []
    step = 1
    for item in node.items:
        match item:
            case Word(text, exact=False):
                if words:
                    steps.append(step)
                words.append(_term(name, text))
                step = 1
            case Gap():
                step += 1
            case _:
                raise NotImplementedError(f"Whoosh has nothing for {item}")
    if node.slop == 0 and set(steps) == {1}:
        return InOrder(name, words, slop=1, boost=boost)
    if steps == [1]:
        return InOrder(name, words, slop=1 + node.slop, boost=boost)
    ways = [filtering(_stepping(name, words, way)) for way in _ways(steps, node.slop)]
    return AllOf([*(Term(name, word) for word in words), _in_any(ways)], boost=boost)


def _words(operand: Node) -> list[Word]:
    """The words of an operand: a word, or an OR of words."""
    words = [child for child in (operand.children if isinstance(operand, Or) else (operand,)) if isinstance(child, Word)]
    if not words or any(word.exact for word in words):
        raise NotImplementedError(f"Whoosh has nothing for {operand} as an operand")
    return words


def _near(name: str, node: Near, sides: tuple[list[Word], list[Word]], boost: float) -> Query:
    """Any word of one side near any of the other one; all words score."""
    left, right = ([Term(name, _term(name, word.text), boost=boost) for word in words] for words in sides)
    ways = [SpanNear2(pair, slop=node.distance, ordered=node.ordered) for pair in product(left, right)]
    return AllOf([_in_any(left), _in_any(right), _in_any([filtering(way) for way in ways])])


def _ways(steps: list[int], slop: int) -> Iterator[list[int]]:
    """All distances between neighbours that a slop allows."""
    for more in product(range(slop + 1), repeat=len(steps)):
        if sum(more) <= slop:
            yield [step + extra for step, extra in zip(steps, more, strict=True)]


def _stepping(name: str, words: list[str], distances: list[int]) -> Query:
    """Words at exactly these distances."""
    query: Query = Term(name, words[0])
    for word, distance in zip(words[1:], distances, strict=True):
        query = SpanNear2([query, Term(name, word)], slop=distance, mindist=distance)
    return query
