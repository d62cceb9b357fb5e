"""Writes the patterns of queries in the syntaxes of Lucene: wildcards and regular expressions.

A pattern of a query is compared with a whole token, and so are Lucene's.
"""

from __future__ import annotations

import re
from typing import assert_never

from searchkit.analysis import read_pattern
from searchkit.analysis.patterns import MAX_CODE_POINT, Characters, Choice, CodeRange, Piece, Repeat, Sequence

_NOTHING = " "
"""An expression that matches no token: tokens hold no blanks."""
_IN_TOKENS: tuple[CodeRange, ...] = (
    *((ord(sign), ord(sign)) for sign in "'."),
    (ord("0"), ord("9")),
    (ord("A"), ord("Z")),
    (ord("_"), ord("_")),
    (ord("a"), ord("z")),
    (0x80, 0xD7FF),
    (0xE000, MAX_CODE_POINT),
)
"""What a token may hold: of ASCII's signs only these, none of which has a meaning between brackets,
and no halves of surrogate pairs."""
_SPECIAL_IN_WILDCARDS = re.compile(r"[\\*?]")


def literal_wildcard(text: str) -> str:
    """The wildcard that matches only a text."""
    return _SPECIAL_IN_WILDCARDS.sub(r"\\\g<0>", text)


def lucene_wildcard(pattern: str) -> str:
    """A pattern in which `*` and `?` are wildcards, and a backslash stands for itself."""
    return re.sub(r"\*+", "*", pattern.replace("\\", "\\\\"))


def lucene_literal(text: str) -> str:
    """The regular expression that matches only a text."""
    return "".join(map(_escape, text))


def lucene_regex(pattern: str) -> str:
    """A regular expression of a query. It needs none of Lucene's optional operators
    (`flags: NONE`)."""
    return _write(read_pattern(pattern))


def one_edit_regex(text: str) -> str:
    """The regular expression of all words within one edit of a text (see
    `analysis.within_edits`)."""
    letters = [_escape(character) for character in text]
    ways = [f"{''.join(letters)}.?"]
    for index, letter in enumerate(letters):
        head, tail = "".join(letters[:index]), "".join(letters[index + 1 :])
        ways.append(f"{head}(.?{tail}|.{letter}{tail})")
        if index + 1 < len(letters):
            ways.append(f"{head}{letters[index + 1]}{letter}{''.join(letters[index + 2 :])}")
    return "|".join(ways)


def _write(piece: Piece) -> str:
    match piece:
        case Characters(ranges):
            return _character(ranges)
        case Sequence(parts):
            return "".join(map(_write, parts)) or "()"
        case Choice(parts):
            return f"({'|'.join(map(_write, parts))})"
        case Repeat(part, least, most):
            times = {(0, None): "*", (1, None): "+", (0, 1): "?"}.get((least, most))
            if times is None:
                times = f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
            return f"({_write(part)}){times}"
        case _:
            assert_never(piece)


def _character(ranges: tuple[CodeRange, ...]) -> str:
    if ranges == ((0, MAX_CODE_POINT),):
        return "."
    found = [
        (max(low, first), min(high, last))
        for low, high in ranges
        for first, last in _IN_TOKENS
        if low <= last and first <= high
    ]
    if not found:
        return _NOTHING
    if len(found) == 1 and found[0][0] == found[0][1]:
        return _escape(chr(found[0][0]))
    spans = [chr(low) + (f"-{chr(high)}" if high > low else "") for low, high in found]
    return f"[{''.join(spans)}]"


def _escape(character: str) -> str:
    return character if character.isalnum() else f"\\{character}"
