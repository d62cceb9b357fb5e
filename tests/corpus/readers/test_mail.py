"""Messages of mail and mbox files: what golden files cannot show."""

from __future__ import annotations

import io
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.archive_signatures import is_mail, is_mbox
from searchkit.corpus.formats import format_by_signature
from searchkit.corpus.options import DEFAULT_LIMITS, ReadOptions
from searchkit.corpus.reader import Encoded, NoArticle, Unreadable
from searchkit.corpus.readers.mail import message_text, read_eml, read_mbox
from searchkit.corpus.readers.mbox_splitter import split_mbox
from searchkit.corpus.readers.mime_parts import header_text, parse_message
from searchkit.model import Article
from searchkit.reports import Failure
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within

ENVELOPE = "From a@b.example Sun Apr 26 10:00:00 2020\n"
HEAD = "From: Ann Lee <ann@paper.example>\nDate: Sun, 26 Apr 2020 10:00:00 +0400\nMIME-Version: 1.0\n"


def mail(tmp_path: Path, text: str | bytes) -> Article:
    (tmp_path / "a.eml").write_bytes(text.encode() if isinstance(text, str) else text)
    (article,) = read(tmp_path / "a.eml", "L")
    return article


@pytest.mark.parametrize(
    "start",
    [
        b"From a@b.example Sun Apr 26 10:00:00 2020\nFrom: a@b.example\n",
        b"From a@b.example  Sun Apr  6 10:00:00 +0000 2020\r\nX-GM-THRID: 7\r\n",
        b"From - Sun Apr 26 10:00:00 2020\n>From: x\n",
        b"From name at host.example  Sun Apr 26 10:00:00 2020\nSubject: x\n",
        b"From a@b.example Sun, 26 Apr 2020 10:00:00 +0400\nSubject: x\n",
    ],
)
def test_an_mbox_is_recognised(start: bytes) -> None:
    row = format_by_signature(start)
    assert row is not None and row.name == "mbox"


@pytest.mark.parametrize(
    "start",
    [
        b"From Baku\nBy: Akbar Mammadov\nDate: 26 April 2020\n",
        b"From Baku Sun Apr 26 10:00:00 2020\n\nA text.\n",
        b"From Baku, Sun Apr 26: a ship at 10:00.\nDate: today\n",
        b"From: a@b.example\nDate: x\n",
        b"From Monday to Sunday\nSubject: x\n",
    ],
)
def test_what_is_no_mbox(start: bytes) -> None:
    assert not is_mbox(start)


@pytest.mark.parametrize(
    "start",
    [
        b"From: a@b.example\nDate: Sun, 26 Apr 2020 10:00:00 +0400\nMIME-Version: 1.0\n\n",
        b"Return-Path: <a@b.example>\r\nReceived: from a by b\r\n\tfor c\r\nFrom: a\r\nSubject: x\r\n\r\n",
        b"Path: news!x\nFrom: a@b.example (A)\nSubject: x\nMessage-ID: <7@b.example>\n\nText",
        b"Received: from a by b\n" * 200,
    ],
)
def test_a_message_is_recognised(start: bytes) -> None:
    row = format_by_signature(start[:4096])
    assert row is not None and row.name == "eml"


@pytest.mark.parametrize(
    "start",
    [
        b"From: Baku\nDate: 26 April 2020\nSubject: Peace talks\n\nA text.\n",
        b"Title: Peace\nBy: Ann Lee\nDate: 26 April 2020\n\nText.\n",
        b"Subject: x\nDate: y\nReceived: 26 April 2020\n\nText.\n",
        b"From: <Saved by Blink>\nSnapshot-Content-Location: https://a.example/\nSubject: x\nDate: x\nMIME-Version: 1.0\n",
        b'From: "Saved by Windows Internet Explorer 8"\nSubject: x\nDate: x\nMIME-Version: 1.0\n\n',
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n",
        b"A line of text\nFrom: a@b.example\nDate: x\nMessage-ID: <a@b>\n",
        b"From: a\nA line of text\nDate: x\nMessage-ID: <a@b>\n\n",
        b'{"From": "a", "Message-ID": "<a@b>"}',
    ],
)
def test_what_is_no_message(start: bytes) -> None:
    assert not is_mail(start)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8?q?Caf=C3=A9?=", "Café"),
        (b"=?UTF-8?B?Q2Fmw6k=?= =?UTF-8?B?IG9wZW4=?=", "Café open"),
        (b"=?utf-8?Q?Caf=C3?= =?utf-8?Q?=A9?=", "Café"),
        (b"=?iso-8859-1?Q?Z=FCge?= and more", "Züge and more"),
        (b"=?iso-8859-1*de?Q?Z=FCge_fahren?=", "Züge fahren"),
        (b"=?utf-8?Q?a b?=", "a b"),
        (b"=?x-none?Q?Caf=C3=A9?=", "Café"),
        (b"=?utf-8?B?Q2Fmw6?=", "Caf\ufffd"),
        (b"=?utf-8?B?!!?=", ""),
        ("Café".encode(), "Café"),
        (b"Caf\xe9 du port", "Café du port"),
        (b"1 =? 2 ?= 3", "1 =? 2 ?= 3"),
        (b"a\tb\x01c", "a b c"),
    ],
)
def test_headers_are_decoded(raw: bytes, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("iso-8859-1", "utf-8"),
        ("us-ascii", "utf-8"),
        ("nonsense", "utf-8"),
        ("", "cp1252"),
        ("us-ascii", "cp1252"),
        ("utf-8", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-7", "utf-7"),
        ("us-ascii", "utf-16-le"),
    ],
)
def test_charsets_right_and_wrong(tmp_path: Path, charset: str, encoding: str) -> None:
    text = "Die Züge fahren über München nach Köln. Die größeren Städte hören davon früher als üblich."
    found = mail(tmp_path, f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode() + text.encode(encoding))
    assert found.body == text


