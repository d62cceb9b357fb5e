"""The reading options, which an index remembers of each root."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchkit.corpus.decode import encoding_name
from searchkit.corpus.formats import find_format, format_names
from searchkit.corpus.limits import LIMITS, Limits
from searchkit.errors import OptionError

DATE_ORDERS = ("dmy", "mdy", "ymd")
"""Orders of day, month and year in ambiguous dates: 03/04/2020 is 3 April or 4 March; 03/04/05 may
be 2003."""
MAPPED_FIELDS = ("id", "title", "body", "date", "authors", "source", "section", "topics", "language", "url")
"""Fields of an article that data can be mapped to."""

_SURROGATES = re.compile("[\ud800-\udfff]")
DEFAULT_LIMITS = Limits()
"""The default limits."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How the files of a root are read.

    - `include`, `exclude`: globs on the path in the root, or on the file's name if the glob has no
      "/".
    - `map`: pairs of an article's field and the data's key for it.
    - `format`: the format of every file; "" chooses by suffix.
    - `encoding`: the encoding of files without a byte-order mark; "" detects it.
    - `date_order`: the order of ambiguous dates; "" leaves them unread.
    - `query`: the SELECT whose rows are read of a database; "" reads a table.
    - `limits`: what is too large to be read.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    map: tuple[tuple[str, str], ...] = ()
    format: str = ""
    encoding: str = ""
    date_order: str = ""
    query: str = ""
    limits: Limits = DEFAULT_LIMITS

    @classmethod
    def from_mapping(cls, options: Mapping[str, Sequence[str]]) -> ReadOptions:
        """Parse options given as strings (`map` entries are "body=text"). Raises OptionError."""
        known = ("include", "exclude", "map", "format", "encoding", "date_order", "query", *LIMITS)
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise OptionError(f'unknown reading option "{unknown[0]}"; expected one of {", ".join(known)}')
        # A string is a sequence of strings too: "text" must not become "t", "e", "x", "t".
        options = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in options.items()}
        for name, values in options.items():
            if any(_SURROGATES.search(value) for value in values):
                raise OptionError(f"{name} is not UTF-8; use ? or * where a name is not")
        pairs = []
        for entry in options.get("map", ()):
            name, equals, key = (part.strip() for part in entry.partition("="))
            if not equals or name not in MAPPED_FIELDS or not key:
                raise OptionError(
                    f'"{entry}" is no mapping; expected FIELD=KEY with FIELD one of {", ".join(MAPPED_FIELDS)}'
                )
            pairs.append((name, key))
        formats = [name for name in options.get("format", ()) if name]
        if len(formats) > 1:
            raise OptionError(f'"{", ".join(formats)}" is no format; expected one of {", ".join(format_names())}')
        for name in formats:
            find_format(name)
        return cls(
            tuple(glob for glob in options.get("include", ()) if glob),
            tuple(glob for glob in options.get("exclude", ()) if glob),
            tuple(pairs),
            formats[0] if formats else "",
            _parse_encoding(options.get("encoding", ())),
            _parse_date_order(options.get("date_order", ())),
            _parse_query(options.get("query", ())),
            Limits.from_mapping(options),
        )

    def as_mapping(self) -> dict[str, tuple[str, ...]]:
        """The options as strings, without empty ones."""
        found = {
            "include": self.include,
            "exclude": self.exclude,
            "map": tuple(f"{name}={key}" for name, key in self.map),
            "format": (self.format,) if self.format else (),
            "encoding": (self.encoding,) if self.encoding else (),
            "date_order": (self.date_order,) if self.date_order else (),
            "query": (self.query,) if self.query else (),
            **self.limits.as_mapping(),
        }
        return {name: values for name, values in found.items() if values}


def _parse_encoding(given: Sequence[str]) -> str:
    names = [name.strip() for name in given if name.strip()]
    if len(names) > 1:
        raise OptionError(f'encoding was given {len(names)} times ("{", ".join(names)}"); expected one')
    if names and not encoding_name(names[0]):
        raise OptionError(
            f'"{names[0]}" is no encoding of texts; expected a name such as windows-1252, iso-8859-2 or gb18030'
        )
    return names[0] if names else ""


def _parse_date_order(given: Sequence[str]) -> str:
    orders = [order.strip().lower() for order in given if order.strip()]
    if len(orders) > 1 or not set(orders) <= set(DATE_ORDERS):
        raise OptionError(f'"{", ".join(orders)}" is no order of dates; expected one of {", ".join(DATE_ORDERS)}')
    return orders[0] if orders else ""


def _parse_query(given: Sequence[str]) -> str:
    queries = [query.strip() for query in given if query.strip()]
    if len(queries) > 1:
        raise OptionError(f"query was given {len(queries)} times; expected one SELECT")
    if queries and queries[0].split(None, 1)[0].lower() not in ("select", "with", "values"):
        expected = "a SELECT of SQL, such as SELECT * FROM articles"
        raise OptionError(f'"{queries[0]}" is no query; expected {expected}')
    return queries[0] if queries else ""
