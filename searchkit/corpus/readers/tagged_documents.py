"""Parses the SGML of one record where nothing is well-formed, as collections for research have it:
`<DOCNO> ... <HEADLINE> ... <TEXT> ...`, with end tags that are missing.

Tags outside of the text begin a field of their name. Inside of the text only those of TEXT_FIELDS
do; others are markup. What stands in no field belongs to the text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field
from html.entities import html5

from searchkit.corpus.reader import Unreadable


def _names(text: str) -> frozenset[str]:
    """The names in a text."""
    return frozenset(text.split())


TEXT_TAGS = _names("TEXT TX LD LP LEAD LEADPARA BODY CONTENT STORY")
"""Elements of the text, in the order of the file."""
TEXT_FIELDS = _names(
    "HEADLINE HEAD HL TITLE TI DOCTITLE TTL BYLINE AUTHOR DATELINE SLUG USDEPT DOCNO DOCID F100 F101 F102 F103 F104 F105"
    " KEYWORD TRAILER"
)
"""Tags that begin a field inside of the text too."""
_BLOCKS = _names("P PARA DIV TABLE TABLEROW TR LI UL OL DL BLOCKQUOTE PRE HR")
_BLOCKS_OF_TEXT = _BLOCKS | _names(
    "H1 H2 H3 H4 H5 H6 FOOTNOTE FOOTNAME IMPORT AGENCY ACTION SUMMARY DATE ADDRESS FURTHER SUPPLEM SIGNER SIGNJOB"
    " FRFILING BILLING CFRNO RINDOCK SUBJECT ST"
)
"""Markup that ends a paragraph: anywhere, and inside of the text."""
_CELL_ROWS = _names("TR TABLEROW")
_ROWS = _CELL_ROWS | {"LI"}
_LINES = _names("BR LB ROWRULE")
_INLINE = _names("B I U EM STRONG SUP SUB FONT SPAN A S SENT NE ENAMEX TIMEX NUMEX ANNOTATION FOOTCITE F")
_CELLS = _names("TABLECELL TD TH CELLRULE")
_CONTAINERS = _names("HEADER META FRONT PREAMBLE ARTICLE HTML")
"""Elements outside of the text that hold fields."""
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]{0,31})((?:[\s=][^<>]{0,1000})?)>")
_NUMBERED = re.compile(r"""\s*P\s*=\s*["']?(\d{1,4})""")
_REFERENCE = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][\w.-]{0,31});", re.ASCII)
_ENTITIES = {"hyph": "-", "blank": " ", "sblank": " ", "cir": "°", "lf": "\n", "tab": "\t"}
"""Entities of the Federal Register and of FBIS that HTML has not, or with another meaning."""
_TYPESET = re.compile(r"<!-- PJG (?P<kind>[^<>]{0,80}?)\s*-->")
_TYPESET_TITLE = re.compile(r"<!-- PJG ITAG l=5[56] [^<>]{0,40}-->([^<]*)<!--")
_TYPESET_BUREAU = re.compile(r"<!-- PJG ITAG l=50 [^<>]{0,40}-->([^<]*)<!--")
_LINE_MARK = "\x00"
"""Stands for the end of a line while a record is read; control characters were replaced before."""
_WHITE_SPACE = re.compile(r"(?<![\s\x00])[\s\x00]++")
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n{3,}")
_TRAILING = re.compile(r"(?<![ \t\xa0])[ \t\xa0]++$", re.MULTILINE)
_LEADING = re.compile(r"^[ \t]+", re.MULTILINE)
MAX_DEPTH = 50
"""Maximum depth of fields inside each other; deeper ones are taken for siblings."""
MAX_TAGS, MAX_LINES = 200_000, 500_000
"""Maximum numbers of tags and of lines of a record. Each takes up to 300 bytes of memory."""


