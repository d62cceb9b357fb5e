"""Opens the files of an index safely: only regular files, and no links.

A folder that somebody else made may hold links to elsewhere, pipes that nobody writes to, or files
without end.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from searchkit.errors import CorruptIndex

MAX_READ_SIZE = 2**30
"""Bytes of the largest file that is read as a whole: a manifest, a table of contents, deletions."""


def open_index_file(path: Path, name: str = "") -> BinaryIO:
    """Open a file of an index; `name` is for messages.

    Raises CorruptIndex for what is no regular file, and OSError.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise CorruptIndex(name or str(path), "it is a link, and an index holds none; copy what it leads to") from error
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise CorruptIndex(name or str(path), "it is no regular file")
    return os.fdopen(descriptor, "rb")


def read_index_file(path: Path) -> bytes:
    """The bytes of a small file of an index.

    Raises CorruptIndex for what is no regular file or too large, and OSError.
    """
    with open_index_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > MAX_READ_SIZE:
            raise CorruptIndex(str(path), f"it has {size:,} bytes, more than {MAX_READ_SIZE:,}")
        return file.read(size)  # `read()` could take more memory, should the file grow
