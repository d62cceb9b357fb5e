"""Recognises exports of databases and reference managers by the first bytes of a file.

The functions get what `sniffing.sniffable` returns.
"""

from __future__ import annotations

import re

from searchkit.corpus.archive_signatures import is_mail
from searchkit.corpus.sniffing import LatePattern, root_of

_BEFORE_RIS = rb"(?:(?:Provider|Database|Content)\s*:[^\n]*\n\s*|<?\d{1,6}[.>]\s*\n\s*)*"
_RIS = LatePattern(_BEFORE_RIS + rb"TY  ?- [ ]?[A-Z]{3,12}[ ]*[\r\n]\s*[A-Z][A-Z0-9]{1,5}  ?-[ \r\n]")
_BIBTEX_ENTRY = (
    rb"@(?i:article|book|booklet|comment|conference|dataset|electronic|inbook|incollection|inproceedings|manual|mastersthesis"
    rb"|misc|news|newspaper|newspaperarticle|online|periodical|phdthesis|proceedings|report|techreport|thesis|unpublished"
    rb"|webpage|www)\s*\{\s*(?:[^\s{}\"#%,=]*\s*,\s*)?[A-Za-z][\w-]*\s*=\s*[\"{\w]"
)
_BIBTEX = LatePattern(rb"(?:%[^\n]*\n\s*)*" + _BIBTEX_ENTRY)


def is_ris(start: bytes) -> bool:
    """Whether a file begins with a RIS record: a type, and another tag in the next line."""
    return start[:1] in b"TPDC<0123456789" and _RIS.match(start) is not None


def is_bibtex(start: bytes) -> bool:
    """Whether a file begins with an entry of BibTeX; comments may stand before it."""
    return start[:1] in b"@%" and _BIBTEX.match(start) is not None


_PROQUEST_REPORT = LatePattern(rb"(?:[_*]{20,200}[ \t]*\r?\n\s*)?Report Information from ProQuest\b")
_NUMBERED_DOCUMENT = LatePattern(
    rb"(?:[_*]{20,200}[ \t]*\r?\n\s*)?(?:Document|Dokument|Documento) 1 (?:of|von|de|sur|di) \d{1,6}[ \t]*\r?\n"
)
_PROQUEST_SIGN = LatePattern(
    rb"^(?:[^:\n]{0,30}\bProQuest\b[^:\n]{0,20}\bID\b[^:\n]{0,20}: ?\d{5,}|ProQuest document link"
    rb"|(?:[^:\n]{1,30}: ?)?https?://[^\s/]*proquest[^\s/]*/\S*docview/\d+\S*)[ \t]*\r?$",
    re.MULTILINE,
)
_PROQUEST_LABEL = LatePattern(
    rb"^(Full [Tt]ext|Abstract|Author|Publication (?:title|info|date|year)|ISSN|Source type|Document type|Database"
    rb"|Language of publication|Volltext|Texto completo|Texte int\xc3\xa9gral|Testo completo|Titel der Publikation"
    rb"|Titre de la publication|Titolo pubblicazione|Publikationsdatum) ?: ?\S",
    re.MULTILINE,
)
_FEW_LABELS = 2
_RULE = LatePattern(rb"[_*]{20,200}[ \t]*\r?\n")


def is_proquest_text(start: bytes) -> bool:
    """Whether a file is a text export of ProQuest: it begins with the header of a report, or with a
    rule or the number of a document and has the labels of a publication, or has a number or link of
    ProQuest and other labels."""
    if start[:1] not in b"_*DR" and b"ProQuest" not in start:
        return False
    if _PROQUEST_REPORT.match(start):
        return True
    labels = set(_PROQUEST_LABEL.findall(start))
    if len(labels) >= _FEW_LABELS and _PROQUEST_SIGN.search(start):
        return True
    has_beginning = _NUMBERED_DOCUMENT.match(start) or _RULE.match(start)
    return has_beginning is not None and len(labels) > _FEW_LABELS and any(b"ubli" in label for label in labels)


_PROQUEST_PAGE = LatePattern(rb"<title>\s*ProQuest (?:Export|Document)|<a\s[^<>]*\bname=[\"']?DocID_[\w.:-]+", re.IGNORECASE)
_PROQUEST_MAIL = LatePattern(
    rb"^(?:From|Sender|Return-Path|Reply-To):[^\r\n]*@(?:[\w-]+\.)*proquest\.com\b|^Subject:[^\r\n]*\bProQuest\b"
    rb"|<title>\s*ProQuest (?:Export|Document)|\bname=(?:3D)?[\"']?DocID_",
    re.IGNORECASE | re.MULTILINE,
)
_PROQUEST_RECORD = LatePattern(rb"<RecordID>|<NumericPubDate>|<RecordTitle>")


def is_proquest_html(start: bytes) -> bool:
    """Whether a file is a page that ProQuest exported: by its title, or the anchor of a
    document."""
    return start[:1] == b"<" and _PROQUEST_PAGE.search(start) is not None


def is_proquest_mail(start: bytes) -> bool:
    """Whether a file is a mail in which ProQuest sends documents, or one about it: by its sender,
    its subject, the title of its page, or the anchor of a document."""
    return is_mail(start) and _PROQUEST_MAIL.search(start) is not None


def is_proquest_xml(start: bytes) -> bool:
    """Whether a file is a record of ProQuest: of TDM Studio, or of its historical newspapers."""
    if start[:1] != b"<":
        return False
    root = root_of(start)[0]
    return (root == "RECORD" and b"<GOID" in start) or (root == "Record" and len(set(_PROQUEST_RECORD.findall(start))) > 1)


_EBSCO_RECORD = LatePattern(rb"Record: ?\d{1,6}[ \t]*\r?\n\s*Title:")
_EBSCO_LABEL = LatePattern(
    rb"^(Source|Authors|Document Type|Accession Number|Database|Subject Terms|Persistent link to this record[^:\n]*):", re.M
)


def is_ebsco_text(start: bytes) -> bool:
    """Whether a file is a text export of EBSCO: it begins with the number of a record and a title,
    and has other labels of EBSCO."""
    return start[:7] == b"Record:" and _EBSCO_RECORD.match(start) is not None and len(set(_EBSCO_LABEL.findall(start))) > 1


def is_ebsco_xml(start: bytes) -> bool:
    """Whether a file is an XML export of EBSCO."""
    return start[:1] == b"<" and b"<rec" in start and b"shortDbName" in start and root_of(start)[0] in ("records", "rec")


_GALE_ISSUE = LatePattern(rb"<(?:pf|PSMID|newspaperId|newspaperID)\b|\b(?:bl_ncnp|LTO_issue|nccoissue)")


def is_gale(start: bytes) -> bool:
    """Whether a file is an issue of a historical newspaper of Gale."""
    if start[:1] != b"<":
        return False
    root = root_of(start)[0]
    return root == "GALENP" or (root == "issue" and _GALE_ISSUE.search(start) is not None)
