"""Compiles regular expressions into automata that read each character once.

With `re`, a pattern such as `(a+)+b` takes years over a word of 40 letters. Here a word takes one
step a character, whatever the pattern, and a pattern that needs too large an automaton is refused.
`patterns` says what a pattern may hold.

Each character of the expression is a position (Glushkov, "The abstract theory of automata", 1961).
The states are the sets of positions at which one can be in a word. Sets are numbers: bit i is
position i.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import assert_never

from searchkit.analysis.patterns import (
    MAX_CODE_POINT,
    Characters,
    Choice,
    PatternError,
    Piece,
    Repeat,
    Sequence,
    read_pattern,
)
from searchkit.frozen import frozen

MAX_POSITIONS = 1_000
"""Characters of a pattern, with its repetitions written out, at most."""
MAX_STATES = 2_000
"""States of an automaton, at most."""

ClassRange = tuple[int, int, int]
"""First code point, last code point (included), number of the class."""


@frozen
class Automaton:
    """A deterministic automaton.

    `classes` (sorted, disjoint) gives the class of a character; every other character has class 0.
    `table[state][class]` is the next state. State 0 is dead: it does not accept, and nothing leads
    out of it. A word that leads from `start` to a state in `accepting` matches. All words that
    match begin with `prefix`.
    """

    classes: list[ClassRange]
    table: list[list[int]]
    start: int
    accepting: frozenset[int]
    prefix: str

    def fullmatch(self, word: str) -> bool:
        """Whether the pattern matches the whole of a (folded) word."""
        state = self.start
        for character in word:
            state = self.table[state][self._class_of(ord(character))]
            if not state:
                return False
        return state in self.accepting

    def _class_of(self, code: int) -> int:
        index = bisect_right(self.classes, (code, MAX_CODE_POINT, MAX_CODE_POINT)) - 1
        return self.classes[index][2] if index >= 0 and code <= self.classes[index][1] else 0


# A query compiles a pattern once a segment and field; to compile one takes 0.06 to 0.3 ms.
@lru_cache(maxsize=64)
def compile_pattern(pattern: str) -> Automaton:
    """Compile a pattern. Raises PatternError, a ValueError, for one that is not understood or
    too large."""
    piece = read_pattern(pattern)
    if _size(piece) > MAX_POSITIONS:
        raise PatternError(f"the regular expression, with its repetitions, has more than {MAX_POSITIONS:,} characters")
    positions = _Positions()
    whole = positions.add(piece)
    classes, members = _classes(positions.characters)
    # A state is the set of positions just passed. 0 is the dead one; the start has passed a
    # position before all others.
    start = 1 << len(positions.characters)
    positions.follow.append(whole.first)
    numbers = {0: 0, start: 1}
    waiting = [0, start]
    table: list[list[int]] = []
    for passed in waiting:
        following = 0
        for position in _bits(passed):
            following |= positions.follow[position]
        row = []
        for member in members:
            reached = following & member
            if reached not in numbers:
                if len(numbers) >= MAX_STATES:
                    raise PatternError(f"the regular expression needs more than {MAX_STATES:,} states")
                numbers[reached] = len(numbers)
                waiting.append(reached)
            row.append(numbers[reached])
        table.append(row)
    last = whole.last | (start if whole.nullable else 0)
    accepting = frozenset(number for passed, number in numbers.items() if passed & last)
    return Automaton(classes, table, 1, accepting, _prefix(classes, table, 1, accepting))


@frozen
class _Fragment:
    """The positions that can come first and last in a part of the expression, and whether the
    part can be empty."""

    first: int
    last: int
    nullable: bool


_EMPTY = _Fragment(0, 0, True)


class _Positions:
    """The positions of an expression: the characters of each, and the positions that can follow
    it."""

    def __init__(self) -> None:
        self.characters: list[Characters] = []
        self.follow: list[int] = []

    def add(self, piece: Piece) -> _Fragment:
        match piece:
            case Characters():
                bit = 1 << len(self.characters)
                self.characters.append(piece)
                self.follow.append(0)
                return _Fragment(bit, bit, False)
            case Sequence(parts):
                whole = _EMPTY
                for part in parts:
                    whole = self._concatenate(whole, self.add(part))
                return whole
            case Choice(parts):
                ways = [self.add(part) for part in parts]
                first = last = 0
                for way in ways:
                    first, last = first | way.first, last | way.last
                return _Fragment(first, last, any(way.nullable for way in ways))
            case Repeat(part, least, most):
                if _size(part) == 0:
                    return _EMPTY
                whole = _EMPTY
                for number in range(max(least, 1) if most is None else most):
                    one = self.add(part)
                    if most is None and number >= least - 1:
                        self._concatenate(one, one)  # the last of them may be repeated
                    whole = self._concatenate(whole, _Fragment(one.first, one.last, one.nullable or number >= least))
                return whole
            case _:
                assert_never(piece)

    def _concatenate(self, one: _Fragment, other: _Fragment) -> _Fragment:
        for position in _bits(one.last):
            self.follow[position] |= other.first
        return _Fragment(
            one.first | other.first if one.nullable else one.first,
            other.last | one.last if other.nullable else other.last,
            one.nullable and other.nullable,
        )


def _size(piece: Piece) -> int:
    match piece:
        case Characters():
            return 1
        case Sequence(parts) | Choice(parts):
            return sum(_size(part) for part in parts)
        case Repeat(part, least, most):
            return _size(part) * (max(least, 1) if most is None else most)
        case _:
            assert_never(piece)


def _bits(positions: int) -> Iterator[int]:
    while positions:
        lowest = positions & -positions
        yield lowest.bit_length() - 1
        positions ^= lowest


def _classes(characters: list[Characters]) -> tuple[list[ClassRange], list[int]]:
    """The classes of characters that the expression tells apart, as ranges, and the positions
    that each class fits."""
    changes: dict[int, int] = {0: 0}  # the code points where the set of fitting positions changes, and by which
    for position, one in enumerate(characters):
        for first, last in one.ranges:
            changes[first] = changes.get(first, 0) ^ 1 << position
            changes[last + 1] = changes.get(last + 1, 0) ^ 1 << position
    changes.pop(MAX_CODE_POINT + 1, None)
    bounds = sorted(changes)
    fitting, spans = 0, []
    for first, after in zip(bounds, [*bounds[1:], MAX_CODE_POINT + 1], strict=True):
        fitting ^= changes[first]
        spans.append((first, after - 1, fitting))
    # Class 0 is that of the last code points, which no expression names.
    numbers = {fitting: 0}
    members = [fitting]
    classes: list[ClassRange] = []
    for first, last, fits in spans:
        if fits not in numbers:
            numbers[fits] = len(numbers)
            members.append(fits)
        number = numbers[fits]
        if number == 0:
            continue
        if classes and classes[-1][1] == first - 1 and classes[-1][2] == number:
            classes[-1] = (classes[-1][0], last, number)
        else:
            classes.append((first, last, number))
    return classes, members


def _prefix(classes: list[ClassRange], table: list[list[int]], start: int, accepting: frozenset[int]) -> str:
    """What every match begins with: the characters up to the first choice."""
    prefix, state = "", start
    while state not in accepting and len(prefix) < len(table):
        ways = [number for number, following in enumerate(table[state]) if following]
        named = [(first, last) for first, last, number in classes if number in ways]
        if len(ways) != 1 or not ways[0] or len(named) != 1 or named[0][0] != named[0][1]:
            break
        prefix += chr(named[0][0])
        state = table[state][ways[0]]
    return prefix
