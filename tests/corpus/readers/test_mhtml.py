"""Saved web pages: what the golden files cannot show."""

from __future__ import annotations

import base64
import quopri

import pytest

from searchkit.corpus import ReadOptions
from searchkit.corpus.decode import decode
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.reader import Draft, Encoded, Unreadable
from searchkit.corpus.readers.html_pages import parse_page
from searchkit.corpus.readers.mhtml import MAX_PARTS, read_mhtml

PAGE = (
    "<title>Brücke offen</title><h1>Brücke offen</h1>"
    + "<p>Die Brücke über den Fluss ist seit Montag wieder offen, sagt die Stadt = gut.</p>" * 4
)


def read(data: bytes) -> Draft:
    record = next(iter(read_mhtml(data, ReadOptions())))
    assert isinstance(record, Encoded)
    found = record.parse(decode(record.data, "", record.declared).text)
    assert isinstance(found, Draft)
    return found


def saved(body: bytes, coding: str, charset: str = "utf-8", end: bytes = b"\n") -> bytes:
    lines = (
        b"From: <Saved by Blink>",
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/related; boundary="--=_b.1"',
        b"",
        b"----=_b.1",
        b"Content-Type: text/html; charset=" + charset.encode(),
        b"Content-Transfer-Encoding: " + coding.encode(),
        b"",
        body,
        b"----=_b.1--",
    )
    return end.join(lines) + end


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
@pytest.mark.parametrize("coding", ["quoted-printable", "base64", "8bit", "binary"])
def test_a_saved_page_is_read_as_the_page(coding: str, charset: str, end: bytes) -> None:
    data = PAGE.encode(charset)
    coded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(coding, bytes)(data)
    assert read(saved(coded, coding, charset, end)) == parse_page(PAGE)


@pytest.mark.parametrize(
    "body", [b"!!!!", b"QQ", b"QUJ", b"PHA+", b"=", b"A" * 77, b"\xff\xfe=4"], ids=lambda body: body.decode("latin-1")
)
def test_damaged_codings_are_read_as_far_as_they_go(body: bytes) -> None:
    for coding in ("base64", "quoted-printable", "x-unknown"):
        assert isinstance(next(iter(read_mhtml(saved(body, coding), ReadOptions()))), Encoded)


def test_many_parts_take_linear_time_and_stop_at_a_limit() -> None:
    part = b"--=_b.1\nContent-Type: text/css\n\nx\n--"
    data = saved(PAGE.encode(), "8bit").replace(b"----=_b.1--", b"--" + part * (2 * MAX_PARTS) + b"--=_b.1--")
    assert read(data).title == "Brücke offen"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n\n",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        + b"--b\nContent-Type: multipart/related; boundary=b\n\n" * 100,
        b"Content-Type: multipart/related\n\nno boundary",
        b"A: b\n" * 100_000,
    ],
)
def test_files_without_a_page(data: bytes) -> None:
    with pytest.raises(Unreadable, match="no HTML page"):
        list(read_mhtml(data, ReadOptions()))


@pytest.mark.parametrize(
    ("start", "is_saved"),
    [
        (b"From: <Saved by Blink>\r\nContent-Type: multipart/related;\r\n\r\n", True),
        (
            b'MIME-Version: 1.0\nSnapshot-Content-Location: http://x.example/\nContent-Type: multipart/related; boundary="x"\n',
            True,
        ),
        (b"From: anna@post.example\nSubject: Pictures\nContent-Type: multipart/related; boundary=x\n\nSaved by me", False),
        (b"From: Baku with love\n\nSaved by the bell, multipart/related", False),
        (b"Saved by the bell: multipart/related", False),
    ],
)
def test_the_signature(start: bytes, is_saved: bool) -> None:
    found = format_by_signature(start)
    assert (found is not None and found.name == "mhtml") == is_saved
