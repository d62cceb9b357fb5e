"""What was looked at is read again, wherever it was kept."""

from __future__ import annotations

import io
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import look_ahead
from searchkit.corpus.look_ahead import LookAhead
from searchkit.corpus.unpacking import Damaged

DATA = bytes(number % 251 for number in range(5000))
SIZES = st.lists(st.integers(1, 900), max_size=8)


class Cut:
    """A stream that is damaged behind DATA."""

    def __init__(self) -> None:
        self._file = io.BytesIO(DATA)

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        if not data:
            raise Damaged("it is cut off")
        return data


@given(SIZES, SIZES, st.integers(0, 3000), st.integers(0, 6000))
def test_reading_gives_all_bytes_in_order(read: list[int], looked_at: list[int], in_memory: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look_ahead, "IN_MEMORY", in_memory)
        stream = LookAhead(io.BytesIO(DATA), most)
        before = b"".join(map(stream.read, read))
        ahead = b"".join(map(stream.look, looked_at))
        rest = b"".join(iter(lambda: stream.read(700), b""))
        stream.close()
    assert before + rest == DATA
    assert rest.startswith(ahead)


@pytest.mark.parametrize("in_memory", [0, 2000, 10_000])
def test_damage_is_met_by_reading(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_ahead, "IN_MEMORY", in_memory)
    stream = LookAhead(Cut(), 10**6)
    assert b"".join(iter(lambda: stream.look(999), b"")) == DATA
    found = b""
    with closing(stream), pytest.raises(Damaged, match="cut off"):
        while True:
            found += stream.read(1000)
    assert found == DATA
