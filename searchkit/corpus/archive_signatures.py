"""Recognises feeds, mail and web archives by their first bytes (see `sniffing`)."""

from __future__ import annotations

import re

from searchkit.corpus.sniffing import root_of

_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_RSS_1 = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
_WEEKDAY, _MONTH = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)", rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME = rb" +\d\d?:\d\d(?::\d\d)?"
_MOMENT = (
    rb"(?:" + _WEEKDAY + rb" +" + _MONTH + rb" +\d\d?" + _TIME + rb"[A-Za-z0-9 +-]{0,20} \d{4}"
    rb"|" + _WEEKDAY + rb", +\d\d? +" + _MONTH + rb" +\d{4}" + _TIME + rb")"
)
MBOX_LINE = re.compile(rb"From [^\r\n]{0,400}?(?<= )(?P<date>" + _MOMENT + rb"[^\r\n]{0,60})\r?\n")
"""The line that begins each message of an mbox file: its sender and, as asctime writes them, the
day and time of its delivery."""
HEADER_LINE = re.compile(rb"[!-9;-~]{1,100}:[ \t\r\n]")
_FIELD = re.compile(rb"^([!-9;-~]{1,100}):[ \t]*([^\r\n]*)", re.MULTILINE)
_FIELDS_OF_MAIL = (b"from", b"date", b"subject", b"message-id", b"mime-version")
_SURE = {
    b"message-id": re.compile(rb"<[^<>\s]+>"),
    b"mime-version": re.compile(rb"\d\.\d"),
    b"received": re.compile(rb"(?:from|by|\()", re.I),
}
_SAVED_PAGE = re.compile(rb"^Snapshot-Content-Location:|^From:[^\r\n]*\bSaved by\b", re.MULTILINE | re.I)


def is_feed(start: bytes) -> bool:
    """Whether a text is RSS or Atom, by its root element."""
    name, attributes = root_of(start)
    if name in ("feed", "entry"):
        return any(uri in attributes for uri in _ATOM)
    return name == "rss" or (name == "RDF" and any(uri in attributes for uri in _RSS_1))


def is_mbox(start: bytes) -> bool:
    """Whether a text begins with the line of an mbox file, and a header behind it."""
    if start[:5] != b"From ":
        return False
    line = MBOX_LINE.match(start)
    return line is not None and HEADER_LINE.match(start.removeprefix(line[0]).lstrip(b">")) is not None


def is_mail(start: bytes) -> bool:
    """Whether a text begins with the header of a message.

    Such a header has two fields of mail, one of them of those that only programs write. A page that
    was saved as MHTML has them too, and is none.
    """
    if HEADER_LINE.match(start) is None:
        return False
    head = re.split(rb"\r?\n[ \t]*\r?\n", start, maxsplit=1)[0]
    lines = head.splitlines()
    if any(HEADER_LINE.match(line + b"\n") is None and line[:1] not in (b" ", b"\t") for line in lines[:-1]):
        return False
    fields = {found[1].lower(): found[2] for found in _FIELD.finditer(head)}
    is_sure = any(name in fields and pattern.match(fields[name]) for name, pattern in _SURE.items())
    is_mail = sum(name in fields for name in _FIELDS_OF_MAIL) >= 2 or (b"received" in fields and len(head) == len(start))
    return is_sure and is_mail and _SAVED_PAGE.search(head) is None


def is_warc(start: bytes) -> bool:
    """Whether a file is a WARC or ARC file."""
    return re.match(rb"WARC/\d\.\d+\r?\n|filedesc://", start) is not None
