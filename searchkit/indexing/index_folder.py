"""Finds the generations of an index in its folder, and reads their files: JSON and arrays only,
without Whoosh.

The newest generation is the highest N that has a TOC. Its manifest is `_MAIN_N.json`, or
`_MAIN_N.json.new` when a commit was cut off between its two renames. A TOC without a manifest is
another program's commit; the settings are then those of the newest generation before it.
A generation that fails the cheap checks is not used, and the one before it is used instead. The
same goes for one whose TOC searchkit wrote (it says so at its end) and whose manifest is missing.
"""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from searchkit.codec.index_files import read_index_file
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import INDEX_NAME, OWN_TOC, SegmentRef
from searchkit.errors import CorruptIndex, IndexMissing, StorageError
from searchkit.indexing.lock import hold_lock
from searchkit.indexing.manifest import FileStates, Manifest, SegmentEntry, compute_checksum, file_states_from_bytes

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

LAST_GENERATION = 10**9 - 1
"""Whoosh writes the number in 32 bits. A file with a larger number in its name belongs to no
generation."""
_NUMBERED = re.compile(rf"_{INDEX_NAME}_([0-9]{{1,9}})\.(toc|json)")
_MAX_TRIES = 20
"""How often a reader tries again when another process commits meanwhile."""

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Generation:
    """A committed generation. `is_foreign` says that another program committed it: then `segments`
    are not known from the manifest, which is that of an earlier generation, and must be read from
    Whoosh's TOC.

    `newest_number` is the highest number of a generation that has left a TOC or a manifest, and
    `warnings` say why it is not this one.
    """

    number: int
    manifest: Manifest
    segments: tuple[SegmentRef, ...]
    is_foreign: bool = False
    newest_number: int = 0
    warnings: tuple[str, ...] = ()


@contextmanager
def raise_storage_errors(folder: Path) -> Iterator[None]:
    """Turn an OSError about the files of the index into a StorageError, except
    FileNotFoundError."""
    try:
        yield
    except FileNotFoundError:
        raise  # a race with a commit, which callers try again
    except OSError as error:
        raise make_storage_error(folder, error) from error


def make_storage_error(folder: Path, error: OSError) -> StorageError:
    """A StorageError for an OSError about the files of the index."""
    path = error.filename if isinstance(error.filename, str | Path) else folder
    return StorageError(f"{path} cannot be used: {error.strerror or error}; what was committed is not affected")


def list_generations(folder: Path) -> list[int]:
    """The numbers of the generations in a folder, ascending: those that have a TOC, and newer ones
    that have lost it."""
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


def next_generation(folder: Path, newest_number: int) -> int:
    """The number of the generation to commit: above `newest_number`, and above that of every
    directory that has the name of a TOC or a manifest."""
    used = [int(found[1]) for path in folder.iterdir() if (found := _NUMBERED.fullmatch(path.name)) and path.is_dir()]
    return max([newest_number, *used]) + 1


def toc_path(folder: Path, generation: int) -> Path:
    """The TOC of a generation."""
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def manifest_path(folder: Path, generation: int, *, new: bool = False) -> Path:
    """The manifest of a generation, under its temporary name when `new`."""
    return folder / f"_{INDEX_NAME}_{generation}.json{'.new' if new else ''}"


