"""Where an index lies: its generations and their files. Read from JSON and arrays only, without Whoosh.

The newest generation is the highest N that has a TOC. Its manifest is `_MAIN_N.json`, or `_MAIN_N.json.new` when a
commit was cut off between its two renames; a TOC without one is another program's commit, and carries the settings on
of the newest generation before it. A generation that is not whole, as far as that is cheap to see, gives way to the one
before it. So does one whose TOC searchkit wrote (it says so at its end) and whose manifest is missing.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from searchkit.codec.index_files import read_index_file
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import INDEX_NAME, OWN_TOC, SegmentRef
from searchkit.errors import CorruptIndex, IndexMissing, StorageError
from searchkit.indexing.lock import held
from searchkit.indexing.manifest import FileStates, Manifest, SegmentEntry, digest, files_from_bytes

LAST_GENERATION = 10**9 - 1
"""Whoosh writes the number in 32 bits. What has a longer one in its name is no file of a generation."""
_NUMBERED = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,9}})\.(toc|json)")
_TRIES = 20
"""How often a reader looks again when a commit moves on under it."""

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class State:
    """A committed generation. `is_foreign` says that another program committed it: then `segments` are not known from
    the manifest, which is that of an earlier generation, and must be asked of Whoosh's TOC.

    `newest` is the highest generation that has left anything, and `warnings` say why it is not the one that serves.
    """

    generation: int
    manifest: Manifest
    segments: tuple[SegmentRef, ...]
    is_foreign: bool = False
    newest: int = 0
    warnings: tuple[str, ...] = ()


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn what the system says of the index's files into a StorageError."""
    try:
        yield
    except FileNotFoundError:
        raise  # a race with a commit, which callers try again
    except OSError as error:
        raise storage_error(folder, error) from error


def storage_error(folder: Path, error: OSError) -> StorageError:
    """What the system says of the index's files, as an error of ours."""
    place = error.filename if isinstance(error.filename, str | Path) else folder
    return StorageError(f"{place} cannot be used: {error.strerror or error}; what was committed stands")


def generations(folder: Path) -> list[int]:
    """The generations that there are, ascending: those that have a TOC, and newer ones that have lost it."""
    for _ in range(3):  # a listing may miss the new name of a file that is renamed meanwhile
        try:
            with os.scandir(folder) as entries:
                names = [entry.name for entry in entries if not entry.is_dir(follow_symlinks=False)]
        except (FileNotFoundError, NotADirectoryError):
            return []
        found = [match for match in map(_NUMBERED.fullmatch, names) if match]
        tocs = sorted(int(match[1]) for match in found if match[2] == "toc")
        newer = {int(match[1]) for match in found if match[2] == "json" and (not tocs or int(match[1]) > tocs[-1])}
        if tocs or newer or not any(name.startswith(f"{INDEX_NAME}_") for name in names):
            break
    return [*tocs, *sorted(newer)]


def next_generation(folder: Path, newest: int) -> int:
    """The number of the generation to commit after `newest`: one that no name in the folder has, not even a folder's."""
    taken = [int(found[1]) for path in folder.iterdir() if (found := _NUMBERED.fullmatch(path.name)) and path.is_dir()]
    return max(newest, *taken) + 1 if taken else newest + 1


def toc_path(folder: Path, generation: int) -> Path:
    """The TOC of a generation."""
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def manifest_path(folder: Path, generation: int, *, new: bool = False) -> Path:
    """The manifest of a generation, under its temporary name when `new`."""
    return folder / f"_{INDEX_NAME}_{generation}.json{'.new' if new else ''}"


