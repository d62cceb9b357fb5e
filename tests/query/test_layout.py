"""Keys of places lead back to their articles, whatever the articles' widths."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query.layout import BETWEEN, Layout

WIDTHS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 2 * BETWEEN + 3), st.just(BETWEEN)), min_size=1, max_size=30)


@given(WIDTHS, st.data())
def test_articles_of_keys(widths: list[int], data: st.DataObject) -> None:
    layout = Layout(np.array(widths, dtype=np.int64))
    assert layout.starts.dtype == np.uint32
    places = [(doc, p) for doc, width in enumerate(widths) for p in {0, width // 2, max(0, width - 1)}]
    chosen = sorted(data.draw(st.lists(st.sampled_from(places), max_size=20)))
    keys = np.array([int(layout.starts[doc]) + p for doc, p in chosen], dtype=layout.starts.dtype)
    assert layout.articles(keys).tolist() == [doc for doc, _ in chosen]
    assert layout.articles(keys).tolist() == (np.searchsorted(layout.starts, keys, side="right") - 1).tolist()


@given(WIDTHS)
def test_articles_keep_their_distance(widths: list[int]) -> None:
    starts = Layout(np.array(widths, dtype=np.int64)).starts.astype(np.int64)
    assert np.diff(starts).tolist() == [width + BETWEEN for width in widths]


def test_more_places_than_32_bits_hold() -> None:
    layout = Layout(np.full(3, 2**31, dtype=np.int64))
    assert layout.starts.dtype == np.int64
    keys = layout.starts[:-1] + (2**31 - 1)
    assert layout.articles(keys).tolist() == [0, 1, 2]
