"""Dictionaries: found by bisection, against lists."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec.container import Container, ContainerWriter
from searchkit.codec.dictionary import Dictionary, ReversedDictionary, reversed_order, write_dictionary
from searchkit.errors import CorruptIndex

NewPath = Callable[[], Path]

CHARACTERS = "abAé日\U0001f600\uffff\u0301"
"""Of one to four bytes; UTF-16 would sort the last but two before the last but one."""
TEXTS = st.sets(st.text(CHARACTERS, max_size=5) | st.text(max_size=3), max_size=15).map(sorted)
ANY = st.text(CHARACTERS, max_size=4)


def written(path: Path, texts: list[bytes]) -> Container:
    with ContainerWriter(path) as writer:
        write_dictionary(writer, "d", texts)
        writer.add("d.backwards", reversed_order([text for text in texts if text.decode(errors="ignore").encode() == text]))
        writer.close()
    return Container(path)


@settings(deadline=None)
@given(TEXTS, ANY)
def test_texts_are_found(new_path: NewPath, texts: list[str], wanted: str) -> None:
    encoded = [text.encode() for text in texts]
    found = Dictionary(written(new_path(), encoded), "d")
    assert len(found) == len(texts)
    assert [found[number] for number in range(len(found))] == found.tolist() == encoded
    assert [found.text(number) for number in range(len(found))] == texts
    some = np.arange(0, len(texts), 2)
    assert found.tolist(some) == encoded[::2]
    assert found.tolist(range(1, len(texts))) == encoded[1:]
    characters, starts = found.code_points_of(some)
    assert [characters[a:b].tobytes().decode("utf-32-le") for a, b in itertools.pairwise(starts.tolist())] == texts[::2]
    for text in [*texts, wanted]:
        assert found.find(text.encode()) == (texts.index(text) if text in texts else -1)
        assert found.bisect(text.encode()) == sum(other < text for other in texts)


@settings(deadline=None)
@given(TEXTS, ANY)
def test_beginnings_and_endings_are_found(new_path: NewPath, texts: list[str], wanted: str) -> None:
    container = written(new_path(), [text.encode() for text in texts])
    found = Dictionary(container, "d")
    reverse = ReversedDictionary(container, found)
    for part in {wanted, *(text[1:3] for text in texts)} - {""}:
        numbers = found.numbers_holding(part.encode())
        assert numbers.tolist() == [n for n, text in enumerate(texts) if part in text]
    for affix in [wanted, *(text[:2] for text in texts), *(text[-2:] for text in texts)]:
        first, last = found.prefix_range(affix.encode())
        assert list(range(first, last)) == [n for n, text in enumerate(texts) if text.startswith(affix)]
        numbers = reverse.suffix(affix)
        assert numbers.dtype == np.int64
        assert numbers.tolist() == [n for n, text in enumerate(texts) if text.endswith(affix)]


@settings(deadline=None)
@given(TEXTS)
def test_characters_of_all_texts(new_path: NewPath, texts: list[str]) -> None:
    characters, starts = Dictionary(written(new_path(), [text.encode() for text in texts]), "d").code_points
    assert characters.tolist() == [ord(character) for text in texts for character in text]
    assert [starts[n + 1] - starts[n] for n in range(len(texts))] == [len(text) for text in texts]
    assert starts[0] == 0


@given(TEXTS)
def test_the_order_of_reversed_texts(texts: list[str]) -> None:
    order = reversed_order([text.encode() for text in texts])
    assert order.dtype == np.uint32
    assert sorted(order.tolist()) == list(range(len(texts)))
    turned = [texts[number][::-1] for number in order.tolist()]
    assert turned == sorted(turned)


def test_an_empty_dictionary(new_path: NewPath) -> None:
    container = written(new_path(), [])
    found = Dictionary(container, "d")
    assert len(found) == 0
    assert found.find(b"") == found.find(b"a") == -1
    assert found.prefix_range(b"") == (0, 0)
    assert ReversedDictionary(container, found).suffix("").tolist() == []
    assert found.code_points[0].tolist() == []


@pytest.mark.parametrize(("long", "dtype"), [(255, "|u1"), (256, "<u2"), (65_536, "<u4")])
def test_starts_are_as_wide_as_they_need_to_be(new_path: NewPath, long: int, dtype: str) -> None:
    found = Dictionary(written(new_path(), [b"a" * long]), "d")
    assert found.starts.dtype.str == dtype
    assert found.find(b"a" * long) == 0


def test_what_is_no_text_is_damage(new_path: NewPath) -> None:
    found = Dictionary(written(new_path(), [b"a", b"\xff"]), "d")
    assert found.text(0) == "a"
    assert found[1] == b"\xff"
    with pytest.raises(CorruptIndex, match="no text"):
        found.text(1)
    with pytest.raises(CorruptIndex, match="no text"):
        _ = found.code_points


@pytest.mark.parametrize(("texts", "starts"), [(b"ab", [0, 1]), (b"ab", [1, 2]), (b"", []), (b"ab", [0, 3]), (None, [0])])
def test_starts_that_do_not_fit_are_damage(new_path: NewPath, texts: bytes | None, starts: list[int]) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        if texts is not None:
            writer.add("d", np.frombuffer(texts, dtype=np.uint8))
        writer.add("d.at", np.array(starts, dtype=np.uint8))
        writer.close()
    with pytest.raises(CorruptIndex, match=r"^\S+ is damaged: its (dictionary|section) d"):
        Dictionary(Container(path), "d")
    assert (path.exists()) is True


def test_texts_that_overlap_are_damage_or_some_text(new_path: NewPath) -> None:
    path = new_path()
    with ContainerWriter(path) as writer:
        writer.add("d", np.frombuffer(b"abcd", dtype=np.uint8))
        writer.add("d.at", np.array([0, 3, 1, 4], dtype=np.uint8))
        writer.close()
    found = Dictionary(Container(path), "d")
    assert found[0] == b"abc"
    with pytest.raises(CorruptIndex, match="does not fit its texts"):
        found[1]
