"""What the golden files of Factiva do not show: limits, ids, and lines that look like codes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.readers.factiva_articles import WORD_COUNT, split_coded
from searchkit.corpus.readers.factiva_lines import is_plain, parse_coded_lines, parse_plain_lines
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from tests.corpus.readers.reading import articles
from tests.untrusted.child import read_within

HEAD = '<html><head><meta charset="utf-8"><title>Factiva</title></head><body>'
ARTICLE = (
    '<div class="article enArticle"><table><tr><td class="index"><b>HD</b>&nbsp;</td><td>Title {number}</td></tr>'
    '<tr><td class="index"><b>WC</b></td><td>3 words</td></tr><tr><td class="index"><b>PD</b></td><td>26 April 2020</td></tr>'
    '<tr><td class="index"><p><b>LP</b></p></td><td><p class="articleParagraph">Text {number}.</p></td></tr>'
    '<tr><td class="index"><b>AN</b></td><td>Document QUAYG00020200426e44q{number:05}</td></tr></table></div>'
)
PLAIN = ["Title", "3 words", "26 April 2020", "Quay Gazette", "QUAYG", "English", "Copyright 2020 Quay", "Text."]


def test_the_same_article_in_two_exports_is_one(tmp_path: Path) -> None:
    for name, numbers in (("a.html", (1, 2)), ("b.html", (2, 3))):
        (tmp_path / name).write_text(HEAD + "".join(ARTICLE.format(number=number) for number in numbers), encoding="utf-8")
    found = list(read(tmp_path, "L"))
    assert [one.id for one in found] == [f"L/QUAYG00020200426e44q0000{number}" for number in (1, 2, 3)]


def test_a_huge_page_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(2_600):
            file.write(ARTICLE.format(number=number).replace("Text", "Text of ships. " * 1_000))
    found = read_within(path, megabytes=38)
    assert (found.articles, found.failures) == (2_600, [])


@pytest.mark.parametrize("inner", ["<div>", "<table><tr><td>", "<p class='articleParagraph'>a", "<b a=1 "])
def test_an_article_of_hostile_markup(inner: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    hostile = f'<div class="article enArticle">{inner * (2_000_000 // len(inner))}'
    path.write_text(HEAD + hostile + ARTICLE.format(number=1), encoding="utf-8")
    found = read_within(path)
    assert "L/QUAYG00020200426e44q00001" in found.ids


def test_a_page_of_headlines_is_reported(tmp_path: Path) -> None:
    found, failures = articles(tmp_path / "a.html", HEAD + "<table><tr><td>1. Harbour wall</td></tr></table>")
    assert found == []
    assert failures[0].reason.startswith("no article of Factiva stands in it; is it a page of headlines?")


def test_text_without_codes_is_read_on_demand(tmp_path: Path) -> None:
    text = "\n\n".join([*PLAIN, "Document QUAYG00020200426e44q00001", *PLAIN, "Document QUAYG00020200426e44q00002"])
    found, failures = articles(tmp_path / "a.txt", text, format="factiva")
    assert failures == []
    assert [(one.id, one.title, one.body) for one in found] == [
        ("L/QUAYG00020200426e44q00001", "Title", "Text."),
        ("L/QUAYG00020200426e44q00002", "Title", "Text."),
    ]
    found, failures = articles(tmp_path / "a.txt", "Words.\n", format="factiva")
    assert failures[0].reason.startswith("no article of Factiva stands in it: expected a line such as")


@pytest.mark.parametrize(
    ("before", "title", "section", "authors"),
    [
        (["A title"], "A title", "", ()),
        (["News", "A title"], "A title", "News", ()),
        (["A title", "By Nino Beridze"], "A title", "", ("Nino Beridze",)),
        (["News", "A title", "Nino Beridze"], "A title", "News", ("Nino Beridze",)),
        (["Nachrichten", "Ein Titel", "Von Jörg Grün"], "Ein Titel", "Nachrichten", ("Jörg Grün",)),
        (["News", "Comment", "A title", "Nino Beridze"], "A title", "News", ("Nino Beridze",)),
    ],
)
def test_lines_above_the_number_of_words(before: list[str], title: str, section: str, authors: tuple[str, ...]) -> None:
    draft = parse_plain_lines([*before, *PLAIN[1:]]).draft()
    assert (draft.title, draft.section, draft.authors) == (title, section, authors)


@pytest.mark.parametrize(
    "text",
    [
        ["IN London a buyer was found.", "The port pays."],
        ["CO is a gas."],
        ["TD is a sign.", "AN old boat."],
        ["PUB owners met.", "They ate."],
    ],
)
def test_words_in_capital_letters_are_no_codes(text: list[str]) -> None:
    lines = [
        "HD\tT",
        "WC\t3 words",
        "PD\t26 April 2020",
        "LP\tFirst.",
        *text,
        "NS\tgcat : News",
        "AN\tDocument QUAYG00020200426e4",
    ]
    draft = parse_coded_lines(lines).draft()
    kept = f"{draft.body} {' '.join(draft.extra.values())}"
    assert all(line.split(maxsplit=1)[1] in kept for line in text)
    assert draft.topics == ("News",)


def test_a_number_of_words_is_looked_for_in_linear_time() -> None:
    start = time.process_time()
    assert not any(
        map(
            WORD_COUNT.fullmatch, (" " * 500_000 + "x", "1 " * 500_000 + "x", "1" * 500_000, "1 words" + " " * 500_000 + "x")
        )
    )
    assert time.process_time() - start < 5
    for line in ("120 words", " 1,234 words ", "1 234 mots", "12\u202f000 слова", "12words", "3\twords", "1'200 Wörter"):
        assert WORD_COUNT.fullmatch(line)
    for line in ("words", ", words", "a 12 words", "12 words more"):
        assert not WORD_COUNT.fullmatch(line)


def test_a_heading_that_begins_with_document_is_text(tmp_path: Path) -> None:
    heading, end = "Document Preparation", "Document QUAYG00020200426e44q00001"
    [found], _ = articles(tmp_path / "a.txt", "\n\n".join([*PLAIN, heading, "More text.", end]), format="factiva")
    assert (found.id, found.body) == ("L/QUAYG00020200426e44q00001", f"Text.\n\n{heading}\n\nMore text.")
    coded = ["HD Title", "WC 3 words", "PD 26 April 2020", "LP Lead.", "TD Text.", heading, "More text.", f"AN {end}"]
    [found], _ = articles(tmp_path / "b.txt", "\n\n".join(coded), format="factiva")
    assert (found.id, found.body) == ("L/QUAYG00020200426e44q00001", f"Lead.\n\nText.\n\n{heading}\n\nMore text.")
    assert not is_plain([*PLAIN, heading])


def read_with_warnings(path: Path, text: str, **options: str) -> tuple[list[Article], list[tuple[str, str, str]]]:
    path.write_text(text, encoding="utf-8")
    warnings: list[ReadWarning] = []
    found = list(read(path, "L", options=options, on_warning=warnings.append))
    return found, [(one.kind, one.text, one.place) for one in warnings]


def test_text_around_articles_is_kept_or_reported(tmp_path: Path) -> None:
    above, end = "This came with a letter.", "Document QUAYG00020200426e44q00001"
    text = "\n".join([above, "News", *PLAIN, end, "", "Factiva", "Yours,", "the archive."])
    [found], warnings = read_with_warnings(tmp_path / "a.txt", text, format="factiva")
    assert (found.id, found.title, found.section, found.extra["other"]) == (f"L/{end[9:]}", "Title", "News", above)
    assert warnings == [("left-out", "Yours, the archive.", "line 13")]
    text = "\n".join([above, "HD Title", "WC 3 words", "PD 26 April 2020", "LP Text.", f"AN {end}", "Yours."])
    [found], warnings = read_with_warnings(tmp_path / "b.txt", text, format="factiva")
    assert (found.id, found.title, found.body, found.extra["other"]) == (f"L/{end[9:]}", "Title", "Text.", above)
    assert warnings == [("left-out", "Yours.", "line 7")]


def test_all_rows_and_all_text_of_a_page_are_kept(tmp_path: Path) -> None:
    rows = {
        "BY": "Ann Smith",
        "by": "John Doe",
        "NS": "a : Ports",
        "ns": "b : Ships",
        "PD": "27 April 2020",
        "TP": "Type",
        "KY": "Key",
    }
    more = "".join(f"<tr><td><b>{code.upper()}</b></td><td>{value}</td></tr>" for code, value in rows.items())
    article = ARTICLE.format(number=1).replace("</table>", f"{more}</table><p>Below the table.</p>")
    [found], warnings = read_with_warnings(
        tmp_path / "a.html", f"{HEAD}{article}<p>Behind it.</p><p>&copy; 2020 Factiva</p>"
    )
    assert (found.title, found.body, found.date and found.date.day) == ("Title 1", "Text 1.", 26)
    assert (found.authors, found.topics) == (("Ann Smith", "John Doe"), ("Ports", "Ships"))
    assert list(found.extra.items()) == [
        ("topic_codes", "a, b"),
        ("length", "3 words"),
        ("ky", "Key"),
        ("tp", "Type"),
        ("pd", "27 April 2020"),
        ("other", "Below the table."),
    ]
    assert warnings == [("left-out", "Behind it.", "record 1")]


def test_lists_of_codes() -> None:
    assert split_coded("gpol : Domestic Politics | gvote : Elections") == (
        ["Domestic Politics", "Elections"],
        ["gpol", "gvote"],
    )
    assert split_coded("Ports | Ships") == (["Ports", "Ships"], [])
    assert split_coded("") == ([], [])
