"""Segments that have all their checksums, and yet are not what a writer should have written: verify
says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.arrays import AnyArray
from searchkit.codec import verify
from searchkit.errors import CorruptIndex, IndexMismatch
from tests.codec.plain import build, random_docs
from tests.codec.rewrite import rewrite, sections_of

NewPath = Callable[[], Path]


@pytest.fixture(autouse=True)
def _small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each field has several groups of terms."""
    monkeypatch.setattr(verify, "MAX_OCCURRENCES", 50)


@pytest.fixture(scope="module")
def whole(new_path: NewPath) -> Path:
    path = new_path()
    build(path, random_docs(1, 300, longest=25))
    return path


def with_item(place: int, change: int) -> Callable[[AnyArray], AnyArray]:
    """The array with something added to one item."""

    def changed(array: AnyArray) -> AnyArray:
        array[place] += array.dtype.type(change) if change >= 0 else -array.dtype.type(-change)
        return array

    return changed


def swapped(one: int, two: int) -> Callable[[AnyArray], AnyArray]:
    def changed(array: AnyArray) -> AnyArray:
        array[[one, two]] = array[[two, one]]
        return array

    return changed


def reverse(array: AnyArray) -> AnyArray:
    return array[::-1]


MISFITS: list[tuple[str, Callable[[AnyArray], AnyArray], str]] = [
    ("store.at", swapped(1, 2), "article|a part of its section store"),
    ("store.at", with_item(-1, 1), "a part of its section store is not there|article"),
    ("store", reverse, "cannot be unpacked|says that it has"),
    ("store.runs", with_item(0, 1), "belongs to no dictionary"),
    ("store.runs", with_item(1, 1), "names a dictionary that is not there"),
    ("color.value", reverse, "values color.value are not sorted"),
    ("color.value.backwards", swapped(0, 1), "values color.value are not sorted"),
    ("color.value.backwards", with_item(0, 7), "values color.value are not sorted"),
    ("color.value.of", with_item(3, 9), "names values that are not there"),
    ("date", lambda array: array[:-1], "section date"),
    ("body", reverse, "terms of its field body are not sorted"),
    ("tags.backwards", swapped(0, 1), "terms of its field tags are not sorted"),
    ("body.folded.backwards", swapped(0, 1), "terms of its field body are not sorted"),
    ("body.lengths", with_item(5, 1), "of its field body do not fit its frequencies"),
    ("body.postings", swapped(2, 3), "postings of its field body are not in order"),
    ("body.postings", with_item(2, 1), "field body"),
    ("body.docs", swapped(4, 5), "documents of a term of its field body are not ascending"),
    ("body.docs", with_item(0, 60_000), "postings of no document"),
    ("body.docs", lambda array: array[:-1], "field body|section body"),
    ("body.tf", with_item(0, 1), "of its field body do not fit its frequencies"),
    ("body.tf", lambda array: array * 0, "postings of no document"),
    ("body.occurrences", swapped(1, 2), "postings of its field body are not in order"),
    ("body.positions", reverse, "positions of its field body are not ascending"),
    ("body.positions", lambda array: array * 0, "positions of its field body are not ascending"),
    ("body.forms", reverse, "surface forms of its field body are not sorted"),
    ("body.forms.of", swapped(1, 2), "surface forms of its field body"),
    ("body.codes", lambda array: array | 255, "surface forms of its field body do not fit"),
    ("body.codes", lambda array: array[:-1], "surface forms of its field body do not fit its positions"),
    ("body.folded", reverse, "field body|no text"),
    ("body.folded.of", swapped(1, 2), "folded forms of its field body"),
    ("body.folded.forms", lambda array: array * 0, "folded forms of its field body"),
    ("body.folded.forms", lambda array: array + array.dtype.type(1), "folded forms of its field body"),
    ("body.sentences", lambda array: array[:-1], "section body.sentences"),
    ("body.sentences.at", with_item(3, 200), "section body.sentences"),
    ("body.paragraphs.at", with_item(-1, 1), "section body.paragraphs"),
]


@pytest.mark.parametrize(("section", "change", "said"), MISFITS, ids=[f"{n}-{i}" for i, (n, _, _) in enumerate(MISFITS)])
def test_parts_that_do_not_fit(
    new_path: NewPath, whole: Path, section: str, change: Callable[[AnyArray], AnyArray], said: str
) -> None:
    before = sections_of(whole)[section]
    path = rewrite(whole, new_path(), {section: change(before.copy())})
    faults = list(verify.find_damage(path))
    assert faults
    assert all(fault.startswith(f"{path} is damaged: ") for fault in faults)
    assert re.search(said, faults[0]), faults
    with pytest.raises(CorruptIndex) as caught:
        verify.check(path)
    assert str(caught.value) == faults[0]


def test_a_segment_without_faults_passes(whole: Path) -> None:
    assert list(verify.find_damage(whole)) == []
    verify.check(whole)


def test_a_newer_version_is_told(new_path: NewPath, whole: Path) -> None:
    path = new_path()
    data = bytearray(whole.read_bytes())
    data[8] += 1
    path.write_bytes(data)
    (fault,) = verify.find_damage(path)
    assert "newer" in fault
    with pytest.raises(IndexMismatch, match="newer"):
        verify.check(path)


def test_damage_is_told_before_inconsistencies(new_path: NewPath, whole: Path) -> None:
    """What has lost its checksum is not asked whether it fits."""
    path = rewrite(whole, new_path(), {"body.tf": sections_of(whole)["body.tf"] * 0})
    data = bytearray(path.read_bytes())
    data[64] ^= 1
    path.write_bytes(data)
    (fault,) = verify.find_damage(path)
    assert "section store does not have the checksum" in fault
