"""Copies an archive from one engine to another: articles with the files that they came from, roots,
the states of their files, and tombstones.

Articles are written in sessions of BATCH_ARTICLES, each of which is committed, so that memory is
bounded. What the target has already is not written again: a copy that was cut off is completed by
the next one. The last commit has all the rest: what is remembered of roots, tombstones, and the
deletion of what the source lacks. Then all of the target is read and compared with what was read of
the source, by a checksum that does not depend on the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import islice
from typing import Protocol

import xxhash

from searchkit.engines.base import Engine, SnapshotIsolation
from searchkit.errors import CorruptIndex, IndexLocked, IndexMismatch, OptionError
from searchkit.indexing.entries import ArticleEntry, hash_record
from searchkit.indexing.file_states import mark_to_reread
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.session import Session, split_for_lookup
from searchkit.indexing.store import SyncState
from searchkit.model import Article
from searchkit.reports import CopyReport, Failure, Progress
from searchkit.schema import to_record

BATCH_ARTICLES = 50_000
"""Articles that a session stages: it remembers each of them."""
_IDS_AT_ONCE = 5_000
"""Ids that are looked up in one request."""

Stored = tuple[Article, str, bytes]
"""An article, the file that it came from, and its record."""


class Archive(Engine, Protocol):
    """An engine with sessions; see `writing.SessionWriter`."""

    def _writing(self, wait: float) -> AbstractContextManager[Session]: ...

    def _dry_run(self, *, rebuild: bool) -> AbstractContextManager[Session]: ...

    def _sync_state(self) -> SyncState: ...


def copy_archive(source: Archive, target: Archive, *, delete: bool, wait: float, progress: Progress | None) -> CopyReport:
    """Make `target` a copy of `source`; see `base.Copyable.copy_from`."""
    original, copied = source.stats(), target.stats()
    if original.language != copied.language:
        raise IndexMismatch(
            f"the source is for articles in the language {original.language}, and the target ({target!r}) for"
            f" {copied.language}; copy to a place where there is no index yet, or rebuild one of the two for the language"
            " of the other"
        )
    is_isolated = isinstance(source, SnapshotIsolation)
    if not is_isolated:
        source.refresh()
    with source._dry_run(rebuild=False) as reading:
        copy = _Copy(reading, target, wait, _Steps(progress, copied.articles + 2 * original.articles))
        extra = copy.find_extra(delete=delete)
        copy.copy_articles()
        if not is_isolated and source.refresh():
            raise IndexLocked(
                "another process has changed the source while it was copied; copy again when none does: what is equal"
                " already is not written again"
            )
        copy.finish(extra)
        copy.verify()
    return copy.report((*source.warnings, *target.warnings))


class _Steps:
    """Counts articles for a Progress: those of the target before the copy, and twice those of the
    source."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def count(self, articles: int, last: str) -> None:
        """Count articles that were read; `last` is the id of the last one."""
        self._done += articles
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total, last)


class Checksum:
    """How many records there are, and the sum of their hashes (xxh3, 128 bits) modulo 2**128. A
    record has all of an article, and the file that it came from."""

    def __init__(self) -> None:
        self.records = self.hashes = 0

    def add(self, record_hash: int, times: int = 1) -> None:
        """Add a record, given its hash; with -1, take it away."""
        self.records += times
        self.hashes = (self.hashes + times * record_hash) % 2**128

    def __str__(self) -> str:
        return f"{_quantity(self.records)} with the checksum {self.hashes:032x}"


