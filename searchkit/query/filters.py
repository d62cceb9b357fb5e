"""Which articles lie in a range of dates or lengths, or have a value? Nothing of this scores."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
import numpy.typing as npt

from searchkit.analysis import wildcard_regex
from searchkit.query import bits as sets
from searchkit.query.bits import Bits
from searchkit.query.nodes import Dates, Length, Present, Undated, Value, ValuePattern
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.schema import FIELDS, SEARCHED, UNDATED, Kind, moment_micros, printed_micros

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Filter = Dates | Undated | Length | Value | ValuePattern | Present


def filtered(node: Filter, snapshot: Snapshot) -> Bits:
    """The articles of a snapshot (deleted ones may be among them) that a filter lets pass."""
    match node:
        case Undated():
            return sets.of_flags(snapshot.dates == UNDATED)
        case Dates(since, before):
            dates, end = (snapshot.dates, UNDATED) if before is None else _compared(before, snapshot)
            inside: Bools = dates < end
            if since is not None:
                dates, start = _compared(since, snapshot)
                inside &= dates >= start
            return sets.of_flags(inside)
        case Length(least, most):
            lengths = np.sum([snapshot.lengths(FIELDS[name].attribute) for name in SEARCHED], axis=0, dtype=np.int64)
            inside = np.asarray(lengths >= (least or 0))
            if most is not None:
                inside &= lengths <= most
            return sets.of_flags(inside)
        case Present(name) if FIELDS[name].kind is not Kind.VALUE:
            return sets.of_flags(snapshot.lengths(FIELDS[name].attribute) > 0)
        case _:
            docs = [_valued(node, view) + view.base for view in snapshot.views]
            return sets.of_docs(np.concatenate([np.zeros(0, dtype=np.int64), *docs]), snapshot.size)


def _compared(bound: datetime, snapshot: Snapshot) -> tuple[Ints, int]:
    """What a bound of Dates is compared with in each article, and its own number (microseconds)."""
    if bound.tzinfo is None:
        return snapshot.dates, printed_micros(bound)
    return snapshot.moments, moment_micros(bound)


def _valued(node: Value | ValuePattern | Present, view: SegmentView) -> Ints:
    """The articles of a segment with a value."""
    column = view.reader.values(f"{FIELDS[node.field].attribute}.value")
    match node:
        case Value(text):
            number = column.dictionary.find(text.encode("utf-8", "surrogatepass"))
            return column.docs(number) if number >= 0 else np.zeros(0, dtype=np.int64)
        case ValuePattern(pattern):
            fits: Callable[[str], object] = wildcard_regex(pattern).fullmatch
            head = pattern[: min(pattern.find(sign) % (len(pattern) + 1) for sign in "*?")]
            numbers = range(*column.dictionary.prefix_range(head.encode("utf-8", "surrogatepass")))
            chosen = [number for number in numbers if fits(column.dictionary.text(number))]
            return column.docs_of(np.array(chosen, dtype=np.int64))
        case Present():
            return np.flatnonzero(column.of_doc)
