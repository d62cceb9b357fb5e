"""Snippets made from sentences around marks are those made from all sentences of a body."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import Analyzer, find_sentences, tokenize
from searchkit.results import make_snippets
from tests.analysis.test_sentences_around import BLANKS, TEXTS
from tests.results.plain_snippets import plain_snippets

ANALYZER = Analyzer("en")
LONG = st.lists(
    st.sampled_from(["oil ", "prices ", "oil, ", "end. ", "Oil", "\n    ", "x" * 90 + " ", " "]), max_size=120
).map("".join)


@given(st.one_of(TEXTS, LONG), BLANKS, st.integers(0, 4), st.data())
def test_they_are_those_of_the_slow_way(body: str, blank: str, count: int, data: st.DataObject) -> None:
    body = blank + body
    words = tokenize(body)
    marks: list[tuple[int, int]] = []
    for number in sorted(data.draw(st.sets(st.integers(0, max(0, len(words) - 1)), max_size=25)) if words.forms else ()):
        last = min(len(words) - 1, number + data.draw(st.sampled_from([0, 0, 0, 1, 3])))
        if not marks or words.starts[number] >= marks[-1][1]:
            marks.append((words.starts[number], words.ends[last]))
    expected = plain_snippets(body, marks, count, ANALYZER)
    assert make_snippets(body, marks, count, ANALYZER) == expected
    assert make_snippets(body, marks, count, ANALYZER, find_sentences(body, "en")) == expected
