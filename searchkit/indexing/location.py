"""Where an index lies: its generations, its lock, its files. Read from JSON and arrays only, without Whoosh.

The newest generation is the highest N that has a TOC. Its manifest is `_MAIN_N.json`, or `_MAIN_N.json.new` when a
commit was cut off between its two renames; a TOC without one is another program's commit, and carries the settings on
of the newest generation before it.
"""

from __future__ import annotations

import fcntl
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from searchkit.codec.reference import INDEX_NAME, SegmentRef
from searchkit.errors import CorruptIndex, IndexLocked, IndexMissing, StorageError
from searchkit.indexing.manifest import FileStates, Manifest, digest, files_from_bytes

TOC_NAME = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
GENERATION_FILE = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.(?:toc|json|files|json\.new|files\.new|toc\..*)")


@dataclass(frozen=True, slots=True)
class State:
    """A committed generation. `is_foreign` says that another program committed it: then `segments` are not known from
    the manifest, which is that of an earlier generation, and must be asked of Whoosh's TOC."""

    generation: int
    manifest: Manifest
    segments: tuple[SegmentRef, ...]
    is_foreign: bool = False


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn what the system says of the index's files into a StorageError."""
    try:
        yield
    except FileNotFoundError:
        raise  # a race with a commit, which callers try again
    except OSError as error:
        raise StorageError(f"{error.filename or folder} cannot be used: {error.strerror or error}") from error


def generations(folder: Path) -> list[int]:
    """The generations that have a TOC, ascending."""
    try:
        names = [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(found[1]) for found in map(TOC_NAME.fullmatch, names) if found)


def toc_path(folder: Path, generation: int) -> Path:
    """The TOC of a generation."""
    return folder / f"_{INDEX_NAME}_{generation}.toc"


class Location:
    """The folder of an index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self) -> bool:
        return bool(generations(self.folder))

    def newest(self) -> int:
        """The newest generation. Raises IndexMissing."""
        found = generations(self.folder)
        if not found:
            raise IndexMissing(f"there is no index in {self.folder}; make one with: searchkit index FOLDER -i {self.folder}")
        return found[-1]

    def read(self) -> State:
        """The newest committed state. Raises IndexMissing, CorruptIndex, IndexMismatch."""
        for _ in range(20):
            generation = self.newest()
            try:
                with storing(self.folder):
                    return self.state_of(generation)
            except FileNotFoundError:
                continue  # a commit moved on while we looked
        raise CorruptIndex(str(self.folder), "its files vanish while they are read")

    def state_of(self, generation: int) -> State:
        """A generation that has a TOC."""
        checksum = digest(toc_path(self.folder, generation).read_bytes())
        for name in (f"_{INDEX_NAME}_{generation}.json", f"_{INDEX_NAME}_{generation}.json.new"):
            path = self.folder / name
            try:
                manifest, expected = Manifest.from_bytes(path.read_bytes(), path)
            except FileNotFoundError:
                continue
            if expected == checksum:
                manifest.check(self.folder)
                return State(generation, manifest, tuple(self._refs(manifest)))
            if path.suffix == ".json":
                raise CorruptIndex(
                    str(toc_path(self.folder, generation)), "it does not have the checksum it was written with"
                )
        older = sorted(
            (int(found[1]), path)
            for path in self.folder.glob(f"_{INDEX_NAME}_*.json")
            if (found := GENERATION_FILE.fullmatch(path.name)) and int(found[1]) < generation
        )
        if not older:
            raise CorruptIndex(str(self.folder), "it is a Whoosh index that searchkit did not make (no manifest)")
        manifest, _ = Manifest.from_bytes(older[-1][1].read_bytes(), older[-1][1])
        manifest.check(self.folder)
        return State(generation, manifest, (), is_foreign=True)

    def _refs(self, manifest: Manifest) -> Iterator[SegmentRef]:
        for entry in manifest.segments:
            bits = b""
            if entry.deletions:
                path = self.folder / entry.deletions
                bits = path.read_bytes()
                if digest(bits) != entry.checksum or len(bits) != (entry.docs + 7) // 8:
                    raise CorruptIndex(str(path), "it does not have the checksum it was written with")
            yield SegmentRef(entry.id, entry.docs, bits)

    def file_states(self, manifest: Manifest) -> FileStates:
        """The state of the roots' files. Raises CorruptIndex."""
        if not manifest.files_name:
            return {}
        path = self.folder / manifest.files_name
        try:
            return files_from_bytes(path.read_bytes(), path)
        except OSError as error:
            raise CorruptIndex(str(path), f"it cannot be read ({error.strerror})") from error

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock that Whoosh's writers take too. Raises IndexLocked at once when another process has it."""
        path = self.folder / f"{INDEX_NAME}_WRITELOCK"
        with storing(self.folder):
            opened = path.open("a+", encoding="utf-8")
        with opened as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                holder = file.read(200).strip() or "another program"
                raise IndexLocked(
                    f"{self.folder} is being written to by {holder}; try again when it is done (searching is not affected)"
                ) from None
            file.truncate(0)
            file.write(f"process {os.getpid()} on {socket.gethostname()}")
            file.flush()
            try:
                yield
            finally:
                file.truncate(0)
