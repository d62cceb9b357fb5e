"""What a reader of another package is made of: a format that `searchkit index` reads when the package is installed.

The package has an entry point in the group "searchkit.readers", whose name is that of the format:

    [project.entry-points."searchkit.readers"]
    rows = "searchkit_rows:FORMAT"

and in the module `searchkit_rows`, which is imported when a file has a suffix that searchkit does not know:

    from searchkit.readers import Format

    FORMAT = Format("rows", "Rows: title|body", (".rows",), "searchkit_rows.reader:read", "lines", "by-record")

The reader, which is imported when it has to read, is a function. What it is given is said at `Format`, what it yields at
`searchkit.corpus.reader`:

    from collections.abc import Iterator
    from searchkit.readers import Draft, Lines, ReadOptions, Record, Unreadable

    def read(lines: Lines, options: ReadOptions) -> Iterator[Record]:
        for line in lines.records():
            title, bar, body = (line or b"").decode().partition("|")
            yield Draft(title=title, body=body) if bar else Unreadable("the line has no bar")

Suffixes of searchkit's own formats stay with these; `--format rows` reads such files too. A name that searchkit has is an
error.
"""

from __future__ import annotations

from searchkit.corpus.formats import Format, Split, Takes
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, KeyedRecord, Parsed, Record, Unreadable
from searchkit.corpus.source import ByteStream

__all__ = [
    "ByteStream",
    "Draft",
    "Encoded",
    "Format",
    "KeyedRecord",
    "Lines",
    "Parsed",
    "ReadOptions",
    "Record",
    "Split",
    "Takes",
    "Unreadable",
]
