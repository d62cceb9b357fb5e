"""Plain text, the archive's main format: one article a file.

Lines before the first paragraph may say title, date and authors, see `headers`; a first paragraph of one short line
without a full stop is the title. The rest is the body, as it is but for blank lines around it.
"""

from __future__ import annotations

from collections.abc import Iterator

from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.headers import read_header
from searchkit.corpus.limits import LONG_TEXT, shown_size
from searchkit.corpus.registry import ByteStream, Placed, Source
from searchkit.model import Article

MOST_LINES = 2_000_000
"""Lines of an article, so that one of line feeds alone takes no more memory than another."""


def read_text(stream: ByteStream, source: Source) -> Iterator[Placed]:
    """Read the article of a file; a file that holds none is reported.

    One of another share is passed over as it would be read, so that all shares meet the same faults of an archive.
    """
    is_taken = source.takes(1)
    parts: list[bytes] = []
    size, most = 0, source.options.limits.max_article
    while chunk := stream.read(2**20):
        if is_taken:
            parts.append(chunk)
        size += len(chunk)
        if size > most:
            source.fail(f"it is larger than {shown_size(most)}, too large for one article; split it or raise --max-article")
            return
    if not is_taken:
        return
    if size == 0:
        source.fail("the file is empty")
        return
    try:
        decoded = decode(b"".join(parts), source.options.encoding)
    except Undecodable as error:
        source.fail(str(error))
        return
    for kind, found in decoded.warnings():
        source.warn(kind, found)
    if decoded.text.count("\n") >= MOST_LINES:
        source.fail(f"it has more than {MOST_LINES:,} lines, too many for one article; split it")
        return
    lines = decoded.text.split("\n")
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is None:
        source.fail("the file holds nothing but blanks")
        return
    header, start = read_header(lines, first, source.options.date_order)
    end = len(lines)
    while end > start and not lines[end - 1].strip():
        end -= 1
    if not header.title and end <= start:
        source.fail("the file holds no text below its first line")
        return
    if header.date is None and "date" in header.extra:
        source.warn("dates", header.extra["date"])
    if not header.authors and "byline" in header.extra:
        source.warn("bylines", header.extra["byline"])
    body = "\n".join(lines[start:end])
    for key, value in header.extra.items():
        if len(value) >= LONG_TEXT and len(value) >= 2 * len(body):
            source.warn("unread-text", f'"{key}"')
            break
    article = Article(
        id=source.id,
        title=header.title,
        body=body,
        date=header.date,
        authors=header.authors,
        source=header.source,
        section=header.section,
        topics=header.topics,
        language=header.language,
        url=header.url,
        path=source.path,
        encoding=decoded.encoding,
        encoding_confidence=decoded.confidence,
        extra=header.extra,
    )
    yield source.place(1), article
