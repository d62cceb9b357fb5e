"""Finds the paragraphs of a DOCX document (ECMA-376, ISO 29500) as its reader sees them.

Insertions are read and deletions are not, as if all changes were accepted. Hidden text, comments,
field codes, headers and footers are not text. Text boxes follow the paragraph that they are
anchored in, footnotes and endnotes the last one, each behind its number in brackets. Elements are
known by their local names, since the strict form of the format has other namespaces.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import IO

from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.limits import Limits, format_size
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.document_paragraphs import Paragraph, TableRows
from searchkit.corpus.readers.symbol_font import symbol_text
from searchkit.corpus.readers.xml_parsing import Element, attribute_of, local_name
from searchkit.corpus.readers.xml_streaming import stream_elements
from searchkit.corpus.readers.zip_documents import ZipDocument

_SKIPPED = frozenset(
    re.findall(
        r"\w+",
        "del moveFrom delText instrText delInstrText rPr pPr sdtPr sectPr object rt rPrChange pPrChange annotationRef"
        " separator continuationSeparator docPr posOffset",
    )
)
_NO = frozenset({"0", "false", "off"})
_MARKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": "\u00ad"}
_HTML = (".htm", ".html", ".xhtml")
MAX_BASED_ON = 10
"""Maximum number of styles that a style is based on, one on the other."""


def docx_paragraphs(file: IO[bytes], limits: Limits) -> list[Paragraph]:
    """The paragraphs of a DOCX file, empty ones included; those of tables as `TableRows` makes
    them. Raises Unreadable."""
    return read_paragraphs(ZipDocument(file, limits, "DOCX"), limits)


def read_paragraphs(document: ZipDocument, limits: Limits) -> list[Paragraph]:
    """The paragraphs of an opened document."""
    main = main_part(document)
    found: list[Paragraph] = []
    size = 0
    for paragraph in _DocxReader(document, main).paragraphs():
        size += len(paragraph.text) + 1
        if size > limits.max_article:
            raise Unreadable(f"its text is larger than {format_size(limits.max_article)}; split it or raise --max-article")
        found.append(paragraph)
    return found


def main_part(document: ZipDocument) -> str:
    """The name of the part that holds the text."""
    for kind, target in relationships(document, "").values():
        if kind == "officeDocument":
            return target
    return "word/document.xml"


def relationships(document: ZipDocument, part: str) -> dict[str, tuple[str, str]]:
    """The last word of the type, and the target, of each relationship of a part, by id. "" is the
    document itself."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    if rels not in document:
        return {}
    found = {}
    for one in document.parse(rels):
        if isinstance(one.tag, str) and one.get("TargetMode") != "External" and one.get("Target"):
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/")
            found[one.get("Id", "")] = ((one.get("Type") or "").rpartition("/")[2], target)
    return found


