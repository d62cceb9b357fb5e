"""What another Whoosh program committed: its TOC is read by name only, and what it wrote itself is built anew.

An ordinary foreign deletion may make Whoosh merge segments into its own format, which keeps neither surface forms nor the
ends of sentences nor exact lengths; the stored articles are whole, so the segment is made again from them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from searchkit.analysis import Analyzer
from searchkit.bridge.foreign import refs_of, stored_articles
from searchkit.bridge.toc import read_toc
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.location import Location, State
from searchkit.indexing.segments import SegmentBuilder


def converted(location: Location, state: State, builder: SegmentBuilder) -> tuple[SegmentRef, ...]:
    """The segments of another program's commit; those of its own format are built anew with `builder`.

    Raises CorruptIndex, IndexMismatch.
    """
    schema, segments, _ = read_toc(location.folder, state.generation)
    ours: list[SegmentRef] = []
    for segment in refs_of(segments):
        if isinstance(segment, SegmentRef):
            ours.append(segment)
            continue
        for _, article, origin in stored_articles(location.folder, schema, segment):
            builder.add(article, origin)
    builder.flush()
    return (*ours, *builder.segments)


def opened(location: Location, state: State, language: str) -> list[tuple[SegmentRef, SegmentReader]]:
    """The same for reading: what is built anew lies in files that have no names any more.

    Raises CorruptIndex, IndexMismatch, FileNotFoundError when a commit moved on meanwhile.
    """
    with (
        tempfile.TemporaryDirectory(prefix="searchkit-") as folder,
        SegmentBuilder(Path(folder), Analyzer(language)) as builder,
    ):
        refs = converted(location, state, builder)
        made = {ref.id for ref in builder.segments}
        # A file stays readable, through its mapping, when its folder is gone.
        return [(ref, SegmentReader((Path(folder) if ref.id in made else location.folder) / ref.file)) for ref in refs]
