"""Keys lead back to their documents, whatever the lengths of these."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query.position_keys import GAP, PositionKeys

WIDTHS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 2 * GAP + 3), st.just(GAP)), min_size=1, max_size=30)


@given(WIDTHS, st.data())
def test_articles_of_keys(widths: list[int], data: st.DataObject) -> None:
    position_keys = PositionKeys(np.array(widths, dtype=np.int64))
    assert position_keys.starts.dtype == np.uint32
    positions = [(doc, p) for doc, width in enumerate(widths) for p in {0, width // 2, max(0, width - 1)}]
    chosen = sorted(data.draw(st.lists(st.sampled_from(positions), max_size=20)))
    keys = np.array([int(position_keys.starts[doc]) + p for doc, p in chosen], dtype=position_keys.starts.dtype)
    assert position_keys.docs_of(keys).tolist() == [doc for doc, _ in chosen]
    assert position_keys.docs_of(keys).tolist() == (np.searchsorted(position_keys.starts, keys, side="right") - 1).tolist()


@given(WIDTHS)
def test_articles_keep_their_distance(widths: list[int]) -> None:
    starts = PositionKeys(np.array(widths, dtype=np.int64)).starts.astype(np.int64)
    assert np.diff(starts).tolist() == [width + GAP for width in widths]


def test_more_positions_than_32_bits_hold() -> None:
    position_keys = PositionKeys(np.full(3, 2**31, dtype=np.int64))
    assert position_keys.starts.dtype == np.int64
    keys = position_keys.starts[:-1] + (2**31 - 1)
    assert position_keys.docs_of(keys).tolist() == [0, 1, 2]
