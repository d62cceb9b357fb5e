"""Sites of URLs and ends of paths."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

import searchkit
from searchkit.errors import QueryError
from searchkit.query import parse
from searchkit.query.nodes import ValuePart
from searchkit.query.value_parts import part_matcher


@pytest.mark.parametrize(
    ("site", "url", "is_of_it"),
    [
        ("bbc.co.uk", "https://bbc.co.uk", True),
        ("bbc.co.uk", "https://www.BBC.co.uk/news/1?x=2#y", True),
        ("bbc.co.uk", "http://me:secret@news.bbc.co.uk:8080/", True),
        ("bbc.co.uk", "//bbc.co.uk/x", True),
        ("bbc.co.uk", "bbc.co.uk/x", True),
        ("bbc.co.uk", "https://nbbc.co.uk/", False),
        ("bbc.co.uk", "https://bbc.co.uk.example/", False),
        ("bbc.co.uk", "https://a.example/bbc.co.uk/", False),
        ("bbc.co.uk", "https://a.example/?u=https://bbc.co.uk/", False),
        ("bbc.co.uk", "", False),
        ("uk", "https://bbc.co.uk/", True),
        ("*.co.uk", "https://bbc.co.uk/", True),
        ("*.co.uk", "https://co.uk/", False),
        ("bbc.co.uk/news", "https://www.bbc.co.uk/news", True),
        ("bbc.co.uk/news", "https://www.bbc.co.uk/news/world/1", True),
        ("bbc.co.uk/news", "https://www.bbc.co.uk/news?page=2", True),
        ("bbc.co.uk/news", "https://www.bbc.co.uk/newsround/1", False),
        ("bbc.co.uk/n*/1", "https://www.bbc.co.uk/newsround/1", True),
    ],
)
def test_a_site(site: str, url: str, is_of_it: bool) -> None:
    assert part_matcher(ValuePart(site, "site"))(url) == is_of_it


@pytest.mark.parametrize("typed", ["bbc.co.uk", "https://BBC.co.uk/", ".bbc.co.uk", "http://me@bbc.co.uk"])
def test_a_site_may_be_typed_as_a_url(typed: str) -> None:
    assert parse(f"site:{typed}").root == ValuePart("bbc.co.uk", "site")


@pytest.mark.parametrize(
    ("typed", "path", "is_it"),
    [
        ("news/2020/a.txt", "news/2020/a.txt", True),
        ("2020/a.txt", "news/2020/a.txt", True),
        ("a.txt", "news/2020/a.txt", True),
        ("0/a.txt", "news/2020/a.txt", False),
        ("news/2020", "news/2020/a.txt", False),
        ("2020/*", "news/2020/a.txt", True),
        ("*2020*", "news/2020/a.txt", True),
        ("?.txt", "news/2020/a.txt", True),
        ("/archive/news/2020/a.txt", "news/2020/a.txt", True),
        ("/news/2020/b.txt", "news/2020/a.txt", False),
        ("/archive/oldnews/2020/a.txt", "news/2020/a.txt", False),
        ("a.txt", "", False),
        ("/archive/a.txt", "", False),
    ],
)
def test_a_path(typed: str, path: str, is_it: bool) -> None:
    assert part_matcher(ValuePart(typed, "path"))(path) == is_it


def test_a_path_finds_the_articles_of_a_file(tmp_path: Path) -> None:
    """Of files with one article and with many, in every engine. Articles of no file have none."""
    (tmp_path / "news" / "2020").mkdir(parents=True)
    (tmp_path / "news" / "2020" / "a (1).txt").write_text("A\n\nPeace.\n")
    (tmp_path / "news" / "wire.jsonl").write_text('{"id": "x", "body": "Oil."}\n{"id": "y", "body": "War."}\n')
    for place in ("memory:", str(tmp_path / "index")):
        with searchkit.open(place, create=True) as engine:
            engine.index([tmp_path / "news"])
            engine.add([searchkit.Article("z", body="Bank.", path="/news/wire.jsonl")])
            for query, ids in (
                ("path:wire.jsonl", {"news/x", "news/y"}),
                ("path:2020/*", {"news/2020/a (1).txt"}),
                ('path:"2020/a (1).txt"', {"news/2020/a (1).txt"}),
                (f"path:{tmp_path}/news/wire.jsonl", {"news/x", "news/y"}),
                ("path:*", {"news/x", "news/y", "news/2020/a (1).txt"}),
                ("-path:*", {"z"}),
                ("path:wire.jsonl oil", {"news/x"}),
                ("path:x", set()),
                ("path:z", set()),
            ):
                assert {hit.id for hit in engine.search(query)} == ids, query


def test_a_path_goes_on_in_archives_and_a_root_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    with zipfile.ZipFile(tmp_path / "news" / "n.zip", "w") as archive:
        for name in ("a.txt", "b.txt"):
            archive.writestr(f"m/{name}", "A\n\nPeace.\n")
    (tmp_path / "wire.jsonl").write_text('{"id": "x", "body": "Oil."}\n')
    shutil.copy(tmp_path / "news" / "n.zip", tmp_path / "old.zip")
    for place in ("memory:", str(tmp_path / "index")):
        with searchkit.open(place, create=True) as engine:
            engine.index([tmp_path / "news", tmp_path / "wire.jsonl", tmp_path / "old.zip"])
            for query, ids in (
                ("path:m/b.txt", {"news/n.zip/m/b.txt", "old/m/b.txt"}),
                ("path:n.zip", {"news/n.zip/m/a.txt", "news/n.zip/m/b.txt"}),
                (f"path:{tmp_path}/news/n.zip/m/a.txt", {"news/n.zip/m/a.txt"}),
                ("path:wire.jsonl", {"wire/x"}),
                ("path:wire", {"wire/x"}),
                (f"path:{tmp_path}/wire.jsonl", {"wire/x"}),
                ("path:*.jsonl", {"wire/x"}),
                ("path:old.zip", {"old/m/a.txt", "old/m/b.txt"}),
            ):
                assert {hit.id for hit in engine.search(query)} == ids, query


@pytest.mark.parametrize("typed", ["site:/", "site:https://", "site:.", "path:/news/*", 'site:" "'])
def test_what_is_no_part_is_an_error(typed: str) -> None:
    with pytest.raises(QueryError):
        parse(typed)
