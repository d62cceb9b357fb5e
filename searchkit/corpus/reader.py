"""The records that readers yield.

A reader is a function. Its arguments are what `Format.takes` says, and the ReadOptions. It knows
nothing of ids, locations, shares or reports, and yields records in the order of the file:

- a Draft: an article whose fields the reader knows;
- a KeyedRecord: values under keys. `records` finds out what the keys mean (usual names, known
  exports, `--map`);
- Encoded: bytes in an encoding that is to be detected, and the function that parses their text;
- a function without arguments that returns a Draft or KeyedRecord. It is called only for records of
  the own share, since several workers may read one file;
- Unreadable: a record that cannot be read. It is reported and counted;
- NoArticle: a record that was read and holds no article. It is skipped and counted;
- LeftOut: a text of the file that is in no record.

Unreadable and NoArticle can also be raised: by a function that parses a record, or by the reader
for the rest of the file. Readers do not catch the errors of a damaged stream.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from searchkit.errors import CorpusError

RecordWarning = tuple[str, str]
"""A kind of warning (`read_warnings.KINDS`), and the text that was read but not understood."""


NO_TEXT = "it has neither a title nor a text"
"""Why most records without an article have none."""


class Unreadable(CorpusError):
    """A record, or the rest of a file, cannot be read.

    The message is the reason: one sentence that begins with a small letter and has no full stop.
    `location` is that of the record ("line 7"); "" leaves it to the house, as in KeyedRecord.
    """

    def __init__(self, reason: str, location: str = "") -> None:
        super().__init__(reason)
        self.location = location


class NoArticle(CorpusError):
    """A record holds no article: it has neither a title nor a text, or is something else.

    The message says why, as that of Unreadable.
    """


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A text of the file that is in no record, such as one between two articles. It is reported,
    and is not counted as a record: the numbers of the others are the same without it.

    `location` is where it stands ("line 7"); "" says that it stands behind the last record so far.
    """

    text: str
    location: str = ""


@dataclass(slots=True)
class Draft:
    """An article as its data has it. `id` is the data's own, or ""; `warnings` say what was not
    understood; the other fields are those of `Article`.

    `is_whole_file` says that the file holds this article and no other, where the format allows
    several: without an id of its own it gets that of the file.
    """

    id: str = ""
    title: str = ""
    body: str = ""
    date: datetime | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    section: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    url: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[RecordWarning, ...] = ()
    is_whole_file: bool = False


@dataclass(slots=True)
class KeyedRecord:
    """A record as programs and databases export it: JSON values under keys.

    - `is_plain` promises that no text in it holds a control character or HTML, so that none is
      searched for them.
    - `location` is where the record stands in its file ("line 7"), if not the number of the record
      says it.
    - `is_whole_file`: as that of a Draft.
    - `key` tells the record apart in its file, as a primary key does. Without an id of its own, the
      record has it in its id instead of its number.
    """

    values: dict[str, Any]
    is_plain: bool = False
    warnings: tuple[RecordWarning, ...] = ()
    location: str = ""
    is_whole_file: bool = False
    key: str = ""


Parsed = Draft | KeyedRecord


@dataclass(slots=True)
class Encoded:
    """A record in bytes. `declared` is the encoding that the data itself names, or ""; `parse` is
    called with the text.

    Control characters of the text are replaced before `parse` is called (`control_characters`),
    except where the encoding is declared, all bytes are ASCII, and the options of the root name no
    encoding: there they may have a meaning.
    """

    data: bytes
    parse: Callable[[str], Parsed]
    declared: str = ""


Record = Draft | KeyedRecord | Encoded | Unreadable | NoArticle | LeftOut | Callable[[], Parsed]
