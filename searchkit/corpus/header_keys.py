"""Reads lines of keys and values in a header: `Title: ...`, `Date: ...`, `Author: ...`."""

from __future__ import annotations

import re

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


def read_keys(lines: list[str], start: int, header: Header) -> tuple[int, bool]:
    """Read lines of keys and values. Return the line behind them, and whether the body begins
    there.

    They are a header if two keys are known, if a title or a date is among them, or if one stands
    above a line of date and byline. Unknown keys belong to the header up to the last known key, or
    up to an empty line if they do not look like text. If nothing else is a title, the first or the
    last line is, if its key is unknown.
    """
    entries: list[tuple[str, str]] = []
    first = ""
    # The number of entries up to the last known key, and the line behind it.
    known, behind_known = 0, start
    body: re.Match[str] | None = None
    last = end = start
    limit = start + MAX_KEYS
    is_over = False
    while end < min(len(lines), limit) and body is None and not is_over:
        at = next_line(lines, end) if entries else end
        found = _key_line(lines[at]) if at < len(lines) else None
        if found is None:
            break
        name = field_of(found[1])
        if at > end and (not known or not name or name in {field_of(key) for key, _ in entries}):
            break  # text may begin below an empty line: "Date: set for talks"
        if not name and len(lines[at]) > MAX_VALUE_LENGTH:
            break
        last, end = at, at + 1
        value = found[2] or ""
        if name == "body":
            body = found
        else:
            fold_end = _fold_end(lines, end, limit)
            is_over = fold_end is None
            folded = [line.strip() for line in lines[end:fold_end]] if fold_end is not None else []
            end += len(folded)
            first = first or one_line(" ".join([lines[at], *folded]))
            entries.append((found[1], " ".join([value, *folded])))
        if name:
            known, behind_known = len(entries), end
    if behind_known == start:
        return start, False
    entries = _rename_mail_keys(entries)
    names = {field_of(key) for key, _ in entries} - {""}
    days = (value for key, value in entries if field_of(key) == "date")
    if not (
        len(names) + (body is not None) >= 2
        or "title" in names
        or any(parse_date(value, header.order) or looks_like_date(value.strip()) for value in days)
        or (len(entries) == 1 and body is None and _is_lone_key(lines, end, *entries[0], header.order))
    ):
        return start, False
    if body is not None:
        end = end - 1 if body[2] else next_line(lines, end)
        if body[2]:
            lines[end] = body[2]
    elif (end < len(lines) and lines[end].strip()) or _look_like_text(entries, known):
        end = behind_known
        entries = entries[:known]
    if "title" not in names and not (body is None and title_follows(lines, end, header.order)):
        if _may_be_title(*entries[0]):
            header.title = first
            del entries[0]
        elif body is None and _may_be_title(*entries[-1]):
            del entries[-1]  # `read_header` reads it as a title
            end = last
    for key, value in entries:
        header.add_value(key, value)
    return end, body is not None


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


def _is_lone_key(lines: list[str], end: int, key: str, value: str, order: str) -> bool:
    """Whether the only key of a file belongs to a header, and not to a title ("Source: Trump to
    fire Comey").

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


def _fold_end(lines: list[str], start: int, limit: int) -> int | None:
    """The line behind those that continue the value of the key above, as in mail; `start` if none
    does.

    These lines are indented, and an empty line or a key follows. None if indented lines go on to
    the limit: they are text.
    """
    end = start
    for at in range(start, len(lines)):
        line = lines[at]
        if line[:1] not in (" ", "\t") or not line.strip() or len(line) > MAX_VALUE_LENGTH:
            break
        key = _key_line(line)
        if key and field_of(key[1]):
            break
        if at >= limit:
            return None
        if at + 1 == len(lines) or not lines[at + 1].strip():
            if not line.rstrip().endswith((".", "。")):
                end = at + 1
            break
        if len(lines[at + 1]) <= MAX_VALUE_LENGTH and _key_line(lines[at + 1]):
            end = at + 1
    return end


def _key_line(line: str) -> re.Match[str] | None:
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
