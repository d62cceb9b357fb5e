"""The terms of one field of a segment as Whoosh asks for them: sorted bytes, and the documents of each.

Whoosh looks numbers and dates up by terms, too: of every value it keeps several, each with some bits less
(`whoosh.fields.NUMERIC`). Our segments keep numbers as columns only, so these terms are made from them when somebody asks.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

import numpy as np

from searchkit.arrays import AnyArray, Floats, Ints
from searchkit.codec.columns import ValueColumn
from searchkit.codec.ragged import run_starts
from searchkit.codec.reader import WordField


class FieldTerms(ABC):
    """Terms are known by their number: their place in the order of their bytes."""

    lengths: AnyArray | None = None
    """Words of each document, where Whoosh keeps lengths of the field."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, number: int) -> bytes: ...

    @abstractmethod
    def bisect(self, text: bytes) -> int:
        """How many terms are smaller."""

    def find(self, text: bytes) -> int:
        """The number of a term, or -1."""
        number = self.bisect(text)
        return number if number < len(self) and self[number] == text else -1

    def since(self, text: bytes) -> Iterator[bytes]:
        """The terms from this text on."""
        return map(self.__getitem__, range(self.bisect(text), len(self)))

    @abstractmethod
    def docs(self, number: int) -> Ints:
        """The documents (int64, ascending) with a term, deleted ones included."""

    def count(self, number: int) -> int:
        """How many documents have a term."""
        return len(self.docs(number))

    def weight(self, number: int) -> float:
        """How often a term stands in all documents."""
        return float(self.count(number))

    def frequencies(self, number: int) -> Floats | None:
        """How often a term stands in each of its documents (None: once)."""
        return None

    def places(self, number: int) -> tuple[Ints, Ints] | None:
        """The positions of a term in all its documents, and how many there are in each; None where none are kept."""
        return None


class WordTerms(FieldTerms):
    """Words with frequencies, positions and lengths."""

    def __init__(self, field: WordField) -> None:
        self._terms, self._postings, self.lengths = field.terms, field.postings, field.lengths

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, number: int) -> bytes:
        return self._terms[number]

    def bisect(self, text: bytes) -> int:
        return self._terms.bisect(text)

    def docs(self, number: int) -> Ints:
        return self._postings.docs(number)

    def count(self, number: int) -> int:
        return self._postings.doc_freq(number)

    def weight(self, number: int) -> float:
        return float(int(self._postings.occurrences[number + 1]) - int(self._postings.occurrences[number]))

    def frequencies(self, number: int) -> Floats:
        return self._postings.tf(number)

    def places(self, number: int) -> tuple[Ints, Ints]:
        return self._postings.positions_by_doc(number)


class ValueTerms(FieldTerms):
    """Whole values, as written."""

    def __init__(self, values: ValueColumn) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values.dictionary)

    def __getitem__(self, number: int) -> bytes:
        return self._values.dictionary[number]

    def bisect(self, text: bytes) -> int:
        return self._values.dictionary.bisect(text)

    def docs(self, number: int) -> Ints:
        return self._values.docs_with(number)


class NumberTerms(FieldTerms):
    """Numbers as Whoosh indexes them: a term is one byte, how many bits are cut off, and what is left of the number plus
    half of its range, the highest byte first.

    Slow twin: `fields.NUMERIC.index` for each document.
    """

    def __init__(self, values: Ints, docs: Ints, bits: int, step: int) -> None:
        """`docs` (ascending) have these `values`; `bits` and `step` are the field's."""
        order = np.argsort(values, kind="stable")
        numbers = values[order].astype(np.uint64) + np.uint64(1 << (bits - 1))
        self._docs = docs[order]
        self._size, self._step = bits // 8, step
        self._keys: list[AnyArray] = []
        self._starts: list[Ints] = []
        self._firsts = [0]
        for shift in range(0, bits, step):
            keys = numbers >> np.uint64(shift)
            starts = run_starts(keys)
            self._keys.append(keys[starts])
            self._starts.append(np.append(starts, len(keys)))
            self._firsts.append(self._firsts[-1] + len(starts))

    def __len__(self) -> int:
        return self._firsts[-1]

    def _tier(self, number: int) -> tuple[int, int]:
        tier = bisect_right(self._firsts, number) - 1
        return tier, number - self._firsts[tier]

    def __getitem__(self, number: int) -> bytes:
        if not 0 <= number < len(self):
            raise IndexError(number)
        tier, place = self._tier(number)
        return bytes([tier * self._step]) + int(self._keys[tier][place]).to_bytes(self._size, "big")

    def bisect(self, text: bytes) -> int:
        return bisect_left(self, text)

    def _span(self, number: int) -> tuple[int, int]:
        tier, place = self._tier(number)
        return int(self._starts[tier][place]), int(self._starts[tier][place + 1])

    def docs(self, number: int) -> Ints:
        first, last = self._span(number)
        return np.sort(self._docs[first:last])

    def count(self, number: int) -> int:
        first, last = self._span(number)
        return last - first
