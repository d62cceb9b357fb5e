from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

import searchkit
from tests.cli.conftest import ARTICLES, Ran, RecordedEngine

Run = Callable[..., Ran]

EYES = """\
1. Peace talks resume
   2020-04-26  Akbar Mammadov, Ann Lee
   The peace talks resumed on Sunday.
   news/1.txt

2. Oil falls
   2020-04-27 15:01:01  Daily Ledger
   The peace held.
   news/2.txt

3. A peace without a title.
   undated
   news/3.txt
"""

TABLE = """\
rank  date                 title      authors  source        id
----  -------------------  ---------  -------  ------------  ----------
1     2020-04-27 15:01:01  Oil falls           Daily Ledger  news/2.txt
"""


def test_search_view_for_eyes(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace") == Ran(0, EYES, "\n3 found (0.8 ms)\n")


def test_a_date_is_shown_as_it_is_printed(engine: RecordedEngine, run: Run) -> None:
    night = datetime(2020, 4, 26, 0, 30, tzinfo=timezone(timedelta(hours=4)))
    engine.hold(replace(ARTICLES[0], date=night))
    shown, in_json = "2020-04-26 00:30 +04:00", "2020-04-26T00:30:00+04:00"
    assert f"   {shown}  Akbar Mammadov" in run("search", "peace").out
    assert json.loads(run("search", "peace", "--json").out)["hits"][0]["date"] == in_json
    assert f"date:     {shown}\n" in run("show", "news/1.txt").out
    assert json.loads(run("show", "news/1.txt", "--json").out)["date"] == in_json
    assert f"dates       {shown} to {shown}" in run("stats").out


def test_options_of_scores_reach_the_engine(engine: RecordedEngine, run: Run) -> None:
    run("search", "peace", "--recent", "90d", "--boost", "title=3", "--boost", "body=.5")
    asked = engine.calls[-1][1]
    assert isinstance(asked, tuple)
    assert asked[1].recent == "90d"
    assert asked[1].boost == {"title": 3.0, "body": 0.5}


def test_a_score_is_explained(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "peace talks", "--explain-score", "news/1.txt")
    score = engine.search("peace talks").hits[0].score
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0] == f"{score:.6g}  all parts, added up"
    assert lines[1].endswith("  peace")
    assert lines[3] == "      2  weight of the title"
    found = json.loads(run("search", "peace talks", "--explain-score", "news/1.txt", "--json").out)
    assert (found["id"], found["score"], found["explanation"]["matches"]) == ("news/1.txt", score, True)
    assert found["meta"] == {"version": 1, "query": "peace talks"}
    assert found["explanation"]["children"][1]["description"] == "talks"


def test_an_article_without_a_score_to_explain(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "peace oil -war", "--explain-score", "news/1.txt")
    assert (ran.status, ran.err) == (1, "searchkit: the query does not match news/1.txt\n")
    assert "  0  oil: does not match\n  0  NOT war: does not match\n" in ran.out
    assert json.loads(run("search", "oil", "--explain-score", "news/1.txt", "--json").out)["explanation"]["matches"] is False
    ran = run("search", "peace", "--explain-score", "news/9.txt")
    assert (ran.status, ran.out) == (1, "")
    assert 'no article has the id "news/9.txt"' in ran.err
    for other in ("--csv", "--count", "--ids"):
        assert run("search", "peace", "--explain-score", "news/1.txt", other).status == 2


def test_wrong_options_of_scores(engine: RecordedEngine, run: Run) -> None:
    for arguments, message in (
        (("--recent", "soon"), 'such as 90d, 12w, 6m or 1y; found "soon"'),
        (("--boost", "title"), "--boost title: it has no =; expected a field and its weight, such as title=3"),
        (("--boost", "titel=2"), 'boost: "titel" is no field; the fields that score are title and body, such as title=3'),
        (("--boost", "title=2", "--boost", "title=3"), "--boost title=3: title has a weight already"),
        (("--boost", "title=2", "--boost", "headline=3"), "boost: title has two weights, 2 and 3.0; expected one"),
        (("--boost", "title=high"), '--boost title=high: "high" is no number'),
        (("--boost", "author=2"), '"author" does not score; the fields that score are title and body, such as title=3'),
        (("--boost", "body=-1"), "the weight of body must be a number from 0 to 1,000,000; found -1.0"),
    ):
        ran = run("search", "peace", *arguments)
        assert (ran.status, ran.out) == (2, ""), arguments
        assert message in ran.err, arguments


