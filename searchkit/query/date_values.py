"""Parses the dates of a query: what stands behind `date:`, `since:` and `until:`, and the dates
that restrict all of it.

Most queries have none: the parser imports this module when a query first has one.
"""

from __future__ import annotations

import re
from datetime import date

from searchkit.errors import QueryError
from searchkit.query.clock import Clock
from searchkit.query.date_ranges import BadDate, NoYear
from searchkit.query.dates import FORMS, FORMS_OF_BOUND, MAX_LENGTH, is_whole_range, parse_bound, parse_dates
from searchkit.query.nodes import Dates, Node

# As text, to be compiled when they are needed: most dates are of one word.
_BRACKETED = r"[\[{][^\]}]*[\]}]"
_SINGLE_QUOTED = r"(?<!\w)'([^'\"]*)'(?!\w)"
_GLUED = rf'(?:"[^"]*"|{_SINGLE_QUOTED}|[^\s()"])+'
_WEIGHT = r"\^[^\^\"]*$"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_GOES_ON = r"[<>]=?|(?:[<>]=?|\S*\.\.)?(?:[^\W_]+|\d\d?[./]\d\d?|\d\d?(?:st|nd|rd|th|\.)?-\d\d?(?:st|nd|rd|th)?)[.,]?"
"""The first word of a date of several words: `26`, `26.4.`, `1-15`, `April`, `>`, `2020..June`."""
_MORE = r"(?i)\s+(?:(?:to|until|till|at|-)\s|\.\.|\d\d?:\d\d|[+-]\d\d:?\d\d\b|ago\b|(?:GMT|UTC)\b)"
_MORE += rf"|(?<=\.\.)\s+(?:\d|now|today|yesterday|last|this|{_MONTHS})"
"""What may join a date with the other end of its range, or with a time, or that with its zone."""
_MONTH = rf"(?i)\s+(?:{_MONTHS})[a-z]*"
"""What may be the English name of a month, behind a year."""
_YEAR = r"[12]\d{3}"
MAX_WORDS = 9
"""Words of the longest date without quotes: `from 26 April 2020 to 30 June 2020` and a time."""


def parse_date_value(text: str, original: str, start: int, field: str, clock: Clock) -> tuple[Node, int, str]:
    """Parse the date at an offset of a query; return its node, the offset behind it, and a note for
    people or "".

    The date may have quotes around all of it or around parts (`"April 2020".."June 2020"`). Without
    quotes (a shell removes them) the fewest words count that are a date: `26 April 2020`. A weight
    (`^2`) is not part of it. `original` is the text as typed. Raises QueryError.
    """
    is_bracketed = text.startswith(("[", "{"), start)
    found = re.compile(_BRACKETED if is_bracketed else _GLUED).match(text, start)
    if found is None:
        if is_bracketed:
            raise QueryError("a range of dates without its ] or }", original, start)
        if text.startswith('"', start):
            raise QueryError("a quote without its closing one", original, start)
        before = start - len(field) - 1
        raise QueryError(f"{field}: needs a date right after the colon", original, max(before, 0), len(field) + 1)
    value = _Value(text, original, start, field, clock)
    try:
        parsed = value.parse(found.end())
    except BadDate as error:
        goes_on = re.fullmatch(_GOES_ON, found[0])
        longer = value.parse_longer(found.end()) if goes_on else None
        if longer is None:
            if goes_on:
                value.refuse_range(found.end())
            hint = error.hint or _expected(field)
            raise QueryError(str(error), original, start, len(found[0]), hint) from None
        parsed = longer
    if text[parsed[1] : parsed[1] + 1].isspace():
        more = re.compile(_MORE)
        while more.match(text, parsed[1]) and (longer := value.parse_longer(parsed[1])):
            parsed = longer
        if more.match(text, parsed[1]):
            value.refuse_range(parsed[1])
    return *parsed, _note_month(value, text, found[0], parsed[1])


def _expected(field: str) -> str:
    return f"expected {FORMS if field == 'date' else FORMS_OF_BOUND}"


def _note_month(value: _Value, text: str, typed: str, end: int) -> str:
    """The note for a year before the name of a month, which is not read as one date."""
    month = re.compile(_MONTH).match(text, end) if typed.isdecimal() and len(typed) == 4 else None
    if month is None or value.parse_longer(end) is None:
        return ""
    return f'{typed} is read as the year, and{month[0]} as a word; in quotes they are one date: "{typed}{month[0]}"'


class _Value:
    """What stands in a query from an offset on, read as a date up to one offset or another."""

    def __init__(self, text: str, original: str, start: int, field: str, clock: Clock) -> None:
        self._text, self._original, self._start, self._field, self._clock = text, original, start, field, clock

    def parse(self, end: int) -> tuple[Node, int]:
        """The date up to an offset, and where it ends without its weight. Raises BadDate."""
        weight = re.search(_WEIGHT, self._text[self._start : end])
        end = self._start + weight.start() if weight else end
        value = re.sub(_SINGLE_QUOTED, r"\1", self._text[self._start : end]).replace('"', "")
        if self._field == "date":
            return parse_dates(value, self._clock), end
        return parse_bound(self._field, value, self._clock), end

    def parse_longer(self, end: int) -> tuple[Node, int] | None:
        """The date of the fewest words that are one, and reach beyond an offset, and where it ends;
        None if there is none."""
        next_word = re.compile(rf"\s+{_GLUED}")
        for _ in range(MAX_WORDS):
            found = next_word.match(self._text, end)
            if found is None:
                break
            end = found.end()
            try:
                return self.parse(end)
            except BadDate:
                continue
        return None

    def refuse_range(self, end: int) -> None:
        """Raise QueryError if the fewest words that are a date, and reach beyond an offset, are a
        range behind since: or until:."""
        if self._field == "date":
            return
        as_dates = _Value(self._text, self._original, self._start, "date", self._clock).parse_longer(end)
        typed = self._text[self._start : as_dates[1]] if as_dates else ""
        try:
            if typed and is_whole_range(typed, self._clock):
                parse_bound(self._field, typed, self._clock)
        except BadDate as error:
            raise QueryError(str(error), self._original, self._start, len(typed), error.hint) from None


def bare_date_end(text: str, start: int, clock: Clock) -> int:
    """The offset behind a date with a year of four digits that stands at an offset of a query
    without a field; `start` if there is none."""
    first = re.compile(_GLUED).match(text, start)
    if first is None or not re.search(_YEAR, text[start : start + MAX_LENGTH]):
        return start
    value = _Value(text, text, start, "date", clock)
    try:
        end = value.parse(first.end())[1]
    except BadDate:
        longer = value.parse_longer(first.end())
        end = longer[1] if longer else start
    return end if re.search(_YEAR, text[start:end]) else start


def parse_limits(since: str | date, until: str | date, clock: Clock) -> list[Node]:
    """The ranges of dates of the options `since` and `until`, without those that are "". Raises
    QueryError."""
    found: list[Dates] = []
    for name, value in (("since", since), ("until", until)):
        if not isinstance(value, str) or value.strip():
            try:
                found.append(parse_bound(name, value, clock))
            except BadDate as error:
                hint = error.hint or _expected(name)
                if isinstance(error, NoYear) and str(value).isalpha():  # a shell had the quotes, and divided the date
                    hint = "a date of several words, with its year, stands in quotes"
                raise QueryError(f"{name}: {error}", str(value), 0, len(str(value)), hint) from None
    if len(found) == 2 and Dates(found[0].since, found[1].before).is_empty:
        typed = f"{since}..{until}"
        raise QueryError(f"no date is both since {since} and until {until}", typed, 0, len(typed))
    return list(found)
