"""Copies an archive from one engine to another: articles with the files that they came from, roots,
the states of their files, and tombstones.

The target is written in sessions of BATCH_ARTICLES, so that memory is bounded and a copy that was
cut off goes on where it was: what the target has already is not written again. What says that the
files of roots were read is written last. At the end all of the target is read and compared with the
source, by a checksum that does not depend on the order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import NamedTuple

import xxhash

from searchkit.errors import CorruptIndex, OptionError
from searchkit.indexing.entries import ArticleEntry, Change, hash_record
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.session import LOOKUP_COUNT, Session, split_for_lookup
from searchkit.indexing.store import ArticleStore, SyncState
from searchkit.reports import CopyReport, Failure, Progress
from searchkit.schema import to_record

BATCH_ARTICLES = 50_000
"""Articles of a session: it remembers each of them."""
_REPORT_EVERY = 1_000
"""Articles that are read back between two reports of progress."""

BeginSession = Callable[[], AbstractContextManager[Session]]


class Checksum(NamedTuple):
    """How many records there are, and the sum of their hashes (xxh3, 128 bits) modulo 2**128."""

    records: int = 0
    hashes: int = 0

    def with_record(self, record: bytes, times: int = 1) -> Checksum:
        """The checksum with one more record, or with -1 times one."""
        hashes = (self.hashes + times * xxhash.xxh3_128_intdigest(record)) % 2**128
        return Checksum(self.records + times, hashes)


class Copying:
    """One copy. `read` and `read_target` begin dry runs over the source and the target, `write`
    sessions over the target; `names` says how messages call the two."""

    def __init__(
        self,
        read: BeginSession,
        write: BeginSession,
        read_target: BeginSession,
        names: tuple[str, str],
        progress: Progress | None,
    ) -> None:
        self._read, self._write, self._read_target, self._names = read, write, read_target, names
        self._progress = progress
        self._done = self._total = 0
        self._counts: Counter[Change] = Counter()
        self._failures: dict[str, str] = {}  # why the target cannot hold articles, by id

    def run(self, total: int, *, delete: bool) -> CopyReport:
        """Copy an archive of about `total` articles; see `base.Copyable.copy_from`."""
        self._total = 2 * total
        with self._read() as source:
            removed = self._handle_extras(source.store, delete=delete)
            state, files = source.store.sync_state, source.store.read_file_states()
            copied = self._copy(source.store)
            with self._write() as session:
                session.replace_state(SyncState(state.roots, state.tombstones, _copy_states(files)))
                generation = session.commit()
            expected = self._without_failures(source.store, copied)
            self._verify(source, expected, files)
        return CopyReport(
            added=self._counts["added"],
            replaced=self._counts["replaced"],
            unchanged=self._counts["unchanged"],
            removed=removed,
            roots=len(state.roots),
            tombstones=len(state.tombstones),
            generation=generation,
            failures=tuple(Failure(article_id, reason) for article_id, reason in sorted(self._failures.items())),
        )

    def _handle_extras(self, source: ArticleStore, *, delete: bool) -> int:
        """Delete what the target has and the source has not; return how many articles that were.
        Raises OptionError for any without `delete`."""
        extras: list[str] = []
        count = 0
        with self._read_target() as target:
            for group in split_for_lookup(target.store.iter_articles(), lambda stored: len(stored[2])):
                ids = [article.id for article, _, _ in group]
                found = source.find_committed(ids)
                new = [one for one in ids if one not in found]
                count += len(new)
                if delete or not extras:
                    extras += new
                if delete and len(extras) >= BATCH_ARTICLES:
                    self._delete(extras)
                    extras = []
        if count and not delete:
            raise OptionError(
                f"{self._names[1]} holds {count:,} articles that {self._names[0]} lacks, such as {extras[0]}; copy to a"
                " place that is empty or holds a part of the same archive, or have them removed with --delete (delete=True)"
            )
        self._delete(extras)
        return count

    def _delete(self, ids: list[str]) -> None:
        """Delete articles of the target."""
        if ids:
            with self._write() as session:
                for start in range(0, len(ids), LOOKUP_COUNT):
                    group = ids[start : start + LOOKUP_COUNT]
                    session.prefetch(group)
                    for article_id in group:
                        session.delete(article_id)
                session.commit()

    def _copy(self, source: ArticleStore) -> Checksum:
        """Copy all articles; return the checksum of their records."""
        total = Checksum()
        articles = source.iter_articles()
        is_done = False
        while not is_done:
            is_done = True
            with self._write() as session:
                count = 0
                for group in split_for_lookup(articles, lambda stored: len(stored[2])):
                    session.prefetch([article.id for article, _, _ in group])
                    for article, origin, _ in group:
                        record = to_record(article, origin)  # what is stored may have an older form
                        total = total.with_record(record)
                        entry = ArticleEntry(article.id, article.path, origin, 0, hash_record(record))
                        change = session.upsert(entry, partial(session.stage, article, record, entry))
                        self._counts[change] += 1
                    count += len(group)
                    self._report(len(group), group[-1][0].id)
                    if count >= BATCH_ARTICLES:
                        is_done = False
                        break
                session.commit()
                for one in session.unstored:
                    self._failures[one.id] = one.reason
                    self._counts["added" if one.before is None else "replaced"] -= 1
        return total

    def _without_failures(self, source: ArticleStore, copied: Checksum) -> Checksum:
        """The checksum of what the target should have."""
        for article_id in self._failures:
            found = source.find_committed((article_id,))[article_id]
            copied = copied.with_record(to_record(*source.read_original(article_id, found.record_hash)), -1)
        return copied

    def _verify(self, source: Session, expected: Checksum, files: FileStates) -> None:
        """Read all of the target. Raises CorruptIndex where it is not what was copied."""
        found = Checksum()
        state = source.store.sync_state
        with self._read_target() as target:
            for number, (article, _, record) in enumerate(target.store.iter_articles(), 1):
                found = found.with_record(record)
                if number % _REPORT_EVERY == 0:
                    self._report(_REPORT_EVERY, article.id)
            self._report(found.records % _REPORT_EVERY, "")
            copied = target.store.sync_state
            differences = [
                name
                for name, is_equal in (
                    ("roots", copied.roots == state.roots),
                    ("tombstones", dict(copied.tombstones) == dict(state.tombstones)),
                    ("states of files", target.store.read_file_states() == files),
                )
                if not is_equal
            ]
        if found.records != expected.records:
            differences.insert(0, f"{found.records:,} articles instead of {expected.records:,}")
        elif found != expected:
            differences.insert(0, "articles with other content")
        if differences:
            raise CorruptIndex(
                self._names[1],
                f"after the copy of {self._names[0]} it has other {', '.join(differences)} than that; if another process has"
                " written into one of them meanwhile, copy again: what is equal is not written again",
            )

    def _report(self, count: int, article_id: str) -> None:
        self._done += count
        if self._progress is not None:
            self._progress(min(self._done, self._total), self._total, article_id)


def _copy_states(files: FileStates) -> FileStates:
    return {label: dict(states) for label, states in files.items()}
