"""Locks an index: one writer at a time, whichever program it is.

It is the lock that Whoosh's writers take too (flock on `MAIN_WRITELOCK`), so it is released when
its holder dies. Programs that the holder starts do not inherit it (the file is closed when they
begin), and neither does a forked child.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import CorruptIndex, IndexLocked, OptionError

LOCK_FILE = f"{INDEX_NAME}_WRITELOCK"
POLL_INTERVAL = 0.05
"""Seconds between two attempts to take the lock."""

_NOTE = re.compile(r"process ([0-9]+) on (.+), since \S+")
_handles: set[int] = set()


def _close_in_child() -> None:
    """Close the locks in a forked child, which would still hold them when its parent is dead."""
    for handle in _handles:
        with suppress(OSError):
            os.close(handle)
    _handles.clear()


os.register_at_fork(after_in_child=_close_in_child)


@contextmanager
def hold_lock(folder: Path, wait: float = 0) -> Iterator[None]:
    """Hold the lock of the index in `folder`, waiting up to `wait` seconds for it.

    Raises IndexLocked, with who holds it and since when, CorruptIndex, OptionError, OSError.
    """
    check_wait(wait)
    handle = _open_lock_file(folder / LOCK_FILE)
    _handles.add(handle)
    is_locked = False
    try:
        _acquire(handle, folder, wait)
        is_locked = True
        with suppress(OSError):  # a full disk must not keep the lock from being taken
            os.ftruncate(handle, 0)
            os.pwrite(handle, describe_process().encode(), 0)
        yield
    finally:
        if handle in _handles:  # not in a child that was forked meanwhile
            _handles.discard(handle)
            if is_locked:
                with suppress(OSError):
                    os.ftruncate(handle, 0)
            os.close(handle)


def check_wait(wait: float) -> None:
    """Raise OptionError for a negative wait, or one that is not a number."""
    if not wait >= 0:
        raise OptionError(f"wait must be 0 seconds or more; found {wait}")


def _open_lock_file(path: Path) -> int:
    """Open the file (not inheritable, as all that Python opens). It is written to, so it must not
    be a link."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CorruptIndex(str(path), "it is a link, and an index holds none; remove it") from error
        raise
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise CorruptIndex(str(path), "it is no regular file; remove it")
    return handle


def _acquire(handle: int, folder: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            left = until - time.monotonic()
        if left <= 0:
            waited = f" after {wait:g} second{'' if wait == 1 else 's'}" if wait else ""
            holder = _describe_holder(handle)
            raise IndexLocked(
                f"{folder} is{' still' if wait else ''} being written to by {holder}{waited}; wait for it with"
                " --wait SECONDS, or try again when it is done (searching is not affected)"
            )
        time.sleep(min(left, POLL_INTERVAL))


def describe_process() -> str:
    """Which process this is, on which machine, and since when it holds a lock."""
    return f"process {os.getpid()} on {os.uname().nodename}, since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _describe_holder(handle: int) -> str:
    """Who holds the lock, from its note. Other Whoosh programs leave none, and a note may be that
    of a dead process."""
    note = _NOTE.fullmatch(os.pread(handle, 300, 0).decode("utf-8", "replace"))
    if note is None or (note[2] == os.uname().nodename and _is_gone(int(note[1]))):
        return "another program"
    return note[0]


def _is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
