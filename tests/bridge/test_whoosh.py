"""Whoosh searches an index of ours with its own parser, searcher, highlighter and sorting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir
from whoosh.qparser.default import MultifieldParser, QueryParser
from whoosh.qparser.plugins import FuzzyTermPlugin, PlusMinusPlugin
from whoosh.query.compound import Or
from whoosh.query.positional import Phrase
from whoosh.query.qcore import Every
from whoosh.query.ranges import DateRange, NumericRange
from whoosh.query.terms import FuzzyTerm, Prefix, Term, Wildcard
from whoosh.query.wrappers import Not
from whoosh.sorting import DateRangeFacet, FieldFacet

from searchkit.model import Article
from searchkit.schema import offset_seconds
from tests.bridge.conftest import SampleIndex
from tests.bridge.sample_index import START, build, commit, counts, has_phrase, terms


@pytest.fixture
def searcher(sample: SampleIndex) -> Iterator[Any]:
    with open_dir(str(sample.folder)).searcher() as opened:
        yield opened


def docs(searcher: Any, query: Any) -> list[int]:
    return sorted(hit.docnum for hit in searcher.search(query, limit=None, terms=False))


def expected(sample: SampleIndex, holds: Callable[[Article], bool]) -> list[int]:
    return [doc for doc, article in sample.articles.items() if holds(article)]


def length(article: Article) -> int:
    return len(terms(article.title)) + len(terms(article.body))


def matches(pattern: str) -> Callable[[Article], bool]:
    return lambda a: any(re.fullmatch(pattern, term) for term in counts(a, "body"))


def printed(article: Article) -> datetime:
    """What Whoosh sees of a date."""
    assert article.date is not None
    return article.date.replace(tzinfo=None)


QUERIES: list[tuple[Any, Callable[[Article], bool]]] = [
    (Term("body", "oil"), lambda a: counts(a, "body")["oil"] > 0),
    (Term("title", "price"), lambda a: counts(a, "title")["price"] > 0),
    (Term("topics", "shale"), lambda a: "oil shale" in a.topics),
    (Term("authors", "sommer"), lambda a: "Jeff Sommer" in a.authors),
    (Term("source", "daily"), lambda a: a.source == "The Daily Reader"),
    (Term("section", "world"), lambda a: a.section == "world"),
    (Term("language", "en"), lambda a: a.language == "en"),
    (Term("url", "https://example.org/7?q=é"), lambda a: a.url == "https://example.org/7?q=é"),
    (Term("origin", "root/file"), lambda a: True),
    (Term("id", "made/1007"), lambda a: a.id == "made/1007"),
    (Term("id", "made/0"), lambda a: a.id == "made/0"),  # deleted
    (Or([Term("body", "oil"), Term("body", "gold"), Term("title", "wheat")]),
     lambda a: bool(counts(a, "body")["oil"] or counts(a, "body")["gold"] or counts(a, "title")["wheat"])),
    (Term("body", "oil") & Term("body", "gold"), lambda a: bool(counts(a, "body")["oil"] and counts(a, "body")["gold"])),
    (Term("body", "oil") & Not(Term("body", "gold")),
     lambda a: bool(counts(a, "body")["oil"] and not counts(a, "body")["gold"])),
    (Phrase("body", ["crude", "oil"]), lambda a: has_phrase(a, "body", ["crude", "oil"])),
    (Phrase("body", ["the", "of", "the"]), lambda a: has_phrase(a, "body", ["the", "of", "the"])),
    (Prefix("body", "pr"), matches("pr.*")),
    (Wildcard("body", "*e?t*"), matches(".*e.t.*")),
    (FuzzyTerm("body", "opac"), matches("opec")),
    (FuzzyTerm("body", "баки", prefixlength=2), matches("баку")),
    (Every(), lambda a: True),
    (Every("date"), lambda a: a.date is not None),
    (Every("title"), lambda a: bool(a.title)),
    (NumericRange("words", 10, 20), lambda a: 10 <= length(a) <= 20),
    (NumericRange("words", None, 7, endexcl=True), lambda a: length(a) < 7),
    (Term("words", 33), lambda a: length(a) == 33),
    (DateRange("date", datetime(2020, 2, 1), datetime(2020, 3, 1)),
     lambda a: a.date is not None and datetime(2020, 2, 1) <= printed(a) <= datetime(2020, 3, 1)),
    (DateRange("date", None, datetime(2020, 2, 1)),
     lambda a: a.date is not None and printed(a) <= datetime(2020, 2, 1)),
]  # fmt: skip


@pytest.mark.parametrize(("query", "holds"), QUERIES, ids=[repr(query) for query, _ in QUERIES])
def test_queries_find_what_the_articles_hold(
    sample: SampleIndex, searcher: Any, query: Any, holds: Callable[[Article], bool]
) -> None:
    assert docs(searcher, query) == expected(sample, holds)


PARSED: list[tuple[str, Callable[[Article], bool]]] = [
    ("exported", lambda a: counts(a, "body")["export"] > 0),
    ("Prices U.S.", lambda a: bool(counts(a, "body")["price"] and counts(a, "body")["us"])),
    ('"interest rates"', lambda a: has_phrase(a, "body", ["interest", "rate"])),
    ("date:2020-02", lambda a: a.date is not None and (a.date.year, a.date.month) == (2020, 2)),
    ("date:[2020-02-10 TO 2020-03]", lambda a: a.date is not None and "2020-02-10" <= a.date.isoformat() < "2020-04"),
    ("words:[10 TO 12]", lambda a: 10 <= length(a) <= 12),
    ("authors:Jeff -topics:gold", lambda a: "Jeff Sommer" in a.authors and "gold" not in a.topics),
    ("mark*", matches("mark.*")),
    ("prise~", matches("price")),
]


@pytest.mark.parametrize(("query", "holds"), PARSED)
def test_whooshs_own_parser(sample: SampleIndex, searcher: Any, query: str, holds: Callable[[Article], bool]) -> None:
    parser = QueryParser("body", searcher.schema)
    parser.add_plugin(FuzzyTermPlugin())
    if "-topics" in query:
        parser.add_plugin(PlusMinusPlugin())
        query = "+" + query
    assert docs(searcher, parser.parse(query)) == expected(sample, holds)


def test_the_schema_has_the_fields_of_an_article(searcher: Any) -> None:
    names = {"id", "title", "body", "date", "authors", "source", "section", "topics", "language", "url", "path",
             "encoding", "encoding_confidence", "extra", "origin", "words", "date_offset"}  # fmt: skip
    assert set(searcher.schema.names()) == names


def test_counts_and_stored_fields(sample: SampleIndex, searcher: Any) -> None:
    assert searcher.doc_count() == len(sample.articles)
    assert searcher.doc_count_all() == sum(ref.doc_count for ref in sample.refs)
    for article in sample.articles.values():
        found = searcher.document(id=article.id)
        assert found["id"] == article.id
        assert found.get("title", "") == article.title
        assert found.get("body", "") == article.body
        assert tuple(found.get("topics", ())) == article.topics
        assert found.get("extra", {}) == article.extra
        assert found.get("date") == (None if article.date is None else printed(article))
        assert found.get("date_offset", 0) == (0 if article.date is None else offset_seconds(article.date))
        assert found["origin"] == "root/file"
    assert searcher.document(id="made/0") is None


def test_highlights(searcher: Any) -> None:
    hits = searcher.search(MultifieldParser(["title", "body"], searcher.schema).parse("prices"), limit=5)
    assert len(hits)
    for hit in hits:
        text = hit.highlights("body" if "body" in hit else "title")
        assert not text or re.search(r'<b class="match term\d">(price|prices|Price)</b>', text)


def test_sorting_puts_undated_articles_last(sample: SampleIndex, searcher: Any) -> None:
    dated = sorted((printed(a), doc) for doc, a in sample.articles.items() if a.date is not None)
    undated = expected(sample, lambda a: a.date is None)
    found = [hit.docnum for hit in searcher.search(Every(), sortedby="date", limit=None)]
    assert found == [doc for _, doc in dated] + undated
    newest = [hit.docnum for hit in searcher.search(Every(), sortedby=FieldFacet("date", reverse=True), limit=None)]
    assert newest == undated + [doc for _, doc in sorted(dated, key=lambda pair: (datetime.max - pair[0], pair[1]))]
    first = [hit.docnum for hit in searcher.search(Every("date"), sortedby="date", limit=7)]
    assert first == [doc for _, doc in dated[:7]]


def test_sorting_by_id_and_by_words(sample: SampleIndex, searcher: Any) -> None:
    by_id = [hit["id"] for hit in searcher.search(Every(), sortedby="id", limit=None)]
    assert by_id == sorted(article.id for article in sample.articles.values())
    backwards = [hit["id"] for hit in searcher.search(Every(), sortedby=FieldFacet("id", reverse=True), limit=None)]
    assert backwards == by_id[::-1]
    by_words = [length(sample.articles[hit.docnum]) for hit in searcher.search(Every(), sortedby="words", limit=None)]
    assert by_words == sorted(by_words)


def test_facets(sample: SampleIndex, searcher: Any) -> None:
    facet = DateRangeFacet("date", START.replace(tzinfo=None), datetime(2020, 9, 1), timedelta(days=30))  # type: ignore[arg-type]
    hits = searcher.search(Every(), groupedby={"month": facet}, limit=10)
    groups = hits.groups("month")
    for span, found in groups.items():
        if span is None:
            assert sorted(found) == expected(sample, lambda a: a.date is None)
            continue
        inside = [doc for doc, a in sample.articles.items() if a.date is not None and span[0] <= printed(a) < span[1]]
        assert sorted(found) == inside
    topics = searcher.search(Every(), groupedby=FieldFacet("topics", allow_overlap=True), limit=None).groups()
    for topic in ("crude", "oil", "shale", "gold"):
        assert sorted(topics[topic]) == expected(sample, lambda a, topic=topic: topic in counts(a, "topics"))  # type: ignore[misc]


def test_a_limit_loses_nothing(searcher: Any) -> None:
    query = MultifieldParser(["title", "body"], searcher.schema).parse("(oil OR gold)^3 OR peace")
    whole = [(hit.docnum, hit.score) for hit in searcher.search(query, limit=None)]
    for limit in (1, 5, 30):
        assert [(hit.docnum, hit.score) for hit in searcher.search(query, limit=limit)] == whole[:limit]


def test_statistics_of_terms(sample: SampleIndex, searcher: Any) -> None:
    reader = searcher.reader()
    # Deleted articles count in Whoosh's statistics, until a merge.
    assert reader.doc_frequency("body", "oil") >= len(expected(sample, lambda a: counts(a, "body")["oil"] > 0))
    assert reader.doc_frequency("body", "zzz") == reader.frequency("body", "zzz") == 0
    assert ("body", "oil") in reader and ("body", "zzz") not in reader and ("nosuch", "oil") not in reader
    for doc, article in sample.articles.items():
        for field in ("title", "body", "topics"):
            assert reader.doc_field_length(doc, field) == sum(counts(article, field).values())
    assert {"id", "title", "body", "date", "words", "topics"} <= set(reader.indexed_field_names())
    lexicon = list(reader.lexicon("body"))
    assert lexicon == sorted(lexicon) and b"price" in lexicon
    assert list(reader.expand_prefix("body", "pri")) == [term for term in lexicon if term.startswith(b"pri")]
    assert b"oil" in [term for _, term in reader.most_frequent_terms("body", 40)]


def test_exclusions_to_the_end_of_a_segment(tmp_path: Path) -> None:
    """Whoosh's matcher of exclusions asks for a document more than there are."""
    commit(tmp_path, build(tmp_path, [[Article("a", body="oil"), Article("b", body="gold")]]))
    with open_dir(str(tmp_path)).searcher() as searching:
        found = searching.search(Not(Term("body", "oil")), limit=None)
        assert [hit["id"] for hit in found] == ["b"]
