"""The text of documents with the markup of editors and linguists (TEI, BNC and similar): words that
are elements, lines and pages as printed, readings, notes."""

from __future__ import annotations

import re
from collections.abc import Collection

from searchkit.corpus.readers.xml_parsing import AROUND_LINE, Element, line_of, tidy

PARAGRAPHS = frozenset(
    (
        *("p", "ab", "head", "div", "div1", "div2", "div3", "div4", "div5", "div6", "div7", "lg", "list", "table", "quote"),
        *("figure", "sp", "stage", "opener", "closer", "salute", "signed", "dateline", "byline", "argument", "epigraph"),
        *("trailer", "postscript", "floatingText", "body", "front", "back", "titlePage", "cit", "u", "para", "paragraph"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "section", "title", "hl1", "hl2", "block"),
    )
)
LINES = frozenset(("l", "item", "row", "br", "li", "tr", "dt", "dd", "label", "titlePart", "docTitle", "docDate"))
_CELLS = frozenset(("cell", "td", "th"))
_BREAKS = frozenset(("lb", "pb", "cb", "gb", "milestone"))
_WITHOUT_TEXT = frozenset(("fw", "figDesc", "del", "rdg", "teiHeader", "header", "index", "binaryObject", "script", "style"))
_OTHER_READINGS = {"sic": ("corr",), "orig": ("reg",), "abbr": ("expan", "ex")}
"""In <choice>: what is printed, and what stands for it elsewhere."""
_TOKENS = frozenset(("w", "pc", "c", "tok", "token", "mw"))
_SIGNS = frozenset(("pc", "c"))
_OPENING = re.compile(r"[(\[{«„“‘¿¡]+")
_SPACES = re.compile(r"[ \t\r\n]+")
_HYPHEN_AT_END = re.compile(r"[-\u00ad\u2010¬⸗=]?[ \t\r\n]*\Z")


class ScholarlyText:
    """Collects the text of elements, and the notes in them."""

    def __init__(self, leave_out: Collection[Element] = ()) -> None:
        self._leave_out = frozenset(leave_out)
        self._pieces: list[str] = []
        self._joins_next = False
        self.notes: list[str] = []

    @property
    def text(self) -> str:
        """The text that was collected, with paragraphs."""
        return tidy("".join(self._pieces))

    def collect(self, element: Element) -> None:
        """Collect the text of an element. The depth of a tree is bounded by libxml2 (256)."""
        children = list(element)
        if any(child.tag in _TOKENS for child in children):
            self._add(element.text)
            self._collect_tokens(children)
            return
        self._add(element.text)
        for child in children:
            self._collect_child(child)
            self._add(child.tail)

    def collect_block(self, element: Element) -> None:
        """Collect the text of an element by its tag: that of a paragraph stands alone."""
        self._collect_child(element)

    def _collect_child(self, child: Element) -> None:
        tag = child.tag
        if tag in _WITHOUT_TEXT or child in self._leave_out:
            return
        if tag in _BREAKS:
            if child.get("break") == "no" or child.get("type") == "inWord":
                self._join()
            else:
                self._put("\n" if tag == "lb" else " ")
        elif tag == "note":
            note = line_of(child)
            if note:
                self.notes.append(note)
        elif tag == "choice":
            self._collect_printed(child)
        elif tag in ("gap", "space"):
            self._put(" ")
        else:
            end = "\n\n" if tag in PARAGRAPHS else AROUND_LINE if tag in LINES else " " if tag in _CELLS else ""
            if tag == "br" and not len(child) and not child.text:
                self._put("\n")
                return
            if end:
                self._put(end)
            self.collect(child)
            if end:
                self._put(end)

    def _collect_printed(self, choice: Element) -> None:
        """Collect the reading that is printed, or the only one."""
        tags = {child.tag for child in choice}
        others = {other for tag in tags for other in _OTHER_READINGS.get(tag, ())}
        for child in choice:
            if child.tag not in others:
                self.collect(child)

    def _collect_tokens(self, children: list[Element]) -> None:
        """Collect words and signs, with the blanks between them that the document has.

        If it has blanks between all of them or between none, they only set the markup: then there
        is a blank before each word.
        """
        tokens = [child for child in children if child.tag in _TOKENS]
        has_own = any(_text_of(token)[-1:].isspace() for token in tokens)
        tails = {bool(child.tail) and child.tail.isspace() for child in children[:-1] if child.tag in _TOKENS}
        sets_blanks = not has_own and (len(tails) < 2) and all(not child.tail or child.tail.isspace() for child in children)
        is_first = True
        glued = False
        for child in children:
            if child.tag not in _TOKENS:
                if sets_blanks and not is_first and not glued:
                    self._put(" ")
                self._collect_child(child)
                is_first = glued = False
            else:
                text = _text_of(child)
                join = child.get("join", "")
                follows = glued or join in ("left", "both") or (child.tag in _SIGNS and not _OPENING.fullmatch(text))
                if sets_blanks and not is_first and not follows:
                    self._put(" ")
                self.collect(child)
                glued = join in ("right", "both") or (child.tag in _SIGNS and _OPENING.fullmatch(text) is not None)
                is_first = False
            if not sets_blanks and child.tail and not (has_own and child.tail.isspace()):
                self._add(child.tail)

    def _add(self, text: str | None) -> None:
        if not text:
            return
        text = _SPACES.sub(" ", text)
        if self._joins_next:
            text = text.lstrip(" ")
            if not text:
                return
            self._joins_next = False
        self._pieces.append(text)

    def _put(self, separator: str) -> None:
        if not self._joins_next:
            self._pieces.append(separator)

    def _join(self) -> None:
        """Join the two halves of a word; a hyphen between them is left out."""
        while self._pieces and self._pieces[-1].isspace():
            self._pieces.pop()
        if self._pieces:
            self._pieces[-1] = _HYPHEN_AT_END.sub("", self._pieces[-1])
        self._joins_next = True


def _text_of(token: Element) -> str:
    return token.text or "" if not len(token) else "".join(token.itertext())
