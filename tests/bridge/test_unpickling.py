"""Pickles are read as `pickle` reads them, as long as they name nothing else than they may."""

from __future__ import annotations

import io
import pickle
import re
from collections import OrderedDict, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.bridge.toc import ALLOWED_IN_TOC
from searchkit.bridge.unpickling import unpickle

KEYS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.binary())
VALUES = st.recursive(
    KEYS,
    lambda inner: st.one_of(
        st.lists(inner),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner),
        st.sets(KEYS),
        st.tuples(inner, inner, inner, inner),
    ),
)


@given(VALUES, st.integers(2, pickle.HIGHEST_PROTOCOL))
def test_plain_values(value: Any, protocol: int) -> None:
    assert unpickle(io.BytesIO(pickle.dumps(value, protocol)), ALLOWED_IN_TOC) == value


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "value",
    [
        datetime(2020, 1, 1, 9, 30),
        OrderedDict(a=1, b=[2]),
        defaultdict(set, a={1}),
        re.compile("a+", re.IGNORECASE),
        bytearray(b"\xff"),
        [str, int, frozenset],
    ],
)
def test_what_a_table_of_contents_may_name(value: Any, protocol: int) -> None:
    assert unpickle(io.BytesIO(pickle.dumps(value, protocol)), ALLOWED_IN_TOC) == value


def test_what_is_shared_stays_shared() -> None:
    shared: list[Any] = []
    shared.append(shared)
    one, other = unpickle(io.BytesIO(pickle.dumps((shared, shared))), {})
    assert one is other and one[0] is one


@pytest.mark.parametrize("value", [timedelta(1), datetime(2020, 1, 1, tzinfo=UTC), object(), io.BytesIO, len])
def test_what_it_may_not_name(value: Any) -> None:
    with pytest.raises(pickle.UnpicklingError, match=r"names \S+, which no index of searchkit holds"):
        unpickle(io.BytesIO(pickle.dumps(value)), ALLOWED_IN_TOC)


def test_a_pickle_ends_where_it_says() -> None:
    stream = io.BytesIO(pickle.dumps([1]) + pickle.dumps([2]) + b"rest")
    assert [unpickle(stream, {}), unpickle(stream, {}), stream.read()] == [[1], [2], b"rest"]
