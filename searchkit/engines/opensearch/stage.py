"""Makes documents of articles that are staged, and keeps them in a spool until they are sent.

Worker processes do the same with a part of the articles each (`sink`), so that the process that
sends them has little else to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson

from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.mapping import MAX_VALUE_CHARACTERS, part_of
from searchkit.engines.opensearch.spool import Spool
from searchkit.indexing.entries import hash_record
from searchkit.model import Article, Partition
from searchkit.query.value_parts import path_values

_BATCH_ARTICLES, _BATCH_BYTES = 500, 2**20
"""The articles, and the bytes of their records, of which documents are made at once."""


class StagedDocument(NamedTuple):
    """What is to be sent of a staged article: its number in the stage, the id of the article, the
    file that it came from, the part that it belongs to, and its document. `fault` says why a
    cluster cannot hold it; it is "" if it can."""

    number: int
    id: str
    origin: str
    part: str
    fault: str
    document: bytes


class Stage:
    """Staged articles, numbered from 0 on in the order in which they were added."""

    def __init__(self, maker: DocumentMaker, partition: Partition, path: Path | None = None) -> None:
        """The documents go into a new file `path`, or into one without a name."""
        self._maker, self._partition = maker, partition
        self._spool = Spool(path)
        self._waiting: list[tuple[Article, str, bytes, int]] = []
        self._waiting_bytes = 0

    @property
    def count(self) -> int:
        """How many articles were added, with those that were dropped."""
        return self._spool.count + len(self._waiting)

    def add(self, article: Article, origin: str, record: bytes) -> int:
        """Add an article with its origin and its record; return its number. Raises
        StorageError."""
        number = self.count
        self._waiting.append((article, origin, record, hash_record(record)))
        self._waiting_bytes += len(record)
        if len(self._waiting) >= _BATCH_ARTICLES or self._waiting_bytes >= _BATCH_BYTES:
            self._make()
        return number

    def flush(self) -> None:
        """Write all documents into the file. Raises StorageError."""
        self._make()
        self._spool.flush()

    def read(self) -> Iterator[StagedDocument]:
        """What was added and not dropped. Nothing may be added until the last is read. Raises
        StorageError."""
        self._make()
        return read_documents(self._spool)

    def drop(self) -> None:
        """Drop what was added; its numbers are not used again."""
        self._make()
        self._spool.drop()

    def close(self) -> None:
        """Close the file."""
        self._spool.close()

    def _make(self) -> None:
        """Make the documents of the articles that wait."""
        batch, self._waiting, self._waiting_bytes = self._waiting, [], 0
        if not batch:
            return
        faults = [_find_fault(article, origin) for article, origin, _, _ in batch]
        whole = [staged for staged, fault in zip(batch, faults, strict=True) if not fault]
        documents = iter(self._maker.make(whole))
        for (article, origin, _, _), fault in zip(batch, faults, strict=True):
            head = orjson.dumps((article.id, origin, part_of(article, self._partition), fault))
            self._spool.add(b"%b\n%b" % (head, b"" if fault else next(documents)))


def read_documents(spool: Spool) -> Iterator[StagedDocument]:
    """The documents that a stage wrote into a spool. Raises StorageError."""
    for number, record in spool.read():
        head, _, document = record.partition(b"\n")
        article_id, origin, part, fault = orjson.loads(head)
        yield StagedDocument(number, article_id, origin, part, fault, document)


def _find_fault(article: Article, origin: str) -> str:
    """Why a cluster cannot hold an article, "" if it can: values that are too long would be found
    by no query."""
    for name, value in (("source", article.source), *(("path", path) for path in path_values(article, origin))):
        # The cluster counts units of UTF-16; a character has one or two.
        if len(value) * 2 > MAX_VALUE_CHARACTERS and (size := len(value.encode("utf-16-le")) // 2) > MAX_VALUE_CHARACTERS:
            return f"its {name} has {size:,} characters, and a cluster indexes values of at most {MAX_VALUE_CHARACTERS:,}"
    return ""
