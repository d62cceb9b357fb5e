"""Reads PAGE XML (PcGts), the text of a scanned page as layout analysis and transcription write it.

The regions stand in the order of ReadingOrder, else in the one that Transkribus writes, else in
that of the file. Running heads and page numbers are kept in `extra`, not in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from searchkit.control_characters import one_line
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, NoArticle, Record, Unreadable
from searchkit.corpus.readers.ocr_pages import (
    OcrBlock,
    body_of,
    confidence,
    confidence_of,
    file_title,
    language_of,
    page_title,
)
from searchkit.corpus.readers.xml_parsing import Element, declared_encoding, parse_xml

LEFT_OUT = {
    "header": "running_head",
    "footer": "running_foot",
    "page-number": "page_number",
    "signature-mark": "signature_mark",
    "catch-word": "catch_word",
}
"""Types of regions that are no text of the page, and their names in `extra`."""
_TRANSKRIBUS_ORDER = re.compile(r"readingOrder\s*\{\s*index\s*:\s*(\d{1,9})")
_TRANSKRIBUS_TYPE = re.compile(r"structure\s*\{[^}]{0,200}?type\s*:\s*([\w-]{1,60})")
_GEOMETRY = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:Coords|Baseline)\s[^<>]*/>")
_REGIONS = ("TextRegion", "TableRegion", "TableCell")


@dataclass(slots=True)
class _Page:
    regions: dict[str, OcrBlock] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=dict)
    """The text regions in each region, by id, in order."""


def read_page(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the page of a file."""
    yield Encoded(data, _parse, declared_encoding(data))


def _parse(text: str) -> Draft:
    root = parse_xml(_GEOMETRY.sub("", text))  # which would take most of the memory
    page = root.find("Page") if root.tag == "PcGts" else None
    if page is None:
        raise Unreadable(f"expected PAGE XML, whose first element is <PcGts> with a <Page>, found <{root.tag}>")
    found = _Page()
    language = page.get("primaryLanguage") or ""
    _collect(page, found, (), language)
    names = _reading_order(page, found)
    extra: dict[str, str] = {}
    blocks: list[OcrBlock] = []
    for name in names:
        block = found.regions[name]
        key = LEFT_OUT.get(block.kind)
        if key is None:
            blocks.append(block)
        elif block.text:
            extra[key] = "\n".join(filter(None, (extra.get(key, ""), block.text)))
    body = body_of(blocks)
    if not body:
        raise NoArticle("the page has no text")
    image = one_line(page.get("imageFilename") or "")
    if image:
        extra["image"] = image
    number = extra.get("page_number", "")
    transkribus = root.find("Metadata/TranskribusMetadata")
    if transkribus is not None:
        extra.setdefault("page", one_line(transkribus.get("pageNr") or ""))
        extra["document"] = one_line(transkribus.get("docId") or "")
        number = extra["page"]
    for tag, key in (("Creator", "creator"), ("Created", "created"), ("LastChange", "last_change")):
        if value := one_line(root.findtext(f"Metadata/{tag}") or ""):
            extra[key] = value
    if mean := confidence_of(blocks):
        extra["ocr_confidence"] = mean
    return Draft(
        title=page_title(file_title(image), number),
        body=body,
        language=two_letter_code(language_of(blocks)),
        extra={key: value for key, value in extra.items() if value},
        is_whole_file=True,
    )


def _collect(area: Element, page: _Page, above: tuple[str, ...], language: str) -> bool:
    """Collect the text regions below an element; those inside of a region follow its own lines.
    Returns whether they have any text: that of a region without lines says it again."""
    has_text = False
    # The depth of a tree is bounded by libxml2 (256).
    regions = [child for child in area if child.tag in _REGIONS or str(child.tag).endswith("Region")]
    for region in sorted(regions, key=_transkribus_index):
        own = region.get("id") or ""
        inner_language = region.get("primaryLanguage") or language
        inner = (*above, own) if own else above
        block = None
        if region.tag in ("TextRegion", "TableCell"):
            name = own if own and own not in page.regions else f"{own}#{len(page.regions)}"
            block = page.regions[name] = _parse_region(region, inner_language)
            for group in inner:
                page.below.setdefault(group, []).append(name)
        if _collect(region, page, inner, inner_language):
            has_text = True
            if block is not None and region.find("TextLine") is None:
                block.lines, block.confidences = [], []
        has_text = has_text or (block is not None and bool(block.text))
    return has_text


def _transkribus_index(element: Element) -> int:
    found = _TRANSKRIBUS_ORDER.search(element.get("custom") or "")
    return int(found[1]) if found else 0


def _parse_region(region: Element, language: str) -> OcrBlock:
    kind = region.get("type") or ""
    if not kind and (found := _TRANSKRIBUS_TYPE.search(region.get("custom") or "")):
        kind = found[1]
    block = OcrBlock(kind=kind, language=language)
    for line in sorted(region.iterfind("TextLine"), key=_transkribus_index):
        text = _text_of(line)
        words = [word for word in line.iterfind("Word") if _text_of(word)]
        if not text:
            text = " ".join(map(_text_of, words))
        # A line without text yet is none; its confidence is that of its words, if they have any.
        values = [value for word in words if (value := _confidence_of(word)) is not None]
        if not values and text and (value := _confidence_of(line)) is not None:
            values = [value] * len(text.split())
        block.confidences += values
        block.lines.append(text)
    if not any(block.lines):
        block.lines = _text_of(region, keeps_lines=True).split("\n")
        value = _confidence_of(region)
        block.confidences = [] if value is None else [value]
    return block


def _equivalent(element: Element) -> Element | None:
    """The likeliest text of an element: the one with the lowest index."""
    found = element.findall("TextEquiv")
    return min(found, key=_index, default=None)


def _index(equivalent: Element) -> int:
    value = equivalent.get("index") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0


def _text_of(element: Element, *, keeps_lines: bool = False) -> str:
    found = _equivalent(element)
    if found is None:
        return ""
    text = found.findtext("Unicode") or found.findtext("PlainText") or ""
    return text if keeps_lines else one_line(text)


def _confidence_of(element: Element) -> float | None:
    found = _equivalent(element)
    return confidence(found.get("conf") or "") if found is not None else None


def _reading_order(page: Element, found: _Page) -> list[str]:
    """The names of all regions of a page: those that ReadingOrder names, then the others."""
    names: dict[str, None] = {}
    order = page.find("ReadingOrder")
    for reference in _references(order) if order is not None else ():
        for name in found.below.get(reference, ()):
            names.setdefault(name)
    for name in found.regions:
        names.setdefault(name)
    return list(names)


def _references(group: Element) -> Iterator[str]:
    """The regions that a group of ReadingOrder names, in order; groups may stand in groups."""
    # The depth of a tree is bounded by libxml2 (256).
    children = [child for child in group if isinstance(child.tag, str)]
    if group.tag.startswith("OrderedGroup"):
        children.sort(key=_index)
    for child in children:
        if child.tag.startswith("RegionRef"):
            yield child.get("regionRef") or ""
        elif child.tag.endswith(("Group", "GroupIndexed")):
            if reference := child.get("regionRef"):
                yield reference
            yield from _references(child)