class IndexFolder:
    """The folder of an index.

    With `allow_other_analysis`, an index of another ANALYSIS_VERSION can be opened too, but only to
    copy its articles.
    """

    def __init__(self, path: Path, *, allow_other_analysis: bool = False) -> None:
        self.path, self._allow_other_analysis = path, allow_other_analysis

    def exists(self) -> bool:
        """Whether there is an index in the folder."""
        return bool(list_generations(self.path))

    def newest_number(self) -> int:
        """The number of the newest generation. Raises IndexMissing."""
        return self._numbers()[-1]

    def _numbers(self) -> list[int]:
        found = list_generations(self.path)
        if not found:
            place = shlex.quote(str(self.path))
            raise IndexMissing(f"there is no index in {self.path}; make one with: searchkit index FOLDER -i {place}")
        return found

    def read_newest(self) -> Generation:
        """The newest whole generation. Raises IndexMissing, CorruptIndex, IndexMismatch,
        StorageError."""
        return self.open_newest(lambda generation: [self.open_segment(ref) for ref in generation.segments])[0]

    def open_newest(self, open_segments: Callable[[Generation], Opened]) -> tuple[Generation, Opened]:
        """The newest generation that is whole and that `open_segments` can open, and what
        `open_segments` returned.

        Raises IndexMissing, CorruptIndex when there is none, IndexMismatch, StorageError.
        """
        for _ in range(_MAX_TRIES):
            numbers = self._numbers()
            faults: list[CorruptIndex] = []
            for number in reversed(numbers):
                try:
                    with raise_storage_errors(self.path):
                        generation = self.read_generation(number)
                        opened = open_segments(generation)
                except (CorruptIndex, FileNotFoundError, StorageError) as error:
                    fault = _to_corrupt_index(error)
                else:
                    warnings = _make_warnings(number, numbers[-1], generation.manifest, faults)
                    return replace(generation, newest_number=numbers[-1], warnings=warnings), opened
                if self.newest_number() != numbers[-1]:
                    break  # another process committed meanwhile
                faults.append(fault)
            else:
                raise self._make_unrecoverable_error(faults[0])
        raise CorruptIndex(str(self.path), "its files vanish while they are read")

    def _make_unrecoverable_error(self, fault: CorruptIndex) -> CorruptIndex:
        """The error when no generation is whole; `fault` is that of the newest."""
        if not any(path.suffix == ".json" and _NUMBERED.fullmatch(path.name) for path in self.path.iterdir()):
            return fault
        hint = 'no other generation is whole; "searchkit verify --repair" keeps what is'
        return CorruptIndex(fault.path, f"{fault.reason}; {hint}")

    def open_segment(self, ref: SegmentRef) -> SegmentReader:
        """Open a segment, and make the cheap checks: header, sizes, number of documents. Raises
        CorruptIndex, IndexMismatch, OSError."""
        reader = SegmentReader(self.path / ref.file)
        if reader.doc_count != ref.doc_count:
            raise reader.corruption(f"its number of articles is {reader.doc_count:,} instead of {ref.doc_count:,}")
        return reader

    def read_generation(self, number: int) -> Generation:
        """A generation that has a TOC. Raises CorruptIndex, IndexMismatch, OSError."""
        toc = read_index_file(toc_path(self.path, number))
        manifest = self.read_manifest(number, compute_checksum(toc))
        if manifest is None and toc.endswith(OWN_TOC):
            raise CorruptIndex(str(manifest_path(self.path, number)), "it is missing")
        if manifest is not None:
            self._check_settings(manifest)
            refs = tuple(SegmentRef(entry.id, entry.doc_count, self.read_deletions(entry)) for entry in manifest.segments)
            return Generation(number, manifest, refs, newest_number=number)
        manifest = self.find_manifest_before(number)
        self._check_settings(manifest)
        return Generation(number, manifest, (), is_foreign=True, newest_number=number)

    def _check_settings(self, manifest: Manifest) -> None:
        manifest.check_language(self.path)
        if not self._allow_other_analysis:
            manifest.check_analysis(self.path)

    def read_manifest(self, generation: int, checksum: str) -> Manifest | None:
        """The manifest of a generation whose TOC has this checksum; None for another program's.
        Raises CorruptIndex."""
        path = manifest_path(self.path, generation)
        try:
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
        except FileNotFoundError:
            pass
        else:
            if expected != checksum:
                toc = toc_path(self.path, generation)
                raise CorruptIndex(str(toc), "it does not have the checksum it was written with")
            return manifest
        path = manifest_path(self.path, generation, new=True)
        try:
            manifest, expected = Manifest.from_bytes(read_index_file(path), path)
        except (FileNotFoundError, CorruptIndex):
            return None  # left by a commit that was cut off before there was a TOC of it
        return manifest if expected == checksum else None

    def find_manifest_before(self, generation: int) -> Manifest:
        """The newest manifest of the generations before one. Raises CorruptIndex when there is
        none."""
        fault = CorruptIndex(str(self.path), "it is a Whoosh index that searchkit did not make (no manifest)")
        older = [int(found[1]) for path in self.path.iterdir() if (found := _NUMBERED.fullmatch(path.name))]
        for number in sorted({number for number in older if number < generation}, reverse=True):
            path = manifest_path(self.path, number)
            try:
                return Manifest.from_bytes(read_index_file(path), path)[0]
            except FileNotFoundError:
                continue
            except CorruptIndex as error:
                fault = error
        raise fault

    def read_deletions(self, entry: SegmentEntry) -> bytes:
        """Which documents of a segment are deleted. Raises CorruptIndex, OSError."""
        if not entry.deletions_name:
            return b""
        path = self.path / entry.deletions_name
        bits = read_index_file(path)
        if compute_checksum(bits) != entry.deletions_checksum or len(bits) != (entry.doc_count + 7) // 8:
            raise CorruptIndex(str(path), "it does not have the checksum it was written with")
        return bits

    def read_file_states(self, manifest: Manifest) -> FileStates:
        """The states of the roots' files. Raises CorruptIndex."""
        if not manifest.files_name:
            return {}
        path = self.path / manifest.files_name
        try:
            data = read_index_file(path)
        except OSError as error:
            raise CorruptIndex(str(path), f"it cannot be read ({error.strerror})") from error
        if manifest.files_checksum and compute_checksum(data) != manifest.files_checksum:
            raise CorruptIndex(str(path), "it does not have the checksum it was written with")
        return file_states_from_bytes(data, path)

    @contextmanager
    def lock(self, wait: float = 0) -> Iterator[None]:
        """Hold the lock of the index (see `hold_lock`). Raises IndexLocked, IndexMissing,
        StorageError."""
        with ExitStack() as stack:
            try:
                with raise_storage_errors(self.path):
                    stack.enter_context(hold_lock(self.path, wait))
            except FileNotFoundError:
                self.newest_number()
                raise
            yield


def _to_corrupt_index(error: CorruptIndex | FileNotFoundError | StorageError) -> CorruptIndex:
    """A CorruptIndex for an error that means damage; any other error is raised again."""
    if isinstance(error, CorruptIndex):
        return error
    if isinstance(error, FileNotFoundError):
        return CorruptIndex(str(error.filename), "it is missing")
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno == errno.EIO:
        return CorruptIndex(str(cause.filename), "the disk cannot read it")
    raise error


def _make_warnings(number: int, newest_number: int, manifest: Manifest, faults: list[CorruptIndex]) -> tuple[str, ...]:
    hint = "to repair the index: searchkit verify --repair"
    warnings = []
    if faults:
        warnings.append(f"{faults[0]}; generation {number} is used instead of generation {newest_number}; {hint}")
    if manifest.abandoned:
        numbers = ", ".join(map(str, manifest.abandoned))
        warnings.append(f"generation {numbers} was damaged, and what only it held is missing; {hint}")
    return tuple(warnings)
