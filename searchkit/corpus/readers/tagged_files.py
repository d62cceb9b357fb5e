"""Splits files of `<DOC>` records, and finds out in which encoding they are."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record
from searchkit.corpus.readers.tagged_records import RecordSplitter, tagged_records
from searchkit.corpus.readers.utf8_streams import Rewound, Utf8Stream
from searchkit.corpus.source import ByteStream
from searchkit.corpus.tolerant_decoding import decode_tolerantly

MAX_RECORD_LENGTH = 16 * 2**20
"""Maximum size of a record in bytes; the largest of the Federal Register have some million."""
_DECLARATION = re.compile(rb"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""")
_HEAD = 2**16
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def read_tagged_file(stream: ByteStream, options: ReadOptions, parse: Callable[[str], Draft]) -> Iterator[Record]:
    """Read the records of a file; one without its end is reported, and the next one read. Names of
    tags may be in small letters; UTF-16 with a byte-order mark is converted to UTF-8."""
    head = stream.read(_HEAD)
    source: ByteStream = Rewound(head, stream)
    declared = ""
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            source, declared = Utf8Stream(head, stream, encoding), "utf-8"
            head = head[: len(head) & ~1].decode(encoding, "replace").encode("utf-8", "replace")
    if not declared and (named := _DECLARATION.match(head.removeprefix(codecs.BOM_UTF8))):
        declared = named[1].decode("ascii")
    is_small = re.search(rb"<DOC[\s>]", head) is None and re.search(rb"<doc[\s>]", head)
    found = RecordSplitter(b"doc" if is_small else b"DOC").split(source, min(MAX_RECORD_LENGTH, options.limits.max_article))
    yield from tagged_records(
        found,
        lambda record: Encoded(record, parse, declared or _likely_encoding(record)),
        "no <DOC> stands in it; is it another kind of SGML?",
    )


def _likely_encoding(record: bytes) -> str:
    """The encoding of a record that nothing declares: UTF-8 where it is, else to be detected."""
    return "utf-8" if record.isascii() or decode_tolerantly(record, "utf-8").is_mostly_valid else ""
