"""Articles for eyes: headlines, snippets and whole articles, with their matches marked."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

import click

import searchkit
from searchkit.cli.printers import date_text
from searchkit.cli.terminal import Marks, clean, marked_line, width_of, wrap

_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
"""Blanks inside a line that only a table has."""


def hit_lines(rank: int, hit: searchkit.Hit, width: int, color: bool) -> list[str]:
    """One hit: rank and headline, date, source or byline, id, then its snippets."""
    indent = " " * (len(str(rank)) + 2)
    snippets = list(hit.snippets)
    if hit.title.strip():
        headline, marks = hit.title, hit.title_marks
    else:
        headline, marks = hit.headline or "(no text)", ()
        if snippets and _folded(snippets[0].text).startswith(_folded(headline).rstrip("… ")):
            # The headline is the article's first sentence and the best passage too: once is enough, with its marks.
            first = snippets.pop(0)
            headline, marks = first.text, first.marks
    lines = wrap(headline, marks, width, indent, _painter(color, bold=True)) or [indent]
    lines[0] = f"{rank}. {lines[0][len(indent) :]}"
    who = clean(hit.source or ", ".join(hit.authors))
    facts = [part for part in (date_text(hit.date) or "undated", who, clean(hit.id)) if part]
    fits = width_of("  ".join(facts)) + len(indent) <= width
    # An id is never broken: it is there to be copied.
    facts = ["  ".join(facts)] if fits else ["  ".join(facts[:-1]), facts[-1]]
    lines += [indent + (click.style(fact, dim=True) if color else fact) for fact in facts]
    for snippet in snippets:
        lines += wrap(snippet.text, snippet.marks, width, indent, _painter(color))
    return lines


def article_text(article: searchkit.Article, marks: searchkit.ArticleMarks, width: int, color: bool) -> str:
    """A whole article: title, facts, body."""
    lines = wrap(article.title, marks.title, width, "", _painter(color, bold=True))
    facts = {
        "date": date_text(article.date) or "undated",
        "authors": ", ".join(article.authors),
        "source": article.source,
        "section": article.section,
        "topics": ", ".join(article.topics),
        "language": article.language,
        "url": article.url,
        "id": article.id,
        "path": article.path,
    }
    for name, value in facts.items():
        if value:
            line = f"{name + ':':<10}{clean(value)}"
            lines.append(click.style(line, dim=True) if color else line)
    for start, paragraph in _paragraphs(article.body):
        lines.append("")
        if not _COLUMNS.search(paragraph):
            lines += wrap(paragraph, _within(marks.body, start, len(paragraph)), width, "", _painter(color))
            continue
        for line in paragraph.split("\n"):
            lines.append(marked_line(line, _within(marks.body, start, len(line)), _painter(color)).rstrip())
            start += len(line) + 1
    return "\n".join(lines)


def _paragraphs(body: str) -> Iterator[tuple[int, str]]:
    """Paragraphs and where each starts: ended by an empty line, or before an indented line after one that is not."""
    start = at = 0
    indented = False
    for line in [*body.split("\n"), ""]:
        deeper = line.startswith("  ") and not indented
        if (not line.strip() or deeper) and body[start:at].strip():
            yield start, body[start : at - 1]
            start = at
        if not line.strip():
            start = at + len(line) + 1
        indented = line.startswith("  ")
        at += len(line) + 1


def _within(marks: Marks, start: int, length: int) -> Marks:
    """The marks of a part of a text, counted from its start."""
    end = start + length
    return [(max(a, start) - start, min(b, end) - start) for a, b in marks if a < end and b > start]


def _painter(color: bool, *, bold: bool = False) -> Callable[[str, bool], str]:
    return functools.partial(_paint, bold=bold) if color else lambda run, marked: run


def _paint(run: str, marked: bool, *, bold: bool) -> str:
    if marked:
        return click.style(run, fg="red", bold=True)
    return click.style(run, bold=True) if bold else run


def _folded(text: str) -> str:
    return " ".join(text.split())
