"""Whoosh's matcher over one term of our segments.

"Matcher" and "scorer" are Whoosh's words here: its matcher moves from posting to posting, and its
scorer weighs the one where the matcher stands. searchkit's own scorers are in `query.scorers`.
"""

from __future__ import annotations

import copy
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from whoosh.matching.mcore import LeafMatcher, ReadTooFar

from searchkit.bridge.field_terms import FieldTerms
from searchkit.codec.ragged import starts_from_counts


class PostingsMatcher(LeafMatcher):
    """Whoosh's LeafMatcher over the postings of one term of our segments.

    The documents are decoded when it is made; frequencies and positions when first asked for. It
    offers no block quality: with it, Whoosh's pruning of limited searches omits documents that are
    among the best hits.
    """

    def __init__(self, terms: FieldTerms, term_id: int, term: tuple[str, bytes], format_: Any, scorer: Any) -> None:
        self._terms, self._term_id = terms, term_id
        self._term, self.format, self.scorer = term, format_, scorer
        self._ids: list[int] = terms.docs(term_id).tolist()
        self._index = 0
        # What is decoded when first asked for; all copies share it.
        self._decoded: dict[str, Any] = {}

    def is_active(self) -> bool:
        return self._index < len(self._ids)

    def reset(self) -> None:
        self._index = 0

    def copy(self) -> PostingsMatcher:
        return copy.copy(self)

    def id(self) -> int:
        return self._ids[self._index]

    def all_ids(self) -> Iterator[int]:
        return iter(self._ids[self._index :])

    def next(self) -> None:
        if self._index >= len(self._ids):
            raise ReadTooFar
        self._index += 1

    def skip_to(self, target: int) -> None:
        if self._index >= len(self._ids):
            raise ReadTooFar
        self._index = bisect_left(self._ids, target, self._index)

    def weight(self) -> float:
        if "weights" not in self._decoded:
            frequencies = self._terms.frequencies(self._term_id)
            self._decoded["weights"] = None if frequencies is None else frequencies.tolist()
        weights: list[float] | None = self._decoded["weights"]
        return 1.0 if weights is None else weights[self._index]

    def _positions(self) -> list[int] | None:
        if "positions" not in self._decoded:
            positions_and_counts = self._terms.positions(self._term_id)
            if positions_and_counts is not None:
                positions, counts = positions_and_counts
                self._decoded["positions"] = positions, starts_from_counts(counts).tolist()
            else:
                self._decoded["positions"] = None
        if self._decoded["positions"] is None:
            return None
        positions, starts = self._decoded["positions"]
        found: list[int] = positions[starts[self._index] : starts[self._index + 1]].tolist()
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
