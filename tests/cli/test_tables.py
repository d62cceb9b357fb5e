"""Tables fit the screen, and keep what tells their rows apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.cli.tables import table_lines
from searchkit.cli.terminal import display_width, truncate_start

HITS = ("rank", "date", "title", "authors", "source", "id")
ROW = (
    "1",
    "2020-10-05 13:20",
    "Community head calls for peace talks without delay",
    "Akbar Mammadov",
    "Meridian Press Service",
    "corpus/text/2020-04/030-community-head-calls-for.txt",
)


def test_a_table_that_fits_is_whole() -> None:
    assert list(table_lines(("id", "title"), [("a/1", "和平"), ("a/22", "Oil falls")], 15)) == [
        "id    title",
        "----  ---------",
        "a/1   和平",
        "a/22  Oil falls",
    ]


def test_a_table_may_have_any_width_in_a_pipe() -> None:
    row = list(table_lines(HITS, [ROW]))[2]
    assert [cell.strip() for cell in row.split("  ") if cell] == list(ROW)


@pytest.mark.parametrize(
    ("width", "header", "row"),
    [
        (
            140,
            ["rank", "date", "title", "authors", "source", "id"],
            ["1", ROW[1], ROW[2], ROW[3], "Meridian Pres…", "…30-community-head-calls-for.txt"],
        ),
        (
            100,
            ["rank", "date", "title", "authors", "source", "id"],
            ["1", ROW[1], ROW[2][:33] + "…", "Akbar Mam…", "Meridian …", "…d-calls-for.txt"],
        ),
        (80, ["rank", "date", "title", "id"], ["1", ROW[1], ROW[2][:37] + "…", "…d-calls-for.txt"]),
        (40, ["rank", "date", "title"], ["1", ROW[1], ROW[2][:15] + "…"]),
    ],
)
def test_a_table_gives_the_title_the_room(width: int, header: list[str], row: list[str]) -> None:
    lines = list(table_lines(HITS, [ROW], width, may_leave_out=True))
    assert [lines[0].split(), [cell.strip() for cell in lines[2].split("  ") if cell]] == [header, row]


def test_columns_without_a_value_make_room_only_where_it_is_wanted() -> None:
    rows = [("1", "T" * 30, "")]
    assert next(table_lines(("rank", "title", "authors"), rows, 45)).split() == ["rank", "title", "authors"]
    assert next(table_lines(("rank", "title", "authors"), rows, 40)).split() == ["rank", "title"]


def test_columns_that_were_asked_for_stay() -> None:
    lines = list(table_lines(HITS, [ROW], 60))
    assert lines[0].split() == list(HITS)


def test_the_end_of_an_id_is_kept() -> None:
    assert truncate_start("news/2020/和平.txt", 12) == "…20/和平.txt"
    assert truncate_start("short", 5) == "short"


TEXTS = st.text(st.sampled_from("ab /.和é"), max_size=60).map(str.strip)


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), min_size=1, max_size=4), st.integers(45, 200))
def test_hits_fit_every_usual_screen(rows: list[tuple[str, str, str, str]], width: int) -> None:
    hits = [("1", "2020-10-05 13:20 +04:00", *row) for row in rows]
    lines = list(table_lines(HITS, hits, width, may_leave_out=True))
    assert max(map(display_width, lines)) <= width
    assert len(lines) == len(rows) + 2
