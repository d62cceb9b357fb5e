"""CSV and TSV: dialects, faults with their lines, bounded memory, rows as the module `csv` has
them."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.readers.csv_dialect import Dialect, find_layout, make_keys
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within


def outcome(path: Path, data: str | bytes, **options: str | list[str]) -> tuple[list[Article], list[tuple[str, str]]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    failures: list[tuple[str, str]] = []
    chosen = {name: [value] if isinstance(value, str) else value for name, value in options.items()}
    found = list(read(path, "L", lambda one: failures.append((one.place, one.reason)), options=chosen))
    return found, failures


FIELDS = st.text(st.sampled_from("ab,;\"\n\t é|'<"), max_size=12).map(lambda text: f"x{text}x")


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(FIELDS, FIELDS), min_size=3, max_size=9),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
)
def test_rows_are_what_was_written(
    rows: list[tuple[str, str]], delimiter: str, quoting: int, end: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("note", "title", "text"), *(("n", f"T{at}", text) for at, (text, _) in enumerate(rows))])
    path = tmp_path_factory.mktemp("t") / "a.csv"
    found, failures = outcome(path, written.getvalue())
    assert failures == []
    assert [one.body for one in found] == [text.strip("\n") for text, _ in rows]


@pytest.mark.parametrize("size", [10, 3000, 200_000])
def test_long_fields_and_blocks(size: int, tmp_path: Path) -> None:
    body = ('Words, "of" it.\n' * (size // 15)).strip()
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("title", "text"))
    for number in range(40 if size < 10**5 else 5):
        writer.writerow((f"T{number}", body))
    found, failures = outcome(tmp_path / "a.csv", written.getvalue())
    assert failures == []
    assert {one.body for one in found} == {body}
    check_data(tmp_path / "b.csv", written.getvalue().encode(), counts=(2, 3))


def test_columns_by_number(tmp_path: Path) -> None:
    table = "1,2020-04-26,Metro opens,The new line opened.\n2,2020-04-27,Second,More words of another one.\n"
    found, failures = outcome(tmp_path / "a.csv", table, map=["title=3", "body=4", "date=2"])
    assert failures == []
    assert [(one.title, one.body, str(one.date)[:10], dict(one.extra)) for one in found] == [
        ("Metro opens", "The new line opened.", "2020-04-26", {"column 1": "1"}),
        ("Second", "More words of another one.", "2020-04-27", {"column 1": "2"}),
    ]
    named = "Nr,Überschrift,Nachricht\n1,Eins,Worte von eins.\n"
    found, failures = outcome(tmp_path / "a.csv", named, map=["title=2", "body=3"])
    assert [(one.title, one.body, dict(one.extra)) for one in found] == [("Eins", "Worte von eins.", {"Nr": "1"})]


def test_unknown_names_are_told(tmp_path: Path) -> None:
    for text in ("Words of it go on. " * 20, "Few words."):
        rows = "".join(f"{n},Ada,{text}\n" for n in range(3000))
        found, failures = outcome(tmp_path / "a.csv", f"Nr,Wer,Inhaltliches\n{rows}")
        assert (found, failures) == (
            [],
            [
                (
                    "",
                    'no column has a usual name of a title or a text ("Nr", "Wer", "Inhaltliches");'
                    " to read another one: --map body=Inhaltliches",
                )
            ],
        )
    found, failures = outcome(tmp_path / "a.csv", "Nr,Wer,Inhaltliches\n1,Ada,Words.\n", map="body=Inhaltliches")
    assert ([one.body for one in found], failures) == (["Words."], [])


def test_the_limit_of_other_readers_of_the_process_stays(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long = "words, " * before
    (tmp_path / "a.csv").write_text(f'title,text\nA,"a"\nB "b","{long}"\nC,"c"\n')
    limits = []
    found = []
    for article in read(tmp_path / "a.csv"):
        found.append(article)
        limits.append(csv.field_size_limit())
    assert [len(one.body) for one in found] == [1, len(long), 1]
    assert set(limits) == {before}


def test_rows_with_fewer_fields(tmp_path: Path) -> None:
    table = 'title,text,section,date\nA,a\nB,b,Local,2020-01-01\nC,"c ""c""",Local\nD\nE,e,f,g,h\nF,,,\n'
    warnings: list[ReadWarning] = []
    (tmp_path / "a.csv").write_text(table)
    failures: list[tuple[str, str]] = []
    found = list(
        read(tmp_path / "a.csv", "L", lambda one: failures.append((one.place, one.reason)), on_warning=warnings.append)
    )
    assert [(one.title, one.body, one.section) for one in found] == [
        ("A", "a", ""),
        ("B", "b", "Local"),
        ("C", 'c "c"', "Local"),
        ("F", "", ""),
    ]
    assert [(one.kind, one.text, one.place) for one in warnings] == [
        ("short-rows", "2 of 4", "line 2"),
        ("short-rows", "3 of 4", "line 4"),
    ]
    hint = "are separators and line ends inside of fields in quotes?"
    assert failures == [
        ("line 5", f"the row has 1 field, the table 4 columns; {hint}"),
        ("line 6", f"the row has 5 fields, the table 4 columns; {hint}"),
    ]
    check_data(tmp_path / "a.csv", table.encode())


