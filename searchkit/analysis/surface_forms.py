"""Compares surface forms with a word typed with `=`, and with a pattern with wildcards."""

from __future__ import annotations

import re

from searchkit.analysis.normalize import fold, fold_accents, fold_case


def matches_surface_form(form: str, typed: str) -> bool:
    """Whether a surface form is what was typed. Case counts if `typed` has a capital, accents if
    it has one."""
    if fold(form) != fold(typed):
        return False
    cased = fold_case(typed) != typed
    accented = fold_accents(typed) != typed
    if not accented:
        form, typed = fold_accents(form), fold_accents(typed)
    if not cased:
        form, typed = fold_case(form), fold_case(typed)
    return form == typed


def wildcard_regex(pattern: str) -> re.Pattern[str]:
    """The regular expression of a folded pattern, for `fullmatch` of folded words or whole
    values."""
    pieces = [".*" if c == "*" else "." if c == "?" else re.escape(c) for c in re.sub(r"\*+", "*", pattern)]
    return re.compile("".join(pieces), re.DOTALL)
