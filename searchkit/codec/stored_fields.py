"""Reads the stored fields of a segment: one compressed record for each document.

Zstandard (RFC 8878), one frame a record, so that an article is read without its neighbours. A
shared dictionary, trained on such records, compresses small ones as well as large blocks.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
import zstandard

from searchkit.arrays import Ints
from searchkit.codec.container import Container
from searchkit.errors import CorruptIndex

MAX_RECORD_SIZE = 400 * 2**20
"""Bytes of an uncompressed record: what the largest article that `schema` allows can take."""
MAX_RATIO = 40_000
"""How many times its own size a frame may unpack to. The best of zstd is 32,768: 128 KB in four
bytes."""


class StoredFields:
    """The records of a segment. Safe for many threads."""

    def __init__(self, container: Container, doc_count: int) -> None:
        self._container = container
        self._starts = container.array("store.at", count=doc_count + 1)
        runs = container.array("store.runs", dtypes=("<u4",)).astype(np.int64)
        at = container.array("store.dictionaries.at", dtypes=("<u4",)).astype(np.int64)
        size = container.sections["store.dictionaries"].size if "store.dictionaries" in container.sections else -1
        if len(runs) % 2 or not len(at) or len(at) > 2**16 or int(at[-1]) != size or (np.diff(at) < 0).any():
            raise container.corruption("the dictionaries of its articles do not fit")
        self._firsts, self._numbers = runs[0::2], runs[1::2]
        self._first_docs, self._dictionary_numbers = self._firsts.tolist(), self._numbers.tolist()
        if len(self._numbers) and int(self._numbers.max()) >= len(at):
            raise container.corruption("it names a dictionary that is not there")
        self._dictionaries_at = at
        self._local = threading.local()

    @property
    def dictionary_count(self) -> int:
        """The number of dictionaries that its records are compressed with."""
        return len(self._dictionaries_at) - 1

    def dictionary(self, number: int) -> bytes:
        """Dictionary `number`, counted from 1; b"" for 0, which is none."""
        if number == 0:
            return b""
        start, end = (int(at) for at in self._dictionaries_at[number - 1 : number + 1])
        return self._container.read_bytes("store.dictionaries", start, end)

    def dictionary_number(self, doc: int) -> int:
        """The number of the dictionary that a document's record needs (0: none)."""
        index = bisect_right(self._first_docs, doc) - 1
        if index < 0:
            raise self._container.corruption(f"its article {doc} belongs to no dictionary")
        number: int = self._dictionary_numbers[index]
        return number

    def frame(self, doc: int) -> bytes:
        """The compressed record of a document."""
        return self._container.read_bytes("store", int(self._starts[doc]), int(self._starts[doc + 1]))

    def record(self, doc: int) -> bytes:
        """The record of a document, unpacked. Raises CorruptIndex."""
        number = self.dictionary_number(doc)
        return self._unpack(doc, self.frame(doc), self._decompressor(doc, number))

    def records(self, docs: Ints) -> Iterator[bytes]:
        """The records of several documents (ascending), unpacked. Raises CorruptIndex.

        Reference implementation: `record` of each.
        """
        for number, group in self.group_by_dictionary(docs):
            decompressor = self._decompressor(int(group[0]), number)
            edges = zip(group.tolist(), self._starts[group].tolist(), self._starts[group + 1].tolist(), strict=True)
            for doc, start, end in edges:
                yield self._unpack(doc, self._container.read_bytes("store", start, end), decompressor)

    def _decompressor(self, doc: int, number: int) -> zstandard.ZstdDecompressor:
        """What unpacks records that need dictionary `number`, such as that of `doc`."""
        # A decompressor is not thread-safe: each thread has its own, by dictionary. To make one
        # takes 75 µs, to unpack a record 5 µs.
        decompressors: dict[int, zstandard.ZstdDecompressor] | None = getattr(self._local, "decompressors", None)
        if decompressors is None:
            decompressors = self._local.decompressors = {}
        decompressor = decompressors.get(number)
        if decompressor is None:
            try:
                data = self.dictionary(number)
                trained = zstandard.ZstdCompressionDict(data) if data else None
                decompressor = decompressors[number] = zstandard.ZstdDecompressor(dict_data=trained)
            except (zstandard.ZstdError, MemoryError) as error:
                raise self._cannot_unpack(doc, error) from error
        return decompressor

    def _unpack(self, doc: int, frame: bytes, decompressor: zstandard.ZstdDecompressor) -> bytes:
        try:
            size = zstandard.frame_content_size(frame)
            if not 0 <= size <= MAX_RECORD_SIZE or size > 1024 + MAX_RATIO * len(frame):
                raise self._container.corruption(f"its article {doc} says that it has {size:,} bytes")
            record: bytes = decompressor.decompress(frame)
            return record
        except (zstandard.ZstdError, MemoryError) as error:
            raise self._cannot_unpack(doc, error) from error

    def _cannot_unpack(self, doc: int, error: Exception) -> CorruptIndex:
        return self._container.corruption(f"its article {doc} cannot be unpacked ({error})")

    def group_by_dictionary(self, docs: Ints) -> list[tuple[int, Ints]]:
        """Group documents (ascending) that follow each other and need the same dictionary; each
        group has the dictionary's number.

        Reference implementation: `itertools.groupby(docs, dictionary_number)`.
        """
        if not len(docs):
            return []
        self.dictionary_number(int(docs[0]))
        numbers = self._numbers[np.searchsorted(self._firsts, docs, side="right") - 1]
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        return [(int(numbers[group[0]]), docs[group]) for group in np.split(np.arange(len(docs)), cuts)]
