"""A package of readers as pip installs it: a module, and a `.dist-info` with its entry points."""

from __future__ import annotations

from pathlib import Path

ROWS = """
from searchkit.readers import Draft, Encoded, Format, KeyedRecord, Unreadable

def is_bar(head): return head.startswith(b"|")
def is_semicolon(head): return head.startswith(b";")
def never(head): return False

ROWS = Format("rows", "Rows: title|body", (".rows", ".txt"), "house_rows_reader:rows", "lines", "by-record")
PAGE = Format("page", "Page: its first line is its title", (".page",), "house_rows_reader:page", "bytes", "one-article")
BOOK = Format("book", "Book: its end says where it begins", (".book",), "house_rows_reader:book", "file", "whole-file")
BARS = Format("bars", "Bars: a sign first", (".mix",), "house_rows_reader:bars", "stream", "whole-file", is_bar)
SEMI = Format("semicolons", "Semicolons: a sign first", (".mix",), "house_rows_reader:bars", "stream", "whole-file", is_semicolon)
"""
READER = """
import functools, json, os
from searchkit.readers import Draft, Encoded, KeyedRecord, Unreadable

def rows(lines, options):
    for line in lines.records():
        yield functools.partial(row, line)

def row(line):
    if line is None or b"|" not in line:
        raise Unreadable("the line has no bar")
    title, _, body = line.decode().partition("|")
    return Draft(title=title, body=body, warnings=(("dates", title),) if title == "soon" else ())

def page(data, options):
    yield Encoded(data, lambda text: Draft(title=text.partition("\\n")[0], body=text.partition("\\n")[2]))

def book(file, options):
    file.seek(-4, os.SEEK_END)
    file.seek(int(file.read(4)))
    for line in file.read().splitlines()[:-1]:
        yield KeyedRecord(json.loads(line))

def bars(stream, options):
    for number, text in enumerate(stream.read(-1)[1:].decode().split(","), 1):
        if text == "bad":
            yield Unreadable("it is bad")
        elif text == "end":
            raise Unreadable("nothing more can be read")
        elif text == "bug":
            raise KeyError(text)
        else:
            yield Draft(body=text, id=f"own{number}")
"""
FORMATS = {"rows": "ROWS", "page": "PAGE", "book": "BOOK", "bars": "BARS", "semicolons": "SEMI"}


def install(
    site: Path, name: str = "house-rows", *, module: str = ROWS, reader: str = READER, formats: dict[str, str] | None = None
) -> Path:
    """Install a package with entry points for `formats`, pairs of a name and a constant; returns
    the folder."""
    top = name.replace("-", "_")
    metadata = site / f"{top}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    entries = "".join(f"{entry} = {top}:{constant}\n" for entry, constant in (formats or FORMATS).items())
    (metadata / "entry_points.txt").write_text(f"[searchkit.readers]\n{entries}")
    (site / f"{top}.py").write_text(module.replace("house_rows", top))
    (site / f"{top}_reader.py").write_text(reader.replace("house_rows", top))
    return site
