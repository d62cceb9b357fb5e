"""What a diagnosis asks an index in a folder. It is imported when a diagnosis is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from searchkit.aggregations.stats import find_date_span
from searchkit.aggregations.stats_columns import count_column_values, count_dates
from searchkit.analysis import Analyzer
from searchkit.codec.dictionary import Dictionary
from searchkit.query import bitsets, near_words
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import Node
from searchkit.query.operators import SearchContext, make_operator
from searchkit.query.snapshot import Snapshot
from searchkit.schema import FIELDS, TEXT_FIELDS


class LocalEvidence:
    """A snapshot, as `query.evidence.Evidence`: sets of articles are bitsets."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._context = snapshot, SearchContext(snapshot, analyzer)

    @property
    def may_hold_deleted(self) -> bool:
        """See Evidence.may_hold_deleted."""
        return self._snapshot.live_count < self._snapshot.size

    def docs(self, node: Node) -> Bitset:
        """See Evidence.docs."""
        bits = make_operator(node).match(self._context, 0.0, None).bits
        return bits & self._snapshot.live if self._snapshot.live_count < self._snapshot.size else bits

    def count(self, docs: Bitset) -> int:
        """See Evidence.count."""
        return bitsets.count(docs)

    def intersect(self, one: Bitset, other: Bitset) -> Bitset:
        """See Evidence.intersect."""
        return one & other

    def unite(self, one: Bitset, other: Bitset) -> Bitset:
        """See Evidence.unite."""
        return one | other

    def near_words(self, folded: str, field: str, edits: int) -> Mapping[str, int]:
        """See Evidence.near_words."""
        return near_words.find_near_words(self._snapshot, _attributes(field), folded, edits)

    def forms(self, folded: str, field: str) -> frozenset[str]:
        """See Evidence.forms."""
        return near_words.surface_forms(self._snapshot, _attributes(field), folded)

    def has_word(self, folded: str, field: str) -> bool:
        """See Evidence.has_word."""
        encoded = folded.encode("utf-8", "surrogatepass")
        return any(dictionary.find(encoded) >= 0 for dictionary in self.dictionaries(field))

    def has_prefix(self, prefix: str, field: str) -> bool:
        """See Evidence.has_prefix."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        for dictionary in self.dictionaries(field):
            number = dictionary.bisect(encoded)
            if number < len(dictionary) and dictionary[number].startswith(encoded):
                return True
        return False

    def dictionaries(self, field: str) -> Iterator[Dictionary]:
        """The dictionaries of folded words of a field ("": of title and body), one a segment."""
        for view in self._snapshot.views:
            for attribute in _attributes(field):
                yield view.field(attribute).folded

    def date_span(self) -> tuple[datetime, datetime] | None:
        """See Evidence.date_span."""
        return find_date_span(count_dates(self._snapshot))

    def values(self, field: str) -> Mapping[str, int]:
        """See Evidence.values."""
        return count_column_values(self._snapshot, FIELDS[field].attribute)


def _attributes(field: str) -> tuple[str, ...]:
    """The attributes of Article in which a word of a field is looked up."""
    return (FIELDS[field].attribute,) if field else TEXT_FIELDS
