"""Reading a query from left to right: operators, groups, fields and leaves, by recursive descent.

`parse` is the door to this; here stands the grammar.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from searchkit.analysis.characters import MARKS
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold, straighten
from searchkit.analysis.words import find_words
from searchkit.errors import QueryError
from searchkit.query import dates
from searchkit.query.nodes import (
    And,
    Dates,
    Everything,
    Gap,
    Length,
    Node,
    Not,
    Or,
    Phrase,
    Present,
    Undated,
    Value,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.schema import FIELDS, Kind

MOST_NODES = 1_000
"""Words, phrases, fields and groups that a query may have."""
DEEPEST = 50
"""Parentheses and NOTs that may stand inside each other."""
MOST_SLOP = 99
"""Other words that may stand inside a phrase; paragraphs are further apart."""
HEAVIEST = 1_000_000.0


_BLANK = re.compile(r"\s*")
_CHUNK = re.compile(r'[^\s()"]+')
_FIELD = re.compile(r"([A-Za-z][A-Za-z_]*):")
_WEIGHT = re.compile(r"\^(\d+(?:\.\d+)?)")
_WEIGHT_AT_END = re.compile(r"\^([^\^]*)$")
_SLOP = re.compile(r"~(\d*)")
_FUZZY = re.compile(r"[\w*?]~\d*$")
_NEAR = re.compile(r"(?:w|near|pre|adj|onear)/\d*", re.I)
_REGEX = re.compile(r"/\S+/(?=[\s)]|$)")
_AT_LEAST = re.compile(r"atleast\d*\(", re.I)
_PATTERN = re.compile(rf"[\w{MARKS}*?]+")
_NUMBER = re.compile(r"\d{1,9}")
_LATER = "is not understood by this version"
_QUOTED_HINT = "to search for it as words, put it in quotes"


@dataclass(slots=True)
class _Item:
    """An operand, how it was joined to the one before ("side", "and", "or"; "" for the first), and where it stands."""

    node: Node
    joined: str
    column: int
    typed: str = ""
    filler: bool = False


class QueryReader:
    """Reads one query, from left to right, by recursive descent over its characters."""

    def __init__(self, text: str, language: str, match_any: bool, exact: bool, clock: dates.Clock) -> None:
        self.original = text
        self.text = straighten(text)  # same length: columns stay true
        self.language, self.match_any, self.exact, self.clock = language, match_any, exact, clock
        self.at = 0
        self.nodes = 0
        self.left_out: list[str] = []

    def read(self) -> Node | None:
        node = self._level("", 0, -1)
        if self.at < len(self.text):
            raise self._error('a ")" without its "("', self.at)
        return node

    def _error(self, message: str, column: int, length: int = 1, hint: str = "") -> QueryError:
        return QueryError(message, self.original, column, length, hint)

    # One level: operands and operators up to the closing parenthesis or the end.

    def _level(self, inside: str, depth: int, opened: int) -> Node | None:
        if depth > DEEPEST:
            raise self._error(f"more than {DEEPEST} parentheses or NOTs inside each other", self.at)
        items: list[_Item] = []
        operator, operator_at = "", -1
        while True:
            self._skip_blank()
            if self.at >= len(self.text) or self.text[self.at] == ")":
                break
            start = self.at
            found = self._binary_operator()
            if found:
                if operator or not items:
                    raise self._error(f"{self.original[start : self.at]} needs a word on its left", start, self.at - start)
                operator, operator_at = found, start
                continue
            item = self._operand(inside, depth)
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

    def _no_operand(self, column: int) -> QueryError:
        sign = _CHUNK.match(self.text, column)
        length = len(sign[0]) if sign and sign[0] in ("AND", "OR", "NOT") else 1
        return self._error(f"{self.original[column : column + length]} needs a word on its right", column, length)

    def _join(self, items: list[_Item]) -> Node | None:
        kept: list[_Item] = []
        for place, item in enumerate(items):
            after = items[place + 1].joined if place + 1 < len(items) else ""
            beside = {item.joined, after} <= {"side", ""} and len(items) > 1
            lonely = item.joined == "" == after
            if item.filler and beside and not lonely and _stands_beside(items, place):
                self.left_out.append(item.typed)
                continue
            kept.append(item)
        if not kept:
            return None
        if not self.match_any:
            return _or([both(part) for part in _split(kept, ("or",))])
        # Beside words that are OR, what excludes and what only restricts (dates, lengths) still does.
        apart = [
            place
            for place, item in enumerate(kept)
            if isinstance(item.node, Not | Dates | Undated | Length)
            and {item.joined, kept[place + 1].joined if place + 1 < len(kept) else ""} <= {"side", ""}
        ]
        excluded = [kept[place].node for place in apart]
        wanted = [item for place, item in enumerate(kept) if place not in apart]
        parts = [_or([both(part) for part in _split(wanted, ("or", "side"))])] if wanted else []
        return both([*parts, *excluded])

    def _binary_operator(self) -> str:
        for sign, name in (("&&", "and"), ("||", "or"), ("&", "and"), ("|", "or")):
            if self.text.startswith(sign, self.at):
                self.at += len(sign)
                return name
        chunk = _CHUNK.match(self.text, self.at)
        if chunk and chunk[0] in ("AND", "OR"):
            self.at = chunk.end()
            return chunk[0].lower()
        return ""

    # One operand.

    def _operand(self, inside: str, depth: int) -> _Item | None:
        start = self.at
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._error(f"the query has more than {MOST_NODES} words, phrases and groups", start)
        negated = self._negation()
        if negated:
            self._skip_blank()
            if depth > DEEPEST:
                raise self._error(f"more than {DEEPEST} parentheses or NOTs inside each other", start)
            at_end = self.at >= len(self.text) or self.text[self.at] == ")"
            item = None if at_end or self._peek_binary() else self._operand(inside, depth + 1)
            if item is None:
                raise self._error(f"{negated} needs a word on its right", start, len(negated))
            return _Item(Not(item.node), "", start)
        return self._primary(inside, depth)

    def _peek_binary(self) -> bool:
        at = self.at
        found = self._binary_operator()
        self.at = at
        return bool(found)

    def _negation(self) -> str:
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
        chunk = _CHUNK.match(self.text, self.at)
        if chunk and chunk[0] == "NOT":
            self.at = chunk.end()
            return "NOT"
        return ""

    def _primary(self, inside: str, depth: int) -> _Item | None:
        start = self.at
        character = self.text[start]
        if character == "(":
            return self._group(inside, depth)
        if character == '"':
            return self._quoted(inside, start)
        if character == "=" and self.text.startswith('="', start):
            self.at += 1
            return self._quoted(inside, start, exact=True)
        self._refuse_later(start)
        chunk = _CHUNK.match(self.text, start)
        if chunk is None:  # pragma: no cover  (blank, parentheses and quotes are all met above)
            raise self._error("nothing can be read here", start)
        name = _FIELD.match(chunk[0])
        if name is None:
            self.at = chunk.end()
            return self._bare(inside, start, chunk[0])
        return self._field(inside, depth, start, name)

    def _group(self, inside: str, depth: int) -> _Item | None:
        opened = self.at
        self.at += 1
        node = self._level(inside, depth + 1, opened)
        self.at += 1
        if node is None:
            return None
        if self.text.startswith("~", self.at):
            raise self._error("~ goes with a phrase in quotes", self.at)
        return _Item(self._weighted(node), "", opened)

    def _field(self, inside: str, depth: int, start: int, name: re.Match[str]) -> _Item | None:
        typed = name[1]
        field_name = typed.lower()
        if field_name not in FIELDS:
            close = difflib.get_close_matches(field_name, FIELDS, 1, 0.6)
            hint = f"did you mean {close[0]}?" if close else _QUOTED_HINT
            raise self._error(f'unknown field "{typed}"', start, len(typed), hint)
        if inside:
            raise self._error(f"a field ({field_name}:) inside a field ({inside}:)", start, len(name[0]))
        self.at = start + len(name[0])
        following = self.text[self.at : self.at + 1]
        if following == "(":
            return self._group(field_name, depth)
        if following == '"':
            return self._quoted(field_name, start)
        if following == "=" and self.text.startswith('="', self.at):
            self.at += 1
            return self._quoted(field_name, start, exact=True)
        if following in ("[", "{") and FIELDS[field_name].kind is Kind.DATE:
            closing = re.compile(r"[\]}]").search(self.text, self.at)
            if closing is None:
                raise self._error("a range of dates without its ] or }", self.at)
            text, begun = self.text[self.at : closing.end()], self.at
            self.at = closing.end()
            return _Item(self._weighted(self._date(field_name, text, begun)), "", start)
        chunk = _CHUNK.match(self.text, self.at)
        if chunk is None:
            raise self._error(f"{field_name}: needs a word right after the colon", start, len(name[0]))
        self.at = chunk.end()
        return self._bare(field_name, chunk.start(), chunk[0], start)

    # Leaves.

    def _bare(self, name: str, column: int, chunk: str, start: int | None = None) -> _Item | None:
        weight: float | None = None
        kind = FIELDS[name].kind if name else Kind.TEXT
        if kind is not Kind.VALUE:
            found = _WEIGHT_AT_END.search(chunk)
            if found:
                weight = self._weight(found[1], column + found.start(), len(found[0]))
                chunk = chunk[: found.start()]
        if kind in (Kind.TEXT, Kind.WORDS) and _FUZZY.search(chunk):
            raise self._error(f"a word with ~ (fuzzy) {_LATER}", column, len(chunk), _QUOTED_HINT)
        node = self._leaf(name, chunk, column, quoted=False)
        if node is None:
            if name or weight is not None:
                raise self._error("no word stands here", column, len(chunk))
            return None
        if weight is not None:
            node = Weighted(node, weight)
        filler = isinstance(node, Word) and not name and not node.exact and self._is_filler(node, chunk)
        return _Item(node, "", column if start is None else start, chunk, filler)

    def _is_filler(self, word: Word, typed: str) -> bool:
        capitals = word.text.isupper()
        dotted = "." in typed.strip(".")
        return not capitals and not dotted and is_function_word(fold(word.text), self.language)

    def _quoted(self, name: str, start: int, *, exact: bool = False) -> _Item:
        opened = self.at
        closed = self.text.find('"', opened + 1)
        if closed < 0:
            raise self._error("a quote without its closing one", opened)
        self.at = closed + 1
        text = self.text[opened + 1 : closed]
        node = self._leaf(name, text, opened + 1, quoted=True, exact=exact)
        if node is None:
            raise self._error("no word stands between the quotes", opened, self.at - opened)
        slop = _SLOP.match(self.text, self.at)
        if slop:
            if not isinstance(node, Phrase):
                raise self._error("~ after quotes needs a phrase of several words", self.at, len(slop[0]))
            if not slop[1]:
                raise self._error('~ after a phrase needs a number: "peace talks"~3', self.at)
            if len(slop[1]) > 6 or int(slop[1]) > MOST_SLOP:
                raise self._error(f"at most {MOST_SLOP} other words may stand inside a phrase", self.at, len(slop[0]))
            node = Phrase(node.items, int(slop[1]), node.field)
            self.at = slop.end()
        return _Item(self._weighted(node), "", start)

    def _leaf(self, name: str, text: str, column: int, *, quoted: bool, exact: bool = False) -> Node | None:
        kind = FIELDS[name].kind if name else Kind.TEXT
        if kind is Kind.DATE:
            return self._date(name, text, column)
        if kind is Kind.NUMBER:
            return self._length(text, column)
        if kind is Kind.VALUE:
            written = self.original[column : column + len(text)]
            if not quoted and set(written) == {"*"}:
                return Present(name)
            if not written.strip():
                return None
            return ValuePattern(written, name) if not quoted and set("*?") & set(written) else Value(written, name)
        return self._words(name, text, column, quoted=quoted, exact=exact)

    def _words(self, name: str, text: str, column: int, *, quoted: bool, exact: bool) -> Node | None:
        items: list[Word | Wildcard | Gap] = []
        in_text = not name or FIELDS[name].kind is Kind.TEXT
        for run in re.finditer(r"\S+", text):
            written, at = run[0], column + run.start()
            equals = written.startswith("=")
            if equals and not in_text:
                raise self._error(f"= works in title and body, not in {name}:", at)
            as_written = in_text and (exact or equals or self.exact)
            written = written[1:] if equals else written
            if not set("*?") & set(written):
                items += [Word(form, name, as_written) for form in find_words(written).forms]
                continue
            if exact or equals:
                raise self._error("= takes a word as written, without wildcards", at, len(run[0]))
            for piece in _PATTERN.findall(written):
                if set(piece) == {"*"}:
                    items.append(Gap())
                elif set("*?") & set(piece):
                    items.append(Wildcard(re.sub(r"\*+", "*", fold(piece)), name))
                else:
                    items += [Word(form, name, as_written) for form in find_words(piece).forms]
        if len(items) == 1:
            only = items[0]
            if not isinstance(only, Gap):
                return only
            if quoted:
                raise self._error("a * in quotes stands for a word between two others", column, len(text))
            return Present(name) if name else Everything()
        if not items:
            return None
        if isinstance(items[0], Gap) or isinstance(items[-1], Gap):
            raise self._error("a * in a phrase stands for a word between two others", column, len(text))
        self.nodes += len(items)
        if self.nodes > MOST_NODES:
            raise self._error(f"the query has more than {MOST_NODES} words, phrases and groups", column)
        return Phrase(tuple(_without_field(item) for item in items), 0, name)

    def _date(self, name: str, text: str, column: int) -> Node:
        try:
            return dates.parse_dates(text, self.clock) if name == "date" else bound(name, text, self.clock)
        except dates.BadDate as error:
            raise self._error(str(error), column, len(text), f"expected {dates.FORMS}") from None

    def _length(self, text: str, column: int) -> Node:
        sign = next((sign for sign in (">=", "<=", ">", "<") if text.startswith(sign)), "")
        low, dots, high = text[len(sign) :].partition("..")
        numbers = [number for number in (low, high) if number]
        if not all(_NUMBER.fullmatch(number) for number in numbers) or not numbers or (sign and dots):
            raise self._error(
                f'"{text}" is no number of words',
                column,
                len(text),
                "expected words:>800, words:<=200 or words:100..200",
            )
        if dots:
            least, most = (int(low) if low else None), (int(high) if high else None)
            if least is not None and most is not None and least > most:
                raise self._error("the range ends before it begins", column, len(text))
            return Length(least, most)
        number = int(low)
        if sign in ("<", "<="):
            return Length(None, number - (sign == "<"))
        return Length(number + (sign == ">"), None) if sign else Length(number, number)

    # Weights, blanks, and what comes later.

    def _weighted(self, node: Node) -> Node:
        found = _WEIGHT.match(self.text, self.at)
        if found is None:
            if self.text.startswith("^", self.at):
                raise self._error("a weight is a number: word^2", self.at)
            return node
        self.at = found.end()
        return Weighted(node, self._weight(found[1], found.start(), len(found[0])))

    def _weight(self, text: str, column: int, length: int) -> float:
        if not re.fullmatch(r"\d{1,20}(?:\.\d{1,20})?", text) or not 0 < float(text) <= HEAVIEST:
            raise self._error(f"a weight is a number above 0 and up to {HEAVIEST:,.0f}: word^2", column, length)
        return float(text)

    def _skip_blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        if found:
            self.at = found.end()

    def _refuse_later(self, start: int) -> None:
        """Operators of later versions are errors, never silently words."""
        regex = _REGEX.match(self.text, start)
        if regex:
            raise self._error(f"a regular expression {_LATER}", start, len(regex[0]), _QUOTED_HINT)
        at_least = _AT_LEAST.match(self.text, start)
        if at_least:
            raise self._error(f"atleast(...) {_LATER}", start, len(at_least[0]), _QUOTED_HINT)
        chunk = _CHUNK.match(self.text, start)
        if chunk and (_NEAR.fullmatch(chunk[0]) or chunk[0].lower() in ("/s", "/p")):
            raise self._error(f"{chunk[0]} {_LATER}", start, len(chunk[0]), _QUOTED_HINT)


def _without_field(item: Word | Wildcard | Gap) -> Word | Wildcard | Gap:
    if isinstance(item, Word):
        return Word(item.text, "", item.exact)
    return Wildcard(item.pattern) if isinstance(item, Wildcard) else item


def _stands_beside(items: list[_Item], place: int) -> bool:
    """Whether the item has a neighbour that it was joined to by standing beside it."""
    return items[place].joined == "side" or (place + 1 < len(items) and items[place + 1].joined == "side")


def _split(items: list[_Item], joints: tuple[str, ...]) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for item in items:
        if item.joined in joints and parts[-1]:
            parts.append([])
        parts[-1].append(item.node)
    return [part for part in parts if part]


def both(nodes: list[Node]) -> Node:
    return _flat(And, nodes)


def _or(nodes: list[Node]) -> Node:
    return _flat(Or, nodes)


def _flat(kind: type[And] | type[Or], nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    children: list[Node] = []
    for node in nodes:
        children += node.children if isinstance(node, And | Or) and isinstance(node, kind) else [node]
    return kind(tuple(children))


def bound(name: str, text: str, clock: dates.Clock) -> Node:
    """The dates from one on ("since") or up to and with one ("until"). Raises dates.BadDate."""
    span = dates.parse_span(text, clock)
    return Dates(since=span.since) if name == "since" else Dates(before=span.before)
