"""Makes snippets: the passages of an article that show best why it was found.

A snippet is a whole sentence where that fits, else a part of one, cut between words. The best have
the most different words marked; of these, the most marks; of these, the first in the body are
taken. Boundaries of sentences are looked for between marks only, and whole sentences only where
they are shown.

Reference implementation: `tests/results/plain_snippets.py`, which splits the whole body into
sentences.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis import Analyzer, tokenize
from searchkit.analysis.sentences import SentenceFinder
from searchkit.model import CharRange, Mark, Snippet

MAX_LENGTH = 280
"""Maximum number of characters of a snippet. Only a mark that is longer exceeds it."""

_BEYOND_ANY_OFFSET = 1 << 62


class _Passage(NamedTuple):
    """A part of the body that may be shown, and the marks in it."""

    marks: Sequence[Mark]
    range: CharRange


_SentenceMarks = tuple[list[Mark], CharRange | None]
"""The marks of a sentence, and its range; None where that is not known yet."""

_Queued = tuple[int, int, int, int, Sequence[Mark], _Passage | None]
"""An entry of a queue, the best first: rank (two numbers), index of the sentence, index of the
passage in it; the marks; the passage, once it is known."""


def make_snippets(
    body: str,
    marks: Sequence[Mark],
    count: int,
    analyzer: Analyzer,
    sentences: Sequence[CharRange] | None = None,
) -> tuple[Snippet, ...]:
    """Up to `count` snippets of a body, in its order.

    `marks` are the highlights of the query in the body, in order and disjoint. Without any, the
    snippet is the first sentence. `sentences` are those of the body, None if they are not known.
    """
    if count <= 0 or not body or body.isspace():
        return ()
    finder = SentenceFinder(body, analyzer.language)
    if not marks:
        first = finder.find_first()
        start, end = _trim_to_length(body, first, first[0])
        return (Snippet(body[start:end], (), start),)
    groups = _group_by_boundary(finder, marks) if sentences is None else _group_by_sentence(marks, sentences)
    passages = _best_passages(finder, groups, count, analyzer) if groups else [_Passage(marks[:1], marks[0])]
    snippets = []
    for passage in passages:
        start, end = passage.range
        snippets.append(Snippet(body[start:end], tuple([(s - start, e - start) for s, e in passage.marks]), start))
    if count > 1:
        snippets.sort(key=lambda snippet: snippet.start)
    return tuple(snippets)


def _group_by_sentence(marks: Sequence[Mark], sentences: Sequence[CharRange]) -> list[_SentenceMarks]:
    """Group marks by sentence. Marks that run over the end of a sentence are left out."""
    groups: list[_SentenceMarks] = []
    index = -1
    for mark in marks:
        if index < 0 or mark[0] >= sentences[index][1]:
            index = bisect_right(sentences, (mark[0], _BEYOND_ANY_OFFSET)) - 1
            if index < 0:
                continue
        sentence = sentences[index]
        if mark[1] <= sentence[1]:
            if groups and groups[-1][1] is sentence:
                groups[-1][0].append(mark)
            else:
                groups.append(([mark], sentence))
    return groups


def _group_by_boundary(finder: SentenceFinder, marks: Sequence[Mark]) -> list[_SentenceMarks]:
    """Group marks that have no boundary of sentences between them. A mark too far from the one
    before to be in one snippet with it begins a new group. Marks that run over a boundary are left
    out."""
    body = finder.text
    kept = [mark for mark in marks if body[mark[0] : mark[1]].isalnum() or not finder.has_boundary(mark[0] + 1, mark[1] - 1)]
    groups: list[_SentenceMarks] = []
    first = 0
    for index in range(1, len(kept) + 1):
        if index == len(kept) or kept[index][1] - kept[index - 1][0] > MAX_LENGTH:
            groups += [(group, None) for group in _split_by_sentence(finder, kept[first:index])]
            first = index
    return groups


def _split_by_sentence(finder: SentenceFinder, marks: list[Mark]) -> list[list[Mark]]:
    """Divide marks where a sentence ends between them."""
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


def _best_passages(finder: SentenceFinder, groups: list[_SentenceMarks], count: int, analyzer: Analyzer) -> list[_Passage]:
    """The best passages. A group is split into passages only when its rank is reached."""
    body = finder.text
    if count == 1:
        # The first of the best groups. If it has several passages, they compete with other groups.
        best_group = groups[0] if len(groups) == 1 else min(groups, key=lambda group: _rank(body, group[0], analyzer))
        passages = _passages(finder, *best_group)
        if len(passages) == 1:
            return passages
    queue: list[_Queued] = [
        (*_rank(body, marks, analyzer), index, 0, marks, None) for index, (marks, _) in enumerate(groups)
    ]
    heapify(queue)
    best: list[_Passage] = []
    while queue and len(best) < count:
        *_, index, _, _, passage = heappop(queue)
        if passage is None:
            passages = _passages(finder, *groups[index])
            if len(passages) > 1:
                for nth, part in enumerate(passages):
                    heappush(queue, (*_rank(body, part.marks, analyzer), index, nth, part.marks, part))
                continue
            passage = passages[0]
        best.append(passage)
    return best


def _passages(finder: SentenceFinder, marks: Sequence[Mark], sentence: CharRange | None) -> list[_Passage]:
    """The passages of a sentence with these marks: the whole sentence, or parts of one that is too
    long."""
    if sentence is None:
        sentence = finder.find_sentence(marks[0][0], marks[-1][1])
    if sentence[1] - sentence[0] <= MAX_LENGTH:
        return [_Passage(marks, sentence)]
    passages = []
    while marks:
        start, end = _window(finder.text, sentence, marks[0])
        within = [mark for mark in marks if mark[1] <= end]
        passages.append(_Passage(within, (start, end)))
        marks = marks[len(within) :]
    return passages


def _window(body: str, sentence: CharRange, first: Mark) -> CharRange:
    """The part of a sentence that shows a mark."""
    start, end = _trim_to_length(body, sentence, *first)
    return start, max(end, first[1])  # one mark may be longer than a snippet


def _rank(body: str, marks: Sequence[Mark], analyzer: Analyzer) -> tuple[int, int]:
    """The sort key of passages: the negated numbers of different words and of marks."""
    if len(marks) == 1:
        start, end = marks[0]
        return -len(_terms(body[start:end], analyzer)), -1
    terms: set[str] = set()
    for marked in {body[start:end] for start, end in marks}:
        terms |= _terms(marked, analyzer)
    return -len(terms), -len(marks)


@lru_cache(10_000)
def _terms(marked: str, analyzer: Analyzer) -> frozenset[str]:
    """The terms of the words of a marked text. Without the cache, pages take 3 to 6 % longer."""
    return frozenset([analyzer.term(form) for form in tokenize(marked, analyzer.language).forms])


def _trim_to_length(body: str, sentence: CharRange, keep_start: int, keep_end: int = 0) -> CharRange:
    """The range of at most MAX_LENGTH characters of a sentence, cut between words.

    It contains the characters from `keep_start` to `keep_end` (0: none have to be kept), and some
    before them. It is longer than MAX_LENGTH only if these are.
    """
    start, end = sentence
    if end - start <= MAX_LENGTH:
        return sentence
    if keep_start - start > MAX_LENGTH // 3:
        start = keep_start - MAX_LENGTH // 3
        while start < keep_start and not body[start - 1].isspace():
            start += 1
    if end - start > MAX_LENGTH:
        end = max(start + MAX_LENGTH, keep_end)
        cut = end
        while cut > max(keep_end, start + 1) and cut < len(body) and not body[cut].isspace():
            cut -= 1
        if cut > max(keep_end, start + MAX_LENGTH // 2):
            end = cut
        while end > keep_end and end > start and body[end - 1].isspace():
            end -= 1
    return start, end
