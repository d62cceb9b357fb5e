"""Marks found by scanning texts for words are those found by analysing the whole text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.analysis import Analyzer, tokenize
from searchkit.query import parse
from searchkit.query.nodes import SingleWord
from searchkit.results import (
    ArticleHit,
    CachedArticle,
    Highlighter,
    HitContext,
    PageHighlighter,
    PieceForms,
    highlight_article,
    page_highlighter,
)
from searchkit.results.analyzed_text import AnalyzedText
from searchkit.results.form_scanner import FormScanner, lower_text
from searchkit.results.highlighter import FormsOf
from searchkit.results.page_highlighter import MAX_PIECES
from searchkit.testing.collection import QUERIES

CORPUS = Path(__file__).parents[2] / "corpus"
ANALYZER = Analyzer("en")
PIECES = [
    "\noil",
    "Oil",
    "oils",
    "boil",
    "oil,",
    "oil.",
    "'oil'",
    "oil's",
    "o.il",
    "O.I.L.",
    "U.S.",
    "us",
    "talks",
    "Talks",
    "talk",
    "peace",
    "peace-talks",
    '"peace',
    "the",
    'talks"',
    "price`",
    "1,655",
    "1655\ndon't",
    "it's",
    "A.B",
    "a,b",
    "...",
    "!",
    "?",
    "status",
    "quo",
    "war",
    "_oil_",
    "oil_price",
    "\n\n",
    "\n",
    "\n",
    "",
    "",
    "",
    "",
    "\t\n",
    "“peace",
    "talks”",
    "don’t",
    "Zürich",
    "ZÜRICH",
    "café",
    "cafe\u0301",
    "oil—talks",
    "oil…",
    "oil·war",
    "€oil",
    "ΟΔΟΣ",
    "ﬁx",
    "oil\u00ad",
    "हिन्दी",
]
MORE = ['"peace talks" OR oil', '"the the"', '(oil AND us) OR talks', "oil* war", '"peace talks"~2 OR "status quo"', "us 1655",
        "don't OR it's", "*", "title:oil body:talks", "zürich OR café", "=oil OR =US", "oil -boil words:>3", "a OR b OR oil"]  # fmt: skip


def forms_in(*texts: str) -> FormsOf:
    """The surface forms of a word in these texts, as an index would know them."""
    analyzed = [AnalyzedText(text, ANALYZER) for text in texts]
    by_span = [{(first, last): form for form, first, last in text.tokens.form_spans()} for text in analyzed]

    def forms_of(word: SingleWord, field: str) -> frozenset[str]:
        return frozenset(forms[span] for text, forms in zip(analyzed, by_span, strict=True) for span in text.spans(word))

    return forms_of


def check(article: searchkit.Article, query: str) -> bool:
    """Whether a query finds an article, whose marks have to be the same either way."""
    root = parse(query).root
    expected = highlight_article(article, root, ANALYZER)
    if expected is None:
        return False
    highlighter = Highlighter(root, forms_in(article.title, article.body))
    cached = CachedArticle(article)
    slow = ArticleHit(lambda: CachedArticle(article), HitContext(root, ANALYZER, 2))
    for _ in range(3):  # shown again, an article knows its sentences
        hit = ArticleHit(lambda: cached, HitContext(root, ANALYZER, 2, lambda: highlighter))
        assert (hit.title_marks(), hit.snippets()) == (slow.title_marks(), slow.snippets())
    if highlighter.marks_fields_separately:
        for field in ("title", "body"):
            assert highlighter.field_marks(cached, field, ANALYZER) == getattr(expected, field)
    else:
        assert highlighter.article_marks(cached, ANALYZER) == expected
    page = PageHighlighter(root, PieceForms(ANALYZER))
    for each in (searchkit.Article("b", article.body[::2], article.title), article, article):
        page.marks(CachedArticle(each))  # whether the query finds it or not
    assert page.marks(cached) == expected
    return True


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(QUERIES + MORE))
def test_made_up_texts(pieces: list[str], query: str) -> None:
    check(searchkit.Article("a", " ".join(pieces[:5]), " ".join(pieces)), query)


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["", " ", "\n"]), st.data())
def test_words_are_found_as_they_are_analysed(pieces: list[str], joint: str, data: st.DataObject) -> None:
    text = joint.join(pieces)
    words = tokenize(text)
    there = sorted(set(words.forms))
    forms = data.draw(st.sets(st.sampled_from(there))) if there else set()
    lowered = lower_text(text)
    if lowered is None:
        assert not text.isascii()
        return
    expected = [
        (start, end, form) for start, end, form in zip(words.starts, words.ends, words.forms, strict=True) if form in forms
    ]
    assert FormScanner(forms).find(lowered, "en") == expected


@pytest.mark.parametrize(
    "query", ["peace talks", '"central bank" OR flood~', "ministe* -war", "peace w/9 talks", "=The", "the OR a"]
)
def test_the_sample_articles(query: str) -> None:
    assert sum(check(article, query) for article in searchkit.read(CORPUS))


@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=12), max_size=8),
    st.sampled_from(["", " ", "-\n"]),
    st.sampled_from(QUERIES + MORE),
)
def test_a_page_of_articles(texts: list[list[str]], joint: str, query: str) -> None:
    root = parse(query).root
    articles = [searchkit.Article("a", " ".join(pieces[:3]), joint.join(pieces)) for pieces in texts]
    for most in (MAX_PIECES, 3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(page_highlighter, "MAX_PIECES", most)
            page = PageHighlighter(root, PieceForms(ANALYZER))
            for article in articles:
                expected = highlight_article(article, root, ANALYZER)
                if expected is not None:
                    assert page.marks(CachedArticle(article)) == expected


def test_the_hits_of_an_engine(tmp_path: Path) -> None:
    pieces = [piece.strip() or "x" for piece in PIECES]
    articles = [
        searchkit.Article(f"a/{number}", " ".join(pieces[number % 7 :: 9]), " ".join(pieces[number % 5 :: number % 3 + 1]))
        for number in range(40)
    ]
    engine = searchkit.open(tmp_path / "index", create=True)
    for start in (0, 20):
        engine.add(articles[start : start + 20])
    for query in QUERIES + MORE:
        root = parse(query).root
        context = HitContext(root, ANALYZER, 2)
        for hit in engine.search(query, snippets=2, limit=None):
            article = hit.article
            slow = ArticleHit(lambda article=article: CachedArticle(article), context)  # type: ignore[misc]
            assert (hit.title_marks, hit.snippets) == (slow.title_marks(), slow.snippets()), (query, hit.id)
    engine.close()
