"""Upserts the articles of files: decides which of several articles with one id counts, and notes
which files lose theirs.

Of the files of a root that hold an article the first by path gives it; within a file the first
record does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from searchkit.indexing.entries import ArticleEntry
from searchkit.indexing.file_states import make_origin, parse_origin
from searchkit.indexing.manifest import FileState, RootRecord
from searchkit.indexing.session import Session
from searchkit.indexing.store import CommittedArticle
from searchkit.read_warnings import WarningCount, WarningTally
from searchkit.reports import Failure
from searchkit.source_files import SourceFile


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks at: a root, the part of it that was asked for ("": all of it), and all files
    of the root."""

    root: RootRecord
    part: str
    files: Mapping[str, SourceFile]


@dataclass(frozen=True, slots=True)
class FileToRead:
    """A file that has to be read, and its state before (None where that no longer counts)."""

    scope: Scope
    file: SourceFile
    before: FileState | None

    @property
    def label(self) -> str:
        """The label of its root."""
        return self.scope.root.label

    @property
    def key(self) -> tuple[str, str]:
        """The label of its root and its path there."""
        return self.scope.root.label, self.file.path

    @property
    def origin(self) -> str:
        """What its articles remember of it."""
        return make_origin(*self.key)


@dataclass(slots=True)
class FileUpsert:
    """A file whose articles are being upserted: the ids that were upserted so far, the clashes of
    different articles with one id, and whether an article gave way to one of another file."""

    scope: Scope
    origin: str
    upserted: set[str] = field(default_factory=set)
    clashes: list[Failure] = field(default_factory=list)
    is_displaced: bool = False


