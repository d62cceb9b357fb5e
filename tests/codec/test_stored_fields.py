"""Stored records: what goes in comes out, with dictionaries and without."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.codec import stored_fields_writer
from searchkit.codec.container import Container, ContainerWriter
from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.reader import SegmentReader
from searchkit.codec.stored_fields import StoredFields
from searchkit.codec.stored_fields_writer import (
    MAX_DICTIONARIES,
    MAX_SAMPLES,
    MIN_SAMPLES,
    StoredFieldsWriter,
    train_zstd_dictionary,
)
from searchkit.errors import CorruptIndex
from tests.codec.plain import Doc, build
from tests.codec.rewrite import rewrite, sections_of

NewPath = Callable[[], Path]


def news(seed: int, count: int) -> list[bytes]:
    """Records that are like each other within a seed, as those of one newspaper."""
    chance = random.Random(seed)
    words = [f"{chance.randrange(10**9):x}" for _ in range(300)]
    return [f'["{seed}-{number}", "{" ".join(chance.choices(words, k=30))}"]'.encode() for number in range(count)]


def stored(path: Path, records: Sequence[bytes]) -> StoredFields:
    with ContainerWriter(path) as container:
        writer = StoredFieldsWriter(container)
        for record in records:
            writer.add(record)
        writer.end()
        container.close()
    return StoredFields(Container(path), len(records))


def all_of(store: StoredFields, count: int) -> list[bytes]:
    return [store.record(doc) for doc in range(count)]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(max_size=300), max_size=10))
def test_few_records_need_no_dictionary(new_path: NewPath, records: list[bytes]) -> None:
    store = stored(new_path(), records)
    assert store.dictionary_count == 0
    assert all_of(store, len(records)) == records
    for doc, record in enumerate(records):
        assert zstandard.ZstdDecompressor().decompress(store.frame(doc)) == record


def test_thousands_of_records_share_a_dictionary(new_path: NewPath) -> None:
    records = news(1, MAX_SAMPLES + 2_000)
    path = new_path()
    store = stored(path, records)
    assert store.dictionary_count == 1
    assert all_of(store, len(records)) == records
    chance = random.Random(2)
    for doc in chance.sample(range(len(records)), 100):  # in any order
        assert store.record(doc) == records[doc]
    alone = sum(len(zstandard.ZstdCompressor(level=3).compress(record)) for record in records)
    assert path.stat().st_size < alone


def test_records_too_odd_to_learn_from_are_kept_too(new_path: NewPath) -> None:
    records = [random.Random(number).randbytes(200) for number in range(MIN_SAMPLES * 2)]
    assert all_of(stored(new_path(), records), len(records)) == records
    records = [b"x" * 200] * (MIN_SAMPLES * 2)
    assert all_of(stored(new_path(), records), len(records)) == records


@pytest.mark.parametrize("count", [MIN_SAMPLES - 1, MIN_SAMPLES, MIN_SAMPLES + 1])
def test_the_fewest_that_are_learned_from(new_path: NewPath, count: int) -> None:
    records = news(3, count)
    store = stored(new_path(), records)
    assert store.dictionary_count == (count >= MIN_SAMPLES)
    assert all_of(store, count) == records


@settings(deadline=None, max_examples=40)
@given(st.lists(st.binary(max_size=300), max_size=10))
@example([b""])
def test_records_compressed_in_one_call_are_those_compressed_one_by_one(records: list[bytes]) -> None:
    compressor = stored_fields_writer._make_compressor(train_zstd_dictionary(news(1, MIN_SAMPLES * 10)))
    assert stored_fields_writer._compress_all(compressor, records) == list(map(compressor.compress, records))


def test_what_goes_wrong_while_the_caller_goes_on_is_raised_by_the_next_call(
    new_path: NewPath, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, records: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(StoredFieldsWriter, "_compress", full)
    with ContainerWriter(new_path()) as container:
        writer = StoredFieldsWriter(container)
        for record in news(1, MAX_SAMPLES):
            writer.add(record)
        with pytest.raises(OSError, match="no space left"):
            writer.end()
        writer.close()


def test_small_samples_are_not_learned_from() -> None:
    assert train_zstd_dictionary([b"a"] * 100) == b""
    assert train_zstd_dictionary([]) == b""


def test_large_records_begin_before_many_are_held(new_path: NewPath, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_fields_writer, "SAMPLE_BYTES", 50_000)
    monkeypatch.setattr(stored_fields_writer, "BATCH_BYTES", 10_000)
    records = news(4, 400)
    with ContainerWriter(new_path()) as container:
        writer = StoredFieldsWriter(container)
        held = []
        for record in records:
            writer.add(record)
            held.append(sum(map(len, writer._batch)))
        assert max(held) < 50_000
        assert max(held[held.index(0) :]) < 10_000


def test_records_that_compress_best_are_not_taken_for_damage(new_path: NewPath) -> None:
    records = [b"a" * 3_000_000, b"", bytes(20_000_000), b"ab" * 500_000]
    assert all_of(stored(new_path(), records), len(records)) == records


def doc(record: bytes) -> Doc:
    return Doc(record)


def merged(
    new_path: NewPath, parts: Sequence[Sequence[bytes]], live: Sequence[Sequence[bool]] | None = None
) -> SegmentReader:
    segments = [build(new_path(), [Doc(record) for record in records]) for records in parts]
    masks = [None] * len(parts) if live is None else [np.array(mask, dtype=bool) for mask in live]
    path = new_path()
    merge(path, [MergeInput(segment, mask) for segment, mask in zip(segments, masks, strict=True)])
    return SegmentReader(path)


RUN_SIZES = st.lists(st.tuples(st.sampled_from((0, 1, 5, 63, 64, 80)), st.integers(1, 3)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=20)
@given(RUN_SIZES, st.integers(0, 2**32))
@example([(63, 1), (63, 1), (80, 2), (63, 3), (5, 1)], 1)  # small parts get a dictionary together, before and after a run
def test_runs_after_merges(new_path: NewPath, sizes: list[tuple[int, int]], seed: int) -> None:
    """Parts with a dictionary and without, large and small, next to each other, with some records
    gone."""
    parts = [news(kind, size) for size, kind in sizes]
    chance = random.Random(seed)
    live = [[chance.random() < 0.8 for _ in part] for part in parts]
    kept = [
        record for part, mask in zip(parts, live, strict=True) for record, alive in zip(part, mask, strict=True) if alive
    ]
    segment = merged(new_path, parts, live)
    assert all_of(segment.stored_fields, segment.doc_count) == kept
    docs = np.arange(segment.doc_count, dtype=np.int64)
    for some in (docs, docs[::3], docs[:0]):
        assert list(segment.stored_fields.records(some)) == [segment.stored_fields.record(d) for d in some.tolist()]
        runs = segment.stored_fields.group_by_dictionary(some)
        assert [number for number, of_run in runs for _ in of_run.tolist()] == [
            segment.stored_fields.dictionary_number(d) for d in some.tolist()
        ]
        assert [d for _, of_run in runs for d in of_run.tolist()] == some.tolist()
        assert all(one != two for (one, _), (two, _) in itertools.pairwise(runs))


def test_compressed_records_are_copied_with_their_dictionary(new_path: NewPath) -> None:
    parts = [news(1, 100), news(2, 100)]
    segments = [build(new_path(), [Doc(record) for record in part]) for part in parts]
    path = new_path()
    merge(path, [MergeInput(segment) for segment in segments])
    store = SegmentReader(path).stored_fields
    assert store.dictionary_count == 2
    assert [store.dictionary(number) for number in (0, 1, 2)] == [b"", *(s.stored_fields.dictionary(1) for s in segments)]
    assert [store.frame(number) for number in range(200)] == [s.stored_fields.frame(n) for s in segments for n in range(100)]
    again = new_path()
    merge(again, [MergeInput(SegmentReader(path)), MergeInput(segments[0])])  # a dictionary that is there is not kept twice
    assert SegmentReader(again).stored_fields.dictionary_count == 2
    same = new_path()
    merge(
        same, [MergeInput(segments[0]), MergeInput(segments[0]), MergeInput(segments[1])]
    )  # neighbours with one dictionary are one run
    assert SegmentReader(same).container.array("store.runs").tolist() == [0, 1, 200, 2]


def test_too_many_dictionaries_make_one(new_path: NewPath) -> None:
    few = [news(kind, MIN_SAMPLES) for kind in range(MAX_DICTIONARIES)]
    segment = merged(new_path, few)
    assert segment.stored_fields.dictionary_count == MAX_DICTIONARIES
    assert all_of(segment.stored_fields, segment.doc_count) == [record for part in few for record in part]
    more = new_path()
    merge(more, [MergeInput(segment), MergeInput(build(new_path(), [Doc(record) for record in news(99, MIN_SAMPLES)]))])
    one = SegmentReader(more)
    assert one.stored_fields.dictionary_count == 1
    assert all_of(one.stored_fields, one.doc_count) == [record for part in [*few, news(99, MIN_SAMPLES)] for record in part]


def test_many_threads_read_at_once(new_path: NewPath) -> None:
    records = [record for part in (news(1, 300), news(2, 300)) for record in part]
    segment = merged(new_path, [records[:300], records[300:]])
    wrong: list[int] = []

    def read(seed: int) -> None:
        order = list(range(600))
        random.Random(seed).shuffle(order)
        wrong.extend(doc for doc in order if segment.stored_fields.record(doc) != records[doc])

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def frames(records: Sequence[bytes]) -> dict[str, np.ndarray[tuple[int], np.dtype[np.uint8]]]:
    data = b"".join(records)
    at = np.cumsum([0, *map(len, records)])
    return {"store": np.frombuffer(data, dtype=np.uint8), "store.at": at.astype(np.uint16)}


def test_records_that_say_they_are_huge_are_damage(new_path: NewPath) -> None:
    """Bytes of a frame say how large its content is: they are not believed."""
    path = new_path()
    build(path, [Doc(b"x")])
    magic = zstandard.FRAME_HEADER
    huge = magic + b"\xe0" + (2**40).to_bytes(8, "little") + b"\x01\0\0"  # one segment, 8 bytes of size, an empty block
    large = magic + b"\xa0" + (2**30).to_bytes(4, "little") + b"\x01\0\0"
    unknown = zstandard.ZstdCompressor(write_content_size=False).compress(b"x")
    for frame in (huge, large, unknown):
        store = SegmentReader(rewrite(path, new_path(), frames([frame]))).stored_fields
        with pytest.raises(CorruptIndex, match="says that it has"):
            store.record(0)
        with pytest.raises(CorruptIndex, match="says that it has"):
            list(store.records(np.arange(1)))
    for frame in (b"", b"no frame", zstandard.ZstdCompressor().compress(b"peace" * 100)[:-5]):
        store = SegmentReader(rewrite(path, new_path(), frames([frame]))).stored_fields
        with pytest.raises(CorruptIndex, match="cannot be unpacked"):
            store.record(0)


def test_a_damaged_dictionary_is_damage(new_path: NewPath) -> None:
    path = new_path()
    build(path, [Doc(record) for record in news(1, 100)])
    data = sections_of(path)["store.dictionaries"]
    data[8:200] ^= 255  # its tables
    store = SegmentReader(rewrite(path, new_path(), {"store.dictionaries": data})).stored_fields
    with pytest.raises(CorruptIndex, match="cannot be unpacked"):
        store.record(0)


@pytest.mark.parametrize(
    ("runs", "at", "reason"),
    [
        ([0, 1], [0], "names a dictionary that is not there"),
        ([0], [0], "do not fit"),
        ([0, 0], [], "do not fit"),
        ([0, 0], [0, 1], "do not fit"),
        ([0, 0], [0, 2, 0], "do not fit"),
    ],
)
def test_dictionaries_that_do_not_fit_are_damage(new_path: NewPath, runs: list[int], at: list[int], reason: str) -> None:
    path = new_path()
    build(path, [Doc(b"x")])
    changes = {"store.runs": np.array(runs, dtype=np.uint32), "store.dictionaries.at": np.array(at, dtype=np.uint32)}
    with pytest.raises(CorruptIndex, match=reason):
        _ = SegmentReader(rewrite(path, new_path(), changes)).stored_fields


def test_a_record_of_no_run_is_damage(new_path: NewPath) -> None:
    path = new_path()
    build(path, [Doc(b"x"), Doc(b"y")])
    store = SegmentReader(rewrite(path, new_path(), {"store.runs": np.array([1, 0], dtype=np.uint32)})).stored_fields
    assert store.record(1) == b"y"
    with pytest.raises(CorruptIndex, match="article 0 belongs to no dictionary"):
        store.record(0)
    with pytest.raises(CorruptIndex, match="article 0 belongs to no dictionary"):
        store.group_by_dictionary(np.arange(2))
