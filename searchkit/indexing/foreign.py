"""Opens what another Whoosh program committed: segments in Whoosh's own format are converted to
ours.

A deletion by another program may make Whoosh merge segments into its own format, which keeps
neither surface forms nor the ends of sentences nor exact lengths. The stored articles are whole, so
the segment is built again from them.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from searchkit.analysis import Analyzer
from searchkit.bridge.foreign import read_articles, segment_refs
from searchkit.bridge.toc import read_toc
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.index_folder import Generation, IndexFolder
from searchkit.indexing.segments import SegmentBuilder


def convert_segments(index_folder: IndexFolder, generation: Generation, builder: SegmentBuilder) -> tuple[SegmentRef, ...]:
    """The segments of another program's commit; those in Whoosh's format are built again with
    `builder`.

    Raises CorruptIndex, IndexMismatch.
    """
    schema, segments, _ = read_toc(index_folder.path, generation.number)
    ours: list[SegmentRef] = []
    for segment in segment_refs(segments):
        if isinstance(segment, SegmentRef):
            ours.append(segment)
            continue
        for _, article, origin in read_articles(index_folder.path, schema, segment):
            builder.add(article, origin)
    builder.flush()
    return (*ours, *builder.segments)


def open_segments(index_folder: IndexFolder, generation: Generation) -> list[tuple[SegmentRef, SegmentReader]]:
    """Open the same segments for reading. The files of those that are built have lost their names;
    they exist until they are closed.

    Raises CorruptIndex, IndexMismatch, FileNotFoundError when a commit moved on meanwhile.
    """
    with (
        tempfile.TemporaryDirectory(prefix="searchkit-") as folder,
        SegmentBuilder(Path(folder), Analyzer(generation.manifest.language)) as builder,
    ):
        refs = convert_segments(index_folder, generation, builder)
        made = {ref.id for ref in builder.segments}
        # A file stays readable, through its mapping, when its folder is gone.
        return [(ref, SegmentReader((Path(folder) if ref.id in made else index_folder.path) / ref.file)) for ref in refs]
