"""Makes an article of the paragraphs of a document of a word processor.

A title in a style of titles is the title. Otherwise, and for date and byline, the first paragraphs
are read as the first lines of a text file (`headers`). Titles, dates and authors that only the
properties of the file name are not the article's: they are those of whoever typed it. Only a title
that looks like one is used where the text has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from searchkit.control_characters import one_line, replace_controls
from searchkit.corpus.header_fields import Header
from searchkit.corpus.header_lines import MAX_TITLE_LENGTH, is_sentence, parse_header
from searchkit.corpus.header_titles import next_line, parse_header_line
from searchkit.corpus.headers import read_header
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, RecordWarning
from searchkit.corpus.readers.document_paragraphs import Paragraph

_TITLE = "title"
IN_MARGINS_ONLY = "it has neither a title nor a text outside of its page headers and footers"
MAX_LINES_TO_DATE = 4
"""Maximum number of lines under the title among which a date is looked for."""
MAX_ABOVE_TITLE = 5
"""Maximum number of paragraphs above a title in a style of titles: a section, a date, a byline."""
_KEY_LINE = re.compile(r"\s*[^\W\d_][\w -]{0,30}[:：](?:\s|$)")
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)\b.*|untitled\b.*|(?:document|dokument|presentation|book|page|layout|folio) ?\d*"
    r"|.*\.(?:docx?|rtf|odt|txt|pdf|indd|qxp|qxd|pmd|p65|html?|xlsx?|tiff?|jpe?g)"
    r"|[\W\d_]*|\S*|slide \d+)",
    re.I | re.DOTALL,
)
_BLANK_LINES = re.compile(r"\n{3,}")
_WRAPPED_LENGTHS = range(40, 110)
_MIN_WRAPPED = 3


@dataclass(slots=True)
class Properties:
    """What a file says of itself: fields of an article, `extra`, and the warnings of its bytes."""

    title: str = ""
    topics: tuple[str, ...] = ()
    language: str = ""
    extra: dict[str, str] = field(default_factory=dict)
    warnings: tuple[RecordWarning, ...] = ()


def article_of(
    paragraphs: Sequence[Paragraph], properties: Properties, order: str, title_range: tuple[int, int] | None = None
) -> Draft | NoArticle:
    """The article of a document; `order` is that of ambiguous dates. `title_range` is the range of
    the paragraphs that are the title, if the reader knows it: an empty one if there are none."""
    found = [one._replace(text=replace_controls(one.text)) for one in paragraphs]
    above, found = _put_title_first(found, *(title_range or _styled_title(found, properties.title)), order)
    lines = _lines(found)
    at = next((index for index, line in enumerate(lines) if line.strip()), None)
    if at is None:
        return NoArticle(NO_TEXT)
    rows = {index: line for index, line in enumerate(lines) if "\t" in line and not _KEY_LINE.match(line)}
    for index in rows:
        lines[index] = "A row of a table."  # neither a title nor names, whatever its cells hold
    header, start = read_header(lines, at, order)
    for index, line in rows.items():
        lines[index] = line
    _read_date_below(lines, start, header)
    text = _BLANK_LINES.sub("\n\n", "\n".join(lines[start:])).strip("\n").rstrip()
    body = "\n\n".join(filter(None, (*above, text)))
    extra = {**properties.extra, **header.extra}
    title = header.title
    if properties.title and one_line(properties.title) != title:
        if not title and is_likely_title(properties.title):
            title = one_line(properties.title)
        else:
            extra["document_title"] = one_line(properties.title)
    if not title and not body:
        return NoArticle(NO_TEXT)
    draft = header.draft(body)
    return replace(
        draft,
        title=title,
        topics=header.topics or properties.topics,
        language=header.language or properties.language,
        extra=extra,
        warnings=(*draft.warnings, *properties.warnings),
        is_whole_file=True,
    )


def _read_date_below(lines: list[str], start: int, header: Header) -> None:
    """Read a date, and a byline, that stand below another short line under the title, such as the
    name of the newspaper. Their lines are emptied, but for one that has more than a date."""
    at = start
    for _ in range(MAX_LINES_TO_DATE):
        at = next_line(lines, at)
        if at == len(lines) or (header.has_date and header.authors) or len(lines[at]) > MAX_TITLE_LENGTH or not header.title:
            return
        parts = lines[at].split("\t")
        for part in parts:
            found = parse_header(part, header.order)
            is_sure = found is not None and not found.unread_date and not found.byline and bool(found.date or found.authors)
            if found is not None and is_sure and (len(parts) == 1 or not found.authors) and header.add_line(found):
                lines[at] = lines[at] if len(parts) > 1 else ""
            elif is_sentence(part):
                return
        at += 1


def is_likely_title(text: str) -> bool:
    """Whether a title among the properties of a file is that of its text, and not a file's name or
    what a program made up."""
    return len(text) <= 2 * MAX_TITLE_LENGTH and _NO_TITLE.fullmatch(text.strip()) is None


def topics_of_keywords(text: str) -> tuple[str, ...]:
    """The topics in a list of keywords."""
    return tuple(dict.fromkeys(filter(None, map(one_line, re.split("[,;\n]", text)))))


def _put_title_first(paragraphs: list[Paragraph], first: int, end: int, order: str) -> tuple[list[str], list[Paragraph]]:
    """Put a title in a style of titles before all other paragraphs, under the key of a title.

    What stands above it and is neither a date nor a byline, such as the name of a section, is
    returned by itself: it would stand between the title and these.
    """
    if first == end:
        return [], paragraphs
    title = one_line(" ".join(one.text.replace("-\n", "-") for one in paragraphs[first:end]))
    before = [one for one in paragraphs[:first] if one.text.strip()]
    of_header = [one for one in before if parse_header_line(one.text, order, in_any_language=False)]
    above = [one.text for one in before if one not in of_header]
    return above, [Paragraph(f"Title: {title}", _TITLE), *of_header, *paragraphs[end:]]


def _lines(paragraphs: list[Paragraph]) -> list[str]:
    """The lines of a text file that says the same. Lines of keys and values at the beginning follow
    each other."""
    lines: list[str] = []
    is_wrapped = _are_wrapped_lines(paragraphs)
    may_be_key, was_empty = True, False
    for paragraph in paragraphs:
        text = paragraph.text
        if not text.strip():
            was_empty = True
            continue
        is_key = may_be_key and _KEY_LINE.match(text) is not None
        if lines and not (is_key if may_be_key else is_wrapped and not was_empty):
            lines.append("")
        may_be_key, was_empty = is_key, False
        lines += text.split("\n")
    return lines


def _styled_title(paragraphs: list[Paragraph], named: str) -> tuple[int, int]:
    """The range of the paragraphs that are a title by their style, or that say the title that the
    properties name; an empty one if there are none.

    They stand near the beginning, with nothing above that looks like text.
    """
    above = 0
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.text.strip()
        if not text:
            continue
        if paragraph.is_title and len(text) <= 2 * MAX_TITLE_LENGTH:
            end = index + 1
            while (
                end < len(paragraphs) and paragraphs[end].style == paragraph.style and _goes_on(paragraphs[index : end + 1])
            ):
                end += 1
            return index, end
        if named and is_likely_title(named) and one_line(text).casefold() == one_line(named).casefold():
            return index, index + 1
        above += 1
        if above > MAX_ABOVE_TITLE or len(text) > MAX_TITLE_LENGTH or is_sentence(text):
            break
    return 0, 0


def _goes_on(paragraphs: list[Paragraph]) -> bool:
    """Whether paragraphs in one style of titles are lines of one title."""
    texts = [one.text.strip() for one in paragraphs]
    return all(texts) and not any(map(is_sentence, texts[:-1])) and len(" ".join(texts)) <= MAX_TITLE_LENGTH


def _are_wrapped_lines(paragraphs: list[Paragraph]) -> bool:
    """Whether paragraphs are the lines of a text that was wrapped by line ends, as many old systems
    wrote it: then empty ones part the real paragraphs."""
    pairs = wrapped = 0
    for one, below in pairwise(paragraphs):
        if one.text.strip() and below.text.strip():
            pairs += 1
            is_cut = len(one.text) in _WRAPPED_LENGTHS and not is_sentence(one.text) and "\t" not in one.text
            wrapped += is_cut and (below.text[0].islower() or one.text[-1].islower())
    return wrapped >= _MIN_WRAPPED and 2 * wrapped >= pairs and any(not one.text.strip() for one in paragraphs)
