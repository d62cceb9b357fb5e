"""JSON Lines: one record a line."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from searchkit.corpus.html_text import MAY_HOLD_HTML
from searchkit.corpus.limits import shown_size
from searchkit.corpus.lines import Lines
from searchkit.corpus.records import MOST_FIELDS, Records, unread_path
from searchkit.corpus.registry import SHARED_AT_ONCE, ByteStream, Placed, Source
from searchkit.read_warnings import ReadWarning

MOST_VALUES = 500_000
"""Commas and brackets of a line: each may stand before a value, and a value takes up to 60 times its bytes in memory."""

_UNUSUAL = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{309}")
"""What only the standard library reads: numbers that are none, as pandas writes them, half characters, and numbers that are
too large."""
_HALF = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(rb"\\(?:[bfr]|u(?:00(?:[01789]|3[cC])|202[89]))")
_C1 = re.compile(rb"\xc2[\x80-\x9f]")
_SEPARATORS = "\u2028".encode(), "\u2029".encode()
"""How control characters stand in JSON: as an escape, or in UTF-8 (those below a blank may not). "<" may be escaped too."""


def read_jsonl(stream: ByteStream, source: Source) -> Iterator[Placed]:
    """Read the articles of a file, line by line; bad records are reported, and counted in the numbers of ids."""
    records = Records(source.options)
    lines = Lines(stream, source)
    number, is_taken = 0, True
    # Each reader that shares the file says the same, which then counts once.
    half = ReadWarning("stray-bytes", source.path, "an escape of half a character")
    has_half = False

    def on_half() -> None:
        nonlocal has_half
        if not has_half:
            has_half = True
            source.on_warning(half)

    for line_number, line in enumerate(lines, 1):
        if line is not None and not line.strip():
            continue
        number += 1
        if number % SHARED_AT_ONCE == 1:
            is_taken = source.takes(number)
        if not is_taken:
            continue
        problem, article, place = "", None, f"line {line_number}"
        if line is None:
            longest = shown_size(source.options.limits.max_article)
            problem = f"the line is longer than {longest}; if it is one article, raise --max-article"
        elif len(line) > MOST_VALUES and sum(map(line.count, (b",", b"[", b"{"))) > MOST_VALUES:
            problem = f"the line holds more than {MOST_VALUES:,} values, too many for one article"
        else:
            try:
                record = _parsed(line, on_half)
                if isinstance(record, dict) and len(record) > MOST_FIELDS:
                    problem = f"the record has {len(record):,} fields, more than {MOST_FIELDS:,}; is it one article?"
                elif isinstance(record, dict):
                    article = records.article(record, source, number, place, lines.encoding, _is_plain(line))
                    if article is None:
                        path = unread_path(record)
                        hint = f"; to read its longest text: --map {shlex.quote(f'body={path}')}" if path else ""
                        problem = f"it has neither a title nor a text{hint}"
                else:
                    problem = "the line holds no JSON object; expected one article in { } on each line"
            except RecursionError:
                problem = "the record is nested too deeply"
            except ValueError as error:
                is_deep = str(error).startswith("depth limit")
                problem = "the record is nested too deeply" if is_deep else f"the line is no JSON: {error}"
        if article is None:
            source.fail(problem, place)
        else:
            yield source.place(number), article
    if number == 0 and not lines.failed:
        source.fail("the file holds no records")


def _parsed(line: bytes, on_half: Callable[[], None]) -> Any:
    """The value of a line; `on_half` is told when half a character became U+FFFD. Raises ValueError and RecursionError."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        if not _UNUSUAL.search(line):
            raise
    record = json.loads(line, parse_constant=lambda name: None, parse_int=_number, parse_float=_number)
    text = json.dumps(record, ensure_ascii=False)
    if _HALF.search(text) is not None:
        on_half()
    return orjson.loads(_HALF.sub("\ufffd", text))


def _number(text: str) -> float | int | str:
    """A number; one that is too large as it is written."""
    number = float(text)
    if math.isinf(number):
        return text
    return int(text) if text.lstrip("-").isdigit() else number


def _is_plain(line: bytes) -> bool:
    """Whether no text of a line of JSON can hold a control character, or be HTML."""
    return (
        0x7F not in line  # as a number it is looked for four times faster
        and _ESCAPED.search(line) is None
        and (line.isascii() or (_C1.search(line) is None and not any(sign in line for sign in _SEPARATORS)))
        and (0x3C not in line or MAY_HOLD_HTML.search(line) is None)
    )
