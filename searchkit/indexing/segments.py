"""Builds segments from articles, within a budget of memory.

Texts are tokenized in batches; tokens are kept as numbers until the budget is reached, and then
inverted at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.analysis.batch_tokenizer import TokenArrays, Vocabulary
from searchkit.analysis.normalize import fold_all
from searchkit.arrays import AnyArray
from searchkit.codec.segment_ref import SegmentRef
from searchkit.codec.writer import FieldTokens, SegmentWriter
from searchkit.index_options import BUILD_MEMORY_BYTES
from searchkit.indexing.entries import hash_record
from searchkit.model import Article
from searchkit.schema import UNDATED, offset_seconds, printed_micros, to_record

TEXTS = ("title", "body")
WORDS = ("authors", "source", "section", "topics")
VALUES = ("id", "language", "url", "origin", "source", "section")
"""The attributes of Article (and `origin`) that are indexed as stemmed words, folded words, and
whole values."""

FIXED_BYTES = 200 * 2**20
"""The part of the memory for building that the interpreter, the vocabulary and the slice that is
being sorted take."""
BYTES_PER_TOKEN = 7.5
BYTES_PER_ARTICLE = 500
"""What a token and the values of an article take in memory until they are written."""
BATCH_ARTICLES = 2_000
"""The most articles that are added before the used memory is compared with the budget."""
BATCH_BYTES = 512 * 1024
"""Bytes of bodies that are tokenized at once: as many as fit well into the cache of a core."""
MAX_HELD_BYTES = 8 * BATCH_BYTES
"""The most bytes of articles that are added before the used memory is compared with the budget."""


def new_id() -> str:
    """An id for a segment. Not from `random`: a program may have seeded that."""
    return secrets.token_hex(8)


class _GrowingArray:
    """An array that grows in place."""

    def __init__(self, dtype: str) -> None:
        self._array: AnyArray = np.empty(0, dtype=dtype)
        self.size = 0

    def append(self, part: AnyArray) -> None:
        if part.dtype.itemsize > self._array.dtype.itemsize:
            self._array = self._array.astype(part.dtype)
        end = self.size + len(part)
        if end > len(self._array):
            # Large blocks are moved by the system's page tables, not copied.
            self._array.resize(max(end, len(self._array) * 5 // 4), refcheck=False)
        self._array[self.size : end] = part
        self.size = end

    def take(self) -> AnyArray:
        """The whole array; this one is empty afterwards."""
        whole, self._array = self._array[: self.size], np.empty(0, dtype=self._array.dtype)
        self.size = 0
        return whole


class _Field:
    """The tokens of a field, of all batches."""

    def __init__(self, name: str, vocabulary: Vocabulary) -> None:
        self.name, self.vocabulary = name, vocabulary
        self._columns = (_GrowingArray("<u4"), _GrowingArray("<u2"), *(_GrowingArray("<i8") for _ in range(5)))

    def append(self, batch: TokenArrays) -> int:
        """Add the tokens of a batch; return how many they are."""
        tokens, positions, counts, lengths, sentences, paragraphs, quotations = self._columns
        sentences.append(batch.sentences + tokens.size)
        paragraphs.append(batch.paragraphs + tokens.size)
        quotations.append(batch.quotations + tokens.size)
        counts.append(batch.counts)
        lengths.append(batch.lengths)
        positions.append(batch.positions)
        tokens.append(batch.tokens)
        return len(batch.tokens)

    def take(self) -> FieldTokens:
        """All tokens; the field is empty afterwards."""
        tokens, positions, counts, lengths, sentences, paragraphs, quotations = (column.take() for column in self._columns)
        return FieldTokens(
            name=self.name,
            forms=self.vocabulary.forms,
            terms=self.vocabulary.terms,
            folded=self.vocabulary.folded if self.name in TEXTS else None,
            tokens=tokens,
            counts=counts,
            lengths=lengths,
            positions=positions,
            sentences=sentences,
            paragraphs=paragraphs,
            quotations=quotations,
        )


def _encode_all(column: list[str]) -> list[bytes]:
    """Texts in UTF-8, equal ones as one object."""
    encoded = {text: text.encode() for text in column}
    return list(map(encoded.__getitem__, column))


class SegmentBuilder:
    """Builds segments from articles. Use it with `with`: segments that were not released are
    removed at the end.

    `segments` are those that were written and not released. Not safe for several threads. Raises
    OSError.
    """

    def __init__(self, folder: Path, analyzer: Analyzer, memory_bytes: int = BUILD_MEMORY_BYTES) -> None:
        self._folder, self._analyzer = folder, analyzer
        self._budget_bytes = max(16 * 2**20, memory_bytes - FIXED_BYTES)
        self.segments: list[SegmentRef] = []
        self._reset_vocabulary()
        self._reset()

    def _reset_vocabulary(self) -> None:
        language = self._analyzer.language
        self._stemmed, self._folded = Vocabulary(self._analyzer.terms, language), Vocabulary(fold_all, language)

    def _reset(self) -> None:
        self._writer: SegmentWriter | None = None
        self._id = ""
        self._doc_count = 0
        self._used_bytes = 0.0
        if len(self._stemmed) > 500_000:
            self._reset_vocabulary()
        self._fields = {name: _Field(name, self._stemmed) for name in TEXTS}
        self._fields |= {name: _Field(name, self._folded) for name in WORDS}
        # Articles that are not tokenized yet, except the bodies of the first ones.
        self._articles: list[Article] = []
        self._tokenized_bodies = self._body_bytes = self._held_bytes = 0
        self._values: dict[str, list[str]] = {name: [] for name in VALUES}
        self._dates: list[int] = []
        self._offsets: dict[int, int] = {}  # of the documents that have one
        self._record_hashes: list[int] = []

    @property
    def id(self) -> str:
        """The id of the segment that the next article goes into."""
        if not self._id:
            self._id = new_id()
        return self._id

    def add(self, article: Article, origin: str, record: bytes | None = None, record_hash: int | None = None) -> int:
        """Add an article that `schema.check` allows; return its document in the segment of `id`.

        `record` is `to_record(article, origin)`, and `record_hash` is `hash_record(record)`, where
        the caller has them.
        """
        if record is None:
            record = to_record(article, origin)  # may raise, and then no file of a segment is begun
        if self._writer is None:
            self._writer = SegmentWriter(self._folder / SegmentRef(self.id, 0).file)
        self._writer.stored_fields.add(record)
        self._articles.append(article)
        self._values["origin"].append(origin)
        self._record_hashes.append(hash_record(record) if record_hash is None else record_hash)
        number = self._doc_count
        self._doc_count += 1
        self._body_bytes += len(record)
        if self._body_bytes >= BATCH_BYTES:
            self._tokenize_bodies()
        if (
            len(self._articles) >= BATCH_ARTICLES
            or self._held_bytes >= MAX_HELD_BYTES
            or self._used_bytes >= self._budget_bytes
        ):
            self._tokenize_articles()
            if self._used_bytes >= self._budget_bytes:
                self.flush()
        return number

    def _tokenize_bodies(self) -> None:
        self._append_tokens("body", self._tokenize_field("body", self._articles[self._tokenized_bodies :]))
        self._tokenized_bodies = len(self._articles)
        self._held_bytes += self._body_bytes
        self._body_bytes = 0

    def _tokenize_field(self, field: str, articles: Sequence[Article]) -> TokenArrays:
        """The tokens of a field of each article, in order: every text that is tokenized passes
        through here."""
        values = [getattr(article, field) for article in articles]
        if field in TEXTS:
            return self._stemmed.tokenize(values)
        return self._folded.tokenize_values([value if isinstance(value, tuple) else (value,) for value in values])

    def _tokenize_articles(self) -> None:
        """Tokenize the articles in memory, and forget them."""
        self._tokenize_bodies()
        articles, self._articles = self._articles, []
        self._tokenized_bodies = self._held_bytes = 0
        for name in ("title", "authors", "topics", "source", "section"):
            self._append_tokens(name, self._tokenize_field(name, articles))
        for name, values in self._values.items():
            if name != "origin":
                values += [getattr(article, name) for article in articles]
        dates = [article.date for article in articles]
        zoned = [number for number, date in enumerate(dates) if date is not None and date.tzinfo is not UTC]
        self._offsets |= {len(self._dates) + number: offset for number in zoned if (offset := offset_seconds(dates[number]))}
        self._dates += [UNDATED if date is None else printed_micros(date) for date in dates]
        self._used_bytes += len(articles) * BYTES_PER_ARTICLE

    def _append_tokens(self, field: str, batch: TokenArrays) -> None:
        self._used_bytes += self._fields[field].append(batch) * BYTES_PER_TOKEN

    def flush(self) -> SegmentRef | None:
        """Write the articles in memory as a segment, synced to the disk; None when there are
        none."""
        if self._writer is None or not self._doc_count:
            return None
        if self._articles:
            self._tokenize_articles()
        values = {f"{name}.value": _encode_all(self._values.pop(name)) for name in VALUES}
        offsets = np.zeros(self._doc_count, dtype="<i4")
        offsets[list(self._offsets)] = list(self._offsets.values())
        numbers = {
            "date": np.array(self._dates, dtype="<i8"),
            "digest": np.array(self._record_hashes, dtype="<u8"),
            "date_offset": offsets,
        }
        # One field after the other, so that only one has its tokens twice for a moment.
        fields = (field.take() for field in self._fields.values())
        with self._writer as writer:
            writer.finish(self._doc_count, fields, values, numbers)
        written = SegmentRef(self.id, self._doc_count)
        self.segments.append(written)
        self._reset()
        return written

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.__exit__(kind, error, trace)
            self._writer = None
        for segment in self.segments:
            (self._folder / segment.file).unlink(missing_ok=True)
        self.segments = []

    def release(self) -> list[SegmentRef]:
        """The segments written so far, which are the caller's from now on."""
        released, self.segments = self.segments, []
        return released
