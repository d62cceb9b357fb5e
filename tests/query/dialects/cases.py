"""What the tests of all dialects share."""

from __future__ import annotations

from searchkit import translate
from searchkit.query import parse

Case = tuple[str, str, tuple[str, ...]]
"""A query of another system, ours for it, and what its warnings say, in order."""


def check(case: Case, dialect: str) -> None:
    """The translation is as expected, and has the tree of the query that was written by hand."""
    theirs, ours, warnings = case
    found = translate(theirs, dialect)
    assert found.query == ours
    assert found.dialect == dialect
    assert len(found.warnings) == len(warnings), found.warnings
    for expected, warning in zip(warnings, found.warnings, strict=True):
        assert expected in warning
    tree = parse(found.query)
    assert parse(str(tree)) == tree
