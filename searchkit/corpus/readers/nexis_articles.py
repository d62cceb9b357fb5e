"""Parses one article of Nexis in the lay-out before Nexis Uni.

It has, in this order: the source, the date with the edition, the title, labels in capital letters
(BYLINE, SECTION, LENGTH), the text, more labels (LOAD-DATE, LANGUAGE), and the copyright. Any of
them may be missing. In older exports the copyright comes first, and labels name the title and the
text too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from searchkit.control_characters import replace_controls
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.export_fields import COPYRIGHT, RIGHTS, ExportedArticle, key_of, split_date
from searchkit.corpus.readers.nexis_labels import CONTINUED, Label, find_label
from searchkit.corpus.readers.wrapped_lines import join_wrapped_lines, text_width

MAX_FRONT_BLOCKS = 12
"""Maximum number of blocks before the first label."""
MAX_LABEL_BLOCKS = 40
"""Maximum number of blocks with labels above the text."""
MAX_GRAPHIC_BLOCKS = 20
"""Maximum number of paragraphs about pictures between the text and the labels below it."""
MAX_TITLE_LENGTH = 400
MAX_EDITION_LENGTH = 80
MAX_ROLE_LENGTH = 100
_ERROR = re.compile(r"We are sorry but there is an error in this document and it is not possible to display it", re.I)
_EDITION = re.compile(
    r"\b(?:edition|ausgabe|ausg\.|édition|editie|edición|edizione|edição|final|correction appended|zone|nachrichten)\b", re.I
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_CENTRED_INDENT = 8
_LINE_WIDTH = 78


class Block(NamedTuple):
    """Lines without an empty line between them. `is_centred` says that they stand in the middle of
    the page, as those about the source and the date do; `is_wrapped` that a paragraph may have
    several lines."""

    lines: tuple[str, ...]
    is_centred: bool = False
    is_wrapped: bool = False

    @property
    def text(self) -> str:
        """The block as one line."""
        return " ".join(line.strip() for line in self.lines)


def text_blocks(text: str) -> list[Block]:
    """The blocks of a text that is laid out with blanks."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in (*replace_controls(text).expandtabs(8).split("\n"), ""):
        if line.strip():
            lines.append(line.rstrip())
        elif lines:
            blocks.append(Block(tuple(lines), all(map(_is_centred, lines)), is_wrapped=True))
            lines = []
    return blocks


def paragraph_blocks(paragraphs: Sequence[str]) -> list[Block]:
    """The blocks of a text that has no lay-out: its paragraphs."""
    return [Block(tuple(line for line in one.split("\n") if line.strip())) for one in paragraphs if one.strip()]


def _is_centred(line: str) -> bool:
    text = line.strip()
    indent = len(line) - len(line.lstrip())
    return indent >= _CENTRED_INDENT or (indent >= 1 and abs(indent - (_LINE_WIDTH - len(text)) / 2) <= 3)


def parse_nexis(blocks: Sequence[Block], date_order: str = "") -> ExportedArticle:
    """Parse an article, without the line above it that numbers it. Raises Unreadable for one that
    Nexis could not display."""
    article = ExportedArticle(date_order)
    if blocks and len(blocks) <= 3 and any(_ERROR.search(block.text) for block in blocks):
        raise Unreadable("Nexis could not display the article when it was exported; export it again")
    end_of_front = _find_first_label(blocks)
    start = _parse_front(article, blocks, end_of_front)
    start = _parse_labels(article, blocks, start)
    end = _find_tail(blocks, start)
    _add_text(article, blocks[start:end])
    _parse_tail(article, blocks[end:])
    return article


def _add_text(article: ExportedArticle, blocks: Sequence[Block]) -> None:
    is_wrapped = any(block.is_wrapped for block in blocks)
    width = text_width(line for block in blocks for line in block.lines) if is_wrapped else 0
    for block in blocks:
        article.paragraphs += join_wrapped_lines(block.lines, width)


def _find_first_label(blocks: Sequence[Block]) -> int | None:
    """The number of the first block with a label above the text."""
    for index, block in enumerate(blocks[:MAX_FRONT_BLOCKS]):
        label = _label_of(block)
        if label is not None and (label.is_front or label.is_sure_tail):
            return index
    return None


def _label_of(block: Block) -> Label | None:
    return None if block.is_centred else find_label(block.lines[0], is_upper=True)


