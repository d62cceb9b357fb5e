"""A bounded cache: results that were computed and may be wanted again, shared by threads.

What each use of one gains is said where it is made. No NumPy: readers and the parser use it too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")

MIN_VALUES = 4
"""A cache has room for so many values of any size: one that takes more than 1/MIN_VALUES of the
capacity is not kept."""
ENTRY_OVERHEAD_BYTES = 300
"""The bytes that an entry takes in addition to its value."""


def count_one(value: object) -> int:
    """The size of any value in a cache that is bounded by its entries."""
    return 1


def measure_bytes(value: Any) -> int:
    """The size of a value that knows its `nbytes`, in a cache that is bounded by bytes."""
    return int(value.nbytes) + ENTRY_OVERHEAD_BYTES


class Cache:
    """Values by key, up to a capacity: a number of entries, or of what `size_of` measures (bytes,
    with `measure_bytes`).

    When it is full, a random entry is dropped. If a round of queries is a little larger than the
    capacity, this loses a few entries; dropping the oldest would lose each just before it is needed
    again. Safe for many threads: at worst, two that need the same new value both make it.
    """

    def __init__(self, capacity: int, size_of: Callable[[Any], int] = count_one) -> None:
        self._capacity, self._size_of = capacity, size_of
        self.size = 0
        self._entries: dict[Hashable, tuple[object, int]] = {}
        self._keys: list[Hashable] = []
        self._lock = threading.Lock()
        self._random = 1

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key; if there is none, `make` is called, and its result kept."""
        found = self._entries.get(key)
        if found is not None:
            return cast("T", found[0])
        made = make()
        self.put(key, made)
        return made

    def find(self, key: Hashable) -> Any:
        """The value of a key, or None."""
        found = self._entries.get(key)
        return None if found is None else found[0]

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value, unless its key already has one, or it is too large for the capacity."""
        size = self._size_of(value)
        if size * MIN_VALUES > self._capacity:
            return
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size)
            self.size += size
            while self.size > self._capacity:
                self._evict()
            self._keys.append(key)

    def _evict(self) -> None:
        """Drop a random entry, but not the one that is being added."""
        # The constants of glibc's rand(); importing `random` would cost every start of the command
        # 2 ms.
        self._random = (self._random * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
        index = (self._random >> 8) % len(self._keys)
        self._keys[index], self._keys[-1] = self._keys[-1], self._keys[index]
        _, freed = self._entries.pop(self._keys.pop())
        self.size -= freed
