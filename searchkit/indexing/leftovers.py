"""Removing what no generation needs any more: our rule, not Whoosh's, which keeps no generation but the newest.

Needed are the generation that serves and the one before it, and damaged ones that were passed over, for `verify` to see
what they held. What is not ours by its name is never touched. Readers of an older generation go on: their files stay
mapped.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from searchkit.bridge.toc import read_toc
from searchkit.codec.index_files import read_index_file
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import SearchkitError
from searchkit.indexing.location import Location, State, generations, manifest_path
from searchkit.indexing.manifest import Manifest

_OF_SEGMENT = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.(?:columns|seg|trm|pst|vps|col)")
"""The files of a segment: our own, and those of Whoosh's codec."""
_DELETIONS = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\.deleted[0-9]+")
_OF_GENERATION = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.(toc|json|files|json\.new|toc\.new|toc\.[0-9.]+)")
_TEMPORARY = re.compile(rf"{INDEX_NAME}_\w{{8}}\.tmp")


def clean(location: Location) -> None:
    """Remove what is not needed; the lock must be held. What cannot be removed now is left to the next time."""
    try:
        state = location.read()
    except SearchkitError:
        return  # nothing serves: better too much than too little
    folder = location.folder
    with suppress(OSError):
        _finish(location, state)
        kept = kept_generations(location, state)
        names: set[str] = set()
        segments: set[str] = set()
        is_known = True
        for generation in kept:
            needs = _needs(location, generation)
            if needs is None:
                is_known = False  # it may need anything
                names |= {manifest_path(folder, generation, new=True).name, f"_{INDEX_NAME}_{generation}.files"}
            else:
                names |= needs[0]
                segments |= needs[1]
        # The TOCs first: what has none is no generation, whatever else is left of it.
        for path in sorted(folder.iterdir(), key=lambda path: path.suffix != ".toc"):
            if path.name not in names and _is_leftover(path.name, kept, segments, is_known):
                with suppress(OSError):  # what was put there by others, a folder say, keeps nothing else from going
                    path.unlink(missing_ok=True)


def kept_generations(location: Location, state: State) -> set[int]:
    """The generations that must not be touched, when `state` is the one that serves: also those that were passed over, and
    the one before each, against which a repair tells what it changed."""
    found = generations(location.folder)
    passed = state.manifest.passed_over
    kept = {number for number in found if number >= state.generation} | set(passed)
    kept |= {max(before) for number in passed if (before := [other for other in found if other < number])}
    return kept | set([number for number in found if number not in kept and number < state.generation][-1:])


def _finish(location: Location, state: State) -> None:
    """Give the manifest its name when a commit was cut off before it could."""
    new = manifest_path(location.folder, state.generation, new=True)
    final = manifest_path(location.folder, state.generation)
    if not state.is_foreign and not final.exists() and new.exists():
        new.rename(final)


def _is_leftover(name: str, kept: set[int], segments: set[str], is_known: bool) -> bool:
    if found := _OF_SEGMENT.fullmatch(name):
        return is_known and found[1] not in segments
    if _DELETIONS.fullmatch(name):
        return is_known
    if found := _OF_GENERATION.fullmatch(name):
        return int(found[1]) not in kept or found[2] not in ("toc", "json")
    return _TEMPORARY.fullmatch(name) is not None


def _needs(location: Location, generation: int) -> tuple[set[str], set[str]] | None:
    """The names of files and the ids of segments that a generation needs; None where that cannot be read."""
    try:
        state = location.state_of(generation)
        if not state.is_foreign:
            return _of_manifest(state.manifest, location.folder, generation)
        names = {state.manifest.files_name, *_carried_on(location.folder, generation)}
        return names, _of_toc(location.folder, generation)
    except (SearchkitError, OSError):
        return _needs_of_damaged(location.folder, generation)


def _needs_of_damaged(folder: Path, generation: int) -> tuple[set[str], set[str]] | None:
    names: set[str] = set()
    segments: set[str] = set()
    is_known = False
    for new in (False, True):
        path = manifest_path(folder, generation, new=new)
        with suppress(SearchkitError, OSError):
            more = _of_manifest(Manifest.from_bytes(read_index_file(path), path)[0], folder, generation)
            names, segments, is_known = names | more[0], segments | more[1], True
    with suppress(SearchkitError, OSError):
        segments |= _of_toc(folder, generation)
        is_known = True
    return (names, segments) if is_known else None


def _of_manifest(manifest: Manifest, folder: Path, generation: int) -> tuple[set[str], set[str]]:
    names = {manifest.files_name, *(entry.deletions for entry in manifest.segments)}
    # While a commit is cut off between its renames, this is the manifest.
    names.add(manifest_path(folder, generation, new=True).name)
    return names, {entry.id for entry in manifest.segments}


def _of_toc(folder: Path, generation: int) -> set[str]:
    return {str(segment.segid) for segment in read_toc(folder, generation)[1]}


def _carried_on(folder: Path, generation: int) -> list[str]:
    """The name of the manifest that another program's generation carries on, in a list."""
    older = [int(f[1]) for path in folder.iterdir() if (f := _OF_GENERATION.fullmatch(path.name)) and f[2] == "json"]
    return [manifest_path(folder, number).name for number in sorted(n for n in older if n < generation)[-1:]]
