from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.saved_queries import read_saved_queries, saved_queries_file, write_saved_queries
from tests.cli.conftest import Ran, RecordedEngine

Run = Callable[..., Ran]


def test_add_list_show_and_remove(run: Run) -> None:
    assert run("saved", "add", "energy", "oil OR", "gas") == Ran(0, "query:energy is oil OR gas\n", "")
    assert run("saved", "add", "no-war", "-war", "peace").status == 0
    assert run("saved", "list") == Ran(0, "energy  oil OR gas\nno-war  -war peace\n", "")
    assert run("saved") == run("saved", "list")
    assert run("saved", "show", "energy") == Ran(0, "oil OR gas\n", "")
    assert run("saved", "remove", "energy") == Ran(0, "energy removed: oil OR gas\n", "")
    assert run("saved", "list").out == "no-war  -war peace\n"


def test_none_are_saved(run: Run) -> None:
    ran = run("saved")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "searchkit: no query is saved; save one: searchkit saved add NAME QUERY\n"
    assert json.loads(run("saved", "list", "--json").out) == {"meta": {"version": 1}, "saved": []}


def test_the_formats_of_the_list(run: Run) -> None:
    run("saved", "add", "energy", 'oil OR "natural gas"')
    rows = [{"name": "energy", "query": 'oil OR "natural gas"'}]
    assert json.loads(run("saved", "list", "--json").out) == {"meta": {"version": 1}, "saved": rows}
    assert [json.loads(line) for line in run("saved", "list", "--jsonl").out.splitlines()] == rows
    assert run("saved", "list", "--csv").out == 'name,query\nenergy,"oil OR ""natural gas"""\n'
    assert run("saved", "list", "--tsv").out == 'name\tquery\nenergy\toil OR "natural gas"\n'
    assert run("saved", "list", "--fields", "query", "--csv").out == 'query\n"oil OR ""natural gas"""\n'
    assert "energy" in run("saved", "list", "--table").out


def test_a_query_is_replaced_only_when_told(run: Run) -> None:
    run("saved", "add", "energy", "oil")
    ran = run("saved", "add", "energy", "gas")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == "searchkit: energy is saved already, as oil; --replace replaces it\n"
    assert run("saved", "show", "energy").out == "oil\n"
    ran = run("saved", "add", "energy", "gas", "--replace")
    assert ran == Ran(0, "query:energy is gas\n", "searchkit: replaced: oil\n")
    assert run("saved", "show", "energy").out == "gas\n"


@pytest.mark.parametrize(
    ("name", "query", "message"),
    [
        ("bad", "peace (talks", 'in the saved query "bad": a "(" without its ")"\n  peace (talks\n        ^\n'),
        ("x", "query:nothing", 'in the saved query "x": there is no saved query "nothing"\n'),
        ("energy", "query:two", 'in the saved query "two": saved queries stand in a circle: energy -> two -> energy\n'),
        ("a b", "x", '"a b" is no name; a name has letters, digits, - and _\n'),
        ("a:b", "x", '"a:b" is no name'),
        ("empty", " ", "a query is needed behind the name"),
    ],
)
def test_what_cannot_be_read_is_not_saved(run: Run, name: str, query: str, message: str) -> None:
    run("saved", "add", "energy", "oil")
    run("saved", "add", "two", "query:energy peace")
    before = read_saved_queries()
    ran = run("saved", "add", name, query, "--replace")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"searchkit: {message}")
    assert read_saved_queries() == before


@pytest.mark.parametrize("command", ["show", "remove"])
def test_an_unknown_name_has_a_hint(run: Run, command: str) -> None:
    run("saved", "add", "energy", "oil")
    assert run("saved", command, "enrgy") == Ran(2, "", 'searchkit: there is no saved query "enrgy"; did you mean energy?\n')
    assert run("saved", command, "zzz").err.endswith("; searchkit saved list shows those there are\n")
    assert run("saved", "list").out == "energy  oil\n"


def test_an_unknown_command_has_a_hint(run: Run) -> None:
    ran = run("saved", "rm", "energy")
    assert ran.status == 2
    assert ran.err.startswith('searchkit: saved has no command "rm"; ')
    assert "there are add, list, show, remove\n" in ran.err.lower()


