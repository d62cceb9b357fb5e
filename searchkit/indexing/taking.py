"""Whose is an id? The articles of files, taken one by one: which of several counts, what gave way, and what is lost.

Of the files of a root that hold an article the first by path gives it, within a file the first by place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from searchkit.indexing.entries import Entry
from searchkit.indexing.manifest import FileState, Problem, RootRecord
from searchkit.indexing.origins import file_of, origin_of
from searchkit.indexing.session import Session
from searchkit.indexing.sources import SourceFile
from searchkit.indexing.store import Known
from searchkit.read_warnings import WarningCount, WarningTally
from searchkit.reports import Failure


@dataclass(frozen=True, slots=True)
class Scope:
    """What a run looks at: a root, the part of it that was asked for ("": all of it), and all files of the root."""

    root: RootRecord
    part: str
    files: Mapping[str, SourceFile]


@dataclass(slots=True)
class Taking:
    """A file whose articles are taken, the ids seen so far, what gave way to another article, and whether any did to one
    of another file."""

    scope: Scope
    origin: str
    seen: set[str] = field(default_factory=set)
    clashes: list[Problem] = field(default_factory=list)
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that has to be read, and what it was before (None where that no longer counts)."""

    scope: Scope
    file: SourceFile
    before: FileState | None

    @property
    def label(self) -> str:
        return self.scope.root.label

    @property
    def origin(self) -> str:
        return origin_of(self.scope.root.label, self.file.path)


class Taker:
    """Takes the articles of files, for one run."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.counts: Counter[str] = Counter()
        # Deleted articles that were met in each file.
        self.met_withheld: Counter[str] = Counter()
        # Articles that files hold no more, by origin: they go at the end, unless another file has them.
        self.lost: dict[str, set[str]] = {}
        # Roots of which articles went or changed in this round of reading, and the known files still to be read in it.
        self.stirred: set[str] = set()
        self.waiting: set[tuple[str, str]] = set()
        # By root and file (None: the root itself), for a file may be read twice.
        self.failures: dict[tuple[str, str | None], list[Failure]] = {}
        self.warnings: dict[tuple[str, str], tuple[WarningCount, ...]] = {}

    def take(self, taking: Taking, entry: Entry, stage: Callable[[], Entry] | None = None) -> None:
        """Let the next article of a file be the one of its id, unless it is withheld or gives way to another one."""
        if entry.id in self._session.withheld:
            self.met_withheld[taking.origin] += 1
            self._session.reject(entry)
            self._remember_withheld(entry, taking)
            return
        first = self._session.find(entry.id)
        if first is not None and self._stays(first, entry, taking):
            self._session.reject(entry)
            taking.displaced |= entry.id not in taking.seen
            path, text = self._session.text_of(entry.id)
            if entry.text != text:
                clash = f'the id "{entry.id}" is taken by another article of this root, in {path}, which stays'
                taking.clashes.append((entry.path, "", clash))
            return
        counted = self._session.has_new(entry.id)
        change = self._session.put(entry, stage)
        if first is not None and change == "replaced":
            self._give_way(entry.id, first.origin, taking)
            # What this run had counted already is counted once.
            change = "unchanged" if counted and first.origin != taking.origin else change
        taking.seen.add(entry.id)
        self.counts[change] += 1

    def _stays(self, first: Entry | Known, entry: Entry, taking: Taking) -> bool:
        """Whether the article of an id stays when another one is read: the first of a root by path and place does."""
        if entry.id in taking.seen:
            return True
        label, path = file_of(first.origin)
        if label != taking.scope.root.label or path not in taking.scope.files:
            return False
        return first.origin < taking.origin and entry.id not in self.lost.get(first.origin, ())

    def _give_way(self, article_id: str, origin: str, taking: Taking) -> None:
        """Note that the article which a file gave was replaced: other files of the root may have one of its id, as the file
        that it came from may still."""
        label, path = file_of(origin)
        if label != taking.scope.root.label:
            return
        self.stirred.add(label)
        lost = self.lost.get(origin, set())
        if article_id in lost:
            lost.discard(article_id)
        elif origin != taking.origin:
            self._displace(label, path, taking.scope)

    def _displace(self, label: str, path: str, scope: Scope) -> None:
        """Note that an article of a file gave way, unless the file is to be read yet, and it turns out then."""
        state = self._session.states[label].get(path)
        if state is not None and path not in scope.files:
            # Where nothing can be listed now: it is read when it can.
            self.set_state(label, path, modified_ns=-1, articles=max(0, state.articles - 1))
        elif state is not None and (label, path) not in self.waiting:
            self.set_state(label, path, displaced=True)

    def _remember_withheld(self, entry: Entry, taking: Taking) -> None:
        """Of the files that hold a deleted article, the first is the one to read again when that is undone."""
        known = self._session.withheld[entry.id]
        label, path = file_of(known or "")
        is_there = known is not None and label == taking.scope.root.label and path in taking.scope.files
        if known is None or not is_there or entry.origin < known:
            self._session.withheld[entry.id] = entry.origin
            if is_there:
                self._displace(label, path, taking.scope)
        elif entry.origin != known:
            taking.displaced = True

    def warning_counts(self) -> tuple[WarningCount, ...]:
        """The warnings of all files that were read, counted."""
        total = WarningTally()
        for counts in self.warnings.values():
            total.add(counts)
        return total.counts()

    def done_with(self, reading: Reading, taking: Taking, faults: list[Failure], warnings: tuple[WarningCount, ...]) -> None:
        """What a file holds no more is lost only when all of it could be read."""
        label, file, origin = reading.label, reading.file, taking.origin
        articles = len(taking.seen)
        known_lost = self.lost.pop(origin, set())
        if faults:
            articles += self.keep(origin, taking.seen)
        elif lost := self._session.ids_of(origin) - taking.seen:
            self.lost[origin] = lost
            if not lost <= known_lost:
                self.stirred.add(label)
        if warnings:
            self.warnings[label, file.path] = warnings
        faults.sort(key=_place)  # whoever read what
        # Each reader of a file that changed meanwhile says so.
        problems = (*dict.fromkeys((f.path, f.place, f.reason) for f in faults), *taking.clashes)
        if problems:
            known = set(reading.before.problems) if reading.before else set()
            self.failures[label, file.path] = [failure_of(problem, new=problem not in known) for problem in problems]
        state = FileState(file.size, file.modified_ns, articles, problems, displaced=taking.displaced)
        self._session.states[label][file.path] = state
        self._session.forget_file(origin)

    def keep(self, origin: str, seen: Container[str] = ()) -> int:
        """Keep the articles of a file that cannot be read now, but for those that were read; return how many."""
        kept = sum(article_id not in seen for article_id in self._session.ids_of(origin))
        self._session.restore_origin(origin)
        self.counts["unchanged"] += kept
        return kept

    def set_state(self, label: str, path: str, **changes: Any) -> None:
        states = self._session.states[label]
        states[path] = states[path]._replace(**changes)


def failure_of(problem: Problem, *, new: bool) -> Failure:
    path, place, reason = problem
    return Failure(path, reason, place, new)


def _place(fault: Failure) -> tuple[str, int, str, str]:
    """Where a fault lies, for sorting: by the number in its place."""
    digits = "".join(sign for sign in fault.place if sign.isdecimal())
    return fault.path, int(digits or 0), fault.place, fault.reason
