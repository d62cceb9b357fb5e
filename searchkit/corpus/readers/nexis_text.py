"""Reads texts that Nexis (LexisNexis) exported: many articles a file, below lines such as "1 of 20
DOCUMENTS", or above lines "End of Document"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from searchkit.corpus.database_signatures import MARKER
from searchkit.corpus.lines import Lines
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, LeftOut, NoArticle, Record, Unreadable
from searchkit.corpus.readers.export_documents import NO_ARTICLES
from searchkit.corpus.readers.line_chunks import Chunk, chunk_records, split_at_returns, text_of_lines
from searchkit.corpus.readers.nexis_articles import parse_nexis, text_blocks
from searchkit.corpus.readers.nexis_uni import END, is_cover, is_uni, parse_uni, split_uni

_END = re.compile(END.pattern.encode(), re.I)
_MAX_MARK_LENGTH = 120
"""Maximum length in bytes of a line that parts articles."""
NOTHING_FOUND = (
    'no article of Nexis stands in it: expected a line such as "1 of 20 DOCUMENTS" above each, or "End of Document" below;'
    " is it another text?"
)
Parse = Callable[[Sequence[bytes], str, bool], Draft]


def read_nexis(lines: Lines, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a file. What stands before the first is a cover sheet."""
    before: tuple[Chunk, Parse] | None = None
    count = 0
    for found in _chunks(lines, options.limits.max_article):
        if isinstance(found, LeftOut):
            yield found
            continue
        if before is not None:
            yield from chunk_records(lines, before[0], options, before[1], is_only=False)
        before = found
        count += 1
    if before is None:
        raise Unreadable(NOTHING_FOUND)
    yield from chunk_records(lines, before[0], options, before[1], is_only=count == 1)


def _chunks(lines: Lines, max_size: int) -> Iterator[tuple[Chunk, Parse] | LeftOut]:
    """The lines of each article with the function that parses them, and the text behind the
    last."""
    chunk = Chunk(1)
    has_markers = has_ends = False
    for whole in lines:
        encoding = lines.encoding
        for line in (None,) if whole is None else split_at_returns(whole):
            may_be_mark = line is not None and _may_be_mark(line)
            if line is not None and may_be_mark and not has_ends and MARKER.fullmatch(line.strip(b"\f")):
                if has_markers:
                    yield chunk, _parse_text
                has_markers = True
                chunk = Chunk(lines.number)
                continue
            chunk.add(line, encoding, max_size)
            if line is not None and may_be_mark and not has_markers and _END.fullmatch(line):
                has_ends = True
                yield chunk, _parse_uni_text
                chunk = Chunk(lines.number + 1)
    if has_markers:
        yield chunk, _parse_text
    elif chunk.is_too_large or _holds_article(chunk, is_first=not has_ends):
        yield chunk, _parse_uni_text
    elif has_ends and chunk.text.strip():
        yield LeftOut(chunk.text, f"line {chunk.first}")


def _may_be_mark(line: bytes) -> bool:
    """A quick test whether a line may part articles."""
    return 8 < len(line) <= _MAX_MARK_LENGTH and any(sign in line for sign in (b"ocum", b"oku", b"DOC", b"DOK", b"STOR"))


def _holds_article(chunk: Chunk, *, is_first: bool) -> bool:
    """Whether the last lines of a file hold an article that is cut off, or that has no end."""
    lines = chunk.text.split("\n")
    return is_uni(lines) or (not is_first and any(re.fullmatch(r"\s*Body\s*", line) for line in lines))


def _parse_text(lines: Sequence[bytes], date_order: str, is_only: bool) -> Draft:
    return parse_nexis(text_blocks(text_of_lines(lines)), date_order).draft(is_whole_file=is_only)


def _parse_uni_text(lines: Sequence[bytes], date_order: str, is_only: bool) -> Draft:
    paragraphs = text_of_lines(lines).split("\n")
    articles, _ = split_uni(paragraphs)
    article = articles[0] if articles else []
    if not any(text.strip() for text in article):
        raise NoArticle(NO_ARTICLES if is_cover([text for text in paragraphs if text.strip()]) else "it holds no article")
    return parse_uni(article, date_order).draft(is_whole_file=is_only)
