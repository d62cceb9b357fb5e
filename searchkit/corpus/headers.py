"""What does a text file say of its article before the first paragraph?

Four forms, all of which may miss any part: a first line ` date 2020-04-26 By Akbar Mammadov`; lines `Title: ...`,
`Date: ...`, `Author: ...`; YAML front matter; and a title, a byline and a date on lines of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import PARTICLES, is_agency, is_role, parse_byline
from searchkit.corpus.dates import parse_date
from searchkit.corpus.front_matter import Value, read_front_matter, read_names
from searchkit.corpus.key_sets import FOREIGN, normal_key

LONGEST_TITLE = 150
LONGEST_HEADER = 500
"""Characters; longer lines are text, and looking for a byline in them takes their length squared."""
MOST_KEYS = 500
"""Lines of keys and values that a header has, at most."""
LONGEST_VALUE = 200
"""Characters behind a key that is not known; longer lines are text."""
MOST_WORDS_OF_A_LONE_KEY = 3
"""Words behind the only key of a header, if no title follows; more are a title."""
MOST_WORDS_OF_A_DATE = 15
"""Words of a date that stands beside other words."""

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
"""The keys of each field, in their normal form, fewer than records have; behind one of "body" the text begins.
Those of FOREIGN are beside them."""
_FIELDS = {key: name for keys_of in (FOREIGN, KEYS) for name, keys in keys_of.items() for key in keys.split()}
_NO_FIELD = frozenset(re.findall(r"\w+", "from to cc dateline location place edition page pages length copyright rights id"))
"""Keys that headers have for what is no field: their lines are neither a title nor text."""
_KEY_LINE = re.compile(r"\s*([^\W\d_][\w-]*(?: [\w-]+){0,2})\s*[:：]\s*(.*)$")
_PARTED = re.compile(r"[^:：]*:(?:\s|$)")

_MAY_BE_HEADER = re.compile(r"\s*(?:date|by|\D*\d)", re.I)
_HEADER = re.compile(r"\s*(?:(date)\b[:\s]*)?(.*?)(?:(?<![^\W\d_])(?<!-)(by)(?:[:\s]+(.*?))?)?\s*$", re.I)
_SUFFIX = re.compile(r",\s(?:[JS]r|I{1,3}|IV|Ph\.?D|M\.?D)\.?$")
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "the all any every each both his its our your their some this that these those what when where which who how means"
        " virtue order word or of than as it not most one two three other another next",
    )
)
"""Words that stand in no name, but in titles that begin with "By"."""
_DOUBTFUL_NAMES = frozenset(
    re.findall(
        r"\w+",
        "a an no my her to far way more popular royal special public general common mutual default design chance accident"
        " mistake proxy force air sea land rail road water train bus bike boat foot hand hook rights degrees dusk night"
        " moonlight candlelight invitation appointment request leaps numbers divine executive presidential contrast"
        " comparison sheer pure near close first last new old own same car plane ship",
    )
)
"""Words that titles have behind "By", but that may be names: "By Royal Appointment", "By Royal Ford", "By An Nguyen"."""
_NO_DATE = re.compile(r"(?:unknown|undated|none|n/?a|[?-]+|[\d./:+\-\sTZ]*\d[\d./:+\-\sTZ]*)$", re.I)
"""What stands for a date that nobody knows, or was meant as one: no words of prose."""
_MONTH_AND_YEAR = re.compile(r"([^\W\d_]{3,})\.?,?\s+(?:1[5-9]|20)\d\d$")
_SIGNS = " ,;:|/-–—(["
_AMBIGUOUS = re.compile(r"\d\d?([./-])\d\d?\1(?:\d{4}|\d\d)$")


class HeaderLine(NamedTuple):
    """What one line says: a date, a date that could not be read, authors, and the byline where it says more than they."""

    date: datetime | None = None
    unread_date: str = ""
    authors: tuple[str, ...] = ()
    byline: str = ""


@dataclass(slots=True)
class Header:
    """What stands before the first paragraph of a file. `extra` has what no other field takes, among it the `date` that
    could not be read and the `byline` that says more than the authors' names."""

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

    def take(self, key: str, value: Value) -> None:
        """Take the value of a key for its field, or for `extra` where the field has one."""
        name = _field(key)
        text = one_line(value if isinstance(value, str) else ", ".join(value))
        if not text:
            return
        if name == "date" and not self.has_date:
            self.date = parse_date(text, self.order)
            if self.date is None:
                self.date, _ = _date_before(text, self.order)
                self.extra["date"] = text
        elif name == "authors":
            # In a list a comma stands inside a name.
            self._take_byline(text if isinstance(value, str) else "; ".join(value) + ";", text)
        elif name == "topics" and not self.topics:
            topics = re.split("[,;]", value) if isinstance(value, str) else value
            self.topics = tuple(dict.fromkeys(one_line(topic) for topic in topics if topic.strip()))
        elif name in ("title", "source", "section", "language", "url") and not getattr(self, name):
            setattr(self, name, text)
        else:
            self.add(key, value if isinstance(value, str) else text)

    def take_front(self, key: str, value: Value) -> None:
        """Take a value of front matter. Of mappings the names are taken, and all is kept as it is where they say more."""
        if _field(key) in ("authors", "topics", "source", "section") and (found := read_names(value)) is not None:
            names, has_more = found
            if names:
                self.take(key, names)
            if has_more or not names:
                self.add(key, value if isinstance(value, str) else "\n".join(value))
        else:
            self.take(key, value)

    def take_line(self, found: HeaderLine) -> bool:
        """Take what a line says; False where it says nothing new.

        Names are added to those of another line that has a date beside them, or stands above the title.
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
            self.add("byline", found.byline)
        return True

    def _take_byline(self, byline: str, written: str) -> None:
        names, is_cut = parse_byline(byline)
        self.authors = tuple(dict.fromkeys((*self.authors, *names)))
        if is_cut:
            self.add("byline", written)

    def add(self, key: str, text: str) -> None:
        """Keep what no field takes, beside what was kept under the same key."""
        self.extra[key] = f"{self.extra[key]}, {text}" if key in self.extra else text


def read_header(lines: list[str], start: int, order: str) -> tuple[Header, int]:
    """The header of a file whose first line that is not blank is `start`, and the line where the body begins.

    Where the body begins behind a key ("Text: ..."), that line is replaced by what stands behind it. The body that is a
    value of front matter, with no text below, is added to the lines.
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
            header.take_front(key, value)
        if bodies:
            return header, _next_line(lines, at)
    else:
        at, ends = _take_keys(lines, start, header)
        if ends:
            return header, at
    if at == start and (found := parse_header(lines[start], order)) and not _is_title_with_by(lines, start, order):
        header.take_line(found)
        at = _take_role(lines, start, header, found)  # though the line may say nothing ("date:")
    while True:
        at = _next_line(lines, at)
        if at == len(lines):
            return header, at
        is_full = header.has_date and header.authors
        if (
            not is_full
            and (header.title or not _is_title_with_by(lines, at, order))
            and (found := parse_header(lines[at], order) or (_byline_abroad(lines[at], order) if header.title else None))
            and header.take_line(found)
        ):
            at = _take_role(lines, at, header, found)
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
            header.add("byline", one_line(lines[at]))
            at += 1
        else:
            return header, at


