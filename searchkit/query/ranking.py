"""Orders results: finds the documents that can be among the first, and makes the page to show.

Results are ordered by score (rounded, because engines add it up in different orders), then newer
documents first and undated ones last; or by date alone. With a Recency, scores fade with age; the
logarithms of faded scores are compared. Documents that tie are ordered by their
ids. `sort_keys` is the only definition over arrays; `engines.memory` has the one without NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, assert_never

import numpy as np
import numpy.typing as npt

from searchkit.arrays import Float32s, Floats, Ints, UInt64s
from searchkit.model import SearchOptions, Sort
from searchkit.query.matches import DECIMALS, Matches
from searchkit.query.word_postings import BOUND_ERROR
from searchkit.schema import UNDATED

if TYPE_CHECKING:
    from searchkit.query.score_options import Recency

SortKey = Callable[[Floats, Ints], npt.NDArray[Any]]
"""From the scores and dates of some documents to a key of each; smaller keys come first."""

NEGLIGIBLE = 10.0**-DECIMALS
"""A difference of scores that rounding can hide."""
MAX_ROWS_IN_PYTHON = 64
"""Up to so many matches, Python sorts a page faster than NumPy."""
_GROUP_SIZE = 64
"""To find a score that enough documents reach, scores are put into groups of so many, and only the
largest of each group is compared."""


def sort_keys(sort: Sort, recency: Recency | None = None) -> list[SortKey]:
    """The keys of an order, the most important first."""
    match sort:
        case "relevance":
            return [_by_score if recency is None else partial(_by_faded_score, recency), _newest_first]
        case "date":
            return [_oldest_first]
        case "-date":
            return [_newest_first]
        case _:
            assert_never(sort)


def _by_score(scores: Floats, dates: Ints) -> Floats:
    return -scores.round(DECIMALS)


def _by_faded_score(recency: Recency, scores: Floats, dates: Ints) -> Floats:
    """Reference implementation: Recency.rank_score of each."""
    logarithms = np.log2(scores, out=np.full(len(scores), -np.inf), where=scores > 0)
    return np.asarray((half_lives(recency, dates) - logarithms).round(DECIMALS), dtype=np.float64)


def _newest_first(scores: Floats, dates: Ints) -> UInt64s:
    # No date is negative. UNDATED, which is greater than all, becomes -1, and that is the greatest
    # uint64.
    return ((UNDATED - 1) - dates).view(np.uint64)


def _oldest_first(scores: Floats, dates: Ints) -> Ints:
    return dates  # UNDATED is greater than all others


def half_lives(recency: Recency, dates: Ints) -> Floats:
    """The ages of documents in half-lives, by their printed dates (microseconds or UNDATED).

    Reference implementation: Recency.half_lives of each.
    """
    ages = recency.now - np.where(dates == UNDATED, recency.oldest, dates)
    return np.asarray(np.maximum(ages, 0) / recency.half_life, dtype=np.float64)


def relative_factors(recency: Recency, dates: Ints) -> Float32s:
    """The factors of the scores of some documents (at least one), from 0 to 1: each is divided by
    the greatest."""
    ages = half_lives(recency, dates)
    return np.exp2(ages.min() - ages).astype(np.float32)


def competitive_docs(bounds: Float32s, slack: float, limit: int) -> Ints:
    """The indexes (ascending) of the documents that can be among the `limit` best.

    `bounds` are upper bounds of their scores, each at most `slack` above the score.

    Reference implementation: all of them.
    """
    floor = _min_competitive_score(bounds, limit)
    least = floor - slack - abs(floor) * 10 * BOUND_ERROR - NEGLIGIBLE
    return np.flatnonzero(bounds >= np.float32(least))


def _min_competitive_score(scores: Float32s | Floats, limit: int) -> float:
    """A score that at least `limit` of these reach. Of many scores only the largest of every group
    is compared."""
    if len(scores) <= limit:
        return -np.inf
    largest = scores
    if len(scores) >= 2 * limit * _GROUP_SIZE:
        largest = scores[: len(scores) // _GROUP_SIZE * _GROUP_SIZE].reshape(_GROUP_SIZE, -1).max(axis=0)
    return float(np.partition(largest, len(largest) - limit)[len(largest) - limit])


def top_docs(scores: Floats, dates: Ints, limit: int, sort: Sort, recency: Recency | None = None) -> Ints:
    """The indexes (ascending) of the first `limit` documents in an order, and of all that tie with
    the last of them.

    Reference implementation: sort by the keys, take `limit`, and go on while the next one has equal
    keys.
    """
    chosen = np.arange(len(dates), dtype=np.int64)
    if sort == "relevance" and recency is None and len(scores) >= 2 * limit * _GROUP_SIZE:
        # Documents below a score that enough others reach are not sorted.
        chosen = np.flatnonzero(scores >= _min_competitive_score(scores, limit) - 2 * NEGLIGIBLE)
    first: list[Ints] = []
    for key in sort_keys(sort, recency):
        if len(chosen) <= limit:
            break
        values = key(scores[chosen], dates[chosen])
        last = np.partition(values, limit - 1)[limit - 1]
        before = values < last
        first.append(chosen[before])
        limit -= len(first[-1])
        chosen = chosen[values == last]
    return np.sort(np.concatenate([*first, chosen]))


def make_page(
    matches: Matches,
    dates: Ints,
    id_of: Callable[[int], str],
    options: SearchOptions,
    recency: Recency | None = None,
) -> list[tuple[int, float]]:
    """The documents to show and their scores (as `matches` has them), in order.

    `dates` (int64, microseconds or UNDATED) are those of `matches.docs`. `id_of` is asked only for
    documents that tie on the page.
    """
    keys = [key(matches.scores, dates) for key in sort_keys(options.sort, recency)]
    count = len(matches.docs)
    start, stop = options.offset, count if options.limit is None else min(count, options.offset + options.limit)
    if start >= stop:
        return []
    if count <= MAX_ROWS_IN_PYTHON:
        rows = sorted(
            zip(
                zip(*[key.tolist() for key in keys], strict=True),
                matches.docs.tolist(),
                matches.scores.tolist(),
                strict=True,
            )
        )
        if all(one[0] != other[0] for one, other in pairwise(rows)):
            return [(doc, score) for _, doc, score in rows[start:stop]]
    order = np.lexsort(keys[::-1])
    differs = np.any([key[order[1:]] != key[order[:-1]] for key in keys], axis=0)
    ranks = np.concatenate([[0], np.cumsum(differs)])  # documents that tie have one rank
    first, last = np.searchsorted(ranks, [ranks[start], ranks[stop - 1] + 1]).tolist()
    here = order[first:last]
    is_tied = (np.bincount(ranks[first:last]) > 1)[ranks[first:last]].tolist()
    ids = [id_of(doc) if tied else "" for doc, tied in zip(matches.docs[here].tolist(), is_tied, strict=True)]
    ranked = sorted(zip(ranks[first:last].tolist(), ids, here.tolist(), strict=True))[start - first : stop - first]
    return [(int(matches.docs[index]), float(matches.scores[index])) for _, _, index in ranked]
