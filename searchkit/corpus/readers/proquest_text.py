"""Reads the text exports of ProQuest: many documents a file, between rules of underscores.

A document has a heading, then values under labels ("Author: ", "Full text: "), in lines with empty
lines between them. The full text goes on to the labels at the end of the document: paragraphs of it
may begin with words that are labels too. Report headers, tables of contents and bibliographies are
no documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record, Unreadable
from searchkit.corpus.readers.line_records import RecordCollector
from searchkit.corpus.readers.proquest_fields import ABSTRACT, DOCUMENT_LINK, FULL_TEXT, LINKS, make_draft, split_label

_RULE = re.compile(r"\s*(_{20,200}|\*{20,200})\s*")
_NUMBER = re.compile(r"\s*(?:Document|Dokument|Documento)\s+\d{1,6}\s+(?:of|von|de|sur|di)\s+\d{1,6}\s*")
_URL = re.compile(r"\s*https?://\S+\s*")
_FRAME = re.compile(
    r"\s*(?:Report Information from ProQuest|Table of contents|Bibliography|Contact us at|Database copyright|Citation style"
    r"|Terms and Conditions|Inhaltsverzeichnis|Tabla de contenido|Table des matières|Indice|Sumário|Bibliografía"
    r"|Bibliographie|Bibliografia|Copyright ©).*",
    re.IGNORECASE,
)
_SURE_LABELS = frozenset(
    {FULL_TEXT, ABSTRACT, "publication title", "publication date", "publication info", "publication year", "document url",
     "proquest document id", "last updated", "database"}
)  # fmt: skip
"""Labels of which each document has some."""
_LONG_VALUES = frozenset({"copyright", "rights", "notes", "publication history", LINKS})
"""Labels at the end of a document whose values may have several lines."""
_MAX_MORE_LINES, _LABELS_ABOVE = 4, 3


def read_proquest_text(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the documents of a file."""
    collector = RecordCollector(lines, options)
    parse = partial(_parse_document, options.date_order)
    rule, has_documents, is_document = "", False, False
    for text in collector:
        found = _RULE.fullmatch(text)
        is_rule = found is not None and (not rule or found[1] == rule)
        is_number = _NUMBER.fullmatch(text) is not None
        if found and not rule:
            rule = found[1]
        if is_rule or (is_number and _first(collector.texts)):
            has_documents |= is_document
            yield from _end(collector, is_document, parse)
            is_document = False
        if not is_rule:
            collector.add(text)
            is_document = is_document or is_number or split_label(text)[0] in _SURE_LABELS
    has_documents |= is_document
    yield from _end(collector, is_document, parse)
    if not has_documents:
        raise Unreadable("no document of ProQuest stands in it; is it another kind of text?")


def _end(collector: RecordCollector, is_document: bool, parse: Callable[[list[str]], Draft]) -> Iterator[Record]:
    first, is_empty = _first(collector.texts), not collector.has_lines
    record = collector.take(parse if is_document else _refuse)
    if is_document or not (is_empty or _FRAME.fullmatch(first) or (not first and callable(record))):
        yield record


def _first(texts: list[str]) -> str:
    return next(filter(str.strip, texts), "")


def _refuse(texts: list[str]) -> Draft:
    raise NoArticle(f'it is no document: "{_first(texts).strip()[:80]}"')


def _parse_document(date_order: str, texts: list[str]) -> Draft:
    labels = [split_label(line)[0] for line in texts]
    text_from, text_to = _extent_of_text(texts, labels)
    followers = _followers(texts, labels)
    heading: list[str] = []
    values: dict[str, list[list[str]]] = {}
    current, label = heading, ""
    for index, line in enumerate(texts):
        name = labels[index]
        if text_from < index < text_to or (label == ABSTRACT and name not in (FULL_TEXT, LINKS) and not followers[index]):
            name = ""
        in_text = label in (FULL_TEXT, ABSTRACT) and not name
        if name:
            label, current = name, [split_label(line)[1]]
            values.setdefault(name, []).append(current)
        elif not in_text and _URL.fullmatch(line):
            if label == LINKS:
                current.append(line.strip())
            else:
                values.setdefault(DOCUMENT_LINK, []).append([line.strip()])
        elif in_text or (line.strip().lower() != DOCUMENT_LINK and (_first(heading) or not _NUMBER.fullmatch(line))):
            current.append(line)
    found = {name: ["\n".join(value).strip("\n") for value in listed] for name, listed in values.items()}
    return make_draft("\n".join(heading), found, date_order)


def _extent_of_text(texts: list[str], labels: list[str]) -> tuple[int, int]:
    """The line in which the full text begins, and the one behind it, where the labels at the end of
    the document begin; both behind the last line if there is no full text.

    Some values at the end have some lines more than that of their label.
    """
    end = len(texts)
    start = labels.index(FULL_TEXT) if FULL_TEXT in labels else end
    index = end - 1
    to, is_sure = end, False
    while index > start:
        if labels[index] or not texts[index].strip() or _URL.fullmatch(texts[index]):
            to = index if labels[index] else to
            is_sure |= labels[index] in _SURE_LABELS
            index -= 1
            continue
        above = _above_lines_of_value(texts, labels, index)
        if above <= start:
            break
        index = above
    if start < end and not is_sure:
        followers = _followers(texts, labels)
        to = next((index for index in range(start + 1, end) if labels[index] and followers[index]), end)
    return start, to


def _above_lines_of_value(texts: list[str], labels: list[str], index: int) -> int:
    """The line with a label above some lines without one, if these are few, its value may have
    several, and other labels stand right above it; else -1."""
    lines = 0
    while index >= 0 and not labels[index]:
        lines += bool(texts[index].strip())
        if lines > _MAX_MORE_LINES:
            return -1
        index -= 1
    if index < 0 or labels[index] not in _LONG_VALUES:
        return -1
    above, count = index, 0
    while above >= 0 and (labels[above] or not texts[above].strip()):
        count += labels[above] != ""
        if count == _LABELS_ABOVE:
            return index
        above -= 1
    return -1


def _followers(texts: list[str], labels: list[str]) -> list[bool]:
    """For each line: whether the next one that is not blank has a label or is a URL, or none
    follows."""
    followers: list[bool] = []
    is_label = True
    for line, label in zip(reversed(texts), reversed(labels), strict=True):
        followers.append(is_label)
        if line.strip():
            is_label = label != "" or _URL.fullmatch(line) is not None
    return followers[::-1]