def test_warnings_have_the_line(tmp_path: Path) -> None:
    warnings: list[ReadWarning] = []
    (tmp_path / "a.csv").write_text('title,text,date\nA,"b\nc",soon\nD,e,later\n')
    list(read(tmp_path / "a.csv", on_warning=warnings.append))
    assert [(one.kind, one.text, one.place) for one in warnings] == [
        ("dates", "soon", "line 2"),
        ("dates", "later", "line 4"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1251", "cp1252", "cp1250"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = {
        "cp1251": "Новая линия метро открылась в понедельник, сообщили в городе.",
        "cp1250": "Nowa linia metra została otwarta w poniedziałek, ogłosił urząd miasta Łódź.",
    }.get(encoding, "Die neue Linie wurde am Montag eröffnet, sagte der Bürgermeister von Köln.")
    table = "title,text\r\n" + "".join(f'T{n},"{text}\r\nPlain {n}."\r\n' for n in range(200))
    found, failures = outcome(tmp_path / "a.csv", table.encode(encoding))
    assert failures == []
    assert {one.body for one in found} == {f"{text}\nPlain {n}." for n in range(200)}
    assert encoding[:5] == "utf-8" or all(one.encoding != "utf-8" for one in found)
    check_data(tmp_path / "b.csv", table.encode(encoding), counts=(2, 3))


def test_faults_keep_the_rest_of_the_file(tmp_path: Path) -> None:
    rows = "".join(f'T{n},"Words, and {n}."\n' for n in range(100))
    found, failures = outcome(tmp_path / "a.csv", f'title,text\n{rows}"open, and more\n{rows}a,b,c,d\n{rows}')
    assert len(found) >= 300
    assert [place for place, _ in failures][-1:] == ["line 203"]
    check_data(tmp_path / "a.csv", f'title,text\n{rows}"open, and more\n{rows}a,b,c,d\n{rows}'.encode())


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20
    found, failures = outcome(tmp_path / "a.csv", png)
    assert found == []
    assert failures


def test_memory_is_bounded(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w") as file:
        file.write("title,text\n")
        for number in range(30_000):
            file.write(f'T{number},"{"Talks on peace go on. " * 40}"\n')
    assert read_within(tmp_path / "a.csv", megabytes=100).articles == 30_000


@pytest.mark.parametrize(
    "data",
    [
        'title,text\n"' + "words " * 500_000,
        'title,text\n"' + "ab\n" * 500_000,
        "title,text\n" + '"a,b\n' * 50_000,
        "title," * 500_000 + "\n" + "a," * 500_000,
        "title,text\n" + ',"\n' * 50_000,
        "x" * 1500_000,
    ],
    ids=["quote", "lines", "quotes", "columns", "odd", "blob"],
)
def test_hostile_files(data: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(data)
    found = read_within(tmp_path / "a.csv", megabytes=200, seconds=60, max_article="1MB")
    assert found.failures or found.articles


@pytest.mark.parametrize(
    ("line", "dialect"),
    [
        ("title,text,date\nA;b,c,2020", Dialect(",")),
        ("title;text;date\nA,b;c;2020", Dialect(";")),
        ('title\ttext\n"A" b\tc', Dialect("\t", "")),
        ("'title','text'\n'A, b','c'", Dialect(",", "'")),
        ('"title", "text"\n"A", "b, c"', Dialect(",", skips_blanks=True)),
        ('"title","text"\n"A \\"b\\", c","d"', Dialect(",", escape="\\")),
        ("id\ttitle\ttext\n1\tA\\nb\t\\N", Dialect("\t", "", unescapes=True)),
    ],
)
def test_dialects(line: str, dialect: Dialect) -> None:
    assert find_layout(line.split("\n"), [], is_whole=True).dialect == dialect


def test_keys_of_many_columns_of_one_name() -> None:
    assert make_keys(["a", "b", "a", "", "a", "a (2)"], {"2"}) == ("a", "2", "a (2)", "column 4", "a (3)", "a (2) (2)")
    start = time.process_time()
    assert make_keys(["a"] * 50_000, set())[-1] == "a (50000)"
    assert time.process_time() - start < 2
