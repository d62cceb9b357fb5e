"""Every reader is given what is made to exhaust it, whatever its format: each case ends, in little
memory, with an article or a line in the report."""

from __future__ import annotations

import gc
import io
import os
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from searchkit.corpus import read
from searchkit.corpus.articles import INTERNAL_ERROR
from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.limits import KB, MB
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.corpus.golden import FOLDER as GOLDEN

SIZE = int(os.environ.get("HOSTILE_KB", "64")) * KB
"""The size of each file; HOSTILE_KB=2048 is the long form."""
MAX_MEMORY = 500 * MB
PATIENCE = 5 * SIZE / (64 * KB)
"""Seconds of processor time after which a case is stopped. Linear time is at most a tenth of it.
Time quadratic in the length is 2 ** 32 steps at 64 KB, which take a minute in C and an hour in
Python; at larger sizes it leaves a limit in proportion further behind."""
MAX_COPIES = 12
"""Maximum number of times that a text may be kept."""

_BILLION = b"".join(b'<!ENTITY a%d "%s">' % (number, b"&a%d;" % (number - 1) * 10) for number in range(1, 12))
HOSTILE: dict[str, Callable[[], bytes]] = {
    "open tags": lambda: b"<a>" * (SIZE // 3),
    "nested": lambda: b"<div><p>" * (SIZE // 20) + b"Words of it." + b"</p></div>" * (SIZE // 20),
    "angle brackets": lambda: b"<" * SIZE,
    "ends of tags": lambda: b"</p>" * (SIZE // 4),
    "attributes": lambda: b"<html " + b'a="b" ' * (SIZE // 6) + b">",
    "comments": lambda: b"<!-- " * (SIZE // 5),
    "entities": lambda: b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "x">' + _BILLION + b"]><x>&a11;</x>",
    "an external entity": lambda: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x><p>&a;</p></x>',
    "brackets": lambda: b"[" * SIZE,
    "braces": lambda: b"{" * SIZE,
    "objects": lambda: b'{"a":' * (SIZE // 5),
    "RTF groups": lambda: b"{\\rtf1" + b"{\\b " * (SIZE // 4),
    "quotes": lambda: b'"' * SIZE,
    "commas": lambda: b"," * SIZE,
    "line ends": lambda: b"\n" * SIZE,
    "blanks": lambda: b" " * SIZE,
    "one word": lambda: b"a" * SIZE,
    "NULs": lambda: bytes(SIZE),
    "bytes above ASCII": lambda: b"\xe9\xa0" * (SIZE // 2),
    "rules": lambda: b"_" * 60 + b"\n" + b"Title: a\n\n" * (SIZE // 10),
    "keys": lambda: b"TY  - NEWS\n" * (SIZE // 11),
    "dashes": lambda: b"--x\r\n" * (SIZE // 5),
    "a zip of zeros": lambda: _zipped(b"\0" * 100 * MB),
    "a zip of tags": lambda: _zipped(b"<w:p>" * (10 * MB)),
}

PIECES = {
    "blanks": " ",
    "open tags": "<a>",
    "bold blanks": "<strong> " + " " * 50,
    "quotes": '"',
    "digits and blanks": "1 ",
    "confidences": "x_wconf 1",
    "commas and braces": "{a,",
    "lines of keys": "\nDate: 1\n",
}
"""What is put in the place of a word, repeated."""
_WORD = re.compile(r"[A-Za-z]{4,}(?![^<>]*>)")
_OPEN = re.compile(r"<([A-Za-z][\w:.-]*)[^<>]*(?<!/)>(?!.*<\1\b)", re.DOTALL)


def _zipped(member: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("mimetype", b"application/epub+zip")
        for name in ("word/document.xml", "content.xml", "xl/workbook.xml", "META-INF/container.xml", "archive/a.warc"):
            archive.writestr(name, member)
            member = member[:1000]
    return made.getvalue()


@pytest.fixture(scope="session")
def hostile() -> dict[str, bytes]:
    return {name: make() for name, make in HOSTILE.items()}


@pytest.fixture
def alarm() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"it took more than {PATIENCE} seconds")

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.freeze()  # what other tests left behind would be looked through again and again
    yield
    gc.unfreeze()
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
def test_hostile_files(name: str, hostile: dict[str, bytes], alarm: None, tmp_path: Path) -> None:
    row = next(row for row in FORMATS if row.name == name)
    path = tmp_path / f"a{row.suffixes[0] if row.suffixes else '.dat'}"
    secret = Path("/etc/passwd").read_text(encoding="utf-8", errors="replace").partition("\n")[0]
    read_within_limits(path, name, b"x", "")  # what is loaded once does not count
    for kind, data in hostile.items():
        for article in read_within_limits(path, name, data, kind):
            assert secret not in article.body, kind


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
def test_hostile_pieces_in_an_article(name: str, alarm: None, tmp_path: Path) -> None:
    """What a reader of exports finds in a file without an article says nothing of its parsers."""
    path, text, word = article_file(name, tmp_path)
    read_within_limits(path, name, text.encode(), "")
    before, behind = text[: word.start()], text[word.end() :]
    pieces = {kind: piece * (SIZE // len(piece)) for kind, piece in PIECES.items()}
    for tag in _OPEN.findall(before)[-2:]:
        pieces[f"nested {tag}"] = f"<{tag}>" * 100 + "Words. " * (SIZE // 7) + f"</{tag}>" * 100
    for kind, piece in pieces.items():
        read_within_limits(path, name, f"{before}{piece}{behind}".encode(), kind)


def article_file(name: str, folder: Path) -> tuple[Path, str, re.Match[str]]:
    """A file of the golden corpus of a format, its text, and the longest word in its middle. The
    file is the smallest text in UTF-8 of which an article is read."""
    files = [file for file in (GOLDEN / name / "in").rglob("*") if file.is_file()]
    for file in sorted(files, key=lambda file: file.stat().st_size):
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        words = list(_WORD.finditer(text))
        if (
            "\0" not in text
            and words
            and next(iter(read(file, options={"format": name}, on_error=ignore)), None) is not None
        ):
            middle = words[len(words) // 4 : len(words) - len(words) // 4] or words
            return folder / file.name, text, max(middle, key=lambda word: len(word[0]))
    pytest.skip("its golden corpus has no text with an article")


def read_within_limits(path: Path, name: str, data: bytes, kind: str) -> list[Article]:
    """The articles of a file, which is read in little time and memory and gives something."""
    path.write_bytes(data)
    told: list[Failure] = []
    warned: list[ReadWarning] = []
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, started = peak(), time.process_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE if kind else 60)
    found = list(read(path, on_error=told.append, on_warning=warned.append, options={"format": name}))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    assert found or told or warned, kind
    assert not [one for one in told if INTERNAL_ERROR in one.reason], kind
    assert peak() - before < MAX_MEMORY or not kind, (kind, time.process_time() - started)
    kept = sum(
        len(value) for one in found for value in (one.title, one.body, *one.topics, *one.authors, *one.extra.values())
    )
    assert kept < MAX_COPIES * max(len(data), KB), kind
    return found


def ignore(failure: Failure) -> None:
    """A file that cannot be read is not chosen."""


def peak() -> int:
    """The peak memory of this process since it was reset, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