@pytest.mark.parametrize(
    ("header", "authors", "source"),
    [
        ("From: Ann Lee <a@b.example>", ("Ann Lee",), ""),
        ('From: "Lee, Ann" <a@b.example>', ("Lee, Ann",), ""),
        ("From: a@b.example", (), ""),
        ("From: Harbour Brief <a@b.example>\nList-Unsubscribe: <x>", (), "Harbour Brief"),
        ("From: a@b.example\nList-Unsubscribe: <x>", (), "b.example"),
        ("From: Ann Lee at The Paper <a@b.example>\nList-Id: <p.b.example>", ("Ann Lee",), "The Paper"),
        ("From: News at Ten <a@b.example>\nList-Id: <p.b.example>", (), "News at Ten"),
        (
            "From: Ann Lee <a@b.example>\nList-Id: Ships <s.b.example>\nList-Post: <mailto:s@b.example>",
            ("Ann Lee",),
            "Ships",
        ),
    ],
)
def test_the_sender(tmp_path: Path, header: str, authors: tuple[str, ...], source: str) -> None:
    found = mail(tmp_path, f"{header}\nSubject: S\nMIME-Version: 1.0\n\nText.\n")
    assert (found.authors, found.source) == (authors, source)


def test_the_fuller_form_of_a_newsletter(tmp_path: Path) -> None:
    def of(plain: str, html: str) -> str:
        message = EmailMessage()
        message["From"], message["Subject"], message["Message-ID"] = "a@b.example", "S", "<1@b.example>"
        message.set_content(plain)
        message.add_alternative(html, subtype="html")
        return mail(tmp_path, message.as_bytes()).body

    html = f"<p>{'words of the letter ' * 40}</p>"
    assert of("The same words. " * 40, html).startswith("The same words.")
    assert of("Read this in a program for HTML.", html).startswith("words of the letter")
    assert of("\n", html).startswith("words of the letter")
    assert of("https://a.example/x\n" * 300, html).startswith("words of the letter")
    assert of("Three words only.", "<p>Three words only.</p>") == "Three words only."


def test_the_text_of_an_export(tmp_path: Path) -> None:
    data = b"From: <x@b.example>\nSubject: Your =?utf-8?q?s=C3=A9arch?=\nDate: Sun, 5 Jul 2020 01:02:03 -0400\nMIME-Version: 1.0\n"
    data += (
        b'Content-Type: text/html; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n<p id=3D"1">Caf=C3=A9</p>'
    )
    found = message_text(data)
    assert found == ("Your séarch", "<x@b.example>", "Sun, 5 Jul 2020 01:02:03 -0400", "Café", '<p id="1">Café</p>')


def test_messages_are_split_wherever_chunks_end() -> None:
    data = (f"{ENVELOPE}Subject: S\n\nFrom here\n\nFrom there\n>From x\n\n" * 50).encode()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(61)

    found = list(split_mbox(Slow(data), 2**20))
    assert len(found) == 50
    assert {message.strip() for _, message, _ in found} == {b"Subject: S\n\nFrom here\n\nFrom there\nFrom x"}


def test_a_message_beyond_the_limit_is_reported(tmp_path: Path) -> None:
    long = f"{ENVELOPE}Subject: Long\n\n{'words ' * 500_000}\n\n"
    short = f"{ENVELOPE}Subject: Short\n\nText.\n\n"
    (tmp_path / "a.mbox").write_text(short + long + short)
    failures: list[Failure] = []
    articles = list(read(tmp_path / "a.mbox", "L", failures.append, options={"max_article": ["1MB"]}))
    assert [one.title for one in articles] == ["Short", "Short"]
    assert [(one.reason.split(";")[0], one.place) for one in failures] == [("the message is longer than 1MB", "record 2")]


