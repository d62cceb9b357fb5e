"""Normalizes text and folds words: typography, compatibility forms, case and accents.

Useful for: bringing a text, a query or the name of a file to the form in which they are compared.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence

from searchkit.analysis.characters import COMBINING_MARKS, GROUP_BLANKS, STRAIGHT, UNDERSCORE

_GROUPS = re.compile(rf"(?<![\w.,])\d{{1,3}}([{GROUP_BLANKS}])\d{{3}}(?:\1\d{{3}})*(?!\d)")
_TYPOGRAPHIC = (("’", "'"), ("“", '"'), ("”", '"'), ("‘", "'"), ("–", "-"), ("—", "-"), ("\u00a0", " "))
"""Most of what news has beyond ASCII. A text without these is usually ASCII."""
_CLUSTER = rf"[\s\S][{COMBINING_MARKS}]*"
_LETTERS = {  # letters that have no decomposition, yet are typed without their stroke (all after case folding)
    ord("ł"): "l",
    ord("ø"): "o",
    ord("đ"): "d",
    ord("ı"): "i",
    ord("ß"): "ss",
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("ħ"): "h",
    ord("ŧ"): "t",
    ord("ё"): "е",
}
_ACCENTED = rf"([A-Za-z\u00c0-\u024f\u0370-\u03ff\u1e00-\u1fff])[{COMBINING_MARKS}]+"


@functools.cache
def _to_straighten() -> re.Pattern[str]:
    return re.compile("[" + "".join(re.escape(chr(code)) for code, plain in STRAIGHT.items() if chr(code) != plain) + "]")


def straighten(text: str) -> str:
    """Replace typographic quotes, apostrophes, dashes and blanks by plain ones. The length stays.

    A blank that separates groups of three digits becomes a comma, which means the same.
    """
    if not text.isascii():
        text = with_group_commas(text)
        for typographic, plain in _TYPOGRAPHIC:
            text = text.replace(typographic, plain)
    if text.isascii():
        return text.replace("_", UNDERSCORE).replace("`", "'")
    return _to_straighten().sub(lambda found: STRAIGHT[ord(found[0])], text)  # many times as fast as `str.translate`


def with_group_commas(text: str) -> str:
    """Replace no-break blanks that part groups of three digits by commas."""
    if any(blank in text for blank in GROUP_BLANKS):
        return _GROUPS.sub(lambda found: found[0].replace(found[1], ","), text)
    return text


def normalize(text: str) -> tuple[str, list[int] | None]:
    """Return the text straightened and in NFKC, and the offsets that its characters came from.

    The offsets are None where no character moved. Else they have one item more than the result has
    characters: character i of the result came from `text[origins[i]:]`, and what ends before i ends
    before `text[origins[i]]`. NFKC: Unicode Standard Annex 15.
    """
    straight = straighten(text)
    if straight.isascii() or unicodedata.is_normalized("NFKC", straight):
        return straight, None
    pieces: list[str] = []
    origins: list[int] = []
    for cluster in re.finditer(_CLUSTER, straight):
        piece = unicodedata.normalize("NFKC", cluster[0]).translate(STRAIGHT)
        pieces.append(piece)
        origins += [cluster.start()] * len(piece)
    origins.append(len(text))
    return "".join(pieces), origins


def fold_case(word: str) -> str:
    """Fold case (Unicode's full case folding). The dotted İ folds to i."""
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word.replace("İ", "i").casefold())


def fold_accents(word: str) -> str:
    """Remove the accents of Latin and Greek letters. й stays, ё becomes е."""
    if word.isascii():
        return word
    bare = re.sub(_ACCENTED, r"\1", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", bare).translate(_BOTH_CASES)


def fold(word: str) -> str:
    """Fold case and accents: the form in which words are compared, unless more is asked for."""
    if word.isascii():
        return word.lower()
    return fold_accents(fold_case(word))


def fold_all(words: Sequence[str]) -> list[str]:
    """Fold many words, none of which has a line feed. Reference implementation: `fold` of each."""
    joined = "\n".join(words)
    return joined.lower().split("\n") if words and joined.isascii() else [fold(word) for word in words]


_BOTH_CASES = {
    **_LETTERS,
    **{ord(chr(code).upper()): plain.upper() for code, plain in _LETTERS.items() if chr(code) not in "ıß"},
    ord("ẞ"): "SS",
}
