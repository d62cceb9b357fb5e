"""Finds the articles of Factiva in the lines of a document or a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchkit.corpus.dates import parse_date
from searchkit.corpus.readers.export_fields import ExportedArticle
from searchkit.corpus.readers.factiva_articles import (
    CODES,
    DOCUMENT,
    TEXT_CODES,
    WORD_COUNT,
    find_end_of_fields,
    parse_coded,
    parse_plain,
)

_HEAD_CODES = frozenset(
    [
        "HD",
        "SE",
        "BY",
        "CR",
        "WC",
        "PD",
        "ET",
        "SN",
        "SC",
        "NGC",
        "NGN",
        "GC",
        "GN",
        "ED",
        "PG",
        "VOL",
        "LA",
        "CY",
        "CLM",
        "ART",
        "CT",
        "LP",
        "TD",
        "DLN",
        "DL",
    ]
)
_TAIL_CODES = frozenset(re.findall(r"\w+", "RF CO IN NS RE IPC IPD PUB AN CT ART"))
_CODE = re.compile(r"\s*([A-Z]{2,3})(\s*[|\t]\s*|\u00a0\s*|\s{2,}|\s|$)(.*)", re.DOTALL)
_LISTED = re.compile(r"\S+ : \S")
_NO_ARTICLE = frozenset({"factiva", "dow jones", "dow jones factiva"})
MAX_LINES_BEFORE = 5
"""Maximum number of lines of an article above its number of words."""
MAX_PUBLISHER_LENGTH = 80


def _code_of(line: str) -> tuple[str, str, bool]:
    """The code that a line begins with, its value, and whether the code is parted from it by more
    than a blank; "" for none."""
    found = _CODE.fullmatch(line)
    if found is None or found[1] not in CODES:
        return "", line, False
    return found[1], found[3].strip(), found[2] != " "


def is_coded(lines: Sequence[str]) -> bool:
    """Whether lines are those of articles with the codes of their fields."""
    found = set()
    for index, line in enumerate(lines):
        code, value, _ = _code_of(line)
        if code in ("HD", "WC", "PD", "AN", "SN"):
            value = value or (lines[index + 1] if index + 1 < len(lines) else "")
            is_right = (
                WORD_COUNT.fullmatch(value) is not None
                if code == "WC"
                else DOCUMENT.fullmatch(value) is not None
                if code == "AN"
                else any(map(str.isdigit, value))
                if code == "PD"
                else bool(value)
            )
            if is_right:
                found.add(code)
    return {"HD", "WC", "PD"} <= found or ("AN" in found and len(found) >= 3)


def is_plain(lines: Sequence[str]) -> bool:
    """Whether lines are those of articles without codes: a number of words, then a date, and below
    the text the id of the document."""
    if not any(DOCUMENT.fullmatch(line) for line in lines):
        return False
    return any(
        WORD_COUNT.fullmatch(line) is not None and parse_date(lines[index + 1].strip()) is not None
        for index, line in enumerate(lines[:-1])
    )


def split_coded_lines(lines: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The lines of each article with codes, up to its id, and those behind the last."""
    articles: list[list[str]] = []
    article: list[str] = []
    is_last = False
    for line in lines:
        code, value, _ = _code_of(line)
        if is_last and code in ("HD", "SE", "CLM"):
            articles.append(article)
            article, is_last = [], False
        article.append(line)
        if DOCUMENT.fullmatch(value) if code == "AN" and value else is_last and DOCUMENT.fullmatch(line):
            articles.append(article)
            article, is_last = [], False
        elif code == "AN" and not value:
            is_last = True
    return _with_cut_off(articles, article, is_cut_off=any(_code_of(line)[0] == "HD" for line in article))


def _with_cut_off(articles: list[list[str]], rest: list[str], *, is_cut_off: bool) -> tuple[list[list[str]], list[str]]:
    """The articles, and the lines behind the last of them, which may be an article without its
    end."""
    return ([*articles, rest], []) if is_cut_off else (articles, rest)


