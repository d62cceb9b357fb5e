"""The table of formats, and the rows that other packages add."""

from __future__ import annotations

import dataclasses
import gzip
import importlib
import importlib.metadata
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

import searchkit
from searchkit.corpus import ReadOptions, formats, list_files, read, read_file, read_share
from searchkit.corpus.format_row import find_missing_packages
from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.formats import ReaderUnavailable, external_formats, find_format, load_reader
from searchkit.corpus.readers import csv_tables
from searchkit.errors import OptionError
from searchkit.read_warnings import ReadWarning
from searchkit.readers import Draft
from searchkit.reports import Failure
from tests.corpus.golden import FOLDER
from tests.corpus.plug_in import READER, ROWS, install
from tests.corpus.test_containers import tarred, zipped
from tests.corpus.test_shares import check_data
from tests.plain_environment import ROOT, plain_environment

HOUSE = Path(__file__).parents[2]
Installed = Callable[..., Path]

OURS = ", ".join(row.name for row in FORMATS)
"""The names of our own formats."""


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installed]:
    """Installs packages for this process and its workers."""
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)

    def installed(*arguments: Any, **options: Any) -> Path:
        install(folder, *arguments, **options)
        forget()
        return folder

    def forget() -> None:
        importlib.invalidate_caches()
        external_formats.cache_clear()
        importlib.import_module("searchkit.corpus.formats")._import_reader.cache_clear()

    yield installed
    for name in set(sys.modules) - before:
        if name.split("_")[0] in ("house", "other", "text"):
            del sys.modules[name]
    forget()


def outcome(path: Path, **options: str) -> tuple[list[searchkit.Article], list[Failure]]:
    failures: list[Failure] = []
    return list(read(path, "L", failures.append, options=options)), failures


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_a_row_is_whole(row: searchkit.Format) -> None:
    assert load_reader(row).__doc__
    assert row.suffixes or row.signature
    assert all(suffix == suffix.lower() and suffix[0] == "." for suffix in row.suffixes)
    assert row.title in (HOUSE / "docs" / "formats.md").read_text(encoding="utf-8")
    extras = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert not row.extra or row.extra in extras
    assert row.takes != "bytes" or row.split != "by-record"
    assert row.sniff is None  # a signature also finds a file that has another suffix
    assert [other for other in FORMATS if set(other.suffixes) & set(row.suffixes)] in ([row], [])


def test_names_are_told_apart() -> None:
    assert len({row.name for row in FORMATS}) == len(FORMATS)


def test_a_draft_has_the_fields_of_an_article() -> None:
    of_the_file = {"path", "encoding", "encoding_confidence"}
    fields = {field.name for field in dataclasses.fields(searchkit.Article)} - of_the_file
    assert {field.name for field in dataclasses.fields(Draft)} - {"warnings", "is_whole_file"} == fields


def test_no_modules_import_each_other() -> None:
    """No import cycles, late imports and those for the type checker included."""
    imports = {}
    folder = HOUSE / "searchkit" / "corpus"
    for path in folder.rglob("*.py"):
        found = re.findall(r"^\s*from searchkit\.corpus\.([\w.]+) import", path.read_text(encoding="utf-8"), re.MULTILINE)
        imports[".".join(path.relative_to(folder).with_suffix("").parts)] = set(found)
    while free := [name for name, needs in imports.items() if not needs & imports.keys()]:
        for name in free:
            del imports[name]
    assert imports == {}


def test_own_formats_look_up_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **_: pytest.fail("looked up"))
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "b.dat").write_text('{"text": "Words."}')
    assert len(list(read(tmp_path, options={"include": "*.txt"}))) == 1
    assert len(list(read(tmp_path, options={"format": "jsonl", "include": "*.dat"}))) == 1


def test_a_package_adds_formats(site: Installed, tmp_path: Path) -> None:
    site()
    assert [(row.name, row.package) for row in formats()][: len(FORMATS) + 1] == [
        *((row.name, "") for row in FORMATS),
        ("bars", "house-rows"),
    ]
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.rows").write_bytes("One|größer\n\nbad\nsoon|Three".encode("cp1252"))
    (root / "b.page").write_text("Title\nBody")
    (root / "c.txt").write_text("One|Two")
    articles, failures = outcome(root)
    assert [(one.id, one.title, one.body, one.encoding) for one in articles] == [
        ("L/a.rows#1", "One", "größer", "windows-1252"),
        ("L/a.rows#3", "soon", "Three", "utf-8"),
        ("L/b.page", "Title", "Body", "utf-8"),
        ("L/c.txt", "One|Two", "", "utf-8"),
    ]
    assert [(failure.reason, failure.place) for failure in failures] == [("the line has no bar", "line 3")]
    assert [one.title for one in outcome(root / "c.txt", format="rows")[0]] == ["One"]
    warnings: list[searchkit.ReadWarning] = []
    list(read(root / "a.rows", on_error=lambda failure: None, on_warning=warnings.append))
    assert ("dates", "soon", "line 4") in [(one.kind, one.text, one.place) for one in warnings]


