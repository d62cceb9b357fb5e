"""Writes the stored fields of a segment: compresses records, and trains zstd dictionaries on them.

`stored_fields` describes the format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import zstandard

from searchkit.codec.container import ContainerWriter, smallest_dtype
from searchkit.codec.ragged import starts_from_counts

ZSTD_LEVEL = 3
DICTIONARY_SIZE = 112_640
"""Bytes, as zstd's own documentation recommends."""
MAX_SAMPLES = 1_000
"""The most records that a dictionary is trained on; they also have at most about SAMPLE_BYTES."""
MIN_SAMPLES = 64
"""The fewest records that a dictionary is trained on."""
SAMPLE_BYTES = 4 * 2**20
BATCH_BYTES = 2**20
"""The bytes of records that are compressed as a batch. The tables of the dictionary then stay in a
core's cache, which halves the time."""
BATCH_RECORDS = 4_096
"""The most records of a batch."""
MAX_DICTIONARIES = 16
"""The most dictionaries of a segment. A merge that would bring more compresses all records
again."""

DictionaryRange = tuple[int, int]
"""A first document, and the dictionary from there on (0: none, k: number k - 1)."""


def train_zstd_dictionary(samples: Sequence[bytes]) -> bytes:
    """Train a dictionary on records. Returns b"" if they are too few, or have nothing in common.

    Cover (Liao, Petri, Moffat, Wirth: "Effective Construction of Relative Lempel-Ziv Dictionaries",
    2016) with fixed parameters: to search for better ones takes ten times as long and gains
    nothing.
    """
    size = sum(map(len, samples))
    if len(samples) < MIN_SAMPLES or size < 8 * 1024:
        return b""
    try:
        trained = zstandard.train_dictionary(min(DICTIONARY_SIZE, size // 4), list(samples), k=1024, d=8, f=18, accel=4)
    except zstandard.ZstdError:
        return b""
    return bytes(trained.as_bytes())


class StoredFieldsWriter:
    """Compresses records in batches and writes them. A dictionary is trained on the first batch,
    and another one on the first batch after `add_compressed`.

    A thread compresses and writes while the caller goes on, so nothing else may be written to the
    container before `end`. An error in the thread is raised by the next call. `close` ends the
    thread.
    """

    def __init__(self, container: ContainerWriter) -> None:
        self._section = container.section("store")
        self._container = container
        self._sizes: list[int] = []
        self._batch: list[bytes] = []
        self._batch_bytes = 0
        self._max_records, self._max_bytes = MAX_SAMPLES, SAMPLE_BYTES
        self._compressor: zstandard.ZstdCompressor | None = None
        self._dictionaries: list[bytes] = []
        self._ranges: list[DictionaryRange] = []
        self._thread: ThreadPoolExecutor | None = None
        self._work: Future[None] | None = None

    def add(self, record: bytes) -> None:
        """Add the record of the next document."""
        self._batch.append(record)
        self._batch_bytes += len(record)
        if self._batch_bytes >= self._max_bytes or len(self._batch) >= self._max_records:
            self._wait()
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1)
            self._work = self._thread.submit(self._compress, self._take_batch())
            self._max_records, self._max_bytes = BATCH_RECORDS, BATCH_BYTES

    def add_compressed(self, dictionary: bytes, compressed: Iterable[bytes]) -> None:
        """Add the records of the next documents, compressed with a dictionary (b"" for none)."""
        self._flush()
        self._begin_range(dictionary)
        for frame in compressed:
            self._section.write(frame)
            self._sizes.append(len(frame))
        self._compressor = None
        self._max_records, self._max_bytes = MAX_SAMPLES, SAMPLE_BYTES

    def _begin_range(self, dictionary: bytes) -> None:
        number = 0
        if dictionary:
            if dictionary not in self._dictionaries:
                self._dictionaries.append(dictionary)
            number = self._dictionaries.index(dictionary) + 1
        if not self._ranges or self._ranges[-1][1] != number:
            self._ranges.append((len(self._sizes), number))

    def _take_batch(self) -> list[bytes]:
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        return batch

    def _wait(self) -> None:
        """Wait for the thread; raise its error."""
        work, self._work = self._work, None
        if work is not None:
            work.result()

    def _flush(self) -> None:
        """Compress and write all records that were added."""
        self._wait()
        if self._batch:
            self._compress(self._take_batch())

    def _compress(self, records: list[bytes]) -> None:
        if self._compressor is None:
            # Too few records to train on may be compressed with a dictionary that came with a
            # merge.
            dictionary = train_zstd_dictionary(records) or (self._dictionaries[0] if self._dictionaries else b"")
            self._begin_range(dictionary)
            self._compressor = _make_compressor(dictionary)
        for start in range(0, len(records), BATCH_RECORDS):
            frames = _compress_all(self._compressor, records[start : start + BATCH_RECORDS])
            self._section.write(b"".join(frames))
            self._sizes += map(len, frames)

    def end(self) -> None:
        """Write the records that are left, and the sections about them."""
        self._flush()
        self.close()
        self._section.end()
        starts = starts_from_counts(np.array(self._sizes, dtype=np.int64))
        self._container.add("store.at", starts.astype(smallest_dtype(int(starts[-1]))))
        runs = np.array(self._ranges, dtype="<u4").reshape(-1, 2)
        self._container.add("store.runs", runs.reshape(-1))
        at = starts_from_counts(np.array([len(d) for d in self._dictionaries], dtype=np.int64))
        self._container.add("store.dictionaries.at", at.astype("<u4"))
        self._container.add("store.dictionaries", np.frombuffer(b"".join(self._dictionaries), dtype=np.uint8))

    def close(self) -> None:
        """End the thread when it is done, with an error or without."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None


def _compress_all(compressor: zstandard.ZstdCompressor, records: Sequence[bytes]) -> list[bytes]:
    """Compress records, in one call that lets other threads run.

    Reference implementation: `compress` each. zstandard's backend for PyPy has no such call.
    """
    if zstandard.backend != "cext" or not any(records):
        return list(map(compressor.compress, records))
    frames = compressor.multi_compress_to_buffer([*records], threads=1)
    return [frames[number].tobytes() for number in range(len(frames))]


def _make_compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    if not dictionary:
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=False)
    trained = zstandard.ZstdCompressionDict(dictionary)
    trained.precompute_compress(level=ZSTD_LEVEL)
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, dict_data=trained, write_checksum=False, write_dict_id=False)
