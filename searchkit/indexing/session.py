"""Articles in, one commit out: which article an id has, decided over any store.

A session remembers the articles that it was given. A store keeps them apart until they are committed; until then the
index is as it was, and when the session is left without a commit, nothing changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

from searchkit import schema
from searchkit.control_characters import replace_article_controls
from searchkit.indexing.entries import Change, Entry, digest, entry_of
from searchkit.indexing.manifest import FileStates, RootRecord
from searchkit.indexing.origins import origin_of
from searchkit.indexing.store import ArticleStore, Known, Memory, Written
from searchkit.model import Article
from searchkit.schema import to_record

Item = TypeVar("Item")

ASKED_AT_ONCE = 256
"""Articles, or files, that a store is asked for at once."""
HELD_AT_ONCE = 4 * 2**20
"""Characters, or bytes of records, of articles that are held until it is asked."""
IDS_AT_ONCE = 50_000
"""Articles of files, as they are remembered, whose ids are held at once; of a single file all are."""


class Session:
    """One writing session; use it with `with`. Roots, deleted ids (`withheld`) and the states of files may be changed, and
    are committed with the articles."""

    def __init__(self, store: ArticleStore) -> None:
        self.store = store
        self.roots: dict[str, RootRecord] = {root.label: root for root in store.memory.roots}
        self.withheld: dict[str, str | None] = dict(store.memory.withheld)
        self._states: FileStates | None = None
        # Articles of this session, by id and by file.
        self._entries: dict[str, Entry] = {}
        self._by_origin: dict[str, set[str]] = {}
        # What the store was asked ahead, and the committed articles that it does not know yet to be removed.
        self._known: dict[str, Known | None] = {}
        self._texts: dict[str, tuple[str, int]] = {}
        self._ids_of: dict[str, set[str]] = {}
        self._removed: list[str] = []

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
    def states(self) -> FileStates:
        """The states of the roots' files; read when first asked for, committed with the rest."""
        if self._states is None:
            self._states = self.store.file_states()
        return self._states

    # Articles that are known.

    def _up_to_date(self) -> ArticleStore:
        """The store, which knows all that this session has removed."""
        if self._removed:
            self.store.remove(self._removed)
            self._removed = []
        return self.store

    def expect(self, ids: Sequence[str]) -> None:
        """Ask the store at once for articles that will be asked for one by one."""
        self._texts = {}
        self._known = dict.fromkeys(ids) | dict(self._up_to_date().known(ids))

    def expect_files(self, files: Sequence[tuple[str, str]], first: int = 0) -> int:
        """Ask the store at once for the articles of files that will be asked for one by one: those (label and path) from
        number `first` on, as many as have IDS_AT_ONCE articles. Return the number of the first that was not asked for."""
        end, articles = first, 0
        while end < len(files) and end - first < ASKED_AT_ONCE:
            label, path = files[end]
            state = self.states.get(label, {}).get(path)
            articles += 0 if state is None else state.articles
            if end > first and articles > IDS_AT_ONCE:
                break
            end += 1
        self._ids_of = dict(self._up_to_date().ids_of([origin_of(*file) for file in files[first:end]]))
        return end

    def forget_file(self, origin: str) -> None:
        """Let go of what the store said of a file."""
        self._ids_of.pop(origin, None)

    def _committed(self, article_id: str) -> Known | None:
        """The committed article of an id, unless this session has removed it."""
        if article_id in self._known:
            return self._known[article_id]
        return self._up_to_date().known((article_id,)).get(article_id)

    def find(self, article_id: str) -> Entry | Known | None:
        """The article that has this id now."""
        return self._entries.get(article_id) or self._committed(article_id)

    def text_of(self, article_id: str) -> tuple[str, int]:
        """The path of the article that has this id now, and what tells its text from another's.

        Others that were expected, of the same file, are asked for with it.
        """
        entry = self._entries.get(article_id)
        if entry is not None:
            return entry.path, entry.text
        if article_id not in self._texts:
            known = self._committed(article_id)
            same = [other for other, of in self._known.items() if of is not None and known and of.origin == known.origin]
            self._texts |= self._up_to_date().texts_of([*same, article_id])
        return self._texts[article_id]

    def has_new(self, article_id: str) -> bool:
        """Whether this session changed the article of an id."""
        return article_id in self._entries

    def origin_of(self, article_id: str) -> str | None:
        """The file that an article came from, "" for none; None where there is no such article."""
        found = self.find(article_id)
        return None if found is None else found.origin

    def ids_of(self, origin: str) -> set[str]:
        """The ids of the articles that came from a file."""
        ids = self._ids_of.get(origin)
        if ids is None:
            ids = self._up_to_date().ids_of((origin,)).get(origin, set())
        return ids | self._by_origin.get(origin, set())

    # Changes.

    def add(self, article: Article) -> Change:
        """Add or replace an article, its texts cleaned of control characters; it stays with the file that it came from.

        Raises ArticleError for one that cannot be held.
        """
        schema.check(article)
        return self._add(article)

    def _add(self, article: Article) -> Change:
        article = replace_article_controls(article)
        origin = self.origin_of(article.id) or ""
        record = to_record(article, origin)
        entry = Entry(article.id, article.path, origin, 0, digest(record))
        return self.put(entry, lambda: self.stage(article, record, entry))

    def add_all(self, articles: Iterable[Article]) -> Counter[str]:
        """Add articles that users give, which is the end of their deletions; count the changes.

        Of one id twice the last stays, and counts once. Raises ArticleError.
        """
        changes: dict[str, Change] = {}
        for batch in batches(map(_checked, articles), lambda article: len(article.title) + len(article.body)):
            self.expect([article.id for article in batch])
            for article in batch:
                self.withheld.pop(article.id, None)
                change = self._add(article)
                if changes.get(article.id) != "added":
                    changes[article.id] = change if change != "unchanged" else changes.get(article.id, change)
        return Counter(changes.values())

    def stage(self, article: Article, record: bytes, entry: Entry) -> Entry:
        """Have the store take an article that `schema.check` allows; it counts once `put` has the entry that is returned."""
        return self.store.stage(article, record, entry)

    def stage_again(self, article: Article, origin: str) -> Entry:
        """The same for an article that was stored already, perhaps in an older form of record."""
        record = to_record(article, origin)
        return self.stage(article, record, entry_of(article, origin, record))

    def stage_committed(self, entry: Entry) -> Entry:
        """The same for one that stands in the committed state as it is, though not as the one of its id any more."""
        return self.stage_again(*self.store.as_committed(entry.id, entry.record))

    def put(self, entry: Entry, stage: Callable[[], Entry] | None = None) -> Change:
        """Let an article be the one of its id; `stage` has the store take one that stands nowhere yet."""
        before = self.find(entry.id)
        if before is not None and before.record == entry.record:
            self.reject(entry)
            return "unchanged"
        if entry.doc < 0:
            if stage is None:
                raise ValueError(f"{entry.id} stands nowhere")
            entry = stage()
        if before is not None:
            self._take_out(entry.id)
        self._entries[entry.id] = entry
        self._by_origin.setdefault(entry.origin, set()).add(entry.id)
        return "added" if before is None else "replaced"

    def reject(self, entry: Entry) -> None:
        """Let an article that was staged already not count, unless it is the one of its id."""
        current = self._entries.get(entry.id)
        is_current = current is not None and (current.segment, current.doc) == (entry.segment, entry.doc)
        if entry.doc >= 0 and not is_current:
            self.store.reject(entry.segment, entry.doc)

    def adopt(self, batches: Sequence[Written]) -> None:
        """Take over what workers staged; their articles count where they are not rejected."""
        self.store.adopt(batches)

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was there."""
        return self._take_out(article_id)

    def remove_origin(self, origin: str, keep: Iterable[str] = ()) -> int:
        """Remove the articles that came from a file, but for `keep`; return how many."""
        gone = sorted(self.ids_of(origin) - set(keep))
        for start in range(0, len(gone), ASKED_AT_ONCE):
            asked = gone[start : start + ASKED_AT_ONCE]
            self.expect(asked)
            for article_id in asked:
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
        entry = self._entries.pop(article_id, None)
        if entry is not None:
            self.reject(entry)
            self._by_origin[entry.origin].discard(article_id)
            return True
        known = self._committed(article_id)
        if known is not None:
            self._remove_committed(article_id, known)
        return known is not None

    def _remove_committed(self, article_id: str, known: Known) -> None:
        self._removed.append(article_id)
        self._known[article_id] = None
        if known.origin in self._ids_of:
            self._ids_of[known.origin].discard(article_id)

    # The commit.

    def commit(self, *, optimize: bool = False) -> int:
        """Make everything visible, if anything changed; return the index's generation. Raises StorageError, CorruptIndex."""
        return self._up_to_date().commit(self._memory(), optimize=optimize)

    def checkpoint(self) -> int:
        """Commit what there is so far, and go on: articles of this session stay known."""
        return self._up_to_date().checkpoint(self._memory())

    def _memory(self) -> Memory:
        roots = tuple(self.roots[label] for label in sorted(self.roots))
        return Memory(roots, dict(self.withheld), self._states)


def _checked(article: Article) -> Article:
    schema.check(article)
    return article


def batches(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items, as many at a time as a store is asked for at once, and not many more than HELD_AT_ONCE by their sizes."""
    batch: list[Item] = []
    held = 0
    for item in items:
        batch.append(item)
        held += size(item)
        if len(batch) >= ASKED_AT_ONCE or held >= HELD_AT_ONCE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch
