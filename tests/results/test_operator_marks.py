"""Marks of operators with spans and of patterns: the words of each span, and no others."""

from __future__ import annotations

import pytest

from searchkit.analysis import Analyzer
from searchkit.model import Article
from searchkit.query import parse
from searchkit.results import highlight_article

ANALYZER = Analyzer("en")
BODY = "Peace talks. Talks on peace go on; the long war of words is over. Talks\n\nPeace, at last, said Mr. Smith."


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("peace w/1 talks", "Peace|talks"),
        ("peace pre/2 talks", "Peace|talks"),
        ("peace w/2 talks", "Peace|talks|Talks|peace"),
        ("talks pre/2 peace", "Talks|peace"),
        ("peace w/99 war", "Peace|peace|war"),
        ('"talks on" w/9 war', "Talks on|war"),
        ('"talks peace"~2 w/9 war', "talks|Talks|peace|war"),
        ("peace not w/9 war", "Peace"),
        ("peace /s war", "peace|war"),
        ("peace /s smith", "Peace|Smith"),
        ("talks /p war", "talks|Talks|war|Talks"),
        ("(peace OR war) w/1 (talks OR words)", "Peace|talks"),
        ("(peace OR war) w/2 (talks OR words)", "Peace|talks|Talks|peace|war|words"),
        ("talks w/1 peace w/1 nothing OR smith", "Smith"),
        ("talks w/2 peace w/9 war", "Peace|talks|Talks|peace|war"),
        ("atleast3(peace)", "Peace|peace|Peace"),
        ("atleast2(war w/2 words)", None),
        ("atleast4(peace)", None),
        ("peac~ -gold", "Peace|peace|Peace"),
        ("/wo?a?r.*/", "war|words"),
        ("peace w/1 war", None),
    ],
)
def test_marks_of_the_body(query: str, marked: str | None) -> None:
    found = highlight_article(Article("a", "", BODY), parse(query).root, ANALYZER)
    assert (None if found is None else "|".join(BODY[start:end] for start, end in found.body)) == marked


def test_title_and_body_are_counted_together_and_never_joined() -> None:
    article = Article("a", "Peace", "Talks of peace", authors=("Ana Lima", "Bo Li"))
    found = highlight_article(article, parse("atleast2(peace)").root, ANALYZER)
    assert found is not None
    assert (found.title, found.body) == (((0, 5),), ((9, 14),))
    assert highlight_article(article, parse("atleast3(peace)").root, ANALYZER) is None
    found = highlight_article(article, parse("peace w/2 talks").root, ANALYZER)
    assert found is not None
    assert (found.title, found.body) == ((), ((0, 5), (9, 14)))
    found = highlight_article(article, parse("author:(ana w/1 lima) author:bp~").root, ANALYZER)
    assert found is not None
    assert (found.title, found.body) == ((), ())
    assert highlight_article(article, parse("author:(lima w/9 bo)").root, ANALYZER) is None
