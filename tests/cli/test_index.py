from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.runs import report_summary
from tests.cli.conftest import Ran, RecordedEngine, write

Run = Callable[..., Ran]
NEW = searchkit.Failure("/a/x.txt", "binary data, not text", "record 3")
KNOWN = searchkit.Failure("/a/y.txt", "empty", new=False)


TWO = (NEW, searchkit.Failure("/a/z.txt", "bad"))


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (
            searchkit.IndexReport(added=12, unchanged=3, replaced=1, failures=TWO),
            "12 added, 3 unchanged, 1 replaced, 0 removed; 2 files not read",
        ),
        (
            searchkit.IndexReport(added=1200, failures=(NEW,)),
            "1,200 added, 0 unchanged, 0 replaced, 0 removed; 1 file not read",
        ),
        (
            searchkit.IndexReport(unchanged=3, withheld=4, failures=(KNOWN,)),
            "nothing changed: 0 added, 3 unchanged, 0 replaced, 0 removed;"
            " 0 files not read, 1 known from before, 4 left out as deleted",
        ),
    ],
)
def test_summary(report: searchkit.IndexReport, line: str) -> None:
    assert report_summary(report) == line


def test_index_reports_one_line(engine: RecordedEngine, run: Run) -> None:
    write("corpus/lines.jsonl", "One.", "Two.")
    assert run("index", "corpus") == Ran(0, "2 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read\n", "")


def test_index_new_failure_is_status_2(engine: RecordedEngine, run: Run) -> None:
    Path("corpus").mkdir()
    Path("corpus/known.txt").touch()
    assert run("index", "corpus", "--allow-empty").status == 2
    write("corpus/lines.jsonl", "One.", "Two.")
    with Path("corpus/lines.jsonl").open("a") as lines:
        lines.write("[1]\n")
    ran = run("index", "corpus")
    assert ran.status == 2
    path = Path("corpus/lines.jsonl").absolute()
    reason = "the line holds no JSON object; expected one article in { } on each line"
    retry = "searchkit: earlier failures in 1 file; to read again: searchkit retry\n"
    assert ran.err == f"searchkit: not read: {path}, line 3: {reason}\n{retry}"
    assert ran.out == "2 added, 0 unchanged, 0 replaced, 0 removed; 1 file not read, 1 known from before\n"


def test_index_known_failure_is_only_counted(engine: RecordedEngine, run: Run) -> None:
    Path("corpus").mkdir()
    Path("corpus/known.txt").touch()
    assert run("index", "corpus", "--allow-empty").status == 2
    write("corpus/lines.jsonl", "One.", "Two.")
    assert run("index", "corpus") == Ran(
        0,
        "2 added, 0 unchanged, 0 replaced, 0 removed; 0 files not read, 1 known from before\n",
        "searchkit: earlier failures in 1 file; to read again: searchkit retry\n",
    )
    # The advice has the place that was typed. A rebuild reads the file again, so it is listed.
    assert (
        run("index", "-i", "a b").err == "searchkit: earlier failures in 1 file; to read again: searchkit retry -i 'a b'\n"
    )
    assert run("index", "--rebuild").err.startswith("searchkit: not read: ")


def test_index_of_what_gives_no_article_remembers_nothing(engine: RecordedEngine, run: Run) -> None:
    Path("hostname").write_text("peace\n")
    ran = run("index", "hostname")
    path = Path("hostname").absolute()
    assert (ran.status, ran.err.splitlines()) == (
        2,
        [
            f"searchkit: not read: {path}: no article could be read there; it is not remembered as a root"
            " (--allow-empty remembers it)",
            f"searchkit: not read: {path}: no reader takes files of this type; name one with --format",
        ],
    )
    assert run("roots").out == ""
    assert run("index", "hostname", "--allow-empty").status == 2
    assert run("roots").out.startswith("hostname  ")


