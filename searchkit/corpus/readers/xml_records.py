"""Splits XML documents into the elements that are records, without parsing what is in them: a fault
in one does not lose the next, and memory is bounded by the largest."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from searchkit.corpus.limits import MB, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Encoded, Parsed, Record, Unreadable
from searchkit.corpus.readers.tagged_records import NO_END
from searchkit.corpus.readers.utf8_streams import Rewound, Utf8Stream
from searchkit.corpus.readers.xml_parsing import declared_encoding
from searchkit.corpus.source import ByteStream

CHUNK, MAX_CHUNK = 2**18, 4 * MB
MAX_DOCUMENT_SIZE = 32 * MB
"""Maximum size of a record in bytes: its tree takes about ten times as much."""
MAX_TAG_LENGTH = 2**16
"""Maximum length of a start tag in bytes."""
MAX_NESTED = 256
"""Maximum depth of records in one another: that of a tree in libxml2."""
_TOO_DEEP = f"records are nested more than {MAX_NESTED} levels deep in it; has it no end?"
_HEAD_SIZE = 4096
_TAG_REST = re.compile(rb"""(?:[^<>"'/]++|/(?!>)|"[^"<]*+"|'[^'<]*+')*+(/?)>""")
_DECLARED_PREFIX = re.compile(r"""\sxmlns:[\w.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')""")
_CHARACTER_ENTITY = re.compile(r"""<!ENTITY\s+[\w:.-]+\s+["'](?:[^"'<>&]|&\#[^"';]{1,12};)["']\s*>""")
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
"""How documents in UTF-16 and UTF-32 begin."""


class XmlRecord(NamedTuple):
    """A record with its tags, and its fault or "". `is_only` says that the file has no other."""

    data: bytes
    fault: str = ""
    is_only: bool = False


class _Opened(NamedTuple):
    """A record that has begun: its offset, and the offsets of begin and end of each whole record in
    it that is in no other."""

    begin: int
    inside: array[int]


class RecordStream:
    """A stream from which records are split off.

    - `head` is what stands before the first record, cut off at a chunk; it is there once the first
      record is.
    - `declared` is the encoding that the document names.
    """

    def __init__(self, stream: ByteStream, options: ReadOptions) -> None:
        self._stream = stream
        self.head = b""
        self.max_length = min(MAX_DOCUMENT_SIZE, options.limits.max_article)
        self._buffer = stream.read(CHUNK)
        self._offset = 0
        self._wide = next((encoding for mark, encoding in _WIDE if self._buffer.startswith(mark)), "")
        if self._wide:
            self._stream = Utf8Stream(self._buffer, stream, self._wide)
            self._buffer = self._stream.read(CHUNK)
        self.declared = "" if self._wide else declared_encoding(self._buffer[:_HEAD_SIZE].lstrip())
        self._at_end = not self._buffer

    @property
    def start(self) -> bytes:
        """The first bytes of the document."""
        return self._buffer

    def rewound(self) -> ByteStream:
        """The whole document again, before any record was split off; in UTF-8 if it was in
        UTF-16."""
        return Rewound(self._buffer, self._stream)

    def encoded(self, record: XmlRecord, parse: Callable[[str], Parsed]) -> Encoded:
        """A record in the encoding of its document."""
        if self._wide:
            marked = f"\ufeff{record.data.decode('utf-8', 'replace')}"
            return Encoded(marked.encode(self._wide, "replace"), parse)
        declared = self.declared
        if declared and not record.data.isascii():
            declared = declared_encoding(b'<?xml version="1.0" encoding="%s"?>' % declared.encode() + record.data)
        return Encoded(record.data, parse, declared)

    def split(self, names: tuple[str, ...], *, nests: bool = False) -> Iterator[XmlRecord]:
        """The outermost elements of some local names. With `nests` elements of these names may
        stand in one another. Of a record that has no end, or is too long, only the fault is told:
        the records that begin in it are records of their own."""
        previous: XmlRecord | None = None
        count = 0
        for record in self._split(names, nests):
            if previous is not None:
                yield previous
            previous = record
            count += 1
        if previous is not None:
            yield previous._replace(is_only=count == 1)

    def _fill(self) -> None:
        # Up to as much again as is there: otherwise a long record would be copied with each chunk.
        chunk = self._stream.read(min(max(CHUNK, len(self._buffer)), MAX_CHUNK))
        self._buffer += chunk
        self._at_end = not chunk

    def _split(self, names: tuple[str, ...], nests: bool) -> Iterator[XmlRecord]:
        either = "|".join(map(re.escape, names)).encode()
        token = re.compile(rb"<(?:(!\[CDATA\[|!--)|(/?)(?:[\w.-]++:)?(?:" + either + rb")(?=[\s/>]))")
        at = 0
        opened: list[_Opened] = []
        is_first = True
        while True:
            found = token.search(self._buffer, at)
            end = None
            if found is not None:
                end = self._end_of_token(found)
                if end is None and not self._at_end and len(self._buffer) - found.start() > self.max_length:
                    end = found.end(), False  # a comment or section without an end
            if found is None or end is None:
                keep = found.start() if found else self._start_of_cut_tag(at)
                if self._at_end:
                    break
                while opened and self._offset + len(self._buffer) - opened[0].begin > self.max_length:
                    yield from self._broken(opened, NO_END if opened[1:] or opened[0].inside else self._too_long())
                cut = opened[0].begin - self._offset if opened else keep
                if is_first:
                    self.head += self._buffer[: min(cut, max(0, MB - len(self.head)))]
                self._buffer, at = self._buffer[cut:], keep - cut
                self._offset += cut
                self._fill()
                continue
            at, is_empty = end
            if found[1] or (found[2] and not opened):
                continue
            if not found[2]:
                if opened and not nests:
                    yield from self._broken(opened, NO_END)
                if is_first:
                    self.head += self._buffer[: min(found.start(), max(0, MB - len(self.head)))]
                    is_first = False
                opened.append(_Opened(self._offset + found.start(), array("q")))
                if len(opened) > MAX_NESTED:
                    yield from self._broken(opened, _TOO_DEEP)
            if found[2] or is_empty:
                begin, _ = opened.pop()
                if opened:
                    opened[-1].inside.extend((begin, self._offset + at))
                else:
                    yield XmlRecord(self._buffer[begin - self._offset : at])
        while opened:
            yield from self._broken(opened, NO_END)

    def _broken(self, opened: list[_Opened], fault: str) -> Iterator[XmlRecord]:
        """The outermost record that has begun, with its fault, and the whole ones in it."""
        yield XmlRecord(b"", fault)
        inside = opened.pop(0).inside
        for begin, end in zip(inside[::2], inside[1::2], strict=True):
            yield XmlRecord(self._buffer[begin - self._offset : end - self._offset])

    def _start_of_cut_tag(self, at: int) -> int:
        """Where a tag begins that may be cut off by the end of the buffer."""
        start = self._buffer.rfind(b"<", max(at, len(self._buffer) - MAX_TAG_LENGTH))
        return start if start >= 0 else len(self._buffer)

    def _end_of_token(self, found: re.Match[bytes]) -> tuple[int, bool] | None:
        """Where a tag, comment or CDATA section ends, and whether the tag is of an empty element;
        None if it does not end in the buffer."""
        if found[1]:
            closing = b"-->" if found[1] == b"!--" else b"]]>"
            end = self._buffer.find(closing, found.end())
            return (end + 3, False) if end >= 0 else None
        rest = _TAG_REST.match(self._buffer, found.end())
        if rest is not None:
            return rest.end(), bool(rest[1])
        if len(self._buffer) - found.end() > MAX_TAG_LENGTH:
            end = self._buffer.find(b">", found.end())
            return (end + 1 if end >= 0 else found.end(), False)
        return None

    def _too_long(self) -> str:
        return f"the record is larger than {format_size(self.max_length)}; is it one article?"


def read_records(
    stream: ByteStream,
    options: ReadOptions,
    names: tuple[str, ...],
    parse: Callable[[str, bool], Parsed],
    *,
    nests: bool = False,
    nothing: str = "",
) -> Iterator[Record]:
    """The records of a document: its outermost elements of some names. `parse` is called with the
    text of a record, and with whether it is the only one. Raises Unreadable with `nothing` if there
    is no record."""
    records = RecordStream(stream, options)
    is_empty = True
    context: Context | None = None
    for record in records.split(names, nests=nests):
        is_empty = False
        if record.fault:
            yield Unreadable(record.fault)
        else:
            context = context or Context.of(records.head)
            yield records.encoded(record, partial(_parse_record, parse, context, record.is_only))
    if is_empty and nothing:
        raise Unreadable(nothing)


def _parse_record(parse: Callable[[str, bool], Parsed], context: Context, is_only: bool, text: str) -> Parsed:
    return parse(context.around(text), is_only)


@dataclass(frozen=True, slots=True)
class Context:
    """What the records of a document need of its beginning: the entities of one character that it
    declares, and its prefixes."""

    doctype: str
    prefixes: str

    @classmethod
    def of(cls, head: bytes) -> Context:
        """The context that the bytes before the first record give."""
        text = head[: 4 * MAX_TAG_LENGTH].decode("utf-8", "replace")
        entities = _CHARACTER_ENTITY.findall(text) if "<!ENTITY" in text else []
        doctype = f"<!DOCTYPE record [{''.join(entities)}]>" if entities else ""
        return cls(doctype, "".join(dict.fromkeys(_DECLARED_PREFIX.findall(text))))

    def around(self, record: str) -> str:
        """A record as a document of its own. Its own declarations are not repeated."""
        tag = re.match(r"<[^\s/>]+", record) if self.prefixes else None
        if tag is not None:
            own = set(map(_name_of, _DECLARED_PREFIX.findall(record[: record.find(">") + 1])))
            missing = "".join(one for one in _DECLARED_PREFIX.findall(self.prefixes) if _name_of(one) not in own)
            record = f"{tag[0]}{missing}{record[tag.end() :]}"
        return self.doctype + record


def _name_of(declaration: str) -> str:
    return declaration.partition("=")[0].strip()
