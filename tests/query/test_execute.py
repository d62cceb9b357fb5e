"""The head of a ranking is that of the full one, by whichever way it is found.

The ways of large indexes (upper bounds first, sets and columns made when they are wanted) are taken
here over a small one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec.reader import SegmentReader
from searchkit.model import Sort
from searchkit.query import execute as executing
from searchkit.query import parse, phrases, word_postings
from searchkit.query import snapshot as snapshots
from searchkit.query.collectors import Count, Scored
from searchkit.query.execute import execute
from searchkit.query.matches import DECIMALS
from searchkit.query.nodes import (
    And,
    AtLeast,
    Dates,
    Everything,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Together,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.query.score_options import Recency, ScoreOptions
from searchkit.query.snapshot import Snapshot
from searchkit.schema import FIELD_WEIGHTS, UNDATED, printed_micros
from tests.bridge.sample_index import ANALYZER, START, WORDS, articles, build, without

TEXTS = st.sampled_from(sorted({word.lower() for word in WORDS if word.isalpha()}))
ONE_WORD = st.one_of(
    st.builds(Word, TEXTS, st.sampled_from(["", "", "title", "topic"])), st.sampled_from([Wildcard("p*"), Wildcard("*s")])
)
PHRASES = st.builds(Phrase, st.lists(TEXTS.map(Word), min_size=2, max_size=3).map(tuple), st.sampled_from([0, 0, 2]))
NEAR = st.builds(Near, TEXTS.map(Word), TEXTS.map(Word), st.integers(1, 6), st.booleans())
TOGETHER = st.builds(Together, TEXTS.map(Word), TEXTS.map(Word), st.just("sentence"))
FILTERS = st.sampled_from([Everything(), Dates(START, None), Dates(None, START.replace(tzinfo=None))])
LEAVES = st.one_of(ONE_WORD, ONE_WORD, ONE_WORD, PHRASES, NEAR, TOGETHER, FILTERS)


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    return st.one_of(
        several.map(And),
        several.map(Or),
        inner.map(Not),
        st.builds(Weighted, inner, st.sampled_from([0.001, 0.5, 3.0, 1e6])),
        st.builds(AtLeast, st.integers(1, 3), TEXTS.map(Word)),
    )


TREES = st.recursive(LEAVES, larger, max_leaves=8)


@pytest.fixture(scope="module", params=["small", "large"])
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("index")
    batches = [list(articles(size, seed=n + 11, first=1000 * n)) for n, size in enumerate((170, 1, 230))]
    refs = build(folder, batches)
    refs[2] = without(refs[2], range(0, 230, 5))
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "large":
            for module, name, value in (
                (snapshots, "SMALL_SNAPSHOT", 0),
                (word_postings, "SMALL_SNAPSHOT", 0),
                (executing, "MAX_UNPRUNED_MATCHES", 0),
                (word_postings, "DOCS_PER_BLOCK", 16),
                (phrases, "KEYS_PER_MERGE", 64),
                (phrases, "DOC_LOOKUP_RATIO", 2),
            ):
                patched.setattr(module, name, value)
        yield Snapshot([(SegmentReader(folder / ref.file), ref.live_docs()) for ref in refs])


DAYS = 86_400_000_000
FADING = st.builds(
    ScoreOptions,
    st.sampled_from([FIELD_WEIGHTS, {"title": 0.0, "body": 1.0}, {"title": 1e6, "body": 0.001}]),
    st.builds(
        Recency,
        st.sampled_from([0.1 * DAYS, 1.0 * DAYS, 90.0 * DAYS, 4000.0 * DAYS]),
        st.integers(-60, 9_000).map(lambda days: printed_micros(START) + days * DAYS),
        st.just(printed_micros(START)),
    ),
)


@settings(deadline=None, max_examples=200)
@given(TREES, st.sampled_from([1, 3, 10, 50]), FADING)
def test_the_head_of_a_ranking_that_fades(snapshot: Snapshot, node: Node, best: int, options: ScoreOptions) -> None:
    """Against the scores of all documents, each faded by itself."""
    full = execute(snapshot, node, ANALYZER, Scored(None, "relevance", options))
    head = execute(snapshot, node, ANALYZER, Scored(best, "relevance", options))
    assert options.recency is not None
    keys = {}
    for doc, score in zip(full.docs.tolist(), full.scores.tolist(), strict=True):
        printed = snapshot.printed_date(doc)
        newest = (1, 0) if printed is None else (0, -printed)
        keys[doc] = (-round(options.recency.rank_score(score, printed), DECIMALS), *newest)
    assert head.total == full.total == len(keys)
    if keys:
        last = sorted(keys.values())[min(best, len(keys)) - 1]
        assert {doc for doc, key in keys.items() if key <= last} == set(head.docs.tolist())


@settings(deadline=None, max_examples=300)
@given(TREES, st.sampled_from([1, 3, 10, 50]), st.sampled_from(["relevance", "relevance", "date", "-date"]))
def test_the_head_of_a_ranking(snapshot: Snapshot, node: Node, best: int, sort: Sort) -> None:
    full = execute(snapshot, node, ANALYZER, Scored())
    head = execute(snapshot, node, ANALYZER, Scored(best, sort))
    assert head.total == full.total == len(full.docs) == execute(snapshot, node, ANALYZER, Count())
    scores, dates = full.scores.tolist(), snapshot.dates[full.docs].tolist()
    largest = max((abs(score) for score in scores), default=0.0)

    def key(index: int) -> tuple[float, ...]:
        newest = (1, 0) if dates[index] == UNDATED else (0, dates[index] if sort == "date" else -dates[index])
        return (-round(scores[index], DECIMALS), *newest) if sort == "relevance" else newest

    keys = {int(doc): key(index) for index, doc in enumerate(full.docs.tolist())}
    if keys:
        last = sorted(keys.values())[min(best, len(keys)) - 1]
        # Sums of few and of many are added in the same order; large weights leave their last bits
        # open.
        wanted = {doc for doc, its in keys.items() if its <= last}
        sure = {doc for doc, its in keys.items() if its[0] < last[0] - largest * 1e-12} if sort == "relevance" else wanted
        assert sure <= set(head.docs.tolist()) if largest > 1e4 else wanted == set(head.docs.tolist())
    exact = dict(zip(full.docs.tolist(), scores, strict=True))
    assert np.allclose(head.scores, [exact[doc] for doc in head.docs.tolist()], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("query", ["oil", "oil OR gold", "oil price", "oil -gold"])
@pytest.mark.parametrize("weight", [1e6, 1e-6])
def test_weights_inside_weights(snapshot: Snapshot, query: str, weight: float) -> None:
    """However large they become, the order is that of the query itself."""
    root = parse(query).root
    plain = execute(snapshot, root, ANALYZER, Scored(10))
    for _ in range(9 if weight > 1 else 1):
        root = Weighted(root, weight)
    weighted = execute(snapshot, root, ANALYZER, Scored(10))
    assert weighted.total == plain.total
    assert set(plain.docs.tolist()) <= set(weighted.docs.tolist()) or weight > 1
    assert np.isfinite(weighted.scores).all()
    top = plain.docs[np.argmax(plain.scores)]
    assert top in weighted.docs.tolist()
