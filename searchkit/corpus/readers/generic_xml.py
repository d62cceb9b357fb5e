"""Reads XML of unknown kinds: records with fields in elements or attributes, and single documents.

The record is found by `xml_outline`. Its elements and attributes become keys and values, which are
read as those of JSON lines: by the usual names of fields, or by the paths of `--map`, as in
`body=text.p`. A record whose text has no usual name has that of its largest element.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import partial
from typing import Any

from searchkit.control_characters import one_line
from searchkit.corpus.formats import format_by_signature, load_reader
from searchkit.corpus.key_sets import FULL_TEXT_KEYS, normal_key
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, KeyedRecord, NoArticle, Record, Unreadable
from searchkit.corpus.readers.news_fields import joined
from searchkit.corpus.readers.scholarly_text import LINES, PARAGRAPHS, ScholarlyText
from searchkit.corpus.readers.xml_outline import FIELD_ELEMENTS, FIELD_NAMES, record_name
from searchkit.corpus.readers.xml_parsing import Element, line_of, parse_xml
from searchkit.corpus.readers.xml_records import Context, RecordStream
from searchkit.corpus.source import ByteStream

MIN_BLANKS = 2
"""Minimum number of blanks in the largest text of a record for which no name says that it is one.
Otherwise maps of web sites and files of settings would be articles."""
MAX_DEPTH = 12
"""Maximum depth of values in a record; what lies deeper is text."""
_INLINE = frozenset(
    (
        *("s", "w", "c", "pc", "mw", "tok", "token", "seg", "span", "a", "b", "i", "em", "strong", "u", "hi", "emph"),
        *("sub", "sup", "br", "lb", "pb", "cb", "note", "choice", "corr", "sic", "persName", "placeName", "ref", "q"),
    )
)
_MARKUP = (PARAGRAPHS | LINES | _INLINE) - {"title", "byline", "dateline", "section", "label", "item"}
"""Elements that mark up a text. An element that holds no other is a text."""
_TITLES = FIELD_NAMES["title"] - {"name"}
_NO_TEXTS = frozenset().union(*(FIELD_NAMES[name] for name in ("title", "date", "authors", "source", "id", "url")))
_LISTS = FIELD_NAMES["topics"] | FIELD_NAMES["authors"]
_OF_ALL = frozenset().union(*(FIELD_NAMES[name] for name in ("source", "date", "language")))
"""Keys that say the same of all records if they stand before them."""
_SIMPLE = re.compile(r"<([A-Za-z_][\w.-]*)(?:\s[^<>]*)?>[^<>]+</\1\s*>")
_NO_FIELDS = ("lang", "space", "schemaLocation", "noNamespaceSchemaLocation", "base")
"""Attributes of XML itself."""


def read_xml(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file. A document of a news standard that is recognised only behind a
    long beginning is read in that format."""
    records = RecordStream(stream, options)
    row = format_by_signature(records.start[: 2**16]) if not options.format else None
    if row is not None and row.takes == "stream" and row.name != "xml":
        yield from load_reader(row)(records.rewound(), options)
        return
    paths = [tuple(normal_key(part) for part in key.split("[")[0].split(".")) for _, key in options.map]
    upper = {path[:end] for path in paths for end in range(1, len(path))}
    name = record_name(records.start, {path[0] for path in paths})
    if not name:
        raise Unreadable("it is no XML: no element begins in it")
    context: Context | None = None
    of_all: dict[str, Any] = {}
    for record in records.split((name,), nests=True):
        if record.fault:
            yield Unreadable(record.fault)
        else:
            if context is None:
                context, of_all = Context.of(records.head), _of_all(records.head)
            yield records.encoded(record, partial(_parse, context, of_all, upper, bool(paths), record.is_only))


