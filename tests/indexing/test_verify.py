"""Verification finds every changed byte, and files that do not agree with each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.toc import encode_toc
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.commit import commit
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.manifest import Manifest
from tests.indexing.damage import article, bodies, flip, flip_section, newest, segments, two_generations


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with roots, deletions and two segments."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "one.txt").write_text("One\n\nThe first text.\n")
    folder = two_generations(tmp_path / "i")
    with searchkit.open(folder) as engine:
        engine.index([root])
    return folder


def reasons(folder: Path) -> list[str]:
    return [f"{Path(fault.path).name}: {fault.reason}" for fault in searchkit.verify(folder).faults]


def test_a_whole_index_has_no_faults(folder: Path) -> None:
    assert searchkit.verify(folder) == searchkit.Verification()
    with searchkit.open(folder) as engine:
        assert engine.verify().faults == ()
        assert engine.verify(repair=True) == searchkit.Verification()  # and then there is nothing to repair
        engine.optimize()
        assert engine.verify().faults == ()
    with pytest.raises(searchkit.IndexMissing):
        searchkit.verify(folder.parent / "none")
    with pytest.raises(searchkit.EngineUnavailable):
        searchkit.verify("gopher://x")


def test_any_changed_byte_is_found(folder: Path) -> None:
    """In each file in turn, bytes at many places."""
    names = sorted(path.name for path in folder.iterdir() if path.name != "MAIN_WRITELOCK" and path.stat().st_size)
    assert len(names) > 8
    for name in names:
        path = folder / name
        whole = path.read_bytes()
        for offset in sorted({0, 1, len(whole) // 3, len(whole) // 2, len(whole) - 2, len(whole) - 1}):
            flip(path, offset)
            if name.endswith(".json") and whole[offset : offset + 1].isspace():
                assert len(reasons(folder)) > 0
            else:
                assert any(reason.startswith(name.replace(".json", ".")) for reason in reasons(folder)), (name, offset)
            path.write_bytes(whole)
    assert reasons(folder) == []


def test_missing_files_are_found(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.name == "MAIN_WRITELOCK":
            continue
        whole = path.read_bytes()
        path.unlink()
        found = reasons(folder)
        path.write_bytes(whole)
        # An older generation without its TOC is none: one that was being removed looks the same.
        assert bool(found) != (path.name == f"_MAIN_{newest(folder) - 1}.toc"), (path.name, found)


def test_a_manifest_and_a_toc_that_differ(folder: Path) -> None:
    now = newest(folder)
    index_folder = IndexFolder(folder)
    state = index_folder.read_newest()
    first, *rest = state.segments
    other = SegmentRef(first.id, first.doc_count).with_live_docs(first.live_docs())
    bits = bytearray(other.deletions or bytes((other.doc_count + 7) // 8))
    bits[0] ^= 1
    toc = encode_toc(
        make_schema("en"),
        [ColumnSegment.from_ref(ref) for ref in (SegmentRef(first.id, first.doc_count, bytes(bits)), *rest)],
        now,
    )
    (folder / f"_MAIN_{now}.toc").write_bytes(toc)
    (folder / f"_MAIN_{now}.json").write_bytes(state.manifest.to_bytes(now, toc))
    assert any("deletions of its segment" in reason and "not those of the table" in reason for reason in reasons(folder))
    toc = encode_toc(make_schema("en"), [ColumnSegment.from_ref(ref) for ref in rest], now)
    (folder / f"_MAIN_{now}.toc").write_bytes(toc)
    (folder / f"_MAIN_{now}.json").write_bytes(state.manifest.to_bytes(now, toc))
    assert any("its segments are not those of the table of contents" in reason for reason in reasons(folder))


def test_a_duplicate_id_is_found_and_repaired(folder: Path) -> None:
    index_folder = IndexFolder(folder)
    state = index_folder.read_newest()
    everything = [SegmentRef(ref.id, ref.doc_count) for ref in state.segments]  # nothing is deleted any more
    with index_folder.lock():
        commit(index_folder, state.number + 1, everything, state.manifest)
    (reason,) = reasons(folder)
    assert 'the id "a3" is that of two articles' in reason
    found = searchkit.verify(folder, repair=True)
    assert found.repair is not None
    assert found.repair.missing == ()
    assert reasons(folder) == []
    assert bodies(folder)["a3"].startswith("second")


def test_a_segment_with_another_number_of_articles_is_found(folder: Path) -> None:
    now = newest(folder)
    path, state = segments(folder, now)[0], IndexFolder(folder).read_newest()
    wrong = [SegmentRef(ref.id, ref.doc_count + 1 if ref.file == path.name else ref.doc_count) for ref in state.segments]
    with IndexFolder(folder).lock():
        commit(IndexFolder(folder), now + 1, wrong, Manifest.fresh("en"))
    assert any("number of articles is" in reason for reason in reasons(folder))
    with searchkit.open(folder) as engine:
        assert engine.search("*").generation == now
        assert "number of articles is" in engine.warnings[0]


def test_a_damaged_segment_is_not_merged(tmp_path: Path) -> None:
    folder = tmp_path / "i"
    with searchkit.open(folder, create=True) as engine:
        for number in range(6):
            engine.add([article(number)])
    path = segments(folder, newest(folder))[2]
    flip_section(path, "body.positions")
    with searchkit.open(folder) as engine:
        for number in range(6, 12):  # so many small segments would be merged
            engine.add([article(number)])
        assert engine.search("*").total == 12
        assert path in segments(folder, newest(folder))
        assert any("it is not merged" in warning and path.name in warning for warning in engine.warnings)
        with pytest.raises(searchkit.CorruptIndex, match=r"body.positions .* verify --repair"):
            engine.optimize()
        assert engine.search("*").total == 12
    assert any(reason.startswith(path.name) for reason in reasons(folder))


def test_manifests_of_the_previous_format_are_read(folder: Path) -> None:
    expected = bodies(folder)
    for path in folder.glob("_MAIN_*.json"):
        document = json.loads(path.read_text())
        document = {
            k: v for k, v in document.items() if k not in ("checksum", "files_checksum", "passed_over", "withheld_from")
        }
        path.write_text(json.dumps(document | {"format": 2}))
    assert bodies(folder) == expected
    assert reasons(folder) == []
