"""Patterns over the dictionary of a segment, against asking each of its texts."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from searchkit.analysis import compile_pattern, fold, matches_surface_form, wildcard_regex, within_edits
from searchkit.codec.reader import SegmentReader, TextField
from searchkit.errors import QueryError
from searchkit.model import Article
from searchkit.query import terms
from searchkit.query.nodes import Fuzzy, Regex, Wildcard, Word
from searchkit.query.terms import SingleWord, find_terms, match_automaton, match_fuzzy, match_wildcard
from tests.bridge.sample_index import ANALYZER, WORDS, build

LETTERS = "abcéßжoil1"


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextField]:
    rng = random.Random(5)
    made = ["".join(rng.choices(LETTERS, k=rng.randint(1, 7))) for _ in range(1500)]
    written = [
        word.title() if rng.random() < 0.3 else word for word in [*made, *WORDS, "oil", "oils", "Oil", "OIL", "oiled"]
    ]
    folder = tmp_path_factory.mktemp("index")
    (ref,) = build(folder, [[Article("a", "", " ".join(written))]])
    found = SegmentReader(folder / ref.file).text_fields["body"]
    assert len(found.folded) > 1000
    yield found


def texts(field: TextField) -> list[str]:
    return [text.decode() for text in field.folded.tolist()]


@pytest.mark.parametrize(
    "pattern", ["o*", "*l", "oil", "?", "??l", "*e*", "a*b", "*", "zz*", "*zz", "o?l*", "*ж", "e*", "p*ce", "1*", "*ss?"]
)
def test_wildcards(field: TextField, pattern: str) -> None:
    fits = wildcard_regex(pattern).fullmatch
    assert match_wildcard(pattern, field).tolist() == [number for number, text in enumerate(texts(field)) if fits(text)]


@pytest.mark.parametrize(
    "pattern", ["oil", "o.l", "oil(s|ed)?", "[a-c]+", "(a|b).*l", ".*ж.", "[^o]il", "x", "o{1}il", "é?a+", ".", "pri[cs]es?"]
)
def test_regular_expressions(field: TextField, pattern: str) -> None:
    automaton = compile_pattern(pattern)
    wanted = [number for number, text in enumerate(texts(field)) if automaton.fullmatch(text)]
    assert match_automaton(automaton, field).tolist() == wanted


@pytest.mark.parametrize("edits", [1, 2])
@pytest.mark.parametrize("text", ["oil", "oli", "price", "a", "жoil", "abcoil", "longerthanall", "éb"])
def test_fuzzy_words(field: TextField, text: str, edits: int) -> None:
    wanted = [number for number, other in enumerate(texts(field)) if within_edits(other, text, edits)]
    assert match_fuzzy(text, edits, field).tolist() == wanted


@pytest.mark.parametrize(
    "word",
    [Word("oil"), Word("oil", "", True), Word("Oil", "", True), Word("OIL", "", True), Word("prices", "", True), Wildcard("oi*"),
     Wildcard("pric*"), Fuzzy("oil", 1), Regex("oils?"), Word("nowhere"), Word("nowhere", "", True)],
    ids=repr,
)  # fmt: skip
def test_the_written_forms_that_a_word_stands_for(field: TextField, word: SingleWord) -> None:
    """All forms of the whole terms, and the allowed ones of those in parts."""
    found = find_terms(word, field, ANALYZER)
    firsts = field.first_forms.astype(np.int64)
    forms = {form for term in found.whole.tolist() for form in range(firsts[term], firsts[term + 1])}
    for term in found.partial.tolist():
        assert found.allowed_forms is not None
        own = [form for form in range(firsts[term], firsts[term + 1]) if found.allowed_forms[form]]
        assert 0 < len(own) < firsts[term + 1] - firsts[term]
        forms |= set(own)

    def stands_for(form: str) -> bool:
        match word:
            case Word(text, _, True):
                return matches_surface_form(form, text)
            case Word(text):
                return ANALYZER.term(form) == ANALYZER.term(text)
            case Wildcard(pattern):
                return wildcard_regex(pattern).fullmatch(fold(form)) is not None
            case Regex(pattern):
                return bool(compile_pattern(pattern).fullmatch(fold(form)))
            case Fuzzy(text, edits):
                return within_edits(fold(form), text, edits)

    assert forms == {number for number in range(len(field.forms)) if stands_for(field.forms.text(number))}


def test_a_pattern_that_stands_for_too_much_is_refused(field: TextField, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MAX_EXPANSIONS", 100)
    with pytest.raises(QueryError, match=r"\* stands for [\d,]+ words, more than 100"):
        find_terms(Wildcard("*"), field, ANALYZER)
