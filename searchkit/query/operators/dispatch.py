"""Makes the operator of a node. Only here does a tree of nodes become a tree of operators.

A kind of node that is missing here is an error of the type checker, and a TypeError at run time.
"""

from __future__ import annotations

from searchkit.query.nodes import (
    And,
    AtLeast,
    Filter,
    Inside,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Positional,
    SingleWord,
    SpanNode,
    Together,
    Weighted,
    assert_never_node,
)
from searchkit.query.operators.at_least import AtLeastOperator
from searchkit.query.operators.base import Operator, SpanOperator
from searchkit.query.operators.boolean import AndOperator, NotOperator, OrOperator, SpanOrOperator, WeightedOperator
from searchkit.query.operators.filters import FilterOperator
from searchkit.query.operators.inside import InsideOperator
from searchkit.query.operators.phrase import PhraseOperator
from searchkit.query.operators.proximity import NearOperator, NotNearOperator, TogetherOperator
from searchkit.query.operators.words import WordOperator


def make_operator(node: Node) -> Operator:
    """The operator of any node."""
    if isinstance(node, SingleWord | Phrase | Positional):
        return make_span_operator(node)
    if isinstance(node, Filter):
        return FilterOperator(node)
    match node:
        case And(children):
            return AndOperator([make_operator(child) for child in children])
        case Or(children):
            return OrOperator([make_operator(child) for child in children])
        case Not(child):
            return NotOperator(make_operator(child))
        case Weighted(child, factor):
            return WeightedOperator(make_operator(child), factor)
        case AtLeast(count, operand):
            return AtLeastOperator(count, make_span_operator(operand))
        case _:
            assert_never_node(node)


def make_span_operator(node: SpanNode) -> SpanOperator:
    """The operator of a node with spans."""
    if isinstance(node, SingleWord):
        return WordOperator(node)
    match node:
        case Phrase():
            return PhraseOperator(node)
        case Near(left, right, distance, ordered):
            return NearOperator(make_span_operator(left), make_span_operator(right), distance, ordered=ordered)
        case NotNear(left, right, distance):
            return NotNearOperator(make_span_operator(left), make_span_operator(right), distance)
        case Together(left, right, unit):
            return TogetherOperator(make_span_operator(left), make_span_operator(right), unit)
        case Inside(passage, children):
            return InsideOperator(passage, [make_span_operator(child) for child in children])
        case Or(children):
            return SpanOrOperator([make_span_operator(child) for child in children])
        case _:
            assert_never_node(node)
