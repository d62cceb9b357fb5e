"""Reads newspapers in TEI (P4 and P5): one article per document, or an issue with many.

The elements are described in the TEI Guidelines (https://tei-c.org/release/doc/tei-p5-doc/en/html/).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, RecordWarning, Unreadable
from searchkit.corpus.readers.news_fields import NewsFields, attribute, find, joined, lines_of
from searchkit.corpus.readers.scholarly_text import ScholarlyText
from searchkit.corpus.readers.tei_header import TeiHeader
from searchkit.corpus.readers.xml_parsing import Element, line_of, parse_xml
from searchkit.corpus.readers.xml_records import Context, RecordStream
from searchkit.corpus.source import ByteStream

DOCUMENTS = ("TEI", "TEI.2")
_DIVISIONS = frozenset(("div", "div0", "div1", "div2", "div3", "div4", "div5", "div6", "div7"))
_ARTICLE_TYPES = frozenset(
    (
        *("article", "articles", "artikel", "articolo", "artículo", "articulo", "artigo", "artikkel", "статья"),
        *("story", "news", "newsitem", "news_item", "news-item", "newsarticle", "item", "report"),
    )
)
"""Types of divisions that are articles."""
_OUTSIDE = frozenset(("head", "pb", "cb", "lb", "fw", "milestone", "byline", "dateline", "opener", "closer", "trailer"))


def read_tei(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of all documents of a file."""
    records = RecordStream(stream, options)
    context = Context("", "")
    is_empty = True
    for record in records.split(DOCUMENTS):
        if is_empty:
            context, is_empty = Context.of(records.head), False
        if record.fault:
            yield Unreadable(record.fault)
        else:
            yield from _read_document(records.encoded(record, _no_draft), context, options, record.is_only)
    if is_empty:
        raise Unreadable("it holds no <TEI>")


def _no_draft(text: str) -> Draft:
    return Draft()


def _read_document(record: Encoded, context: Context, options: ReadOptions, is_only: bool) -> Iterator[Record]:
    try:
        decoded = decode(record.data, options.encoding, record.declared)
        root = parse_xml(context.around(decoded.text))
        if root.tag not in DOCUMENTS:
            root = next(root.iter(*DOCUMENTS), root)
    except (Undecodable, Unreadable) as error:
        yield Unreadable(str(error))
        return
    header = TeiHeader(root)
    pieces = list(_pieces(root))
    warnings = tuple(decoded.warnings())
    for piece in pieces:
        is_whole = len(pieces) == 1
        parse = partial(_draft, piece, header, options, is_whole, is_only and is_whole, warnings)
        # The text is parsed already; this only says what it was decoded from.
        yield Encoded(b"", parse, decoded.encoding)
        warnings = ()


class _Piece:
    """A part of a document that is an article: its `elements`, and the heads of the divisions that
    it is in."""

    def __init__(self, elements: list[Element], sections: tuple[str, ...] = (), page: str = "") -> None:
        self.elements, self.sections, self.page = elements, sections, page


def _pieces(root: Element) -> Iterator[_Piece]:
    """The articles of a document: its divisions of a type that says so and what stands beside them,
    the texts of a group, else the whole text."""
    text = root.find("text")
    if text is None:
        text = next((child for child in root if child.tag not in ("teiHeader", "facsimile", "standOff")), None)
    if text is None:
        yield _Piece([])
        return
    texts = [one for one in text.iter("text") if one.find("group") is None]
    for one in texts or [text]:
        articles = {division for division in one.iter(*_DIVISIONS) if _is_article(division)}
        if articles:
            above = {upper for division in articles for upper in division.iterancestors()}
            yield from _Walker(articles, above).walk(one, ())
        else:
            yield _Piece([one])


def _is_article(division: Element) -> bool:
    return one_line(attribute(division, "type")).lower() in _ARTICLE_TYPES


