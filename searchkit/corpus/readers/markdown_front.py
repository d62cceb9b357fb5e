"""Reads the front matter of Markdown: the block of YAML, TOML or JSON before the text, as Hugo,
Jekyll, Zola, Eleventy and Pandoc write it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any

from searchkit.corpus.front_matter import MAX_LINES, Value, read_front_matter

MAX_JSON_LENGTH = 1_000_000
"""Maximum length of front matter in JSON, in characters."""
_NESTED = frozenset({"taxonomies", "extra", "params"})
"""Tables whose keys count as those of the front matter itself (Zola, Hugo)."""
_NAME_KEYS = ("name", "title")
_TOPIC_KEYS = ("tags", "tag", "categories", "category", "keywords", "topics")


def read_markdown_front(lines: list[str], start: int) -> tuple[list[tuple[str, Value]], int] | None:
    """The keys and values of front matter that begins at a line, and the line behind it; None if
    there is none, or none that can be read."""
    first = lines[start].rstrip()
    if first == "---":
        found = read_front_matter(lines, start)
        return None if found is None else (_with_topics(found[0]), found[1])
    if first == "+++":
        end = next((at for at in range(start + 1, min(len(lines), start + MAX_LINES)) if lines[at].rstrip() == "+++"), 0)
        if not end:
            return None
        try:
            values = tomllib.loads("\n".join(lines[start + 1 : end]))
        except (tomllib.TOMLDecodeError, RecursionError):
            return None
        return _with_topics(list(_entries(values))), end + 1
    if first.startswith("{"):
        return _read_json(lines, start)
    return _read_title_block(lines, start) if first.startswith("% ") else None


def _read_json(lines: list[str], start: int) -> tuple[list[tuple[str, Value]], int] | None:
    end = next((at for at in range(start, min(len(lines), start + MAX_LINES)) if lines[at].rstrip() == "}"), start)
    text = "\n".join(lines[start : end + 1])
    try:
        values = json.loads(text[:MAX_JSON_LENGTH])
    except (ValueError, RecursionError):
        return None  # a text may begin with a brace
    if not isinstance(values, dict) or not values:
        return None
    return _with_topics(list(_entries(values))), end + 1


def _read_title_block(lines: list[str], start: int) -> tuple[list[tuple[str, Value]], int]:
    """Read the lines of title, authors and date of Pandoc, each behind a percent sign."""
    entries: list[tuple[str, Value]] = []
    at = start
    for key in ("title", "authors", "date"):
        if at == len(lines) or not lines[at].startswith("%"):
            break
        entries.append((key, lines[at][1:].strip()))
        at += 1
    return entries, at


def _entries(values: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    for key, value in values.items():
        if isinstance(value, dict) and key in _NESTED:
            yield from _entries(value)
        else:
            yield key, _value(value)


def _value(value: Any) -> Value:
    if isinstance(value, list):
        return [text for one in value if isinstance(text := _value(one), str) and text]
    if isinstance(value, dict):
        names = [value[key] for key in _NAME_KEYS if isinstance(value.get(key), str)]
        return names[0] if names else json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return str(value).lower()
    if hasattr(value, "isoformat"):  # dates and times of TOML
        return str(value.isoformat())
    return "" if value is None else str(value)


def _with_topics(entries: list[tuple[str, Value]]) -> list[tuple[str, Value]]:
    """The entries with tags, categories and keywords together as one list."""
    topics: list[str] = []
    others = []
    for key, value in entries:
        if key.lower() in _TOPIC_KEYS:
            topics += value if isinstance(value, list) else _split_topics(key.lower(), value)
        else:
            others.append((key, value))
    return [*others, ("tags", topics)] if topics else others


def _split_topics(key: str, text: str) -> list[str]:
    """The topics in a text. Jekyll parts several categories by blanks."""
    if "," not in text and ";" not in text and key in ("tags", "categories"):
        return text.split()
    return re.split(r"[,;]\s*", text)
