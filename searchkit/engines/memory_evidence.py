"""What a diagnosis asks the engine in memory: the reference implementation for other engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from searchkit.aggregations.stats import count_stats, find_date_span
from searchkit.analysis import fold
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.query.nodes import Node, Word
from searchkit.query.spelling import is_near
from searchkit.schema import FIELDS, TEXT_FIELDS, values_of

Ids = frozenset[str]


class MemoryEvidence:
    """A generation, as `query.evidence.Evidence`: sets of articles are sets of ids."""

    def __init__(self, snapshot: MemorySnapshot) -> None:
        self._snapshot = snapshot

    may_hold_deleted = False

    def docs(self, node: Node) -> Ids:
        """See Evidence.docs."""
        return frozenset(self._snapshot.find(node))

    def count(self, docs: Ids) -> int:
        """See Evidence.count."""
        return len(docs)

    def intersect(self, one: Ids, other: Ids) -> Ids:
        """See Evidence.intersect."""
        return one & other

    def unite(self, one: Ids, other: Ids) -> Ids:
        """See Evidence.unite."""
        return one | other

    def near_words(self, folded: str, field: str, edits: int) -> Mapping[str, int]:
        """See Evidence.near_words: the articles that have any surface form of the word."""
        found: dict[str, Ids] = {}
        for form in {form for form in self._forms(field) if is_near(fold(form), folded, edits)}:
            found[fold(form)] = found.get(fold(form), Ids()) | self.docs(Word(form, field))
        return {word: len(ids) for word, ids in found.items()}

    def forms(self, folded: str, field: str) -> frozenset[str]:
        """See Evidence.forms."""
        forms = frozenset(form for form in self._forms(field) if fold(form) == folded)
        return forms if field in ("", *TEXT_FIELDS) else frozenset(map(fold, forms))

    def has_word(self, folded: str, field: str) -> bool:
        """See Evidence.has_word."""
        return any(fold(form) == folded for form in self._forms(field))

    def has_prefix(self, prefix: str, field: str) -> bool:
        """See Evidence.has_prefix."""
        return any(fold(form).startswith(prefix) for form in self._forms(field))

    def _forms(self, field: str) -> Iterator[str]:
        for name in (field,) if field else TEXT_FIELDS:
            yield from self._snapshot.fields[name].forms()

    def date_span(self) -> tuple[datetime, datetime] | None:
        """See Evidence.date_span."""
        return find_date_span(count_stats(self._snapshot.articles.values()))

    def values(self, field: str) -> Mapping[str, int]:
        """See Evidence.values."""
        found = (values_of(article, FIELDS[field]) for article in self._snapshot.articles.values())
        return Counter(value for values in found for value in values)
