from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from searchkit.corpus import read
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure


def articles(
    tmp_path: Path, *records: Any, map: Sequence[str] = (), encoding: str = "utf-8", max_article: str = ""
) -> tuple[list[Article], list[Failure]]:
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    (tmp_path / "a.jsonl").write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    failures: list[Failure] = []
    options = {"map": map, "max_article": [max_article]}
    return list(read(tmp_path / "a.jsonl", "L", failures.append, options=options)), failures


def one(tmp_path: Path, record: Any, map: Sequence[str] = ()) -> Article:
    (article,), failures = articles(tmp_path, record, map=map)
    assert failures == []
    return article


def test_jsonl_all_fields(tmp_path: Path) -> None:
    record = {
        "_id": 7,
        "Headline": " A  title ",
        "content": "First.\r\nSecond.\u0007",
        "pub_date": "2020-04-26T15:01:01+04:00",
        "byline": "By Ann Lee and Bo Ek",
        "publisher": {"name": "The Paper"},
        "category": "World",
        "tags": ["peace", "war ", "peace"],
        "lang": "en",
        "link": "https://example.org/7",
        "words": 2,
        "paid": False,
        "empty": "",
        "nothing": None,
        "more": {"a": 1},
    }
    assert one(tmp_path, record) == Article(
        id="L/7",
        title="A title",
        body="First.\nSecond. ",
        date=datetime(2020, 4, 26, 11, 1, 1, tzinfo=UTC),
        authors=("Ann Lee", "Bo Ek"),
        source="The Paper",
        section="World",
        topics=("peace", "war"),
        language="en",
        url="https://example.org/7",
        path=str(tmp_path / "a.jsonl"),
        encoding="utf-8",
        encoding_confidence=1.0,
        extra={"words": "2", "paid": "false", "more": '{"a":1}'},
    )


def test_jsonl_ids_count_bad_records_and_not_empty_lines(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, {"text": "a"}, "", "bad", {"text": "b"}, {"text": "c", "id": "x"}, {"text": "d"})
    assert [article.id for article in found] == ["L#1", "L#3", "L/x", "L#5"]
    assert [failure.place for failure in failures] == ["line 3"]


def test_jsonl_bad_records(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, "{", "[1]", '"x"', {"author": "Ann"}, {"title": " ", "text": "\n"}, {"title": "T"})
    assert [article.title for article in found] == ["T"]
    assert [failure.place for failure in failures] == ["line 1", "line 2", "line 3"]


def test_jsonl_records_without_an_article_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"author": "Ann"}\n{"title": " ", "text": "\\n"}\n')
    warnings: list[ReadWarning] = []
    assert list(read(path, on_error=lambda failure: pytest.fail(str(failure)), on_warning=warnings.append)) == []
    assert [(one.kind, one.text, one.place) for one in warnings] == [
        ("no-article", "it has neither a title nor a text", f"line {line}") for line in (1, 2)
    ]


def test_jsonl_message_names_the_long_text_of_a_record_that_nothing_was_read_of(tmp_path: Path) -> None:
    _, failures = articles(tmp_path, {"artikel": {"inhalt": "Ein langer Text. " * 20}})
    assert failures[0].reason.endswith("to read its longest text: --map body=artikel.inhalt")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
@pytest.mark.parametrize("line", ['{"text": "<p>Größe</p><p>b</p>"}', r'{"text": "\u003cp>Größe\u003c\/p><P>b"}'])
def test_jsonl_html_however_it_is_escaped(line: str, encoding: str, tmp_path: Path) -> None:
    [article], _ = articles(tmp_path, line, encoding=encoding)
    assert article.body == "Größe\n\nb"


def test_jsonl_places_of_warnings(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n\n{"text": "b", "date": "soon"}\n')
    warnings: list[ReadWarning] = []
    assert len(list(read(path, on_warning=warnings.append))) == 2
    assert warnings == [ReadWarning("dates", str(path), "soon", "line 3")]


def test_jsonl_file_without_records(tmp_path: Path) -> None:
    assert [failure.reason for failure in articles(tmp_path, "", " ")[1]] == ["the file holds no records"]


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (1587859200, datetime(2020, 4, 26, tzinfo=UTC)),
        (1587859200000, datetime(2020, 4, 26, tzinfo=UTC)),
        ("1587859200", datetime(2020, 4, 26, tzinfo=UTC)),
        (1587859200.5, datetime(2020, 4, 26, 0, 0, 0, 500_000, tzinfo=UTC)),
        ("2020-04-26", datetime(2020, 4, 26, tzinfo=UTC)),
        (2020, None),
        (True, None),
        ("soon", None),
        (10**30, None),
    ],
)
def test_jsonl_dates(value: object, date: datetime | None, tmp_path: Path) -> None:
    article = one(tmp_path, {"text": "x", "date": value})
    assert article.date == date
    assert ("date" in article.extra) == (date is None)


def test_jsonl_first_date_that_can_be_read(tmp_path: Path) -> None:
    article = one(tmp_path, {"text": "x", "date": "soon", "timestamp": 1587859200})
    assert (article.date, article.extra) == (datetime(2020, 4, 26, tzinfo=UTC), {"date": "soon"})


def test_jsonl_nested_lists(tmp_path: Path) -> None:
    article = one(
        tmp_path, {"text": ["One.", ["Two.", "Three."]], "authors": [{"name": "Lee, Ann"}, "Bo Ek"], "topics": "a; b,c"}
    )
    assert (article.body, article.authors, article.topics) == (
        "One.\n\nTwo.\n\nThree.",
        ("Lee, Ann", "Bo Ek"),
        ("a", "b", "c"),
    )


