"""Postings, positions and impacts of the words of a query, over all segments of a snapshot.

What is made for a word is kept in the cache of the snapshot for later queries. A round of the forty
queries of `scripts/bench` over 500,000 articles takes twice as long without kept postings, 1.5
times without kept impacts, and 1.8 times without kept positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from searchkit.analysis import Analyzer
from searchkit.arrays import AnyArray, AnyInts, AnyUInts, Float32s, Floats, Ints
from searchkit.codec.ragged import ranges
from searchkit.query import bitsets
from searchkit.query.bitsets import Bitset
from searchkit.query.position_keys import PositionKeys
from searchkit.query.segment_postings import SegmentPostings
from searchkit.query.snapshot import SegmentView, Snapshot
from searchkit.query.terms import SingleWord, Terms, find_terms, forms_of_terms
from searchkit.scoring import idf

FEW = 24
"""Values at fewer than one in so many documents of a word are found one by one, those at more of
them through a column over all documents."""
RARE = 8
"""Of a word that fewer than one in so many documents have, their numbers are kept, else a bitset."""
VERY_RARE = 64
"""Of a word that fewer than one in so many documents have, the bitset is made when asked for."""
SMALL = 1 << 16
"""Snapshots of up to so many documents keep columns over all of them for every word: one step
instead of several. Without it, queries over 21,578 articles take 1.3 times as long."""
DENSE = 4
"""Impacts of a word that more than one in so many documents have are a column over all documents.
Without it, queries over 500,000 articles take 1.1 times as long."""
LEVELS = 255
"""The greatest impact: impacts are uint8."""
PIECE = 1 << 15
"""Documents whose position keys are computed at once, so that all of it stays in the processor's
cache."""
BOUND_ERROR = 1e-5
"""The relative error of a float32 sum of a few scores, generously: each addition loses one of 24
bits."""
MAX_HIGHLIGHTED_FORMS = 2_000
"""Surface forms of a word beyond which texts are analysed in full to highlight it."""

_NONE = np.zeros(0, dtype=np.int64)


class WordPostings:
    """The documents of a word in one field: live documents of all segments.

    `tf` has the word's frequency in each (uint8 if that is large enough, else uint32), `idf` is its
    inverse document frequency.
    """

    def __init__(self, docs: Ints, tf: AnyUInts, idf: float, size: int) -> None:
        """`docs` (global, ascending) are documents of a snapshot of `size`."""
        self.tf, self.idf, self._size = tf, idf, size
        self._rare = docs.astype(np.int32) if len(docs) * RARE < size else None
        self._bits = bitsets.from_docs(docs, size) if len(docs) * VERY_RARE >= size or size <= SMALL else None
        self._counts_before = bitsets.counts_before(self.bits) if self._rare is None else None
        self._column: AnyUInts | None = None
        if size <= SMALL:
            self._column = np.zeros(size, dtype=tf.dtype)
            self._column[docs] = tf
        kept = (tf, self._bits, self._rare, self._counts_before, self._column)
        self.nbytes = sum(array.nbytes for array in kept if array is not None)

    def __len__(self) -> int:
        return len(self.tf)

    @property
    def bits(self) -> Bitset:
        """The documents, as a set."""
        return bitsets.from_docs(self.docs, self._size) if self._bits is None else self._bits

    @property
    def docs(self) -> AnyInts:
        """The documents, ascending."""
        return self._rare if self._rare is not None else bitsets.to_docs(self.bits, self._size, len(self.tf))

    def ranks(self, docs: Ints) -> Ints:
        """The index of each of some documents among those of the word; for documents without it,
        any index up to `len(self)`."""
        if self._counts_before is None or self._rare is not None:
            return np.searchsorted(self._rare, docs.astype(np.int32))  # type: ignore[arg-type]
        return bitsets.ranks(self.bits, self._counts_before, docs)

    def values_at(self, column: AnyArray, docs: Ints) -> AnyArray:
        """The items of a column (one for each document of the word) at any documents (ascending), 0
        at those without the word.

        Reference implementation: `dict(zip(self.docs, column)).get(doc, 0)`.
        """
        if len(docs) * FEW > len(column):
            every = np.zeros(self._size, dtype=column.dtype)
            every[self.docs] = column
            return every[docs]
        indexes = np.minimum(self.ranks(docs), len(column) - 1)
        return column[indexes] * bitsets.contains(self.bits, docs)

    def tf_at(self, docs: Ints) -> Floats:
        """The frequency of the word in any documents (ascending), 0 in those without it."""
        return (self.values_at(self.tf, docs) if self._column is None else self._column.take(docs)).astype(np.float64)


class Impacts:
    """Upper bounds of the scores of a word in one field, for weight 1, in multiples of `unit`.

    An impact is a whole number from 0 (the word is not there) to 255; the score lies above
    `(impact - 1) * unit`, and is at most `impact * unit`. Anh and Moffat, "Pruned query evaluation
    using pre-computed impacts" (2006).
    """

    def __init__(self, postings: WordPostings, norms: Float32s) -> None:
        """`norms` are the length norms of all documents."""
        docs = postings.docs
        scores = postings.tf.astype(np.float32)
        weights = norms[docs]
        weights += scores
        scores /= weights
        largest = float(scores.max(initial=0)) or 1.0
        self.unit = postings.idf * largest / LEVELS
        scores *= np.float32((1 - BOUND_ERROR) * LEVELS / largest)
        np.ceil(scores, out=scores)
        levels = scores.astype(np.uint8)
        self._postings = postings
        self._is_dense = len(levels) * DENSE > len(norms) or len(norms) <= SMALL
        if self._is_dense:
            self._levels = np.zeros(len(norms), dtype=np.uint8)
            self._levels[docs] = levels
        else:
            self._levels = levels
        self.nbytes = self._levels.nbytes

    def add_bounds(self, sums: Float32s, weight: float) -> None:
        """Add the bounds of all documents of the snapshot to `sums`."""
        bounds = np.multiply(self._levels, np.float32(weight * self.unit), dtype=np.float32)
        if self._is_dense:
            sums += bounds
        else:
            # No document comes twice, but this is twice as fast as `sums[docs] += bounds`.
            np.add.at(sums, self._postings.docs, bounds)

    def bounds_at(self, docs: Ints, weight: float) -> Float32s:
        """The bounds of some documents (ascending)."""
        levels = self._levels[docs] if self._is_dense else self._postings.values_at(self._levels, docs)
        return np.multiply(levels, np.float32(weight * self.unit), dtype=np.float32)


class WordPositions:
    """All positions of a word in one field: their `keys` (see PositionKeys), ascending.

    `wide` are the indexes (ascending) of the keys at which the word is two positions wide. A key
    may be there twice, once wide and once narrow.
    """

    def __init__(
        self, postings: WordPostings, position_keys: PositionKeys, positions: Sequence[AnyArray], wide: Ints = _NONE
    ) -> None:
        """`positions` follow each other, `postings.tf` of them for each document."""
        self.wide = wide
        docs, tf = postings.docs, postings.tf
        self._postings = postings
        self.keys = np.empty(sum(map(len, positions)), dtype=position_keys.starts.dtype)
        self.nbytes = self.keys.nbytes * (2 if len(wide) else 1) + 4 * len(tf)
        done = 0
        for part in positions:
            self.keys[done : done + len(part)] = part
            done += len(part)
        done = 0
        for start in range(0, len(docs), PIECE):
            counts = tf[start : start + PIECE]
            starts = repeat_each(position_keys.starts[docs[start : start + PIECE]], counts)
            self.keys[done : done + len(starts)] += starts
            done += len(starts)

    @cached_property
    def narrow(self) -> AnyArray:
        """The keys at which the word is one position wide."""
        return np.delete(self.keys, self.wide) if len(self.wide) else self.keys

    @cached_property
    def _ends(self) -> AnyArray:
        return np.cumsum(self._postings.tf, dtype=np.uint32 if len(self.keys) < 2**32 else np.int64)

    def in_docs(self, docs: Ints) -> tuple[AnyArray, Ints, Ints]:
        """The keys in some documents (ascending) that all have the word, how many each document
        has, and the indexes of the keys."""
        ranks = self._postings.ranks(docs)
        counts = self._postings.tf[ranks].astype(np.int64)
        indexes = ranges(self._ends[ranks] - counts, counts)
        return self.keys[indexes], counts, indexes


def repeat_each(values: AnyArray, counts: AnyUInts) -> AnyArray:
    """Each value `count` times (at least once). Reference implementation: `np.repeat`, slower for small counts."""
    before = np.cumsum(counts, dtype=np.int64)
    repeated = np.zeros(int(before[-1]) if len(before) else 0, dtype=values.dtype)
    if len(values):
        repeated[0] = values[0]
        repeated[before[:-1]] = values[1:] - values[:-1]
    return np.cumsum(repeated, out=repeated)


class WordLookup:
    """Looks words up in a snapshot, for one query: to match and score, and to highlight."""

    def __init__(self, snapshot: Snapshot, analyzer: Analyzer) -> None:
        self._snapshot, self._analyzer = snapshot, analyzer
        self._segment_postings: dict[tuple[SingleWord, str, int], SegmentPostings] = {}

    def terms(self, word: SingleWord, attribute: str, view: SegmentView) -> Terms:
        """The terms of a word in a field of a segment.

        They are kept because highlighters need them again: a first page for a fuzzy word takes 8 ms
        instead of 14 at 21,578 articles.
        """
        return self._snapshot.cache.get(
            (word, attribute, view.base), lambda: find_terms(word, view.field(attribute), self._analyzer)
        )

    def surface_forms(self, word: SingleWord, attribute: str) -> frozenset[str] | None:
        """The surface forms of a word in the title or the body, or None for more than MAX_HIGHLIGHTED_FORMS.

        Reference implementation: of all forms of the field those that `results.AnalyzedText` takes for this word.
        """
        forms: set[str] = set()
        for view in self._snapshot.views:
            field = view.reader.text_fields[attribute]
            numbers = forms_of_terms(self.terms(word, attribute, view), field)
            if len(numbers) > MAX_HIGHLIGHTED_FORMS:
                return None
            forms.update(map(field.forms.text, numbers.tolist()))
        return frozenset(forms)

    def segment_postings(self, word: SingleWord, attribute: str, view: SegmentView) -> SegmentPostings:
        """The postings of a word in a field of a segment."""
        key = (word, attribute, view.base)
        found = self._segment_postings.get(key)
        if found is None:
            terms = self.terms(word, attribute, view)
            found = self._segment_postings[key] = SegmentPostings(view.field(attribute), terms, view.doc_count)
        return found

    def postings(self, word: SingleWord, attribute: str) -> WordPostings:
        """The postings of a word in a field of all segments."""
        return self._snapshot.cache.get((word, attribute), lambda: self._make_postings(word, attribute))

    def _make_postings(self, word: SingleWord, attribute: str) -> WordPostings:
        snapshot = self._snapshot
        docs: list[Ints] = [_NONE]
        tf: list[AnyUInts] = [np.zeros(0, dtype=np.uint8)]
        for view in snapshot.views:
            found = self.segment_postings(word, attribute, view)
            if found.is_empty:
                continue
            there, frequencies = found.docs, found.small_tf()
            if len(there) and int(there[-1]) >= view.doc_count:
                raise view.reader.corrupt(f"the postings of its field {attribute} name articles that it has not")
            if view.live is not None:
                is_live = view.live[there]
                there, frequencies = there[is_live], frequencies[is_live]
            docs.append(there + view.base if view.base else there)
            tf.append(frequencies)
        every = docs[1] if len(docs) == 2 else np.concatenate(docs)
        snapshot.count_copied(len(every))
        return WordPostings(
            every, np.concatenate(tf), idf(snapshot.field(attribute).statistics.doc_count, len(every)), snapshot.size
        )

    def impacts(self, word: SingleWord, attribute: str) -> Impacts:
        """Upper bounds of the scores of a word in a field."""

        def make() -> Impacts:
            return Impacts(self.postings(word, attribute), self._snapshot.field(attribute).float32_norms)

        return self._snapshot.cache.get((word, attribute, "impacts"), make)

    def positions(self, word: SingleWord, attribute: str) -> WordPositions:
        """The positions of a word in a field of all segments."""
        return self._snapshot.cache.get((word, attribute, "positions"), lambda: self._make_positions(word, attribute))

    def _make_positions(self, word: SingleWord, attribute: str) -> WordPositions:
        parts: list[AnyArray] = []
        wides: list[Ints] = []
        for view in self._snapshot.views:
            found = self.segment_postings(word, attribute, view)
            if found.is_empty:
                continue
            positions = found.positions()
            wide = found.wide()
            if view.live is not None:
                is_live = np.repeat(view.live[found.docs], found.small_tf())
                positions = positions[is_live]
                wide = None if wide is None else wide[is_live]
            if wide is not None:
                wides.append(np.flatnonzero(wide) + sum(map(len, parts)))
            parts.append(positions)
        every = np.concatenate(wides) if wides else _NONE
        made = WordPositions(self.postings(word, attribute), self._snapshot.field(attribute).position_keys, parts, every)
        self._snapshot.count_copied(len(made.keys))
        return made


class Candidates:
    """Documents to be scored (`docs`: global, ascending), with their length norms."""

    def __init__(self, snapshot: Snapshot, docs: Ints) -> None:
        self._snapshot, self.docs = snapshot, docs
        self._norms: dict[str, Floats] = {}

    def norms(self, attribute: str) -> Floats:
        """The length norm of each document in a field."""
        norms = self._norms.get(attribute)
        if norms is None:
            snapshot = self._snapshot
            if snapshot.size <= SMALL:
                norms = snapshot.field(attribute).norms.take(self.docs)
            else:
                norms = snapshot.field(attribute).norms_of(self.docs)
            self._norms[attribute] = norms
        return norms


def sum_of(parts: Sequence[Floats | None]) -> Floats | None:
    """The sum of columns of scores; None stands for zeros."""
    total: Floats | None = None
    for part in parts:
        if part is not None:
            total = part if total is None else total + part
    return total
