"""Reads the header of a text file: what it says of its article before the first paragraph.

There are four forms, of which any part may be missing: a first line ` date 2020-04-26 By Akbar
Mammadov`; lines `Title: ...`, `Date: ...`, `Author: ...`; YAML front matter; and a title, a byline
and a date on lines of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import is_agency, is_role, parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.front_matter import Value, read_front_matter, read_names
from searchkit.corpus.header_lines import (
    DOUBTFUL_NAMES,
    LONGEST_TITLE,
    HeaderLine,
    date_before,
    is_full_name,
    is_month_and_year,
    is_name,
    is_sentence,
    looks_like_date,
    parse_foreign_byline,
    parse_header,
)
from searchkit.corpus.key_sets import FOREIGN_KEYS, normal_key

MOST_KEYS = 500
"""Lines of keys and values in a header."""
LONGEST_VALUE = 200
"""Characters of a line with an unknown key; longer lines are text."""
MOST_WORDS_OF_A_LONE_KEY = 3
"""Words behind the only key of a header, if no title follows; a line with more is a title."""
KEYS = {
    "title": "title headline head",
    "date": "date published publishedon publisheddate datepublished publishdate publicationdate pubdate"
    " created issuedate loaddate originallypublished dateofpublication releasedate posted data",
    "authors": "author authors by byline",
    "source": "source publisher newspaper publication",
    "section": "section category categories desk",
    "topics": "keywords keyword tags tag topics topic subjects subject",
    "language": "language lang",
    "url": "url link permalink",
    "body": "body text content article fulltext",
}
"""The keys of each field, in normal form; FOREIGN_KEYS has more. They are fewer than those of
records. The text begins behind a key of "body"."""
_FIELDS = {key: name for keys_of in (FOREIGN_KEYS, KEYS) for name, keys in keys_of.items() for key in keys.split()}
_NO_FIELD = frozenset(re.findall(r"\w+", "from to cc dateline location place edition page pages length copyright rights id"))
"""Keys of headers that no field has: their lines are neither a title nor text."""
_KEY_LINE = re.compile(r"\s*([^\W\d_][\w-]*(?: [\w-]+){0,2})\s*[:：]\s*(.*)$")
_PARTED = re.compile(r"[^:：]*:(?:\s|$)")


@dataclass(slots=True)
class Header:
    """The header of a file. `order` is the order of ambiguous dates.

    `extra` has what belongs to no field, the `date` if it was not understood, and the `byline` if
    it says more than the authors' names.
    """

    order: str = ""
    title: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def has_date(self) -> bool:
        """Whether a date was given, understood or not."""
        return self.date is not None or "date" in self.extra

    def add_value(self, key: str, value: Value) -> None:
        """Set the field of a key to a value, or add the value to `extra` if the field has one
        already."""
        name = _field(key)
        text = one_line(value if isinstance(value, str) else ", ".join(value))
        if not text:
            return
        if name == "date" and not self.has_date:
            self.date = parse_date(text, self.order)
            if self.date is None:
                self.date, _ = date_before(text, self.order)
                self.extra["date"] = text
        elif name == "authors":
            # In a list a comma stands inside a name.
            self._add_byline(text if isinstance(value, str) else "; ".join(value) + ";", text)
        elif name == "topics" and not self.topics:
            topics = re.split("[,;]", value) if isinstance(value, str) else value
            self.topics = tuple(dict.fromkeys(one_line(topic) for topic in topics if topic.strip()))
        elif name in ("title", "source", "section", "language", "url") and not getattr(self, name):
            setattr(self, name, text)
        else:
            self.add_extra(key, value if isinstance(value, str) else text)

    def add_front_matter(self, key: str, value: Value) -> None:
        """Add a value of front matter: of mappings only the names, and to `extra` all of it if
        there is more."""
        if _field(key) in ("authors", "topics", "source", "section") and (found := read_names(value)) is not None:
            names, has_more = found
            if names:
                self.add_value(key, names)
            if has_more or not names:
                self.add_extra(key, value if isinstance(value, str) else "\n".join(value))
        else:
            self.add_value(key, value)

    def add_line(self, found: HeaderLine) -> bool:
        """Add what a line says; False if it says nothing new.

        Names are added to those of another line that has a date too, or stands above the title.
        """
        has_date = found.date is not None or bool(found.unread_date)
        has_names = bool(found.authors or found.byline)
        if (has_date and self.has_date) or not (has_date or has_names):
            return False
        if not has_date and self.authors and self.title:
            return False
        self.date = found.date or self.date
        if found.unread_date:
            self.extra["date"] = found.unread_date
        self.authors = tuple(dict.fromkeys((*self.authors, *found.authors)))
        if found.byline:
            self.add_extra("byline", found.byline)
        return True

    def _add_byline(self, byline: str, written: str) -> None:
        names, is_cut = parse_byline(byline)
        self.authors = tuple(dict.fromkeys((*self.authors, *names)))
        if is_cut:
            self.add_extra("byline", written)

    def add_extra(self, key: str, text: str) -> None:
        """Add a text to `extra`, behind a text that is under the same key."""
        self.extra[key] = f"{self.extra[key]}, {text}" if key in self.extra else text


def read_header(lines: list[str], start: int, order: str) -> tuple[Header, int]:
    """Read the header of a file, and return it with the line where the body begins. `start` is the
    first line not blank.

    If the body begins behind a key ("Text: ..."), the key is removed from that line. If the body is
    a value of front matter, with no text below, its lines are added to `lines`.
    """
    header = Header(order)
    front = read_front_matter(lines, start)
    at = start
    if front is not None:
        entries, at = front
        bodies = [entry for entry in entries if _is_body(*entry)] if _next_line(lines, at) == len(lines) else []
        if bodies:
            body = max(bodies, key=lambda entry: len(entry[1]))
            entries.remove(body)
            at = len(lines)
            lines += str(body[1]).split("\n")
        for key, value in entries:
            header.add_front_matter(key, value)
        if bodies:
            return header, _next_line(lines, at)
    else:
        at, ends = _read_keys(lines, start, header)
        if ends:
            return header, at
    if at == start and (found := parse_header(lines[start], order)) and not _is_title_with_by(lines, start, order):
        header.add_line(found)
        at = _read_role(lines, start, header, found)  # also if the line says nothing ("date:")
    while True:
        at = _next_line(lines, at)
        if at == len(lines):
            return header, at
        is_full = header.has_date and header.authors
        if (
            not is_full
            and (header.title or not _is_title_with_by(lines, at, order))
            and (
                found := parse_header(lines[at], order) or (parse_foreign_byline(lines[at], order) if header.title else None)
            )
            and header.add_line(found)
        ):
            at = _read_role(lines, at, header, found)
        elif not header.has_date and _is_month_line(lines, at, start, header, order):
            header.extra["date"] = one_line(lines[at])
            at += 1
        elif not header.title and _is_title(lines, at, order):
            header.title = one_line(lines[at])
            at += 1
        elif not header.title and not is_full and _is_title_of_two_lines(lines, at, order):
            header.title = one_line(f"{lines[at]} {lines[at + 1]}")
            at += 2
        elif at > start and not header.has_date and _is_above_date(lines, at, order):
            header.add_extra("byline", one_line(lines[at]))
            at += 1
        else:
            return header, at


def _header_line(line: str, order: str, *, has_title: bool) -> HeaderLine | None:
    """What a line of date and byline says; below a title it may be a byline of another language."""
    return parse_header(line, order) or (parse_foreign_byline(line, order) if has_title else None)


def _is_body(key: str, value: Value) -> bool:
    return _field(key) == "body" and isinstance(value, str) and bool(value.strip())


def _is_title_with_by(lines: list[str], at: int, order: str) -> bool:
    """Whether a line may be a title that begins with "By": no other title follows."""
    before, by, name = lines[at].lower().rpartition("by ")
    words = name.split()
    if not by or not words or words[0] not in DOUBTFUL_NAMES or "date" in before:
        return False
    below = _next_line(lines, at + 1)
    return below == len(lines) or not _is_title(lines, below, order)


def _is_title_of_two_lines(lines: list[str], at: int, order: str) -> bool:
    """Whether two lines are a title: short, no sentences, with a line of date or byline and then
    text below."""
    title = lines[at : at + 2]
    if sum(map(len, title)) >= LONGEST_TITLE or not all(line.strip() and not is_sentence(line) for line in title):
        return False
    below = _next_line(lines, at + 2)
    if below >= len(lines) or _next_line(lines, below + 1) == len(lines):
        return False
    found = _below_title(lines[below], order)
    if found is None or not (found.date or found.authors):
        return False
    return not lines[below + 1].strip() or _below_title(lines[below + 1], order) is not None


def _is_above_date(lines: list[str], at: int, order: str) -> bool:
    """Whether a short line, not a sentence, stands between another line and a date that ends the
    block."""
    block = lines[at - 1 : at + 2]
    if len(block) < 3 or not all(map(str.strip, block)) or "".join(lines[at + 2 : at + 3]).strip():
        return False
    if len(lines[at]) > LONGEST_TITLE or is_sentence(lines[at]):
        return False
    found = parse_header(lines[at + 1], order)
    return found is not None and found.date is not None and found == HeaderLine(found.date)


def _is_month_line(lines: list[str], at: int, start: int, header: Header, order: str) -> bool:
    """Whether a line is a month and a year instead of a date, which count as a date that was not
    understood.

    It stands above the title or right below a line of the header, and before an empty line; the
    file has a title and text besides.
    """
    if not is_month_and_year(lines[at].strip()) or (at + 1 < len(lines) and lines[at + 1].strip()):
        return False
    below = _next_line(lines, at + 1)
    if not header.title:
        return below < len(lines) and _is_title(lines, below, order) and _next_line(lines, below + 1) < len(lines)
    return at > start and bool(lines[at - 1].strip()) and below < len(lines)


def _read_role(lines: list[str], at: int, header: Header, found: HeaderLine) -> int:
    """Read the role or agency below a byline, if there is one, and return the next line."""
    below = at + 1
    if not found.authors or below == len(lines):
        return below
    line = one_line(lines[below])
    if is_agency(line):
        header.authors = tuple(dict.fromkeys((*header.authors, line)))
        return below + 1
    if is_role(line):
        if not found.byline:
            header.add_extra("byline", one_line(lines[at]))
        header.add_extra("byline", line)
        return below + 1
    return below


def _read_keys(lines: list[str], start: int, header: Header) -> tuple[int, bool]:
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
    limit = start + MOST_KEYS
    is_over = False
    while end < min(len(lines), limit) and body is None and not is_over:
        at = _next_line(lines, end) if entries else end
        found = _key_line(lines[at]) if at < len(lines) else None
        if found is None:
            break
        name = _field(found[1])
        if at > end and (not known or not name or name in {_field(key) for key, _ in entries}):
            break  # text may begin below an empty line: "Date: set for talks"
        if not name and len(lines[at]) > LONGEST_VALUE:
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
    names = {_field(key) for key, _ in entries} - {""}
    days = (value for key, value in entries if _field(key) == "date")
    if not (
        len(names) + (body is not None) >= 2
        or "title" in names
        or any(parse_date(value, header.order) or looks_like_date(value.strip()) for value in days)
        or (len(entries) == 1 and body is None and _is_lone_key(lines, end, *entries[0], header.order))
    ):
        return start, False
    if body is not None:
        end = end - 1 if body[2] else _next_line(lines, end)
        if body[2]:
            lines[end] = body[2]
    elif (end < len(lines) and lines[end].strip()) or _are_text(entries, known):
        end = behind_known
        entries = entries[:known]
    if "title" not in names and not (body is None and _title_follows(lines, end, header.order)):
        if _may_be_title(*entries[0]):
            header.title = first
            del entries[0]
        elif body is None and _may_be_title(*entries[-1]):
            del entries[-1]  # `read_header` reads it as a title
            end = last
    for key, value in entries:
        header.add_value(key, value)
    return end, body is not None


def _are_text(entries: list[tuple[str, str]], known: int) -> bool:
    """Whether the lines behind the last known key are text: an interview, or a first paragraph with
    a dateline."""
    unknown = [entry for entry in entries[known:] if normal_key(entry[0]) not in _NO_FIELD]
    keys = [key for key, _ in unknown]
    has_capitals = all(key.isupper() for key, _ in entries[:known])  # then capitals say nothing
    return len(set(keys)) < len(keys) or any(
        len(key) == 1 or (key.isupper() and not has_capitals and _has_words(value)) or is_sentence(value)
        for key, value in unknown
    )


def _may_be_title(key: str, value: str) -> bool:
    """Whether a line that looks like a key and a value may be a title with a colon."""
    return not _field(key) and normal_key(key) not in _NO_FIELD and _has_words(value)


def _has_words(value: str) -> bool:
    """Whether a value may be part of a title: it has more words than in "Page: 3" and "Length: 512
    words"."""
    return len(re.findall(r"\w*[^\W\d_]\w*", value)) > 1


