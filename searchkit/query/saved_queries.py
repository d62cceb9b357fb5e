"""Parses saved queries, which stand in other queries as `query:NAME`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from searchkit.errors import OptionError, QueryError
from searchkit.query.clock import Clock
from searchkit.query.field_parser import FieldParser
from searchkit.query.joining import Operand

MAX_SAVED_LENGTH = 20_000
"""Characters that a saved query may have."""
NAME = r"[\w-]+"
"""The name of a saved query: letters, digits, _ and -."""
TYPED_NAME = r'"[^"]*"|[^\s()"^]*'
"""What may stand behind `query:`."""


class SavedQueryError(ValueError):
    """A saved query cannot be used. `hint` says what to write instead, or is ""."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def find_saved_query(name: str, saved: Mapping[str, str], around: tuple[str, ...]) -> str:
    """The text of a saved query.

    `around` are the names of those that it stands in, the outermost first. Raises SavedQueryError
    for an unknown name and for a circle, OptionError for a query that is no text.
    """
    if not re.fullmatch(NAME, name):
        raise SavedQueryError(
            f'"{name}" is no name of a saved query' if name else "query: needs the name of a saved query",
            "a name has letters, digits, - and _",
        )
    if name in around:
        chain = " -> ".join((*around[around.index(name) :], name))
        raise SavedQueryError(f"saved queries stand in a circle: {chain}")
    if name not in saved:
        names = sorted(saved)
        import difflib  # late: 1 ms at the start of a search

        close = difflib.get_close_matches(name, names, 1, 0.6)
        shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
        hint = f"did you mean {close[0]}?" if close else f"there are {shown}" if names else "no query is saved"
        raise SavedQueryError(f'there is no saved query "{name}"', hint)
    text = saved[name]
    if not isinstance(text, str):
        raise OptionError(f"a saved query must be text; {name} is {type(text).__name__}")
    if len(text) > MAX_SAVED_LENGTH:
        raise SavedQueryError(f'the saved query "{name}" has {len(text):,} characters, more than {MAX_SAVED_LENGTH:,}')
    return text


class SavedQueryParser(FieldParser):
    """A FieldParser that knows saved queries."""

    def __init__(
        self,
        text: str,
        language: str,
        match_any: bool,
        exact: bool,
        clock: Clock,
        saved_queries: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(text, language, exact, clock)
        self.match_any = match_any
        self.saved_queries: Mapping[str, str] = {} if saved_queries is None else saved_queries
        self.saved_in: tuple[str, ...] = ()
        """The names of the saved queries that this text stands in, the outermost first."""
        self.saved_used: dict[str, str] = {}
        """The saved queries that were used, by name."""

    def _level(self, field: str, depth: int, opened: int) -> Operand | None:
        raise NotImplementedError

    def _saved_query(self, field: str, depth: int, start: int, name_at: int) -> Operand | None:
        """A saved query, as if its text stood here in parentheses. Errors in it have its text."""
        found = re.match(TYPED_NAME, self.original[name_at:])  # a _ divides words, and no names
        typed = found[0] if found else ""
        name = typed.strip('"')
        try:
            text = find_saved_query(name, self.saved_queries, self.saved_in)
        except SavedQueryError as error:
            raise self._error(str(error), name_at, max(1, len(typed)), error.hint) from None
        self.at = name_at + len(typed)
        self.saved_used[name] = text
        inner = self._inside(name, text)
        level = inner._level(field, depth + 1, -1)
        if inner.at < len(text):
            raise inner._error('a ")" without its "("', inner.at)
        if level is None and not re.search(r"\w", text):
            raise inner._error("the query holds no words", 0, len(text))
        self.node_count = inner.node_count
        self.has_plus |= inner.has_plus
        if level is None:
            return None
        node = self._weighted(level.node)
        return Operand(node, "", start, "", level.function_words if node is level.node else ())

    def _inside(self, name: str, text: str) -> Self:
        """The parser of a saved query of this one."""
        inner = type(self)(text, self.language, self.match_any, self.exact, self.clock, self.saved_queries)
        inner.saved_in, inner.saved_used, inner.node_count = (*self.saved_in, name), self.saved_used, self.node_count
        inner.left_out, inner.notes = self.left_out, self.notes
        return inner

    def _error(self, message: str, column: int, length: int = 1, hint: str = "") -> QueryError:
        inside = f'in the saved query "{self.saved_in[-1]}": ' if self.saved_in else ""
        return super()._error(inside + message, column, length, hint)
