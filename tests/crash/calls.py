"""Watches the calls by which a process changes files, before each happens: to count, to record, to
stop there."""

from __future__ import annotations

import builtins
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHANGES = ("create", "write", "truncate", "fsync", "syncdir", "rename", "unlink", "mkdir")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, to which file (numbered as they are created; -1: a folder or one made
    before), under which name (and to which other name), and what a write writes where."""

    kind: str
    name: str
    file: int = -1
    to: str = ""
    offset: int = 0
    data: bytes = b""


Watch = Callable[[Call, Callable[[int], object]], None]
"""Called before a call happens; the function that it gets does a part of a write."""


class Calls:
    """The calls of this process on files below a folder. They stay watched: use it in a process of
    its own."""

    def __init__(self, folder: Path, watch: Watch) -> None:
        self._folder, self._watch = str(folder.resolve()), watch
        self._files: dict[str, int] = {}
        self._handles: dict[int, tuple[str, int]] = {}
        self._created = 0

    def tell(self, call: Call, part: Callable[[int], object] = lambda size: None) -> None:
        self._watch(call, part)

    def _inside(self, path: Any) -> str | None:
        if isinstance(path, int):
            return None
        whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (Path's own calls are those that are watched)
        return whole if whole == self._folder or whole.startswith(self._folder + os.sep) else None

    def _create(self, name: str, *, is_named: bool = True) -> int:
        self._created += 1
        if is_named:
            self._files[name] = self._created
        return self._created

    def install(self) -> None:
        """Watch from now on."""
        self._install_open()
        for kind in ("rename", "replace", "unlink", "remove", "mkdir", "fsync", "open", "close", "ftruncate", "pwrite"):
            setattr(os, kind, getattr(self, f"_{kind}")(getattr(os, kind)))

    def _install_open(self) -> None:
        original = io.open

        def watched(file: Any, mode: str = "r", buffering: int = -1, *rest: Any, **options: Any) -> Any:
            name = self._inside(file)
            if name is None or not set(mode) & set("wxa+"):
                return original(file, mode, buffering, *rest, **options)
            is_named = not os.path.isdir(name)  # noqa: PTH112
            is_new = is_named and not ("a" in mode and os.path.exists(name))  # noqa: PTH110
            if is_new or not is_named:
                self.tell(Call("create", name if is_named else "", self._created + 1))
            raw = _WatchedFile(file, mode.replace("b", ""), options.get("opener"))
            number = self._create(name, is_named=is_named) if is_new or not is_named else self._files.get(name, -1)
            raw.begin(self, name if is_named else "", number)
            self._handles[raw.fileno()] = (name if is_named else "", number)
            return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

        io.open = builtins.open = tempfile._io.open = watched  # type: ignore[attr-defined]

    def _rename(self, original: Any) -> Any:
        def rename(source: Any, target: Any, **options: Any) -> None:
            name, to = self._inside(source), self._inside(target)
            if name is not None and to is not None:
                self.tell(Call("rename", name, self._files.get(name, -1), to))
                if name in self._files:
                    self._files[to] = self._files.pop(name)
            original(source, target, **options)

        return rename

    _replace = _rename

    def _unlink(self, original: Any) -> Any:
        def unlink(path: Any, **options: Any) -> None:
            name = self._inside(path)
            if name is not None and os.path.lexists(name):
                self.tell(Call("unlink", name))
                self._files.pop(name, None)
            original(path, **options)

        return unlink

    _remove = _unlink

    def _mkdir(self, original: Any) -> Any:
        def mkdir(path: Any, *rest: Any, **options: Any) -> None:
            name = self._inside(path)
            if name is not None:
                self.tell(Call("mkdir", name))
            original(path, *rest, **options)

        return mkdir

    def _fsync(self, original: Any) -> Any:
        def fsync(file: Any) -> None:
            handle = file if isinstance(file, int) else file.fileno()
            if handle in self._handles:
                name, number = self._handles[handle]
                self.tell(Call("syncdir" if os.path.isdir(name) else "fsync", name, number))  # noqa: PTH112
            original(handle)

        return fsync

    def _open(self, original: Any) -> Any:
        def open_(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            name = self._inside(path)
            if name is not None and flags & os.O_CREAT and not os.path.exists(name):  # noqa: PTH110
                self.tell(Call("create", name, self._created + 1))
                self._create(name)
            handle: int = original(path, flags, *rest, **options)
            if name is not None:
                self._handles[handle] = (name, self._files.get(name, -1))
            return handle

        return open_

    def _close(self, original: Any) -> Any:
        def close(handle: int) -> None:
            self._handles.pop(handle, None)
            original(handle)

        return close

    def _ftruncate(self, original: Any) -> Any:
        def ftruncate(handle: int, size: int) -> None:
            if handle in self._handles:
                name, number = self._handles[handle]
                self.tell(Call("truncate", name, number, offset=size))
            original(handle, size)

        return ftruncate

    def _pwrite(self, original: Any) -> Any:
        def pwrite(handle: int, data: bytes, offset: int) -> int:
            if handle in self._handles:
                name, number = self._handles[handle]
                call = Call("write", name, number, offset=offset, data=bytes(data))
                self.tell(call, lambda size: original(handle, data[:size], offset))
            written: int = original(handle, data, offset)
            return written

        return pwrite


class _WatchedFile(io.FileIO):
    """A file whose real writes are watched, whatever is buffered above it."""

    def __init__(self, file: Any, mode: str, opener: Any = None) -> None:
        super().__init__(file, mode, opener=opener)

    def begin(self, calls: Calls, name: str, number: int) -> None:
        self._calls, self._name, self._number = calls, name, number

    def write(self, data: Any) -> int:
        whole = bytes(data)
        call = Call("write", self._name, self._number, offset=self.tell(), data=whole)
        before = super().write
        self._calls.tell(call, lambda size: before(whole[:size]))
        return super().write(whole)
