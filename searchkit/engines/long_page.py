"""Long pages of hits: each hit is made when it is asked for, and articles are read some at a
time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import overload

from searchkit.model import Hit
from searchkit.results import CachedArticle

WINDOW = 256
"""The hits whose articles are read together."""


class LongPage(Sequence[Hit]):
    """The hits of a long page, each made when it is asked for, and not kept.

    Articles of hits that are read in order are read some at a time, and not cached. Pickles and
    copies are tuples. `readable_after_fork` says whether a process that is forked off may read them
    too.
    """

    def __init__(self, length: int, make: Callable[[range], list[Hit]], *, readable_after_fork: bool) -> None:
        """`make` makes the hits with some indexes, which are a window."""
        self._indexes, self._make = range(length), make
        self.readable_after_fork = readable_after_fork

    def __len__(self) -> int:
        return len(self._indexes)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(index, slice):
            chosen = self._indexes[index]
            edges = range(0, len(chosen), WINDOW)
            return tuple([hit for at in edges for hit in self._make(chosen[at : at + WINDOW])])
        at = self._indexes[index]
        return self._make(range(at, at + 1))[0]

    def __iter__(self) -> Iterator[Hit]:
        for start in range(0, len(self), WINDOW):
            yield from self[start : start + WINDOW]

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, LongPage | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self):,} hits>"

    def __reduce__(self) -> tuple[type[tuple[Hit, ...]], tuple[list[Hit]]]:
        return tuple, (list(self),)


class Window:
    """The articles of hits that follow each other. When the second one is read after the first, all
    that follow are read at once."""

    def __init__(
        self, read_one: Callable[[int], CachedArticle], read_from: Callable[[int], Mapping[int, CachedArticle]]
    ) -> None:
        """`read_one` reads the article of the hit with an index, `read_from` those of that one and
        of all that follow, without articles that are gone."""
        self._read_one, self._read_from = read_one, read_from
        self._next = -1
        self._waiting: dict[int, CachedArticle] = {}

    def load(self, index: int) -> CachedArticle:
        """The article of a hit. The hit keeps it, and this does not."""
        if index not in self._waiting:
            is_next, self._next = index == self._next, index + 1
            if not is_next:
                return self._read_one(index)
            self._waiting = dict(self._read_from(index))
        found = self._waiting.pop(index, None)
        return self._read_one(index) if found is None else found
