"""Reads large XML in pieces: only the elements that are asked for are kept, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from lxml import etree

from searchkit.control_characters import one_line
from searchkit.corpus.limits import MB
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.xml_parsing import Element, local_name

MAX_ELEMENT_SIZE = 8 * MB
"""Maximum size in bytes of the XML of one element that is asked for, and of what stands between
two. A tree takes up to 25 times as much memory."""
_CHUNK = 2**16


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def stream_elements(
    stream: Readable, tags: Collection[str], containers: Collection[str] = ()
) -> Iterator[tuple[str, Element]]:
    """The elements of some local names, each as ("end", element) with all that is in it.

    Elements inside of one that is asked for are not reported. `containers` are reported as
    ("start", element) and ("end", element), the latter without what was reported before. An
    element that was reported is emptied and removed afterwards. Raises Unreadable.
    """
    names, around = frozenset(tags), frozenset(containers)
    wildcards = [f"{{*}}{tag}" for tag in (*names, *around)]
    parser = etree.XMLPullParser(
        ("start", "end"), tag=wildcards, resolve_entities=False, huge_tree=False, no_network=True, load_dtd=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    depth = waiting = 0
    try:
        while True:
            chunk = stream.read(_CHUNK)
            if chunk:
                parser.feed(chunk)
            else:
                parser.close()
            waiting += len(chunk)
            for event, element in parser.read_events():
                is_wanted = local_name(element.tag) in names
                depth += (1 if event == "start" else -1) * is_wanted
                if is_wanted and event == "end" and depth == 0:
                    yield event, element
                    _remove(element)
                    waiting = 0
                elif not is_wanted and depth == 0:
                    yield event, element
                    if event == "end":
                        _remove(element)
            if waiting > MAX_ELEMENT_SIZE:
                raise Unreadable(f"one paragraph or row of it is larger than {MAX_ELEMENT_SIZE // MB} MB")
            if not chunk:
                return
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"it is no XML: {one_line(str(error.msg or error))}") from error


def _remove(element: Element) -> None:
    """Remove an element, and all before it in its parent, which was read or skipped."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while len(parent) and parent[0] is not element:
            del parent[0]
