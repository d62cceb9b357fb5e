"""Reads the articles of an archive: a path in, Articles out, whatever the format, packing and
encoding.

Useful for: reading files. Not useful for: storing articles (indexing), or splitting them into words
(analysis).
"""

from __future__ import annotations

from searchkit.corpus.format_row import Format
from searchkit.corpus.formats import format_problems, formats
from searchkit.corpus.listing import label_of, list_files
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reading import read, read_file, read_files, read_share

__all__ = [
    "Format",
    "ReadOptions",
    "format_problems",
    "formats",
    "label_of",
    "list_files",
    "read",
    "read_file",
    "read_files",
    "read_share",
]
