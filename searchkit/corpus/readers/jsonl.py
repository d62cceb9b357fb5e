"""Reads JSON Lines: one record per line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from searchkit.corpus.html_text import MAY_HOLD_HTML
from searchkit.corpus.limits import format_size
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, Record, Unreadable

MAX_VALUES = 500_000
"""Maximum number of commas and brackets in a line. Each may begin a value, which takes up to 60
times its bytes in memory."""

_UNUSUAL = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{309}")
"""What orjson does not read: NaN and Infinity, as pandas writes them, surrogates, and numbers that
are too large."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATE_WARNING = (("stray-bytes", "an escape of half a character"),)
_ESCAPED = re.compile(rb"\\(?:[bfr]|u(?:00(?:[01789]|3[cC])|202[89]))")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_SEPARATORS = "\u2028".encode(), "\u2029".encode()
"""How JSON writes control characters: escaped, or in UTF-8 from U+007F on. "<" may be escaped
too."""


def read_jsonl(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a file, line by line."""
    longest = options.limits.max_article
    for line in lines.records():
        if line is None:
            yield Unreadable(f"the line is longer than {format_size(longest)}; if it is one article, raise --max-article")
        else:
            yield partial(parse_object, line)


def parse_object(line: bytes, what: str = "line") -> KeyedRecord:
    """Parse a JSON object; `what` it is called in messages. Raises Unreadable."""
    if len(line) > MAX_VALUES and sum(map(line.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise Unreadable(f"the {what} holds more than {MAX_VALUES:,} values, too many for one article")
    try:
        record, has_half = _parse_line(line)
    except RecursionError as error:
        raise Unreadable("the record is nested too deeply") from error
    except ValueError as error:
        is_deep = str(error).startswith("depth limit")
        reason = "the record is nested too deeply" if is_deep else f"the {what} is no JSON: {error}"
        raise Unreadable(reason) from error
    if not isinstance(record, dict):
        expected = "expected one article in { } on each line" if what == "line" else "expected an article in { }"
        raise Unreadable(f"the {what} holds no JSON object; {expected}")
    return KeyedRecord(record, _is_plain(line), _SURROGATE_WARNING if has_half else ())


def _parse_line(line: bytes) -> tuple[Any, bool]:
    """The value of a line, and whether a surrogate in it became U+FFFD. Raises ValueError and
    RecursionError."""
    try:
        return orjson.loads(line), False
    except orjson.JSONDecodeError:
        if not _UNUSUAL.search(line):
            raise
    record = json.loads(line, parse_constant=lambda name: None, parse_int=_parse_number, parse_float=_parse_number)
    text = json.dumps(record, ensure_ascii=False)
    return orjson.loads(_SURROGATE.sub("\ufffd", text)), _SURROGATE.search(text) is not None


def _parse_number(text: str) -> float | int | str:
    """A number, or its text if it is too large."""
    number = float(text)
    if math.isinf(number):
        return text
    return int(text) if text.lstrip("-").isdigit() else number


def _is_plain(line: bytes) -> bool:
    """Whether no text of a line of JSON can hold a control character or HTML."""
    return (
        0x7F not in line  # a number is found four times faster than a byte string
        and _ESCAPED.search(line) is None
        and (line.isascii() or (_C1.search(line) is None and not any(sign in line for sign in _SEPARATORS)))
        and (0x3C not in line or MAY_HOLD_HTML.search(line) is None)
    )
