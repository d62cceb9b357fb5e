"""Finds the reading order and the paragraphs of pages whose text has positions.

A page is cut into columns where a blank strip runs through it, and into rows only where that does
not tear columns apart: above and below a headline that spans them (a variant of the recursive X-Y
cut of Nagy and Seth, 1984). Lengths are in points, counted from above left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from statistics import median
from typing import NamedTuple

MIN_GUTTER = 0.7
"""Width of the narrowest strip between two columns, in heights of a line; twice as much is needed
between columns of at most FEW_LINES lines."""
FEW_LINES = 3
MIN_COLUMN_WIDTH = 5.0
"""Width of the narrowest column in heights of a line; narrower ones are numbers of a list or cells
of a table."""
MIN_HEADLINE = 1.5
"""How many times as high as the text the letters of a headline are that begins an article."""
MAX_HEADLINE_ROWS = 5
"""Maximum number of rows of a headline, with a byline and a summary below."""
MIN_INITIAL = 1.8
MAX_INITIALS = 100
"""How many times as high as the text an initial of several lines is, and how many of a page are
joined to their words."""
MAX_LEADING = 2.3
"""Distance of the lines of a paragraph, in heights of a line, beyond which they are several."""
MAX_DEPTH = 40
_SENTENCE_END = re.compile(r"[.!?…。！？:;][\"'”’»)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•▪◦●■–—*-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_EAST_ASIAN = re.compile("[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")


class Segment(NamedTuple):
    """A run of characters on one line."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    is_turned: bool = False

    @property
    def height(self) -> float:
        """The height of its letters."""
        return self.x1 - self.x0 if self.is_turned else self.bottom - self.top


@dataclass(slots=True)
class Page:
    """A page. `has_pictures` is known only for one without text, and `is_cut` says that it has more
    text. Segments that do not stand upright are told by `is_turned`."""

    width: float
    height: float
    segments: list[Segment]
    has_pictures: bool = False
    is_cut: bool = False


