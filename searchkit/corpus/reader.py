"""What is a reader? A function that makes records of a file, and knows nothing of ids, places, shares or reports.

It is given what `Format.takes` says, and the ReadOptions. It yields records in the order of the file:

- a Draft: an article of which the reader knows the fields;
- a KeyedRecord: values under keys, whose meaning is found out (the usual names, known exports, `--map`);
- Encoded: bytes whose encoding is found out, and what makes a Draft or KeyedRecord of their text;
- a function without arguments that makes a Draft or KeyedRecord: it is called only where the record is wanted, for other
  workers may read the same file for other records;
- Unreadable: a record that cannot be read, which is reported and counted.

Unreadable can be raised too: for the record that is being made, or by the reader itself for the rest of the file. Errors of
a damaged stream are not the reader's to catch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from searchkit.errors import CorpusError

RecordWarning = tuple[str, str]
"""What was read and not understood: a kind of warnings (`read_warnings.KINDS`), and what was found."""


class Unreadable(CorpusError):
    """A record, or the rest of a file, cannot be read; the message is the reason, one sentence without a capital."""


@dataclass(slots=True)
class Draft:
    """An article as its data has it: `id` is the data's own one, or "". The other fields are those of `Article`."""

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


@dataclass(slots=True)
class KeyedRecord:
    """A record as programs and databases export it: texts, numbers, lists and objects, as JSON has them, under keys.

    `is_plain` says that no text in it can hold a control character or be HTML: it need not be looked through then.
    """

    values: dict[str, Any]
    is_plain: bool = False
    warnings: tuple[RecordWarning, ...] = ()


Parsed = Draft | KeyedRecord


@dataclass(slots=True)
class Encoded:
    """A record in bytes. `parse` is given their text; `declared` is the encoding that the data says it is in, or "".

    The text's control characters are cleaned, but where it is declared and of ASCII alone: then they may have a meaning.
    """

    data: bytes
    parse: Callable[[str], Parsed]
    declared: str = ""


Record = Draft | KeyedRecord | Encoded | Unreadable | Callable[[], Parsed]
