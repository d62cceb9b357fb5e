"""The text of scanned pages: what ALTO, PAGE XML and hOCR have in common.

A block is a paragraph. Its lines are joined by a blank, and a word that stands on two lines is
joined where the format says that it is one: by a mark of its own, by a soft hyphen, or by the sign
`¬`. Another hyphen at the end of a line may belong to the word: it stays, with the line end, and
the analysis finds the word both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from searchkit.control_characters import one_line

JOINING_SIGNS = ("\u00ad", "¬")
"""Signs at the end of a line that only stand where a word goes on in the next one."""
_SUFFIX = re.compile(r"\.\w{1,5}$")
_HYPHENS = ("-", "\u2010", "\u2011", "⸗", "=")
_ENDS_WITH_HYPHENATED = re.compile(r"[^\W\d_][-\u2010\u2011⸗=]$")


@dataclass(slots=True)
class OcrBlock:
    """A block of a page: the texts of its lines, the confidences of its words (0 to 1), and its
    kind as the format names it ("" for a paragraph)."""

    lines: list[str] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    kind: str = ""
    language: str = ""

    @property
    def text(self) -> str:
        """The text of the block."""
        return join_lines(self.lines)


def join_lines(lines: Iterable[str]) -> str:
    """The text of the lines of a paragraph."""
    pieces: list[str] = []
    for line in lines:
        text = one_line(line)
        if not text:
            continue
        if pieces:
            last = pieces[-1]
            if last.endswith(JOINING_SIGNS) and len(last) > 1 and text[0].isalpha():
                pieces[-1] = last[:-1]
            elif last.endswith(_HYPHENS) and _ENDS_WITH_HYPHENATED.search(last[-2:]):
                pieces.append("\n")
            else:
                pieces.append(" ")
        pieces.append(text)
    return "".join(pieces)


def body_of(blocks: Iterable[OcrBlock]) -> str:
    """The text of blocks, a paragraph each."""
    return "\n\n".join(filter(None, (block.text for block in blocks)))


def confidence_of(blocks: Iterable[OcrBlock]) -> str:
    """The mean confidence of all words in blocks, with three digits; "" if none has one."""
    total, count = 0.0, 0
    for block in blocks:
        total += sum(block.confidences)
        count += len(block.confidences)
    return f"{total / count:.3f}".rstrip("0").rstrip(".") if count else ""


def language_of(blocks: Sequence[OcrBlock]) -> str:
    """The language of most characters in blocks that name one, or ""."""
    lengths: dict[str, int] = {}
    for block in blocks:
        if block.language:
            lengths[block.language] = lengths.get(block.language, 0) + sum(map(len, block.lines))
    return max(lengths, key=lambda name: lengths[name]) if lengths else ""


def confidence(text: str, highest: float = 1.0) -> float | None:
    """The confidence of a word from 0 to 1, or None for what is none. `highest` is how the format
    writes the best one."""
    try:
        value = float(text) / highest
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None


def page_title(label: str, number: str) -> str:
    """The title of a page: its label, or "Page 3"."""
    label = one_line(label)
    number = one_line(number)
    return label or (f"Page {number}" if number else "")


def file_title(path: str) -> str:
    """The name of the image of a page, without its folders and suffix."""
    return one_line(_SUFFIX.sub("", path.replace("\\", "/").rpartition("/")[2]))
