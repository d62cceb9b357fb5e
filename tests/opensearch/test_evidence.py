"""What a diagnosis asks a cluster, compared with the engine in memory."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

import pytest

import searchkit
from searchkit import Article, SearchOptions, StorageError
from searchkit.analysis import fold
from searchkit.engines.memory_evidence import MemoryEvidence
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.evidence import MAX_NEAR_WORDS, ClusterEvidence
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.verification import QueryResolver
from searchkit.query.diagnose import diagnose
from searchkit.query.nodes import Node, Word
from searchkit.query.parse import parse, parse_with_options
from searchkit.query.spelling import max_edits
from searchkit.testing.collection import QUERIES, collection
from searchkit.testing.diagnosis_contract import ARTICLES
from tests.opensearch.archives import new_place
from tests.opensearch.indexed import ENGLISH, CountingCluster, indexed
from tests.oracle.archive import REUTERS

Send = Callable[[dict[str, Any]], dict[str, Any]]
FIELDS = ("", "title", "body", "author", "source", "section", "topic")
DIVIDED = Article(
    "divided",
    "Negotia-\ntions in Café-Crè-\nme",
    "The nego-\ntiator's office. NEGO-\nTIATOR’s and negotiator Nego-\ntiátor.\n\nKara-\nbakh",
    None,
    ("Ana-\nLima", "Éva O'Neill"),
)
GONE = Article("gone", "Taulks pearce", "Peacce TALKS talkes. TruCe\n\nkarabagh", None, ("Anna Limma",), topics=("oyl",))


class Both(NamedTuple):
    """The same articles in a cluster and in memory."""

    cluster: CountingCluster
    evidence: ClusterEvidence
    memory: MemoryEvidence
    snapshot: MemorySnapshot

    def new_evidence(self) -> ClusterEvidence:
        """Evidence that was not asked yet."""
        return ClusterEvidence(Searcher(self.cluster, self.cluster.place.name), partial(_ids_found, self.snapshot))


def _ids_found(snapshot: MemorySnapshot, node: Node, send: Send) -> dict[str, Any]:
    return send({"ids": {"values": sorted(map(document_id, snapshot.find(node)))}})


class Archives:
    """Makes archives of a cluster, which are removed at the end."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._url, self._stack = url, stack

    def make(self, articles: Iterable[Article], deleted: Iterable[Article] = ()) -> Both:
        """An archive on three shards. `deleted` are deleted or replaced, and their segments not
        merged."""
        kept = {article.id: article for article in articles}
        gone = {article.id: article for article in deleted}
        made = self._stack.enter_context(indexed(self._url, [*gone.values(), *kept.values()]))
        for article_id in gone.keys() - kept.keys():
            made.cluster.request("DELETE", f"/{made.name}/_doc/{document_id(article_id)}", params={"refresh": True})
        snapshot = MemorySnapshot(1, kept, ENGLISH)
        evidence = ClusterEvidence(Searcher(made.cluster, made.name), partial(_ids_found, snapshot))
        return Both(made.cluster, evidence, MemoryEvidence(snapshot), snapshot)


@pytest.fixture(scope="module")
def archives(cluster: str) -> Iterator[Archives]:
    with ExitStack() as stack:
        yield Archives(cluster, stack)


@pytest.fixture(scope="module")
def diagnosed(archives: Archives) -> Both:
    """The articles that the contract of engines diagnoses queries of."""
    return archives.make(ARTICLES)


@pytest.fixture(scope="module")
def both(archives: Archives) -> Both:
    """Made-up articles, one with divided words, some deleted and some replaced."""
    articles = collection(60)
    revised = [Article(article.id, "peace revisedd", "Talkss of Karábakh", None, ("Ana Lima",)) for article in articles[:5]]
    return archives.make([*articles[5:], *revised, DIVIDED], [GONE, *articles[:9]])


