"""JSON documents: where the articles stand, faults, huge and hostile documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.readers.json_outline import Shape, find_shape, parse_beginning
from searchkit.model import Article
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within


def outcome(path: Path, data: str | bytes, **options: str) -> tuple[list[Article], list[tuple[str, str]]]:
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    failures: list[tuple[str, str]] = []
    chosen = {name: [value] for name, value in options.items()}
    return list(read(path, "L", lambda one: failures.append((one.place, one.reason)), options=chosen)), failures


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(st.sampled_from('ab{}[],:"\\\n é\U0001f600'), max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text('kl"{', min_size=1, max_size=3), below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(extras=st.lists(VALUES, min_size=1, max_size=6), indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_each_record_is_found(
    extras: list[Any], indent: int | None, ascii_only: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = [{"more": extra, "title": f"T{at}", "text": "Words."} for at, extra in enumerate(extras)]
    folder = tmp_path_factory.mktemp("t")
    for name, document in (("array", records), ("docs", {"n": [1], "response": {"x": "]}", "docs": records}})):
        text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
        found, failures = outcome(folder / f"{name}.json", text)
        assert failures == []
        assert [one.title for one in found] == [one["title"] for one in records]
    text = "\n".join(json.dumps(one, indent=indent) for one in records)
    found, failures = outcome(folder / "a.json", text)
    assert [one.title for one in found] == [one["title"] for one in records]
    assert (len(found) == 1) == (found[0].id == "L")


@pytest.mark.parametrize(
    ("document", "shape"),
    [
        ([{"title": "a"}], Shape.LIST),
        ([{"x": 1}, {"title": "a"}], Shape.LIST),
        ({"articles": [{"title": "a"}]}, Shape.WRAPPER),
        ({"title": "feed", "items": [{"title": "a"}]}, Shape.WRAPPER),
        ({"title": "a", "text": "b", "related": [{"title": "c"}]}, Shape.ARTICLE),
        ({"title": "a", "text": "words " * 50, "related": {"items": [{"title": "c"}]}}, Shape.ARTICLE),
        ({"hits": {"hits": [{"_source": {"text": "a"}}]}}, Shape.WRAPPER),
        ({"a": [{"text": "b"}], "c": [{"text": "d"}]}, Shape.CONTAINER),
        ({"a": {"text": "b"}, "c": {"text": "d"}}, Shape.EACH),
        ([{"page": 1, "docs": [{"text": "a"}]}], Shape.CONTAINER),
        ({"title": "a", "contents": [{"content": "b", "type": "x"}]}, Shape.TITLE),
        ({"articles": []}, Shape.CONTAINER),
        ({"title": {"0": "a", "1": "b"}, "text": {"0": "c", "1": "d"}}, Shape.COLUMNS),
        ({"name": "x", "values": [1, 2]}, None),
    ],
)
def test_shapes(document: Any, shape: Shape | None) -> None:
    assert find_shape(document) == shape


A, B, C = ({"title": title, "text": "Words."} for title in "ABC")


@pytest.mark.parametrize(
    ("document", "ids"),
    [
        ({"front": {"stories": [A]}, "sport": {"stories": [B]}}, ["#1", "#2"]),
        ({"2020-01-01": [A], "2020-01-02": [B], "articles": [C]}, ["#1", "#2", "#3"]),
        ({"news": [A], "stories": [B]}, ["#1", "#2"]),
        ({"articles": [A], "politics": [B]}, ["#1", "#2"]),
        ({"articles": [A], "lead": B}, ["#1", "#lead"]),
        ({"a1": A, "a2": B, "list": [C]}, ["#a1", "#a2", "#3"]),
        ({"2020": {"1": A, "2": B}, "2021": {"1": C}}, ["#2020/1", "#2020/2", "#2021/1"]),
        ({"status": "ok", "articles": [], "page2": {"data": [{"docs": [A]}, {"docs": [B]}]}}, ["#1", "#2"]),
        ([{"docs": [A]}, B, C], ["#1", "#2", "#3"]),
        ({"data": [{"docs": [A]}, B, {"title": "C"}]}, ["#1", "#2", "#3"]),
    ],
)
def test_articles_are_found_wherever_they_stand(document: Any, ids: list[str], tmp_path: Path) -> None:
    found, failures = outcome(tmp_path / "a.json", json.dumps(document))
    assert failures == []
    assert [(one.id, one.title) for one in found] == [(f"L{id}", title) for id, title in zip(ids, "ABC", strict=False)]


def test_the_title_of_a_feed_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"feed": {"title": "News"}, "items": [A]}))
    warnings: list[str] = []
    found = list(read(tmp_path / "a.json", "L", on_warning=lambda one: warnings.append(f"{one.place}: {one.text}")))
    assert [one.title for one in found] == ["A"]
    assert warnings == ['record 1: "feed" has a title and no text, and stands beside articles']


def test_articles_are_found_behind_the_beginning(tmp_path: Path) -> None:
    document = {"articles": [A | {"x": "x" * 2**22}], "numbers": [1], "politics": {"stories": [B]}, "late": C}
    found, failures = outcome(tmp_path / "a.json", json.dumps(document))
    assert ([one.title for one in found], failures) == (["A", "B", "C"], [])


def test_documents_of_several_shapes_behind_each_other(tmp_path: Path) -> None:
    found, failures = outcome(tmp_path / "a.json", "".join(map(json.dumps, [A, {"articles": [B]}, [C], {"x": 1}])))
    assert [(one.id, one.title) for one in found] == [("L#1", "A"), ("L#2", "B"), ("L#3", "C")]
    assert failures == []


def test_what_is_passed_over_is_reported(tmp_path: Path) -> None:
    columns = {"title": {"0": "a", "1": "b"}, "text": {"0": "c", "1": "d"}}
    document = {"articles": [A], "table": columns, "numbers": list(range(200_000)), "stories": [B]}
    found, failures = outcome(tmp_path / "a.json", json.dumps(document), max_article="1MB")
    assert [one.title for one in found] == ["A", "B"]
    assert failures == [
        (
            "record 2",
            'it holds columns of a table, not articles; pandas writes articles by to_json(orient="records")',
        ),
        ("record 3", "the record is longer than 1MB; if it is one article, raise --max-article"),
    ]


def test_the_beginning_of_a_document() -> None:
    text = b'{"a": {"b": [1, {"c": "d, e"}, {"f": "g'
    assert parse_beginning(text) == ({"a": {"b": [1, {"c": "d, e"}]}}, False)
    assert parse_beginning(b'{"a": 1} {"b": 2}') == ({"a": 1}, True)
    assert parse_beginning(b'{"a": "b') == (None, False)
    assert parse_beginning(b"words") == (None, False)


def test_huge_documents_are_streamed(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("w") as file:
        file.write('{"status": "ok", "response": {"docs": [')
        for number in range(25_000):
            record = {"title": f"T{number}", "text": "Talks on peace go on. " * 60, "tags": ["a", {"b": ["c"]}]}
            file.write("," * (number > 0) + json.dumps(record))
        file.write("]}}")
    assert read_within(tmp_path / "a.json", megabytes=33).articles == 25_000


def test_shares(tmp_path: Path) -> None:
    records = [{"title": f"T{n}", "text": "größer" * (n % 7)} for n in range(400)]
    for document in (records, {"docs": records}, {str(n): one for n, one in enumerate(records)}):
        for encoding in ("utf-8", "utf-16", "cp1252"):
            check_data(tmp_path / "a.json", json.dumps(document, ensure_ascii=False).encode(encoding), counts=(2, 3))
    check_data(tmp_path / "a.json", json.dumps(records)[:-200].encode())


def test_a_record_that_is_too_long(tmp_path: Path) -> None:
    records = [{"title": "A", "text": "a"}, {"title": "B", "text": ["words, "] * 300_000}, {"title": "C", "text": "c"}]
    found, failures = outcome(tmp_path / "a.json", json.dumps(records), max_article="1MB")
    assert [one.title for one in found] == ["A", "C"]
    assert failures == [("record 2", "the record is longer than 1MB; if it is one article, raise --max-article")]


@pytest.mark.parametrize(
    "data",
    [
        "[" * 750_000,
        '{"a":' * 250_000,
        '[{"title": "' + "words " * 500_000,
        '[{"title": "A", "text": "a", "x": [' + "1," * 1_250_000,
        '{"x": [' + "1," * 1_250_000 + "1]}",
        "[" + '"' * 500_001,
        "[" + "1" * 2_250_000 + "]",
        "{" + '"a": 1, ' * 250_000 + '"b": 1}',
        '[{"a": "' + "\\" * 1_000_001,
    ],
    ids=["arrays", "objects", "string", "values", "numbers", "quotes", "digits", "keys", "backslashes"],
)
def test_hostile_documents(data: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(data)
    found = read_within(tmp_path / "a.json", megabytes=300, seconds=40, max_article="1MB")
    assert found.failures
    assert found.articles <= 1


def test_map_of_paths(tmp_path: Path) -> None:
    found, failures = outcome(
        tmp_path / "a.json", '{"list": [{"a": {"b": "Words."}}, {"a": {"b": "More."}}]}', map="body=a.b"
    )
    assert ([one.body for one in found], failures) == (["Words.", "More."], [])
