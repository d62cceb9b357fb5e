"""Articles in, one commit out.

A Writer holds the index's lock, builds segments of the articles that it is given, and makes all of it visible in one
commit. Until then the index is as it was; left without a commit, nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np

from searchkit import schema
from searchkit.analysis import Analyzer
from searchkit.codec.reference import SegmentRef
from searchkit.control_characters import clean_article
from searchkit.indexing.commit import commit
from searchkit.indexing.entries import Change, Committed, Entry, entry_of, text_digest
from searchkit.indexing.foreign import converted
from searchkit.indexing.leftovers import clean
from searchkit.indexing.location import Location, State, generations, next_generation, storage_error, storing, toc_path
from searchkit.indexing.manifest import FileStates, Manifest, RootRecord, files_to_bytes
from searchkit.indexing.merging import merge_all, merge_some
from searchkit.indexing.origins import known_states
from searchkit.indexing.segments import MEMORY, SegmentBuilder, digest
from searchkit.model import Article
from searchkit.schema import from_record, to_record


class Writer:
    """One writing session; use it with `with`. `warnings` tell of damage that it met, beside those of `state`.

    Raises IndexLocked when the lock is not to be had within `wait` seconds, IndexMissing, CorruptIndex, StorageError.
    """

    def __init__(self, location: Location, memory: int = MEMORY, wait: float = 0) -> None:
        self.location, self._memory = location, memory
        self._exit = ExitStack()
        self._made: list[SegmentRef] = []
        try:
            self._begin(wait)
            self.state, self._committed = location.served(self._opened)
            manifest = self.settings = self._settings(self.state.manifest)
            self.analyzer = Analyzer(manifest.language)
            self._builder = self._exit.enter_context(SegmentBuilder(location.folder, self.analyzer, memory))
        except BaseException:
            self._exit.close()
            raise
        self._began_at = self.state.generation
        self.roots: dict[str, RootRecord] = {root.label: root for root in manifest.roots}
        self.withheld: dict[str, str | None] = dict(manifest.withheld)
        self._states: FileStates | None = None
        self._states_before: FileStates | None = None
        # Articles of this session by id, and, of each new segment, which of its articles do not count.
        self._session: dict[str, Entry] = {}
        self._by_origin: dict[str, set[str]] = {}
        self._taken_out: dict[str, set[int]] = {}
        self._handed: list[SegmentRef] = []
        self.warnings: list[str] = []

    def _settings(self, manifest: Manifest) -> Manifest:
        """The settings of what is written."""
        return manifest

    def _begin(self, wait: float) -> None:
        """Have the folder for this session alone, and rid of what others left there."""
        self._exit.enter_context(self.location.lock(wait))
        clean(self.location)

    def _opened(self, state: State) -> list[Committed]:
        """The segments of a generation. Raises CorruptIndex, OSError."""
        refs = state.segments
        if not state.is_foreign:
            return [Committed(ref, self.location.open(ref)) for ref in refs]
        # What other programs wrote in their own format becomes ours again with the next commit.
        analyzer = Analyzer(state.manifest.language)
        with SegmentBuilder(self.location.folder, analyzer, self._memory) as builder:
            refs = converted(self.location, state, builder)
            opened = [Committed(ref, self.location.open(ref)) for ref in refs]
            self._made += builder.taken()
        return opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for ref in self._made:
            (self.location.folder / ref.file).unlink(missing_ok=True)
        if error is not None:
            self._clean_up()
        self._exit.close()

    def _clean_up(self) -> None:
        """Remove what processes that were stopped in their work left behind."""
        clean(self.location)

    @property
    def segments(self) -> tuple[SegmentRef, ...]:
        """The committed segments, as they were at the start."""
        return tuple(committed.ref for committed in self._committed)

    @property
    def states(self) -> FileStates:
        """The state of the roots' files; read when first asked for, committed with the rest."""
        if self._states is None:
            self._states, damage = known_states(
                self.location, self.state.manifest, lambda: [(one.reader, one.live) for one in self._committed]
            )
            if damage is None:
                self._states_before = _copied(self._states)
            else:
                self.warnings.append(f"{damage}; all files are read again")
        return self._states

    # Articles.

    def find(self, article_id: str) -> Entry | None:
        """The article that has this id now."""
        entry = self._session.get(article_id)
        if entry is not None:
            return entry
        place = self._place(article_id)
        if place is None:
            return None
        committed, doc = place
        article, origin = from_record(committed.reader.store.record(doc))
        return Entry(article_id, article.path, origin, text_digest(article), int(committed.reader.numbers("digest")[doc]))

    def has_new(self, article_id: str) -> bool:
        """Whether this session changed the article of an id."""
        return article_id in self._session

    def _place(self, article_id: str) -> tuple[Committed, int] | None:
        """Where a committed article stands, unless this session has taken it out."""
        if not self._committed:
            return None
        wanted = article_id.encode("utf-8", "surrogatepass")
        for committed in reversed(self._committed):
            doc = committed.reader.values("id.value").doc_of(wanted, committed.live)
            if doc >= 0:
                return committed, doc
        return None

    def origin_of(self, article_id: str) -> str | None:
        """The file that an article came from, "" for none; None where there is no such article."""
        entry = self._session.get(article_id)
        if entry is not None:
            return entry.origin
        place = self._place(article_id)
        return None if place is None else place[0].reader.values("origin.value").value(place[1]).decode()

    def add(self, article: Article, origin: str | None = None) -> Change:
        """Add or replace an article, its texts cleaned of control characters; `origin` None leaves it with its root.

        Raises ArticleError for one that cannot be held.
        """
        schema.check(article)
        article = clean_article(article)
        if origin is None:
            origin = self.origin_of(article.id) or ""
        record = to_record(article, origin)
        entry = Entry(article.id, article.path, origin, 0, digest(record))
        return self.put(entry, lambda: self._build(article, record, entry))

    def build(self, article: Article, origin: str) -> Entry:
        """Build an article that `schema.check` allows; it counts once `put` has its entry."""
        record = to_record(article, origin)
        return self._build(article, record, entry_of(article, origin, record))

    def _build(self, article: Article, record: bytes, entry: Entry) -> Entry:
        segment = self._builder.id
        try:
            doc = self._builder.add(article, entry.origin, record, entry.record)
        except OSError as error:
            raise storage_error(self.location.folder, error) from error
        return Entry(entry.id, entry.path, entry.origin, entry.text, entry.record, segment, doc)

    def build_again(self, entry: Entry) -> Entry:
        """Build an article that stands in the committed state as it is, though not as the one of its id any more."""
        for committed in self._committed:
            doc = committed.reader.values("id.value").doc_of(entry.id.encode(), committed.ref.live())
            if doc >= 0 and int(committed.reader.numbers("digest")[doc]) == entry.record:
                article, origin = from_record(committed.reader.store.record(doc))
                return self.build(article, origin)
        raise ValueError(f"{entry.id} stands nowhere")

    def put(self, entry: Entry, build: Callable[[], Entry] | None = None) -> Change:
        """Let an article be the one of its id; `build` makes the entry of one that stands nowhere yet."""
        before = self._session.get(entry.id)
        place = self._place(entry.id) if before is None and self._committed else None
        same = before.record == entry.record if before is not None else False
        if place is not None:
            same = int(place[0].reader.numbers("digest")[place[1]]) == entry.record
        if same:
            self.reject(entry)
            return "unchanged"
        if entry.doc < 0:
            if build is None:
                raise ValueError(f"{entry.id} stands nowhere")
            entry = build()
        if before is not None or place is not None:
            self._take_out(entry.id)
        self._session[entry.id] = entry
        self._by_origin.setdefault(entry.origin, set()).add(entry.id)
        return "replaced" if before is not None or place is not None else "added"

    def reject(self, entry: Entry) -> None:
        """Let an article that was built already not count, unless it is the one of its id."""
        current = self._session.get(entry.id)
        is_current = current is not None and (current.segment, current.doc) == (entry.segment, entry.doc)
        if entry.doc >= 0 and not is_current:
            self._taken_out.setdefault(entry.segment, set()).add(entry.doc)

    def adopt(self, segments: Sequence[SegmentRef]) -> None:
        """Take over segments that others built in the index's folder; their articles count where they are not rejected."""
        self._handed += segments
        self._made += segments

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""
        return self._take_out(article_id)

    def ids_of(self, origin: str) -> set[str]:
        """The ids of the articles that came from a file."""
        wanted = origin.encode("utf-8", "surrogatepass")
        ids = set(self._by_origin.get(origin, ()))
        for committed in self._committed:
            column = committed.reader.values("origin.value")
            number = column.dictionary.find(wanted)
            if number >= 0:
                docs = column.docs(number)
                names = committed.reader.values("id.value")
                ids |= {names.value(doc).decode() for doc in docs[committed.live[docs]].tolist()}
        return ids

    def remove_origin(self, origin: str, keep: Iterable[str] = ()) -> int:
        """Remove the articles that came from a file, but for `keep`; return how many."""
        gone = self.ids_of(origin) - set(keep)
        for article_id in gone:
            self._take_out(article_id)
        return len(gone)

    def restore_origin(self, origin: str) -> int:
        """Let the articles stay that came from a file which cannot be read now, but for those that this session has
        from elsewhere; return how many had to be made again. (None: in the committed state they stay by themselves.)"""
        return 0

    def restore_rest(self) -> int:
        """The same for articles that no file decides about."""
        return 0

    def _take_out(self, article_id: str) -> bool:
        entry = self._session.pop(article_id, None)
        if entry is not None:
            self.reject(entry)
            self._by_origin[entry.origin].discard(article_id)
        place = self._place(article_id) if self._committed else None
        if place is not None:
            place[0].take_out(place[1])
        return entry is not None or place is not None

    # The commit.

    def commit(self, *, optimize: bool = False) -> int:
        """Make everything visible, if anything changed; return the index's generation. Raises StorageError, CorruptIndex."""
        with storing(self.location.folder):
            generation = self._commit(self._merged(optimize))
        if generation != self._began_at:
            clean(self.location)
        return generation

    def checkpoint(self) -> int:
        """Commit what there is so far, and go on: articles of this session stay known.

        Segments are merged, and what is not needed any more is removed, at the end of the session only: workers may be
        writing segments that no generation has yet.
        """
        with storing(self.location.folder):
            generation = self._commit(self._refs())
            if generation != self.state.generation:
                self.state = self.location.state_of(generation)
                self._states_before = None if self._states is None else _copied(self._states)
        return generation

    def _commit(self, segments: tuple[SegmentRef, ...]) -> int:
        manifest = self.state.manifest
        roots = tuple(self.roots[label] for label in sorted(self.roots))
        after = replace(self._settings(manifest), roots=roots, withheld=dict(self.withheld))
        files = None
        if self._states is not None and self._states != self._states_before:
            files = files_to_bytes(self._states)
        if segments == self.state.segments and files is None and after == manifest and not self.state.is_foreign:
            return self.state.generation
        generation = next_generation(self.location.folder, self.state.newest)
        passed_over = [g for g in generations(self.location.folder) if g > self.state.generation]
        after = replace(after, passed_over=(*after.passed_over, *passed_over))
        try:
            commit(self.location, generation, segments, after, files)
        finally:
            if toc_path(self.location.folder, generation).exists():
                self._made = []  # it is visible, whatever went wrong afterwards, and has its segments
        return generation

    def _merged(self, optimize: bool) -> tuple[SegmentRef, ...]:
        """All segments that have living articles, some merged as the policy says, or all of them into one."""
        refs = self._refs()
        if optimize:
            refs = merge_all(self.location, refs, self._made)
        return merge_some(self.location, refs, self._made, self.warnings)

    def _kept(self) -> list[SegmentRef]:
        """The committed segments as they are afterwards."""
        return [committed.after() for committed in self._committed]

    def _refs(self) -> tuple[SegmentRef, ...]:
        """All segments that have living articles."""
        self._builder.flush()
        self.adopt(self._builder.taken())
        refs = self._kept()
        for ref in self._handed:
            live = np.ones(ref.docs, dtype=bool)
            live[list(self._taken_out.get(ref.id, ()))] = False
            refs.append(ref.with_live(live))
        return tuple(ref for ref in refs if ref.living)


def _copied(states: FileStates) -> FileStates:
    """A copy to compare with later, which is fast: the state of a file is the same object until it changes."""
    return {label: dict(files) for label, files in states.items()}
