"""Where do words stand in order? Phrases over the positions of their words.

Useful for: deciding whether a phrase matches, and where. Not useful for: where the positions come from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def phrase_places(positions: Sequence[Sequence[int]], steps: Sequence[int], slop: int) -> list[tuple[int, ...]]:
    """Every place of a phrase, as the positions of its words.

    `positions[i]` are those of word i, ascending; word i + 1 stands at least `steps[i]` after word i (1: next to it);
    all in all at most `slop` other words stand among them. From each place of the first word the nearest following
    ones are taken, so that a place is found for a first word exactly if there is one.
    """
    if not positions or not all(positions):
        return []
    shortest = sum(steps)
    places = []
    if slop == 0:
        sets = [frozenset(p) for p in positions[1:]]
        for first in positions[0]:
            at, place = first, [first]
            for step, places_of_next in zip(steps, sets, strict=True):
                at += step
                if at not in places_of_next:
                    break
                place.append(at)
            else:
                places.append(tuple(place))
        return places
    for first in positions[0]:
        at, place = first, [first]
        for step, following in zip(steps, positions[1:], strict=True):
            index = bisect_left(following, at + step)
            if index == len(following):
                return places  # later first words find none either
            at = following[index]
            place.append(at)
        if at - first - shortest <= slop:
            places.append(tuple(place))
    return places
