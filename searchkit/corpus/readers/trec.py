"""Reads the collections of TREC, CLEF and others in their SGML: `<DOC><DOCNO> ... </DOC>`.

AP, Wall Street Journal, Financial Times, Los Angeles Times, San Jose Mercury News, FBIS, Federal
Register, Ziff-Davis and the Congressional Record each have tags of their own; they are described in
the DTDs of TREC disks 1 to 5. Fields that are not known here are kept in `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.limits import MAX_CACHED_LENGTH
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Record, RecordWarning
from searchkit.corpus.readers.collection_dates import date_in_docno, parse_collection_date
from searchkit.corpus.readers.tagged_documents import TaggedDocument, parse_document
from searchkit.corpus.readers.tagged_files import read_tagged_file
from searchkit.corpus.source import ByteStream

TITLES = ("HEADLINE", "HEAD", "HL", "TITLE", "TI", "DOCTITLE", "TTL", "H3", "H4", "SLUG")
BYLINES = ("BYLINE", "AUTHOR", "AUTHORS", "BY", "AU")
DATES = ("DATE_TIME", "DATE", "DATE1", "DD", "PUBDATE", "PD", "DT", "DATETIME")
SOURCES = ("SOURCE", "SO", "PUB", "F104", "JOURNAL", "NEWSPAPER", "PUBLICATION")
SECTIONS = ("SECTION", "SE", "USDEPT", "F100", "H2", "CATEGORY")
TOPICS = ("SUBJECT", "SUBJECTS", "IN", "DESCRIPT", "DESCRIPTORS", "KEYWORDS", "KEYWORD", "KW", "TOPIC", "TOPICS", "NS")
"""Tags of a field in the collections, the likeliest first."""
TEXTS = ("CORRECTION", "ABSTRACT", "SUMMARY", "CAPTION", "GRAPHIC")
"""Fields that are the text of a record without another."""
EXTRA_NAMES = {
    "CO": "companies",
    "CN": "countries",
    "GV": "government",
    "RE": "regions",
    "TP": "types",
    "MS": "markets",
    "PG.COL": "page",
    "CAPTION": "graphic",
    "ACCESS": "accession",
    "WORD.CT": "length",
    "COPYRGHT": "copyright",
    "F101": "country",
    "F102": "origin",
    "F103": "number",
    "F105": "original_language",
    "CORRECTION-DATE": "correction_date",
}
"""Names in `extra` of tags that are hard to read; others keep their own, in small letters."""
_LABELS = ("XX",)
"""Fields that hold only the label of the next one ("Companies:-")."""
_SOURCES = {
    "AP": "Associated Press",
    "WSJ": "Wall Street Journal",
    "FT": "Financial Times",
    "LA": "Los Angeles Times",
    "SJMN": "San Jose Mercury News",
    "FBIS": "Foreign Broadcast Information Service",
    "FR": "Federal Register",
    "CR": "Congressional Record",
    "GH": "Glasgow Herald",
    "APW": "Associated Press Worldstream",
    "NYT": "New York Times",
    "XIE": "Xinhua News Agency",
}
_PREFIX = re.compile(r"[A-Z]+(?=[\d.-])")
_RULE = re.compile(r"^@?[ \t]*-{2,}[ \t]*$", re.MULTILINE)
_AT_SIGN = re.compile(r"^@\s*", re.MULTILINE)
_FT_HEADLINE = re.compile(r"FT\s+(\d\d [A-Z]{3} \d\d)\s*/\s*(?=\S)")
_HEADER_LINE = re.compile(r"(Language|Article Type|Document Type|Report Type)\s*:[ \t]*([^\n]*)(?:\n\s*|$)", re.IGNORECASE)
"""A line of FBIS before its text."""
_WRITTEN_BY = re.compile(r"\[[^\[\]:]{0,60}?\bby ([^\[\]:]{3,150})[\]:]")
"""What FBIS says of authors: `[Article by Jane Doe: "..."]`."""
_BROADCAST = re.compile(r"\s+in [A-Z][\w/-]+(?: [A-Z]\w+)*(?: \d.*)?$")
_JOURNAL = re.compile(r"(.+?)\s{2,}(.+)")
_PAGE = re.compile(r",?\s*PAGES?\s+(\S+)$", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;\n]")
MAX_HEADER_LINES = 10
"""Maximum number of lines of FBIS before a text."""


def read_trec(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file; one without its end is reported, and the next one read."""
    return read_tagged_file(stream, options, partial(_parse_record, options.date_order))


