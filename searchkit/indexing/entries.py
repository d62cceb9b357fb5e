"""An article as a run knows it, and where those of the committed state stand."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from searchkit.codec.reader import SegmentReader
from searchkit.codec.reference import SegmentRef
from searchkit.indexing.segments import digest
from searchkit.model import Article
from searchkit.schema import moment_micros, to_record

Change = Literal["added", "replaced", "unchanged"]
Bools = npt.NDArray[np.bool_]


class Entry(NamedTuple):
    """An article as a run knows it: `text` and `record` are checksums of what a reader sees of it and of all that is
    stored (`text` is 0 of an article that came from no file: nothing is compared with it). It stands at `doc` of
    `segment`, a new one, or nowhere yet (-1)."""

    id: str
    path: str
    origin: str
    text: int
    record: int
    segment: str = ""
    doc: int = -1


def text_digest(article: Article) -> int:
    """What tells apart articles of one id. Of the date it is the moment: a copy that says it in another zone is no other
    article."""
    moment = None if article.date is None else moment_micros(article.date)
    return digest(orjson.dumps((article.title, article.body, moment, article.authors)))


def entry_of(article: Article, origin: str, record: bytes | None = None) -> Entry:
    """The entry of an article that stands nowhere yet; `record` is `to_record(article, origin)`."""
    made = to_record(article, origin) if record is None else record
    return Entry(article.id, article.path, origin, text_digest(article), digest(made))


class Committed:
    """A segment of the committed state, and which of its articles live still."""

    def __init__(self, ref: SegmentRef, reader: SegmentReader) -> None:
        self.ref, self.reader = ref, reader
        live = ref.live()
        self.live: Bools = np.ones(ref.docs, dtype=bool) if live is None else live
        self.changed = False

    def take_out(self, doc: int) -> None:
        self.live[doc] = False
        self.changed = True

    def after(self) -> SegmentRef:
        return self.ref.with_live(self.live) if self.changed else self.ref
