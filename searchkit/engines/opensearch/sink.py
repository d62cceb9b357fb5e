"""Stages the articles of a worker process when an index lies in a cluster: the worker writes their
documents into files, which its parent sends."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.spool import Spool, storage_errors
from searchkit.engines.opensearch.stage import Stage
from searchkit.indexing.store import StagedBatch
from searchkit.model import Article, Partition


class DocumentSink:
    """A Sink whose batches are files in a folder: one with the documents, and one that names the
    files of roots that their articles came from."""

    def __init__(self, folder: Path, language: str, partition: Partition) -> None:
        self._folder, self._partition = folder, partition
        self._maker = DocumentMaker(Analyzer(language))
        self.batches: list[StagedBatch] = []
        self._begin()

    def _begin(self) -> None:
        self.batch_id = uuid.uuid4().hex
        self._stage = Stage(self._maker, self._partition, self._folder / self.batch_id)
        self._origins: dict[str, None] = {}

    def has_committed(self, article_id: str, record_hash: int) -> bool:
        """See Sink.has_committed: the parent asks the cluster, for many articles at once."""
        return False

    def stage(self, article: Article, origin: str, record: bytes) -> int:
        """See Sink.stage. Raises StorageError."""
        self._origins[origin] = None
        return self._stage.add(article, origin, record)

    def flush(self) -> None:
        """See Sink.flush. Raises StorageError."""
        if self._stage.count:
            with storage_errors():
                _origins_path(self._folder, self.batch_id).write_bytes(orjson.dumps(list(self._origins)))
            self._stage.flush()
            self._stage.close()
            self.batches.append(StagedBatch(self.batch_id, self._stage.count))
            self._begin()

    def release(self) -> list[StagedBatch]:
        """See Sink.release."""
        released, self.batches = self.batches, []
        return released

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stage.close()
        for batch_id in (self.batch_id, *(batch.id for batch in self.batches)):
            for path in (self._folder / batch_id, _origins_path(self._folder, batch_id)):
                with suppress(OSError):
                    path.unlink(missing_ok=True)


def open_sink(*, folder: str, language: str, partition: Partition) -> DocumentSink:
    """A sink that writes into a folder of the parent's."""
    return DocumentSink(Path(folder), language, partition)


def open_batch(folder: Path, batch: StagedBatch) -> tuple[Spool, list[str]]:
    """The documents of a batch that was released, and the files that their articles came from. Its
    files are removed: what is open stays until it is closed. Raises StorageError."""
    with storage_errors():
        origins: list[str] = orjson.loads(_origins_path(folder, batch.id).read_bytes())
        spool = Spool.open(folder / batch.id, batch.article_count)
        for path in (folder / batch.id, _origins_path(folder, batch.id)):
            path.unlink()
    return spool, origins


def _origins_path(folder: Path, batch_id: str) -> Path:
    return folder / f"{batch_id}.origins"