def _parse_front(article: ExportedArticle, blocks: Sequence[Block], end: int | None) -> int:
    """Parse the source, the date and the title; return the number of the first block behind
    them."""
    limit = min(len(blocks), MAX_FRONT_BLOCKS) if end is None else end
    dated, line_number, raw = _find_date(blocks[:limit], article.date_order)
    if raw:
        article.set_date(raw)
        _parse_source(article, [line for block in blocks[:dated] for line in block.lines])
        _parse_source(article, blocks[dated].lines[:line_number])
        _, rest = split_date(blocks[dated].lines[line_number].strip(), article.date_order)
        edition = [rest, *(line.strip() for line in blocks[dated].lines[line_number + 1 :])]
        index = dated + 1
    else:
        index = 1 if limit > 1 or (limit == 1 and end is not None) else 0
        while index < limit and blocks[index].is_centred:
            index += 1
        lines = [line for block in blocks[:index] for line in block.lines]
        unread = [line for line in lines[1:] if _YEAR.search(line) and not COPYRIGHT.match(line)]
        if unread:
            article.set_date(unread[-1])
            lines.remove(unread[-1])
        _parse_source(article, lines)
        edition = []
    while index < limit and _is_edition(blocks, index, limit):
        edition += (line.strip() for line in blocks[index].lines)
        index += 1
    _add_edition(article, edition)
    return _parse_title(article, blocks, index, end)


def _find_date(blocks: Sequence[Block], order: str) -> tuple[int, int, str]:
    """The numbers of the block and of the line of the first date, and the date as printed; the date
    is "" if there is none."""
    for index, block in enumerate(blocks):
        for number, line in enumerate(block.lines[:4]):
            raw, _ = split_date(line.strip(), order) if not COPYRIGHT.match(line) else ("", "")
            if raw:
                return index, number, raw
    return 0, 0, ""


def _parse_source(article: ExportedArticle, lines: Sequence[str]) -> None:
    for line in (line.strip() for line in lines):
        if COPYRIGHT.match(line) or RIGHTS.match(line):
            article.add_extra("copyright", line, " ")
        elif not article.source:
            article.source = line
        elif line != article.source:
            article.add_extra("source_note", line)


def _is_edition(blocks: Sequence[Block], index: int, limit: int) -> bool:
    """Whether a block behind the date belongs to it."""
    block = blocks[index]
    if block.is_centred:
        return True
    has_title_behind = index + 1 < limit
    return has_title_behind and len(block.text) <= MAX_EDITION_LENGTH and _EDITION.search(block.text) is not None


def _add_edition(article: ExportedArticle, lines: Sequence[str]) -> None:
    for line in lines:
        if COPYRIGHT.match(line) or RIGHTS.match(line):
            article.add_extra("copyright", line, " ")
        else:
            article.add_extra("edition", line.strip(" ;\u00a0"))


def _parse_title(article: ExportedArticle, blocks: Sequence[Block], index: int, end: int | None) -> int:
    if end is None:
        # An article without labels above its text, such as a picture: a short first paragraph is
        # its title.
        if index < len(blocks) and _label_of(blocks[index]) is None:
            text = blocks[index].text
            has_more = index + 1 < len(blocks) and not _is_copyright(blocks[index + 1])
            if has_more and len(text) <= MAX_TITLE_LENGTH // 2 and not text.endswith((".", "!", "?", ",", ";")):
                article.title = text
                index += 1
        return index
    if index < end:
        article.title = blocks[index].text
        _add_text(article, blocks[index + 1 : end])
    return end


def _parse_labels(article: ExportedArticle, blocks: Sequence[Block], start: int) -> int:
    """Parse the labels above the text; return the number of the first block of the text."""
    index = start
    last = ""
    has_length = False
    while index < len(blocks) and index - start < MAX_LABEL_BLOCKS:
        block = blocks[index]
        label = _label_of(block)
        if label is None or not label.is_front:
            if label is not None and label.is_sure_tail:
                break
            if not last or not _is_between_labels(blocks, index, has_length):
                break
            if label is not None and not label.key:
                _set_field(article, key_of(label.name), label.value)
            elif last == "byline":
                article.extend_byline(block.text)
            else:
                _set_field(article, last, block.text)
            index += 1
            continue
        rest = _parse_label_lines(article, block)
        last, has_length = label.key, has_length or label.key == "length"
        index += 1
        if rest is not None:
            if rest:
                _add_text(article, [block._replace(lines=tuple(rest))])
            return index
        is_empty = not label.value and len(block.lines) == 1
        if is_empty and index < len(blocks) and label.key in ("headline", "highlight") and _label_of(blocks[index]) is None:
            _set_field(article, label.key, blocks[index].text)
            index += 1
    return index


