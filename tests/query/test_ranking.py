"""The heads of rankings, against sorting everything."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.model import Sort
from searchkit.query.matches import DECIMALS
from searchkit.query.ranking import competitive_docs, top_docs
from searchkit.schema import UNDATED

SCORES = st.lists(st.integers(0, 12), min_size=1, max_size=400)


@given(SCORES, st.integers(1, 20), st.integers(0, 100), st.integers(0, 2**32))
def test_whatever_can_be_among_the_best_is_looked_at(levels: list[int], best: int, slack: int, seed: int) -> None:
    """Of all scores that the bounds allow, the best and those that tie with the last of them are
    among the chosen."""
    bounds = np.array(levels, dtype=np.float32) / np.float32(7)
    exact = np.maximum(0, bounds - np.random.default_rng(seed).random(len(bounds)) * slack / 100)
    chosen = set(competitive_docs(bounds, slack / 100, best).tolist())
    bar = sorted(exact.tolist(), reverse=True)[min(best, len(levels)) - 1]
    assert {n for n, score in enumerate(exact.tolist()) if score >= bar} <= chosen


@given(st.lists(st.tuples(st.integers(0, 5), st.one_of(st.just(UNDATED), st.integers(1, 6))), min_size=1, max_size=60),
       st.integers(1, 8), st.sampled_from(["relevance", "date", "-date"]))  # fmt: skip
def test_orders(articles: list[tuple[int, int]], best: int, sort: Sort) -> None:
    """Equal scores: the newer one; undated ones last, in either order of dates."""
    noise = 10.0 ** -(DECIMALS + 3)
    scores = np.array([score + noise * (n % 3) for n, (score, _) in enumerate(articles)])
    dates = np.array([date for _, date in articles], dtype=np.int64)

    def key(n: int) -> tuple[float, ...]:
        score, date = articles[n]
        newest = (1, 0) if date == UNDATED else (0, -date)
        oldest = (1, 0) if date == UNDATED else (0, date)
        return (-score, *newest) if sort == "relevance" else oldest if sort == "date" else newest

    ranked = sorted(range(len(articles)), key=key)
    last = key(ranked[min(best, len(ranked)) - 1])
    assert top_docs(scores, dates, best, sort).tolist() == [n for n in range(len(articles)) if key(n) <= last]
