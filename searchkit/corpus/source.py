"""Where are articles read from? A stream of bytes, what its articles are called, and whom to tell of faults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from searchkit.corpus.options import ReadOptions
from searchkit.model import Article
from searchkit.read_warnings import LONGEST_TEXT, OnWarning, ReadWarning, ignore
from searchkit.reports import Failure, OnError


class ByteStream(Protocol):
    """All that a reader asks of a file."""

    def read(self, size: int, /) -> bytes: ...


Location = tuple[int, ...]
"""Where in a file an article stands: the ordinals of the archive members that lead to it, counted from 0, and then the
number of its record, counted from 1. Locations sort in reading order."""
LocatedArticle = tuple[Location, Article]
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

    def is_in_share(self, number: int) -> bool:
        """Whether a record is of this share; what an archive or a file without records holds is its record 1."""
        one, of = self.share
        return of == 1 or (sum(self.ordinals) + (number - 1) // SHARED_AT_ONCE) % of == one

    def fail(self, reason: str, location: str = "") -> None:
        """Report what cannot be read: all of it, or a record of this share, whose `location` is given."""
        if location or self.is_in_share(1):
            self.on_error(Failure(self.path, reason, location))

    def warn(self, kind: str, text: str = "", location: str = "") -> None:
        """Report what was read but not understood: something of a record of this share, whose `location` is given, or of the
        file."""
        if location or self.is_in_share(1):
            self.on_warning(ReadWarning(kind, self.path, text[:LONGEST_TEXT], location))

    @property
    def id(self) -> str:
        """The id of the only article of a file."""
        return f"{self.label}/{self.inside}" if self.inside else self.label

    def record_id(self, number: int, own: str = "") -> str:
        """The id of one article of many: the data's own, else the record's number, counted from 1."""
        if own:
            return f"{self.label}/{own}"
        return f"{self.label}/{self.inside}#{number}" if self.inside else f"{self.label}#{number}"

    def member(self, name: str, ordinal: int) -> Source:
        """A member of an archive; `ordinal` counts those that are read, from 0."""
        inside = f"{self.inside}/{name}" if self.inside else name
        return replace(self, path=f"{self.path}/{name}", inside=inside, ordinals=(*self.ordinals, ordinal))
