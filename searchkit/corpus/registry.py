"""Which reader takes a file? By the suffix of its name, below the suffixes of its packing.

Readers are imported late, on purpose: only the one that a file needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from searchkit.corpus.options import ReadOptions
from searchkit.model import Article, OnError

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
SHORT = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz"}

Read = Callable[[BinaryIO, "Source"], Iterator[Article]]


class Source:
    """A stream of bytes to read articles from: its `path` for messages and articles, the ids that its articles get,
    the options, and whom to tell of errors."""

    def __init__(self, path: str, label: str, inside: str, options: ReadOptions, on_error: OnError) -> None:
        self.path, self.label, self.inside, self.options, self.on_error = path, label, inside, options, on_error

    @property
    def id(self) -> str:
        """The id of the only article of a file."""
        return f"{self.label}/{self.inside}" if self.inside else self.label

    def id_of(self, number: int, own: str = "") -> str:
        """The id of one article of many: the data's own, else the record's number, counted from 1."""
        return f"{self.label}/{own}" if own else f"{self.id}#{number}"

    def member(self, name: str) -> Source:
        """A member of an archive."""
        inside = f"{self.inside}/{name}" if self.inside else name
        return Source(f"{self.path}/{name}", self.label, inside, self.options, self.on_error)


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
    inner, packing = unpacked(name)
    return bool(set(packing) & set(ARCHIVES)) or bool(format_of(inner, options))


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
