"""Finds the terms of a segment that one word of a query stands for.

A word has one term in each language of the index. Exact words, wildcards, fuzzy words and regular
expressions are matched with the folded texts of the dictionary, and stand for the occurrences of
the surface forms of these.
"""

from __future__ import annotations

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
"""The most folded words of one segment that a pattern may match."""

_NONE = np.zeros(0, dtype=np.int64)
_REGEX_SIGNS = frozenset("\\.[]{}()*+?|^$/")


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
            numbers = [field.terms.find(term.encode("utf-8", "surrogatepass")) for term in wanted]
            return Terms(np.array(sorted(number for number in numbers if number >= 0), dtype=np.int64), _NONE)
        case Wildcard(pattern):
            folded = match_wildcard(pattern, field)
        case Regex(pattern):
            automaton = analysis.compile_pattern(pattern)
            folded = match_automaton(automaton, field)
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
    """The surface forms (numbers) whose occurrences count."""
    if terms.allowed_forms is not None:
        return np.flatnonzero(terms.allowed_forms).astype(np.int64)
    first = field.first_forms
    low = first[terms.whole].astype(np.int64)
    return ranges(low, first[terms.whole + 1].astype(np.int64) - low)


def _exact_terms(text: str, field: TextField) -> Terms:
    number = field.folded.find(fold(text).encode("utf-8", "surrogatepass"))
    if number < 0:
        return Terms(_NONE, _NONE)
    forms = field.forms_of_folded(np.array([number], dtype=np.int64))
    chosen = [form for form in forms.tolist() if matches_surface_form(without_hyphen(field.forms.text(form)), text)]
    return _terms_of_forms(np.array(chosen, dtype=np.int64), field)


def _terms_of_folded(folded: Ints, field: WordField) -> Terms:
    if not isinstance(field, TextField):
        return Terms(folded, _NONE)
    return _terms_of_forms(field.forms_of_folded(folded), field)


def _terms_of_forms(forms: Ints, field: TextField) -> Terms:
    """The terms of some surface forms; a term is whole if all its forms are among them."""
    if len(forms) == 0:
        return Terms(_NONE, _NONE)
    terms, chosen_counts = np.unique(field.terms_of_forms(forms), return_counts=True)
    firsts = field.first_forms
    form_counts = firsts[terms + 1].astype(np.int64) - firsts[terms].astype(np.int64)
    partial = terms[chosen_counts < form_counts]
    allowed_forms = None
    if len(partial):
        allowed_forms = np.zeros(len(field.forms), dtype=bool)
        allowed_forms[forms] = True
    return Terms(terms[chosen_counts == form_counts], partial, allowed_forms)


# Patterns over the dictionary of folded texts.


def match_wildcard(pattern: str, field: WordField) -> Ints:
    """The folded texts (numbers, ascending) that a wildcard matches, found by bisection from an end
    without wildcards."""
    head = pattern[: min(pattern.find(sign) % (len(pattern) + 1) for sign in "*?")]
    tail = pattern[max(pattern.rfind("*"), pattern.rfind("?")) + 1 :]
    if pattern == head + "*":
        return np.arange(*field.folded.prefix_range(head.encode()), dtype=np.int64)
    if pattern == "*" + tail:
        return field.reversed.suffix(tail)
    expression = "".join(
        ".*" if sign == "*" else "." if sign == "?" else f"\\{sign}" if sign in _REGEX_SIGNS else sign for sign in pattern
    )
    candidates = None
    if not head and tail:
        candidates = field.reversed.suffix(tail)
    return match_automaton(_automaton(expression), field, candidates, head)


def _automaton(expression: str) -> analysis.Automaton:
    try:
        return analysis.compile_pattern(expression)
    except ValueError as error:
        raise QueryError(str(error), expression, 0, len(expression)) from None


def match_automaton(
    automaton: analysis.Automaton, field: WordField, candidates: Ints | None = None, prefix: str | None = None
) -> Ints:
    """The folded texts (numbers, ascending) that an automaton accepts: it reads one character of
    all texts in each step.

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
    kinds = np.array([kind for _, _, kind in automaton.classes] or [0], dtype=np.int64)
    at, end = starts[candidates], starts[candidates + 1]
    state = np.full(len(candidates), automaton.start, dtype=np.int32)
    found: list[Ints] = []
    while len(candidates):
        done = at == end
        if done.any():
            found.append(candidates[done & accepting[state]])
            going = ~done
            candidates, at, end, state = candidates[going], at[going], end[going], state[going]
        codes = characters[at].astype(np.int64)
        index = np.searchsorted(lows, codes, side="right") - 1
        kind = np.where((index >= 0) & (codes <= highs[index]), kinds[index], 0)
        state = table[state, kind]
        alive = state > 0
        candidates, at, end, state = candidates[alive], at[alive] + 1, end[alive], state[alive]
    return np.sort(np.concatenate([_NONE, *found]))


def match_fuzzy(text: str, edits: int, field: WordField) -> Ints:
    """The folded texts (numbers, ascending) within so many edits; swapping two adjacent characters
    is one edit.

    The table of the optimal string alignment is filled for all texts of one length at once.

    Reference implementation:
    `[n for n, t in enumerate(dictionary) if within_edits(t, text, edits)]`.
    """
    characters, starts = field.folded.code_points
    sizes = np.diff(starts)
    wanted = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    found = [_NONE]
    for size in range(max(0, len(wanted) - edits), len(wanted) + edits + 1):
        candidates = np.flatnonzero(sizes == size)
        if len(candidates):
            found.append(candidates[_distances(characters, starts[candidates], size, wanted) <= edits])
    return np.sort(np.concatenate(found))


def _distances(characters: UInt32s, starts: Ints, size: int, wanted: UInt32s) -> Ints:
    """Edits between `wanted` and each of several texts of one length."""
    texts = [characters[starts + column] for column in range(size)]
    before = np.zeros((size + 1, len(starts)), dtype=np.int16)
    row = np.broadcast_to(np.arange(size + 1, dtype=np.int16)[:, None], before.shape).copy()
    previous = before
    for line, code in enumerate(wanted.tolist(), 1):
        above, previous_above = row, previous
        row = np.empty_like(above)
        row[0] = line
        for column in range(1, size + 1):
            changed = above[column - 1] + (texts[column - 1] != code)
            best = np.minimum(np.minimum(above[column] + 1, row[column - 1] + 1), changed)
            if line > 1 and column > 1:
                swapped = (texts[column - 2] == code) & (texts[column - 1] == int(wanted[line - 2]))
                best = np.where(swapped, np.minimum(best, previous_above[column - 2] + 1), best)
            row[column] = best
        previous = above
    return row[size].astype(np.int64)
