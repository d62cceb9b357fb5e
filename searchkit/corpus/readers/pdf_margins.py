"""Takes the headers, footers and page numbers off the pages of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from searchkit.corpus.readers.pdf_layout import Line

MARGIN, NUMBER_MARGIN = 0.1, 0.2
"""The parts of the height of a page, above and below, where headers and footers stand, and page
numbers."""
MAX_LINES = 3
"""Maximum number of lines of a header or footer."""
MAX_NUMBER_RATIO = 1.2
"""How much larger than the text a page number is, at most: a headline may be a year."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|pagina|página|seite|страница|стр\.?|s\.|p\.|pg\.?)?\s*[-–—|•]?\s*\d{1,5}\s*[-–—|•]?(?:\s*(?:/|of|de|von|из)\s*\d{1,5})?",
    re.I,
)

Columns = list[list[Line]]
_Found = tuple[int, str]
"""The number of a page, and a text on it."""


def without_margins(pages: Sequence[tuple[float, Columns]]) -> tuple[list[Columns], list[str], list[str]]:
    """The columns of pages, given with their heights, without headers, footers and page numbers;
    what the headers and footers say; and the page numbers.

    A header or footer recurs on other pages, but for its digits; if only on one other, these are
    the same or rise with the page. A page number stands alone, and is no larger than the text. Of
    headers whose digits rise from page to page the first is told, of such page numbers the first
    and the last.
    """
    heights = [line.height for _, columns in pages for column in columns for line in column]
    largest = MAX_NUMBER_RATIO * median(heights) if heights else 0.0
    margins = [_margin_lines(height, columns) for height, columns in pages]
    found: dict[str, list[_Found]] = {}
    for page, lines in enumerate(margins):
        for line in lines:
            for part in line.text.split("\t"):
                found.setdefault(_pattern(part), []).append((page, part))
    least = max(2, 0.2 * len(pages))
    recurring = {pattern for pattern, parts in found.items() if len(parts) >= least and (parts[2:] or _rises(*parts))}
    headers: list[_Found] = []
    numbers: list[_Found] = []
    kept: list[Columns] = []
    for page, ((_, columns), lines) in enumerate(zip(pages, margins, strict=True)):
        gone = set()
        for line in lines:
            is_number = _PAGE_NUMBER.fullmatch(line.text) is not None and line.height <= largest
            if is_number or (len(pages) > 1 and all(_pattern(part) in recurring for part in line.text.split("\t"))):
                gone.add(id(line))
                (numbers if is_number else headers).append((page, line.text))
        kept.append([left for column in columns if (left := [line for line in column if id(line) not in gone])])
    told = list(dict.fromkeys(first for first, _ in _runs(headers)))
    return kept, told, [first if first == last else f"{first} to {last}" for first, last in _runs(numbers)]


def _pattern(text: str) -> str:
    """A text without the digits that differ between pages."""
    return _DIGITS.sub("#", text)


def _rises(one: _Found, other: _Found) -> bool:
    """Whether two texts of one pattern are the same, or the digits of the second are higher by the
    distance of the pages."""
    if one[1] == other[1]:
        return True
    distance = other[0] - one[0]
    pairs = zip(_DIGITS.findall(one[1]), _DIGITS.findall(other[1]), strict=True)
    return all(a == b or (len(a) < 10 > len(b) and int(b) - int(a) == distance) for a, b in pairs)


def _runs(found: list[_Found]) -> list[list[str]]:
    """The first and the last text of each series of one pattern that rises from page to page."""
    runs: list[list[str]] = []
    latest: dict[str, tuple[_Found, list[str]]] = {}
    for one in found:
        before, run = latest.get(_pattern(one[1]), (None, []))
        if before is not None and _rises(before, one):
            run[1] = one[1]
        else:
            run = [one[1], one[1]]
            runs.append(run)
        latest[_pattern(one[1])] = one, run
    return runs


def _margin_lines(height: float, columns: Columns) -> list[Line]:
    """The lines in the upper and the lower margin that are the outermost of the page."""
    lines = sorted((line for column in columns for line in column), key=lambda line: line.top)
    found = [line for line in lines[:MAX_LINES] if line.top < MARGIN * height]
    found += [line for line in lines[-MAX_LINES:] if line.bottom > (1 - MARGIN) * height and line not in found]
    for line in (lines[:1], lines[-1:]):
        is_outside = line and (line[0].top < NUMBER_MARGIN * height or line[0].bottom > (1 - NUMBER_MARGIN) * height)
        if is_outside and line[0] not in found and _PAGE_NUMBER.fullmatch(line[0].text):
            found += line
    return found
