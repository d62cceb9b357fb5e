from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.analysis import (
    Analyzer,
    find_sentences,
    fold,
    is_divided,
    normalize,
    phrase_spans,
    surface_form,
    tokenize,
    tokenize_pattern,
    tokenizer,
    wildcard_regex,
    without_hyphen,
)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("U.S. and US", ["US", "and", "US"]),
        ("the U.S.'s U.S.-led", ["the", "US", "US", "led"]),
        ("1,655.8 1655.8", ["1655.8", "1655.8"]),
        ("12,345,678 and 1,65", ["12345678", "and", "1", "65"]),
        ("Nagorno-Karabakh AT&T", ["Nagorno", "Karabakh", "AT", "T"]),
        ("Armenia’s Armenia's don't", ["Armenia", "Armenia", "don't"]),
        ("Ministry’ recent", ["Ministry", "recent"]),
        ("ﬁnal in\u00adter Apple™ snake_case", ["final", "inter", "Apple", "snake", "case"]),
        ("e\u0301te\u0301", ["été"]),
    ],
)
def test_surface_forms(text: str, forms: list[str]) -> None:
    assert tokenize(text).forms == forms


def test_paragraphs_stand_101_apart() -> None:
    words = tokenize("one two\n\nthree\nfour\n   five\n   six")
    assert words.positions == [0, 1, 102, 103, 204, 205]


def test_fold() -> None:
    assert fold("Ёлка Йод Ångström ŁÓDŹ Straße İstanbul ıł đ ø æ") == "елка йод angstrom lodz strasse istanbul il d o ae"


def test_english_folds_then_stems() -> None:
    analyzer = Analyzer("en")
    assert [analyzer.term(form) for form in ("Talks", "talked", "Yılmaz", "US")] == ["talk", "talk", "yilmaz", "us"]


@given(st.text(max_size=60))
def test_spans_lie_in_the_text_and_in_order(text: str) -> None:
    words = tokenize(text)
    assert all(0 <= start < end <= len(text) for start, end in zip(words.starts, words.ends, strict=True))
    assert words.starts == sorted(words.starts)
    assert words.positions == sorted(set(words.positions))


@given(st.text(max_size=60))
def test_a_form_is_its_own_form(text: str) -> None:
    for form in tokenize(text).forms:
        if form:
            assert surface_form(form) == form


@given(st.text(alphabet="aéßİıЙё\u0301\u0308ﬁ½ 가\u1100\u1161", max_size=20))
def test_normalize_is_nfkc_with_origins(text: str) -> None:
    normal, origins = normalize(text)
    if origins is not None:
        assert len(origins) == len(normal) + 1
        assert origins == sorted(origins)
    assert unicodedata.normalize("NFKC", normal) == unicodedata.normalize("NFKC", text)


@given(st.text(max_size=40))
def test_fold_is_done_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def is_phrase(first: int, positions: list[list[int]], steps: list[int], slop: int) -> bool:
    """Whether a phrase begins with this position of its first word: all choices of the others are
    tried."""

    def tries(at: int, index: int) -> bool:
        if index == len(positions):
            return at - first - sum(steps) <= slop
        return any(tries(p, index + 1) for p in positions[index] if p >= at + steps[index - 1])

    return tries(first, 1)


ascending = st.lists(st.integers(0, 12), min_size=1, max_size=5, unique=True).map(sorted)


@given(st.lists(ascending, min_size=1, max_size=4), st.integers(0, 5), st.data())
def test_phrases_without_divided_words_against_all_choices(
    positions: list[list[int]], slop: int, data: st.DataObject
) -> None:
    steps = data.draw(st.lists(st.integers(1, 2), min_size=len(positions) - 1, max_size=len(positions) - 1))
    found = phrase_spans([[(position, position) for position in word] for word in positions], steps, slop)
    assert [match[0][0] for match in found] == [first for first in positions[0] if is_phrase(first, positions, steps, slop)]


spans_of_words = st.sets(
    st.tuples(st.integers(0, 10), st.integers(0, 1)).map(lambda pair: (pair[0], sum(pair))), min_size=1, max_size=5
)


@given(st.lists(spans_of_words.map(sorted), min_size=1, max_size=4), st.integers(0, 4), st.data())
def test_phrase_spans_against_all_choices(words: list[list[tuple[int, int]]], slop: int, data: st.DataObject) -> None:
    steps = data.draw(st.lists(st.integers(1, 2), min_size=len(words) - 1, max_size=len(words) - 1))

    def ends(span: tuple[int, int], index: int, others: int) -> set[int]:
        if index == len(words):
            return {span[1]}
        found: set[int] = set()
        for after in words[index]:
            between = after[0] - span[1] - steps[index - 1]
            if between >= 0 and others + between <= slop:
                found |= ends(after, index + 1, others + between)
        return found

    expected = [(span, min(found)) for span in words[0] if (found := ends(span, 1, 0))]
    assert [(chain[0], chain[-1][1]) for chain in phrase_spans(words, steps, slop)] == expected


def test_sentences() -> None:
    text = 'Mr. Smith saw the U.S. Treasury. "He left." Then 3 came? Yes.\n\nNew paragraph'
    assert [text[start:end] for start, end in find_sentences(text, "en")] == [
        "Mr. Smith saw the U.S. Treasury.",
        '"He left."',
        "Then 3 came?",
        "Yes.",
        "New paragraph",
    ]