@pytest.mark.parametrize("field", FIELDS)
def test_words_of_a_field_equal_those_of_memory(both: Both, field: str) -> None:
    evidence, memory = both.evidence, both.memory
    typed = ["talk", "tlaks", "peace", "pearce", "karabach", "karabakh", "cafe", "pricse", "negotiatoin", "negotiator's"]
    for word in [*typed, "negotiator", "negotiations", "creme", "oyl", "limma", "lmia", "o'neil", "wir", "statsu", "zebra"]:
        for edits in (1, 2):
            assert evidence.near_words(word, field, edits) == memory.near_words(word, field, edits), word
        for near in {word, *memory.near_words(word, field, 2)}:
            assert evidence.forms(near, field) == memory.forms(near, field), near
    fresh = both.new_evidence()
    for word in ("talks", "negotiator", "nego", "negotiat", "cafe", "crème", "creme", "ana", "lima", "wire", "oil", "zebra"):
        assert evidence.has_word(word, field) == fresh.has_word(word, field) == memory.has_word(word, field), word
        for length in range(1, len(word) + 1):
            assert evidence.has_prefix(word[:length], field) == memory.has_prefix(word[:length], field), word[:length]


def test_halves_of_a_word_are_known_as_if_they_were_asked(both: Both) -> None:
    for word in ("peacetalks", "oilprice", "statusquo", "o'neillana", "çatruce"):
        both.evidence.near_words(word, "", 2)
        for half in (half for at in range(1, len(word)) for half in (word[:at], word[at:])):
            assert both.evidence.has_word(half, "") == both.memory.has_word(half, ""), half


def test_random_words_equal_those_of_memory(archives: Archives) -> None:
    """Of few letters, so that many are near each other."""
    rng = random.Random(3)
    made = ["".join(rng.choices("abcéßжoil", k=rng.randint(1, 9))) for _ in range(300)]
    both = archives.make(
        Article(f"{at}", " ".join(made[at : at + 5]).title(), " ".join(made[at + 5 : at + 20]), None, (made[at],))
        for at in range(0, 300, 10)
    )
    for word in [*rng.sample(made, 8), "oil", "abcoil", "жжжо", "zzzz"]:
        for field in ("", "title", "author") if len(word) >= 3 else ():
            for edits in (1, 2):
                found = both.evidence.near_words(word, field, edits)
                assert found == both.memory.near_words(word, field, edits), (word, field)
                for near in list(found)[:5]:
                    assert both.evidence.forms(near, field) == both.memory.forms(near, field)


@pytest.mark.skipif(not REUTERS.exists(), reason=f"{REUTERS.name} is not there")
def test_misspelled_words_of_real_articles_equal_those_of_memory(archives: Archives) -> None:
    rng = random.Random(7)
    both = archives.make(islice(searchkit.read(REUTERS), 0, 4_000, 40))
    words = sorted(word for word in {fold(form) for form in both.snapshot.fields["body"].forms()} if max_edits(word))
    for word in rng.sample(words, 5):
        at = rng.randrange(len(word))
        for typed in (word[:at] + word[at + 1 :], word[:at] + rng.choice("aenrst") + word[at:], word):
            edits = max_edits(typed)
            found = both.evidence.near_words(typed, "", edits) if edits else {}
            assert found == (both.memory.near_words(typed, "", edits) if edits else {}), typed
            for near in sorted(found)[:3]:
                assert both.evidence.forms(near, "") == both.memory.forms(near, "")


def test_of_very_many_near_words_the_nearest_are_kept(archives: Archives) -> None:
    letters = string.ascii_lowercase
    far = [f"presi{one}{other}nt" for one in letters for other in letters]
    both = archives.make([Article("a", body=" ".join([*far, "presidents", "persident"])), Article("b", body="presidant")])
    found = both.evidence.near_words("president", "", 2)
    assert len(found) == MAX_NEAR_WORDS
    assert (
        {"president", "presidents", "persident", "presidant"}
        <= found.keys()
        <= both.memory.near_words("president", "", 2).keys()
    )