def _title_follows(lines: list[str], at: int, order: str) -> bool:
    """Whether a title with text below follows at a line, directly or behind lines of date and
    byline."""
    for _ in range(3):
        at = _next_line(lines, at)
        if at == len(lines) or parse_header(lines[at], order) is None:
            break
        at += 1
    return at < len(lines) and _is_title(lines, at, order) and _next_line(lines, at + 1) < len(lines)


def _is_lone_key(lines: list[str], end: int, key: str, value: str, order: str) -> bool:
    """Whether the only key of a file belongs to a header, and not to a title ("Source: Trump to
    fire Comey").

    An empty line and a line of date and byline follow it. The value is names or a few words, or a
    title follows.
    """
    below = _next_line(lines, end)
    if below in (end, len(lines)) or _is_title_with_by(lines, below, order):
        return False
    found = parse_header(lines[below], order)
    if found is None or found == HeaderLine():
        return False
    if _title_follows(lines, below + 1, order):
        return True
    name = _field(key)
    if name == "authors":
        return all(map(is_name, parse_byline(value).names))
    return name != "date" and len(value.split()) <= MOST_WORDS_OF_A_LONE_KEY


def _fold_end(lines: list[str], start: int, limit: int) -> int | None:
    """The line behind those that continue the value of the key above, as in mail; `start` if none
    does.

    These lines are indented, and an empty line or a key follows. None if indented lines go on to
    the limit: they are text.
    """
    end = start
    for at in range(start, len(lines)):
        line = lines[at]
        if line[:1] not in (" ", "\t") or not line.strip() or len(line) > LONGEST_VALUE:
            break
        key = _key_line(line)
        if key and _field(key[1]):
            break
        if at >= limit:
            return None
        if at + 1 == len(lines) or not lines[at + 1].strip():
            if not line.rstrip().endswith((".", "。")):
                end = at + 1
            break
        if len(lines[at + 1]) <= LONGEST_VALUE and _key_line(lines[at + 1]):
            end = at + 1
    return end