def _parse_record(order: str, record: str) -> Draft:
    _, _, content = replace_controls(record).partition(">")
    document = parse_document(content)
    extra: dict[str, str] = {}
    warnings: list[RecordWarning] = []
    docno = one_line(document.take("DOCNO") or document.take("DOCID", "ID"))
    found = _PREFIX.match(docno)
    prefix = found[0] if found else ""
    if prefix == "FBIS":
        _read_fbis(document, extra)
    title, byline = _read_headline(document, extra)
    byline = byline or "\n".join(document.take_all(*BYLINES))
    names = _read_byline(byline, extra, warnings) if byline else ()
    if not names and prefix == "FBIS" and (written := _WRITTEN_BY.search(document.body[:500])):
        names = parse_byline(one_line(written[1])).names
    date = _read_date(document, docno, order, extra, warnings)
    source = _read_source(document, extra) or _SOURCES.get(prefix, "")
    section = "; ".join(map(one_line, document.take_all(*SECTIONS)))
    topics = tuple(dict.fromkeys(topic for text in document.take_all(*TOPICS) for topic in _split_topics(text)))
    language = one_line(document.take("LANGUAGE", "LANG"))
    if dateline := one_line(document.take("DATELINE")):
        extra["dateline"] = dateline
    body = document.body or "\n\n".join(document.take_all(*TEXTS))
    if not title and not body:
        raise NoArticle(NO_TEXT)
    for name in _LABELS:
        document.take_all(name)
    for name, texts in document.fields.items():
        if texts:
            extra.setdefault(EXTRA_NAMES.get(name) or name.lower().replace(".", "_"), "\n".join(texts))
    return Draft(
        id=docno,
        title=title,
        body=body,
        date=date,
        authors=names,
        source=source,
        section=section,
        topics=topics,
        language=two_letter_code(language),
        url=one_line(document.take("URL")),
        extra=extra,
        warnings=tuple(warnings),
    )


def _read_fbis(document: TaggedDocument, extra: dict[str, str]) -> None:
    """Take out of a text of FBIS the lines that precede it; its number is no author."""
    if number := one_line(document.take("AU")):
        extra["issue"] = number
    body = document.body
    for _ in range(MAX_HEADER_LINES):
        line = _HEADER_LINE.match(body)
        if line is None:
            break
        if value := line[2].strip():
            extra[line[1].lower().replace(" ", "_")] = value
        body = body[line.end() :]
    document.body = body


def _read_headline(document: TaggedDocument, extra: dict[str, str]) -> tuple[str, str]:
    """The title, and the byline that some headlines of the Wall Street Journal end with."""
    parts = document.take_all(*TITLES)
    headline = "\n".join(part if part[-1] in ".;:,?!-" or part is parts[-1] else f"{part};" for part in parts)
    byline = ""
    if (rule := _RULE.search(headline)) and rule.start():
        rest = _AT_SIGN.sub("", headline[rule.end() :]).strip()
        if rest.lower().startswith("by "):
            byline, headline = rest, headline[: rule.start()]
    title = one_line(_AT_SIGN.sub("", headline))
    if (newspaper := _FT_HEADLINE.match(title)) is not None:
        extra["headline"] = title
        title = title[newspaper.end() :]
    return title, byline


def _read_byline(raw: str, extra: dict[str, str], warnings: list[RecordWarning]) -> tuple[str, ...]:
    byline = parse_byline(raw)
    line = one_line(raw)
    if not byline.names:
        extra["byline"] = line
        warnings.append(("bylines", line))
    elif byline.has_more:
        extra["byline"] = line
    return byline.names


def _read_date(
    document: TaggedDocument, docno: str, order: str, extra: dict[str, str], warnings: list[RecordWarning]
) -> datetime | None:
    known = date_in_docno(docno)
    written = [one_line(text).lstrip("= ") for text in document.take_all(*DATES)]
    for raw in written or map(one_line, document.fields.get("FILEID", ())):
        found = parse_collection_date(raw, order, known)
        if found.date is not None:
            if found.edition:
                extra["edition"] = found.edition
            return found.date
    if written:
        extra["date"] = written[0]
        warnings.append(("dates", written[0]))
    if known is not None:
        extra["date_source"] = "docno"
    return known


def _read_source(document: TaggedDocument, extra: dict[str, str]) -> str:
    is_broadcast = "F104" in document.fields
    raw = "\n".join(document.take_all(*SOURCES))
    if not raw:
        return ""
    first, _, rest = raw.partition("\n")
    if is_broadcast:
        return _BROADCAST.sub("", one_line(raw))
    if journal := _JOURNAL.match(first):  # Ziff-Davis: "Weekly Computing  March 8 1988 v2 n4 p32"
        extra["issue"] = one_line(journal[2])
        first = journal[1]
    if len(first) <= MAX_CACHED_LENGTH and (page := _PAGE.search(first)):
        extra["page"] = page[1]
        first = first[: page.start()]
    if rest:
        extra["copyright" if "COPYRIGHT" in rest else "source"] = one_line(rest)
    return one_line(first)


def _split_topics(text: str) -> Iterator[str]:
    """The topics of a field, which stand on lines or between semicolons."""
    for topic in _SEPARATORS.split(text):
        topic = one_line(topic).strip(" ,")
        if topic.strip("."):
            yield topic
