"""The postings of one term, as Whoosh's queries step through them."""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from whoosh.matching.mcore import LeafMatcher, ReadTooFar

from searchkit.bridge.postings import FieldTerms
from searchkit.codec.ragged import starts_from_counts


class ColumnMatcher(LeafMatcher):
    """Postings decoded at once; positions when first asked for.

    It never offers block quality, as Whoosh's pruning of limited searches leaves right answers out.
    """

    def __init__(self, terms: FieldTerms, number: int, term: tuple[str, bytes], format_: Any, scorer: Any) -> None:
        self._terms, self._number = terms, number
        self._term, self.format, self.scorer = term, format_, scorer
        self._ids: list[int] = terms.docs(number).tolist()
        self._at = 0
        # Shared by all copies, and filled late.
        self._late: dict[str, Any] = {}

    def is_active(self) -> bool:
        return self._at < len(self._ids)

    def reset(self) -> None:
        self._at = 0

    def copy(self) -> ColumnMatcher:
        return copy.copy(self)

    def id(self) -> int:
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._at :])

    def next(self) -> None:
        if self._at >= len(self._ids):
            raise ReadTooFar
        self._at += 1

    def skip_to(self, target: int) -> None:
        if self._at >= len(self._ids):
            raise ReadTooFar
        self._at = bisect_left(self._ids, target, self._at)

    def weight(self) -> float:
        if "weights" not in self._late:
            frequencies = self._terms.frequencies(self._number)
            self._late["weights"] = None if frequencies is None else frequencies.tolist()
        weights: list[float] | None = self._late["weights"]
        return 1.0 if weights is None else weights[self._at]

    def _positions(self) -> list[int] | None:
        if "places" not in self._late:
            places = self._terms.places(self._number)
            self._late["places"] = None if places is None else (places[0], starts_from_counts(places[1]).tolist())
        if self._late["places"] is None:
            return None
        positions, starts = self._late["places"]
        found: list[int] = positions[starts[self._at] : starts[self._at + 1]].tolist()
        return found

    def value(self) -> bytes:
        positions = self._positions()
        encoded: bytes = b"" if positions is None else self.format.encode(positions)
        return encoded

    def value_as(self, astype: str) -> Any:
        positions = self._positions() if astype == "positions" else None
        return positions if positions is not None else LeafMatcher.value_as(self, astype)

    def score(self) -> float:
        score: float = self.weight() if self.scorer is None else self.scorer.score(self)
        return score

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return float("inf")

    def block_quality(self) -> float:
        return float("inf")
