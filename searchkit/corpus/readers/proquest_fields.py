"""What the labels of ProQuest's exports mean, in texts, mails and pages.

Labels are known in the languages of ProQuest's pages that newspapers are searched in most: their
English names and those that its German, Spanish, French, Italian and Portuguese pages print.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from searchkit.control_characters import one_line
from searchkit.corpus.reader import Draft
from searchkit.corpus.readers.reference_fields import FieldCollector, paragraphs, parse_day, split_list
from searchkit.corpus.values import line_of

FULL_TEXT, ABSTRACT, LINKS = "full text", "abstract", "links"
DOCUMENT_LINK = "proquest document link"
_LABELS = """
Full text; Abstract; Links; Author; Title; Alternate title; Subtitle; Publication title; Publication info; Publication date
Publication year; Publication subject; Journal subject; Publisher; Place of publication; Country of publication; ISSN; e-ISSN
ISBN; Source; Source type; Source attribution; Language of publication; Language; Document type; Document feature; Subject
ProQuest document ID; ProQuest document link; Document URL; Copyright; Last updated; Database; Location; People; Person
Company / organization; Company; Identifier / keyword; Identifiers / keywords; Classification; Section; Column; Pages; Page
First page; Volume; Issue; Number of pages; Edition; DOI; Digital Object Identifier; Accession number; Business indexing term
Subject heading; Publication history; Online publication date; Publication type; Advisor; Committee member; Degree
Degree date; Department; Dissertation/thesis number; School code; School; School location; University location
University/institution; Notes; Rights; NAICS; Product name; Coden; Supplement; Editor; Number of references
Author affiliation; Correspondence author; Milestone dates; Conference; Summary; Year
"""
_FOREIGN = """
full text: volltext; texto completo; texte intégral; testo completo; texto integral
abstract: resumen; résumé; zusammenfassung; resumo
author: autor; auteur; autore
title: titel; título; titre; titolo
publication title: titel der publikation; título de publicación; titre de la publication; titolo pubblicazione
publication title: título da publicação
publication date: publikationsdatum; fecha de publicación; date de publication; data di pubblicazione
publication date: data de publicação; data da publicação
publication year: erscheinungsjahr; año de publicación; année de publication; anno di pubblicazione
publication year: ano de publicação
section: bereich; sección; sezione; seção; secção
pages: seiten; páginas; pagine
publisher: herausgeber; editorial; éditeur; casa editrice; editora
place of publication: verlagsort; lugar de publicación; lieu de publication; luogo di pubblicazione
place of publication: local de publicação
country of publication: publikationsland; país de publicación; pays de publication; paese di pubblicazione
country of publication: país de publicação
language of publication: publikationssprache; idioma de la publicación; langue de publication
language of publication: lingua di pubblicazione; idioma de publicação
language: sprache; idioma; langue; lingua
subject: thema; materia; sujet; soggetto; assunto
source type: quellentyp; tipo de fuente; type de source; tipo di fonte; tipo de fonte
document type: dokumententyp; tipo de documento; type de document; tipo di documento
database: datenbank; base de datos; base de données; base de dados
links: enlaces; liens
document url: url del documento; url do documento; url du document; dokument-url
"""
LABELS: Mapping[str, str] = {label: label for label in map(str.strip, re.split(r"[;\n]", _LABELS.lower())) if label} | {
    label: row.partition(":")[0] for row in _FOREIGN.strip().split("\n") for label in row.partition(": ")[2].split("; ")
}
"""Labels in small letters, with their English names."""
_LABEL = re.compile(r"([^\W\d_][^:\n]{1,40}?)\s?:(?:\s(.*)|$)")
_ID = re.compile(r"\d{5,}")
_ID_LABEL = re.compile(r"(?=.*proquest)(?=.*\bid\b).*", re.IGNORECASE)
_ID_IN_URL = re.compile(r"/docview/(\d{5,})")
_INFO_DATE = re.compile(
    r"\]?\s*(\d{1,2} [A-Z][a-z]{2,8}\.? \d{4}|[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\d{4} [A-Z][a-z]{2} \d{1,2})\b(?::\s*(.*))?"
)
_EDITION = re.compile(r",\s*([^,;]*\b[Ee]dition\b[^;]*)$")
_NOT_AVAILABLE = re.compile(r"\W*(?:none|not|no|un)\s?available\.?\W*|\W*|n/a", re.IGNORECASE)
_USED = {"title", "author", FULL_TEXT, ABSTRACT, "publication date", "section", "language of publication", "language",
         "document url", DOCUMENT_LINK, "subject", "proquest document id", "publication title"}  # fmt: skip


def split_label(line: str) -> tuple[str, str]:
    """The English name of the label that a line begins with, in small letters, and what follows
    it; "" without a label."""
    found = _LABEL.match(line)
    if found is None:
        return "", line
    name = label_name(found[1])
    return (name, (found[2] or "").strip()) if name else ("", line)


def label_name(label: str) -> str:
    """The English name of a label in small letters, "" for one that is not known."""
    label = " ".join(label.split()).lower()
    return LABELS.get(label) or ("proquest document id" if _ID_LABEL.fullmatch(label) else "")


def make_draft(heading: str, values: Mapping[str, Sequence[str]], order: str = "", own_id: str = "") -> Draft:
    """The article of the values under each label. `heading` is what stands before the first of
    them; its first line is the title. Raises NoArticle."""

    def first(*labels: str) -> str:
        return next((value for label in labels for value in values.get(label, ()) if value.strip()), "")

    headings = [line.strip() for line in heading.split("\n") if line.strip()]
    title = line_of(headings[0] if headings else first("title"))
    abstract = "" if _NOT_AVAILABLE.fullmatch(first(ABSTRACT)) else paragraphs(first(ABSTRACT))
    body = paragraphs("\n\n".join(values.get(FULL_TEXT, ())))
    if _NOT_AVAILABLE.fullmatch(body):
        body = ""
    fields = FieldCollector()
    info = one_line(first("publication info"))
    info_date = _INFO_DATE.search(info) if len(info) <= _LONGEST_INFO else None
    date = fields.date([first("publication date"), info_date[1] if info_date else "", first("publication year")], order)
    publication = one_line(first("publication title", "publication info"))
    source, _, rest = publication.partition(";")
    if not values.get("publication title"):
        source = source.partition("[")[0]
    elif rest:
        fields.add("publication title", publication)
    if edition := _EDITION.search(source):
        fields.add("edition", edition[1])
        source = source[: edition.start()]
    url = one_line(first("document url", DOCUMENT_LINK))
    found_id = _ID.search(first("proquest document id")) or _ID_IN_URL.search(url)
    authors = fields.names(values.get("author", ()))
    fields.add("citation", " ".join(headings[1:]))
    if info_date and info_date[2] and not values.get("pages"):
        pages = info_date[2].rstrip(".")
        fields.add("pages", "" if _NOT_AVAILABLE.fullmatch(pages) else pages)
    if date is not None and parse_day(one_line(first("publication date")), order) is None:
        fields.add("publication date", one_line(first("publication date")))
    for label, listed in values.items():
        if label == "title":
            fields.add("title as indexed", *(one_line(value) for value in listed if line_of(value) != title))
        elif label == "publication year":
            fields.add(label, *(value for value in listed if date is not None and value.strip() != str(date.year)))
        elif label not in _USED:
            fields.add(label, *("\n".join(value.split()) if label == LINKS else one_line(value) for value in listed))
    if first("document url") and first(DOCUMENT_LINK) != url:
        fields.add("document link", first(DOCUMENT_LINK))
    return fields.draft(
        title,
        body,
        abstract,
        id=(found_id[1] if found_id.re is _ID_IN_URL else found_id[0]) if found_id else own_id,
        date=date,
        authors=authors,
        source=line_of(source.strip()),
        section=line_of(first("section")),
        topics=split_list(values.get("subject", ())),
        language=one_line(first("language of publication", "language")),
        url=url,
    )


_LONGEST_INFO = 2_000
"""Maximum length in characters of a description of a publication."""
