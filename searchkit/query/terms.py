"""Finds the terms of a segment that one word of a query stands for.

A plain word has one term in each language of the index, and stands for all their occurrences. Exact
words, wildcards, fuzzy words and regular expressions stand for the occurrences of some surface
forms. These are found in the dictionary of the folded texts of all forms. In a field that keeps no
surface forms, the folded texts are the terms.

Terms, forms and folded texts are given by their numbers in the field, where texts are not needed.
"""

from __future__ import annotations

import re

import numpy as np

from searchkit import analysis
from searchkit.analysis import Analyzer, fold, matches_surface_form, without_hyphen
from searchkit.arrays import Bools, Ints, UInt32s
from searchkit.codec.ragged import ranges
from searchkit.codec.reader import TextField, WordField
from searchkit.errors import QueryError
from searchkit.frozen import frozen
from searchkit.query.nodes import Fuzzy, Regex, Wildcard, Word, assert_never_node
from searchkit.query.nodes import SingleWord as SingleWord

MAX_EXPANSIONS = 20_000
"""Maximum number of folded texts in one segment that a pattern may match."""

_NONE = np.zeros(0, dtype=np.int64)
_WILDCARD = re.compile(r"[*?]")
_WILDCARD_REGEXES = {"*": ".*", "?": "."}
_REGEX_SPECIAL = frozenset("\\.[]{}()*+?|^$/")
"""Characters that have a meaning in a regular expression."""


@frozen
class Terms:
    """The ids of the terms of a word, ascending.

    Every occurrence of the terms in `whole` counts. Of those in `partial`, only the occurrences of
    some surface forms count: `allowed_forms` is the mask of these (one item for each form of the
    field), or None if `partial` is empty.
    """

    whole: Ints
    partial: Ints
    allowed_forms: Bools | None = None

    @property
    def nbytes(self) -> int:
        return self.whole.nbytes + self.partial.nbytes + (0 if self.allowed_forms is None else self.allowed_forms.nbytes)


def find_terms(word: SingleWord, field: WordField, analyzer: Analyzer) -> Terms:
    """The terms of a word in one field. Raises QueryError for a pattern that matches too many
    words.

    Reference implementation: the test of `engines.memory_field`, on every surface form.
    """
    match word:
        case Word(text, _, True) if isinstance(field, TextField):
            return _exact_terms(text, field)
        case Word(text):
            wanted = analyzer.query_terms(text) if isinstance(field, TextField) else (fold(text),)
            ids = [field.terms.find(term.encode("utf-8", "surrogatepass")) for term in wanted]
            return Terms(np.array(sorted(term_id for term_id in ids if term_id >= 0), dtype=np.int64), _NONE)
        case Wildcard(pattern):
            folded = match_wildcard(pattern, field)
        case Regex(pattern):
            folded = match_automaton(analysis.compile_pattern(pattern), field)
        case Fuzzy(text, edits):
            folded = match_fuzzy(text, edits, field)
        case _:
            assert_never_node(word)
    if len(folded) > MAX_EXPANSIONS:
        typed = str(word)
        message = f"{typed} stands for {len(folded):,} words, more than {MAX_EXPANSIONS:,}"
        raise QueryError(message, typed, 0, len(typed), "write more of it")
    return _terms_of_folded(folded, field)


def forms_of_terms(terms: Terms, field: TextField) -> Ints:
    """The surface forms (numbers) of terms, as far as their occurrences count."""
    if terms.allowed_forms is not None:
        return np.flatnonzero(terms.allowed_forms).astype(np.int64)
    first_forms = field.first_forms
    starts = first_forms[terms.whole].astype(np.int64)
    return ranges(starts, first_forms[terms.whole + 1].astype(np.int64) - starts)


def _exact_terms(text: str, field: TextField) -> Terms:
    """The terms of a word that is compared by surface form."""
    number = field.folded.find(fold(text).encode("utf-8", "surrogatepass"))
    if number < 0:
        return Terms(_NONE, _NONE)
    forms = field.forms_of_folded(np.array([number], dtype=np.int64))
    chosen = [form for form in forms.tolist() if matches_surface_form(without_hyphen(field.forms.text(form)), text)]
    return _terms_of_forms(np.array(chosen, dtype=np.int64), field)


def _terms_of_folded(folded: Ints, field: WordField) -> Terms:
    if not isinstance(field, TextField):
        return Terms(folded, _NONE)  # its folded texts are its terms
    return _terms_of_forms(field.forms_of_folded(folded), field)


def _terms_of_forms(forms: Ints, field: TextField) -> Terms:
    """The terms of some surface forms; a term is whole if all its forms are among them."""
    if len(forms) == 0:
        return Terms(_NONE, _NONE)
    terms, chosen_counts = np.unique(field.terms_of_forms(forms), return_counts=True)
    first_forms = field.first_forms
    form_counts = first_forms[terms + 1].astype(np.int64) - first_forms[terms].astype(np.int64)
    partial = terms[chosen_counts < form_counts]
    allowed_forms = None
    if len(partial):
        allowed_forms = np.zeros(len(field.forms), dtype=bool)
        allowed_forms[forms] = True
    return Terms(terms[chosen_counts == form_counts], partial, allowed_forms)