@dataclass(slots=True)
class TaggedDocument:
    """The fields of a record, by the names of their tags in capitals ("F105" for `<F P=105>`), each
    with the texts of its elements; and its text."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    body: str = ""

    def take(self, *names: str) -> str:
        """The first text of the first field of these that has one; all texts of that field are
        removed. "" if there is none."""
        return next(iter(self.take_all(*names)), "")

    def take_all(self, *names: str) -> list[str]:
        """All texts of the first field of these that has one. They are removed."""
        for name in names:
            found = self.fields.pop(name, None)
            if found:
                return found
        return []


def parse_document(content: str) -> TaggedDocument:
    """Parse what stands between the tags of a record. Raises Unreadable."""
    if content.count("<") > MAX_TAGS:
        raise Unreadable(f"the record holds more than {MAX_TAGS:,} tags, too many for one article")
    if content.count("\n") > MAX_LINES:
        raise Unreadable(f"the record holds more than {MAX_LINES:,} lines, too many for one article")
    is_typeset = "<!-- PJG " in content
    if is_typeset:
        content = _read_typesetting(content)
    content = without_comments(content)
    parser = _Parser(content)
    parser.parse()
    document = TaggedDocument()
    for name, texts in parser.fields.items():
        document.fields[name] = [text for text in map(field_text, texts) if text]
    document.body = _lay_out(resolve_entities("".join(parser.body)), has_paragraphs=parser.has_paragraphs)
    return document


class _Parser:
    """Puts the text between the tags of one record into its fields."""

    def __init__(self, content: str) -> None:
        self._content = content
        self._tags = list(_TAG.finditer(content))
        self._closed = {found[2].upper() for found in self._tags if found[1]}
        self._open: list[tuple[str, list[str]]] = []
        self._is_in_text = self._is_in_row = False
        self.fields: dict[str, list[str]] = {}
        self.body: list[str] = []
        self.has_paragraphs = False
        """Whether tags part the paragraphs of the text."""

    def parse(self) -> None:
        """Read the record, tag by tag."""
        at = 0
        for tag in self._tags:
            self._add(self._content[at : tag.start()])
            at = tag.end()
            name = tag[2].upper()
            if name == "F" and (numbered := _NUMBERED.match(tag[3])):
                name += numbered[1]
            if tag[1]:
                self._end(name)
            else:
                self._begin(name, tag)
        self._add(self._content[at:])
        while self._open:
            self._close(has_end=False)

    def _add(self, text: str) -> None:
        if text and self._is_in_row:
            words = " ".join(text.split())
            text = f"{words}  " if words else ""
        if text:
            (self._open[-1][1] if self._open else self.body).append(text)

    def _begin(self, name: str, tag: re.Match[str]) -> None:
        if name in TEXT_TAGS:
            self._close_all()
            self._is_in_text = True
            self.body.append("\n\n")
        elif self._is_in_text and name not in TEXT_FIELDS:
            self._add_markup(name, tag)
        elif name in _CONTAINERS:
            self._close_unended()
        elif name in _BLOCKS or name in _LINES or name in _INLINE or name in _CELLS:
            self._add_markup(name, tag)
        else:
            self._close_unended()
            is_numbered = _is_numbered(name)
            if len(self._open) >= MAX_DEPTH or any(
                name == other or (is_numbered and _is_numbered(other)) for other, _ in self._open
            ):
                self._close_all()
            self._open.append((name, []))

    def _end(self, name: str) -> None:
        names = [other for other, _ in self._open]
        if name == "F":
            name = next(filter(_is_numbered, reversed(names)), name)
        if name in names:
            while self._open[-1][0] != name:
                self._close(has_end=False)
            self._close(has_end=True)
        elif name in TEXT_TAGS:
            self._close_all()
            self._is_in_text = self._is_in_row = False
            self.body.append("\n\n")
        elif name in _BLOCKS_OF_TEXT:
            self._is_in_row = False
            self._add("\n" if name in _ROWS else "\n\n")
        elif name in _CELLS:
            self._add(" ")

    def _add_markup(self, name: str, tag: re.Match[str]) -> None:
        if name in _BLOCKS_OF_TEXT:
            self._is_in_row = False
            self.has_paragraphs |= self._is_in_text or not self._open
            self._add("\n" if name in _ROWS else "\n\n")
            self._is_in_row = name in _CELL_ROWS
        elif name in _LINES:
            self._add("\n")
        elif name in _INLINE:
            pass
        elif name not in _CELLS and name not in self._closed and not tag[3]:
            self._add(tag[0])  # not of the markup: "<BRLY>"
        else:
            self._add(" ")

    def _close_unended(self) -> None:
        """Close fields whose end tags stand nowhere in the record."""
        while self._open and self._open[-1][0] not in self._closed and not _is_numbered(self._open[-1][0]):
            self._close(has_end=False)

    def _close_all(self) -> None:
        while self._open:
            self._close(has_end=False)

    def _close(self, *, has_end: bool) -> None:
        name, pieces = self._open.pop()
        text = "".join(pieces)
        rest = ""
        if not has_end and name in ("DOCNO", "DOCID", "ID"):
            words = text.split(maxsplit=1)  # an id is one word: what follows it is the text
            text, rest = (words[0], words[1]) if len(words) > 1 else (text, "")
        elif not has_end and self._is_in_text:
            text, _, rest = text.lstrip().partition("\n")
        if rest:
            self.body.append(f"\n\n{rest}")
        self.fields.setdefault(name, []).append(text)


def _is_numbered(name: str) -> bool:
    """Whether a name stands for a numbered field of FBIS: "F105"."""
    return name[0] == "F" and name[1:].isdigit()


def _read_typesetting(content: str) -> str:
    """Replace the comments of the Federal Register that have the commands of its typesetting."""
    if "<DOCTITLE>" not in content:
        content = _TYPESET_TITLE.sub(lambda found: f"<DOCTITLE>{found[1]}</DOCTITLE><!--", content, count=1)
    if "<USDEPT>" not in content:
        content = _TYPESET_BUREAU.sub(lambda found: f"<USDEPT>{found[1]}</USDEPT><!--", content, count=1)
    return _WHITE_SPACE.sub(_typeset_space, _TYPESET.sub(_end_of_line, content))


def _typeset_space(found: re.Match[str]) -> str:
    """What white space stands for: only two times "frnewline" part paragraphs, as a run in another
    type may stand within one."""
    space = found[0]
    marks = space.count(_LINE_MARK)
    return "\n\n" if marks > 1 else "\n" if marks or "\n" in space else space


def _end_of_line(found: re.Match[str]) -> str:
    return _LINE_MARK if found["kind"].endswith("frnewline") else "\n"


def without_comments(content: str) -> str:
    """The text without comments of SGML; one without an end stays."""
    if "<!--" not in content:
        return content
    pieces, at = [], 0
    while (start := content.find("<!--", at)) >= 0:
        end = content.find("-->", start + 4)
        if end < 0:
            break
        pieces.append(content[at:start])
        at = end + 3
    return "".join(pieces) + content[at:]


def resolve_entities(text: str) -> str:
    """The text with its character references resolved; unknown ones stay as they are."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name[0] == "#":
        return html.unescape(found[0])
    return _ENTITIES.get(name.lower()) or html5.get(f"{name};") or found[0]


def field_text(text: str) -> str:
    """The text of a field: its lines without blanks around them."""
    text = resolve_entities(text) if "&" in text else text
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


def _lay_out(text: str, *, has_paragraphs: bool) -> str:
    """The text with an empty line between paragraphs. Where no tags part them, and lines have one
    indent that begins a paragraph, an empty line is put before each of these."""
    text = _TRAILING.sub("", text)
    if not has_paragraphs:
        text = _part_by_indent(text)
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _part_by_indent(text: str) -> str:
    indents = Counter(found[1] for found in _INDENT.finditer(text))
    if not indents:
        return text
    indent, count = indents.most_common(1)[0]
    lines = text.split("\n")
    written = sum(1 for line in lines if line)
    if count == written:
        return _LEADING.sub("", text)
    first = _INDENT.match(text.lstrip("\n"))
    if len(indent) > 8 or (count > 0.7 * written and (first is None or first[1] != indent)):
        return text  # the indent has another meaning, such as a table's
    parted: list[str] = []
    for line in lines:
        if line.startswith(indent) and line[len(indent) : len(indent) + 1] not in (" ", "\t"):
            if parted and parted[-1]:
                parted.append("")
            line = line[len(indent) :]
        parted.append(line)
    return "\n".join(parted)