class _DocxReader:
    """Reads the parts of a document with text."""

    def __init__(self, document: ZipDocument, main: str) -> None:
        self._document, self._main = document, main
        self._relationships = relationships(document, main)
        self._styles: dict[str, str] = {}
        self._hidden_styles: set[str] = set()
        self._read_styles()
        self._codes: list[bool] = []
        """For each complex field that is open, whether its code is not ended yet."""
        self._notes: list[tuple[str, str]] = []
        """The part and id of each note that was referred to, in order."""
        self._boxes: list[Paragraph] = []
        self._carried = ""
        """The text of a paragraph whose end is deleted: the next one goes on with it."""

    def paragraphs(self) -> Iterator[Paragraph]:
        table = TableRows()
        stream = self._document.open(self._main)
        for event, element in stream_elements(stream, ("p", "tr", "altChunk"), ("tbl",)):
            name = local_name(element.tag)
            if name == "tr":
                yield from self._row(element, table)
            elif name == "tbl":
                if event == "end":
                    yield from table.end()
            elif name == "altChunk":
                yield from self._foreign_part(element)
            elif name == "p" and not _is_placeholder(element):
                yield from self._paragraph(element)
        if self._carried:
            yield Paragraph(self._carried)
        yield from self._note_paragraphs()

    def _read_styles(self) -> None:
        part = self._target("styles") or "word/styles.xml"
        if part not in self._document:
            return
        names, based_on = {}, {}
        for style in self._document.parse(part).iter("{*}style"):
            one = attribute_of(style, "styleId")
            name = _value(style.find("./{*}name")).lower()
            level = _value(style.find("./{*}pPr/{*}outlineLvl"))
            names[one] = f"heading {int(level) + 1}" if level.isdecimal() and int(level) < 9 and name != "title" else name
            based_on[one] = _value(style.find("./{*}basedOn"))
            if _is_on(style.find("./{*}rPr/{*}vanish")):
                self._hidden_styles.add(one)
        for one, name in names.items():
            base = one
            for _ in range(MAX_BASED_ON):
                base = based_on.get(base, "")
                if name.startswith("toc "):
                    break  # the heading of a table of contents
                if names.get(base, "").startswith(("heading ", "title")) and not name.startswith(("heading ", "title")):
                    name = names[base]
            self._styles[one] = name

    def _target(self, kind: str) -> str:
        return next((target for one, target in self._relationships.values() if one == kind), "")

    def _row(self, row: Element, table: TableRows) -> Iterator[Paragraph]:
        if row.find("./{*}trPr/{*}del") is not None:
            return
        yield from table.add(
            [
                [one for paragraph in _outermost(cell) for one in self._paragraph(paragraph)]
                for cell in row.iter("{*}tc")
                if next(cell.iterancestors("{*}tr")) is row and cell.find("./{*}tcPr/{*}cellDel") is None
            ]
        )

    def _paragraph(self, element: Element) -> Iterator[Paragraph]:
        pieces: list[str] = []
        properties = element.find("./{*}pPr")
        style = ""
        if properties is not None:
            identifier = _value(properties.find("./{*}pStyle"))
            style = self._styles.get(identifier, identifier.lower())
            level = _value(properties.find("./{*}outlineLvl"))
            if level.isdecimal() and int(level) < 9 and style != "title":
                style = f"heading {int(level) + 1}"
        if style and identifier in self._hidden_styles:
            return
        self._collect(element, pieces)
        text = self._carried + "".join(pieces)
        self._carried = ""
        boxes, self._boxes = self._boxes, []
        if properties is not None and any(
            properties.find(f"./{{*}}rPr/{{*}}{name}") is not None for name in ("del", "moveFrom")
        ):
            self._carried = text
        else:
            yield Paragraph(text.strip(" \t\n"), style)
        yield from boxes

    def _collect(self, element: Element, pieces: list[str]) -> None:
        """Collect the text of what is in an element."""
        for child in element.iterchildren("*"):
            name = local_name(child.tag)
            if name == "t":
                if not any(self._codes) and child.text:
                    pieces.append(child.text.replace("\n", " "))
            elif name in _SKIPPED:
                continue
            elif name == "r":
                if not self._is_hidden(child):
                    self._collect(child, pieces)
            elif name == "fldChar":
                self._change_field(attribute_of(child, "fldCharType"))
            elif any(self._codes):
                self._collect(child, pieces)
            elif name in _MARKS:
                pieces.append(_MARKS[name])
            elif name == "br":
                pieces.append("\n")
            elif name == "sym":
                pieces.append(symbol_text(attribute_of(child, "char"), attribute_of(child, "font")))
            elif name in ("footnoteReference", "endnoteReference"):
                self._notes.append((name.removesuffix("Reference"), attribute_of(child, "id")))
                pieces.append(f"[{len(self._notes)}]")
            elif name == "txbxContent":
                for paragraph in _outermost(child):
                    boxes, self._boxes, carried, self._carried = self._boxes, [], self._carried, ""
                    self._boxes = boxes + list(self._paragraph(paragraph))
                    self._carried = carried
            elif name == "AlternateContent":
                self._collect_alternative(child, pieces)
            elif name == "sdt":
                if child.find("./{*}sdtPr/{*}showingPlcHdr") is None:
                    self._collect(child, pieces)
            else:
                self._collect(child, pieces)

    def _collect_alternative(self, element: Element, pieces: list[str]) -> None:
        """Collect the first alternative that has text: they say the same."""
        before = len(pieces), len(self._boxes)
        for alternative in element.iterchildren("{*}Choice", "{*}Fallback"):
            self._collect(alternative, pieces)
            if (len(pieces), len(self._boxes)) != before:
                return

    def _change_field(self, kind: str) -> None:
        if kind == "begin":
            self._codes.append(True)
        elif self._codes:
            if kind == "separate":
                self._codes[-1] = False
            else:
                self._codes.pop()

    def _is_hidden(self, run: Element) -> bool:
        properties = run.find("./{*}rPr")
        if properties is None:
            return False
        hidden = properties.find("./{*}vanish")
        if hidden is not None:
            return _is_on(hidden)
        return bool(self._hidden_styles) and _value(properties.find("./{*}rStyle")) in self._hidden_styles

    def _note_paragraphs(self) -> Iterator[Paragraph]:
        parts: dict[str, dict[str, Element]] = {}
        for number, (kind, identifier) in enumerate(self._notes, 1):
            if kind not in parts:
                part = self._target(f"{kind}s") or f"word/{kind}s.xml"
                root = self._document.parse(part) if part in self._document else ()
                parts[kind] = {attribute_of(note, "id"): note for note in root if isinstance(note.tag, str)}
            note = parts[kind].get(identifier)
            self._codes.clear()
            paragraphs = (
                [] if note is None else [one for paragraph in _outermost(note) for one in self._paragraph(paragraph)]
            )
            text = "\n\n".join(one.text for one in paragraphs if one.text)
            if text:
                yield Paragraph(f"[{number}] {text}", "footnote text")

    def _foreign_part(self, element: Element) -> Iterator[Paragraph]:
        """The paragraphs of HTML that is embedded as a part of its own, as some programs do."""
        _, target = self._relationships.get(attribute_of(element, "id"), ("", ""))
        if not target.lower().endswith(_HTML):
            raise Unreadable(
                f"part of its text is in a file inside of it ({target or 'unknown'}); save it with a word processor"
            )
        text = html_to_text(self._document.text(target))
        yield from (Paragraph(one) for one in text.split("\n\n"))


def _outermost(element: Element) -> Iterator[Element]:
    """The paragraphs in an element that are in no other one."""
    for child in element.iterchildren("*"):
        if local_name(child.tag) == "p":
            if not _is_placeholder(child):
                yield child
        else:
            yield from _outermost(child)


def _is_placeholder(paragraph: Element) -> bool:
    """Whether a paragraph is the prompt of a form that nobody filled in."""
    return any(one.find("./{*}sdtPr/{*}showingPlcHdr") is not None for one in paragraph.iterancestors("{*}sdt"))


def _value(element: Element | None) -> str:
    return "" if element is None else attribute_of(element, "val")


def _is_on(element: Element | None) -> bool:
    return element is not None and _value(element) not in _NO