def test_content_tells_formats_of_one_suffix_apart(site: Installed, tmp_path: Path) -> None:
    site()
    for name, text in (("a", "|one,two"), ("b", ";one"), ("c", "one")):
        (tmp_path / f"{name}.mix").write_text(text)
    assert [one.id for one in outcome(tmp_path / "a.mix")[0]] == ["L/own1", "L/own2"]
    assert [one.id for one in outcome(tmp_path / "b.mix")[0]] == ["L/own1"]
    (failure,) = outcome(tmp_path / "c.mix")[1]
    assert failure.reason == "no reader takes files of this type; name one with --format"
    assert [one.body for one in outcome(tmp_path / "c.mix", format="bars")[0]] == ["ne"]
    (tmp_path / "d.mix.gz").write_bytes(gzip.compress(b"|" + b"word," * 40_000 + b"word"))
    assert len(outcome(tmp_path / "d.mix.gz")[0]) == 40_001


def test_faults_of_a_reader(site: Installed, tmp_path: Path) -> None:
    site()
    (tmp_path / "a.mix").write_text("|one,bad,three,end,five")
    articles, failures = outcome(tmp_path / "a.mix")
    assert [one.body for one in articles] == ["one", "three"]
    assert [(one.reason, one.place) for one in failures] == [
        ("it is bad", "record 2"),
        ("nothing more can be read", "behind record 3"),
    ]
    (tmp_path / "a.mix").write_text("|one,bug,three")
    (tmp_path / "b.txt").write_text("Words.")
    articles, failures = outcome(tmp_path, include="*.[mt]*")
    assert [one.body for one in articles] == ["one", "Words."]
    (failure,) = failures
    assert re.fullmatch(
        r'an internal error of the reader of the format "bars" of the package house-rows'
        r" \(KeyError: 'bug', \w+\.py:\d+\); report it to its makers",
        failure.reason,
    )


def test_an_internal_error_of_one_reader_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> NoReturn:
        raise AttributeError("no\nsuch name")

    monkeypatch.setattr(csv_tables, "read_csv", fail)
    (tmp_path / "a.csv").write_text("title,text\nT,x\n")
    (tmp_path / "b.txt").write_text("Words.")
    articles, failures = outcome(tmp_path)
    assert [one.body for one in articles] == ["Words."]
    (failure,) = failures
    assert re.fullmatch(
        r'an internal error of the reader of the format "csv" \(AttributeError: no such name, test_formats\.py:\d+\);'
        " report it to its makers",
        failure.reason,
    )


BOOK = b"not read\n" + b'{"title": "T", "text": "x"}\n' * 5 + b"0009"


