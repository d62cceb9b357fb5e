"""Recognises collections for research in SGML, by the first bytes of a file (`sniffing`)."""

from __future__ import annotations

import re

_BEFORE = rb"(?:<\?[^>]{0,500}>|<!--[^>]{0,500}>|<!(?i:doctype)[^>]{0,500}>|\s++)*+"
_OUTER = rb"(?:<(?!(?i:doc)[\s>])[A-Za-z][\w.-]{0,30}>\s*)?"
"""An element around all records."""
# Patterns are compiled at their first use, which most runs have none of.
_TREC = _BEFORE + _OUTER + rb"<(?i:doc)>\s*(?:<(?!/?(?i:text))[^<>]{1,100}>[^<>]{0,300}){0,6}?<(?i:docno)>"
_GIGAWORD = _BEFORE + _OUTER + rb"<(?i:doc)\s+([^<>]{1,300})>"
_ID = rb"""(?:^|\s)(?i:id|docid)\s*=\s*["']?[A-Za-z]{3}(?:_[A-Za-z]{3}_)?\d{8}"""
_TYPE = rb"(?:^|\s)(?i:type)\s*="


def is_trec(start: bytes) -> bool:
    """Whether a file begins with a `<DOC>` that has a `<DOCNO>`."""
    return _may_hold(start) and re.match(_TREC, start) is not None


def is_gigaword(start: bytes) -> bool:
    """Whether a file begins with a `<DOC>` whose attributes are a type and an id with a source and
    a day."""
    found = re.match(_GIGAWORD, start) if _may_hold(start) else None
    return found is not None and re.search(_ID, found[1]) is not None and re.search(_TYPE, found[1]) is not None


def _may_hold(start: bytes) -> bool:
    return start[:1] == b"<" and (b"<DOC" in start or b"<doc" in start or b"<Doc" in start)
