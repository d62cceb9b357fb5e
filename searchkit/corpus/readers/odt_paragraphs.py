"""Finds the paragraphs of an OpenDocument text (ISO 26300) as its reader sees them.

Insertions are read and deletions are not. Hidden text, comments, headers and footers are not text.
Text boxes follow the paragraph that they are anchored in, footnotes and endnotes the last one, each
behind its number in brackets. Elements are known by their local names, as those of OpenOffice 1
have other namespaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.corpus.limits import Limits, format_size
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.document_paragraphs import Paragraph, TableRows
from searchkit.corpus.readers.xml_parsing import Element, attribute_of, local_name
from searchkit.corpus.readers.xml_streaming import Readable, stream_elements

MAX_BLANKS = 1000
"""Maximum number of blanks that one element stands for."""
MAX_BASED_ON = 10
_SKIPPED = frozenset(
    re.findall(
        r"[\w-]+",
        "annotation annotation-end tracked-changes title desc note-citation footnote-citation endnote-citation ruby-text"
        " hidden-text hidden-paragraph event-listeners forms script object object-ole math sequence-decls variable-decls"
        " user-field-decls binary-data",
    )
)
_NOTE_BODIES = ("note-body", "footnote-body", "endnote-body")
_BLANKS = re.compile(r"[ \t\r\n]+")
_ESCAPE = re.compile(r"_([0-9a-f]{1,4})_")


class OdtReader:
    """Reads the paragraphs, and `meta`, the element with what a document says of itself."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.meta: dict[str, list[tuple[str, str]]] = {}
        """By local name, the attributes' `name` and the text of each element of the metadata."""
        self._based_on: dict[str, str] = {}
        self._hidden: set[str] = set()
        self._notes: list[Element] = []
        self._boxes: list[Paragraph] = []

    def read_styles(self, stream: Readable) -> None:
        """Read the styles of a document, and its metadata if they are here."""
        for _, element in stream_elements(stream, ("styles", "automatic-styles", "meta")):
            self._read_head(element)

    def paragraphs(self, stream: Readable) -> Iterator[Paragraph]:
        """The paragraphs of the content, empty ones included."""
        size = 0
        for paragraph in self._paragraphs(stream):
            size += len(paragraph.text) + 1
            if size > self._limits.max_article:
                most = format_size(self._limits.max_article)
                raise Unreadable(f"its text is larger than {most}; split it or raise --max-article")
            yield paragraph

    def _paragraphs(self, stream: Readable) -> Iterator[Paragraph]:
        table = TableRows()
        wanted = ("p", "h", "table-row", "styles", "automatic-styles", "meta", "master-styles", *_SKIPPED)
        for event, element in stream_elements(stream, wanted, ("table",)):
            name = local_name(element.tag)
            if name == "table":
                if event == "end":
                    yield from table.end()
            elif name in ("p", "h"):
                yield from self._paragraph(element)
            elif name == "table-row":
                yield from table.add([self._cell(cell) for cell in element if _name(cell) == "table-cell"])
            else:
                self._read_head(element)
        for number, note in enumerate(self._notes, 1):
            text = "\n\n".join(one.text for one in self._inner(note) if one.text)
            if text:
                yield Paragraph(f"[{number}] {text}", "footnote text")

    def _read_head(self, element: Element) -> None:
        name = local_name(element.tag)
        if name in ("styles", "automatic-styles"):
            for style in element.iterchildren("{*}style"):
                one = attribute_of(style, "name")
                self._based_on[one] = attribute_of(style, "parent-style-name")
                if any(
                    attribute_of(part, "display") == "none"
                    for part in style.iterchildren("{*}text-properties", "{*}properties")
                ):
                    self._hidden.add(one)
        elif name == "meta":
            for one in element.iterchildren("*"):
                keywords = one.iterchildren("*") if local_name(one.tag) == "keywords" else [one]
                for value in keywords:
                    text = " ".join("".join(value.itertext()).split())
                    self.meta.setdefault(local_name(value.tag), []).append((attribute_of(value, "name"), text))

    def _cell(self, cell: Element) -> list[Paragraph]:
        return list(self._inner(cell))

    def _inner(self, element: Element) -> Iterator[Paragraph]:
        """The paragraphs in an element that are in no other one."""
        for child in element.iterchildren("*"):
            name = local_name(child.tag)
            if name in ("p", "h"):
                yield from self._paragraph(child)
            elif name not in _SKIPPED:
                yield from self._inner(child)

    def _paragraph(self, element: Element) -> Iterator[Paragraph]:
        if attribute_of(element, "style-name") in self._hidden:
            return
        boxes, self._boxes = self._boxes, []
        pieces: list[str] = []
        if not any(_name(child) == "hidden-paragraph" and attribute_of(child, "is-hidden") != "false" for child in element):
            self._collect(element, pieces)
            yield Paragraph("".join(pieces).strip(" \n\t"), self._style(element))
        yield from self._boxes
        self._boxes = boxes

    def _style(self, element: Element) -> str:
        level = attribute_of(element, "outline-level") or attribute_of(element, "level")
        if local_name(element.tag) == "h" and level.isdecimal():
            return f"heading {int(level)}"
        name = attribute_of(element, "style-name")
        found = _style_name(name)
        for _ in range(MAX_BASED_ON):
            if found.startswith(("heading ", "title")) or name not in self._based_on:
                break
            name = self._based_on[name]
            found = _style_name(name) or found
        return found

    def _collect(self, element: Element, pieces: list[str]) -> None:
        _add(element.text, pieces)
        for child in element:
            if isinstance(child.tag, str):
                self._collect_child(child, pieces)
            _add(child.tail, pieces)

    def _collect_child(self, child: Element, pieces: list[str]) -> None:
        name = local_name(child.tag)
        if name == "s":
            count = attribute_of(child, "c")
            pieces.append(" " * min(int(count) if count.isdecimal() and len(count) < 6 else 1, MAX_BLANKS))
        elif name in ("tab", "tab-stop"):
            pieces.append("\t")
        elif name == "line-break":
            pieces.append("\n")
        elif name in ("note", "footnote", "endnote"):
            self._notes += (one for one in child if _name(one) in _NOTE_BODIES)
            pieces.append(f"[{len(self._notes)}]")
        elif name == "text-box":
            self._boxes += self._inner(child)
        elif name == "span" and attribute_of(child, "style-name") in self._hidden:
            return
        elif name not in _SKIPPED:
            self._collect(child, pieces)


def _add(text: str | None, pieces: list[str]) -> None:
    if text:
        text = _BLANKS.sub(" ", text)
        pieces.append(text[1:] if text[0] == " " and pieces and pieces[-1].endswith((" ", "\n")) else text)


def _name(element: Element) -> str:
    return local_name(element.tag) if isinstance(element.tag, str) else ""


def _style_name(name: str) -> str:
    """The name of a style as it is shown, in small letters: "Heading_20_1" is "heading 1"."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), name).lower()
