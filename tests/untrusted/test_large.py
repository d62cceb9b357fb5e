"""Endless lines, countless fields, empty texts: little memory, a failure in the report, and the
rest is read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.limits import GB, MB
from searchkit.corpus.reading import MAX_RECORD_FAILURES
from tests.untrusted.child import read_within


def sparse(path: Path, size: int, tail: bytes = b"") -> Path:
    """A sparse file with one line of that many bytes, and more lines behind it."""
    with path.open("wb") as file:
        file.truncate(size)
        file.seek(size)
        file.write(tail)
    return path


def packed(path: Path, size: int, tail: bytes = b"") -> Path:
    """The same, packed in several streams."""
    one = gzip.compress(b"x" * 32 * MB, 1)
    path.write_bytes(one * (size // (32 * MB)) + gzip.compress(tail))
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.sgm", "a.txt.gz", "a.jsonl.gz", "a.sgm.gz"])
def test_a_line_of_half_a_gigabyte(name: str, tmp_path: Path) -> None:
    tail = b'\n{"text": "words"}\n<REUTERS NEWID="1"><TEXT><BODY>Words.</BODY></TEXT></REUTERS>\n'
    make = packed if name.endswith(".gz") else sparse
    outcome = read_within(make(tmp_path / name, GB // 2, tail), max_ratio="1000")
    if ".txt" in name:
        assert (outcome.articles, len(outcome.failures)) == (0, 1)
        assert "larger than 64MB, too large for one article" in outcome.reasons[0]
    elif ".sgm" in name:
        assert outcome.ids == ["L/1"]
    elif name == "a.jsonl":  # of NULs
        assert outcome.failures
    else:
        assert outcome.ids == ["L#2"]
        assert "longer than 64MB" in outcome.reasons[0]


def many(sign: str, count: int) -> str:
    return ",".join([sign] * count)


@pytest.mark.parametrize(
    ("name", "record", "said"),
    [
        ("fields", lambda: "{" + ",".join(f'"k{n}":{n}' for n in range(1_000_000)) + "}", "more than 500,000 values"),
        (
            "few fields",
            lambda: "{" + ",".join(f'"k{n}":{n}' for n in range(20_000)) + "}",
            "20,000 fields, more than 10,000",
        ),
        ("empty lists", lambda: '{"text":[' + many("[]", 10_000_000) + "]}", "more than 500,000 values"),
        ("empty objects", lambda: '{"text":[' + many("{}", 10_000_000) + "]}", "more than 500,000 values"),
        ("numbers", lambda: '{"text":[' + many("1.5", 10_000_000) + "]}", "more than 500,000 values"),
        ("nested", lambda: '{"text":' + "[" * 100_000 + "]" * 100_000 + "}", "nested too deeply"),
        ("nested a little", lambda: '{"text":' + "[" * 900 + '"a"' + "]" * 900 + "}", "nested too deeply"),
        (
            "nested, with a number that is none",
            lambda: '{"n": NaN, "text":' + "[" * 100_000 + "]" * 100_000 + "}",
            "nested too deeply",
        ),
        ("digits", lambda: '{"text": ' + "9" * 20_000_000 + "}", ""),
        ("digits beside a number that is none", lambda: '{"n": NaN, "text": ' + "9" * 20_000_000 + "}", "no JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_record_of_too_much(name: str, record: Callable[[], str], said: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(f'{record()}\n{{"text": "words"}}\n')
    outcome = read_within(tmp_path / "a.jsonl", megabytes=300)
    assert outcome.ids[-1] == "L#2"
    if said:
        assert (outcome.articles, len(outcome.failures)) == (1, 1)
        assert said in outcome.reasons[0]


def test_many_records_of_many_fields(tmp_path: Path) -> None:
    """The plans of records are cached, but only those of few keys."""
    with (tmp_path / "a.jsonl").open("w") as file:
        for record in range(100):
            file.write(json.dumps({"text": "a", **{f"{record}-{n}": 1 for n in range(5_000)}}) + "\n")
    assert read_within(tmp_path / "a.jsonl", megabytes=50).articles == 100


@pytest.mark.parametrize(
    ("name", "data", "articles"),
    [
        ("line feeds", lambda: b"Words\n" + b"\n" * 60 * MB, 0),
        ("blanks", lambda: b"By " + b" " * 60 * MB + b"x", 1),
        ("by and by", lambda: b"by " * 20 * MB, 1),
        ("controls", lambda: b"Words\n\n" + b"\x02" * 10 * MB, 0),
        ("Cyrillic", lambda: "Слова ".encode("cp1251") * 2 * MB, 1),
        ("carriage returns", lambda: b"Words\r\r" + b"a\r" * 900_000, 1),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_of_one_thing(name: str, data: Callable[[], bytes], articles: int, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(data())
    outcome = read_within(tmp_path / "a.txt", megabytes=900, seconds=30)
    assert (outcome.articles, len(outcome.failures)) == (articles, 1 - articles)


def test_fields_of_one_long_text(tmp_path: Path) -> None:
    """Dates, names and topics of one megabyte each."""
    long = ["a, " * 300_000, " " * 900_000 + "x", "by " * 300_000, "1" * 900_000, "and " * 200_000, "2020-" * 200_000]
    with (tmp_path / "a.jsonl").open("w") as file:
        for text in long:
            for field in ("date", "authors", "topics", "title", "id", "url", "language"):
                file.write(json.dumps({"text": "words", field: text}) + "\n")
    outcome = read_within(tmp_path / "a.jsonl", megabytes=300)
    assert (outcome.articles, outcome.failures) == (7 * len(long), [])


def test_more_faults_than_anybody_reads(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"x\n" * 200_000 + b'{"text": "words"}\n')
    outcome = read_within(tmp_path / "a.jsonl", megabytes=100)
    assert outcome.ids == ["L#200001"]
    assert len(outcome.failures) == MAX_RECORD_FAILURES + 1
    fault = "the line is no JSON: unexpected character, expected a JSON value: line 1 column 1 (char 0)"
    last = f"the last (line 200000: {fault})"
    more = f"190,000 more of its records cannot be read, {last}; is it really in the format that its name says?"
    assert outcome.failures[-1][1] == more


@pytest.mark.parametrize(
    ("head", "tag", "count", "articles", "said"),
    [
        ("", "<REUTERS ", 1_000_000, 0, ["the record has no end; is the file cut off?"]),
        ("", "</REUTERS>", 300_000, 0, ["the record has no beginning; is the file damaged?"]),
        ("<REUTERS><TEXT>", "<D>", 1_000_000, 1, []),
    ],
)
def test_records_of_sgml_that_never_end(
    head: str, tag: str, count: int, articles: int, said: list[str], tmp_path: Path
) -> None:
    (tmp_path / "a.sgm").write_text(head + tag * count + "</TEXT></REUTERS>")
    outcome = read_within(tmp_path / "a.sgm", megabytes=300)
    assert (outcome.articles, outcome.reasons[:1]) == (articles, said)


def test_entities_stand_for_nothing_else(tmp_path: Path) -> None:
    """Declarations and entities of SGML, its own or of other files, have no effect."""
    declared = '<!DOCTYPE lewis [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY file SYSTEM "file:///etc/passwd">]>\n'
    body = "Words of &lt;Reuter&gt; &amp;amp; &b; &file; &#72;"
    record = f'<REUTERS NEWID="1"><TEXT><TITLE>&file;</TITLE><BODY>{body}</BODY></TEXT></REUTERS>'
    (tmp_path / "a.sgm").write_text(declared + record)
    (article,) = read(tmp_path / "a.sgm")
    assert (article.title, article.body) == ("&file;", "Words of <Reuter> &amp; &b; &file; H")
    (tmp_path / "a.sgm").write_text(declared + record.replace(body, "&lt;" * 1_000_000))
    outcome = read_within(tmp_path / "a.sgm", megabytes=100)
    assert (outcome.articles, outcome.failures) == (1, [])
