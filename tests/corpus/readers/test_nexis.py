"""What the golden files of Nexis do not show: locations, encodings, limits, and other lay-outs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.readers.nexis_articles import parse_nexis, text_blocks
from searchkit.corpus.readers.wrapped_lines import join_wrapped_lines, text_width
from searchkit.read_warnings import ReadWarning
from tests.corpus.readers.reading import articles
from tests.untrusted.child import read_within

ARTICLE = """
                               {number} of {count} DOCUMENTS


                                  The Quay Gazette

                            April 26, 2020 Sunday

Title {number}

LENGTH: 3 words

Text {number}: {text}

LOAD-DATE: April 27, 2020

                       Copyright 2020 Quay Press
"""
PAGE = '<HTML>\n<HEAD><META TOPIC="null" DOCUMENTS="2" UPDATED="now" /></HEAD>\n<BODY>'


def export(count: int, text: str = "ships") -> str:
    return "".join(ARTICLE.format(number=number, count=count, text=text) for number in range(1, count + 1))


def test_a_file_of_one_article_has_the_id_of_the_file(tmp_path: Path) -> None:
    assert [one.id for one in articles(tmp_path / "a.txt", export(1))[0]] == ["L"]
    assert [one.id for one in articles(tmp_path / "a.txt", export(2))[0]] == ["L#1", "L#2"]


def test_warnings_name_the_line_of_their_article(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = export(3).replace("April 26, 2020 Sunday\n\nTitle 2", "April 2020\n\nTitle 2")
    path.write_text(text, encoding="utf-8")
    warnings: list[ReadWarning] = []
    found = list(read(path, "L", on_warning=warnings.append))
    line = text[: text.index("2 of 3")].count("\n") + 1
    assert [(one.kind, one.text, one.place) for one in warnings] == [("dates", "April 2020", f"line {line}")]
    assert [one.date is None for one in found] == [False, True, False]


def test_text_behind_the_last_article_is_reported(tmp_path: Path) -> None:
    uni = "Title\nThe Quay Gazette\nApril 26, 2020\n\nLength: 3 words\nBody\n\nText.\n\nLoad-Date: April 27, 2020\nEnd of Document\n"
    classic = "<DOCFULL><P>1 of 1 DOCUMENTS</P><P>Quay</P><P>May 3, 2020</P><P>Title</P><P>LENGTH: 1 words</P><P>Text.</P></DOCFULL>"
    for name, text, place in (
        ("a.txt", f"{uni}\nYours,\nthe archive.\n", "line 12"),
        (
            "a.html",
            f"{PAGE}{classic}<!-- Hide XML section from browser\n</DOC> --><P>Yours,</P><P>the archive.</P>",
            "record 1",
        ),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        warnings: list[ReadWarning] = []
        assert [(one.id, one.title, one.body) for one in read(path, "L", on_warning=warnings.append)] == [
            ("L", "Title", "Text.")
        ]
        assert warnings == [ReadWarning("left-out", str(path), "Yours, the archive.", place)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_those_of_the_articles(encoding: str, tmp_path: Path) -> None:
    text = export(1, "plain") + export(2, "größer als Łódź" if "utf" in encoding else "größer als nie zuvor")
    found, failures = articles(tmp_path / "a.txt", text.encode(encoding))
    assert failures == []
    assert [one.title for one in found] == ["Title 1", "Title 1", "Title 2"]
    assert all("größer" in one.body for one in found[1:])
    if encoding == "cp1252":
        assert [one.encoding for one in found] == ["utf-8", "windows-1252", "windows-1252"]


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n\f\n"])
def test_line_ends(ending: str, tmp_path: Path) -> None:
    found, failures = articles(tmp_path / "a.txt", export(2).replace("\n", ending if ending != "\n\f\n" else "\n"))
    assert failures == []
    assert [(one.title, one.body) for one in found] == [("Title 1", "Text 1: ships"), ("Title 2", "Text 2: ships")]


def test_form_feeds_before_articles(tmp_path: Path) -> None:
    text = export(2).replace("                               2 of", "\f                               2 of")
    assert [one.title for one in articles(tmp_path / "a.txt", text)[0]] == ["Title 1", "Title 2"]


def test_another_text_is_reported_if_the_format_is_forced(tmp_path: Path) -> None:
    found, failures = articles(tmp_path / "a.txt", "Words.\n", format="nexis")
    assert found == []
    assert failures[0].reason.startswith('no article of Nexis stands in it: expected a line such as "1 of 20 DOCUMENTS"')
    found, failures = articles(tmp_path / "a.html", "<p>Words.", format="nexis-html")
    assert found == []
    assert failures[0].reason.startswith("no article of Nexis stands in it")


def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(export(3_500, "ships " * 2_000), encoding="utf-8")
    found = read_within(path, megabytes=38)
    assert (found.articles, found.failures) == (3_500, [])


def test_a_huge_page_takes_little_memory(tmp_path: Path) -> None:
    article = (
        "<DOCFULL> --><P>1 of 2 DOCUMENTS</P><P>Quay</P><P>May 3, 2020</P><P>T</P><P>LENGTH: 1 words</P>"
        + f"<P>{'ships in the harbour ' * 600}</P>"
    )
    path = tmp_path / "a.html"
    path.write_text(PAGE + f"{article}</DOCFULL>" * 3_500, encoding="utf-8")
    found = read_within(path, megabytes=38)
    assert (found.articles, found.failures) == (3_500, [])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", lambda: export(1) + "\n" * 250_000 + export(1), "more than 200,000 lines"),
        ("a.txt", lambda: export(1).replace("ships", "a" * 70_000_000) + export(1), "larger than 64MB"),
        ("a.html", lambda: PAGE + "<DOCFULL>" + "<P>a" * 1_200_000 + "<DOCFULL> --><P>Text", "larger than 4MB"),
        ("a.html", lambda: PAGE + "<DOCFULL> -->" + "<BR>a" * 250_000 + "<DOCFULL> --><P>Text", "more than 200,000 lines"),
    ],
)
def test_an_article_that_is_too_large_does_not_lose_the_next(
    name: str, data: Callable[[], str], reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(data(), encoding="utf-8")
    found = read_within(tmp_path / name)
    assert found.articles == 1
    assert reason in found.reasons[0]


def body_of(text: str) -> str:
    return parse_nexis(text_blocks(f"  The Quay Gazette\n\n  May 3, 2020\n\nT\n\nLENGTH: 3 words\n\n{text}")).draft().body


def test_only_lines_that_were_broken_are_joined() -> None:
    prose = "The harbour wall in Poti will be rebuilt in stone, for which the port has the"
    assert body_of(f"{prose}\nmoney.") == f"{prose} money."
    assert body_of("Results:\nPoti 3\nBatumi 1") == "Results:\nPoti 3\nBatumi 1"
    assert body_of(f"{prose}\nmoney.\n\n- one\n- two") == f"{prose} money.\n\n- one\n- two"
    long = "word " * 60
    assert body_of(f"{long}\n{long}") == f"{long.strip()}\n{long.strip()}"


@pytest.mark.parametrize(
    "text",
    [
        "SUBJECT: what is it? The talks.",
        "NOTE: all fish was sold.",
        "GRAPHIC: was the word for it, he said.\n\nAnd more text.",
        "LONDON: The market was quiet.",
        "Q: Who pays?\n\nA: The port.",
    ],
)
def test_labels_in_the_text_lose_nothing(text: str) -> None:
    draft = parse_nexis(
        text_blocks(f"  The Quay Gazette\n\n  May 3, 2020\n\nT\n\nLENGTH: 3 words\n\nFirst.\n\n{text}")
    ).draft()
    kept = " ".join([draft.body, *draft.extra.values(), *draft.topics])
    assert all(word.strip(":") in kept for word in text.split() if not word.isupper())


def test_a_label_in_the_text_does_not_end_it() -> None:
    heading, end = (
        "SUBJECT: A heading in the text (90%)",
        "LOAD-DATE: May 4, 2020\n\nLANGUAGE: ENGLISH\n\nURL: http://a.example/x and http://b.example",
    )
    head = "  The Quay Gazette\n\n  May 3, 2020\n\nT\n\nLENGTH: 3 words\n\nFirst."
    pictures = "GRAPHIC: A wall\n\nA lamp"
    for below, extra in (
        (end, {}),
        (f"SUBJECT: PORTS (90%)\n\n{pictures}\n\n{end}", {"graphic": "A wall; A lamp", "subject": "PORTS (90%)"}),
        (f"{end}\n\nCopyright 2020 Quay", {"copyright": "Copyright 2020 Quay"}),
        (f"{end}\n\nPrinted at the library.", {"other": "Printed at the library."}),
    ):
        draft = parse_nexis(text_blocks(f"{head}\n\n{heading}\n\nThen the text goes on.\n\n{below}")).draft()
        assert draft.body == f"First.\n\n{heading}\n\nThen the text goes on."
        assert (draft.language, draft.url) == ("en", "http://a.example/x")
        expected = {"length": "3 words", "url": "and http://b.example", "load_date": "May 4, 2020", **extra}
        assert draft.extra == expected


@given(st.lists(st.text("ab c-\n", min_size=0, max_size=90), max_size=8))
def test_joining_keeps_all_words(lines: list[str]) -> None:
    lines = [line for text in lines for line in text.split("\n") if line.strip()]
    joined = join_wrapped_lines(lines, text_width(lines))
    assert "\n".join(joined).split() == " ".join(lines).split()


@given(st.text(max_size=400))
def test_any_text_is_parsed(text: str) -> None:
    article = parse_nexis(text_blocks(text))
    kept = " ".join([article.title, article.source, *article.paragraphs, *article.extra.values(), *article.bylines])
    assert isinstance(kept, str)
