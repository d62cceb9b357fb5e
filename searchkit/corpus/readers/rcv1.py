"""Reads RCV1, the Reuters Corpus Volume 1: newswire of 1996 and 1997, one article per file.

The format is described in the documentation of the corpus (D. D. Lewis et al. 2004, "RCV1: A New
Benchmark Collection", Journal of Machine Learning Research 5). RCV2 has the same in 13 languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record
from searchkit.corpus.readers.news_fields import NewsFields, attribute, joined, lines_of
from searchkit.corpus.readers.xml_parsing import line_of, paragraphs_of, parse_xml
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

_CODES = {"bip:topics:1.0": "topics", "bip:countries:1.0": "countries", "bip:industries:1.0": "industries"}
_DATES = ("dc.date.published", "dc.date.created")
_PREFIX = "dc."
_FIELDS = frozenset({"title", "headline", "byline", "text", "metadata"})


def read_rcv1(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a file, or each one if several follow each other."""
    yield from read_records(stream, options, ("newsitem",), partial(_parse, options), nothing="it holds no <newsitem>")


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    root = parse_xml(text)
    fields = NewsFields(options)
    topics: list[str] = []
    values: dict[str, list[str]] = {}
    metadata = root.find("metadata")
    if metadata is not None:
        for element in metadata:
            if element.tag == "codes":
                kind = _CODES.get(attribute(element, "class"), one_line(attribute(element, "class")) or "codes")
                codes = [code for one in element.iterfind("code") if (code := attribute(one, "code"))]
                if kind == "topics":
                    topics += codes
                else:
                    fields.add(kind, *codes)
            elif element.tag == "dc":
                name = attribute(element, "element")
                values.setdefault(name, []).append(attribute(element, "value") or line_of(element))
    publisher, *others = values.pop("dc.publisher", [""])
    source = "Reuters" if publisher in ("", "Reuters Holdings Plc") else publisher
    fields.add("publisher", *others)
    date = fields.date((attribute(root, "date"), *(value for name in _DATES for value in values.get(name, ()))))
    for name, found in values.items():
        if name not in _DATES:
            fields.add(name.removeprefix(_PREFIX), *(value for value in found if value != source))
    authors = fields.authors(lines_of(root, "byline"))
    wire_titles = lines_of(root, "title")  # with the country before the headline
    title, *subtitles = lines_of(root, "headline") or wire_titles or [""]
    fields.add("wire_title", *(line for line in wire_titles if line not in (title, *subtitles)))
    for element in root:
        if element.tag not in _FIELDS:
            fields.add(element.tag, line_of(element))
        fields.add("text", element.tail)
    return fields.draft(
        title,
        joined(*subtitles, *(paragraphs_of(one, ("p",)) for one in root.iterfind("text"))),
        id=attribute(root, "itemid"),
        date=date,
        authors=authors,
        source=source,
        topics=topics,
        language=attribute(root, "lang"),
        is_only=is_only,
    )
