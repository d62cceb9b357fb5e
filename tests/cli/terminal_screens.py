"""Screens of a real terminal: commands run in a pseudo-terminal, and what pyte shows of them.

`SCREENS` are the commands. `scripts/screens` writes what they show, at several widths, to the files
of `tests/cli/screens/`; `test_screens.py` compares.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

import pyte

import searchkit

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "screens"
WIDTHS = (40, 80, 200)
ROWS = 300

SCREENS: dict[str, tuple[str, ...]] = {
    "listing": ("searchkit search peace", "searchkit search peace -n 2 --offset 1"),
    "table": ("searchkit search peace --table", "searchkit search peace --fields score,title,path -n 3"),
    "show": ("searchkit show news/2020/rtl.txt", "searchkit search '\"peace talks\"' -n 1", "searchkit show 1"),
    "show-several": ("searchkit show long-title.txt 和平.txt ceasefire takes",),
    "show-errors": ("searchkit search truce", "searchkit show 7", "searchkit show nothing.txt", "searchkit show txt"),
    "empty": ("searchkit search zebra", "searchkit search peace zebra", "searchkit search paece"),
    "diagnosis": (
        "searchkit search '\"paece talks\" (truce OR 停火 OR ceasfire)' --since 2031 -n 5",
        "searchkit search 'peace or zebra' --ids",
    ),
    "errors": (
        "searchkit search 'peace AND'",
        "searchkit search 和平 titel:peace",
        "searchkit search 'peace date:2020-13'",
        "searchkit search peace -i elsewhere",
        "searchkit serach peace",
    ),
    "notes": ("searchkit search talks or peace -n 1",),
    "explain": ("searchkit search 'the peace w/5 talks -war' --explain -n 1",),
    "index": ("searchkit index doubtful -i other --no-progress", "searchkit index -i other", "searchkit stats"),
    "help": ("searchkit --help", "searchkit show --help"),
}
"""The commands of each screen; those of one share a terminal."""

TIMEOUT = 60
"""Seconds without any output after which a command hangs."""

LEGEND = {"R": "red and bold", "B": "bold", "d": "dim"}
"""How the letters below a line mark colours; a cell that looks otherwise is marked with `?`."""

_UTC4 = timezone(timedelta(hours=4))
ARTICLES = (
    searchkit.Article(
        "news/2020/peace-talks.txt",
        "Peace talks resume",
        "The peace talks resumed on Sunday.\n\nNobody spoke of war, and nobody of a truce.",
        datetime(2020, 4, 26, tzinfo=UTC),
        ("Akbar Mammadov", "Ann Lee"),
        "The Daily Ledger",
        topics=("diplomacy",),
        url="https://ledger.example/2020/peace",
        path="/archive/2020/peace-talks.txt",
    ),
    searchkit.Article(
        "news/2020/long-title.txt",
        "Foreign ministers of both countries, their deputies and the mediators of three others agree on the terms of a"
        " peace that nobody had expected before the winter, and on a ceasefire until then",
        "A ceasefire holds from Monday. The peace is to follow in spring, "
        + "after many rounds of talks, " * 9
        + "they said.",
        datetime(2020, 10, 5, 13, 20, tzinfo=_UTC4),
        ("Meridian Press Service",),
        "Meridian Press Service",
        path="/archive/2020/long-title.txt",
    ),
    searchkit.Article(
        "news/2020/和平.txt",
        "和平谈判星期日在日内瓦恢复，双方外长均表示希望停火协议能够在年底之前签署 (peace)",
        "和平谈判于星期日恢复。双方同意停火。\n\n没有人谈到战争。Peace, an official said, takes time.",
        datetime(2020, 4, 27, 15, 1, 1, tzinfo=UTC),
        ("王小明",),
        "新华社",
        path="/archive/2020/和平.txt",
    ),
    searchkit.Article(
        "news/2020/rtl.txt",
        "مفاوضات السلام peace",
        "استؤنفت مفاوضات السلام يوم الأحد. The peace held.\n\nשיחות השלום חודשו.",
        datetime(2020, 4, 28, tzinfo=UTC),
        path="/archive/2020/rtl.txt",
    ),
    searchkit.Article(
        "news/undated/no-title.txt",
        "",
        "A peace without a title. It has no date.",
        source="Zürcher Café Anzeiger",
        path="/archive/undated/no-title.txt",
    ),
    searchkit.Article(
        "news/2021/a/very/deep/folder/whose/name/goes/on/and/on/for/longer/than/any/terminal/is/wide/peace.txt",
        "Table",
        "The peace in figures.\n\nyear      talks    peace\n2019         12        0\n2020          7        1",
        datetime(2021, 1, 2, 9, 5, tzinfo=UTC),
        path="/archive/2021/a/very/deep/folder/peace.txt",
    ),
)

_DRIVER = r"""
import fcntl, json, os, shlex, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
import searchkit.cli.search, searchkit.engines.local, searchkit.results
for typed in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv = shlex.split(typed)
        searchkit.cli.run()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(1, b"\x1e%d\x1e" % status)
