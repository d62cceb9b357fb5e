"""Takes the headers, footers and page numbers off the pages of a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from searchkit.corpus.readers.pdf_layout import Line

MARGIN, NUMBER_MARGIN = 0.1, 0.2
"""The parts of the height of a page, above and below, where headers and footers stand, and page
numbers."""
MAX_LINES = 3
"""Maximum number of lines of a header or footer."""
MAX_KEPT = 20
"""Maximum number of different lines that are kept."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|pagina|página|seite|страница|стр\.?|s\.|p\.|pg\.?)?\s*[-–—|•]?\s*\d{1,5}\s*[-–—|•]?(?:\s*(?:/|of|de|von|из)\s*\d{1,5})?",
    re.I,
)

Columns = list[list[Line]]


def without_margins(pages: Sequence[tuple[float, Columns]]) -> tuple[list[Columns], list[str]]:
    """The columns of pages, given with their heights, without headers, footers and page numbers,
    and what those say: one of those that differ in digits only.

    A header or footer recurs on other pages, but for its digits. A page number stands alone.
    """
    counts: Counter[str] = Counter()
    margins = [_margin_lines(height, columns) for height, columns in pages]
    for lines in margins:
        counts.update({part for line in lines for part in _parts(line)})
    least = max(2, 0.2 * len(pages))
    removed: dict[str, str] = {}
    kept: list[Columns] = []
    for (_, columns), lines in zip(pages, margins, strict=True):
        gone = set()
        for line in lines:
            if _PAGE_NUMBER.fullmatch(line.text):
                gone.add(id(line))
            elif len(pages) > 1 and all(counts[part] >= least for part in _parts(line)):
                gone.add(id(line))
                if len(removed) < MAX_KEPT:
                    removed.setdefault(_DIGITS.sub("#", line.text), line.text)
        kept.append([left for column in columns if (left := [line for line in column if id(line) not in gone])])
    return kept, list(removed.values())


def _parts(line: Line) -> list[str]:
    """The parts of a line that wide gaps separate, without the digits that differ between pages."""
    return _DIGITS.sub("#", line.text).split("\t")


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
