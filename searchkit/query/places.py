"""What may stand beside `w/5` or `/s`, and inside `atleast3( )`? What has places, all in one field."""

from __future__ import annotations

from typing import Literal

from searchkit.frozen import frozen
from searchkit.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Fuzzy,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Present,
    Regex,
    Together,
    Undated,
    Weighted,
    Wildcard,
    Word,
    leaves,
)

FARTHEST = 99
"""The greatest n of `w/n`; paragraphs are further apart."""

OperatorName = Literal["near", "ordered", "not near", "sentence", "paragraph"]


@frozen
class PlaceOperator:
    """An operator between two operands with places: its name, its n (0 if it has none), as typed, and where."""

    name: OperatorName
    distance: int
    typed: str
    column: int

    def between(self, left: Node, right: Node) -> Node:
        """The node that it makes of its operands."""
        match self.name:
            case "near" | "ordered":
                return Near(left, right, self.distance, self.name == "ordered")
            case "not near":
                return NotNear(left, right, self.distance)
            case "sentence" | "paragraph":
                return Together(left, right, self.name)


def fault_of(node: Node, operator: str) -> tuple[str, str] | None:
    """Why a node cannot be an operand of an operator with places, and how to mend it; None when it can."""
    match node:
        case Word() | Wildcard() | Fuzzy() | Regex() | Phrase() | Near() | NotNear() | Together():
            return None
        case Or(children):
            faults = (fault_of(child, operator) for child in children)
            return next((fault for fault in faults if fault is not None), None)
        case And():
            hint = 'quotes make a phrase of them: "peace talks"; or write OR between them'
            return f"words side by side (AND) cannot stand inside {operator}", hint
        case Not():
            return f"NOT cannot stand inside {operator}", "a not w/5 b finds a with no b near it"
        case Weighted():
            return f"a weight cannot stand inside {operator}", "weigh the whole: (peace w/5 talks)^2"
        case AtLeast():
            return f"{node} cannot stand inside {operator}", "join it with AND"
        case Everything():
            return f"* cannot stand inside {operator}", ""
        case Dates() | Undated() | Length() | Present():
            return f"{node} cannot stand inside {operator}: it has no words", "join it with AND"
        case _:
            return f"{node.field}: cannot stand inside {operator}: it is matched as a whole", "join it with AND"


def fields_of(*nodes: Node) -> list[str]:
    """The different fields of the leaves of operands with places, "" for none."""
    found = (
        leaf.field for node in nodes for leaf in leaves(node) if isinstance(leaf, Word | Wildcard | Fuzzy | Regex | Phrase)
    )
    return list(dict.fromkeys(found))


def height_of(node: Node) -> int:
    """How many operators stand inside each other in an operand with places."""
    match node:
        case Near(left, right) | NotNear(left, right) | Together(left, right):
            return 1 + max(height_of(left), height_of(right))
        case Or(children):
            return 1 + max(height_of(child) for child in children)
        case _:
            return 0
