from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.read_warnings import ReadWarning
from tests.corpus.readers.reading import articles, name_of
from tests.untrusted.child import read_within

RECORD = "Record: {0}\nTitle: Title {0}\nSource: Bay Gazette, {1}, p4\nAccession Number: 7000{0}\nDatabase: News\n{2}\n"
XML = '<rec resultID="{0}"><header shortDbName="n" uiTerm="7000{0}"><controlInfo><tig><atl>{1}</atl></tig></controlInfo></header></rec>'


def test_exports_are_recognised_by_their_content() -> None:
    text = RECORD.format(1, "5/8/2010", "")
    assert name_of(text) == name_of("\ufeff\r\n" + text.replace("\n", "\r\n")) == "ebsco"
    assert name_of("Record: 1\nTitle:\n    T\nSource:\n    S\nDatabase:\n    D\n") == "ebsco"
    assert name_of(f'<?xml version="1.0"?>\n<records>{XML.format(1, "T")}</records>') == "ebsco-xml"


@pytest.mark.parametrize(
    "text",
    [
        "Record: 1\nTitle: Songs of the sea\nLabel: Coast\n",
        "Record: 1\nTitle: Songs\n\nThe source is unknown.\n",
        "Record: 12 metres of rain fell.\nTitle: none\nSource: none\nDatabase: none\n",
        "Record rain\n\nIt rained.\n",
        "See Record: 1\nTitle: T\nSource: S\nDatabase: D\n",
    ],
)
def test_other_texts_stay_plain(text: str, tmp_path: Path) -> None:
    assert name_of(text) == ""
    found, _ = articles(tmp_path / "a.txt", text)
    assert [one.id for one in found] == ["L"]


def test_other_xml_is_of_other_formats() -> None:
    assert name_of("<records><rec><title>Songs</title></rec></records>") == ""


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("5/8/2010", "2010-05-08"),
        ("12/31/2010", "2010-12-31"),
        ("08May2010", "2010-05-08"),
        ("Spring2010", None),
        ("May2010", None),
    ],
)
def test_days_in_the_source_have_the_month_first(written: str, day: str | None, tmp_path: Path) -> None:
    (found,), failures = articles(tmp_path / "a.txt", RECORD.format(1, written, ""))
    assert failures == []
    assert (found.date and found.date.date().isoformat()) == day
    assert found.extra["source"] == f"Bay Gazette, {written}, p4"


def test_the_full_text_follows_the_last_label(tmp_path: Path) -> None:
    text = "\nSection: News\n\nFERRY RETURNS\n\nTitle: of the ferry\n\nDatabase: none\n"
    found, _ = articles(tmp_path / "a.txt", RECORD.format(1, "5/8/2010", text) + RECORD.format(2, "5/8/2010", ""))
    assert [(one.body, one.section) for one in found] == [
        ("FERRY RETURNS\n\nTitle: of the ferry\n\nDatabase: none", "News"),
        ("", ""),
    ]


def test_text_outside_of_labels_is_kept_or_reported(tmp_path: Path) -> None:
    path, text = tmp_path / "a.txt", "\n\nThe ferry returns.\nSection: a part of the ferry\nMore.\n"
    above = "Sent by\n\nthe library.\n"
    path.write_text(above + RECORD.format(1, "5/8/2010", text).replace("Title:", "Found on the shelf\nTitle:"))
    warnings: list[ReadWarning] = []
    [found] = read(path, "L", on_warning=warnings.append, options={"format": "ebsco"})
    assert (found.title, found.section, found.body) == ("Title 1", "", text.strip())
    assert found.extra["other"] == "Found on the shelf"
    assert warnings == [ReadWarning("left-out", str(path), "Sent by the library.", "line 1")]


def test_empty_lines_take_linear_time(tmp_path: Path) -> None:
    text = "Database:\n" + "\n" * 300_000 + "Section: a\n" * 300_000
    (tmp_path / "a.txt").write_text(RECORD.format(1, "5/8/2010", text))
    assert read_within(tmp_path / "a.txt", seconds=20).articles == 1


def test_a_record_is_located_by_its_first_line(tmp_path: Path) -> None:
    text = (
        RECORD.format(1, "", "")
        + "Record: 2\nTitle:\nSource: S\n"
        + RECORD.format(3, "", "x" * 3000)
        + RECORD.format(4, "", "")
    )
    found, failures = articles(tmp_path / "a.txt", text, max_article="2KB", format="ebsco")
    assert [one.id for one in found] == ["L/70001", "L/70004"]
    assert [(one.place, one.reason[:27]) for one in failures] == [("line 10", "the record is longer than 2")]


def test_huge_files_take_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("w") as file:
        file.writelines(RECORD.format(number, "5/8/2010", "Words. " * 200) for number in range(5_000))
    outcome = read_within(tmp_path / "a.txt", megabytes=12)
    assert (outcome.articles, outcome.failures) == (5_000, [])
    with (tmp_path / "b.xml").open("w") as file:
        file.write("<records>")
        file.writelines(XML.format(number, "Words. " * 200) for number in range(5_000))
        file.write("</records>")
    outcome = read_within(tmp_path / "b.xml", megabytes=12)
    assert (outcome.articles, outcome.failures) == (5_000, [])


@pytest.mark.parametrize(
    "line", ["\n", "x\n", "Title: a\n", "Database: a\n", "Record: 2\n", "    x\n", "Source: 1/1/2010 " * 9 + "\n"]
)
def test_a_text_of_one_line_repeated(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RECORD.format(1, "", line * 40_000))
    assert read_within(tmp_path / "a.txt", megabytes=160, seconds=10).articles == 1


@pytest.mark.parametrize("text", ["<p>" * 300, "&a;" * 1000, "<x>a</x>" * 50_000, "<au>a</au>" * 50_000])
def test_hostile_xml(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(f"<records>{XML.format(1, text)}</records>")
    outcome = read_within(tmp_path / "a.xml", megabytes=200, seconds=30)
    assert outcome.articles + len(outcome.failures) == 1
