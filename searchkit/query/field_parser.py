"""Parses what stands around the colon of a field: which names are fields, and what cannot stand
behind them."""

from __future__ import annotations

import re

from searchkit.query.leaf_parser import LeafParser, has_words
from searchkit.query.proximity_operators import PRETOKEN, QUOTED_HINT
from searchkit.query.signs import EXCLUSION, find_comparison
from searchkit.schema import FIELD_NAMES, NOT_SEARCHED

_NAMES = (*FIELD_NAMES, "query")
# As text, to be compiled when a query first needs them.
_FACTIVA = "(?i)hd|hlp?|lp|tdp?|by|sn|sc|rst|la|wc|ns|fds|dt|pd"
_FOREIGN_FIELD = r"(?<![\w:])(?:(HEADLINE|HLEAD|LEAD|BYLINE|PUBLICATION|LENGTH|ALLCAPS)|(TI|AB|AU|PUB|PD|SU|FT|YR))\("


class FieldParser(LeafParser):
    """A LeafParser that knows fields."""

    def _is_field_prefix(self, name: str, end: int) -> bool:
        """Whether a name and a colon name a field: before a blank a colon is punctuation."""
        following = self.text[end : end + 1]
        is_known = name.lower() in _NAMES
        if following and not following.isspace() and following != ")":
            return is_known or following != ":"
        if is_known:
            self._note(f"{name}: before a blank is read as a word; {name}:word searches the field")
        return False

    def _check_comparison(self, start: int) -> None:
        """Raise QueryError for a condition of other systems: `title=peace`, `words>500`."""
        found = find_comparison(self.text, start)
        if found is None:
            return
        name, sign = found.groups()
        following = self.text[found.end() : found.end() + 1]
        is_known = name.lower() in _NAMES
        if not is_known and (not following.strip(" )") or (sign[0] in "<>" and not following.isdecimal())):
            return
        typed = self.original[start : found.end()]
        compares = sign[0] in "<>" and FIELD_NAMES.get(name.lower()) in ("date", "words")
        ours = f"{name}:{sign if compares else ''}"
        value = PRETOKEN.match(self.text, found.end())
        shown = f"{ours}{value[0] if value else 'peace'}"
        hint = f"write {shown}" if is_known else self._field_hint(name.lower(), "write title:peace for a word in a field")
        if re.fullmatch(_FACTIVA, name):
            hint = f"{hint}; --dialect factiva reads queries of Factiva"
        raise self._error(f"{typed} is no condition here", start, len(typed), f"{hint}; {QUOTED_HINT}")

    def _note_foreign_fields(self) -> None:
        """Note a field of another system, which is a word here: `HEADLINE(peace)`."""
        found = re.search(_FOREIGN_FIELD, self.text) if "(" in self.text else None
        if found:
            system = "Lexis" if found[1] else "ProQuest"
            name = found[1] or found[2]
            self._note(f"{name} is read as a word here; --dialect {system.lower()} reads {name}( ) of {system}")

    def _check_field_value(self, typed: str, field: str, value: str, start: int) -> None:
        """Raise QueryError for an operator right behind a colon: `title:-war`, `title:NOT`,
        `title:[a TO b]`."""
        if not has_words(field):
            return
        length = len(typed) + 1 + len(value)
        if re.compile(EXCLUSION).match(self.original, self.at):
            hint = f"write -{typed}:{value[1:]}"
            raise self._error(f"{value[0]} cannot stand inside a field", start, length, hint)
        if value in ("AND", "OR", "NOT"):
            raise self._error(f"{value} cannot stand inside a field", start, length, QUOTED_HINT)
        if value[0] in "[{" and " TO " in self.text[self.at :]:
            raise self._error("a range works in date: and words:", start, length, QUOTED_HINT)

    def _field_hint(self, name: str, otherwise: str) -> str:
        """What to write instead of an unknown name of a field."""
        if name in NOT_SEARCHED:
            return f"{name} is shown, but cannot be searched"
        import difflib  # late: 1 ms at the start of a search

        close = difflib.get_close_matches(name, _NAMES, 1, 0.6)
        return f"did you mean {close[0]}?" if close else otherwise
