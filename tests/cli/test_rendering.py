from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

import searchkit
from searchkit.cli.rendering import article_text, hit_lines
from searchkit.cli.terminal import readable_date
from searchkit.model import Mark


@dataclass
class Found:
    """A HitLoader of what it is given."""

    of: searchkit.Article
    first: str = ""
    marks: tuple[Mark, ...] = ()
    passages: tuple[searchkit.Snippet, ...] = ()

    def article(self) -> searchkit.Article:
        return self.of

    def headline(self) -> str:
        return self.of.title or self.first

    def title_marks(self) -> tuple[Mark, ...]:
        return self.marks

    def snippets(self) -> tuple[searchkit.Snippet, ...]:
        return self.passages

    def words(self) -> int:
        return 0


def test_hit_lines_stand_below_the_headline_whatever_the_rank() -> None:
    article = searchkit.Article("a.txt", title="A title of several words", source="Ledger")
    hit = searchkit.Hit("a.txt", 1.0, Found(article, passages=(searchkit.Snippet("One\n  two."),)))
    assert hit_lines(100, hit, 24, False) == [
        "100. A title of several",
        "     words",
        "     undated  Ledger",
        "     One two.",
        "     a.txt",
    ]


def test_hit_with_a_long_id_has_it_on_a_line_of_its_own_and_whole() -> None:
    article = searchkit.Article("x" * 90, title="T", date=datetime(2020, 4, 26, tzinfo=UTC))
    assert hit_lines(1, searchkit.Hit(article.id, 1.0, Found(article)), 80, False) == [
        "1. T",
        "   2020-04-26",
        f"   {'x' * 90}",
    ]


def test_hit_names_authors_and_source_on_as_many_lines_as_they_need() -> None:
    date = datetime(2020, 4, 26, 13, 20, tzinfo=timezone(timedelta(hours=-5)))
    article = searchkit.Article("a", "T", date=date, authors=("Akbar Mammadov", "Ann Lee"), source="The Daily Ledger")
    assert hit_lines(1, searchkit.Hit("a", 1.0, Found(article)), 80, False)[1:-1] == [
        "   2020-04-26 13:20 -05:00  Akbar Mammadov, Ann Lee  The Daily Ledger",
    ]
    assert hit_lines(1, searchkit.Hit("a", 1.0, Found(article)), 30, False)[1:-1] == [
        "   2020-04-26 13:20 -05:00",
        "   Akbar Mammadov, Ann Lee",
        "   The Daily Ledger",
    ]
    agency = searchkit.Article("a", "T", authors=("Reuters",), source="Reuters")
    assert hit_lines(1, searchkit.Hit("a", 1.0, Found(agency)), 80, False)[1] == "   undated  Reuters"


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2020-04-26T00:00:00+00:00", "2020-04-26"),
        ("2020-04-26T13:20:00+00:00", "2020-04-26 13:20"),
        ("2020-04-26T13:20:07+00:00", "2020-04-26 13:20:07"),
        ("2020-04-26T00:00:00+04:00", "2020-04-26 00:00 +04:00"),
        ("1890-04-26T08:00:00+00:53:28", "1890-04-26 08:00 +00:53:28"),
    ],
)
def test_date_is_shown_as_it_is_printed(iso: str, shown: str) -> None:
    assert readable_date(searchkit.date_text(datetime.fromisoformat(iso))) == shown


def test_hit_without_a_title_does_not_say_its_first_sentence_twice() -> None:
    passages = (searchkit.Snippet("The peace\nheld for a year.", ((4, 9),)), searchkit.Snippet("A peace."))
    found = Found(searchkit.Article("a"), "The peace held for…", passages=passages)
    assert hit_lines(1, searchkit.Hit("a", 1.0, found), 80, True) == [
        "1. \x1b[1mThe \x1b[0m\x1b[31m\x1b[1mpeace\x1b[0m\x1b[1m held for a year.\x1b[0m",
        "   \x1b[2mundated\x1b[0m",
        "   A peace.",
        "   \x1b[2ma\x1b[0m",
    ]


def test_snippets_show_where_they_are_cut() -> None:
    body = "One sentence that goes on, and on, and on. A second one\nHeading\n\nEnd"
    first, second, third = body[:17], body[18:42], body[43:55]
    passages = (
        searchkit.Snippet(first, ((4, 12),)),
        searchkit.Snippet(second, ((5, 7),), 18),
        searchkit.Snippet(third, (), 43),
        searchkit.Snippet("End", (), len(body) - 3),
    )
    article = searchkit.Article("a", title="T", body=body)
    lines = hit_lines(1, searchkit.Hit("a", 1.0, Found(article, passages=passages)), 80, True)
    assert lines[2:6] == [
        "   One \x1b[31m\x1b[1msentence\x1b[0m that…",
        "   …goes \x1b[31m\x1b[1mon\x1b[0m, and on, and on.",
        "   A second one",
        "   End",
    ]


def test_hit_marks_a_title_with_odd_white_space() -> None:
    found = Found(searchkit.Article("a", title="Peace \n  talks"), marks=((9, 14),))
    lines = hit_lines(1, searchkit.Hit("a", 1.0, found), 80, True)
    assert lines[0] == "1. \x1b[1mPeace \x1b[0m\x1b[31m\x1b[1mtalks\x1b[0m"


def test_hit_without_any_text() -> None:
    assert hit_lines(1, searchkit.Hit("a", 1.0, Found(searchkit.Article("a"))), 80, False) == [
        "1. (no text)",
        "   undated",
        "   a",
    ]


def test_article_marks_in_every_paragraph() -> None:
    article = searchkit.Article("a", body="One peace.\r\n\r\n\n  Two\npeace.\n")
    marks = searchkit.ArticleMarks(body=tuple((i, i + 5) for i in (4, 21)))
    assert [article.body[start:end] for start, end in marks.body] == ["peace", "peace"]
    lit = "\x1b[31m\x1b[1mpeace\x1b[0m"
    assert article_text(article, marks, 80, True).split("\n")[-3:] == [f"One {lit}.", "", f"Two {lit}."]
