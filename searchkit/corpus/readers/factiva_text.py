"""Reads texts of articles of Factiva, as they are copied or converted: many a file, each with its
id at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, LeftOut, Record, Unreadable
from searchkit.corpus.readers.factiva_articles import DOCUMENT
from searchkit.corpus.readers.factiva_lines import (
    is_coded,
    parse_coded_lines,
    parse_plain_lines,
    split_plain_lines,
)
from searchkit.corpus.readers.line_chunks import Chunk, chunk_records, split_at_returns, text_of_lines

_LAST = re.compile(rb"\s*(?:AN\s*[|\t ]\s*)?" + DOCUMENT.pattern.encode())
_MAX_LAST_LENGTH = 120
"""Maximum length in bytes of the line with the id of an article."""
NOTHING_FOUND = (
    'no article of Factiva stands in it: expected a line such as "Document TIMES00020200426e44q00001" below each;'
    " is it another text?"
)


def read_factiva(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a file."""
    before: Chunk | None = None
    count = 0
    for found in _chunks(lines, options.limits.max_article):
        if isinstance(found, LeftOut):
            if before is not None:
                yield found
            continue
        if before is not None:
            yield from chunk_records(lines, before, options, _parse, is_only=False)
        before = found
        count += 1
    if before is None:
        raise Unreadable(NOTHING_FOUND)
    yield from chunk_records(lines, before, options, _parse, is_only=count == 1)


def _chunks(lines: Lines, max_size: int) -> Iterator[Chunk | LeftOut]:
    """The lines of each article, and the text behind the last."""
    chunk = Chunk(1)
    for whole in lines:
        encoding = lines.encoding
        for line in (None,) if whole is None else split_at_returns(whole):
            if not chunk.lines and line is not None and not line.strip():
                chunk.first = lines.number + 1
                continue
            chunk.add(line, encoding, max_size)
            if line is not None and 10 < len(line) <= _MAX_LAST_LENGTH and _LAST.fullmatch(line):
                yield chunk
                chunk = Chunk(lines.number + 1)
    texts = _lines_with_text(chunk.lines)
    articles, rest = split_plain_lines(texts)
    if chunk.is_too_large or is_coded(texts) or articles:
        yield chunk
    elif rest:
        yield LeftOut("\n".join(rest), f"line {chunk.first}")


def _lines_with_text(lines: Sequence[bytes]) -> list[str]:
    return [line for line in text_of_lines(lines).split("\n") if line.strip()]


def _parse(lines: Sequence[bytes], date_order: str, is_only: bool) -> Draft:
    texts = _lines_with_text(lines)
    if is_coded(texts):
        return parse_coded_lines(texts, date_order).draft(is_whole_file=is_only)
    articles, _ = split_plain_lines(texts)
    return parse_plain_lines(articles[0] if articles else [], date_order).draft(is_whole_file=is_only)
