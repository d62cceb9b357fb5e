"""Lays rows out as a table, which on a terminal is as wide as that.

What a table is read for comes first: numbers and dates are never cut, titles get most of the room,
and of ids, paths and addresses the end is kept, which tells them apart (`show` takes the end of an
id).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from searchkit.cli.terminal import display_width, truncate, truncate_start

GAP = 2
"""Blanks between two columns."""
LEAST = 8
"""The columns that every text keeps."""
LEAST_TITLE = 30
CUT_AT_THE_START = frozenset({"id", "path", "url"})
_NAMES = ("authors", "source", "section", "topics", "language")
_STEPS: tuple[tuple[Sequence[str], int], ...] = (
    (("path", "url", "snippet", "snippets", "body"), 12),
    (_NAMES, 14),
    (("title",), 60),
    (("id",), 32),
    (("title",), 40),
    (("id",), 16),
    (_NAMES, 10),
    (("title",), LEAST_TITLE),
)
"""Which columns are cut first, and to which width, until a table fits."""
_LAST_STEPS = (*_STEPS, (("title", "path", "url", "id"), LEAST))
_MAY_BE_LEFT_OUT = (("authors", _STEPS), ("source", _STEPS), ("id", _LAST_STEPS))


def table_lines(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None = None, *, may_leave_out: bool = False
) -> Iterator[str]:
    """The lines of a table of rows, which have a text for each column.

    It fits `width` (None: it may have any) if that can be done: columns without a value are left
    out, and texts are cut. If `may_leave_out`, authors and then source are left out before a title
    has fewer columns than LEAST_TITLE, and at last the id is: `show` also takes the rank.
    """
    widths = {
        name: max([display_width(name), *(display_width(row[index]) for row in rows)]) for index, name in enumerate(columns)
    }
    if width is not None and _total(widths) > width:
        empty = [name for index, name in enumerate(columns) if not any(row[index] for row in rows)]
        widths = {name: room for name, room in widths.items() if name not in empty} or widths
        for name, steps in _MAY_BE_LEFT_OUT if may_leave_out else ():
            if _total(_fit(widths, width, steps)) > width:
                widths.pop(name, None)
        widths = _fit(widths, width, _LAST_STEPS)
    return _lines([(columns.index(name), name, room) for name, room in widths.items()], rows)


def _lines(shown: Sequence[tuple[int, str, int]], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    gap = " " * GAP
    yield gap.join(_pad(truncate(name, room), room) for _, name, room in shown).rstrip()
    yield gap.join("-" * room for _, _, room in shown)
    for row in rows:
        yield gap.join(_pad(_cut(row[index], name, room), room) for index, name, room in shown).rstrip()


def _fit(widths: dict[str, int], width: int, steps: Iterable[tuple[Sequence[str], int]]) -> dict[str, int]:
    """The widths, made smaller step by step until they fit, or no step is left."""
    fitted = dict(widths)
    for names, least in steps:
        for name in names:
            excess = _total(fitted) - width
            if excess > 0 and name in fitted:
                fitted[name] = max(min(fitted[name], max(least, len(name))), fitted[name] - excess)
    return fitted


def _total(widths: dict[str, int]) -> int:
    return sum(widths.values()) + GAP * (len(widths) - 1)


def _cut(text: str, name: str, room: int) -> str:
    return truncate_start(text, room) if name in CUT_AT_THE_START else truncate(text, room)


def _pad(text: str, room: int) -> str:
    return text + " " * (room - display_width(text))
