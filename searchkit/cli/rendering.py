"""Renders hits and whole articles for people to read, with the matches of the query highlighted."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import click

import searchkit
from searchkit.cli.printers import date_text
from searchkit.cli.terminal import display_width, readable_date, strip_controls
from searchkit.cli.wrapping import Highlights, Style, highlight_line, wrap

_COLUMNS = re.compile(r"\S(?: {3,}|\t)\S")
"""Blanks inside a line that only a table has."""


def hit_lines(rank: int, hit: searchkit.Hit, width: int, color: bool) -> list[str]:
    """The lines of one hit: rank and headline; date, authors and source; snippets; id."""
    indent = " " * (len(str(rank)) + 2)
    body = hit.article.body
    snippets = [_show_cuts(snippet, body) for snippet in hit.snippets]
    if hit.title.strip():
        headline, marks = hit.title, hit.title_marks
    else:
        headline, marks = hit.headline or "(no text)", ()
        if snippets and _fold_blanks(snippets[0].text).startswith(_fold_blanks(headline).rstrip("… ")):
            # The first sentence serves as headline and is the best snippet too: it is shown once,
            # with highlights.
            first = snippets.pop(0)
            headline, marks = first.text, first.marks
    lines = wrap(headline, marks, width, indent, _styler(color, bold=True)) or [indent]
    lines[0] = f"{rank}. {lines[0][len(indent) :]}"
    lines += [indent + _dim(line, color) for line in _fill(_facts(hit), width - len(indent))]
    for snippet in snippets:
        lines += wrap(snippet.text, snippet.marks, width, indent, _styler(color))
    # An id stays on one line, however long it is, so that it can be copied.
    return [*lines, indent + _dim(strip_controls(hit.id), color)]


def _show_cuts(snippet: searchkit.Snippet, body: str) -> searchkit.Snippet:
    """A snippet with `…` where it begins or ends inside a sentence."""
    text, marks, start = snippet.text, snippet.marks, snippet.start
    end = start + len(text)
    if text[-1:].isalnum() and body[end : end + 1] == " ":
        text += "…"
    if start and text[:1].islower() and body[start - 1 : start] == " ":
        text, marks = f"…{text}", tuple([(first + 1, last + 1) for first, last in marks])
    return snippet if text is snippet.text else searchkit.Snippet(text, marks, start)


def _facts(hit: searchkit.Hit) -> list[str]:
    """Date, authors and source of a hit; an agency that is both is named once."""
    names = [", ".join(hit.authors), hit.source]
    return [
        readable_date(date_text(hit.date)),
        *dict.fromkeys(text for name in names if (text := strip_controls(name).strip())),
    ]


def _fill(parts: Iterable[str], width: int) -> list[str]:
    """Lines of parts, two blanks between them; only a part that is wider than a line is broken."""
    lines: list[str] = []
    for part in parts:
        if lines and display_width(lines[-1]) + 2 + display_width(part) <= width:
            lines[-1] += f"  {part}"
        else:
            lines += wrap(part, (), width)
    return lines


def _dim(text: str, color: bool) -> str:
    return click.style(text, dim=True) if color else text


def article_text(article: searchkit.Article, marks: searchkit.ArticleMarks, width: int, color: bool) -> str:
    """The text of a whole article: title, fields, body."""
    lines = wrap(article.title, marks.title, width, "", _styler(color, bold=True))
    facts = {
        "date": readable_date(date_text(article.date)),
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
            lines.append(_dim(f"{name + ':':<10}{strip_controls(value)}", color))
    for start, paragraph in _paragraphs(article.body):
        lines.append("")
        if not _COLUMNS.search(paragraph):
            lines += wrap(paragraph, _clip_highlights(marks.body, start, len(paragraph)), width, "", _styler(color))
            continue
        for line in paragraph.split("\n"):
            lines.append(highlight_line(line, _clip_highlights(marks.body, start, len(line)), _styler(color)).rstrip())
            start += len(line) + 1
    return "\n".join(lines)


def line_of_first_match(article: searchkit.Article, marks: searchkit.ArticleMarks, width: int) -> int:
    """The number of the line of `article_text`, from 1, in which the first match of the body is; 1
    if there is none."""
    if not marks.body:
        return 1
    before = article_text(
        replace(article, body=article.body[: marks.body[0][0]] + "x"), searchkit.ArticleMarks(), width, False
    )
    return before.count("\n") + 1


def _paragraphs(body: str) -> Iterator[tuple[int, str]]:
    """The paragraphs of a body, each with its offset.

    A paragraph ends at an empty line, and before an indented line that follows one that is not
    indented.
    """
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


def _clip_highlights(highlights: Highlights, start: int, length: int) -> Highlights:
    """The highlights of `length` characters from `start`, as offsets in that part."""
    end = start + length
    return [(max(a, start) - start, min(b, end) - start) for a, b in highlights if a < end and b > start]


def _styler(color: bool, *, bold: bool = False) -> Style | None:
    return functools.partial(_style, bold=bold) if color else None


def _style(run: str, is_highlighted: bool, *, bold: bool) -> str:
    if is_highlighted:
        return click.style(run, fg="red", bold=True)
    return click.style(run, bold=True) if bold else run


def _fold_blanks(text: str) -> str:
    return " ".join(text.split())
