"""Parses a query from left to right: operators, groups and fields, by recursive descent.

`query.parse` calls it; `leaf_parser` parses what stands between operators.

    level     = operand ((and | or | nothing) operand)*
    and       = "AND" | "&" | "&&"
    or        = "OR" | "|" | "||"
    operand   = ("NOT" | "-" | "!") operand | spans
    spans     = primary (proximity primary)*      from the left
    proximity = "w/n" | "near/n" | "pre/n" | "adj/n" | "not w/n" | "not near/n" | "/s" | "/p"
    primary   = "(" level ")" weight? | "atleastN(" level ")" weight? | field ":" primary | leaf
    weight    = "^" number

"AND" and nothing bind tighter than "OR". With `match_any` nothing is an OR, except beside NOT,
dates and lengths: those that no "AND" or "OR" joins to a neighbour restrict the whole level. No
field stands inside another one.
"""

from __future__ import annotations

import difflib
import re

from searchkit.errors import QueryError
from searchkit.query.clock import Clock
from searchkit.query.leaf_parser import MAX_NODES, PRETOKEN, QUOTED_HINT, REGEX, LeafParser, Operand, has_words
from searchkit.query.nodes import And, AtLeast, Dates, Length, Node, Not, Or, SpanNode, Undated
from searchkit.query.operands import (
    MAX_DISTANCE,
    PASSAGES,
    OperandError,
    OperatorName,
    ProximityOperator,
    as_operand,
    leaf_fields,
    make_inside,
    nesting_depth,
)
from searchkit.schema import FIELDS, Kind

MAX_NESTING = 50
"""Parentheses and NOTs that may stand inside each other. Operators such as w/5 are counted apart,
and as many of them may."""
MAX_AT_LEAST = 999
"""The greatest N of `atleastN(...)`."""

_OPERATOR_USES = {
    "or": "OR between words finds either",
    "and": "AND between words finds both",
    "not": "NOT before a word excludes it",
}
"""What operators do, for a note about one that is not in capitals."""

_FIELD_PREFIX = re.compile(r"([A-Za-z][A-Za-z_]*):")
_AT_LEAST = re.compile(r"atleast(\d*)(?=\()", re.I)
# "onear" is no operator; it is matched only to give a hint.
_NEAR = re.compile(r"(w|near|pre|adj|onear)/(\d*)", re.I)
_NOT_NEAR = re.compile(r"not\s+((?:w|near|pre|adj|onear)/(\d*)|/[sp])(?=[\s()\"]|$)", re.I)


