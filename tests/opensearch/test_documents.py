"""The documents of articles: what a cluster is sent, and that batches make the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import Article
from searchkit.analysis import LANGUAGES, Analyzer
from searchkit.engines.opensearch import batch_documents
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.documents import document_id, signed, unsigned
from searchkit.indexing.entries import hash_record
from searchkit.schema import to_record
from tests.analysis.test_batch_tokenizer import ASCII_QUOTES, NASTY, QUOTES
from tests.opensearch.reference_documents import make_document

CORPUS = Path(__file__).parents[2] / "corpus"
ENGLISH = Analyzer("en")
ARTICLE = Article(
    "a#1",
    "Oil Prices",
    'He said "no". The nego-\ntiations went on.',
    datetime(2020, 4, 26, 10, tzinfo=timezone(timedelta(hours=2))),
    ("Ana Lima", "Bo Lima"),
    "The Wire",
    language="en",
    url="https://www.X.org/2020/Oil?page=2",
    path="/news/a",
)


def item(article: Article, origin: str = "") -> tuple[Article, str, bytes, int]:
    record = to_record(article, origin)
    return article, origin, record, hash_record(record)


def by_reference(items: Sequence[tuple[Article, str, bytes, int]], analyzer: Analyzer) -> list[Any]:
    return [orjson.loads(orjson.dumps(make_document(*each, analyzer))) for each in items]


def in_a_batch(maker: DocumentMaker, items: Sequence[tuple[Article, str, bytes, int]]) -> list[Any]:
    made = maker.make(items)
    assert not any(b"\n" in document for document in made)
    return [orjson.loads(document) for document in made]


def test_the_document_of_an_article() -> None:
    made = make_document(*item(ARTICLE, "a"), ENGLISH)
    assert made.pop("body")["stem"] == ["he said no the nego tiation went on"]
    assert made.pop("article") == to_record(ARTICLE, "a").decode()
    assert made.pop("record_hash") == signed(hash_record(to_record(ARTICLE, "a")))
    names_structure = [".|s(|p( .|s)|p)"]
    assert made == {
        "id": "a#1",
        "words": 10,
        "title": {
            "stem": ["oil price"],
            "folded": ["oil prices"],
            "surface": ["oil/Oil/oil/Oil prices/Prices/prices/Prices"],
            "structure": names_structure,
        },
        "author": {"words": ["ana lima", "bo lima"], "structure": names_structure * 2, "terms": ["ana", "bo", "lima"]},
        "source": {"words": ["the wire"], "structure": names_structure, "terms": ["the", "wire"], "value": "The Wire"},
        "lang": "en",
        "url": ARTICLE.url,
        "origin": "a",
        "host": "www.x.org",
        "url_path": "/2020/oil",
        "path": ("a", "a#1", "/news/a"),
        "printed": 63_723_492_000_000_000,
        "moment": 63_723_484_800_000_000,
        "date": 1_587_895_200_000,
    }


def test_what_an_article_lacks_its_document_lacks() -> None:
    assert sorted(make_document(*item(Article("a", "...", "")), ENGLISH)) == ["article", "id", "record_hash", "words"]
    assert make_document(*item(Article("a", "", "", source="...")), ENGLISH)["source"] == {"value": "..."}


def test_documents_of_long_ids_have_short_names() -> None:
    assert len(document_id("x" * 8000)) == len(document_id("ü")) == 32
    assert document_id("a") != document_id("b")


def test_hashes_of_64_bits_are_numbers_of_a_cluster() -> None:
    for number in (0, 1, 2**63 - 1, 2**63, 2**64 - 1):
        assert -(2**63) <= signed(number) < 2**63
        assert unsigned(signed(number)) == number


TEXTS = NASTY | QUOTES | ASCII_QUOTES | st.text(max_size=12)
VALUES = st.lists(TEXTS, max_size=2).map(tuple)
ARTICLES = st.builds(
    Article,
    TEXTS.filter(bool),
    TEXTS,
    TEXTS,
    st.none() | st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-7))])),
    VALUES,
    TEXTS,
    section=TEXTS,
    topics=VALUES,
    language=st.sampled_from(["", "en", "tr"]),
    url=st.sampled_from(["", "https://x.org/a?b", "mailto:x"]) | TEXTS,
    path=st.sampled_from(["", "/news/a"]),
)


@settings(deadline=None, max_examples=80)
@given(st.lists(ARTICLES, max_size=4), st.sampled_from(["", "a", "news/b"]), st.sampled_from(["en", "de", "tr", "none"]))
@example([Article("a", "", "four-\nfive-\nsix\n\nx"), Article("b"), Article("c", "é", '"U.S-\nso" "no"')], "", "en")
@example([Article("a", "so-\nso", " ".join(["w"] * 61)), Article("b", "", "a\n\n“b”")], "", "de")
def test_batches_are_documents_one_by_one(articles: list[Article], origin: str, language: str) -> None:
    analyzer = Analyzer(language)
    maker = DocumentMaker(analyzer)
    items = [item(article, origin) for article in articles]
    expected = by_reference(items, analyzer)
    for _ in range(2):  # once as the forms are met, once as they are remembered
        assert in_a_batch(maker, items) == expected


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_sample_articles_in_every_language(language: str) -> None:
    analyzer = Analyzer(language)
    articles = list(searchkit.read(CORPUS))
    items = [item(article, article.id) for article in articles[:: 1 if language == "en" else 7]]
    assert in_a_batch(DocumentMaker(analyzer), items) == by_reference(items, analyzer)


def test_a_full_vocabulary_is_begun_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all languages together."""
    monkeypatch.setattr(batch_documents, "MAX_FORMS", 20)
    maker = DocumentMaker(ENGLISH)
    languages = ("", "tr", "de")
    items = [
        item(Article(str(n), f"A{n} b{n} c{n}", f"D{n}-\ne{n} F{n}x-\nf{n}", language=languages[n % 3])) for n in range(18)
    ]
    counts = []
    for each in items + items[::-1]:
        assert in_a_batch(maker, [each]) == by_reference([each], ENGLISH)
        counts.append(maker.form_count)
    assert 20 < max(counts) <= 20 + 10


def test_values_without_words_take_space_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no JSON of them, but they are keys."""
    monkeypatch.setattr(batch_documents, "_CACHE_BYTES", 300_000)
    maker = DocumentMaker(ENGLISH)
    topics = ["-" * 700 + f"{number:b}".replace("0", "-").replace("1", ".") for number in range(1_000)]
    maker.make([item(Article(f"a{number}", topics=(topic,))) for number, topic in enumerate(topics)])
    assert 200 < len(maker._word_fields._entries) <= 300
