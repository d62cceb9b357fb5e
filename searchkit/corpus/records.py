"""Converts records of keys and values, as databases and programs export them, to articles."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

import orjson

from searchkit.cache import Cache
from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.bylines import is_role, parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.json_paths import (
    TEXT_KEYS,
    VALUE_KEYS,
    Consumed,
    Removal,
    Step,
    find_steps,
    is_empty,
    longest_text,
    value_at,
    without_all,
    without_consumed,
)
from searchkit.corpus.key_sets import FIELD_KEYS, FULL_TEXT_KEYS, KeySet, find_key_set, normal_key
from searchkit.corpus.limits import LONG_TEXT
from searchkit.corpus.source import Source
from searchkit.corpus.values import (
    body_of,
    byline_of,
    date_of,
    identifier_of,
    line_of,
    text_of,
    topics_of,
    without_body,
    without_text,
)
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning

MAX_PLANS = 1024
"""Maximum number of plans that are cached. An export has a few sets of keys; without the cache
reading takes 7 times as long."""
MAX_CACHED_SIZE = 32_768
"""Maximum size of a set of keys that is cached: their length in characters, and 64 for each key."""
MAX_FIELDS = 10_000
"""Maximum number of keys of a record."""
ENVELOPE = frozenset({"_index", "_source"})
"""Keys of a record whose fields are in "_source", as in dumps of Elasticsearch."""

T = TypeVar("T")
Encoding = tuple[str, float | None]
"""The encoding that a record was decoded from, and the confidence (0 to 1)."""
Steps = tuple[Step, ...]


class Plan(NamedTuple):
    """What the keys of a record mean.

    `fields` are the steps to each field, in the order of FIELD_KEYS. `extra_names` are all keys,
    each with the name that its value has in `extra` if it gets there. `full_text_keys` may have the
    whole text if the key of the body has only a teaser.

    The others serve `_plain_article`. `plain_keys` has the first key of each field, or None for a
    field without one; it is empty unless each is a key of the record itself. `uncertain_keys` are
    those of them whose field has other keys too, which are tried if the value is empty.
    `unused_names` are the `extra_names` of keys that no field uses.
    """

    fields: tuple[Steps, ...]
    extra_names: tuple[tuple[str, str], ...]
    plain_keys: tuple[str | None, ...]
    uncertain_keys: tuple[str, ...]
    unused_names: tuple[tuple[str, str], ...]
    full_text_keys: tuple[str, ...]


class RecordConverter:
    """Converts the records of one file. Records with the same keys share one `Plan`.

    `locate` returns the location of a record ("line 7") by its number, for warnings.
    """

    def __init__(self, source: Source, locate: Callable[[int], str]) -> None:
        self._source, self._locate = source, locate
        self._date_order = source.options.date_order
        self._mapped: dict[str, list[str]] = {}
        for name, key in source.options.map:
            self._mapped.setdefault(name, []).append(key)
        self._plans = Cache(MAX_PLANS)
        self._paths_of_export: dict[str, dict[str, list[str]]] = {}
        """The paths of each field by the name of the key set, "" for none. Without it records
        that all have different keys take 3.8 times as long."""
        self._reports_unread = True

    def article(self, record: dict[str, Any], number: int, encoding: Encoding, is_plain: bool) -> Article | None:
        """The article of a record, or None if it has neither title nor text.

        `is_plain` promises that no text in the record holds control characters or HTML.
        """
        keys = tuple(record)
        plan: Plan = self._plans.find(keys) or self._make_plan(keys)
        if is_plain and plan.plain_keys:
            found = self._plain_article(record, plan, number, encoding)
            if found is not None:
                return found
        if ENVELOPE.issubset(keys) and isinstance(record["_source"], dict):
            inner = {key: value for key, value in record.items() if key != "_source"} | record["_source"]
            return self.article(inner, number, encoding, is_plain)
        ids, titles, bodies, dates, authors, sources, sections, topics, languages, urls = plan.fields
        used: dict[str, list[Consumed]] = {}
        title = _first_value(record, titles, used, line_of) or ""
        body_used: dict[str, list[Consumed]] = {}
        body = _first_value(record, bodies, body_used, body_of, without_body, TEXT_KEYS) or ""
        for key in plan.full_text_keys:
            if key not in body_used and isinstance(record[key], str):
                other = body_of(record[key])
                if _is_fuller(other, body):
                    body, body_used = other, {key: [((), without_all)]}
        for key, body_paths in body_used.items():
            used.setdefault(key, []).extend(body_paths)
        if not title and not body:
            return None
        date, unread_date = self._find_date(record, dates, used)
        raw_date = "" if date is not None else _first_value(record, dates, used, _raw_text, _without_raw_text) or ""
        byline, raw_byline = None, ""
        for step in authors:
            byline = _first_value(record, (step,), used, byline_of)
            raw_byline = _first_value(record, (step,), {}, _raw_text) or raw_byline
            if byline is not None:
                break
        origin = _first_value(record, sources, used, line_of) or ""
        section = _first_value(record, sections, used, line_of) or ""
        found_topics = _first_value(record, topics, used, topics_of) or ()
        language = _first_value(record, languages, used, identifier_of) or ""
        url = _first_value(record, urls, used, identifier_of) or ""
        own_id = _first_value(record, ids, used, identifier_of) or ""
        extra = self._collect_extra(record, plan.extra_names, used, body, replace_controls)
        if raw_date:
            # If "date" is the name of a key that is no date, the date that was not understood keeps
            # its own name.
            _add_extra(
                extra, "date" if "date" not in extra else next(step.key for step in dates if step.key in used), raw_date
            )
        if unread_date or raw_date:
            self._source.warn("dates", unread_date or raw_date, self._locate(number))
        if byline is None:
            if raw_byline and not is_role(raw_byline):
                # `extra` has it under its own key.
                self._source.warn("bylines", raw_byline, self._locate(number))
        elif byline.has_more:
            extra["byline" if "byline" not in extra else "byline as printed"] = raw_byline
        return Article(
            self._source.record_id(number, own_id),
            title,
            body.strip("\n"),
            date,
            byline.names if byline else (),
            origin,
            section,
            found_topics,
            language,
            url,
            self._source.path,
            encoding[0],
            encoding[1],
            extra,
        )

    def _find_date(
        self, record: dict[str, Any], steps: Steps, used: dict[str, list[Consumed]]
    ) -> tuple[datetime | None, str]:
        """The date of a record, and the first value before it that should be a date and was not
        understood, or "".

        The time at which a record was created is not used instead of a printed date that was not
        understood.
        """
        unread = ""
        for step in steps:
            if unread and normal_key(step.key).startswith("created"):
                continue
            taken: dict[str, list[Consumed]] = {}
            found = _first_value(record, (step,), taken, lambda value, kind: date_of(value, self._date_order))
            if found is not None:
                used.setdefault(step.key, []).extend((path, found.without_date) for path, _ in taken[step.key])
                return found.date, unread or next(map(_raw_text, found.unread), "")
            date = _find_date_inside(record, (step,), used, self._date_order)
            if date is not None:
                return date, unread
            unread = unread or _first_value(record, (step,), {}, _raw_text) or ""
        return None, ""  # the caller reports it

    def _plain_article(self, record: dict[str, Any], plan: Plan, number: int, encoding: Encoding) -> Article | None:
        """The article of a usual record: plain, each field a string (names and topics may be lists
        of strings).

        None for any other record. Reference implementation: the rest of `article`.
        """
        value_of: Callable[[Any], Any] = record.get  # no record has None among its keys
        own_id, title, body, raw_date, authors, origin, section, topics, language, url = map(value_of, plan.plain_keys)
        for value in (own_id, title, body, raw_date, origin, section, language, url):
            if value is not None and type(value) is not str:
                return None
        for value in (authors, topics):
            if value is not None and type(value) is not str and type(value) is not list:
                return None
            if type(value) is list:
                for item in value:
                    if type(item) is not str:
                        return None
        for key in plan.uncertain_keys:
            if is_empty(record[key]):
                return None
        if (title and "&" in title) or (origin and "&" in origin) or (section and "&" in section):
            return None
        title = one_line(title) if title else ""
        if not body or body.isspace():
            body = ""
        for key in plan.full_text_keys:
            if type(record[key]) is str and _is_fuller(record[key], body):
                return None
        if not title and not body:
            return None
        date = parse_date(raw_date, self._date_order) if raw_date else None
        is_names = type(authors) is str and "&" not in authors
        byline = None if not authors else parse_byline(authors) if is_names else byline_of(authors)
        found_topics = topics_of(topics) if topics else ()
        if (raw_date and date is None) or (topics and not found_topics):
            return None
        if authors and (byline is None or not byline.names or byline.has_more):
            return None
        return Article(
            self._source.record_id(number, one_line(own_id) if own_id else ""),
            title,
            body.strip("\n"),
            date,
            byline.names if byline else (),
            one_line(origin) if origin else "",
            one_line(section) if section else "",
            found_topics,
            one_line(language) if language else "",
            one_line(url) if url else "",
            self._source.path,
            encoding[0],
            encoding[1],
            self._collect_extra(record, plan.unused_names, {}, body, _unchanged) if plan.unused_names else {},
        )

    def _collect_extra(
        self,
        record: dict[str, Any],
        names: tuple[tuple[str, str], ...],
        used: dict[str, list[Consumed]],
        body: str,
        convert: Callable[[str], str],
    ) -> dict[str, str]:
        """The values that no field used, by the `names` of their keys: texts and numbers as they
        are, all else as JSON. `convert` is called with each text."""
        extra: dict[str, str] = {}
        for key, name in names:
            value = record[key]
            if key in used:
                value = without_consumed(value, used[key])
            if is_empty(value):
                continue
            if isinstance(value, str):
                text = convert(value)
            elif isinstance(value, (int, float)):
                text = text_of(value)
            else:
                text = convert(_to_json(value))
            _add_extra(extra, name, text)
            if self._reports_unread and len(text) >= LONG_TEXT and len(text) >= 2 * len(body):
                self._report_unread(key, value, body)
        return extra

    def _report_unread(self, key: str, value: Any, body: str) -> None:
        """Report a long text that no field used, once a file. HTML beside a body is the page of the
        article."""
        length, path = longest_text(key, value)
        if length >= LONG_TEXT and length >= 2 * len(body) and not (body and "html" in normal_key(path)):
            self._reports_unread = False
            # All shares of the file report the same, which counts once (`WarningTally`).
            hint = shlex.quote(f"body={path}")
            self._source.on_warning(ReadWarning("unread-text", self._source.path, f'"{path}" (--map {hint})'))

    def _make_plan(self, keys: tuple[str, ...]) -> Plan:
        """Find out which keys of a record have each field, and which belong to none."""
        by_normal: dict[str, list[str]] = {}
        for key in keys:
            by_normal.setdefault(normal_key(key), []).append(key)
        key_set = find_key_set(set(by_normal))
        export = key_set.name if key_set else ""
        names = self._paths_of_export.get(export)
        if names is None:
            names = self._paths_of_export[export] = self._field_paths(key_set)
        fields = tuple(tuple(step for path in names[name] for step in find_steps(path, by_normal)) for name in FIELD_KEYS)
        # The first step of a field uses its value as a whole.
        used_keys = {steps[0].key for steps in fields if steps and not steps[0].path}
        extra_names = tuple((key, replace_controls(key)) for key in keys)
        plain_keys: tuple[str | None, ...] = ()
        if all(not steps or steps[0][1:] == ((), "") for steps in fields):
            plain_keys = tuple(steps[0].key if steps else None for steps in fields)
        uncertain_keys = tuple(steps[0].key for steps in fields if len(steps) > 1)
        bodies = fields[tuple(FIELD_KEYS).index("body")]
        full_text_keys = tuple(step.key for step in bodies[1:] if not step.path and normal_key(step.key) in FULL_TEXT_KEYS)
        if "body" in self._mapped:
            full_text_keys = ()
        unused_names = tuple(pair for pair in extra_names if pair[0] not in used_keys)
        plan = Plan(fields, extra_names, plain_keys, uncertain_keys, unused_names, full_text_keys)
        if sum(map(len, keys)) + 64 * len(keys) <= MAX_CACHED_SIZE:
            self._plans.put(keys, plan)
        return plan

    def _field_paths(self, key_set: KeySet | None) -> dict[str, list[str]]:
        """The paths to each field, the likeliest first: those of `--map` alone, else the export's,
        then the usual ones.

        A key that belongs to one field is used for no other field.
        """
        names: dict[str, list[str]] = {name: [] for name in FIELD_KEYS}
        taken: dict[str, str] = {}
        for candidates in (self._mapped, _split_paths(key_set.paths if key_set else {}), _split_paths(FIELD_KEYS)):
            new: dict[str, str] = {}
            for name, paths in candidates.items():
                if name in self._mapped and candidates is not self._mapped:
                    continue
                free = [path for path in paths if taken.get(normal_key(path), name) == name]
                names.setdefault(name, []).extend(free)
                new.update(dict.fromkeys(map(normal_key, free), name))
            taken = new | taken
        return names


def _split_paths(names: dict[str, str]) -> dict[str, list[str]]:
    return {name: paths.split() for name, paths in names.items()}


def _first_value(
    record: dict[str, Any],
    steps: Steps,
    used: dict[str, list[Consumed]],
    read: Callable[[Any, str], T],
    removal: Removal = without_text,
    value_keys: tuple[str, ...] = VALUE_KEYS,
) -> T | None:
    """What `read` returns for the first value in which it finds anything. The path of the value is
    added to `used`, with the `removal` that removes what was used."""
    for key, path, kind in steps:
        value = value_at(record[key], path) if path else record[key]
        if path and isinstance(value, list) and len(value) == 1:
            value = value[0]  # one byline among items of other types is not a list of names
        while isinstance(value, dict):
            inner = next((name for name in value_keys if value.get(name) and not is_empty(value[name])), None)
            if inner is None:
                break
            value, path = value[inner], (*path, inner)
        if not is_empty(value):
            found = read(value, kind)
            if found:
                used.setdefault(key, []).append((path, removal))
                return found
    return None


def unread_path(record: dict[str, Any]) -> str:
    """The path of a record's longest text, for the message that it was not read; "" if it has no
    long text."""
    length, path = max((longest_text(key, value) for key, value in record.items()), default=(0, ""))
    return path if length >= LONG_TEXT else ""


def _is_fuller(text: str, body: str) -> bool:
    """Whether the body is only a teaser of a text."""
    return len(text) >= max(LONG_TEXT, 3 * len(body))


def _find_date_inside(record: dict[str, Any], steps: Steps, used: dict[str, list[Consumed]], order: str) -> datetime | None:
    """The only date in an object under a key of the date, as in `{"date": {"published":
    "2020-04-26"}}`. Only the date is `used`."""
    for key, path, _ in steps:
        value = value_at(record[key], path) if path else record[key]
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            dates = [(name, date) for name, one in value.items() if type(one) is str and (date := parse_date(one, order))]
            if len(dates) == 1:
                used.setdefault(key, []).append(((*path, dates[0][0]), without_all))
                return dates[0][1]
    return None


def _unchanged(text: str) -> str:
    return text


def _raw_text(value: Any, kind: str = "") -> str:
    """A value that was not understood, as text."""
    return text_of(value) or replace_controls(_to_json(value))


def _without_raw_text(value: Any) -> Any:
    """What is left of a value that `_raw_text` used."""
    return without_text(value) if text_of(value) else None


def _add_extra(extra: dict[str, str], key: str, text: str) -> None:
    """Add a text to `extra`, on a new line if there is one under the same key."""
    extra[key] = f"{extra[key]}\n{text}" if key in extra else text


def _to_json(value: Any) -> str:
    """A value as JSON. Raises RecursionError if it is nested too deeply."""
    try:
        return orjson.dumps(value).decode()
    except orjson.JSONEncodeError:  # from about 255 levels
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
