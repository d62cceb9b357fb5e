from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from searchkit.reports import Failure
from tests.untrusted.child import read_within

HEAD = "<issue><pf>19121110</pf><jn>The Coast Herald</jn>"
ARTICLE = "<article><id>COAST-{0:06}</id><text><text.cr>{1}</text.cr></text></article>"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<GALENP><Newspaper/></GALENP>", "gale"),
        ('<?xml version="1.0"?>\n<!DOCTYPE issue SYSTEM "LTO_issue.dtd">\n<issue><id>1</id></issue>', "gale"),
        (HEAD, "gale"),
        ("<issue><number>4</number><article/></issue>", ""),
        ("<issues><pf>1</pf></issues>", ""),
        ("GALENP is a root of Gale.", ""),
    ],
)
def test_signature(text: str, name: str) -> None:
    found = format_by_signature(text.encode())
    assert (found.name if found else "") == name


def test_faults_are_located(tmp_path: Path) -> None:
    text = (
        HEAD
        + ARTICLE.format(1, "<p><wd>One</wd></p>")
        + ARTICLE.format(2, "<p><wd>Two</p>")
        + ARTICLE.format(3, "<p>Three</p>")
    )
    (tmp_path / "a.xml").write_text(text + "</issue>")
    failures: list[Failure] = []
    found = list(read(tmp_path / "a.xml", "L", failures.append))
    assert [(one.id, one.body, one.source) for one in found] == [
        ("L/COAST-000001", "One", "The Coast Herald"),
        ("L/COAST-000003", "Three", "The Coast Herald"),
    ]
    assert [(one.place, one.reason[:13]) for one in failures] == [("record 2", "it is no XML:")]


def test_nested_texts_are_read_once(tmp_path: Path) -> None:
    nested = "<text.cr>" * 100 + "<p><wd>One</wd> <wd>wa<wd>ll</wd></wd></p><p>Two</p>" + "</text.cr>" * 100
    (tmp_path / "a.xml").write_text(f"{HEAD}{ARTICLE.format(1, nested)}</issue>")
    assert [one.body for one in read(tmp_path / "a.xml", "L")] == ["One wall\n\nTwo"]


def test_an_issue_without_articles(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(HEAD + "</issue>")
    failures: list[Failure] = []
    assert list(read(tmp_path / "a.xml", "L", failures.append)) == []
    assert [one.reason for one in failures] == ["no <article> stands in it; is it an issue of a newspaper?"]


def test_a_huge_issue_takes_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.xml").open("w") as file:
        file.write(HEAD)
        file.writelines(
            ARTICLE.format(number, "<p>" + '<wd pos="1,2,3,4">word</wd>' * 60 + "</p>") for number in range(5_000)
        )
        file.write("</issue>")
    outcome = read_within(tmp_path / "a.xml", megabytes=10)
    assert (outcome.articles, outcome.failures) == (5_000, [])


@pytest.mark.parametrize(
    "text", ["<p>" * 300, "&a;" * 1000, "<wd>a</wd>" * 100_000, "<p>a</p>" * 100_000, "<article>" * 1000]
)
def test_hostile_issues(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(HEAD + ARTICLE.format(1, text) + "</issue>")
    outcome = read_within(tmp_path / "a.xml", megabytes=300, seconds=60)
    assert outcome.articles <= 1
