"""Writes the postings of a field, slice by slice."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from searchkit.arrays import AnyArray, Ints
from searchkit.codec.container import ContainerWriter, smallest_dtype
from searchkit.codec.packing import code_widths, pack
from searchkit.codec.postings import BLOCK_BITS, LARGE_POSITION, LARGE_TF, block_count
from searchkit.codec.ragged import starts_from_counts, sum_runs
from searchkit.codec.segment_ref import INDEX_NAME


@dataclass(frozen=True, slots=True)
class PostingsSlice:
    """The postings of `term_count` consecutive terms of a field.

    `terms` (from 0 in this slice, ascending), `docs` (ascending in a term) and `tf` have one item
    for each posting. `positions` (ascending in a posting) and `codes` (the number of the form among
    its term's; None for a field that keeps no forms) have one item for each occurrence.
    """

    term_count: int
    terms: AnyArray
    docs: AnyArray
    tf: Ints
    positions: AnyArray
    codes: AnyArray | None


class PostingsWriter:
    """Writes the postings of a field, slice by slice.

    Slices are written to unnamed files beside the segment, so that memory holds one slice only.
    """

    def __init__(self, folder: Path, field: str, doc_count: int, forms: Ints | None) -> None:
        """`doc_count` is how many documents the segment has, `forms` how many surface forms each
        term has (None: the field keeps none)."""
        self._folder, self._field, self._blocks = folder, field, block_count(doc_count)
        self._widths = None if forms is None else code_widths(forms)
        self._files: dict[str, IO[bytes]] = {}
        self._counts: list[Ints] = []
        self._tokens: list[Ints] = []
        self._terms = self._postings = self._occurrences = 0
        self._large_tf: list[tuple[Ints, Ints]] = []
        self._large_positions: list[tuple[Ints, Ints]] = []

    def append(self, postings: PostingsSlice) -> None:
        """Add the postings of the terms that follow those added before."""
        blocks, terms, term, doc, tf = self._blocks, postings.term_count, postings.terms, postings.docs, postings.tf
        positions, codes = postings.positions, postings.codes
        self._counts.append(np.bincount(term * blocks + (doc >> BLOCK_BITS), minlength=terms * blocks))
        self._append_to("docs", doc.astype("<u2"))
        large = np.flatnonzero(tf >= LARGE_TF)
        self._large_tf.append((large + self._postings, tf[large]))
        self._append_to("tf", np.minimum(tf, LARGE_TF).astype("|u1"))
        high = np.flatnonzero(positions >= LARGE_POSITION)
        self._large_positions.append((high + self._occurrences, positions[high].astype(np.int64) >> 16))
        self._append_to("positions", positions.astype("<u2"))
        per_term = starts_from_counts(np.bincount(term, minlength=terms))
        occurrences = sum_runs(tf, per_term)
        self._tokens.append(occurrences)
        if codes is not None and self._widths is not None:
            self._append_to("codes", pack(codes, occurrences, self._widths[self._terms : self._terms + terms]))
        self._terms += terms
        self._postings += len(doc)
        self._occurrences += len(positions)

    def _append_to(self, name: str, array: AnyArray) -> None:
        if name not in self._files:
            # On a file system without unnamed files a crash may leave one; recovery knows it by its
            # name.
            file = tempfile.TemporaryFile(dir=self._folder, prefix=f"{INDEX_NAME}_", suffix=".tmp")  # noqa: SIM115
            self._files[name] = file
        self._files[name].write(memoryview(np.ascontiguousarray(array).data).cast("B") if len(array) else b"")

    def end(self, container: ContainerWriter) -> None:
        """Write the sections of the field."""
        field = self._field
        for name, numbers in (("postings", self._counts), ("occurrences", self._tokens)):
            starts = starts_from_counts(np.concatenate([*numbers, np.zeros(0, dtype=np.int64)]))
            container.add(f"{field}.{name}", starts.astype(smallest_dtype(int(starts[-1]))))
        for name, pairs in (("tf.large", self._large_tf), ("positions.large", self._large_positions)):
            at = np.concatenate([*(indexes for indexes, _ in pairs), np.zeros(0, dtype=np.int64)])
            values = np.concatenate([*(values for _, values in pairs), np.zeros(0, dtype=np.int64)])
            container.add(f"{field}.{name}.at", at.astype("<u8"))
            container.add(f"{field}.{name}", values.astype("<u4"))
        names = {"docs": "<u2", "tf": "|u1", "positions": "<u2"}
        for name, dtype in (names if self._widths is None else names | {"codes": "|u1"}).items():
            writing = container.section(f"{field}.{name}", dtype)
            file = self._files.pop(name, None)
            if file is not None:
                file.seek(0)
                while data := file.read(2**20):
                    writing.write(data)
                file.close()
            writing.end()

    def close(self) -> None:
        """Discard what was not written."""
        for file in self._files.values():
            file.close()
        self._files.clear()
