"""What searches have worked out and later ones will want again: shared by all of them, within a budget of bytes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar, cast


class Sized(Protocol):
    """Anything that knows how many bytes it takes."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)

LARGE = 4
"""An entry that takes more than one in so many bytes of the budget is not kept."""
OVERHEAD = 300
"""Bytes that an entry takes beside what it says."""


class Warm:
    """Entries by key. When there are too many bytes, any may go: that costs a round of queries that is a little too large
    for the budget a few entries, where to drop the oldest first would lose each just before it comes again.

    Safe for many threads: two that want the same new entry at once make it twice, at the worst.
    """

    def __init__(self, budget: int) -> None:
        self._budget, self._used = budget, 0
        self._entries: dict[Hashable, tuple[Sized, int]] = {}
        self._keys: list[Hashable] = []
        self._lock = threading.Lock()
        self._random = random.Random(0)  # noqa: S311  (not for secrets)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The entry of a key, made when there is none. What is too large for the budget is made and not kept."""
        found = self._entries.get(key)
        if found is not None:
            return cast("T", found[0])
        made = make()
        size = made.nbytes + OVERHEAD
        if size * LARGE > self._budget:
            return made
        with self._lock:
            if key in self._entries:
                return made
            self._entries[key] = (made, size)
            self._used += size
            while self._used > self._budget:
                place = self._random.randrange(len(self._keys))
                self._keys[place], self._keys[-1] = self._keys[-1], self._keys[place]
                _, freed = self._entries.pop(self._keys.pop())
                self._used -= freed
            self._keys.append(key)
        return made

    @property
    def nbytes(self) -> int:
        """Bytes of all entries."""
        return self._used
