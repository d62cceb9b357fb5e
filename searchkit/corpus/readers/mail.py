"""Reads messages of mail: files of one (EML), and mbox files of many.

A message is an article: its subject the title, its text the body. The sender of a newsletter is the
source, another sender an author.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Encoded, NoArticle, Parsed, Record, RecordWarning, Unreadable
from searchkit.corpus.readers.mail_text import MailContent, content_and_charset, find_content, readable, text_of
from searchkit.corpus.readers.mbox_splitter import split_mbox
from searchkit.corpus.readers.mime_parts import Part, decode_part, header_text, parse_message
from searchkit.corpus.source import ByteStream

_OWN_ID = re.compile(r"<?\s*([^\s<>]{1,500}@[^\s<>]{0,500})\s*>?")
_LENGTH_OF_EMLX = re.compile(rb"\s{0,8}(\d{1,12})[ \t]*\r?\n")
_LIST_TITLE = re.compile(r"\s*\"?(.*?)\"?\s*<([^<>]*)>\s*")
_VIA = re.compile(r"(.{2,100}?)\s+(?:via|über|par|through)\s+(.{2,100})", re.I)
_FROM = re.compile(r"(\S+\s+\S.{0,80}?)\s+(?:from|at|@|of|von|de)\s+(.{2,100})")
_ADDRESS = re.compile(r"https?://[^\s<>]+")
_BULK = ("list-id", "list-unsubscribe", "feedback-id", "x-campaign", "x-campaignid", "x-mailgun-sid")
_DELETED = 0x0008
"""The flag in X-Mozilla-Status of a message that was deleted and still stands in the file."""
_EXTRA = {
    "to": "to",
    "cc": "cc",
    "reply-to": "reply to",
    "newsgroups": "newsgroups",
    "organization": "organization",
    "x-gmail-labels": "labels",
    "in-reply-to": "in reply to",
}


class MailText(NamedTuple):
    """The text of a message, for readers of what databases send by mail. `html` is the decoded HTML
    of its body, "" if it has none."""

    subject: str
    sender: str
    date: str
    text: str
    html: str


def message_text(data: bytes) -> MailText:
    """The text of a message; `data` is that of a whole EML file."""
    message = parse_message(_without_length(data))
    content = find_content(message)
    html = next((decode_part(*content_and_charset(part)) for part in _html_parts(message)), "")
    text = "\n\n".join(text_of(part) for part in content.texts)
    return MailText(message.text("subject"), message.text("from"), message.text("date"), text, html)


def _html_parts(part: Part) -> Iterator[Part]:
    if part.kind == "text/html":
        yield part
    for child in part.children:
        yield from _html_parts(child)


def read_eml(data: bytes, options: ReadOptions) -> Iterator[Record]:
    """Read the message of a file."""
    yield _read_message(_without_length(data), options.date_order, {})


def read_mbox(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the messages of a file; those that are too long are reported."""
    is_empty = True
    contents: dict[int, int] = {}
    for line, data, fault in split_mbox(stream, options.limits.max_article):
        is_empty = False
        yield Unreadable(fault) if fault else _read_message(data, options.date_order, contents, line)
    if is_empty:
        raise Unreadable('no message stands in it; expected a line such as "From a@example.org Sun Apr 26 10:00:00 2020"')


def _without_length(data: bytes) -> bytes:
    """A message of Apple Mail (.emlx) without its length before it and the property list behind."""
    found = _LENGTH_OF_EMLX.match(data)
    return data[found.end() : found.end() + int(found[1])] if found else data


def _read_message(data: bytes, order: str, contents: dict[int, int], line: bytes = b"") -> Record:
    """The record of a message. `contents` has hashes of the contents of the messages before, by
    those of their ids; `line` is the one of the mbox file that the message stands behind."""
    message = parse_message(data)
    if not message.fields:
        return Unreadable("it has no header of mail; expected lines such as From, Date and Subject")
    status = message.raw("x-mozilla-status")
    if re.fullmatch(rb"[0-9a-fA-F]{4}", status) and int(status, 16) & _DELETED:
        return NoArticle("it was deleted in the mail program")
    if b"FOLDER INTERNAL DATA" in message.raw("subject"):
        return NoArticle("it holds data of the mail program")
    content = find_content(message)
    extra: dict[str, str] = {}
    has_text = any(part.body.strip() for part in content.texts)
    if not has_text and not content.digest and len(content.messages) == 1:
        # A message that was forwarded as a whole, with nothing added.
        extra["forwarded by"] = message.text("from")
        extra["forwarded on"] = message.text("date")
        message = content.messages[0]
        content = find_content(message)
    found = _OWN_ID.fullmatch(message.text("message-id"))
    own_id = found[1] if found else ""
    if own_id and contents.setdefault(hash(own_id), hash(message.body)) != hash(message.body):
        extra["message id"], own_id = own_id, ""
    draft = partial(_make_draft, message, content, order, own_id, extra, line)
    if not content.texts:
        return partial(draft, "")
    body, charset = content_and_charset(content.texts[0])
    return Encoded(body, draft, charset)


