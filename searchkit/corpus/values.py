"""Reads a text, a date, names or topics out of a value of a record, of whatever JSON type.

`kind` is that of a `Step`: "html" for a value that is HTML, "joined" for a list of the parts of one
paragraph, "" for any other value. A string of such a value is converted from HTML only if it is
clearly HTML. Outside of HTML, character references (`&amp;`) are resolved only in lines and names.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from html.entities import html5
from typing import Any, NamedTuple

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import Byline, parse_byline
from searchkit.corpus.dates import date_of_number, parse_date
from searchkit.corpus.html_text import html_to_text, is_html
from searchkit.corpus.json_paths import TEXT_KEYS, VALUE_KEYS, is_empty
from searchkit.corpus.key_sets import normal_key
from searchkit.corpus.limits import MAX_CACHED_LENGTH

_NUMERIC_REFERENCE = r"#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6})"
_REFERENCE = re.compile(rf"&(?:{_NUMERIC_REFERENCE}|[a-zA-Z][a-zA-Z0-9]{{1,31}});")
_SURE_REFERENCE = re.compile(rf"&(?:{_NUMERIC_REFERENCE}|amp|quot|apos|nbsp);")
"""References that show that all references of a line are to be resolved; `&lt;` alone may be what
the line is about."""
_NAME_PARTS = (("firstname", "middlename", "lastname"), ("given", "family"))


def text_of(
    value: Any, between: str = ", ", convert: Callable[[str], str] = replace_controls, value_keys: Sequence[str] = VALUE_KEYS
) -> str:
    """The text of a value; the texts of a list are joined by `between`.

    `convert` is called with each string. `value_keys` are the keys under which an object has its
    text, the likeliest first.
    """
    if isinstance(value, str):
        return convert(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return between.join(text for text in (text_of(one, between, convert, value_keys) for one in value) if text)
    if isinstance(value, dict):
        for key in value_keys:
            if value.get(key) and not is_empty(text := text_of(value[key], between, convert, value_keys)):
                return text
        return convert(" ".join(value[key] for key in _name_part_keys(value)))
    return "" if value is None else str(value)


def without_text(value: Any, value_keys: Sequence[str] = VALUE_KEYS) -> Any:
    """What is left of a value without its text (see `text_of`); None for nothing."""
    if isinstance(value, list):
        return [left for one in value if not is_empty(left := without_text(one, value_keys))] or None
    if not isinstance(value, dict):
        return None
    used: dict[str, Any] = dict.fromkeys(_name_part_keys(value))
    for key in value_keys:
        if value.get(key) and not is_empty(text_of(value[key], value_keys=value_keys)):
            used = {key: without_text(value[key], value_keys)}
            break
    return {key: one for key, one in (value | used).items() if not is_empty(one)} or None


def without_body(value: Any) -> Any:
    """What is left of a value without the text that `body_of` returns."""
    return without_text(value, TEXT_KEYS)


def identifier_of(value: Any, kind: str = "") -> str:
    """The text of a URL, an id or a language, as one line. Only in HTML are character references
    resolved."""
    return one_line(text_of(value, ", ", _convert_html if kind == "html" else _convert_text))


def line_of(value: Any, kind: str = "") -> str:
    """The text of a title, a source, a section or a topic, as one line. Character references are
    resolved."""
    return one_line(text_of(value, ", ", _convert_html if kind == "html" else _convert_line))


def body_of(value: Any, kind: str = "") -> str:
    """The text of a value, with paragraphs; "" for blanks alone. Only in HTML are character
    references resolved."""
    between = " " if kind == "joined" else "\n\n"
    text = text_of(value, between, _convert_html if kind == "html" else _convert_text, TEXT_KEYS)
    return "" if text.isspace() else text


def _convert_text(text: str, sign: re.Pattern[str] | None = None) -> str:
    """Convert a text from HTML, if it is HTML. If not, resolve its character references if `sign`
    is found in it."""
    text = replace_controls(text)
    if "<" in text and is_html(text):
        return _convert_html(text)
    if sign is not None and "&" in text and sign.search(text):
        return replace_controls(_REFERENCE.sub(_resolve_reference, text))
    return text


def _convert_line(text: str) -> str:
    return _convert_text(text, _SURE_REFERENCE)


def _convert_names(text: str) -> str:
    return _convert_text(text, _REFERENCE)


def _resolve_reference(reference: re.Match[str]) -> str:
    if reference[0][1] != "#":
        return html5.get(reference[0][1:], reference[0])
    return html.unescape(reference[0]) or " "  # a control character must not join two words


def _convert_html(text: str) -> str:
    # A character reference may be a control character.
    return replace_controls(html_to_text(replace_controls(text)))


def _name_part_keys(value: dict[str, Any]) -> list[str]:
    """The keys of the parts of a person's name, in order; none if the object has no such keys."""
    parts = {normal_key(key): key for key, part in value.items() if isinstance(part, str) and part}
    return next(filter(None, ([parts[name] for name in names if name in parts] for names in _NAME_PARTS)), [])


