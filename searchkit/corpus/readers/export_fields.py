"""Fields of articles in exports of news databases: what Nexis, Factiva and Europresse have in
common."""

from __future__ import annotations

import re
from datetime import datetime

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.header_lines import is_month_and_year, looks_like_date
from searchkit.corpus.language_names import language_code
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, RecordWarning

MAX_LINES = 200_000
"""Maximum number of lines of an article, so that it takes little memory."""
TOO_MANY_LINES = f"the article has more than {MAX_LINES:,} lines; is the file damaged?"
MAX_WORDS_OF_DATE = 10
"""Maximum number of words of a date that stands before other words."""
MAX_DATE_LINE = 200
"""Maximum length of a line that may begin with a date, in characters."""

COPYRIGHT = re.compile(r"\s*(?:copyright\b|copr\.|copy(?= \d{4}\b)|©|\(c\) ?(?=\d|copyright))", re.I)
RIGHTS = re.compile(
    r"\s*(?:all rights reserved|alle rechte vorbehalten|tous droits (?:de reproduction )?réservés|alle rechten voorbehouden"
    r"|todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados)",
    re.I,
)
_PAGE = re.compile(
    r"(?:pg|pgs|pages?|pp?|pags?|págs?|páginas?|seiten?|s|blz|pagina'?s?|bl)(?:\.\s*|\s+|\.?(?=\d))(?=\S*\d)(.+)", re.I
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SEASON = re.compile(
    r"(?:early |mid-?|late )?(?:spring|summer|autumn|fall|winter|frühjahr|sommer|herbst|printemps|été|automne|hiver)\b", re.I
)
_KEY = re.compile(r"[^\w]+")


class ExportedArticle:
    """Gathers the fields of one article, whose values are as they are printed.

    `paragraphs` are those of the text. `topics` are the keys of a dictionary, which keeps their
    order and holds each once.
    """

    def __init__(self, date_order: str = "") -> None:
        self.date_order = date_order
        self.id = ""
        self.title = ""
        self.paragraphs: list[str] = []
        self.date: datetime | None = None
        self.bylines: list[str] = []
        self.source = ""
        self.section = ""
        self.topics: dict[str, None] = {}
        self.language = ""
        self.url = ""
        self._extra: dict[str, tuple[str, list[str]]] = {}
        self.warnings: list[RecordWarning] = []

    def add_extra(self, key: str, value: str, between: str = "; ") -> None:
        """Add a value to `extra`; a second one under the same key is appended."""
        value = value.strip()
        if value:
            self._extra.setdefault(key, (between, []))[1].append(value)

    @property
    def extra(self) -> dict[str, str]:
        """What has no field."""
        return {key: between.join(values) for key, (between, values) in self._extra.items()}

    def set_date(self, raw: str) -> None:
        """Set the date of publication; one that is not understood stays as it is printed."""
        raw = one_line(raw)
        if not raw or self.date is not None:
            return
        self.date = parse_date(raw, self.date_order)
        if self.date is None:
            self.add_extra("date", raw)
            self.warnings.append(("dates", raw))

    def add_byline(self, raw: str) -> None:
        """Add a byline."""
        if raw := one_line(raw):
            self.bylines.append(raw)

    def extend_byline(self, raw: str) -> None:
        """Add what stands below a byline and belongs to it, such as a role."""
        if self.bylines:
            self.bylines[-1] = f"{self.bylines[-1]}, {one_line(raw)}"
        else:
            self.add_byline(raw)

    def _read_bylines(self) -> tuple[str, ...]:
        authors: dict[str, None] = {}
        for raw in self.bylines:
            names, has_more = parse_byline(raw)
            authors |= dict.fromkeys(names)
            if has_more or not names:
                self.add_extra("byline", raw)
            if not names:
                self.warnings.append(("bylines", raw))
        return tuple(authors)

    def set_language(self, raw: str) -> None:
        """Set the language; a name that is not known stays as it is printed."""
        raw = one_line(raw)
        self.language = language_code(raw) or raw

    def set_section(self, raw: str) -> None:
        """Set the section and the page of a text that names both: `NEWS; Pg. 6`."""
        parts = [part.strip() for part in one_line(raw).split(";")]
        pages = [found[1] if (found := _PAGE.fullmatch(part)) else "" for part in parts]
        self.section = "; ".join(part for part, page in zip(parts, pages, strict=True) if part and not page)
        for page in filter(None, pages):
            self.add_extra("page", page)

    def draft(self, *, is_whole_file: bool = False) -> Draft:
        """The article. Raises NoArticle if it has neither title nor text."""
        title = replace_controls(one_line(self.title))
        body = replace_controls("\n\n".join(paragraph for paragraph in self.paragraphs if paragraph.strip()))
        if not title and not body:
            raise NoArticle(NO_TEXT)
        authors = self._read_bylines()
        return Draft(
            id=self.id,
            title=title,
            body=body,
            date=self.date,
            authors=authors,
            source=one_line(self.source),
            section=self.section,
            topics=tuple(self.topics),
            language=self.language,
            url=self.url,
            extra={key: replace_controls(value) for key, value in self.extra.items()},
            warnings=tuple(self.warnings),
            is_whole_file=is_whole_file,
        )


def split_date(line: str, order: str = "") -> tuple[str, str]:
    """Split a line into the date at its beginning, as it is printed, and what follows. The date is
    "" if there is none. A month or a season with a year is one too, though not of a day."""
    if len(line) > MAX_DATE_LINE or not any(map(str.isdigit, line)):
        return "", line
    words = line.split()
    for end in range(min(len(words), MAX_WORDS_OF_DATE), 0, -1):
        written = " ".join(words[:end]).strip(" ,;-–")
        if len(written) >= 6 and not written.isdecimal() and parse_date(written, order) is not None:
            return written, " ".join(words[end:]).strip(" ,;-–")
    for end in range(min(len(words), 5), 1, -1):
        written = " ".join(words[:end]).strip(" ,;")
        if _YEAR.search(written) and (
            is_month_and_year(written) or _SEASON.match(written) or (end > 2 and looks_like_date(written))
        ):
            return written, " ".join(words[end:]).strip(" ,;-–")
    return "", line


def key_of(label: str) -> str:
    """The key in `extra` of a label that has none of its own: "Correction-Date" gives
    "correction_date"."""
    return _KEY.sub("_", label.casefold()).strip("_")