def test_sets_equal_those_of_memory(both: Both) -> None:
    evidence, memory = both.evidence, both.memory
    rng = random.Random(4)
    nodes = [parse(query).root for query in QUERIES]
    for _ in range(60):
        chosen = rng.sample(nodes, rng.randint(1, 25))
        ours, theirs = evidence.docs(chosen[0]), memory.docs(chosen[0])
        for node in chosen[1:]:
            if rng.random() < 0.6:
                ours, theirs = evidence.unite(ours, evidence.docs(node)), memory.unite(theirs, memory.docs(node))
            else:
                ours, theirs = evidence.intersect(ours, evidence.docs(node)), memory.intersect(theirs, memory.docs(node))
        assert evidence.count(ours) == memory.count(theirs), chosen


def test_dates_and_values_equal_those_of_memory(both: Both, archives: Archives) -> None:
    for each in (both, archives.make([Article("a", body="undated")]), archives.make([], [GONE])):
        assert repr(each.evidence.date_span()) == repr(each.memory.date_span())
        for field in ("lang", "source"):
            assert each.evidence.values(field) == each.memory.values(field)


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("azerbijan", 4),
        ("peace azerbiajan", 7),
        ('"climate chnge"', 10),
        ("author:mamadov", 2),
        ("mamadov", 2),
        ("peacetalks", 2),
        ("azerbij*", 3),
        ("peace w/5 (tlaks OR zebra)", 7),
        ("lang:EN", 2),
        ("date:2031 oil", 3),
        ('author:mamadov "climate chnge" date:2031..', 14),
        (" ".join(f"zebra{letter}" for letter in string.ascii_lowercase), 25),
    ],
)
def test_a_diagnosis_takes_few_requests(diagnosed: Both, query: str, most: int) -> None:
    evidence, before = diagnosed.new_evidence(), diagnosed.cluster.requests
    parsed = parse_with_options(query, SearchOptions(), "en")
    total = len(diagnosed.snapshot.find(parsed.root))
    found = diagnose(parsed, total, evidence, SearchOptions(), "en")
    assert found == diagnose(parsed, total, diagnosed.memory, SearchOptions(), "en")
    assert diagnosed.cluster.requests - before <= most


@pytest.fixture
def engine(cluster: str) -> Iterator[searchkit.Engine]:
    with new_place(cluster) as place, searchkit.open(place.text, create=True, shards=3, replicas=0) as opened:
        yield opened


def test_a_pattern_may_stand_for_more_words_than_a_cluster_takes_inside_a_phrase(engine: searchkit.Engine) -> None:
    engine.add([Article("a", body=" ".join(f"word{number}" for number in range(3_000))), Article("b", body="zebras")])
    diagnosis = engine.search('"wor* zebr*" zebras word7').diagnosis
    assert [(clause.total, clause.total_without) for clause in diagnosis.clauses] == [(0, 0), (1, 0), (1, 0)]


def test_where_too_many_articles_would_be_read_the_clauses_are_unknown(
    engine: searchkit.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole query is answered: the other clause leaves few to read."""
    engine.add([Article(f"{number}", body="“Karabakh” is far") for number in range(3)])
    assert len(engine.search("quote:karabach~2 zebra").diagnosis.clauses) == 2
    resolver = QueryResolver(engine._searcher, ENGLISH, max_candidates=2)  # type: ignore[attr-defined]
    monkeypatch.setattr(engine, "_resolver", resolver)
    result = engine.search("quote:karabach~2 zebra")
    assert result.total == 0
    assert (result.diagnosis.total, result.diagnosis.clauses) == (0, ())


def test_a_search_that_is_refused_is_an_error(both: Both) -> None:
    evidence = ClusterEvidence(
        Searcher(both.cluster, both.cluster.place.name), lambda node, send: send({"no_such_query": {}})
    )
    docs = evidence.docs(Word("peace"))
    with pytest.raises(StorageError, match="no_such_query"):
        evidence.count(docs)
