"""Indexes of generated articles, and what these articles hold by plain reading."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import numpy as np

from searchkit.analysis import Analyzer, fold, tokenize, without_hyphen
from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import make_schema
from searchkit.bridge.toc import encode_toc
from searchkit.codec.segment_ref import SegmentRef
from searchkit.indexing.segments import SegmentBuilder
from searchkit.model import Article

ANALYZER = Analyzer("en")
TEXT = """
oil crude price prices Price gold opec bank banks central Fed U.S. 1,655.8 dlrs said the of in a Talks talks peace status quo
Japan japanese export exports mln pct tonnes wheat market markets interest rate rates Müller's Баку
"""
WORDS = TEXT.split()
START = datetime(2020, 1, 1, 6, 30, tzinfo=UTC)
ZONES = (UTC, timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30)))


def articles(count: int, seed: int = 1, first: int = 0) -> Iterator[Article]:
    """Articles with everything that an article can have, and with nothing but an id."""
    rng = random.Random(seed)

    def text(least: int, most: int) -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))

    for number in range(first, first + count):
        if number % 41 == 40:
            yield Article(f"made/{number}")
            continue
        yield Article(
            f"made/{number}",
            text(0, 6),
            "\n\n".join(text(0, 40) for _ in range(rng.randint(0, 3))),
            None
            if number % 9 == 0
            else (START + timedelta(hours=rng.randint(0, 5000), microseconds=number)).replace(tzinfo=ZONES[number % 3]),
            ("Jeff Sommer", "Ənn Bo")[: number % 3],
            "The Daily Reader" if number % 2 else "Reuters",
            "world" if number % 5 == 0 else "",
            (("crude", "oil shale"), ("gold",), ())[number % 3],
            "en" if number % 4 else "",
            f"https://example.org/{number}?q=é",
            f"p/{number}.txt",
            "utf-8",
            0.5 if number % 2 else None,
            {"k": f"v{number}"} if number % 4 == 0 else {},
        )


def build(folder: Path, batches: Iterable[Iterable[Article]]) -> list[SegmentRef]:
    """Write a segment of each batch; every article is said to come from `root/file`."""
    with SegmentBuilder(folder, ANALYZER) as builder:
        for batch in batches:
            for article in batch:
                builder.add(article, "root/file")
            builder.flush()
        return builder.release()


def commit(folder: Path, refs: Sequence[SegmentRef], generation: int = 1) -> None:
    """Write Whoosh's table of contents for these segments."""
    toc = encode_toc(make_schema("en"), [ColumnSegment.from_ref(ref) for ref in refs], generation)
    (folder / f"_MAIN_{generation}.toc").write_bytes(toc)


def without(ref: SegmentRef, deleted: Iterable[int]) -> SegmentRef:
    """The same segment with these documents deleted."""
    live = np.ones(ref.doc_count, dtype=bool)
    live[list(deleted)] = False
    return ref.with_live_docs(live)


# What the articles hold, read plainly.


@cache
def terms(text: str, *, stemmed: bool = True) -> tuple[tuple[str, int], ...]:
    """The terms of a text, each with its position."""
    words = tokenize(text)
    if not stemmed:
        return tuple(zip(map(fold, words.forms), words.positions, strict=True))
    return tuple((ANALYZER.term(without_hyphen(form)), first) for form, first, _ in words.form_spans())


def counts(article: Article, field: str) -> Counter[str]:
    """How often each term stands in a field."""
    value = getattr(article, field)
    if field in ("title", "body"):
        return Counter(term for term, _ in terms(value))
    values = (value,) if isinstance(value, str) else value
    return Counter(term for text in values for term, _ in terms(text, stemmed=False))


def has_phrase(article: Article, field: str, words: Sequence[str]) -> bool:
    """Whether stems stand one after the other."""
    places = {(term, position) for term, position in terms(getattr(article, field))}
    return any(all((word, at + n) in places for n, word in enumerate(words)) for _, at in places)
