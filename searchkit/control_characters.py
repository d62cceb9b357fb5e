"""Replaces control characters in decoded text, by one rule for all readers and for `Engine.add`.

Line feeds and tabs stay. A form feed and U+2029 end a paragraph; a carriage return, a vertical tab
and U+2028 end a line. U+0080 to U+009F become the characters of windows-1252, as in the numeric
references of the HTML Standard. All others become a blank, so that they do not join two words.
"""

from __future__ import annotations

import re
from dataclasses import replace

from searchkit.model import Article

_ASCII_CONTROLS = bytes((*range(9), *range(11, 32), 127))
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_RETURN = re.compile("\r?\r\n|\r")  # CR CR LF is a line end that was translated twice
_BLANKS = re.compile("[ \t\n]+")


def _windows_1252(code: int) -> str:
    try:
        return bytes([code]).decode("cp1252")
    except UnicodeDecodeError:  # 81, 8D, 8F, 90 and 9D are controls there too
        return " "


_MEANING = {
    **dict.fromkeys((*range(9), *range(14, 32), 127), " "),
    0x0B: "\n",
    0x0C: "\n\n",
    **{code: _windows_1252(code) for code in range(0x80, 0xA0)},
    0x2028: "\n",
    0x2029: "\n\n",
}


def replace_controls(text: str) -> str:
    """The text without control characters other than tabs and line feeds."""
    if not has_controls(text):
        return text
    return _RETURN.sub("\n", text).translate(_MEANING)


def one_line(text: str) -> str:
    """Make one line of a text without control characters: each run of blanks, tabs and line ends
    becomes one blank, and those at its ends go.

    In a text that is not ASCII other white space stays, as a no-break blank may separate groups of
    digits.
    """
    if text.isprintable() and (" " not in text or ("  " not in text and text[0] != " " != text[-1])):
        return text  # the usual case, found in two thirds of the time
    return " ".join(text.split()) if text.isascii() else _BLANKS.sub(" ", text).strip(" ")


def has_controls(text: str) -> bool:
    """Whether a text has a control character that is replaced."""
    # Nearly every text has none. ASCII is searched six times faster as bytes.
    if text.isascii():
        return len(text.encode().translate(None, _ASCII_CONTROLS)) != len(text)
    return _CONTROLS.search(text) is not None


def replace_article_controls(article: Article) -> Article:
    """The article with control characters replaced; line ends stay in the body and in `extra` only.

    The id, the path and the encoding stay as they are.
    """
    extra = article.extra
    fields = "".join((article.title, article.source, article.section, article.language, article.url,
                      *article.authors, *article.topics))  # fmt: skip
    is_clean = "\n" not in fields and not has_controls(fields) and not has_controls(article.body)
    if is_clean and not (extra and has_controls("".join((*extra, *extra.values())))):
        return article
    return replace(
        article,
        title=_as_line(article.title),
        body=replace_controls(article.body),
        authors=tuple(map(_as_line, article.authors)),
        source=_as_line(article.source),
        section=_as_line(article.section),
        topics=tuple(map(_as_line, article.topics)),
        language=_as_line(article.language),
        url=_as_line(article.url),
        extra={replace_controls(key): replace_controls(value) for key, value in extra.items()},
    )


def _as_line(text: str) -> str:
    """A text with its line ends replaced by blanks; other white space stays."""
    return replace_controls(text).replace("\n", " ")
