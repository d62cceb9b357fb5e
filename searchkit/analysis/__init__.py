"""Which words does a text hold? Text in, words with their places out, the same for index and query.

Useful for: everything that compares words. Not useful for: which of them a query asks for, or how they are stored.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from searchkit.analysis.forms import matches_as_written, wildcard_regex
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold, fold_accents, fold_case, normalize, straighten
from searchkit.analysis.positions import (
    Span,
    joined,
    near_pairs,
    near_places,
    not_near_places,
    paragraph_breaks,
    phrase_chains,
    phrase_places,
    together_pairs,
    together_places,
    union_places,
    unit_numbers,
)
from searchkit.analysis.sentences import first_sentence, sentence_spans, sentence_starts
from searchkit.analysis.stem import ANALYSIS_VERSION, LANGUAGES, Analyzer, snowball_version
from searchkit.analysis.words import (
    PARAGRAPH_GAP,
    Words,
    find_words,
    is_wide,
    pattern_words,
    without_hyphen,
    written_form,
)

if TYPE_CHECKING:
    from searchkit.analysis.automaton import Automaton, compile_pattern
    from searchkit.analysis.edits import within_edits
    from searchkit.analysis.patterns import PatternError, Piece, read_pattern

_LATE = {
    "Automaton": "automaton",
    "compile_pattern": "automaton",
    "PatternError": "patterns",
    "Piece": "patterns",
    "read_pattern": "patterns",
    "within_edits": "edits",
}
"""What few queries need, and the modules where it is; imported when it is asked for."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"searchkit.analysis.{_LATE[name]}"), name)


__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "PARAGRAPH_GAP",
    "Analyzer",
    "Automaton",
    "PatternError",
    "Piece",
    "Span",
    "Words",
    "compile_pattern",
    "find_words",
    "first_sentence",
    "fold",
    "fold_accents",
    "fold_case",
    "is_function_word",
    "is_wide",
    "joined",
    "matches_as_written",
    "near_pairs",
    "near_places",
    "normalize",
    "not_near_places",
    "paragraph_breaks",
    "pattern_words",
    "phrase_chains",
    "phrase_places",
    "read_pattern",
    "sentence_spans",
    "sentence_starts",
    "snowball_version",
    "straighten",
    "together_pairs",
    "together_places",
    "union_places",
    "unit_numbers",
    "wildcard_regex",
    "within_edits",
    "without_hyphen",
    "written_form",
]
