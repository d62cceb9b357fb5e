"""Simulates a disk after a power failure: anything that was not synced may be on it, or not.

A model: `fsync` of a file keeps what was written to it, `fsync` of a folder keeps the names in it,
and nothing else keeps anything. Real file systems keep more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.crash.calls import Call

Files = dict[str, bytes]

NAMES = ("create", "rename", "unlink")


def after_power_loss(before: Files, calls: Sequence[Call], kept: Callable[[int], float]) -> Files:
    """The files by name, when the power failed after `calls`; `kept` says how much there is of a
    call that was not synced (0 to 1; names are there from 0.5 on)."""
    synced_files: dict[int, int] = {}
    names_synced = -1
    for number, call in enumerate(calls):
        if call.kind == "fsync":
            synced_files[call.file] = number
        elif call.kind == "syncdir":
            names_synced = number
    contents: dict[int, bytearray] = {}
    names: dict[str, int | bytes] = dict(before)
    for number, call in enumerate(calls):
        if call.kind in NAMES:
            there = number < names_synced or kept(number) >= 0.5
            if call.kind == "create":
                contents[call.file] = bytearray()
            if not call.name or not there:
                continue
            if call.kind == "create":
                names[call.name] = call.file
            elif call.kind == "unlink":
                names.pop(call.name, None)
            else:
                moved = names.pop(call.name, None)
                names[call.to] = call.file if call.file >= 0 else moved if moved is not None else b""
        elif call.kind in ("write", "truncate") and call.file in contents:
            share = 1.0 if number < synced_files.get(call.file, -1) else kept(number)
            content = contents[call.file]
            if call.kind == "truncate":
                if share >= 0.5:
                    del content[call.offset :]
                continue
            data = call.data[: int(len(call.data) * share)]
            if data:
                content.extend(bytes(max(0, call.offset - len(content))))
                content[call.offset : call.offset + len(data)] = data
    return {name: bytes(contents[held]) if isinstance(held, int) else held for name, held in names.items()}


def variants(calls: Sequence[Call], seed: int, random_ones: int) -> Iterator[tuple[str, Callable[[int], float]]]:
    """Ways in which what was not synced may be lost, each with its name."""
    yield "all lost", lambda number: 0.0
    yield "all kept", lambda number: 1.0
    yield "names kept, contents lost", lambda number: 1.0 if calls[number].kind in NAMES else 0.0
    yield "contents kept, names lost", lambda number: 0.0 if calls[number].kind in NAMES else 1.0
    yield "the last half kept", lambda number: 0.5 if number == len(calls) - 1 else 1.0
    for attempt in range(random_ones):
        choice = random.Random(seed * 1000 + attempt)
        shares = [choice.choice((0.0, 0.0, 0.5, 1.0, 1.0)) for _ in calls]
        yield f"by chance, {attempt}", shares.__getitem__


def read_all(folder: Path) -> Files:
    """The files of a folder, by path."""
    return {str(path): path.read_bytes() for path in folder.iterdir() if path.is_file()} if folder.exists() else {}


def write_all(files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)
