"""Defines the spans of phrases and proximity operators, over the positions of one field of one
article.

Useful for: deciding whether a phrase, `w/n` or `/s` matches, and where. Not useful for: finding the
positions (see `tokenizer`). These functions are the definition that faster ones are compared with.

Lists of spans are sorted, and have each span once.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from searchkit.analysis.tokenizer import PARAGRAPH_GAP

Span = tuple[int, int]
"""The first and the last position of a match."""

Pair = tuple[Span, Span]
"""A span of the left operand and one of the right."""

LEDE_WORDS = 60
"""The words of a body that are its lede: the first ones."""
_ANY_DISTANCE = 1 << 62


def phrase_spans(words: Sequence[Sequence[Span]], steps: Sequence[int], slop: int) -> list[tuple[Span, ...]]:
    """Every match of a phrase whose words may be divided words, as the spans of its words.

    `words[i]` are the spans of word i, ascending. Word i + 1 begins at least `steps[i]` after the
    end of word i (1: next to it), and all in all at most `slop` other words stand among them. Of
    the matches that begin with one span of the first word, the one that ends first is taken.
    """
    if not words or not all(words):
        return []
    begins = [[first for first, _ in spans] for spans in words]
    chains = []
    for span in words[0]:
        # By the end of the words so far: the fewest other words among them, and the spans.
        reached: dict[int, tuple[int, tuple[Span, ...]]] = {span[1]: (0, (span,))}
        for spans, firsts, step in zip(words[1:], begins[1:], steps, strict=True):
            further: dict[int, tuple[int, tuple[Span, ...]]] = {}
            for end in sorted(reached):
                others, chain = reached[end]
                for number in range(bisect_left(firsts, end + step), len(spans)):
                    first, last = spans[number]
                    between = others + first - end - step
                    if between > slop:
                        break
                    if last not in further or between < further[last][0]:
                        further[last] = between, (*chain, (first, last))
            reached = further
        if reached:
            chains.append(reached[min(reached)][1])
    return chains


def near_pairs(left: Sequence[Span], right: Sequence[Span], distance: int, ordered: bool) -> list[Pair]:
    """Pairs each span of the left operand with the nearest span of the right one on either side.

    After it, that is the nearest right span that begins after the left span ends; among equally
    near ones, the shortest. Before it, unless `ordered`, that is the nearest one that ends before
    the left span begins, in the same way. Both have to be at most `distance` away. Spans that
    overlap are never near each other.
    """
    by_last = sorted(right, key=lambda span: (span[1], span[0]))
    lasts = [last for _, last in by_last]
    pairs: list[Pair] = []
    for span in left:
        first, last = span
        after = bisect_left(right, (last + 1, 0))
        if after < len(right) and right[after][0] - last <= distance:
            pairs.append((span, right[after]))
        before = bisect_left(lasts, first) - 1
        if not ordered and before >= 0 and first - lasts[before] <= distance:
            pairs.append((span, by_last[before]))
    return pairs


def near_spans(left: Sequence[Span], right: Sequence[Span], distance: int, ordered: bool) -> list[Span]:
    """The spans of `left w/distance right` (`pre/` if `ordered`): those that cover a pair of
    `near_pairs`."""
    return covering_spans(near_pairs(left, right, distance, ordered))


def not_near_spans(left: Sequence[Span], right: Sequence[Span], distance: int) -> list[Span]:
    """The spans of `left not w/distance right`: those of the left operand that have no span of the
    right one at most `distance` away.

    Spans that overlap are near; the same span on both sides is not near itself.
    """
    longest = max((last - first for first, last in right), default=0)
    kept = []
    for span in left:
        first, last = span
        begun = bisect_left(right, (first - distance - longest, 0))
        ended = bisect_left(right, (last + distance + 1, 0))
        if not any(other != span and other[1] >= first - distance for other in right[begun:ended]):
            kept.append(span)
    return kept


def same_unit_pairs(left: Sequence[Span], right: Sequence[Span], unit_of: Callable[[int], int]) -> list[Pair]:
    """Pairs each span of the left operand with the nearest one of the right in the same sentence or
    paragraph.

    `unit_of` gives the number of the sentence or paragraph of a position. The nearest on either
    side counts, at any distance. Spans that begin in one unit and end in another do not count.
    """
    units: dict[int, tuple[list[Span], list[Span]]] = {}
    for side, spans in enumerate((left, right)):
        for span in spans:
            unit = unit_of(span[0])
            if unit == unit_of(span[1]):
                units.setdefault(unit, ([], []))[side].append(span)
    return [pair for one, other in units.values() for pair in near_pairs(one, other, _ANY_DISTANCE, False)]


def same_unit_spans(left: Sequence[Span], right: Sequence[Span], unit_of: Callable[[int], int]) -> list[Span]:
    """The spans of `left /s right` and `left /p right`: those that cover a pair of
    `same_unit_pairs`."""
    return covering_spans(same_unit_pairs(left, right, unit_of))


def covering_spans(pairs: Iterable[Pair]) -> list[Span]:
    """The spans that cover both spans of each pair, sorted and unique."""
    return sorted({(min(one[0], other[0]), max(one[1], other[1])) for one, other in pairs})


def union_spans(parts: Iterable[Iterable[Span]]) -> list[Span]:
    """The spans of `a OR b`: those of each, sorted and unique."""
    return sorted({span for part in parts for span in part})


def paragraph_starts(positions: Sequence[int]) -> list[int]:
    """The indexes of the words that begin a paragraph: the first, and each PARAGRAPH_GAP or more
    after another."""
    return [
        index for index, position in enumerate(positions) if index == 0 or position - positions[index - 1] >= PARAGRAPH_GAP
    ]


def lede_end(positions: Sequence[int]) -> int:
    """The position of the last word of a lede, given those of all words of a body; -1 for none."""
    return max(positions[:LEDE_WORDS], default=-1)


def unit_numbers(positions: Sequence[int], starts: Sequence[int]) -> dict[int, int]:
    """The number of the sentence or paragraph of each position; `starts` are the indexes of
    their first words."""
    begun = frozenset(starts)
    numbers: dict[int, int] = {}
    number = -1
    for index, position in enumerate(positions):
        number += index in begun
        numbers[position] = number
    return numbers
