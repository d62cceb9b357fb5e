"""In which order do answers come?"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import assert_never

import numpy as np
import numpy.typing as npt

from searchkit.arrays import Ints
from searchkit.model import SearchOptions, Sort
from searchkit.query.matches import DECIMALS, Matches

FEW = 64
"""Matches up to which a page is made without NumPy."""


def page(
    matches: Matches, dates: Ints, undated: int, id_of: Callable[[int], str], options: SearchOptions
) -> list[tuple[int, float]]:
    """The articles to show and their scores, in order.

    `dates` (int64, microseconds) are those of `matches.docs`, `undated` what stands there for none, larger than all. Ties:
    the newer article first, then by id; undated ones last. `id_of` is asked only for articles that tie on the page.
    """
    if len(matches.docs) <= FEW:
        few = _page_of_few(matches, dates.tolist(), undated, options)
        if few is not None:
            return few
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


def _page_of_few(matches: Matches, dates: list[int], undated: int, options: SearchOptions) -> list[tuple[int, float]] | None:
    """The same of few matches, where calls of NumPy cost more than what they do; None where articles tie."""
    by_score = np.round(-matches.scores, DECIMALS).tolist() if options.sort == "relevance" else [0.0] * len(dates)
    by_date = dates if options.sort == "date" else [date if date == undated else -date for date in dates]
    rows = sorted(zip(by_score, by_date, matches.docs.tolist(), matches.scores.tolist(), strict=True))
    if any(one[:2] == other[:2] for one, other in pairwise(rows)):
        return None
    stop = None if options.limit is None else options.offset + options.limit
    return [(doc, score) for _, _, doc, score in rows[options.offset : stop]]


def _keys(matches: Matches, dates: Ints, undated: int, sort: Sort) -> list[npt.NDArray[np.generic]]:
    """Sort keys, the most important first; smaller comes earlier."""
    newest = np.where(dates == undated, undated, -dates)
    match sort:
        case "relevance":
            return [-np.round(matches.scores, DECIMALS), newest]
        case "date":
            return [dates]
        case "-date":
            return [newest]
        case _:
            assert_never(sort)