def _key_line(line: str) -> re.Match[str] | None:
    """Match a key and its value. An unknown key must have a blank behind its colon."""
    found = _KEY_LINE.match(line)
    return found if found and (_PARTED.match(line) or _field(found[1])) else None


def _rename_mail_keys(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Rename the keys of a mail to those of an article: the sender is the author, the subject the
    title."""
    keys = {key.lower() for key, _ in entries}
    if not {"from", "subject"} <= keys or any(_field(key) == "title" for key in keys):
        return entries
    has_author = any(_field(key) == "authors" for key in keys)
    names = {"subject": "title"} | ({} if has_author else {"from": "author"})
    return [(names.get(key.lower(), key), value) for key, value in entries]


def _field(key: str) -> str:
    return _FIELDS.get(normal_key(key), "")


def _is_title(lines: list[str], at: int, order: str) -> bool:
    """Whether a line is a title: short, without a full stop, and above an empty line or a line of
    the header.

    It may end in a full stop if a line with a date or authors follows: "Talks resume in Washington,
    D.C."
    """
    line = lines[at].strip()
    if len(line) > LONGEST_TITLE:
        return False
    below = _below_title(lines[at + 1], order) if at + 1 < len(lines) else None
    if line.rstrip("\"'”’»)").endswith((".", "。")):
        return below is not None and bool(below.date or below.authors)
    if at + 1 == len(lines) or not lines[at + 1].strip() or below is not None:
        return True
    if is_full_name(lines[at + 1]) and not lines[at + 1].isupper() and _is_above_date(lines, at + 1, order):
        return True
    return is_month_and_year(lines[at + 1].strip()) and at + 2 < len(lines) and not lines[at + 2].strip()


def _below_title(line: str, order: str) -> HeaderLine | None:
    """Parse a line below a title. In small letters a foreign byline may be the second line of the
    title."""
    return _header_line(line, order, has_title=line[:1].isupper())


def _next_line(lines: list[str], at: int) -> int:
    """The first line not blank, from line `at` on."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
