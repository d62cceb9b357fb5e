"""Recognises the text of scanned pages, by the first bytes of a file (`sniffing`)."""

from __future__ import annotations

import re

from searchkit.corpus.sniffing import root_of

# Patterns are compiled at their first use, which most runs have none of.
_LOCATION = rb"""<(?:[\w.-]{1,40}:)?FLocat\b[^<>]{0,2000}?\bhref\s*=\s*["']([^"'<>]{1,1000})["']"""
_HOCR = rb"""(?i)class\s*=\s*["']?ocr_page\b|name\s*=\s*["']?ocr-(?:system|capabilities)\b"""


def is_alto(start: bytes) -> bool:
    """Whether a file is ALTO."""
    return root_of(start)[0].lower() == "alto"


def is_page(start: bytes) -> bool:
    """Whether a file is PAGE XML."""
    return root_of(start)[0] == "PcGts"


def is_mets(start: bytes) -> bool:
    """Whether a file is METS."""
    return root_of(start)[0] == "mets"


def is_hocr(start: bytes) -> bool:
    """Whether a file is HTML with pages of hOCR, or says in its head that it is."""
    return (
        start[:1] == b"<" and b"ocr" in start and root_of(start)[0].lower() == "html" and re.search(_HOCR, start) is not None
    )


def mets_addresses(data: bytes) -> list[str]:
    """The addresses of the files in XML that a METS file names, each once."""
    found = (address.decode("utf-8", "replace").replace("&amp;", "&") for address in re.findall(_LOCATION, data))
    return list(dict.fromkeys(address for address in found if address.lower().endswith(".xml")))
