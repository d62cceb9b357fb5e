"""Reads JSON documents of any size: an array of articles, an object that holds such an array, one
object per file, or several objects behind each other.

Nothing but the article at hand is kept in memory. `json_outline` decides where the articles stand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import partial

from searchkit.corpus.blocks import Blocks
from searchkit.corpus.json_paths import longest_text
from searchkit.corpus.limits import LONG_TEXT, format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import KeyedRecord, NoArticle, Record, Unreadable
from searchkit.corpus.readers.json_outline import MAX_DEPTH, Shape, find_shape, is_article, parse_beginning, parse_whole
from searchkit.corpus.readers.jsonl import parse_object

HEAD = 2**18
"""Number of bytes that are looked at first, to find the articles; twice as many and so on if they
do not show them."""
MAX_HEAD = 2**22
_SMALL = 2**13
"""Number of bytes in which most articles end, which are found faster so."""
CUT_OFF = "the file ends in the middle of a record; is it cut off?"

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_FLAT = rb'[^"{}\[\]]++|' + _STRING
_NESTED = rb"[\[{](?:" + _FLAT + rb")*+[\]}]"
_NESTED = rb"[\[{](?:" + _FLAT + rb"|" + _NESTED + rb")*+[\]}]"
_USUAL = re.compile(rb"[\[{](?:" + _FLAT + rb"|" + _NESTED + rb")*+[\]}]", re.DOTALL)
"""An object or array of at most three levels, whose end is found faster so."""
_TOKEN = re.compile(_STRING + rb'|["{}\[\]]', re.DOTALL)
"""A string, a bracket, or the beginning of a string that has no end yet."""
_WHOLE_STRING = re.compile(_STRING, re.DOTALL)
_SCALAR = re.compile(rb"[^\s,:\[\]{}\"]++")
_BLANKS = re.compile(rb"[\s,;]*+")
_ASSIGNED = re.compile(rb"\s*(?:(?:var|let|const)\s+)?[\w.$]{1,80}+\s*(?:=|\()\s*(?=[\[{])")
"""What makes a program of a document: `var articles = [...]`, `callback({...})`."""
_LINE = re.compile(rb"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")

Value = bytes | None
"""An object or another value as written, None for one that is too long."""


def read_json(blocks: Blocks, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a document."""
    text = _Text(blocks, options.limits.max_article)
    text.read_to(HEAD)
    found = _ASSIGNED.match(text.data)
    if found is not None:
        text.at = found.end()
    if _LINE.match(text.data) and parse_whole(text.data.split(b"\n", 2)[text.data[:1] == b"\n"]) is not None:
        return (_record(line, "", options) for line in text.lines() if line is None or line.strip())
    return _read_document(text, options)


def _read_document(text: _Text, options: ReadOptions) -> Iterator[Record]:
    if text.peek() not in (b"", b"[", b"{"):
        raise Unreadable("it is no JSON of articles; expected it to begin with [ or {")
    has_begun = False
    while first := text.peek():
        if first not in b"[{":
            if found := _SCALAR.match(text.data, text.at):
                text.at = found.end()
            if text.data[text.at : text.at + 1] in (b")", b""):
                return
            raise Unreadable("it is no JSON: a bracket or a value stands where a record should begin")
        shape = text.shape(options, MAX_DEPTH)
        if first == b"{" and shape in (None, Shape.ARTICLE, Shape.TITLE):
            taken = text.take()
            yield _record(taken, "", options, is_only=not has_begun and not text.peek())
        elif first == b"[" and shape is None:
            yield from _walk(text, Shape.LIST, "", options, MAX_DEPTH)
        else:
            yield from _articles(text, shape, "", options, MAX_DEPTH)
        has_begun = True


def _articles(text: _Text, shape: Shape | None, key: str, options: ReadOptions, levels: int) -> Iterator[Record]:
    """The articles of the value of a shape that begins here; what is passed over and may be one is
    reported. `key` are the keys that lead to it."""
    if shape not in (None, Shape.ARTICLE, Shape.TITLE, Shape.COLUMNS):
        yield from _walk(text, shape, key, options, levels)
        return
    value = text.take()
    if shape is Shape.ARTICLE or value is None:
        yield _record(value, key, options)
    elif shape is Shape.TITLE:
        yield NoArticle(f'"{key}" has a title and no text, and stands beside articles')
    elif shape is Shape.COLUMNS:
        yield Unreadable('it holds columns of a table, not articles; pandas writes articles by to_json(orient="records")')


def _walk(text: _Text, shape: Shape, key: str, options: ReadOptions, levels: int) -> Iterator[Record]:
    """The articles of the members or items of the value that begins here, to its end."""
    is_array = text.peek() == b"["
    text.at += 1
    while (name := None if is_array and text.peek() == b"]" else "" if is_array else text.key()) is not None:
        if shape is Shape.LIST:
            yield _record(text.take(), "", options)
        elif text.peek() in (b"[", b"{"):
            found = text.shape(options, levels - 1)
            takes_titles = shape is Shape.EACH or is_array
            found = Shape.ARTICLE if takes_titles and found is Shape.TITLE else found
            inner = f"{key}/{name}" if key and name else name
            yield from _articles(text, found, inner, options, levels - 1)
        else:
            text.take()
    text.at += 1


