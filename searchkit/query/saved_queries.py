"""Looks up saved queries, which stand in other queries as `query:NAME`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from searchkit.errors import OptionError

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
