"""Parses a dialect by the precedence of its operators, which is a table in the dialect's module.

Top-down operator precedence (V. Pratt, 1973): an operand, then operators as long as they bind
tighter than what stands before the operand.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar

from searchkit.frozen import frozen
from searchkit.query.dialects.builder import Builder, FieldTable
from searchkit.query.dialects.tree import Not, Tree
from searchkit.query.parser import MAX_NESTING
from searchkit.schema import FIELDS


@frozen
class Lexeme:
    """A piece of a query: "(", ")", a quoted text ("quoted", without its quotes) or a "word", and
    where it stands."""

    kind: str
    text: str
    start: int
    end: int


@frozen
class Operator:
    """An operator between two operands: what it does, how tightly it binds (greater is tighter),
    and how it was typed.

    `name` is and, or, not (the left without the right), beside (a phrase), side (AND where nothing
    was typed), or one of `w pre "not w" /s /p` with a `distance`.
    """

    name: str
    power: float
    typed: str = ""
    column: int = 0
    distance: int = 0
    lexemes: int = 1
    """How many lexemes it takes; 0 where nothing was typed."""


class DialectParser(Builder):
    """Parses one query, once. A dialect defines its lexemes, operators and what may begin an
    operand."""

    opening: ClassVar[str] = "("
    closing: ClassVar[str] = ")"
    word_pattern: ClassVar[str] = r'[^\s()"]+'
    system: ClassVar[str] = ""
    excluding: ClassVar[str] = "NOT"
    field_form: ClassVar[str] = ""
    fields: ClassVar[FieldTable] = {}
    not_power: ClassVar[float] = 0
    """How tightly a NOT before an operand binds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.lexemes: list[Lexeme] = []
        self.at = 0
        self.depth = 0

    # What a dialect defines.

    @abstractmethod
    def operator(self, index: int) -> Operator | None:
        """The operator that begins at a lexeme (a word), or None."""

    @abstractmethod
    def between(self) -> Operator:
        """The operator where nothing stands between two operands."""

    def special(self, lexeme: Lexeme) -> tuple[Tree | None] | None:
        """An operand that begins with a word and is more than it: a field, a date. It has been
        passed then. None where it is a word like any other."""
        return None

    def is_negation(self, lexeme: Lexeme) -> bool:
        """Whether a word before an operand negates it."""
        return lexeme.kind == "word" and lexeme.text.lower() == "not"

    def begins_special(self, index: int) -> bool:
        """Whether a lexeme that could be an operator begins an operand here."""
        return False

    # The parser.

    def read(self) -> Tree | None:
        """The tree of the query; None where it holds no words."""
        self.lexemes = self.scan()
        tree = self.expression(-1)
        if self.at < len(self.lexemes):
            found = self.lexemes[self.at]
            raise self.error(f'a "{found.text}" without its opening one', found.start)
        return tree

    def scan(self) -> list[Lexeme]:
        """The lexemes of the query. Raises QueryError for a quote without its closing one."""
        quoted = r'(?P<quoted>"(?P<inside>[^"]*)(?P<closed>"?))'
        pattern = re.compile(rf"\s+|{quoted}|(?P<word>{self.word_pattern})|(?P<sign>.)", re.S)
        found = []
        for match in pattern.finditer(self.text):
            if match["quoted"] is not None:
                if not match["closed"]:
                    raise self.error("a quote without its closing one", match.start())
                found.append(Lexeme("quoted", match["inside"], match.start(), match.end()))
            elif match["word"] is not None:
                found.append(Lexeme("word", match["word"], match.start(), match.end()))
            elif match["sign"] is not None:
                sign = match["sign"]
                kind = "(" if sign in self.opening else ")" if sign in self.closing else "word"
                found.append(Lexeme(kind, sign, match.start(), match.end()))
        return found

    def peek(self, ahead: int = 0) -> Lexeme | None:
        """The lexeme that comes next, or after some more; None behind the end."""
        index = self.at + ahead
        return self.lexemes[index] if index < len(self.lexemes) else None

    def expression(self, limit: float) -> Tree | None:
        """An operand and all operators that bind tighter than `limit`."""
        left = self.operand()
        while (following := self.peek()) is not None and following.kind != ")":
            operator = self.operator(self.at) if following.kind == "word" and not self.begins_special(self.at) else None
            operator = operator or self.between()
            if operator.power <= limit:
                break
            self.at += operator.lexemes
            if operator.lexemes and self.postfix(operator):
                left = self.after(operator, left)
                continue
            self.check_right(operator)
            left = self.join(operator, left, self.expression(operator.power))
        return left

    def postfix(self, operator: Operator) -> bool:
        """Whether an operator has no operand on its right."""
        return False

    def after(self, operator: Operator, left: Tree | None) -> Tree | None:
        """What a postfix operator makes of its operand."""
        raise NotImplementedError

    def check_right(self, operator: Operator) -> None:
        """Raise QueryError where no operand can follow an operator that was typed."""
        following = self.peek()
        if operator.lexemes and (following is None or following.kind == ")"):
            raise self.error(f"{operator.typed} needs a word on its right", operator.column, len(operator.typed))

    def join(self, operator: Operator, left: Tree | None, right: Tree | None) -> Tree | None:
        """The tree of an operator and its operands; one without words is left out."""
        name = operator.name
        if name in ("and", "side"):
            return self.all_of([left, right], side_by_side=name == "side")
        if name == "or":
            return self.any_of([left, right])
        if name == "not":
            return left if right is None else self.all_of([left, Not(right)])
        if name == "beside":
            return self.beside(left, right)
        return self.near(left, right, name, operator.distance, operator.typed)

    def operand(self) -> Tree | None:
        """A word, a quoted phrase, a group, a negation, or what is special in the dialect."""
        lexeme = self.peek()
        if lexeme is None:
            return None
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(f"more than {MAX_NESTING} parentheses and NOTs inside each other", lexeme.start)
        try:
            return self._operand(lexeme)
        finally:
            self.depth -= 1

    def _operand(self, lexeme: Lexeme) -> Tree | None:
        if lexeme.kind == ")":
            if self.at == 0 or self.lexemes[self.at - 1].kind != "(":
                raise self.error(f'a "{lexeme.text}" without its opening one', lexeme.start)
            return None
        if lexeme.kind == "(":
            return self.group()
        if lexeme.kind == "quoted":
            self.at += 1
            return self.quoted_operand(lexeme)
        if self.is_negation(lexeme) and not self.begins_special(self.at):
            self.at += 1
            if self.peek() is None or self.lexemes[self.at].kind == ")":
                raise self.error(f"{lexeme.text} needs a word on its right", lexeme.start, len(lexeme.text))
            child = self.expression(self.not_power)
            return None if child is None else Not(child)
        found = self.special(lexeme)
        if found is not None:
            return found[0]
        operator = self.operator(self.at)
        if operator is not None:
            raise self.error(f"{operator.typed} needs a word on its left", operator.column, len(operator.typed))
        self.at += 1
        return self.word_operand(lexeme)

    def word_operand(self, lexeme: Lexeme) -> Tree | None:
        """A word that is nothing else. A warning says so where it means more in other systems."""
        text = lexeme.text
        field = re.match(r"([A-Za-z]+):[^\s/]", text)
        if text[0] in "-!+" and re.match(r"[-!+][^\W\d_]", text):
            self.warn(f"{text}: {text[0]} is no sign of {self.system}; read as a word ({self.excluding} excludes)")
        elif re.fullmatch(r"(?i)(?:adj|near|w|pre)/?\d+|(?:near|[wnp])/\w*|/\w+", text):
            self.warn(f"{text} is no operator of {self.system}; read as a word")
        elif field and (field[1].lower() in FIELDS or field[1].lower() in self.fields):
            self.warn(f"{text}: fields of {self.system} are written {self.field_form}; read as words")
        return self.word(text)

    def quoted_operand(self, lexeme: Lexeme) -> Tree | None:
        """What stands in quotes."""
        found = self.quoted(lexeme.text)
        if found is None:
            self.warn(f'"{lexeme.text}" holds no word; it was left out')
        return found

    def group(self) -> Tree | None:
        """What stands in parentheses, which come next."""
        opened = self.lexemes[self.at]
        self.at += 1
        tree = self.expression(-1)
        closed = self.peek()
        if closed is None:
            raise self.error(f'a "{opened.text}" without its closing one', opened.start)
        if closed.kind != ")":  # pragma: no cover  (an expression ends there, or at the end)
            raise self.error("nothing can be read here", closed.start)
        if tree is None and self.at - 1 >= 0 and self.lexemes[self.at - 1] is opened:
            raise self.error("nothing stands between the parentheses", opened.start, closed.end - opened.start)
        self.at += 1
        return tree

    def raw_group(self) -> tuple[str, int]:
        """The text between parentheses, which come next, and its column; passes them."""
        opened = self.lexemes[self.at]
        depth = 0
        while (lexeme := self.peek()) is not None:
            self.at += 1
            depth += (lexeme.kind == "(") - (lexeme.kind == ")")
            if depth == 0:
                return self.text[opened.end : lexeme.start], opened.end
        raise self.error(f'a "{opened.text}" without its closing one', opened.start)
