"""Rewrites a query: replaces or leaves out some of its leaves."""

from __future__ import annotations

from collections.abc import Callable

from searchkit.query.nodes import (
    And,
    AtLeast,
    Gap,
    Inside,
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
    assert_never_node,
)
from searchkit.query.operands import as_operand

Change = Callable[[Node], Node | None]
"""What stands in the place of a node: itself, another one, or None to leave it out."""


def rewrite(node: Node, change: Change) -> Node | None:
    """A query with its nodes changed, from the root down; below a node that was changed nothing
    is. Words of a phrase are changed too, as if they stood alone in its field.

    An operator that loses an operand becomes the other one, and a group that loses all its nodes is
    left out. Raises OperandError where a node cannot stand.
    """
    changed = change(node)
    if changed is not node:
        return changed
    if isinstance(node, Leaf):
        return _rewrite_phrase(node, change) if isinstance(node, Phrase) else node
    match node:
        case And(children) | Or(children):
            kept = [found for child in children if (found := rewrite(child, change)) is not None]
            if len(kept) < 2:
                return kept[0] if kept else None
            return And(tuple(kept)) if isinstance(node, And) else Or(tuple(kept))
        case Not(child):
            found = rewrite(child, change)
            return None if found is None else Not(found)
        case Weighted(child, weight):
            found = rewrite(child, change)
            return None if found is None else Weighted(found, weight)
        case AtLeast(count, child):
            found = rewrite(child, change)
            return None if found is None else AtLeast(count, as_operand(found, f"atleast{count}( )"))
        case Inside(passage, children):
            kept = [found for child in children if (found := rewrite(child, change)) is not None]
            return Inside(passage, tuple(as_operand(each, f"{passage}:( )") for each in kept)) if kept else None
        case Near() | NotNear() | Together():
            left, right = rewrite(node.left, change), rewrite(node.right, change)
            if left is None or right is None:
                return right if left is None else left
            one, other = as_operand(left, "w/n"), as_operand(right, "w/n")
            if isinstance(node, Near):
                return Near(one, other, node.distance, node.ordered)
            return NotNear(one, other, node.distance) if isinstance(node, NotNear) else Together(one, other, node.unit)
        case _:
            assert_never_node(node)


def words_of(phrase: Phrase) -> tuple[Word | Wildcard, ...]:
    """The words of a phrase, as if they stood alone in its field."""
    return tuple(
        Word(item.text, phrase.field, item.exact) if isinstance(item, Word) else Wildcard(item.pattern, phrase.field)
        for item in phrase.items
        if not isinstance(item, Gap)
    )


def _rewrite_phrase(phrase: Phrase, change: Change) -> Node | None:
    items: list[Word | Wildcard | Gap] = []
    words = iter(words_of(phrase))
    for item in phrase.items:
        if isinstance(item, Gap):
            items.append(item)
            continue
        word = next(words)
        changed = change(word)
        if changed == word:
            items.append(item)
        elif isinstance(changed, Word):
            items.append(Word(changed.text, "", changed.exact))
        elif isinstance(changed, Wildcard):
            items.append(Wildcard(changed.pattern))
        elif isinstance(changed, Phrase):
            items += changed.items
        elif changed is not None:
            items.append(item)
    if tuple(items) == phrase.items:
        return phrase
    return Phrase(tuple(items), phrase.slop, phrase.field) if len(items) > 1 else None
