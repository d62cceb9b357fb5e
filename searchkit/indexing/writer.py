"""Articles in, one commit out.

A Writer holds the index's lock, gathers articles, writes them as segments when enough have come, and makes all of it
visible in one commit. Until then the index is as it was; left without a commit, nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import replace
from types import TracebackType
from typing import Any, Literal, Self

from searchkit import schema
from searchkit.bridge.fields import article_of
from searchkit.bridge.standard import segment_file, write_segment
from searchkit.bridge.view import View
from searchkit.indexing.location import Location, storing
from searchkit.indexing.manifest import FileStates, RootRecord, files_to_bytes
from searchkit.model import Article

BATCH_CHARACTERS = 8_000_000
BATCH_ARTICLES = 10_000
"""A segment is written when the articles at hand reach either."""

SMALL = 1_000
MOST_SMALL = 10
"""When an index has so many segments of fewer articles, the next commit puts them into one."""

Change = Literal["added", "replaced", "unchanged", "withheld"]


class Writer:
    """One writing session; use it with `with`. Raises IndexLocked, IndexMissing, CorruptIndex."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._exit = ExitStack()
        self._exit.enter_context(location.lock())
        try:
            self.state = location.read()
            manifest = self.state.manifest
            # Deletions are marked in the Segment objects: on copies, so that nothing else sees them before the commit.
            self._segments: list[Any] = deepcopy(self.state.segments)
            self._view = View(
                location.folder, self.state.schema, self.state.segments, self.state.generation, manifest.language
            )
            self._exit.callback(self._view.close)
        except BaseException:
            self._exit.close()
            raise
        self.roots: dict[str, RootRecord] = {root.label: root for root in manifest.roots}
        self.withheld: set[str] = set(manifest.withheld)
        self._states: FileStates | None = None
        self._pending: dict[str, tuple[Article, str]] = {}
        self._characters = 0
        # Articles of this session that already stand in a segment: id -> (segment, number in it, origin).
        self._written: dict[str, tuple[Any, int, str]] = {}
        self._new_segments: list[Any] = []
        self._changed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for segment in self._new_segments:
            (self._location.folder / segment_file(segment)).unlink(missing_ok=True)
        self._exit.close()

    @property
    def states(self) -> FileStates:
        """The state of the roots' files; read when first asked for, committed with the rest."""
        if self._states is None:
            self._states = self._location.file_states(self.state.manifest)
        return self._states

    # Articles.

    def find(self, article_id: str) -> tuple[Article, str] | None:
        """The article that has this id now, with its origin."""
        if article_id in self._pending:
            return self._pending[article_id]
        if article_id in self._written:
            segment, doc, origin = self._written[article_id]
            return self._read_back(segment, doc), origin
        doc_before = self._doc(article_id)
        if doc_before is None:
            return None
        stored = self._view.stored(doc_before)
        return article_of(stored), stored.get("origin", "")

    def put(self, article: Article, origin: str | None = None) -> Change:
        """Add or replace an article; `origin` None leaves an article with the root it belongs to.

        Raises ArticleError for one that cannot be held.
        """
        schema.check(article)
        before = self.find(article.id)
        if origin is None:
            origin = before[1] if before else ""
        if before == (article, origin):
            return "unchanged"
        self._take_out(article.id)
        self._pending[article.id] = (article, origin)
        self._characters += len(article.body) + len(article.title)
        self._changed = True
        if self._characters >= BATCH_CHARACTERS or len(self._pending) >= BATCH_ARTICLES:
            self._flush()
        return "replaced" if before else "added"

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""
        if self.find(article_id) is None:
            return False
        self._take_out(article_id)
        self._changed = True
        return True

    def ids_of(self, origin: str) -> set[str]:
        """The ids of the articles that came from a file."""
        ids = {self._view.stored(doc)["id"] for doc in self._view.docs_with("origin", origin)}
        ids = {article_id for article_id in ids if self._doc(article_id) is not None}
        ids |= {article_id for article_id, (_, where) in self._pending.items() if where == origin}
        return ids | {article_id for article_id, (_, _, where) in self._written.items() if where == origin}

    def remove_origin(self, origin: str, keep: Iterable[str] = ()) -> int:
        """Remove the articles that came from a file, but for `keep`; return how many."""
        gone = self.ids_of(origin) - set(keep)
        for article_id in gone:
            self._take_out(article_id)
        self._changed |= bool(gone)
        return len(gone)

    def _doc(self, article_id: str) -> int | None:
        """The committed article's number, unless this session has taken it out."""
        doc = self._view.find(article_id)
        if doc is None:
            return None
        segment, local = self._segment_of(doc)
        return None if segment.is_deleted(local) else doc

    def _segment_of(self, doc: int) -> tuple[Any, int]:
        leaf, local = self._view.leaf_of(doc)
        return self._segments[self._view.leaves.index(leaf)], local

    def _take_out(self, article_id: str) -> None:
        pending = self._pending.pop(article_id, None)
        if pending:
            self._characters -= len(pending[0].body) + len(pending[0].title)
        written = self._written.pop(article_id, None)
        if written:
            written[0].delete_document(written[1])
        doc = self._doc(article_id)
        if doc is not None:
            segment, local = self._segment_of(doc)
            segment.delete_document(local)

    def _read_back(self, segment: Any, doc: int) -> Article:
        view = View(self._location.folder, self.state.schema, [segment], 0, self.state.manifest.language)
        try:
            return view.article(doc)
        finally:
            view.close()

    def _flush(self) -> None:
        if not self._pending:
            return
        batch = list(self._pending.values())
        with storing(self._location.folder):
            segment = write_segment(self._location.folder, self.state.schema, batch)
            self._new_segments.append(segment)
            self._location.sync(segment_file(segment))
        for doc, (article, origin) in enumerate(batch):
            self._written[article.id] = (segment, doc, origin)
        self._pending.clear()
        self._characters = 0

    # The commit.

    def commit(self) -> int:
        """Make everything visible, if anything changed; return the index's generation."""
        manifest = self.state.manifest
        after = replace(
            manifest, roots=tuple(self.roots[k] for k in sorted(self.roots)), withheld=tuple(sorted(self.withheld))
        )
        files = None
        if self._states is not None:
            files = files_to_bytes(self._states)
            if self._states == self._location.file_states(manifest):
                files = None
        if not self._changed and files is None and after == manifest:
            return self.state.generation
        if self._changed:
            self._gather_small()
            self._flush()
        generation = self.state.generation + 1
        if files is not None:
            after = replace(after, files_name=f"_MAIN_{generation}.files")
        segments = [s for s in [*self._segments, *self._new_segments] if s.doc_count_all() > s.deleted_count()]
        with storing(self._location.folder):
            self._location.commit(generation, self.state.schema, segments, after, files)
        self._new_segments = []
        self._location.clean()
        return generation

    def _gather_small(self) -> None:
        """Put the articles of small segments into the new one, when there are many."""
        small = [
            (segment, leaf)
            for segment, leaf in zip(self._segments, self._view.leaves, strict=True)
            if segment.doc_count_all() - segment.deleted_count() < SMALL
        ]
        if len(small) < MOST_SMALL:
            return
        for segment, leaf in small:
            for local in range(leaf.count):
                if not segment.is_deleted(local):
                    stored = self._view.stored(leaf.base + local)
                    article = article_of(stored)
                    segment.delete_document(local)
                    self._pending[article.id] = (article, stored.get("origin", ""))
