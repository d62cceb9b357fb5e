"""Where an index lies: its generations, its lock, its files.

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
from typing import Any

from searchkit.bridge.fields import make_schema
from searchkit.bridge.standard import INDEX_NAME
from searchkit.bridge.toc import generations, read_toc, toc_bytes, toc_path
from searchkit.errors import CorruptIndex, IndexLocked, IndexMissing, SearchkitError, StorageError
from searchkit.indexing.manifest import FileStates, Manifest, digest, files_from_bytes

_SEGMENT_FILE = re.compile(rf"{INDEX_NAME}_([0-9a-z]+)\..+")
_GENERATION_FILE = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.(?:toc|json|files|json\.new|files\.new|toc\..*)")


@dataclass(frozen=True, slots=True)
class State:
    """A committed generation: Whoosh's schema and segments, and our manifest."""

    generation: int
    schema: Any
    segments: list[Any]
    manifest: Manifest


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """Turn what the system says of the index's files into a StorageError."""
    try:
        yield
    except FileNotFoundError:
        raise  # a race with a commit, which callers try again
    except OSError as error:
        raise StorageError(f"{error.filename or folder} cannot be used: {error.strerror or error}") from error


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

    def create(self, language: str) -> None:
        """Make an empty index here, if there is none yet."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"the index folder {self.folder} cannot be made: {error.strerror}") from error
        with self.lock():
            if not self.exists():
                self.commit(0, make_schema(language), [], Manifest.fresh(language))

    def read(self) -> State:
        """The newest committed state. Raises IndexMissing, CorruptIndex, IndexMismatch."""
        for _ in range(20):
            generation = self.newest()
            try:
                with storing(self.folder):
                    schema, segments, toc = read_toc(self.folder, generation)
                    return State(generation, schema, segments, self._manifest(generation, toc))
            except FileNotFoundError:
                continue  # a commit moved on while we looked
        raise CorruptIndex(str(self.folder), "its files vanish while they are read")

    def file_states(self, manifest: Manifest) -> FileStates:
        """The state of the roots' files. Raises CorruptIndex."""
        if not manifest.files_name:
            return {}
        path = self.folder / manifest.files_name
        try:
            return files_from_bytes(path.read_bytes(), path)
        except OSError as error:
            raise CorruptIndex(str(path), f"it cannot be read ({error.strerror})") from error

    def _manifest(self, generation: int, toc: bytes) -> Manifest:
        checksum = digest(toc)
        for name in (f"_{INDEX_NAME}_{generation}.json", f"_{INDEX_NAME}_{generation}.json.new"):
            path = self.folder / name
            try:
                manifest, expected = Manifest.from_bytes(path.read_bytes(), path)
            except FileNotFoundError:
                continue
            if expected == checksum:
                manifest.check(self.folder)
                return manifest
            if path.suffix == ".json":
                raise CorruptIndex(
                    str(toc_path(self.folder, generation)), "it does not have the checksum it was written with"
                )
        older = sorted(
            (int(found[1]), path)
            for path in self.folder.glob(f"_{INDEX_NAME}_*.json")
            if (found := _GENERATION_FILE.fullmatch(path.name)) and int(found[1]) < generation
        )
        if not older:
            raise CorruptIndex(str(self.folder), "it is a Whoosh index that searchkit did not make (no manifest)")
        manifest, _ = Manifest.from_bytes(older[-1][1].read_bytes(), older[-1][1])
        manifest.check(self.folder)
        return manifest

    # Writing.

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

    def commit(
        self, generation: int, schema: Any, segments: list[Any], manifest: Manifest, files: bytes | None = None
    ) -> None:
        """Make `generation` the newest one, in one rename; the lock must be held.

        `files` is the new state of the roots' files (None: as the manifest names it).
        """
        toc = toc_bytes(schema, segments, generation)
        stem = f"_{INDEX_NAME}_{generation}"
        if files is not None:
            self._write(f"{stem}.files", files)
        self._write(f"{stem}.json.new", manifest.to_bytes(generation, toc))
        temporary = self._write(f"{stem}.toc.new", toc)
        self._sync_folder()
        temporary.rename(toc_path(self.folder, generation))
        self._sync_folder()
        (self.folder / f"{stem}.json.new").rename(self.folder / f"{stem}.json")

    def _write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return path

    def sync(self, name: str) -> None:
        """Bring a file that was written here to the disk."""
        handle = os.open(self.folder / name, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _sync_folder(self) -> None:
        self.sync(".")

    def clean(self) -> None:
        """Remove what neither of the last two generations needs; the lock must be held."""
        last = generations(self.folder)[-2:]
        needed: set[str] = set()
        names = set()
        for generation in last:
            try:
                _, segments, toc = read_toc(self.folder, generation)
                names.add(self._manifest(generation, toc).files_name)
            except SearchkitError:
                return  # a damaged generation may need anything: better too much than too little
            needed |= {segment.segid for segment in segments}
        for path in self.folder.iterdir():
            segment = _SEGMENT_FILE.fullmatch(path.name)
            generation_file = _GENERATION_FILE.fullmatch(path.name)
            leftover = segment is not None and segment[1] not in needed
            if generation_file is not None and path.name not in names:
                leftover = int(generation_file[1]) not in last or path.suffix not in (".toc", ".json")
            if leftover:
                path.unlink(missing_ok=True)
