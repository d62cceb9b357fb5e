"""What a run over roots reads: this room knows no formats, and is handed what lists a root and reads its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from searchkit.indexing.manifest import RootRecord
from searchkit.model import Article
from searchkit.read_warnings import OnWarning
from searchkit.reports import Failure, OnError


class SourceFile(Protocol):
    """A file of a root: its path there ("" when the root is the file), where it lies, its size and time."""

    @property
    def path(self) -> str: ...
    @property
    def place(self) -> Path: ...
    @property
    def size(self) -> int: ...
    @property
    def modified_ns(self) -> int: ...


class Listing(Protocol):
    """The files of a root, by path; how many no reader takes, by suffix; and what could not be listed.

    `unlisted` are the paths in the root of the `failures` ("" the root itself): what lies at or below them may be there.
    `passed_over` are paths that are no failure unless articles came from there, and what to say then.
    """

    @property
    def files(self) -> Sequence[SourceFile]: ...
    @property
    def skipped(self) -> Mapping[str, int]: ...
    @property
    def failures(self) -> Sequence[Failure]: ...
    @property
    def unlisted(self) -> Sequence[str]: ...
    @property
    def passed_over(self) -> Sequence[tuple[str, Failure]]: ...


class Reader(Protocol):
    """What reads a root."""

    def list_files(self, root: RootRecord) -> Listing:
        """Raises RootError for a root that is missing."""

    def read_file(
        self, file: SourceFile, root: RootRecord, on_error: OnError, on_warning: OnWarning
    ) -> Iterator[Article]: ...