"""


class Shown(NamedTuple):
    """What a command left on a terminal: its bytes, and its exit status."""

    data: bytes
    status: int


def make_folder(folder: Path) -> None:
    """Make the index that the commands search, and what they read."""
    with searchkit.open(folder / "index", create=True) as engine:
        engine.add(ARTICLES)
    doubtful = ROOT / "tests" / "corpora" / "doubtful"
    shutil.copytree(doubtful, folder / "doubtful", ignore=shutil.ignore_patterns("README.md"))


def environment(folder: Path, **changes: str) -> dict[str, str]:
    """The environment of somebody who has set nothing, and whose home is the folder."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "COVERAGE_PROCESS_START")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "PAGER": "cat",
        "OPENBLAS_NUM_THREADS": "1",  # no other threads when the driver forks
        **changes,
    }


def start(
    typed: Sequence[str], columns: int, folder: Path, rows: int = ROWS, **changes: str
) -> tuple[subprocess.Popen[bytes], int]:
    """Start commands, one after the other, in a terminal of their own; return the process and the
    terminal, from which what they print can be read."""
    terminal, inside = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", _DRIVER, json.dumps(typed)],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        start_new_session=True,
        cwd=folder,
        env=environment(folder, **changes),
    )
    os.close(inside)
    return process, terminal


def read_some(terminal: int) -> bytes:
    """What a terminal prints next; b"" when its programs are gone."""
    assert select.select([terminal], [], [], TIMEOUT)[0], f"nothing was printed for {TIMEOUT} seconds"
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # on Linux, reading from a terminal whose programs are gone is an error
        return b""


def finish(process: subprocess.Popen[bytes], terminal: int) -> list[Shown]:
    """What the commands printed, when they are all done."""
    data = b""
    try:
        while chunk := read_some(terminal):
            data += chunk
    finally:
        os.close(terminal)  # its programs are told to end
    assert process.wait(TIMEOUT) == 0, data.decode()
    parts = data.split(b"\x1e")
    assert parts.pop() == b""
    return [Shown(shown, int(status)) for shown, status in zip(parts[::2], parts[1::2], strict=True)]


class _Screen(pyte.Screen):
    """A screen that knows dim text: pyte does not, so that it is kept as blinking, which nothing of
    ours does."""

    def select_graphic_rendition(self, *attrs: int, **kwargs: bool) -> None:
        super().select_graphic_rendition(*(5 if each == 2 else each for each in attrs), **kwargs)


def render(data: bytes, columns: int) -> str:
    """What a terminal shows, each line behind a bar; below a line with colours, letters that mark
    them (see LEGEND)."""
    screen = _Screen(columns, ROWS)
    stream = pyte.ByteStream(screen)
    stream.feed(data)
    lines = []
    for row in range(screen.cursor.y + bool(screen.cursor.x)):
        cells = [screen.buffer[row][column] for column in range(columns)]
        lines.append(f"|{''.join(cell.data for cell in cells).rstrip()}")
        looks = "".join(_look(cell) for cell in cells).rstrip()
        if looks:
            lines.append(f":{looks}")
    return "\n".join(lines)


def _look(cell: pyte.screens.Char) -> str:
    match (cell.fg, cell.bold, cell.blink):
        case ("default", False, False):
            return " "
        case ("red", True, False):
            return "R"
        case ("default", True, False):
            return "B"
        case ("default", False, True):
            return "d"
    return "?"


def screens_of(width: int, shown: Iterable[Shown], folder: Path) -> Mapping[str, str]:
    """The text of each screen at a width."""
    rest = iter(shown)
    found = {}
    for name, commands in SCREENS.items():
        parts = []
        for typed in commands:
            data, status = next(rest)
            data = data.replace(os.fsencode(folder.resolve()), b"/home")
            data = re.sub(rb"\([\d.]+ ms\)", b"(1.2 ms)", data)
            parts.append(f"$ {typed}\n{render(data, width)}\nexit status {status}\n")
        found[name] = "\n".join(parts)
    return found


def take_screens() -> dict[str, str]:
    """The text of all files of screens, by their names."""
    with tempfile.TemporaryDirectory() as made:
        folders = {width: Path(made) / str(width) for width in WIDTHS}
        for folder in folders.values():
            make_folder(folder)
        typed = [command for commands in SCREENS.values() for command in commands]
        running = {width: start(typed, width, folder) for width, folder in folders.items()}
        taken = {width: screens_of(width, finish(*running[width]), folders[width]) for width in WIDTHS}
    legend = ", ".join(f"{letter} {meaning}" for letter, meaning in LEGEND.items())
    head = f"Made by scripts/screens. Letters below a line mark its colours: {legend}.\n"
    return {
        f"{name}.txt": head + "".join(f"\n=== {width} columns\n\n{taken[width][name]}" for width in WIDTHS)
        for name in SCREENS
    }


def main() -> None:
    """Write the files of screens anew."""
    for name, text in take_screens().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
