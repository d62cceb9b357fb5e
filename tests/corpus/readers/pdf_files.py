"""Writes small PDF files for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 600, 800


class Text(NamedTuple):
    """A text whose baseline begins at a point, counted from above left."""

    x: float
    y: float
    size: float
    text: str
    is_turned: bool = False


def column(x: float, y: float, lines: Sequence[str], size: float = 9, pitch: float = 11) -> list[Text]:
    """Lines below each other. One that begins with ">" is indented, and "" leaves a gap."""
    return [
        Text(x + (9 if line.startswith(">") else 0), y + index * pitch, size, line.removeprefix(">"))
        for index, line in enumerate(lines)
        if line
    ]


def pdf_of(
    pages: Sequence[Sequence[Text]],
    *,
    info: Mapping[str, str] | None = None,
    encrypted: bool = False,
    picture: bool = False,
    rotation: int = 0,
    contents: bytes | None = None,
) -> bytes:
    """A PDF file in Helvetica, with texts on its pages. `contents` are the packed bytes of the
    content of each page, instead."""
    objects: list[bytes] = [b"<</Type/Catalog/Pages 2 0 R>>"]
    kids = b" ".join(b"%d 0 R" % (6 + 2 * number) for number in range(len(pages)))
    objects.append(b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(pages)))
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    objects.append(
        _stream(b"\x80", b"/Type/XObject/Subtype/Image/Width 8/Height 1/ColorSpace/DeviceGray/BitsPerComponent 1")
    )
    objects.append(b"<<%b>>" % b"".join(b"/%b(%b)" % (key.encode(), _escaped(value)) for key, value in (info or {}).items()))
    for number, page in enumerate(pages):
        turn = b"/Rotate %d" % rotation if rotation else b""
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]%b/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>/Contents %d 0 R>>"
            % (WIDTH, HEIGHT, turn, 7 + 2 * number)
        )
        drawn = b"q 500 0 0 700 50 50 cm /I Do Q\n" if picture else b""
        packed = b"/Filter/FlateDecode" if contents is not None else b""
        objects.append(_stream(drawn + b"".join(map(_drawn, page)) if contents is None else contents, packed))
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/Length 40/P -4/O<%b>/U<%b>>>/ID[<00><00>]" % (b"01" * 32, b"02" * 32)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer\n<</Size %d/Root 1 0 R/Info 5 0 R%b>>" % (len(objects) + 1, lock if encrypted else b"")
    return out + b"xref\n0 %d\n0000000000 65535 f \n%b%b\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        trailer,
        len(out),
    )


def _stream(data: bytes, entries: bytes) -> bytes:
    return b"<</Length %d%b>>stream\n%b\nendstream" % (len(data), entries, data)


def _drawn(text: Text) -> bytes:
    matrix = b"0 1 -1 0" if text.is_turned else b"1 0 0 1"
    return b"BT /F %g Tf %b %g %g Tm (%b) Tj ET\n" % (text.size, matrix, text.x, HEIGHT - text.y, _escaped(text.text))


def _escaped(text: str) -> bytes:
    data = text.encode("cp1252")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
