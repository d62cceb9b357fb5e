"""Reads BibTeX and BibLaTeX: bibliographic references with abstracts.

Own code, as the libraries are poor at exports of databases: bibtexparser (1.4 and 2.1) and pybtex
(0.26) take a whole file into memory, the first of them drops entries with a fault, the last stops
at the first fault, and a library more (pylatexenc, latexcodec) would be needed for LaTeX's accents.

An entry ends where its braces are balanced, or where the next one begins at the start of a line: a
brace that is missing costs one entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Record, Unreadable
from searchkit.corpus.readers.latex_text import latex_to_text, link_addresses, unescape_address
from searchkit.corpus.readers.line_records import RecordCollector
from searchkit.corpus.readers.reference_fields import FieldCollector, paragraphs, parse_day, split_list
from searchkit.corpus.values import line_of

MAX_MACROS = 10_000
"""Maximum number of abbreviations (`@string`) of a file that are kept."""
MAX_MACRO_LENGTH = 2_000
"""Maximum length in characters of what an abbreviation stands for."""
MAX_VALUE_LENGTH = 4_000_000
"""Maximum length in characters of a value that is put together of abbreviations."""

_START = re.compile(r"\s*@\s*([A-Za-z][\w+-]*)\s*(?:[{(]|$)")
_START_WITH_KEY = re.compile(r"\s*@\s*[A-Za-z][\w+-]*\s*[{(]\s*(?:[^\s,{}=\"#]*\s*,|[^\s,{}=\"#]+\s*=)")
_NEXT_ON_LINE = re.compile(r"(?<=\})\s*(?=@[A-Za-z]+\s*\{[^\s,{}=]*,)")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_QUOTE = re.compile(r"\\[^\"]|[{}\"]", re.DOTALL)
_ENTRY = re.compile(r"\s*@\s*([A-Za-z][\w+-]*)\s*[{(]\s*")
_KEY = re.compile(r"([^,={}\"\n]{0,300}?)\s*,|([^,={}\"\s]*)")
_END = re.compile(r"[\s,]*[})]")
_NAME = re.compile(r"[\s,]*([^\s=,{}\"#%()]+(?:[ \t]{1,3}[^\s=,{}\"#%()]+){0,2})\s*=\s*")
_BARE = re.compile(r"[^\s,#{}\"()]+")
_CONCATENATION = re.compile(r"\s*#\s*")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_PROTECTED = re.compile(r"\{[^{}]*\}")
_YEAR_FIELD = re.compile(r"\s*(\d{4})")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
MACROS = {name[:3].lower(): name for name in _MONTHS} | {name.lower(): name for name in _MONTHS} | {"sept": "September"}

_FIELD_LINE = re.compile(r"\s*,?\s*[A-Za-z][\w-]*\s*=\s*[{\"]")
_WITH_BRACE = re.compile(r"\s*@\s*[A-Za-z][\w+-]*\s*(?:\{|$)")
_RANGE = re.compile(r"\d{4}(?:-\d\d){0,2}/")
_SPACED = {"key words": "keywords", "author keywords": "keywords", "author_keywords": "keywords"}
_NO_ENTRIES = frozenset({"comment", "preamble"})
_TEXTS = ("fulltext", "full_text", "full-text", "text", "body", "abstract", "abstractnote", "description")
_SOURCES = ("journal", "journaltitle", "newspaper", "magazine", "publication", "publicationtitle", "booktitle", "maintitle",
            "journalsubtitle", "shortjournal", "organization", "publisher")  # fmt: skip
_ADDRESSES = frozenset({"url", "doi", "file", "link", "eprint", "bdsk-url-1", "bdsk-url-2", "pdf"})
_EXTRA = {"month": "month", "urldate": "access date", "abstract": "abstract"}
_HTTP = re.compile(r"https?://\S+")


def read_bibtex(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the entries of a file; what stands between them is no part of it."""
    reader = _EntryReader(lines, options)
    yield from reader.records()
    if not reader.has_entries:
        raise Unreadable("no entry such as @article{...} stands in it; is it a BibTeX file?")


