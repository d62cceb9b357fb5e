"""Decides which article each id has, over any store, and commits the changes at once.

A session remembers the articles that it was given. A store keeps them apart until they are
committed; until then the index is as it was, and a session that ends without a commit changes
nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from searchkit import schema
from searchkit.control_characters import replace_article_controls
from searchkit.indexing.entries import ArticleEntry, Change, hash_record, make_entry
from searchkit.indexing.file_states import make_origin
from searchkit.indexing.manifest import FileStates, RememberedRoot
from searchkit.indexing.store import ArticleStore, CommittedArticle, StagedBatch, SyncState, Unstored
from searchkit.model import Article
from searchkit.schema import to_record

Item = TypeVar("Item")

LOOKUP_COUNT = 256
"""Articles, or files, that a store is asked for at once."""
LOOKUP_SIZE = 4 * 2**20
"""The size at which waiting articles are looked up, however few they are: bytes of records, or
characters of texts."""
MAX_PREFETCHED_IDS = 50_000
"""How many ids of the articles of files are held at once; of a single file all are held."""


class Session:
    """One writing session; use it with `with`. Roots, tombstones and the states of files may be
    changed, and are committed with the articles."""

    def __init__(self, store: ArticleStore) -> None:
        self.store = store
        self.roots: dict[str, RememberedRoot] = {root.label: root for root in store.sync_state.roots}
        self.tombstones: dict[str, str | None] = dict(store.sync_state.tombstones)
        self._states: FileStates | None = None
        # Articles of this session, by id and by file.
        self._entries: dict[str, ArticleEntry] = {}
        self._ids_by_origin: dict[str, set[str]] = {}
        # What the store was asked for ahead of time, and the deletions that it does not know yet.
        self._prefetched: dict[str, CommittedArticle | None] = {}
        self._prefetched_hashes: dict[str, tuple[str, int]] = {}
        self._prefetched_ids: dict[str, set[str]] = {}
        self._deleted: list[str] = []
        # What could not be stored, where the states of files know it.
        self.noted: set[str] = set()
        # What a dry run would have changed; other sessions leave it empty.
        self.dry_run_changes: list[tuple[str, str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.store.close(error is not None)

    @property
    def generation(self) -> int:
        """The generation that is committed."""
        return self.store.generation

    @property
    def warnings(self) -> Sequence[str]:
        """What was found wrong with the index."""
        return self.store.warnings

    @property
    def unstored(self) -> Sequence[Unstored]:
        """What the index could not hold, of all commits so far."""
        return self.store.unstored

    @property
    def states(self) -> FileStates:
        """The states of the roots' files; read when first asked for, committed with the rest."""
        if self._states is None:
            self._states = self.store.read_file_states()
        return self._states

    def replace_state(self, state: SyncState) -> None:
        """Remember other roots, tombstones and states of files, instead of all that there are."""
        self.roots = {root.label: root for root in state.roots}
        self.tombstones = dict(state.tombstones)
        self.states.clear()  # what the store has is read first, so that it can tell what changes
        self.states.update(state.files or {})

    # Looking articles up.

    def _flush_deletions(self) -> None:
        """Send the store the deletions that it does not know yet."""
        if self._deleted:
            self.store.delete(self._deleted)
            self._deleted = []

    def prefetch(self, ids: Sequence[str]) -> None:
        """Ask the store at once for articles that will be looked up one by one."""
        self._flush_deletions()
        self._prefetched_hashes = {}
        self._prefetched = dict.fromkeys(ids) | dict(self.store.find_committed(ids))

    def prefetch_files(self, files: Sequence[tuple[str, str]], first: int = 0) -> int:
        """Ask the store at once for the ids of files that will be looked up one by one: those
        (label and path) from number `first` on, as many as have MAX_PREFETCHED_IDS articles. Return
        the number of the first that was not asked for."""
        end, articles = first, 0
        while end < len(files) and end - first < LOOKUP_COUNT:
            label, path = files[end]
            state = self.states.get(label, {}).get(path)
            articles += 0 if state is None else state.articles
            if end > first and articles > MAX_PREFETCHED_IDS:
                break
            end += 1
        self._flush_deletions()
        self._prefetched_ids = dict(self.store.find_ids_of_files([make_origin(*file) for file in files[first:end]]))
        return end

    def forget_file(self, origin: str) -> None:
        """Forget which ids the store has of a file, to free memory."""
        self._prefetched_ids.pop(origin, None)

    def _find_committed(self, article_id: str) -> CommittedArticle | None:
        """The committed article of an id, unless this session has deleted it."""
        if article_id in self._prefetched:
            return self._prefetched[article_id]
        self._flush_deletions()
        return self.store.find_committed((article_id,)).get(article_id)

    def find(self, article_id: str) -> ArticleEntry | CommittedArticle | None:
        """The article that has this id now."""
        return self._entries.get(article_id) or self._find_committed(article_id)

    def find_path_and_hash(self, article_id: str) -> tuple[str, int]:
        """The path and the text hash of the article that has this id now.

        Prefetched articles of the same file are looked up with it.
        """
        entry = self._entries.get(article_id)
        if entry is not None:
            return entry.path, entry.text_hash
        if article_id not in self._prefetched_hashes:
            found = self._find_committed(article_id)
            same = [other for other, one in self._prefetched.items() if one and found and one.origin == found.origin]
            self._flush_deletions()
            self._prefetched_hashes |= self.store.find_paths_and_hashes([*same, article_id])
        return self._prefetched_hashes[article_id]

    def has_changed(self, article_id: str) -> bool:
        """Whether this session added or replaced the article of an id."""
        return article_id in self._entries

    def find_origin(self, article_id: str) -> str | None:
        """The file that an article came from, "" for none; None where there is no such article."""
        found = self.find(article_id)
        return None if found is None else found.origin

    def find_ids_of_file(self, origin: str) -> set[str]:
        """The ids of the articles that came from a file."""
        ids = self._prefetched_ids.get(origin)
        if ids is None:
            self._flush_deletions()
            ids = self.store.find_ids_of_files((origin,)).get(origin, set())
        return ids | self._ids_by_origin.get(origin, set())

    # Changes.

    def add(self, article: Article) -> Change:
        """Add or replace an article, after control characters are removed from its texts; it stays
        with the file that it came from.

        Raises ArticleError for one that cannot be held.
        """
        schema.check(article)
        return self._add(article)

    def _add(self, article: Article) -> Change:
        article = replace_article_controls(article)
        origin = self.find_origin(article.id) or ""
        record = to_record(article, origin)
        entry = ArticleEntry(article.id, article.path, origin, 0, hash_record(record))
        return self.upsert(entry, lambda: self.stage(article, record, entry))

    def add_all(self, articles: Iterable[Article]) -> Counter[str]:
        """Add articles that users give, and forget their tombstones; count the changes.

        If an id occurs several times, the last article wins and is counted once. Raises
        ArticleError.
        """
        changes: dict[str, Change] = {}
        for group in split_for_lookup(map(_checked, articles), lambda article: len(article.title) + len(article.body)):
            self.prefetch([article.id for article in group])
            for article in group:
                self.tombstones.pop(article.id, None)
                change = self._add(article)
                if changes.get(article.id) != "added":
                    changes[article.id] = change if change != "unchanged" else changes.get(article.id, change)
        return Counter(changes.values())

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """Stage an article that `schema.check` allows; it counts once `upsert` has the entry that
        is returned."""
        return self.store.stage(article, record, entry)

    def restage(self, article: Article, origin: str) -> ArticleEntry:
        """Stage an article that was stored already, perhaps in an older form of record."""
        record = to_record(article, origin)
        return self.stage(article, record, make_entry(article, origin, record))

    def restage_original(self, entry: ArticleEntry) -> ArticleEntry:
        """Stage an article that the committed state has already, but whose id has another article
        now."""
        return self.restage(*self.store.read_original(entry.id, entry.record_hash))

    def upsert(self, entry: ArticleEntry, stage_article: Callable[[], ArticleEntry] | None = None) -> Change:
        """Make this article the current one of its id; return what that changed.

        `stage_article` stages it, where it is not staged yet.
        """
        before = self.find(entry.id)
        if before is not None and before.record_hash == entry.record_hash:
            self.reject(entry)
            return "unchanged"
        if entry.number_in_batch < 0:
            if stage_article is None:
                raise ValueError(f"{entry.id} is not staged")
            entry = stage_article()
        if before is not None:
            self.delete(entry.id)
        self._entries[entry.id] = entry
        self._ids_by_origin.setdefault(entry.origin, set()).add(entry.id)
        return "added" if before is None else "replaced"

    def reject(self, entry: ArticleEntry) -> None:
        """Drop a staged article, unless it is the current one of its id."""
        staged_at = entry.batch, entry.number_in_batch
        current = self._entries.get(entry.id)
        is_current = current is not None and (current.batch, current.number_in_batch) == staged_at
        if entry.number_in_batch >= 0 and not is_current:
            self.store.reject(*staged_at)

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """Take over what workers staged; their articles count where they are not rejected."""
        self.store.adopt(batches)

    def delete(self, article_id: str) -> bool:
        """Delete an article; return whether it was there."""
        entry = self._entries.pop(article_id, None)
        if entry is not None:
            self.reject(entry)
            self._ids_by_origin[entry.origin].discard(article_id)
            return True
        found = self._find_committed(article_id)
        if found is not None:
            self._delete_committed(article_id, found)
        return found is not None

    def _delete_committed(self, article_id: str, found: CommittedArticle) -> None:
        self._deleted.append(article_id)
        self._prefetched[article_id] = None
        if found.origin in self._prefetched_ids:
            self._prefetched_ids[found.origin].discard(article_id)

    def delete_articles_of_file(self, origin: str, keep: Iterable[str] = ()) -> int:
        """Delete the articles that came from a file, except `keep`; return how many."""
        to_delete = sorted(self.find_ids_of_file(origin) - set(keep))
        for start in range(0, len(to_delete), LOOKUP_COUNT):
            ids = to_delete[start : start + LOOKUP_COUNT]
            self.prefetch(ids)
            for article_id in ids:
                self.delete(article_id)
        return len(to_delete)

    def keep_articles_of_file(self, origin: str) -> int:
        """Keep the articles of a file that cannot be read now, except those whose ids this session
        has from other files; return how many had to be copied (none here: committed articles stay
        by themselves)."""
        return 0

    def keep_rest(self) -> int:
        """Keep the articles that no file decides about; return how many had to be copied."""
        return 0

    # The commit.

    def commit(self, *, optimize: bool = False) -> int:
        """Make everything visible, if anything changed; return the index's generation. Raises
        StorageError, CorruptIndex."""
        self._flush_deletions()
        return self.store.commit(self._sync_state(), optimize=optimize)

    def checkpoint(self) -> int:
        """Commit what there is so far, and go on; the session still remembers its articles."""
        self._flush_deletions()
        return self.store.checkpoint(self._sync_state())

    def _sync_state(self) -> SyncState:
        roots = tuple(self.roots[label] for label in sorted(self.roots))
        return SyncState(roots, dict(self.tombstones), self._states, frozenset(self.noted))


def _checked(article: Article) -> Article:
    schema.check(article)
    return article


def split_for_lookup(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Divide items into lists of LOOKUP_COUNT, or of fewer when their sizes reach LOOKUP_SIZE."""
    group: list[Item] = []
    group_size = 0
    for item in items:
        group.append(item)
        group_size += size(item)
        if len(group) >= LOOKUP_COUNT or group_size >= LOOKUP_SIZE:
            yield group
            group, group_size = [], 0
    if group:
        yield group
