"""What the nodes of a query found, as a tree: which articles, and what they score.

Scores are worked out twice: roughly for all articles that match (float32, at least the score and at most `slack` above
it), and exactly for the few that may then be among the best (`exact`, float64).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from searchkit.query import bits as sets
from searchkit.query.bits import Bits
from searchkit.query.nodes import Near, NotNear, Phrase, Together
from searchkit.query.placing import PlaceFinder
from searchkit.query.postlist import locate
from searchkit.query.snapshot import Snapshot
from searchkit.query.terms import SingleWord
from searchkit.query.words import Candidates, Fields, Impacts, Rough, WordFinder, plus
from searchkit.scoring import weigh

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Answer(ABC):
    """A set of articles. Whatever it says of the scores of others means nothing, unless `is_zero_outside`."""

    is_scored = False
    is_zero_outside = True

    def __init__(self, bits: Bits) -> None:
        self.bits = bits

    @property
    def slack(self) -> float:
        """By how much rough scores may say too much."""
        return 0.0

    @abstractmethod
    def add(self, sums: Rough) -> None:
        """Add about what they score to what all articles do, and anything for others; only of scored answers."""

    @abstractmethod
    def rough(self, docs: Ints) -> Rough:
        """About what these articles (ascending) score; only of scored answers."""

    @abstractmethod
    def exact(self, candidates: Candidates) -> Floats | None:
        """What these articles score; None: nothing."""


class Unscored(Answer):
    """What a filter, an exclusion or `*` finds."""

    def add(self, sums: Rough) -> None:
        raise TypeError("what a filter finds does not score")

    def rough(self, docs: Ints) -> Rough:
        raise TypeError("what a filter finds does not score")

    def exact(self, candidates: Candidates) -> Floats | None:
        return None


class OfWord(Answer):
    """What a word finds in its fields, each with its weight."""

    def __init__(self, words: WordFinder, word: SingleWord, fields: Fields, weight: float, size: int) -> None:
        found = [(a, words.postings(word, a), weight * w) for a, w in fields]
        self._scored = [(a, postings, w) for a, postings, w in found if w != 0.0 and len(postings)]
        bits = [postings.bits for _, postings, _ in found if len(postings)]
        super().__init__(sets.any_of(bits, size))
        self._words, self._word = words, word
        self.is_scored = bool(self._scored)

    @cached_property
    def _impacts(self) -> list[tuple[Impacts, float]]:
        return [(self._words.impacts(self._word, a), weight) for a, _, weight in self._scored]

    @property
    def slack(self) -> float:
        return sum(weight * impacts.unit for impacts, weight in self._impacts)

    def add(self, sums: Rough) -> None:
        for impacts, weight in self._impacts:
            impacts.add(sums, weight)

    def rough(self, docs: Ints) -> Rough:
        sums = np.zeros(len(docs), dtype=np.float32)
        for impacts, weight in self._impacts:
            sums += impacts.at(docs, weight)
        return sums

    def exact(self, candidates: Candidates) -> Floats | None:
        return plus(
            [
                weigh(postings.tf_at(candidates.docs), candidates.norms(attribute), weight * postings.rarity)
                for attribute, postings, weight in self._scored
            ]
        )


class Placed(Answer):
    """What a phrase or an operator with places finds: the articles of each field, and its weight there."""

    def __init__(
        self,
        snapshot: Snapshot,
        placing: PlaceFinder,
        node: Phrase | Near | NotNear | Together,
        found: Sequence[tuple[str, Ints, float]],
    ) -> None:
        super().__init__(sets.of_docs(np.concatenate([docs for _, docs, _ in found]), snapshot.size))
        self._snapshot, self._placing, self._node = snapshot, placing, node
        self._found = [part for part in found if len(part[1]) and part[2] != 0.0]
        self.is_scored = bool(self._found)

    @cached_property
    def _impacts(self) -> list[list[tuple[Impacts, float]]] | None:
        """Of each field the impacts of words, where all of them score in each article."""
        if not isinstance(self._node, Phrase):
            return None
        return [self._placing.impacts(self._node, attribute, weight) for attribute, _, weight in self._found]

    @property
    def slack(self) -> float:
        return sum(weight * impacts.unit for part in self._impacts or () for impacts, weight in part)

    def add(self, sums: Rough) -> None:
        for number, (attribute, found, weight) in enumerate(self._found):
            if self._impacts is None:
                scores = self._placing.scores(self._node, attribute, Candidates(self._snapshot, found), weight)
                if scores is not None:
                    sums[found] += scores.astype(np.float32)
            else:
                for impacts, factor in self._impacts[number]:
                    sums[found] += impacts.at(found, factor)

    def rough(self, docs: Ints) -> Rough:
        sums = np.zeros(self._snapshot.size, dtype=np.float32)
        self.add(sums)
        return sums[docs]

    def exact(self, candidates: Candidates) -> Floats | None:
        docs = candidates.docs
        parts: list[Floats | None] = []
        for attribute, found, weight in self._found:
            _, there = locate(found, docs)
            if there.all():
                parts.append(self._placing.scores(self._node, attribute, candidates, weight))
            elif there.any():
                scores = self._placing.scores(self._node, attribute, Candidates(self._snapshot, docs[there]), weight)
                if scores is not None:
                    every = np.zeros(len(docs))
                    every[there] = scores
                    parts.append(every)
        return plus(parts)


class Joined(Answer):
    """What several answers find together: all of them hold, or, with `any_of`, at least one."""

    def __init__(self, bits: Bits, parts: Sequence[Answer], *, any_of: bool = False) -> None:
        super().__init__(bits)
        self._parts = [part for part in parts if part.is_scored]
        self._any_of = any_of
        self.is_scored = bool(self._parts)
        # Where one of several is enough, each is asked only for articles of its own.
        self.is_zero_outside = any_of

    @property
    def slack(self) -> float:
        return sum(part.slack for part in self._parts)

    def add(self, sums: Rough) -> None:
        for part in self._parts:
            if not self._any_of or part.is_zero_outside:
                part.add(sums)
                continue
            own = np.zeros_like(sums)
            part.add(own)
            own *= sets.flags_of(part.bits, len(sums))
            sums += own

    def rough(self, docs: Ints) -> Rough:
        total = np.zeros(len(docs), dtype=np.float32)
        for part in self._parts:
            scores = part.rough(docs)
            if self._any_of and not part.is_zero_outside:
                scores *= sets.holds(part.bits, docs)
            total += scores
        return total

    def exact(self, candidates: Candidates) -> Floats | None:
        parts: list[Floats | None] = []
        for part in self._parts:
            scores = part.exact(candidates)
            if scores is not None and self._any_of and not part.is_zero_outside:
                scores = np.where(sets.holds(part.bits, candidates.docs), scores, 0.0)
            parts.append(scores)
        return plus(parts)
