"""Translates queries of other systems into our query language."""

from __future__ import annotations

from dataclasses import dataclass

from searchkit.errors import OptionError
from searchkit.query.dialects import read_dialect
from searchkit.query.parse import check_length, errors_in, parse


@dataclass(frozen=True, slots=True)
class Translation:
    """A query of another system in our query language.

    `warnings` are sentences for people: each names a piece that has no counterpart, and says what
    was done with it.
    """

    query: str
    warnings: tuple[str, ...]
    dialect: str


def translate(text: str, dialect: str) -> Translation:
    """Translate a query from a dialect, a Dialect: "lexis", "factiva", "proquest" or "lucene".

    Raises QueryError with the column in `text`, and OptionError for an unknown dialect or a query
    that is not a str.

    >>> translate("hd=europe and wc>500", "factiva").query
    'title:europe AND words:>500'
    """
    if not isinstance(text, str):
        raise OptionError(f"a query must be text; found {type(text).__name__}")
    check_length(text)
    query, warnings = read_dialect(text, dialect)
    with errors_in(text, query):
        parse(query)
    return Translation(query, warnings, dialect)