@pytest.mark.parametrize("name", ["a.book", "a.book.gz", "a.zip", "a.tar", "a.tgz"])
def test_one_share_takes_a_whole_file(name: str, site: Installed, tmp_path: Path) -> None:
    site()
    members = {"0.txt": b"Words.", "a.book": BOOK, "b.rows": b"a|b\n" * 200, "c.page": b"a\nb", "d.mix": b"|a,b"}
    data = {
        "a.book": lambda: BOOK,
        "a.book.gz": lambda: gzip.compress(BOOK),
        "a.zip": lambda: zipped(members),
        "a.tar": lambda: tarred(members),
        "a.tgz": lambda: gzip.compress(tarred(members)),
    }[name]()
    counts = check_data(tmp_path / name, data)
    assert sum(counts) == 5 if "book" in name else 209
    articles, failures = outcome(tmp_path / name)
    assert failures == []
    assert sum(one.title == "T" for one in articles) == 5
    if name == "a.tgz":
        check_data(tmp_path / name, data[: len(data) * 2 // 3])


def test_the_number_of_workers_changes_nothing(site: Installed, tmp_path: Path) -> None:
    site()
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.rows").write_text("".join(f"Title {n}|{'Talks on peace go on. ' * 60}{n}\n" for n in range(6000)))
    (tmp_path / "b.dat").write_text("".join(f"Other {n}|{'Talks on war go on. ' * 60}{n}\n" for n in range(2000)))
    (root / "c.book").write_bytes(BOOK)
    found = []
    for workers in (1, 2, 3):
        with searchkit.open(tmp_path / str(workers), create=True) as engine:
            reports = [
                engine.index([root], workers=workers),
                engine.index([tmp_path / "b.dat"], label="b", workers=workers, options={"format": "rows"}),
            ]
            found.append((reports, [hit.id for hit in engine.search("peace OR war OR x", limit=9000)]))
    assert found[0] == found[1] == found[2]
    assert [report.added for report in found[0][0]] == [6005, 2000]
    assert len(found[0][1]) == 8005


def test_the_command_reads_them(site: Installed, tmp_path: Path) -> None:
    folder = site()
    (tmp_path / "a.rows").write_text("One|Peace talks.\n")
    (tmp_path / "b.dat").write_text("Two|Peace held.\n")
    environment = plain_environment(PYTHONPATH=f"{folder}{os.pathsep}{ROOT}", COLUMNS="200")

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "searchkit", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
        return done.stdout + done.stderr

    assert run("index", "a.rows", "-i", "i").startswith("1 added")
    assert run("index", "b.dat", "-i", "i", "--format", "rows").startswith("1 added")
    assert run("search", "peace", "-i", "i", "--ids").split() == ["a#1", "b.dat#1"]
    assert run("index", "b.dat", "-i", "i", "--format", "x") == (
        f'searchkit: "x" is no format; expected one of {OURS}, bars, book, page, rows, semicolons\n'
    )
    # The built-in format keeps the suffix, and the list says how such a file is read all the same.
    assert "Rows: title|body (.rows; .txt with --format rows)" in run("formats")


MISSING = ROWS.replace('"lines", "by-record")', '"lines", "by-record", extra="bars")')


def test_a_missing_extra_is_told_and_read_once_it_is_there(site: Installed, tmp_path: Path) -> None:
    folder = site(module=MISSING, reader=f"import house_needed\n{READER}", formats={"rows": "ROWS"})
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.rows").write_text("One|Two")
    (root / "b.txt").write_text("Words.")
    (tmp_path / "c.zip").write_bytes(zipped({"c.rows": b"One|Two"}))
    to_paste = "to read Rows: pip install 'house-rows[bars]'"
    assert [failure.reason for failure in outcome(tmp_path / "c.zip")[1]] == [to_paste]
    with searchkit.open(tmp_path / "i", create=True) as engine:
        report = engine.index([root])
        assert (report.added, [(one.path, one.reason) for one in report.failures]) == (1, [(str(root / "a.rows"), to_paste)])
        (folder / "house_needed.py").write_text("")
        site("other-rows", formats={"other": "PAGE"})  # so that all is looked up anew
        report = engine.index()
        assert (report.added, report.unchanged, report.failures) == (1, 1, ())


def test_an_extra_of_our_own_is_told(site: Installed) -> None:
    site(reader="import nothing_of_this_name", formats={"rows": "ROWS"})
    row = dataclasses.replace(find_format("text"), reader="house_rows_reader:read", extra="pdf")
    with pytest.raises(ReaderUnavailable, match=r"^to read Plain text: pip install 'searchkit\[pdf\]'$"):
        load_reader(row)
    with pytest.raises(ModuleNotFoundError):
        load_reader(dataclasses.replace(row, reader="house_rows_misspelled:read"))  # which no extra brings


def test_a_broken_package_breaks_no_other_format(site: Installed, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.txt").write_text("Words.")
    (root / "b.rows").write_text("One|Two")
    (root / "c.page").write_text("One\nTwo")
    (root / "d.odd").write_text("One\nTwo")
    site(formats={"rows": "ROWS"})
    with searchkit.open(tmp_path / "i", create=True) as engine:
        assert engine.index([root]).added == 2
        folder = site("other-pages", module=f"{ROWS}\nPAGE = None", formats={"page": "PAGE", "odd": "NOTHING"})
        page = 'the format "page" of the package other-pages cannot be loaded (expected a searchkit.readers.Format of the'
        odd = 'the format "odd" of the package other-pages cannot be loaded (AttributeError: '
        report = engine.index()
        assert (report.unchanged, report.removed) == (2, 0)
        assert [(one.path, one.reason[: one.reason.index("(")]) for one in report.failures] == [
            (str(root / "c.page"), f"no reader takes it, and {problem[: problem.index('(')]}") for problem in (odd, page)
        ]
        assert dict(report.skipped) == {".page": 1, ".odd": 1}
        for name, problem in (("page", page), ("odd", odd)):
            with pytest.raises(OptionError, match=f"^{re.escape(problem)}"):
                ReadOptions.from_mapping({"format": name})
        assert [problem.partition(" (")[0] for problem in searchkit.format_problems()] == [
            problem.partition(" (")[0] for problem in (odd, page)
        ]
        # What came from a file whose format cannot be loaded any more stays.
        (folder / "house_rows.py").write_text("import nothing_of_this_name")
        del sys.modules["house_rows"]
        external_formats.cache_clear()
        report = engine.index()
        assert (report.unchanged, report.removed, engine.stats().articles) == (2, 0, 2)
        assert any(
            '"rows" of the package house-rows cannot be loaded (ModuleNotFoundError' in f.reason for f in report.failures
        )


def test_names_that_are_taken(site: Installed, tmp_path: Path) -> None:
    module = ROWS.replace('"page", "Page', '"text", "Page')
    site("text-pages", module=module, formats={"text": "PAGE"})
    site("house-rows", formats={"rows": "ROWS"})
    site("other-rows", formats={"rows": "ROWS"})
    assert [(row.name, row.package) for row in external_formats().formats] == [("rows", "house-rows")]
    assert [problem for _, problem in external_formats().problems] == [
        'the format "rows" of the package other-rows is not read: house-rows adds one of this name too; uninstall one of them',
        'the format "text" of the package text-pages is not read: searchkit has one of this name; ask for another name',
    ]
    assert find_format("text") in FORMATS
    (tmp_path / "a.txt").write_text("Words.")
    assert [one.body for one in outcome(tmp_path / "a.txt")[0]] == ["Words."]


def test_two_packages_that_want_one_suffix(site: Installed, tmp_path: Path) -> None:
    module = ROWS.replace('"page", "Page: its first line is its title", (".page",)', '"page", "Page", (".rows",)')
    site(module=module, formats={"rows": "ROWS", "page": "PAGE"})
    (tmp_path / "a.rows").write_text("One|Two")
    assert [failure.reason for failure in outcome(tmp_path / "a.rows")[1]] == [
        "it may be of several formats (page, rows); name one with --format"
    ]
    assert len(outcome(tmp_path / "a.rows", format="rows")[0]) == 1


def test_text_between_records_is_reported_once_and_numbers_no_record(site: Installed, tmp_path: Path) -> None:
    site(
        reader="""
from searchkit.readers import Draft, LeftOut

def rows(lines, options):
    yield LeftOut("Before\\nall.")
    for line in lines.records():
        text = line.decode()
        yield LeftOut(text[1:], f"line {lines.number}") if text[0] == "-" else Draft(body=text)
    yield LeftOut("Behind.")
""",
        formats={"rows": "ROWS"},
    )
    path = tmp_path / "a.rows"
    path.write_text("One.\n-Between.\nTwo.\n")
    expected = [("Before all.", "before the first record"), ("Between.", "line 2"), ("Behind.", "behind record 2")]
    warnings: list[ReadWarning] = []
    assert [(one.id, one.body) for one in read(path, "L", on_warning=warnings.append)] == [("L#1", "One."), ("L#2", "Two.")]
    assert warnings == [ReadWarning("left-out", str(path), text, place) for text, place in expected]
    [file] = list_files(path).files
    warnings = []
    for share in range(3):
        list(read_share(file, "L", ReadOptions(), lambda _: None, (share, 3), on_warning=warnings.append))
    assert [(one.text, one.place) for one in warnings] == expected


def test_a_reader_that_cannot_be_imported(site: Installed, tmp_path: Path) -> None:
    site(reader="import nothing_of_this_name", formats={"rows": "ROWS"})
    (tmp_path / "a.rows").write_text("One|Two")
    (tmp_path / "b.txt").write_text("Words.")
    (failure,) = list_files(tmp_path).failures
    assert failure.reason == (
        'the reader of the format "rows" of the package house-rows cannot be loaded'
        " (ModuleNotFoundError: No module named 'nothing_of_this_name'); update the package"
    )
    assert [one.body for one in outcome(tmp_path)[0]] == ["Words."]
    assert json.dumps([one.reason for one in outcome(tmp_path / "a.rows")[1]]) == json.dumps([failure.reason])


def test_a_sniffer_that_fails(site: Installed, tmp_path: Path) -> None:
    site(module=ROWS.replace('head.startswith(b"|")', "head.no_such"), formats={"bars": "BARS"})
    (tmp_path / "a.mix").write_text("|one")
    (tmp_path / "b.txt").write_text("Words.")
    articles, (failure,) = outcome(tmp_path)
    assert [one.body for one in articles] == ["Words."]
    assert failure.reason.startswith(
        'the format "bars" of the package house-rows cannot tell whether a file is of it (Attrib'
    )


def test_a_reader_that_fails_before_its_first_record(site: Installed, tmp_path: Path) -> None:
    site(reader="def rows(lines, options):\n    raise KeyError('bug')\n", formats={"rows": "ROWS"})
    (tmp_path / "a.rows").write_text("One|Two")
    (tmp_path / "b.txt").write_text("Words.")
    articles, (failure,) = outcome(tmp_path)
    assert [one.body for one in articles] == ["Words."]
    assert failure.reason.startswith(
        'an internal error of the reader of the format "rows" of the package house-rows (KeyError'
    )


@pytest.mark.parametrize(("old", "new"), [('"lines"', '"pages"'), ('"by-record"', '"by-page"')])
def test_a_row_that_is_misspelled(old: str, new: str, site: Installed) -> None:
    site(module=ROWS.replace(old, new), formats={"rows": "ROWS"})
    with pytest.raises(OptionError, match=f"^the format \"rows\" of the package house-rows .*found '{new[1:-1]}'"):
        find_format("rows")


def test_peeked_bytes_are_read_again() -> None:
    from searchkit.corpus.unpacking import CheckedStream

    for size in (0, 3, 10, 20):
        stream = CheckedStream(io.BytesIO(b"0123456789"), "", file_size=8)
        assert stream.peek(size) == b"01234567"[:size]
        assert stream.read(2) + stream.read(3) + stream.read(-1) + stream.read(5) == b"01234567"


def without_packages(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let packages seem not to be installed."""
    found = importlib.metadata.version

    def version(name: str) -> str:
        if name in names:
            raise importlib.metadata.PackageNotFoundError(name)
        return found(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    find_missing_packages.cache_clear()


def test_a_file_whose_format_needs_a_package_is_reported_and_others_of_its_suffix_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.html").write_text("<!DOCTYPE html><html><body><p>Peace talks.</p></body></html>")
    shutil.copy(next((FOLDER / "nexis-html" / "in").glob("english*")), tmp_path / "export.html")
    shutil.copy(next((FOLDER / "nitf" / "in").glob("*.xml")), tmp_path / "story")
    without_packages(monkeypatch, "trafilatura", "lxml")
    try:
        listing = list_files(tmp_path)
        assert [file.path for file in listing.files] == ["export.html"]
        assert [(Path(failure.path).name, failure.reason) for failure in listing.failures] == [
            ("page.html", "to read HTML pages: pip install 'searchkit[html]'"),
            ("story", "to read NITF: pip install 'searchkit[xml]'"),
        ]
    finally:
        find_missing_packages.cache_clear()


def test_content_goes_before_the_suffix(tmp_path: Path) -> None:
    """In a folder of everything each file is read in the format that it shows, under whatever
    name."""
    for name, source in (
        ("a.txt", "<!DOCTYPE html><html><head><title>Talks begin</title></head><body><p>They met today.</p></body></html>"),
        ("b", "{\\rtf1\\ansi Talks begin.\\par They met today.}"),
        ("c.dat", "TY  - NEWS\nTI  - Talks begin\nAB  - They met today.\nER  - \n"),
        ("d.html", "From Baku, a correspondent reports\n\nThey met today.\n"),
        ("e.txt", "From Baku with love\n\nThey met today.\n"),
        ("f.unknown", "Talks begin\n\nThey met today.\n"),
        ("README", "Talks begin\n\nThey met today.\n"),
        ("readme.md", "Talks begin\n\nThey met today.\n"),
        ("Readmen.txt", "Talks begin\n\nThey met today.\n"),
    ):
        (tmp_path / name).write_text(source)
    listing = list_files(tmp_path)
    assert dict(listing.skipped) == {".unknown": 1, "README": 2}
    found: dict[str, list[str]] = {}
    for file in listing.files:
        list(read_file(file, "L", ReadOptions(), lambda failure: None, on_format=found.setdefault(file.path, []).append))
    assert found == {
        "Readmen.txt": ["text"],
        "a.txt": ["html"],
        "b": ["rtf"],
        "c.dat": ["ris"],
        "d.html": ["html"],
        "e.txt": ["text"],
    }
    (tmp_path / "a.txt").rename(tmp_path / "page")
    (article,) = read(tmp_path / "page", options={"format": "text"})
    assert article.title.startswith("<!DOCTYPE html>")  # the option forces a format
