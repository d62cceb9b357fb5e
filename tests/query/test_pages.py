"""Pages of few matches and of many, against sorting by everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.model import SearchOptions, Sort
from searchkit.query import ranking
from searchkit.query.matches import DECIMALS, Matches
from searchkit.schema import UNDATED

Row = tuple[float, int]
ROWS = st.lists(
    st.tuples(st.sampled_from([0.0, 1.0, 1.0 + 1e-12, 2.5, 7.25]), st.sampled_from([1, 2, 3, UNDATED])), max_size=12
)


def slowly(rows: list[Row], sort: Sort, offset: int, limit: int | None) -> list[int]:
    """The numbers of the articles on a page."""

    def key(number: int) -> tuple[float, float, str]:
        score, date = rows[number]
        newest = float("inf") if date == UNDATED else -float(date)
        oldest = float("inf") if date == UNDATED else float(date)
        return -round(score, DECIMALS) if sort == "relevance" else 0.0, oldest if sort == "date" else newest, id_of(number)

    ranked = sorted(range(len(rows)), key=key)
    return ranked[offset : None if limit is None else offset + limit]


def id_of(number: int) -> str:
    return f"id{97 * number % 31:02}"


@pytest.mark.parametrize("few", [0, ranking.MAX_ROWS_IN_PYTHON])
@given(ROWS, st.sampled_from(["relevance", "date", "-date"]), st.integers(0, 5), st.sampled_from([None, 0, 1, 3, 20]))
def test_pages(few: int, rows: list[Row], sort: Sort, offset: int, limit: int | None) -> None:
    docs = np.arange(len(rows), dtype=np.int64)
    matches = Matches(docs, np.array([score for score, _ in rows], dtype=np.float64), len(rows))
    dates = np.array([date for _, date in rows], dtype=np.int64)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "MAX_ROWS_IN_PYTHON", few)
        found = ranking.make_page(matches, dates, id_of, SearchOptions(limit=limit, offset=offset, sort=sort))
    assert [doc for doc, _ in found] == slowly(rows, sort, offset, limit)
    assert [score for _, score in found] == [rows[doc][0] for doc, _ in found]
