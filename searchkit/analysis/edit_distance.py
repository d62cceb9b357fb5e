"""How far is one word from another? Edits between two words."""

from __future__ import annotations


def within_edits(word: str, typed: str, edits: int) -> bool:
    """Whether at most `edits` edits make one word of the other: a character more, less or other, or two neighbours swapped.

    This is the optimal string alignment distance: what was swapped is not edited again.
    """
    if abs(len(word) - len(typed)) > edits:
        return False
    # Rows of the table of distances between beginnings: of `word` up to two, one and no characters ago.
    before: list[int] = []
    above = list(range(len(typed) + 1))
    for i, character in enumerate(word, 1):
        row = [i]
        for j, other in enumerate(typed, 1):
            least = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (character != other))
            if i > 1 and j > 1 and character == typed[j - 2] and other == word[i - 2]:
                least = min(least, before[j - 2] + 1)
            row.append(least)
        # A swap reaches back two rows, so one row beyond the limit is not the end yet.
        if min(row) > edits and min(above) > edits:
            return False
        before, above = above, row
    return above[-1] <= edits
