"""Parses XML that nobody vouches for: no entity is expanded, no other file is read, and depth and
sizes are bounded.

libxml2 sees neither a document type declaration nor a reference to an entity. So it has nothing to
expand, in texts and in attributes alike, and no default values of attributes to repeat.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from html.entities import html5
from typing import Any, TypeAlias

from lxml import etree

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.tolerant_decoding import decode_strictly

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

MAX_NODES = 3_000_000
"""Maximum number of tags and attributes of a document. Each takes about 130 bytes of memory."""
MAX_PREFIXES = 100
"""Maximum number of prefixes that are declared where a document does not."""

_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
_DECLARATION = re.compile(r"[\s\ufeff]*+(?:<\?xml\s[^>]*\?>)?")
_BEFORE_ROOT = r"(?:\s++|<!--.*?-->|<\?.*?\?>)*+"
_BEFORE_DOCTYPE = re.compile(_BEFORE_ROOT + r"(?=<!DOCTYPE\b)", re.DOTALL | re.I)
_DOCTYPE = re.compile(
    r"""<!DOCTYPE (?: [^\[\]<>"']++ | "[^"]*+" | '[^']*+' )*+
    (?: \[ (?: [^\]"'<]++ | "[^"]*+" | '[^']*+' | <!--.*?--> | <\?.*?\?> | <(?!!--|\?) )*+ \] \s*+ )?+ >""",
    re.X | re.DOTALL | re.I,
)
_ENTITY = re.compile(r"""<!ENTITY\s++([A-Za-z_:][\w:.-]*+)\s++(?:"([^"]*+)"|'([^']*+)')""")
_ONE_REFERENCE = re.compile(r"(?:&#38;)?(?:&#([0-9]{1,7});|&#[xX]([0-9a-fA-F]{1,6});)")
_ESCAPED_REFERENCE = re.compile(r"&#38;#([0-9]{1,7});")
_AMPERSAND = re.compile(
    r"&(?:#(?P<number>[0-9]{1,10});|#[xX](?P<hex>[0-9a-fA-F]{1,8});|(?P<name>[A-Za-z_:][\w:.-]{0,31});)?", re.ASCII
)
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE_VALUE = re.compile(r"""=\s*+["']""")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ROOT_NAME = re.compile(_BEFORE_ROOT + r"<[^\s<>/!?]+", re.DOTALL)
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*+):|\s([A-Za-z_][\w.-]*+):[\w.-]++\s*+=")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINES = re.compile("(?: ?\x01)+ ?")
_LINE_AT_MARGIN = re.compile(r"\n[^\s]")
_INDENTED_LINE = re.compile(r"\n {2,8}[^\s]")
KEPT_BLANK, AROUND_LINE = "\0", "\x01"
"""Characters that XML does not have: they stand for a blank of a preformatted text, and for the
beginning and the end of a line, until `tidy`."""
_PARSER = etree.XMLParser(
    resolve_entities=False,
    huge_tree=False,
    no_network=True,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
    encoding="utf-8",
)
_in_namespaces = etree.XPath("descendant-or-self::*[namespace-uri() != '' or @*[namespace-uri() != '']]")
_PARTING = frozenset(
    ("br", "lb", "p", "hl1", "hl2", "div", "section", "block", "header", "ul", "ol", "li", "table", "tr", "td", "th", "h1")
)
"""Elements that part words in a text of one line."""


def declared_encoding(data: bytes) -> str:
    """The encoding that the declaration of an XML document names, or "".

    A name of another encoding is passed over if the bytes beyond ASCII are valid UTF-8: documents
    are often converted without their declaration.
    """
    found = _DECLARED.match(data[:1000])
    if found is None:
        return ""
    name = found[1].decode("ascii")
    if data.isascii() or encoding_name(name) == "utf-8" or decode_strictly(data, "utf-8") is None:
        return name
    return ""


def parse_xml(text: str, *, keeps_namespaces: bool = False) -> Element:
    """The root of a document. Raises Unreadable with the line of the first fault.

    The document may have entities of HTML without declaring them, references to control characters,
    ampersands that begin no reference, and prefixes that it does not declare. An entity that it
    declares as one character is that character; other unknown entities are the text `&name;`.
    Unless `keeps_namespaces`, tags and attributes are local names. Comments and processing
    instructions are left out.
    """
    text = replace_controls(text)
    if text.count("<") + text.count("=") > MAX_NODES and _count_nodes(text) > MAX_NODES:
        raise Unreadable(f"it has more than {MAX_NODES:,} tags and attributes, too many for one document; split it")
    if not text.isascii():
        text = _NO_CHARACTER.sub("\ufffd", text)
    start = _DECLARATION.match(text)
    if start is not None:
        text = _line_ends(start[0]) + text[start.end() :]
    text, entities = _without_doctype(text)
    if "&" in text:
        text = _resolve_references(text, entities)
    try:
        root = _parse(text)
    except etree.XMLSyntaxError as error:
        declared = _with_prefixes(text) if "prefix" in str(error) else None
        try:
            if declared is None:
                raise
            root = _parse(declared)
        except etree.XMLSyntaxError as second:
            raise Unreadable(_reason(str(second.msg or second))) from second
    if not keeps_namespaces and ("xmlns" in text or "xml:" in text):
        _strip_namespaces(root)
    return root


def _parse(text: str) -> Element:
    return etree.fromstring(text.encode(), _PARSER)


def _reason(message: str) -> str:
    """The reason that a message of libxml2 gives."""
    if any(sign in message for sign in ("XML_PARSE_HUGE", "huge", "too big", "too long")):
        if "depth" in message.lower():
            return "its elements are nested more than 256 levels deep; is it an article?"
        return "it holds a text of more than 10 MB; is it one article?"
    return f"it is no XML: {one_line(replace_controls(message))}"


def _count_nodes(text: str) -> int:
    return text.count("<") + sum(1 for _ in _ATTRIBUTE_VALUE.finditer(text))


def _line_ends(text: str) -> str:
    """The line ends of what is taken out of a text, so that lines keep their numbers."""
    return "\n" * text.count("\n")


def _without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The text without its document type declaration, and the entities that this declares: those of
    one character with it, others with ""."""
    before = _BEFORE_DOCTYPE.match(text)
    if before is None:
        return text, {}
    found = _DOCTYPE.match(text, before.end())
    if found is None:
        raise Unreadable("it is no XML: its document type declaration has no end")
    entities: dict[str, str] = {}
    if "<!ENTITY" in found[0]:
        for name, double, single in _ENTITY.findall(found[0]):
            entities.setdefault(name, _one_character(double or single))
    return f"{text[: before.end()]}{_line_ends(found[0])}{text[found.end() :]}", entities


def _one_character(value: str) -> str:
    """The character that the value of an entity stands for, or "" for any other value."""
    value = _ESCAPED_REFERENCE.sub(r"&#\1;", value)  # `&#38;#60;`, as the standard declares "<"
    if len(value) == 1:
        return "" if value in "<&" else value
    found = _ONE_REFERENCE.fullmatch(value)
    return _character(int(found[1] or found[2], 10 if found[1] else 16)) if found else ""


def _character(code: int) -> str:
    """The character of a numeric reference: U+FFFD if XML has none of this number. Control
    characters are replaced as everywhere."""
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    return chr(code) if code in (9, 10, 13) else replace_controls(chr(code))


def _resolve_references(text: str, entities: Mapping[str, str]) -> str:
    """The text with references that libxml2 knows. CDATA sections stay as they are."""

    def resolve(found: re.Match[str]) -> str:
        if found["number"] or found["hex"]:
            code = int(found["number"] or found["hex"], 10 if found["number"] else 16)
            return _escape(_character(code)) if code not in (9, 10, 13) else f"&#{code};"
        name = found["name"]
        if name is None:
            return "&amp;"
        if name in _OF_XML:
            return found[0]
        character = entities.get(name) if name in entities else html5.get(f"{name};")
        return _escape(character) if character else f"&amp;{name};"

    pieces: list[str] = []
    at = 0
    while (start := text.find("<![CDATA[", at)) >= 0 and (end := text.find("]]>", start)) >= 0:
        pieces += (_AMPERSAND.sub(resolve, text[at:start]), text[start:end])
        at = end
    pieces.append(_AMPERSAND.sub(resolve, text[at:]))
    return "".join(pieces)


def _escape(text: str) -> str:
    """A character of a reference as libxml2 may read it in texts and attributes."""
    return f"&#{ord(text)};" if text in ("<", "&", '"', "'", ">") else text


def _with_prefixes(text: str) -> str | None:
    """The text with a declaration for each prefix that its root does not declare, or None if there
    are none or too many."""
    root = _ROOT_NAME.match(text)
    if root is None:
        return None
    tag = text[root.start() : text.find(">", root.end())]
    found = {first or second for first, second in _PREFIX.findall(text)} - {"xml", "xmlns"}
    missing = sorted(prefix for prefix in found if not re.search(rf"\sxmlns:{re.escape(prefix)}\s*=", tag))
    if not missing or len(missing) > MAX_PREFIXES:
        return None
    declarations = "".join(f' xmlns:{prefix}="urn:undeclared:{prefix}"' for prefix in missing)
    return f"{text[: root.end()]}{declarations}{text[root.end() :]}"


def _strip_namespaces(root: Element) -> None:
    for element in _in_namespaces(root):
        if element.tag[0] == "{":
            element.tag = local_name(element.tag)
        for name in element.keys():  # noqa: SIM118  (an element is no mapping)
            if name[0] == "{":
                value = element.attrib.pop(name)
                if element.get(local_name(name)) is None:
                    element.set(local_name(name), value)


def local_name(tag: str) -> str:
    """A tag or attribute name without its namespace."""
    return tag.rpartition("}")[2]


def attribute_of(element: Element, name: str) -> str:
    """The first attribute with a local name, or ""."""
    return next((str(value) for key, value in element.items() if local_name(key) == name), "")


def outermost(elements: Iterable[Element]) -> Iterator[Element]:
    """Those of some elements, in the order of the document, that are in no other of them."""
    last: Element | None = None
    for element in elements:
        if last is None or last not in element.iterancestors():
            last = element
            yield element


def line_of(element: Element | None) -> str:
    """The text of an element and all below it, as one line; "" for None."""
    if element is None:
        return ""
    if not len(element):
        return one_line(element.text or "")
    return one_line("".join(_texts(element)))


def _texts(element: Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        parts = child.tag in _PARTING
        if parts:
            found.append(" ")
        if isinstance(child.tag, str):
            found += _texts(child)  # the depth of a tree is bounded by libxml2 (256)
        if parts:
            found.append(" ")
        found.append(child.tail or "")
    return found


def paragraphs_of(
    element: Element | None,
    paragraphs: Collection[str],
    lines: Collection[str] = ("br", "lb"),
    without: Collection[str] = (),
    cells: Collection[str] = ("td", "th", "entry", "cell"),
    preformatted: Collection[str] = ("pre",),
    *,
    wire: bool = False,
) -> str:
    """The text of an element. Elements named in `paragraphs` are parted by an empty line, those in
    `lines` by a line end, those in `cells` by a blank; elements `without` text are left out. White
    space is collapsed, except that of `preformatted` elements. No-break blanks stay.

    With `wire`, a text may have paragraphs as they come over the wire, all in one element: lines
    that begin at the margin, and paragraphs that begin with blanks. Its lines stay.
    """
    if element is None:
        return ""
    around = {
        **dict.fromkeys(cells, " "),
        **dict.fromkeys(lines, "\n"),
        **dict.fromkeys((*preformatted, *paragraphs), "\n\n"),
        **dict.fromkeys(without, ""),
    }
    collector = _Collector(around, frozenset(without), frozenset(preformatted), wire)
    collector.collect(element, element.tag in preformatted)
    return tidy("".join(collector.pieces))


def tidy(text: str) -> str:
    """A text with one blank at most between words, none around line ends, one empty line at most
    between paragraphs, and none around it."""
    text = _with_single_blanks(text)
    if AROUND_LINE in text:
        text = _LINES.sub("\n", text)
    text = text.replace(" \n", "\n").replace("\n ", "\n")
    return _BLANK_LINES.sub("\n\n", text).strip(" \n").replace(KEPT_BLANK, " ")


class _Collector:
    """Collects the pieces of a text."""

    def __init__(self, around: Mapping[str, str], without: frozenset[str], preformatted: frozenset[str], wire: bool) -> None:
        self._around, self._without, self._preformatted, self._wire = around, without, preformatted, wire
        self.pieces: list[str] = []

    def collect(self, element: Element, is_kept: bool) -> None:
        """Collect the text below an element. The depth of a tree is bounded by libxml2 (256)."""
        pieces = self.pieces
        if element.text:
            pieces.append(self._convert(element.text, is_kept))
        for child in element:
            tag = child.tag
            if tag not in self._without and isinstance(tag, str):
                end = self._around.get(tag)
                if end is None:
                    self.collect(child, is_kept)
                else:
                    if end == "\n" and (len(child) or child.text):
                        end = AROUND_LINE
                    pieces.append(end)
                    self.collect(child, is_kept or tag in self._preformatted)
                    if end != "\n":
                        pieces.append(end)
            if child.tail:
                pieces.append(self._convert(child.tail, is_kept))

    def _convert(self, text: str, is_kept: bool) -> str:
        if is_kept:
            return text.replace("\t", " ").replace(" ", KEPT_BLANK)
        if self._wire and "\n" in text and _LINE_AT_MARGIN.search(text) and _INDENTED_LINE.search(text):
            return _wire_text(text)
        for space in "\n\t\r":
            text = text.replace(space, " ")
        return _with_single_blanks(text)


def _wire_text(text: str) -> str:
    """A text of lines, of which those that begin with blanks begin a paragraph."""
    lines = []
    for line in text.replace("\t", "    ").split("\n"):
        bare = line.strip(" ")
        lines.append(("\n" if line[:2] == "  " or not bare else "") + bare.replace(" ", KEPT_BLANK))
    return "\n".join(lines)


def _with_single_blanks(text: str) -> str:
    while "  " in text:  # faster than a regular expression; each round halves the runs
        text = text.replace("  ", " ")
    return text
