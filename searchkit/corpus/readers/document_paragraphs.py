"""The paragraphs of a document of a word processor, as its reader finds them."""

from __future__ import annotations

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
