"""Tokens of texts in batches, against tokenizing them one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.analysis import (
    LANGUAGES,
    PARAGRAPH_GAP,
    Analyzer,
    batch_tokenizer,
    fold,
    is_divided,
    quoted_words,
    sentence_starts,
    tokenize,
    without_hyphen,
)
from searchkit.analysis.batch_tokenizer import TokenArrays, Vocabulary
from searchkit.analysis.normalize import fold_all
from searchkit.analysis.pretoken_parser import FORM_SHIFT, MANY_WORDS, ONE_WORD, PretokenParser, parse_pretoken

CORPUS = Path(__file__).parents[2] / "corpus"


@dataclass
class Found:
    """Of each text in a batch: forms, positions, which of the words begin a sentence and a
    paragraph, and the first and last words of quotations."""

    forms: list[list[str]] = field(default_factory=list)
    positions: list[list[int]] = field(default_factory=list)
    sentences: list[list[int]] = field(default_factory=list)
    paragraphs: list[list[int]] = field(default_factory=list)
    quotations: list[list[int]] = field(default_factory=list)

    def add(
        self, forms: list[str], positions: list[int], sentences: list[int], paragraphs: list[int], quotations: list[int]
    ) -> None:
        self.forms.append(forms)
        self.positions.append(positions)
        self.sentences.append(sentences)
        self.paragraphs.append(paragraphs)
        self.quotations.append(quotations)


def slowly(texts: Sequence[str], language: str = "en") -> Found:
    found = Found()
    for text in texts:
        words = tokenize(text, language)
        at = words.positions
        paragraphs = [number for number in range(1, len(at)) if at[number] - at[number - 1] == PARAGRAPH_GAP]
        sentences = [number for number in sentence_starts(text, words, language) if number]
        quotations = [number for pair in quoted_words(text, words) for number in pair]
        tokens = words.form_spans()
        shifted = [
            [n + sum(first < n for first in words.divided) for n in numbers]
            for numbers in (sentences, paragraphs, quotations)
        ]
        found.add([form for form, _, _ in tokens], [first for _, first, _ in tokens], *shifted)
    return found


def slowly_values(values: Sequence[str]) -> Found:
    """One text of several values: the words of each behind those of the one before, a paragraph's
    gap apart."""
    forms: list[str] = []
    positions: list[int] = []
    sentences: list[int] = []
    for text in values:
        words = tokenize(text)
        shift = positions[-1] + PARAGRAPH_GAP if positions else 0
        sentences += [len(forms) + number for number in sentence_starts(text, words, "en")]
        forms += words.forms
        positions += [shift + position for position in words.positions]
    paragraphs = [n for n in range(1, len(positions)) if positions[n] - positions[n - 1] == PARAGRAPH_GAP]
    found = Found()
    found.add(forms, positions, [number for number in sentences if number], paragraphs, [])
    return found


def by_text(tokens: TokenArrays, vocabulary: Vocabulary) -> Found:
    """The tokens of a batch, text by text."""
    found = Found()
    begun = 0
    for count, length in zip(tokens.counts.tolist(), tokens.lengths.tolist(), strict=True):
        end = begun + count
        own = tokens.tokens[begun:end].tolist()
        starts = [
            [n - begun for n in kind.tolist() if begun <= n < end]
            for kind in (tokens.sentences, tokens.paragraphs, tokens.quotations)
        ]
        forms = [vocabulary.forms[n].decode() for n in own]
        assert length == count - sum(map(is_divided, forms))
        found.add(forms, tokens.positions[begun:end].tolist(), *starts)
        begun = end
    assert begun == len(tokens.tokens) == len(tokens.positions)
    assert sum(map(len, found.sentences)) == len(tokens.sentences)
    assert sum(map(len, found.paragraphs)) == len(tokens.paragraphs)
    assert sum(map(len, found.quotations)) == len(tokens.quotations)
    return found


@cache
def analyzer(language: str) -> Analyzer:
    return Analyzer(language)


def check_vocabulary(vocabulary: Vocabulary, term: Callable[[str], str]) -> None:
    forms = [form.decode() for form in vocabulary.forms]
    assert len(vocabulary) == len(forms) == len(set(forms))
    assert [text.decode() for text in vocabulary.terms] == [term(without_hyphen(form)) for form in forms]
    assert [text.decode() for text in vocabulary.folded] == [fold(without_hyphen(form)) for form in forms]


PIECES = (
    "Rev.", "D.C.", "No.", "no.", "The", "A.", "Mass.,", "12.", "XIV", "Oktober", "⋯", "।", "؟", "___", "\n___\n", "do___",
    "peace", "Peace", "PEACE", "treaties", "Ölçü", "İstanbul", "ıssız", "école", "e\u0301cole", "Straße", "naïve", "мир",
    "Мир", "ёлка", "שלום", "平和", "한국", "पत्र", "ﬁn", "①", "½", "Apple™", "ｆｕｌｌ", "Ⅻ", "x²", "Mr", "St", "J", "C", "U.S.",
    "U.S", "u.s.a.", "a.b.c", "é.à.", "1,655.8", "1,65", "12,345,678", "3.5", "5", ".5", "Corp.'s", "boys'", "O'Neill", "it's",
    "IT'S", "s's's", "rock'n'roll", "'s", "''", "'", "`", "´", "’", "‘", '"', "“", "”", "«", "»", "'tis", "_", "snake_case", "-",
    '"', "``", "„", "「", "」", "–", "—", "…", "...", ".", ".", ".", "!", "?", ",", ";", "(", ")", "。", "！", "？", "｡", "．", "、", "\u00ad", "so\u00adft",
    "\u200b", "\u200d", "\ufeff", "\u2060", "\u0301", "\u0345", "\u20dd", "\x00", "\x01", "\x02", "\x03", "\x0b", "\x0c", "\x1c",
    "\x1f", "\x85", "\u2028", "\u3000", "\xa0", " ", " ", " ", "  ", "\t", "\n", "\n", "\r\n", "\n\n", "\n  ", "\n\t ", "\n \n",
    "\n\n\n  ", "\n   \x01", "-\n", "-\n", "- \n ", "\u2010\n", "\u00ac\n", "\u00ad\n", "—\n", "-\n   ", "-" + " " * 9 + "\n", "so", "\x04",
    "1'234", "1\u00a0234", "12\u202f345\u202f678,5", "1.234", "l'eau", "L’été", "D'Arcy", "dell'arte", "ABC'13", "qu'il", "n'a", "a" * 254, "b" * 256, "x" * 300 + "'s", "9" * 260, "\U0001f600", "𝐛𝐨𝐥𝐝", "ǅ", "ß", "ſ", "K", "Ω",
)  # fmt: skip
NASTY = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.lists(st.sampled_from(PIECES), max_size=14).map(
    " ".join
)
TEXTS = st.lists(NASTY | st.text(max_size=12), max_size=5)


@pytest.mark.parametrize("text", ["one\n\x01\ntwo", "one\n\x01\x01two", "one\n \x02two", "one\n\x03\ttwo"])
def test_signs_that_batches_use_themselves(text: str) -> None:
    vocabulary = Vocabulary(fold_all, "en")
    assert by_text(vocabulary.tokenize([text]), vocabulary) == slowly([text])


@settings(deadline=None, max_examples=600)
@given(TEXTS)
@example(["", "", "a", "", "b.", "", "C"])
@example(["a\n\n", "\n\nb\n\nc", "D. e\n\nF"])
@example(["北京。上海", "。", "a。b。。c"])
@example(["U.S\xad\nıssız", "U.S's\xad\nx a.b.c\xad\ny", "U.S\xad\nX", "é.à\xad\nso"])
def test_batches_are_texts_one_by_one(texts: list[str]) -> None:
    vocabulary = Vocabulary(analyzer("en").terms, "en")
    for _ in range(2):  # once as the pretokens are met, once as they are remembered
        assert by_text(vocabulary.tokenize(texts), vocabulary) == slowly(texts)
    check_vocabulary(vocabulary, analyzer("en").term)


QUOTES = st.lists(
    st.sampled_from([*"\"\"\"“”„«»‹›‘’‚「」『』《》", "``", "''", "a", "ab", "s", "S", "Peace", "90s", "em", "n", "12", "5'", "é", "平", "한", "צ",
                     " ", " ", " ", ".", ",", "(", ")", ":", "—", "-", "…", "_", "\n", "\n\n", "\n  ", "-\nx", "\u00a0", "㏂", "\x05", "\x06",
                     "\u0301", "．", "！", "™", "①"]), max_size=24,
).map("".join)  # fmt: skip
ASCII_QUOTES = st.lists(
    st.sampled_from(['"', '"', '"', ' "', '" ', '."', "a", "ab c", "12", " ", ".", "(", ")", "_", "'", "-", "\n", "\n\n", "\n  "]),
    max_size=16,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=800)
@given(st.lists(QUOTES | ASCII_QUOTES, max_size=4), st.sampled_from(["en", "de", "fr"]))
@example(['"a" b', 'c "d', '"e" "f"'], "en")
@example(['"a\n\n"b\n\n"c" d "e"'], "en")
def test_quotations(texts: list[str], language: str) -> None:
    vocabulary = Vocabulary(analyzer(language).terms, language)
    assert by_text(vocabulary.tokenize(texts), vocabulary) == slowly(texts, language)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(NASTY, max_size=4).map(tuple), max_size=3), st.lists(st.integers(0, 2), max_size=6))
@example([("Ali Veli", "", "...", "J. Smith. Then", "\n\nA\n\nB\n\n"), ()], [0, 1, 0, 0, 1])
def test_values_are_a_paragraph_apart(distinct: list[tuple[str, ...]], chosen: list[int]) -> None:
    values = [distinct[number] for number in chosen if number < len(distinct)]
    vocabulary = Vocabulary(fold_all, "en")
    expected = Found()
    for each in values:
        one = slowly_values(each)
        expected.add(one.forms[0], one.positions[0], one.sentences[0], one.paragraphs[0], [])
    assert by_text(vocabulary.tokenize_values(values), vocabulary) == expected
    check_vocabulary(vocabulary, fold)


CHUNKS = st.lists(
    st.sampled_from(["a", "Z", "no", "MR", "messrs", "B2", "1", "12", "123", "1234", "é", "İ", ".", ".", ",", "!", "?", "'", "'s"]),
    min_size=1, max_size=7,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.lists(CHUNKS, max_size=6), st.sampled_from(["en", "de"]))
@example(
    [
        "1,234",
        "1,23",
        "12,345.6.7,",
        "1.2.",
        "1..2",
        ".5",
        "5.",
        "Mr.",
        "Mr,.",
        "J.",
        "J!",
        "Mr.!",
        "1234,567",
        "messrs.",
        "a1b2.",
        "1.234",
        "1'234.5",
        "l'a",
        "a\x04",
        "no.a\x04",
    ],
    "de",
)
@example(["a" * 40, "a" * 39 + "."], "en")
@example(
    ["There's", "it'S", "1980's", "l's", "n's", "s's", "A1's", "Poor's.", "a's's", "a'", "a's'", "'s", "The's", "I's"], "en"
)
@example(["l's", "L'S", "qu's", "1980's", "a" * 38 + "'s", "a" * 39 + "'"], "fr")
def test_pretokens_parsed_together(texts: list[str], language: str) -> None:
    vocabulary = Vocabulary(fold_all, language)
    parser = PretokenParser(vocabulary._number_forms, language)
    width = 40
    pretokens = [text.encode() for text in texts if len(text.encode()) <= width]
    rows = np.frombuffer(b"".join(pretoken.ljust(width, b"\0") for pretoken in pretokens), dtype=np.uint8).reshape(-1, width)
    for pretoken, known in zip(pretokens, parser.parse_rows(rows).tolist(), strict=True):
        assert known
        number, bits = known >> FORM_SHIFT, known & (1 << FORM_SHIFT) - 1
        numbers = parser.more[number] if bits & MANY_WORDS else [number] if bits & ONE_WORD else []
        assert ([vocabulary.forms[number] for number in numbers], bits) == parse_pretoken(pretoken, language)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(LANGUAGES)), TEXTS)
def test_terms_of_every_language(language: str, texts: list[str]) -> None:
    vocabulary = Vocabulary(analyzer(language).terms, language)
    assert by_text(vocabulary.tokenize(texts), vocabulary) == slowly(texts, language)
    check_vocabulary(vocabulary, Analyzer(language).term)


def test_the_sample_articles() -> None:
    """Every file of the corpus, whatever its format, as text: articles, and lines of JSON, and
    other encodings taken wrong."""
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file())
    texts = [path.read_bytes().decode("utf-8", "replace") for path in files]
    texts += [path.read_bytes().decode("latin-1") for path in files if path.parent.name == "encodings"]
    assert len(texts) > 100
    for language in ("en", "tr"):
        vocabulary = Vocabulary(analyzer(language).terms, language)
        assert by_text(vocabulary.tokenize(texts), vocabulary) == slowly(texts, language)
        check_vocabulary(vocabulary, analyzer(language).term)


def test_batches_one_after_the_other_share_their_numbers() -> None:
    vocabulary = Vocabulary(fold_all, "en")
    first = vocabulary.tokenize(["Peace and war. PEACE"])
    second = vocabulary.tokenize(["War and Peace"])
    numbers = dict(zip(["Peace", "and", "war", "PEACE"], first.tokens.tolist(), strict=True))
    assert [vocabulary.forms[number].decode() for number in numbers.values()] == list(numbers)
    assert second.tokens.tolist() == [len(numbers), numbers["and"], numbers["Peace"]]
    assert len(vocabulary) == 5


def test_pretokens_that_are_forgotten_are_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_tokenizer, "MAX_PRETOKENS", 5)
    vocabulary = Vocabulary(fold_all, "en")
    texts = [f"a{n} b{n}. C{n}'s d{n}-e{n}" for n in range(20)]
    for text in texts + texts[::-1]:
        assert by_text(vocabulary.tokenize([text]), vocabulary) == slowly([text])
    check_vocabulary(vocabulary, fold)


def test_positions_are_as_wide_as_they_need_to_be() -> None:
    vocabulary = Vocabulary(fold_all, "en")
    for paragraphs, dtype in ((649, "uint16"), (650, "uint32")):
        texts = ["\n\n".join(["a"] * paragraphs), "b"]
        tokens = vocabulary.tokenize(texts)
        assert tokens.positions.dtype == dtype
        assert tokens.positions[-2] == (paragraphs - 1) * PARAGRAPH_GAP
        assert by_text(tokens, vocabulary) == slowly(texts)


def test_nothing_in_nothing_out() -> None:
    vocabulary = Vocabulary(fold_all, "en")
    assert by_text(vocabulary.tokenize([]), vocabulary) == Found()
    assert by_text(vocabulary.tokenize([""]), vocabulary) == slowly([""])
    tokens = vocabulary.tokenize(["\n\n ... \n\n", ""])
    assert (str(tokens.tokens.dtype), tokens.lengths.tolist()) == ("uint32", [0, 0])
    assert len(vocabulary) == 0


@given(st.lists(st.text(st.sampled_from("ab .\n'é-\"”"), max_size=30), max_size=6), st.integers(1, 9))
def test_texts_are_looked_up_piece_by_piece(texts: list[str], size: int) -> None:
    """Whatever is cut off at once, no word is cut."""
    pieces, whole = Vocabulary(Analyzer("en").terms, "en"), Vocabulary(Analyzer("en").terms, "en")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_tokenizer, "LOOKUP_BYTES", size)
        found = pieces.tokenize(texts)
    expected = whole.tokenize(texts)
    assert [pieces.forms[token] for token in found.tokens] == [whole.forms[token] for token in expected.tokens]
    for name in ("counts", "lengths", "positions", "sentences", "paragraphs", "quotations"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