class FoundDate(NamedTuple):
    """A date, the `value` that it was read from, and the values before it in a list that were not
    understood."""

    date: datetime
    value: Any
    unread: list[Any]

    def without_date(self, value: Any) -> Any:
        """What is left of the whole value without the date."""
        if isinstance(value, list):
            return [left for one in value if not is_empty(left := self.without_date(one))] or None
        if isinstance(value, dict):
            left_in = {key: self.without_date(one) if key in VALUE_KEYS else one for key, one in value.items()}
            return {key: one for key, one in left_in.items() if not is_empty(one)} or None
        return None if value == self.value else value


def date_of(value: Any, order: str = "") -> FoundDate | None:
    """The first date in a value, or None; `order` as in `parse_date`."""
    if isinstance(value, dict):
        return next(filter(None, (date_of(value[key], order) for key in VALUE_KEYS if key in value)), None)
    if isinstance(value, list):
        unread: list[Any] = []
        for item in value:
            found = date_of(item, order)
            if found is not None:
                return found._replace(unread=unread + found.unread)
            if not is_empty(item):
                unread.append(item)
        return None
    date = None
    if isinstance(value, str):
        date = parse_date(value, order)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        date = date_of_number(value)
    return None if date is None else FoundDate(date, value, [])


def byline_of(value: Any, kind: str = "") -> Byline | None:
    """The names in a byline or in a list of names; None if there are none."""
    if not isinstance(value, list):
        byline = parse_byline(text_of(value, convert=_convert_names))
        return byline if byline.names else None
    # In a list a comma stands inside a name ("Mammadov, Akbar"), not between two.
    bylines = [_name_of(one if isinstance(one, str) else text_of(one)) for one in value]
    names = dict.fromkeys(name for byline in bylines for name in byline.names)
    return Byline(tuple(names), any(byline.has_more for byline in bylines)) if names else None


@lru_cache(maxsize=4096)  # without it JSON lines with lists of authors take 10 % more time to read
def _name_of(item: str) -> Byline:
    return parse_byline(f"{one_line(_convert_names(item))};")


def topics_of(value: Any, kind: str = "") -> tuple[str, ...]:
    """The topics in a list, or in a text where commas or semicolons separate them."""
    if isinstance(value, str) and len(value) <= MAX_CACHED_LENGTH:
        return _topics_cached(value)
    if not isinstance(value, list):
        return _split_topics(value)
    return tuple(dict.fromkeys(filter(None, map(_topic, value))))


def _split_topics(value: Any) -> tuple[str, ...]:
    names = text_of(value, convert=_convert_line).replace(";", ",").split(",")
    return tuple(dict.fromkeys(filter(None, map(_topic, names))))


@lru_cache(maxsize=4096)  # without it tables take 5 % more time to read
def _topics_cached(text: str) -> tuple[str, ...]:
    return _split_topics(text)


def _topic(value: Any) -> str:
    if isinstance(value, str) and len(value) <= MAX_CACHED_LENGTH:
        return _line_cached(value)
    return line_of(value)


@lru_cache(maxsize=4096)  # without it JSON lines with lists of topics take 7 to 11 % more time to read
def _line_cached(text: str) -> str:
    return line_of(text)
