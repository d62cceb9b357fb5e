"""Collects the fields of an article that a news standard describes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import is_role, parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.limits import LONG_TEXT
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, RecordWarning
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost

BETWEEN = "; "
"""Stands between several values of one key in `extra`."""
_NO_NAMES = re.compile(r"special(?:ly)? (?:to|for) ", re.I)


class NewsFields:
    """The `extra` and the warnings of an article, and its fields that may not be understood."""

    def __init__(self, options: ReadOptions) -> None:
        self._order = options.date_order
        self.extra: dict[str, str] = {}
        self._values: dict[str, dict[str, None]] = {}
        """What was added, by key. Joined in the end: otherwise many values would take time
        quadratic in their number."""
        self.warnings: list[RecordWarning] = []

    def add(self, key: str, *values: str | None) -> None:
        """Add values that are not empty to a key of `extra`, each once."""
        for value in values:
            text = one_line(value) if value else ""
            if text:
                self._values.setdefault(key, {})[text] = None

    def date(self, candidates: Iterable[str | None]) -> datetime | None:
        """The first date that is understood. Without one the first text is kept and reported."""
        unread = ""
        for candidate in candidates:
            text = candidate.strip() if candidate else ""
            if text:
                found = parse_date(text, self._order)
                if found is not None:
                    return found
                unread = unread or text
        if unread:
            self.extra["date"] = one_line(unread)
            self.warnings.append(("dates", self.extra["date"]))
        return None

    def authors(self, bylines: Iterable[str]) -> tuple[str, ...]:
        """The names in bylines. Bylines that say more are kept, and those without names are
        reported."""
        names: dict[str, None] = {}
        for byline in bylines:
            text = one_line(byline)
            if not text:
                continue
            if _NO_NAMES.match(text):
                self.add("byline", text)
                continue
            found = parse_byline(text)
            names.update(dict.fromkeys(found.names))
            if found.has_more or not found.names:
                self.add("byline", text)
            if not found.names and not is_role(text):
                self.warnings.append(("bylines", text))
        return tuple(names)

    def draft(
        self,
        title: str,
        body: str,
        *,
        id: str = "",
        date: datetime | None = None,
        authors: tuple[str, ...] = (),
        source: str = "",
        section: str = "",
        topics: Iterable[str] = (),
        language: str = "",
        url: str = "",
        is_only: bool = False,
    ) -> Draft:
        """The article. Raises NoArticle if it has neither a title nor a text."""
        if not title and not body:
            raise NoArticle(NO_TEXT)
        self.extra.update({key: BETWEEN.join(values) for key, values in self._values.items()})
        for key, value in self.extra.items():
            if len(value) >= LONG_TEXT and len(value) >= 2 * len(body) and " " in value:
                self.warnings.append(("unread-text", f'"{key}"'))
                break
        return Draft(
            id=one_line(id),
            title=title,
            body=body,
            date=date,
            authors=authors,
            source=one_line(source),
            section=one_line(section),
            topics=tuple(dict.fromkeys(filter(None, map(one_line, topics)))),
            language=one_line(language),
            url=one_line(url),
            extra=self.extra,
            warnings=tuple(self.warnings),
            is_whole_file=is_only,
        )


def find(element: Element | None, path: str) -> Element | None:
    """The first element at a path, or None."""
    return None if element is None else element.find(path)


def first_children(element: Element | None) -> dict[str, Element]:
    """The first child of each tag. For several look-ups it is much faster than `find`."""
    return {} if element is None else {child.tag: child for child in reversed(element)}


def attribute(element: Element | None, *names: str) -> str:
    """The first attribute of these names that is not blank, or ""."""
    if element is None:
        return ""
    for name in names:
        value: str | None = element.get(name)
        if value and not value.isspace():
            return value
    return ""


def lines_of(element: Element | None, path: str) -> list[str]:
    """The texts of all elements at a path that have one, each as one line. Those in one another are
    one text."""
    return [] if element is None else [text for one in outermost(element.iterfind(path)) if (text := line_of(one))]


def joined(*paragraphs: str) -> str:
    """Texts that are not empty, with an empty line between them."""
    return "\n\n".join(filter(None, paragraphs))
