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
    Fuzzy,
    Inside,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Passage,
    Phrase,
    Positional,
    Present,
    Regex,
    SingleWord,
    SpanNode,
    Together,
    Undated,
    Value,
    ValuePart,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
    assert_never_node,
    children_of,
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


PASSAGES: dict[str, Passage] = {"lede": "lede", "quote": "quote"}
"""The fields whose words are looked for in a part of the text."""


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
        case Value() | ValuePattern() | ValuePart():
            message = f"{node.field}: cannot stand inside {operator}: it is matched as a whole"
            raise OperandError(message, "join it with AND")
        case _:
            assert_never_node(node)


def leaf_fields(*nodes: SpanNode) -> list[str]:
    """The fields of the leaves of some operands, each once; "" stands for no field."""
    return list(dict.fromkeys(field for node in nodes for field in _fields(node)))


def _fields(node: Node) -> list[str]:
    if isinstance(node, SingleWord | Phrase):
        return [node.field]
    if isinstance(node, Inside) and node.passage == "lede":
        return ["body"]
    return [field for child in children_of(node) for field in _fields(child)]


def make_inside(passage: Passage, node: Node) -> Node:
    """The node of `lede:` or `quote:`, given that of its value, whose words have its name as their
    field. Raises OperandError for a value that has no spans."""
    if isinstance(node, Weighted):
        return Weighted(make_inside(passage, node.child), node.weight)
    if isinstance(node, AtLeast):
        return AtLeast(node.count, Inside(passage, (_without_field(node.child),)))
    if isinstance(node, Present):
        return Present("body" if passage == "lede" else "quote")
    if isinstance(node, Or) and not _has_spans(node):
        return Or(tuple([make_inside(passage, child) for child in node.children]))
    # An article has one lede, so there AND and NOT mean what they mean around it.
    if passage == "lede" and isinstance(node, And):
        return And(tuple([make_inside(passage, child) for child in node.children]))
    if passage == "lede" and isinstance(node, Not):
        return Not(make_inside(passage, node.child))
    children = node.children if isinstance(node, And) else (node,)
    return Inside(passage, tuple([_operand_inside(passage, child) for child in children]))


def _operand_inside(passage: Passage, node: Node) -> SpanNode:
    if isinstance(node, Not):
        raise OperandError(f"NOT cannot stand inside {passage}:( )", f"exclude it outside: NOT {passage}:word")
    return _without_field(as_operand(node, f"{passage}:( )"))


def _has_spans(node: Node) -> bool:
    try:
        as_operand(node, "")
    except OperandError:
        return False
    return True


def _without_field(node: SpanNode) -> SpanNode:
    """The same operand, whose words have no field."""
    match node:
        case Word(text, _, exact):
            return Word(text, "", exact)
        case Wildcard(pattern):
            return Wildcard(pattern)
        case Fuzzy(text, edits):
            return Fuzzy(text, edits)
        case Regex(pattern):
            return Regex(pattern)
        case Phrase(items, slop):
            return Phrase(items, slop)
        case Near(left, right, distance, ordered):
            return Near(_without_field(left), _without_field(right), distance, ordered)
        case NotNear(left, right, distance):
            return NotNear(_without_field(left), _without_field(right), distance)
        case Together(left, right, unit):
            return Together(_without_field(left), _without_field(right), unit)
        case Or(children):
            return Or(tuple([_without_field(child) for child in children]))
        case Inside():
            return node
        case _:
            assert_never_node(node)


def nesting_depth(node: Node) -> int:
    """How many operators over spans stand inside each other in an operand."""
    return isinstance(node, Positional) + max(map(nesting_depth, children_of(node)), default=0)
