"""Threads that read an archive in every way, and compare what they get."""

from __future__ import annotations

import random
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import islice
from types import TracebackType
from typing import Self

import pytest

import searchkit
from searchkit import Article, Engine
from searchkit.engines.opensearch import listing, searching
from tests.opensearch.nodes import wait_for

WORD = "steady"
"""A word that is in each of the articles that are compared, and in no other."""

Read = Callable[["Readers", Engine, random.Random], None]


class Readers:
    """Threads that read from `places`, in turn, until the block ends. An archive may get other
    articles meanwhile, with ids behind those of `articles`, which are in the order of their ids and
    of their dates.

    `failures` has the errors that they saw, and what was not as it should be; each is noted, and
    its thread goes on.
    """

    def __init__(self, places: Sequence[str], articles: Sequence[Article]) -> None:
        self._places, self._articles = places, articles
        self._ids = [article.id for article in articles]
        self._stop = threading.Event()
        self.failures: list[tuple[str, BaseException]] = []
        self._counts = [0] * len(places)
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(len(places))]
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Self:
        # Pages of more than some hits are read from a point in time.
        for module, name, value in (
            (searching, "FIRST_PAGE", 50),
            (searching, "MAX_WINDOW", 100),
            (listing, "IDS_AT_ONCE", 200),
            (listing, "ARTICLES_AT_ONCE", 100),
        ):
            self._patch.setattr(module, name, value)
        for thread in self._threads:
            thread.start()
        self.wait_for_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._patch.undo()

    def wait_for_all(self) -> None:
        """Wait until each has read something twice, and so once from now on."""
        before = list(self._counts)
        wait_for(lambda: all(count > old + 1 for count, old in zip(self._counts, before, strict=True)))

    @property
    def count(self) -> int:
        """How often something was read."""
        return sum(self._counts)

    def describe(self) -> str:
        """What failed, each kind once."""
        kinds = {f"{what}: {error!r}"[:200]: error for what, error in self.failures}
        return "\n".join("".join(traceback.format_exception(error)) for error in kinds.values())

    def _read(self, number: int) -> None:
        choose = random.Random(number)
        with ExitStack() as stack:
            engine = stack.enter_context(searchkit.open(self._places[number]))
            while not self._stop.is_set():
                read = choose.choice(READS)
                try:
                    read(self, engine, choose)
                except Exception as error:
                    self.failures.append((read.__name__, error))
                self._counts[number] += 1

    def _page(self, engine: Engine, choose: random.Random) -> None:
        start = choose.randrange(len(self._ids))
        result = engine.search(WORD, limit=20, offset=start, sort="date")
        assert result.total == len(self._ids)
        assert [hit.id for hit in result.hits] == self._ids[start : start + 20]

    def _deep_page(self, engine: Engine, choose: random.Random) -> None:
        """By a key that others' articles do not change, so the order is known."""
        start = choose.randrange(100)
        result = engine.search(WORD, limit=400, offset=start, sort="date")
        assert [hit.id for hit in result.hits] == self._ids[start : start + 400]
        at = choose.randrange(400)
        assert result.hits[at].article == self._articles[start + at]

    def _deep_page_by_relevance(self, engine: Engine, choose: random.Random) -> None:
        result = engine.search(WORD, limit=None)
        assert sorted(hit.id for hit in result.hits) == self._ids

    def _article(self, engine: Engine, choose: random.Random) -> None:
        article = choose.choice(self._articles)
        assert engine.get(article.id) == article

    def _articles_in_turn(self, engine: Engine, choose: random.Random) -> None:
        assert [stored.article for stored in islice(engine.articles(), len(self._articles))] == self._articles

    def _many(self, engine: Engine, choose: random.Random) -> None:
        results = engine.search_many([WORD, f"{WORD} -{WORD}", f'title:"{WORD} 7"'])
        assert [result.total for result in results] == [len(self._ids), 0, 1]

    def _opened_anew(self, engine: Engine, choose: random.Random) -> None:
        with searchkit.open(choose.choice(self._places)) as other:
            assert other.search(WORD, limit=1).total == len(self._ids)

    def _lists(self, engine: Engine, choose: random.Random) -> None:
        assert [term for term, _ in engine.terms("id", self._ids[0][:2], 50)] == self._ids[:50]
        assert engine.stats().articles >= len(self._ids)


READS: tuple[Read, ...] = (
    Readers._page,
    Readers._deep_page,
    Readers._deep_page_by_relevance,
    Readers._article,
    Readers._articles_in_turn,
    Readers._many,
    Readers._opened_anew,
    Readers._lists,
)
