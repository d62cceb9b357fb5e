"""What every listing takes: formats and fields, one mechanism for all of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace

import click
import pytest

import searchkit
from searchkit.cli.answers import HITS
from searchkit.cli.delete import DELETED
from searchkit.cli.formats import FORMATS as READ
from searchkit.cli.listing import FORMATS, Listing, choose_fields
from searchkit.cli.roots import ROOTS
from searchkit.cli.stats import STATS
from searchkit.cli.verify import FAULTS
from tests.cli.conftest import ARTICLES, Ran, RecordedEngine, write

Run = Callable[..., Ran]


def rows_of(out: str, form: str, name: str = "hits") -> list[dict[str, object]]:
    """The rows that were printed in a format with a header or names."""
    if form == "json":
        document = json.loads(out)
        assert document["meta"]["version"] == 1
        rows: list[dict[str, object]] = document[name] if name else [{k: v for k, v in document.items() if k != "meta"}]
        return rows
    if form == "jsonl":
        return [json.loads(line) for line in out.splitlines()]
    return list(csv.DictReader(io.StringIO(out, newline=""), dialect="excel-tab" if form == "tsv" else "excel"))


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "table"])
def test_fields_are_printed_in_the_order_typed(engine: RecordedEngine, run: Run, form: str) -> None:
    ran = run("search", "peace", f"--{form}", "--fields", "date, source,title,snippet,id,words,rank,url")
    rows = rows_of(ran.out, form)
    assert ran.status == 0
    assert all(list(row) == ["date", "source", "title", "snippet", "id", "words", "rank", "url"] for row in rows)
    texts = [[str(value) for value in row.values()] for row in rows]
    assert texts[1] == ["2020-04-27T15:01:01Z", "Daily Ledger", "Oil falls", "The peace held.", "news/2.txt", "7", "2", ""]


def test_every_field_of_a_hit_can_be_printed(engine: RecordedEngine, run: Run) -> None:
    full = searchkit.Article(
        id="a", title="Peace", body="Peace\nnow. More.", date=ARTICLES[1].date, authors=("Ann", "Bo"), source="S",
        section="World", topics=("t", "u"), language="en", url="https://example.org/a", path="/a", encoding="utf-8",
        encoding_confidence=0.5, extra={"desk": "x"},
    )  # fmt: skip
    engine.hold(full)
    out = run("search", "peace", "--json", "--fields", ",".join(HITS.fields)).out
    (row,) = json.loads(out)["hits"]
    assert list(row) == list(HITS.fields)
    assert {name: row[name] for name in full.to_dict()} == full.to_dict()
    assert (row["rank"], row["words"], row["snippet"], row["title_marks"]) == (1, 4, "Peace\nnow.", [[0, 5]])
    assert row["snippets"] == [{"text": "Peace\nnow.", "marks": [[0, 5]], "start": 0}]
    (cells,) = rows_of(run("search", "peace", "--csv", "--fields", ",".join(HITS.fields)).out, "csv")
    assert cells["body"] == "Peace\nnow. More."
    assert cells["extra"] == '{"desk":"x"}'
    assert cells["topics"] == "t; u"
    assert cells["encoding_confidence"] == "0.5000"
    (line,) = rows_of(run("search", "peace", "--tsv", "--fields", "body,id").out, "tsv")
    assert line == {"body": "Peace now. More.", "id": "a"}


def test_names_of_the_query_language_are_names_of_fields(engine: RecordedEngine, run: Run) -> None:
    out = run("search", "oil", "--jsonl", "--fields", "author,topic,lang,headline").out
    assert json.loads(out) == {"authors": [], "topics": [], "language": "", "title": "Oil falls"}
    assert set(HITS.aliases.values()) <= set(HITS.fields)
    assert not set(HITS.aliases) & set(HITS.fields)


def test_fields_alone_print_a_table(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "oil", "--fields", "date,title").out == (
        "date                 title\n-------------------  ---------\n2020-04-27 15:01:01  Oil falls\n"
    )


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("titel,date", 'no field "titel"; did you mean title? There are rank, id, title,'),
        ("date,qqqq", 'no field "qqqq"; there are rank, id, title,'),
        ("date,,title", 'no field ""; there are'),
        ("date,id,date", '"date" is named twice'),
        ("author,authors", '"authors" is named twice'),
        ("\x1b[2Jdate", 'no field "date"'),
    ],
)
def test_fields_that_cannot_be(engine: RecordedEngine, run: Run, typed: str, message: str) -> None:
    ran = run("search", "oil", "--csv", "--fields", typed)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"searchkit: --fields: {message}")
    assert ("search", "oil") not in [(name, given) for name, given in engine.calls]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--json", "--csv"), ("--json", "--csv")),
        (("--csv", "--json"), ("--json", "--csv")),
        (("--ids", "--json"), ("--ids", "--json")),
        (("--count", "--csv"), ("--count", "--csv")),
        (("--count", "--ids"), ("--count", "--ids")),
        (("--tsv", "--table"), ("--tsv", "--table")),
        (("-0", "--jsonl"), ("-0", "--jsonl")),
        (("-0", "--count"), ("-0", "--count")),
        (("--fields", "id", "--ids"), ("--fields", "--ids")),
        (("--fields", "id", "-0"), ("--fields", "--ids")),
        (("--fields", "id", "--count"), ("--fields", "--count")),
    ],
)
def test_formats_that_contradict_each_other(
    engine: RecordedEngine, run: Run, options: tuple[str, ...], named: tuple[str, ...]
) -> None:
    ran = run("search", "oil", *options)
    assert (ran.status, ran.out) == (2, "")
    assert all(name in ran.err for name in named)


@pytest.mark.parametrize("options", [("-0",), ("--ids", "-0"), ("--null", "--ids")])
def test_ids_for_xargs(engine: RecordedEngine, run: Run, options: tuple[str, ...]) -> None:
    engine.hold(*ARTICLES[:2], replace(ARTICLES[2], id="news/with a blank.txt"))
    assert run("search", "peace", *options).out == "news/1.txt\0news/2.txt\0news/with a blank.txt\0"


def test_ids_behind_a_nul_are_exact(engine: RecordedEngine, run: Run) -> None:
    """A program passes them on to `show` or `delete`."""
    ids = ["news/two  blanks.txt", "news/a\nline.txt", "news/\x1b[31mred.txt"]
    engine.hold(*(replace(ARTICLES[2], id=one) for one in ids))
    assert sorted(run("search", "peace", "-0").out.split("\0")[:-1]) == sorted(ids)
    assert sorted(run("search", "peace", "--ids").out.splitlines()) == [
        "news/a line.txt",
        "news/red.txt",
        "news/two  blanks.txt",
    ]


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_nothing_found_has_a_header_all_the_same(engine: RecordedEngine, run: Run, form: str) -> None:
    ran = run("search", "zebra", f"--{form}", "--fields", "id,title")
    assert (ran.status, ran.out) == (1, "id,title\n" if form == "csv" else "id\ttitle\n")
    assert "nothing found" in ran.err


@pytest.mark.parametrize("form", list(FORMATS))
def test_every_listing_takes_every_format(engine: RecordedEngine, run: Run, form: str) -> None:
    write("news/a.txt", "Peace.")
    engine.index(["news"])
    engine.delete(["news/2.txt"])
    listings: list[tuple[Listing, tuple[str, ...]]] = [
        (HITS, ("search", "peace")), (ROOTS, ("roots",)), (READ, ("formats",)), (DELETED, ("delete", "--list")), (STATS, ("stats",)),
    ]  # fmt: skip
    for listing, command in listings:
        ran = run(*command, f"--{form}")
        assert ran.status == 0
        every = run(*command, f"--{form}", "--fields", ",".join(listing.fields))
        last = run(*command, f"--{form}", "--fields", listing.fields[-1])
        if form == "table":
            assert last.out.splitlines()[0].strip() == listing.fields[-1]
            continue
        columns = listing.json_fields if form.startswith("json") else listing.text_fields
        for out, names in (
            (ran.out, columns or listing.fields),
            (every.out, listing.fields),
            (last.out, listing.fields[-1:]),
        ):
            rows = rows_of(out, form, listing.name)
            assert rows
            assert all(tuple(row) == names for row in rows)


def test_faults_in_every_format(run: Run) -> None:
    with searchkit.open("index", create=True) as engine:
        engine.add(ARTICLES)
    for form in FORMATS:
        ran = run("verify", f"--{form}", "--fields", "reason")
        assert ran.status == 0
        assert ran.out == {"csv": "reason\n", "tsv": "reason\n"}.get(form, ran.out)
    assert choose_fields(FAULTS, "reason") == ("reason",)


def test_fields_of_another_listing(engine: RecordedEngine, run: Run) -> None:
    ran = run("stats", "--csv", "--fields", "article")
    assert (ran.status, ran.out) == (2, "")
    assert 'no field "article"; did you mean articles? There are articles, first,' in ran.err
    with pytest.raises(click.UsageError, match="there are label, path"):
        choose_fields(ROOTS, "zzz")


def test_stats_are_a_row(engine: RecordedEngine, run: Run) -> None:
    (row,) = rows_of(run("stats", "--csv").out, "csv")
    assert (row["articles"], row["first"], row["undated"]) == ("3", "2020-04-26", "1")
    assert json.loads(run("stats", "--json", "--fields", "articles,language").out) == {
        "meta": {"version": 1},
        "articles": 3,
        "language": "en",
    }
