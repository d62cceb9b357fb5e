"""Queries that a cluster does not find exactly are verified on the candidates, within limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from searchkit import Article, QueryError
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.engines.opensearch.refusals import RequestRefused
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.verification import QueryResolver
from searchkit.query.nodes import And
from searchkit.query.parse import parse
from searchkit.schema import FIELD_WEIGHTS
from tests.opensearch.indexed import ENGLISH, Indexed, indexed

MATCHING, NEARLY, OTHERS = 7, 12, 600
CHAIN = "oil w/3 price w/1 rise"


def make_articles() -> Iterator[Article]:
    """Some articles match CHAIN by a span in which a smaller one lies, which a cluster does not
    see; some nearly do, and most have only its words."""
    for number in range(MATCHING):
        yield Article(f"matching/{number}", body="The rise oil oil or price.")
    for number in range(NEARLY):
        yield Article(f"nearly/{number}", body="The rise so oil oil or price.")
    for number in range(OTHERS):
        yield Article(f"other/{number}", title=f"word{number}", body=f"Oil. {'So. ' * 9} Price there. {'So. ' * 9} Rise.")


@pytest.fixture(scope="module")
def archive(cluster: str) -> Iterator[Indexed]:
    with indexed(cluster, list(make_articles())) as made:
        yield made


def count(
    archive: Indexed, text: str, resolver: QueryResolver | None = None, weights: Mapping[str, float] = FIELD_WEIGHTS
) -> tuple[int, int, int]:
    """How many articles a query finds, how many requests that costs, and how many other documents
    their answers hold."""
    before = archive.cluster.requests, archive.cluster.documents
    found = len(archive.find(parse(text), resolver, weights))
    return found, archive.cluster.requests - before[0], archive.cluster.documents - before[1] - found


@pytest.mark.parametrize(
    "text",
    """
    oil ; oil -rise ; "oil price" ; oil w/3 price ; (oil OR rise) pre/4 pric* ; oil /s price ; lede:oil ; quote:oil w/3 rise
    oil not w/3 (price OR rise) ; atleast2(oil) ; oil w/9 rize~ ; =Oil w/9 there ; "oil * price" w/3 rise ; title:(oil /p rise)
    """.replace("\n", ";").split(";")[1:-1],
)
def test_an_exact_query_costs_one_request_and_reads_nothing(archive: Indexed, text: str) -> None:
    _, requests, read = count(archive, text)
    assert (requests, read) == (1, 0)


def test_only_candidates_are_read(archive: Indexed) -> None:
    assert count(archive, CHAIN) == (MATCHING, 2, MATCHING + NEARLY)
    assert count(archive, f"NOT ({CHAIN})") == (NEARLY + OTHERS, 2, MATCHING + NEARLY)


def test_candidates_are_read_from_the_copies_that_are_searched(archive: Indexed, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    request = archive.cluster.request

    def noting(method: str, path: str, **options: Any) -> Any:
        asked.append((path, options["params"]))
        return request(method, path, **options)

    monkeypatch.setattr(archive.cluster, "request", noting)
    assert len(archive.find(parse(CHAIN))) == MATCHING
    (path, params), other = asked
    assert (path, params) == other
    assert params["preference"]
    assert params["allow_partial_search_results"] is False


def test_exact_parts_beside_it_leave_fewer_candidates(archive: Indexed) -> None:
    assert count(archive, f"{CHAIN} id:nearly/1*") == (0, 2, 3)
    assert count(archive, f"id:matching/3 ({CHAIN})") == (1, 2, 1)
    assert count(archive, f"{CHAIN} OR rise", weights={}) == (MATCHING + NEARLY + OTHERS, 2, 0)


def test_what_would_be_found_anyway_is_verified_for_its_scores(archive: Indexed) -> None:
    assert count(archive, f"{CHAIN} OR rise") == (MATCHING + NEARLY + OTHERS, 2, MATCHING + NEARLY)


@pytest.mark.parametrize(
    "text",
    [
        f"({CHAIN}) OR id:nearly/2 -id:matching/3",
        f"NOT ({CHAIN} OR id:other*)",
        f"oil (NOT ({CHAIN}) OR id:matching/1)^2",
        f"({CHAIN} OR word3) (id:*/3 OR id:*/4) -(id:matching/4 {CHAIN})",
        f"atleast2({CHAIN}) OR atleast1({CHAIN}) -id:*6",
        f"lede:({CHAIN}) OR quote:({CHAIN})",
    ],
)
def test_exact_parts_and_others_stand_inside_each_other(archive: Indexed, text: str) -> None:
    query = parse(text)
    memory = MemorySnapshot(1, {article.id: article for article in make_articles()}, ENGLISH)
    assert archive.find(query) == set(memory.find(query.root))


def test_many_candidates_are_read_in_pages(archive: Indexed) -> None:
    """A fuzzy word of two edits has no rule of intervals."""
    assert count(archive, "oil w/1 pryyce~2") == (0, 3, OTHERS + MATCHING + NEARLY)


def test_too_many_candidates_are_an_error_that_names_the_limit_and_the_part(archive: Indexed) -> None:
    resolver = QueryResolver(Searcher(archive.cluster, archive.name), ENGLISH, max_candidates=MATCHING + NEARLY)
    assert count(archive, CHAIN, resolver) == (MATCHING, 2, MATCHING + NEARLY)
    resolver = QueryResolver(Searcher(archive.cluster, archive.name), ENGLISH, max_candidates=MATCHING + NEARLY - 1)
    with pytest.raises(QueryError, match=r"may match more than 18 articles, each of which would have to be read") as caught:
        archive.find(parse(f"the AND {CHAIN}"), resolver)
    error = caught.value
    assert error.query[error.column : error.column + error.length] == CHAIN
    assert "AND" in error.hint


def test_a_part_of_a_query_is_resolved_by_itself(archive: Indexed) -> None:
    query = parse(f"word7 {CHAIN}")
    assert isinstance(query.root, And)
    totals = [archive.ask(archive.resolver.resolve(query, root))["hits"]["total"]["value"] for root in query.root.children]
    assert totals == [1, MATCHING]


def test_patterns_of_too_many_words_stand_outside_of_intervals(archive: Indexed) -> None:
    """The cluster refuses 1,024 words inside of them. What is refused once is not sent again."""
    lasts = " OR ".join(f"last{number}" for number in range(150))
    in_vain = f"(last OR {lasts}) w/3 ({lasts}) w/3 ({lasts})"
    with indexed(archive.cluster.place.hosts[0], list(many_words())) as made:
        assert count(made, "word* w/2 last") == (2, 3, 2)
        assert count(made, "word* w/2 last") == (2, 2, 2)
        assert count(made, "/word.*/ not w/2 last") == (3, 3, 2)
        for requests in (4, 2, 2):
            assert count(made, f"word* w/2 last OR ({in_vain})") == (2, requests, 2)


def many_words() -> Iterator[Article]:
    for number in range(3):
        yield Article(str(number), body=" ".join(f"word{number}x{n}" for n in range(1200)) + " or last" * (number > 1))
    yield Article("last", body="word last")


def test_operators_deep_inside_each_other_find_their_words_first(archive: Indexed) -> None:
    """With each operator inside another one, rules double."""
    chain = "oil" + " w/3 or" * 30
    assert count(archive, f"{chain} OR id:other/1") == (1, 2, MATCHING + NEARLY)


def test_operands_of_many_words_beside_a_condition(archive: Indexed) -> None:
    """Candidates are asked for with fewer than 1,024 words."""
    oil, price, rise = (
        " OR ".join([word, *(f"{word}{number}" for number in range(14))]) for word in ("oil", "price", "rise")
    )
    chain = f"({oil}) w/3 ({price}) w/1 ({rise})"
    for text in (chain, f"{chain} id:*", f"id:* {chain} -id:other/1"):
        assert count(archive, text) == (MATCHING, 2, MATCHING + NEARLY)


def test_four_hundred_words_are_within_the_limits_of_a_cluster(archive: Indexed) -> None:
    words = " OR ".join(f"word{number}" for number in range(400))
    assert count(archive, words) == (400, 1, 0)
    assert count(archive, f"NOT ({words})") == (MATCHING + NEARLY + OTHERS - 400, 1, 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" OR ".join(f"word{number}" for number in range(600)), "more parts than the cluster takes"),
        ("*a?????????????????????????b", "too complex for the cluster"),
    ],
)
def test_limits_of_the_cluster_are_errors_of_the_query(archive: Indexed, text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as caught:
        archive.find(parse(text))
    assert caught.value.hint
    assert caught.value.query == text


def test_other_errors_of_the_cluster_stay(archive: Indexed) -> None:
    resolver = QueryResolver(Searcher(archive.cluster, f"{archive.name}-not"), ENGLISH)
    with pytest.raises(RequestRefused, match="no such index"):
        resolver.resolve(parse(CHAIN))