class Location:
    """The folder of an index. With `any_analysis`, also of one whose words are read differently here: its articles can be
    taken from it, though it cannot be searched."""

    def __init__(self, folder: Path, *, any_analysis: bool = False) -> None:
        self.folder, self._any_analysis = folder, any_analysis

    def exists(self) -> bool:
        return bool(generations(self.folder))

    def newest(self) -> int:
        """The newest generation. Raises IndexMissing."""
        return self._generations()[-1]

    def _generations(self) -> list[int]:
        found = generations(self.folder)
        if not found:
            raise IndexMissing(f"there is no index in {self.folder}; make one with: searchkit index FOLDER -i {self.folder}")
        return found

    def read(self) -> State:
        """The newest whole generation. Raises IndexMissing, CorruptIndex, IndexMismatch, StorageError."""
        return self.served(lambda state: [self.open(ref) for ref in state.segments])[0]

    def served(self, opening: Callable[[State], Opened]) -> tuple[State, Opened]:
        """The newest generation that is whole and that `opening` opens, and what `opening` made of it.

        Raises IndexMissing, CorruptIndex when there is none, IndexMismatch, StorageError.
        """
        for _ in range(_TRIES):
            found = self._generations()
            damages: list[CorruptIndex] = []
            for generation in reversed(found):
                try:
                    with storing(self.folder):
                        state = self.state_of(generation)
                        opened = opening(state)
                except (CorruptIndex, FileNotFoundError, StorageError) as error:
                    damage = _damage(error)
                else:
                    warnings = _warnings(generation, found[-1], state.manifest, damages)
                    return replace(state, newest=found[-1], warnings=warnings), opened
                if self.newest() != found[-1]:
                    break  # a commit moved on while we looked
                damages.append(damage)
            else:
                raise self._beyond(damages[0])
        raise CorruptIndex(str(self.folder), "its files vanish while they are read")

    def _beyond(self, damage: CorruptIndex) -> CorruptIndex:
        """The error when no generation is whole."""
        if not any(path.suffix == ".json" and _NUMBERED.fullmatch(path.name) for path in self.folder.iterdir()):
            return damage
        hint = 'no other generation is whole; "searchkit verify --repair" keeps what is'
        return CorruptIndex(damage.path, f"{damage.reason}; {hint}")

    def open(self, ref: SegmentRef) -> SegmentReader:
        """A segment's file; what is cheap to check of it is checked. Raises CorruptIndex, IndexMismatch, OSError."""
        reader = SegmentReader(self.folder / ref.file)
        if reader.doc_count != ref.doc_count:
            raise reader.corrupt(f"it holds {reader.doc_count:,} articles instead of {ref.doc_count:,}")
        return reader

    def state_of(self, generation: int) -> State:
        """A generation that has a TOC. Raises CorruptIndex, IndexMismatch, OSError."""
        toc = read_index_file(toc_path(self.folder, generation))
        manifest = self.manifest_of(generation, digest(toc))
        if manifest is None and toc.endswith(OWN_TOC):
            raise CorruptIndex(str(manifest_path(self.folder, generation)), "it is missing")
        if manifest is not None:
            self._check(manifest)
            refs = tuple(SegmentRef(entry.id, entry.docs, self.deletions(entry)) for entry in manifest.segments)
            return State(generation, manifest, refs, newest=generation)
        manifest = self.manifest_before(generation)
        self._check(manifest)
        return State(generation, manifest, (), is_foreign=True, newest=generation)

    def _check(self, manifest: Manifest) -> None:
        manifest.check_language(self.folder)
        if not self._any_analysis:
            manifest.check(self.folder)

    def manifest_of(self, generation: int, checksum: str) -> Manifest | None:
        """The manifest of a generation whose TOC has this checksum; None for another program's. Raises CorruptIndex."""
        path = manifest_path(self.folder, generation)
        try:
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
        except FileNotFoundError:
            pass
        else:
            if expected != checksum:
                toc = toc_path(self.folder, generation)
                raise CorruptIndex(str(toc), "it does not have the checksum it was written with")
            return manifest
        path = manifest_path(self.folder, generation, new=True)
        try:
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
        except (FileNotFoundError, CorruptIndex):
            return None  # left by a commit that was cut off before there was a TOC of it
        return manifest if expected == checksum else None

    def manifest_before(self, generation: int) -> Manifest:
        """The newest manifest of the generations before one. Raises CorruptIndex when there is none."""
        damage = CorruptIndex(str(self.folder), "it is a Whoosh index that searchkit did not make (no manifest)")
        older = [int(found[1]) for path in self.folder.iterdir() if (found := _NUMBERED.fullmatch(path.name))]
        for number in sorted({number for number in older if number < generation}, reverse=True):
            path = manifest_path(self.folder, number)
            try:
                return Manifest.from_bytes(read_index_file(path), path)[0]
            except FileNotFoundError:
                continue
            except CorruptIndex as error:
                damage = error
        raise damage

    def deletions(self, entry: SegmentEntry) -> bytes:
        """Which documents of a segment are deleted. Raises CorruptIndex, OSError."""
        if not entry.deletions:
            return b""
        path = self.folder / entry.deletions
        bits = read_index_file(path)
        if digest(bits) != entry.checksum or len(bits) != (entry.docs + 7) // 8:
            raise CorruptIndex(str(path), "it does not have the checksum it was written with")
        return bits

    def file_states(self, manifest: Manifest) -> FileStates:
        """The state of the roots' files. Raises CorruptIndex."""
        if not manifest.files_name:
            return {}
        path = self.folder / manifest.files_name
        try:
            data = read_index_file(path)
        except OSError as error:
            raise CorruptIndex(str(path), f"it cannot be read ({error.strerror})") from error
        if manifest.files_checksum and digest(data) != manifest.files_checksum:
            raise CorruptIndex(str(path), "it does not have the checksum it was written with")
        return files_from_bytes(data, path)

    @contextmanager
    def lock(self, wait: float = 0) -> Iterator[None]:
        """Hold the lock of the index (see `lock`). Raises IndexLocked, IndexMissing, StorageError."""
        with ExitStack() as stack:
            try:
                with storing(self.folder):
                    stack.enter_context(held(self.folder, wait))
            except FileNotFoundError:
                self.newest()
                raise
            yield


def _damage(error: CorruptIndex | FileNotFoundError | StorageError) -> CorruptIndex:
    """What an error says of a generation. Raises it again where it is no damage."""
    if isinstance(error, CorruptIndex):
        return error
    if isinstance(error, FileNotFoundError):
        return CorruptIndex(str(error.filename), "it is missing")
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.EIO:
        return CorruptIndex(str(cause.filename), "the disk cannot read it")
    raise error


def _warnings(served: int, newest: int, manifest: Manifest, damages: list[CorruptIndex]) -> tuple[str, ...]:
    mend = 'see "searchkit verify", and "searchkit verify --repair" to mend it'
    warnings = []
    if damages:
        warnings.append(f"{damages[0]}; generation {newest} is left aside and generation {served} serves: {mend}")
    if manifest.passed_over:
        numbers = ", ".join(map(str, manifest.passed_over))
        warnings.append(f"generation {numbers} was damaged, and what only it held is missing: {mend}")
    return tuple(warnings)
