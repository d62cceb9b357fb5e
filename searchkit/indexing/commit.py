"""Commits a generation: makes it visible in one rename.

A commit writes, and syncs before each next step: deletions, the states of the roots' files, the
manifest under a temporary name, Whoosh's TOC under a temporary name. The rename of the TOC is the
commit.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.toc import encode_toc
from searchkit.codec.segment_ref import INDEX_NAME, OWN_TOC, SegmentRef
from searchkit.errors import StorageError
from searchkit.indexing.index_folder import LAST_GENERATION, IndexFolder, manifest_path, raise_storage_errors, toc_path
from searchkit.indexing.manifest import Manifest, SegmentEntry, compute_checksum

CREATE_WAIT = 10.0
"""Seconds to wait for another process that creates the same index."""


def create(index_folder: IndexFolder, language: str) -> None:
    """Create an empty index, if there is none yet. Raises StorageError, IndexLocked."""
    try:
        _make_folder(index_folder.path)
    except OSError as error:
        raise StorageError(f"the index folder {index_folder.path} cannot be made: {error.strerror}") from error
    with index_folder.lock(CREATE_WAIT), raise_storage_errors(index_folder.path):
        if not index_folder.exists():
            commit(index_folder, 0, (), Manifest.fresh(language))


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def commit(
    index_folder: IndexFolder,
    generation: int,
    segments: Sequence[SegmentRef],
    manifest: Manifest,
    files: bytes | None = None,
) -> None:
    """Make `generation` the newest one; the lock must be held, and the segments' files synced.

    `files` are the new states of the roots' files as bytes (None: those that the manifest names).
    When it fails, it removes what it wrote, unless the generation is visible already (it has its
    TOC). Raises OSError.
    """
    folder = index_folder.path
    if generation > LAST_GENERATION:
        raise StorageError(
            f"{folder} has a generation {LAST_GENERATION:,}, the last one possible; no index gets that far, so look"
            f' at its files _{INDEX_NAME}_*.toc, remove those that do not belong there, and run "searchkit verify --repair"'
        )
    toc = toc_path(folder, generation)
    written: list[Path] = []
    try:
        _write_all(folder, generation, segments, manifest, files, written)
        _sync_folder(folder)
        toc.with_suffix(".toc.new").rename(toc)
    except BaseException:
        if not toc.exists():
            for path in written:
                with suppress(OSError):
                    path.unlink()
        raise
    _sync_folder(folder)
    manifest_path(folder, generation, new=True).rename(manifest_path(folder, generation))


def _write_all(
    folder: Path,
    generation: int,
    segments: Sequence[SegmentRef],
    manifest: Manifest,
    files: bytes | None,
    written: list[Path],
) -> None:
    """Write and sync the files of a generation, the TOC last; each is added to `written` before it
    is created."""

    def write(name: str, data: bytes) -> None:
        written.append(folder / name)
        # It has to be a new file: in a folder that somebody else made, the name may be a link to
        # elsewhere.
        written[-1].unlink(missing_ok=True)
        with written[-1].open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    entries = []
    for ref in segments:
        name = ""
        if ref.deletions:
            # Other Whoosh programs do not remove a file that is named after a segment of the index.
            name = f"{INDEX_NAME}_{ref.id}.deleted{generation}"
            write(name, ref.deletions)
        entries.append(SegmentEntry(ref.id, ref.doc_count, name, compute_checksum(ref.deletions) if name else ""))
    if files is not None:
        manifest = replace(manifest, files_name=f"_{INDEX_NAME}_{generation}.files", files_checksum=compute_checksum(files))
        write(manifest.files_name, files)
    toc = encode_toc(make_schema(manifest.language), [ColumnSegment.from_ref(ref) for ref in segments], generation) + OWN_TOC
    manifest = replace(manifest, segments=tuple(entries))
    write(manifest_path(folder, generation, new=True).name, manifest.to_bytes(generation, toc))
    write(f"{toc_path(folder, generation).name}.new", toc)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
