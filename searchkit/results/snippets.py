"""Which passages of an article show best why it was found?

Whole sentences where they fit, cut at words' ends where they do not; first those with the most different words marked,
then those with the most marks, then the earlier ones. Sentences are looked for around marks only, and their bounds only
where they are shown.

Slow twin: `tests/results/plain_snippets.py`, which takes the body apart into its sentences.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis import Analyzer, tokenize
from searchkit.analysis.sentences import Sentences
from searchkit.model import Mark, Snippet

LONGEST = 280
"""Characters of a snippet."""

_FAR = 1 << 62


class _Passage(NamedTuple):
    """Marks that are shown together, and the span that shows them."""

    marks: Sequence[Mark]
    span: Mark


_Group = tuple[list[Mark], Mark | None]
"""The marks of a sentence, and its span, where that is known."""

_Place = tuple[int, int, int, int, Sequence[Mark], _Passage | None]
"""In a queue, the best first: rank, number of the group, number of the passage in it; the marks; the passage, once known."""


def make_snippets(
    body: str,
    marks: Sequence[Mark],
    count: int,
    analyzer: Analyzer,
    sentences: Sequence[Mark] | None = None,
) -> tuple[Snippet, ...]:
    """Up to `count` snippets of a body, in its order. `marks` are the query's in the body, in order and apart; without
    any, the snippet is the first sentence, unmarked. `sentences` are those of the body, where they are known."""
    if count <= 0 or not body or body.isspace():
        return ()
    finder = Sentences(body, analyzer.language)
    if not marks:
        first = finder.first()
        start, end = _cut(body, first, first[0])
        return (Snippet(body[start:end], (), start),)
    groups = _together(finder, marks) if sentences is None else _in_sentences(marks, sentences)
    passages = _best(finder, groups, count, analyzer) if groups else [_Passage(marks[:1], marks[0])]
    shown = []
    for passage in passages:
        start, end = passage.span
        shown.append(Snippet(body[start:end], tuple([(s - start, e - start) for s, e in passage.marks]), start))
    if count > 1:
        shown.sort(key=lambda snippet: snippet.start)
    return tuple(shown)


def _in_sentences(marks: Sequence[Mark], sentences: Sequence[Mark]) -> list[_Group]:
    """The marks of each sentence that has any, without those that run over its end."""
    groups: list[_Group] = []
    number = -1
    for mark in marks:
        if number < 0 or mark[0] >= sentences[number][1]:
            number = bisect_right(sentences, (mark[0], _FAR)) - 1
            if number < 0:
                continue
        sentence = sentences[number]
        if mark[1] <= sentence[1]:
            if groups and groups[-1][1] is sentence:
                groups[-1][0].append(mark)
            else:
                groups.append(([mark], sentence))
    return groups


def _together(finder: Sentences, marks: Sequence[Mark]) -> list[_Group]:
    """The marks of each sentence that has any, without those that run over its end; marks too far from the one before to
    be in one snippet with it are parted too."""
    body = finder.text
    kept = [mark for mark in marks if body[mark[0] : mark[1]].isalnum() or not finder.has_boundary(mark[0] + 1, mark[1] - 1)]
    groups: list[_Group] = []
    first = 0
    for number in range(1, len(kept) + 1):
        if number == len(kept) or kept[number][1] - kept[number - 1][0] > LONGEST:
            groups += [(group, None) for group in _by_sentence(finder, kept[first:number])]
            first = number
    return groups


def _by_sentence(finder: Sentences, marks: list[Mark]) -> list[list[Mark]]:
    """Some marks, those of each sentence together."""
    groups = [marks[:1]]
    ends = finder.ends_by_marks(marks[0][1], marks[-1][0]) if len(marks) > 1 else []
    passed = 0
    for (_, last), mark in pairwise(marks):
        start = mark[0]
        while passed < len(ends) and ends[passed] < last:
            passed += 1
        ended = passed < len(ends) and ends[passed] <= start
        if ended or finder.has_paragraph(last, start):
            groups.append([mark])
        else:
            groups[-1].append(mark)
    return groups


def _best(finder: Sentences, groups: list[_Group], count: int, analyzer: Analyzer) -> list[_Passage]:
    """The best passages. Only groups that may be among them are looked at closely, the most promising first."""
    body = finder.text
    if count == 1:
        # The first of the best groups, unless it has several passages: these compete with the other groups.
        best_group = groups[0] if len(groups) == 1 else min(groups, key=lambda group: _rank(body, group[0], analyzer))
        passages = _passages(finder, *best_group)
        if len(passages) == 1:
            return passages
    # By rank, then by place: the number of the group and that of the passage in it.
    queue: list[_Place] = [
        (*_rank(body, marks, analyzer), number, 0, marks, None) for number, (marks, _) in enumerate(groups)
    ]
    heapify(queue)
    best: list[_Passage] = []
    while queue and len(best) < count:
        *_, number, _, _, passage = heappop(queue)
        if passage is None:
            passages = _passages(finder, *groups[number])
            if len(passages) > 1:
                for place, part in enumerate(passages):
                    heappush(queue, (*_rank(body, part.marks, analyzer), number, place, part.marks, part))
                continue
            passage = passages[0]
        best.append(passage)
    return best


def _passages(finder: Sentences, inside: Sequence[Mark], sentence: Mark | None) -> list[_Passage]:
    """The passages of one sentence with these marks: all of it, or windows around them when it is too long."""
    if sentence is None:
        sentence = finder.around(inside[0][0], inside[-1][1])
    if sentence[1] - sentence[0] <= LONGEST:
        return [_Passage(inside, sentence)]
    passages = []
    while inside:
        start, end = _window(finder.text, sentence, inside[0])
        within = [mark for mark in inside if mark[1] <= end]
        passages.append(_Passage(within, (start, end)))
        inside = inside[len(within) :]
    return passages


def _window(body: str, sentence: Mark, first: Mark) -> Mark:
    """What is shown of a sentence, from its first mark that was not shown yet."""
    start, end = _cut(body, sentence, *first)
    return start, max(end, first[1])  # one mark may be longer than a snippet


def _rank(body: str, marks: Sequence[Mark], analyzer: Analyzer) -> tuple[int, int]:
    """How good it is to show these marks together, the best first: how many different words are marked, then how many
    marks there are."""
    if len(marks) == 1:
        start, end = marks[0]
        return -len(_terms(body[start:end], analyzer)), -1
    terms: set[str] = set()
    for marked in {body[start:end] for start, end in marks}:
        terms |= _terms(marked, analyzer)
    return -len(terms), -len(marks)


@lru_cache(10_000)
def _terms(marked: str, analyzer: Analyzer) -> frozenset[str]:
    """The terms of the words of a marked text."""
    return frozenset([analyzer.term(form) for form in tokenize(marked, analyzer.language).forms])


def _cut(body: str, sentence: Mark, must_start: int, must_end: int = 0) -> Mark:
    """At most LONGEST characters of a sentence with what must be in them, some before it, cut at words' ends."""
    start, end = sentence
    if end - start <= LONGEST:
        return sentence
    if must_start - start > LONGEST // 3:
        start = must_start - LONGEST // 3
        while start < must_start and not body[start - 1].isspace():
            start += 1
    if end - start > LONGEST:
        end = max(start + LONGEST, must_end)
        cut = end
        while cut > max(must_end, start + 1) and cut < len(body) and not body[cut].isspace():
            cut -= 1
        if cut > max(must_end, start + LONGEST // 2):
            end = cut
        while end > must_end and end > start and body[end - 1].isspace():
            end -= 1
    return start, end
