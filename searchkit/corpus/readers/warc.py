"""Reads web archives: WARC files, as crawlers, Common Crawl and CC-News write them, their extracts
of text (WET), ARC files, and the archives in WACZ files.

A response that holds a page is an article, read as HTML pages are. Requests, revisits, pictures and
the like are counted.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from typing import IO, NamedTuple, assert_never, cast
from urllib.parse import urlsplit

from searchkit.control_characters import one_line
from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.formats import HEAD, ReaderUnavailable, find_format, format_by_signature, load_reader
from searchkit.corpus.html_text import declared_encoding
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.limits import format_size
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, Encoded, KeyedRecord, NoArticle, Parsed, Record, Unreadable
from searchkit.corpus.readers.http_responses import charset_of_type, decode_content, parse_response
from searchkit.corpus.readers.text import read_text
from searchkit.corpus.readers.warc_records import WarcRecord, media_type, read_records
from searchkit.corpus.source import ByteStream
from searchkit.corpus.unpacking import OPENERS, BudgetExceeded, CheckedStream, Damaged, UnpackBudget, call_checked
from searchkit.corpus.zips import open_zip

HTML_TYPES = ("text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
MAX_TITLE_LENGTH = 300
"""Maximum length of the first line of an extract of text that is its title, in characters."""
_OTHER_TYPES = ("application/pdf", "message/rfc822", "application/rss+xml", "application/atom+xml", "application/rdf+xml")
_XML_TYPES = ("text/xml", "application/xml")
"""Types that may be of several formats, which their content shows."""


class _Page(NamedTuple):
    """What a record says of its content, whatever that is."""

    id: str
    url: str
    language: str
    extra: dict[str, str]

    def add_to(self, draft: Draft) -> Draft:
        """The article of a content, with what the record says of it."""
        extra = {**draft.extra, **self.extra}
        if self.url and draft.url and draft.url != self.url:
            extra["canonical url"] = draft.url
        language = draft.language or self.language
        return replace(draft, id=self.id, url=self.url or draft.url, language=language, extra=extra, is_whole_file=False)


def read_warc(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the records of a web archive. What stands before the end of a file that is cut off is
    kept."""
    blocks: dict[int, int] = {}
    for record in read_records(stream, options.limits.max_article):
        id_hash, block_hash = hash(record.fields.get("warc-record-id", "")), hash(record.block)
        if blocks.setdefault(id_hash, block_hash) != block_hash:
            record.fields.pop("warc-record-id", None)  # wget 1.14 gave several records one id
        try:
            yield from _read_record(record, options)
        except (NoArticle, Unreadable) as error:
            yield error


def read_wacz(file: IO[bytes], options: ReadOptions) -> Iterator[Record]:
    """Read the web archives in a WACZ file. An archive that is damaged is reported, and the next
    one read."""
    file.seek(0, io.SEEK_END)
    limits, budget = options.limits, UnpackBudget(file.tell(), options.limits)
    with call_checked(lambda: open_zip(file, limits.max_members, "raise --max-members"), ".zip") as archive:
        members = [one for one in archive.infolist() if _is_archive(one.filename)]
        if not members:
            raise Unreadable("no web archive stands in it; expected files such as archive/data.warc.gz")
        for member in members:
            try:
                yield from _read_member(archive, member, budget, options)
            except BudgetExceeded:
                raise
            except (Damaged, Unreadable) as error:
                yield Unreadable(f"{member.filename}: {error}")


def _is_archive(name: str) -> bool:
    return name.lower().startswith("archive/") and name.lower().endswith((".warc", ".warc.gz", ".arc", ".arc.gz"))


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: UnpackBudget, options: ReadOptions
) -> Iterator[Record]:
    max_size = options.limits.max_member
    with call_checked(partial(archive.open, member), ".zip") as opened:
        stream = CheckedStream(opened, ".zip", budget, max_size)
        if member.filename.lower().endswith(".gz"):
            unpacked = call_checked(partial(OPENERS[".gz"], stream), ".gz")
            stream = CheckedStream(cast(IO[bytes], unpacked), ".gz", budget, max_size)
        yield from read_warc(stream, options)


def _read_record(record: WarcRecord, options: ReadOptions) -> Iterator[Record]:
    """What a record holds. Raises NoArticle and Unreadable."""
    if record.fault:
        raise Unreadable(record.fault)
    fields = record.fields
    kind = fields.get("warc-type", "").lower()
    if kind not in ("response", "resource", "conversion"):
        raise NoArticle(f"it is a record of the type {kind or 'unknown'}, no page")
    page = _page_of(fields)
    declared = fields.get("content-type", "")
    response = parse_response(record.block) if kind == "response" or media_type(declared) == "application/http" else None
    if response is not None and response.status != 200:
        raise NoArticle(f"the server answered {response.status}")
    if response is not None:
        declared = response.fields.get("content-type", "")
    payload_type = media_type(declared) or media_type(fields.get("warc-identified-payload-type", ""))
    if not _may_be_article(payload_type, page.url):
        raise NoArticle(f"it is of the type {payload_type}, no page")
    if not record.is_whole:
        limit = format_size(options.limits.max_article)
        raise Unreadable(f"it is larger than {limit}; if it is one article, raise --max-article")
    content = record.block
    if response is not None:
        content = decode_content(response, options.limits.max_article)
    yield from _read_content(content, payload_type, charset_of_type(declared), kind, page, options)


