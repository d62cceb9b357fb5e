from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.articles import read_articles
from searchkit.corpus.formats import find_format
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.source import Source
from searchkit.corpus.unpacking import CheckedStream
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


def test_text_of_all_parts(tmp_path: Path) -> None:
    found = article(
        tmp_path, "\ufeff\n\n date 2020-04-26 By Ann Lee\n\nA title\n\nFirst “line”\n  second line.\n \nThird.\n\n"
    )
    assert found == Article(
        id="a",
        title="A title",
        body="First “line”\n  second line.\n \nThird.",
        date=DAY,
        authors=("Ann Lee",),
        path=str(tmp_path / "a.txt"),
        encoding="utf-8",
        encoding_confidence=1.0,
    )


def test_a_month_and_a_year_are_a_date_that_was_not_understood(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("April 2020\n\nReal title\n\nBody.\n", encoding="utf-8")
    warnings: list[ReadWarning] = []
    (found,) = read(tmp_path / "a.txt", on_warning=warnings.append)
    assert (found.title, found.body, found.date, found.extra) == ("Real title", "Body.", None, {"date": "April 2020"})
    assert warnings == [ReadWarning("dates", str(tmp_path / "a.txt"), "April 2020")]


@pytest.mark.parametrize(
    ("length", "body", "told"), [(200, "A lead.", True), (199, "A lead.", False), (200, "b" * 101, False)]
)
def test_a_long_text_that_no_field_takes_is_told(tmp_path: Path, length: int, body: str, told: bool) -> None:
    (tmp_path / "a.txt").write_text(f"---\ntitle: T\nbody: |\n  {'a' * length}\n---\n{body}", encoding="utf-8")
    warnings: list[ReadWarning] = []
    (found,) = read(tmp_path / "a.txt", on_warning=warnings.append)
    assert (found.title, found.body, found.extra) == ("T", body, {"body": "a" * length})
    assert warnings == ([ReadWarning("unread-text", str(tmp_path / "a.txt"), '"body"')] if told else [])


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


def read_of(text: str, **options: str) -> tuple[Article, list[ReadWarning]]:
    """The article of a text, and the warnings."""
    warnings: list[ReadWarning] = []
    chosen = ReadOptions.from_mapping({name: (value,) for name, value in options.items()})
    source = Source("a.txt", "a", "", chosen, lambda failure: None, on_warning=warnings.append)
    stream = CheckedStream(io.BytesIO(text.encode()), "")
    ((_, found),) = read_articles(find_format("text"), stream, source)
    return found, warnings


@pytest.mark.parametrize("date", ["2020-13-45", "13/05/20", "April 2020", "31 April 2020"])
def test_text_keeps_and_counts_an_unread_date(date: str) -> None:
    found, warnings = read_of(f"date {date} By Ann Lee\n\nTitle\n\nBody.\n")
    assert (found.title, found.date, found.authors, found.extra) == ("Title", None, ("Ann Lee",), {"date": date})
    assert warnings == [ReadWarning("dates", "a.txt", date)]


def test_text_reads_ambiguous_dates_by_the_order_of_its_root() -> None:
    found, warnings = read_of("date 03/04/20 By Ann Lee\n\nBody.\n", date_order="mdy")
    assert (found.date, found.extra, warnings) == (datetime(2020, 3, 4, tzinfo=UTC), {}, [])


def test_text_keeps_a_byline_that_says_more_than_names() -> None:
    found, warnings = read_of("date 2020-04-26 By Ann Lee, Senior Reporter\n\nBody.\n")
    assert (found.authors, found.extra, warnings) == (("Ann Lee",), {"byline": "By Ann Lee, Senior Reporter"}, [])
    found, warnings = read_of("date 2020-04-26 By Staff Reporter\n\nBody.\n")
    assert (found.authors, found.extra) == ((), {"byline": "By Staff Reporter"})
    assert warnings == [ReadWarning("bylines", "a.txt", "By Staff Reporter")]


def test_text_keeps_the_offset_of_a_date() -> None:
    found, _ = read_of("date 2020-04-26T00:30:00+04:00\n\nBody.\n")
    assert found.date is not None
    assert found.date.isoformat() == "2020-04-26T00:30:00+04:00"


def test_text_takes_all_fields_of_a_header() -> None:
    lines = ["Title: A wall", "Date: 2020-04-26", "Author: Ann Lee", "Source: The Post", "Section: Home", "Tags: a; b, a"]
    found, _ = read_of("\n".join([*lines, "Language: en", "URL: https://example.org/a", "Words: 12", "", "Body."]))
    assert (found.title, found.date, found.authors, found.source) == ("A wall", DAY, ("Ann Lee",), "The Post")
    assert (found.section, found.topics, found.language, found.url) == ("Home", ("a", "b"), "en", "https://example.org/a")
    assert (found.extra, found.body) == ({"Words": "12"}, "Body.")


BODIES = st.lists(
    st.text(st.sampled_from("ab .:-By\u00a0\u3000\té©中"))
    | st.sampled_from(["", " ", "\t", "Date: 2020-01-01", "By Bo Ek", "---"]),
    max_size=8,
).map("\n".join)
HEADERS = [
    " date 2020-04-26 By Ann Lee\n\nTitle\n\n",
    "Title: Title\nDate: 26 April 2020\nAuthor: Ann Lee\n\n",
    "---\ntitle: Title\ndate: 2020-04-26\nauthors: [Ann Lee]\n---\n",
    "Title\nBy Ann Lee\n26 April 2020\n\n",
    "Sunday, 26 April 2020\n\nTitle\n\nBy Ann Lee\n\n",
]


@settings(deadline=None)  # the first example builds the tables of words
@given(BODIES, st.sampled_from(HEADERS))
def test_the_body_is_what_the_file_says(body: str, header: str) -> None:
    found, warnings = read_of(header + body)
    lines = body.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    while lines and not lines[-1].strip():
        del lines[-1]
    assert found.body == "\n".join(lines)
    assert (found.title, found.date, found.authors, warnings) == ("Title", DAY, ("Ann Lee",), [])


def test_text_failures(tmp_path: Path) -> None:
    assert failure(tmp_path, b"").reason == "the file is empty"
    assert failure(tmp_path, b" \r\n\t\n").reason == "the file holds nothing but blanks"
    assert failure(tmp_path, b"date 2020-04-26 By Ann Lee\n\n").reason == "the file holds no text below its first line"
    assert failure(tmp_path, bytes(range(256)) * 8).reason == "binary data, not text"


def test_text_that_is_too_large(tmp_path: Path) -> None:
    assert "larger than 1MB" in failure(tmp_path, b"a " * 2**20, max_article="1MB").reason


def test_text_tells_what_was_odd_about_its_bytes(tmp_path: Path) -> None:
    """Each file once, with the encoding of its article."""
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
