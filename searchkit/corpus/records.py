"""A record under the usual names of its fields, as databases export them, as an article."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from searchkit.control_characters import clean_text
from searchkit.corpus.bylines import parse_names
from searchkit.corpus.dates import date_of_number, parse_date
from searchkit.corpus.limits import LONGEST_KEPT
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.registry import Source
from searchkit.model import Article

NAMES = {
    "id": "id _id uid guid uuid article_id articleid doc_id docid",
    "title": "title headline head heading name",
    "body": "body text content article full_text fulltext article_text articlebody maintext main_text description",
    "date": "date published publish_date published_at publication_date pub_date pubdate datepublished datetime"
    " date_publish timestamp created created_at",
    "authors": "authors author byline by creator writers",
    "source": "source publisher newspaper outlet publication domain",
    "section": "section category desk rubric",
    "topics": "topics topic tags keywords subjects subject",
    "language": "language lang",
    "url": "url link uri canonical_url",
}
"""The usual names of each field of an article, compared without case; the first with a value is taken."""
PLANS_KEPT = 1024
"""How many different sets of keys are remembered; an export has a few."""
LARGEST_KEPT = 32_768
"""Characters of a set of keys that is remembered, each counted 64 longer than it is."""
MOST_FIELDS = 10_000
"""Keys of a record."""

Steps = tuple[tuple[str, tuple[str, ...]], ...]
"""Where a record may have the value of a field, the likeliest first: a key, or "" and the keys that lead to it."""
Plan = tuple[tuple[Steps, ...], tuple[tuple[str, str], ...], tuple[str, ...]]
"""Steps for each field as NAMES has them; the keys that may be left over, with their clean names; and, where each field
has one key at most, these keys ("": none)."""
Made = TypeVar("Made")


class Records:
    """Makes the records of a file articles. What their keys mean is worked out once for all that have the same."""

    def __init__(self, options: ReadOptions) -> None:
        mapped: dict[str, list[str]] = {}
        for name, key in options.map:
            mapped.setdefault(name, []).append(key)
        taken = {key.lower() for keys in mapped.values() for key in keys}
        # A key that is mapped to one field no longer serves another one.
        usual = {name: [key for key in keys.split() if key not in taken] for name, keys in NAMES.items()}
        self._names = usual | mapped
        self._plans: dict[tuple[str, ...], Plan] = {}

    def article(
        self, record: dict[str, Any], source: Source, number: int, encoding: tuple[str, float], is_clean: bool
    ) -> Article | None:
        """The article of a record, or None for one with neither title nor text.

        `is_clean` says that no text in the record needs to be cleaned, `encoding` what it was decoded from, and how
        sure that is.
        """
        keys = tuple(record)
        plan = self._plans.get(keys)
        if plan is None:
            plan = self._plan(keys)
        (ids, titles, bodies, dates, authors, sources, sections, topics, languages, urls), rest, plain = plan
        if is_clean and plain:
            found = _plain_article(record, plain, rest, source, number, encoding)
            if found is not None:
                return found
        text, body_text = (_as_it_is, _body_as_it_is) if is_clean else (_text, _body)
        used: set[str] = set()
        title = _line(record, titles, used, text)
        body = _first(record, bodies, used, body_text) or ""
        if not title and not body:
            return None
        date = _first(record, dates, used, _date)
        extra: dict[str, str] = {}
        article = Article(
            source.id_of(number, _line(record, ids, used, text)),
            title,
            body.strip("\n"),
            date,
            _first(record, authors, used, _names) or (),
            _line(record, sources, used, text),
            _line(record, sections, used, text) if sections else "",
            _first(record, topics, used, _topics) or (),
            _line(record, languages, used, text) if languages else "",
            _line(record, urls, used, text) if urls else "",
            source.path,
            *encoding,
            extra,
        )
        # What no field took, and a date that could not be read.
        for key, name in rest:
            if key not in used and isinstance(value := record[key], (str, int, float)) and value != "":
                extra[name] = text(value)
        if date is None and dates and (raw_date := _first(record, dates, used, _text)):
            extra["date"] = raw_date
        return article

    def _plan(self, keys: tuple[str, ...]) -> Plan:
        """What the keys of a record mean: which of them serve each field, and which none."""
        present = set(keys)
        lower = {key.lower(): key for key in reversed(keys)}
        fields: list[Steps] = []
        for name in NAMES:
            steps: list[tuple[str, tuple[str, ...]]] = []
            for key in self._names[name]:
                actual = key if key in present else lower.get(key.lower(), "")
                path = tuple(key.split("."))
                if actual:
                    steps.append((actual, ()))
                elif len(path) > 1 and path[0] in present:
                    steps.append(("", path))
            fields.append(tuple(steps))
        # The first step of a field is always gone: what it leaves over is empty.
        gone = {steps[0][0] for steps in fields if steps and steps[0][0]}
        plain: tuple[str, ...] = ()
        if all(len(steps) <= 1 and not (steps and steps[0][1]) for steps in fields):
            plain = tuple(steps[0][0] if steps else "" for steps in fields)
        plan = tuple(fields), tuple((key, clean_text(key)) for key in keys if key not in gone), plain
        if sum(map(len, keys)) + 64 * len(keys) <= LARGEST_KEPT:
            if len(self._plans) >= PLANS_KEPT:
                self._plans.clear()
            self._plans[keys] = plan
        return plan


def _plain_article(
    record: dict[str, Any],
    keys: tuple[str, ...],
    rest: tuple[tuple[str, str], ...],
    source: Source,
    number: int,
    encoding: tuple[str, float],
) -> Article | None:
    """The article of a record that is as nearly all are: clean, and each field a text (names and topics also a list).

    None for any other. Slow twin: `Records.article`.
    """
    values = [record[key] if key else None for key in keys]
    own, title, body, raw_date, authors, origin, section, topics, language, url = values
    for value in (own, title, body, raw_date, origin, section, language, url):
        if value is not None and type(value) is not str:
            return None
    for value in (authors, topics):
        if value is not None and type(value) is not str and type(value) is not list:
            return None
    title = " ".join(title.split()) if title else ""
    if not body or body.isspace():
        body = ""
    if not title and not body:
        return None
    date = _date(raw_date) if raw_date else None
    if date is None and raw_date:
        return None
    extra: dict[str, str] = {}
    for key, name in rest:
        if isinstance(value := record[key], (str, int, float)) and value != "":
            extra[name] = _as_it_is(value)
    return Article(
        source.id_of(number, " ".join(own.split()) if own else ""),
        title,
        body.strip("\n"),
        date,
        (parse_names(authors) if type(authors) is str else _names(authors)) if authors else (),
        " ".join(origin.split()) if origin else "",
        " ".join(section.split()) if section else "",
        _topics(topics) if topics else (),
        " ".join(language.split()) if language else "",
        " ".join(url.split()) if url else "",
        source.path,
        *encoding,
        extra,
    )


def _first(record: dict[str, Any], steps: Steps, used: set[str], make: Callable[[Any], Made]) -> Made | None:
    """What is made of the first value that anything can be made of. Keys of values that were tried become `used`."""
    for key, path in steps:
        value = record[key] if key else _nested(record, path)
        if value or isinstance(value, (int, float)):  # not null, and not empty
            used.add(key)
            made = make(value)
            if made:
                return made
    return None


def _line(record: dict[str, Any], steps: Steps, used: set[str], text: Callable[[Any], str]) -> str:
    found = _first(record, steps, used, text)
    return " ".join(found.split()) if found else ""


def _nested(record: Any, path: tuple[str, ...]) -> Any:
    """The value that some keys lead to through objects ("meta.author"), or None."""
    for part in path:
        record = record.get(part) if isinstance(record, dict) else None
    return record


def _as_it_is(value: Any) -> str:
    """The text of a value that needs not be cleaned."""
    return value if isinstance(value, str) else _text(value)


def _body(value: Any) -> str:
    """The text of a value, "" for blanks alone."""
    text = _text(value, "\n\n")
    return "" if text.isspace() else text


def _body_as_it_is(value: Any) -> str:
    if isinstance(value, str):
        return "" if value.isspace() else value
    return _body(value)


def _text(value: Any, between: str = ", ") -> str:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return between.join(text for text in (_text(one, between) for one in value) if text)
    if isinstance(value, dict):
        return _text(value.get("name") or value.get("text") or value.get("value") or "", between)
    return "" if value is None else str(value)


def _date(value: Any) -> datetime | None:
    if isinstance(value, str):
        return parse_date(value)
    return date_of_number(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _names(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return parse_names(_text(value))
    # In a list a comma stands inside a name ("Mammadov, Akbar"), not between two.
    return tuple(dict.fromkeys(filter(None, map(_one_line, value))))


def _topics(value: Any) -> tuple[str, ...]:
    topics = value if isinstance(value, list) else _text(value).replace(";", ",").split(",")
    return tuple(dict.fromkeys(filter(None, map(_one_line, topics))))


def _one_line(value: Any) -> str:
    if isinstance(value, str) and len(value) <= LONGEST_KEPT:
        return _known_line(value)
    return " ".join(_text(value).split())


@lru_cache(maxsize=4096)
def _known_line(text: str) -> str:
    return " ".join(clean_text(text).split())
