"""The words of a text that a query asks for, found without taking the whole text apart.

Their positions are counted only where words stand near enough to each other for the query to tell; all other distances
are taken for one step more than it asks about.

Slow twin: `MarkedText`, which finds every word.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.analysis import Analyzer, Tokens
from searchkit.analysis.tokenizer import find_next_paragraph, token_regex
from searchkit.model import Mark
from searchkit.results.marked_text import MarkedText
from searchkit.results.spotting import Searchable, Sought, searchable
from searchkit.results.wanted import Run


def run_marks(ready: Searchable | None, sought: Sought, runs: Sequence[Run] | None, language: str) -> list[Mark] | None:
    """The marks of words next to each other, those of the first run first, or of all that is sought (`runs` None); None for
    a text that has to be read in full (as `searchable` says, or what is sought).

    Slow twin: the marks that `MarkedText` has for words and phrases.
    """
    found = None if ready is None else sought.find(ready, language)
    if ready is None or found is None:
        return None
    if runs is None:
        return [(start, end) for start, end, _ in found]
    marks: list[Mark] = []
    for run in runs:
        first, size = run[0], len(run)
        for number in range(len(found) - size + 1):
            start, end, form = found[number]
            if form in first:
                for (following, after, other), forms in zip(found[number + 1 : number + size], run[1:], strict=True):
                    if other not in forms or _steps(ready, language, end, following, 1) > 1:
                        break
                    end = after
                else:
                    marks.append((start, end))
    return marks


def sparse_text(text: str, analyzer: Analyzer, sought: Sought, reach: int) -> MarkedText | None:
    """A text with the sought words only, or None for one that has to be read in full."""
    ready = searchable(text)
    found = None if ready is None else sought.find(ready, analyzer.language)
    if ready is None or found is None:
        return None
    words = Tokens([], [], [], [], [])
    position = last = 0
    for start, end, form in found:
        if words.forms:
            position += _steps(ready, analyzer.language, last, start, reach)
        words.forms.append(form)
        words.starts.append(start)
        words.ends.append(end)
        words.positions.append(position)
        last = end
    return MarkedText(text, analyzer, words)


def _steps(text: Searchable, language: str, end: int, start: int, most: int) -> int:
    """From the position of the word that ends at `end` to that of one that begins at `start`; `most` + 1 for any more.

    Slow twin: the difference of their positions by `tokenize`.
    """
    normal, small = text
    if start == end + 1 and normal[end] == " ":
        return 1
    steps = 1
    between = small[end + 1 : start + 1]
    if between and not between.isspace():
        if most == 1:
            return 2
        for word in token_regex(normal, language).finditer(normal, end):
            if word.start() >= start:
                break
            steps += 1
            if steps > most:
                return steps
    return most + 1 if find_next_paragraph(normal, end, start) >= 0 else steps
