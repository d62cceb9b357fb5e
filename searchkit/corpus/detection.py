"""Which encoding are bytes in that nothing names? The one in which they make the likeliest text of some language.

Each encoding is read in the languages that were written in it. A reading costs what its pairs of characters cost in the
language (`language_model`), and something for an encoding or language that is rare in archives. The readings of one byte
a character are compared without decoding: the pairs of bytes are counted once, and each encoding says what they are.
The confidence is the share of the best reading among all that differ from it (Bayes' rule), for costs are logarithms.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from math import exp
from operator import add
from statistics import median
from typing import NamedTuple

from searchkit.corpus.encoding_names import codecs_of, encoding_name
from searchkit.corpus.language_model import SAMPLES, language
from searchkit.corpus.strays import read_tolerantly

_WEST = "en de fr es pt it nl sv da nb fi is ca sq"
_CENTRAL = "pl cs sk hu hr sl ro de en sq"
_BALTIC = "lt lv et en de pl"
_CYRILLIC = "ru uk bg sr mk be"

_SINGLE: dict[str, tuple[float, tuple[str, ...]]] = {
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
"""Encodings of one byte a character: what each costs for being rare, and the languages that were written in it."""
_DOUBLE: dict[str, tuple[float, tuple[str, ...]]] = {
    "gb18030": (1.0, ("zh-hans",)),
    "big5": (1.0, ("zh-hant",)),
    "euc-jp": (1.0, ("ja",)),
    "shift_jis": (1.0, ("ja",)),
    "euc-kr": (1.0, ("ko",)),
}
"""Encodings of one or more bytes a character."""
_NO_ENGLISH = 1.0
"""What each other language than English costs."""
_GUEST = 3.0
"""What English and German cost in encodings that were not made for them."""
_OTHER_LETTERS = ("ru", "uk", "bg", "sr", "mk", "be", "el", "he", "ar", "fa", "th")
_LATIN = tuple(dict.fromkeys(code for _, codes in _SINGLE.values() for code in codes if code not in _OTHER_LETTERS))
"""Languages of other letters, and of Latin ones."""
_MIXED = 4.0
"""What a language of other letters costs where most letters are of ASCII."""
_MOST_OF_LATIN = 0.6
"""The share of letters above ASCII that no language of Latin letters has."""
_LANGUAGES, _TOO_SHORT = 9, 20
"""Languages of Latin letters that are looked at: those in which the ASCII of a text is likeliest; all in so few bytes."""
_FARTHEST, _FARTHER = 30.0, 0.3
"""How much more the characters of a reading may cost than those of the best to be looked at, and for each byte."""
_SAME = 8.0
"""By how much a text may cost more as windows-1252 than as another encoding that makes the same of it, to be called that."""
_QUICK = 600
"""Bytes by which a text is compared with those that were judged together with it."""
_GLANCE = 120
"""Characters by which a text is found usual at first sight."""
_ODD, _STRONG, _FAR = 1.3, 0.99, 15.0
"""A text may be read as another encoding than those beside it if its characters cost so many times what they do there, if
its own guess is so sure, and costs so much less."""
_ODDEST = 8.0
"""What a character above ASCII costs more than in words of other letters that are read in a wrong encoding."""
_VOTERS, _VOTE = 64, 20.0
"""How many texts are asked each for itself, and by how much one may speak for an encoding, in nats."""
_STRANGE_LATIN, _STRANGE, _HEARD = 8.0, 4.2, 0.25
"""What a character above ASCII costs where a second opinion is asked for, and how sure this must be."""
_STRONG_BY_SIGNS, _FAR_BY_SIGNS = 0.8, 5.0
"""The same where signs stand in its words, as `Rz±d` has one."""
_GUESSES = 8
"""Readings that are told."""
_SHORT, _FEW, _LEAN, _LEAN_TOGETHER = 60, 6, 6.0, 24.0
"""In a text of at most so many bytes, with so few above ASCII, a guess gives way to windows-1252, which most archives are
in, if the text costs little more in it; and so much more at most for several texts."""
_LONE_USUAL, _LONE_CHARACTER, _PRIVATE = 2.0, 9.0, 20.0
"""What a character of two bytes costs more between blanks and ASCII, as `°C` makes it: a usual one, and another one;
Chinese, Japanese and Korean have runs. What one for private use costs more."""
_LONE_LETTERS, _LONE_LETTER = 6.0, 4.0
"""What other letters than Latin ones cost, once and each, where most stand alone, as signs do: words have more letters."""
_LEAD, _LEAD_OF_BYTE = 4.0, 1.0
"""By how much the ASCII of a text may speak for a language of other regions than the West, and for each byte above ASCII."""
_TEMPERATURE = 2.5
"""Costs count the letters of a word as if each came by itself, so differences are too large by about so much."""

_HEAD, _PIECE, _BEFORE = 2560, 1024, 200
"""Bytes that are looked at: from the first above ASCII, from three such bytes further on, and before them."""
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{4}")
_ABOVE_ASCII = re.compile("[^\x00-\x7f]")
_USUAL = 10.0
"""What a usual Chinese, Japanese or Korean character costs less than."""
_ALONE = re.compile(rb"(?<![\x80-\xffA-Za-z])[\x80-\xff](?![\x80-\xffA-Za-z])")
_LONE = re.compile(r"(?<![^\x00-\x7f])[^\x00-\x7f](?![^\x00-\x7f])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_SIGN_IN_WORD = re.compile(
    "[^\\W\\d_](?:[¦±¶¼¾ˇ˘˛˝]|[\x80-\x9f¤§©¬®¹²³º½][^\\W\\d_])|[¦±¶¼¾ˇ˘˛˝\x80-\x9f][^\\W\\d_]",
)
_KEY = re.compile(rb'"[^"\\\x80-\xff]{1,60}"\s*:')
"""A key of JSON, which repeats in each record and is no text."""
_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that are nothing in windows-1252."""
_BLANKS = bytes.maketrans(b"\t\n\r\x0b\x0c", b"     ")


