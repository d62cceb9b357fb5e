"""Reads XML of LexisNexis: <articleDoc>, alone or in entries of Atom, as the Bulk API, the Data
Lake and the Web Services deliver it, and the older <NEWSITEM>.

No description of either is public; the lay-out is that which public programs read.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record
from searchkit.corpus.readers.embedded_text import HTML_LINES, HTML_PARAGRAPHS
from searchkit.corpus.readers.news_fields import NewsFields, attribute, find, joined, lines_of
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost, paragraphs_of, parse_xml
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

RECORDS = ("entry", "articleDoc", "NEWSITEM")
_SCHEMES = {
    "subject": "",
    "person": "people",
    "people": "people",
    "company": "companies",
    "organization": "organizations",
    "industry": "industries",
    "city": "places",
    "state": "places",
    "country": "places",
    "geography": "places",
    "location": "places",
}
"""By scheme of a classification: the key in `extra`, "" for topics."""
_LANGUAGES = (".//language", ".//LANGUAGE/*")
_LINES = (*HTML_LINES, "listItem", "row")
_NO_TEXT = ("inlineObject", "media", "graphic")


def read_lexisnexis(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the documents of a file."""
    nothing = "it holds no <articleDoc> and no <NEWSITEM>"
    yield from read_records(stream, options, RECORDS, partial(_parse, options), nests=True, nothing=nothing)


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    root = parse_xml(text)
    old = next(root.iter("NEWSITEM"), None)
    if old is not None:
        return _old_draft(old, options, is_only)
    document = next(root.iter("articleDoc"), None)
    if document is None:
        raise NoArticle("it is an entry without an <articleDoc>")
    entry = next(root.iter("entry"), None)
    fields = NewsFields(options)
    titles = lines_of(document, ".//hl1") or lines_of(entry, "title")
    contents = list(outermost(document.iter("body.content"))) or list(outermost(document.iter("bodyText")))
    of_text = {one for content in contents for one in content.iter("hl1", "hl2")}
    headings = [line_of(one) for one in outermost(document.iter("hl1", "hl2")) if one not in of_text]
    fields.add("captions", *map(line_of, outermost(document.iter("caption"))))
    bylines = lines_of(document, ".//byline")
    authors = fields.authors(bylines) or fields.authors(f"{name};" for name in lines_of(entry, "author/name"))
    metadata = next(document.iter("metadata"), document)
    day = next(metadata.iter("publicationDate"), None)
    dates = [_day_of(day), line_of(find(entry, "published")), *lines_of(metadata, ".//dateText")]
    date = fields.date((*dates, line_of(find(entry, "updated"))))
    topics = _classifications(metadata, fields)
    section = lines_of(document, ".//positionSection")
    for key, path in (
        ("subsection", ".//positionSubsection"),
        ("page", ".//positionSequence"),
        ("edition", ".//edition"),
        ("copyright", ".//copyright"),
        ("dateline", ".//dateline"),
        ("abstract", ".//abstract"),
        ("note", ".//note"),
        ("correction", ".//correctionDescription"),
    ):
        fields.add(key, *lines_of(document, path))
    fields.add("word_count", *(attribute(one, "number") or line_of(one) for one in outermost(document.iter("wordCount"))))
    identifiers = [(attribute(one, "identifierScheme"), line_of(one)) for one in outermost(document.iter("identifier"))]
    own = next((value for scheme, value in identifiers if scheme == "DOC-ID"), "") or line_of(find(entry, "id"))
    fields.add("other_ids", *(value for _, value in identifiers if value != own))
    return fields.draft(
        titles[0] if titles else "",
        joined(
            *(line for line in headings if line not in titles[:1]),
            *(paragraphs_of(one, HTML_PARAGRAPHS, _LINES, _NO_TEXT) for one in contents),
        ),
        id=own,
        date=date,
        authors=authors,
        source=next(iter(lines_of(metadata, ".//publicationName") or lines_of(entry, "source/title")), ""),
        section=section[0] if section else "",
        topics=topics,
        language=_language(document, entry),
        url=next((attribute(one, "href") for one in document.iter("url", "webNewsUrl") if attribute(one, "href")), ""),
        is_only=is_only,
    )


def _day_of(date: Element | None) -> str:
    year, month, day = (attribute(date, name) for name in ("year", "month", "day"))
    return f"{year}-{month:0>2}-{day:0>2}" if year and month and day else line_of(date)


def _classifications(metadata: Element, fields: NewsFields) -> list[str]:
    """The topics; other classifications are added to `extra` by their schemes."""
    topics: list[str] = []
    for one in outermost(metadata.iter("className")):
        classification = next(one.iterancestors("classification"), None)
        scheme = attribute(classification, "classificationScheme").lower()
        if key := _SCHEMES.get(scheme, scheme or "class"):
            fields.add(key, line_of(one))
        else:
            topics.append(line_of(one))
    return topics


def _language(document: Element, entry: Element | None) -> str:
    for path in _LANGUAGES:
        found = lines_of(document, path)
        if found:
            return found[0]
    return attribute(document, "lang") or attribute(entry, "lang")


def _old_draft(item: Element, options: ReadOptions, is_only: bool) -> Draft:
    fields = NewsFields(options)
    titles = lines_of(item, "HEADLINE//hl1") or lines_of(item, "HEADLINE")
    dates = [_day_of(one) for one in item.iterfind("PUB-DATE/date")]
    date = fields.date((*dates, *lines_of(item, "PUB-DATE"), *lines_of(item, "DATE")))
    bodies = [one for one in item if one.tag in ("REAL-LEAD", "LEAD", "BODY") or one.tag.startswith("BODY-")]
    for key, path in (
        ("publication_type", "PUBLICATION-TYPE"),
        ("copyright", "COPYRIGHT"),
        ("dateline", "DATELINE"),
        ("word_count", "LENGTH"),
        ("graphic", "GRAPHIC"),
        ("series", "SERIES"),
    ):
        fields.add(key, *lines_of(item, path))
    topics = [*lines_of(item, "SUBJECT//term"), *lines_of(item, "SUBJECT//className")]
    return fields.draft(
        titles[0] if titles else "",
        joined(*(paragraphs_of(one, HTML_PARAGRAPHS, _LINES, _NO_TEXT) for one in bodies)),
        id=next((attribute(one, "lnlni") for one in item.iter("lnlni")), ""),
        date=date,
        authors=fields.authors(lines_of(item, "BYLINE")),
        source=next(iter(lines_of(item, "PUB")), ""),
        section=next(iter(lines_of(item, "SECTION-INFO//position.section")), ""),
        topics=topics,
        language=_language(item, None),
        url=next((attribute(one, "href") for one in item.iter("remotelink") if attribute(one, "href")), ""),
        is_only=is_only,
    )
