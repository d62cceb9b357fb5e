"""Recognises exports of databases and reference managers by the first bytes of a file.

The functions get what `sniffing.sniffable` returns.
"""

from __future__ import annotations

import re

_BEFORE_RIS = rb"(?:(?:Provider|Database|Content)\s*:[^\n]*\n\s*|<?\d{1,6}[.>]\s*\n\s*)*"
_RIS = re.compile(_BEFORE_RIS + rb"TY  ?- [ ]?[A-Z]{3,12}[ ]*\r?\n\s*[A-Z][A-Z0-9]  ?-(?:[ ]|\r?\n)")
_BIBTEX_ENTRY = (
    rb"@(?i:article|book|booklet|comment|conference|dataset|electronic|inbook|incollection|inproceedings|manual|mastersthesis"
    rb"|misc|news|newspaper|newspaperarticle|online|periodical|phdthesis|proceedings|report|techreport|thesis|unpublished"
    rb"|webpage|www)\s*\{\s*[^\s{}\"#%,=]*\s*,\s*[A-Za-z][\w-]*\s*=\s*[\"{\w]"
)
_BIBTEX = re.compile(rb"(?:%[^\n]*\n\s*)*" + _BIBTEX_ENTRY)


def is_ris(start: bytes) -> bool:
    """Whether a file begins with a RIS record: a type, and another tag in the next line."""
    return start[:1] in b"TPDC<0123456789" and _RIS.match(start) is not None


def is_bibtex(start: bytes) -> bool:
    """Whether a file begins with an entry of BibTeX; comments may stand before it."""
    return start[:1] in b"@%" and _BIBTEX.match(start) is not None
