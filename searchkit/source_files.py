"""The files of a root, as listing, root sync, worker processes and readers share them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from searchkit.reports import Failure

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass


class SourceFile(NamedTuple):
    """A file of a root: its path in the root ("" when the root is the file), its full path, its
    size (bytes) and the time of its last change (nanoseconds). `full_path` is text, for a root may
    list a million files and read few of them. `companions` are the full paths of files that are
    read with it (`corpus.companions`): then size and time are those of all together."""

    path: str
    full_path: str
    size: int
    modified_ns: int
    companions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """What a root holds: its files by path, how many files no reader takes (by suffix), and what
    could not be listed.

    `unlisted` are the paths in the root of the `failures` ("" is the root itself): files at and
    below them may exist. `ignored` are paths that were left out on purpose, each with the failure
    to report if articles of the index came from there.
    """

    files: tuple[SourceFile, ...]
    skipped: Mapping[str, int]
    failures: tuple[Failure, ...]
    unlisted: tuple[str, ...] = ()
    ignored: tuple[tuple[str, Failure], ...] = ()