def test_who_uses_what_is_removed(run: Run) -> None:
    run("saved", "add", "energy", "oil")
    run("saved", "add", "prices", "query:energy prices")
    run("saved", "add", "other", "query:prices x")
    ran = run("saved", "remove", "energy")
    assert ran.err == "searchkit: warning: prices cannot be searched without query:energy\n"
    assert run("saved", "remove", "energy", "prices").status == 2
    assert set(read_saved_queries()) == {"prices", "other"}
    assert run("saved", "remove", "prices", "other").err == ""


def test_a_query_of_another_system_is_saved_as_ours(run: Run) -> None:
    ran = run("saved", "add", "rates", "rst=tdt and hd=rates", "--dialect", "factiva")
    assert ran.out == "query:rates is source:tdt AND title:rates\n"
    assert ran.err.startswith("searchkit: warning: rst= has no counterpart")


def test_a_search_resolves_it(run: Run, engine: RecordedEngine) -> None:
    run("saved", "add", "calm", "peace OR truce")
    assert run("search", "query:calm -war", "--ids").out.split() == ["news/2.txt", "news/3.txt"]
    explained = run("search", "query:calm -war", "--explain", "--count")
    assert "query:calm is peace OR truce\n" in explained.err
    assert "read as:  (peace OR truce) AND NOT war\n" in explained.err
    ran = run("search", "query:clam")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == 'searchkit: there is no saved query "clam"\n  query:clam\n        ^^^^\n  did you mean calm?\n'
    assert run("show", "news/3.txt", "query:calm", "--color", "always").out.count("\x1b[") > 0
    assert run("delete", "--query", "query:calm -war", "--dry-run").status == 0


def test_the_file_is_read_only_when_a_query_needs_it(run: Run, engine: RecordedEngine) -> None:
    path = saved_queries_file()
    path.parent.mkdir(parents=True)
    path.write_text("this is no TOML")
    assert run("search", "peace", "--count").out == "3\n"
    ran = run("search", "query:x")
    assert ran.status == 2
    assert ran.err.startswith(f"searchkit: {path} cannot be read: ")
    assert run("saved", "add", "x", "y").status == 2
    assert path.read_text() == "this is no TOML"


@pytest.mark.parametrize(
    ("line", "message"),
    [("oil = 5", "oil must be a query as text"), ('"a b" = "x"', '"a b" is no name; a name has letters')],
)
def test_a_file_written_by_hand_is_checked(run: Run, line: str, message: str) -> None:
    saved_queries_file().parent.mkdir(parents=True)
    saved_queries_file().write_text(line)
    assert message in run("saved", "list").err


def test_the_file_holds_any_text() -> None:
    queries = {"a": 'a "b" \\ \t \x7f \x01 é 中 \U0001f600', "größe_2": "x\ny", "z-1": "'\\u0041'"}
    write_saved_queries(queries)
    assert read_saved_queries() == queries
    assert tomllib.loads(saved_queries_file().read_text(encoding="utf-8")) == queries
    assert list(saved_queries_file().parent.iterdir()) == [saved_queries_file()]


def test_the_file_is_replaced_in_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    write_saved_queries({"a": "x"})

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_saved_queries({"b": "y"})
    assert read_saved_queries() == {"a": "x"}
    assert list(saved_queries_file().parent.iterdir()) == [saved_queries_file()]


def test_what_a_link_leads_to_is_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text("")
    saved_queries_file().parent.mkdir(parents=True)
    saved_queries_file().symlink_to(kept)
    write_saved_queries({"a": "x"})
    assert saved_queries_file().is_symlink()
    assert kept.read_text() == '"a" = "x"\n'


def test_options_hold_them() -> None:
    options = searchkit.SearchOptions(saved_queries={"a": "peace"})
    with searchkit.open("memory:") as engine:
        engine.add([searchkit.Article("1", "Peace")])
        assert engine.search("query:a", options).total == 1
        assert engine.explain("query:a", options).saved == {"a": "peace"}
        with pytest.raises(searchkit.OptionError, match="saved_queries must be a mapping of names to queries"):
            engine.search("x", saved_queries=["a"])  # type: ignore[arg-type]