def test_index_lists_twenty_failures(engine: RecordedEngine, run: Run) -> None:
    Path("corpus").mkdir()
    for number in range(20):
        Path(f"corpus/{number:02}.txt").touch()
    write("corpus/one.txt", "The text.")
    lines = run("index", "corpus").err.splitlines()
    paths = [Path(f"corpus/{number:02}.txt").absolute() for number in range(20)]
    assert lines == [f"searchkit: not read: {path}: the file is empty" for path in paths]


def test_of_more_failures_index_lists_three_of_each_reason(engine: RecordedEngine, run: Run) -> None:
    Path("corpus").mkdir()
    for number in range(23):
        Path(f"corpus/{number:02}.txt").touch()
    for number in range(11):
        Path(f"corpus/x{number:02}.txt").write_text(" ")
    write("corpus/one.txt", "The text.")
    ran = run("index", "corpus", "--errors", "failures.jsonl")
    assert Path("failures.jsonl").read_text().count("\n") == 34
    start = f"searchkit: not read: {Path('corpus').absolute()}"
    empty, blank = "the file is empty", "the file holds nothing but blanks"
    expected = [
        *(f"{start}/{name}.txt: {empty}" for name in ("00", "01", "02")),
        f"searchkit: not read: 20 more: {empty}",
        *(f"{start}/{name}.txt: {blank}" for name in ("x00", "x01", "x02")),
        f"searchkit: not read: 8 more: {blank}",
    ]
    assert ran.err.splitlines() == expected
    again = run("index", "--rebuild").err.splitlines()
    assert again == [line.replace(" more:", " more (--errors FILE lists all):") for line in expected]


def test_index_errors_go_to_a_file(engine: RecordedEngine, run: Run) -> None:
    # Our engines escape half a surrogate pair themselves; the command trusts no engine with that.
    engine.report = searchkit.IndexReport(failures=(NEW, KNOWN, searchkit.Failure("/a/\udcff", "its name")))
    run("index", "corpus", "--errors", "bad.jsonl")
    assert [json.loads(line) for line in Path("bad.jsonl").read_text().splitlines()] == [
        {"path": "/a/x.txt", "place": "record 3", "reason": "binary data, not text", "new": True},
        {"path": "/a/y.txt", "place": "", "reason": "empty", "new": False},
        {"path": "/a/\\udcff", "place": "", "reason": "its name", "new": True},
    ]


def test_index_errors_file_that_cannot_be_written_stops_before_the_work(engine: RecordedEngine, run: Run) -> None:
    ran = run("index", "corpus", "--errors", "no/such/folder")
    assert ran == Ran(2, "", "searchkit: no/such/folder: No such file or directory\n")
    assert engine.calls == []


def test_index_json(engine: RecordedEngine, run: Run) -> None:
    Path("corpus").mkdir()
    Path("corpus/known.txt").touch()
    Path("corpus/a.xyz").touch()
    run("index", "corpus", "--allow-empty")
    write("corpus/lines.jsonl", "One.", "Two.")
    ran = run("index", "corpus", "--json")
    path = str(Path("corpus/known.txt").absolute())
    assert json.loads(ran.out) == {
        "meta": {"version": 1, "generation": 5},
        "added": 2,
        "unchanged": 0,
        "replaced": 0,
        "removed": 0,
        "withheld": 0,
        "skipped": {".xyz": 1},
        "formats": {"jsonl": 1},
        "failures": [{"path": path, "place": "", "reason": "the file is empty", "new": False}],
        "warnings": [],
    }


def test_index_names_types_that_no_reader_takes(engine: RecordedEngine, run: Run) -> None:
    engine.report = searchkit.IndexReport(added=1, skipped={".xyz": 1, ".jpg": 1500, "": 2})
    assert run("index", "corpus").err == "skipped, as no format reads them: 1,500 .jpg, 2 without a suffix, 1 .xyz\n"
    engine.report = None
    write("corpus/one.txt", "The text.")
    for name in ("a.jpg", "b.jpg", "c.xyz"):
        Path(f"corpus/{name}").touch()
    assert run("index", "corpus").err == "skipped, as no format reads them: 2 .jpg, 1 .xyz\n"


