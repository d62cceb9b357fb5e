"""What JSON has of articles, hits and results: the library and the command agree."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import searchkit
from searchkit import schema
from searchkit.cli import main

ARTICLES = (
    searchkit.Article(
        id="news/1.txt",
        title="Peace talks",
        body="The peace talks resumed on Sunday. Nobody spoke.",
        date=datetime(2020, 4, 26, 15, 1, 1, tzinfo=UTC),
        authors=("Ann Lee", "Bo Chen"),
        topics=("politics",),
        extra={"desk": "foreign"},
    ),
    searchkit.Article(id="news/2.txt", body="A peace without a title."),
)

FIELDS = [field.name for field in dataclasses.fields(searchkit.Article)]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    with searchkit.open(tmp_path / "index", create=True) as engine:
        engine.add(ARTICLES)
    return tmp_path / "index"


def _printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    assert done.value.code in (0, 1)
    return capsys.readouterr().out


@pytest.mark.parametrize("query", ["peace", '"peace talks"', "zebra", "or peace"])
def test_a_result_is_what_the_command_prints(index: Path, capsys: pytest.CaptureFixture[str], query: str) -> None:
    document = json.loads(_printed(capsys, "search", query, "--json", "-i", str(index)))
    with searchkit.open(index) as engine:
        result = engine.search(query)
        took = document["meta"].pop("took_ms")
        expected = result.to_dict()
        assert expected["meta"].pop("took_ms") == result.took_ms
        assert isinstance(took, float)
        assert document == expected
        assert document["hits"] == [hit.to_dict() for hit in result]


def test_an_article_is_what_show_prints(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(_printed(capsys, "show", "news/1.txt", "peace", "--json", "-i", str(index)))
    assert {name: document[name] for name in FIELDS} == ARTICLES[0].to_dict()


def test_fields_of_a_hit(index: Path) -> None:
    with searchkit.open(index) as engine:
        hit = engine.search("talks").hits[0]
        assert hit.to_dict(["date", "snippet", "extra", "topics"]) == {
            "date": "2020-04-26T15:01:01Z",
            "snippet": "The peace talks resumed on Sunday.",
            "extra": {"desk": "foreign"},
            "topics": ["politics"],
        }
        assert list(hit.to_dict(["title", "id"])) == ["title", "id"]
        assert hit.to_dict(FIELDS) == hit.article.to_dict()
        with pytest.raises(searchkit.OptionError, match='a hit has no field "titel"'):
            hit.to_dict(["titel"])


def test_a_hit_as_a_data_class(index: Path) -> None:
    """The fields of a hit are its id and score: how it reads its article is nobody's business."""
    with searchkit.open(index) as engine:
        result = engine.search("talks")
        hit = result.hits[0]
        assert dataclasses.asdict(hit) == {"id": "news/1.txt", "score": hit.score}
        shown = dataclasses.asdict(result)
        assert shown["hits"] == (dataclasses.asdict(hit),)
        assert not [name for name in shown if name.startswith("_")]
        other = dataclasses.replace(hit, score=9.0)
        assert (other.score, other.id, other.title, other.snippets) == (9.0, hit.id, hit.title, hit.snippets)
        assert other != hit
        assert dataclasses.replace(hit) == hit


def test_names_that_queries_have_for_fields() -> None:
    """Those that mean one field of an article, as it is; not site, lede or since, for example."""
    whole = (schema.Kind.TEXT, schema.Kind.WORDS, schema.Kind.VALUE, schema.Kind.NUMBER)
    names = {
        name: field.attribute
        for field in schema.FIELDS.values()
        if field.kind in whole
        for name in (field.name, *field.aliases)
        if name != field.attribute
    }
    assert names == searchkit.Hit.FIELD_ALIASES
