"""Splits the HTML that ProQuest sends by mail, or saves, into its documents.

A document begins with an anchor (`<a name="DocID_...">`) and a heading; values follow under labels
(`<strong>Author: </strong>`). The full text is a page of its own inside, with any markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from searchkit.control_characters import replace_controls
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, Parsed, Record, Unreadable
from searchkit.corpus.readers.mail import message_text, read_eml
from searchkit.corpus.readers.proquest_fields import ABSTRACT, DOCUMENT_LINK, FULL_TEXT, LINKS, label_name, make_draft

_ANCHOR = re.compile(
    r"""<a\s[^<>]{0,200}?\b(?:name|id)\s*=\s*["']?DocID_([\w.:-]{1,100})["']?[^<>]{0,200}>""", re.IGNORECASE
)
_ANCHOR_BYTES = re.compile(_ANCHOR.pattern.encode(), re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9._-]{2,40})", re.IGNORECASE)
_HEADER = 4096
_LABEL = re.compile(
    r"<(strong|b)\b[^<>]{0,300}>\s*+([^\s<>:][^<>:]{0,48}[^\s<>:])\s*+:(?:\s|&nbsp;)*+</\1\s*+>", re.IGNORECASE
)
_TEXT_END = re.compile(r"</text\s*>", re.IGNORECASE)
_TEXT_TAG = re.compile(r"</?text\b[^<>]*>", re.IGNORECASE)
_TEXT_BEGINNING = re.compile(r"\s*<text\b", re.IGNORECASE)
_VALUE_END = re.compile(r"</(?:p|div|td|tr|li)\s*>", re.IGNORECASE)
_DOCUMENT_LINK = re.compile(
    r"""<a\s[^<>]{0,200}?\bhref\s*=\s*["']([^"'<>]{1,2000})["'][^<>]{0,200}>\s*ProQuest document link\s*</a\s*>""",
    re.IGNORECASE,
)
_HREF = re.compile(r"""<a\s[^<>]{0,300}?\bhref\s*=\s*["']([^"'<>]{1,4000})["']""", re.IGNORECASE)
_FOR_SCREEN_READERS = re.compile(
    r"""<a\s[^<>]{0,4000}?\bclass\s*=\s*["'][^"'<>]*\bsr-only\b[^<>]{0,4000}>[^<>]{0,200}</a\s*>""", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{5,}")
_SURE_LABELS = frozenset({FULL_TEXT, "publication title", "publication date", "publication info", "proquest document id"})


def is_export(html: str) -> bool:
    """Whether a page is an export of ProQuest: it has the anchor of a document, and one of its
    labels behind it."""
    anchor = _ANCHOR.search(html) if "DocID_" in html else None
    if anchor is None:
        return False
    return any(label_name(label[2]) in _SURE_LABELS for label in _LABEL.finditer(html, anchor.end()))


def split_export(html: str, date_order: str = "") -> Iterator[Record]:
    """The documents of a page for which `is_export` is true. Each has an id of its own if the page
    has its number."""
    anchors = list(_ANCHOR.finditer(html))
    for anchor, following in zip(anchors, [*anchors[1:], None], strict=False):
        yield partial(_parse_document, date_order, html[anchor.start() : following.start() if following else len(html)])


def read_proquest_mail(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the documents of a mail; another mail is an article."""
    html = message_text(data).html
    if is_export(html):
        yield from split_export(html, options.date_order)
        return
    for record in read_eml(data, options):
        if isinstance(record, Encoded):
            yield Encoded(record.data, partial(_as_whole_file, record.parse), record.declared)
        else:
            yield partial(_as_whole_file, record) if callable(record) else record


def _as_whole_file(parse: Callable[..., Parsed], *text: str) -> Parsed:
    parsed = parse(*text)
    if isinstance(parsed, Draft):
        parsed.is_whole_file = True
    return parsed


def read_proquest_html(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the documents of a page that was saved."""
    starts = [anchor.start() for anchor in _ANCHOR_BYTES.finditer(data)]
    if not starts:
        raise Unreadable("no document of ProQuest stands in it; is it another kind of page?")
    declared = _CHARSET.search(data[:_HEADER])
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        yield Encoded(
            data[start:end], partial(_parse_document, options.date_order), declared[1].decode() if declared else ""
        )


def _parse_document(date_order: str, html: str) -> Draft:
    """The article of a piece of HTML that begins with its anchor."""
    anchor = _ANCHOR.match(html)
    html = replace_controls(html[anchor.end() if anchor else 0 :])
    links = _DOCUMENT_LINK.findall(html)
    html = _FOR_SCREEN_READERS.sub("", _DOCUMENT_LINK.sub("", html))
    values: dict[str, list[str]] = {}
    if links:
        values[DOCUMENT_LINK] = [html_to_text(links[0])]
    labels = list(_labels(html))
    heading = html_to_text(html[: labels[0][1]] if labels else html[: _end_of_value(html, 0, len(html))])
    for (name, _, start), following in zip(labels, [*labels[1:], None], strict=False):
        end = following[1] if following else len(html)
        if name not in (FULL_TEXT, ABSTRACT):
            end = _end_of_value(html, start, end)
        elif not following:
            end = _end_of_last_text(html, start)
        value = html[start:end]
        text = html_to_text(_TEXT_TAG.sub("", value))
        if name == LINKS:
            text = "\n".join(dict.fromkeys(html_to_text(address) for address in _HREF.findall(value))) or text
        values.setdefault(name, []).append(text)
    number = _NUMBER.search(anchor[1]) if anchor else None
    return make_draft(heading, values, date_order, number[0] if number else "")


def _labels(html: str) -> Iterator[tuple[str, int, int]]:
    """The known labels of a document outside of its full text: name, beginning and end."""
    at, has_ends = 0, True
    while label := _LABEL.search(html, at):
        at = label.end()
        name = label_name(label[2])
        if not name:
            continue
        yield name, label.start(), label.end()
        if name == FULL_TEXT and has_ends and _TEXT_BEGINNING.match(html, at):
            end = _TEXT_END.search(html, at)
            at, has_ends = (end.end(), True) if end else (at, False)


def _end_of_value(html: str, start: int, limit: int) -> int:
    end = _VALUE_END.search(html, start, limit)
    return end.start() if end else limit


def _end_of_last_text(html: str, start: int) -> int:
    """The end of a text that no label follows: that of its element, or of the block around it."""
    end = _TEXT_END.search(html, start) if _TEXT_BEGINNING.match(html, start) else None
    if end is not None:
        return end.start()
    block = html.find("</div", start)
    return block if block >= 0 else len(html)
