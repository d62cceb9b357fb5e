"""Merges segments when the merge policy says so, or all of them; never a damaged one, which would
get a valid checksum."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.merge_policy import find_merge
from searchkit.indexing.segments import new_id


def apply_merge_policy(
    index_folder: IndexFolder, segments: Sequence[SegmentRef], written: list[SegmentRef], warnings: list[str]
) -> tuple[SegmentRef, ...]:
    """Segments, some merged as the policy says; `written` gets each segment that was written.

    What is damaged stays as it is, with a warning. Raises OSError.
    """
    refs = list(segments)
    damaged: set[str] = set()
    while chosen := find_merge([ref for ref in refs if ref.id not in damaged]):
        parts = {ref.id: MergeInput(index_folder.open_segment(ref), ref.live_docs()) for ref in chosen}
        faults = {name: fault for name, part in parts.items() if (fault := _find_damage(part))}
        if faults:
            damaged |= faults.keys()
            warnings += [f"{fault} (it is not merged)" for fault in faults.values()]
            continue
        merged = _merge(index_folder, chosen, list(parts.values()), written)
        refs = [merged if ref == chosen[0] else ref for ref in refs if ref not in chosen[1:]]
    return tuple(refs)


def merge_all(
    index_folder: IndexFolder, segments: Sequence[SegmentRef], written: list[SegmentRef]
) -> tuple[SegmentRef, ...]:
    """All segments as one, without what is deleted. Raises CorruptIndex for a damaged one,
    OSError."""
    if not segments or (len(segments) == 1 and not segments[0].deletions):
        return tuple(segments)
    parts = [MergeInput(index_folder.open_segment(ref), ref.live_docs()) for ref in segments]
    for part in parts:
        if fault := _find_damage(part):
            raise fault
    return (_merge(index_folder, segments, parts, written),)


def _merge(
    index_folder: IndexFolder, refs: Sequence[SegmentRef], parts: Sequence[MergeInput], written: list[SegmentRef]
) -> SegmentRef:
    merged = SegmentRef(new_id(), sum(ref.live_count for ref in refs))
    merge(index_folder.path / merged.file, parts)
    written.append(merged)
    return merged


def _find_damage(part: MergeInput) -> CorruptIndex | None:
    """The first byte range of a segment that is not as it was written."""
    for fault in part.segment.container.find_damage():
        return part.segment.corrupt(f'{fault}; "searchkit verify --repair" keeps what is whole of it')
    return None
