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
    """Merge segments as the policy says, and return the resulting segments. Each segment that is
    written is added to `written`. A damaged segment is not merged, and gets a warning. Raises
    OSError.
    """
    refs = list(segments)
    damaged: set[str] = set()
    while chosen := find_merge([ref for ref in refs if ref.id not in damaged]):
        inputs = {ref.id: MergeInput(index_folder.open_segment(ref), ref.live_docs()) for ref in chosen}
        damage = {name: error for name, one in inputs.items() if (error := _find_damage(one))}
        if damage:
            damaged |= damage.keys()
            warnings += [f"{error} (it is not merged)" for error in damage.values()]
            continue
        merged = _merge(index_folder, chosen, list(inputs.values()), written)
        refs = [merged if ref == chosen[0] else ref for ref in refs if ref not in chosen[1:]]
    return tuple(refs)


def merge_all(
    index_folder: IndexFolder, segments: Sequence[SegmentRef], written: list[SegmentRef]
) -> tuple[SegmentRef, ...]:
    """Merge all segments into one, without deleted articles. Raises CorruptIndex for a damaged one,
    OSError."""
    if not segments or (len(segments) == 1 and not segments[0].deletions):
        return tuple(segments)
    inputs = [MergeInput(index_folder.open_segment(ref), ref.live_docs()) for ref in segments]
    for one in inputs:
        if error := _find_damage(one):
            raise error
    return (_merge(index_folder, segments, inputs, written),)


def _merge(
    index_folder: IndexFolder, refs: Sequence[SegmentRef], inputs: Sequence[MergeInput], written: list[SegmentRef]
) -> SegmentRef:
    merged = SegmentRef(new_id(), sum(ref.live_count for ref in refs))
    merge(index_folder.path / merged.file, inputs)
    written.append(merged)
    return merged


def _find_damage(merge_input: MergeInput) -> CorruptIndex | None:
    """An error for the first part of a segment that is not as it was written; None for a whole
    one."""
    for reason in merge_input.segment.container.find_damage():
        return merge_input.segment.corruption(f'{reason}; "searchkit verify --repair" keeps what is whole of it')
    return None