# Patterns over the dictionary of folded texts.


def match_wildcard(pattern: str, field: WordField) -> Ints:
    """The folded texts (numbers, ascending) that a wildcard pattern matches.

    Bisection finds the texts that begin or end as the pattern does; an automaton compares the rest.
    """
    head = _WILDCARD.split(pattern, maxsplit=1)[0]
    tail = _WILDCARD.split(pattern)[-1]
    if pattern == head + "*":
        return np.arange(*field.folded.prefix_range(head.encode()), dtype=np.int64)
    if pattern == "*" + tail:
        return field.reversed.suffix(tail)
    expression = "".join(
        _WILDCARD_REGEXES.get(character) or (f"\\{character}" if character in _REGEX_SPECIAL else character)
        for character in pattern
    )
    try:
        automaton = analysis.compile_pattern(expression)
    except ValueError as error:
        raise QueryError(str(error), expression, 0, len(expression)) from None
    candidates = field.reversed.suffix(tail) if tail and not head else None
    return match_automaton(automaton, field, candidates, head)


def match_automaton(
    automaton: analysis.Automaton, field: WordField, candidates: Ints | None = None, prefix: str | None = None
) -> Ints:
    """The folded texts (numbers, ascending) that an automaton accepts.

    Only `candidates` (numbers; None: all texts that begin with `prefix`) are compared. `prefix`
    None stands for that of the automaton. Each step reads one character of all candidates.

    Reference implementation: `[n for n in candidates if automaton.fullmatch(dictionary.text(n))]`.
    """
    dictionary = field.folded
    if candidates is None:
        first, last = dictionary.prefix_range((automaton.prefix if prefix is None else prefix).encode())
        candidates = np.arange(first, last, dtype=np.int64)
    characters, starts = dictionary.code_points
    table = np.array(automaton.table, dtype=np.int32)
    accepting = np.zeros(len(table), dtype=bool)
    accepting[list(automaton.accepting)] = True
    lows = np.array([low for low, _, _ in automaton.classes] or [0x110000], dtype=np.int64)
    highs = np.array([high for _, high, _ in automaton.classes] or [0], dtype=np.int64)
    classes = np.array([number for _, _, number in automaton.classes] or [0], dtype=np.int64)
    at, end = starts[candidates], starts[candidates + 1]
    state = np.full(len(candidates), automaton.start, dtype=np.int32)
    found: list[Ints] = []
    while len(candidates):
        done = at == end
        if done.any():
            found.append(candidates[done & accepting[state]])
            unfinished = ~done
            candidates, at, end, state = candidates[unfinished], at[unfinished], end[unfinished], state[unfinished]
        codes = characters[at].astype(np.int64)
        index = np.searchsorted(lows, codes, side="right") - 1
        character_class = np.where((index >= 0) & (codes <= highs[index]), classes[index], 0)
        state = table[state, character_class]
        alive = state > 0  # 0 is the dead state
        candidates, at, end, state = candidates[alive], at[alive] + 1, end[alive], state[alive]
    return np.sort(np.concatenate([_NONE, *found]))


def match_fuzzy(text: str, edits: int, field: WordField) -> Ints:
    """The folded texts (numbers, ascending) that are at most `edits` edits from `text`. An edit
    inserts, deletes or changes a character, or swaps two adjacent ones.

    Reference implementation:
    `[n for n, t in enumerate(dictionary) if within_edits(t, text, edits)]`.
    """
    characters, starts = field.folded.code_points
    lengths = np.diff(starts)
    wanted = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    found = [_NONE]
    for length in range(max(0, len(wanted) - edits), len(wanted) + edits + 1):
        candidates = np.flatnonzero(lengths == length)
        if len(candidates):
            found.append(candidates[edit_distances(characters, starts[candidates], length, wanted) <= edits])
    return np.sort(np.concatenate(found))


def edit_distances(characters: UInt32s, starts: Ints, length: int, wanted: UInt32s) -> Ints:
    """The number of edits between `wanted` and each of several texts of one length, which begin at
    `starts` in `characters`.

    This is the optimal string alignment distance: `row[column]` is the distance between the
    characters of `wanted` so far and the first `column` characters of each text.
    """
    texts = [characters[starts + column] for column in range(length)]
    row = np.empty((length + 1, len(starts)), dtype=np.int16)
    row[:] = np.arange(length + 1, dtype=np.int16)[:, None]
    above = row
    for number, code in enumerate(wanted.tolist(), 1):
        row, above, two_above = np.empty_like(row), row, above
        row[0] = number
        for column in range(1, length + 1):
            changed = above[column - 1] + (texts[column - 1] != code)
            best = np.minimum(np.minimum(above[column] + 1, row[column - 1] + 1), changed)
            if number > 1 and column > 1:
                is_swapped = (texts[column - 2] == code) & (texts[column - 1] == int(wanted[number - 2]))
                best = np.where(is_swapped, np.minimum(best, two_above[column - 2] + 1), best)
            row[column] = best
    return row[length].astype(np.int64)
