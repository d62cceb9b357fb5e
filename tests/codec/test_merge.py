"""Merged segments hold what the live docs would, had they been indexed again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.codec import merge as codec_merge
from searchkit.codec import verify
from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.postings import DOCS_PER_BLOCK
from searchkit.codec.reader import SegmentReader
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex
from tests.codec.plain import DOCS, Doc, Word, build, plain, random_docs, read
from tests.codec.rewrite import rewrite, sections_of

NewPath = Callable[[], Path]
Living = list[tuple[Doc, bool]]


def parts_of(new_path: NewPath, parts: Sequence[Living]) -> list[MergeInput]:
    made = []
    for part in parts:
        live = np.array([alive for _, alive in part], dtype=bool)
        segment = build(new_path(), [doc for doc, _ in part])
        made.append(MergeInput(segment, None if live.all() and len(part) % 2 else live))
    return made


def living(parts: Sequence[Living]) -> list[Doc]:
    return [doc for part in parts for doc, alive in part if alive]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(st.tuples(DOCS, st.booleans()), max_size=4), min_size=1, max_size=4),
    st.sampled_from((1, 3, 10, 10**6)),
)
def test_a_merge_is_the_living_articles_written_anew(new_path: NewPath, parts: list[Living], slice_tokens: int) -> None:
    path = new_path()
    with patch.object(codec_merge, "SLICE_TOKENS", slice_tokens):
        size = merge(path, parts_of(new_path, parts))
    assert path.stat().st_size == size
    assert read(SegmentReader(path)) == plain(living(parts))
    verify.check(path)


def some_parts(seed: int, sizes: Sequence[int], alive: float = 0.7) -> list[Living]:
    chance = random.Random(seed)
    docs = iter(random_docs(seed, sum(sizes), longest=30))
    return [[(next(docs), chance.random() < alive) for _ in range(size)] for size in sizes]


@pytest.mark.parametrize("slice_tokens", [1, 40, 10**6])
@pytest.mark.parametrize("sizes", [[100], [60, 3, 40], [1, 1, 1], [0, 50], [50, 0]])
def test_all_but_the_stored_fields_is_the_same_bytes(new_path: NewPath, sizes: list[int], slice_tokens: int) -> None:
    """Records keep the dictionaries that they came with; of all else the bytes are the same."""
    parts = some_parts(sum(sizes), sizes)
    merged, anew = new_path(), new_path()
    with patch.object(codec_merge, "SLICE_TOKENS", slice_tokens):
        merge(merged, parts_of(new_path, parts))
    build(anew, living(parts))
    one, two = sections_of(merged), sections_of(anew)
    assert set(one) == set(two)
    for name in set(one) - {"store", "store.at", "store.runs", "store.dictionaries", "store.dictionaries.at"}:
        assert (name, one[name].dtype.str, one[name].tobytes()) == (name, two[name].dtype.str, two[name].tobytes())


def test_a_column_that_only_some_parts_have(new_path: NewPath) -> None:
    """Others have zeros, whichever part comes first; where nothing but zeros is left, there is no
    column."""
    without, has = [(Doc(), True)], [(Doc(offset=3_600), True), (Doc(), True)]
    for parts, offsets in (([without, has], [0, 3_600, 0]), ([has, without], [3_600, 0, 0])):
        path = new_path()
        merge(path, parts_of(new_path, parts))
        assert SegmentReader(path).number_column("date_offset").tolist() == offsets
    path = new_path()
    merge(path, parts_of(new_path, [without, [(Doc(offset=3_600), False)]]))
    assert "date_offset" not in SegmentReader(path).container.sections


def test_parts_all_deleted(new_path: NewPath) -> None:
    dead = [(doc, False) for doc in random_docs(1, 20)]
    alive = [(doc, True) for doc in random_docs(2, 20)]
    for parts in ([dead, alive], [alive, dead], [dead], [dead, dead]):
        path = new_path()
        merge(path, parts_of(new_path, parts))
        segment = SegmentReader(path)
        assert segment.doc_count == len(living(parts))
        assert read(segment) == plain(living(parts))
        verify.check(path)


def test_parts_without_words_of_a_field(new_path: NewPath) -> None:
    bodies, titles = random_docs(3, 10, names=("body",)), random_docs(4, 10, names=("title", "tags"))
    for parts in ([bodies, titles], [titles, bodies], [[Doc()], bodies, [Doc()]], [[Doc()] * 3]):
        path = new_path()
        merge(path, [MergeInput(build(new_path(), part)) for part in parts])
        assert read(SegmentReader(path)) == plain([doc for part in parts for doc in part])


def test_what_stood_in_deleted_articles_only_is_gone(new_path: NewPath) -> None:
    """Also a surface form whose term lives on, in its own part and in another one."""
    gone = Doc(words={"body": (Word("AA", 0), Word("b", 1)), "tags": (Word("b", 0),)}, color="red")
    stays = Doc(words={"body": (Word("aa", 0),), "tags": (Word("日本", 0),)}, color="blue")
    for parts in ([[(gone, False), (stays, True)]], [[(gone, False)], [(stays, True)]], [[(stays, True)], [(gone, False)]]):
        path = new_path()
        merge(path, parts_of(new_path, parts))
        segment = SegmentReader(path)
        assert segment.text_fields["body"].terms.tolist() == [b"aa"]
        assert segment.text_fields["body"].forms.tolist() == [b"aa"]
        assert segment.text_fields["body"].folded.tolist() == [b"aa"]
        assert segment.fields["tags"].terms.tolist() == ["日本".encode()]
        assert segment.value_column("color.value").dictionary.tolist() == [b"blue"]


def test_merges_of_merges(new_path: NewPath) -> None:
    parts = some_parts(7, [30, 20, 30, 5], alive=1)
    merged = []
    for pair in (parts[:2], parts[2:]):
        path = new_path()
        merge(path, parts_of(new_path, pair))
        merged.append(SegmentReader(path))
    live = np.random.default_rng(1).random(merged[0].doc_count) < 0.5
    path = new_path()
    merge(path, [MergeInput(merged[0], live), MergeInput(merged[1])])
    first = [doc for doc, alive in zip(living(parts[:2]), live.tolist(), strict=True) if alive]
    assert read(SegmentReader(path)) == plain([*first, *living(parts[2:])])
    verify.check(path)


def test_a_merge_over_the_edge_of_a_page(new_path: NewPath) -> None:
    """Documents of a later part come to stand in another block than they stood in."""
    docs = [Doc(words={"body": (Word(form, 0), Word("e", step))}) for form in ("aa", "b", "AA") for step in (1, 101)]
    parts = [
        [(docs[n % 6] if n % 9 == part else Doc(), n % 11 > 0) for n in range(DOCS_PER_BLOCK // 2 + 6_000)]
        for part in (0, 1)
    ]
    path = new_path()
    segments = [build(new_path(), [doc for doc, _ in part], ("body",), ()) for part in parts]
    masks = [np.array([alive for _, alive in part]) for part in parts]
    merge(path, [MergeInput(segment, live) for segment, live in zip(segments, masks, strict=True)])
    segment = SegmentReader(path)
    assert segment.doc_count > DOCS_PER_BLOCK
    assert read(segment) == plain(living(parts), ("body",), ())


def test_nothing_stays_of_a_merge_that_fails(tmp_path: Path, new_path: NewPath) -> None:
    source = new_path()
    build(source, random_docs(5, 10))
    tf = sections_of(source)["body.tf"]
    tf[0] += 1
    damaged = SegmentReader(rewrite(source, new_path(), {"body.tf": tf}))
    with pytest.raises(CorruptIndex, match="do not fit each other"):
        merge(tmp_path / "merged.columns", [MergeInput(SegmentReader(source)), MergeInput(damaged)])
    assert list(tmp_path.iterdir()) == []


def test_a_merge_writes_over_nothing(new_path: NewPath) -> None:
    path = new_path()
    segment = build(path, random_docs(6, 3))
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        merge(path, [MergeInput(segment)])
    assert path.read_bytes() == before


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_segment_ref_keeps_the_live_docs(alive: list[bool]) -> None:
    reference = SegmentRef("x", len(alive)).with_live_docs(np.array(alive))
    live = reference.live_docs()
    assert (live is None) == all(alive)
    assert (live.tolist() if live is not None else alive) == alive
    assert (reference.live_count, reference.deleted_count) == (sum(alive), len(alive) - sum(alive))
    assert reference.with_live_docs(None) == SegmentRef("x", len(alive))
    assert len(reference.deletions) == (0 if all(alive) else (len(alive) + 7) // 8)
    assert reference.file == "MAIN_x.columns"
