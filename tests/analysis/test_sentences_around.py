"""Sentences and paragraphs looked for around an offset are those of the whole text, and those of
its words."""

from __future__ import annotations

from bisect import bisect_left

from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import find_sentences, sentence_starts, sentences, straighten, tokenize
from searchkit.analysis.sentences import SentenceFinder
from searchkit.analysis.tokenizer import find_next_paragraph, find_paragraph_start, paragraph_offsets

PIECES = st.sampled_from(
    [
        "Oil",
        "oil",
        "prices",
        "said",
        "U.S.",
        "Mr.",
        "J.",
        "vs",
        "Corp.",
        "mln",
        "approximately",
        "end.",
        "end!",
        "end?",
        "“End.”",
        '"End."',
        "(so)",
        "...",
        "…",
        "1.5",
        "3",
        "東京。",
        "京！」",
        "Zürich",
        "ﬁx",
        ".",
        "- ",
        "a.b",
        "'s",
        '?"',
        "_x_",
        "4th.",
        "P.L.C.",
        "Rev.",
        "D.C.",
        "The",
        "A",
        "no.",
        "Nov.,",
        "go!,",
        "12.",
        "XIV.",
        "bzw.",
        "Der",
        "Einst,",
        "ждут…",
        "कहा।",
        "डॉ.",
        "e\u0301.",
        "___",
        "(No.)",
        "« Non. »",
        "»Nein.«",
        "- " * 40,
    ]
)
BLANKS = st.sampled_from(
    [" "] * 8 + ["", "\n", "\n\n", "\n    ", "\n  ", "\n \n", "\n ", "  ", "\t", "\x0b", "\u2028", "\u3000"]
)
TEXTS = st.lists(st.tuples(PIECES, BLANKS), max_size=40).map(lambda pairs: "".join(piece + blank for piece, blank in pairs))


LANGUAGES = st.sampled_from(["en", "de", "fr", "hi"])


@given(TEXTS, BLANKS, LANGUAGES)
def test_the_sentences_of_a_text_are_those_of_its_words(text: str, blank: str, language: str) -> None:
    text = blank + text
    words = tokenize(text, language)
    begun = {bisect_left(words.starts, start) for start, _ in find_sentences(text, language)} - {len(words)}
    assert sorted(begun) == sentence_starts(text, words, language)


@given(TEXTS, BLANKS, LANGUAGES)
def test_the_sentences_hold_all_but_white_space(text: str, blank: str, language: str) -> None:
    text = blank + text
    spans = find_sentences(text, language)
    assert spans == sorted(spans)
    assert "".join("".join(straighten(text[start:end]).split()) for start, end in spans) == "".join(straighten(text).split())
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)


@given(TEXTS, BLANKS)
def test_the_sentence_around_each_word(text: str, blank: str) -> None:
    text = blank + text
    words = tokenize(text)
    for sentence in find_sentences(text, "en"):
        inside = [(s, e) for s, e in zip(words.starts, words.ends, strict=True) if s >= sentence[0] and e <= sentence[1]]
        for start, end in inside:
            assert SentenceFinder(text, "en").find_sentence(start, end) == sentence
        if inside:
            assert SentenceFinder(text, "en").find_sentence(inside[0][0], inside[-1][1]) == sentence


@given(TEXTS, BLANKS)
def test_the_first_sentence_around_the_first_sign(text: str, blank: str) -> None:
    text = blank + text
    if text.strip():
        assert SentenceFinder(text, "en").find_first() == find_sentences(text, "en")[0]


@given(TEXTS, st.data())
def test_words_are_parted_by_the_ends_of_sentences(text: str, data: st.DataObject) -> None:
    words = tokenize(text)
    if len(words) < 2:
        return
    first = data.draw(st.integers(0, len(words) - 2))
    last = data.draw(st.integers(first + 1, len(words) - 1))
    one, other = (words.starts[first], words.ends[first]), (words.starts[last], words.ends[last])
    together = any(start <= one[0] and other[1] <= end for start, end in find_sentences(text, "en"))
    assert SentenceFinder(text, "en").has_boundary(one[1], other[0]) == (not together)


@given(TEXTS)
def test_paragraphs_around_words(text: str) -> None:
    starts = paragraph_offsets(text)
    words = tokenize(text)
    for start, end in zip(words.starts, words.ends, strict=True):
        mine = max(offset for offset in starts if offset <= start)
        assert text[find_paragraph_start(text, start) : start].lstrip() == text[mine:start].lstrip()
        for behind in (*[other for other in words.starts if other >= end][:3], len(text)):
            expected = [offset for offset in starts if end <= offset <= behind]
            assert find_next_paragraph(text, end, behind) == (expected[0] if expected else -1)


@given(st.text(st.sampled_from(""".aA1 '"),\n"""), max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_full_stops_from_the_last_to_the_first(text: str, begin: int, stop: int) -> None:
    found = [match.span() for match in sentences._stops_backwards(text, begin, stop)]
    assert found == [match.span() for match in sentences._ASCII_STOPS.end.finditer(text, begin, stop)][::-1]
