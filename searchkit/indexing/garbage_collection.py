"""Removes files that no generation needs any more. Whoosh keeps only the newest generation; we keep
more.

Needed are the generation in use and the one before it, and abandoned ones (damaged generations that
a writer went on without) with the one before each, for recovery to see what they changed. Files
whose names are not ours are never touched. Readers of an older generation go on: their files stay
mapped.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from searchkit.codec.index_files import read_index_file
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import SearchkitError
from searchkit.indexing.damaged import TolerantGeneration
from searchkit.indexing.index_folder import Generation, IndexFolder, list_generations, manifest_path
from searchkit.indexing.manifest import Manifest

_SEGMENT = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.(?:columns|seg|trm|pst|vps|col)")
"""The files of a segment: our own, and those of Whoosh's codec."""
_DELETIONS = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.deleted[0-9]+")
_GENERATION = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.(toc|json|files|json\.new|toc\.new|toc\.[0-9.]+)")
_TEMPORARY = re.compile(rf"{INDEX_NAME}_\w{{8}}\.tmp")


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
        names: set[str] = set()
        segments: set[str] | None = set()
        for number in kept:
            more_names, more_segments = _find_needed(index_folder, number)
            names |= more_names
            segments = None if segments is None or more_segments is None else segments | more_segments
        # The TOCs first: a generation without one is none, whatever else is left of it.
        for path in sorted(folder.iterdir(), key=lambda path: path.suffix != ".toc"):
            if path.name not in names and _is_garbage(path.name, kept, segments):
                with suppress(OSError):  # a folder with such a name must not stop the rest from being removed
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


def _is_garbage(name: str, kept: set[int], segments: set[str] | None) -> bool:
    """Whether a file that no kept generation names can be removed. `segments` are those that they
    need (None: not known)."""
    if found := _SEGMENT.fullmatch(name):
        return segments is not None and found[1] not in segments
    if _DELETIONS.fullmatch(name):
        return segments is not None
    if found := _GENERATION.fullmatch(name):
        return int(found[1]) not in kept or found[2] not in ("toc", "json")
    return _TEMPORARY.fullmatch(name) is not None


def _find_needed(index_folder: IndexFolder, number: int) -> tuple[set[str], set[str] | None]:
    """The names of files and the ids of segments that a generation needs (None: it may need any
    segment)."""
    # While a commit is cut off between its renames, this is the manifest.
    names = {manifest_path(index_folder.path, number, new=True).name}
    with suppress(SearchkitError, OSError):
        generation = index_folder.read_generation(number)
        if not generation.is_foreign:
            return names | _names_in(generation.manifest), {entry.id for entry in generation.manifest.segments}
    segments: set[str] = set()
    for new in (False, True):  # its own manifest, even if it does not fit the TOC
        with suppress(SearchkitError, OSError):
            path = manifest_path(index_folder.path, number, new=new)
            manifest = Manifest.from_bytes(read_index_file(path), path)[0]
            names |= _names_in(manifest)
            segments |= {entry.id for entry in manifest.segments}
    with suppress(SearchkitError, OSError):
        known = TolerantGeneration.read(index_folder, number)
        if known.manifest is not None:
            names |= _names_in(known.manifest)
        if known.refs is not None:
            if not known.has_own_manifest:
                names |= _find_inherited_manifest(index_folder.path, number)
            segments |= {ref.id for ref in known.refs}
            return names, segments | {str(segment.segid) for segment in known.foreign}
    return names | {f"_{INDEX_NAME}_{number}.files"}, None


def _names_in(manifest: Manifest) -> set[str]:
    return {manifest.files_name, *(entry.deletions_name for entry in manifest.segments)}


def _find_inherited_manifest(folder: Path, number: int) -> set[str]:
    """The name of the manifest whose settings another program's generation has, in a set."""
    older = [int(f[1]) for path in folder.iterdir() if (f := _GENERATION.fullmatch(path.name)) and f[2] == "json"]
    return {manifest_path(folder, other).name for other in sorted(n for n in older if n < number)[-1:]}
