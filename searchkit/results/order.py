"""In which order do answers come?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from searchkit.model import SearchOptions, Sort
from searchkit.query.matches import DECIMALS, Matches


def page(
    matches: Matches, dates: npt.NDArray[np.int64], undated: int, id_of: Callable[[int], str], options: SearchOptions
) -> list[tuple[int, float]]:
    """The articles to show and their scores, in order.

    `dates` (int64, microseconds) are those of `matches.docs`, `undated` what stands there for none, larger than all. Ties:
    the newer article first, then by id; undated ones last. `id_of` is asked only for articles that tie on the page.
    """
    keys = _keys(matches, dates, undated, options.sort)
    order = np.lexsort(keys[::-1])
    start = options.offset
    stop = len(order) if options.limit is None else min(len(order), start + options.limit)
    if start >= stop:
        return []
    same = np.ones(len(order) - 1, dtype=bool)
    for key in keys:
        ordered = key[order]
        same &= ordered[1:] == ordered[:-1]
    if not same[max(0, start - 1) : stop].any():
        here = order[start:stop]
        return list(zip(matches.docs[here].tolist(), matches.scores[here].tolist(), strict=True))
    # Runs of ties: [first, last] in the order, wherever they touch the page.
    first = start
    while first > 0 and same[first - 1]:
        first -= 1
    last = stop
    while last < len(order) and same[last - 1]:
        last += 1
    chosen = [int(index) for index in order[first:last]]
    run_of = np.concatenate([[0], np.cumsum(~same[first : last - 1])]).tolist()
    tied = np.bincount(np.asarray(run_of, dtype=np.int64)).tolist()
    ranked = sorted(
        zip(run_of, chosen, strict=True),
        key=lambda pair: (pair[0], id_of(int(matches.docs[pair[1]])) if tied[pair[0]] > 1 else ""),
    )
    shown = [index for _, index in ranked][start - first : stop - first]
    return [(int(matches.docs[index]), float(matches.scores[index])) for index in shown]


def _keys(matches: Matches, dates: npt.NDArray[np.int64], undated: int, sort: Sort) -> list[npt.NDArray[np.generic]]:
    """Sort keys, the most important first; smaller comes earlier."""
    by_date = dates if sort == "date" else np.where(dates == undated, undated, -dates)
    by_score = -np.round(matches.scores, DECIMALS)
    return [by_score, by_date] if sort == "relevance" else [by_date]
