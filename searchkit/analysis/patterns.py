"""Parses regular expressions into a tree of pieces, which `automaton` compiles.

    expression = branch ("|" branch)*
    branch     = (atom ("*" | "+" | "?" | "{m}" | "{m,n}" | "{m,}")?)*
    atom       = character | "." | class | "(" expression ")"
    class      = "[" "^"? (character | character "-" character | "\\d" | "\\w")+ "]" | "\\d" | "\\w"

A sign after a backslash stands for itself. Everything else that other engines know (anchors,
look-around, back references, lazy repetition, flags) is an error that says so. Characters are
folded like the words that they are compared with.
"""

from __future__ import annotations

import re

from searchkit.analysis.characters import COMBINING_MARKS, JOINERS
from searchkit.analysis.normalize import fold, normalize
from searchkit.frozen import frozen

MAX_PATTERN_LENGTH = 200
"""Characters of a pattern, at most."""
MAX_REPEATS = 100
"""The greatest number in braces."""
MAX_GROUP_DEPTH = 20
"""Groups inside each other, at most."""
MAX_CODE_POINT = 0x10FFFF

CodeRange = tuple[int, int]
"""First and last code point."""

_CLUSTER = re.compile(rf"[\s\S][{COMBINING_MARKS}]*")
_BRACES = re.compile(r"\{(\d{1,9})(?:(,)(\d{0,9}))?\}")
_MAX_FOLDED_WIDTH = 1_000
_ZEROS = (  # the zero of each script's decimal digits, Unicode 14.0; without those that NFKC makes others of
    "0٠۰߀०০੦૦୦௦౦೦൦෦๐໐༠၀႐០᠐᥆᧐᪀᪐᭐᮰᱀᱐꘠꣐꤀꧐꧰꩐꯰\U000104a0\U00010d30\U00011066\U000110f0\U00011136\U000111d0\U000112f0"
    "\U00011450\U000114d0\U00011650\U000116c0\U00011730\U000118e0\U00011950\U00011c50\U00011d50\U00011da0\U00016a60"
    "\U00016ac0\U00016b50\U0001e140\U0001e2f0\U0001e950"
)
_DIGITS = [(ord(zero), ord(zero) + 9) for zero in _ZEROS]
# Words hold no signs but apostrophes and full stops: with ASCII's signs left out, letters, digits
# and marks remain.
_WORDLIKE = [(ord("0"), ord("9")), (ord("A"), ord("Z")), (ord("a"), ord("z")), (0x80, MAX_CODE_POINT)]


class PatternError(ValueError):
    """A pattern cannot be read, or is too large. `at` is the offset of the error in the pattern."""

    def __init__(self, message: str, at: int = 0) -> None:
        self.at = at
        super().__init__(message)


@frozen
class Characters:
    """One character, of any of these ranges (sorted, disjoint)."""

    ranges: tuple[CodeRange, ...]


@frozen
class Sequence:
    """One after the other."""

    parts: tuple[Piece, ...]


@frozen
class Choice:
    """Any one of these."""

    parts: tuple[Piece, ...]


@frozen
class Repeat:
    """At least `least` times, at most `most` (None: any number)."""

    part: Piece
    least: int
    most: int | None


Piece = Characters | Sequence | Choice | Repeat
"""The tree of a pattern."""


def read_pattern(pattern: str) -> Piece:
    """Parse a regular expression. Raises PatternError.

    `automaton` compiles the tree; an engine with regular expressions of its own can translate it.
    """
    if len(pattern) > MAX_PATTERN_LENGTH:
        raise PatternError(f"a regular expression has at most {MAX_PATTERN_LENGTH} characters", MAX_PATTERN_LENGTH)
    reader = _PatternReader(pattern)
    piece = reader.expression(0)
    if reader.at < len(pattern):
        raise PatternError('a ")" without its "(" in a regular expression', reader.at)
    return piece


