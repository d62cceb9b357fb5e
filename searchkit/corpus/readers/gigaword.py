"""Reads Gigaword, newswire as the Linguistic Data Consortium publishes it in several languages:
`<DOC id="AFP_ENG_19940512.0001" type="story">`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Record
from searchkit.corpus.readers.collection_dates import date_in_docno
from searchkit.corpus.readers.tagged_documents import parse_document, resolve_entities
from searchkit.corpus.readers.tagged_files import read_tagged_file
from searchkit.corpus.source import ByteStream

SOURCES = {
    "AAW": "Assabah",
    "AFP": "Agence France-Presse",
    "AHR": "Al-Ahram",
    "ANN": "An Nahar",
    "APW": "Associated Press Worldstream",
    "ASB": "Assabah",
    "CNA": "Central News Agency of Taiwan",
    "CNS": "China News Service",
    "GMW": "Guangming Daily",
    "HYT": "Al Hayat",
    "LTW": "Los Angeles Times/Washington Post Newswire",
    "NHR": "An Nahar",
    "NYT": "New York Times Newswire",
    "PDA": "People's Daily",
    "PLA": "People's Liberation Army Daily",
    "QDS": "Al-Quds Al-Arabi",
    "UMH": "Ummah Press",
    "WPB": "Washington Post/Bloomberg Newswire",
    "XIE": "Xinhua News Agency",
    "XIN": "Xinhua News Agency",
    "ZBN": "Lianhe Zaobao",
}
"""The first letters of ids, and the source that they stand for."""
LANGUAGES = {"ENG": "en", "ARB": "ar", "CMN": "zh", "FRE": "fr", "FRA": "fr", "SPA": "es"}
_ATTRIBUTE = re.compile(r"""([\w:-]{1,40})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_HAN_LINE_END = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3001-\u9fff\uff00-\uffef])")
"""The end of a line in Chinese: the next one continues the word."""
_PARTS = re.compile(r"([A-Z]{3})(?:_([A-Z]{3})_)?(?=[\d_])")


def read_gigaword(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file; one without its end is reported, and the next one read."""
    return read_tagged_file(stream, options, _parse_record)


def _parse_record(record: str) -> Draft:
    head, _, content = replace_controls(record).partition(">")
    attributes = {name.lower(): one_line(resolve_entities(a or b or c)) for name, a, b, c in _ATTRIBUTE.findall(head)}
    own = attributes.pop("id", "") or attributes.pop("docid", "")
    kind = attributes.pop("type", "story")
    document = parse_document(content)
    title = one_line("\n".join(document.take_all("HEADLINE", "TITLE")))
    if not title and not document.body:
        raise NoArticle(NO_TEXT)
    extra = {} if kind == "story" else {"type": kind}
    if dateline := one_line(document.take("DATELINE")):
        extra["dateline"] = dateline
    parts = _PARTS.match(own.upper())
    date = date_in_docno(own)
    if date is not None:
        extra["date_source"] = "docno"
    byline = one_line(document.take("BYLINE", "AUTHOR"))
    parsed = parse_byline(byline)
    if byline and (parsed.has_more or not parsed.names):
        extra["byline"] = byline
    language = attributes.pop("language", "") or attributes.pop("lang", "")
    language = language or (LANGUAGES.get(parts[2] or "", "") if parts else "")
    body = document.body
    if language == "zh" and "<P>" in content.upper():
        body = _HAN_LINE_END.sub("", body)
    for name, texts in document.fields.items():
        extra.setdefault(name.lower().replace(".", "_"), "\n".join(texts))
    for name, value in attributes.items():
        extra.setdefault(name, value)
    return Draft(
        id=own,
        title=title,
        body=body,
        date=date,
        authors=parsed.names,
        source=SOURCES.get(parts[1], "") if parts else "",
        language=language,
        extra=extra,
        warnings=(("bylines", byline),) if byline and not parsed.names else (),
    )
