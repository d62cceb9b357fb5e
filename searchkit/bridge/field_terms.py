"""The terms of one field of a segment, with their postings, in the order that Whoosh needs.

Whoosh also looks up numbers and dates by terms. It makes several terms of every value, each with
fewer bits (`whoosh.fields.NUMERIC`). Our segments keep numbers only as columns, so these terms are
made from the columns when Whoosh asks for them.
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
    """The terms of a field. The id of a term is its index in the order of their bytes."""

    lengths: AnyArray | None = None
    """The number of words of each document; None for a field of which Whoosh keeps no lengths."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def __getitem__(self, term_id: int) -> bytes: ...

    @abstractmethod
    def bisect(self, text: bytes) -> int:
        """How many terms are smaller."""

    def find(self, text: bytes) -> int:
        """The id of a term, or -1."""
        term_id = self.bisect(text)
        return term_id if term_id < len(self) and self[term_id] == text else -1

    def terms_from(self, text: bytes) -> Iterator[bytes]:
        """The terms that are not smaller than this text."""
        return map(self.__getitem__, range(self.bisect(text), len(self)))

    @abstractmethod
    def docs(self, term_id: int) -> Ints:
        """The documents (int64, ascending) with a term, deleted ones included."""

    def doc_freq(self, term_id: int) -> int:
        """How many documents have a term."""
        return len(self.docs(term_id))

    def weight(self, term_id: int) -> float:
        """How often a term occurs in all documents together."""
        return float(self.doc_freq(term_id))

    def frequencies(self, term_id: int) -> Floats | None:
        """How often a term occurs in each of its documents; None where each has it once."""
        return None

    def positions(self, term_id: int) -> tuple[Ints, Ints] | None:
        """The positions of a term, and how many each document has; None where none are kept."""
        return None


class WordTerms(FieldTerms):
    """Words with frequencies, positions and lengths."""

    def __init__(self, field: WordField) -> None:
        self._terms, self._postings, self.lengths = field.terms, field.postings, field.lengths

    def __len__(self) -> int:
        return len(self._terms)

    def __getitem__(self, term_id: int) -> bytes:
        return self._terms[term_id]

    def bisect(self, text: bytes) -> int:
        return self._terms.bisect(text)

    def docs(self, term_id: int) -> Ints:
        return self._postings.docs(term_id)

    def doc_freq(self, term_id: int) -> int:
        return self._postings.doc_freq(term_id)

    def weight(self, term_id: int) -> float:
        return float(int(self._postings.occurrence_starts[term_id + 1]) - int(self._postings.occurrence_starts[term_id]))

    def frequencies(self, term_id: int) -> Floats:
        return self._postings.tf(term_id)

    def positions(self, term_id: int) -> tuple[Ints, Ints]:
        return self._postings.positions_by_doc(term_id)


class ValueTerms(FieldTerms):
    """The values of a field that is matched as a whole."""

    def __init__(self, values: ValueColumn) -> None:
        self._values = values

    def __len__(self) -> int:
        return len(self._values.dictionary)

    def __getitem__(self, term_id: int) -> bytes:
        return self._values.dictionary[term_id]

    def bisect(self, text: bytes) -> int:
        return self._values.dictionary.bisect(text)

    def docs(self, term_id: int) -> Ints:
        return self._values.docs_with(term_id)


class NumberTerms(FieldTerms):
    """Numbers as Whoosh indexes them.

    The first byte of a term says how many low bits are cut off. The number, plus half of its range,
    without these bits follows, the highest byte first.

    Reference implementation: `fields.NUMERIC.index` for each document.
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

    def _tier(self, term_id: int) -> tuple[int, int]:
        tier = bisect_right(self._firsts, term_id) - 1
        return tier, term_id - self._firsts[tier]

    def __getitem__(self, term_id: int) -> bytes:
        if not 0 <= term_id < len(self):
            raise IndexError(term_id)
        tier, index = self._tier(term_id)
        return bytes([tier * self._step]) + int(self._keys[tier][index]).to_bytes(self._size, "big")

    def bisect(self, text: bytes) -> int:
        return bisect_left(self, text)

    def _doc_range(self, term_id: int) -> tuple[int, int]:
        tier, index = self._tier(term_id)
        return int(self._starts[tier][index]), int(self._starts[tier][index + 1])

    def docs(self, term_id: int) -> Ints:
        first, last = self._doc_range(term_id)
        return np.sort(self._docs[first:last])

    def doc_freq(self, term_id: int) -> int:
        first, last = self._doc_range(term_id)
        return last - first
