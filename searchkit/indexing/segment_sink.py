"""Stages the articles of a worker process when an index lies in a folder: the worker writes whole
segments there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from searchkit.analysis import Analyzer
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.store import StagedBatch
from searchkit.model import Article


class SegmentSink:
    """A Sink whose batches are segments."""

    def __init__(self, folder: Path, builder: SegmentBuilder, committed: Sequence[SegmentRef]) -> None:
        self._builder = builder
        self._committed = [(SegmentReader(folder / ref.file), ref.live_docs()) for ref in committed]

    @property
    def batch_id(self) -> str:
        """See Sink.batch_id."""
        return self._builder.id

    @property
    def batches(self) -> list[StagedBatch]:
        """See Sink.batches."""
        return [StagedBatch(ref.id, ref.doc_count) for ref in self._builder.segments]

    def has_committed(self, article_id: str, record_hash: int) -> bool:
        """See Sink.has_committed."""
        value = article_id.encode()
        for reader, live in self._committed:
            doc = reader.value_column("id.value").last_doc_with(value, live)
            if doc >= 0 and int(reader.number_column("digest")[doc]) == record_hash:
                return True
        return False

    def stage(self, article: Article, origin: str, record: bytes) -> int:
        """See Sink.stage."""
        return self._builder.add(article, origin, record)

    def flush(self) -> None:
        """See Sink.flush."""
        self._builder.flush()

    def release(self) -> list[StagedBatch]:
        """See Sink.release."""
        return [StagedBatch(ref.id, ref.doc_count) for ref in self._builder.release()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._builder.__exit__(kind, error, trace)


def open_sink(*, folder: str, language: str, memory_bytes: int, committed: Sequence[tuple[str, int, str]]) -> SegmentSink:
    """A sink of a folder; `committed` are the segments of the committed state: id, documents,
    deletions (hexadecimal)."""
    refs = [SegmentRef(segment, docs, bytes.fromhex(deletions)) for segment, docs, deletions in committed]
    return SegmentSink(Path(folder), SegmentBuilder(Path(folder), Analyzer(language), memory_bytes), refs)