def _page_of(fields: dict[str, str]) -> _Page:
    languages = fields.get("warc-identified-content-language", "").split(",")
    extra = {"crawled": one_line(fields.get("warc-date", ""))}
    if fields.get("warc-truncated"):
        extra["truncated"] = one_line(fields["warc-truncated"])
    return _Page(
        one_line(fields.get("warc-record-id", "")).strip("<> "),
        one_line(fields.get("warc-target-uri", "")).strip("<> "),
        two_letter_code(languages[0]),
        {key: value for key, value in extra.items() if value},
    )


def _may_be_article(kind: str, url: str) -> bool:
    if url.startswith(("urn:", "dns:", "whois:", "metadata:")):
        return False  # what crawlers note about pages: pictures, texts and resources of them
    if kind == "text/plain":
        return not _path_of(url).endswith(("/robots.txt", "/ads.txt", "/security.txt", "/humans.txt"))
    return kind in ("", *HTML_TYPES, *_OTHER_TYPES, *_XML_TYPES)


def _path_of(url: str) -> str:
    """The path of an address, "" for a broken one."""
    with suppress(ValueError):
        return urlsplit(url).path.lower()
    return ""


def _read_content(
    content: bytes, kind: str, charset: str, record_kind: str, page: _Page, options: ReadOptions
) -> Iterator[Record]:
    if not content.strip():
        raise NoArticle("it is empty")
    if record_kind == "conversion" and kind == "text/plain":
        yield Encoded(content, partial(_parse_extract, page), encoding_name(charset) or "utf-8")
        return
    row = format_by_signature(content[:HEAD])
    name = row.name if row is not None and row.takes != "lines" else ""
    if name == "html" or (not name and kind in HTML_TYPES):
        parse = partial(_parse_page, _load_html(), page, options)
        yield Encoded(content, parse, encoding_name(charset) or encoding_name(declared_encoding(content)))
    elif kind == "text/plain" and not name:
        yield from (_with_page(one, page, charset) for one in read_text(content, options))
    elif name and name not in ("warc", "wacz"):
        yield from _read_as(name, content, page, options)
    else:
        raise NoArticle(f"it is of the type {kind or 'unknown'}, no page")


def _parse_page(parse: Callable[..., Draft], page: _Page, options: ReadOptions, text: str) -> Draft:
    return page.add_to(parse(text, page.url, options))


def _parse_extract(page: _Page, text: str) -> Draft:
    """The article of an extract of text; its first line is the title of the page."""
    title, _, body = text.strip().partition("\n")
    if len(title) > MAX_TITLE_LENGTH:
        title, body = "", text
    if not title.strip() and not body.strip():
        raise NoArticle(NO_TEXT)
    return page.add_to(Draft(title=one_line(title).strip(), body=body.strip("\n")))


def _read_as(name: str, content: bytes, page: _Page, options: ReadOptions) -> Iterator[Record]:
    """Read a content in a format of the table."""
    row = find_format(name)
    try:
        read = load_reader(row)
    except ReaderUnavailable as error:
        raise Unreadable(str(error)) from error
    match row.takes:
        case "bytes":
            records: Iterator[Record] = read(content, options)
        case "stream" | "file":
            records = read(io.BytesIO(content), options)
        case "lines" | "blocks" | "files":
            raise NoArticle(f"it is {row.title}, which is read from files of its own only")
        case _:
            assert_never(row.takes)
    if row.split == "one-article":
        yield from (_with_page(record, page) for record in records)
    else:
        # A feed has many articles: they have ids and addresses of their own.
        yield from (_with_page(record, page._replace(id="", url="", language="")) for record in records)


def _with_page(record: Record, page: _Page, charset: str = "") -> Record:
    """A record of a content, with what is said of it by the record that it stands in."""
    if isinstance(record, Encoded):
        parse = record.parse
        return Encoded(record.data, lambda text: _add_page(parse(text), page), record.declared or charset)
    if callable(record):
        return lambda: _add_page(record(), page)
    if isinstance(record, Draft | KeyedRecord):
        return _add_page(record, page)
    return record


def _add_page(parsed: Parsed, page: _Page) -> Parsed:
    if isinstance(parsed, Draft):
        added = page.add_to(parsed)
        return added if page.id else replace(added, id=parsed.id)
    return parsed


@cache
def _load_html() -> Callable[..., Draft]:
    """The function that reads pages. Raises Unreadable if what they need is not installed."""
    try:
        load_reader(find_format("html"))
    except ReaderUnavailable as error:
        raise Unreadable(str(error)) from error
    from searchkit.corpus.readers.html_pages import parse_page  # late: 900 ms that WET files need not

    return parse_page