class _EntryReader:
    """Splits a file into entries."""

    def __init__(self, lines: Lines, options: ReadOptions) -> None:
        self._collector = RecordCollector(lines, options)
        self._macros = MACROS
        self._date_order = options.date_order
        self.has_entries = False

    def records(self) -> Iterator[Record]:
        kind, depth, is_open, is_reported = "", 0, False, False
        for line in self._collector:
            for part in _NEXT_ON_LINE.split(line) if "}" in line and "@" in line else (line,):
                start = _START.match(part) if "@" in part else None
                if start and (depth <= 0 or _START_WITH_KEY.match(part)):
                    if kind:
                        yield from self._end(kind)
                    kind, depth, is_open, is_reported = start[1].lower(), 0, False, False
                    self.has_entries = True
                if kind:
                    self._collector.add(part)
                    depth += _depth(part)
                    is_open |= depth > 0 or "{" in part
                    if is_open and depth <= 0 and self._collector.texts and _WITH_BRACE.match(self._collector.texts[0]):
                        yield from self._end(kind)
                        kind, depth = "", 0
                elif self.has_entries and not is_reported and _FIELD_LINE.match(part):
                    is_reported = True
                    yield Unreadable("a field stands behind the end of its entry; is there a brace too many before it?")
        if kind:
            yield from self._end(kind)

    def _end(self, kind: str) -> Iterator[Record]:
        """The record of the entry that has ended; abbreviations are remembered instead."""
        texts = self._collector.texts
        record = self._collector.take(partial(_parse_entry, self._macros, self._date_order))
        if kind == "string":
            try:
                self._add_macros("\n".join(texts))
            except Unreadable as error:
                yield error
        elif kind not in _NO_ENTRIES:
            yield record

    def _add_macros(self, text: str) -> None:
        start = _ENTRY.match(text)
        for name, value in _fields(text, start.end(), self._macros) if start else ():
            if len(self._macros) < MAX_MACROS and len(value) <= MAX_MACRO_LENGTH:
                self._macros = {**self._macros, name: value}


def _depth(text: str) -> int:
    """By how much a line changes the depth of braces; those behind a backslash do not count."""
    if "\\" not in text:
        return text.count("{") - text.count("}")
    return sum({"{": 1, "}": -1}.get(found[0], 0) for found in _BRACE.finditer(text))


def _parse_entry(macros: dict[str, str], date_order: str, texts: list[str]) -> Draft:
    text = "\n".join(texts)
    start = _ENTRY.match(text)
    if start is None:
        raise Unreadable("the entry has no fields; is the file cut off?")
    at, key = start.end(), ""
    if not _NAME.match(text, at) and (found := _KEY.match(text, at)):
        at, key = found.end(), found[1] or found[2] or ""
    values: dict[str, list[str]] = {}
    for name, value in _fields(text, at, macros):
        if value.strip():
            values.setdefault(name, []).append(value)
    return _draft(start[1].lower(), key, values, date_order)


