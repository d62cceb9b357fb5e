"""What a query wants of the articles that it found: which of its branches give marks, and which words these look for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property, partial
from itertools import chain
from typing import NamedTuple

from searchkit.analysis.words import LONGEST_WORD
from searchkit.query.nodes import (
    And,
    AtLeast,
    Fuzzy,
    Gap,
    Length,
    Near,
    Node,
    Not,
    NotNear,
    Or,
    Phrase,
    Present,
    Regex,
    Together,
    Weighted,
    Wildcard,
    Word,
    leaves,
)
from searchkit.results.forms import SingleWord
from searchkit.results.spotting import Sought
from searchkit.schema import SEARCHED

MOST_STEPS = 99
"""Positions between words up to which they are counted; paragraphs are further apart."""

FormsOf = Callable[[SingleWord, str], frozenset[str] | None]
"""The written forms of a word in a field (see `WrittenForms.of`)."""

Keep = Callable[[Hashable, Callable[[], "KeptPlan"]], "KeptPlan"]
"""Gives what is kept under a key, made when there is nothing."""
BYTES_A_FORM = 400
"""What a form takes of a plan, about."""
FEW_FORMS = 40
"""Plans of more are kept elsewhere."""
Run = tuple[frozenset[str], ...]
"""Words next to each other (a word alone is one), each by its written forms."""


class Plan(NamedTuple):
    """What is looked for in the texts of a field, and the runs of words that are marked there; `runs` is None where the
    tree has to tell what is marked. `only_words`: every word that is looked for is marked."""

    sought: Sought
    runs: tuple[Run, ...] | None
    only_words: bool = False


class KeptPlan:
    """A plan, or that there is none, and the bytes that it takes, about."""

    def __init__(self, plan: Plan | None) -> None:
        self.plan = plan
        self.nbytes = 1_000 + (BYTES_A_FORM * len(plan.sought.forms) if plan else 0)


class Wanted:
    """The part of a query that shows in its hits: `root` holds of every article that the query found.

    `forms_of` has to know all forms of these articles. `reach` is how many positions apart words still matter to each
    other. `branches` are nodes with places, all of which are marked wherever they stand, title and body apart; None where
    it depends on the whole article what is marked. `terms` are those of marked texts that were met before. Safe for many
    threads.
    """

    nbytes = 2 * FEW_FORMS * BYTES_A_FORM + 20_000
    """What one takes at most, about."""

    def __init__(self, root: Node, forms_of: FormsOf, language: str = "en", keep: Keep | None = None) -> None:
        """`keep(key, make)` keeps the plans of many forms, by the bytes that they take; without it all are kept here."""
        self._found_by, self._forms_of, self._language, self._keep = root, forms_of, language, keep
        self._plans: dict[str, Plan | None] = {}
        self._elsewhere: dict[str, Callable[[Callable[[], KeptPlan]], KeptPlan]] = {}
        self.terms: dict[str, frozenset[str]] = {}

    # Made when first asked for: of most hits only the ids are wanted.

    @cached_property
    def root(self) -> Node:
        return shown(self._found_by)

    @cached_property
    def reach(self) -> int:
        return _reach(self.root)

    @cached_property
    def branches(self) -> tuple[Node, ...] | None:
        return _branches(self.root)

    def plan(self, field: str) -> Plan | None:
        """The plan for a field, or None where its texts have to be read in full."""
        if field in self._plans:
            return self._plans[field]
        if field in self._elsewhere:
            return self._elsewhere[field](lambda: KeptPlan(self._make_plan(field))).plan
        plan = self._make_plan(field)
        if self._keep is None or plan is None or len(plan.sought.forms) <= FEW_FORMS:
            self._plans[field] = plan
        else:
            keep = self._elsewhere[field] = partial(self._keep, ("plan", self._found_by, field))
            keep(lambda: KeptPlan(plan))
        return plan

    def _make_plan(self, field: str) -> Plan | None:
        if self.reach > MOST_STEPS:
            return None
        runs: dict[Node, Run] = {}
        for leaf in chain.from_iterable(map(leaves, (self.root,) if self.branches is None else self.branches)):
            if getattr(leaf, "field", field) not in ("", field):
                continue
            if isinstance(leaf, Length | Present):
                return None
            run: list[frozenset[str]] = []
            for word in leaf.items if isinstance(leaf, Phrase) else (leaf,):
                if isinstance(word, Word | Wildcard | Fuzzy | Regex):
                    forms = self._forms_of(word, field)
                    if forms is None:
                        return None
                    run.append(forms)
            runs[leaf] = tuple(run)
        every: frozenset[str] = frozenset().union(*[forms for run in runs.values() for forms in run])
        if any(len(form) >= LONGEST_WORD for form in every):
            return None
        if self.branches is None or not all(map(_is_run, self.branches)):
            return Plan(Sought(every, self._language), None)
        marked = tuple([runs[node] for node in self.branches if node in runs])
        return Plan(Sought(every, self._language), marked, all(len(run) == 1 for run in marked))


def shown(root: Node) -> Node:
    """What of a query gives marks in the articles that it found, where all of it is known to hold.

    Slow twin: the query itself; both have the same marks in an article that it found.
    """
    match root:
        case Weighted(child, _):
            return shown(child)
        case AtLeast(_, Word() | Wildcard() as child):
            return child
        case And(children):
            parts = tuple(shown(child) for child in children if _gives_marks(child))
            return parts[0] if len(parts) == 1 else And(parts)
        case _:
            return root if _gives_marks(root) else And(())


def _gives_marks(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return any(map(_gives_marks, children))
        case Weighted(child, _) | AtLeast(_, child):
            return _gives_marks(child)
        case Word() | Wildcard() | Fuzzy() | Regex() | Phrase() | Near() | NotNear() | Together():
            return getattr(next(leaves(node)), "field", "") in ("", *SEARCHED)
        case _:
            return False


def _branches(node: Node, *, may_fail: bool = False) -> tuple[Node, ...] | None:
    """The nodes with places of a tree that holds, when their places are marked whatever else holds; None when not."""
    match node:
        case Word() | Wildcard() | Fuzzy() | Regex() | Phrase() | Near() | NotNear() | Together():
            return (node,)
        case Weighted(child, _):
            return _branches(child, may_fail=may_fail)
        case Or(children):
            parts = [_branches(child, may_fail=True) for child in children]
        case And(children) if not may_fail:
            parts = [_branches(child) for child in children]
        case _:
            return None if _gives_marks(node) else ()
    found = [part for part in parts if part is not None]
    return tuple([one for part in found for one in part]) if len(found) == len(parts) else None


def _is_run(node: Node) -> bool:
    """Whether a node is a word, or words next to each other."""
    return isinstance(node, Word | Wildcard | Fuzzy | Regex) or (
        isinstance(node, Phrase) and node.slop == 0 and not any(isinstance(item, Gap) for item in node.items)
    )


def _reach(node: Node) -> int:
    match node:
        case And(children) | Or(children):
            return max(map(_reach, children), default=1)
        case Not(child) | Weighted(child, _) | AtLeast(_, child):
            return _reach(child)
        case Near(left, right, distance) | NotNear(left, right, distance):
            return max(distance, _reach(left), _reach(right))
        case Phrase(items, slop):
            return len(items) - 1 + slop
        case Together():
            return MOST_STEPS + 1
        case _:
            return 1
