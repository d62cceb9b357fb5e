"""Reads ALTO (versions 1 to 4), the text of scanned pages: each page is an article.

The blocks stand in the order that the page says (ReadingOrder, IDNEXT), else in that of the file.
What stands in the margins is kept in `extra`. A hyphenated word is joined where the file has it
whole (SUBS_CONTENT).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

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

MAX_PAGES = 10_000
"""Maximum number of pages of a file."""
_GEOMETRY = re.compile(r"""\s(?:HPOS|VPOS|WIDTH|HEIGHT|STYLEREFS|BASELINE|CC)="[^"<>]*"(?=[\s/>])""")
MARGINS = ("TopMargin", "BottomMargin", "LeftMargin", "RightMargin")
_WORD_ENDS = ("-", "\u2010", "\u00ad", "¬", "=", "⸗")


@dataclass(slots=True)
class AltoPage:
    """A page: its blocks by id in reading order, and those in its margins."""

    number: str = ""
    label: str = ""
    blocks: dict[str, OcrBlock] = field(default_factory=dict)
    margins: dict[str, OcrBlock] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    """The blocks inside of composed blocks and of the page's areas, by id."""
    confidence: str = ""
    """What the file says of the whole page."""


def read_alto(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the pages of a file."""
    declared = declared_encoding(data)
    others: list[Draft | NoArticle] = []

    def parse(text: str) -> Draft:
        root = parse_alto(text)
        pages = parse_pages(root)
        if not pages:
            raise Unreadable("it holds no page of ALTO")
        extra = _document_extra(root)
        found = [_draft(page, extra, is_whole_file=len(pages) == 1) for page in pages]
        others.extend(found[1:])
        if isinstance(found[0], NoArticle):
            raise found[0]
        return found[0]

    yield Encoded(data, parse, declared)
    for other in others:  # of the same text: its encoding is that of the first page
        yield other if isinstance(other, NoArticle) else Encoded(b"", partial(_parsed, other), declared or "utf-8")


def _parsed(draft: Draft, text: str) -> Draft:
    return draft


def parse_alto(text: str) -> Element:
    """The root of a document without the geometry, which takes most of the memory. Raises
    Unreadable."""
    return parse_xml(_GEOMETRY.sub("", text))


def parse_pages(root: Element) -> list[AltoPage]:
    """The pages of a document. Raises Unreadable."""
    if root.tag.lower() != "alto":
        raise Unreadable(f"expected ALTO, whose first element is <alto>, found <{root.tag}>")
    languages = {"": one_line(root.get("LANG") or "")}
    pages = [_parse_page(page, root, languages) for _, page in zip(range(MAX_PAGES + 1), root.iter("Page"), strict=False)]
    if len(pages) > MAX_PAGES:
        raise Unreadable(f"it holds more than {MAX_PAGES:,} pages; split it")
    return pages


def _document_extra(root: Element) -> dict[str, str]:
    extra: dict[str, str] = {}
    image = _text(root, "fileName")
    if image:
        extra["image"] = image
    software = " ".join(filter(None, (_text(root, "softwareName"), _text(root, "softwareVersion"))))
    if software:
        extra["ocr_software"] = software
    if identifier := _text(root, "documentIdentifier"):
        extra["document"] = identifier
    return extra


def _text(root: Element, tag: str) -> str:
    found = root.find(f".//Description//{tag}")
    return one_line(found.text or "") if found is not None else ""


def _draft(page: AltoPage, document: dict[str, str], *, is_whole_file: bool) -> Draft | NoArticle:
    blocks = list(page.blocks.values())
    margins = list(page.margins.values())
    body = body_of(blocks)
    if not body:
        blocks, margins = margins, []
        body = body_of(blocks)
    if not body:
        return NoArticle("the page has no text")
    extra = dict(document)
    if page.number:
        extra["page"] = page.number
    if running := "\n".join(filter(None, (block.text for block in margins))):
        extra["margins"] = running
    if mean := confidence_of(blocks) or page.confidence:
        extra["ocr_confidence"] = mean
    title = page_title(page.label, page.number) or file_title(document.get("image", ""))
    return Draft(
        title=title, body=body, language=two_letter_code(language_of(blocks)), extra=extra, is_whole_file=is_whole_file
    )


def _parse_page(page: Element, root: Element, languages: dict[str, str]) -> AltoPage:
    found = AltoPage(page.get("PRINTED_IMG_NR") or page.get("PHYSICAL_IMG_NR") or "", page.get("LABEL") or "")
    quality = confidence(page.get("PC") or "")
    found.confidence = "" if quality is None else f"{quality:.3f}".rstrip("0").rstrip(".")
    language = page.get("LANG") or languages[""]
    nexts: dict[str, str] = {}
    for area in page:
        if not isinstance(area.tag, str):
            continue
        target = found.margins if area.tag in MARGINS else found.blocks
        _collect_blocks(area, target, found.groups, (), language, nexts)
    found.blocks = _in_reading_order(found, root, nexts)
    return found


def _collect_blocks(
    area: Element,
    target: dict[str, OcrBlock],
    groups: dict[str, list[str]],
    above: tuple[str, ...],
    language: str,
    nexts: dict[str, str],
) -> None:
    # The depth of a tree is bounded by libxml2 (256).
    own = area.get("ID") or ""
    language = area.get("LANG") or area.get("language") or language
    if area.tag == "TextBlock":
        name = own if own and own not in target else f"{own}#{len(target)}"
        target[name] = _parse_block(area, language, next(reversed(target.values()), None))
        for group in above:
            groups.setdefault(group, []).append(name)
        if after := area.get("IDNEXT"):
            nexts[name] = after
        return
    inner = (*above, own) if own else above
    for child in area:
        if isinstance(child.tag, str) and child.tag not in ("Shape", "Illustration", "GraphicalElement"):
            _collect_blocks(child, target, groups, inner, language, nexts)


def _parse_block(element: Element, language: str, before: OcrBlock | None) -> OcrBlock:
    """The block of an element; `before` is the block before it, whose last word may go on here."""
    block = OcrBlock(kind=one_line(element.get("TYPE") or ""), language=language)
    for line in element.iter("TextLine"):
        block.lines.append(_parse_line(line, block, block.lines or (before.lines if before else [])))
        block.language = block.language or line.get("LANG") or ""
    return block


def _parse_line(line: Element, block: OcrBlock, before: list[str]) -> str:
    """The text of a line. `before` are the lines before it: a word that began in the last of them
    is completed there."""
    pieces: list[str] = []
    has_blanks = line.find("SP") is not None
    is_whole = False
    for child in line:
        if child.tag == "String":
            content, whole = child.get("CONTENT") or "", one_line(child.get("SUBS_CONTENT") or "")
            part = (child.get("SUBS_TYPE") or "").lower() if whole else ""
            if (value := confidence(child.get("WC") or "")) is not None:
                block.confidences.append(value)
            is_whole = part == "hyppart1"
            if part == "hyppart2" and before and before[-1].endswith(whole):
                before[-1] = before[-1].removesuffix(whole) + _with_signs(whole, content)
                continue
            if not has_blanks and pieces and content and not _is_one_script_without_blanks(pieces[-1][-1:], content[0]):
                pieces.append(" ")  # not all programs write the blanks
            pieces.append(_first_signs(whole, content) + whole if is_whole else content)
        elif child.tag == "SP":
            pieces.append(" ")
        elif child.tag == "HYP" and pieces and not is_whole:
            sign = child.get("CONTENT") or "-"
            while len(pieces) > 1 and pieces[-1] == " ":
                pieces.pop()
            if not pieces[-1].endswith(_WORD_ENDS):
                pieces[-1] += sign
    return one_line("".join(pieces))


def _is_one_script_without_blanks(before: str, after: str) -> bool:
    """Whether two characters are of Chinese or Japanese, which part no words."""
    return "\u2e80" <= before <= "\u9fff" and "\u2e80" <= after <= "\u9fff"


def _first_signs(whole: str, part: str) -> str:
    """The signs before the first part of a word that the whole word lacks."""
    at = part.find(whole[:1])
    return part[:at] if at > 0 and not any(map(str.isalnum, part[:at])) else ""


def _with_signs(whole: str, part: str) -> str:
    """A whole word with the signs behind its second part that it lacks."""
    at = part.rfind(whole[-1])
    signs = part[at + 1 :] if at >= 0 else ""
    return whole if any(map(str.isalnum, signs)) else whole + signs


def _in_reading_order(page: AltoPage, root: Element, nexts: dict[str, str]) -> dict[str, OcrBlock]:
    """The blocks of a page in the order that ReadingOrder says, else by the chains of IDNEXT."""
    order = [reference.get("REF") or "" for reference in root.iterfind(".//ReadingOrder//ElementRef")]
    names: dict[str, None] = {}
    for name in order:
        for inner in (name,) if name in page.blocks else page.groups.get(name, ()):
            if inner in page.blocks:
                names.setdefault(inner)
    if not names and nexts:
        followers = set(nexts.values())
        for first in page.blocks:
            following = "" if first in followers else first
            while following in page.blocks and following not in names:
                names.setdefault(following)
                following = nexts.get(following, "")
    for name in page.blocks:
        names.setdefault(name)
    return {name: page.blocks[name] for name in names}
