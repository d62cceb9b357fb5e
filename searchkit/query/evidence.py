"""What the diagnosis of a query asks an engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from searchkit.query.nodes import Node

Docs = TypeVar("Docs")
"""A set of articles, as an engine has it."""


class Evidence(Protocol[Docs]):
    """What an engine knows of the generation that was searched."""

    @property
    def may_hold_deleted(self) -> bool:
        """Whether `near_words` and `forms` may give words that only deleted articles have."""

    def docs(self, node: Node) -> Docs:
        """The articles that a query matches. Raises QueryError."""

    def count(self, docs: Docs) -> int:
        """The number of articles of a set."""

    def intersect(self, one: Docs, other: Docs) -> Docs:
        """The articles of both sets."""

    def unite(self, one: Docs, other: Docs) -> Docs:
        """The articles of either set."""

    def near_words(self, folded: str, field: str, edits: int) -> Mapping[str, int]:
        """The folded words of a field ("": of title and body) that are candidates for a folded
        word, as `spelling.is_near` defines them, each with an estimate of the number of articles
        that it finds (see `corrections.ESTIMATE_SLACK`)."""

    def forms(self, folded: str, field: str) -> frozenset[str]:
        """The surface forms of a folded word in title or body (field "": both). In a field that
        keeps none, the folded word itself, if any article has it."""

    def has_word(self, folded: str, field: str) -> bool:
        """Whether a field ("": title or body) has any surface form of a folded word."""

    def has_prefix(self, prefix: str, field: str) -> bool:
        """Whether any folded word of a field ("": of title or body) begins so."""

    def date_span(self) -> tuple[datetime, datetime] | None:
        """The earliest and the latest date of an article; None if all are undated."""

    def values(self, field: str) -> Mapping[str, int]:
        """The values of the field `lang` or `source`, with the number of articles of each."""