def parse_coded_lines(lines: Sequence[str], date_order: str = "") -> ExportedArticle:
    """Parse the lines of an article with codes."""
    tail = _find_tail(lines)
    start = next((index for index, line in enumerate(lines[:tail]) if _code_of(line)[0] in _HEAD_CODES), 0)
    fields: dict[str, list[str]] = {}
    current = ""
    for line in lines[start:tail]:
        code, value, is_parted = _code_of(line)
        is_text = current in TEXT_CODES
        if code in _HEAD_CODES and (not is_text or (code == "TD" and (is_parted or "TD" not in fields))):
            current = code
            fields.setdefault(code, []).append(value)
        elif current and line.strip():
            fields[current].append(line.strip())
    for line in lines[tail:]:
        code, value, _ = _code_of(line)
        if code in _TAIL_CODES:
            current = code
            fields.setdefault(code, []).append(value)
        elif current and line.strip():
            fields[current].append(line.strip())
    values = {code: ("\n\n" if code in TEXT_CODES else " ").join(filter(None, parts)) for code, parts in fields.items()}
    article = parse_coded(values, date_order)
    for line in lines[:start]:
        article.add_extra("other", line)
    return article


def _find_tail(lines: Sequence[str]) -> int:
    """The number of the first line below the text: the codes at the end, which may go on for
    several lines."""
    tail = len(lines)
    other_count = 0
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        code, value, is_parted = _code_of(line)
        is_listed = _LISTED.search(value) is not None or "|" in value or DOCUMENT.fullmatch(value) is not None
        if code in _TAIL_CODES and (is_parted or code in ("PUB", "RF") or is_listed):
            tail, other_count = index, 0
        elif line.strip() and not _LISTED.search(line) and "|" not in line and not DOCUMENT.fullmatch(line):
            other_count += 1
            if other_count > 1:  # one may be the value of a code that stands alone on its line
                break
    return tail


def split_plain_lines(lines: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The lines of each article without codes, up to its id, and those behind the last."""
    articles: list[list[str]] = []
    article: list[str] = []
    for line in lines:
        if not line.strip() or (not article and line.strip().lower() in _NO_ARTICLE):
            continue
        article.append(line.strip())
        if DOCUMENT.fullmatch(line):
            articles.append(article)
            article = []
    return _with_cut_off(articles, article, is_cut_off=any(map(WORD_COUNT.fullmatch, article)))


def parse_plain_lines(lines: Sequence[str], date_order: str = "") -> ExportedArticle:
    """Parse the lines of an article without codes."""
    last = DOCUMENT.fullmatch(lines[-1]) if lines else None
    texts = list(lines[:-1] if last else lines)
    counted = next((index for index, line in enumerate(texts) if WORD_COUNT.fullmatch(line)), None)
    if counted is None:
        article = parse_plain(texts[:1], (), texts[1:], date_order)
    else:
        end = find_end_of_fields(texts, counted)
        before, left_out = texts[max(0, counted - MAX_LINES_BEFORE) : counted], texts[: max(0, counted - MAX_LINES_BEFORE)]
        article = parse_plain(before, texts[counted:end], texts[end:], date_order)
        for line in left_out:
            article.add_extra("other", line)
    if last:
        article.id = last[1]
    _set_publisher(article)
    return article


def _set_publisher(article: ExportedArticle) -> None:
    """Take the name of the publisher, which stands below the text, out of it."""
    if len(article.paragraphs) < 2:
        return
    line = article.paragraphs[-1]
    known = f"{article.source} {article.extra.get('copyright', '')}".lower()
    words = [word for word in re.findall(r"[^\W\d_]{4,}", line.lower()) if word in known]
    if len(line) <= MAX_PUBLISHER_LENGTH and not line.endswith((".", "!", "?", "\u201d", '"')) and words:
        article.add_extra("publisher", article.paragraphs.pop())