def _record(value: Value, key: str, options: ReadOptions, *, is_only: bool = False) -> Record:
    if value is None:
        longest = format_size(options.limits.max_article)
        return Unreadable(f"the record is longer than {longest}; if it is one article, raise --max-article")
    return partial(_parse, value, key, is_only and not options.map)


def _parse(value: bytes, key: str, is_only: bool) -> KeyedRecord:
    found = parse_object(value, "record")
    if is_only and not is_article(found.values):
        length, path = max((longest_text(key, below) for key, below in found.values.items()), default=(0, ""))
        if length < LONG_TEXT:
            raise NoArticle("the file holds an object without the keys of an article")
        hint = shlex.quote(f"body={path}")
        raise Unreadable(f"it has no usual key of a title or a text; to read its longest text: --map {hint}")
    found.key, found.is_whole_file = key, is_only
    return found


class _Text:
    """The bytes of a document from the current value on. All functions raise Unreadable where the
    document is cut off."""

    def __init__(self, blocks: Blocks, longest: int) -> None:
        self._blocks, self._longest = iter(blocks), longest
        self.data = b""
        self.at = 0

    def read_to(self, size: int) -> None:
        """Read until there are `size` bytes, if the document has them."""
        while len(self.data) - self.at < size and self._read_more():
            pass

    def _read_more(self) -> bool:
        rest = self.data[self.at :]
        parts, length = [rest], 0
        while length <= len(rest) // 2:
            block = next(self._blocks, None)
            if block is None:
                break
            parts.append(block)
            length += len(block)
        self.data, self.at = b"".join(parts), 0
        return length > 0

    def shape(self, options: ReadOptions, levels: int) -> Shape | None:
        """The shape of the value that begins here, by its first MAX_HEAD bytes at most."""
        mapped = [key for _, key in options.map]
        size = _SMALL
        while True:
            self.read_to(size)
            value, is_whole = parse_beginning(self.data[self.at : self.at + size])
            is_last = is_whole or len(self.data) - self.at < size or size >= MAX_HEAD
            if is_last or size >= HEAD:
                found = find_shape(value, mapped, levels)
                if is_last or found not in (None, Shape.ARTICLE, Shape.TITLE):
                    return found
            size = max(HEAD, 2 * size)

    def peek(self) -> bytes:
        """The first byte of what comes next behind blanks and commas; none at the end."""
        while True:
            found = _BLANKS.match(self.data, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.data):
                return self.data[self.at : self.at + 1]
            if not self._read_more():
                return b""

    def key(self) -> str | None:
        """The key of the next member of an object, None at its end."""
        first = self.peek()
        if first == b"}":
            return None
        if first != b'"':
            raise Unreadable(CUT_OFF if not first else "it is no JSON: expected a key in quotes")
        key = self.take()
        if self.peek() != b":":
            raise Unreadable(CUT_OFF if not self.peek() else "it is no JSON: expected a colon behind a key")
        self.at += 1
        found = parse_whole(key or b'""')
        return found if isinstance(found, str) else ""

    def take(self) -> Value:
        """The value that begins here, of any type."""
        first = self.peek()
        usual = _USUAL.match(self.data, self.at)
        if usual is not None and usual.end() - self.at <= self._longest:
            self.at = usual.end()
            return usual[0]
        if first in b"{[" and first:
            return self._take_nested()
        pattern = _WHOLE_STRING if first == b'"' else _SCALAR
        while True:
            found = pattern.match(self.data, self.at)
            if found is not None and (first == b'"' or found.end() < len(self.data)):
                self.at = found.end()
                return found[0]
            if len(self.data) - self.at > self._longest:
                raise Unreadable(f"a text in it is longer than {format_size(self._longest)}")
            if not self._read_more():
                if found is None:
                    raise Unreadable(CUT_OFF if first in (b"", b'"') else "it is no JSON: a bracket that opens nothing")
                self.at = found.end()
                return found[0]

    def _take_nested(self) -> Value:
        """The object or array that begins here. Of one that is too long nothing is kept."""
        depth, done, is_too_long = 0, 0, False  # `done` counts from `at`
        while True:
            for token in _TOKEN.finditer(self.data, self.at + done):
                sign = token[0]
                if sign in (b"{", b"["):
                    depth += 1
                elif sign in (b"}", b"]"):
                    depth -= 1
                    if not depth:
                        value = None if is_too_long else self.data[self.at : token.end()]
                        self.at = token.end()
                        return None if value is None or len(value) > self._longest else value
                elif sign == b'"':
                    done = token.start() - self.at
                    break
            else:
                done = len(self.data) - self.at
            if done > self._longest:
                is_too_long = True
                self.at, done = self.at + done, 0
            elif len(self.data) - self.at - done > self._longest:
                raise Unreadable(f"a text in it is longer than {format_size(self._longest)}")
            if not self._read_more():
                raise Unreadable(CUT_OFF)

    def lines(self) -> Iterator[Value]:
        """The lines of the document, without their ends."""
        while True:
            end = self.data.find(b"\n", self.at)
            if end >= 0:
                line, self.at = self.data[self.at : end], end + 1
                yield line if len(line) <= self._longest else None
            elif len(self.data) - self.at > self._longest:
                raise Unreadable(f"a line is longer than {format_size(self._longest)}; raise --max-article")
            elif not self._read_more():
                if self.at < len(self.data):
                    yield self.data[self.at :]
                return
