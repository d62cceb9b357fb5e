"""The public names for packages that add a format: `searchkit index` reads it when the package is
installed.

Such a package has an entry point in the group "searchkit.readers" with the name of the format. It
names a `Format`; the README has a whole example. Its module is imported when a file has a suffix
that searchkit does not know, and the function that it names when such a file is read. `Format`
describes the arguments of the function, `searchkit.corpus.reader` what it yields.

Files with suffixes of searchkit's own formats are read in these, unless `--format NAME` is given. A
format with the name of one of these is an error.
"""

from __future__ import annotations

from searchkit.corpus.blocks import Blocks
from searchkit.corpus.format_row import Format, Split, Takes
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, KeyedRecord, LeftOut, NoArticle, Parsed, Record, Unreadable
from searchkit.corpus.source import ByteStream

__all__ = [
    "Blocks",
    "ByteStream",
    "Draft",
    "Encoded",
    "Format",
    "KeyedRecord",
    "LeftOut",
    "Lines",
    "NoArticle",
    "Parsed",
    "ReadOptions",
    "Record",
    "Split",
    "Takes",
    "Unreadable",
]
