"""Which words begin a sentence: exact cases, and the rule said once more in another way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import sentence_starts, tokenize


@pytest.mark.parametrize(
    ("text", "first_words"),
    [
        ("", ""),
        ("... !", ""),
        ("peace", "peace"),
        ("He left. She came! Who? they. Nobody.", "He She Who Nobody"),
        ("Mr. Smith met J. Smith. Then he left.", "Mr Then"),
        ("The U.S. Treasury of the U.S.. Then Apple Inc. said", "The Then"),
        ("the end of the U.S.? Yes", "the Yes"),
        ("No. 5 is not no. 6. He said no. Five did", "No He Five"),
        ("Vitamin C. Then D! E? F", "Vitamin Then E F"),
        ("It rose 5. Then 6 fell. 7 did. 3.5 too", "It Then 7 3.5"),
        ("«He left.» “She stayed.” (They went.) [Fine.] End", "He She They Fine End"),
        ('He said "stop." and went. "and then." Next', "He Next"),
        ("wait... Then wait… Then - . Then", "wait Then Then Then"),
        ("J. (!) Smith ? X . y", "J Smith X"),
        ("end.Next word a.b.c Done", "end"),
        ("北京。上海 。 x。y", "北京 上海 x y"),
        ("one\n\ntwo\nthree\n\n\nfour", "one two four"),
        ("the boys'. Then boys', then '. Then", "the Then Then"),
        ("Corp.'s plan. In Corp.', Then", "Corp In"),
        ("ﬁn. Été. école", "fin Été"),
        ("Hello!? World?! Ok,. Go", "Hello World Ok Go"),
        ("one． Then", "one Then"),
        ("the No.? Then", "the Then"),
        ("the No?. Then", "the Then"),
    ],
)
def test_the_words_that_begin_sentences(text: str, first_words: str) -> None:
    words = tokenize(text)
    assert [words.forms[index] for index in sentence_starts(text, words, "en")] == first_words.split()


PIECES = st.sampled_from(
    ["peace", "Peace", "Mr", "J", "U.S.", "5", "1,655.8", "é", ".", "!", "?", ",", "'", '"', "(", ")", " ", " ", "\n\n"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_starts_are_ascending_and_paragraphs_begin_sentences(text: str) -> None:
    words = tokenize(text)
    starts = sentence_starts(text, words, "en")
    assert starts == sorted(set(starts))
    assert starts[:1] == ([0] if words.forms else [])
    paragraphs = [i for i in range(1, len(words)) if words.positions[i] - words.positions[i - 1] >= 101]
    assert set(paragraphs) <= set(starts)
    for index in set(starts) - {0, *paragraphs}:
        before = text[words.ends[index - 1] : words.starts[index]]
        assert set(before) & set(".!?")
        assert not text[words.starts[index]].islower()