class _Walker:
    """Finds articles in divisions. `articles` are the divisions of articles, `above` all elements
    that they stand in."""

    def __init__(self, articles: set[Element], above: set[Element]) -> None:
        self._articles, self._above = articles, above
        self._page = ""

    def walk(self, element: Element, sections: tuple[str, ...]) -> Iterator[_Piece]:
        loose: list[Element] = []
        page = self._page
        for child in element:
            if child in self._articles or (child.tag in _DIVISIONS and child not in self._above):
                yield from self._loose(loose, sections, page)
                loose = []
                yield _Piece([child], sections, self._page)
                self._find_page(child)
                page = self._page
            elif child in self._above:
                yield from self._loose(loose, sections, page)
                loose = []
                head = line_of(child.find("head")) if child.tag in _DIVISIONS else ""
                yield from self.walk(child, (*sections, head) if head else sections)
                page = self._page
            else:
                self._find_page(child)
                if child.tag not in _OUTSIDE:
                    loose.append(child)
        yield from self._loose(loose, sections, page)

    @staticmethod
    def _loose(loose: list[Element], sections: tuple[str, ...], page: str) -> Iterator[_Piece]:
        """What stands between articles, if it has a text."""
        if any(line_of(one) for one in loose):
            yield _Piece(loose, sections, page)

    def _find_page(self, element: Element) -> None:
        for one in element.iter("pb"):
            self._page = attribute(one, "n") or self._page


def _draft(
    piece: _Piece,
    header: TeiHeader,
    options: ReadOptions,
    is_whole: bool,
    is_only: bool,
    warnings: tuple[RecordWarning, ...],
    _: str,
) -> Draft:
    fields = NewsFields(options)
    fields.warnings += warnings
    top = piece.elements[0] if len(piece.elements) == 1 else None
    inner = _first_division(top)
    heads = [one for one in (inner if inner is not None else ()) if one.tag == "head" and line_of(one)]
    main = next((one for one in heads if attribute(one, "type") in ("main", "")), heads[0] if heads else None)
    title = line_of(main)
    bylines = _all(inner, "byline", "opener/byline", "head/byline")
    authors = fields.authors(map(line_of, bylines))
    leave_out = [*([main] if main is not None else []), *(bylines if authors else [])]
    if is_whole and header.title and header.title != title:
        leave_out = leave_out[1:] if main is not None else leave_out  # the head stays in the text
        title = header.title
    text = ScholarlyText(leave_out)
    for element in piece.elements:
        text.collect_block(element)
    dateline = find(inner, ".//dateline")
    date_elements = _all(inner, "opener//date", "dateline//date", "head//date")
    date = fields.date((*(_when(one) for one in date_elements), *header.dates))
    fields.add("dateline", line_of(dateline))
    fields.add("page", piece.page or header.extra.get("page", ""))
    if not is_whole and header.title != header.source:
        fields.add("document_title", header.title)
    for one in piece.elements if not is_whole else ():
        fields.add("type", attribute(one, "subtype") or ("" if _is_article(one) else attribute(one, "type")))
        fields.add("xml_id", attribute(one, "id"))
    for key, value in header.extra.items():
        if key != "page":
            fields.add(key, value)
    if text.notes:
        fields.extra["notes"] = joined(*text.notes)
    return fields.draft(
        title,
        text.text,
        date=date,
        authors=authors or (fields.authors(header.authors) if is_whole else ()),
        source=header.source,
        section=piece.sections[-1] if piece.sections else "",
        topics=[*header.topics, *lines_of(inner, "head/term")] if is_whole else [],
        language=next(filter(None, (attribute(one, "lang") for one in (inner, top) if one is not None)), header.language),
        url=header.url if is_whole else "",
        is_only=is_only,
    )


def _when(date: Element) -> str:
    return attribute(date, "when", "when-iso", "value") or line_of(date)


def _all(element: Element | None, *paths: str) -> list[Element]:
    return [] if element is None else [one for path in paths for one in element.iterfind(path)]


def _first_division(top: Element | None) -> Element | None:
    """The element whose heads are those of an article: a division, or the body of a text, or the
    only division in it."""
    if top is None or top.tag in _DIVISIONS:
        return top
    body = top.find("body")
    if body is None:
        return top
    divisions = [child for child in body if child.tag in _DIVISIONS]
    return divisions[0] if len(divisions) == 1 and body.find("head") is None else body
