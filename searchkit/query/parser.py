"""Parses a query from left to right: operators, groups and fields, by recursive descent.

`query.parse` calls it; `leaf_parser` parses what stands between operators.

    level     = operand ((and | or | nothing) operand)*
    and       = "AND" | "&" | "&&" | "ANDNOT" (before a NOT: "AND NOT") | "BUT" (before NOT)
    or        = "OR" | "|" | "||"
    operand   = ("NOT" | "-" | "!") operand | spans
    spans     = primary (proximity primary)*      from the left
    proximity = see `proximity_operators`
    primary   = "(" level ")" weight? | "atleastN(" level ")" weight? | field ":" primary | leaf
              | "NEAR(" primary primary "," n ")" weight?
    weight    = "^" number

A - or ! is a sign of exclusion at the beginning, behind a blank or "(", if a word, group, phrase or
pattern follows; else it is punctuation. "AND" and nothing bind tighter than "OR". With `match_any`
nothing is an OR, except beside NOT, dates and lengths: those that no "AND" or "OR" joins to a
neighbour restrict the whole level. No field stands inside another one.
"""

from __future__ import annotations

import re

from searchkit.errors import QueryError
from searchkit.query.field_parser import FieldParser
from searchkit.query.joining import Operand, join
from searchkit.query.leaf_parser import MAX_NODES, REGEX, has_words
from searchkit.query.nodes import AtLeast, Dates, Filter, Near, Node, Not, Or, SpanNode, children_of, leaves
from searchkit.query.operands import (
    MAX_DISTANCE,
    PASSAGES,
    OperandError,
    ProximityOperator,
    as_operand,
    leaf_fields,
    make_inside,
    nesting_depth,
)
from searchkit.query.pasted import balanced_end, pasted_end
from searchkit.query.proximity_operators import (
    NEAR_CALL,
    PRETOKEN,
    QUOTED_HINT,
    OperatorError,
    find_proximity_operator,
    foreign_word_note,
    refuse_foreign_operator,
)
from searchkit.query.signs import DOUBLE_MINUS, EXCLUSION
from searchkit.schema import FIELD_NAMES, FIELDS, Kind

MAX_NESTING = 50
"""Parentheses and NOTs that may stand inside each other. Operators such as w/5 are counted apart,
and as many of them may."""
MAX_AT_LEAST = 999
"""The greatest N of `atleastN(...)`."""

_FIELD_PREFIX = re.compile(r"([A-Za-z][A-Za-z_]*):")
_AT_LEAST = re.compile(r"atleast(\d*)(?=\()", re.I)
# As text, to be compiled when a query first needs it.
_AND_NOT = r"ANDNOT(?=[\s()\"]|$)|BUT\s+NOT(?=[\s()\"]|$)"