class _Copy:
    """One copy: what was read of the source, in a session that is a dry run, and what has become of
    the target."""

    def __init__(self, source: Session, target: Archive, wait: float, steps: _Steps) -> None:
        self._source, self._target, self._wait, self._steps = source, target, wait, steps
        self._states: FileStates = {label: dict(files) for label, files in source.states.items()}
        self._generation = -1  # of the target, as this copy left it
        self._counts: Counter[str] = Counter()
        self._read = Checksum()
        self._failures: dict[str, str] = {}  # why the target cannot hold articles, by id

    def find_extra(self, *, delete: bool) -> list[str]:
        """The ids of the articles of the target that the source lacks. Raises OptionError if there
        are any, or such roots, without `delete`."""
        extra: list[str] = []
        count = 0
        with self._target._dry_run(rebuild=False) as session:
            self._generation = session.generation
            roots = sorted(session.roots.keys() - self._source.roots.keys())
            ids = session.store.iter_ids()
            while asked := list(islice(ids, _IDS_AT_ONCE)):
                known = self._source.store.find_committed(asked)
                lacking = [one for one in asked if one not in known]
                count += len(lacking)
                extra += lacking if delete or not extra else []
                self._steps.count(len(asked), asked[-1])
        if (extra or roots) and not delete:
            found = f"{_quantity(count)} that the source lacks, such as {extra[0]}" if extra else ""
            found = found or f"the root {roots[0]}, which the source lacks"
            raise OptionError(
                f"the target holds {found}; copy to a place that is empty or holds a part of the same archive, or have"
                " removed what the source lacks, with --delete (delete=True)"
            )
        return extra

    def copy_articles(self) -> None:
        """Copy all articles that the target lacks, or has otherwise."""
        groups = split_for_lookup(self._source.store.iter_articles(), lambda stored: len(stored[2]))
        is_done = False
        while not is_done:
            with self._writing() as session:
                staged, is_done = self._stage_batch(session, groups)
            for one in session.unstored:
                self._failures[one.id] = one.reason
                self._counts["added" if one.before is None else "replaced"] -= 1
                origin, record_hash = staged[one.id]
                self._read.add(record_hash, -1)
                mark_to_reread(self._states, [origin])

    def _stage_batch(self, session: Session, groups: Iterator[Sequence[Stored]]) -> tuple[dict[str, tuple[str, int]], bool]:
        """Stage articles in a session; return of each the file that it came from and the hash of
        its record, and whether there are no more."""
        staged: dict[str, tuple[str, int]] = {}
        is_done = True
        for group in groups:
            session.prefetch([article.id for article, _, _ in group])
            for article, origin, _ in group:
                record = to_record(article, origin)  # what is stored may have an older form
                record_hash = xxhash.xxh3_128_intdigest(record)
                self._read.add(record_hash)
                entry = ArticleEntry(article.id, article.path, origin, 0, hash_record(record))
                change = session.upsert(entry, partial(session.stage, article, record, entry))
                self._counts[change] += 1
                if change != "unchanged":
                    staged[article.id] = origin, record_hash
                    session.tombstones.pop(article.id, None)
            self._steps.count(len(group), group[-1][0].id)
            if len(staged) >= BATCH_ARTICLES:
                is_done = False
                break
        if staged and session.roots:
            # Until the last commit the target has roots of its own: a run over them reads these
            # files.
            mark_to_reread(session.states, {origin for origin, _ in staged.values() if origin})
        return staged, is_done

    def finish(self, extra: Sequence[str]) -> None:
        """Delete articles of the target, and have it remember what the source does."""
        with self._writing() as session:
            for start in range(0, len(extra), _IDS_AT_ONCE):
                ids = extra[start : start + _IDS_AT_ONCE]
                session.prefetch(ids)
                self._counts["removed"] += sum(map(session.delete, ids))
            roots = tuple(self._source.roots.values())
            session.replace_state(SyncState(roots, self._source.tombstones, self._states))

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """A session of the target, which is committed at the end. Raises IndexLocked."""
        with self._target._writing(self._wait) as session:
            self._check_generation(session)
            yield session
            self._generation = session.commit()

    def _check_generation(self, session: Session) -> None:
        """Raise IndexLocked where the target is not as this copy left it."""
        if session.generation != self._generation:
            raise IndexLocked(
                f"another process has written to the target during the copy (it has generation {session.generation}, and"
                f" had {self._generation}); copy again when none does: what is equal already is not written again"
            )

    def verify(self) -> None:
        """Read all of the target. Raises CorruptIndex where it is not equal to the source."""
        found = Checksum()
        with self._target._dry_run(rebuild=False) as session:
            self._check_generation(session)
            for group in split_for_lookup(session.store.iter_articles(), lambda stored: len(stored[2])):
                for article, _, record in group:
                    if article.id not in self._failures:  # it may have another one with this id
                        found.add(xxhash.xxh3_128_intdigest(record))
                self._steps.count(len(group), group[-1][0].id)
        # Not as a session has it, which would have the files of lost articles read.
        state = self._target._sync_state()
        faults = []
        if (found.records, found.hashes) != (self._read.records, self._read.hashes):
            faults.append(f"expected {self._read}, as read of the source, and found {found}")
        for what, are_equal in (
            ("roots", {root.label: root for root in state.roots} == self._source.roots),
            ("tombstones", dict(state.tombstones) == self._source.tombstones),
            ("states of files", _without_empty(state.files) == _without_empty(self._states)),
        ):
            if not are_equal:
                faults.append(f"its {what} are not those of the source")
        if faults:
            raise CorruptIndex(repr(self._target), f"{'; '.join(faults)}. Verify it, or copy to another place")

    def report(self, warnings: Sequence[str]) -> CopyReport:
        """What was done."""
        return CopyReport(
            added=self._counts["added"],
            replaced=self._counts["replaced"],
            unchanged=self._counts["unchanged"],
            removed=self._counts["removed"],
            roots=len(self._source.roots),
            tombstones=len(self._source.tombstones),
            generation=self._generation,
            failures=tuple(Failure(article_id, reason) for article_id, reason in sorted(self._failures.items())),
            warnings=tuple(dict.fromkeys(warnings)),
        )


def _quantity(articles: int) -> str:
    return f"{articles:,} article{'' if articles == 1 else 's'}"


def _without_empty(states: FileStates | None) -> FileStates:
    """The states of files, without roots that have no files, which not every engine mentions."""
    return {label: files for label, files in (states or {}).items() if files}