@given(st.text(st.sampled_from("aBz09.,' s_\nldNn"), max_size=40), st.sampled_from(["en", "fr", "de"]))
def test_words_in_ascii_are_words_anywhere(text: str, language: str) -> None:
    ascii_words = [found.span() for found in tokenizer.token_regex(text, language).finditer(text)]
    assert ascii_words == [found.span() for found in tokenizer._unicode_token_regex(language).finditer(text)]


@pytest.mark.parametrize(
    ("language", "text", "forms"),
    [
        ("en", "1'655.8 1\u202f655.8 12\xa0345\xa0678 12\u2009345", "1655.8 1655.8 12345678 12345"),
        ("en", "2020\xa0300 1\xa06555 1.655 10.000", "2020 300 1 6555 1.655 10.000"),
        ("en", "1\xa0234\u202f567", "1234 567"),  # two kinds of blanks part no single number
        ("de", "1.655,8 10.000 1.000.000 26.04.2020 3.5", "1655 8 10000 1000000 26.04.2020 3.5"),
        ("ru", "10.000 10\xa0000", "10000 10000"),
        ("en", "ABC'13 '90s the 80's rock'n'roll ROCK’N’ROLL", "ABC 13 90s the 80 rock n roll ROCK N ROLL"),
        ("en", "O'Brien Qur'an Sana'a don't y'all", "O'Brien Qur'an Sana'a don't y'all"),
        (
            "en",
            "l'Iran L’Oréal d'Orsay qu'il dell'arte sull’isola L'Aquila's",
            "l Iran L Oréal d Orsay qu il dell arte sull isola L Aquila",
        ),
        ("en", "d'Hondt d'œuvre aujourd'hui l'Xyz n'est m'aime", "d Hondt d œuvre aujourd'hui l'Xyz n'est m'aime"),
        ("fr", "n'est m'aime jusqu’à s'il lorsqu'on presqu'île", "n est m aime jusqu à s il lorsqu on presqu'île"),
        ("it", "un'amica gl’incontri degl'anni c'è", "un amica gl incontri degl anni c è"),
        ("ca", "s'ha n'hi m'agrada t'estimo", "s ha n hi m agrada t estimo"),
    ],
)
def test_digits_and_apostrophes(language: str, text: str, forms: str) -> None:
    assert tokenize(text, language).forms == forms.split()


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("The conflag-\nration of re- \n markable dis\u00ad\ncussions", "conflagration remarkable discussions"),
        ("the com‐\nmuniqué and eco¬\nnomy", "communiqué economy"),
        ("Nagorno-\nKarabakh 10-\n20 A-\n1 word—\nand then-\n\nno", ""),
        ("line one-\n    begins a paragraph", ""),
        ("    in a block-\n    ade of lines", "blockade"),
        ("far off-" + " " * 9 + "\nset", ""),
    ],
)
def test_words_that_a_hyphen_divides(text: str, joined: str) -> None:
    found = tokenize(text)
    assert [without_hyphen(found.joined_form(number)) for number in found.divided] == joined.split()
    divided = [(form, first, last) for form, first, last in found.form_spans() if is_divided(form)]
    assert [last - first for _, first, last in divided] == [1] * len(divided)


@pytest.mark.parametrize(
    ("language", "pattern", "words"),
    [
        ("en", "O'Ne*", "O'Ne*"),
        ("en", "U.S*", "US*"),
        ("en", "U.S.*", "US*"),
        ("en", "Sana'*", "Sana'*"),
        ("en", "1,000,0*", "10000*"),
        ("en", "1,000*", "1000*"),
        ("en", "1'000'0?", "10000?"),
        ("en", "1.000.0*", "1.000.0*"),
        ("de", "1.000.0*", "10000*"),
        ("de", "1.0*", "1.0*"),
        ("en", "l'ira*", "l ira*"),
        ("en", "rock'n'ro*", "rock n ro*"),
        ("en", "ABC'1*", "ABC 1*"),
        ("en", "Nagorno-Kara*", "Nagorno Kara*"),
        ("en", "wom?n's", "wom?n"),
        ("en", "3.*", "3.*"),
        ("en", "*", "*"),
    ],
)
def test_patterns_are_made_of_words_as_the_index_has_them(language: str, pattern: str, words: str) -> None:
    assert tokenize_pattern(pattern, language) == words.split()


@settings(max_examples=300)
@given(
    st.sampled_from(
        [
            "O'Neill",
            "U.S.",
            "u.s.a",
            "Sana'a",
            "1,000,000",
            "1'655",
            "l'Iran",
            "rock'n'roll",
            "ABC'13",
            "don't",
            "d'État",
            "3.5",
        ]
    ),
    st.sampled_from(["en", "fr", "de"]),
    st.data(),
)
def test_a_word_cut_short_and_a_star_find_the_word(word: str, language: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(word)))
    pieces = tokenize_pattern(word[:cut] + "*", language)
    forms = tokenize(word, language).forms
    whole = [fold(form) for form in forms]
    # Each piece but the last is a word, and the last one begins the next; none is left over but for
    # what was cut.
    assert [fold(piece) for piece in pieces[:-1]] == whole[: len(pieces) - 1]
    assert wildcard_regex(fold(pieces[-1])).fullmatch(whole[len(pieces) - 1]) or (language, word[:cut]) in CUT_AT_A_SIGN


CUT_AT_A_SIGN = {
    # The sign that the pattern ends with may belong to the word, or part it from the next: there it
    # is taken as a part.
    (language, cut)
    for language in ("en", "fr", "de")
    for cut in ("l'", "d'", "rock'", "rock'n", "rock'n'", "ABC'", "U.", "u.")
}
