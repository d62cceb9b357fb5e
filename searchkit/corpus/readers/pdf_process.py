"""Has PDF documents read by a process of its own: a document that makes PDFium crash, hang or take
too much memory costs that process, and not the one that reads an archive.

A process is kept for the next document. It ends when the process that started it does.
"""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from typing import IO

from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.pdf_layout import Line
from searchkit.corpus.readers.pdf_messages import Message, receive, send_file

try:
    _is_installed = find_spec("pypdfium2") is not None
except ValueError:  # a module that is not to be found
    _is_installed = False
if not _is_installed:  # this process does not import it
    raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")

PAGE_SECONDS = 60.0
"""Maximum time for a page, or for opening a document."""
_MODULE = "searchkit.corpus.readers.pdf_worker"


_FAILED = "made PDFium fail or takes too much memory"


class _WorkerEnded(Unreadable):
    """A process ended while it read a document."""


class _Worker:
    """A process that reads documents."""

    def __init__(self) -> None:
        self._connection, other = socket.socketpair()
        with closing(other):
            # The child finds the package where we found it, whatever the working directory holds.
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
            self._process = subprocess.Popen(  # noqa: S603  (our own module, by our own interpreter)
                [sys.executable, "-m", _MODULE, str(other.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[other.fileno()],
                env=environment,
                process_group=0,  # an interrupt from the terminal goes to the parent alone
            )
        self._connection.settimeout(PAGE_SECONDS)
        self.owner = os.getpid()

    def send(self, descriptor: int) -> None:
        with suppress(OSError):  # the next `receive` tells
            send_file(self._connection, descriptor)

    def receive(self) -> Message:
        """The next message. Raises Unreadable, and then the process cannot be used any more."""
        try:
            message = receive(self._connection)
        except TimeoutError as error:
            raise Unreadable(f"took more than {PAGE_SECONDS:.0f} seconds") from error
        except (OSError, ValueError) as error:
            raise _WorkerEnded(_FAILED) from error
        if message is None:
            raise _WorkerEnded(_FAILED)
        return message

    def end(self) -> None:
        self._connection.close()
        self._process.kill()
        self._process.wait()


_idle: list[_Worker] = []


def _end_all() -> None:
    while _idle:
        worker = _idle.pop()
        if worker.owner == os.getpid():
            worker.end()


atexit.register(_end_all)


class PdfDocument:
    """A document that is read page by page. `metadata` is what it says of itself by PDF's names,
    `count` its number of pages. Raises Unreadable if it cannot be opened."""

    def __init__(self, file: IO[bytes]) -> None:
        self._left = 0
        try:
            try:
                found = self._open(file)
            except _WorkerEnded:  # something else may have ended it
                self._fail()
                found = self._open(file)
        except Unreadable as error:
            self._fail()
            raise Unreadable(f"opening it {error}; if it is sound, convert it: qpdf in.pdf out.pdf") from error
        if "error" in found:
            self.close()
            raise Unreadable(str(found["error"]))
        self.metadata: dict[str, str] = found["metadata"]
        self.count: int = found["pages"]
        self._left = self.count

    def _open(self, file: IO[bytes]) -> Message:
        worker = _idle.pop() if _idle else None
        # A process that was started before a fork talks to the parent.
        self._worker = worker if worker is not None and worker.owner == os.getpid() else _Worker()
        self._left = 0
        with _on_disk(file) as descriptor:
            self._worker.send(descriptor)
        return self._worker.receive()

    def pages(self) -> Iterator[Message]:
        """For each page its `height`, its `columns` of lines and whether it `has_pictures`; or an
        `error`. Raises Unreadable if no more pages can be read."""
        for number in range(1, self.count + 1):
            try:
                found = self._worker.receive()
            except Unreadable as error:
                self._fail()
                raise Unreadable(f"page {number} {error}") from error
            self._left -= 1
            if "columns" in found:
                found["columns"] = [[Line(*line) for line in column] for column in found["columns"]]
            yield found

    def close(self) -> None:
        """Let the process read other documents; one that has pages left to send is ended."""
        worker, self._worker = self._worker, None  # type: ignore[assignment]
        if worker is not None:
            if self._left:
                worker.end()
            else:
                _idle.append(worker)

    def _fail(self) -> None:
        self._left = 1
        self.close()


@contextmanager
def _on_disk(file: IO[bytes]) -> Iterator[int]:
    """The descriptor of a file on disk: of the file itself, or of a temporary copy."""
    try:
        descriptor = file.fileno()
    except OSError:
        with tempfile.TemporaryFile() as copy:
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            yield copy.fileno()
    else:
        file.flush()
        yield descriptor