class Reading(NamedTuple):
    """Bytes as a text of an encoding and a language: what it costs, in nats, and what tells it from other texts."""

    cost: float
    encoding: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Guess:
    """An encoding, how sure it is (0 to 1), and what its text costs, in nats; `typical` is what a character above ASCII
    costs on average, where texts are judged together, and `language` that in which they cost least."""

    encoding: str
    confidence: float
    cost: float
    typical: float = 0.0
    language: str = ""


def guesses(data: bytes) -> list[Guess]:
    """The likeliest encodings of bytes that are not UTF-8, the likeliest first."""
    return _guesses(sample(data))


def guess_together(texts: Sequence[bytes]) -> Guess:
    """The encoding of several texts, or of their beginnings; windows-1252, and hardly sure, of none."""
    if not texts:
        return Guess("windows-1252", 0.1, 0.0)
    data = _KEY.sub(b" ", b"\n".join(texts))
    best = _leaning(_guesses(data), data, min(_LEAN_TOGETHER, _LEAN * len(texts)))[0]
    best = _with_typical(best, texts)
    have_words = sum(_WORD_BEYOND_ASCII.search(text) is not None for text in texts)
    most = _STRANGE if any(code in _OTHER_LETTERS for code in _known(best.encoding)[1]) else _ODDEST
    if len(texts) > 2 and (0 < have_words < len(texts) or best.typical > most):
        best = _with_typical(_by_vote(texts[:: 1 + len(texts) // _VOTERS], best), texts)
    _, high = _pairs(read_tolerantly(data, best.encoding).text)
    likeliest = min(_known(best.encoding)[1], key=lambda code: _sum(language(code), high))
    return replace(best, language=likeliest)


def _with_typical(guess: Guess, texts: Sequence[bytes]) -> Guess:
    # Half of the texts decide: a few may be in other encodings.
    return replace(guess, typical=median(_strangeness(text, guess.encoding) for text in texts))


def _by_vote(texts: Sequence[bytes], best: Guess) -> Guess:
    """The encoding that most of some texts speak for, where it is not what they make together: a long text or an odd one
    may decide that, and of the vote has no more than any other."""
    names = {best.encoding, *(rank(_KEY.sub(b" ", text))[0].encoding for text in texts)}
    costs = {name: [_text_cost(read_tolerantly(text, name).text, _known(name)[1]) for text in texts] for name in names}
    least = [min(of_text) for of_text in zip(*costs.values(), strict=True)]
    against = {
        name: _known(name)[0] + sum(min(_VOTE, cost - low) for cost, low in zip(costs[name], least, strict=True))
        for name in names
    }
    likeliest = min(against, key=against.__getitem__)
    more = against[best.encoding] - against[likeliest]
    return best if more <= 2 * _VOTE else Guess(likeliest, 1 - exp(-more / _TEMPERATURE), best.cost)


def is_usual_beside(data: bytes, text: str, expected: Guess) -> bool:
    """Whether `guesses_beside` need not be asked: a text, decoded in what was found for all texts, is at first sight as
    usual as they are, in the language of most."""
    if not expected.language:
        return False
    signs = _sign_bytes(expected.encoding)
    if data.translate(None, signs) != data if signs else _SIGN_IN_WORD.search(text[:_QUICK]):
        return False
    high = _ABOVE_ASCII.search(text)
    start = max(0, high.start() - 1) if high else 0
    spaced = f" {' '.join(text[start : start + _GLANCE].split())} "
    above = len(spaced) - len(spaced.encode("ascii", "ignore"))
    units = spaced.encode("utf-16-le", "surrogatepass")
    if len(units) != 2 * len(spaced):
        return False  # rare characters, of two units
    costs = _above_ascii_in(expected.language)
    cost = 0.0
    for pairs in (units, units[2:]):  # numbers are made of pairs five times faster than strings
        cost += sum(map(costs.__getitem__, memoryview(pairs[: len(pairs) & ~3]).cast("I")))
    return cost <= _usual(data, expected) * above


def _usual(data: bytes, expected: Guess) -> float:
    """What a character above ASCII of a text may cost that is as usual as those beside it. Where these have signs alone,
    which cost much, no words of other letters are usual."""
    most = _ODD * expected.typical + 1
    return min(most, _ODDEST) if most > _ODDEST and _WORD_BEYOND_ASCII.search(data) else most


class _AboveAscii(dict[int, float]):
    """What each pair of characters costs in a language, by their four bytes in UTF-16; those of ASCII cost nothing."""

    def __init__(self, costs: Mapping[str, float]) -> None:
        super().__init__()
        self._costs = costs

    def __missing__(self, pair: int) -> float:
        text = pair.to_bytes(4, sys.byteorder).decode("utf-16-le", "surrogatepass")
        self[pair] = cost = 0.0 if text.isascii() else self._costs[text]
        return cost


@cache
def _above_ascii_in(code: str) -> _AboveAscii:
    return _AboveAscii(language(code))


@cache
def _sign_bytes(encoding: str) -> bytes:
    """The bytes of an encoding of one byte a character that are signs odd in a word, none of another encoding."""
    if encoding not in _SINGLE:
        return b""
    return bytes(byte for byte, sign in enumerate(_table(encoding)) if _SIGN_IN_WORD.search(f"a{sign}a"))


def guesses_beside(data: bytes, expected: Guess) -> list[Guess]:
    """The likeliest encodings of one of the texts that were judged together: what was found for all comes first, unless
    this text is odd in it and another encoding far likelier."""
    looked_at = sample(data)
    has_signs = _SIGN_IN_WORD.search(read_tolerantly(looked_at[:_QUICK], expected.encoding).text)
    if has_signs or _strangeness(looked_at[:_QUICK], expected.encoding) > _usual(looked_at[:_QUICK], expected):
        found = _guesses(looked_at)
        sure, far = (_STRONG_BY_SIGNS, _FAR_BY_SIGNS) if has_signs else (_STRONG, _FAR)
        if found[0].confidence > sure and _costs_more(looked_at, expected.encoding, found[0].encoding) > far:
            return found
    return [expected]


def is_likelier_utf_8(data: bytes, guess: Guess) -> bool:
    """Whether bytes are likelier UTF-8 with a few others among them than what was guessed."""
    reading = read_tolerantly(sample(data), "utf-8")
    return _text_cost(reading.text, tuple(SAMPLES)) + 2 * reading.places < _cost(sample(data), guess.encoding)


def _guesses(data: bytes) -> list[Guess]:
    readings = rank(data)[:_GUESSES]
    weights = [exp((readings[0].cost - one.cost) / _TEMPERATURE) for one in readings]
    found = [Guess(one.encoding, weight / sum(weights), one.cost) for one, weight in zip(readings, weights, strict=True)]
    most = _STRANGE if readings[0].language in _OTHER_LETTERS else _STRANGE_LATIN
    if _strangeness(data, readings[0].encoding) > most:
        found = [*_second_opinion(data, readings[0].cost), *found]
    if len(data) <= _SHORT and len(_HIGH.findall(data)) <= _FEW:
        found = _leaning(found, data, _LEAN)
    return found


def _leaning(found: list[Guess], data: bytes, lean: float) -> list[Guess]:
    """Guesses, of which windows-1252 comes first if bytes cost little more in it than in the likeliest encoding."""
    if found[0].encoding == "windows-1252":
        return found
    usual = next((guess for guess in found if guess.encoding == "windows-1252"), None)
    if usual is None and not set(data) & _UNDEFINED:
        more = _costs_more(data, "windows-1252", found[0].encoding)
        usual = Guess("windows-1252", 0.1, found[0].cost + more)
    if usual is None or usual.cost > found[0].cost + lean:
        return found
    return [replace(usual, confidence=max(0.1, usual.confidence)), *(guess for guess in found if guess is not usual)]


def _second_opinion(data: bytes, cost: float) -> list[Guess]:
    """What chardet says of a text that is odd in all our languages, if that is an encoding of others: it knows more."""
    import chardet  # 100 ms, and seldom needed

    found = chardet.detect(data, encoding_era=chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME)
    name, confidence = encoding_name(found["encoding"] or ""), float(found["confidence"] or 0.0)
    is_other = name and name != "utf-8" and name not in _SINGLE and name not in _DOUBLE
    return [Guess(name, confidence, cost)] if is_other and confidence >= _HEARD else []


def _cost(data: bytes, encoding: str) -> float:
    """What bytes cost as a text of an encoding, in the language that likes it most."""
    rare, codes = _known(encoding)
    return rare + _text_cost(read_tolerantly(data, encoding).text, codes)


def _costs_more(data: bytes, encoding: str, than: str) -> float:
    return _cost(data, encoding) - _cost(data, than)


def _known(encoding: str) -> tuple[float, tuple[str, ...]]:
    return _SINGLE.get(encoding) or _DOUBLE.get(encoding) or (0.0, tuple(SAMPLES))


def _text_cost(text: str, codes: Sequence[str]) -> float:
    low, high = _pairs(text)
    return min(
        _rarity(code) + _sum(language(code if code in _LATIN else "en"), low) + _sum(language(code), high) for code in codes
    )


def _strangeness(data: bytes, encoding: str) -> float:
    """What each character above ASCII costs in an encoding, with its neighbours."""
    text = read_tolerantly(data, encoding).text
    _, high = _pairs(text)
    _, codes = _known(encoding)
    return min(_sum(language(code), high) for code in codes) / max(1, len(text) - len(text.encode("ascii", "ignore")))


def _pairs(text: str) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The pairs of characters of a text and how often each comes: those of ASCII, and the others."""
    spaced = f" {' '.join(text.split())} "
    pairs = Counter(map(add, spaced, spaced[1:])).items()
    return [one for one in pairs if one[0].isascii()], [one for one in pairs if not one[0].isascii()]


def sample(data: bytes) -> bytes:
    """What is looked at of a long text: its first bytes above ASCII, and some at each quarter of the rest."""
    high = _HIGH.search(data)
    first = high.start() if high else 0
    begin = _boundary(data, max(0, first - _BEFORE))
    end = begin + _BEFORE + _HEAD
    pieces = [data[begin:end]]
    for quarter in range(1, 4):
        high = _HIGH.search(data, first + (len(data) - first) * quarter // 4)
        if high is None:
            break
        begin = _boundary(data, max(end, high.start() - _BEFORE))
        if begin < high.start() or begin == end:
            end = begin + _PIECE
            pieces.append(data[begin:end])
    return _KEY.sub(b" ", b"\n".join(pieces))


def _boundary(data: bytes, position: int) -> int:
    """The first place at or behind a position where a character of any encoding begins: behind a blank or a line end."""
    for sign in (b"\n", b" "):
        found = data.find(sign, position, position + _BEFORE)
        if found >= 0 and position:
            return found + 1
    return position


def rank(data: bytes) -> list[Reading]:
    """The likeliest readings of bytes, each of another text, the likeliest first."""
    data = data.translate(_BLANKS)
    readings: dict[str, Reading] = {}
    for one in (*_single(data), *_double(data)):
        readings[one.text] = min(one, readings.get(one.text, one))
    return sorted(readings.values())


def _single(data: bytes) -> Iterator[Reading]:
    data = b" %b " % data
    pairs = Counter(pairwise(data))
    low = {chr(a) + chr(b): count for (a, b), count in pairs.items() if a < 128 and b < 128}
    high = [(a, b, count) for (a, b), count in pairs.items() if a > 127 or b > 127]
    used: Counter[int] = Counter()
    for a, b, count in high:
        if b > 127:
            used[b] += count if a != b else 1  # lines of boxes are long
    share = _share_of_high(pairs)
    ascii_costs = {code: _sum(language(code), low.items()) for code in (_LATIN if share < _MOST_OF_LATIN else ("en",))}
    most = sum(used.values())
    west = min((ascii_costs[code] for code in _WEST.split() if code in ascii_costs), default=0.0)
    for code in ascii_costs.keys() - set(_WEST.split()):
        ascii_costs[code] = max(ascii_costs[code], west - _LEAD - _LEAD_OF_BYTE * most)
    likely = sorted(ascii_costs, key=lambda code: ascii_costs[code] + _rarity(code))
    if len(data) > _TOO_SHORT:
        del likely[_LANGUAGES:]
    # What is not Latin stands in a text that is English otherwise.
    mixed = ascii_costs["en"] + (0.0 if share > 0.5 else _MIXED if share > 0.1 else 2 * _MIXED)
    alone = len(_ALONE.findall(data))
    if 2 * alone > most:
        mixed += _LONE_LETTERS + _LONE_LETTER * alone
    for codes in (likely, _OTHER_LETTERS):
        for text in _promising(codes, used):
            high_pairs = [(text.table[a] + text.table[b], count) for a, b, count in high]
            costs = {
                code: _rarity(code) + ascii_costs.get(code, mixed) + _sum(language(code), high_pairs)
                for code in {code for _, code in text.read_as}
            }
            found = sorted(Reading(costs[code] + _rare(name, code), name, code, text.letters) for name, code in text.read_as)
            usual = next((one for one in found if one.encoding == "windows-1252"), found[0])
            yield usual._replace(cost=found[0].cost) if usual.cost < found[0].cost + _SAME else found[0]


@dataclass(slots=True)
class _Text:
    """A text that some encodings make of the same bytes: its characters by their bytes, those that are used above ASCII,
    and the encodings and languages that it may be of."""

    table: str
    letters: str
    read_as: list[tuple[str, str]]


def _promising(codes: Iterable[str], used: Counter[int]) -> Iterator[_Text]:
    """The texts in some languages whose characters, that come so often, are not far from the likeliest."""
    texts: dict[str, _Text] = {}
    for name, (_, languages) in _SINGLE.items():
        read_as = [(name, code) for code in languages if code in codes]
        if read_as:
            table = _table(name)
            letters = "".join([table[byte] for byte in used])
            texts.setdefault(letters, _Text(table, letters, [])).read_as += read_as
    counts = list(used.values())
    costs: dict[str, float] = {}
    for letters, text in texts.items():
        counted = list(zip(letters, counts, strict=True))
        costs[letters] = min(_sum(language(code).alone, counted) for code in {code for _, code in text.read_as})
    most = min(costs.values(), default=0.0) + _FARTHEST + _FARTHER * sum(counts)
    return (text for letters, text in texts.items() if costs[letters] <= most)


def _sum(costs: Mapping[str, float], counted: Iterable[tuple[str, int]]) -> float:
    return sum([costs[what] * count for what, count in counted])


def _share_of_high(pairs: Counter[tuple[int, int]]) -> float:
    """The share of letters that are above ASCII; runs of one byte, as lines of boxes are, count once."""
    high = sum(count for (a, b), count in pairs.items() if b > 127 and a != b)
    letters = sum(count for (_, b), count in pairs.items() if 65 <= b & 0xDF <= 90 and b < 128)
    return high / max(1, high + letters)


def _rare(name: str, code: str) -> float:
    return _SINGLE[name][0] + (_GUEST if code in ("en", "de") and "fr" not in _SINGLE[name][1] else 0.0)


def _rarity(code: str) -> float:
    return 0.0 if code == "en" else _NO_ENGLISH


def _double(data: bytes) -> Iterator[Reading]:
    for name, (rare, (code,)) in _DOUBLE.items():
        text = min((data.decode(codec, "replace") for codec in codecs_of(name)), key=lambda text: text.count("\ufffd"))
        if text.count("\ufffd") > 2 + len(text) // 40:
            continue
        mixed = _MIXED if len(text) > 0.75 * len(data) else 0.0
        yield Reading(_text_cost(text, (code,)) + rare + mixed + _lone_cost(text, code), name, code, text)


def _lone_cost(text: str, code: str) -> float:
    """What characters cost more that stand alone, and private ones."""
    alone = language(code).alone
    lone = _LONE.findall(text)
    usual = sum(1 for one in lone if "\u4e00" <= one <= "\u9fff" and alone[one] < _USUAL)
    cost = _LONE_USUAL * usual + _LONE_CHARACTER * (len(lone) - usual)
    return cost + _PRIVATE * len(_PRIVATE_USE.findall(text))


@cache
def _table(name: str) -> str:
    """The characters of the 256 bytes of an encoding; one that stands for nothing is U+FFFD."""
    return bytes(range(256)).decode(codecs_of(name)[0], "replace")
