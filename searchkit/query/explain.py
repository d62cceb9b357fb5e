"""How was a query read, and what does each part of it find?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from searchkit.analysis import Analyzer, fold
from searchkit.query.nodes import (
    And,
    AtLeast,
    Gap,
    Leaf,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Together,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.query.parse import Query
from searchkit.reports import Clause, Explanation
from searchkit.schema import FIELDS, Kind


def explain(query: Query, analyzer: Analyzer, count: Callable[[Node], int]) -> Explanation:
    """Take a query apart: each different leaf, with the articles that it finds by itself as `count` says.

    Operators such as w/5 stand before their operands. A phrase that finds nothing is followed by its words.
    """
    clauses: list[Clause] = []
    seen: set[Node] = set()
    for leaf in _parts(query.root):
        if leaf in seen:
            continue
        seen.add(leaf)
        total = count(leaf)
        if isinstance(leaf, Near | NotNear | Together | AtLeast):
            clauses.append(Clause(str(leaf), total))
            continue
        clauses.append(Clause(str(leaf), total, _terms(leaf, analyzer)))
        if isinstance(leaf, Phrase) and not total:
            for item in leaf.items:
                if not isinstance(item, Gap):
                    word: Word | Wildcard = (
                        Word(item.text, leaf.field, item.exact)
                        if isinstance(item, Word)
                        else Wildcard(item.pattern, leaf.field)
                    )
                    if word not in seen:
                        seen.add(word)
                        clauses.append(Clause(str(word), count(word), _terms(word, analyzer)))
    return Explanation(query.text, str(query), query.left_out, count(query.root), tuple(clauses))


def _parts(node: Node) -> Iterator[Leaf | Near | NotNear | Together | AtLeast]:
    """What is counted, from left to right: leaves, and operators such as w/5 before their operands."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _parts(child)
        case Not(child) | Weighted(child):
            yield from _parts(child)
        case AtLeast(_, child):
            yield node
            yield from _parts(child)
        case Near(left, right) | NotNear(left, right) | Together(left, right):
            yield node
            yield from _parts(left)
            yield from _parts(right)
        case _:
            yield node


def _terms(leaf: Leaf, analyzer: Analyzer) -> tuple[str, ...]:
    words = leaf.items if isinstance(leaf, Phrase) else (leaf,)
    field = leaf.field if isinstance(leaf, Phrase | Word) else ""
    stemmed = not field or FIELDS[field].kind is Kind.TEXT
    return tuple(
        analyzer.term(word.text) if stemmed else fold(word.text)
        for word in words
        if isinstance(word, Word) and not word.exact
    )
