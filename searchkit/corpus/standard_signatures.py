"""Recognises news standards in XML by their first element."""

from __future__ import annotations

from searchkit.corpus.sniffing import root_of

_G2_ROOTS = frozenset(
    ["newsItem", "newsMessage", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"]
)
_LEXISNEXIS_ROOTS = frozenset(["feed", "entry", "articleDoc", "NEWSITEM"])
_TEI_ROOTS = frozenset(["TEI", "TEI.2", "teiCorpus", "teiCorpus.2"])


def is_nitf(start: bytes) -> bool:
    """Whether a file is NITF."""
    return root_of(start)[0] == "nitf"


def is_newsml(start: bytes) -> bool:
    """Whether a file is NewsML 1."""
    return root_of(start)[0] == "NewsML"


def is_newsml_g2(start: bytes) -> bool:
    """Whether a file is an item or a message of NewsML-G2."""
    name, attributes = root_of(start)
    return name in _G2_ROOTS and any(sign in attributes for sign in ("iptc.org/std/nar", "NewsML-G2", "guid="))


def is_rcv1(start: bytes) -> bool:
    """Whether a file is of RCV1 or RCV2."""
    name, attributes = root_of(start)
    return name == "newsitem" and "itemid" in attributes


def is_tei(start: bytes) -> bool:
    """Whether a file is TEI."""
    return root_of(start)[0] in _TEI_ROOTS


def is_lexisnexis(start: bytes) -> bool:
    """Whether a file holds documents of LexisNexis in XML."""
    name, attributes = root_of(start)
    if name not in _LEXISNEXIS_ROOTS:
        return False
    return name == "articleDoc" or b"<articleDoc" in start or "lexis-nexis.com/" in attributes
