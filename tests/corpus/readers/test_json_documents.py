"""JSON documents: where the articles stand, faults, huge and hostile documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.readers.json_outline import ANY, EACH, find_articles, parse_beginning
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
    ("document", "path"),
    [
        ([{"title": "a"}], ()),
        ({"articles": [{"title": "a"}]}, ("articles",)),
        ({"title": "feed", "items": [{"title": "a"}]}, ("items",)),
        ({"title": "a", "text": "b", "related": [{"title": "c"}]}, None),
        ({"hits": {"hits": [{"_source": {"text": "a"}}]}}, ("hits", "hits")),
        ({"a": [{"text": "b"}], "c": [{"text": "d"}]}, (ANY,)),
        ({"a": {"text": "b"}, "c": {"text": "d"}}, (EACH,)),
        ([{"page": 1, "docs": [{"text": "a"}]}], ("docs",)),
        ({"title": "a", "contents": [{"content": "b", "type": "x"}]}, None),
        ({"articles": []}, ("articles",)),
        ({"name": "x", "values": [1, 2]}, None),
    ],
)
def test_where_articles_stand(document: Any, path: tuple[str, ...] | None) -> None:
    assert find_articles(document, []) == path


def test_the_beginning_of_a_document() -> None:
    text = b'{"a": {"b": [1, {"c": "d, e"}, {"f": "g'
    assert parse_beginning(text) == {"a": {"b": [1, {"c": "d, e"}]}}
    assert parse_beginning(b'{"a": 1} {"b": 2}') == {"a": 1}
    assert parse_beginning(b"words") is None


def test_huge_documents_are_streamed(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("w") as file:
        file.write('{"status": "ok", "response": {"docs": [')
        for number in range(40_000):
            record = {"title": f"T{number}", "text": "Talks on peace go on. " * 60, "tags": ["a", {"b": ["c"]}]}
            file.write("," * (number > 0) + json.dumps(record))
        file.write("]}}")
    assert read_within(tmp_path / "a.json", megabytes=100).articles == 40_000


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
