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
from searchkit.corpus.readers.news_fields import NewsFields, attribute, lines_of
from searchkit.corpus.readers.xml_parsing import line_of, paragraphs_of, parse_xml
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

_CODES = {"bip:topics:1.0": "topics", "bip:countries:1.0": "countries", "bip:industries:1.0": "industries"}
_DATES = ("dc.date.published", "dc.date.created")
_PREFIX = "dc."


def read_rcv1(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the article of a file, or each one if several follow each other."""
    yield from read_records(stream, options, ("newsitem",), partial(_parse, options), nothing="it holds no <newsitem>")


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    root = parse_xml(text)
    fields = NewsFields(options)
    topics: list[str] = []
    values: dict[str, str] = {}
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
                values.setdefault(name, attribute(element, "value") or line_of(element))
    publisher = values.pop("dc.publisher", "")
    source = "Reuters" if publisher in ("", "Reuters Holdings Plc") else publisher
    date = fields.date((attribute(root, "date"), *(values.get(name) for name in _DATES)))
    for name, value in values.items():
        if name not in _DATES and name != "dc.source":
            fields.add(name.removeprefix(_PREFIX), value)
    authors = fields.authors(lines_of(root, "byline"))
    fields.add("dateline", line_of(root.find("dateline")))
    fields.add("copyright", line_of(root.find("copyright")))
    wire_title = line_of(root.find("title"))  # with the country before the headline
    title = line_of(root.find("headline")) or wire_title
    if wire_title != title:
        fields.add("wire_title", wire_title)
    return fields.draft(
        title,
        paragraphs_of(root.find("text"), ("p",)),
        id=attribute(root, "itemid"),
        date=date,
        authors=authors,
        source=source,
        topics=topics,
        language=attribute(root, "lang"),
        is_only=is_only,
    )