class QueryParser(FieldParser):
    """Parses one query, once.

    Parameters of its methods: `field` is the field around what is parsed, "" for none; `depth` the
    number of parentheses and NOTs around it; `opened` the column of its parenthesis, -1 for none.
    """

    def parse(self) -> Node | None:
        """The tree of the query, or None if it has no words."""
        level = self._level("", 0, -1)
        if self.at < len(self.text):
            raise self._error('a ")" without its "("', self.at)
        if level is None:
            return None
        if len(level.function_words) > 1:
            words = " ".join(level.function_words)
            self._note(f'function words alone: articles with any of them are found; "{words}" in quotes is a phrase')
        elif self.left_out and all(isinstance(leaf, Filter) for leaf in leaves(level.node)):
            words = " ".join(self.left_out)
            self._note(f'function words beside conditions do not count; "{words}" in quotes does')
        if self.has_plus and (self.match_any or _has_or(level.node)):
            self._note("a + before a word is punctuation; AND between words finds both")
        self._note_foreign_fields()
        return level.node

    # One level: operands and operators up to the closing parenthesis or the end.

    def _level(self, field: str, depth: int, opened: int) -> Operand | None:
        """All operands up to the end or a ")", as one; None if there are only signs."""
        if depth > MAX_NESTING:
            raise self._too_deep("parentheses and NOTs", self.at)
        items: list[Operand] = []
        operator, operator_at = "", -1
        while True:
            self._skip_blank()
            if self.at >= len(self.text) or self.text[self.at] == ")":
                break
            start = self.at
            found = self._boolean_operator()
            if found:
                if operator or not items:
                    typed = self.original[start : self.at].rstrip()
                    raise self._error(f"{typed} needs a word on its left", start, len(typed))
                operator, operator_at = found, start
                continue
            item = self._operand(field, depth)
            if item is None:
                continue
            item.joined = operator or ("side" if items else "")
            if items and not field and isinstance(items[-1].node, Dates):
                self._note_bare_date(items[-1].column, operator_at, operator, start)
            items.append(item)
            operator = ""
        if operator:
            raise self._no_operand(operator_at)
        if opened >= 0:
            if self.at >= len(self.text):
                raise self._error('a "(" without its ")"', opened)
            if not self.text[opened + 1 : self.at].strip():
                raise self._error("nothing stands between the parentheses", opened, self.at - opened + 1)
        if not items:
            return None
        level = join(items, self.match_any)
        self.left_out += level.left_out
        for note in level.notes:
            self._note(note)
        return level.operand

    def _too_deep(self, what: str, column: int) -> QueryError:
        return self._error(f"more than {MAX_NESTING} {what} inside each other", column)

    def _no_operand(self, column: int) -> QueryError:
        pretoken = PRETOKEN.match(self.text, column)
        length = len(pretoken[0]) if pretoken and pretoken[0] in ("AND", "OR", "NOT") else 1
        return self._error(f"{self.original[column : column + length]} needs a word on its right", column, length)

    def _boolean_operator(self) -> str:
        """The operator at the current character, "and" or "or", and "" for none; moves on behind
        it."""
        if self.text[self.at : self.at + 1] not in "&|AOB":
            return ""
        may_negate = self.text.startswith(("ANDN", "BUT"), self.at)
        and_not = re.compile(_AND_NOT).match(self.text, self.at) if may_negate else None
        if and_not:
            self.at = and_not.end() - len("NOT")  # a negation comes next
            return "and"
        for sign, name in (("&&", "and"), ("||", "or"), ("&", "and"), ("|", "or")):
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return name
        pretoken = PRETOKEN.match(self.text, self.at)
        if pretoken and pretoken[0] in ("AND", "OR"):
            self.at = pretoken.end()
            return pretoken[0].lower()
        return ""

    # One operand.

    def _operand(self, field: str, depth: int) -> Operand | None:
        start = self.at
        self._count()
        operator = self._proximity_operator()
        if operator is not None:
            raise self._error(f"{operator.typed} needs a word on its left", start, len(operator.typed))
        negation = self._negation()
        if negation:
            self._skip_blank()
            if depth > MAX_NESTING:
                raise self._too_deep("parentheses and NOTs", start)
            if negation == "NOT":
                self._skip_function_words(field)
            item = None
            while item is None and not self._lacks_operand():
                item = self._operand(field, depth + 1)
                self._skip_blank()
            if item is None:
                raise self._error(f"{negation} needs a word on its right", start, len(negation))
            return Operand(Not(item.node), "", start)
        return self._proximity(field, depth)

    def _count(self) -> None:
        self.node_count += 1
        if self.node_count > MAX_NODES:
            raise self._error(f"the query has more than {MAX_NODES} words, phrases and groups", self.at)

    def _lacks_operand(self) -> bool:
        """Whether the level ends here, or AND or OR follows; does not move."""
        at = self.at
        if at >= len(self.text) or self.text[at] == ")":
            return True
        found = self._boolean_operator()
        self.at = at
        return bool(found)

    def _negation(self) -> str:
        """The sign of a negation at the current character, as typed, or ""; moves past it."""
        at, before = self.at, self.original[self.at - 1] if self.at else " "
        if self.original[at] in "-!" and (before.isspace() or before == "("):
            double = re.compile(DOUBLE_MINUS).match(self.original, at)
            if double:
                hint = "write -word to exclude a word; an option of that name is unknown"
                raise self._error("two minus signs are no operator", at, 2, hint)
            if re.compile(EXCLUSION).match(self.text, at):
                self.at += 1
                return self.original[at]
        pretoken = PRETOKEN.match(self.text, at) if self.text[at] == "N" else None
        if pretoken and pretoken[0] == "NOT":
            self.at = pretoken.end()
            return "NOT"
        return ""

    def _skip_function_words(self, field: str) -> None:
        """Skip function words that merely stand before an operand: `NOT the war`."""
        if field or self.exact:
            return
        start, words = self.at, []
        while self.at < len(self.text):
            pretoken = PRETOKEN.match(self.text, self.at)
            if pretoken is None or not self._is_function_word(pretoken[0], self.at):
                break
            words.append(self.original[self.at : pretoken.end()])
            self.at = pretoken.end()
            self._skip_blank()
        end = self.at
        if self._lacks_operand() or self._negation() or self._proximity_operator():
            self.at = start
        else:
            self.at = end
            self.left_out += words

    # Operators between operands that have spans.

    def _proximity(self, field: str, depth: int) -> Operand | None:
        left = self._primary(field, depth)
        if left is None:
            return None
        left_end = self.at
        while True:
            self._skip_blank()
            operator = self._proximity_operator()
            if operator is None:
                self._check_foreign_operator()
                return left
            self._skip_blank()
            self._count()
            self._skip_function_words(field)
            start = self.at
            right = None
            while right is None and not self._lacks_operand():
                start = self.at
                right = self._right_operand(field, depth, operator)
                self._skip_blank()
            if right is None:
                raise self._error(f"{operator.typed} needs a word on its right", operator.column, len(operator.typed))
            node = operator.make_node(
                self._span_operand(left.node, left.column, left_end, operator.typed),
                self._span_operand(right.node, start, self.at, operator.typed),
            )
            self._check_fields(node, operator.column, len(operator.typed), f"both sides of {operator.typed}")
            if nesting_depth(node) > MAX_NESTING:
                raise self._too_deep("operators like w/5", operator.column)
            left, left_end = Operand(node, "", left.column), self.at

    def _right_operand(self, field: str, depth: int, operator: ProximityOperator) -> Operand | None:
        start = self.at
        following = self._proximity_operator()
        if following is not None:
            raise self._error(f"{following.typed} needs a word on its left", start, len(following.typed))
        negation = self._negation()
        if negation:
            hint = "a not w/5 b finds a with no b near it"
            raise self._error(f"{negation} cannot stand inside {operator.typed}", start, len(negation), hint)
        return self._primary(field, depth)

    def _proximity_operator(self) -> ProximityOperator | None:
        """The operator at the current character, or None; moves past it."""
        try:
            found = find_proximity_operator(self.text, self.original, self.at) if self.at < len(self.text) else None
        except OperatorError as error:
            raise self._error(str(error), self.at, error.length, error.hint) from None
        if found:
            self.at += len(found.typed)
        return found

    def _check_foreign_operator(self) -> None:
        """Raise QueryError for an operator of another system behind an operand; note a word that
        could be one."""
        if self.text[self.at : self.at + 1] in "NAOWSXwpPn+" and self.at < len(self.text):
            try:
                refuse_foreign_operator(self.text, self.at)
            except OperatorError as error:
                raise self._error(str(error), self.at, error.length, error.hint) from None
            self._note(foreign_word_note(self.text, self.at))

    def _span_operand(self, node: Node, start: int, end: int, operator: str) -> SpanNode:
        """A node as an operand of an operator over spans. Raises QueryError for a node without
        spans."""
        try:
            return as_operand(node, operator)
        except OperandError as error:
            typed = self.original[start:end].strip()
            named = f" ({typed} is {node})" if typed.lower().startswith("query:") else ""
            raise self._error(f"{error}{named}", start, len(self.text[start:end].rstrip()), error.hint) from None

    def _check_fields(self, node: SpanNode, column: int, length: int, what: str) -> None:
        names = [f"{name}:" if name else "no field" for name in leaf_fields(node)]
        if len(names) > 1:
            hint = "name the field once: title:(peace w/5 talks)"
            saved = "; ".join([f"query:{name} is {text}" for name, text in self.saved_used.items()])
            message = f"{what} must be in the same field, not {' and '.join(names)}{f' ({saved})' if saved else ''}"
            raise self._error(message, column, length, hint)

    def _at_least(self, field: str, depth: int, found: re.Match[str], start: int) -> Operand:
        typed = found[0]
        count = int(found[1][:4] or 0)
        if not 1 <= count <= MAX_AT_LEAST:
            message = f"atleast needs a number from 1 to {MAX_AT_LEAST}: atleast3(inflation)"
            raise self._error(message, found.start(), len(typed), QUOTED_HINT)
        opened = self.at = found.end()
        inner = self._parenthesised(field, depth)
        if inner is None:
            raise self._error("no word stands between the parentheses", opened, self.at - opened)
        node = self._span_operand(inner.node, opened + 1, self.at - 1, f"{typed}( )")
        self._check_fields(node, found.start(), len(typed), f"all inside {typed}( )")
        return Operand(self._weighted(AtLeast(count, node)), "", start)

    def _find_near_call(self, field: str) -> re.Match[str] | None:
        found = (
            re.compile(NEAR_CALL).match(self.text, self.at) if self.text[self.at : self.at + 4].lower() == "near" else None
        )
        return found if found and (found[2] or found[0].startswith("NEAR")) and has_words(field) else None

    def _near_call(self, field: str, depth: int, found: re.Match[str], start: int) -> Operand:
        """`NEAR(peace talks, 5)`."""
        typed, end = self.original[start : found.end()], found.end()
        form = "peace w/5 talks"
        if found[2] is None or not 1 <= int(found[2]) <= MAX_DISTANCE:
            raise self._error(f"NEAR( ) needs a number from 1 to {MAX_DISTANCE}: {form}", start, len(typed), QUOTED_HINT)
        whole, self.text, self.at = self.text, self.text[: found.end(1)], found.start(1)
        operands: list[SpanNode] = []
        while True:
            self._skip_blank()
            if self.at >= len(self.text):
                break
            self._count()
            begun = self.at
            negation = self._negation()
            if negation:
                hint = "a not w/5 b finds a with no b near it"
                raise self._error(f"{negation} cannot stand inside NEAR( )", begun, len(negation), hint)
            operand = self._primary(field, depth)
            if operand:
                operands.append(self._span_operand(operand.node, begun, self.at, "NEAR( )"))
        self.text, self.at = whole, end
        if len(operands) != 2:
            hint = "for more of them: (peace w/5 talks) w/5 truce"
            raise self._error(f"NEAR( ) takes two words, phrases or groups; found {len(operands)}", start, len(typed), hint)
        node = Near(operands[0], operands[1], int(found[2]))
        self._check_fields(node, start, len(typed), "all inside NEAR( )")
        return Operand(self._weighted(node), "", start)

    # What stands between operators.

    def _primary(self, field: str, depth: int) -> Operand | None:
        start = self.at
        character = self.text[start]
        if character == "(":
            return self._group(field, depth)
        if _holds_dates(field):
            return self._date(field, start)
        if character == '"':
            return self._quoted(field, start)
        if character == "=" and self.text.startswith('="', start):
            self.at += 1
            return self._quoted(field, start, exact=True)
        at_least = _AT_LEAST.match(self.text, start)
        if at_least:
            return self._at_least(field, depth, at_least, start)
        near_call = self._find_near_call(field)
        if near_call:
            return self._near_call(field, depth, near_call, start)
        pattern = REGEX.match(self.text, start)
        if pattern and has_words(field):
            return self._regex(field, pattern, start)
        end = pasted_end(self.original, self.text, start) if has_words(field) else start
        if end > start:
            self.at = end
            return self._pasted(field, start, end)
        pretoken = PRETOKEN.match(self.text, start)
        if pretoken is None:  # pragma: no cover  (blank, parentheses and quotes are all met above)
            raise self._error("nothing can be read here", start)
        self._check_comparison(start)
        prefix = _FIELD_PREFIX.match(pretoken[0])
        if prefix is None or not self._is_field_prefix(prefix[1], start + len(prefix[0])):
            self.at = pretoken.end()
            return self._unquoted(field, start, pretoken[0])
        return self._field(field, depth, start, prefix)

    def _group(self, field: str, depth: int) -> Operand | None:
        opened = self.at
        inner = self._parenthesised(field, depth)
        if inner is None:
            return None
        if self.text.startswith("~", self.at):
            raise self._error("~ goes with a phrase in quotes", self.at)
        node = self._weighted(inner.node)
        return Operand(node, "", opened, "", inner.function_words if node is inner.node else ())

    def _parenthesised(self, field: str, depth: int) -> Operand | None:
        opened = self.at
        self.at += 1
        node = self._level(field, depth + 1, opened)
        self.at += 1
        return node

    def _field(self, field: str, depth: int, start: int, prefix: re.Match[str]) -> Operand | None:
        typed = prefix[1]
        if typed.lower() == "query":
            return self._saved_query(field, depth, start, start + len(prefix[0]))
        field_name = FIELD_NAMES.get(typed.lower(), "")
        if not field_name:
            raise self._error(f'unknown field "{typed}"', start, len(typed), self._field_hint(typed.lower(), QUOTED_HINT))
        if field:
            raise self._error(f"a field ({field_name}:) inside a field ({field}:)", start, len(prefix[0]))
        self.at = start + len(prefix[0])
        item = self._field_value(field_name, depth, start, prefix)
        if item is not None and field_name in PASSAGES:
            try:
                item.node = make_inside(PASSAGES[field_name], item.node)
            except OperandError as error:
                raise self._error(str(error), start, self.at - start, error.hint) from None
        return item

    def _field_value(self, field_name: str, depth: int, start: int, prefix: re.Match[str]) -> Operand | None:
        following = self.text[self.at : self.at + 1]
        if following == "(":
            return self._group(field_name, depth)
        if _holds_dates(field_name):
            return self._date(field_name, start)
        if following == '"':
            return self._quoted(field_name, start)
        if following == "=" and self.text.startswith('="', self.at):
            self.at += 1
            return self._quoted(field_name, start, exact=True)
        at_least = _AT_LEAST.match(self.text, self.at)
        if at_least:
            return self._at_least(field_name, depth, at_least, start)
        near_call = self._find_near_call(field_name)
        if near_call:
            return self._near_call(field_name, depth, near_call, start)
        pattern = REGEX.match(self.text, self.at)
        if pattern and has_words(field_name):
            return self._regex(field_name, pattern, start)
        if FIELDS[field_name].kind in (Kind.VALUE, Kind.PART):
            end = balanced_end(self.original, self.text, self.at)
            if end > self.at:
                begun, self.at = self.at, end
                return self._unquoted(field_name, begun, self.text[begun:end], start)
        pretoken = self._length_range(field_name) or PRETOKEN.match(self.text, self.at)
        inner = _FIELD_PREFIX.match(pretoken[0]) if pretoken else None
        if inner and inner[1].lower() == "query":
            return self._saved_query(field_name, depth, start, self.at + len(inner[0]))
        if pretoken is None:
            raise self._error(f"{field_name}: needs a word right after the colon", start, len(prefix[0]))
        self._check_field_value(prefix[1], field_name, pretoken[0], start)
        self.at = pretoken.end()
        return self._unquoted(field_name, pretoken.start(), pretoken[0], start)

    def _date(self, field: str, start: int) -> Operand:
        """The date at the current character. `start` is the column of its field."""
        from searchkit.query.date_values import parse_date_value  # late: 3 ms at the start of a search without a date

        begun = self.at
        node, self.at, note = parse_date_value(self.text, self.original, begun, field, self.clock)
        self._note(note)
        if field == "after":
            typed = self.original[begun : self.at]
            self._note(f"after:{typed} leaves {typed} out; since:{typed} includes it")
        return Operand(self._weighted(node), "", start)


def _holds_dates(field: str) -> bool:
    return bool(field) and FIELDS[field].kind is Kind.DATE


def _has_or(node: Node) -> bool:
    return isinstance(node, Or) or any(map(_has_or, children_of(node)))
