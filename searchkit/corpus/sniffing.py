"""Recognises formats by the first bytes of a file.

Signatures get what `sniffable` returns. They are called for every file, so they begin with a cheap
test.
"""

from __future__ import annotations

import codecs
import re
import sys
from functools import cached_property, lru_cache

_WIDE_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_PROLOG = rb"(?:<\?[^>]*+>|<!--.*?-->|<!(?i:doctype)[^>\[]*+(?:\[[^\]]*+\]\s*+)?>|\s++)*+"
_ROOT = _PROLOG + rb"<(?:[\w.-]++:)?([\w.-]++)([^>]*+)"
_SHORTEST_TAG = 3


def sniffable(head: bytes) -> bytes:
    """The first bytes of a file without a byte-order mark and white space before them; UTF-16 is
    converted to UTF-8."""
    for bom, encoding in _WIDE_BOMS:
        if head.startswith(bom):
            head = head[len(bom) :]
            if encoding != "utf-8":
                head = head[: len(head) & ~1].decode(encoding, "replace").encode("utf-8", "replace")
            break
    return head.lstrip()


@lru_cache(maxsize=4)  # many signatures ask for the root of one file
def root_of(start: bytes) -> tuple[str, str]:
    """The local name of the first element of a text with markup, and its attributes as written
    (cut off at the end of `start`); "" twice for another text."""
    if start[:1] != b"<" or len(start) < _SHORTEST_TAG:
        return "", ""
    found = re.match(_ROOT, start, re.DOTALL)
    return (found[1].decode("ascii", "replace"), found[2].decode("utf-8", "replace")) if found else ("", "")


class LatePattern:
    """A regular expression that is compiled at its first use: a run needs the signatures of few
    formats, and to compile all of them takes 10 ms."""

    def __init__(self, source: bytes, flags: int = 0) -> None:
        self._source, self._flags = source, flags

    @cached_property
    def _compiled(self) -> re.Pattern[bytes]:
        return re.compile(self._source, self._flags)

    def match(self, text: bytes) -> re.Match[bytes] | None:
        """As `re.Pattern.match`."""
        return self._compiled.match(text)

    def search(self, text: bytes, start: int = 0, end: int = sys.maxsize) -> re.Match[bytes] | None:
        """As `re.Pattern.search`."""
        return self._compiled.search(text, start, end)

    def findall(self, text: bytes) -> list[bytes]:
        """As `re.Pattern.findall`."""
        return self._compiled.findall(text)