def _is_body(key: str, value: Value) -> bool:
    return _field(key) == "body" and isinstance(value, str) and bool(value.strip())


def _is_title_with_by(lines: list[str], at: int, order: str) -> bool:
    """Whether a line may be a title that begins with "By", and no other title follows."""
    before, by, name = lines[at].lower().rpartition("by ")
    words = name.split()
    if not by or not words or words[0] not in _DOUBTFUL_NAMES or "date" in before:
        return False
    below = _next_line(lines, at + 1)
    return below == len(lines) or not _is_title(lines, below, order)


def _is_title_of_two_lines(lines: list[str], at: int, order: str) -> bool:
    """Whether two lines are a title: short, no sentences, with a line of date or byline below them, and text below that."""
    title = lines[at : at + 2]
    if sum(map(len, title)) >= LONGEST_TITLE or not all(line.strip() and not _is_sentence(line) for line in title):
        return False
    below = _next_line(lines, at + 2)
    if below >= len(lines) or _next_line(lines, below + 1) == len(lines):
        return False
    found = _below_title(lines[below], order)
    if found is None or not (found.date or found.authors):
        return False
    return not lines[below + 1].strip() or _below_title(lines[below + 1], order) is not None


def _is_above_date(lines: list[str], at: int, order: str) -> bool:
    """Whether a short line, no sentence, stands right below another and right above a date that ends the block."""
    block = lines[at - 1 : at + 2]
    if len(block) < 3 or not all(map(str.strip, block)) or "".join(lines[at + 2 : at + 3]).strip():
        return False
    if len(lines[at]) > LONGEST_TITLE or _is_sentence(lines[at]):
        return False
    found = parse_header(lines[at + 1], order)
    return found is not None and found.date is not None and found == HeaderLine(found.date)


