"""Sends what is longer than the screen through a pager.

The output goes to the screen until it is longer than that; only then the pager starts. It runs
while articles are still being found, so that the first screen appears at once.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import display_width, print_diagnostic

MAX_UNREAD = 1 << 18
"""Bytes that are kept for a pager that fails. Pipes hold fewer: a pager that has taken so many has
shown them."""

STARTS_AT_LINE = ("less", "more", "most")
"""Pagers that start at a line with an option such as +12."""

_COLOR = re.compile(r"\x1b\[[0-9;]*m")


@contextmanager
def paged_output(*, pager: bool = True, reserved_lines: int = 0, first_line: int = 0) -> Iterator[None]:
    """Send what the block prints on stdout through the pager of the settings, if stdout is a
    terminal and the output is longer than the screen.

    `reserved_lines` are printed by others below it. With a `first_line` (from 1) the pager starts
    however short the output is, at that line if it is a pager that can do so. When the user quits
    the pager, the block ends early and quietly. What a pager that fails did not show is printed
    without it.
    """
    command = _find_command() if pager and _is_terminal() else ""
    if not command:
        yield
        return
    screen, size = sys.stdout, shutil.get_terminal_size()
    screen.flush()
    room = 0 if first_line else size.lines - 1 - reserved_lines
    if first_line > 1 and Path(command.split()[0]).name in STARTS_AT_LINE:
        command = f"{command} +{first_line}"
    output = _PagedOutput(command, screen, size.columns, room)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(output), encoding=screen.encoding, errors=screen.errors)
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if not output.was_quit:
            raise
    finally:
        sys.stdout = screen
        output.finish()


def _is_terminal() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def _find_command() -> str:
    """The command of the pager, "" for none."""
    setting = find_setting("pager")
    if setting.origin == "default" and shutil.which(setting.value) is None:
        return ""
    return "" if setting.value.strip() == "cat" else setting.value.strip()


class _PagedOutput(io.RawIOBase):
    """Bytes for a screen: kept until they are more than `room` lines, then given to a pager."""

    def __init__(self, command: str, screen: TextIO, columns: int, room: int) -> None:
        super().__init__()
        self.was_quit = False
        self._command, self._screen, self._columns, self._room = command, screen, columns, room
        self._waiting = b""
        """What no pager has certainly shown yet; without a pager, what is not on the screen."""
        self._pipe = self._process = -1
        self._taken = 0
        self._interrupted = False
        self._status: int | None = None

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._screen.fileno()

    def write(self, data: object) -> int:
        chunk = bytes(memoryview(data))  # type: ignore[arg-type]
        if self.was_quit or self._screen.closed:
            return len(chunk)
        if self._status is not None:  # the pager failed
            self._print(chunk)
        elif self._process >= 0:
            self._feed(chunk)
        else:
            self._waiting += chunk
            if self._line_count() > self._room:
                waiting, self._waiting = self._waiting, b""
                self._start()
                self._feed(waiting)
        return len(chunk)

    def _line_count(self) -> int:
        text = _COLOR.sub("", self._waiting.decode(self._screen.encoding, "replace"))
        widths = map(display_width, text.removesuffix("\n").split("\n"))
        return sum(max(1, -(-width // self._columns)) for width in widths)

    def _start(self) -> None:
        import signal  # late: 0.5 ms at every start

        read_end, self._pipe = os.pipe()
        actions = [(os.POSIX_SPAWN_DUP2, read_end, 0)]
        self._process = os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", self._command],
            _environment(self._screen.encoding),
            file_actions=actions,
            setsigdef=[signal.SIGPIPE],  # Python ignores it, and programs inherit that
        )
        os.close(read_end)
        # ^C is for the pager, which stops reading or ends; if this process ended, the pager would
        # fight with the shell for the keys.
        self._handler = signal.signal(signal.SIGINT, self._note_interrupt)

    def _note_interrupt(self, *_: object) -> None:
        self._interrupted = True

    def _feed(self, chunk: bytes) -> None:
        if self._taken <= MAX_UNREAD:
            self._waiting += chunk
        else:
            self._waiting = b""
        rest = memoryview(chunk)
        try:
            while rest:
                written = os.write(self._pipe, rest)
                self._taken += written
                rest = rest[written:]
        except BrokenPipeError:
            self._end()
            if self._status is None:
                self.was_quit = True
                raise

    def _end(self) -> None:
        """Wait for the pager. If it failed, `_status` is its exit status, and what it did not show
        is printed."""
        import signal  # late: 0.5 ms at every start

        os.close(self._pipe)
        status = os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
        self._process = -1
        signal.signal(signal.SIGINT, self._handler)
        # The shell says by 128 and more that a signal ended the pager.
        ended_by = -status if status < 0 else status - 128
        if (
            status
            and not self._interrupted
            and ended_by not in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)
        ):
            self._status = status
            self._print(self._waiting)
        self._waiting = b""

    def finish(self) -> None:
        """Print what was too short for a pager, or wait until the user has quit it."""
        if self._process >= 0:
            self._end()
        elif self._waiting:
            self._print(self._waiting)
            self._waiting = b""
        if self._status is not None:
            print_diagnostic(
                f'the pager "{self._command}" failed (exit status {self._status}); --no-pager prints without one'
            )

    def _print(self, chunk: bytes) -> None:
        self._screen.buffer.write(chunk)
        self._screen.flush()


def _environment(encoding: str) -> dict[str, str]:
    """The environment of the pager. `less` leaves when the text fits, keeps colours, and leaves the
    text on the screen (LESS=FRX); whoever has set LESS chooses, but colours are kept. It takes the
    text for UTF-8 if it is, whatever the locale says."""
    less = os.environ.get("LESS")
    found = {**os.environ, "LESS": "FRX" if less is None else f"-R {less}"}
    if encoding.lower().replace("-", "") == "utf8":
        found.setdefault("LESSCHARSET", "utf-8")
    found.setdefault("LV", "-c")  # colours in lv
    return found
