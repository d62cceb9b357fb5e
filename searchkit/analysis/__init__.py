"""Turns text into terms and positions, in the same way for the index and for queries.

Useful for: everything that compares words. Not useful for: which of them a query asks for, or how
they are stored.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from searchkit.analysis.analyzer import ANALYSIS_VERSION, LANGUAGES, Analyzer, languages, snowball_version
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold, normalize, straighten
from searchkit.analysis.sentences import find_sentences, first_sentence, sentence_starts
from searchkit.analysis.spans import (
    LEDE_WORDS,
    Span,
    covering_spans,
    lede_end,
    near_pairs,
    near_spans,
    not_near_spans,
    paragraph_starts,
    phrase_spans,
    same_unit_pairs,
    same_unit_spans,
    union_spans,
    unit_numbers,
)
from searchkit.analysis.surface_forms import matches_surface_form, wildcard_regex
from searchkit.analysis.tokenizer import (
    PARAGRAPH_GAP,
    Tokens,
    is_divided,
    surface_form,
    tokenize,
    tokenize_pattern,
    without_hyphen,
)

if TYPE_CHECKING:
    from searchkit.analysis.automaton import Automaton, compile_pattern
    from searchkit.analysis.edit_distance import within_edits
    from searchkit.analysis.patterns import PatternError, Piece, read_pattern
    from searchkit.analysis.quotations import find_quotations, quoted_words

_LATE = {
    "Automaton": "automaton",
    "compile_pattern": "automaton",
    "PatternError": "patterns",
    "Piece": "patterns",
    "read_pattern": "patterns",
    "find_quotations": "quotations",
    "quoted_words": "quotations",
    "within_edits": "edit_distance",
}
"""Names that few queries need, and their modules, which are imported when a name is used."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"searchkit.analysis.{_LATE[name]}"), name)


__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "LEDE_WORDS",
    "PARAGRAPH_GAP",
    "Analyzer",
    "Automaton",
    "PatternError",
    "Piece",
    "Span",
    "Tokens",
    "compile_pattern",
    "covering_spans",
    "find_quotations",
    "find_sentences",
    "first_sentence",
    "fold",
    "is_divided",
    "is_function_word",
    "languages",
    "lede_end",
    "matches_surface_form",
    "near_pairs",
    "near_spans",
    "normalize",
    "not_near_spans",
    "paragraph_starts",
    "phrase_spans",
    "quoted_words",
    "read_pattern",
    "same_unit_pairs",
    "same_unit_spans",
    "sentence_starts",
    "snowball_version",
    "straighten",
    "surface_form",
    "tokenize",
    "tokenize_pattern",
    "union_spans",
    "unit_numbers",
    "wildcard_regex",
    "within_edits",
    "without_hyphen",
]
