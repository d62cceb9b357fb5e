"""Operands of operators over spans, such as `w/5`, `/s` and `atleast3( )`: nodes with spans, all in
one field."""

from __future__ import annotations

from typing import Literal, assert_never

from searchkit.frozen import frozen
from searchkit.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Positional,
    Present,
    SingleWord,
    SpanNode,
    Together,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    assert_never_node,
    children_of,
    leaves,
)

MAX_DISTANCE = 99
"""The greatest n of `w/n`. Paragraphs are further apart than this."""

OperatorName = Literal["near", "ordered", "not near", "sentence", "paragraph"]


@frozen
class ProximityOperator:
    """An operator between two operands with spans: its name, its distance (0 if it has none), how
    it was typed and in which column."""

    name: OperatorName
    distance: int
    typed: str
    column: int

    def make_node(self, left: SpanNode, right: SpanNode) -> Positional:
        """The node of the operator with its operands."""
        match self.name:
            case "near" | "ordered":
                return Near(left, right, self.distance, self.name == "ordered")
            case "not near":
                return NotNear(left, right, self.distance)
            case "sentence" | "paragraph":
                return Together(left, right, self.name)
            case _:
                assert_never(self.name)


class OperandError(ValueError):
    """A node cannot be an operand of an operator over spans. `hint` says what to write instead."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def as_operand(node: Node, operator: str) -> SpanNode:
    """A node as an operand of an operator over spans. Raises OperandError for one without spans."""
    if isinstance(node, SingleWord | Phrase | Positional):
        return node
    match node:
        case Or(children):
            return Or(tuple([as_operand(child, operator) for child in children]))
        case And():
            hint = 'quotes make a phrase of them: "peace talks"; or write OR between them'
            raise OperandError(f"words side by side (AND) cannot stand inside {operator}", hint)
        case Not():
            raise OperandError(f"NOT cannot stand inside {operator}", "a not w/5 b finds a with no b near it")
        case Weighted():
            raise OperandError(f"a weight cannot stand inside {operator}", "weigh the whole: (peace w/5 talks)^2")
        case AtLeast():
            raise OperandError(f"{node} cannot stand inside {operator}", "join it with AND")
        case Everything():
            raise OperandError(f"* cannot stand inside {operator}", "")
        case Dates() | Undated() | Length() | Present():
            raise OperandError(f"{node} cannot stand inside {operator}: it has no words", "join it with AND")
        case Value() | ValuePattern():
            message = f"{node.field}: cannot stand inside {operator}: it is matched as a whole"
            raise OperandError(message, "join it with AND")
        case _:
            assert_never_node(node)


def leaf_fields(*nodes: SpanNode) -> list[str]:
    """The fields of the leaves of some operands, each once; "" stands for no field."""
    found = (leaf.field for node in nodes for leaf in leaves(node) if isinstance(leaf, SingleWord | Phrase))
    return list(dict.fromkeys(found))


def nesting_depth(node: Node) -> int:
    """How many operators over spans stand inside each other in an operand."""
    return isinstance(node, Positional) + max(map(nesting_depth, children_of(node)), default=0)
