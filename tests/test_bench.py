"""scripts/bench: its pure parts, and one small run from start to end."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from scripts.benchmark import __main__ as driver
from scripts.benchmark import cluster as on_cluster
from scripts.benchmark import cold, figures, measure, mix, processes, query, worker
from scripts.benchmark.articles import (
    Material,
    Record,
    collect_material,
    complete_record,
    make_articles,
    parse_moment,
    write_lines,
)
from scripts.benchmark.library import Library, engine, split_dates
from scripts.benchmark.machine import machine
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Without, Word
from scripts.benchmark.report import report, table
from scripts.benchmark.with_bm25s import Bm25s
from scripts.benchmark.with_fts5 import Fts5
from scripts.benchmark.with_searchkit import Searchkit
from scripts.benchmark.with_tantivy import Tantivy
from scripts.benchmark.with_whoosh import Whoosh
from scripts.benchmark.with_xapian import Xapian

SENTENCES = tuple(
    f"The {place} {body} said on {day} that the price of {thing} rose by 12 percent after talks in Brussels."
    for place, body in (("northern", "bank"), ("national", "ministry"), ("regional", "council"), ("central", "railway"))
    for day in ("Monday", "Tuesday", "Thursday")
    for thing in ("wheat", "copper", "electricity", "water", "timber")
)
SMALL = Material(SENTENCES, ("Copper and wheat rise", "Talks about timber", "Railway strike ends"), (("trade",), ()), True)
ENGINES = ["searchkit", "fts5", *(["tantivy"] if importlib.util.find_spec("tantivy") else [])]


def made(count: int, seed: int = 7) -> list[Record]:
    return list(make_articles(SMALL, count, seed))


def test_articles_depend_on_the_seed_only() -> None:
    assert made(30) == made(60)[:30]
    assert made(30) != made(30, seed=8)
    assert all(set(record) == {"id", "title", "body", "date", "author", "source", "topics"} for record in made(5))


def test_articles_of_a_small_source_have_rare_words() -> None:
    def words(source: Material) -> set[str]:
        return {word for record in make_articles(source, 200) for word in record["body"].split()}

    same = Material(SMALL.sentences, SMALL.titles, SMALL.topics, varied=False)
    assert len(words(SMALL)) > 2 * len(words(same))


def test_material_is_whole_sentences_in_latin_letters() -> None:
    record = complete_record(
        {"title": "Talks", "body": "Ministers met in Baku today. Министры встретились.\nThey spoke for an hour."}, 3
    )
    assert record["id"] == "3"
    assert record["date"] is None
    assert collect_material([record], varied=False).sentences == ("Ministers met in Baku today.",)
    with pytest.raises(ValueError, match="no sentences"):
        collect_material([complete_record({"title": "Talks"}, 0)], varied=False)


def test_dates_are_in_utc() -> None:
    assert parse_moment(None) is None
    for text in ("2020-04-26T10:00:00", "2020-04-26T10:00:00Z", "2020-04-26T12:00:00+02:00"):
        assert complete_record({"date": text}, 0)["date"] == "2020-04-26T10:00:00Z"


@pytest.mark.parametrize(
    ("values", "part", "expected"),
    [([5], 0.95, 5), ([3, 1, 2], 0.5, 2), (range(1, 41), 0.95, 38), ([2, 1], 0, 1), ([1, 2], 1, 2)],
)
def test_percentile(values: Sequence[float], part: float, expected: float) -> None:
    assert figures.percentile(values, part) == expected


@pytest.mark.parametrize(
    ("engine", "ours", "near", "far"),
    [
        ("tantivy", 0, 3, 4),
        ("tantivy", 100, 95, 94),
        ("tantivy", 100, 105, 106),
        ("fts5", 100, 115, 116),
        ("whoosh", 4, 7, 8),
    ],
)
def test_which_totals_agree(engine: str, ours: int, near: int, far: int) -> None:
    assert figures.totals_agree(engine, ours, near)
    assert not figures.totals_agree(engine, ours, far)


def test_times_are_compared_over_the_queries_that_agree() -> None:
    totals = [100, 200, 300, 400]
    theirs = [100, 500, None, 401]
    found = figures.compare_times("tantivy", [1.0, 1.0, 1.0, 3.0], totals, [2.0, 90.0, None, 6.0], theirs)
    assert found is not None
    assert found["queries"] == 2
    assert found["ratio"] == {"median": 2.0, "p95": 2.0, "mean": 2.0}
    assert figures.compare_times("tantivy", [1.0], [100], [1.0], [500]) is None
    assert figures.differences("abcd", "tantivy", totals, theirs) == [figures.Difference("b", "tantivy", 200, 500)]


def test_a_query_not_asked_has_no_median() -> None:
    assert figures.median_of_rounds([[1.0, None], [3.0, None], [9.0, None]]) == [3.0, None]


NESTED = Without(All((Either((Word("a"), Prefix("b"))), Phrase(("c", "of", "d")))), Word("e", title=True))
DATED = All((Word("a"), Dates(date(2020, 1, 1), date(2020, 3, 31))))


@pytest.mark.parametrize(
    ("node", "text"),
    [(NESTED, '((a OR b*) "c of d") NOT title:e'), (DATED, "a date:2020-01-01..2020-03-31")],
)
def test_queries_as_text_and_as_lists(node: Node, text: str) -> None:
    assert query.searchkit_text(node) == text
    assert query.from_plain(json.loads(json.dumps(query.plain(node)))) == node


def test_queries_in_the_languages_of_others() -> None:
    tantivy, fts5 = Tantivy().translate, Fts5().translate
    assert tantivy(NESTED) == '+(((a) OR ((title:/b.*/ OR body:/b.*/))) AND ("c of d")) -(title:e)'
    assert tantivy(DATED) == "(a) AND (date:[2020-01-01T00:00:00Z TO 2020-04-01T00:00:00Z})"
    assert fts5(NESTED)[1] == ('{title body} : (((("a") OR ("b" *)) AND ("c of d")) NOT (title : "e"))',)
    assert fts5(DATED)[1] == ('{title body} : ("a")', 1577836800, 1585699200)
    with pytest.raises(query.Inexpressible):
        fts5(Without(Word("a"), DATED))


@pytest.mark.parametrize("kind", [Bm25s, Fts5, Searchkit, Tantivy, Whoosh, Xapian])
def test_every_engine_is_known_by_its_name(kind: type[Library]) -> None:
    assert type(engine(kind.__name__.lower())) is kind


def test_an_engine_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bm25s, "modules", ("no_such_module",))
    with pytest.raises(ImportError, match="no_such_module"):
        Bm25s().versions()


def test_dates_are_taken_from_words() -> None:
    assert split_dates(DATED) == (Word("a"), DATED.parts[1])
    assert split_dates(NESTED) == (NESTED, None)


def test_the_mix_is_forty_different_queries_and_always_the_same() -> None:
    records = made(200)
    chosen = mix.choose(records)
    assert len({one.node for one in chosen}) == len(chosen) == 40
    assert chosen == mix.choose(records)
    assert chosen != mix.choose(records, seed=8)
    assert {one.kind for one in chosen} == {
        *("word", "and", "or", "not", "phrase", "phrase with function word", "title", "prefix", "dates", "nested")
    }
    with pytest.raises(ValueError, match="too few words"):
        mix.choose(records[:1])


def test_a_table_is_aligned() -> None:
    lines = list(table(("engine", "ms"), [("searchkit", "1.25"), ("b", "100")]))
    assert lines == ["| engine    |   ms |", "|-----------|-----:|", "| searchkit | 1.25 |", "| b         |  100 |", ""]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["--skip-build"], "needs the --work"),
        (["--engines", "lucene"], "unknown: lucene"),
        (["--rounds", "0"], "invalid positive value"),
        (["--corpus", "nowhere.jsonl"], "nowhere.jsonl is not there"),
    ],
)
def test_wrong_options(given: list[str], complaint: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        driver.arguments(given)
    assert end.value.code == 2
    assert complaint in capsys.readouterr().err


def bench(work: Path) -> measure.Bench:
    return measure.Bench(work, processes.environment(work / "compiled"), rounds=1, build_rounds=1)


def test_memory_now() -> None:
    found = worker.memory()
    assert found["VmRSS"] >= found["RssAnon"] > 1_000_000


def test_memory_of_a_process_and_its_children_is_seen(tmp_path: Path) -> None:
    child = "import time; kept = bytearray(60_000_000); time.sleep(0.6)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    done = processes.run_watched([sys.executable, "-c", parent], dict(os.environ), tmp_path)
    assert done.peak > 60_000_000
    assert done.seconds > 0.6


def test_a_process_that_fails_says_why_and_takes_no_further_part(tmp_path: Path) -> None:
    run = bench(tmp_path)
    command = [sys.executable, "-c", "raise SystemExit('no such index')"]
    broken = measure.Contender("broken", sys.executable, {}, True, tmp_path, 1)
    run.contenders.append(broken)
    with run.may_fail(broken):
        processes.run(command, run.env, tmp_path)
    assert "no such index" in run.failures[0]
    assert run.contenders == []
    with pytest.raises(processes.ProcessFailed, match="no such index"):
        processes.Server(command, run.env, tmp_path)


def test_an_engine_that_is_not_there_is_skipped_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "interpreters", lambda: [sys.executable])
    monkeypatch.setattr(
        measure, "worker", lambda *_: [sys.executable, "-c", 'print(\'{"missing": "No x", "python": "3"}\')']
    )
    run = bench(tmp_path)
    measure.find_contenders(run, ["xapian"], lambda _: (tmp_path, 1))
    assert "No x" in run.skipped["xapian"]
    assert not run.contenders
    assert not run.failures


def test_command_lines_are_timed_over_text_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cold, "questions", lambda _: ["copper"])
    run = bench(tmp_path)
    found = cold.cold(run, made(20), [])
    assert run.failures == []
    assert found["articles"] == 20
    assert set(found["commands"]) >= {"python -m searchkit"}
    assert found["totals"]["python -m searchkit"][0] > 0
    assert len(found["runs"]) == 2
    assert found["commands"]["python -m searchkit"]["compared"]["ratio"]["median"] == 1


def test_a_run_from_start_to_end(tmp_path: Path) -> None:
    # One test: with xdist a fixture of several would be made once in each process.
    result, printed = sixty(tmp_path)
    check_document(result)
    check_totals(result, "plain")
    check_totals(result, "snippets")
    check_report(result, printed)


def sixty(folder: Path) -> tuple[dict[str, Any], str]:
    """A run over sixty articles: its document and what it printed."""
    written = write_lines(folder / "small.jsonl", islice(made(100), 100))
    assert written.articles == 100
    command = [sys.executable, "-m", "scripts.benchmark", "--corpus", "small.jsonl", "--articles", "60", "--rounds", "1"]
    command += ["--engines", ",".join(ENGINES), "--parts", "build,add,plain,snippets", "--json", "out.json"]
    env = os.environ | {"PYTHONPATH": str(processes.ROOT), "TMPDIR": str(folder)}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("# searchkit beside others\n")
    # The folder that it worked in is gone.
    assert sorted(path.name for path in folder.iterdir()) == ["out.json", "small.jsonl"]
    found: dict[str, Any] = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return found, done.stdout


def check_document(result: dict[str, Any]) -> None:
    assert result["version"] == 1
    assert result["failures"] == []
    assert result["corpus"]["articles"] == 60
    assert set(result["machine"]) == {"cpu", "cores", "memory", "system", "load", "python"}
    assert list(result["engines"]) == list(result["build"]) == list(result["memory"]) == ENGINES
    for built in result["build"].values():
        assert set(built) == {"articles", "seconds", "rate", "rounds", "ratio", "peak", "size"}
        assert min(built["rate"], built["peak"], built["size"], built["ratio"]) > 0
    assert set(result["add"]) == set(ENGINES) & {"searchkit", "tantivy"}
    assert all(one["VmRSS"] >= one["RssAnon"] > 0 for one in result["memory"].values())


def check_totals(result: dict[str, Any], part: str) -> None:
    found = result[part]
    assert len(found["queries"]) == 40
    assert list(found["engines"]) == ENGINES
    assert found["engines"]["searchkit"]["compared"]["ratio"] == {"median": 1, "p95": 1, "mean": 1}
    for name in ENGINES:
        totals = [(one["totals"]["searchkit"], one["totals"][name]) for one in found["queries"]]
        agreed = [pair for pair in totals if figures.totals_agree(name, *pair)]
        assert found["engines"][name]["compared"]["queries"] == len(agreed) >= 35
        assert len([d for d in found["differences"] if d["engine"] == name]) == 40 - len(agreed)
    assert sum(one["totals"]["searchkit"] > 0 for one in found["queries"]) >= 35


def check_report(result: dict[str, Any], printed: str) -> None:
    assert report(result) == printed
    unlike = {"query": "a OR b", "engine": "fts5", "searchkit": 100, "other": 50}
    changed = result | {"skipped": {"xapian": "No module"}, "failures": ["whoosh: broken"]}
    changed["plain"] = result["plain"] | {"differences": [unlike]}
    text = report(changed)
    assert "| a OR b | plain |   fts5 |       100 |    50 |" in text
    assert "Not measured: xapian: No module" in text
    assert "FAILED: whoosh: broken" in text


@pytest.mark.parametrize(
    ("given", "engines", "on_cluster"),
    [
        (["--engines", "opensearch"], [], True),
        (["--engines", "fts5,opensearch"], ["searchkit", "fts5"], True),
        (["--engines", "fts5"], ["searchkit", "fts5"], False),
    ],
)
def test_a_cluster_is_measured_alone_or_with_others(given: list[str], engines: list[str], on_cluster: bool) -> None:
    options = driver.arguments(given)
    assert (options.engines, options.cluster) == (engines, on_cluster)


def test_an_archive_on_a_cluster_beside_its_own_client(tmp_path: Path, cluster: str) -> None:
    written = write_lines(tmp_path / "articles.jsonl", islice(made(60), 60))
    run = bench(tmp_path)
    queries = mix.choose(made(60))
    found = on_cluster.bench_cluster(run, cluster, tmp_path / "articles.jsonl", written.articles, queries)
    assert [len(found["load"][way]["seconds"]) for way in on_cluster.LOADS] == [1, 1]
    assert found["load"]["ratio"] > 0
    exact, verified = found["exact"], found["verified"]
    assert [one["query"] for one in exact["queries"]] == [query.searchkit_text(one.node) for one in queries]
    assert sum(one["total"] > 0 for one in exact["queries"]) >= 35
    assert exact["requests"] == 1
    assert all(one["fetched"] == min(one["total"], 10) for one in exact["queries"])
    assert verified["requests"] > 1
    assert set(exact["milliseconds"]) == {"request", "search", "snippets", "search more", "snippets more"}
    text = report(
        {
            "machine": machine(), "corpus": {"articles": 60, "source": "made", "bytes": 1, "words": 1}, "command": ["bench"],
            "engines": {}, "skipped": {}, "failures": [], "cluster": found,
        }
    )  # fmt: skip
    assert "loading 60 articles" in text
    assert "| the mix " in text
    indexes = json.loads(urlopen(f"{cluster}/_cat/indices?format=json").read())  # noqa: S310 (the URL of the fixture)
    assert not any("searchkit-bench" in index["index"] for index in indexes)
