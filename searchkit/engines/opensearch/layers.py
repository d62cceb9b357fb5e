"""Makes the tokens of a text that a cluster indexes: one string for each paragraph in each layer.

The tokens of a paragraph are joined by blanks. All layers have the same positions: the gap between
two paragraphs is that of the mapping. The layer `structure` has at each position the code ANY_WORD,
and where they apply, these, joined by "|":

| code | stands at |
|---|---|
| `s(`, `s)` | the first and the last word of a sentence |
| `p(`, `p)` | the first and the last word of a paragraph |
| `l(`, `l)` | the first and the last word of the lede; `l=` if it has one word |
| `q(`, `q)` | the first and the last word of a quotation; `q=` if it has one word |
| `t<T`, `f<F`, `w<S` | the first half of a divided word: its term, folded form and surface token |
| `t>T`, `f>F`, `w>S` | its second half |
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis import (
    PARAGRAPH_GAP,
    Analyzer,
    fold,
    lede_end,
    paragraph_starts,
    quoted_words,
    sentence_starts,
    tokenize,
    without_hyphen,
)
from searchkit.analysis.normalize import fold_accents, fold_case

ANY_WORD = "."
"""The code of every position, and the surface token of a word that is written as it is folded."""


class Layers(NamedTuple):
    """The paragraphs of a text in each layer, and how many words they have."""

    stem: list[str]
    folded: list[str]
    surface: list[str]
    structure: list[str]
    word_count: int


def surface_token(form: str) -> str:
    """The token of a surface form: the folded form, the form without accents, without case, and
    itself, parted by slashes; ANY_WORD for a form that is folded already.

    So the forms that `=Apple` and `=café` stand for (see `analysis.matches_surface_form`) are a
    prefix and a pattern of tokens.
    """
    folded = fold(form)
    return ANY_WORD if folded == form else f"{folded}/{fold_accents(form)}/{fold_case(form)}/{form}"


def make_layers(values: Iterable[str], analyzer: Analyzer, *, with_lede: bool, with_divided: bool = True) -> Layers:
    """The layers of the values of a field. `analyzer` is that of the article's language. Only
    bodies have a lede; only in title and body divided words are found."""
    forms: list[str] = []
    positions: list[int] = []
    sentences: list[int] = []  # indexes of words that begin one
    quotations: list[tuple[int, int]] = []  # indexes of their first and last words
    divided: list[int] = []
    for value in values:
        words = tokenize(value, analyzer.language)
        shift = positions[-1] + PARAGRAPH_GAP if positions else 0
        base = len(forms)
        sentences += [base + index for index in sentence_starts(value, words, analyzer.language)]
        quotations += [(base + first, base + last) for first, last in quoted_words(value, words)]
        divided += [base + index for index in words.divided] if with_divided else []
        forms += words.forms
        positions += [position + shift for position in words.positions]
    if not forms:
        return Layers([], [], [], [], 0)
    paragraphs = paragraph_starts(positions)
    forms = [without_hyphen(form) for form in forms]
    codes = defaultdict[int, list[str]](list)
    _mark(codes, "s", _units(sorted({*sentences, *paragraphs}), len(forms)), single="")
    _mark(codes, "p", _units(paragraphs, len(forms)), single="")
    if with_lede:
        _mark(codes, "l", [(0, positions.index(lede_end(positions)))], single="l=")
    _mark(codes, "q", quotations, single="q=")
    for index in divided:
        joined = forms[index] + forms[index + 1]
        for code, token in (("t", analyzer.term(joined)), ("f", fold(joined)), ("w", surface_token(joined))):
            codes[index].append(f"{code}<{token}")
            codes[index + 1].append(f"{code}>{token}")
    structure = [ANY_WORD] * len(forms)
    for index, extra in codes.items():
        structure[index] = "|".join((ANY_WORD, *extra))
    bounds = [*paragraphs, len(forms)]

    def join(tokens: Sequence[str]) -> list[str]:
        return [" ".join(tokens[first:end]) for first, end in pairwise(bounds)]

    return Layers(
        join([analyzer.term(form) for form in forms]),
        join([fold(form) for form in forms]),
        join([surface_token(form) for form in forms]),
        join(structure),
        len(forms),
    )


def _units(starts: Sequence[int], count: int) -> list[tuple[int, int]]:
    """The first and the last word of each unit, given those that begin one."""
    return [(first, following - 1) for first, following in zip(starts, [*starts[1:], count], strict=True)]


def _mark(codes: dict[int, list[str]], name: str, spans: Iterable[tuple[int, int]], *, single: str) -> None:
    """Add the codes of spans of words; `single` is that of a span of one word ("": both codes)."""
    for first, last in spans:
        if first == last and single:
            codes[first].append(single)
        else:
            codes[first].append(f"{name}(")
            codes[last].append(f"{name})")