def test_shares_together_have_the_whole(tmp_path: Path) -> None:
    check_data(tmp_path / "a.mbox", (f"{ENVELOPE}Subject: S\n\nText.\n\n" * 300).encode())


def test_a_huge_mbox_takes_bounded_memory(tmp_path: Path) -> None:
    text = "Words of a long letter, again and again.\n" * 500
    with (tmp_path / "a.mbox").open("w") as file:
        for n in range(3000):  # 60 MB
            file.write(f"{ENVELOPE}From: Ann Lee <a@b.example>\nSubject: S {n}\nMessage-ID: <{n}@b.example>\n\n{text}\n")
    found = read_within(tmp_path / "a.mbox", megabytes=55, seconds=60)
    assert (found.articles, found.failures) == (3000, [])


def nested(depth: int) -> str:
    opened = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return HEAD + opened + "Content-Type: text/plain\n\ntext\n" * 10_000


@pytest.mark.parametrize(
    "text",
    [
        nested(5000),
        HEAD + "Content-Type: multipart/mixed; boundary=b\n\n" + "--b\n\nx\n" * 500_000,
        HEAD + "Content-Type: message/rfc822\n\n" * 20_000,
        HEAD + "Subject: " + "=?utf-8?q?a?= " * 300_000,
        HEAD + "Subject: " + "=?utf-8?q?" * 300_000,
        HEAD + "X: y\n" * 1_000_000,
        HEAD + "Content-Type: text/plain" + '; a="' * 300_000,
        HEAD + "From: " + "(" * 100_000 + "\n\n",
        HEAD + "To: " + "a, " * 100_000 + "\n\n",
        HEAD + "To: " + "<" * 50_000 + "@" * 50_000 + "\n\n",
        HEAD + "Content-Type: text/html\n\n" + "<title>" * 500_000,
        HEAD + "Content-Type: text/html\n\n<p>x" + "\u200c\u00a0" * 1_000_000 + "y",
        HEAD + "Content-Type: text/enriched\n\n" + "<param>" * 300_000,
        HEAD + "Content-Transfer-Encoding: base64\n\n" + "=" * 3_000_000,
        HEAD + "Content-Transfer-Encoding: quoted-printable\n\n" + "=\n" * 2_000_000,
        HEAD + "Content-Type: text/plain; format=flowed\n\n" + "> " * 1_000_000 + "\n" + "a \n" * 500_000,
    ],
    ids=range(16),
)
def test_hostile_messages_end_soon(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(text)
    read_within(tmp_path / "a.eml", megabytes=400, seconds=20)


@pytest.mark.parametrize("line", [ENVELOPE, "From \n", "From a Sun Apr 26 10:00:00 2020", "\n\nFrom "], ids=range(4))
def test_hostile_mailboxes_end_soon(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_text(ENVELOPE + "Subject: S\n\n" + line * 200_000)
    read_within(tmp_path / "a.mbox", megabytes=300, seconds=20)


PIECES = st.sampled_from(
    [
        *(
            b"From: a@b\n",
            b"Subject: =?utf-8?q?=C3?=",
            b"Content-Type: multipart/mixed; boundary=b\n",
            b"\n",
            b"\r\n",
            b"--b\n",
        ),
        *(
            b"--b--\n",
            b"Content-Type: message/rfc822\n",
            b"Content-Type: text/html; charset=utf-16\n",
            b"x",
            b"\xff\xfe",
            b"=",
        ),
        *(b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename*0*=x''%zz\n", b"From - "),
        *(
            b"Content-Type: multipart/alternative\n",
            b"Sun Apr 26 10:00:00 2020\n",
            b"\n\nFrom a Sun Apr 26 10:00:00 2020\nA: b\n",
        ),
        *(b'Content-Type: multipart/digest; boundary="b\n', b"X-Mozilla-Status: zzzz\n", b"List-Id: <\n", b"Date: 99\n"),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=30).map(b"".join))
def test_anything_is_read_or_refused(data: bytes) -> None:
    options = ReadOptions(limits=DEFAULT_LIMITS)
    assert parse_message(data) is not None
    records: list[Any] = list(read_eml(data, options))
    with suppress(Unreadable):
        records += read_mbox(io.BytesIO(data), options)
    for record in records:
        with suppress(NoArticle):
            if isinstance(record, Encoded):
                record.parse(record.data.decode("latin-1"))
            elif callable(record):
                record()
