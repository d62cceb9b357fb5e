"""Marks cover exactly the matches; snippets are passages of the body."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import Analyzer, fold, tokenize
from searchkit.model import Article
from searchkit.query import parse
from searchkit.query.nodes import Not, Phrase, Wildcard, Word, leaves
from searchkit.results import highlight_article, make_snippets

ANALYZER = Analyzer("en")
WORDS = "peace Peace talks talking war oil price. U.S. the café 1,655 Karabakh’s “status quo” status-quo"
TEXT_WORDS = st.sampled_from([*WORDS.split(), "status-quo\n\n"])
TEXTS = st.lists(TEXT_WORDS, max_size=25).map(" ".join)
QUERIES = st.sampled_from(
    [
        "peace",
        "peace talks",
        "peace OR war",
        "peace -war",
        '"peace talks"',
        '"peace talks"~3',
        '"status quo"',
        '"peace * war"',
        "tal*",
        '"the pric*"',
        "=Peace",
        "=talks",
        "title:war",
        "U.S. OR 1655",
        'karabakh AND ("status quo" OR war)',
        "NOT oil",
    ]
)


@given(TEXTS, TEXTS, QUERIES)
def test_marks_cover_exactly_what_matched(title: str, body: str, typed: str) -> None:
    root = parse(typed).root
    found = highlight_article(Article("a", title, body), root, ANALYZER)
    if found is None:
        return
    plain = [leaf for leaf in leaves(root) if isinstance(leaf, Word | Wildcard)]
    phrases = [leaf for leaf in leaves(root) if isinstance(leaf, Phrase)]
    for field, text, spans in (("title", title, found.title), ("body", body, found.body)):
        assert list(spans) == sorted(spans)
        assert all(first[1] <= second[0] for first, second in pairwise(spans))
        for start, end in spans:
            forms = tokenize(text[start:end]).forms
            assert forms
            # A span begins and ends with a word of its own, not inside one.
            assert text[start:end].strip() == text[start:end]
            single = len(forms) == 1 and any(fits(leaf, forms[0]) and leaf.field in ("", field) for leaf in plain)
            whole = any(phrase_fits(phrase, forms) for phrase in phrases)
            assert single or whole, (text[start:end], typed)


def fits(leaf: Word | Wildcard, form: str) -> bool:
    if isinstance(leaf, Wildcard):
        return re.fullmatch(leaf.pattern.replace("*", ".*"), fold(form)) is not None
    if leaf.exact:
        return form == leaf.text if leaf.text != leaf.text.lower() else fold(form) == fold(leaf.text)
    return ANALYZER.term(form) == ANALYZER.term(leaf.text)


def phrase_fits(phrase: Phrase, forms: list[str]) -> bool:
    items = phrase.items
    if phrase.slop:
        return len(forms) == 1 and any(fits(item, forms[0]) for item in items if isinstance(item, Word | Wildcard))
    # Overlapping places make one span: it begins and ends like the phrase.
    words = [item for item in items if isinstance(item, Word | Wildcard)]
    return len(forms) >= len(items) and fits(words[0], forms[0]) and fits(words[-1], forms[-1])


def test_a_phrase_is_marked_whole_and_its_stray_words_are_not() -> None:
    body = "Peace is far. The peace talks of the U.S. go on; talks of peace."
    found = highlight_article(Article("a", "", body), parse('"peace talks"').root, ANALYZER)
    assert found is not None
    assert [body[s:e] for s, e in found.body] == ["peace talks"]


def test_separately_highlighted_operators_that_do_not_match_give_no_marks() -> None:
    article = Article("a", "", "oil and peace")
    found = highlight_article(article, parse("(oil AND gold) OR peace").root, ANALYZER)
    assert found is not None
    assert [article.body[s:e] for s, e in found.body] == ["peace"]
    assert highlight_article(article, parse("gold").root, ANALYZER) is None
    assert highlight_article(article, Not(parse("gold").root), ANALYZER) is not None


@given(TEXTS, QUERIES, st.integers(0, 4))
def test_snippets_are_passages_of_the_body(body: str, typed: str, count: int) -> None:
    found = highlight_article(Article("a", "", body), parse(typed).root, ANALYZER)
    if found is None:
        return
    snippets = make_snippets(body, found.body, count, ANALYZER)
    assert len(snippets) <= count
    for snippet in snippets:
        assert snippet.text == body[snippet.start : snippet.start + len(snippet.text)]
        assert snippet.text.strip() == snippet.text
        assert snippet.text
        assert all((s + snippet.start, e + snippet.start) in found.body for s, e in snippet.marks)
    if found.body and count:
        assert any(snippet.marks for snippet in snippets)


def test_long_sentences_are_cut_at_words() -> None:
    body = "word " * 200 + "needle " + "word " * 200
    found = highlight_article(Article("a", "", body), parse("needle").root, ANALYZER)
    assert found is not None
    (snippet,) = make_snippets(body, found.body, 2, ANALYZER)
    assert len(snippet.text) <= 290
    assert "needle" in snippet.text
    assert set(snippet.text.split()) == {"word", "needle"}
