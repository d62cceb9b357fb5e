"""The header of a text file as it is read, and the keys of its fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.front_matter import Value, read_names
from searchkit.corpus.header_lines import HeaderLine, split_date_at_start
from searchkit.corpus.key_sets import TRANSLATED_KEYS, normal_key
from searchkit.corpus.reader import Draft, RecordWarning

KEYS = {
    "title": "title headline head",
    "date": "date published publishedon publisheddate datepublished publishdate publicationdate pubdate"
    " created issuedate loaddate originallypublished dateofpublication releasedate posted data",
    "authors": "author authors by byline",
    "source": "source publisher newspaper publication",
    "section": "section category categories desk",
    "topics": "keywords keyword tags tag topics topic subjects subject",
    "language": "language lang",
    "url": "url link permalink",
    "body": "body text content article fulltext",
}
"""The keys of each field, in normal form; TRANSLATED_KEYS has more. They are fewer than those of
records. The text begins behind a key of "body"."""
_FIELDS = {key: name for keys_of in (TRANSLATED_KEYS, KEYS) for name, keys in keys_of.items() for key in keys.split()}
NO_FIELD = frozenset(re.findall(r"\w+", "from to cc dateline location place edition page pages length copyright rights id"))
"""Keys of headers that no field has: their lines are neither a title nor text."""


@dataclass(slots=True)
class Header:
    """The header of a file. `order` is the order of ambiguous dates.

    `extra` has what belongs to no field, the `date` if it was not understood, and the `byline` if
    it says more than the authors' names.
    """

    order: str = ""
    title: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def has_date(self) -> bool:
        """Whether a date was given, understood or not."""
        return self.date is not None or "date" in self.extra

    def draft(self, body: str) -> Draft:
        """The draft of an article with this header. Its warnings say which date and which byline
        were not understood."""
        warnings: list[RecordWarning] = []
        if self.date is None and "date" in self.extra:
            warnings.append(("dates", self.extra["date"]))
        if not self.authors and "byline" in self.extra:
            warnings.append(("bylines", self.extra["byline"]))
        return Draft(
            title=self.title,
            body=body,
            date=self.date,
            authors=self.authors,
            source=self.source,
            section=self.section,
            topics=self.topics,
            language=self.language,
            url=self.url,
            extra=self.extra,
            warnings=tuple(warnings),
        )

    def add_value(self, key: str, value: Value) -> None:
        """Set the field of a key to a value, or add the value to `extra` if the field has one
        already."""
        name = field_of(key)
        text = one_line(value if isinstance(value, str) else ", ".join(value))
        if not text:
            return
        if name == "date" and not self.has_date:
            self.date = parse_date(text, self.order)
            if self.date is None:
                self.date, _ = split_date_at_start(text, self.order)
                self.extra["date"] = text
        elif name == "authors":
            # In a list a comma stands inside a name.
            self._add_byline(text if isinstance(value, str) else "; ".join(value) + ";", text)
        elif name == "topics" and not self.topics:
            topics = re.split("[,;]", value) if isinstance(value, str) else value
            self.topics = tuple(dict.fromkeys(one_line(topic) for topic in topics if topic.strip()))
        elif name in ("title", "source", "section", "language", "url") and not getattr(self, name):
            setattr(self, name, text)
        else:
            self.add_extra(key, value if isinstance(value, str) else text)

    def add_front_matter(self, key: str, value: Value) -> None:
        """Add a value of front matter: of mappings only the names, and to `extra` all of it if
        there is more."""
        if field_of(key) in ("authors", "topics", "source", "section") and (found := read_names(value)) is not None:
            names, has_more = found
            if names:
                self.add_value(key, names)
            if has_more or not names:
                self.add_extra(key, value if isinstance(value, str) else "\n".join(value))
        else:
            self.add_value(key, value)

    def add_line(self, found: HeaderLine) -> bool:
        """Add what a line says; False if it says nothing new.

        Names are added to those of another line that has a date too, or stands above the title.
        """
        has_date = found.date is not None or bool(found.unread_date)
        has_names = bool(found.authors or found.byline)
        if (has_date and self.has_date) or not (has_date or has_names):
            return False
        if not has_date and self.authors and self.title:
            return False
        self.date = found.date or self.date
        if found.unread_date:
            self.extra["date"] = found.unread_date
        self.authors = tuple(dict.fromkeys((*self.authors, *found.authors)))
        if found.byline:
            self.add_extra("byline", found.byline)
        return True

    def _add_byline(self, byline: str, written: str) -> None:
        names, has_more = parse_byline(byline)
        self.authors = tuple(dict.fromkeys((*self.authors, *names)))
        if has_more:
            self.add_extra("byline", written)

    def add_extra(self, key: str, text: str) -> None:
        """Add a text to `extra`, behind a text that is under the same key."""
        self.extra[key] = f"{self.extra[key]}, {text}" if key in self.extra else text


def field_of(key: str) -> str:
    return _FIELDS.get(normal_key(key), "")
