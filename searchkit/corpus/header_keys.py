"""Reads lines of keys and values in a header: `Title: ...`, `Date: ...`, `Author: ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.header_fields import NO_FIELD, Header, field_of
from searchkit.corpus.header_lines import HeaderLine, is_name, is_sentence, looks_like_date, parse_header
from searchkit.corpus.header_titles import is_title_with_by, next_line, title_follows
from searchkit.corpus.key_sets import normal_key

MAX_KEYS = 500
"""Maximum number of lines of keys and values in a header."""
MAX_VALUE_LENGTH = 200
"""Maximum length of a line with an unknown key, in characters; longer lines are text."""
MAX_WORDS_OF_SINGLE_VALUE = 3
"""Maximum number of words behind the only key of a header, if no title follows; a line with more is
a title."""

_KEY_LINE = re.compile(r"\s*([^\W\d_][\w-]*(?: [\w-]+){0,2})\s*[:：]\s*(.*)$")
_BLANK_BEHIND_COLON = re.compile(r"[^:：]*:(?:\s|$)")


@dataclass(slots=True)
class _KeyLines:
    """Lines of keys and values that follow each other. `last`, `end` and `known_end` are indexes in
    the lines of the file.

    `entries` are keys with their values, without that of the body. `first` is the text of the first
    line, `last` the line of the last key, and `end` the line behind the block. `known_count` is the
    number of entries up to the last key of a field, and `known_end` the line behind it. `body` is a
    key of the body and its value: the block ends there.
    """

    last: int
    end: int
    known_end: int
    known_count: int = 0
    first: str = ""
    entries: list[tuple[str, str]] = field(default_factory=list)
    body: re.Match[str] | None = None


def read_keys(lines: list[str], start: int, header: Header) -> tuple[int, bool]:
    """Read lines of keys and values into `header`. Return the index of the line behind them, and
    whether the body begins there.

    The lines are a header if any of these is true:

    1. They have keys of two fields.
    2. They have a title.
    3. They have a date, or what was meant as one.
    4. They are a single line above a line of date and byline (`_is_single_header_line`).

    Unknown keys belong to the header up to the last known key, or up to an empty line if they do
    not look like text. If nothing else is a title, the first or the last line is, if its key is
    unknown. A text that stands behind a key of the body replaces its line in `lines`.
    """
    found = _find_key_lines(lines, start)
    entries, body, end = _rename_mail_keys(found.entries), found.body, found.end
    names = {field_of(key) for key, _ in entries} - {""}
    dates = (value for key, value in entries if field_of(key) == "date")
    if found.known_end == start or not (
        len(names) + (body is not None) >= 2
        or "title" in names
        or any(parse_date(value, header.order) or looks_like_date(value.strip()) for value in dates)
        or (len(entries) == 1 and body is None and _is_single_header_line(lines, end, *entries[0], header.order))
    ):
        return start, False
    if body is not None:
        end = end - 1 if body[2] else next_line(lines, end)
        if body[2]:
            lines[end] = body[2]
    elif (end < len(lines) and lines[end].strip()) or _look_like_text(entries, found.known_count):
        end = found.known_end
        entries = entries[: found.known_count]
    if "title" not in names and not (body is None and title_follows(lines, end, header.order)):
        if _may_be_title(*entries[0]):
            header.title = found.first
            del entries[0]
        elif body is None and _may_be_title(*entries[-1]):
            del entries[-1]  # `read_header` reads it as a title
            end = found.last
    for key, value in entries:
        header.add_value(key, value)
    return end, body is not None


def _find_key_lines(lines: list[str], start: int) -> _KeyLines:
    """Find the lines of keys and values from line `start` on."""
    found = _KeyLines(last=start, end=start, known_end=start)
    entries = found.entries
    limit = start + MAX_KEYS
    while found.end < min(len(lines), limit):
        at = next_line(lines, found.end) if entries else found.end
        key_line = _match_key_line(lines[at]) if at < len(lines) else None
        if key_line is None:
            break
        key, value = key_line[1], key_line[2]
        name = field_of(key)
        if at > found.end and (not found.known_count or not name or name in {field_of(one) for one, _ in entries}):
            break  # text may begin below an empty line: "Date: set for talks"
        if not name and len(lines[at]) > MAX_VALUE_LENGTH:
            break
        found.last, found.end = at, at + 1
        if name == "body":
            found.body = key_line
            found.known_count, found.known_end = len(entries), found.end
            break
        continuation_end = _continuation_end(lines, found.end, limit)
        continuation = [] if continuation_end is None else [line.strip() for line in lines[found.end : continuation_end]]
        found.end += len(continuation)
        found.first = found.first or one_line(" ".join([lines[at], *continuation]))
        entries.append((key, " ".join([value, *continuation])))
        if name:
            found.known_count, found.known_end = len(entries), found.end
        if continuation_end is None:
            break
    return found


def _look_like_text(entries: list[tuple[str, str]], known: int) -> bool:
    """Whether the lines behind the last known key are text: an interview, or a first paragraph with
    a dateline."""
    unknown = [entry for entry in entries[known:] if normal_key(entry[0]) not in NO_FIELD]
    keys = [key for key, _ in unknown]
    has_capitals = all(key.isupper() for key, _ in entries[:known])  # then capitals are no evidence
    return len(set(keys)) < len(keys) or any(
        len(key) == 1 or (key.isupper() and not has_capitals and _has_words(value)) or is_sentence(value)
        for key, value in unknown
    )


def _may_be_title(key: str, value: str) -> bool:
    """Whether a line that looks like a key and a value may be a title with a colon."""
    return not field_of(key) and normal_key(key) not in NO_FIELD and _has_words(value)


def _has_words(value: str) -> bool:
    """Whether a value may be part of a title: it has more words than in "Page: 3" and "Length: 512
    words"."""
    return len(re.findall(r"\w*[^\W\d_]\w*", value)) > 1


