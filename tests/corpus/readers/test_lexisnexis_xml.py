"""What the golden corpus of LexisNexis XML does not show: signatures, and files of any size."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from tests.untrusted.child import read_within

ATOM = 'xmlns="http://www.w3.org/2005/Atom"'
DOCUMENT = "<articleDoc><body.content><bodyText><p>{text}</p></bodyText></body.content></articleDoc>"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("<articleDoc>", True),
        ('<?xml version="1.0"?><articleDoc xmlns="x">', True),
        (f"<entry {ATOM}><id>1</id><content type='application/xml'><articleDoc>", True),
        (f"<feed {ATOM}><entry><content><articleDoc>", True),
        ('<NEWSITEM xmlns:lnv="http://www.lexis-nexis.com/lnv">', True),
        (f"<feed {ATOM}><entry><title>articleDoc</title>", False),
        (f"<entry {ATOM}>", False),
        ("<NEWSITEM>", False),
        ("<html><articleDoc>", False),
    ],
)
def test_signatures(start: str, expected: bool) -> None:
    found = format_by_signature(start.encode())
    assert (found is not None and found.name == "lexisnexis") == expected


def test_all_texts_and_headings_are_kept_once(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        "<articleDoc><hl1>Title</hl1><hl2>Subtitle</hl2><hl2>More</hl2><bodyText><hl2>Inside</hl2><p>One.</p></bodyText>"
        "<bodyText><p>Two.</p></bodyText>"
        + "<caption>" * 50
        + "A wall."
        + "</caption>" * 50
        + "<metadata>"
        + "<classification classificationScheme='x'>" * 50
        + "<className>Walls <className>old</className>"
        + "</className>"
        + "</classification>" * 50
        + "</metadata></articleDoc>"
    )
    [found] = read(tmp_path / "a.xml", "L")
    assert (found.title, found.body) == ("Title", "Subtitle\n\nMore\n\nInside\n\nOne.\n\nTwo.")
    assert found.extra == {"captions": "A wall.", "x": "Walls old"}


def test_the_size_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    with path.open("w") as file:
        file.write(f"<feed {ATOM}>")
        for number in range(1500):
            document = DOCUMENT.format(text="Talks on peace go on. " * 1000)
            file.write(f"<entry><id>{number}</id><title>T</title><content>{document}</content></entry>\n")
        file.write("</feed>")
    found = read_within(path, megabytes=120)
    assert (found.articles, found.failures) == (1500, [])
