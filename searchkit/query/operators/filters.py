"""Filters: operators for dates, lengths and values. They neither score nor mark anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

import numpy as np

from searchkit import analysis
from searchkit.analysis import wildcard_regex
from searchkit.arrays import Bools, Ints
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.nodes import (
    Dates,
    Everything,
    Filter,
    Length,
    Present,
    SingleWord,
    Undated,
    Value,
    ValuePart,
    ValuePattern,
    assert_never_node,
)
from searchkit.query.operators.base import Operator, SearchContext
from searchkit.query.operators.highlights import FieldMark, HighlightedArticle
from searchkit.query.scorers import Scorer, ZeroScorer
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.value_parts import is_member, part_matcher, root_file
from searchkit.schema import FIELDS, TEXT_FIELDS, UNDATED, Kind, from_record, moment_micros, printed_micros, values_of

_WILDCARD = re.compile("[*?]")
_HOLDS = re.compile(r"\*[^*?]+\*")
"""A pattern of values that hold a text."""


class Texts(Protocol):
    """A dictionary of a segment."""

    def __len__(self) -> int: ...

    def text(self, number: int) -> str: ...


class FilterOperator(Operator):
    """A filter."""

    has_highlights = False
    reach = 1

    def __init__(self, node: Filter) -> None:
        self._node = node

    def match(self, context: SearchContext, weight: float, among: Bitset | None) -> Scorer:
        return ZeroScorer(match_filter(self._node, context.snapshot))

    # Highlights: none; but in an OR the filter decides whether its side of the query matches.

    def highlight(self, article: HighlightedArticle) -> list[FieldMark] | None:
        return [] if passes_filter(self._node, article) else None

    def words_in(self, field: str) -> tuple[SingleWord, ...] | None:
        match self._node:
            case Length():
                return None
            case Present(name):
                return None if name in (field, "quote") else ()
            case Value() | ValuePattern() | ValuePart() | Everything() | Dates() | Undated():
                return ()
            case _:
                assert_never_node(self._node)


def match_filter(node: Filter, snapshot: Snapshot) -> Bitset:
    """The documents of a snapshot that pass a filter; deleted ones may be among them."""
    match node:
        case Everything():
            return snapshot.live
        case Undated():
            return bitsets.from_flags(snapshot.dates == UNDATED)
        case Dates(since, before):
            dates, end = (snapshot.dates, UNDATED) if before is None else _column_for(before, snapshot)
            inside: Bools = dates < end
            if since is not None:
                dates, start = _column_for(since, snapshot)
                inside &= dates >= start
            return bitsets.from_flags(inside)
        case Length(least, most):
            lengths = np.sum(
                [snapshot.field(FIELDS[name].attribute).lengths for name in TEXT_FIELDS], axis=0, dtype=np.int64
            )
            inside = np.asarray(lengths >= (least or 0))
            if most is not None:
                inside &= lengths <= most
            return bitsets.from_flags(inside)
        case Present("quote"):
            return bitsets.from_flags(np.logical_or(*[snapshot.field(name).has_quotation for name in TEXT_FIELDS]))
        case Present(name) if FIELDS[name].kind not in (Kind.VALUE, Kind.PART):
            return bitsets.from_flags(snapshot.field(FIELDS[name].attribute).lengths > 0)
        case Value() | ValuePattern() | ValuePart() | Present():
            docs = [_docs_with_value(node, view) + view.base for view in snapshot.views]
            return bitsets.from_docs(np.concatenate([np.zeros(0, dtype=np.int64), *docs]), snapshot.size)
        case _:
            assert_never_node(node)


def _column_for(bound: datetime, snapshot: Snapshot) -> tuple[Ints, int]:
    """The column that a bound of Dates is compared with, and the bound, in microseconds."""
    if bound.tzinfo is None:
        return snapshot.dates, printed_micros(bound)
    return snapshot.moments, moment_micros(bound)


def _docs_with_value(node: Value | ValuePattern | ValuePart | Present, view: SegmentView) -> Ints:
    """The documents of a segment whose value passes."""
    if isinstance(node, ValuePart) and node.field == "path":
        return _docs_with_path(node, view)
    name = "origin" if node.field == "path" else FIELDS[node.field].attribute
    column = view.reader.value_column(f"{name}.value")
    match node:
        case Value(text):
            number = column.dictionary.find(text.encode("utf-8", "surrogatepass"))
            return column.docs_with(number) if number >= 0 else np.zeros(0, dtype=np.int64)
        case ValuePattern(pattern) if _HOLDS.fullmatch(pattern):
            return column.docs_with_any(column.dictionary.numbers_holding(pattern[1:-1].encode("utf-8", "surrogatepass")))
        case ValuePattern(pattern):
            # Bisection finds the values that begin as the pattern does, or end so if it begins with
            # a wildcard; a regular expression compares these.
            head, *_, tail = _WILDCARD.split(pattern)
            if tail and not head:
                numbers: Iterable[int] = column.reversed.suffix(tail).tolist()
            else:
                numbers = range(*column.dictionary.prefix_range(head.encode("utf-8", "surrogatepass")))
            fits: Callable[[str], object] = wildcard_regex(pattern).fullmatch
            chosen = [number for number in numbers if fits(column.dictionary.text(number))]
            return column.docs_with_any(np.array(chosen, dtype=np.int64))
        case ValuePart():
            return column.docs_with_any(_numbers_with(part_matcher(node), column.dictionary))
        case Present():
            return np.flatnonzero(column.ordinals)
        case _:
            assert_never_node(node)


def _docs_with_path(node: ValuePart, view: SegmentView) -> Ints:
    """The documents of a segment whose file has a path. Reference implementation: `path_values` of
    each."""
    has_part = part_matcher(node)
    origins, ids = view.reader.value_column("origin.value"), view.reader.value_column("id.value")

    def is_root_file(origin: str, number: int) -> bool:
        if not origin or "/" in origin:
            return False
        article, _ = from_record(view.reader.stored_fields.record(int(origins.docs_with(number)[0])))
        return has_part(root_file(article, origin))

    texts = enumerate(map(origins.dictionary.text, range(len(origins.dictionary))))
    numbers = [number for number, text in texts if has_part(text) or is_root_file(text, number)]
    docs = origins.docs_with_any(np.array(numbers, dtype=np.int64))
    members = [
        doc
        for doc in ids.docs_with_any(_numbers_with(has_part, ids.dictionary)).tolist()
        if is_member(ids.value(doc).decode(), origins.value(doc).decode())
    ]
    return np.union1d(docs, np.array(members, dtype=np.int64))


def _numbers_with(fits: Callable[[str], bool], texts: Texts) -> Ints:
    """The numbers of the texts of a dictionary that fit."""
    return np.array([number for number in range(len(texts)) if fits(texts.text(number))], dtype=np.int64)


def passes_filter(node: Filter, shown: HighlightedArticle) -> bool:
    """Whether an article passes a filter."""
    article = shown.article
    match node:
        case Everything():
            return True
        case Undated():
            return article.date is None
        case Dates():
            return article.date is not None and node.holds(article.date)
        case Length(least, most):
            length = sum(len(text.tokens) for name in TEXT_FIELDS for text in shown.texts(name))
            return (least or 0) <= length and (most is None or length <= most)
        case Present("quote"):
            return any(
                analysis.quoted_words(getattr(article, name), text.tokens)
                for name in TEXT_FIELDS
                for text in shown.texts(name)
            )
        case Present(field) if FIELDS[field].kind not in (Kind.VALUE, Kind.PART):
            return any(text.tokens.forms for text in shown.texts(field))
        case Present(field):
            return bool(values_of(article, FIELDS[field]))
        case Value(text, field):
            return text in values_of(article, FIELDS[field])
        case ValuePattern(pattern, field):
            fits = wildcard_regex(pattern).fullmatch
            return any(fits(value) for value in values_of(article, FIELDS[field]))
        case ValuePart(_, field):
            return any(map(part_matcher(node), values_of(article, FIELDS[field])))
        case _:
            assert_never_node(node)