def _of_all(head: bytes) -> dict[str, Any]:
    """What the beginning of a document says of all its records: the source, the date, the
    language."""
    text = head[: 2**16].decode("utf-8", "replace")
    root = re.search(r"<[A-Za-z_][^<>]*>", text)
    if root is None:
        return {}
    tag = root[0].rstrip(">").rstrip("/")
    inside = "".join(found[0] for found in _SIMPLE.finditer(text, root.end()))
    name = tag[1:].split()[0]
    try:
        found = _Converter(set()).children(parse_xml(f"{tag}>{inside}</{name}>"), ())
    except Unreadable:
        return {}
    named = next((found[key] for key in found if normal_key(key) in ("name", "title")), None)
    values = {key: value for key, value in found.items() if normal_key(key) in _OF_ALL}
    has_source = any(normal_key(key) in FIELD_NAMES["source"] for key in values)
    return values if has_source or not isinstance(named, str) else {"source": named, **values}


def _parse(
    context: Context,
    of_all: dict[str, Any],
    upper: set[tuple[str, ...]],
    is_mapped: bool,
    is_only: bool,
    text: str,
) -> KeyedRecord:
    root = parse_xml(context.around(text))
    converter = _Converter(upper)
    loose = _take_loose_text(root, frozenset() if is_mapped else _MARKUP)
    own: dict[str, Any] = {}
    if not is_mapped:
        own = _main_text(root, converter)
    values = converter.children(root, ())
    values = {key: value for key, value in values.items() if value not in ("", None)}
    if loose:
        has_text = any(normal_key(key) in FULL_TEXT_KEYS for key in (*own, *values))
        values["#text" if has_text else "text"] = loose
    if "text" in values and "text" in own:
        own["fulltext"] = own.pop("text")
    if not values and not own:
        raise NoArticle(NO_TEXT)
    known = set(map(normal_key, (*own, *values)))
    more = {key: value for key, value in of_all.items() if normal_key(key) not in known}
    return KeyedRecord({**own, **values, **more}, is_whole_file=is_only)


class _Converter:
    """Converts elements to values. `upper` are the beginnings of the paths of `--map`: an element
    there has keys even if it looks like a text. Elements `without` text are left out."""

    def __init__(self, upper: set[tuple[str, ...]]) -> None:
        self._upper = upper
        self.without: set[Element] = set()

    def value(self, element: Element, path: tuple[str, ...]) -> Any:
        """The value of an element: a text, or an object of its attributes and elements."""
        if path not in self._upper and (is_text(element) or len(path) > MAX_DEPTH):
            text = text_of(element)
            attributes = _attributes(element)
            return {"#text": text, **attributes} if attributes and text else text or attributes or None
        found = self.children(element, path)
        if len(found) == 1 and path not in self._upper and _is_list(element):
            return next(iter(found.values()))
        if _has_loose_text(element):
            loose = (element.text, *(child.tail for child in element))
            found.setdefault("#text", one_line(" ".join(filter(None, loose))))
        return found or None

    def children(self, element: Element, path: tuple[str, ...]) -> dict[str, Any]:
        """The attributes and elements of an element, by their names. Those of one name are a
        list."""
        found: dict[str, Any] = dict(_attributes(element))
        several: dict[str, list[Any]] = {}
        for child in element:
            if child in self.without:
                continue
            name = child.get("name") if child.tag in FIELD_ELEMENTS else None
            key = one_line(name) if name else child.tag
            value = self.value(child, (*path, normal_key(key)))
            if value is not None and value != "":
                several.setdefault(key, []).append(value)
        for key, values in several.items():
            if key in found:
                values.insert(0, found[key])
            found[key] = values[0] if len(values) == 1 else values
        if not len(element) and element.text and not element.text.isspace() and not found:
            found["text"] = text_of(element)
        return found


def _take_loose_text(root: Element, markup: frozenset[str]) -> str:
    """Take the text that stands in a record itself, with the elements that mark it up; "" if there
    is none."""
    if not _has_loose_text(root):
        return ""
    taken = deepcopy(root)
    root.text = None
    for child, copy in zip(list(root), list(taken), strict=True):
        child.tail = None
        if child.tag in markup and normal_key(child.tag) not in _NO_TEXTS:
            root.remove(child)
        else:
            copy.clear(keep_tail=True)
            copy.tag = "s"
    return text_of(taken)


def _has_loose_text(element: Element) -> bool:
    return any(text and not text.isspace() for text in (element.text, *(child.tail for child in element)))