def _is_month_line(lines: list[str], at: int, start: int, header: Header, order: str) -> bool:
    """Whether a line is a month and a year alone that stand for the date, which is then not understood.

    It stands above the title or right below a line of the header, with an empty line behind it, and the file has a title
    and text all the same.
    """
    if not _is_month_and_year(lines[at].strip()) or (at + 1 < len(lines) and lines[at + 1].strip()):
        return False
    below = _next_line(lines, at + 1)
    if not header.title:
        return below < len(lines) and _is_title(lines, below, order) and _next_line(lines, below + 1) < len(lines)
    return at > start and bool(lines[at - 1].strip()) and below < len(lines)


def _is_month_and_year(written: str) -> bool:
    found = _MONTH_AND_YEAR.match(written)
    if found is None:
        return False
    from searchkit.corpus.date_words import fold, months  # late: few files have such a line

    return fold(found[1]) in months()


def _take_role(lines: list[str], at: int, header: Header, found: HeaderLine) -> int:
    """Take the role or the agency that stands below a byline; the line behind them."""
    below = at + 1
    if not found.authors or below == len(lines):
        return below
    line = one_line(lines[below])
    if is_agency(line):
        header.authors = tuple(dict.fromkeys((*header.authors, line)))
        return below + 1
    if is_role(line):
        if not found.byline:
            header.add("byline", one_line(lines[at]))
        header.add("byline", line)
        return below + 1
    return below


def parse_header(line: str, order: str = "") -> HeaderLine | None:
    """What a line of date and byline says, or None for a line that is no header but text.

    Behind the word "date" and a day, however written, any byline is one, and without "By" what looks like names; the
    rest is kept as a byline that says more. Otherwise a line must hold what look like names, so that "Date by Friday was
    the aim" and "By the time the war ended" stay what they are.
    """
    if len(line) > LONGEST_HEADER or not _MAY_BE_HEADER.match(line):
        return None
    found = _HEADER.match(line)
    if found is None:
        return None
    word, written, by = found[1], found[2].strip(" ,;|"), found[3]
    byline, said = found[4] or "", line[found.start(3) :].strip()
    date = parse_date(written, order) if written else None
    if by and not written:
        byline, date = _date_behind(byline, order)
    rest = ""
    if word and written and date is None:
        date, rest = _date_before(written, order)
        if rest and rest[0].islower() and line.lstrip().startswith("Date "):
            return None  # a headline
    if rest:
        byline, said = byline or rest, f"{rest} {said}" if by else rest
    names, is_cut = parse_byline(byline)
    if rest and by:
        is_cut = True
    elif rest and not all(map(_is_name, names)):
        if _is_sentence(rest):
            return None
        names, is_cut = (), True
    if date is not None and not word and written.isdecimal() and len(written) != 8:
        return None  # a number that may be anything
    if written and date is None:
        is_unread = _is_meant(written) if word else _AMBIGUOUS.match(written) or (by and _is_month_and_year(written))
        if not is_unread:
            return None
    if not (word and written) and not (all(map(_is_name, names)) and not (is_cut and line.rstrip().endswith("."))):
        return None
    if not word and not written and not names and not is_role(byline):
        return None
    if word and not written and not by and not line.rstrip().endswith(":"):
        return None
    return HeaderLine(date, "" if date else written, names, said if is_cut else "")