class _PatternReader:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def expression(self, depth: int) -> Piece:
        branches = [self._branch(depth)]
        while self._peek() == "|":
            self.at += 1
            branches.append(self._branch(depth))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _branch(self, depth: int) -> Piece:
        parts: list[Piece] = []
        while self._peek() not in ("", "|", ")"):
            parts.append(self._repeated(self._atom(depth)))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _repeated(self, piece: Piece) -> Piece:
        start, sign = self.at, self._peek()
        if sign not in ("*", "+", "?", "{") or not sign:
            return piece
        if sign == "{":
            found = _BRACES.match(self.pattern, start)
            if found is None:
                raise PatternError("braces hold numbers: {2}, {2,5} or {2,}; \\{ is the sign itself", start)
            self.at = found.end()
            least = int(found[1])
            most = least if not found[2] else int(found[3]) if found[3] else None
            if max(least, most or 0) > MAX_REPEATS:
                raise PatternError(f"a repetition is of at most {MAX_REPEATS} times", start)
            if most is not None and most < least:
                raise PatternError("the repetition ends before it begins", start)
        else:
            self.at += 1
            least, most = (1 if sign == "+" else 0), (1 if sign == "?" else None)
        if self._peek() in ("*", "+", "?", "{") and self._peek():
            raise PatternError("two signs of repetition in a row", self.at)
        return Repeat(piece, least, most)

    def _atom(self, depth: int) -> Piece:
        start, sign = self.at, self._peek()
        if sign == "(":
            return self._group(depth)
        if sign == "[":
            return self._class()
        if sign == ".":
            self.at += 1
            return Characters(((0, MAX_CODE_POINT),))
        if sign in ("*", "+", "?", "{"):
            raise PatternError(f"{sign} has nothing to repeat", start)
        if sign in ("^", "$"):
            raise PatternError(f"{sign} is not needed: a regular expression matches whole words", start)
        if sign in ("]", "}"):
            raise PatternError(f"a {sign} without its {'[' if sign == ']' else '{'}; \\{sign} is the sign itself", start)
        if sign == "\\":
            named = self._named_class()
            if named is not None:
                return Characters(_merge_ranges(named))
        return _letters(self._character())

    def _group(self, depth: int) -> Piece:
        opened = self.at
        if depth == MAX_GROUP_DEPTH:
            raise PatternError(f"more than {MAX_GROUP_DEPTH} groups inside each other", opened)
        self.at += 1
        if self._peek() == "?":
            raise PatternError("(? is not understood; groups are plain parentheses", opened)
        piece = self.expression(depth + 1)
        if self._peek() != ")":
            raise PatternError('a "(" without its ")" in a regular expression', opened)
        self.at += 1
        return piece

    def _named_class(self) -> list[CodeRange] | None:
        name = self.pattern[self.at + 1 : self.at + 2]
        ranges = {"d": _DIGITS, "w": _WORDLIKE}.get(name)
        if ranges is not None:
            self.at += 2
            return ranges
        if not name:
            raise PatternError("a \\ with nothing after it", self.at)
        if name.isalnum():
            raise PatternError(f"\\{name} is not understood; of letters after \\ only \\d and \\w are", self.at)
        return None

    def _character(self) -> str:
        """The next character, with its combining marks, normalized and folded: often one, but ß
        is ss."""
        self.at += self._peek() == "\\"
        found = _CLUSTER.match(self.pattern, self.at)
        if found is None:  # pragma: no cover  (the end is met before)
            raise PatternError("the regular expression ends too early", self.at)
        self.at = found.end()
        return fold(normalize(found[0])[0]).translate(dict.fromkeys(map(ord, JOINERS)))

    def _class(self) -> Piece:
        opened = self.at
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        ranges: list[CodeRange] = []
        longer: list[str] = []
        begun = self.at
        while self._peek() != "]" or self.at == begun:
            if not self._peek():
                raise PatternError('a "[" without its "]"', opened)
            named = self._named_class() if self._peek() == "\\" else None
            if named is not None:
                ranges += named
                continue
            start = self.at
            if self._peek() == "[":
                raise PatternError("a [ inside [ ]; \\[ is the sign itself", start)
            if self._peek() == "]":
                raise PatternError("nothing stands between [ and ]; \\] is the sign itself", start)
            first = self._character()
            typed = self.pattern[start : self.at].removeprefix("\\")
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                ranges += self._range(typed, start)
            elif len(first) == 1:
                ranges.append((ord(first), ord(first)))
            else:
                longer.append(first)
        self.at += 1
        united = _merge_ranges(ranges)
        if negated:
            return Characters(_complement(united))
        if not longer:
            return Characters(united)
        return Choice((Characters(united), *(_letters(text) for text in longer)))

    def _range(self, low: str, start: int) -> list[CodeRange]:
        begun = self.at
        if self._peek() == "\\" and self._named_class() is not None:
            raise PatternError("a range ends with a character, not with a class", begun)
        self._character()
        high = self.pattern[begun : self.at].removeprefix("\\")
        if len(low) != 1 or len(high) != 1:
            raise PatternError("a range goes from one plain character to another", start)
        if ord(high) < ord(low):
            raise PatternError("the range ends before it begins", start)
        if ord(high) - ord(low) >= _MAX_FOLDED_WIDTH:
            return [(ord(low), ord(high))]
        folded = (fold(chr(code)) for code in range(ord(low), ord(high) + 1))
        return [(ord(text), ord(text)) for text in folded if len(text) == 1]


def _letters(text: str) -> Piece:
    parts = tuple(Characters(((ord(character), ord(character)),)) for character in text)
    return parts[0] if len(parts) == 1 else Sequence(parts)


def _merge_ranges(ranges: list[CodeRange]) -> tuple[CodeRange, ...]:
    merged: list[CodeRange] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _complement(ranges: tuple[CodeRange, ...]) -> tuple[CodeRange, ...]:
    merged: list[CodeRange] = []
    begun = 0
    for first, last in ranges:
        if begun < first:
            merged.append((begun, first - 1))
        begun = last + 1
    if begun <= MAX_CODE_POINT:
        merged.append((begun, MAX_CODE_POINT))
    return tuple(merged)
