"""Parses one article of Factiva: from the codes of its fields, or from its lines where there are no
codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile

from searchkit.corpus.dates import parse_date
from searchkit.corpus.header_lines import is_name, is_sentence
from searchkit.corpus.language_names import language_code
from searchkit.corpus.readers.export_fields import COPYRIGHT, ExportedArticle

CODES = frozenset(
    re.findall(
        r"\w+",
        "HD SE BY CR WC PD ET SN SC NGC NGN GC GN ED PG VOL LA CY CLM ART CT RF CO IN NS RE IPC IPD PUB AN LP TD DLN DL KY",
    )
)
"""The codes of fields."""
TEXT_CODES = ("LP", "TD")
"""The codes of the first paragraphs and of the others."""
_EXTRA = {
    "CR": "credit",
    "WC": "length",
    "SC": "source_code",
    "NGC": "source_group",
    "NGN": "source_group",
    "GC": "source_group_code",
    "GN": "source_group_code",
    "ED": "edition",
    "PG": "page",
    "VOL": "volume",
    "CY": "copyright",
    "CLM": "column",
    "ART": "graphic",
    "CT": "contact",
    "RF": "reference",
    "IPC": "ipc",
    "IPD": "ipd",
    "PUB": "publisher",
    "DLN": "dateline",
    "DL": "dateline",
}
_CODED = {"CO": ("companies", "company_codes"), "IN": ("industries", "industry_codes"), "RE": ("regions", "region_codes")}
"""Lists of "code : name", and the keys of names and codes."""
_OF_FIELDS = frozenset(("HD", "SE", "SN", "BY", "PD", "ET", "LA", "NS", "AN", *TEXT_CODES))
DOCUMENT = re.compile(
    r"\s*(?:Document|Dokument|Documento|Документ|文書|文書番号|文件|文档|档案|文章)[\s:：]*"
    r"(?=\w*\d{5})([A-Z0-9][A-Za-z0-9]{9,40})\s*"
)
"""The line that ends an article, with its id, which has a date in it."""
WORD_COUNT = re.compile(
    r"\s*+\d[\d.,'\u00a0\u202f ]*+\s?+(?:words?|mots?|Wörter|Wort|palabras?|parol[ea]|palavras?|woorden|слов(?:а|о)?|ord"
    r"|語|字|单词|單詞|文字|词|단어|słów|kelime)\s*+"
)
"""The line of an article that has its number of words."""
_TIME = re.compile(r"\s*\d{1,2}[:.h]\d\d(?:[:.]\d\d)?(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s+[A-Z]{2,4}(?:[+-]\d+)?)?\s*")
_PAGE = re.compile(r"(?:[A-Z]{0,4}\d[\w.,;&/ -]{0,19}|[A-Z]{1,2})")
_SOURCE_CODE = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_BY = re.compile(r"(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|DI|Door)\s+\S")
MAX_FIELDS_BEHIND_DATE = 14
MAX_SECTION_LENGTH = 60
"""Maximum length of a line that may be a section, in characters."""


def parse_coded(fields: Mapping[str, str], date_order: str = "") -> ExportedArticle:
    """Parse an article from the values of its codes; the texts of LP and TD have paragraphs, and
    bylines stand on a line each."""
    article = ExportedArticle(date_order)
    article.title = fields.get("HD", "")
    article.section = fields.get("SE", "").strip()
    article.source = fields.get("SN", "")
    for line in fields.get("BY", "").split("\n"):
        article.add_byline(line)
    day, time = fields.get("PD", "").strip(), fields.get("ET", "").strip()
    if day and time and parse_date(f"{day} {time}", date_order) is not None:
        article.set_date(f"{day} {time}")
    else:
        article.set_date(day)
        article.add_extra("time", time)
    article.set_language(fields.get("LA", ""))
    article.paragraphs += (fields[code] for code in TEXT_CODES if fields.get(code))
    names, codes = split_coded(fields.get("NS", ""))
    article.topics |= dict.fromkeys(filter(None, names))
    article.add_extra("topic_codes", ", ".join(codes))
    for code, (names_key, codes_key) in _CODED.items():
        names, codes = split_coded(fields.get(code, ""))
        article.add_extra(names_key, "; ".join(names))
        article.add_extra(codes_key, ", ".join(codes))
    for code, key in _EXTRA.items():
        article.add_extra(key, " ".join(fields.get(code, "").split()))
    own = fields.get("AN", "").strip()
    found = DOCUMENT.fullmatch(own)
    article.id = found[1] if found else own
    for code in sorted(fields.keys() - _OF_FIELDS - _CODED.keys() - _EXTRA.keys()):
        article.add_extra(code.lower(), fields[code])
    return article


def split_coded(text: str) -> tuple[list[str], list[str]]:
    """The names and the codes of a list such as `gpol : Domestic Politics | gvote : Elections`."""
    names, codes = [], []
    for part in (part.strip() for part in text.split("|")):
        code, colon, name = part.partition(" : ")
        if colon:
            names.append(name.strip())
            codes.append(code.strip())
        elif part:
            names.append(part)
    return names, codes


def parse_plain(
    before: Sequence[str],
    fields: Sequence[str],
    paragraphs: Iterable[str],
    date_order: str = "",
    title: str = "",
    byline: str = "",
) -> ExportedArticle:
    """Parse an article without codes.

    `before` are the lines above its number of words, `fields` those from there on to its copyright
    or to its text. `title` and `byline` are given where they are known.
    """
    article = ExportedArticle(date_order)
    _parse_lines_before(article, list(before), title, byline)
    left = list(fields)
    if left and WORD_COUNT.fullmatch(left[0]):
        article.add_extra("length", left.pop(0))
    if left:
        day = left.pop(0)
        if left and _TIME.fullmatch(left[0]):
            time = left.pop(0)
            both = f"{day} {time}"
            article.set_date(both if parse_date(both, date_order) is not None else day)
        else:
            article.set_date(day)
    if left:
        article.source = left.pop(0)
    _parse_lines_behind_source(article, left)
    article.paragraphs += paragraphs
    return article


def _parse_lines_before(article: ExportedArticle, lines: list[str], title: str, byline: str) -> None:
    """Parse the lines above the number of words: a section, the title, and the authors."""
    others = list(takewhile(_is_sentence, lines[:-2]))
    lines = lines[len(others) :]
    if not title and not byline and len(lines) > 1 and _is_byline(lines[-1], has_section=len(lines) > 2):
        byline = lines.pop()
    if not title and lines:
        title = lines.pop()
    article.title = title
    for line in (*others, *lines):
        if _is_sentence(line):
            article.add_extra("other", line)
        elif not article.section:
            article.section = line
        else:
            article.add_extra("column", line)
    article.add_byline(byline)


def _is_sentence(line: str) -> bool:
    """Whether a line is no section but text that stands above an article."""
    return len(line) > MAX_SECTION_LENGTH or is_sentence(line)


def _is_byline(line: str, *, has_section: bool) -> bool:
    return _BY.match(line) is not None or (has_section and len(line) <= 60) or (len(line.split()) <= 4 and is_name(line))


def _parse_lines_behind_source(article: ExportedArticle, lines: list[str]) -> None:
    """Parse the code of the source, the edition, the page, the language and the copyright."""
    if lines and _SOURCE_CODE.fullmatch(lines[0]):
        article.add_extra("source_code", lines.pop(0))
    at = next((index for index, line in enumerate(lines) if len(line) <= 30 and language_code(line)), None)
    if at is not None:
        article.set_language(lines[at])
    for line in lines[: len(lines) if at is None else at]:
        key = "copyright" if COPYRIGHT.match(line) else "page" if _PAGE.fullmatch(line) else "edition"
        article.add_extra(key, line)
    for line in lines[at + 1 :] if at is not None else ():
        article.add_extra("copyright", line, " ")


def find_end_of_fields(lines: Sequence[str], start: int) -> int:
    """The number of the first line of the text of an article without codes; `start` is the number
    of the line with its number of words."""
    limit = min(len(lines), start + MAX_FIELDS_BEHIND_DATE)
    for index in range(start + 2, limit):
        if COPYRIGHT.match(lines[index]):
            return index + 1
    for index in range(start + 2, limit):
        if len(lines[index]) <= 30 and language_code(lines[index]):
            # The line behind the language is the copyright, unless it is long enough for text.
            has_copyright = (
                index + 1 < len(lines) and len(lines[index + 1]) <= 120 and not lines[index + 1].endswith(".\u201d")
            )
            return index + 2 if has_copyright else index + 1
    return min(start + 4, len(lines))
