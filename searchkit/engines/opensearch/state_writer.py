"""Writes what a run changes of that which an archive remembers beside its articles.

Each commit writes before the articles and after them. Before: new roots, and the files whose
articles will change, as files that have to be read; then new tombstones, and roots that changed.
After: the states of files, and what is forgotten. So the next run completes a commit that was cut
off, and no run brings back an article that was deleted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import chain, starmap

from searchkit.engines.opensearch.bulk import BulkSender, Change, make_delete, make_put
from searchkit.engines.opensearch.state import (
    StateIndex,
    file_document,
    file_id,
    root_document,
    root_id,
    tombstone_document,
    tombstone_id,
)
from searchkit.errors import StorageError
from searchkit.indexing.file_states import NEVER_READ, forget_unlisted, parse_origin
from searchkit.indexing.manifest import FileState, FileStates
from searchkit.indexing.store import SyncState, Unstored


class StateWriter:
    """The state index as one run writes it. `state` is what the index has now; its `files` are None
    until `read_files`."""

    def __init__(
        self, index: StateIndex, state: SyncState, take_version: Callable[[], int], check: Callable[[], None]
    ) -> None:
        """`take_version` gives the version of the next change; `check` is called before each
        request, and raises IndexLocked where another run writes now."""
        self._index, self._take_version, self._check = index, take_version, check
        self._roots = {root.label: root for root in state.roots}
        self._tombstones = dict(state.tombstones)
        self._files: FileStates | None = None
        self._count = 0
        self.new_tombstones: tuple[str, ...] = ()
        """The ids of tombstones that the last commit wrote first."""
        self._replaced: dict[str, str | None] = {}  # what they were before, where there were some

    @property
    def state(self) -> SyncState:
        """What the index has now, without the states of files."""
        return SyncState(tuple(self._roots[label] for label in sorted(self._roots)), self._tombstones)

    def read_files(self, *, must_reread: bool) -> FileStates:
        """The states of the roots' files, which are the caller's to change; with `must_reread`
        those that had articles have to be read. Raises CorruptIndex, StorageError."""
        states = self._index.read_files(tuple(self._roots.values()))
        self._files = {label: dict(files) for label, files in states.items()}
        # What was sent of a new root before the root itself is forgotten by the next commit.
        for label in states.keys() - self._roots.keys():
            if not label.startswith("/"):
                del states[label]
        forget_unlisted(states, self._roots)
        if must_reread:
            return {
                label: {path: _unread(one) if one.articles else one for path, one in files.items()}
                for label, files in states.items()
            }
        return states

    def differs(self, state: SyncState) -> bool:
        """Whether the index has another state."""
        return (
            dict(state.tombstones) != self._tombstones
            or {root.label: root for root in state.roots} != self._roots
            or next(self._changed_files(state), None) is not None
            or next(self._gone_files(state), None) is not None
        )

    def write_before(self, state: SyncState, origins: Iterable[str] | None) -> None:
        """Write what has to be known before the articles of a commit are sent: those of the files
        `origins` are among them. With None there are no articles. Raises IndexLocked,
        StorageError."""
        known = self._tombstones
        tombstones = {one: origin for one, origin in state.tombstones.items() if one not in known or known[one] != origin}
        self.new_tombstones = tuple(tombstones)
        self._replaced = {one: known[one] for one in tombstones if one in known}
        roots = [root for root in state.roots if self._roots.get(root.label) != root]
        new, changed = ([root for root in roots if (root.label in self._roots) is is_known] for is_known in (False, True))
        files = {} if origins is None and not changed else dict(self._mark_files(state, origins or ()))
        # Tombstones and reading options have an effect where a file is read: it has to be.
        self._send(
            self._put(chain(map(root_document, new), (file_document(*file, marked) for file, marked in files.items()))),
            self._put(chain(map(tombstone_document, tombstones, tombstones.values()), map(root_document, changed))),
        )
        self._tombstones |= tombstones
        self._roots |= {root.label: root for root in roots}
        for (label, path), marked in files.items():
            self._note(label, path, marked)

    def write_after(self, state: SyncState, unstored: Collection[Unstored]) -> None:
        """Write the rest of a state, except that the tombstones of `unstored` articles stay, and
        their files have to be read if the state does not know of them. Raises IndexLocked,
        StorageError."""
        kept = {one.id for one in unstored}
        unread = {parse_origin(one.origin) for one in unstored if one.id not in state.noted}
        changed = [one for one in self._changed_files(state) if one[:2] not in unread]
        gone = list(self._gone_files(state))
        tombstones = [one for one in self._tombstones if one not in state.tombstones and one not in kept]
        roots = self._roots.keys() - {root.label for root in state.roots}
        # An article whose tombstone is forgotten comes back when its file is read.
        self._send(
            chain(self._put(starmap(file_document, changed)), self._delete(starmap(file_id, gone))),
            self._delete(chain(map(root_id, roots), map(tombstone_id, tombstones))),
        )
        for label, path, new in changed:
            self._note(label, path, new)
        for label, path in gone:
            del (self._files or {})[label][path]
        for label in roots:
            del self._roots[label]
        for one in tombstones:
            del self._tombstones[one]

    def take_back(self, ids: Iterable[str]) -> None:
        """Have the index remember of these ids what it did before `write_before`. Raises
        IndexLocked, StorageError."""
        before = self._replaced
        ids = list(ids)
        restored = self._put(tombstone_document(one, before[one]) for one in ids if one in before)
        self._send(chain(restored, self._delete(tombstone_id(one) for one in ids if one not in before)))

    def take_count(self) -> int:
        """How many changes were written since this was asked last."""
        count, self._count = self._count, 0
        return count

    def _mark_files(self, state: SyncState, origins: Iterable[str]) -> Iterator[tuple[tuple[str, str], FileState]]:
        """The files that the next run has to read if this commit is cut off: those of `origins`,
        and those whose states change or go; as the index has them, but to be read. None if the
        session does not look at files: what it changes of their articles is not what they say."""
        if state.files is None:
            return
        labels = {root.label for root in state.roots}
        touched = {parse_origin(origin) for origin in origins}
        touched |= {(label, path) for label, path, _ in self._changed_files(state)}
        touched |= set(self._gone_files(state))
        for label, path in sorted(touched):
            known = (self._files or {}).get(label, {}).get(path)
            if known is None and label in labels:
                # With its number of articles: if the root is away then, nothing of it is deleted.
                yield (label, path), _unread(state.files.get(label, {}).get(path, NEVER_READ))
            elif known is not None and known.modified_ns != NEVER_READ.modified_ns:
                yield (label, path), _unread(known)

    def _changed_files(self, state: SyncState) -> Iterator[tuple[str, str, FileState]]:
        """The files whose states the index lacks, or has otherwise."""
        for label, files in (state.files or {}).items():
            known = (self._files or {}).get(label, {})
            for path, new in files.items():
                if (old := known.get(path)) is not new and old != new:
                    yield label, path, new

    def _gone_files(self, state: SyncState) -> Iterator[tuple[str, str]]:
        """The files whose states the index has, and that are not in the state."""
        if state.files is not None:
            for label, files in (self._files or {}).items():
                new = state.files.get(label, {})
                yield from ((label, path) for path in files if path not in new)

    def _note(self, label: str, path: str, state: FileState) -> None:
        if self._files is not None:
            self._files.setdefault(label, {})[path] = state

    def _send(self, *steps: Iterable[Change]) -> None:
        """Make the changes of each step after those of the one before; let reads find them."""
        before = self._count
        for step in steps:
            with BulkSender(self._index.cluster, self._index.name, check=self._check) as sender:
                for change in step:
                    sender.add(change)
                    self._count += 1
            for name, reason in sender.refused.items():  # the states of a file with thousands of failures, say
                raise StorageError(f"{self._index.place.text}: {name} of its state cannot be stored: {reason}")
        if self._count > before:
            self._index.refresh()

    def _put(self, documents: Iterable[tuple[str, bytes]]) -> Iterator[Change]:
        return (make_put(name, name, self._take_version(), content) for name, content in documents)

    def _delete(self, names: Iterable[str]) -> Iterator[Change]:
        return (make_delete(name, name, self._take_version()) for name in names)


def _unread(state: FileState) -> FileState:
    """The state of a file that has to be read, whatever its size and time are."""
    return state._replace(modified_ns=NEVER_READ.modified_ns)