def _date_behind(byline: str, order: str) -> tuple[str, datetime | None]:
    """A byline without the date at its end ("Jane Doe | April 26, 2020"), and that date. A sentence has none."""
    words = byline.split()
    if re.search(r"\d", byline) and not re.search(r"\d\.$", byline):
        for at in range(max(1, len(words) - MOST_WORDS_OF_A_DATE), len(words)):
            date = _day_of(words[at:], order)
            if date is not None:
                return " ".join(words[:at]).rstrip(_SIGNS), date
    return byline, None


def _date_before(text: str, order: str) -> tuple[datetime | None, str]:
    """The date that a text begins with, and what stands behind it: names, if it can be parted so."""
    words = text.split()
    found = []
    for at in range(min(len(words) - 1, MOST_WORDS_OF_A_DATE), 0, -1):
        date, rest = _day_of(words[:at], order), " ".join(words[at:]).lstrip(_SIGNS)
        if date is not None and rest:
            found.append((date, rest))
    are_names = (one for one in found if all(map(_is_name, parse_byline(one[1]).names)))
    return next(are_names, found[0] if found else (None, ""))


def _day_of(words: list[str], order: str) -> datetime | None:
    """The date of words, but for a number that may be anything."""
    return None if len(words) == 1 and words[0].isdecimal() and len(words[0]) != 8 else parse_date(" ".join(words), order)


def _byline_abroad(line: str, order: str) -> HeaderLine | None:
    """The names and the date of a line that is a byline of another language and no more: "Von Max Müller"."""
    line = line.strip()
    if len(line) > LONGEST_TITLE or not line[:1].isalpha() or _is_sentence(line):
        return None
    byline, date = _date_behind(line, order)
    names, is_cut = parse_byline(byline)
    if is_cut or not names or line.startswith(names[0]) or not all(map(_is_full_name, names)):
        return None
    return HeaderLine(date, authors=names)


def _is_full_name(name: str) -> bool:
    """Whether a name has a first and a last name, or is an agency's. Titles have more words: "Di Maria Is Back Again"."""
    words = name.split()
    big = [word for word in words if word not in PARTICLES]
    return is_agency(name) or (_is_name(name) and 2 <= len(big) <= 3 and words[0].lower() not in PARTICLES)


def _is_meant(written: str) -> bool:
    if _NO_DATE.match(written):
        return True
    from searchkit.corpus.written_dates import is_meant_as_date  # late: for dates that are not understood

    return is_meant_as_date(written)


