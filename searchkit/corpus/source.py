"""Describes a stream for its reader: its path, the ids of its articles, where failures are
reported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from searchkit.corpus.options import ReadOptions
from searchkit.model import Article
from searchkit.read_warnings import MAX_TEXT_LENGTH, OnWarning, ReadWarning, ignore
from searchkit.reports import Failure, OnError


class ByteStream(Protocol):
    """A binary file, as far as readers use it."""

    def read(self, size: int, /) -> bytes: ...


OnFormat = Callable[[str], None]
"""Called with the name of the format of each file and member of an archive of whose first
SHARED_AT_ONCE records one can be read; by the share that has them."""


def ignore_format(name: str) -> None:
    """Do nothing: the callback of callers that do not ask for formats."""


Location = tuple[int, ...]
"""Where in a file an article stands: the ordinals of the archive members that lead to it, counted
from 0, and then the number of its record, counted from 1. Locations sort in reading order."""
LocatedArticle = tuple[Location, Article]
SHARED_AT_ONCE = 64
"""Number of consecutive records that belong to one share."""


@dataclass(frozen=True, slots=True)
class Source:
    """Describes a stream of bytes that articles are read from.

    `path` is used in messages and articles. Ids are made of the `label` of the root and of
    `inside`, the path in the root. `share` (k, n) says that n readers read the file together, and
    that this one is number k, counted from 0. `ordinals` are those of the archive members that lead
    here. `full_path` is that of the file on disk, and `companions` those of the files that are read
    with it.
    """

    path: str
    label: str
    inside: str
    options: ReadOptions
    on_error: OnError
    share: tuple[int, int] = (0, 1)
    ordinals: tuple[int, ...] = ()
    on_warning: OnWarning = ignore
    on_format: OnFormat = ignore_format
    full_path: str = ""
    companions: tuple[str, ...] = ()

    def is_in_share(self, number: int) -> bool:
        """Whether a record belongs to this share. A file that is not read by record counts as
        record 1."""
        index, count = self.share
        return count == 1 or (sum(self.ordinals) + (number - 1) // SHARED_AT_ONCE) % count == index

    def fail(self, reason: str, location: str = "") -> None:
        """Report a failure of the whole stream or, if `location` is given, of a record of this
        share.

        A failure of the whole stream is reported by one share only.
        """
        if location or self.is_in_share(1):
            self.on_error(Failure(self.path, reason, location))

    def fail_to_end(self, reason: str, location: str) -> None:
        """Report that the stream cannot be read from a location on; one share reports it."""
        if self.is_in_share(1):
            self.on_error(Failure(self.path, reason, location))

    def warn(self, kind: str, text: str = "", location: str = "") -> None:
        """Report what was read but not understood; `location` as in `fail`."""
        if location or self.is_in_share(1):
            self.on_warning(ReadWarning(kind, self.path, text[:MAX_TEXT_LENGTH], location))

    @property
    def id(self) -> str:
        """The id of the only article of a file."""
        return f"{self.label}/{self.inside}" if self.inside else self.label

    def record_id(self, number: int, own: str = "") -> str:
        """The id of one article of many: made of the data's `own` id, else of the record's
        number."""
        if own:
            return f"{self.label}/{own}"
        return f"{self.label}/{self.inside}#{number}" if self.inside else f"{self.label}#{number}"

    def record_id_of_key(self, key: str) -> str:
        """The id of one article of many, which a key tells apart in its file."""
        return f"{self.label}/{self.inside}#{key}" if self.inside else f"{self.label}#{key}"

    def member(self, name: str, ordinal: int) -> Source:
        """The source of an archive member; `ordinal` counts the members that are read, from 0."""
        inside = f"{self.inside}/{name}" if self.inside else name
        return replace(self, path=f"{self.path}/{name}", inside=inside, ordinals=(*self.ordinals, ordinal), companions=())
