"""The executor against Whoosh: the same documents, and the same scores to 1e-9, over the same
segments.

Twice: against Whoosh's matchers, put together by hand for trees that hypothesis makes, and against
Whoosh's own searcher with our weighting.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.query.compound import And as AllOf
from whoosh.query.compound import Or as AnyOf
from whoosh.query.positional import Phrase as InOrder
from whoosh.query.qcore import Query
from whoosh.query.terms import Term

from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.toc import encode_toc
from searchkit.bridge.weighting import LuceneBM25
from searchkit.codec.reader import SegmentReader
from searchkit.query.collectors import Scored
from searchkit.query.execute import execute
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Gap,
    Length,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    Weighted,
    Word,
)
from searchkit.query.parse import parse
from searchkit.query.snapshot import Snapshot
from tests.bridge.sample_index import ANALYZER, START, WORDS, articles, build, commit, without
from tests.oracle import twin
from tests.oracle.whoosh_matchers import find
from tests.oracle.whoosh_view import View


class Both:
    """One index, opened by Whoosh and by the executor."""

    def __init__(self, folder: Path, deleted: dict[int, set[int]]) -> None:
        batches = [list(articles(size, seed=n + 7, first=1000 * n)) for n, size in enumerate((260, 1, 90))]
        refs = [without(ref, deleted.get(n, ())) for n, ref in enumerate(build(folder, batches))]
        commit(folder, refs)
        self.folder = folder
        self.view = View(folder, make_schema("en"), [ColumnSegment.from_ref(ref) for ref in refs])
        self.snapshot = Snapshot([(SegmentReader(folder / ref.file), ref.live_docs()) for ref in refs])


@pytest.fixture(scope="module", params=["whole", "deleted"])
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    deleted = {0: set(range(3, 200, 3)), 1: {0}, 2: {89}} if request.param == "deleted" else {}
    opened = Both(tmp_path_factory.mktemp("both"), deleted)
    yield opened
    opened.view.close()


PLAIN = [word for word in WORDS if word.isalpha()]
words = st.builds(Word, st.sampled_from([*PLAIN, "nowhere"]), st.sampled_from(["", "", "title", "body", "topic", "author"]))
dates = st.integers(0, 5000).map(lambda hours: START.replace(tzinfo=None) + timedelta(hours=hours))


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    field = draw(st.sampled_from(["", "title", "body", "topic"]))
    items: list[Any] = []
    for n in range(draw(st.integers(2, 3))):
        if n and draw(st.integers(0, 4)) == 0:
            items.append(Gap())
        items.append(Word(draw(st.sampled_from(["oil", "crude", "the", "of", "price", "shale"])), field))
    return Phrase(tuple(items), draw(st.sampled_from([0, 0, 1, 5])), field)


leaves = st.one_of(
    words,
    words,
    phrases(),
    st.builds(Dates, st.none() | dates, st.none() | dates),
    st.just(Undated()),
    st.builds(Length, st.none() | st.integers(0, 40), st.none() | st.integers(0, 80)),
    st.builds(Present, st.sampled_from(["title", "body", "topic", "author", "section", "lang"])),
    st.builds(Value, st.sampled_from(["en", "made/7", "made/2003", "nowhere"]), st.sampled_from(["lang", "id"])),
    st.just(Everything()),
)
trees: st.SearchStrategy[Node] = st.recursive(
    leaves,
    lambda below: st.one_of(
        st.lists(below, min_size=2, max_size=4).map(lambda children: And(tuple(children))),
        st.lists(below, min_size=2, max_size=4).map(lambda children: Or(tuple(children))),
        st.builds(Not, below),
        st.builds(Weighted, below, st.sampled_from([0.5, 3.0])),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(node=trees)
def test_the_executor_finds_what_whooshs_matchers_find(both: Both, node: Node) -> None:
    found, expected = execute(both.snapshot, node, ANALYZER, Scored()), find(both.view, node)
    assert found.docs.tolist() == expected.docs.tolist()
    np.testing.assert_allclose(found.scores, expected.scores, rtol=0, atol=1e-9)
    assert found.total == expected.total


def in_whoosh(text: str, boost: float = 1.0) -> Query:
    """A word in title or body, as Whoosh asks for it."""
    term = ANALYZER.term(text)
    return AnyOf([Term("title", term, boost=boost), Term("body", term, boost=boost)])


SEARCHES: list[tuple[str, Query]] = [
    ("oil", in_whoosh("oil")),
    ("oil price", AllOf([in_whoosh("oil"), in_whoosh("price")])),
    ("oil OR gold OR wheat", AnyOf([in_whoosh("oil"), in_whoosh("gold"), in_whoosh("wheat")])),
    ("oil^3 OR peace", AnyOf([in_whoosh("oil", 3.0), in_whoosh("peace")])),
    ("(oil OR gold) peace", AllOf([AnyOf([in_whoosh("oil"), in_whoosh("gold")]), in_whoosh("peace")])),
    ("body:talks", Term("body", "talk")),
    ("title:prices", Term("title", "price")),
    ('body:"crude oil"', InOrder("body", ["crude", "oil"])),
    ('"crude oil"', AnyOf([InOrder("title", ["crude", "oil"]), InOrder("body", ["crude", "oil"])])),
    ("topic:gold oil", AllOf([Term("topics", "gold"), in_whoosh("oil")])),
    ("author:bo OR section:world OR topic:shale",
     AnyOf([Term("authors", "bo"), Term("section", "world"), Term("topics", "shale")])),
]  # fmt: skip


@pytest.mark.parametrize(("query", "theirs"), SEARCHES, ids=[query for query, _ in SEARCHES])
def test_whooshs_searcher_scores_as_the_executor(both: Both, query: str, theirs: Query) -> None:
    found = execute(both.snapshot, parse(query).root, ANALYZER, Scored())
    with open_dir(str(both.folder)).searcher(weighting=LuceneBM25()) as searcher:
        hits = searcher.search(theirs, limit=None, terms=False)
        scores = {hit.docnum: hit.score for hit in hits}
    assert dict(zip(found.docs.tolist(), found.scores.tolist(), strict=True)) == pytest.approx(scores, rel=0, abs=1e-9)
    assert len(scores) > 3


def test_the_twin_holds_the_same(tmp_path: Path) -> None:
    batch = [(article, "root/file") for article in articles(150)]
    schema = twin.twin_schema("en")
    segment = twin.write_segment(tmp_path, schema, batch)
    (tmp_path / "_MAIN_1.toc").write_bytes(encode_toc(schema, [segment], 1))
    theirs = View(tmp_path, schema, [segment])
    (ref,) = build(tmp_path, [[article for article, _ in batch]])
    ours = View(tmp_path, make_schema("en"), [ColumnSegment.from_ref(ref)])
    for query in (
        "oil",
        "oil price -gold",
        '"crude oil"',
        "date:2020-03",
        "words:<20",
        "topic:gold",
        "date:none",
        "lang:en",
    ):
        one, other = find(theirs, parse(query).root), find(ours, parse(query).root)
        assert one.docs.tolist() == other.docs.tolist()
        # The twin rounds lengths up.
        np.testing.assert_allclose(one.scores, other.scores, rtol=0.1)
    for field in (
        "title",
        "body",
        "authors",
        "source",
        "section",
        "topics",
        "id",
        "language",
        "url",
        "origin",
        "date",
        "words",
    ):
        one_reader, other_reader = theirs.leaves[0].reader, ours.leaves[0].reader
        lexicon = list(other_reader.lexicon(field))
        assert list(one_reader.lexicon(field)) == lexicon
        for term in lexicon:
            one_matcher, other_matcher = one_reader.postings(field, term), other_reader.postings(field, term)
            assert [*one_matcher.all_ids()] == [*other_matcher.all_ids()]
    for doc in range(150):
        assert theirs.leaves[0].reader.stored_fields(doc) == ours.leaves[0].reader.stored_fields(doc)
    for column in ("id", "date", "words"):
        readers = [view.leaves[0].reader.column_reader(column, translate=False) for view in (theirs, ours)]
        assert list(readers[0]) == list(readers[1])
    theirs.close()
    ours.close()
