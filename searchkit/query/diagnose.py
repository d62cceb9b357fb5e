"""Diagnoses an answer that is empty or has few hits: what each clause finds, which words the index
spells otherwise, and which queries find more.

Engines say what they hold (`query.evidence`); all else is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Generic

from searchkit.diagnosis import ClauseDiagnosis, Correction, Diagnosis
from searchkit.model import FEW_HITS, SearchOptions
from searchkit.query.corrections import Corrector
from searchkit.query.evidence import Docs, Evidence
from searchkit.query.nodes import And, Dates, Leaf, Node, Not, Or, Phrase, Value, Weighted, Word, children_of
from searchkit.query.parse import Query, parse_with_options
from searchkit.query.rewriting import words_of
from searchkit.query.suggestions import find_suggestions

MAX_EXAMINED = 24
"""Clauses, words of phrases and operands that are examined, at most."""
MAX_VALUES = 5
"""Values of a field that a note names."""
_FIELDS_WITH_VALUES = ("lang", "source")
"""Fields with few values, so that a note can name the most frequent ones."""


def diagnose(query: Query, total: int, evidence: Evidence[Docs], options: SearchOptions, language: str) -> Diagnosis:
    """Diagnose a query that was searched with these options in an index of this language, and found
    `total` articles."""

    def reparse(text: str, literal: bool) -> Query:
        return parse_with_options(text, replace(options, literal=literal or options.literal), language)

    corrector = Corrector(evidence, language, query.root, total)
    examination = _Examination(evidence, corrector)
    clauses = examination.examine(query.root)
    limit_count = sum(1 for limit in (options.since, options.until) if limit)
    suggestions = find_suggestions(query, corrector, reparse, limit_count) if total <= FEW_HITS else ()
    return Diagnosis(
        query=query.text,
        parsed=str(query),
        total=total,
        clauses=clauses,
        suggestions=suggestions,
        first=examination.first,
        last=examination.last,
        unexamined=examination.unexamined,
    )


class _Context(Generic[Docs]):
    """What the rest of a query does to a part of it: of the articles of the part, those in
    `restricts` (None: all) are found; those in `adds` (None: no others) are found whatever the part
    finds."""

    def __init__(self, evidence: Evidence[Docs], restricts: Docs | None = None, adds: Docs | None = None) -> None:
        self._evidence, self._restricts, self._adds = evidence, restricts, adds

    def find(self, docs: Docs) -> Docs:
        """What the query finds if the part finds these."""
        found = docs if self._restricts is None else self._evidence.intersect(docs, self._restricts)
        return found if self._adds is None else self._evidence.unite(found, self._adds)

    def beside(self, others: Docs | None, *, any_of: bool) -> _Context[Docs]:
        """The context of one operand of an AND, or of an OR (`any_of`), whose other operands find
        `others` (None: there are none)."""
        if others is None:
            return self
        if any_of:
            return _Context(self._evidence, self._restricts, self.find(others))
        restricts = others if self._restricts is None else self._evidence.intersect(others, self._restricts)
        return _Context(self._evidence, restricts, self._adds)


class _Examination(Generic[Docs]):
    """Examines the clauses of one query, in all at most MAX_EXAMINED of them and their parts."""

    def __init__(self, evidence: Evidence[Docs], corrector: Corrector[Docs]) -> None:
        self._evidence, self._corrector = evidence, corrector
        self._examined = self.unexamined = 0
        self.first: datetime | None = None
        self.last: datetime | None = None

    def examine(self, root: Node) -> tuple[ClauseDiagnosis, ...]:
        """The clauses of a query: the operands of its AND, or the query itself."""
        context = _Context(self._evidence)
        return self._examine_operands(root, context) if isinstance(root, And) else self._examine_all([root], context)

    def _take(self, nodes: Sequence[Node]) -> Sequence[Node]:
        """The first nodes, as many as may still be examined."""
        taken = nodes[: MAX_EXAMINED - self._examined]
        self._examined += len(taken)
        self.unexamined += len(nodes) - len(taken)
        return taken

    def _examine_all(self, nodes: Sequence[Node], context: _Context[Docs] | None) -> tuple[ClauseDiagnosis, ...]:
        """Examine nodes of which none can be left out alone."""
        return tuple(self._examine(node, context, None) for node in self._take(nodes))

    def _examine_operands(self, node: And | Or[Node], context: _Context[Docs]) -> tuple[ClauseDiagnosis, ...]:
        """Examine the operands of an AND or OR. Only those of an AND restrict the answer, so that
        it may find more without one of them."""
        any_of = isinstance(node, Or)
        join = self._evidence.unite if any_of else self._evidence.intersect
        operands = node.children
        taken = self._take(operands)
        rest = [self._corrector.docs(type(node)(operands[len(taken) :]))] if len(taken) < len(operands) else []
        found = []
        for index, operand in enumerate(taken):
            others: Docs | None = None
            for docs in [*(self._corrector.docs(other) for other in (*taken[:index], *taken[index + 1 :])), *rest]:
                others = docs if others is None else join(others, docs)
            without = None if any_of or others is None else self._evidence.count(context.find(others))
            found.append(self._examine(operand, context.beside(others, any_of=any_of), without))
        return tuple(found)

    def _examine(self, node: Node, context: _Context[Docs] | None, without: int | None) -> ClauseDiagnosis:
        inner = node
        while isinstance(inner, Weighted):
            inner = inner.child
        total = self._corrector.count(node)
        corrections: tuple[Correction, ...] = ()
        if isinstance(inner, Leaf):
            found = self._corrector.corrections(inner, is_operand=context is None)
            corrections = tuple(Correction(str(one.node), one.total) for one in found)
        note = "" if total or corrections else self._note(inner)
        return ClauseDiagnosis(str(node), total, without, corrections, note, self._parts(inner, total, context))

    def _parts(self, node: Node, total: int, context: _Context[Docs] | None) -> tuple[ClauseDiagnosis, ...]:
        """The parts of a clause: the operands of an AND or OR, and, if it finds nothing, the words
        of a phrase and the operands of another operator. What a NOT excludes has none."""
        if isinstance(node, And | Or):
            return self._examine_all(node.children, None) if context is None else self._examine_operands(node, context)
        if total or isinstance(node, Not):
            return ()
        return self._examine_all(words_of(node) if isinstance(node, Phrase) else children_of(node), None)

    def _note(self, node: Node) -> str:
        """What else is known of a part that finds nothing."""
        if isinstance(node, Dates):
            return self._note_on_dates(node)
        if isinstance(node, Value | Word) and node.field in _FIELDS_WITH_VALUES:
            values = self._evidence.values(node.field)
            ordered = sorted(((total, value) for value, total in values.items() if value), key=lambda one: (-one[0], one[1]))
            named = ", ".join(f"{value} ({total:,})" for total, value in ordered[:MAX_VALUES])
            more = ", ..." if len(ordered) > MAX_VALUES else ""
            return f"there are {named}{more}" if named else f"no article has a {node.field}"
        return ""

    def _note_on_dates(self, node: Dates) -> str:
        span = self._evidence.date_span()
        if span is None:
            return "no article has a date"
        is_before = node.before is not None and not Dates(None, node.before).holds(span[0])
        is_after = node.since is not None and not Dates(node.since, None).holds(span[1])
        if node.is_empty or not (is_before or is_after):
            return ""
        self.first, self.last = span
        return f"the archive {'begins' if is_before else 'ends'} {span[not is_before].isoformat()[:10]}"
