"""One state of an index, opened through Whoosh's readers: what `whoosh_matchers` runs over."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader, TermNotFound

from searchkit.analysis import Analyzer
from searchkit.arrays import Bools, Ints
from searchkit.schema import UNDATED


class Leaf:
    """One segment of a view; `base` is the number of its first article in the view."""

    def __init__(self, reader: Any, base: int) -> None:
        self.reader, self.base = reader, base
        self.count: int = reader.doc_count_all()
        self.deleted: frozenset[int] = frozenset(reader.segment().deleted_docs())
        self.live: Bools = np.ones(self.count, dtype=bool)
        self.live[list(self.deleted)] = False

    def raw(self, field: str, term: bytes) -> Any:
        """The matcher of a term with deleted articles still in it, or None."""
        try:
            return self.reader._terms.matcher(field, term, self.reader.schema[field].format)
        except TermNotFound:
            return None

    def length(self, field: str, doc: int) -> int:
        """Words of an article in a field."""
        return int(self.reader.doc_field_length(doc, field, 0) or 0)

    @cached_property
    def dates(self) -> Ints:
        """Microseconds since the year 1, or UNDATED."""
        raw = self._column("date", 2**64 - 1, translate=False)
        return np.array([UNDATED if value == 2**64 - 1 else value for value in raw], dtype=np.int64)

    @cached_property
    def lengths(self) -> Ints:
        """Words of title and body together."""
        return np.array(self._column("words", 0, translate=True), dtype=np.int64)

    def _column(self, name: str, missing: int, *, translate: bool) -> list[int]:
        if not self.reader.has_column(name):
            return [missing] * self.count
        return [int(value) for value in self.reader.column_reader(name, translate=translate)]


class View:
    """Segments (Whoosh's Segment objects) in the order of the table of contents."""

    def __init__(self, folder: Path, schema: Schema, segments: Sequence[Any], language: str = "en") -> None:
        self.analyzer = Analyzer(language)
        self.leaves: list[Leaf] = []
        storage = FileStorage(str(folder))
        base = 0
        for segment in segments:
            leaf = Leaf(SegmentReader(storage, schema, segment), base)
            self.leaves.append(leaf)
            base += leaf.count
        self._fields: dict[str, tuple[int, float]] = {}

    def close(self) -> None:
        for leaf in self.leaves:
            leaf.reader.close()

    def statistics(self, field: str) -> tuple[int, float]:
        """How many live articles have a field, and how many words it has in them on average."""
        if field not in self._fields:
            lengths = [leaf.length(field, doc) for leaf in self.leaves for doc in range(leaf.count) if leaf.live[doc]]
            having = sum(length > 0 for length in lengths)
            self._fields[field] = having, sum(lengths) / having if having else 1.0
        return self._fields[field]

    def articles_with(self, field: str, term: bytes) -> int:
        """How many live articles have a term."""
        matchers = [(leaf, leaf.raw(field, term)) for leaf in self.leaves]
        return sum(doc not in leaf.deleted for leaf, found in matchers if found is not None for doc in found.all_ids())