def test_jsonl_map(tmp_path: Path) -> None:
    record = {"text": "The title", "inhalt": "The body", "meta": {"who": "Ann Lee"}}
    article = one(tmp_path, record, map=["title=text", "body=missing", "body=inhalt", "authors=meta.who"])
    assert (article.title, article.body, article.authors, article.extra) == ("The title", "The body", ("Ann Lee",), {})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_jsonl_encodings(encoding: str, tmp_path: Path) -> None:
    record = {"title": "Größere Züge", "text": "Die Strecke über München wird für größere Züge ausgebaut."}
    found, failures = articles(tmp_path, record, {"text": "b"}, encoding=encoding)
    assert failures == []
    assert [(article.title, article.body) for article in found] == [("Größere Züge", record["text"]), ("", "b")]


def test_jsonl_other_bytes_far_below_an_ascii_beginning(tmp_path: Path) -> None:
    ascii_only = [{"text": f"plain words, number {number}"} for number in range(4000)]
    found, failures = articles(
        tmp_path, *ascii_only, {"text": "Die Züge über München fahren für größere Städte."}, encoding="cp1252"
    )
    assert (len(found), failures) == (4001, [])
    assert (found[-1].body, found[-1].encoding) == ("Die Züge über München fahren für größere Städte.", "windows-1252")


def test_jsonl_cut_off_utf_16(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes('{"text": "a"}\n{"text": "b'.encode("utf-16") + b"x")
    failures: list[Failure] = []
    assert [article.body for article in read(tmp_path / "a.jsonl", on_error=failures.append)] == ["a"]
    assert len(failures) == 2


def test_jsonl_long_line_is_passed_over(tmp_path: Path) -> None:
    records = {"text": "a"}, {"text": "x" * 3 * 2**20}, {"text": "b"}
    found, failures = articles(tmp_path, *records, max_article="1MB")
    assert [(article.id, article.body) for article in found] == [("L#1", "a"), ("L#3", "b")]
    reason = "the line is longer than 1MB; if it is one article, raise --max-article"
    assert failures == [Failure(str(tmp_path / "a.jsonl"), reason, "line 2")]


def test_jsonl_numbers_that_are_none_and_half_characters(tmp_path: Path) -> None:
    found, failures = articles(
        tmp_path, '{"text": "a", "score": NaN}', '{"text": "b \\ud83d"}', '{"text": "c \\ud83d\\ude00"}'
    )
    assert (failures, [article.body for article in found]) == ([], ["a", "b \ufffd", "c 😀"])
    assert found[0].extra == {}


def test_jsonl_deep_nesting(tmp_path: Path) -> None:
    assert len(articles(tmp_path, "[" * 100_000, '{"text": NaN, "x":' + "[" * 100_000)[1]) == 2


@pytest.mark.parametrize("levels", [200, 255, 260, 320])
def test_jsonl_deep_value_that_no_field_takes_is_kept(levels: int, tmp_path: Path) -> None:
    deep = '{"a":' * levels + "1" + "}" * levels
    found, failures = articles(
        tmp_path, f'{{"title":"A","body":"x","extra":{deep}}}', f'{{"body":"y","date":{deep}}}', {"body": "good"}
    )
    assert (failures, [article.body for article in found]) == ([], ["x", "y", "good"])
    assert [article.extra for article in found] == [{"extra": deep}, {"date": deep}, {}]


@pytest.mark.parametrize("levels", [900, 1100])
@pytest.mark.parametrize("key", ["body", "title", "date", "author", "tags"])
def test_jsonl_value_of_a_field_that_is_nested_too_deeply(key: str, levels: int, tmp_path: Path) -> None:
    line = f'{{"text":"x","{key}":{"[" * levels}"a"{"]" * levels}}}'
    found, failures = articles(tmp_path, line, {"body": "good"})
    assert [article.body for article in found] == ["good"]
    assert failures == [Failure(str(tmp_path / "a.jsonl"), "the record is nested too deeply", "line 1")]


def test_jsonl_half_characters_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = r'{"body": "half \ud800 char"}', r'{"body": "\ud83d\ude00"}', r'{"body": "\udc00 b", "score": NaN}'
    path.write_text("\n".join(lines))
    warnings: list[ReadWarning] = []
    bodies = [article.body for article in read(path, on_warning=warnings.append)]
    assert bodies == ["half \ufffd char", "😀", "\ufffd b"]
    assert warnings == [ReadWarning("stray-bytes", str(path), "an escape of half a character")]


def test_jsonl_keys_that_are_equal_when_clean(tmp_path: Path) -> None:
    record = r'{"title": "T", "a\u0000": "one", "a\u0001": 2, "a ": [3]}'
    (found,), failures = articles(tmp_path, record)
    assert (failures, found.extra) == ([], {"a ": "one\n2\n[3]"})


@pytest.mark.parametrize("number", ["1e400", "-1E+400", "9" * 400])
def test_jsonl_numbers_that_are_too_large_are_kept_as_written(number: str, tmp_path: Path) -> None:
    lines = [f'{{"text": "a", "x": {number}, "y": 1.5, "z": -7}}', f'{{"text": "b", "n": NaN, "x": [{number}]}}']
    found, failures = articles(tmp_path, *lines)
    assert (failures, [article.body for article in found]) == ([], ["a", "b"])
    assert [article.extra for article in found] == [{"x": number, "y": "1.5", "z": "-7"}, {"x": f'["{number}"]'}]


def test_jsonl_message_has_the_column_of_the_line(tmp_path: Path) -> None:
    _, failures = articles(tmp_path, '{"text": "a", "n": NaN, "x": 1e400, bad}')
    assert failures[0].reason.endswith("line 1 column 37 (char 36)")
