"""Queries that no engine owns: each engine translates them into its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias


class Inexpressible(Exception):
    """The engine cannot express a query."""


@dataclass(frozen=True)
class Word:
    """A word in title or body, or in the title only, with stemming."""

    text: str
    title: bool = False


@dataclass(frozen=True)
class Prefix:
    """All words with this prefix, in title or body."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """These words side by side, in title or in body."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Dates:
    """From one day to another, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class All:
    """Every part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Either:
    """At least one part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Without:
    """One query without another."""

    wanted: Node
    unwanted: Node


Node: TypeAlias = Word | Prefix | Phrase | Dates | All | Either | Without


@dataclass(frozen=True)
class Query:
    """A query of the mix, and its kind."""

    kind: str
    node: Node


def plain(node: Node) -> list[Any]:
    """The node as lists, for JSON."""
    match node:
        case Word():
            return ["word", node.text, node.title]
        case Prefix():
            return ["prefix", node.text]
        case Phrase():
            return ["phrase", *node.words]
        case Dates():
            return ["dates", node.first.isoformat(), node.last.isoformat()]
        case All():
            return ["all", *map(plain, node.parts)]
        case Either():
            return ["either", *map(plain, node.parts)]
        case Without():
            return ["without", plain(node.wanted), plain(node.unwanted)]


def from_plain(data: list[Any]) -> Node:
    """The node that `plain` made lists of."""
    kind, *rest = data
    match kind:
        case "word":
            return Word(*rest)
        case "prefix":
            return Prefix(*rest)
        case "phrase":
            return Phrase(tuple(rest))
        case "dates":
            return Dates(*map(date.fromisoformat, rest))
        case "all":
            return All(tuple(map(from_plain, rest)))
        case "either":
            return Either(tuple(map(from_plain, rest)))
        case "without":
            return Without(from_plain(rest[0]), from_plain(rest[1]))
    raise ValueError(f"no kind of query: {kind}")


def searchkit_text(node: Node, inside: bool = False) -> str:
    """The query in searchkit's language, which is also how the report names it."""
    match node:
        case Word():
            return f"title:{node.text}" if node.title else node.text
        case Prefix():
            return f"{node.text}*"
        case Phrase():
            return f'"{" ".join(node.words)}"'
        case Dates():
            return f"date:{node.first}..{node.last}"
        case All():
            text = " ".join(searchkit_text(part, True) for part in node.parts)
        case Either():
            text = " OR ".join(searchkit_text(part, True) for part in node.parts)
        case Without():
            text = f"{searchkit_text(node.wanted, True)} NOT {searchkit_text(node.unwanted, True)}"
    return f"({text})" if inside else text
