"""Which written forms does a word of a query have in an index? Asked of its dictionaries, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from searchkit.codec.reader import SegmentReader, TextField
from searchkit.query.nodes import Fuzzy, Regex, Wildcard, Word

SingleWord = Word | Wildcard | Fuzzy | Regex

MOST_FORMS = 2_000
"""Forms of a word beyond which texts are read in full."""
MOST_WORDS = 10_000
"""Words of queries whose forms are remembered."""


class WrittenForms:
    """The written forms of the titles and bodies of some segments. `find` gives the numbers of a word's forms in a field.

    Safe for many threads.
    """

    def __init__(
        self, readers: Sequence[SegmentReader], find: Callable[[SingleWord, TextField], npt.NDArray[np.int64]]
    ) -> None:
        self._readers, self._find = readers, find
        self._known: dict[tuple[SingleWord, str], frozenset[str] | None] = {}

    def of(self, word: SingleWord, field: str) -> frozenset[str] | None:
        """The forms of a word in a field, or None when they are too many.

        Slow twin: of all forms of the field those that `MarkedText` takes for this word.
        """
        key = (word, field)
        if key not in self._known:
            if len(self._known) >= MOST_WORDS:
                self._known.clear()
            self._known[key] = self._look_up(word, field)
        return self._known[key]

    def _look_up(self, word: SingleWord, field: str) -> frozenset[str] | None:
        forms: set[str] = set()
        for reader in self._readers:
            text_field = reader.texts[field]
            numbers = self._find(word, text_field)
            if len(numbers) > MOST_FORMS:
                return None
            forms.update(map(text_field.forms.text, numbers.tolist()))
        return frozenset(forms)
