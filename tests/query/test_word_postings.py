"""What a word comes to in an index of several segments, some articles of which are deleted: against
counting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from searchkit.analysis import fold, tokenize, wildcard_regex, without_hyphen
from searchkit.codec.reader import SegmentReader
from searchkit.model import Article
from searchkit.query import bitsets, phrases, word_postings
from searchkit.query import snapshot as snapshots
from searchkit.query.nodes import Wildcard, Word
from searchkit.query.phrases import find_phrases
from searchkit.query.scorers import ScoringBatch
from searchkit.query.snapshot import Snapshot
from searchkit.query.sorted_arrays import distinct
from searchkit.query.terms import SingleWord
from searchkit.query.word_lookup import WordLookup
from searchkit.query.word_postings import BOUND_ERROR, MAX_IMPACT, repeat_each
from searchkit.scoring import bm25, length_norms
from tests.bridge.sample_index import ANALYZER, articles, build, without

DELETED = {0: {3, 7, 41, 200}, 2: set(range(0, 90, 4))}
QUERIES: list[SingleWord] = [
    *(Word(text) for text in ("oil", "prices", "the", "peace", "status", "Müller's", "баку", "zairean")),
    *(Word(text, "", True) for text in ("Price", "Talks", "fed")),
    *(Wildcard(pattern) for pattern in ("p*", "*s", "ma*t", "m?n")),
]


class Index:
    """A snapshot, and the articles of which it consists; None where one is deleted."""

    def __init__(self, folder: Path) -> None:
        batches = [list(articles(size, seed=n + 3, first=1000 * n)) for n, size in enumerate((260, 1, 90))]
        refs = [without(ref, DELETED.get(n, ())) for n, ref in enumerate(build(folder, batches))]
        self.snapshot = Snapshot([(SegmentReader(folder / ref.file), ref.live_docs()) for ref in refs])
        self.lookup = WordLookup(self.snapshot, ANALYZER)
        self.articles: list[Article | None] = [
            None if doc in DELETED.get(n, ()) else article
            for n, batch in enumerate(batches)
            for doc, article in enumerate(batch)
        ]

    def positions(self, word: SingleWord, attribute: str) -> dict[int, list[int]]:
        """Where a word stands in each article that has it."""
        found: dict[int, list[int]] = {}
        for doc, article in enumerate(self.articles):
            words = tokenize(getattr(article, attribute) if article else "")
            positions = [first for form, first, _ in words.form_spans() if _is(word, without_hyphen(form))]
            if positions:
                found[doc] = positions
        return found

    def length(self, doc: int, attribute: str) -> int:
        article = self.articles[doc]
        return len(tokenize(getattr(article, attribute)).forms) if article else 0


def _is(word: SingleWord, form: str) -> bool:
    match word:
        case Word(text, _, True):
            return form == text if text != fold(text) else fold(form) == text
        case Word(text):
            return ANALYZER.term(form) == ANALYZER.term(text)
        case Wildcard(pattern):
            return wildcard_regex(pattern).fullmatch(fold(form)) is not None
    raise AssertionError(word)


@pytest.fixture(scope="module", params=["small", "large"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The ways of large indexes are taken over a small one too."""
    with pytest.MonkeyPatch.context() as patched:
        if request.param == "large":
            for module, name, value in (
                (snapshots, "SMALL_SNAPSHOT", 0),
                (word_postings, "SMALL_SNAPSHOT", 0),
                (word_postings, "DOCS_PER_BLOCK", 16),
                (phrases, "KEYS_PER_MERGE", 64),
            ):
                patched.setattr(module, name, value)
        yield Index(tmp_path_factory.mktemp("index"))


@pytest.mark.parametrize("attribute", ["title", "body"])
@pytest.mark.parametrize("word", QUERIES, ids=str)
def test_where_a_word_stands(index: Index, word: SingleWord, attribute: str) -> None:
    wanted = index.positions(word, attribute)
    postings, position_keys = index.lookup.postings(word, attribute), index.snapshot.field(attribute).position_keys
    docs = np.array(sorted(wanted), dtype=np.int64)
    assert postings.docs.tolist() == docs.tolist()
    assert postings.tf.tolist() == [len(wanted[doc]) for doc in docs.tolist()]
    assert bitsets.to_docs(postings.bits, index.snapshot.size).tolist() == docs.tolist()
    assert postings.ranks(docs).tolist() == list(range(len(docs)))
    positions = index.lookup.positions(word, attribute)
    keys = [int(position_keys.starts[doc]) + position for doc in docs.tolist() for position in wanted[doc]]
    assert positions.keys.tolist() == keys
    assert position_keys.docs_of(positions.keys).tolist() == [doc for doc in docs.tolist() for _ in wanted[doc]]
    some = docs[::3]
    picked, counts, indexes = positions.keys_in_docs(some)
    assert positions.keys[indexes].tolist() == picked.tolist()
    assert counts.tolist() == [len(wanted[doc]) for doc in some.tolist()]
    assert picked.tolist() == [
        int(position_keys.starts[doc]) + position for doc in some.tolist() for position in wanted[doc]
    ]


