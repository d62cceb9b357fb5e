"""Opens documents that are zip files of parts: DOCX, ODT, EPUB, XLSX.

Nothing is unpacked to disk. The number of parts, the size of each and that of all parts together
are bounded before a part is read and while it is.
"""

from __future__ import annotations

from functools import partial
from typing import IO
from zipfile import ZipInfo

from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.document_signatures import OLE
from searchkit.corpus.html_text import declared_encoding
from searchkit.corpus.limits import MB, Limits, format_size
from searchkit.corpus.reader import RecordWarning, Unreadable
from searchkit.corpus.readers.xml_parsing import Element, parse_xml
from searchkit.corpus.tolerant_decoding import decode_strictly
from searchkit.corpus.unpacking import BudgetExceeded, CheckedStream, Damaged, UnpackBudget, call_checked
from searchkit.corpus.zips import open_zip

MAX_PARTS = 20_000
"""Maximum number of parts of a document. A book with a picture on each page has some thousand."""
MAX_PART_SIZE = 16 * MB
"""Maximum size in bytes of a part that is read at once. A tree of it takes up to 25 times as much
memory."""
_ENCRYPTED = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"
"""The name of the stream that an encrypted document is in (MS-OFFCRYPTO 2.3)."""


class ZipDocument:
    """A document that is a zip file of parts. `kind` is its usual name, for messages ("DOCX");
    `encoding` is the one that the root is read with: that of parts which are not UTF-8 and declare
    none. `warnings` tell which bytes of the texts that were read are not valid.

    All errors are raised as Unreadable.
    """

    def __init__(self, file: IO[bytes], limits: Limits, kind: str, encoding: str = "") -> None:
        self._limits, self._kind, self._encoding = limits, kind, encoding
        self.warnings: list[RecordWarning] = []
        file.seek(0)
        head = file.read(len(OLE))
        if head == OLE:
            raise Unreadable(_reason_of_ole(file, kind))
        if not head.startswith(b"PK"):
            raise Unreadable(f"it is no {kind} file: it does not begin as a zip file does")
        size = file.seek(0, 2)
        file.seek(0)
        try:
            self._archive = call_checked(partial(open_zip, file, MAX_PARTS, "it is no usual document"), f"the {kind} file")
        except Damaged as error:
            raise Unreadable(str(error)) from error
        self._budget = UnpackBudget(size, limits)
        self._members: dict[str, ZipInfo] = {}
        for member in self._archive.infolist():
            # Some programs write backslashes, and names with a slash before them.
            self._members.setdefault(member.filename.replace("\\", "/").lstrip("/"), member)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        """The names of all parts, in the order of the file."""
        return list(self._members)

    def size(self, name: str) -> int:
        """The unpacked size of a part in bytes, which reading it will not exceed; 0 if it is
        missing."""
        member = self._members.get(name)
        return member.file_size if member is not None else 0

    def open(self, name: str, max_size: int = 0) -> PartStream:
        """Open a part for reading in pieces. `max_size` is its largest size in bytes (0: that of a
        member of an archive)."""
        member = self._members.get(name)
        if member is None:
            raise Unreadable(f"it is no whole {self._kind} file: {name} is missing")
        most = max_size or self._limits.max_member
        if member.file_size > most:
            raise Unreadable(_too_large(name, most, bool(max_size)))
        if not self._budget.covers(member.file_size):
            raise Unreadable(
                f"{name} unpacks to {member.file_size:,} bytes, too much for a file of its size; "
                "if that is right, raise --max-ratio"
            )
        try:
            opened = call_checked(partial(self._archive.open, member), name)
        except Damaged as error:
            raise Unreadable(str(error).replace("unpack it first", "save it without a password")) from error
        return PartStream(CheckedStream(opened, name, self._budget, most))

    def read(self, name: str) -> bytes:
        """The bytes of a part, at most `max_article` and MAX_PART_SIZE of them."""
        return self.open(name, min(self._limits.max_article, MAX_PART_SIZE)).read()

    def text(self, name: str) -> str:
        """The text of a part in XML or HTML."""
        data = self.read(name)
        declared = declared_encoding(data) or ("" if decode_strictly(data, "utf-8") is not None else self._encoding)
        try:
            found = decode(data, declared=declared)
        except Undecodable as error:
            raise Unreadable(f"{name} cannot be read: {error}") from error
        self.warnings += ((kind, f"{name}: {text}") for kind, text in found.warnings())
        return found.text

    def parse(self, name: str) -> Element:
        """The root of a part in XML, whose tags and attributes have their namespaces."""
        return parse_xml(self.text(name), keeps_namespaces=True)


class PartStream:
    """A part that is read in pieces; errors are raised as Unreadable."""

    def __init__(self, stream: CheckedStream) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        try:
            return self._stream.read(size)
        except (Damaged, BudgetExceeded) as error:
            raise Unreadable(str(error)) from error


def _too_large(name: str, most: int, is_article: bool) -> str:
    if is_article and most == MAX_PART_SIZE:
        return f"{name} is larger than {format_size(most)}"
    option = "--max-article" if is_article else "--max-member"
    return f"{name} is larger than {format_size(most)}; if that is right, raise {option}"


def _reason_of_ole(file: IO[bytes], kind: str) -> str:
    file.seek(0)
    if _ENCRYPTED in file.read(2**20):
        return "it is encrypted; save it without a password"
    return (
        f"it is no {kind} file but an old Office document; convert it: soffice --headless --convert-to {kind.lower()} FILE"
    )
