"""Which words does a text hold? Text in, words with their places out, the same for index and query.

Useful for: everything that compares words. Not useful for: which of them a query asks for, or how they are stored.
"""

from __future__ import annotations

from searchkit.analysis.forms import matches_as_written, wildcard_regex
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold, fold_accents, fold_case, normalize, straighten
from searchkit.analysis.positions import phrase_places
from searchkit.analysis.sentences import first_sentence, sentence_spans
from searchkit.analysis.stem import ANALYSIS_VERSION, LANGUAGES, Analyzer, snowball_version
from searchkit.analysis.words import PARAGRAPH_GAP, Words, find_words, written_form

__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "PARAGRAPH_GAP",
    "Analyzer",
    "Words",
    "find_words",
    "first_sentence",
    "fold",
    "fold_accents",
    "fold_case",
    "is_function_word",
    "matches_as_written",
    "normalize",
    "phrase_places",
    "sentence_spans",
    "snowball_version",
    "straighten",
    "wildcard_regex",
    "written_form",
]
