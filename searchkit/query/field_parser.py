"""Parses what stands around the colon of a field: which names are fields, what cannot stand behind
them, and saved queries (`query:NAME`)."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self

from searchkit.errors import QueryError
from searchkit.query.clock import Clock
from searchkit.query.joining import Operand
from searchkit.query.leaf_parser import LeafParser, has_words
from searchkit.query.proximity_operators import PRETOKEN, QUOTED_HINT
from searchkit.query.signs import EXCLUSION, find_comparison
from searchkit.schema import FIELD_NAMES, NOT_SEARCHED

_NAMES = (*FIELD_NAMES, "query")
# As text, to be compiled when a query first needs them.
_FACTIVA = "(?i)hd|hlp?|lp|tdp?|by|sn|sc|rst|la|wc|ns|fds|dt|pd"
_FOREIGN_FIELD = r"(?<![\w:])(?:(HEADLINE|HLEAD|LEAD|BYLINE|PUBLICATION|LENGTH|ALLCAPS)|(TI|AB|AU|PUB|PD|SU|FT|YR))\("


class FieldParser(LeafParser, ABC):
    """A LeafParser that knows fields and saved queries."""

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

    @abstractmethod
    def _level(self, field: str, depth: int, opened: int) -> Operand | None:
        """The operands and operators up to the closing parenthesis or the end; None for none."""

    def _saved_query(self, field: str, depth: int, start: int, name_at: int) -> Operand | None:
        """A saved query, as if its text stood here in parentheses. Errors in it have its text."""
        from searchkit.query import saved_queries  # late: 1 ms at the start of a search without a saved query

        found = re.match(saved_queries.TYPED_NAME, self.original[name_at:])  # a _ divides words, and no names
        typed = found[0] if found else ""
        name = typed.strip('"')
        try:
            text = saved_queries.find_saved_query(name, self.saved_queries, self.saved_in)
        except saved_queries.SavedQueryError as error:
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

    def _note_bare_date(self, column: int, operator_at: int, operator: str, start: int) -> None:
        """Note a date that stands without its field behind a date and an operator, and is read as
        words: `date:2020 OR 2021`, `date:2020 NOT 2020-04`. A mere year is one behind OR alone.

        `column` is where the date before stands, `start` what stands behind the operator.
        """
        negation = re.compile(r"NOT\s+").match(self.text, start)
        if not operator and not negation:
            return
        from searchkit.query.date_values import bare_date_end  # late: 3 ms at the start of a search without a date

        begun = negation.end() if negation else start
        typed = self.original[begun : bare_date_end(self.text, begun, self.clock)]
        if not typed:
            return
        read = "a word" if typed.isalnum() else "words"
        if operator == "or" and not negation:
            name, _, value = self.original[column:operator_at].strip().partition(":")
            self._note(f"{typed} is read as {read}; {name}:({value} OR {typed}) finds either")
        elif not typed.isdecimal():
            self._note(f"{typed} is read as {read}; date:{typed} is the date")

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