class Upserter:
    """Upserts the articles of files, for one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.counts: Counter[str] = Counter()
        # How many articles with a tombstone each file has, by origin.
        self.tombstones_met: Counter[str] = Counter()
        # Articles that files hold no more, by origin: they are deleted at the end, unless another
        # file has them.
        self.orphans: dict[str, set[str]] = {}
        # Roots of which articles went or changed in this round of reading, and the known files
        # still to be read in it.
        self.changed_roots: set[str] = set()
        self.unread: set[tuple[str, str]] = set()
        # By root and file (None: the root itself), for a file may be read twice.
        self.failures: dict[tuple[str, str | None], list[Failure]] = {}
        self.warnings: dict[tuple[str, str], tuple[WarningCount, ...]] = {}

    def upsert(self, file: FileUpsert, entry: ArticleEntry, stage: Callable[[], ArticleEntry] | None = None) -> None:
        """Upsert the next article of a file, unless its id has a tombstone or an article that comes
        first.

        `stage` stages an article that is not staged yet.
        """
        if entry.id in self._session.tombstones:
            self.tombstones_met[file.origin] += 1
            self._session.reject(entry)
            self._update_tombstone(entry, file)
            return
        before = self._session.find(entry.id)
        if before is not None and self._comes_first(before, entry, file):
            self._session.reject(entry)
            file.is_displaced |= entry.id not in file.upserted
            path, text_hash = self._session.read_text(entry.id)
            if entry.text_hash != text_hash:
                clash = f'the id "{entry.id}" is taken by another article of this root, in {path}, which stays'
                file.clashes.append(Failure(entry.path, clash))
            return
        is_counted = self._session.has_changed(entry.id)
        change = self._session.upsert(entry, stage)
        if before is not None and change == "replaced":
            self._note_replaced(entry.id, before.origin, file)
            # What this run had counted already is counted once.
            change = "unchanged" if is_counted and before.origin != file.origin else change
        file.upserted.add(entry.id)
        self.counts[change] += 1

    def _comes_first(self, before: ArticleEntry | CommittedArticle, entry: ArticleEntry, file: FileUpsert) -> bool:
        """Whether the article that an id has comes before the one that was read: of a root, by path
        and record."""
        if entry.id in file.upserted:
            return True
        label, path = parse_origin(before.origin)
        if label != file.scope.root.label or path not in file.scope.files:
            return False
        return before.origin < file.origin and entry.id not in self.orphans.get(before.origin, ())

    def _note_replaced(self, article_id: str, origin: str, file: FileUpsert) -> None:
        """Note that the article which the file `origin` gave was replaced. Other files of the root
        may have an article of that id, and so may this one still."""
        label, path = parse_origin(origin)
        if label != file.scope.root.label:
            return
        self.changed_roots.add(label)
        orphans = self.orphans.get(origin, set())
        if article_id in orphans:
            orphans.discard(article_id)
        elif origin != file.origin:
            self._mark_displaced(label, path, file.scope)

    def _mark_displaced(self, label: str, path: str, scope: Scope) -> None:
        """Note that an article of a file gave way, unless the file has yet to be read, which will
        show it."""
        state = self._session.states[label].get(path)
        if state is not None and path not in scope.files:
            # It lies where nothing can be listed now: it is read when it can be.
            self.set_state(label, path, modified_ns=-1, articles=max(0, state.articles - 1))
        elif state is not None and (label, path) not in self.unread:
            self.set_state(label, path, displaced=True)

    def _update_tombstone(self, entry: ArticleEntry, file: FileUpsert) -> None:
        """Have the tombstone name the first of the files that hold the article: it is read again
        when the deletion is undone."""
        known = self._session.tombstones[entry.id]
        label, path = parse_origin(known or "")
        exists = known is not None and label == file.scope.root.label and path in file.scope.files
        if known is None or not exists or entry.origin < known:
            self._session.tombstones[entry.id] = entry.origin
            if exists:
                self._mark_displaced(label, path, file.scope)
        elif entry.origin != known:
            file.is_displaced = True

    def count_warnings(self) -> tuple[WarningCount, ...]:
        """The warnings of all files that were read, counted."""
        total = WarningTally()
        for counts in self.warnings.values():
            total.add(counts)
        return total.counts()

    def finish_file(
        self, to_read: FileToRead, file: FileUpsert, failures: list[Failure], warnings: tuple[WarningCount, ...]
    ) -> None:
        """Note the new state of a file. Articles that it holds no more are orphans only when all of
        it could be read."""
        origin = file.origin
        articles = len(file.upserted)
        known_orphans = self.orphans.pop(origin, set())
        if failures:
            articles += self.keep_articles(origin, file.upserted)
        elif orphans := self._session.find_ids(origin) - file.upserted:
            self.orphans[origin] = orphans
            if not orphans <= known_orphans:
                self.changed_roots.add(to_read.label)
        if warnings:
            self.warnings[to_read.key] = warnings
        failures.sort(key=_failure_order)  # the same for any number of workers
        # Each reader of a file that changed meanwhile says so: once is enough.
        remembered = remember_failures((*dict.fromkeys(failures), *file.clashes))
        if remembered:
            before = to_read.before.failures if to_read.before else ()
            self.failures[to_read.key] = mark_new(remembered, set(before))
        source = to_read.file
        state = FileState(source.size, source.modified_ns, articles, remembered, displaced=file.is_displaced)
        self._session.states[to_read.label][source.path] = state
        self._session.forget_file(origin)

    def keep_articles(self, origin: str, upserted: Container[str] = ()) -> int:
        """Keep the articles of a file that cannot be read now, except those that were; return how
        many."""
        kept = sum(article_id not in upserted for article_id in self._session.find_ids(origin))
        self._session.keep_origin(origin)
        self.counts["unchanged"] += kept
        return kept

    def set_state(self, label: str, path: str, **changes: Any) -> None:
        """Change fields of the state of a file."""
        states = self._session.states[label]
        states[path] = states[path]._replace(**changes)


def remember_failures(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Failures as the state of a file remembers them: none is `new`."""
    return tuple(replace(failure, new=False) for failure in failures)


def mark_new(failures: Iterable[Failure], known: Set[Failure]) -> list[Failure]:
    """Remembered failures for a report: those that no earlier run knew are `new`."""
    return [replace(failure, new=failure not in known) for failure in failures]


def _failure_order(failure: Failure) -> tuple[str, int, str, str]:
    """A key to sort failures by the number in their place."""
    digits = "".join(character for character in failure.place if character.isdecimal())
    return failure.path, int(digits or 0), failure.place, failure.reason
