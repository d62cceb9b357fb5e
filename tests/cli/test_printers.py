from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from searchkit.cli.listing import Listing, Output
from searchkit.cli.printers import date_text, print_lines, print_listing, to_json


def print_rows(form: str, fields: Sequence[str], rows: Iterable[dict[str, Any]], head: dict[str, Any]) -> None:
    print_listing(Listing("rows", tuple(fields)), Output(form, tuple(fields)), rows, head)


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
    print_rows("json", ["id", "topics"], iter(rows), {"meta": {"version": 1}})
    assert json.loads(capsys.readouterr().out) == {"meta": {"version": 1}, "rows": rows}


def test_csv_is_quoted_as_rfc_4180_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("csv", ["a", "b"], [{"a": 'x,"y"\nz', "b": None}], {})
    assert capsys.readouterr().out == 'a,b\n"x,""y""\nz",\n'


def test_table_of_no_rows_is_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows("table", ["a"], [], {})
    assert capsys.readouterr().out == ""


def test_rows_are_printed_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    printed: list[str] = []

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(3):
            printed.append(capsys.readouterr().out)
            yield {"n": number}

    print_rows("jsonl", ["n"], rows(), {})
    assert printed[1] == '{"n":0}\n'


def test_lines_in_batches_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(str(number) for number in range(1000))
    assert capsys.readouterr().out == "".join(f"{number}\n" for number in range(1000))


def test_table_fits_a_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: None) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    row = {"id": "news/a-long-name.txt", "title": "和平谈判于星期日在北京恢复", "path": "/archive/news"}
    print_rows("table", list(row), [row], {})
    assert capsys.readouterr().out == (
        "id                title     path\n"
        "----------------  --------  ------------\n"
        "…a-long-name.txt  和平谈…   …rchive/news\n"
    )


def test_table_in_a_pipe_is_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    print_rows("table", ["id", "path"], [{"id": "a", "path": "/archive/" + "x" * 40}], {})
    assert "x" * 40 in capsys.readouterr().out


ROW = {
    "text": ' one\ttwo  three\n\x1b[31mfour\x1b[0m\x07 "five", =1+1',
    "none": None,
    "number": 1234567,
    "score": 0.5,
    "flag": False,
    "names": ["Ann Lee", "Bo;\nChen"],
    "nothing": [],
    "extra": {"desk": "a\nb"},
    "marks": [[0, 3]],
}


def test_csv_keeps_what_values_say(capsys: pytest.CaptureFixture[str]) -> None:
    """All but control characters: blanks, line ends, what a spreadsheet takes for a formula."""
    print_rows("csv", list(ROW), [ROW, ROW], {})
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert rows[0] == rows[1] == {
        "text": ' one\ttwo  three\nfour "five", =1+1',
        "none": "",
        "number": "1234567",
        "score": "0.5000",
        "flag": "False",
        "names": "Ann Lee; Bo;\nChen",
        "nothing": "",
        "extra": '{"desk":"a\\nb"}',
        "marks": "[[0,3]]",
    }  # fmt: skip


def test_tsv_has_a_line_for_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    """Runs of white space become a blank; nothing is quoted."""
    print_rows("tsv", list(ROW), [ROW], {})
    assert capsys.readouterr().out == (
        "text\tnone\tnumber\tscore\tflag\tnames\tnothing\textra\tmarks\n"
        ' one two three four "five", =1+1\t\t1234567\t0.5000\tFalse\tAnn Lee; Bo; Chen\t\t{"desk":"a\\nb"}\t[[0,3]]\n'
    )


@pytest.mark.parametrize(("form", "text"), [("csv", "a,b\n"), ("tsv", "a\tb\n"), ("jsonl", ""), ("table", "")])
def test_no_rows(capsys: pytest.CaptureFixture[str], form: str, text: str) -> None:
    print_rows(form, ["a", "b"], [], {})
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 255, 256, 257, 1000])
def test_batches_join_without_a_seam(capsys: pytest.CaptureFixture[str], form: str, count: int) -> None:
    print_rows(form, ["n"], ({"n": n} for n in range(count)), {"meta": {}})
    out = capsys.readouterr().out
    if form == "json":
        found = [row["n"] for row in json.loads(out)["rows"]]
    elif form == "jsonl":
        found = [json.loads(line)["n"] for line in out.splitlines()]
    else:
        found = [int(line) for line in out.splitlines()[1:]]
    assert found == list(range(count))
    assert out.endswith("\n")
    assert "\n\n" not in out
