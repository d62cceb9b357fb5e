"""What a query wants of the articles that it found: which of its branches give marks, and which words these look for."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import cached_property, partial
from typing import NamedTuple

from searchkit.analysis.tokenizer import LONGEST_WORD
from searchkit.query.nodes import Node, SingleWord
from searchkit.query.operators import ANY_REACH, Operator, SpanOperator, operator_of
from searchkit.results.spotting import Sought

FormsOf = Callable[[SingleWord, str], frozenset[str] | None]
"""The surface forms of a word in a field (see `WrittenForms.of`)."""

Keep = Callable[[Hashable, Callable[[], "KeptPlan"]], "KeptPlan"]
"""Gives what is kept under a key, made when there is nothing."""
BYTES_A_FORM = 400
"""What a form takes of a plan, about."""
FEW_FORMS = 40
"""Plans of more are kept elsewhere."""
Run = tuple[frozenset[str], ...]
"""Words next to each other (a word alone is one), each by its surface forms."""


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
    """The part of a query that shows in its hits: `root` matches every article that the query found (None: nothing shows).

    `forms_of` has to know all forms of these articles. `reach` is how many positions apart words still matter to each
    other. `branches` are the operators all whose spans are marked wherever they stand, title and body apart; None where
    it depends on the whole article what is marked. Safe for many threads.
    """

    nbytes = 2 * FEW_FORMS * BYTES_A_FORM + 20_000
    """What one takes at most, about."""

    def __init__(self, root: Node, forms_of: FormsOf, keep: Keep | None = None) -> None:
        """`keep(key, make)` keeps the plans of many forms, by the bytes that they take; without it all are kept here."""
        self._found_by, self._forms_of, self._keep = root, forms_of, keep
        self._plans: dict[str, Plan | None] = {}
        self._elsewhere: dict[str, Callable[[Callable[[], KeptPlan]], KeptPlan]] = {}
        self._terms: dict[str, dict[str, frozenset[str]]] = {}

    def known_terms(self, language: str) -> dict[str, frozenset[str]]:
        """The terms of marked texts that were met before in articles of a language; to be added to."""
        return self._terms.setdefault(language, {})

    # Made when first asked for: of most hits only the ids are wanted.

    @cached_property
    def root(self) -> Operator | None:
        return operator_of(self._found_by).shown()

    @cached_property
    def reach(self) -> int:
        return 1 if self.root is None else self.root.reach

    @cached_property
    def branches(self) -> tuple[SpanOperator, ...] | None:
        return () if self.root is None else self.root.branches()

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
        if self.reach >= ANY_REACH:
            return None
        forms: dict[SingleWord, frozenset[str]] = {}
        for operator in (self.root,) if self.branches is None else self.branches:
            words = () if operator is None else operator.words_in(field)
            if words is None:
                return None
            for word in words:
                of_word = self._forms_of(word, field)
                if of_word is None:
                    return None
                forms[word] = of_word
        every: frozenset[str] = frozenset().union(*forms.values())
        if any(len(form) >= LONGEST_WORD for form in every):
            return None
        runs = None if self.branches is None else [branch.run for branch in self.branches if branch.field in ("", field)]
        if runs is None or None in runs:
            return Plan(Sought(every), None)
        marked = tuple([tuple([forms[word] for word in run]) for run in runs if run is not None])
        return Plan(Sought(every), marked, all(len(run) == 1 for run in marked))
