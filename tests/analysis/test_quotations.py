"""Quotations: what is between quotation marks, in the typographies of many languages."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import find_quotations, quoted_words, tokenize


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # English, American and British
        ('He said "peace is near," and left.', ['"peace is near,"']),
        ("“Peace,” she said, “is near.”", ["“Peace,”", "“is near.”"]),
        ("‘Peace,’ she said, ‘is near’.", ["‘Peace,’", "‘is near’."]),
        ("He called it ‘peace’; they don’t.", ["‘peace’;"[:-1]]),
        ("``We won,'' he said. ''", ["``We won,''"]),
        # German, Austrian, Swiss; Danish; Polish; Hungarian; Dutch
        ("„Frieden“, sagte er, ‚bald‘.", ["„Frieden“", "‚bald‘."]),
        ("»Frieden«, sagte er, ›bald‹.", ["»Frieden«", "›bald‹"]),
        ("«Frieden», sagte er, ‹bald›.", ["«Frieden»", "‹bald›"]),
        ("„Pokój” i „wojna”", ["„Pokój”", "„wojna”"]),
        ("Azt mondta: „béke »közel« van”.", ["„béke »közel« van”"]),
        # French and Russian, with blanks inside or without
        ("« La paix », dit-il. «\u00a0Bientôt\u00a0».", ["« La paix »", "«\u00a0Bientôt\u00a0»"]),
        ("«Мир», сказал он. «Он сказал: „мир“ и ушёл».", ["«Мир»", "«Он сказал: „мир“ и ушёл»"]),
        # Swedish and Finnish
        ("”Fred”, sa han. ”Snart.”", ["”Fred”", "”Snart.”"]),
        ("»Fred», sa han. Sedan: »snart».", ["»Fred»", "»snart»"]),
        # Turkish suffixes, Korean particles
        ("“Barış”ın yolu, \"barış\"a giden yol", ["“Barış”", '"barış"']),
        ('그는 "평화"라고 말했다', ['"평화"']),
        # Chinese and Japanese, without blanks
        ("他说“和平”，《人民日报》说\"战争\"了。", ["“和平”", "《人民日报》", '"战争"']),
        ("彼は「平和は『近い』」と言った。", ["「平和は『近い』」"]),
        ("＂和平＂ 〝和平〞", ["＂和平＂", "〝和平〞"]),
        # Hebrew and Arabic
        ('צה"ל אמר "שלום" עכשיו', ['"שלום"']),
        ('"צה"ל אמר שלום" עכשיו', ['"צה"ל אמר שלום"']),
        ("قال «السلام» و“الحرب”", ["«السلام»", "“الحرب”"]),
        # mixed by a careless hand
        ('“peace" and "war”', ['“peace"', '"war”']),
        ("„peace\" and „war”", ['„peace"', "„war”"]),
        ("“peace“ and war", ["“peace“"]),
        ('said:"Peace," ("war") —"truce"— [“end”]', ['"Peace,"', '"war"', '"truce"', "“end”"]),
        ('" peace " and " war "', ['" peace "', '" war "']),
    ],
)  # fmt: skip
def test_typographies(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“He said ‘yes’ to me,” she said. ‘No’", ["“He said ‘yes’ to me,”", "‘No’"]),
        ('"He said "yes" to me," she said.', ['"He said "yes" to me,"']),
        ("“a “b “c” d” e” f", ["“a “b “c” d” e”"]),
        ("“a ‘b” c’ d", ["“a ‘b”"]),
        ("„Er sagte ‚ja‘ dann“ weg", ["„Er sagte ‚ja‘ dann“"]),
    ],
)
def test_a_quotation_inside_another_belongs_to_it(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't 'tis the boys' home, O'Neill's rock'n'roll", []),
        ("don’t ’tis the boys’ home, O’Neill’s rock ’n’ roll, ’90s", []),
        ("‘90s music, rock ‘n’ roll, ‘em and ‘til; the boys’ home", []),
        ("‘The boys’ home is lost,’ he said", ["‘The boys’ home is lost,’"]),
        ("“Don’t,” he said, “it’s the boys’ home”", ["“Don’t,”", "“it’s the boys’ home”"]),
        ("‘It’s the U.S.’s,’ he said", ["‘It’s the U.S.’s,’"]),
        ("'peace' and `war`", []),
        ('a 12" pipe, 5\'10" tall, 12"x14", 3.5" and 8″ or 5′', []),
        ('"The 12" disc is out," he said. 12" it is', ['"The 12" disc is out,"']),
        ('"I was born in 1999" and "went in 2000" he said', ['"I was born in 1999"', '"went in 2000"']),
        ('He scored "10" and "20".', ['"10"', '"20"']),
    ],
)
def test_apostrophes_and_inches_are_no_quotation_marks(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "peace. War came. It "went on" for years.', ['"went on"']),
        ('He said "peace.\n\nWar came. "It" went on.', ['"It"']),
        ("He said “peace.\n\nWar came. “It” went on.", ["“It”"]),
        ('One "', []),
        ('"', []),
        ('peace." War." "Truce."', ['"Truce."']),
        ("peace” and war» and 」", []),
        ('A "peace\n\nB\n\n"war," he said', ['"war,"']),
    ],
)
def test_an_unclosed_quotation_quotes_nothing(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        'He said: |"Peace.\n\n"War.\n\n"Truce,"| he said. End',
        "|“Peace.\n\n“‘War’ is over.\n\n“Truce.”| End",
        "|« Peace.\n\n» War.\n\n» Truce », dit-il. Fin".replace(", dit", "|, dit"),
        "|«Peace.\n   «War.»| End",
        "Er sagte |„Frieden.\n\n„Krieg.“| Ende",
        "|「平和。\n\n「戦争。」| 終",
        '|"Peace "now" and.\n\n"War."| End',
    ],
)
def test_a_quotation_of_several_paragraphs_is_opened_anew_and_closed_once(text: str) -> None:
    start, end = text.index("|"), text.rindex("|") - 1
    plain = text.replace("|", "")
    assert find_quotations(plain) == [(start, end)]


def test_words_of_quotations() -> None:
    text = 'One "two three," four "" five “…” six "seven-\neight" nine'
    words = tokenize(text)
    found = [words.forms[first : last + 1] for first, last in quoted_words(text, words)]
    assert found == [["two", "three"], ["seven", "eight"]]


PAIRS = (
    '"!"',
    "“!”",
    "„!“",
    "„!”",
    "”!”",
    "«!»",
    "« ! »",
    "»!«",
    "»!»",
    "‹!›",
    "‘!’",
    "‚!‘",
    "「!」",
    "『!』",
    "《!》",
    "``!''",
)
WORDS = ("peace", "war’s", "don't", "Truce.", "U.S.", "12", "—", "5,", "(now)", "é")


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and its quotations: one typography in a text, blanks between all words."""
    opening, _, closing = draw(st.sampled_from(PAIRS)).partition("!")
    pieces: list[str] = []
    expected: list[str] = []
    for _ in range(draw(st.integers(0, 4))):
        pieces.append(" ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))))
        inside = [" ".join(draw(st.lists(st.sampled_from(WORDS[:5]), min_size=1, max_size=3)))
                  for _ in range(draw(st.sampled_from((1, 1, 1, 2, 3))))]  # fmt: skip
        expected.append("\n\n".join(f"{opening}{paragraph}" for paragraph in inside) + closing)
        pieces += [expected[-1], draw(st.sampled_from(("said", "went", "the\n\nend")))]
    return " ".join(pieces), expected


@given(texts())
def test_what_is_written_is_found(made: tuple[str, list[str]]) -> None:
    text, expected = made
    assert quoted(text) == expected


@given(st.text(st.sampled_from("\"“”„«»‹›‘’‚「」'` \n.,!()12abéה和—…"), max_size=60))
def test_quotations_of_any_text_are_ordered_and_begin_and_end_with_marks(text: str) -> None:
    found = find_quotations(text)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    for start, end in found:
        assert text[start] in '"“”„«»‹›‘’‚「`'
        ends = text[start:end].rstrip(".,!?…")
        assert ends.rstrip("'’‘")[-1:] in '"“”«»‹›」' or ends[-1:] in "’‘'"
    words = tokenize(text)
    for first, last in quoted_words(text, words):
        assert 0 <= first <= last < len(words)


MANY = (
    "‘" + "’" * 20_000,
    '"' * 20_000,
    "„" * 20_000 + "»" * 20_000,
    '" a' * 20_000,
    "“\n\n" * 10_000,
    "‘s’ s’ " * 5_000,
    "‘" + "s’ s" * 10_000,
)


@pytest.mark.parametrize("text", MANY, ids=range(len(MANY)))
def test_very_many_marks(text: str) -> None:
    """Each is compared with a few others only."""
    assert len(find_quotations(text)) <= len(text) / 2
