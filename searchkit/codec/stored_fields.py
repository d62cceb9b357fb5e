"""The articles themselves: one compressed record each, with a dictionary trained on their like.

Zstandard (RFC 8878), one frame a record, so that one article is read without its neighbours; the shared dictionary gives
small records the ratio of large blocks.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
import zstandard

from searchkit.arrays import Ints
from searchkit.codec.container import Container, ContainerWriter, smallest_dtype
from searchkit.codec.ragged import starts_from_counts

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

LEVEL = 3
DICTIONARY_SIZE = 112_640
"""Bytes, as zstd's own documentation recommends."""
SAMPLES = 1_000
FEWEST_SAMPLES = 64
SAMPLE_BYTES = 4 * 2**20
BATCH_BYTES = 2**20
"""Bytes of records that are compressed one after the other: the tables of the dictionary then stay in a core's cache, which
halves the time."""
LARGEST_RECORD = 400 * 2**20
"""Bytes of a record, uncompressed: what an article of the most characters that may be (`schema`) takes at most."""
MOST_HELD = 4_096
"""Records that are compressed one after the other at most."""
MOST_RATIO = 40_000
"""How many times its size a frame may unpack to; zstd's best is 32,768, a block of 128 KB in four bytes."""
MOST_DICTIONARIES = 16

Run = tuple[int, int]
"""From which document on which dictionary holds (0: none, k: number k - 1)."""


