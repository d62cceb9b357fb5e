"""The nodes of a parsed query, and their text.

`str(node)` is a query that parses to the same tree. Words have their surface forms
(`analysis.surface_form`) here; engines find their terms. All nodes are immutable and compare by
content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Generic, Literal, Never, TypeVar

from searchkit.frozen import frozen
from searchkit.schema import moment_micros, printed_micros

_READ_AS_OPERATOR = re.compile(r"not|(?:near|adj)\d+", re.IGNORECASE)

Unit = Literal["sentence", "paragraph"]
Passage = Literal["lede", "quote"]
"""A part of a text: its lede (the first `analysis.LEDE_WORDS` words of the body), or a quotation
in title or body."""
Child = TypeVar("Child", bound="Node", covariant=True)


@frozen
class Word:
    """One word. With `exact`, as written: case and accents count where this word has any."""

    text: str
    field: str = ""
    exact: bool = False

    def __str__(self) -> str:
        # "not" of any case: before w/n it is part of that operator.
        if not self.exact and (self.text in ("AND", "OR", "ANDNOT") or _READ_AS_OPERATOR.fullmatch(self.text)):
            return f'{_prefix(self.field)}"{self.text}"'
        return f"{_prefix(self.field)}{'=' if self.exact else ''}{self.text}"


@frozen
class Wildcard:
    """All words of a pattern (folded): `*` is any number of characters, `?` is one."""

    pattern: str
    field: str = ""

    def __str__(self) -> str:
        return f"{_prefix(self.field)}{self.pattern}"


@frozen
class Fuzzy:
    """All words whose folded form is within 1 or 2 `edits` of `text` (folded); see
    `analysis.within_edits`."""

    text: str
    edits: int
    field: str = ""

    def __str__(self) -> str:
        return f"{_prefix(self.field)}{self.text}~{'' if self.edits == 1 else self.edits}"


@frozen
class Regex:
    """All words whose whole folded form a regular expression matches; see
    `analysis.compile_pattern`."""

    pattern: str
    field: str = ""

    def __str__(self) -> str:
        return f"{_prefix(self.field)}/{self.pattern}/"


@frozen
class Gap:
    """Any one word, inside a phrase: `"peace * talks"`."""

    def __str__(self) -> str:
        return "*"


@frozen
class Phrase:
    """Words in this order with at most `slop` other words among them, in one field and one
    paragraph."""

    items: tuple[Word | Wildcard | Gap, ...]
    slop: int = 0
    field: str = ""

    def __str__(self) -> str:
        words = " ".join(
            f"{'=' if item.exact else ''}{item.text}" if isinstance(item, Word) else str(item) for item in self.items
        )
        return f'{_prefix(self.field)}"{words}"{f"~{self.slop}" if self.slop else ""}'


@frozen
class Value:
    """The whole value of a field (id, url, lang), as written."""

    text: str
    field: str

    def __str__(self) -> str:
        return f'{_prefix(self.field)}"{self.text}"'


@frozen
class ValuePattern:
    """The whole value of a field (id, url, lang), with wildcards."""

    pattern: str
    field: str

    def __str__(self) -> str:
        return f"{_prefix(self.field)}{self.pattern}"


@frozen
class ValuePart:
    """A part of the value of a field, with wildcards: the site of a URL (`site`), or the end of the
    path of a file (`path`). See `query.value_parts`."""

    text: str
    field: str

    def __str__(self) -> str:
        return f'{_prefix(self.field)}"{self.text}"'


@frozen
class Present:
    """Articles that have anything in the field."""

    field: str

    def __str__(self) -> str:
        return f"{self.field}:*"


@frozen
class Everything:
    """All articles."""

    def __str__(self) -> str:
        return "*"


@frozen
class Dates:
    """Articles dated from `since` on and before `before` (None is open).

    A naive bound is compared with the date and time that an article prints, an aware one with its
    moment.
    """

    since: datetime | None = None
    before: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no date at all lies in the range, and none can."""
        if self.before is None:
            return False
        if self.since is None:
            return self.before == datetime.min
        # What is printed and its moment are less than a day apart.
        slack = 0 if (self.since.tzinfo is None) == (self.before.tzinfo is None) else 86_400_000_000
        return _micros(self.since) - _micros(self.before) >= slack

    def holds(self, date: datetime) -> bool:
        """Whether an (aware) date of an article lies in the range."""
        printed, moment = printed_micros(date), moment_micros(date)
        return (self.since is None or (printed if self.since.tzinfo is None else moment) >= _micros(self.since)) and (
            self.before is None or (printed if self.before.tzinfo is None else moment) < _micros(self.before)
        )

    def __str__(self) -> str:
        since, before = self.since, self.before
        if since is None and before is None:
            return "date:*"
        if before is None:
            return f"date:{_bound(since)}.."
        if self.is_empty:
            return "date:{0001-01-01 TO 0001-01-01}"
        if _is_day(before) and (since is None or _is_day(since)):
            last = before - timedelta(days=1)
            if since == last:
                return f"date:{_bound(last)}"
            return f"date:{_bound(since)}..{_bound(last)}"
        return f"date:[{_bound(since)} TO {_bound(before, full=True)}}}"


@frozen
class Undated:
    """Articles without a date."""

    def __str__(self) -> str:
        return "date:none"


@frozen
class Length:
    """Articles of at least `least` and at most `most` words (None is open)."""

    least: int | None = None
    most: int | None = None

    def __str__(self) -> str:
        if self.least == self.most:
            return f"words:{self.least}"
        least = "" if self.least is None else self.least
        return f"words:{least}..{'' if self.most is None else self.most}"