def _attributes(element: Element) -> dict[str, str]:
    return {
        name: value
        for name, value in element.attrib.items()
        if value and name not in _NO_FIELDS and not (name == "name" and element.tag in FIELD_ELEMENTS)
    }


def _is_list(element: Element) -> bool:
    """Whether an element holds a list of texts, as in <tags><tag>a</tag><tag>b</tag></tags>."""
    tags = {child.tag for child in element}
    if len(tags) != 1 or any(len(child) or child.attrib for child in element) or tags & {"name", "value"}:
        return False
    is_plural = element.tag.lower().startswith(element[0].tag.lower()[:4])
    return len(element) > 1 or is_plural or normal_key(element.tag) in _LISTS


def is_text(element: Element) -> bool:
    """Whether an element is a text: it holds no other elements than such of a text, or text
    beside elements."""
    if not len(element):
        return True
    if all(child.tag in _MARKUP for child in element):
        return True
    return _has_loose_text(element)


def text_of(element: Element) -> str:
    """The text of an element, with paragraphs. That of one without elements has its own lines."""
    if not len(element):
        return (element.text or "").strip()
    tags = {child.tag for child in element}
    if len(tags) == 1 and not tags <= _MARKUP and not (element.text or "").strip():
        return joined(*map(text_of, element))
    collector = ScholarlyText()
    collector.collect(element)
    return collector.text


def _main_text(root: Element, converter: _Converter) -> dict[str, str]:
    """The title and the text of a record that has no usual names for them: the first element of a
    title, and the largest text. They are left out of the other values."""
    children = {normal_key(child.get("name") or child.tag) for child in root if is_text(child)}
    keys = children | set(map(normal_key, root.attrib))
    found: dict[str, str] = {}
    texts = [] if keys & FIELD_NAMES["body"] else _largest_text(root)
    if texts:
        text = _text_of_all(texts)
        if text.count(" ") < MIN_BLANKS and text.isascii():
            return found  # addresses, numbers and settings, but no text
        found["text"] = text
        converter.without.update(texts)
    for name, names in (("title", _TITLES), ("date", FIELD_NAMES["date"]), ("author", FIELD_NAMES["authors"])):
        if not keys & names:
            element = _first_below(root, names, converter.without)
            if element is not None:
                found[name] = line_of(element)
                converter.without.add(element)
    return found


def _text_of_all(elements: list[Element]) -> str:
    if len(elements) == 1 or elements[0].tag not in _MARKUP:
        return joined(*map(text_of, elements))
    collector = ScholarlyText()
    for element in elements:
        collector.collect_block(element)
    return collector.text


def _first_below(root: Element, names: frozenset[str], without: set[Element]) -> Element | None:
    """The first text of some names in a record. Those in other texts are passed over."""
    for element in root.iter():
        is_named = element is not root and normal_key(element.tag) in names
        if is_named and line_of(element) and without.isdisjoint((element, *element.iterancestors())) and is_text(element):
            return element
    return None


def _largest_text(root: Element) -> list[Element]:
    """The element with the largest text, or the paragraphs beside each other that are it."""
    largest: Element | None = None
    size = 0
    for element in _texts(root, 1):
        length = sum(map(len, element.itertext()))
        if length > size and normal_key(element.tag) not in _NO_TEXTS:
            largest, size = element, length
    if largest is None:
        return []
    while (parent := largest.getparent()) is not root and parent is not None:
        tags = {child.tag for child in parent}
        if not all(is_text(child) and normal_key(child.tag) not in _NO_TEXTS for child in parent):
            break
        if len(tags) > 1 and any(child.tag not in _MARKUP and not len(child) for child in parent):
            break
        largest = parent
    parent = largest.getparent()
    beside = [
        child
        for child in parent
        if child.tag == largest.tag or (child.tag in _MARKUP and normal_key(child.tag) not in _NO_TEXTS)
    ]
    return beside if largest.tag in _MARKUP and is_text(largest) else [largest]


def _texts(element: Element, depth: int) -> Iterator[Element]:
    for child in element:
        if is_text(child) or depth >= MAX_DEPTH:
            yield child
        else:
            yield from _texts(child, depth + 1)
