"""Finds out how a table in text is written: what separates and quotes its fields, and which line
names its columns."""

from __future__ import annotations

import csv
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from searchkit.corpus.dates import parse_date
from searchkit.corpus.key_sets import FIELD_KEYS, may_have_text, no_text_reason, normal_key
from searchkit.corpus.reader import Unreadable

MAX_SNIFFED_ROWS = 200
MAX_PREAMBLE = 20
"""Maximum number of lines before the one that names the columns."""
MAX_NAME_LENGTH = 80
"""Maximum length in characters of the name of a column."""

_LIMIT_LOCK = threading.Lock()
_DELIMITERS = (",", ";", "\t", "|")
_SEPARATOR_LINE = re.compile(r'"?sep=([^\w\s"]|\t)"?[,;\t]*', re.I)
_KNOWN = frozenset(key for keys in FIELD_KEYS.values() for key in keys.split())
_TEXT_KEYS = frozenset(f"{FIELD_KEYS['title']} {FIELD_KEYS['body']}".split())
_ORANGE_TYPES = frozenset(["", "c", "continuous", "d", "discrete", "s", "string", "t", "time", "b", "basket"])
"""What the second line of a table of Orange says of its columns."""
_ORANGE_USE = re.compile(r"(?:(?:\w+=\S+|class|meta|ignore|weight|[cmiw])\s*)*+")
"""What the third line says, if it is not blank."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\n", "b": " ", "f": "\n", "v": "\n", "0": " ", "N": "N"}
"""What stands behind a backslash in tables that PostgreSQL and the command `mysql` write."""


@contextmanager
def long_fields(max_length: int) -> Iterator[None]:
    """Let fields have this length. The limit of the module `csv` holds for all of the process, so
    it is what it was before when this ends, and one thread at a time changes it."""
    with _LIMIT_LOCK:
        before = csv.field_size_limit()
        csv.field_size_limit(max(max_length, before))
        try:
            yield
        finally:
            csv.field_size_limit(before)


class Dialect(NamedTuple):
    """How a table is written.

    - `quote`: the sign around fields with separators or line ends, "" for none.
    - `escape`: the sign before a quote in a field where quotes are not doubled, or "".
    - `skips_blanks`: blanks follow the separators, outside of the quotes.
    - `unescapes`: line ends, tabs and backslashes are written as `\\n`, `\\t` and `\\\\`.
    """

    delimiter: str
    quote: str = '"'
    escape: str = ""
    skips_blanks: bool = False
    unescapes: bool = False

    def parse(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[list[str]]:
        """The rows of lines, which have their line ends. Raises csv.Error. It has the attribute
        `line_num`, the number of lines that were used."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote or None,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
            escapechar=self.escape or None,
            skipinitialspace=self.skips_blanks,
            strict=strict,
        )


class Layout(NamedTuple):
    """What the first lines of a table show: its dialect, the keys of its columns, the numbers of
    lines before the one that names the columns, and up to and including it."""

    dialect: Dialect
    keys: tuple[str, ...]
    preamble: int
    start: int


def find_layout(lines: Sequence[str], fields: Sequence[tuple[str, str]], *, is_whole: bool) -> Layout:
    """The layout of a table that begins with `lines` (without their ends); `fields` are those of
    --map, with their keys. Raises Unreadable. `is_whole` says that there are no more lines."""
    mapped = [key for _, key in fields]
    skipped = 0
    given = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if given is not None:
        skipped = 1
    known = known_keys(mapped)
    best: tuple[tuple[float, ...], Dialect, list[tuple[list[str], int]]] | None = None
    for dialect in _candidates(lines, given[1] if given else ""):
        rows, faults = _sample(dialect, lines[skipped:], is_whole=is_whole)
        if not rows:
            continue
        width, usual = Counter(len(row) for row, _ in rows).most_common(1)[0]
        share = usual / (len(rows) + faults)
        names = max(_count_known(row, known) for row, _ in rows[: MAX_PREAMBLE + 1])
        # Columns are worth more the more often all rows have them; known names are sure signs.
        if not dialect.quote and not dialect.unescapes:
            share -= 0.1 if dialect.delimiter == "\t" else 0.3  # nearly all programs quote
        score = (min(names, 3), share >= 0.5 and width > 1, round(share, 1), min(width, 4))
        if best is None or score > best[0]:
            best = score, dialect, rows
    if best is None:
        raise Unreadable("it holds no rows of fields; is it a table?")
    _, dialect, rows = best
    width = Counter(len(row) for row, _ in rows).most_common(1)[0][0]
    at = find_names(rows, width, known)
    numbers = {key for key in mapped if key.isdecimal()}
    if at is None and looks_like_names(rows[0][0]) and not (numbers and not _differs(rows)):
        at = 0
    if numbers and at is not None:
        numbers -= {name.strip() for name in rows[at][0]}
    if at is None:
        if not numbers:
            raise Unreadable(_no_names(rows, width))
        return Layout(dialect, make_keys([""] * width, numbers), 0, skipped)
    names_row, end = rows[at]
    begin = rows[at - 1][1] if at else 0
    below = [row for row, _ in rows[at + 1 : at + 3]]
    if below and all(cell in _ORANGE_TYPES for cell in below[0]):
        has_uses = len(below) > 1 and all(map(_ORANGE_USE.fullmatch, below[1]))
        end = rows[at + 1 + has_uses][1]
    keys = make_keys(names_row, numbers)
    if not may_have_text(keys, fields):
        raise Unreadable(no_text_reason(keys, keys[_longest_column(rows[at + 1 :], len(keys))]))
    return Layout(dialect, keys, begin, skipped + end)


