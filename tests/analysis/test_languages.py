"""An analyzer may give a word of a query several terms, and articles languages of their own:
nothing else has to know."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit import Article
from searchkit.analysis import Analyzer
from searchkit.query import parse
from searchkit.results import ArticleHit, CachedArticle, Highlighter, HitContext, highlight_article

ENGLISH = Article("en", "Children", "The child sang. Children sing songs, and a kind child listens.", language="en")
GERMAN = Article("de", "Kinder", "Das Kind singt. Die Kinder hören Lieder.", language="de")
OTHER = Article("other", "War", "Nothing of that.", language="en")
ARTICLES = (ENGLISH, GERMAN, OTHER)


class Pairs(Analyzer):
    """English, in which a query for a word of a pair finds both."""

    PAIRS = (("child", "kind"), ("sing", "singt"))

    def query_terms(self, form: str) -> frozenset[str]:
        terms = super().query_terms(form)
        return terms.union(*(map(self.term, pair) for pair in self.PAIRS if terms & set(map(self.term, pair))))


class Both(Analyzer):
    """English and German: each article in its own language, each word of a query in both."""

    def __init__(self, language: str = "en", parts: tuple[Analyzer, ...] = ()) -> None:
        super().__init__(language)
        self._parts = parts or (self, Both("de", (self,)))
        if parts:
            self._parts = (*parts, self)

    def for_language(self, language: str) -> Analyzer:
        return next((part for part in self._parts if part.language == language), self)

    def query_terms(self, form: str) -> frozenset[str]:
        return frozenset(part.term(form) for part in self._parts)


@pytest.fixture(params=["local", "memory"])
def engine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> searchkit.Engine:
    monkeypatch.setattr("searchkit.engines.local_reader.Analyzer", Pairs)
    monkeypatch.setattr("searchkit.engines.memory.Analyzer", Pairs)
    opened = searchkit.open("memory:" if request.param == "memory" else tmp_path / "i", create=True)
    opened.add(ARTICLES)
    return opened


def marked(text: str, marks: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in marks]


@pytest.mark.parametrize(
    "query", ["child", "Kind", "body:child", "child w/20 (sing OR song)", '"kind child"', "atleast3(child)"]
)
def test_a_word_of_several_terms_finds_and_marks_the_union(engine: searchkit.Engine, query: str) -> None:
    found = {hit.id: hit for hit in engine.search(query)}
    assert found.keys() == ({"en"} if query in ('"kind child"', "atleast3(child)") else {"en", "de"})
    for hit in found.values():
        marks = engine.marks(hit.article, query)
        shown = [mark for snippet in hit.snippets for mark in marked(snippet.text, snippet.marks)]
        assert shown == marked(hit.article.body, marks.body)
        assert {"child", "kind"} & {word.lower() for mark in shown for word in mark.split()}
    other = {"child": "kind", "Kind": "child"}.get(query)
    if other:
        assert {hit.id: hit.score for hit in engine.search(other)} == {key: hit.score for key, hit in found.items()}
        assert marked(ENGLISH.body, engine.marks(ENGLISH, query).body) == ["child", "kind", "child"]


def test_the_frequency_of_several_terms_is_that_of_the_union(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each article said the one word wherever it says the other."""
    plain = [Article(one.id, one.title, one.body.replace("Kind", "child").replace("kind", "child")) for one in ARTICLES]
    with searchkit.open(tmp_path / "plain", create=True) as engine:
        engine.add(plain)
        expected = {hit.id: hit.score for hit in engine.search("body:child")}
    for place in (tmp_path / "i", "memory:"):
        with monkeypatch.context() as patch:
            patch.setattr("searchkit.engines.local_reader.Analyzer", Pairs)
            patch.setattr("searchkit.engines.memory.Analyzer", Pairs)
            with searchkit.open(place, create=True) as engine:
                engine.add(ARTICLES)
                found = {hit.id: hit.score for hit in engine.search("body:kind")}
        assert found == pytest.approx(expected)


def test_explain_names_all_terms(engine: searchkit.Engine) -> None:
    (clause,) = engine.explain("child").clauses
    assert (clause.total, clause.terms) == (2, ("child", "kind"))


def test_an_article_is_read_in_its_own_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """German stems are no English ones: Lieder and Lied are one word in German only."""
    query = parse("lied").root
    for analyzer, expected in ((Analyzer("en"), None), (Both(), ["Lieder"])):
        marks = highlight_article(GERMAN, query, analyzer)
        assert (marks and marked(GERMAN.body, marks.body)) == expected
    assert highlight_article(Article("x", body=GERMAN.body, language="en"), query, Both()) is None
    monkeypatch.setattr("searchkit.engines.memory.Analyzer", Both)
    with searchkit.open("memory:") as engine:
        engine.add([*ARTICLES, Article("wrong", body=GERMAN.body, language="en")])
        (hit,) = engine.search("lied")
        assert (hit.id, marked(hit.snippets[0].text, hit.snippets[0].marks)) == ("de", ["Lieder"])
        assert [hit.id for hit in engine.search("songs")] == ["en"]


def test_hits_of_several_languages_share_no_terms() -> None:
    """Two words in English, one in German: which sentence has the most of a query depends on it."""
    body = "Lied und Lieder. Krieg und Lied."
    root = parse("lied OR lieder OR krieg").root
    highlighter = Highlighter(root, lambda word, field: None)
    for language, expected in (("en", "Lied und Lieder."), ("de", "Krieg und Lied."), ("en", "Lied und Lieder.")):
        article = CachedArticle(Article("a", body=body, language=language))
        context = HitContext(root, Both(), 1, lambda: highlighter)
        hit = ArticleHit(lambda article=article: article, context)  # type: ignore[misc]
        (snippet,) = hit.snippets()
        assert snippet.text == expected


def test_today_every_article_is_analysed_in_the_language_of_the_index() -> None:
    analyzer = Analyzer("en")
    assert all(analyzer.for_language(language) is analyzer for language in ("", "en", "de", "xx"))
    assert analyzer.query_terms("Treaties") == {analyzer.term("Treaties")}
