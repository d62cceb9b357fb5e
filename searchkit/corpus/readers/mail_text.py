"""Chooses the text of a message of mail among its parts, and names its attachments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from searchkit.control_characters import replace_controls
from searchkit.corpus.html_text import html_to_text
from searchkit.corpus.readers.mime_parts import Part, charset_of, decode_part, from_utf_7, is_utf_7

SHORT_TEXT = 150
"""Maximum number of words of a plain text that may stand for "this message is in HTML"."""
FULLER = 3
"""How many times the words of such a plain text the HTML has."""

_TEXTS = ("text/plain", "text/html", "text/enriched", "text/richtext", "text", "text/markdown", "text/x-markdown")
_PASSED_OVER = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "text/x-amp-html",
)
"""Parts that are no content: signatures, and the message once more for some programs."""
_TITLE = re.compile(r"<title\b[^<>]{0,500}>[^<]*</title\s*>", re.I)
_UNSEEN = (
    " \t\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200f\u202a-\u202e\u2060-\u2064\u3164\ufeff\uffa0"
)
_FILLER = re.compile(f"(?<![{_UNSEEN}])[{_UNSEEN}]++$", re.MULTILINE)
"""Signs that nobody sees, with which newsletters fill what mail programs show of them."""
_META_CHARSET = re.compile(rb"""<meta\b[^<>]{0,500}?\bcharset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.I)
_BLANK_LINES = re.compile(r"\n{3,}")
_ENRICHED_TAG = re.compile(r"<(?:/?[A-Za-z][\w-]{0,60}|param>[^<]*</param)>")


@dataclass(slots=True)
class MailContent:
    """What a message holds: the parts of its text, messages inside it, and what is attached."""

    texts: list[Part] = field(default_factory=list)
    messages: list[Part] = field(default_factory=list)
    digest: list[Part] = field(default_factory=list)
    attachments: list[str] = field(default_factory=list)

    @property
    def has_html(self) -> bool:
        return any(part.kind == "text/html" for part in self.texts)


def find_content(part: Part) -> MailContent:
    """The content of a message."""
    found = MailContent()
    _collect(part, found)
    return found


def _collect(part: Part, found: MailContent) -> None:
    kind = part.kind
    if kind in _PASSED_OVER:
        return
    if part.disposition == "attachment":
        found.attachments.append(_name_of(part))
    elif kind == "multipart/alternative":
        _collect_alternative(part, found)
    elif kind == "multipart/related":
        _collect_related(part, found)
    elif kind == "multipart/digest":
        found.digest += [child for one in part.children for child in one.children or (one,)]
    elif part.children and kind.startswith("multipart/"):
        for child in part.children:
            _collect(child, found)
    elif kind == "message/rfc822":
        found.messages += part.children or ()
    elif kind in _TEXTS and not (part.file_name and found.texts):
        found.texts.append(part)
    else:
        found.attachments.append(_name_of(part))


def _collect_alternative(part: Part, found: MailContent) -> None:
    """Choose one of several forms of the same text: the plain one, unless it is only a stub."""
    forms = [form for form in map(find_content, part.children) if form.texts or form.messages or form.digest]
    if not forms:
        for child in part.children:
            _collect(child, found)
        return
    plain = next((form for form in forms if form.texts and not form.has_html), None)
    rich = next((form for form in reversed(forms) if form.has_html), None)
    chosen = plain or rich or forms[0]
    if plain is not None and rich is not None:
        words = _count_words(plain)
        if words < SHORT_TEXT and _count_words(rich) > FULLER * words:
            chosen = rich
    found.texts += chosen.texts
    found.messages += chosen.messages
    found.digest += chosen.digest
    for form in forms:
        found.attachments += (name for name in form.attachments if name not in found.attachments)


def _collect_related(part: Part, found: MailContent) -> None:
    """Collect the first part, or the one that is named; pictures that it shows are no
    attachments."""
    start = part.parameters.get("start", "").strip()
    children = part.children
    root = next((one for one in children if start and one.text("content-id") == start), children[0] if children else None)
    for child in children:
        if child is root:
            _collect(child, found)
        elif not (child.kind.startswith("image/") and (child.raw("content-id") or child.raw("content-location"))):
            found.attachments.append(_name_of(child))


def _name_of(part: Part) -> str:
    """The name of an attachment, or its type."""
    if part.file_name:
        return part.file_name
    subject = part.children[0].text("subject") if part.kind == "message/rfc822" and part.children else ""
    return f"{subject} ({part.kind})" if subject else part.kind


def _count_words(content: MailContent) -> int:
    words = (word for part in content.texts for word in text_of(part).split())
    return sum("://" not in word and not word.startswith("<") for word in words)


def content_and_charset(part: Part) -> tuple[bytes, str]:
    """The bytes of a part of the text, and their encoding as far as it is named."""
    data = part.content()
    charset = part.parameters.get("charset", "")
    if part.kind == "text/html" and not charset and (named := _META_CHARSET.search(data[:4096])):
        charset = named[1].decode("ascii")
    if is_utf_7(charset):
        return from_utf_7(data), "utf-8"
    if b"\0" in data and data.isascii():
        return data, ""  # UTF-16, whatever it is called, or no text
    return data, charset_of(data, charset)


def text_of(part: Part) -> str:
    """The text of a part."""
    return readable(decode_part(*content_and_charset(part)), part)


def readable(text: str, part: Part) -> str:
    """The decoded content of a part as text: without HTML, and with the lines of a flowed text
    joined."""
    text = replace_controls(text)
    if part.kind == "text/html":
        text = html_to_text(_TITLE.sub("", text))
        return _BLANK_LINES.sub("\n\n", _FILLER.sub("", text)).strip("\n")
    if part.kind in ("text/enriched", "text/richtext"):
        text = _ENRICHED_TAG.sub("", text).replace("<<", "<")
    if part.parameters.get("format", "").lower() == "flowed":
        text = _join_flowed(text, drops_blank=part.parameters.get("delsp", "").lower() == "yes")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


def _join_flowed(text: str, *, drops_blank: bool) -> str:
    """A text whose lines go on where they end with a blank (RFC 3676)."""
    lines: list[str] = []
    pieces: list[str] = []
    depth_before = -1
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        is_flowed = rest.endswith(" ") and rest != "-- "
        if pieces and depth != depth_before:
            lines.append("".join(pieces))
            pieces = []
        if not pieces:
            pieces.append(f"{'>' * depth} " if depth else "")
        pieces.append(rest[:-1] if drops_blank and is_flowed else rest)
        depth_before = depth
        if not is_flowed:
            lines.append("".join(pieces))
            pieces = []
    if pieces:
        lines.append("".join(pieces))
    return "\n".join(lines)