def _make_draft(
    message: Part, content: MailContent, order: str, own_id: str, extra: dict[str, str], line: bytes, text: str
) -> Parsed:
    texts = [readable(text, content.texts[0])] if content.texts else []
    texts += [text_of(part) for part in content.texts[1:]]
    texts += [_digest_text(part) for part in content.digest]
    body = "\n\n".join(filter(None, texts))
    title = message.text("subject")
    if not title and not body:
        raise NoArticle("it has neither a subject nor a text")
    attachments = [*content.attachments, *(_name_of_message(part) for part in content.messages)]
    if attachments:
        extra["attachments"] = "\n".join(attachments)
        extra["number of attachments"] = str(len(attachments))
    warnings: list[RecordWarning] = []
    date = parse_date(raw, order) if (raw := message.text("date")) else None
    if raw and date is None:
        extra["date"] = raw
        warnings.append(("dates", raw))
    if date is None and line:
        date = parse_date(header_text(line), order)
        if date is not None:
            extra["date_source"] = "mbox"
    authors, source = _read_sender(message, extra)
    for name, key in _EXTRA.items():
        if value := message.text(name):
            extra[key] = value
    return Draft(
        id=own_id,
        title=title,
        body=body,
        date=date,
        authors=authors,
        source=source,
        topics=tuple(dict.fromkeys(filter(None, map(str.strip, message.text("keywords").split(","))))),
        language=message.text("content-language").partition(",")[0].strip(),
        url=_find_url(message),
        extra=extra,
        warnings=tuple(warnings),
    )


def _digest_text(part: Part) -> str:
    """A message of a digest: its sender and subject, and its text."""
    head = "\n".join(filter(None, (part.text("subject"), part.text("from"), part.text("date"))))
    return "\n\n".join(filter(None, (head, *(text_of(one) for one in find_content(part).texts))))


def _name_of_message(part: Part) -> str:
    return f"{part.text('subject')} (message/rfc822)".strip()


def _read_sender(message: Part, extra: dict[str, str]) -> tuple[tuple[str, ...], str]:
    """The authors and the source of a message, by its sender.

    The name of a newsletter's sender is that of the newsletter; "Ann Lee from The Paper" is both.
    Members of a mailing list are authors, and the list is the source.
    """
    people = message.people("from") or message.people("sender")
    if people:
        written = (f"{name} <{address}>" if name and address else name or address for name, address in people)
        raw = message.text("from")
        extra["from"] = ", ".join(written) if "@" in raw else raw
    found = _LIST_TITLE.fullmatch(raw_list := message.text("list-id"))
    list_title = (found[1] or found[2]) if found else raw_list
    if raw_list:
        extra["list"] = raw_list
    names = [name for name, _ in people if name and "@" not in name]
    is_bulk = any(message.raw(name) for name in _BULK) or message.raw("precedence").strip().lower() in (b"bulk", b"list")
    is_discussion = b"mailto:" in message.raw("list-post").lower()
    if not is_bulk or is_discussion:
        via = _VIA.fullmatch(names[0]) if names and is_discussion else None
        names = [via[1]] if via else names
        authors = tuple(dict.fromkeys(author for name in names for author in parse_byline(name).names))
        return authors, list_title if is_discussion else ""
    name = names[0] if names else list_title or (people[0][1].rpartition("@")[2] if people else "")
    both = _FROM.fullmatch(name) or _VIA.fullmatch(name)
    if both is not None:
        byline = parse_byline(both[1])
        if len(byline.names) == 1 and not byline.has_more and len(byline.names[0].split()) in (2, 3):
            return byline.names, both[2]
    return (), name


def _find_url(message: Part) -> str:
    """The address at which a message stands on the web, if its header says so."""
    for name in ("archived-at", "x-rss-url", "x-url", "content-base", "list-post"):
        found = _ADDRESS.search(message.text(name))
        if found:
            return found[0]
    return ""
