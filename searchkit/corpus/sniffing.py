"""Recognises formats by the first bytes of a file.

Signatures get what `sniffable` returns. They are called for every file, so they begin with a cheap
test.
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

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
