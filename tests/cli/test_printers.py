from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from searchkit.cli.printers import date_text, print_lines, print_rows, to_json


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (None, None),
        (datetime(2020, 4, 26, tzinfo=UTC), "2020-04-26"),
        (datetime(2020, 4, 26, 15, 1, 1, tzinfo=UTC), "2020-04-26T15:01:01Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02"),
        (datetime(2020, 4, 26, 15, 1, 1, 999_999, UTC), "2020-04-26T15:01:01Z"),
        (datetime(2020, 4, 26, 0, 0, 0, 1, UTC), "2020-04-26T00:00:00Z"),
        (datetime(2020, 4, 26, 1, tzinfo=timezone(timedelta(hours=4))), "2020-04-26T01:00:00+04:00"),
        (datetime(2020, 4, 26, tzinfo=timezone(timedelta(hours=4))), "2020-04-26T00:00:00+04:00"),
        (datetime(2020, 4, 26, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30))), "2020-04-26T01:00:00-03:30"),
        (datetime(1890, 5, 1, 12, tzinfo=timezone(timedelta(minutes=53, seconds=28))), "1890-05-01T12:00:00+00:53:28"),
        (datetime(2020, 4, 26, tzinfo=timezone(timedelta(0), "GMT")), "2020-04-26"),
    ],
)
def test_date_text(date: datetime | None, text: str | None) -> None:
    assert date_text(date) == text


def test_json_escapes_what_could_drive_a_terminal() -> None:
    text = "\x1b[31m \x9b2J \u202e \u2066 é 和"
    assert to_json([text]) == '["\\u001b[31m \\u009b2J \\u202e \\u2066 é 和"]'
    assert json.loads(to_json([text])) == [text]


def test_json_of_a_file_name_that_is_no_utf8() -> None:
    assert json.loads(to_json({"path": "/a/\udcff", "list": ["\udcfe"]})) == {"path": "/a/\\udcff", "list": ["\\udcfe"]}


@pytest.mark.parametrize("count", [0, 1, 2, 600])
def test_rows_as_json_are_one_document(capsys: pytest.CaptureFixture[str], count: int) -> None:
    rows = [{"id": f"{n}", "topics": ["a\nb"]} for n in range(count)]
    print_rows("json", "rows", ["id"], iter(rows), {"meta": {"version": 1}})
    assert json.loads(capsys.readouterr().out) == {"meta": {"version": 1}, "rows": rows}


def test_csv_cells_are_quoted_and_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("csv", "rows", ["a", "b"], [{"a": 'x,"y"\nz', "b": None}], {})
    assert capsys.readouterr().out == 'a,b\n"x,""y"" z",\n'


def test_table_of_no_rows_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("table", "rows", ["a"], [], {})
    assert capsys.readouterr().out == ""


def test_rows_are_printed_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    printed: list[str] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            printed.append(capsys.readouterr().out)
            yield {"n": number}

    print_rows("jsonl", "rows", ["n"], rows(), {})
    assert printed[1] == '{"n":0}\n'


def test_lines_in_batches_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(str(number) for number in range(1000))
    assert capsys.readouterr().out == "".join(f"{number}\n" for number in range(1000))


def test_table_fits_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: None) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    row = {"id": "news/a-long-name.txt", "title": "和平谈判于星期日在北京恢复", "path": "/archive/news"}
    print_rows("table", "rows", list(row), [row], {})
    assert capsys.readouterr().out == (
        "id                    title      path\n"
        "--------------------  ---------  ------\n"
        "news/a-long-name.txt  和平谈判…  /arch…\n"
    )


def test_table_in_a_pipe_is_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_rows("table", "rows", ["id", "path"], [{"id": "a", "path": "/archive/" + "x" * 40}], {})
    assert "x" * 40 in capsys.readouterr().out
