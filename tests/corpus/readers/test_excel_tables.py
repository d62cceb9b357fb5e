"""Excel: values, sheets, names of columns, bombs."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from searchkit.corpus import read
from searchkit.corpus.readers import excel_tables
from searchkit.model import Article
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within

openpyxl = pytest.importorskip("openpyxl")


def outcome(path: Path, **options: str | list[str]) -> tuple[list[Article], list[tuple[str, str]]]:
    failures: list[tuple[str, str]] = []
    chosen = {name: [value] if isinstance(value, str) else value for name, value in options.items()}
    return list(read(path, "L", lambda one: failures.append((one.place, one.reason)), options=chosen)), failures


def write(path: Path, *rows: list[Any]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_values(tmp_path: Path) -> None:
    write(
        tmp_path / "a.xlsx",
        ["title", "text", "date", "count", "ratio", "right"],
        ["A", "Words.\nMore.", dt.datetime(2020, 4, 26, 8, 30), 7, 0.5, True],
        ["B", "Words.", dt.date(2020, 4, 27), 10**12, -1, False],
    )
    found, failures = outcome(tmp_path / "a.xlsx")
    assert failures == []
    assert [(one.title, one.body, str(one.date), dict(one.extra)) for one in found] == [
        ("A", "Words.\nMore.", "2020-04-26 08:30:00+00:00", {"count": "7", "ratio": "0.5", "right": "true"}),
        ("B", "Words.", "2020-04-27 00:00:00+00:00", {"count": "1000000000000", "ratio": "-1", "right": "false"}),
    ]


def test_columns_by_number_and_warnings_with_the_row(tmp_path: Path) -> None:
    long = "A long text that is no name of any column, since it goes on and on."
    write(tmp_path / "a.xlsx", [1, long, "2020-01-01"], [], [2, f"{long} Again.", "soon"])
    places: list[tuple[str, str]] = []
    options = {"map": ["body=2", "date=3"]}
    found = list(
        read(tmp_path / "a.xlsx", "L", options=options, on_warning=lambda one: places.append((one.text, one.place)))
    )
    assert [one.body for one in found] == [long, f"{long} Again."]
    assert places == [("soon", "row 3")]


def test_shares(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", ["title", "text"], *([f"T{n}", f"w {n}"] for n in range(300)))
    check_data(tmp_path / "b.xlsx", (tmp_path / "a.xlsx").read_bytes(), counts=(2, 3))


def with_sheet(path: Path, cells: str) -> None:
    """A workbook whose sheet has the XML of `cells`."""
    whole = io.BytesIO()
    openpyxl.Workbook().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                start = '<?xml version="1.0"?>'
                space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                data = f'{start}<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'.encode()
            new.writestr(member, data)


def cell(where: str, text: str) -> str:
    return f'<c r="{where}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_cells_far_apart(tmp_path: Path) -> None:
    names = f'<row r="1">{cell("A1", "title")}{cell("B1", "text")}</row>'
    first = f'<row r="2">{cell("A2", "A")}{cell("B2", "Words.")}{cell("XFD2", "far")}</row>'
    last = f'<row r="1048576">{cell("A1048576", "B")}</row>'
    with_sheet(tmp_path / "a.xlsx", names + first + last)
    found = read_within(tmp_path / "a.xlsx", megabytes=200, seconds=60)
    assert found.articles == 2


def test_a_column_far_to_the_right(tmp_path: Path) -> None:
    names = f'<row r="1">{cell("A1", "title")}{cell("B1", "text")}</row>'
    with_sheet(tmp_path / "a.xlsx", names + f'<row r="2">{cell("A2", "A")}{cell("XFD2", "far")}</row>')
    (article,), failures = outcome(tmp_path / "a.xlsx")
    assert (article.title, dict(article.extra), failures) == ("A", {"column 16384": "far"}, [])


def test_rows_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(excel_tables, "MAX_BLANK_ROWS", 100)
    names = f'<row r="1">{cell("A1", "title")}{cell("B1", "text")}</row>'
    with_sheet(tmp_path / "a.xlsx", names + f'<row r="99999999999">{cell("A99999999999", "B")}</row>')
    reason = 'it holds 100 blank rows up to one in the sheet "Sheet"; save it as CSV'
    assert outcome(tmp_path / "a.xlsx") == ([], [("", reason)])


def test_sheets_that_are_passed_over(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets: dict[str, list[list[Any]]] = {
        "Articles": [["Export of 2020"], [], ["title", "text"], ["A", "Words."]],
        "Numbers": [["date", "count"], ["2020-01-01", 7]],
        "Old": [["title", "text"], ["B", "Words."]],
        "Empty": [],
        "Notes": [["This is", "no table."]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    warnings: list[str] = []
    found = list(read(tmp_path / "a.xlsx", "L", on_warning=lambda one: warnings.append(one.text)))
    assert [one.id for one in found] == ["L#1"]
    assert warnings == [
        'in the sheet "Articles" lines stand before the names of the columns',
        'the sheet "Numbers" has no column with a usual name of a title or a text',
        'the sheet "Old" is hidden',
        'the sheet "Notes" has no column with a usual name of a title or a text',
    ]


def test_a_workbook_without_usual_names(tmp_path: Path) -> None:
    write(tmp_path / "a.xlsx", ["date", "passage"], ["2020-01-01", "Words."], ["2020-01-02", "More."])
    assert outcome(tmp_path / "a.xlsx") == (
        [],
        [
            (
                "",
                'the sheet "Sheet" has no column with a usual name of a title or a text;'
                " name those that hold fields, such as --map body=Text",
            )
        ],
    )
    assert [one.body for one in outcome(tmp_path / "a.xlsx", map="body=passage")[0]] == ["Words.", "More."]


def test_bombs(tmp_path: Path) -> None:
    names = f'<row r="1">{cell("A1", "title")}{cell("B1", "text")}</row>'
    with_sheet(tmp_path / "a.xlsx", names + f'<row r="2">{cell("A2", "x" * 3_000_000)}</row>')
    assert outcome(tmp_path / "a.xlsx")[1][0][1].endswith("unpacks to more than 500 times its size; save it as CSV")
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    whole = io.BytesIO()
    openpyxl.Workbook().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
                text = cell("A1", "&e8;").encode()
                data = f'<!DOCTYPE a [<!ENTITY e0 "words">{entities}]>'.encode() + sheet + b'<row r="1">' + text
                data += b"</row></sheetData></worksheet>"
            new.writestr(member, data)
    assert read_within(tmp_path / "b.xlsx", megabytes=200, seconds=30).articles == 0


@pytest.mark.parametrize("name", ["xlsx/in/sheets.xlsx", "xls/in/sheets.xls"])
def test_damage_never_escapes(name: str, tmp_path: Path) -> None:
    data = (Path(__file__).parents[2] / "corpora" / "formats" / name).read_bytes()
    path = tmp_path / Path(name).name
    for at in range(0, len(data), max(1, len(data) // 60)):
        broken = bytearray(data)
        broken[at] ^= 0x5A
        path.write_bytes(broken)
        outcome(path)
        path.write_bytes(data[:at])
        outcome(path)
