"""Compares words by their edit distance, for fuzzy words."""

from __future__ import annotations


def within_edits(word: str, typed: str, edits: int) -> bool:
    """Whether at most `edits` edits turn one word into the other: to insert, delete or replace a
    character, or to swap two neighbours.

    This is the optimal string alignment distance: swapped characters are not edited again.
    """
    if abs(len(word) - len(typed)) > edits:
        return False
    # Rows of the table of distances between prefixes: those of `word` two, one and no characters
    # ago.
    before: list[int] = []
    above = list(range(len(typed) + 1))
    for i, character in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(typed, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (character != other))
            if i > 1 and j > 1 and character == typed[j - 2] and other == word[i - 2]:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        # A swap reaches back two rows, so the distance is too large only where two rows are.
        if min(row) > edits and min(above) > edits:
            return False
        before, above = above, row
    return above[-1] <= edits
