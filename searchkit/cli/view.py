"""Articles for eyes: headlines, snippets and whole articles, with their matches marked."""

from __future__ import annotations

from collections.abc import Sequence

import click

import searchkit
from searchkit.cli.printers import date_text
from searchkit.cli.terminal import clean, wrap

Marks = Sequence[tuple[int, int]]


def marked_words(text: str, marks: Marks, color: bool) -> list[tuple[str, str]]:
    """The words of a text as (plain, as printed), the marked parts in colour."""
    inside = [False] * len(text)
    for start, end in marks:
        inside[start:end] = [True] * (end - start)
    words: list[tuple[str, str]] = []
    at = 0
    for word in text.split():
        start = text.index(word, at)
        at = start + len(word)
        plain = clean(word)
        if not color or not any(inside[start:at]):
            if plain:
                words.append((plain, plain))
            continue
        printed, run, lit = "", "", inside[start]
        for offset, character in enumerate(word):
            if inside[start + offset] != lit:
                printed += _paint(run, lit)
                run, lit = "", inside[start + offset]
            run += character
        words.append((plain, printed + _paint(run, lit)))
    return words


def hit_lines(rank: int, hit: searchkit.Hit, width: int, color: bool) -> list[str]:
    """One hit: rank and headline, date, source or byline, id, then its snippets."""
    indent = " " * (len(str(rank)) + 2)
    marks = hit.title_marks if hit.title and hit.headline == hit.title else ()
    headline = marked_words(hit.headline or "(no text)", marks, color)
    lines = wrap(headline, width, indent) or [indent]
    lines[0] = f"{rank}. {lines[0][len(indent) :]}"
    who = clean(hit.source or ", ".join(hit.authors))
    facts = "  ".join(part for part in (date_text(hit.date) or "undated", who, clean(hit.id)) if part)
    lines.append(indent + (click.style(facts, dim=True) if color else facts))
    for snippet in hit.snippets:
        lines += wrap(marked_words(snippet.text, snippet.marks, color), width, indent)
    return lines


def article_text(article: searchkit.Article, marks: searchkit.ArticleMarks, width: int, color: bool) -> str:
    """A whole article: title, facts, body."""
    lines = wrap(marked_words(article.title, marks.title, color), width, "")
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
    start = 0
    for paragraph in _paragraphs(article.body):
        start = article.body.index(paragraph, start)
        end = start + len(paragraph)
        inside = [(max(s, start) - start, min(e, end) - start) for s, e in marks.body if s < end and e > start]
        lines += ["", *wrap(marked_words(paragraph, inside, color), width, "")]
        start = end
    return "\n".join(lines)


def _paragraphs(body: str) -> list[str]:
    """Paragraphs to set anew: ended by an empty line or an indented one."""
    paragraphs: list[str] = []
    lines: list[str] = []
    for line in [*body.split("\n"), ""]:
        if (not line.strip() or line.startswith("  ")) and lines:
            paragraphs.append("\n".join(lines))
            lines = []
        if line.strip():
            lines.append(line)
    return paragraphs


def _paint(run: str, lit: bool) -> str:
    text = clean(run)
    return click.style(text, fg="red", bold=True) if lit and text else text
