"""Upserts the articles of files: decides which of several articles with one id counts, and notes
which files lost an id to another file.

If several files of a root have an article of one id, the article of the first file by path counts;
within a file, that of the first record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from searchkit.indexing.entries import ArticleEntry
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.file_states import make_origin, parse_origin
from searchkit.indexing.manifest import FileState, RememberedRoot
from searchkit.indexing.session import Session
from searchkit.indexing.store import CommittedArticle, Unstored
from searchkit.read_warnings import WarningCount, WarningTally
from searchkit.reports import Failure
from searchkit.source_files import SourceFile


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks at: a root, the part of it that was asked for ("": all of it), and all files
    of the root by path."""

    root: RememberedRoot
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
class UpsertedFile:
    """A file whose articles are being upserted, and what has come of them so far: the `ids` that
    were upserted, the clashes of different articles with one id, and whether another file provides
    the article of an id that this file has too."""

    scope: Scope
    origin: str
    ids: set[str] = field(default_factory=set)
    clashes: list[Failure] = field(default_factory=list)
    is_displaced: bool = False


class Upserter:
    """Upserts the articles of files, for one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.counts: Counter[str] = Counter()
        # How many articles with a tombstone each file has, by origin.
        self.tombstone_counts: Counter[str] = Counter()
        # Ids of articles that are not in their files any more, by origin: they are deleted at the
        # end, unless another file has them.
        self.orphans: dict[str, set[str]] = {}
        # Roots whose articles were orphaned or replaced in this pass of reading, and the known
        # files still to be read in it.
        self.changed_roots: set[str] = set()
        self.unread_in_pass: set[tuple[str, str]] = set()
        # By root and file (None: the root itself), for a file may be read twice.
        self.failures: dict[tuple[str, str | None], list[Failure]] = {}
        # Those that an earlier run reported, of files that were read and have some.
        self._known: dict[tuple[str, str], Set[Failure]] = {}
        self.warnings: dict[tuple[str, str], tuple[WarningCount, ...]] = {}
        self.formats: Counter[str] = Counter()
        self.counted_formats: set[tuple[str, str]] = set()
        """Files that are read again in this run, whose formats are counted already."""

    def upsert(
        self, upserted: UpsertedFile, entry: ArticleEntry, stage_article: Callable[[], ArticleEntry] | None = None
    ) -> None:
        """Upsert the next article of a file, unless its id has a tombstone, or an article that wins
        over this one.

        `stage_article` stages the article, where it is not staged yet.
        """
        if entry.id in self._session.tombstones:
            self.tombstone_counts[upserted.origin] += 1
            self._session.reject(entry)
            self._update_tombstone(entry, upserted)
            return
        before = self._session.find(entry.id)
        if before is not None and self._wins_over(before, entry, upserted):
            self._session.reject(entry)
            upserted.is_displaced |= entry.id not in upserted.ids
            path, text_hash = self._session.find_path_and_hash(entry.id)
            if entry.text_hash != text_hash:
                clash = f'the id "{entry.id}" is taken by another article of this root, in {path}, which stays'
                upserted.clashes.append(Failure(entry.path, clash))
            return
        is_counted = self._session.has_changed(entry.id)
        change = self._session.upsert(entry, stage_article)
        if before is not None and change == "replaced":
            self._note_replaced(entry.id, before.origin, upserted)
            # Another file of this run already counted this id as added or replaced.
            change = "unchanged" if is_counted and before.origin != upserted.origin else change
        upserted.ids.add(entry.id)
        self.counts[change] += 1

    def _wins_over(self, before: ArticleEntry | CommittedArticle, entry: ArticleEntry, upserted: UpsertedFile) -> bool:
        """Whether the current article of an id wins over the one that was read. It does if an
        earlier record of the same file has the id, or a file of the same root whose path comes
        first, which is still listed and still has the article."""
        if entry.id in upserted.ids:
            return True
        label, path = parse_origin(before.origin)
        if label != upserted.scope.root.label or path not in upserted.scope.files:
            return False
        return before.origin < upserted.origin and entry.id not in self.orphans.get(before.origin, ())

    def _note_replaced(self, article_id: str, origin: str, upserted: UpsertedFile) -> None:
        """Note that the article which came from the file `origin` was replaced. That file and
        others of the root may still have an article of this id, so they are read again."""
        label, path = parse_origin(origin)
        if label != upserted.scope.root.label:
            return
        self.changed_roots.add(label)
        orphans = self.orphans.get(origin, set())
        if article_id in orphans:
            orphans.discard(article_id)
        elif origin != upserted.origin:
            self._mark_displaced(label, path, upserted.scope)

    def _mark_displaced(self, label: str, path: str, scope: Scope) -> None:
        """Mark a file as displaced: another file provides one of its ids. Files that are still to
        be read in this pass need no mark, for reading them tells."""
        state = self._session.states[label].get(path)
        if state is not None and path not in scope.files:
            # It is unreachable: it is read when it can be listed again.
            self.set_state(label, path, modified_ns=-1, articles=max(0, state.articles - 1))
        elif state is not None and (label, path) not in self.unread_in_pass:
            self.set_state(label, path, displaced=True)

    def _update_tombstone(self, entry: ArticleEntry, upserted: UpsertedFile) -> None:
        """Make the tombstone name the first of the files that have the article: that file is read
        again when the deletion is undone."""
        known = self._session.tombstones[entry.id]
        label, path = parse_origin(known or "")
        exists = known is not None and label == upserted.scope.root.label and path in upserted.scope.files
        if known is None or not exists or entry.origin < known:
            self._session.tombstones[entry.id] = entry.origin
            if exists:
                self._mark_displaced(label, path, upserted.scope)
        elif entry.origin != known:
            upserted.is_displaced = True

    def count_warnings(self) -> tuple[WarningCount, ...]:
        """The warnings of all files that were read, counted."""
        total = WarningTally()
        for counts in self.warnings.values():
            total.add(counts)
        return total.counts()

    def finish_file(self, to_read: FileToRead, upserted: UpsertedFile, report: FileReport) -> None:
        """Note the new state of a file. Articles that are not in it any more are orphans only if
        all of it could be read."""
        origin, failures = upserted.origin, report.failures
        articles = len(upserted.ids)
        known_orphans = self.orphans.pop(origin, set())
        if failures:
            articles += self.keep_articles(origin, upserted.ids)
        elif orphans := self._session.find_ids_of_file(origin) - upserted.ids:
            self.orphans[origin] = orphans
            if not orphans <= known_orphans:
                self.changed_roots.add(to_read.label)
        if warnings := report.warnings.counts():
            self.warnings[to_read.key] = warnings
        if to_read.key not in self.counted_formats:
            self.formats.update(report.formats)
        failures.sort(key=_failure_order)  # the same for any number of workers
        # If a file changes while workers share it, each reports the same failure: one is kept.
        remembered = remember_failures((*dict.fromkeys(failures), *upserted.clashes))
        before = to_read.before.failures if to_read.before else ()
        if remembered or before:  # before it was read first, for it may be read again
            known = self._known.setdefault(to_read.key, set(before))
            self.failures[to_read.key] = mark_new(remembered, known)
        source = to_read.file
        state = FileState(source.size, source.modified_ns, articles, remembered, displaced=upserted.is_displaced)
        self._session.states[to_read.label][source.path] = state
        self._session.forget_file(origin)

    def keep_articles(self, origin: str, upserted_ids: Container[str] = ()) -> int:
        """Keep the articles of a file that were not read now, and count them as unchanged, except
        those of `upserted_ids`, which were counted before. Returns how many were counted."""
        kept = sum(article_id not in upserted_ids for article_id in self._session.find_ids_of_file(origin))
        self._session.keep_articles_of_file(origin)
        self.counts["unchanged"] += kept
        return kept

    def note_unstored(self, unstored: Unstored) -> None:
        """Note, after a commit, that an article could not be stored: it is a failure of its file.
        The article before it stays, except that of a file that is gone."""
        entry = self._session.find(unstored.id)
        if not isinstance(entry, ArticleEntry):
            raise ValueError(f"{unstored.id} is not of this session")
        before, stays, key = unstored.before, unstored.stays, parse_origin(entry.origin)
        if before is None or not stays or before.origin != entry.origin:
            self._add_to_count(key, -1)
            if before is not None and stays and not self._add_to_count(parse_origin(before.origin), 1) and before.origin:
                self._session.delete(unstored.id)
                stays = False
        if before is None:
            self.counts["added"] -= 1
        else:
            self.counts["unchanged" if before.record_hash == entry.record_hash else "replaced"] -= 1
            self.counts["unchanged" if stays else "removed"] += 1
        failure = Failure(entry.path, f'the article "{entry.id}" cannot be stored: {unstored.reason}', new=False)
        self.failures.setdefault(key, []).extend(mark_new([failure], self._known.get(key, frozenset())))
        if self._add_to_count(key, 0):
            label, path = key
            self.set_state(*key, failures=(*self._session.states[label][path].failures, failure))
        self._session.noted.add(unstored.id)

    def _add_to_count(self, key: tuple[str, str], number: int) -> bool:
        """Add a number to that of the articles of a file; return whether the file is known."""
        label, path = key
        state = self._session.states.get(label, {}).get(path)
        if state is not None:
            self.set_state(label, path, articles=state.articles + number)
        return state is not None

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
    """A key that sorts failures by path, and then by the number in their place."""
    digits = "".join(character for character in failure.place if character.isdecimal())
    return failure.path, int(digits or 0), failure.place, failure.reason
