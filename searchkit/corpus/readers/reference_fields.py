"""Makes articles of bibliographic references, which RIS, BibTeX, and other exports of databases and
reference managers hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.html_text import html_to_text, is_html
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, RecordWarning
from searchkit.corpus.values import line_of

YEAR = re.compile(r"(?:ca?\.?\s*)?\d{4}")
"""A year alone."""
_SLASHED = re.compile(r"(\d{4})/(\d{0,2})/(\d{0,2})(?:/(.*))?")
_LIST_SIGN = re.compile(r"\s*[;\n]\s*")
_COMMA = re.compile(r"\s*[,;\n]\s*")
_NONE = frozenset({"anonymous", "[anonymous]", "anon", "anon.", "unknown", "n/a", "none", "no author"})
_FEW_WORDS = 4
"""Maximum number of words of a keyword: what is longer between commas is a phrase with a comma."""


class FieldCollector:
    """Collects the fields of an article that need parsing: what is not understood goes to `extra`
    and `warnings`."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, None]] = {}
        self.warnings: list[RecordWarning] = []

    @property
    def extra(self) -> dict[str, str]:
        """What `Draft.extra` gets: the values of each key, in a line each."""
        return {key: "\n".join(values) for key, values in self._values.items()}

    def add(self, key: str, *values: str) -> None:
        """Add values to `extra`; a value that is there already is not repeated."""
        for value in map(str.strip, values):
            if value:
                self._values.setdefault(key, {})[value] = None

    def has(self, key: str, value: str) -> bool:
        """Whether `extra` has a value."""
        return value in self._values.get(key, ())

    def names(self, bylines: Sequence[str]) -> tuple[str, ...]:
        """The names of authors, given one by one or several in a byline."""
        found: list[str] = []
        has_more = False
        lines = [line for line in map(one_line, bylines) if line]
        for line in lines:
            if line.strip(" .").lower() in _NONE:
                continue
            byline = parse_byline(line)
            found += byline.names
            has_more |= byline.has_more
            if not byline.names:
                self.warnings.append(("bylines", line))
        if has_more:
            self.add("byline", "; ".join(lines))
        return tuple(dict.fromkeys(found))

    def date(self, values: Iterable[str], order: str = "") -> datetime | None:
        """The first of the values that is a day. A year alone is no day, and no failure either."""
        unread = ""
        for value in map(one_line, values):
            if not value:
                continue
            found = parse_day(value, order)
            if found is not None:
                return found
            if YEAR.fullmatch(value.strip("/ ")):
                self.add("year", value.strip("/ "))
            else:
                unread = unread or value
        if unread:
            self.add("date", unread)
            self.warnings.append(("dates", unread))
        return None

    def draft(
        self,
        title: str,
        body: str,
        abstract: str = "",
        *,
        id: str = "",
        date: datetime | None = None,
        authors: tuple[str, ...] = (),
        source: str = "",
        section: str = "",
        topics: tuple[str, ...] = (),
        language: str = "",
        url: str = "",
    ) -> Draft:
        """The article. An abstract is the body if there is no other, else it goes to `extra`.
        Raises NoArticle if there is neither a title nor a text."""
        if not (title or body or abstract):
            raise NoArticle(NO_TEXT)
        if body:
            self.add("abstract", abstract)
        return Draft(
            id=id,
            title=title,
            body=body or abstract,
            date=date,
            authors=authors,
            source=source,
            section=section,
            topics=topics,
            language=language,
            url=url,
            extra=self.extra,
            warnings=tuple(self.warnings),
        )


def parse_day(text: str, order: str = "") -> datetime | None:
    """Parse a date as references have it: "2020/04/26/Morning" besides all that `parse_date`
    reads."""
    slashed = _SLASHED.fullmatch(text)
    if slashed is None:
        return parse_date(text, order)
    year, month, day, behind = slashed.groups()
    if not (month and day):
        return None
    at = f" {behind}" if behind and ":" in behind else ""
    return parse_date(f"{year}-{int(month):02}-{int(day):02}{at}", order)


def split_list(values: Iterable[str], *, at_commas: bool = False) -> tuple[str, ...]:
    """The terms of lists, each once. Semicolons and line ends part them; commas only if `at_commas`
    and all terms are short."""
    found: list[str] = []
    for value in values:
        terms = _LIST_SIGN.split(value)
        if at_commas and len(terms) == 1:
            by_comma = _COMMA.split(value)
            terms = by_comma if all(len(term.split()) <= _FEW_WORDS for term in by_comma) else terms
        found += (line_of(term) for term in terms)
    return tuple(dict.fromkeys(term for term in found if term.strip(" .")))


def paragraphs(text: str) -> str:
    """A text of several lines as a body: converted if it is clearly HTML, without blanks around it.

    If it has no empty line but lines too long to be wrapped, each line is a paragraph.
    """
    if "<" in text and is_html(text):
        text = html_to_text(text)
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    if "\n\n" not in text and any(len(line) > _LONGEST_WRAPPED for line in text.split("\n")):
        text = text.replace("\n", "\n\n")
    return text if text.strip() else ""


_LONGEST_WRAPPED = 100
"""Maximum length in characters of a line that was wrapped."""
