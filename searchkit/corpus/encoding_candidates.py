"""Ranks the encodings that undeclared bytes may have.

Each encoding is read in the languages that were written in it. A candidate is an
encoding with a language. It costs what the pairs of characters of the text cost in the language
(`language_model`), and more if encoding or language are rare in archives. Single-byte encodings are
compared without decoding: pairs of bytes are counted once, and each encoding maps them to
characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import add
from typing import NamedTuple

from searchkit.corpus.encoding_names import python_codecs
from searchkit.corpus.language_model import SAMPLES, language

_WEST = "en de fr es pt it nl sv da nb fi is ca sq"
_CENTRAL = "pl cs sk hu hr sl ro de en sq"
_BALTIC = "lt lv et en de pl"
_CYRILLIC = "ru uk bg sr mk be"

SINGLE_BYTE: dict[str, tuple[float, tuple[str, ...]]] = {
    name: (rare, tuple(codes.split()))
    for name, (rare, codes) in {
        "windows-1252": (0.0, f"{_WEST} et"),
        "windows-1250": (1.0, _CENTRAL),
        "windows-1251": (0.5, _CYRILLIC),
        "windows-1253": (1.0, "el"),
        "windows-1254": (1.0, "tr en de"),
        "windows-1255": (1.0, "he"),
        "windows-1256": (1.0, "ar fa"),
        "windows-1257": (1.0, _BALTIC),
        "windows-1258": (2.0, "vi"),
        "tis-620": (1.0, "th"),
        "koi8-r": (1.0, "ru bg"),
        "koi8-u": (1.5, "uk be ru"),
        "iso-8859-2": (1.5, _CENTRAL),
        "iso-8859-5": (2.0, _CYRILLIC),
        "iso-8859-6": (1.5, "ar"),
        "iso-8859-7": (1.5, "el"),
        "iso-8859-8": (1.5, "he"),
        "iso-8859-13": (1.5, _BALTIC),
        "iso-8859-15": (1.5, f"{_WEST} et"),
        "ibm437": (2.0, "en de fr es it nl sv da nb fi"),
        "ibm850": (2.0, _WEST),
        "ibm852": (2.0, _CENTRAL),
        "ibm866": (1.5, "ru uk be bg"),
        "macintosh": (2.0, _WEST),
        "x-mac-cyrillic": (2.0, _CYRILLIC),
        "ibm1125": (3.0, "uk"),
        "ibm737": (3.0, "el"),
        "ibm857": (3.0, "tr"),
        "ibm862": (3.0, "he"),
        "ibm775": (4.0, _BALTIC),
        "ibm855": (4.0, _CYRILLIC),
        "ibm860": (4.0, "pt"),
        "ibm861": (4.0, "is"),
        "ibm865": (4.0, "da nb"),
        "ibm869": (4.0, "el"),
        "iso-8859-4": (4.0, _BALTIC),
        "iso-8859-16": (4.0, "ro"),
        "x-mac-ce": (4.0, _CENTRAL),
        "x-mac-greek": (6.0, "el"),
        "x-mac-turkish": (6.0, "tr"),
    }.items()
}
"""Encodings of one byte a character: the cost of each for being rare, and the languages that were
written in it."""
MULTIBYTE: dict[str, tuple[float, tuple[str, ...]]] = {
    "gb18030": (1.0, ("zh-hans",)),
    "big5": (1.0, ("zh-hant",)),
    "euc-jp": (1.0, ("ja",)),
    "shift_jis": (1.0, ("ja",)),
    "euc-kr": (1.0, ("ko",)),
}
"""Encodings of one or more bytes a character."""
_OTHER_LANGUAGE_COST = 1.0
"""Cost of any other language than English."""
_OTHER_REGION_COST = 3.0
"""Cost of English and German in encodings that were made for other regions."""
OTHER_SCRIPTS = ("ru", "uk", "bg", "sr", "mk", "be", "el", "he", "ar", "fa", "th")
_LATIN = tuple(dict.fromkeys(code for _, codes in SINGLE_BYTE.values() for code in codes if code not in OTHER_SCRIPTS))
"""Languages of non-Latin and of Latin letters."""
_MIXED_SCRIPT_COST = 4.0
"""Cost of a language of non-Latin letters if most letters are ASCII."""
_MAX_HIGH_IN_LATIN = 0.6
"""Maximum share of letters above ASCII in a language of Latin letters."""
_MAX_LANGUAGES, _TOO_SHORT = 9, 20
"""Maximum number of languages of Latin letters that are tried: those in which the ASCII part is
likeliest. All are tried for _TOO_SHORT bytes or fewer."""
_MAX_EXTRA_COST, _MAX_EXTRA_COST_OF_BYTE = 30.0, 0.3
"""How much more the characters of a candidate may cost at most than those of the best: a constant,
and a part for each byte."""
_WINDOWS_1252_MARGIN = 8.0
"""windows-1252 is preferred to another encoding that makes the same text, if it costs less than so
much more."""
_LONE_USUAL, _LONE_CHARACTER, _PRIVATE = 2.0, 9.0, 20.0
"""Costs of a two-byte character alone between blanks and ASCII, as in `°C`, since Chinese, Japanese
and Korean have runs: of a usual one, and of another one. Cost of a character for private use."""
_LONE_LETTERS, _LONE_LETTER = 6.0, 4.0
"""Costs of non-Latin letters if most stand alone, as signs do: once, and for each."""
_LEAD, _LEAD_OF_BYTE = 4.0, 1.0
"""How much likelier than in a Western language the ASCII part may be in another one: at all, and
per byte above ASCII."""
_USUAL_COST = 10.0
"""A Chinese, Japanese or Korean character that costs less is usual."""
_ALONE = re.compile(rb"(?<![\x80-\xffA-Za-z])[\x80-\xff](?![\x80-\xffA-Za-z])")
_LONE = re.compile(r"(?<![^\x00-\x7f])[^\x00-\x7f](?![^\x00-\x7f])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_BLANKS = bytes.maketrans(b"\t\n\r\x0b\x0c", b"     ")


class EncodingCandidate(NamedTuple):
    """An encoding and a language, the cost of the bytes in them, in nats, and the text or the
    characters that differ."""

    cost: float
    encoding: str
    language: str
    text: str


def rank_encodings(data: bytes) -> list[EncodingCandidate]:
    """The candidates for bytes, the likeliest first, and only the likeliest of those that make one
    text."""
    data = data.translate(_BLANKS)
    candidates: dict[str, EncodingCandidate] = {}
    for one in (*_single_byte_candidates(data), *_multibyte_candidates(data)):
        candidates[one.text] = min(one, candidates.get(one.text, one))
    return sorted(candidates.values())


def _single_byte_candidates(data: bytes) -> Iterator[EncodingCandidate]:
    data = b" %b " % data
    pairs = Counter(pairwise(data))
    low = {chr(a) + chr(b): count for (a, b), count in pairs.items() if a < 128 and b < 128}
    high = [(a, b, count) for (a, b), count in pairs.items() if a > 127 or b > 127]
    used: Counter[int] = Counter()
    for a, b, count in high:
        if b > 127:
            used[b] += count if a != b else 1  # lines of boxes are long
    share = _share_of_high(pairs)
    ascii_costs = {
        code: total_cost(language(code), low.items()) for code in (_LATIN if share < _MAX_HIGH_IN_LATIN else ("en",))
    }
    most = sum(used.values())
    western_cost = min((ascii_costs[code] for code in _WEST.split() if code in ascii_costs), default=0.0)
    for code in ascii_costs.keys() - set(_WEST.split()):
        ascii_costs[code] = max(ascii_costs[code], western_cost - _LEAD - _LEAD_OF_BYTE * most)
    likely_languages = sorted(ascii_costs, key=lambda code: ascii_costs[code] + _language_rarity(code))
    if len(data) > _TOO_SHORT:
        del likely_languages[_MAX_LANGUAGES:]
    # The ASCII part of a text in non-Latin letters is English.
    mixed_cost = ascii_costs["en"] + (0.0 if share > 0.5 else _MIXED_SCRIPT_COST if share > 0.1 else 2 * _MIXED_SCRIPT_COST)
    alone_count = len(_ALONE.findall(data))
    if 2 * alone_count > most:
        mixed_cost += _LONE_LETTERS + _LONE_LETTER * alone_count
    for codes in (likely_languages, OTHER_SCRIPTS):
        for text in _promising_texts(codes, used):
            high_pairs = [(text.table[a] + text.table[b], count) for a, b, count in high]
            costs = {
                code: _language_rarity(code) + ascii_costs.get(code, mixed_cost) + total_cost(language(code), high_pairs)
                for code in {code for _, code in text.origins}
            }
            found = sorted(
                EncodingCandidate(costs[code] + _encoding_rarity(name, code), name, code, text.letters)
                for name, code in text.origins
            )
            usual = next((one for one in found if one.encoding == "windows-1252"), found[0])
            yield usual._replace(cost=found[0].cost) if usual.cost < found[0].cost + _WINDOWS_1252_MARGIN else found[0]


@dataclass(slots=True)
class _SharedText:
    """A text that several encodings make of the same bytes.

    `table` has its characters by byte, `letters` those of the bytes above ASCII that occur.
    `origins` are pairs of encoding and language.
    """

    table: str
    letters: str
    origins: list[tuple[str, str]]


def _promising_texts(codes: Iterable[str], used: Counter[int]) -> Iterator[_SharedText]:
    """The texts in some languages whose characters do not cost much more than the likeliest; `used`
    counts the bytes."""
    texts: dict[str, _SharedText] = {}
    for name, (_, languages) in SINGLE_BYTE.items():
        origins = [(name, code) for code in languages if code in codes]
        if origins:
            table = byte_table(name)
            letters = "".join([table[byte] for byte in used])
            texts.setdefault(letters, _SharedText(table, letters, [])).origins += origins
    counts = list(used.values())
    costs: dict[str, float] = {}
    for letters, text in texts.items():
        counted = list(zip(letters, counts, strict=True))
        costs[letters] = min(total_cost(language(code).alone, counted) for code in {code for _, code in text.origins})
    most = min(costs.values(), default=0.0) + _MAX_EXTRA_COST + _MAX_EXTRA_COST_OF_BYTE * sum(counts)
    return (text for letters, text in texts.items() if costs[letters] <= most)


def total_cost(costs: Mapping[str, float], counted: Iterable[tuple[str, int]]) -> float:
    """The sum of the costs of characters or pairs, each times its count."""
    return sum([costs[what] * count for what, count in counted])


def _share_of_high(pairs: Counter[tuple[int, int]]) -> float:
    """The share of letters above ASCII. A run of one byte counts once, as it may be a line of a
    box."""
    high = sum(count for (a, b), count in pairs.items() if b > 127 and a != b)
    letters = sum(count for (_, b), count in pairs.items() if 65 <= b & 0xDF <= 90 and b < 128)
    return high / max(1, high + letters)


def _encoding_rarity(name: str, code: str) -> float:
    return SINGLE_BYTE[name][0] + (_OTHER_REGION_COST if code in ("en", "de") and "fr" not in SINGLE_BYTE[name][1] else 0.0)


def _language_rarity(code: str) -> float:
    return 0.0 if code == "en" else _OTHER_LANGUAGE_COST


def _multibyte_candidates(data: bytes) -> Iterator[EncodingCandidate]:
    for name, (rare, (code,)) in MULTIBYTE.items():
        text = min((data.decode(codec, "replace") for codec in python_codecs(name)), key=lambda text: text.count("\ufffd"))
        if text.count("\ufffd") > 2 + len(text) // 40:
            continue
        mixed_cost = _MIXED_SCRIPT_COST if len(text) > 0.75 * len(data) else 0.0
        yield EncodingCandidate(text_cost(text, (code,)) + rare + mixed_cost + _lone_cost(text, code), name, code, text)


def _lone_cost(text: str, code: str) -> float:
    """The costs of characters that stand alone, and of those for private use."""
    costs_alone = language(code).alone
    lone = _LONE.findall(text)
    usual = sum(1 for one in lone if "\u4e00" <= one <= "\u9fff" and costs_alone[one] < _USUAL_COST)
    cost = _LONE_USUAL * usual + _LONE_CHARACTER * (len(lone) - usual)
    return cost + _PRIVATE * len(_PRIVATE_USE.findall(text))


@cache
def byte_table(name: str) -> str:
    """The characters of the 256 bytes of an encoding; U+FFFD for invalid bytes."""
    return bytes(range(256)).decode(python_codecs(name)[0], "replace")


def rarity_and_languages(encoding: str) -> tuple[float, tuple[str, ...]]:
    """The cost of an encoding for being rare, and its languages; for an encoding without candidates
    0 and all languages."""
    return SINGLE_BYTE.get(encoding) or MULTIBYTE.get(encoding) or (0.0, tuple(SAMPLES))


def text_cost(text: str, codes: Sequence[str]) -> float:
    """The cost of a text in the likeliest of some languages, in nats."""
    low, high = count_pairs(text)
    return min(
        _language_rarity(code)
        + total_cost(language(code if code in _LATIN else "en"), low)
        + total_cost(language(code), high)
        for code in codes
    )


def count_pairs(text: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The pairs of characters of a text and their counts: those of ASCII, and the others."""
    spaced = f" {' '.join(text.split())} "
    pairs = Counter(map(add, spaced, spaced[1:])).items()
    return [one for one in pairs if one[0].isascii()], [one for one in pairs if not one[0].isascii()]