def _is_single_header_line(lines: list[str], end: int, key: str, value: str, order: str) -> bool:
    """Whether the only key of a file, with the line behind it at `end`, belongs to a header, and
    not to a title ("Source: Trump to fire Comey").

    An empty line and a line of date and byline follow it. The value is names or a few words, or a
    title follows.
    """
    below = next_line(lines, end)
    if below in (end, len(lines)) or is_title_with_by(lines, below, order):
        return False
    found = parse_header(lines[below], order)
    if found is None or found == HeaderLine():
        return False
    if title_follows(lines, below + 1, order):
        return True
    name = field_of(key)
    if name == "authors":
        return all(map(is_name, parse_byline(value).names))
    return name != "date" and len(value.split()) <= MAX_WORDS_OF_SINGLE_VALUE


def _continuation_end(lines: list[str], start: int, limit: int) -> int | None:
    """The index of the line behind those that continue the value of the key above, as in mail;
    `start` if none does.

    These lines are indented, and an empty line or a key follows. None if indented lines go on to
    line `limit`: they are text.
    """
    end = start
    for at in range(start, len(lines)):
        line = lines[at]
        if line[:1] not in (" ", "\t") or not line.strip() or len(line) > MAX_VALUE_LENGTH:
            break
        key = _match_key_line(line)
        if key and field_of(key[1]):
            break
        if at >= limit:
            return None
        if at + 1 == len(lines) or not lines[at + 1].strip():
            if not line.rstrip().endswith((".", "。")):
                end = at + 1
            break
        if len(lines[at + 1]) <= MAX_VALUE_LENGTH and _match_key_line(lines[at + 1]):
            end = at + 1
    return end


def _match_key_line(line: str) -> re.Match[str] | None:
    """Match a key and its value. An unknown key must have a blank behind its colon."""
    found = _KEY_LINE.match(line)
    return found if found and (_BLANK_BEHIND_COLON.match(line) or field_of(found[1])) else None


def _rename_mail_keys(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rename the keys of a mail to those of an article: the sender is the author, the subject the
    title."""
    keys = {key.lower() for key, _ in entries}
    if not {"from", "subject"} <= keys or any(field_of(key) == "title" for key in keys):
        return entries
    has_author = any(field_of(key) == "authors" for key in keys)
    names = {"subject": "title"} | ({} if has_author else {"from": "author"})
    return [(names.get(key.lower(), key), value) for key, value in entries]
