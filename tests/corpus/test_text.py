from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.text import parse_header
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure

DAY = datetime(2020, 4, 26, tzinfo=UTC)


def article(tmp_path: Path, text: str) -> Article:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (found,) = read(tmp_path / "a.txt")
    return found


def failure(tmp_path: Path, data: bytes, max_article: str = "") -> Failure:
    (tmp_path / "a.txt").write_bytes(data)
    failures: list[Failure] = []
    assert list(read(tmp_path / "a.txt", on_error=failures.append, options={"max_article": max_article})) == []
    (found,) = failures
    return found


@pytest.mark.parametrize(
    ("line", "date", "names"),
    [
        (" date 2020-04-26 By Akbar Mammadov", DAY, ("Akbar Mammadov",)),
        ("DATE: 26 April 2020 BY AKBAR MAMMADOV & Ann Lee", DAY, ("AKBAR MAMMADOV", "Ann Lee")),
        ("date 2020-04-26 by akbar mammadov, ann lee and bo ek", DAY, ("akbar mammadov", "ann lee", "bo ek")),
        ("date:2020-04-26, By: Ann Lee", DAY, ("Ann Lee",)),
        ("date 2020-04-26By Ann Lee", DAY, ("Ann Lee",)),
        ("date 2020-04-26", DAY, ()),
        ("2020-04-26 By Ann Lee", DAY, ("Ann Lee",)),
        ("date By Ann Lee", None, ("Ann Lee",)),
        ("By Ann Lee", None, ("Ann Lee",)),
        ("By AFP", None, ("AFP",)),
        ("date:", None, ()),
    ],
)
def test_parse_header(line: str, date: datetime | None, names: tuple[str, ...]) -> None:
    assert parse_header(line) == (date, names, "")


@pytest.mark.parametrize("written", ["unknown", "2020-13-45", "n/a", "2020"])
def test_parse_header_keeps_a_date_that_is_none(written: str) -> None:
    assert parse_header(f"date {written} By Ann Lee") == (None, ("Ann Lee",), written)


@pytest.mark.parametrize(
    "line",
    [
        "Date palms flourish in Basra",
        "Date palms flourish by the river",
        "Date by Friday was the aim",
        "Date set by Parliament",
        "Date 1 May set by Government",
        "Dateline Baku",
        "By the time the war ended",
        "By Dawn, Police Say",
        "Bypass opens in Baku",
        "26 April 2020 was a turning point",
        "26 April 2020 by decree the chamber was closed",
        "Talks stall",
        "",
    ],
)
def test_parse_header_leaves_prose(line: str) -> None:
    assert parse_header(line) is None


def test_text_of_all_parts(tmp_path: Path) -> None:
    found = article(
        tmp_path, "\ufeff\n\n date 2020-04-26 By Ann Lee\n\nA title\n\nFirst “line”\n  second line.\n \nThird.\n\n"
    )
    assert found == Article(
        id="a",
        title="A title",
        body="First “line”\n  second line.\n\nThird.",
        date=DAY,
        authors=("Ann Lee",),
        path=str(tmp_path / "a.txt"),
        encoding="utf-8",
        encoding_confidence=1.0,
    )


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("One line alone", "One line alone", ""),
        ("A sentence alone.", "", "A sentence alone."),
        ("A question?\n\nBody.", "A question?", "Body."),
        ("“A quoted sentence.”\n\nBody.", "", "“A quoted sentence.”\n\nBody."),
        ("x" * 150 + "\n\nBody.", "x" * 150, "Body."),
        ("x" * 151 + "\n\nBody.", "", "x" * 151 + "\n\nBody."),
        ("Two lines\nof a paragraph\n\nBody.", "", "Two lines\nof a paragraph\n\nBody."),
        ("Title\r\n\r\nBody\r\nline.\r\n", "Title", "Body\nline."),
        ("Date palms flourish\n\nBody.", "Date palms flourish", "Body."),
        ("Title\n\n    An indented paragraph.", "Title", "    An indented paragraph."),
    ],
)
def test_text_title_and_body(text: str, title: str, body: str, tmp_path: Path) -> None:
    found = article(tmp_path, text)
    assert (found.title, found.body) == (title, body)


def test_text_keeps_an_unread_date(tmp_path: Path) -> None:
    found = article(tmp_path, "date 2020-13-45 By Ann Lee\n\nBody.\n")
    assert (found.date, found.extra) == (None, {"date": "2020-13-45"})


def test_text_failures(tmp_path: Path) -> None:
    assert failure(tmp_path, b"").reason == "the file is empty"
    assert failure(tmp_path, b" \r\n\t\n").reason == "the file holds nothing but blanks"
    assert failure(tmp_path, b"date 2020-04-26 By Ann Lee\n\n").reason == "the file holds no text below its first line"
    assert failure(tmp_path, bytes(range(256)) * 8).reason == "binary data, not text"


def test_text_that_is_too_large(tmp_path: Path) -> None:
    assert "larger than 1MB" in failure(tmp_path, b"a " * 2**20, max_article="1MB").reason


@given(st.text(max_size=80))
def test_any_line_is_a_header_or_none(line: str) -> None:
    parse_header(line)
    parse_header(f"date {line} By {line}")


def test_text_tells_what_was_odd_about_its_bytes(tmp_path: Path) -> None:
    """Each file once, with the encoding that the article keeps."""
    (tmp_path / "a.txt").write_bytes("Conseil réuni\n\nLes élèves étaient là".encode() + b"\x85")
    (tmp_path / "b.txt").write_bytes("Жильцы жалуются на шум".encode("cp1251"))
    told: list[ReadWarning] = []
    articles = list(read(tmp_path, "L", on_warning=told.append))
    assert [(one.encoding, one.encoding_confidence, one.title or one.body) for one in articles] == [
        ("utf-8", 0.825, "Conseil réuni"),
        ("windows-1251", 1.0, "Жильцы жалуются на шум"),
    ]
    assert told == [ReadWarning("no-utf-8", str(tmp_path / "a.txt"), "1 byte, 0x85 at byte 41")]
    told.clear()
    (article,) = read(tmp_path / "b.txt", "L", on_warning=told.append, encoding="utf-8")
    assert (article.encoding, told) == (
        "windows-1251",
        [ReadWarning("encoding-option", str(tmp_path / "b.txt"), "windows-1251, not utf-8")],
    )
