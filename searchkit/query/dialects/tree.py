"""The tree of a query in another dialect, and its text in our query language.

It is looser than the tree of our own parser: a leaf keeps its text, because which words a text
holds depends on the language of the index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Never

from searchkit.frozen import frozen
from searchkit.schema import FIELDS, Kind

OWN_OPERATORS = frozenset(
    ("and", "or", "not", "but", "andnot", "near", "onear", "adj", "same", "xor", "pre", "to", "atleast")
)
"""Words that could be read as operators, in any case: they are printed in quotes."""


class Form(Enum):
    """How a word of a leaf is written in our query language."""

    PLAIN = "plain"
    EXACT = "exact"  # =word
    WILDCARD = "wildcard"
    REGEX = "regex"
    FUZZY = "fuzzy"  # word~
    GAP = "gap"  # any one word of a phrase


@frozen
class Item:
    """A word of a leaf: its text (of a plain one perhaps several words) and its form."""

    text: str
    form: Form = Form.PLAIN


@frozen
class Words:
    """A word or a phrase, in a field ("": in title or body).

    `raw` is what was typed, with wildcards of ours, for fields that are matched as a whole. A
    regular expression in a phrase is joined to its neighbours by `Builder.finish`.
    """

    items: tuple[Item, ...]
    slop: int = 0
    field: str = ""
    raw: str = ""


@frozen
class Filter:
    """A condition without words, as text in our language: a date, a length, a value."""

    text: str


@frozen
class Near:
    """An operator between two operands that have spans: `w/5`, `pre/5`, `not w/5`, `/s` or `/p`."""

    left: Tree
    right: Tree
    operator: str


@frozen
class AtLeast:
    """At least `count` mentions."""

    child: Tree
    count: int


@frozen
class And:
    """All children; `side_by_side` where nothing was typed between them."""

    children: tuple[Tree, ...]
    side_by_side: bool = False


@frozen
class Or:
    """Any child."""

    children: tuple[Tree, ...]


@frozen
class Not:
    """Without the child."""

    child: Tree


@frozen
class Weighted:
    """The child, with its scores multiplied by a number, given as text."""

    child: Tree
    weight: str


Tree = Words | Filter | Near | AtLeast | And | Or | Not | Weighted

EVERYTHING = Filter("*")


def assert_never_tree(tree: Never, /) -> Never:
    """The last case of a match over trees."""
    raise TypeError(f"{type(tree).__name__} is no kind of tree that is known here")


def children_of(tree: Tree) -> tuple[Tree, ...]:
    """The children of a tree, from left to right."""
    match tree:
        case Words() | Filter():
            return ()
        case And(children) | Or(children):
            return children
        case Near(left, right):
            return (left, right)
        case Not(child) | AtLeast(child) | Weighted(child):
            return (child,)
        case _:
            assert_never_tree(tree)


def leaves(tree: Tree) -> Iterator[Words | Filter]:
    """All leaves of a tree, from left to right."""
    if isinstance(tree, Words | Filter):
        yield tree
    for child in children_of(tree):
        yield from leaves(child)


def size(tree: Tree) -> int:
    """How many nodes a tree has."""
    return 1 + sum(map(size, children_of(tree)))


def map_leaves(tree: Tree, change: Callable[[Words | Filter], Tree]) -> Tree:
    """A tree whose leaves are replaced by what `change` makes of them."""
    match tree:
        case Words() | Filter():
            return change(tree)
        case And(children, side_by_side):
            return And(tuple([map_leaves(child, change) for child in children]), side_by_side)
        case Or(children):
            return Or(tuple([map_leaves(child, change) for child in children]))
        case Near(left, right, operator):
            return Near(map_leaves(left, change), map_leaves(right, change), operator)
        case Not(child):
            return Not(map_leaves(child, change))
        case AtLeast(child, count):
            return AtLeast(map_leaves(child, change), count)
        case Weighted(child, weight):
            return Weighted(map_leaves(child, change), weight)
        case _:
            assert_never_tree(tree)


def field_of(tree: Tree) -> str | None:
    """The field of all leaves of a tree; None where they have several, or are no words."""
    fields = {leaf.field if isinstance(leaf, Words) else None for leaf in leaves(tree)}
    return fields.pop() if len(fields) == 1 else None


# From loose to tight; what is looser than its surroundings gets parentheses. AND inside OR gets
# them too, though it needs none: systems disagree about it.
_OR, _AND, _NOT, _NEAR, _PRIMARY = range(5)


def to_query(tree: Tree) -> str:
    """The text of a tree in our query language."""
    return _text(tree, _OR, "")


def _text(tree: Tree, level: int, around: str) -> str:
    """The text of a tree inside the field `around`, in parentheses if it is looser than `level`."""
    field = field_of(tree)
    if field and not around and not isinstance(tree, Not) and (FIELDS[field].kind is not Kind.PASSAGE or _is_one(tree)):
        return f"{field}:{_text(tree, _PRIMARY, field)}"
    text, own = _text_and_level(tree, around)
    return f"({text})" if own < level else text


def _is_one(tree: Tree) -> bool:
    """Whether a tree can stand behind `lede:` as a whole: NOT cannot, and AND would be read as one
    condition."""
    return not isinstance(tree, And | Not) and all(map(_is_one, children_of(tree)))


def _text_and_level(tree: Tree, around: str) -> tuple[str, int]:
    match tree:
        case Words(items, slop):
            return _words_text(items, slop), _PRIMARY
        case Filter(text):
            return text, _PRIMARY
        case Or(children):
            return " OR ".join([_text(child, _NOT, around) for child in children]), _OR
        case And(children, side_by_side):
            between = " " if side_by_side else " AND "
            return between.join([_text(child, _AND, around) for child in children]), _AND
        case Not(child):
            return f"NOT {_text(child, _PRIMARY, around)}", _NOT
        case Near(left, right, operator):
            begin = _text(left, _NEAR, around)
            return f"{begin} {operator} {_text(right, _PRIMARY, around)}", _NEAR
        case AtLeast(child, count):
            return f"atleast{count}({_text(child, _OR, around)})", _PRIMARY
        case Weighted(child, weight):
            return f"{_text(child, _PRIMARY, around)}^{weight}", _PRIMARY
        case _:
            assert_never_tree(tree)


def _words_text(items: tuple[Item, ...], slop: int) -> str:
    if len(items) == 1 and not slop:
        text, form = items[0].text, items[0].form
        match form:
            case Form.PLAIN:
                return text if is_bare(text) else f'"{text}"'
            case Form.EXACT:
                return f"={text}" if is_bare(text) else f'="{text}"'
            case Form.WILDCARD | Form.GAP:
                return text
            case Form.REGEX:
                return f"/{text}/"
            case Form.FUZZY:
                return text
            case _:
                assert_never_form(form)
    words = " ".join([f"={item.text}" if item.form is Form.EXACT else item.text for item in items])
    return f'"{words}"{f"~{slop}" if slop else ""}'


def assert_never_form(form: Never, /) -> Never:
    """The last case of a match over forms."""
    raise TypeError(f"{form} is no form that is known here")


# Letters and digits, with apostrophes and hyphens between letters, and dots behind single ones.
_BARE = r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:(?<=[^\W\d_])['-](?=[^\W\d_])[^\W_]+)*"


def is_bare(text: str) -> bool:
    """Whether a word needs no quotes in our query language."""
    folded = text.lower()
    return bool(re.fullmatch(_BARE, text)) and folded.rstrip("0123456789") not in OWN_OPERATORS
