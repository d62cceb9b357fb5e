"""Explains a query: how it was parsed, and how many articles each part of it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from searchkit.analysis import Analyzer, fold
from searchkit.query.nodes import And, Gap, Leaf, Node, Not, Or, Phrase, Weighted, Wildcard, Word, children_of
from searchkit.query.parse import Query
from searchkit.reports import Clause, Explanation
from searchkit.schema import FIELDS, Kind


def explain(query: Query, analyzer: Analyzer, count: Callable[[Node], int]) -> Explanation:
    """List the different parts of a query, each with the number of articles that it finds alone.

    Operators such as w/5 stand before their operands. A phrase that finds nothing is followed by
    its words.
    """
    clauses: list[Clause] = []
    seen: set[Node] = set()
    for part in _parts(query.root):
        if part in seen:
            continue
        seen.add(part)
        total = count(part)
        clauses.append(Clause(str(part), total, _terms(part, analyzer) if isinstance(part, Leaf) else ()))
        if isinstance(part, Phrase) and not total:
            for item in part.items:
                if not isinstance(item, Gap):
                    word: Word | Wildcard = (
                        Word(item.text, part.field, item.exact)
                        if isinstance(item, Word)
                        else Wildcard(item.pattern, part.field)
                    )
                    if word not in seen:
                        seen.add(word)
                        clauses.append(Clause(str(word), count(word), _terms(word, analyzer)))
    return Explanation(query.text, str(query), query.left_out, count(query.root), tuple(clauses), query.notes, query.saved)


def _parts(node: Node) -> Iterator[Node]:
    """The parts that are counted, from left to right: all but AND, OR, NOT and weights. Operators
    such as w/5 come before their operands."""
    if not isinstance(node, And | Or | Not | Weighted):
        yield node
    for child in children_of(node):
        yield from _parts(child)


def _terms(leaf: Leaf, analyzer: Analyzer) -> tuple[str, ...]:
    words = leaf.items if isinstance(leaf, Phrase) else (leaf,)
    field = leaf.field if isinstance(leaf, Phrase | Word) else ""
    stemmed = not field or FIELDS[field].kind is Kind.TEXT
    return tuple(
        term
        for word in words
        if isinstance(word, Word) and not word.exact
        for term in (sorted(analyzer.query_terms(word.text)) if stemmed else (fold(word.text),))
    )