def _take_keys(lines: list[str], start: int, header: Header) -> tuple[int, bool]:
    """Take the lines of keys and values that a file begins with; the line behind them, and whether the body begins there.

    They are a header when two keys are known, the title or a date is among them, or one stands above a line of date and
    byline. Keys that are not known belong to it up to the last that is, or to an empty line where they do not look like
    text. Where nothing else is the title, the first or the last line is, with a key that is not known.
    """
    entries: list[tuple[str, str]] = []
    first = ""
    known, behind_known = 0, start  # entries up to the last key that is known, and the line behind it
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
            break  # below an empty line the text may begin: "Date: set for talks"
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
    entries = _of_mail(entries)
    names = {_field(key) for key, _ in entries} - {""}
    days = (value for key, value in entries if _field(key) == "date")
    if not (
        len(names) + (body is not None) >= 2
        or "title" in names
        or any(parse_date(value, header.order) or _is_meant(value.strip()) for value in days)
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
            del entries[-1]  # it is read as any title
            end = last
    for key, value in entries:
        header.take(key, value)
    return end, body is not None


def _are_text(entries: list[tuple[str, str]], known: int) -> bool:
    """Whether the lines behind the last key that is known are text: an interview, or a lead with the place before it."""
    unknown = [entry for entry in entries[known:] if normal_key(entry[0]) not in _NO_FIELD]
    keys = [key for key, _ in unknown]
    has_capitals = all(key.isupper() for key, _ in entries[:known])  # then capitals say nothing
    return len(set(keys)) < len(keys) or any(
        len(key) == 1 or (key.isupper() and not has_capitals and _has_words(value)) or _is_sentence(value)
        for key, value in unknown
    )


def _may_be_title(key: str, value: str) -> bool:
    """Whether a line is no key and value, but may be a title with a colon."""
    return not _field(key) and normal_key(key) not in _NO_FIELD and _has_words(value)


def _has_words(value: str) -> bool:
    """Whether a value may be a part of a title: of more words than "Page: 3" and "Length: 512 words" have."""
    return len(re.findall(r"\w*[^\W\d_]\w*", value)) > 1


def _is_sentence(text: str) -> bool:
    return text.rstrip().rstrip("\"'”’»)").endswith(tuple(".!?。！？"))


def _title_follows(lines: list[str], at: int, order: str) -> bool:
    """Whether the lines from one on are a title, with text below, or begin with lines of date and byline above one."""
    for _ in range(3):
        at = _next_line(lines, at)
        if at == len(lines) or parse_header(lines[at], order) is None:
            break
        at += 1
    return at < len(lines) and _is_title(lines, at, order) and _next_line(lines, at + 1) < len(lines)


def _is_lone_key(lines: list[str], end: int, key: str, value: str, order: str) -> bool:
    """Whether the only key of a file is its header's, and no part of a title ("Source: Trump to fire Comey").

    Behind an empty line a line of date and byline stands below it. The value is names or a few words, or a title follows.
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
        return all(map(_is_name, parse_byline(value).names))
    return name != "date" and len(value.split()) <= MOST_WORDS_OF_A_LONE_KEY


def _fold_end(lines: list[str], start: int, limit: int) -> int | None:
    """The line behind those that continue the value of the key above, as in mail; `start` where none does.

    They are indented, with an empty line or a key below the last. None where indented lines go on to the limit: these are
    text, not a value.
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
    """A key and its value; a key that is not known has a blank behind its colon."""
    found = _KEY_LINE.match(line)
    return found if found and (_PARTED.match(line) or _field(found[1])) else None


def _of_mail(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The keys of a mail as those of an article: who sent it is its author, its subject the title."""
    keys = {key.lower() for key, _ in entries}
    if not {"from", "subject"} <= keys or any(_field(key) == "title" for key in keys):
        return entries
    has_author = any(_field(key) == "authors" for key in keys)
    names = {"subject": "title"} | ({} if has_author else {"from": "author"})
    return [(names.get(key.lower(), key), value) for key, value in entries]


def _field(key: str) -> str:
    return _FIELDS.get(normal_key(key), "")


def _is_name(text: str) -> bool:
    """Whether a byline that stands alone is one: "Akbar Mammadov" and "AFP", not "Dawn" or "Friday was the aim".

    "Dawn, Police Say" looks like a last and a first name, so these are none here.
    """
    words = _SUFFIX.sub("", text).split()
    if not words or any(word.endswith(",") for word in words):
        return False
    if is_agency(text):
        return True
    big = all(word[0].isupper() or word in PARTICLES for word in words) and words[0][0].isalpha()
    if len(words) == 1:
        # Many a title is "BY DAWN"; what cannot be spoken is no word.
        return big and text.isupper() and not set("AEIOUY") & set(text)
    return big and len(words) <= 6 and not any(word.lower() in _NO_NAMES for word in words)


def _is_title(lines: list[str], at: int, order: str) -> bool:
    """Whether a line is a title: short, without a full stop, and with an empty line or one of a header below.

    A full stop may stand right above a line that says a date or authors: "Talks resume in Washington, D.C."
    """
    line = lines[at].strip()
    if len(line) > LONGEST_TITLE:
        return False
    below = _below_title(lines[at + 1], order) if at + 1 < len(lines) else None
    if line.rstrip("\"'”’»)").endswith((".", "。")):
        return below is not None and bool(below.date or below.authors)
    if at + 1 == len(lines) or not lines[at + 1].strip() or below is not None:
        return True
    if _is_full_name(lines[at + 1]) and not lines[at + 1].isupper() and _is_above_date(lines, at + 1, order):
        return True
    return _is_month_and_year(lines[at + 1].strip()) and at + 2 < len(lines) and not lines[at + 2].strip()


def _below_title(line: str, order: str) -> HeaderLine | None:
    """What a line below a title says. In small letters a byline of another language may be the second line of a title."""
    return parse_header(line, order) or (_byline_abroad(line, order) if line[:1].isupper() else None)


def _next_line(lines: list[str], at: int) -> int:
    """The first line from one on that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
