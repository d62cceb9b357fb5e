"""The paragraphs of a document of a word processor, as its reader finds them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Paragraph(NamedTuple):
    """A paragraph. `text` may have several lines, and tabs between the cells of a table; it is ""
    for an empty paragraph. `style` is the English name of its style in small letters ("title",
    "heading 1"), or ""."""

    text: str
    style: str = ""

    @property
    def is_title(self) -> bool:
        """Whether its style is that of a title or a heading of the first level."""
        return self.style in TITLE_STYLES


TITLE_STYLES = frozenset({"title", "heading 1", "headline", "hed"})
"""Names of styles of titles: those of word processors, and of templates of newspapers."""


class TableRows:
    """Makes paragraphs of the rows of a table.

    A row with one paragraph in each cell, and text in several, is a line whose cells are parted by
    tabs; such rows that follow each other are lines of one paragraph. Of other rows each paragraph
    is one, as in tables that only arrange a page.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []

    def add(self, cells: list[list[Paragraph]]) -> Iterator[Paragraph]:
        """Add a row. Yields the paragraphs that are complete."""
        cells = [[one for one in cell if one.text.strip()] for cell in cells]
        filled = [cell for cell in cells if cell]
        if len(filled) > 1 and all(len(cell) <= 1 for cell in cells):
            self._lines.append("\t".join(cell[0].text.replace("\n", " ") if cell else "" for cell in cells).rstrip("\t"))
        elif filled:
            yield from self.end()
            for cell in filled:
                yield from cell

    def end(self) -> Iterator[Paragraph]:
        """End the table. Yields what is left of it."""
        if self._lines:
            lines, self._lines = self._lines, []
            yield Paragraph("\n".join(lines))