class QueryParser(LeafParser):
    """Parses one query, once.

    Parameters of its methods: `field` is the field around what is parsed, "" for none; `depth` the
    number of parentheses and NOTs around it; `opened` the column of its parenthesis, -1 for none.
    """

    def __init__(
        self, text: str, language: str, match_any: bool, exact: bool, clock: Clock, keep_function_words: bool = False
    ) -> None:
        super().__init__(text, language, exact, clock, keep_function_words)
        self.match_any = match_any
        self._has_slash = "/" in self.text

    def parse(self) -> Node | None:
        """The tree of the query, or None if it has no words."""
        node = self._level("", 0, -1)
        if self.at < len(self.text):
            raise self._error('a ")" without its "("', self.at)
        return node

    # One level: operands and operators up to the closing parenthesis or the end.

    def _level(self, field: str, depth: int, opened: int) -> Node | None:
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
                    raise self._error(f"{self.original[start : self.at]} needs a word on its left", start, self.at - start)
                operator, operator_at = found, start
                continue
            item = self._operand(field, depth)
            if item is None:
                if operator:
                    raise self._no_operand(operator_at)
                continue
            item.joined = operator or ("side" if items else "")
            items.append(item)
            operator = ""
        if operator:
            raise self._no_operand(operator_at)
        if opened >= 0:
            if self.at >= len(self.text):
                raise self._error('a "(" without its ")"', opened)
            if not items:
                raise self._error("nothing stands between the parentheses", opened, self.at - opened + 1)
        return self._join(items)

    def _too_deep(self, what: str, column: int) -> QueryError:
        return self._error(f"more than {MAX_NESTING} {what} inside each other", column)

    def _no_operand(self, column: int) -> QueryError:
        pretoken = PRETOKEN.match(self.text, column)
        length = len(pretoken[0]) if pretoken and pretoken[0] in ("AND", "OR", "NOT") else 1
        return self._error(f"{self.original[column : column + length]} needs a word on its right", column, length)

    def _join(self, items: list[Operand]) -> Node | None:
        """The node of the operands of a level, without the function words that merely stand beside
        others; None if no operand is left."""
        kept: list[Operand] = []
        for index, item in enumerate(items):
            self._note_lower_case(items, index)
            if item.is_function_word and len(items) > 1 and _has_no_operator(items, index):
                self.left_out.append(item.typed)
                continue
            kept.append(item)
        if not kept:
            return None
        if not self.match_any:
            return make_or([make_and(part) for part in _split(kept, ("or",))])
        # Words side by side are OR here, but exclusions, dates and lengths restrict them all.
        restricts_all = [
            isinstance(item.node, Not | Dates | Undated | Length) and _has_no_operator(kept, index)
            for index, item in enumerate(kept)
        ]
        restrictions = [item.node for item, restricts in zip(kept, restricts_all, strict=True) if restricts]
        others = [item for item, restricts in zip(kept, restricts_all, strict=True) if not restricts]
        parts = [make_or([make_and(part) for part in _split(others, ("or", "side"))])] if others else []
        return make_and([*parts, *restrictions])

    def _note_lower_case(self, items: list[Operand], index: int) -> None:
        """Note an operator that is not in capitals where it could be meant as one."""
        word = items[index].typed
        use = _OPERATOR_USES.get(word.lower())
        if use and word.isascii() and index + 1 < len(items) and (index or word.lower() == "not"):
            self._note(f'"{word}" is read as a word; {use}')

    def _boolean_operator(self) -> str:
        """The operator at the current character, "and" or "or", and "" for none; moves on behind
        it."""
        if self.text[self.at : self.at + 1] not in "&|AO":
            return ""
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
            item = None if self._lacks_operand() else self._operand(field, depth + 1)
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
        if self.text.startswith("--", self.at):
            raise self._error(
                "two minus signs are no operator",
                self.at,
                2,
                "write -word to exclude a word; an option of that name is unknown",
            )
        if self.text[self.at] in "-!":
            self.at += 1
            return self.original[self.at - 1]
        pretoken = PRETOKEN.match(self.text, self.at) if self.text[self.at] == "N" else None
        if pretoken and pretoken[0] == "NOT":
            self.at = pretoken.end()
            return "NOT"
        return ""

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
                return left
            self._skip_blank()
            self._count()
            start = self.at
            right = None if self._lacks_operand() else self._right_operand(field, depth, operator)
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
        if not self._has_slash:  # all of these operators have one
            return None
        start = self.at
        not_near = _NOT_NEAR.match(self.text, start)
        pretoken = PRETOKEN.match(self.text, start)
        found = not_near or pretoken
        if found is None:
            return None
        operator_text = (not_near[1] if not_near else found[0]).lower()
        typed = self.original[start : found.end()]
        near = _NEAR.fullmatch(operator_text)
        if near is None and operator_text not in ("/s", "/p"):
            return None
        if not_near and (near is None or near[1] not in ("w", "near")):
            raise self._error(f"{typed} is no operator", start, len(typed), "not goes with w/n: peace not w/5 talks")
        self.at = found.end()
        if near is None:
            return ProximityOperator("sentence" if operator_text == "/s" else "paragraph", 0, typed, start)
        if near[1] == "onear":
            raise self._error(f"{typed} is no operator", start, len(typed), f"in this order is pre/{near[2] or 5}")
        if not 1 <= int(near[2][:3] or 0) <= MAX_DISTANCE:
            message = f"{near[1]}/ needs a number from 1 to {MAX_DISTANCE}: {near[1]}/5"
            raise self._error(message, start, len(typed), QUOTED_HINT)
        name: OperatorName = "not near" if not_near else "near" if near[1] in ("w", "near") else "ordered"
        return ProximityOperator(name, int(near[2]), typed, start)

    def _span_operand(self, node: Node, start: int, end: int, operator: str) -> SpanNode:
        """A node as an operand of an operator over spans. Raises QueryError for a node without
        spans."""
        try:
            return as_operand(node, operator)
        except OperandError as error:
            raise self._error(str(error), start, len(self.text[start:end].rstrip()), error.hint) from None

    def _check_fields(self, node: SpanNode, column: int, length: int, what: str) -> None:
        names = [f"{name}:" if name else "no field" for name in leaf_fields(node)]
        if len(names) > 1:
            hint = "name the field once: title:(peace w/5 talks)"
            raise self._error(f"{what} must be in the same field, not {' and '.join(names)}", column, length, hint)

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
        node = self._span_operand(inner, opened + 1, self.at - 1, f"{typed}( )")
        self._check_fields(node, found.start(), len(typed), f"all inside {typed}( )")
        return Operand(self._weighted(AtLeast(count, node)), "", start)

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
        pattern = REGEX.match(self.text, start)
        if pattern and has_words(field):
            return self._regex(field, pattern, start)
        pretoken = PRETOKEN.match(self.text, start)
        if pretoken is None:  # pragma: no cover  (blank, parentheses and quotes are all met above)
            raise self._error("nothing can be read here", start)
        prefix = _FIELD_PREFIX.match(pretoken[0])
        if prefix is None:
            self.at = pretoken.end()
            return self._unquoted(field, start, pretoken[0])
        return self._field(field, depth, start, prefix)

    def _group(self, field: str, depth: int) -> Operand | None:
        opened = self.at
        node = self._parenthesised(field, depth)
        if node is None:
            return None
        if self.text.startswith("~", self.at):
            raise self._error("~ goes with a phrase in quotes", self.at)
        return Operand(self._weighted(node), "", opened)

    def _parenthesised(self, field: str, depth: int) -> Node | None:
        opened = self.at
        self.at += 1
        node = self._level(field, depth + 1, opened)
        self.at += 1
        return node

    def _field(self, field: str, depth: int, start: int, prefix: re.Match[str]) -> Operand | None:
        typed = prefix[1]
        field_name = typed.lower()
        if field_name not in FIELDS:
            close = difflib.get_close_matches(field_name, FIELDS, 1, 0.6)
            hint = f"did you mean {close[0]}?" if close else QUOTED_HINT
            raise self._error(f'unknown field "{typed}"', start, len(typed), hint)
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
        pattern = REGEX.match(self.text, self.at)
        if pattern and has_words(field_name):
            return self._regex(field_name, pattern, start)
        pretoken = PRETOKEN.match(self.text, self.at)
        if pretoken is None:
            raise self._error(f"{field_name}: needs a word right after the colon", start, len(prefix[0]))
        self.at = pretoken.end()
        return self._unquoted(field_name, pretoken.start(), pretoken[0], start)

    def _date(self, field: str, start: int) -> Operand:
        """The date at the current character. `start` is the column of its field."""
        from searchkit.query.date_values import parse_date_value  # late: 3 ms at the start of a search without a date

        self.is_dated = True
        node, self.at = parse_date_value(self.text, self.original, self.at, field, self.clock)
        return Operand(self._weighted(node), "", start)


def _holds_dates(field: str) -> bool:
    return bool(field) and FIELDS[field].kind is Kind.DATE


def _has_no_operator(items: list[Operand], index: int) -> bool:
    """Whether an operand is joined by AND or OR to none of its neighbours."""
    after = items[index + 1].joined if index + 1 < len(items) else ""
    return {items[index].joined, after} <= {"side", ""}


def _split(items: list[Operand], joints: tuple[str, ...]) -> list[list[Node]]:
    """The nodes of operands, divided where one is joined to the one before in one of these ways."""
    parts: list[list[Node]] = [[]]
    for item in items:
        if item.joined in joints and parts[-1]:
            parts.append([])
        parts[-1].append(item.node)
    return [part for part in parts if part]


def make_and(nodes: list[Node]) -> Node:
    """AND of some nodes (at least one); ANDs among them are merged into it."""
    return _flat(And, nodes)


def make_or(nodes: list[Node]) -> Node:
    """OR of some nodes (at least one); ORs among them are merged into it."""
    return _flat(Or, nodes)


def _flat(kind: type[And] | type[Or[Node]], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    children: list[Node] = []
    for node in nodes:
        children += node.children if isinstance(node, And | Or) and isinstance(node, kind) else [node]
    return kind(tuple(children))
