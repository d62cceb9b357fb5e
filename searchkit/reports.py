"""Defines what searchkit reports about an index and about what it did there. All reports are
immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

if TYPE_CHECKING:
    from searchkit.read_warnings import WarningCount  # a search needs none, and these records take 4 ms to make


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query and how many articles it finds by itself; `terms` are the words it stands
    for."""

    text: str
    total: int
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a query was read: its parsed form, the words that were left out, what each part finds by
    itself, notes (see `SearchResult.notes`), and the saved queries that stand in it, by name."""

    query: str
    parsed: str
    left_out: tuple[str, ...]
    total: int
    clauses: tuple[Clause, ...]
    notes: tuple[str, ...] = ()
    saved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreExplanation:
    """Why an article has its score: a value, what it is, and the values that it is made of.

    The value at the top is the score of the hit. If the query does not match the article, `matches`
    is False there, the value is 0, and the children say which parts of the query match. The text of
    an explanation (`str`) has a line for each value.
    """

    description: str
    value: float
    children: tuple[ScoreExplanation, ...] = ()
    matches: bool = True

    def __str__(self) -> str:
        return "\n".join(self._lines(0))

    def _lines(self, depth: int) -> Iterator[str]:
        yield f"{'  ' * depth}{self.value:.6g}  {self.description}"
        for child in self.children:
            yield from child._lines(depth + 1)

    def to_dict(self) -> dict[str, Any]:
        """The explanation as JSON has it."""
        return {
            "description": self.description,
            "value": self.value,
            "matches": self.matches,
            "children": [child.to_dict() for child in self.children],
        }


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or a part of one, that could not be read.

    `place` says which part: "line 3", say, or "behind record 3" for all that follows. It is "" for
    a whole file. `new` is false if an earlier run reported the same failure.

    Of an article that was added and that the index cannot hold, `path` is the id.
    """

    path: str
    reason: str
    place: str = ""
    new: bool = True


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a run changed, in articles. `skipped` counts files that no reader takes, by suffix.
    `formats` counts the files that were read, members of archives included, by the name of their
    format. `withheld` articles were left out because they have tombstones. `generation` is that of
    the index afterwards. `changes` are those that a dry run would have made, as ("added", id),
    ("replaced", id) and ("removed", id)."""

    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    removed: int = 0
    withheld: int = 0
    failures: tuple[Failure, ...] = ()
    skipped: Mapping[str, int] = field(default_factory=dict)
    generation: int = 0
    changes: tuple[tuple[str, str], ...] = ()
    warnings: tuple[WarningCount, ...] = ()
    formats: Mapping[str, int] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether any article was added, replaced or removed."""
        return bool(self.added or self.replaced or self.removed)


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What a copy of an archive changed in its target, in articles: how many were added, replaced,
    or there already, and how many were removed that the source lacks; and how many roots and
    tombstones there are now. `failures` are articles that the target cannot hold, with their ids as
    `path`. `generation` is that of the target afterwards. `warnings` say what is wrong with one of
    the two (see `Engine.warnings`)."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    roots: int = 0
    tombstones: int = 0
    generation: int = 0
    failures: tuple[Failure, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON has it."""
        failures = [{"id": failure.path, "reason": failure.reason} for failure in self.failures]
        names = ("added", "replaced", "unchanged", "removed", "roots", "tombstones")
        return {**{name: getattr(self, name) for name in names}, "failures": failures}


@dataclass(frozen=True, slots=True)
class Stats:
    """What an index holds. `sources` are (name, articles), most first; `size` is in bytes, 0 where
    there are no files."""

    articles: int
    first: datetime | None
    last: datetime | None
    undated: int
    sources: tuple[tuple[str, int], ...]
    size: int
    generation: int
    segments: int
    language: str


@dataclass(frozen=True, slots=True)
class Root:
    """A folder or file that an index is kept up to date with. `failed` counts files with
    failures."""

    label: str
    path: str
    articles: int
    files: int
    failed: int
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A remembered deletion: runs over roots leave this article out. `file` is the file that it
    came from (the root's label and the path there; "" for none, or an unknown one). `returns` says
    whether a run brings the article back when the deletion is undone."""

    id: str
    file: str = ""
    returns: bool = False


Withheld = Tombstone  # its name in pickles of earlier versions


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of an index that is not as it was written, and what is wrong with it; on a cluster an
    index, a document of one, or the origin of articles whose number is not what is remembered."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What was recovered of a damaged index, and committed as `generation`. `remaining` faults
    could not be repaired; each says what to do.

    `restored` are ids of articles that were copied from another generation, `missing` those of
    articles that are lost; `unknown` counts lost articles whose ids could not be read. `files`
    (root's label and path) are read again by the next run over the roots; `missing` articles of no
    file have to be added again.
    """

    generation: int
    restored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: int = 0
    files: tuple[str, ...] = ()
    remaining: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The faults of an index (none: it is whole), and what a repair recovered, if one was asked for
    and there were faults. `warnings` say what is no fault and yet worth knowing, such as what could
    not be checked."""

    faults: tuple[Fault, ...] = ()
    repair: Repair | None = None
    warnings: tuple[str, ...] = ()


class Progress(Protocol):
    """Called with the progress of a long run: `done` of `total` bytes of the files to read, and the
    file being read. Of a copy: `done` of `total` articles to read, and the id of the last one."""

    def __call__(self, done: int, total: int, path: str) -> None: ...


OnError = Callable[[Failure], None]
"""Called with each file or record that could not be read; the reading goes on."""
