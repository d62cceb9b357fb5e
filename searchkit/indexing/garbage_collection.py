"""Removes files that no generation needs any more: by our rule, not Whoosh's, which keeps only the
newest generation.

Needed are the generation in use and the one before it, and abandoned ones (damaged generations that
a writer went on without) with the one before each, for recovery to see what they changed. Files
whose names are not ours are never touched. Readers of an older generation go on: their files stay
mapped.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Self

from searchkit.bridge.toc import read_toc
from searchkit.codec.index_files import read_index_file
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import SearchkitError
from searchkit.indexing.index_folder import Generation, IndexFolder, list_generations, manifest_path
from searchkit.indexing.manifest import Manifest

_SEGMENT = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.(?:columns|seg|trm|pst|vps|col)")
"""The files of a segment: our own, and those of Whoosh's codec."""
_DELETIONS = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.deleted[0-9]+")
_GENERATION = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.(toc|json|files|json\.new|toc\.new|toc\.[0-9.]+)")
_TEMPORARY = re.compile(rf"{INDEX_NAME}_\w{{8}}\.tmp")


class _Needed(NamedTuple):
    """The names of files and the ids of segments that a generation needs."""

    names: frozenset[str]
    segments: frozenset[str]

    def union(self, other: Self) -> _Needed:
        return _Needed(self.names | other.names, self.segments | other.segments)


def collect_garbage(index_folder: IndexFolder) -> None:
    """Remove what is not needed; the lock must be held. What cannot be removed now is left to the
    next time."""
    try:
        current = index_folder.read_newest()
    except SearchkitError:
        return  # no generation is whole: recovery may need anything
    folder = index_folder.path
    with suppress(OSError):
        _finish_commit(index_folder, current)
        kept = find_kept(index_folder, current)
        needed = _Needed(frozenset(), frozenset())
        is_known = True
        for number in kept:
            more = _find_needed(index_folder, number)
            if more is None:
                is_known = False  # it may need any segment
                names = {manifest_path(folder, number, new=True).name, f"_{INDEX_NAME}_{number}.files"}
                more = _Needed(frozenset(names), frozenset())
            needed = needed.union(more)
        # The TOCs first: a generation without one is none, whatever else is left of it.
        for path in sorted(folder.iterdir(), key=lambda path: path.suffix != ".toc"):
            if path.name not in needed.names and _is_garbage(path.name, kept, needed.segments if is_known else None):
                with suppress(OSError):  # a folder that somebody put there, say, must not keep the rest from going
                    path.unlink(missing_ok=True)


def find_kept(index_folder: IndexFolder, current: Generation) -> set[int]:
    """The generations that must not be removed when `current` is in use: also abandoned ones, and
    the one before each, as recovery compares the two."""
    numbers = list_generations(index_folder.path)
    abandoned = current.manifest.abandoned
    kept = {number for number in numbers if number >= current.number} | set(abandoned)
    kept |= {max(before) for number in abandoned if (before := [other for other in numbers if other < number])}
    return kept | set([number for number in numbers if number not in kept and number < current.number][-1:])


def _finish_commit(index_folder: IndexFolder, current: Generation) -> None:
    """Rename the manifest of a commit that was cut off between its two renames."""
    new = manifest_path(index_folder.path, current.number, new=True)
    final = manifest_path(index_folder.path, current.number)
    if not current.is_foreign and not final.exists() and new.exists():
        new.rename(final)


def _is_garbage(name: str, kept: set[int], segments: frozenset[str] | None) -> bool:
    """Whether a file can go that no kept generation names. `segments` are those that they need
    (None: not known)."""
    if found := _SEGMENT.fullmatch(name):
        return segments is not None and found[1] not in segments
    if _DELETIONS.fullmatch(name):
        return segments is not None
    if found := _GENERATION.fullmatch(name):
        return int(found[1]) not in kept or found[2] not in ("toc", "json")
    return _TEMPORARY.fullmatch(name) is not None


def _find_needed(index_folder: IndexFolder, number: int) -> _Needed | None:
    """What a generation needs; None where that cannot be read."""
    folder = index_folder.path
    try:
        generation = index_folder.read_generation(number)
        if not generation.is_foreign:
            return _needed_by_manifest(generation.manifest, folder, number)
        names = {generation.manifest.files_name, *_find_inherited_manifest(folder, number)}
        return _Needed(frozenset(names), _segments_of_toc(folder, number))
    except (SearchkitError, OSError):
        return _find_needed_by_damaged(folder, number)


def _find_needed_by_damaged(folder: Path, number: int) -> _Needed | None:
    """What a damaged generation needs, by whatever can be read of its manifest, the manifest's
    temporary file and its TOC."""
    found = []
    for new in (False, True):
        path = manifest_path(folder, number, new=new)
        with suppress(SearchkitError, OSError):
            found.append(_needed_by_manifest(Manifest.from_bytes(read_index_file(path), path)[0], folder, number))
    with suppress(SearchkitError, OSError):
        found.append(_Needed(frozenset(), _segments_of_toc(folder, number)))
    if not found:
        return None
    return _Needed(frozenset().union(*(one.names for one in found)), frozenset().union(*(one.segments for one in found)))


def _needed_by_manifest(manifest: Manifest, folder: Path, number: int) -> _Needed:
    names = {manifest.files_name, *(entry.deletions for entry in manifest.segments)}
    # While a commit is cut off between its renames, this is the manifest.
    names.add(manifest_path(folder, number, new=True).name)
    return _Needed(frozenset(names), frozenset(entry.id for entry in manifest.segments))


def _segments_of_toc(folder: Path, number: int) -> frozenset[str]:
    return frozenset(str(segment.segid) for segment in read_toc(folder, number)[1])


def _find_inherited_manifest(folder: Path, number: int) -> list[str]:
    """The name of the manifest whose settings another program's generation has, in a list."""
    older = [int(f[1]) for path in folder.iterdir() if (f := _GENERATION.fullmatch(path.name)) and f[2] == "json"]
    return [manifest_path(folder, other).name for other in sorted(n for n in older if n < number)[-1:]]
