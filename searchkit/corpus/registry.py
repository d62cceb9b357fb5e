"""Which reader takes a file? By the suffix of its name, below the suffixes of its packing.

Readers are imported late, on purpose: only the one that a file needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from searchkit.corpus.options import ReadOptions
from searchkit.model import Article
from searchkit.read_warnings import LONGEST_TEXT, OnWarning, ReadWarning, ignore
from searchkit.reports import Failure, OnError

SUFFIXES = {
    ".txt": "text",
    ".text": "text",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jl": "jsonl",
    ".sgm": "reuters",
    ".sgml": "reuters",
}
PACKED = (".gz", ".bz2", ".xz")
ARCHIVES = (".zip", ".tar")
"""Suffixes of one packed file, and of archives of many."""
SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz"}


class ByteStream(Protocol):
    """All that a reader asks of a file."""

    def read(self, size: int, /) -> bytes: ...


Place = tuple[int, ...]
"""Where an article stands in a file: the ordinals of the members of archives that lead to it, counted from 0, and the
number of its record there, counted from 1. Places are ordered as the file is read."""
Placed = tuple[Place, Article]
Read = Callable[[ByteStream, "Source"], Iterator[Placed]]
SHARED_AT_ONCE = 64
"""Records that stand side by side and belong to one share."""


@dataclass(frozen=True, slots=True)
class Source:
    """A stream of bytes to read articles from: its `path` for messages and articles, the `label` of the root and the
    path `inside` it for ids, the options, and whom to tell of errors and warnings.

    `share` (k, n) says that n readers read the file, each a part, and that this is the one numbered k, from 0;
    `ordinals` are those of the members of archives that lead here.
    """

    path: str
    label: str
    inside: str
    options: ReadOptions
    on_error: OnError
    share: tuple[int, int] = (0, 1)
    ordinals: tuple[int, ...] = ()
    on_warning: OnWarning = ignore

    def takes(self, number: int) -> bool:
        """Whether a record is of this share; what an archive or a file without records holds is its record 1."""
        one, of = self.share
        return of == 1 or (sum(self.ordinals) + (number - 1) // SHARED_AT_ONCE) % of == one

    def place(self, number: int) -> Place:
        """The place of a record."""
        return (*self.ordinals, number)

    def fail(self, reason: str, place: str = "") -> None:
        """Report what cannot be read: all of it, or a record of this share, whose `place` is told."""
        if place or self.takes(1):
            self.on_error(Failure(self.path, reason, place))

    def warn(self, kind: str, text: str = "", place: str = "") -> None:
        """Report what was read but not understood: something of a record of this share, whose `place` is told, or of the
        file."""
        if place or self.takes(1):
            self.on_warning(ReadWarning(kind, self.path, text[:LONGEST_TEXT], place))

    @property
    def id(self) -> str:
        """The id of the only article of a file."""
        return f"{self.label}/{self.inside}" if self.inside else self.label

    def id_of(self, number: int, own: str = "") -> str:
        """The id of one article of many: the data's own, else the record's number, counted from 1."""
        return f"{self.label}/{own}" if own else f"{self.id}#{number}"

    def member(self, name: str, ordinal: int) -> Source:
        """A member of an archive; `ordinal` counts those that are read, from 0."""
        inside = f"{self.inside}/{name}" if self.inside else name
        return replace(self, path=f"{self.path}/{name}", inside=inside, ordinals=(*self.ordinals, ordinal))


def unpacked(name: str) -> tuple[str, tuple[str, ...]]:
    """A file's name without the suffixes of its packing, and these, the outermost first."""
    lower = name.lower()
    for short, long in SHORT.items():
        if lower.endswith(short):
            name, lower = name[: -len(short)] + long, lower[: -len(short)] + long
    outer: list[str] = []
    while True:
        suffix = next((s for s in (*PACKED, *ARCHIVES) if lower.endswith(s) and len(lower) > len(s)), None)
        if suffix is None:
            return name, tuple(outer)
        outer.append(suffix)
        name, lower = name[: -len(suffix)], lower[: -len(suffix)]
        if suffix in ARCHIVES:
            return name, tuple(outer)


def format_of(name: str, options: ReadOptions) -> str:
    """The format of a file that is not packed, or "" when no reader takes it."""
    if options.format:
        return options.format
    dot = name.rfind(".")
    return SUFFIXES.get(name[dot:].lower(), "") if dot > 0 else ""


def is_taken(name: str, options: ReadOptions) -> bool:
    """Whether a file of this name is read: it has a format, or is an archive that may hold such files."""
    if name[name.rfind(".") :].lower() in SUFFIXES and name.rfind(".") > 0:
        return True  # as most are; of many files this is asked a lot
    inner, packing = unpacked(name)
    return bool(set(packing) & set(ARCHIVES)) or bool(format_of(inner, options))


def suffix_of(name: str) -> str:
    """The suffix that says what a file holds, in small letters, for counting files that no reader takes."""
    inner, packing = unpacked(name)
    dot = inner.rfind(".")
    if dot > 0:
        return inner[dot:].lower()
    return packing[0] if packing else "(none)"


def reader_of(format_name: str) -> Read:
    """The reader of a format."""
    if format_name == "text":
        from searchkit.corpus.text import read_text

        return read_text
    if format_name == "jsonl":
        from searchkit.corpus.jsonl import read_jsonl

        return read_jsonl
    from searchkit.corpus.reuters import read_reuters

    return read_reuters
