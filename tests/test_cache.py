"""What is kept for later queries: within its budget, made once, shared by threads."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest

from searchkit.cache import ENTRY_OVERHEAD_BYTES, MIN_VALUES, Cache, measure_bytes


@dataclass(frozen=True)
class Entry:
    name: str
    nbytes: int


def test_an_entry_is_made_once() -> None:
    cache = Cache(100_000, measure_bytes)
    first = cache.get("a", lambda: Entry("a", 10))
    assert cache.get("a", lambda: pytest.fail("it was there")) is first
    assert cache.size == 10 + ENTRY_OVERHEAD_BYTES


def test_the_budget_holds_whatever_comes() -> None:
    cache = Cache(20_000, measure_bytes)
    for number in range(500):
        cache.get(number, lambda number=number: Entry(str(number), 37 * (number % 60)))  # type: ignore[misc]
        assert cache.size <= 20_000
    kept = [number for number in range(500) if cache.get(number, lambda: Entry("new", 10**9)).name != "new"]
    assert 10 < len(kept) < 70


def test_what_is_too_large_is_not_kept_and_takes_nothing_away() -> None:
    cache = Cache(80_000, measure_bytes)
    small = cache.get("small", lambda: Entry("small", 100))
    large = 80_000 // MIN_VALUES
    assert cache.get("large", lambda: Entry("large", large)).nbytes == large
    assert cache.get("large", lambda: Entry("again", large)).name == "again"
    assert cache.get("small", lambda: pytest.fail("it was there")) is small


def test_a_round_that_is_a_little_too_large_keeps_most_of_it() -> None:
    cache = Cache(50 * (ENTRY_OVERHEAD_BYTES + 700), measure_bytes)
    made = 0

    def make() -> Entry:
        nonlocal made
        made += 1
        return Entry("", 700)

    for _ in range(20):
        for number in range(60):
            cache.get(number, make)
    assert made < 20 * 60 / 2


def test_threads_share_entries() -> None:
    cache = Cache(30_000, measure_bytes)
    wrong: list[str] = []

    def work(seed: int) -> None:
        for number in range(2_000):
            key = (number * seed) % 97
            if cache.get(key, lambda key=key: Entry(str(key), 11 * key)).name != str(key):  # type: ignore[misc]
                wrong.append(str(key))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 3, 5, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 0 < cache.size <= 30_000
