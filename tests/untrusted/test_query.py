"""Queries made to take for ever: each is answered, or is an error that names the limit."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

import searchkit
from searchkit.errors import QueryError
from searchkit.model import Article
from searchkit.query.parse import MAX_QUERY_LENGTH, parse

TOO_MUCH = [
    "(" * 10_000,
    "(" * 60 + "a" + ")" * 60,
    "NOT " * 60 + "a",
    "-" * 10_000 + "a",
    "a " * 1_001,
    '"' + "a " * 1_001 + '"',
    "a w/5 " * 60 + "a",
    "atleast2(" * 60 + "a" + ")" * 60,
    "a" * (MAX_QUERY_LENGTH + 1),
    "/" + "(a|b)" * 400 + "{99}/",
    "/(a{1,99}){1,99}/",
    "/" + "(" * 2_000 + "a" + ")" * 2_000 + "/",
    "/[ab]*a" + "[ab]" * 40 + "/",
    "date:" + "9" * 5_000,
    "words:" + "9" * 5_000,
    "a^" + "9" * 5_000,
    '"a b"~' + "9" * 5_000,
    "a w/" + "9" * 5_000 + " b",
    "atleast" + "9" * 5_000 + "(a)",
    "title:" * 3_000,
    "a:" * 9_000,
]
MUCH = [
    "a" * MAX_QUERY_LENGTH,
    "*" * MAX_QUERY_LENGTH,
    "*a" * 9_000,
    "?" * MAX_QUERY_LENGTH,
    "/(a*)*b/",
    "/(a|aa)+$/",
    "/.*.*.*.*.*.*x/",
    "/" + "a?" * 200 + "a" * 200 + "/",
    " OR ".join(["a*"] * 900),
    " OR ".join(["word~2"] * 900),
    " ".join(['"a b"~99'] * 300),
    "*" + "a*" * 500,
    "a." * 9_000,
    "é\u0301" * 9_000,
    "=" * MAX_QUERY_LENGTH,
    "’" * MAX_QUERY_LENGTH,
]


@pytest.mark.parametrize("query", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_beyond_the_budget_an_error_names_the_limit(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.message
    assert 0 <= caught.value.column <= len(query)
    assert len(caught.value.message) < 25_000


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> searchkit.ArchiveEngine:
    """Words that take patterns much work."""
    words = [*("a" * n for n in range(1, 60)), *("ab" * n + "word" for n in range(1, 30)), *(f"word{n}" for n in range(500))]
    made = searchkit.open(tmp_path_factory.mktemp("index"), create=True)
    made.add(Article(str(n), body=" ".join(words[n:])) for n in range(20))
    return made


@pytest.mark.parametrize("query", [*MUCH, *TOO_MUCH], ids=range(len(MUCH) + len(TOO_MUCH)))
def test_within_the_budget_there_is_an_answer(query: str, engine: searchkit.ArchiveEngine) -> None:
    """With little memory; a limit of processor time would end the test process of a query that
    hangs."""
    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (in_use + 200 * 2**20, before[1]))
    try:
        assert engine.search(query, limit=3).total >= 0
    except QueryError as error:
        assert error.message
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
