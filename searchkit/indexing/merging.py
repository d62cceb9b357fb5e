"""Merging segments when the policy says so, or all of them; never a damaged one, which would get a fresh checksum."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.codec.merge import MergeInput, merge
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import CorruptIndex
from searchkit.indexing.location import Location
from searchkit.indexing.policy import to_merge
from searchkit.indexing.segments import new_id


def merge_some(
    location: Location, segments: Sequence[SegmentRef], made: list[SegmentRef], warnings: list[str]
) -> tuple[SegmentRef, ...]:
    """Segments, some merged as the policy says; `made` is told of each that was written.

    What is damaged stays as it is, with a warning. Raises OSError.
    """
    refs = list(segments)
    damaged: set[str] = set()
    while chosen := to_merge([ref for ref in refs if ref.id not in damaged]):
        parts = {ref.id: MergeInput(location.open(ref), ref.live_docs()) for ref in chosen}
        faults = {name: fault for name, part in parts.items() if (fault := _fault(part))}
        if faults:
            damaged |= faults.keys()
            warnings += [f"{fault} (it is not merged)" for fault in faults.values()]
            continue
        merged = _merge(location, chosen, list(parts.values()), made)
        refs = [merged if ref == chosen[0] else ref for ref in refs if ref not in chosen[1:]]
    return tuple(refs)


def merge_all(location: Location, segments: Sequence[SegmentRef], made: list[SegmentRef]) -> tuple[SegmentRef, ...]:
    """All segments as one, without what is deleted. Raises CorruptIndex for a damaged one, OSError."""
    if not segments or (len(segments) == 1 and not segments[0].deletions):
        return tuple(segments)
    parts = [MergeInput(location.open(ref), ref.live_docs()) for ref in segments]
    for part in parts:
        if fault := _fault(part):
            raise fault
    return (_merge(location, segments, parts, made),)


def _merge(
    location: Location, refs: Sequence[SegmentRef], parts: Sequence[MergeInput], made: list[SegmentRef]
) -> SegmentRef:
    merged = SegmentRef(new_id(), sum(ref.live_count for ref in refs))
    merge(location.folder / merged.file, parts)
    made.append(merged)
    return merged


def _fault(part: MergeInput) -> CorruptIndex | None:
    """The first byte range of a segment that is not as it was written."""
    for fault in part.segment.container.find_damage():
        return part.segment.corrupt(f'{fault}; "searchkit verify --repair" keeps what is whole of it')
    return None