def train(samples: Sequence[bytes]) -> bytes:
    """A dictionary for records like these, or b"" when they are too few or too odd to learn from.

    Cover (Liao, Petri, Moffat, Wirth: "Effective Construction of Relative Lempel-Ziv Dictionaries", 2016) with fixed
    parameters: searching for better ones takes ten times as long and gains nothing.
    """
    size = sum(map(len, samples))
    if len(samples) < FEWEST_SAMPLES or size < 8 * 1024:
        return b""
    try:
        trained = zstandard.train_dictionary(min(DICTIONARY_SIZE, size // 4), list(samples), k=1024, d=8, f=18, accel=4)
    except zstandard.ZstdError:
        return b""
    return bytes(trained.as_bytes())


class StoredFieldsWriter:
    """Compresses records, many at once, and writes them; the first ones are held back to train the dictionary on.

    A thread does so while the caller goes on: its container is not to be written to before `end`. What goes wrong there is
    raised by the next call. `close` lets go of the thread.
    """

    def __init__(self, container: ContainerWriter) -> None:
        self._section = container.section("store")
        self._container = container
        self._sizes: list[int] = []
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._most_held, self._most_bytes = SAMPLES, SAMPLE_BYTES
        self._compressor: zstandard.ZstdCompressor | None = None
        self._dictionaries: list[bytes] = []
        self._runs: list[Run] = []
        self._thread: ThreadPoolExecutor | None = None
        self._work: Future[None] | None = None

    def add(self, record: bytes) -> None:
        """The record of the next document."""
        self._held.append(record)
        self._held_bytes += len(record)
        if self._held_bytes >= self._most_bytes or len(self._held) >= self._most_held:
            self._wait()
            if self._thread is None:
                from concurrent.futures import ThreadPoolExecutor  # late: 2 ms at the start of a search

                self._thread = ThreadPoolExecutor(1)
            self._work = self._thread.submit(self._compress, self._taken())
            self._most_held, self._most_bytes = MOST_HELD, BATCH_BYTES

    def add_run(self, dictionary: bytes, compressed: Iterable[bytes]) -> None:
        """Records of consecutive documents that are compressed already, with this dictionary (b"": none)."""
        self._finish()
        self._run(dictionary)
        for frame in compressed:
            self._section.write(frame)
            self._sizes.append(len(frame))
        self._compressor = None
        self._most_held, self._most_bytes = SAMPLES, SAMPLE_BYTES

    def _run(self, dictionary: bytes) -> None:
        number = 0
        if dictionary:
            if dictionary not in self._dictionaries:
                self._dictionaries.append(dictionary)
            number = self._dictionaries.index(dictionary) + 1
        if not self._runs or self._runs[-1][1] != number:
            self._runs.append((len(self._sizes), number))

    def _taken(self) -> list[bytes]:
        taken, self._held, self._held_bytes = self._held, [], 0
        return taken

    def _wait(self) -> None:
        """Wait for what the thread does."""
        work, self._work = self._work, None
        if work is not None:
            work.result()

    def _finish(self) -> None:
        """Compress and write what is at hand."""
        self._wait()
        if self._held:
            self._compress(self._taken())

    def _compress(self, records: list[bytes]) -> None:
        if self._compressor is None:
            # What a merge brought may serve its small neighbours too.
            dictionary = train(records) or (self._dictionaries[0] if self._dictionaries else b"")
            self._run(dictionary)
            self._compressor = _compressor(dictionary)
        for start in range(0, len(records), MOST_HELD):
            frames = _frames(self._compressor, records[start : start + MOST_HELD])
            self._section.write(b"".join(frames))
            self._sizes += map(len, frames)

    def end(self) -> None:
        """Write what is left and the sections beside."""
        self._finish()
        self.close()
        self._section.end()
        starts = starts_from_counts(np.array(self._sizes, dtype=np.int64))
        self._container.add("store.at", starts.astype(smallest_dtype(int(starts[-1]))))
        runs = np.array(self._runs, dtype="<u4").reshape(-1, 2)
        self._container.add("store.runs", runs.reshape(-1))
        at = starts_from_counts(np.array([len(d) for d in self._dictionaries], dtype=np.int64))
        self._container.add("store.dictionaries.at", at.astype("<u4"))
        self._container.add("store.dictionaries", np.frombuffer(b"".join(self._dictionaries), dtype=np.uint8))

    def close(self) -> None:
        """Wait until the thread is done, whatever came of it, and end it."""
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None


def _frames(compressor: zstandard.ZstdCompressor, records: Sequence[bytes]) -> list[bytes]:
    """Records, each compressed, in one call that lets other threads run.

    Slow twin: `compress` each; so does what has no such call, zstandard's backend for PyPy.
    """
    if zstandard.backend != "cext" or not any(records):
        return list(map(compressor.compress, records))
    frames = compressor.multi_compress_to_buffer([*records], threads=1)
    return [frames[number].tobytes() for number in range(len(frames))]


def _compressor(dictionary: bytes) -> zstandard.ZstdCompressor:
    if not dictionary:
        return zstandard.ZstdCompressor(level=LEVEL, write_checksum=False)
    trained = zstandard.ZstdCompressionDict(dictionary)
    trained.precompute_compress(level=LEVEL)
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_checksum=False, write_dict_id=False)


class StoredFields:
    """The records of a segment, for reading by many threads."""

    def __init__(self, container: Container, docs: int) -> None:
        self._container = container
        self._starts = container.array("store.at", count=docs + 1)
        runs = container.array("store.runs", dtypes=("<u4",)).astype(np.int64)
        at = container.array("store.dictionaries.at", dtypes=("<u4",)).astype(np.int64)
        size = container.sections["store.dictionaries"].size if "store.dictionaries" in container.sections else -1
        if len(runs) % 2 or not len(at) or len(at) > 2**16 or int(at[-1]) != size or (np.diff(at) < 0).any():
            raise container.corrupt("the dictionaries of its articles do not fit")
        self._firsts, self._numbers = runs[0::2], runs[1::2]
        self._first_of_run, self._number_of_run = self._firsts.tolist(), self._numbers.tolist()
        if len(self._numbers) and int(self._numbers.max()) >= len(at):
            raise container.corrupt("it names a dictionary that is not there")
        self._dictionaries_at = at
        self._local = threading.local()

    @property
    def dictionary_count(self) -> int:
        return len(self._dictionaries_at) - 1

    def dictionary(self, number: int) -> bytes:
        """Dictionary `number`, counted from 1; 0 is none."""
        if number == 0:
            return b""
        start, end = (int(at) for at in self._dictionaries_at[number - 1 : number + 1])
        return self._container.read_bytes("store.dictionaries", start, end)

    def dictionary_number(self, doc: int) -> int:
        """The dictionary that a document's record needs."""
        run = bisect_right(self._first_of_run, doc) - 1
        if run < 0:
            raise self._container.corrupt(f"its article {doc} belongs to no dictionary")
        number: int = self._number_of_run[run]
        return number

    def frame(self, doc: int) -> bytes:
        """The compressed record of a document."""
        return self._container.read_bytes("store", int(self._starts[doc]), int(self._starts[doc + 1]))

    def record(self, doc: int) -> bytes:
        """The record of a document. Raises CorruptIndex."""
        frame = self.frame(doc)
        number = self.dictionary_number(doc)
        # Decompressors are not safe for many threads at once: each thread has its own, by the number of the dictionary.
        decompressors: dict[int, zstandard.ZstdDecompressor] | None = getattr(self._local, "decompressors", None)
        if decompressors is None:
            decompressors = self._local.decompressors = {}
        decompressor = decompressors.get(number)
        try:
            if decompressor is None:
                data = self.dictionary(number)
                trained = zstandard.ZstdCompressionDict(data) if data else None
                decompressor = decompressors[number] = zstandard.ZstdDecompressor(dict_data=trained)
            size = zstandard.frame_content_size(frame)
            if not 0 <= size <= LARGEST_RECORD or size > 1024 + MOST_RATIO * len(frame):
                raise self._container.corrupt(f"its article {doc} says that it has {size:,} bytes")
            record: bytes = decompressor.decompress(frame)
            return record
        except (zstandard.ZstdError, MemoryError) as error:
            raise self._container.corrupt(f"its article {doc} cannot be unpacked ({error})") from error

    def runs(self, docs: Ints) -> list[tuple[int, Ints]]:
        """Documents (ascending) by the dictionary that they need, in order.

        Slow twin: `dictionary_number` each, equal neighbours together.
        """
        if not len(docs):
            return []
        self.dictionary_number(int(docs[0]))
        numbers = self._numbers[np.searchsorted(self._firsts, docs, side="right") - 1]
        cuts = np.flatnonzero(np.diff(numbers)) + 1
        return [(int(numbers[run[0]]), docs[run]) for run in np.split(np.arange(len(docs)), cuts)]
