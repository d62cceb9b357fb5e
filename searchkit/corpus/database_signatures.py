"""Recognises exports of Nexis, Factiva and Europresse by the first bytes of a file.

The table of formats and the readers of documents use it: it imports no reader.
"""

from __future__ import annotations

import re

from searchkit.corpus.sniffing import LatePattern, root_of

MARKER = re.compile(
    rb"[^\S\n]*(?:FOCUS - )?(?:"
    rb"(\d{1,6}) (?:of|OF|von|VON|de|DE|van|VAN|di|DI) (\d{1,6})"
    rb" (?:DOCUMENTS?|DOKUMENTEN?|DOKUMENTE|DOCUMENTEN|DOCUMENTOS?|DOCUMENTI|STORIES|STORY)"
    rb"|(?:Dokument|Document|Documento|DOKUMENT|DOCUMENT|DOCUMENTO) (\d{1,6}) (?:von|de|van|of|di) (\d{1,6})"
    rb"|LEVEL \d - (\d{1,6}) OF (\d{1,6}) (?:STORIES|STORY|DOCUMENTS?)"
    rb")[^\S\n]*"
)
"""The line above an article of Nexis: "1 of 20 DOCUMENTS", "Dokument 1 von 20". Groups: the number
of the article and that of all, one pair for each form."""
_MARKUP = (b"<", b"{", b"[", b"")
_MARKER_LINE = LatePattern(rb"(?:^|[\r\n\f])" + MARKER.pattern + rb"(?=$|[\r\n])")
_NEXIS_COVER = LatePattern(
    rb"(?:Download|Print|Email|Delivery) Request:|Time [Oo]f Request:|Ausgabeauftrag:|Printopdracht:"
    rb"|Demande de t|(?:Terms|Begriffe|Zoektermen|Termes|Suchbegriffe):"
)
_NEXIS_FIELD = LatePattern(
    rb"[\r\n][^\S\n]{0,3}(?:BYLINE|AUTOR|AUTEURS?|LENGTH|LONGUEUR|L\xc3?[\x84\xc4]NGE|LENGTE|LONGITUD|LUNGHEZZA|SECTION|RUBRIK"
    rb"|RUBRIQUE|SECTIE|SECCI\S{1,2}N|SEZIONE|HEADLINE|TITRE|BODY|HIGHLIGHT|DATELINE|LOAD-DATE|LANGUAGE|SPRACHE|LANGUE):"
)
_COPYRIGHT = LatePattern(rb"[\r\n][^\S\n]*(?:Copyright|\xc2?\xa9) ")
_UNI_LENGTH = LatePattern(
    rb"[\r\n](?:Length|Longueur|L\xc3?[\xa4\xe4]nge|Lengte|Longitud|Extensi\S{1,2}n|Lunghezza):[\s\xc2\xa0]*[\d.,]+ "
    rb"(?:words?|mots?|W\S{1,2}rter|Wort|woorden|palabras|parole|palavras)\b"
)
_LENGTH_VALUE = LatePattern(rb":[\s\xc2\xa0]*\d")
"""Stands in each text that `_UNI_LENGTH` matches, and is found much faster."""
_UNI_BODY = LatePattern(rb"[\r\n](?:Body|Text|Corps|Cuerpo|Testo|Texte|Volltext|Inhalt)[^\S\n]*[\r\n]")
_UNI_OTHER = LatePattern(rb"[\r\n][^\S\n]*(?:Copyright |\xc2?\xa9 |Load-Date:|End of Document[^\S\n]*[\r\n])")
_UNI_COVER = (LatePattern(rb"(?:^|[\r\n])Job Number:"), LatePattern(rb"[\r\n]Documents? \(\d+\)"))
_FACTIVA_LENGTH = LatePattern(rb"(?:^|[\r\n])WC[^\S\n]{0,9}[\s|]\s*[\d.,]+ \S+")
_FACTIVA_HEADLINE = LatePattern(rb"(?:^|[\r\n])HD[^\S\n]{0,9}[\s|]\s*\S")
_FACTIVA_DATE = LatePattern(rb"[\r\n]PD[^\S\n]{0,9}[\s|]\s*\S*\d")
_FACTIVA_PAGE = LatePattern(
    rb"<title>\s*Factiva\s*</title>|/printsavews\.aspx|divFactivaException|class=[\"']?article [a-z]{2,4}Article\b", re.I
)
_EUROPRESSE_PAGE = LatePattern(rb"\bDocPublicationName\b")
_EUROPRESSE_TITLE = LatePattern(rb"titreArticleVisu|\bDocHeader\b|\bDocTitreSousSection\b", re.I)
_NEXIS_PAGE = LatePattern(
    rb"<DOCFULL>|<!-- LXNComment|<META TOPIC=[^>]{0,200}\bDOCUMENTS=|<A NAME=\"DOC_ID_\d"
    rb"|\A<HTML>\s*<HEAD>\s*<STYLE TYPE=\"text/css\"><!--\s*\.c0 \{ text-align:",
)


def is_nexis_text(start: bytes) -> bool:
    """Whether a text is an export of Nexis: it begins with the line above an article, or with a
    cover sheet; or an article of Nexis Uni stands in its beginning."""
    if start[:1] in _MARKUP:
        return False
    small = start.lower()
    may_have_marker = b"ocument" in small or b"okument" in small or b"STOR" in start
    found = _MARKER_LINE.search(start) if may_have_marker else None
    if found is not None:
        number, count = (int(group) for group in found.groups() if group is not None)
        is_numbered = 1 <= number <= count
        if not start[: found.start()].strip():
            signs = (_NEXIS_FIELD, _COPYRIGHT, _MARKER_LINE)
            return is_numbered and any(sign.search(start, found.end()) for sign in signs)
        return is_numbered and _NEXIS_COVER.search(start, 0, found.start()) is not None
    if b"Job Number:" in start and all(sign.search(start) for sign in _UNI_COVER):
        return True
    if _LENGTH_VALUE.search(start) is None:
        return False
    return all(sign.search(start) for sign in (_UNI_LENGTH, _UNI_BODY, _UNI_OTHER))


def is_factiva_text(start: bytes) -> bool:
    """Whether a text is an export of Factiva with the codes of its fields."""
    return (b"\nWC" in start or b"\rWC" in start or start[:2] == b"WC") and all(
        sign.search(start) for sign in (_FACTIVA_LENGTH, _FACTIVA_HEADLINE, _FACTIVA_DATE)
    )


def is_nexis_html(start: bytes) -> bool:
    """Whether a page is an export of Nexis."""
    return start[:1] == b"<" and _NEXIS_PAGE.search(start) is not None and root_of(start)[0].lower() == "html"


def is_factiva_html(start: bytes) -> bool:
    """Whether a page is an export of Factiva."""
    return start[:1] == b"<" and _FACTIVA_PAGE.search(start) is not None


def is_europresse_html(start: bytes) -> bool:
    """Whether a page is an export of Europresse (or Eureka, its name in Canada)."""
    return start[:1] == b"<" and _EUROPRESSE_PAGE.search(start) is not None and _EUROPRESSE_TITLE.search(start) is not None
