"""Streams whose first bytes were read already."""

from __future__ import annotations

import io

import pytest

from searchkit.corpus.readers.utf8_streams import Rewound, Utf8Stream
from searchkit.corpus.source import ByteStream

TEXT = "\ufeffPeace, \ufeffпривет 😀"


def read_all(stream: ByteStream, size: int) -> bytes:
    return b"".join(iter(lambda: stream.read(size), b""))


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_converted_stream(size: int, encoding: str) -> None:
    data = TEXT.encode(encoding)
    for start in range(5):
        stream = Utf8Stream(data[:start], io.BytesIO(data[start:]), encoding)
        assert read_all(stream, size).decode() == TEXT[1:]
    cut = Utf8Stream(b"", io.BytesIO(data[:-1]), encoding)
    assert read_all(cut, size).decode().startswith(TEXT[1:-1])
    assert read_all(cut, size) == b""


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_a_rewound_stream(size: int) -> None:
    assert read_all(Rewound(b"", io.BytesIO(b"abc")), size) == b"abc"
    assert read_all(Rewound(b"abcd", io.BytesIO(b"ef")), size) == b"abcdef"
