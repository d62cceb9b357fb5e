"""What searches have worked out and later ones will want again: shared by all of them, within a budget of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Protocol, TypeVar, cast


class Sized(Protocol):
    """Anything that knows how many bytes it takes."""

    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=Sized)

LARGE = 8
"""An entry that takes more than one in so many bytes of the budget is not kept."""
OVERHEAD = 300
"""Bytes that an entry takes beside what it says."""


class Warm:
    """Entries by key; those that were wanted longest ago go first when there are too many bytes.

    Safe for many threads: two that want the same new entry at once make it twice, at the worst.
    """

    def __init__(self, budget: int) -> None:
        self._budget, self._used = budget, 0
        self._entries: OrderedDict[Hashable, tuple[Sized, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The entry of a key, made when there is none. What is too large for the budget is made and not kept."""
        with self._lock:
            found = self._entries.get(key)
            if found is not None:
                self._entries.move_to_end(key)
                return cast("T", found[0])
        made = make()
        size = made.nbytes + OVERHEAD
        if size * LARGE > self._budget:
            return made
        with self._lock:
            before = self._entries.pop(key, None)
            self._used += size - (before[1] if before else 0)
            self._entries[key] = (made, size)
            while self._used > self._budget:
                _, (_, freed) = self._entries.popitem(last=False)
                self._used -= freed
        return made
