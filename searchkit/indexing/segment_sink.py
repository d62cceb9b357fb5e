"""What workers put articles into when an index lies in a folder: they write whole segments there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from searchkit.analysis import Analyzer
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.segments import SegmentBuilder
from searchkit.indexing.store import Written
from searchkit.model import Article


class SegmentSink:
    """A Sink whose batches are segments."""

    def __init__(self, folder: Path, builder: SegmentBuilder, committed: Sequence[SegmentRef]) -> None:
        self._builder = builder
        self._committed = [(SegmentReader(folder / ref.file), ref.live_docs()) for ref in committed]

    @property
    def id(self) -> str:
        """See Sink.id."""
        return self._builder.id

    @property
    def written(self) -> list[Written]:
        """See Sink.written."""
        return [Written(ref.id, ref.doc_count) for ref in self._builder.segments]

    def holds(self, article_id: str, record: int) -> bool:
        """See Sink.holds."""
        wanted = article_id.encode()
        for reader, live in self._committed:
            doc = reader.value_column("id.value").last_doc_with(wanted, live)
            if doc >= 0 and int(reader.number_column("digest")[doc]) == record:
                return True
        return False

    def put(self, article: Article, origin: str, record: bytes) -> int:
        """See Sink.put."""
        return self._builder.add(article, origin, record)

    def flush(self) -> None:
        """See Sink.flush."""
        self._builder.flush()

    def take_over(self) -> list[Written]:
        """See Sink.take_over."""
        return [Written(ref.id, ref.doc_count) for ref in self._builder.taken()]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._builder.__exit__(kind, error, trace)


def open_sink(*, folder: str, language: str, memory: int, segments: Sequence[tuple[str, int, str]]) -> SegmentSink:
    """A sink of a folder; `segments` are those of the committed state, each with its deletions (hexadecimal)."""
    refs = [SegmentRef(segment, docs, bytes.fromhex(bits)) for segment, docs, bits in segments]
    return SegmentSink(Path(folder), SegmentBuilder(Path(folder), Analyzer(language), memory), refs)
