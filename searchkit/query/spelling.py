"""Rules of spelling: which words are spelled like another one, and which of them was most likely
meant.

Useful for: words of a query that an index lacks, or has hardly. Not useful for: finding the
candidates in a dictionary; each engine does that in its way, by `is_near`.
"""

from __future__ import annotations

import math
import unicodedata

from searchkit.analysis import fold, within_edits

MIN_LENGTH = 3
"""Shorter words have no candidates."""
MAX_LENGTH = 40
"""Longer words have none either: they are no misspellings, and comparing them takes long."""
MIN_DOUBTED_LENGTH = 5
LONG_WORD = 7
"""Words of at least so many letters may be two edits away, shorter ones one."""
FREQUENCY_WEIGHT = 0.25
"""A word that ten times as many articles have may cost so much more."""

RARE = 10
"""A word that more articles have is not doubted in an answer that finds something."""
MIN_RATIO = 100
"""A word is doubted only if so many times as many articles have a neighbour."""

_WITHOUT_BLANKS = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF), (0x3005, 0x31FF), (0x3400, 0x9FFF),
    (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Thai, Lao, Burmese, Hangul, Khmer, kana and Han: scripts in which one character more or less is
another word, not another spelling."""
_VOWELS = frozenset("aeiouy")
_SWAP_COST = 0.7
_DOUBLE_COST = 0.6
_VOWEL_COST = 0.75


def max_edits(folded: str) -> int:
    """How many edits away a candidate for a folded word may be; 0 for a word without candidates:
    a short or very long one, one with digits, or one of a script in which every character
    counts."""
    if not MIN_LENGTH <= len(folded) <= MAX_LENGTH or (not folded.isalpha() and not all(map(_is_letter, folded))):
        return 0
    if not folded.isascii() and any(low <= ord(sign) <= high for sign in folded for low, high in _WITHOUT_BLANKS):
        return 0
    return 2 if len(folded) >= LONG_WORD else 1


def _is_letter(sign: str) -> bool:
    """Whether a character belongs to a word that can be misspelled: a letter, a combining mark or
    an apostrophe."""
    return sign.isalpha() or sign == "'" or unicodedata.category(sign) in ("Mn", "Mc")


def shared_length(folded: str, edits: int) -> int:
    """How many characters a candidate has to share, at its beginning or at its end.

    All words one edit away share so many. Of those two edits away, the words are left out that
    have one edit near the beginning and another near the end.
    """
    return (len(folded) - 1) // 2 if edits == 1 else len(folded) // 3


def is_candidate(folded: str, candidate: str) -> bool:
    """Whether a near word may have been meant by a folded word. For a word of MIN_LENGTH letters,
    only one of the same letters may."""
    return len(folded) > MIN_LENGTH or sorted(folded) == sorted(candidate)


def is_near(candidate: str, folded: str, edits: int) -> bool:
    """Whether a folded word of the dictionary is a candidate for another one.

    The definition that engines have to keep.
    """
    shared = shared_length(folded, edits)
    return (candidate.startswith(folded[:shared]) or candidate.endswith(folded[-shared:])) and within_edits(
        candidate, folded, edits
    )


def edit_cost(typed: str, candidate: str) -> float:
    """What the edits from one folded word to another cost: 1 each; less for those that are made
    often: a double letter written once or the reverse, two letters swapped, a wrong vowel. An
    apostrophe costs nearly nothing, and a wrong first letter more than others."""
    before: list[float] = []
    above = [0.0]
    for j, letter in enumerate(candidate):
        above.append(above[-1] + _gap_cost(candidate, j, letter))
    for i, typed_letter in enumerate(typed):
        row = [above[0] + _gap_cost(typed, i, typed_letter)]
        for j, letter in enumerate(candidate):
            cost = min(
                above[j + 1] + _gap_cost(typed, i, typed_letter),
                row[j] + _gap_cost(candidate, j, letter),
                above[j] + _change_cost(typed_letter, letter),
            )
            if i and j and typed_letter == candidate[j - 1] and letter == typed[i - 1]:
                cost = min(cost, before[j - 1] + _SWAP_COST)
            row.append(cost)
        before, above = above, row
    return above[-1] + (0.5 if typed[:1] != candidate[:1] else 0.0)


def _gap_cost(word: str, index: int, letter: str) -> float:
    """What it costs that only one of two words has a letter."""
    if letter == "'":
        return 0.2
    return _DOUBLE_COST if index and word[index - 1] == letter else 1.0


def _change_cost(letter: str, other: str) -> float:
    if letter == other:
        return 0.0
    return _VOWEL_COST if letter in _VOWELS and other in _VOWELS else 1.0


def rank(cost: float, total: int) -> float:
    """The rank of a candidate with a cost that `total` articles have: the lowest is the likeliest.

    The weights say that of two words, ten times as frequent is worth a quarter of an edit.
    """
    return cost - FREQUENCY_WEIGHT * math.log10(max(1, total))


def is_likely_misspelling(typed: str, total: int, candidate: str, candidate_total: int) -> bool:
    """Whether a word that the index has is misspelled, nearly for certain.

    The bar is high, because a rare word is most often right: at most RARE articles have it, and
    MIN_RATIO times as many have a candidate; the first two letters and the last two are the same in
    both. In a word of at least 7 letters, two are swapped or a double letter is written once or
    the reverse; or in one of at least 8, a letter is missing. In Reuters-21578 this doubts some 500
    words, of which we found three that are right.
    """
    folded, other = fold(typed), fold(candidate)
    if not 0 < total <= RARE or not within_edits(folded, other, 1) or candidate_total < MIN_RATIO * total:
        return False
    if len(folded) < LONG_WORD or (folded[:2], folded[-2:]) != (other[:2], other[-2:]):
        return False
    return edit_cost(folded, other) <= _SWAP_COST or (len(folded) > LONG_WORD and len(other) > len(folded))


def is_possible_misspelling(typed: str, total: int, candidate: str, candidate_total: int) -> bool:
    """Whether a word that the index has may be misspelled in a query that finds nothing: it has at
    least MIN_DOUBTED_LENGTH letters, and MIN_RATIO times as many articles have another one, an edit
    away, with the same first letter."""
    folded, other = fold(typed), fold(candidate)
    return (
        len(folded) >= MIN_DOUBTED_LENGTH
        and candidate_total >= MIN_RATIO * total
        and folded[:1] == other[:1]
        and within_edits(folded, other, 1)
    )


def write_like(typed: str, folded: str) -> str:
    """A folded word in the capitals of another one: all, the first, or none."""
    written = folded
    if len(typed) > 1 and typed.isupper():
        written = folded.upper()
    elif typed[:1].isupper():
        written = folded[:1].upper() + folded[1:]
    return written if fold(written) == fold(folded) else folded