@pytest.mark.parametrize("asked", [[0, 1, 2], list(range(351)), list(range(5, 300, 40))])
@pytest.mark.parametrize("word", QUERIES, ids=str)
def test_frequencies_in_any_articles(index: Index, word: SingleWord, asked: list[int]) -> None:
    wanted = index.positions(word, "body")
    found = index.lookup.postings(word, "body").tf_at(np.array(asked, dtype=np.int64))
    assert found.tolist() == [len(wanted.get(doc, ())) for doc in asked]


@pytest.mark.parametrize("attribute", ["title", "body"])
@pytest.mark.parametrize("word", QUERIES, ids=str)
def test_impacts_bound_the_scores(index: Index, word: SingleWord, attribute: str) -> None:
    """A score lies between a level and the one below it, and what is 0 is 0; over all articles, and
    over a few."""
    wanted = index.positions(word, attribute)
    impacts, postings = index.lookup.impacts(word, attribute), index.lookup.postings(word, attribute)
    lengths = np.array([index.length(doc, attribute) for doc in range(351)])
    tf = np.array([len(wanted.get(doc, ())) for doc in range(351)])
    average = lengths.sum() / np.count_nonzero(lengths)
    exact = bm25(tf.astype(np.float64), length_norms(lengths, average), postings.idf)
    sums = np.zeros(351, dtype=np.float32)
    impacts.add_bounds(sums, 2.5)
    exact *= 2.5
    slack = 2.5 * impacts.unit
    assert impacts.unit > 0 or not wanted
    assert np.all(sums >= exact * (1 - 2 * BOUND_ERROR))
    assert np.all(sums <= exact + slack * (1 + 2 * BOUND_ERROR))
    assert np.array_equal(sums > 0, tf > 0)
    docs = np.arange(1, 351, 7)
    assert impacts.bounds_at(docs, 2.5).tolist() == sums[docs].tolist()
    assert impacts.unit * MAX_IMPACT <= postings.idf + 1e-9 or not wanted


def test_what_lengths_weigh(index: Index) -> None:
    docs = np.array([0, 5, 300])
    norms = ScoringBatch(index.snapshot, docs).norms("body")
    assert np.allclose(index.snapshot.field("body").float32_norms[docs], norms, rtol=1e-6)


@pytest.mark.parametrize(
    "words",
    [
        [(Word("oil"), 0), (Word("price"), 1)],
        [(Word("the"), 0), (Word("said"), 1), (Word("of"), 3)],
        [(Word("talks"), 0), (Word("talks"), 1)],
        [(Wildcard("p*"), 0), (Word("oil"), 2)],
        [(Word("peace"), 0)],
        [(Word("zairean"), 0), (Word("oil"), 1)],
    ],
    ids=str,
)
@pytest.mark.parametrize("attribute", ["title", "body"])
@pytest.mark.parametrize("step", [1, 13])
def test_phrases(index: Index, words: list[tuple[SingleWord, int]], attribute: str, step: int) -> None:
    """The positions of a phrase: in all candidates, and in a few of them."""
    lookup, snapshot = index.lookup, index.snapshot
    positions = [(index.positions(word, attribute), shift) for word, shift in words]
    candidates = [doc for doc in range(0, 351, step) if all(doc in there for there, _ in positions)]
    wanted = [
        (doc, first)
        for doc in candidates
        for first in positions[0][0][doc]
        if all(first + shift in there[doc] for there, shift in positions)
    ]
    position_keys = snapshot.field(attribute).position_keys
    phrase_words = [(lookup.postings(word, attribute), lookup.positions(word, attribute), shift) for word, shift in words]
    keys = find_phrases(phrase_words, bitsets.from_docs(np.array(candidates, dtype=np.int64), snapshot.size), position_keys)
    docs = position_keys.docs_of(keys)
    found = list(zip(docs.tolist(), (keys - position_keys.starts[docs]).tolist(), strict=True))
    assert [one for one in found if one[0] in set(candidates)] == wanted
    assert distinct(docs).tolist() == sorted(set(docs.tolist()))


def test_repeat_each() -> None:
    assert repeat_each(np.array([5, 3, 9], dtype=np.uint32), np.array([2, 1, 3], dtype=np.uint8)).tolist() == [
        5,
        5,
        3,
        9,
        9,
        9,
    ]
    assert repeat_each(np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.uint8)).tolist() == []