def _fields(text: str, at: int, macros: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The names of the fields from a position of an entry on, in small letters, and their raw
    values. Raises Unreadable for a value or an entry without its end."""
    while name := _NAME.match(text, at):
        pieces: list[str] = []
        at, length = name.end(), 0
        while True:
            sign = text[at : at + 1]
            if sign in ("{", '"'):
                end = _end_of(text, at, sign)
                if end < 0:
                    raise Unreadable(f'the value of "{name[1][:50]}" has no end; is a brace missing, or the file cut off?')
                pieces.append(text[at + 1 : end])
                at = end + 1
            elif bare := _BARE.match(text, at):
                pieces.append(macros.get(bare[0].lower(), bare[0]))
                at = bare.end()
            length += len(pieces[-1]) if pieces else 0
            if length > MAX_VALUE_LENGTH + len(text):
                raise Unreadable(f'the value of "{name[1][:50]}" is put together of too many abbreviations')
            following = _CONCATENATION.match(text, at)
            if following is None:
                break
            at = following.end()
        yield _SPACED.get(name[1].lower(), name[1].lower()), "".join(pieces)
    if not _END.match(text, at):
        rest = " ".join(text[at : at + 200].split())[:50]
        if rest:
            raise Unreadable(f'the entry cannot be read from "{rest}" on; is a comma or a brace missing before it?')
        raise Unreadable("the entry has no end; is a brace missing, or the file cut off?")


def _end_of(text: str, at: int, sign: str) -> int:
    """Where the value ends that begins with a brace or a quotation mark, or -1."""
    depth = 0
    for found in (_BRACE if sign == "{" else _QUOTE).finditer(text, at + (sign == '"')):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
            if depth == 0 and sign == "{":
                return found.start()
        elif found[0] == '"' and depth <= 0:
            return found.start()
    return -1


def _draft(kind: str, key: str, values: dict[str, list[str]], date_order: str) -> Draft:
    fields = FieldCollector()

    def first_of(*names: str) -> str:
        """The first value of the first of these fields, which is taken away."""
        for name in names:
            if values.get(name):
                return values[name].pop(0)
        return ""

    links = [address for listed in values.values() for value in listed for address in link_addresses(value)]
    title = line_of(latex_to_text(first_of("title", "titel", "headline")).replace("\n", " "))
    body = paragraphs(latex_to_text(first_of(*_TEXTS)))
    authors = _names(first_of("author", "authors", "byline"), fields)
    date = _date(values, fields, date_order)
    source = line_of(latex_to_text(first_of(*_SOURCES)))
    url = _address(first_of("url", "link", "bdsk-url-1")) or _url_of_note(values)
    section = latex_to_text(first_of("section"))
    topics = split_list(map(latex_to_text, values.pop("keywords", []) + values.pop("keyword", [])), at_commas=True)
    language = latex_to_text(first_of("language", "langid"))
    fields.add("type", kind)
    fields.add("key", key)
    fields.add("links", *(address for address in links if address != url))
    for name, found in values.items():
        for value in found:
            text = _address(value) if name in _ADDRESSES else latex_to_text(value)
            fields.add(_EXTRA.get(name, name), text)
    return fields.draft(
        title,
        body,
        date=date,
        authors=authors,
        source=source,
        section=section,
        topics=topics,
        language=language,
        url=url,
    )


def _names(raw: str, fields: FieldCollector) -> tuple[str, ...]:
    """The names of a list; one in braces ("{Ministry of Trade and Ports}") stays whole."""
    protected = _PROTECTED.sub(lambda found: found[0].replace(" ", "\0"), raw)
    parts = [part.replace("\0", " ").strip() for part in _AND.split(" ".join(protected.split()))]
    names: list[str] = []
    has_others = False
    for part in filter(None, parts):
        if part.lower() == "others" or not part.strip(" .…"):
            has_others = True
        elif part[0] == "{" and _PROTECTED.fullmatch(part):
            names.append(latex_to_text(part))
        else:
            name = latex_to_text(part)
            found = fields.names([name])
            names += found if len(found) == 1 or ";" in name or not found else [name]
    if has_others:
        fields.add("byline", latex_to_text(raw))
    return tuple(dict.fromkeys(names))


def _date(values: dict[str, list[str]], fields: FieldCollector, order: str) -> datetime | None:
    """The date of `date`, or else of `year`, `month` and `day`. A year and a month alone are kept
    in `extra`."""
    given = [latex_to_text(value) for value in values.pop("date", [])]
    date = fields.date((value.partition("/")[0] if _RANGE.match(value) else value for value in given), order)
    for value in given:
        if parse_day(value, order) != date:
            fields.add("date", value)
    parts = [latex_to_text(next(iter(values.get(name, [])), "")).replace("\u00a0", " ") for name in ("year", "month", "day")]
    year, month, day = (part.strip(" .,") for part in parts)
    if date is None and _YEAR_FIELD.match(year) and month:
        if month.isdigit() and day.isdigit():
            date = parse_day(f"{year[:4]}/{month}/{day}")
        else:
            date = next(filter(None, (parse_day(f"{one} {year}", order) for one in (f"{day} {month}".strip(), month))), None)
    if date is None and len(year) > len("2020"):
        date = parse_day(year, order)
    if date is not None:
        for name in ("year", "month", "day"):
            values.pop(name, None)
    return date


def _address(raw: str) -> str:
    return unescape_address(raw) if raw else ""


def _url_of_note(values: dict[str, list[str]]) -> str:
    """A URL that stands in the field of a note, as older styles have it."""
    for name in ("howpublished", "note"):
        for value in values.get(name, []):
            address = _address(value)
            if _HTTP.fullmatch(address):
                values[name].remove(value)
                return address
    return ""
