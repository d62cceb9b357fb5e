"""Collects a text of an RTF document: its paragraphs, its tables, and the text boxes anchored in
it."""

from __future__ import annotations

from dataclasses import dataclass, field

from searchkit.corpus.readers.document_paragraphs import Paragraph, TableRows


@dataclass(slots=True)
class Flow:
    """A text that is collected by itself. `kind` is "document", "note", "box", "fonts", "styles",
    or the name of a destination in `info`; `number` is that of a note."""

    kind: str
    number: int = 0
    pieces: list[str] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    boxes: list[Paragraph] = field(default_factory=list)
    _cell: list[Paragraph] = field(default_factory=list)
    _cells: list[list[Paragraph]] = field(default_factory=list)
    _table: TableRows = field(default_factory=TableRows)

    def end_paragraph(self, style: str, *, in_table: bool) -> None:
        """End the paragraph. Outside of a table that ends the table before, too."""
        paragraph = Paragraph("".join(self.pieces).strip(" \t\n"), style)
        self.pieces.clear()
        if in_table:
            self._cell.append(paragraph)
            return
        self.end_row()
        self.paragraphs += self._table.end()
        self.paragraphs.append(paragraph)
        self._add_boxes()

    def end_cell(self, style: str) -> None:
        """End a cell, with its last paragraph."""
        self.end_paragraph(style, in_table=True)
        self._cells.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        """End a row, with its last cell."""
        if self._cell:
            self._cells.append(self._cell)
            self._cell = []
        if self._cells:
            self.paragraphs += self._table.add(self._cells)
            self._cells = []

    def end(self, style: str) -> None:
        """End the text. What stands behind the end of the last paragraph is one too."""
        if "".join(self.pieces).strip():
            self.end_paragraph(style, in_table=bool(self._cells))
        self.end_row()
        self.paragraphs += self._table.end()
        self._add_boxes()

    def text(self) -> str:
        """The text of all paragraphs, parted by empty lines."""
        return "\n\n".join(one.text for one in self.paragraphs if one.text)

    def _add_boxes(self) -> None:
        self.paragraphs += self.boxes
        self.boxes.clear()