@dataclass(slots=True)
class Line:
    """A line of a column."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    height: float
    """The height of most of its characters."""


@dataclass(slots=True)
class Block:
    """A paragraph or headline: its lines, which are of one column unless it goes on in the next."""

    lines: list[Line] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.lines[0].height

    @property
    def text(self) -> str:
        """The lines, joined by blanks. One that ends in a hyphen keeps its end, since the word may
        have that hyphen; a soft hyphen joins."""
        return join_lines([line.text for line in self.lines])


def is_right_to_left(text: str) -> bool:
    """Whether a text begins with a letter of a script that runs from right to left."""
    return "\u0590" <= text[:1] <= "\u08ff" or "\ufb1d" <= text[:1] <= "\ufdff" or "\ufe70" <= text[:1] <= "\ufefc"


def _are_right_to_left(segments: Iterable[Segment]) -> bool:
    return sum(len(one.text) if is_right_to_left(one.text) else -len(one.text) for one in segments) > 0


def join_lines(lines: Iterable[str]) -> str:
    """Join the lines of a paragraph; see `Block.text`."""
    text = ""
    for line in lines:
        if not text:
            text = line
        elif text.endswith("\u00ad"):
            text = text[:-1] + line
        elif text.endswith(("-", "\u2010")) and text[-2:-1].isalpha():
            text += f"\n{line}"
        elif _EAST_ASIAN.match(text[-1]) and _EAST_ASIAN.match(line):
            text += line
        else:
            text += f" {line}"
    return text


def columns_of(page: Page) -> list[list[Line]]:
    """The columns of a page in reading order, each with its lines from above. Text that does not
    stand upright, such as the name of a photographer, follows, each run by itself."""
    found = [one for one in page.segments if one.text.strip() and one.height > 0]
    segments = [one for one in found if not one.is_turned]
    columns = []
    if segments:
        usual = _usual_height(segments)
        segments = _with_initials(segments, usual)
        columns = [lines for leaf in _cut(segments, usual, 0) if (lines := _lines(leaf))]
    return columns + [[_join_segments([one])] for one in found if one.is_turned]


def _with_initials(segments: list[Segment], usual: float) -> list[Segment]:
    """The segments with each large initial of several lines joined to the first line beside it."""
    initials = [
        at
        for at, one in enumerate(segments)
        if one.height >= MIN_INITIAL * usual and len(one.text.strip("\"'“”„«»‘’")) == 1 and one.text.strip()[-1].isalpha()
    ]
    found: list[Segment | None] = list(segments)
    for at in initials[:MAX_INITIALS]:
        initial = segments[at]
        beside = [
            (one.top, index)
            for index, one in enumerate(found)
            if one is not None and index != at and one.height < initial.height / 1.5
            and -0.3 * usual < one.x0 - initial.x1 < 1.5 * usual and initial.top - usual < one.top < initial.bottom - usual
        ]  # fmt: skip
        if beside:
            _, index = min(beside)
            first = found[index]
            assert first is not None
            found[index] = first._replace(text=initial.text.strip() + first.text)
            found[at] = None
    return [one for one in found if one is not None]


def _usual_height(segments: Sequence[Segment]) -> float:
    """The height of the middle character."""
    ordered = sorted(segments, key=lambda one: one.height)
    left = sum(len(one.text) for one in ordered) / 2
    for one in ordered:
        left -= len(one.text)
        if left <= 0:
            return one.height
    return ordered[-1].height


Intervals = list[tuple[float, float]]


def _cut(segments: list[Segment], usual: float, depth: int) -> Iterator[list[Segment]]:
    """Cut a region into columns and rows until nothing can be cut."""
    columns = _columns(segments, usual) if depth < MAX_DEPTH else []
    if _are_right_to_left(segments):
        columns.reverse()
    if len(columns) > 1:
        bands = _bands(segments, usual)
        for column in bands if len(bands) > 1 else columns:
            yield from _cut(column, usual, depth + 1)
        return
    groups = _groups(segments, usual) if depth < MAX_DEPTH else []
    if len(groups) > 1:
        for group in groups:
            yield from _cut(group, usual, depth + 1)
        return
    yield segments


def _bands(segments: list[Segment], usual: float) -> list[list[Segment]]:
    """Cut a region with columns above each headline that stands alone in its row, with columns
    below: an article in several columns begins there, though its headline is shorter than a
    column."""
    rows = _rows(segments, usual)
    bands: list[list[Segment]] = []
    for index, row in enumerate(rows):
        is_headline = min(one.height for one in row) >= MIN_HEADLINE * usual and index + 1 < len(rows)
        if not bands or (is_headline and len(_columns(_until_headline(rows, index + 1, usual), usual)) > 1):
            bands.append([])
        bands[-1] += row
    return bands


def _until_headline(rows: list[list[Segment]], start: int, usual: float) -> list[Segment]:
    """The segments of rows up to the next row of large letters, but for such rows at the
    beginning."""
    found: list[Segment] = []
    for row in islice(rows, start, None):
        if min(one.height for one in row) >= MIN_HEADLINE * usual:
            if found:
                break
            continue
        found += row
    return found


def _columns(segments: list[Segment], usual: float) -> list[list[Segment]]:
    """The columns of a region from the left, one if no blank strip runs through it."""
    spans = _merge([(one.x0, one.x1) for one in segments], _gutter(segments, usual))
    if len(spans) < 2 or not _are_columns(spans, usual):
        return [segments]
    columns: list[list[Segment]] = [[] for _ in spans]
    for one in segments:
        columns[next(index for index, (_, end) in enumerate(spans) if one.x0 <= end)].append(one)
    return columns


def _gutter(segments: Sequence[Segment], usual: float) -> float:
    rows = _merge([(one.top, one.bottom) for one in segments], -0.3 * usual)
    return MIN_GUTTER * usual * (1 if len(rows) > FEW_LINES else 2)


def _are_columns(spans: Intervals, usual: float) -> bool:
    return all(end - start >= MIN_COLUMN_WIDTH * usual for start, end in spans)


def _merge(intervals: Iterable[tuple[float, float]], gap: float) -> Intervals:
    """The intervals, with those together that overlap or have no more than a gap between them."""
    merged: Intervals = []
    for start, end in sorted(intervals):
        if merged and start - merged[-1][1] < gap:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _groups(segments: list[Segment], usual: float) -> list[list[Segment]]:
    """The rows of a region from above, with those together that have columns together."""
    rows = _rows(segments, usual)
    groups: list[list[list[Segment]]] = []
    spans: Intervals = []
    has_columns = False
    for row in rows:
        own = _merge(_spans(row), 2 * MIN_GUTTER * usual)
        together = _merge([*spans, *_spans(row)], MIN_GUTTER * usual)
        row_has = _are_several(own, usual)
        if groups and (_are_several(together, usual) or not (has_columns or row_has)):
            groups[-1].append(row)
            spans, has_columns = together, has_columns or row_has
            continue
        group, spans, has_columns = [row], own, row_has
        while row_has and groups and len(groups[-1]) > 1:
            # The rows above may be of these columns, too, though they fitted the others.
            together = _merge([*spans, *_spans(groups[-1][-1])], MIN_GUTTER * usual)
            if len(together) < len(spans):
                break
            group.insert(0, groups[-1].pop())
            spans = together
        if row_has and groups and (headline := _split_headline(groups[-1], usual)):
            groups.append(headline)
        groups.append(group)
    return [[one for row in group for one in row] for group in groups]


def _split_headline(rows: list[list[Segment]], usual: float) -> list[list[Segment]]:
    """Take the headline, and what stands between it and the text below, from the end of rows that
    are of another article."""
    for at in range(len(rows) - 1, max(0, len(rows) - 1 - MAX_HEADLINE_ROWS), -1):
        if _are_several(_merge(_spans(rows[at]), 2 * MIN_GUTTER * usual), usual):
            break
        if min(one.height for one in rows[at]) >= MIN_HEADLINE * usual:
            found = rows[at:]
            del rows[at:]
            return found
    return []


def _rows(segments: list[Segment], usual: float) -> list[list[Segment]]:
    """The segments of a region by rows, between which blank strips run through it."""
    rows: list[list[Segment]] = []
    end = 0.0
    for one in sorted(segments, key=lambda one: one.top):
        if not rows or one.top >= end - 0.3 * min(usual, one.height):
            rows.append([])
        rows[-1].append(one)
        end = max(end, one.bottom) if len(rows[-1]) > 1 else one.bottom
    return rows


def _spans(row: list[Segment]) -> Intervals:
    return [(one.x0, one.x1) for one in row]


def _are_several(spans: Intervals, usual: float) -> bool:
    return len(spans) > 1 and _are_columns(spans, usual)


def _lines(segments: list[Segment]) -> list[Line]:
    """The lines of a column from above; segments on one line are joined."""
    lines: list[list[Segment]] = []
    for one in sorted(segments, key=lambda one: (one.top + one.bottom) / 2):
        last = lines[-1] if lines else None
        if last is not None and _are_on_one_line(last[-1], one):
            last.append(one)
        else:
            lines.append([one])
    return [_join_segments(line) for line in lines]


def _are_on_one_line(one: Segment, other: Segment) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > 0.5 * min(one.height, other.height)


def _join_segments(segments: list[Segment]) -> Line:
    is_reversed = _are_right_to_left(segments)
    text, end = "", -1e9
    for one in sorted(segments, key=lambda one: -one.x1 if is_reversed else one.x0):
        start, next_end = (-one.x1, -one.x0) if is_reversed else (one.x0, one.x1)
        if text:
            gap = start - end
            text += "\t" if gap > 2.5 * one.height else " " if gap > 0.1 * one.height and not text.endswith(" ") else ""
        text += one.text.strip() if not text or text.endswith("\t") else one.text
        end = max(end, next_end)
    return Line(
        text.strip(),
        min(one.x0 for one in segments),
        min(one.top for one in segments),
        max(one.x1 for one in segments),
        max(one.bottom for one in segments),
        max(segments, key=lambda one: len(one.text)).height,
    )


def blocks_of(lines: Sequence[Line]) -> list[Block]:
    """The paragraphs of a column: parted by wider gaps, indents, other sizes of letters, and short
    lines that end a sentence."""
    blocks: list[Block] = []
    if sum(is_right_to_left(line.text) for line in lines) * 2 > len(lines):
        lines = [replace(line, x0=-line.x1, x1=-line.x0) for line in lines]
    pitches = [below.top - one.top for one, below in pairwise(lines) if _are_alike(one, below)]
    usual = median(pitches) if pitches else 0.0
    left = _usual_left(lines)
    right = max((line.x1 for line in lines), default=0.0)
    before: Line | None = None
    for line in lines:
        if before is None or _begins_block(before, line, usual, left, right):
            blocks.append(Block())
        blocks[-1].lines.append(line)
        before = line
    return blocks


def _usual_left(lines: Sequence[Line]) -> float:
    """Where most lines begin."""
    counts: dict[int, int] = {}
    for line in lines:
        counts[round(line.x0)] = counts.get(round(line.x0), 0) + 1
    return float(max(counts, key=lambda at: (counts[at], -at), default=0))


def _are_alike(one: Line, other: Line) -> bool:
    """Whether two lines have letters of about one size."""
    return max(one.height, other.height) <= 1.18 * min(one.height, other.height)


def _begins_block(before: Line, line: Line, pitch: float, left: float, right: float) -> bool:
    if not _are_alike(before, line):
        return True
    height = line.height
    if line.top - before.top > min(max(1.3 * pitch, pitch + 0.25 * height), MAX_LEADING * height):
        return True
    if "\t" in line.text or "\t" in before.text:
        return True
    if _LIST_ITEM.match(line.text) and (_SENTENCE_END.search(before.text) or _LIST_ITEM.match(before.text)):
        return True
    indent = line.x0 - left
    if 0.5 * height < indent < 5 * height and before.x0 - left < 0.35 * height and not before.text.endswith("-"):
        return True
    is_short = before.x1 < right - 0.2 * (right - left)
    return is_short and _SENTENCE_END.search(before.text) is not None and not line.text[:1].islower()


def goes_on(block: Block, other: Block) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if not _are_alike(block.lines[-1], other.lines[0]):
        return False
    text, below = block.lines[-1].text, other.lines[0].text
    if "\t" in text or "\t" in below:
        return False
    return below[:1].islower() and not _SENTENCE_END.search(text.rstrip())