def test_index_options_reach_the_engine(engine: RecordedEngine, run: Run) -> None:
    run(
        "index", "a", "--label", "news", "--include", "*.txt", "--include", "*.md", "--exclude", "x*", "--map", "body=text",
        "--format", "jsonl", "--allow-empty",
    )  # fmt: skip
    options = {"include": ["*.txt", "*.md"], "exclude": ["x*"], "map": ["body=text"], "format": ["jsonl"]}
    assert engine.calls[-1] == ("index", (["a"], "news", options, True))


def test_index_without_options_keeps_those_remembered(engine: RecordedEngine, run: Run) -> None:
    run("index", "a")
    assert engine.calls[-1] == ("index", (["a"], None, None, False))


def test_index_options_need_a_root(engine: RecordedEngine, run: Run) -> None:
    ran = run("index", "--include", "*.txt")
    assert ran == Ran(2, "", "searchkit: reading options go with a ROOT\n  see: searchkit index --help\n")


def test_index_without_any_root_says_what_to_type(engine: RecordedEngine, run: Run) -> None:
    ran = run("index")
    assert (ran.status, ran.err.splitlines()[0]) == (
        2,
        "searchkit: the index remembers no root; name one: searchkit index FOLDER",
    )


def test_index_settings_language_is_for_new_indexes_only(
    engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_LANGUAGE", "de")
    run("index", "a")
    assert engine.calls[0] == ("open", ("index", False, None))


def test_index_a_missing_root_makes_no_index(run: Run) -> None:
    ran = run("index", "nowhere")
    assert (ran.status, ran.err.splitlines()[0]) == (2, "searchkit: there is no file or folder nowhere")
    assert not Path("index").exists()


def test_index_error_of_a_root_is_a_message(engine: RecordedEngine, run: Run) -> None:
    engine.fail = searchkit.RootError("the label a is taken")
    assert run("index", "a") == Ran(2, "", "searchkit: the label a is taken\n")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A progress bar that is drawn before the run begins, not after a second."""

    def start(timer: threading.Timer) -> None:
        timer.function()

    monkeypatch.setattr(threading.Timer, "start", start)
    write("a/one.txt", "The text.")


def test_index_progress_only_on_a_terminal(engine: RecordedEngine, run: Run, at_once: None) -> None:
    assert run("index", "a").err == ""


def test_index_progress_on_a_terminal(engine: RecordedEngine, run: Run, terminal: None, at_once: None) -> None:
    ran = run("index", "a")
    assert re.search(r"reading  \[.*storing  \[#+\]  100%", ran.err, re.DOTALL)
    assert ran.err.endswith("\n")
    assert "reading" not in ran.out


def test_index_progress_can_be_switched_off(engine: RecordedEngine, run: Run, terminal: None, at_once: None) -> None:
    assert run("index", "a", "--no-progress").err == ""


def test_index_rebuild_for_another_language(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Häuser\n\nDie Häuser am Fluss.\n")
    assert run("index", str(tmp_path / "a.txt"), "-i", str(tmp_path / "i")).status == 0
    refused = run("index", "--language", "de", "-i", str(tmp_path / "i"))
    assert refused.status == 2
    assert f"searchkit index -i {tmp_path / 'i'} --rebuild --language de" in refused.err
    same = run("index", "--rebuild", "--language", "en", "-i", str(tmp_path / "i"))
    done = run("index", "--rebuild", "--language", "de", "-i", str(tmp_path / "i"))
    assert (done.status, "1 unchanged" in done.out) == (0, True)
    assert done.out.startswith("rebuilt: ")
    assert done == same  # one story
    assert run("search", "Haus", "--count", "-i", str(tmp_path / "i")).out == "1\n"
