"""Which surface forms does a word of a query have in an index? Asked of its dictionaries, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from searchkit.arrays import Ints
from searchkit.codec.reader import SegmentReader, TextField
from searchkit.query.nodes import SingleWord

MOST_FORMS = 2_000
"""Forms of a word beyond which texts are read in full."""
MOST_KEPT = 200_000
"""Tokens of queries and their forms that are remembered, together."""


class WrittenForms:
    """The surface forms of the titles and bodies of some segments. `find` gives the numbers of a word's forms in a field.

    Safe for many threads.
    """

    def __init__(self, readers: Sequence[SegmentReader], find: Callable[[SingleWord, TextField], Ints]) -> None:
        self._readers, self._find = readers, find
        self._known: dict[tuple[SingleWord, str], frozenset[str] | None] = {}
        self._kept = 0

    def of(self, word: SingleWord, field: str) -> frozenset[str] | None:
        """The forms of a word in a field, or None when they are too many.

        Slow twin: of all forms of the field those that `AnalyzedText` takes for this word.
        """
        key = (word, field)
        try:
            return self._known[key]
        except KeyError:
            pass
        forms = self._look_up(word, field)
        if self._kept >= MOST_KEPT:
            self._known.clear()
            self._kept = 0
        self._known[key] = forms
        self._kept += 1 + len(forms or ())
        return forms

    def _look_up(self, word: SingleWord, field: str) -> frozenset[str] | None:
        forms: set[str] = set()
        for reader in self._readers:
            text_field = reader.text_fields[field]
            numbers = self._find(word, text_field)
            if len(numbers) > MOST_FORMS:
                return None
            forms.update(map(text_field.forms.text, numbers.tolist()))
        return frozenset(forms)