@frozen
class Near:
    """Spans of both operands at most `distance` positions apart (1: side by side), in this order if
    `ordered`.

    The operands of this and the next three nodes have spans, all in the same field (see SpanNode).
    See `analysis.near_spans`.
    """

    left: SpanNode
    right: SpanNode
    distance: int
    ordered: bool = False

    def __str__(self) -> str:
        return _binary(self.left, f"{'pre' if self.ordered else 'w'}/{self.distance}", self.right)


@frozen
class NotNear:
    """Spans of the left operand with none of the right one within `distance` positions; see
    `analysis.not_near_spans`."""

    left: SpanNode
    right: SpanNode
    distance: int

    def __str__(self) -> str:
        return _binary(self.left, f"not w/{self.distance}", self.right)


@frozen
class Together:
    """Spans of both operands in the same sentence or paragraph, in either order; see
    `analysis.same_unit_spans`."""

    left: SpanNode
    right: SpanNode
    unit: Unit

    def __str__(self) -> str:
        return _binary(self.left, f"/{self.unit[0]}", self.right)


@frozen
class Inside:
    """Spans that lie wholly in the lede, or wholly inside one quotation. Of several children, those
    in a passage that has spans of all of them.

    The words of the children have no field of their own.
    """

    passage: Passage
    children: tuple[SpanNode, ...]

    def __str__(self) -> str:
        if len(self.children) == 1:
            only = self.children[0]
            return f"{self.passage}:{only}" if isinstance(only, SingleWord | Phrase) else f"{self.passage}:({only})"
        return f"{self.passage}:({' AND '.join(_inside(child, (Or,)) for child in self.children)})"


@frozen
class AtLeast:
    """Articles with at least `count` spans of the child, in title and body together."""

    count: int
    child: SpanNode

    def __str__(self) -> str:
        return f"atleast{self.count}({self.child})"


@frozen
class And:
    """Articles that all children match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(_inside(child, (Or,)) for child in self.children)


@frozen
class Or(Generic[Child]):
    """Articles that any child matches. If all children have spans, it has the spans of all."""

    children: tuple[Child, ...]

    def __str__(self) -> str:
        return " OR ".join(_inside(child, ()) for child in self.children)


@frozen
class Not:
    """Articles that the child does not match."""

    child: Node

    def __str__(self) -> str:
        return f"NOT {_inside(self.child, (And, Or))}"


@frozen
class Weighted:
    """Articles that the child matches, their scores multiplied."""

    child: Node
    weight: float

    def __str__(self) -> str:
        # Values without quotes may hold a "^".
        wrapped = (And, Or, Not, Weighted, Near, NotNear, Together, ValuePattern, ValuePart, Present)
        return f"{_inside(self.child, wrapped)}^{_number(self.weight)}"


SingleWord = Word | Wildcard | Fuzzy | Regex
"""A condition on one word of a text."""

Filter = Value | ValuePattern | ValuePart | Present | Everything | Dates | Undated | Length
"""A condition on articles that does not score."""

Leaf = SingleWord | Phrase | Filter
"""A node without children."""

Positional = Near | NotNear | Together | Inside
"""An operator over the spans of its operands, which has spans itself."""

SpanNode = SingleWord | Phrase | Positional | Or["SpanNode"]
"""A node with spans, all in one field: it may be an operand of `w/5` and `atleast3( )`."""

Node = Leaf | Positional | AtLeast | And | Or["Node"] | Not | Weighted
"""Any node of a query."""


def assert_never_node(node: Never, /) -> Never:
    """The last case of a match over nodes. The type checker reports a match that lacks a kind of
    node; at run time that raises TypeError."""
    raise TypeError(f"{type(node).__name__} is no kind of node that is known here: {node!r}")


def children_of(node: Node) -> tuple[Node, ...]:
    """The children of a node, from left to right."""
    if isinstance(node, Leaf):
        return ()
    match node:
        case And(children) | Or(children) | Inside(_, children):
            return children
        case Near(left, right) | NotNear(left, right) | Together(left, right):
            return (left, right)
        case Not(child) | Weighted(child) | AtLeast(_, child):
            return (child,)
        case _:
            assert_never_node(node)


def leaves(node: Node) -> Iterator[Leaf]:
    """All leaves of a tree, from left to right."""
    if isinstance(node, Leaf):
        yield node
    for child in children_of(node):
        yield from leaves(child)


def _prefix(field: str) -> str:
    return f"{field}:" if field else ""


def _inside(node: Node, wrapped: tuple[type, ...]) -> str:
    return f"({node})" if isinstance(node, wrapped) else str(node)


def _binary(left: Node, operator: str, right: Node) -> str:
    # These operators bind from the left: only on the right do they need parentheses.
    return f"{_inside(left, (Or,))} {operator} {_inside(right, (Or, Near, NotNear, Together))}"


def _number(weight: float) -> str:
    text = format(weight, ".15f").rstrip("0").rstrip(".")
    return text if float(text) == weight else format(weight, ".340f").rstrip("0")


def _micros(bound: datetime) -> int:
    """A bound in microseconds, of the printed date if it is naive, else of the moment."""
    return printed_micros(bound) if bound.tzinfo is None else moment_micros(bound)


def _is_day(bound: datetime) -> bool:
    """Whether a bound is a printed midnight, and so can be written as a day."""
    return bound.tzinfo is None and (bound.hour, bound.minute, bound.second, bound.microsecond) == (0, 0, 0, 0)


def _bound(bound: datetime | None, *, full: bool = False) -> str:
    if bound is None:
        return ""
    text = bound.isoformat(timespec="microseconds")
    if _is_day(bound) and not full:
        return text[:10]
    zone = text[26:]
    return f"{text[:26].rstrip('0').rstrip('.')}{'Z' if zone == '+00:00' else zone}"