def test_search_says_how_many_more(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace", "-n", "1").err == "\n1 of 3 found, -n 0 for all (0.8 ms)\n"


def test_search_ranks_count_from_the_offset(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "peace", "--offset", "1", "-n", "1")
    assert ran.out.startswith("2. Oil falls\n")
    assert ran.err == "\n1 of 3 found, -n 0 for all (0.8 ms)\n"


def test_search_beyond_the_end_says_so(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace", "--offset", "9") == Ran(0, "", "searchkit: 3 found, none after the first 9\n")


def test_search_colour_marks_matches_and_nothing_else(engine: RecordedEngine, run: Run) -> None:
    lines = run("search", "oil", "--color", "always").out.split("\n")
    assert lines[0] == "1. \x1b[31m\x1b[1mOil\x1b[0m\x1b[1m falls\x1b[0m"
    assert lines[1] == "   \x1b[2m2020-04-27 15:01:01  Daily Ledger\x1b[0m"
    assert lines[2] == "   \x1b[31m\x1b[1mOil\x1b[0m fell."
    assert lines[3] == "   \x1b[2mnews/2.txt\x1b[0m"


def test_search_json_is_format_version_1(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "oil", "--json")
    assert ran.status == 0
    assert ran.err == ""
    assert json.loads(ran.out) == {
        "meta": {
            "version": 1,
            "query": "oil",
            "parsed": "oil",
            "index": {"generation": 3, "articles": 3},
            "took_ms": 0.8,
            "notes": [],
        },
        "total": 1,
        "diagnosis": None,
        "hits": [
            {
                "id": "news/2.txt",
                "score": 1.212904,
                "date": "2020-04-27T15:01:01Z",
                "title": "Oil falls",
                "authors": [],
                "source": "Daily Ledger",
                "path": "/archive/2.txt",
                "title_marks": [[0, 3]],
                "snippets": [{"text": "Oil fell.", "marks": [[0, 3]], "start": 0}],
            }
        ],
    }


@pytest.mark.parametrize("output", [(), ("--count",), ("--json",), ("--jsonl",), ("--csv",), ("--ids",), ("--table",)])
def test_search_prints_notes_beside_the_answer(engine: RecordedEngine, run: Run, output: tuple[str, ...]) -> None:
    ran = run("search", "oil or peace", *output)
    note = '"or" is read as a word; OR between words finds either'
    assert ran.err.count(f"searchkit: note: {note}\n") == 1
    assert note not in ran.out or json.loads(ran.out)["meta"]["notes"] == [note]


def test_search_json_of_several_hits_is_one_document(engine: RecordedEngine, run: Run) -> None:
    hits = json.loads(run("search", "peace", "--json").out)["hits"]
    assert [(hit["id"], hit["date"]) for hit in hits] == [
        ("news/1.txt", "2020-04-26"),
        ("news/2.txt", "2020-04-27T15:01:01Z"),
        ("news/3.txt", None),
    ]


def test_search_json_of_nothing_is_a_document_too(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "zebra", "--json")
    assert ran.status == 1
    document = json.loads(ran.out)
    assert (document["total"], document["hits"]) == (0, [])


def test_search_jsonl_is_a_hit_a_line(engine: RecordedEngine, run: Run) -> None:
    lines = run("search", "peace", "--jsonl").out.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["news/1.txt", "news/2.txt", "news/3.txt"]


def test_search_csv_has_a_header(engine: RecordedEngine, run: Run) -> None:
    """Scores by hand: of title and body `idf * tf / (tf + 1.2 * (0.25 + 0.75 * length / average))`,
    the title counts twice."""
    rows = list(csv.reader(io.StringIO(run("search", "peace", "--csv").out)))
    assert rows == [
        ["id", "score", "date", "title", "authors", "source", "path"],
        ["news/1.txt", "0.6375", "2020-04-26", "Peace talks resume", "Akbar Mammadov; Ann Lee", "", "/archive/1.txt"],
        ["news/2.txt", "0.0717", "2020-04-27T15:01:01Z", "Oil falls", "", "Daily Ledger", "/archive/2.txt"],
        ["news/3.txt", "0.0577", "", "", "", "", "/archive/3.txt"],
    ]


def test_search_table(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "oil", "--table").out == TABLE


def test_search_ids_one_a_line(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace", "--ids").out == "news/1.txt\nnews/2.txt\nnews/3.txt\n"


def test_search_count_is_only_a_number(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace", "--count") == Ran(0, "3\n", "")


def test_search_count_of_nothing(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "zebra", "--count")
    assert (ran.status, ran.out) == (1, "0\n")


def test_search_nothing_found_says_what_each_part_finds(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "peace", "zebra") == Ran(
        1,
        "",
        "searchkit: nothing found; what each part finds alone, and the query without it:\n"
        "  alone  without\n"
        "      3        0  peace\n"
        "      0        3  zebra\n",
    )


def test_search_nothing_found_for_one_word(engine: RecordedEngine, run: Run) -> None:
    assert run("search", "zebra") == Ran(1, "", "searchkit: nothing found for zebra\n")


def test_search_explain_goes_to_stderr(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "the", "oil", "--explain", "--ids")
    assert ran == Ran(
        0,
        "news/2.txt\n",
        "typed:    the oil\nread as:  oil\nleft out: the  (function words)\n        1  oil\n        1  in all\n\n",
    )


def test_search_options_reach_the_engine(engine: RecordedEngine, run: Run) -> None:
    run(
        "search", "-n", "0", "--sort", "-date", "--since", "2020", "--until", "2021", "--any", "--literal", "--exact",
        "--timezone", "Europe/Berlin", "peace", "--offset=2", "--ids",
    )  # fmt: skip
    expected = searchkit.SearchOptions(
        limit=None,
        offset=2,
        sort="-date",
        since="2020",
        until="2021",
        match_any=True,
        literal=True,
        exact=True,
        timezone="Europe/Berlin",
    )
    assert ("search", ("peace", expected)) in engine.calls


def test_search_bad_query_has_a_caret(engine: RecordedEngine, run: Run) -> None:
    assert run("search", 'peace "talks') == Ran(
        2,
        "",
        'searchkit: a quote without its closing one\n  peace "talks\n        ^\n',
    )
    assert run("search", "peace", "titel:war") == Ran(
        2,
        "",
        'searchkit: unknown field "titel"\n  peace titel:war\n        ^^^^^\n  did you mean title?\n',
    )


def test_search_without_a_query(engine: RecordedEngine, run: Run) -> None:
    assert run("search", " ") == Ran(
        2, "", "searchkit: a query is needed; * finds everything\n  see: searchkit search --help\n"
    )


def test_search_a_missing_index_is_an_error(run: Run) -> None:
    ran = run("search", "peace")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("searchkit: there is no index in index")


def test_search_escape_sequences_do_not_reach_any_text_form(engine: RecordedEngine, run: Run) -> None:
    evil = "\x1b[2J peace \x1b]0;title\x07 \u202etalks\x9b31m"
    engine.hold(searchkit.Article(id=f"x/{evil}", title=evil, body=f"{evil}.", authors=(evil,), source=evil, path=evil))
    for form in ("--color=never", "--json", "--jsonl", "--csv", "--table", "--ids"):
        out = run("search", "peace", form).out
        assert "peace" in out
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out), form


def test_search_half_a_surrogate_pair_is_no_crash(engine: RecordedEngine, run: Run) -> None:
    engine.hold(searchkit.Article(id="x/\udcff", body="The peace.", path="/x/\udcff"))
    assert json.loads(run("search", "peace", "--jsonl").out)["path"] == "/x/\\udcff"
    for form in ("--color=never", "--csv", "--table", "--ids"):
        assert "x/\\udcff" in run("search", "peace", form).out


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["date:yesterday", "--now", "2020-04-28"], 1),
        (["date:yesterday", "--now", "2020-04-28T23:00Z"], 1),
        (["date:yesterday", "--now", "20200428", "--explain"], 1),
        (["date:yesterday", "--now", "2020-04-28T23:00Z", "--timezone", "Asia/Baku"], 0),
        (["peace", "--since", "2d", "--now=2020-04-27"], 2),
        (["peace", "--since", "26/04/2020", "--until", "last month", "--now", "2020-05-01"], 2),
        (["peace", "--since", "26 April 2020"], 2),
    ],
)
def test_relative_dates_count_from_now(engine: RecordedEngine, run: Run, arguments: list[str], count: int) -> None:
    ran = run("search", *arguments, "--count")
    assert (ran.status, ran.out) == (0 if count else 1, f"{count}\n")


def test_now_is_a_date(engine: RecordedEngine, run: Run) -> None:
    ran = run("search", "peace", "--now", "soon")
    assert ran.status == 2
    assert '"soon" is not a date here; expected one such as 2020-05-01 or 2020-05-01T12:00+04:00' in ran.err
    assert run("search", "peace", "--since", "03/04/2020").err == (
        'searchkit: since: "03/04/2020" is 3 April or 4 March 2020\n  03/04/2020\n  ^^^^^^^^^^\n'
        "  write 2020-04-03 or 2020-03-04\n"
    )
