"""The public names for packages that add a format: `searchkit index` reads it when the package is
installed.

The package has an entry point in the group "searchkit.readers" with the name of the format:

    [project.entry-points."searchkit.readers"]
    rows = "searchkit_rows:FORMAT"

The module `searchkit_rows`, which is imported when a file has a suffix that searchkit does not
know, has:

    from searchkit.readers import Format

FORMAT = Format("rows", "Rows: title|body", (".rows",), "searchkit_rows.reader:read", "lines",
"by-record")

The reader is a function, which is imported when it has to read a file. `Format` describes its
arguments, `searchkit.corpus.reader` what it yields:

    from collections.abc import Iterator
    from searchkit.readers import Draft, Lines, ReadOptions, Record, Unreadable

    def read(lines: Lines, options: ReadOptions) -> Iterator[Record]:
        for line in lines.records():
            title, bar, body = (line or b"").decode().partition("|")
            yield Draft(title=title, body=body) if bar else Unreadable("the line has no bar")

Files with suffixes of searchkit's own formats are read in these, unless `--format rows` is given. A
format with the name of one of these is an error.
"""

from __future__ import annotations

from searchkit.corpus.format_row import Format, Split, Takes
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, KeyedRecord, NoArticle, Parsed, Record, Unreadable
from searchkit.corpus.source import ByteStream

__all__ = [
    "ByteStream",
    "Draft",
    "Encoded",
    "Format",
    "KeyedRecord",
    "Lines",
    "NoArticle",
    "Parsed",
    "ReadOptions",
    "Record",
    "Split",
    "Takes",
    "Unreadable",
]
