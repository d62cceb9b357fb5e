"""Our weighting scores in Whoosh's searcher as BM25 by hand, also after deletions and merges."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pytest
from whoosh.index import open_dir
from whoosh.query.compound import Or
from whoosh.query.positional import Phrase
from whoosh.query.terms import Term

from searchkit.bridge.weighting import NEGLIGIBLE_SCORE, LuceneBM25
from searchkit.model import Article
from tests.bridge.conftest import SampleIndex, foreign_writer
from tests.bridge.sample_index import counts, has_phrase


def by_hand(articles: Iterable[Article], field: str, term: str) -> list[float]:
    """The score of a term in each article: BM25 as Lucene states it (see `searchkit.scoring`)."""
    found = [counts(article, field) for article in articles]
    lengths = [sum(each.values()) for each in found]
    having = sum(length > 0 for length in lengths)
    average = sum(lengths) / having
    with_term = sum(each[term] > 0 for each in found)
    rarity = math.log(1 + (having - with_term + 0.5) / (with_term + 0.5)) * (2.0 if field == "title" else 1.0)
    return [
        rarity * each[term] / (each[term] + 1.2 * (0.25 + 0.75 * length / average))
        for each, length in zip(found, lengths, strict=True)
    ]


def scores(folder: Any, query: Any) -> dict[int, float]:
    with open_dir(str(folder)).searcher(weighting=LuceneBM25()) as searcher:
        hits = searcher.search(query, limit=None, terms=False)
        return {hit.docnum: hit.score for hit in hits}


def added(sample: SampleIndex, *columns: list[float]) -> dict[int, float]:
    sums = [sum(each) for each in zip(*columns, strict=True)]
    return {doc: score for doc, score in zip(sample.articles, sums, strict=True) if score}


@pytest.mark.parametrize("term", ["oil", "price", "the", "peac", "1655.8"])
def test_words_in_both_fields(sample: SampleIndex, term: str) -> None:
    live = list(sample.articles.values())
    expected = added(sample, by_hand(live, "title", term), by_hand(live, "body", term))
    found = scores(sample.folder, Or([Term("title", term), Term("body", term)]))
    assert found == pytest.approx(expected, abs=1e-12)
    assert len(found) > 10


def test_or_and_boosts_of_many_words(sample: SampleIndex) -> None:
    live = list(sample.articles.values())
    words = ["oil", "gold", "wheat", "rate"]
    heavier = [3 * score for score in by_hand(live, "body", "gold")]
    expected = added(sample, heavier, *(by_hand(live, "body", word) for word in words if word != "gold"))
    query = Or([Term("body", word, boost=3.0 if word == "gold" else 1.0) for word in words])
    assert scores(sample.folder, query) == pytest.approx(expected, abs=1e-12)


def test_phrases(sample: SampleIndex) -> None:
    live = list(sample.articles.values())
    both = added(sample, by_hand(live, "body", "crude"), by_hand(live, "body", "oil"))
    expected = {doc: score for doc, score in both.items() if has_phrase(sample.articles[doc], "body", ["crude", "oil"])}
    assert scores(sample.folder, Phrase("body", ["crude", "oil"])) == pytest.approx(expected, abs=1e-12)


def test_other_fields_do_not_score_and_lose_nothing(sample: SampleIndex) -> None:
    found = scores(sample.folder, Or([Term("authors", "bo"), Term("topics", "gold"), Term("section", "world")]))
    holds = {doc for doc, a in sample.articles.items() if len(a.authors) > 1 or "gold" in a.topics or a.section}
    assert found.keys() == holds
    assert max(found.values()) <= 3 * NEGLIGIBLE_SCORE
    live = list(sample.articles.values())
    both = scores(sample.folder, Term("body", "oil") & Term("source", "reuters"))
    alone = added(sample, by_hand(live, "body", "oil"))
    assert both == {doc: pytest.approx(alone[doc], abs=1e-12) for doc in both}


def test_segments_that_whoosh_wrote_score_nearly_the_same(own: SampleIndex) -> None:
    with foreign_writer(own.folder, optimize=True) as writer:
        writer.delete_by_term("id", "made/1003")
    live = [article for article in own.articles.values() if article.id != "made/1003"]
    found = scores(own.folder, Term("body", "oil"))
    # Deleted articles are gone: the numbers are new. Lengths are rounded up by less than a tenth.
    expected = {doc: score for doc, score in enumerate(by_hand(live, "body", "oil")) if score}
    assert found == pytest.approx(expected, rel=0.1)


def test_segments_of_both_kinds(own: SampleIndex) -> None:
    with foreign_writer(own.folder, merge=False) as writer:
        writer.add_document(id="new/1", title="Oil", body="crude oil prices")
    live = [*own.articles.values(), Article("new/1", "Oil", "crude oil prices")]
    expected = dict(zip([*own.articles, 136], by_hand(live, "body", "oil"), strict=True))
    found = scores(own.folder, Term("body", "oil"))
    assert found == pytest.approx({doc: score for doc, score in expected.items() if score}, abs=1e-12)


def test_one_searcher_after_another(own: SampleIndex) -> None:
    weighting = LuceneBM25()
    before = open_dir(str(own.folder)).searcher(weighting=weighting)
    first = [hit.score for hit in before.search(Term("body", "oil"), limit=None)]
    with foreign_writer(own.folder, merge=False) as writer:
        writer.delete_by_term("topics", "gold")
    after = open_dir(str(own.folder)).searcher(weighting=weighting)
    assert [hit.score for hit in after.search(Term("body", "oil"), limit=None)] != first
    assert [hit.score for hit in before.search(Term("body", "oil"), limit=None)] == first
    assert after.idf("body", "oil") == weighting.idf(after, "body", b"oil")


def test_an_open_index_is_searched_from_another_folder(sample: SampleIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = scores(sample.folder, Term("body", "oil"))
    monkeypatch.chdir(sample.folder.parent)
    with open_dir(sample.folder.name).searcher(weighting=LuceneBM25()) as searcher:
        monkeypatch.chdir("/")
        hits = searcher.search(Term("body", "oil"), limit=None, terms=False)
        assert {hit.docnum: hit.score for hit in hits} == expected
