"""Parses fragments of pages that nobody vouches for: no file is read, and depth is bounded by
libxml2."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from searchkit.corpus.reader import Unreadable

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse_piece(text: str) -> Any:
    """The root of a piece of a page, of whatever markup. Raises Unreadable."""
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"its markup cannot be read: {' '.join(str(error).split())[:200]}") from error
    if root is None:
        raise Unreadable("its markup cannot be read: it is empty")
    for cell in root.iter("td", "th"):
        cell.tail = settable(f" {cell.tail or ''}")  # two cells are not one word
    return root


def settable(text: str) -> str:
    """A text as lxml allows it to be set: with a blank for each character that XML does not allow.
    A page may hold some, raw or as numbers, and lxml gives them."""
    return _NO_XML.sub(" ", text)


def class_names(element: Any) -> frozenset[str]:
    """The classes of an element."""
    return frozenset((element.get("class") or "").split())


def remove(element: Any) -> None:
    """Remove an element from its tree, but not the text behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    tail = element.tail or ""
    if before is not None:
        before.tail = settable((before.tail or "") + tail)
    else:
        parent.text = settable((parent.text or "") + tail)
    parent.remove(element)
