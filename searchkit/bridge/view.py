"""One committed state of an index, opened for reading through Whoosh's readers.

Whoosh's readers share file positions, so a view is used by one thread at a time (`lock`). Segments are immutable and
deletions come with the TOC: what a view answers never changes.
"""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader, TermNotFound

from searchkit.analysis import Analyzer, fold, matches_as_written, wildcard_regex
from searchkit.bridge.fields import WRITTEN, article_of
from searchkit.errors import CorruptIndex
from searchkit.model import Article

UNDATED = np.iinfo(np.int64).max
"""What stands in `View.dates` for an article without a date."""

Ints = npt.NDArray[np.int64]


class Leaf:
    """One segment of a view; `base` is the number of its first article in the view."""

    def __init__(self, reader: Any, base: int) -> None:
        self.reader = reader
        self.base = base
        self.count: int = reader.doc_count_all()
        self.deleted: frozenset[int] = frozenset(reader.segment().deleted_docs())
        live = np.ones(self.count, dtype=bool)
        live[list(self.deleted)] = False
        self.live: npt.NDArray[np.bool_] = live

    def raw(self, field: str, term: bytes) -> Any:
        """The matcher of a term with deleted articles still in it, or None."""
        # SegmentReader.postings leaves deleted articles out; statistics count them.
        try:
            return self.reader._terms.matcher(field, term, self.reader.schema[field].format)
        except TermNotFound:
            return None


class View:
    """A generation that is open. Raises CorruptIndex when a segment cannot be opened."""

    def __init__(self, folder: Path, schema: Schema, segments: list[Any], generation: int, language: str) -> None:
        self.folder, self.generation = folder, generation
        self.analyzer = Analyzer(language)
        self.lock = threading.RLock()
        self.leaves: list[Leaf] = []
        storage = FileStorage(str(folder))
        base = 0
        try:
            for segment in segments:
                leaf = Leaf(SegmentReader(storage, schema, segment, generation=generation), base)
                self.leaves.append(leaf)
                base += leaf.count
        except FileNotFoundError:
            self.close()
            raise
        except Exception as error:  # whatever Whoosh does with a damaged file
            self.close()
            raise CorruptIndex(str(folder), f"a segment cannot be opened ({type(error).__name__}: {error})") from error
        self.articles_in_segments = base
        self.articles = sum(int(leaf.live.sum()) for leaf in self.leaves)

    def close(self) -> None:
        for leaf in self.leaves:
            if not leaf.reader.is_closed:
                leaf.reader.close()

    # Articles.

    def leaf_of(self, doc: int) -> tuple[Leaf, int]:
        """The segment that holds an article, and its number there."""
        for leaf in reversed(self.leaves):
            if doc >= leaf.base:
                return leaf, doc - leaf.base
        raise IndexError(doc)

    def stored(self, doc: int) -> dict[str, Any]:
        """Everything that is stored of an article, its origin too."""
        with self.lock:
            leaf, local = self.leaf_of(doc)
            found: dict[str, Any] = leaf.reader.stored_fields(local)
            return found

    def article(self, doc: int) -> Article:
        return article_of(self.stored(doc))

    def find(self, article_id: str) -> int | None:
        """The number of the live article with this id."""
        found = self.docs_with("id", article_id)
        return found[0] if found else None

    def docs_with(self, field: str, value: str) -> list[int]:
        """The live articles that have exactly this value in an unanalysed field."""
        term = value.encode("utf-8", "surrogatepass")
        docs = []
        with self.lock:
            for leaf in self.leaves:
                matcher = leaf.raw(field, term)
                if matcher is not None:
                    docs += [leaf.base + doc for doc in matcher.all_ids() if doc not in leaf.deleted]
        return docs

    # Columns over all segments, deleted articles included.

    @cached_property
    def live(self) -> npt.NDArray[np.bool_]:
        return np.concatenate([leaf.live for leaf in self.leaves] or [np.zeros(0, dtype=bool)])

    @cached_property
    def dates(self) -> Ints:
        """Microseconds since the year 1, or UNDATED."""
        values = self._column("date", np.iinfo(np.uint64).max)
        return np.where(values == np.iinfo(np.uint64).max, np.uint64(UNDATED), values).astype(np.int64)

    @cached_property
    def lengths(self) -> Ints:
        """Words of title and body together."""
        return self._column("words", 0, translate=True).astype(np.int64)

    @cached_property
    def ids(self) -> list[str]:
        with self.lock:
            ids: list[str] = []
            for leaf in self.leaves:
                ids += list(leaf.reader.column_reader("id"))
            return ids

    def _column(self, name: str, missing: int, *, translate: bool = False) -> npt.NDArray[np.uint64]:
        with self.lock:
            parts = []
            for leaf in self.leaves:
                if leaf.reader.has_column(name):
                    raw = leaf.reader.column_reader(name, translate=translate)
                    parts.append(np.fromiter((int(value) for value in raw), dtype=np.uint64, count=leaf.count))
                else:
                    parts.append(np.full(leaf.count, missing, dtype=np.uint64))
            return np.concatenate(parts or [np.zeros(0, dtype=np.uint64)])

    # Statistics, as Whoosh's segments keep them: deleted articles count.

    def articles_with(self, field: str, term: bytes) -> int:
        return sum(int(leaf.reader.doc_frequency(field, term)) for leaf in self.leaves)

    def average_length(self, field: str) -> float:
        total = sum(int(leaf.reader.field_length(field)) for leaf in self.leaves)
        return total / self.articles_in_segments if self.articles_in_segments and total else 1.0

    # Written forms.

    @cached_property
    def _forms(self) -> dict[str, dict[str, list[str]]]:
        return {}

    def _folded_forms(self, field: str) -> dict[str, list[str]]:
        """The written forms of a field's dictionary by their folded form; for value fields the values as they are."""
        with self.lock:
            forms = self._forms.get(field)
            if forms is None:
                forms = {}
                as_is = field in ("id", "url", "language")
                for text in sorted({term for leaf in self.leaves for term in leaf.reader.lexicon(field)}):
                    form = text.decode()
                    forms.setdefault(form if as_is else fold(form), []).append(form)
                self._forms[field] = forms
            return forms

    def forms_as_written(self, field: str, typed: str) -> list[str]:
        """The written forms of `title` or `body` that satisfy a word typed with `=`."""
        forms = self._folded_forms(WRITTEN[field]).get(fold(typed), [])
        return [form for form in forms if matches_as_written(form, typed)]

    def forms_like(self, field: str, pattern: str) -> list[str]:
        """The terms of a Whoosh field (written forms, folded words or values) that a pattern matches."""
        fits = wildcard_regex(pattern).fullmatch
        return [form for folded, forms in self._folded_forms(field).items() if fits(folded) for form in forms]