def _is_between_labels(blocks: Sequence[Block], index: int, has_length: bool) -> bool:
    """Whether a block behind a label, which has none of its own, belongs to that label, as the next
    block has a label again. Behind the length it may be text."""
    label = _label_of(blocks[index + 1]) if index + 1 < len(blocks) else None
    if label is None or not label.is_front:
        return False
    return not has_length or (label.key in ("body", "dateline", "highlight") and len(blocks[index].text) <= MAX_ROLE_LENGTH)


def _parse_label_lines(article: ExportedArticle, block: Block) -> list[str] | None:
    """Parse the labels of a block; a value may go on in the next lines. If it has the label of the
    text, return the lines behind that."""
    key, values = "", [""]
    for number, line in enumerate(block.lines):
        label = find_label(line, is_upper=True)
        if label is not None and (label.is_front or label.is_tail):
            if key:
                _set_field(article, key, " ".join(values))
            key, values = label.key, [label.value]
            if key == "body":
                return [line for line in (label.value, *block.lines[number + 1 :]) if line.strip()]
        else:
            values.append(line.strip())
    _set_field(article, key, " ".join(values))
    return None


def _find_tail(blocks: Sequence[Block], start: int) -> int:
    """The number of the first block below the text."""
    end = _find_labels_below(blocks, start)
    if end == len(blocks):
        while end > start and _is_copyright(blocks[end - 1]):
            end -= 1
    for index in range(max(start, end - MAX_GRAPHIC_BLOCKS), end):
        label = _label_of(blocks[index])
        if label is not None and label.key == "graphic":
            end = index
            break
    while end > start and (label := _label_of(blocks[end - 1])) is not None and label.is_tail:
        end -= 1
    return end


def _find_labels_below(blocks: Sequence[Block], start: int) -> int:
    """The number of the first block with a label that begins what stands below a text. A label
    alone that text follows is a heading of the text, unless it is that of the load date."""
    found, last = len(blocks), ""
    for index in range(start, len(blocks)):
        label = _label_of(blocks[index])
        if label is not None:
            last = label.key
            if label.is_sure_tail and (last == "load_date" or found < index):
                return min(found, index)
            if label.is_sure_tail:
                found = index
        elif not (blocks[index].is_centred or _is_copyright(blocks[index]) or last in CONTINUED):
            found = len(blocks)
    return found


def _is_copyright(block: Block) -> bool:
    return COPYRIGHT.match(block.lines[0]) is not None or (block.is_centred and RIGHTS.match(block.lines[0]) is not None)


def _parse_tail(article: ExportedArticle, blocks: Sequence[Block]) -> None:
    last = "other"
    for index, block in enumerate(blocks):
        label = _label_of(block)
        if label is not None:
            last = _parse_tail_lines(article, block)
        elif _is_copyright(block) or (block.is_centred and index == len(blocks) - 1):
            article.add_extra("copyright", block.text, " ")
        else:
            _set_field(article, last if last in CONTINUED else "other", block.text)


def _parse_tail_lines(article: ExportedArticle, block: Block) -> str:
    key, values = "", [""]
    for line in block.lines:
        label = find_label(line, is_upper=True)
        if label is not None:
            if key:
                _set_field(article, key, " ".join(values))
            key, values = label.key or key_of(label.name), [label.value]
        else:
            values.append(line.strip())
    _set_field(article, key, " ".join(values))
    return key


def _set_field(article: ExportedArticle, key: str, value: str) -> None:
    set_nexis_field(article, key, value)


_PERCENT = re.compile(r"\s*\(\d{1,3}\s?%\)")


def set_nexis_field(article: ExportedArticle, key: str, value: str) -> None:
    """Set the field that a label names; `key` is what the label means."""
    value = value.strip()
    if not value:
        return
    if key == "headline" and len(article.title) < MAX_TITLE_LENGTH:
        article.title = f"{article.title} {value}".strip()
    elif key == "byline":
        article.add_byline(value)
    elif key == "section" and not article.section:
        article.set_section(value)
    elif key in ("highlight", "body", "headline"):
        article.paragraphs.append(value)
    elif key == "language" and not article.language:
        article.set_language(value)
    elif key == "url" and not article.url:
        article.url, _, more = value.partition(" ")
        article.add_extra("url", more)
    elif key == "subject":
        names = (_PERCENT.sub("", name).strip() for name in value.split(";"))
        article.topics |= dict.fromkeys(filter(None, names))
        if _PERCENT.search(value):
            article.add_extra("subject", value)
    else:
        article.add_extra(key, value)
