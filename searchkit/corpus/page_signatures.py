"""Recognises web pages by the first bytes of a file (see `sniffing`)."""

from __future__ import annotations

import re

from searchkit.corpus.sniffing import root_of

_DOCTYPE = b"<!doctype html"
_SAVED_BY = re.compile(rb"^(?:from:[^\n]*saved by|(?:x-)?snapshot-content-location:|x-snapshot-version:)", re.I | re.M)
_MESSAGE = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:")


def is_web_page(start: bytes) -> bool:
    """Whether a file is an HTML page."""
    return start[:1] == b"<" and (start[: len(_DOCTYPE)].lower() == _DOCTYPE or root_of(start)[0].lower() == "html")


def is_saved_page(start: bytes) -> bool:
    """Whether a file is a page that a browser saved as MHTML, and no e-mail with pictures."""
    if _MESSAGE.match(start) is None:
        return False
    header = start.replace(b"\r", b"").partition(b"\n\n")[0]
    return _SAVED_BY.search(header) is not None and b"multipart/related" in header.lower()