def known_keys(mapped: Sequence[str]) -> frozenset[str]:
    """The normal forms of the usual names of columns, and of those that --map names."""
    return _KNOWN | {normal_key(key) for key in mapped if not key.isdecimal()}


def unescape(text: str) -> str:
    """Replace escapes with a backslash, as PostgreSQL writes them."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)


def _candidates(lines: Sequence[str], delimiter: str) -> Iterator[Dialect]:
    sample = "\n".join(lines[:MAX_SNIFFED_ROWS])[: 2**18]
    for sign in (delimiter,) if delimiter else _DELIMITERS:
        if sign == "\t" and _has_escapes(sample):
            yield Dialect(sign, "", unescapes=True)
        blanks = f'{sign} "' in sample
        for skips in (False, True) if blanks else (False,):
            yield Dialect(sign, skips_blanks=skips)
            if '\\"' in sample:
                yield Dialect(sign, escape="\\", skips_blanks=skips)
        if f"'{sign}'" in sample or f"'{sign} '" in sample:
            yield Dialect(sign, "'", "\\" if "\\'" in sample else "", f"'{sign} '" in sample)
        if '"' in sample:
            yield Dialect(sign, "")


def _has_escapes(sample: str) -> bool:
    """Whether all backslashes stand before letters that PostgreSQL escapes, and some mean a line
    end or a null."""
    found = Counter(_ESCAPED.findall(sample))
    return bool(found["n"] + found["N"]) and set(found) <= {*_ESCAPES, "\\", "."}


def _sample(dialect: Dialect, lines: Sequence[str], *, is_whole: bool) -> tuple[list[tuple[list[str], int]], int]:
    """The first rows that are not blank, each with the number of lines up to its end, and the
    number of faults."""
    rows: list[tuple[list[str], int]] = []
    faults = 0
    found = dialect.parse(f"{line}\n" for line in lines)
    while len(rows) + faults < MAX_SNIFFED_ROWS:
        try:
            row = next(found)
        except StopIteration:
            break
        except csv.Error:
            # The end of what is known may be inside a row.
            faults += is_whole or found.line_num < len(lines)  # type: ignore[attr-defined]
        else:
            if any(row):
                rows.append((row, found.line_num))  # type: ignore[attr-defined]
    return rows, faults


def _count_known(row: list[str], known: frozenset[str]) -> int:
    return sum(len(cell) <= MAX_NAME_LENGTH and normal_key(cell.strip()) in known for cell in row)


def find_names(rows: list[tuple[list[str], int]], width: int, known: frozenset[str]) -> int | None:
    """The index of the row that names the columns, by known names, or None."""
    for at, (row, _) in enumerate(rows[: MAX_PREAMBLE + 1]):
        if at and len(row) not in (width, *(len(after) for after, _ in rows[at + 1 : at + 2])):
            continue
        count = _count_known(row, known)
        has_text = any(normal_key(cell.strip()) in _TEXT_KEYS or normal_key(cell.strip()) in known - _KNOWN for cell in row)
        if (count > 1 or (count and has_text)) and all(len(cell) <= MAX_NAME_LENGTH for cell in row):
            return at
    return None


def looks_like_names(row: list[str]) -> bool:
    """Whether all cells may be names: short, different, no numbers, dates or URLs."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return (
        len(cells) > 1
        and len(set(cells)) == len(cells)
        and sum(map(bool, cells)) >= len(cells) - 1
        and all(len(cell) <= MAX_NAME_LENGTH // 2 and "\n" not in cell and "://" not in cell for cell in cells)
        and not any(cell.replace(".", "").isdecimal() or (cell[-1:].isdecimal() and parse_date(cell)) for cell in cells)
    )


def _differs(rows: list[tuple[list[str], int]]) -> bool:
    """Whether the first row looks like names, and hardly any other does."""
    others = [looks_like_names(row) for row, _ in rows[1:]]
    return sum(others) <= len(others) // 10


def make_keys(names: list[str], numbers: set[str]) -> tuple[str, ...]:
    """The keys of the columns, all different; those that --map names by number have it as key."""
    keys: dict[str, None] = {}
    counts: dict[str, int] = {}
    for number, name in enumerate(names, 1):
        key = " ".join(name.split()) or f"column {number}"
        if str(number) in numbers:
            key = str(number)
        name, again = key, counts.get(key, 1)
        while key in keys:
            again += 1
            key = f"{name} ({again})"
        counts[name] = again
        keys[key] = None
    return tuple(keys)


def _longest_column(rows: list[tuple[list[str], int]], width: int) -> int:
    """The index of the column that has the longest texts."""
    return max(range(width), key=lambda at: sum(len(row[at]) for row, _ in rows if len(row) == width))


def _no_names(rows: list[tuple[list[str], int]], width: int) -> str:
    return (
        "its first line names no columns; name those that hold fields by their numbers, from 1,"
        f" such as --map body={_longest_column(rows, width) + 1}"
    )
