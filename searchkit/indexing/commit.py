"""Making a generation visible, in one rename, and removing what no generation needs any more.

Written are, each synced before the next step: deletions, the state of the roots' files, the manifest under a temporary
name, Whoosh's TOC under a temporary name; the rename of the TOC is the commit.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.toc import read_toc, toc_bytes
from searchkit.codec.reference import INDEX_NAME, SegmentRef
from searchkit.errors import SearchkitError, StorageError
from searchkit.indexing.location import GENERATION_FILE, Location, generations, toc_path
from searchkit.indexing.manifest import Manifest, SegmentEntry, digest

_SEGMENT_FILE = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\..+")


def create(location: Location, language: str) -> None:
    """Make an empty index, if there is none yet. Raises StorageError, IndexLocked."""
    try:
        location.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the index folder {location.folder} cannot be made: {error.strerror}") from error
    with location.lock():
        if not location.exists():
            commit(location, 0, (), Manifest.fresh(language))


def commit(
    location: Location, generation: int, segments: Sequence[SegmentRef], manifest: Manifest, files: bytes | None = None
) -> None:
    """Make `generation` the newest one; the lock must be held, the segments' files synced.

    `files` is the new state of the roots' files (None: as the manifest names it).
    """
    folder = location.folder
    stem = f"_{INDEX_NAME}_{generation}"
    entries = []
    for ref in segments:
        name = ""
        if ref.deletions:
            # What is named for the segment survives the clean-up of other Whoosh programs as long as the segment does.
            name = f"{INDEX_NAME}_{ref.id}.deleted{generation}"
            _write(folder / name, ref.deletions)
        entries.append(SegmentEntry(ref.id, ref.docs, name, digest(ref.deletions) if name else ""))
    if files is not None:
        manifest = replace(manifest, files_name=f"{stem}.files")
        _write(folder / manifest.files_name, files)
    toc = toc_bytes(make_schema(manifest.language), [ColumnSegment.of_ref(ref) for ref in segments], generation)
    manifest = replace(manifest, segments=tuple(entries))
    _write(folder / f"{stem}.json.new", manifest.to_bytes(generation, toc))
    _write(folder / f"{stem}.toc.new", toc)
    _sync_folder(folder)
    (folder / f"{stem}.toc.new").rename(toc_path(folder, generation))
    _sync_folder(folder)
    (folder / f"{stem}.json.new").rename(folder / f"{stem}.json")


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def clean(location: Location) -> None:
    """Remove what neither of the last two generations needs; the lock must be held."""
    folder = location.folder
    last = generations(folder)[-2:]
    needed: set[str] = set()
    names: set[str] = set()
    for generation in last:
        try:
            state = location.state_of(generation)
            if state.is_foreign:
                needed |= {str(segment.segid) for segment in read_toc(folder, generation)[1]}
        except SearchkitError:
            return  # a damaged generation may need anything: better too much than too little
        needed |= {ref.id for ref in state.segments}
        names.add(state.manifest.files_name)
        names |= {entry.deletions for entry in state.manifest.segments}
    for path in folder.iterdir():
        segment = _SEGMENT_FILE.fullmatch(path.name)
        generation_file = GENERATION_FILE.fullmatch(path.name)
        leftover = segment is not None and (segment[1] not in needed or ".deleted" in path.name)
        if generation_file is not None:
            leftover = int(generation_file[1]) not in last or path.suffix not in (".toc", ".json")
        if leftover and path.name not in names:
            path.unlink(missing_ok=True)
