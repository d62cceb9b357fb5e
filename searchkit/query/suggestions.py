"""Suggests queries that find more than a query that finds nothing, or next to nothing.

Each is tried before it is suggested, as the text that would be typed, with the same options.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product
from typing import Generic

from searchkit.diagnosis import Suggestion, SuggestionKind
from searchkit.errors import QueryError
from searchkit.query.corrections import Corrector
from searchkit.query.evidence import Docs
from searchkit.query.joining import make_and
from searchkit.query.nodes import And, Filter, Leaf, Node, Not, Or, Phrase, Weighted, Word, children_of
from searchkit.query.operands import OperandError
from searchkit.query.parse import Query
from searchkit.query.rewriting import rewrite, words_of

Reparse = Callable[[str, bool], Query]
"""Parses a text with the options of the search, and with `literal` or not. Raises QueryError."""

MAX_TRIED = 6
"""Combinations of corrections that are tried."""
MAX_CORRECTED = 4
"""Parts of a query that are corrected together."""
MAX_LOOKED_UP = 24
"""Parts of a query that may be corrected, and are looked up."""
_LOWER_OPERATOR = re.compile(r"(?<!\S)(and|or|not)(?=\s+\S)")
_SYNTAX = re.compile(r"[^\w\s,.;']|\b(?:AND|OR|NOT)\b")
"""What `literal` would read otherwise."""


def find_suggestions(query: Query, corrector: Corrector[Docs], reparse: Reparse, limit_count: int) -> tuple[Suggestion, ...]:
    """Queries that find more. For a query that finds something: only corrected spellings of words
    that are likely misspelled all the same.

    The last `limit_count` clauses are the limits that options set (`since` and `until`).
    """
    trial = _Trial(query, corrector, reparse, limit_count)
    trial.correct_spelling()
    if not trial.total:
        trial.write_operators_in_capitals()
        trial.leave_out_quotes()
        if not trial.found:
            trial.read_literally()
        if not trial.found:
            trial.leave_out_what_finds_nothing()
    return tuple(trial.found)


class _Trial(Generic[Docs]):
    """Tries other queries, and keeps those that find more."""

    def __init__(self, query: Query, corrector: Corrector[Docs], reparse: Reparse, limit_count: int) -> None:
        self._query, self._corrector, self._reparse, self._limit_count = query, corrector, reparse, limit_count
        self.total = corrector.count(query.root)
        self.found: list[Suggestion] = []
        self._tried = {query.root}
        self._corrections: dict[Node, list[Node]] = {}

    def _try(self, kind: SuggestionKind, texts: Sequence[str], expected: Node | None = None, literal: bool = False) -> bool:
        """Suggest the first of some texts that is read as expected, or else the last one if it
        finds as much, provided that it finds more than the query."""
        for index, text in enumerate(texts, 1):
            try:
                root = self._reparse(text, literal).root
            except QueryError:
                continue
            if expected is not None and root != expected and index < len(texts):
                continue
            if root in self._tried:
                return False
            self._tried.add(root)
            total = self._corrector.count(root)
            if expected is not None and total != self._corrector.count(expected):
                return False
            if total > self.total:
                self.found.append(Suggestion(kind, text, total, literal))
            return total > self.total
        return False

    def correct_spelling(self) -> None:
        """Replace all parts that have corrections, each by the likeliest; if that finds nothing, by
        others."""
        corrections = self._corrections
        for node, is_operand in islice(_corrigible(self._query.root), MAX_LOOKED_UP):
            if node not in corrections and len(corrections) < MAX_CORRECTED:
                found = self._corrector.corrections(node, is_operand=is_operand)
                if found:
                    corrections[node] = [one.node for one in found]
        if not corrections or self._has_hopeless_clause():
            return
        nodes = list(corrections)
        for chosen in islice(product(*corrections.values()), MAX_TRIED):
            replacements = dict(zip(nodes, chosen, strict=True))
            root = self._rewrite(partial(_replace, replacements))
            if root is not None and self._try(
                "spelling", [*_retyped(self._query.text, replacements), *self._texts(root)], root
            ):
                return

    def _has_hopeless_clause(self) -> bool:
        """Whether a clause finds nothing and has no corrections."""
        root = self._query.root
        return isinstance(root, And) and any(
            not self._corrector.count(clause) and not any(node in self._corrections for node, _ in _corrigible(clause))
            for clause in root.children
        )

    def _rewrite(self, change: Callable[[Node], Node | None]) -> Node | None:
        try:
            return rewrite(self._query.root, change)
        except OperandError:
            return None

    def _texts(self, root: Node) -> list[str]:
        """The text of a query without the limits of options: with its clauses side by side, as
        people type them and as `literal` reads them, and with AND between them."""
        clauses = root.children if isinstance(root, And) else (root,)
        typed = clauses[: len(clauses) - self._limit_count] if self._limit_count else clauses
        side_by_side = " ".join(
            f"({clause})" if isinstance(clause, Or) and len(typed) > 1 else str(clause) for clause in typed
        )
        return [side_by_side, str(make_and(list(typed)))] if typed else []

    def write_operators_in_capitals(self) -> None:
        """Read `or`, `and` and `not` as operators."""
        pieces = self._query.text.split('"')
        pieces[::2] = [_LOWER_OPERATOR.sub(lambda found: found[0].upper(), piece) for piece in pieces[::2]]
        text = '"'.join(pieces)
        if text != self._query.text:
            self._try("capitals", [text])

    def read_literally(self) -> None:
        """Read all signs as parts of words."""
        if _SYNTAX.search(self._query.text):
            self._try("literal", [self._query.text], literal=True)

    def leave_out_quotes(self) -> None:
        """Ask for the words of phrases that find nothing, wherever they stand."""

        def change(node: Node) -> Node:
            if not isinstance(node, Phrase) or self._corrector.count(node):
                return node
            return And(words_of(node))

        root = self._rewrite(change)
        if root is not None and root != self._query.root:
            unquoted = self._query.text.replace('"', "")
            self._try("without quotes", [unquoted, *self._texts(root)], root)

    def leave_out_what_finds_nothing(self) -> None:
        """Correct what can be corrected, and leave out all clauses that still find nothing.

        Without corrections, and for one clause, the diagnosis of that clause says as much.
        """
        likeliest = {node: found[0] for node, found in self._corrections.items()}
        root = self._rewrite(partial(_replace, likeliest))
        if not isinstance(root, And):
            return
        kept = [clause for clause in root.children if self._corrector.count(clause)]
        left_out = len(root.children) - len(kept)
        if any(not isinstance(clause, Not | Filter) for clause in kept) and (left_out > 1 or (left_out and likeliest)):
            rest = make_and(kept)
            self._try("without", self._texts(rest), rest)


def _replace(replacements: Mapping[Node, Node], node: Node) -> Node:
    return replacements.get(node, node)


def _corrigible(node: Node, *, is_operand: bool = False) -> Iterator[tuple[Node, bool]]:
    """The leaves that may be corrected, and the words of phrases; and whether each is an operand,
    which stays in its field. What is excluded has none."""
    if isinstance(node, Not):
        return
    if isinstance(node, Leaf):
        yield node, is_operand
    if isinstance(node, Phrase):
        for word in words_of(node):
            yield word, True
    for child in children_of(node):
        yield from _corrigible(child, is_operand=is_operand or not isinstance(node, And | Or | Weighted))


def _retyped(text: str, replacements: Mapping[Node, Node]) -> list[str]:
    """The text of a query with parts replaced where they stand as words: with phrases in quotes,
    and without, as they stand in other quotes."""
    found = []
    for bare in (False, True):
        retyped = text
        for old, new in replacements.items():
            typed, written = _words_as_typed(old), _words_as_typed(new)
            if getattr(old, "field", "") != getattr(new, "field", ""):
                typed, written = str(old), str(new)
            elif isinstance(new, Phrase) and not bare:
                written = f'"{written}"'
            retyped = written.join(re.split(rf"(?<!\w){re.escape(typed)}(?!\w)", retyped))
        if retyped != text and retyped not in found:
            found.append(retyped)
    return found


def _words_as_typed(node: Node) -> str:
    """The words of a leaf without its field, which may stand before it or around it."""
    if isinstance(node, Word):
        return node.text
    if isinstance(node, Phrase):
        return " ".join(map(_words_as_typed, words_of(node)))
    return str(node).removeprefix(f"{getattr(node, 'field', '')}:")
