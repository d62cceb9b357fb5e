"""Reads the XML of ProQuest, one record a file: that of TDM Studio (`RECORD`), and that of its
historical newspapers (`Record`), which comes zipped.

The texts of TDM Studio are pages of HTML inside the XML, or the text that was recognised in a scan.
All elements that no field takes are in `extra` under their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Record, Unreadable
from searchkit.corpus.readers.reference_fields import FieldCollector, paragraphs, split_list
from searchkit.corpus.readers.xml_parsing import Element, declared_encoding, line_of, outermost, paragraphs_of, parse_xml
from searchkit.corpus.values import line_of as line_of_value

MAX_VALUES = 2_000
"""Maximum number of elements whose text goes to `extra`."""

_TITLES = ("Obj/TitleAtt/Title", "RecordTitle", "Obj/AltTitle/Title")
_TEXTS = ("TextInfo/Text", "TextInfo/FullText", "FullText", "TextInfo/HiddenText", "HiddenText")
_ABSTRACTS = ("Obj/Abstract/Medium/AbsText", "Obj/Abstract/AbsText", "Obj/Abstract", "Abstract")
_DATES = ("Obj/NumericDate", "NumericPubDate", "Obj/AlphaDate", "AlphaPubDate", "Obj/StartDate", "Obj/RawPubDate")
_SOURCES = ("DFS/PubFrosting/Title", "Publication/Title", "PubFrosting/Title", "Obj/SourceTitle")
_SECTIONS = ("Obj/PrintLocation/DocSection", "PrintLocation/DocSection", "Section", "Obj/Section")
_LANGUAGES = ("Obj/Language/RawLang", "Obj/Language/ISO/ISOCode", "LanguageCode", "Language/RawLang", "Obj/Language")
_URLS = ("URLDocView", "Obj/URLDocView", "DocumentURL")
_IDS = ("GOID", "RecordID")
_CONTRIBUTORS = ("Obj/Contributors/Contributor", "Contributor", "Contributors/Contributor")
_NAMES = ("OriginalForm", "NormalizedDisplayForm", "PersonName", "OrganizationName", "CorpAuthor", "ContribDesc")
_TERMS = ("GenSubjValue", "ClassExpansion")
_NOT_AUTHORS = re.compile(r"editor|translator|advis|illustrat|photo|subject|reviewe[de]|committee", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_PARAGRAPHS = ("p", "para", "div", "h1", "h2", "h3", "li", "tr")


def read_proquest_xml(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the record of a file."""
    yield Encoded(data, partial(_parse_record, options.date_order), declared_encoding(data))


def _parse_record(date_order: str, text: str) -> Draft:
    root = parse_xml(text)
    if root.tag not in ("RECORD", "Record"):
        raise Unreadable(f"it is no record of ProQuest: expected <RECORD> or <Record>, found <{root.tag}>")
    used: set[Element] = set()

    def first(paths: tuple[str, ...]) -> str:
        for path in paths:
            for element in root.findall(path):
                used.update(element.iter())
                if value := line_of_value(line_of(element)):
                    return value
        return ""

    title = first(_TITLES)
    body = _first_text(root, _TEXTS, used)
    abstract = _first_text(root, _ABSTRACTS, used)
    fields = FieldCollector()
    authors = _authors(root, used, fields)
    dates = [first((path,)) for path in _DATES]
    date = fields.date(dates, date_order)
    source, section, language, url, own_id = map(first, (_SOURCES, _SECTIONS, _LANGUAGES, _URLS, _IDS))
    topics: list[str] = []
    for element in outermost(root.iter(*_TERMS)):
        used.update(element.iter())
        topics.append(line_of(element))
    for element in root.iter("FlexTerm"):  # names and values of the index
        used.update(element.iter())
        fields.add(line_of(element.find("FlexTermName")).lower() or "term", line_of(element.find("FlexTermValue")))
    _add_rest(root, used, fields)
    return fields.draft(
        title,
        body,
        abstract,
        id=own_id if own_id.isalnum() else "",
        date=date,
        authors=authors,
        source=source,
        section=section,
        topics=split_list(topics),
        language=language,
        url=url,
    )


def _first_text(root: Element, paths: tuple[str, ...], used: set[Element]) -> str:
    """The text of the first of these elements that has one. HTML is markup of the document or, as
    usual, escaped."""
    found = ""
    for path in paths:
        for element in root.findall(path):
            used.update(element.iter())
            if found:
                continue
            if len(element):
                found = paragraphs_of(element, _PARAGRAPHS)
                continue
            text = replace_controls(element.text or "")
            is_html = element.get("HTMLContent", "").lower() == "true" and "<" in text
            found = html_to_text(text) if is_html else paragraphs(text)
    return found


def _authors(root: Element, used: set[Element], fields: FieldCollector) -> tuple[str, ...]:
    """The names of the authors, in the order of their numbers; other contributors go to `extra`."""
    names: list[tuple[int, str]] = []
    for path in _CONTRIBUTORS:
        for element in root.findall(path):
            used.update(element.iter())
            name = _name_of(element)
            role = " ".join(filter(None, (element.get("ContribRole", ""), line_of(element.find(".//ContribRole")))))
            order = element.get("ContribOrder", "")
            if name and _NOT_AUTHORS.search(role):
                fields.add(one_line(role).lower(), name)
            elif name:
                names.append((int(order) if order.isdecimal() and len(order) < 6 else len(names) + 1, name))
    return fields.names([name for _, name in sorted(names, key=lambda one: one[0])])


def _name_of(contributor: Element) -> str:
    last, given = (line_of(contributor.find(f".//{tag}")) for tag in ("LastName", "FirstName"))
    middle = line_of(contributor.find(".//MiddleName"))
    if last and given:
        return f"{last}, {' '.join(filter(None, (given, middle)))}"
    for tag in _NAMES:
        if name := line_of(contributor.find(f".//{tag}")):
            return name
    return last or (line_of(contributor) if not len(contributor) else "")


def _add_rest(root: Element, used: set[Element], fields: FieldCollector) -> None:
    """Add what is left to `extra`: the texts of elements without others in them."""
    left = MAX_VALUES
    for element in root.iter():
        if element in used or len(element) or not isinstance(element.tag, str):
            continue
        value = one_line(replace_controls(element.text or ""))
        if value and left:
            left -= 1
            parent = element.getparent()
            is_name_only = element.tag in ("Title", "Value", "Name", "Code", "Desc") and parent is not None
            tag = f"{parent.tag}{element.tag}" if is_name_only else element.tag
            fields.add(" ".join(_WORD.findall(tag)).lower() or tag.lower(), value)
