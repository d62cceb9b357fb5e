"""Which passages of an article show best why it was found?

Whole sentences where they fit, cut at words' ends where they do not; first those with the most
different words marked, then those with the most marks, then the earlier ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from searchkit.analysis import Analyzer, find_sentences, tokenize
from searchkit.model import Mark, Snippet

MAX_LENGTH = 280
"""Characters of a snippet."""


@dataclass(frozen=True, slots=True)
class _Passage:
    start: int
    end: int
    marks: tuple[Mark, ...]
    different: int


def plain_snippets(body: str, marks: Sequence[Mark], count: int, analyzer: Analyzer) -> tuple[Snippet, ...]:
    """Up to `count` snippets of a body, in its order. `marks` are the query's in the body, in order
    and apart; without any, the snippet is the first sentence, unmarked."""
    if count <= 0 or not body.strip():
        return ()
    sentences = find_sentences(body, analyzer.language)
    if not marks:
        start, end = _cut(body, sentences[0], sentences[0][0])
        return (Snippet(body[start:end], (), start),)
    passages = [passage for sentence in sentences for passage in _passages(body, sentence, marks, analyzer)] or [
        _around(body, marks[0], analyzer)
    ]
    best = sorted(passages, key=lambda p: (-p.different, -len(p.marks), p.start))
    chosen = sorted(best[:count], key=lambda p: p.start)
    return tuple(
        Snippet(body[p.start : p.end], tuple((s - p.start, e - p.start) for s, e in p.marks), p.start) for p in chosen
    )


def _passages(body: str, sentence: Mark, marks: Sequence[Mark], analyzer: Analyzer) -> list[_Passage]:
    """The passages of one sentence that hold marks: all of it, or windows around them when it is
    too long."""
    inside = [mark for mark in marks if mark[0] >= sentence[0] and mark[1] <= sentence[1]]
    passages = []
    while inside:
        start, end = _cut(body, sentence, inside[0][0], inside[0][1])
        within = [mark for mark in inside if mark[1] <= end]
        if not within:  # one mark longer than a snippet
            within = inside[:1]
            end = within[0][1]
        passages.append(_passage(body, start, end, tuple(within), analyzer))
        inside = inside[len(within) :]
    return passages


def _around(body: str, mark: Mark, analyzer: Analyzer) -> _Passage:
    """The passage of a mark that runs over the end of a sentence."""
    return _passage(body, mark[0], mark[1], (mark,), analyzer)


def _passage(body: str, start: int, end: int, marks: tuple[Mark, ...], analyzer: Analyzer) -> _Passage:
    words = {analyzer.term(form) for s, e in marks for form in tokenize(body[s:e]).forms}
    return _Passage(start, end, marks, len(words))


def _cut(body: str, sentence: Mark, must_start: int, must_end: int = 0) -> Mark:
    """At most MAX_LENGTH characters of a sentence with what must be in them, some before it, cut at
    words' ends."""
    start, end = sentence
    if end - start <= MAX_LENGTH:
        return sentence
    if must_start - start > MAX_LENGTH // 3:
        start = must_start - MAX_LENGTH // 3
        while start < must_start and not body[start - 1].isspace():
            start += 1
    if end - start > MAX_LENGTH:
        end = max(start + MAX_LENGTH, must_end)
        cut = end
        while cut > max(must_end, start + 1) and cut < len(body) and not body[cut].isspace():
            cut -= 1
        if cut > max(must_end, start + MAX_LENGTH // 2):
            end = cut
        while end > must_end and end > start and body[end - 1].isspace():
            end -= 1
    return start, end
