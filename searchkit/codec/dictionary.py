"""Sorted texts that are found by bisection: terms, surface forms, values.

Texts are UTF-8 and sorted by their bytes, which is the order of their code points.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np

from searchkit.arrays import AnyArray, Ints, UInt32s
from searchkit.codec.container import Container, ContainerWriter, smallest_dtype
from searchkit.codec.ragged import ranges, run_starts, starts_from_counts
from searchkit.codec.string_array import StringArray, as_string_array, sorted_order


def write_dictionary(container: ContainerWriter, name: str, texts: Sequence[bytes] | StringArray) -> None:
    """Write texts, in their order, as the sections `name` and `name.at`."""
    written = as_string_array(texts)
    container.add(name, np.frombuffer(written.blob, dtype=np.uint8))
    container.add(f"{name}.at", written.starts.astype(smallest_dtype(len(written.blob))))


class Dictionary:
    """`len(self)` texts of a segment. The number of a text (`term_id`, `form_id`) is its rank in
    the order."""

    def __init__(self, container: Container, name: str) -> None:
        self._container, self.name = container, name
        self.starts: AnyArray = container.array(f"{name}.at")
        self._blob = container.array(name, dtypes=("|u1",))
        if len(self.starts) == 0 or int(self.starts[-1]) != len(self._blob) or int(self.starts[0]) != 0:
            raise container.corruption(f"its dictionary {name} does not fit its texts")
        self._size = len(self._blob)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> bytes:
        """The text with a number, as UTF-8. Raises CorruptIndex where it lies outside the
        section."""
        start, end = self.starts[number : number + 2].tolist()
        if not start <= end <= self._size:
            raise self._container.corruption(f"its dictionary {self.name} does not fit its texts")
        return self._blob[start:end].tobytes()

    def text(self, number: int) -> str:
        """The text with a number, decoded. Raises CorruptIndex for what is no UTF-8."""
        try:
            return self[number].decode()
        except UnicodeDecodeError:
            raise self._container.corruption(f"its dictionary {self.name} holds what is no text") from None

    def tolist(self, numbers: Ints | range | None = None) -> list[bytes]:
        """The texts with these numbers; without any, all texts. Reference implementation:
        `self[number]` of each."""
        blob = self._container.read_bytes(self.name)
        starts = self.starts.astype(np.int64)
        chosen = np.arange(len(self)) if numbers is None else np.asarray(numbers, dtype=np.int64)
        low, high = starts[chosen], starts[chosen + 1]
        return [blob[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]

    def find(self, text: bytes) -> int:
        """The number of a text, or -1. Reference implementation: `self.tolist().index(text)`."""
        number = self.bisect(text)
        return number if number < len(self) and self[number] == text else -1

    def bisect(self, text: bytes) -> int:
        """How many texts are smaller. Reference implementation:
        `sum(other < text for other in self.tolist())`."""
        return _bisect(len(self), lambda number: self[number] < text)

    def prefix_range(self, prefix: bytes) -> tuple[int, int]:
        """The numbers [first, last) of the texts with a prefix. Reference implementation: ask each
        text `startswith`."""
        first = self.bisect(prefix)
        last = _bisect(len(self), lambda number: self[number][: len(prefix)] <= prefix)
        return first, max(first, last)

    def numbers_holding(self, part: bytes) -> Ints:
        """The numbers (int64, ascending) of the texts that hold a part, which is not empty.

        Reference implementation: `[n for n, t in enumerate(self.tolist()) if part in t]`.
        """
        blob = self._container.read_bytes(self.name)
        # With a look-ahead, a match that goes over the end of a text hides none behind it.
        found = np.fromiter((match.start() for match in re.finditer(b"(?=" + re.escape(part) + b")", blob)), dtype=np.int64)
        starts = self.starts.astype(np.int64)
        numbers = np.searchsorted(starts, found, side="right") - 1
        numbers = numbers[found + len(part) <= starts[numbers + 1]]
        return numbers[run_starts(numbers)]

    def code_points_of(self, numbers: Ints) -> tuple[UInt32s, Ints]:
        """All characters of the texts with these numbers (uint32), and where each text begins among
        them (int64, one item more than there are texts).

        Reference implementation: `code_points` of a dictionary of these texts alone.
        """
        starts = self.starts[numbers].astype(np.int64)
        sizes = self.starts[numbers + 1].astype(np.int64) - starts
        if (sizes < 0).any() or (starts + sizes > self._size).any():
            raise self._container.corruption(f"its dictionary {self.name} does not fit its texts")
        joined = self._blob[ranges(starts, sizes)]
        try:
            characters = np.frombuffer(joined.tobytes().decode().encode("utf-32-le"), dtype="<u4")
        except UnicodeDecodeError:
            raise self._container.corruption(f"its dictionary {self.name} holds what is no text") from None
        begins = (joined & 0xC0) != 0x80
        before = np.zeros(len(begins) + 1, dtype=np.int64)
        np.cumsum(begins, out=before[1:])
        return characters, before[starts_from_counts(sizes)]

    @cached_property
    def code_points(self) -> tuple[UInt32s, Ints]:
        """All characters of all texts (uint32), and where each text begins among them (int64,
        len + 1 items)."""
        blob = self._container.read_bytes(self.name)
        try:
            characters = np.frombuffer(blob.decode().encode("utf-32-le"), dtype="<u4")
        except UnicodeDecodeError:
            raise self._container.corruption(f"its dictionary {self.name} holds what is no text") from None
        begins = (self._blob & 0xC0) != 0x80
        before = np.zeros(len(begins) + 1, dtype=np.int64)
        np.cumsum(begins, out=before[1:])
        return characters, before[self.starts.astype(np.int64)]


class ReversedDictionary:
    """The texts of a dictionary in the order of their reversed characters, for patterns that begin
    with a wildcard."""

    def __init__(self, container: Container, dictionary: Dictionary) -> None:
        self._dictionary = dictionary
        # The numbers of the texts, in that order.
        self.order = container.array(f"{dictionary.name}.backwards", count=len(dictionary))

    def suffix(self, ending: str) -> Ints:
        """The numbers (int64, ascending) of the texts with a suffix.

        Reference implementation: `[n for n, t in enumerate(texts) if t.endswith(ending)]`.
        """
        wanted = ending[::-1]
        size = len(wanted)

        def reversed_text(rank: int) -> str:
            return self._dictionary.text(int(self.order[rank]))[::-1]

        first = _bisect(len(self.order), lambda rank: reversed_text(rank) < wanted)
        last = _bisect(len(self.order), lambda rank: reversed_text(rank)[:size] <= wanted)
        return np.sort(self.order[first : max(first, last)].astype(np.int64))


def reversed_order(texts: Sequence[bytes] | StringArray) -> UInt32s:
    """The order of the reversed texts, as the section `.backwards` holds it.

    Reference implementation: the numbers of the texts sorted by `text[::-1]`.
    """
    order, _ = sorted_order(as_string_array(texts).reverse())
    return (len(order) - 1 - order).astype(np.uint32)


def _bisect(size: int, is_before: Callable[[int], bool]) -> int:
    """The first number below `size` that is not before what is looked for; `size` if all are."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if is_before(middle):
            low = middle + 1
        else:
            high = middle
    return low
