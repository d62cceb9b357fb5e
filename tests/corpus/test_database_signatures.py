"""What the signatures of exports of news databases take, and what looks like one but is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus.formats import HEAD, format_by_signature
from tests.corpus.golden import FOLDER

NO_EXPORTS = {"minutes.txt"}
FORMATS = ("nexis", "nexis-html", "factiva", "factiva-html", "europresse")


@pytest.mark.parametrize("name", FORMATS)
def test_golden_files_are_recognised(name: str) -> None:
    for path in sorted((FOLDER / name / "in").iterdir()):
        found = format_by_signature(path.read_bytes()[:HEAD])
        assert (found.name if found else None) == (None if path.name in NO_EXPORTS else name), path.name


@pytest.mark.parametrize(
    "text",
    [
        "1 of 20 documents was lost, the museum said.",
        "1 of 20 DOCUMENTS\n\nis the name of a film.",
        "30 of 20 DOCUMENTS\n\nLENGTH: 12 words\n",
        "Agenda\n\n1 of 20 DOCUMENTS\n\nLENGTH: 12 words\n",
        "Document 1 de 20\n\nest perdu, dit le maire.",
        "The Body\nLength: 12 m\nBody\n",
        "Harbour wall\n\nLength: two boats\n\nBody\n\nText.",
        "An essay\n\nLength: 500 words\n\nText\n\nWrite about a harbour.",
        "HD is the sign of a screen.\nWC 12 words\nNothing.",
        "<p>Factiva is a database.</p>",
        "<html><head><title>Factiva | Dow Jones</title></head><body><p>Sign in</p></body></html>",
        "<html><body><article><h1>Lamp sold</h1><p>By Factiva.</p></article></body></html>",
        "<html><head><style>.titreArticle{}</style></head><body><article>Lampe</article></body></html>",
        "<HTML><HEAD><STYLE>.c0 { text-align: center; }</STYLE></HEAD><BODY>1 of 2 DOCUMENTS</BODY></HTML>",
        '{"text": "1 of 2 DOCUMENTS\\nLENGTH: 12 words"}',
    ],
)
def test_near_misses(text: str) -> None:
    found = format_by_signature(text.encode())
    assert found is None or found.name not in FORMATS


@pytest.mark.parametrize(
    ("start", "name"),
    [
        ("\n\n   FOCUS - 3 of 40 DOCUMENTS\n\n\n   The Quay Gazette\n\nLENGTH: 12 words\n", "nexis"),
        ("12 von 20 DOKUMENTEN\n\nKüstenblatt\n\nLÄNGE: 5 Wörter\n", "nexis"),
        ("Dokument 1 von 20\n\nKüstenblatt\n\nLÄNGE: 5 Wörter\n", "nexis"),
        ("Document 1 de 20\n\nLe Phare\n\nLONGUEUR: 5 mots\n", "nexis"),
        ("Print Request: Selected Document(s): 1\nTime of Request: May 4\n\n  1 of 1 DOCUMENT\n\n", "nexis"),
        (
            "Lampe verkauft\nKüstenblatt\n28. April 2020\n\nCopyright 2020 Kü GmbH\n\nLänge: 12 Wörter\nText\n\nSie ist verkauft.\n",
            "nexis",
        ),
        ("<!-- saved from url=(0047)https://x.example/hp/printsavews.aspx -->\n<html><body>", "factiva-html"),
        ("<html><body><div class='article jaArticle'><p></p>", "factiva-html"),
        ('<html><body><span class="DocPublicationName">Le Phare</span><span class="DocHeader">3 mai 2020', "europresse"),
        ('<HTML><BODY>\n<A NAME="DOC_ID_1_0"></A><!-- Hide XML section from browser\n<DOC NUMBER=1>', "nexis-html"),
    ],
)
def test_other_beginnings(start: str, name: str) -> None:
    for encoding in ("utf-8", "utf-16", "cp1252"):
        found = format_by_signature(start.encode(encoding))
        assert found is not None
        assert found.name == name


def test_carriage_returns_end_lines(tmp_path: Path) -> None:
    text = (FOLDER / "nexis" / "in" / "french.txt").read_bytes()
    for ending in (b"\r\n", b"\r"):
        found = format_by_signature(text.replace(b"\n", ending)[:HEAD])
        assert found is not None
        assert found.name == "nexis"
