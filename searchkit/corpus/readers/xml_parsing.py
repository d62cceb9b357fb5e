"""Parses XML that nobody vouches for: no entity is expanded, no other file is read, and depth and
sizes are bounded by libxml2."""

from __future__ import annotations

import re
from collections.abc import Collection
from html.entities import html5
from typing import Any, TypeAlias

from lxml import etree

from searchkit.control_characters import one_line
from searchkit.corpus.reader import Unreadable

Element: TypeAlias = Any
"""An element of lxml, which has no types of its own."""

_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._:-]+)""")
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_AMPERSAND = re.compile(r"&(?:#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});|(?P<name>[A-Za-z_:][\w:.-]{0,31});)?", re.ASCII)
_CONTROL = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_OF_XML = frozenset({"amp", "lt", "gt", "quot", "apos"})
_BLANK_LINES = re.compile(r"\n{3,}")


def declared_encoding(data: bytes) -> str:
    """The encoding that the declaration of an XML document names, or ""."""
    found = _DECLARED.match(data[:1000])
    return found[1].decode("ascii") if found else ""


def parse_xml(text: str, *, keeps_namespaces: bool = False) -> Element:
    """The root of a document. Raises Unreadable with the line of the first fault.

    The document may have entities of HTML without declaring them, references to control characters
    (which are blanks then) and ampersands that begin no reference. Entities that it declares itself
    are not expanded: they are nodes whose text is `&name;`. Unless `keeps_namespaces`, tags and
    attributes are local names.
    """
    text = _DECLARATION.sub("", text, count=1)
    if "&" in text:
        declares = "<!ENTITY" in text
        text = _AMPERSAND.sub(lambda found: _read_ampersand(found, declares), _CONTROL.sub(" ", text))
    parser = etree.XMLParser(
        resolve_entities=False, huge_tree=False, no_network=True, load_dtd=False, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is no XML: {one_line(str(error.msg or error))}") from error
    if not keeps_namespaces:
        _strip_namespaces(root)
    return root


def _read_ampersand(found: re.Match[str], declares: bool) -> str:
    name = found["name"]
    if name is None:
        return found[0] if len(found[0]) > 1 else "&amp;"
    if name in _OF_XML:
        return found[0]
    character = html5.get(f"{name};")
    if character is not None and not declares:
        return f"&#{ord(character)};" if character in "<&" else character
    return found[0] if declares else f"&amp;{name};"


def _strip_namespaces(root: Element) -> None:
    for element in root.iter(etree.Element):
        if element.tag[0] == "{":
            element.tag = local_name(element.tag)
        for name in element.keys():  # noqa: SIM118  (an element is no mapping)
            if name[0] == "{":
                value = element.attrib.pop(name)
                element.attrib.setdefault(local_name(name), value)


def local_name(tag: str) -> str:
    """A tag or attribute name without its namespace."""
    return tag.rpartition("}")[2]


def line_of(element: Element | None) -> str:
    """The text of an element and all below it, as one line; "" for None."""
    return "" if element is None else " ".join(one_line("".join(_texts(element))).split())


def paragraphs_of(
    element: Element | None,
    paragraphs: Collection[str],
    lines: Collection[str] = ("br", "lb"),
    without: Collection[str] = (),
) -> str:
    """The text of an element. Elements named in `paragraphs` are parted by an empty line, those in
    `lines` by a line end; elements `without` text are left out. White space is collapsed."""
    if element is None:
        return ""
    pieces: list[str] = []
    _collect(element, frozenset(paragraphs), frozenset(lines), frozenset(without), pieces)
    text = "".join(pieces)
    text = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def _collect(
    element: Element, paragraphs: frozenset[str], lines: frozenset[str], without: frozenset[str], pieces: list[str]
) -> None:
    # The depth of a tree is bounded by libxml2 (256).
    pieces.append(_flat(element.text))
    for child in element:
        tag = child.tag
        if isinstance(tag, str):
            end = "\n\n" if tag in paragraphs else "\n" if tag in lines else ""
            if tag not in without:
                pieces.append(end)
                _collect(child, paragraphs, lines, without, pieces)
                if end == "\n\n":
                    pieces.append(end)
        elif tag is etree.Entity:
            pieces.append(child.text)
        pieces.append(_flat(child.tail))


def _flat(text: str | None) -> str:
    return text.replace("\n", " ").replace("\r", " ") if text else ""


def _texts(element: Element) -> list[str]:
    found = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            found += _texts(child)
        elif child.tag is etree.Entity:
            found.append(child.text)
        found.append(child.tail or "")
    return found
