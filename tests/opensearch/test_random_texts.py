"""Random queries over random texts of few words, in which everything stands near everything:
divided words, also beside their halves, sentences and paragraphs of one word, quotations.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import pytest

from searchkit import Article
from searchkit.engines.memory_snapshot import MemorySnapshot
from searchkit.query.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Gap,
    Inside,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Regex,
    SingleWord,
    SpanNode,
    Together,
    Wildcard,
    Word,
)
from searchkit.query.parse import Query
from tests.opensearch.indexed import ENGLISH, Indexed, indexed

QUERIES = int(os.environ.get("OPENSEARCH_QUERIES", "150"))
"""How many queries there are. OPENSEARCH_QUERIES=2000 makes it a long run."""
PIECES = ["cat", "cats", "s", "b", "Cat", "bé", "cat-\ns", "cat-\nb", "b-\ncat", "b-\nb-\nb", "s-\ns"]
WORDS = ("cat", "s", "b", "catb", "bcat", "bb", "ss", "dog")
OTHERS = (Word("Cat", "", True), Word("bé", "", True), Wildcard("cat*"), Wildcard("?"), Regex("b.?"), Fuzzy("ca", 1))


def make_articles(rng: random.Random, count: int) -> Iterator[Article]:
    def text(most: int) -> str:
        made = ""
        for _ in range(rng.randrange(most)):
            made += rng.choice(PIECES) + rng.choice((" ", " ", " ", " ", ". ", '. "', '" ', ' "', "\n\n"))
        return made

    for number in range(count):
        yield Article(str(number), title=text(4), body=text(14))


class RandomNodes:
    """Makes nodes."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def query(self) -> Node:
        rng = self._rng
        chance = rng.random()
        if chance < 0.6:
            return self.spans(rng.choice((1, 1, 1, 2, 2, 3)))
        if chance < 0.8:
            return AtLeast(rng.choice((2, 2, 3, 4, 5, 7)), self.spans(rng.choice((0, 0, 0, 1, 2))))
        parts = (self.spans(1), self.query())
        return rng.choice((And(parts), Or(parts), And((parts[0], Not(parts[1]))), Not(parts[1])))

    def spans(self, depth: int) -> SpanNode:
        rng = self._rng
        if depth == 0:
            return self.word()
        if rng.random() < 0.2:
            return self.phrase()
        one, other = self.spans(rng.randrange(depth)), self.spans(rng.randrange(depth))
        made = (
            Near(one, other, rng.randint(1, 4), rng.random() < 0.4),
            Near(one, other, rng.randint(1, 4), rng.random() < 0.4),
            NotNear(one, other, rng.randint(1, 4)),
            Together(one, other, rng.choice(("sentence", "paragraph"))),
            Or[SpanNode]((one, other)),
            Inside("quote", (one,) if rng.random() < 0.6 else (one, other)),
        )
        return rng.choice(made)

    def phrase(self) -> Phrase:
        rng = self._rng
        items = [self._item() for _ in range(rng.choice((2, 2, 2, 3, 3, 4)))]
        if len(items) > 2 and rng.random() < 0.3:
            items[1] = Gap()
        return Phrase(tuple(items), rng.choice((0, 0, 0, 1, 2)))

    def word(self) -> SingleWord:
        return self._rng.choice(OTHERS) if self._rng.random() < 0.2 else Word(self._rng.choice(WORDS))

    def _item(self) -> Word | Wildcard | Gap:
        return Wildcard("c*") if self._rng.random() < 0.1 else Word(self._rng.choice(WORDS))


@pytest.fixture(scope="module")
def archive(cluster: str) -> Iterator[tuple[Indexed, MemorySnapshot]]:
    articles = list(make_articles(random.Random(1), 400))
    with indexed(cluster, articles) as made:
        yield made, MemorySnapshot(1, {article.id: article for article in articles}, ENGLISH)


def test_what_stands_near_divided_words_is_found_as_in_memory(archive: tuple[Indexed, MemorySnapshot]) -> None:
    made, memory = archive
    nodes = RandomNodes(random.Random(2))
    wrong = []
    for _ in range(QUERIES):
        node = nodes.query()
        found, expected = made.find(Query(node, str(node))), set(memory.find(node))
        if found != expected:
            wrong.append((str(node), sorted(found - expected), sorted(expected - found)))
    assert wrong == []
