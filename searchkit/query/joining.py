"""Joins the operands of a level of a query (a group, or all of it): AND, OR, and which function
words are left out.

A function word neither restricts nor scores where it merely stands beside others, so that adding
one never makes a query find less. Between operators (`peace AND the`) it is an operand like any
other, unless words stand beside it there (`peace AND the talks`). If nothing else is left, articles
with any of the function words are found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from searchkit.query.nodes import And, Dates, Length, Node, Not, Or, Undated

_OPERATOR_USES = {
    "or": "OR between words finds either",
    "and": "AND between words finds both",
    "not": "NOT before a word excludes it",
}
"""What operators do, for a note about one that is not in capitals."""


@dataclass(slots=True)
class Operand:
    """An operand, its column, and how it was joined to the one before: "side" (they stand side by
    side), "and", "or", or "" for the first.

    `typed` is a pretoken as it was typed. `function_words` are the words (as typed) of an operand
    of function words alone.
    """

    node: Node
    joined: str
    column: int
    typed: str = ""
    function_words: tuple[str, ...] = ()


class Level(NamedTuple):
    """The operands of a level joined to one, the function words that were left out, and notes."""

    operand: Operand
    left_out: list[str]
    notes: list[str]


def join(items: list[Operand], match_any: bool) -> Level:
    """Join the operands of a level (at least one)."""
    if len(items) == 1:
        return Level(items[0], [], [])
    kept, left_out = _without_function_words(items)
    notes = [note for index in range(len(items)) if (note := _lower_case_note(items, index))]
    if len(kept) == 1:
        return Level(kept[0], left_out, notes)
    return Level(Operand(_join_all(kept, match_any), "", items[0].column), left_out, notes)


def make_and(nodes: list[Node]) -> Node:
    """AND of some nodes (at least one); ANDs among them are merged into it."""
    return _flat(And, nodes)


def make_or(nodes: list[Node]) -> Node:
    """OR of some nodes (at least one); ORs among them are merged into it."""
    return _flat(Or, nodes)


def _join_all(items: list[Operand], match_any: bool) -> Node:
    if not match_any:
        return make_or([make_and(part) for part in _split(items, ("or",))])
    # Words side by side are OR here, but exclusions, dates and lengths restrict them all.
    restricts_all = [
        isinstance(item.node, Not | Dates | Undated | Length) and _has_no_operator(items, index)
        for index, item in enumerate(items)
    ]
    restrictions = [item.node for item, restricts in zip(items, restricts_all, strict=True) if restricts]
    others = [item for item, restricts in zip(items, restricts_all, strict=True) if not restricts]
    parts = [make_or([make_and(part) for part in _split(others, ("or", "side"))])] if others else []
    return make_and([*parts, *restrictions])


def _without_function_words(items: list[Operand]) -> tuple[list[Operand], list[str]]:
    """The operands without the function words that merely stand beside others, and those words."""
    if not any(item.function_words for item in items):
        return items, []
    kept: list[Operand] = []
    left_out: list[str] = []
    for run in _runs(items):
        content = [item for item in run if not item.function_words]
        if content:
            left_out += [word for item in run for word in item.function_words]
        else:
            words = tuple(word for item in run for word in item.function_words)
            node = make_or([item.node for item in run])
            content = [run[0] if len(run) == 1 else Operand(node, "", run[0].column, "", words)]
        kept += [replace(content[0], joined=run[0].joined), *content[1:]]
    return kept, left_out


def _runs(items: list[Operand]) -> Iterator[list[Operand]]:
    """The operands that stand side by side, parted by AND and OR."""
    run: list[Operand] = []
    for item in items:
        if run and item.joined in ("and", "or"):
            yield run
            run = []
        run.append(item)
    yield run


def _lower_case_note(items: list[Operand], index: int) -> str:
    """A note about an operator that is not in capitals where it could be meant as one, or ""."""
    word = items[index].typed
    use = _OPERATOR_USES.get(word.lower()) if word.isascii() else None
    is_between = index + 1 < len(items) and (index or word.lower() == "not")
    return f'"{word}" is read as a word; {use}' if use and is_between else ""


def _has_no_operator(items: list[Operand], index: int) -> bool:
    """Whether an operand is joined by AND or OR to none of its neighbours."""
    after = items[index + 1].joined if index + 1 < len(items) else ""
    return {items[index].joined, after} <= {"side", ""}


def _split(items: list[Operand], joints: tuple[str, ...]) -> list[list[Node]]:
    """The nodes of operands, divided where one is joined to the one before in one of these ways."""
    parts: list[list[Node]] = [[]]
    for item in items:
        if item.joined in joints and parts[-1]:
            parts.append([])
        parts[-1].append(item.node)
    return [part for part in parts if part]


def _flat(kind: type[And] | type[Or[Node]], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    children: list[Node] = []
    for node in nodes:
        children += node.children if isinstance(node, And | Or) and isinstance(node, kind) else [node]
    return kind(tuple(children))
