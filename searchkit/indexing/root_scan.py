"""Compares the files of roots with their remembered states, and finds those that have to be read.

A remembered file that is not listed any more is one of two things:

- *gone*: it does not exist any more. Its articles are deleted at the end of the run.
- *unreachable*: it may exist, but lies in a folder that could not be listed (*unlisted*) or that
  is left out on purpose (*ignored*; see `source_files.Listing`). Its articles stay.

*Skipped* files are listed, but no format reads them; they are only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from typing import Protocol

from searchkit.errors import RootError
from searchkit.index_options import IndexOptions
from searchkit.indexing.file_report import FileReport
from searchkit.indexing.file_states import NEVER_READ, make_origin, unlisted_key
from searchkit.indexing.manifest import FileState, RememberedRoot
from searchkit.indexing.session import Session
from searchkit.indexing.upserts import FileToRead, Scope, Upserter, mark_new, remember_failures
from searchkit.model import Article
from searchkit.reports import Failure
from searchkit.source_files import Listing, SourceFile


class RootReader(Protocol):
    """Lists and reads the files of roots. This package does not import the readers of formats; the
    caller passes one of these."""

    def list_files(self, root: RememberedRoot) -> Listing:
        """The files of a root. Raises RootError for a root that is missing."""

    def read_file(self, file: SourceFile, root: RememberedRoot, report: FileReport) -> Iterator[Article]:
        """The articles of a file, in order; all else that is found goes to the report."""


class RootScanner:
    """Scans roots, for one run, and reports to its Upserter what does not have to be read.

    `gone` and `unreachable` are files by label and path, `skipped` counts files by suffix (see the
    module). `unchanged_bytes` is the size of the files that need not be read.
    """

    def __init__(self, session: Session, upserter: Upserter, reader: RootReader, options: IndexOptions) -> None:
        self._session, self._upserter, self._reader, self._options = session, upserter, reader, options
        # How many tombstones each file has, by origin.
        self._tombstone_counts = Counter(session.tombstones.values())
        self.gone: list[tuple[str, str]] = []
        self.unreachable: list[tuple[str, str]] = []
        self.skipped: Counter[str] = Counter()
        self.unchanged_bytes = 0

    def list_root(self, root: RememberedRoot, *, is_new: bool = False) -> Listing | None:
        """The files of a root. For a root that is missing, or that is empty though it is new or
        articles came from it, None and a failure in the report; with `allow_empty` an empty root is
        as any other. A new root that has a failure is forgotten."""
        failure = self._list_root(root, is_new)
        if isinstance(failure, Listing):
            return failure
        self._upserter.failures[root.label, None] = [failure]
        if is_new:
            del self._session.roots[root.label]
        return None

    def _list_root(self, root: RememberedRoot, is_new: bool) -> Listing | Failure:
        try:
            listing = self._reader.list_files(root)
        except RootError as error:
            return Failure(root.path, str(error))
        if listing.files or self._options.allow_empty:
            return listing
        cause = f" ({_describe(listing.failures[0], root)})" if listing.failures else ""
        if is_new:
            self.skipped.update(listing.skipped)
            return Failure(root.path, f"nothing is there that any format reads{cause}; it is not remembered as a root")
        articles = sum(state.articles for state in self._session.states.get(root.label, {}).values())
        if not articles:
            return listing
        came = "1 article" if articles == 1 else f"{articles:,} articles"
        hint = "" if "" in listing.unlisted else " (--allow-empty removes them)"
        reason = f"nothing is there that can be read{cause}, where {came} came from; nothing was removed{hint}"
        return Failure(root.path, reason)

    def forget_empty(self, new: Iterable[RememberedRoot]) -> None:
        """Forget new roots none of whose files gave an article, for whatever reason; not with
        `allow_empty`. Their failures come first in the report.

        Files that cannot be read for a passing reason (no permission) are no exception: a root that
        is forgotten is read whole when it is given again, a remembered one only with `retry`.
        Articles that are withheld, because they were deleted, count as given.
        """
        session, upserter = self._session, self._upserter
        forgotten: dict[tuple[str, str | None], list[Failure]] = {}
        for root in () if self._options.allow_empty else new:
            states = session.states.get(root.label, {})
            withheld = (upserter.tombstone_counts[make_origin(root.label, path)] for path in states)
            if any(state.articles for state in states.values()) or any(withheld):
                continue
            reason = "no article could be read there; it is not remembered as a root (--allow-empty remembers it)"
            listed = upserter.failures.pop((root.label, None), [])
            forgotten[root.label, None] = [Failure(root.path, reason), *listed]
            del session.roots[root.label]
            session.states.pop(root.label, None)
            session.states.pop(unlisted_key(root.label), None)
        upserter.failures = forgotten | upserter.failures

    def find_files_to_read(self, scope: Scope, listing: Listing, *, reread: bool) -> list[FileToRead]:
        """The files of a root that have to be read: with `reread` all of them.

        Notes the others: `gone`, `unreachable`, `skipped` and `unchanged_bytes` here, counts and
        failures in the Upserter. Changes the states of the session: it adds the root if it is new,
        remembers what could not be listed, and with `reread` marks each file to be read again.
        """
        label, part = scope.root.label, scope.part
        states = self._session.states.setdefault(label, {})
        self.skipped.update(listing.skipped)
        articles_are_gone = self._note_missing(scope, listing)
        to_read = []
        for path, file in scope.files.items():
            if part and not is_within(path, part):
                continue
            before = states.get(path)
            if before is None or (before.modified_ns, before.size) != (file.modified_ns, file.size):
                to_read.append(FileToRead(scope, file, None))
            elif reread:
                # If this run is cut off after a checkpoint, the next one has to read the file too.
                states[path] = before._replace(modified_ns=-1)
                to_read.append(FileToRead(scope, file, None))
            elif self._must_reread(before) or (articles_are_gone and before.displaced):
                to_read.append(FileToRead(scope, file, before))
            else:
                self._note_unchanged(label, file, before)
        return to_read

    def _must_reread(self, state: FileState) -> bool:
        """Whether a file is read though its size and time are as they were."""
        options = self._options
        return options.rebuild or options.check_content or (options.retry and bool(state.failures))

    def _note_unchanged(self, label: str, file: SourceFile, state: FileState) -> None:
        self._upserter.counts["unchanged"] += state.articles
        if self._tombstone_counts and (count := self._tombstone_counts[make_origin(label, file.path)]):
            self._upserter.tombstone_counts[make_origin(label, file.path)] = count
        if state.failures:
            self._upserter.failures[label, file.path] = list(state.failures)
        self.unchanged_bytes += file.size

    def _note_missing(self, scope: Scope, listing: Listing) -> bool:
        """Note which remembered files are gone or unreachable; return whether files that are gone
        had articles."""
        label, states = scope.root.label, self._session.states[scope.root.label]
        unlisted = set(listing.unlisted)
        ignored = {path: failure for path, failure in listing.ignored if path not in unlisted}
        ignored_with_articles: set[str] = set()
        articles_are_gone = False
        for path, state in states.items():
            if path in scope.files:
                continue
            folder = _find_self_or_parent(path, ignored) if state.articles else None
            if folder is not None:
                ignored_with_articles.add(folder)
            if not is_within(path, scope.part):
                continue
            if folder is not None or _find_self_or_parent(path, unlisted) is not None:
                self.unreachable.append((label, path))
            else:
                self.gone.append((label, path))
                articles_are_gone |= bool(state.articles or self._tombstone_counts[make_origin(label, path)])
        self._report_unlisted(label, [*listing.failures, *(ignored[path] for path in sorted(ignored_with_articles))])
        return articles_are_gone

    def _report_unlisted(self, label: str, failures: Iterable[Failure]) -> None:
        """Report what could not be listed of a root, and remember it, so that the next run does not
        report it as new."""
        key, states = unlisted_key(label), self._session.states
        known = set(states.pop(key, {}).get("", NEVER_READ).failures)
        remembered = remember_failures(failures)
        if remembered:
            states[key] = {"": NEVER_READ._replace(failures=remembered)}
            self._upserter.failures[label, None] = mark_new(remembered, known)


def is_within(path: str, part: str) -> bool:
    """Whether a path lies in a part of a root, or is it; "" is the whole root."""
    return not part or path == part or path.startswith(f"{part}/")


def _find_self_or_parent(path: str, paths: Container[str]) -> str | None:
    """Which of `paths` is the path, or a folder above it."""
    while path not in paths:
        if not path:
            return None
        path = path.rpartition("/")[0]
    return path


def _describe(failure: Failure, root: RememberedRoot) -> str:
    return failure.reason if failure.path == root.path else f"{failure.path}: {failure.reason}"
