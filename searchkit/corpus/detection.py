"""Guesses the encoding of undeclared bytes: the one in which they make the likeliest text.

`encoding_candidates` ranks the encodings by what the bytes cost in each. The confidence of a guess
is the share of the best candidate among all that differ from it (Bayes' rule), for costs are
logarithms.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import exp
from statistics import median

from searchkit.corpus.encoding_candidates import (
    MULTIBYTE,
    OTHER_SCRIPTS,
    SINGLE_BYTE,
    byte_table,
    count_pairs,
    rank_encodings,
    rarity_and_languages,
    text_cost,
    total_cost,
)
from searchkit.corpus.encoding_names import encoding_name
from searchkit.corpus.language_model import SAMPLES, CostTable, language
from searchkit.corpus.tolerant_decoding import decode_tolerantly

_COMPARED_BYTES = 600
"""Number of bytes of a text that are compared with the others of its file."""
_COMPARED_CHARACTERS = 120
"""Number of characters of a text that are compared by `is_usual_in_file`."""
_ODD, _STRONG, _FAR = 1.3, 0.99, 15.0
"""A text is read in another encoding than the others of its file if its characters cost _ODD times
as much, its own guess has a confidence of _STRONG, and costs _FAR less."""
_ODDEST = 8.0
"""Cost of a character above ASCII that words of non-Latin letters exceed only in a wrong
encoding."""
_MAX_VOTERS, _MAX_VOTE = 64, 20.0
"""Maximum number of texts that vote for the encoding of a file, and maximum weight of a vote, in
nats."""
_STRANGE_LATIN, _STRANGE, _MIN_CHARDET_CONFIDENCE = 8.0, 4.2, 0.25
"""Cost of a character above ASCII from which on chardet is asked, in Latin and other letters; its
lowest confidence."""
_STRONG_BY_SIGNS, _FAR_BY_SIGNS = 0.8, 5.0
"""_STRONG and _FAR for a text with signs in its words, as in `Rz±d`."""
_MAX_GUESSES = 8
"""Maximum number of candidates that are returned as guesses."""
_SHORT, _FEW, _MARGIN, _MARGIN_TOGETHER = 60, 6, 6.0, 24.0
"""In a text of at most _SHORT bytes with at most _FEW above ASCII, windows-1252 is preferred to the
likeliest encoding, as most archives are in it, if the text costs at most _MARGIN more (several
texts: _MARGIN_TOGETHER)."""
_TEMPERATURE = 2.5
"""Costs treat the letters of a word as independent, which makes differences too large by about this
factor."""

_HEAD_BYTES, _PIECE_BYTES, _BYTES_BEFORE = 2560, 1024, 200
"""Numbers of bytes of a sample: from the first byte above ASCII on, from each of three such bytes
further on, and before each."""
_HIGH = re.compile(rb"[\x80-\xff]")
_WORD_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{4}")
_ABOVE_ASCII = re.compile("[^\x00-\x7f]")
_SIGN_IN_WORD = re.compile(
    "[^\\W\\d_](?:[¦±¶¼¾ˇ˘˛˝]|[\x80-\x9f¤§©¬®¹²³º½][^\\W\\d_])|[¦±¶¼¾ˇ˘˛˝\x80-\x9f][^\\W\\d_]",
)
_KEY = re.compile(rb'"[^"\\\x80-\xff]{1,60}"\s*:')
"""A key of JSON. It repeats in each record, and says nothing about the language."""
_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that are not valid in windows-1252."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A guessed encoding, its confidence (0 to 1), and the cost of the text in it, in nats.

    A guess for several texts also has the median cost of a character above ASCII (`typical_cost`)
    and the likeliest language of the texts.
    """

    encoding: str
    confidence: float
    cost: float
    typical_cost: float = 0.0
    language: str = ""


def guess_encodings(data: bytes) -> list[Guess]:
    """Guess the encoding of bytes that are not UTF-8: several guesses, the likeliest first."""
    return _guess_all(take_sample(data))


def guess_together(texts: Sequence[bytes]) -> Guess:
    """Guess the one encoding of several texts, or of their beginnings."""
    if not texts:
        return Guess("windows-1252", 0.1, 0.0)
    data = _KEY.sub(b" ", b"\n".join(texts))
    best = _prefer_windows_1252(_guess_all(data), data, min(_MARGIN_TOGETHER, _MARGIN * len(texts)))[0]
    best = _with_typical_cost(best, texts)
    with_words = sum(_WORD_BEYOND_ASCII.search(text) is not None for text in texts)
    most = _STRANGE if any(code in OTHER_SCRIPTS for code in rarity_and_languages(best.encoding)[1]) else _ODDEST
    if len(texts) > 2 and (0 < with_words < len(texts) or best.typical_cost > most):
        best = _with_typical_cost(_guess_by_vote(texts[:: 1 + len(texts) // _MAX_VOTERS], best), texts)
    _, high = count_pairs(decode_tolerantly(data, best.encoding).text)
    likeliest = min(rarity_and_languages(best.encoding)[1], key=lambda code: total_cost(language(code), high))
    return replace(best, language=likeliest)


def _with_typical_cost(guess: Guess, texts: Sequence[bytes]) -> Guess:
    # The median, for a few texts may be in other encodings.
    return replace(guess, typical_cost=median(_strangeness(text, guess.encoding) for text in texts))


def _guess_by_vote(texts: Sequence[bytes], best: Guess) -> Guess:
    """The encoding that most of the texts vote for, if that is not the best of all texts together.

    A long or odd text may decide the latter; in the vote it weighs no more than any other.
    """
    names = {best.encoding, *(rank_encodings(_KEY.sub(b" ", text))[0].encoding for text in texts)}
    costs = {
        name: [text_cost(decode_tolerantly(text, name).text, rarity_and_languages(name)[1]) for text in texts]
        for name in names
    }
    least = [min(of_text) for of_text in zip(*costs.values(), strict=True)]
    against = {
        name: rarity_and_languages(name)[0]
        + sum(min(_MAX_VOTE, cost - low) for cost, low in zip(costs[name], least, strict=True))
        for name in names
    }
    likeliest = min(against, key=against.__getitem__)
    more = against[best.encoding] - against[likeliest]
    return best if more <= 2 * _MAX_VOTE else Guess(likeliest, 1 - exp(-more / _TEMPERATURE), best.cost)


def is_usual_in_file(data: bytes, text: str, file_guess: Guess) -> bool:
    """Whether a text in the encoding that was guessed for its file looks as usual as the other
    texts.

    If so, the slower `guess_in_file` need not be asked. `text` is `data` in that encoding.
    """
    if not file_guess.language:
        return False
    signs = _sign_bytes(file_guess.encoding)
    if data.translate(None, signs) != data if signs else _SIGN_IN_WORD.search(text[:_COMPARED_BYTES]):
        return False
    high = _ABOVE_ASCII.search(text)
    start = max(0, high.start() - 1) if high else 0
    spaced = f" {' '.join(text[start : start + _COMPARED_CHARACTERS].split())} "
    above = len(spaced) - len(spaced.encode("ascii", "ignore"))
    units = spaced.encode("utf-16-le", "surrogatepass")
    if len(units) != 2 * len(spaced):
        return False  # rare characters, of two units
    costs = _costs_above_ascii(file_guess.language)
    cost = 0.0
    for pairs in (units, units[2:]):  # numbers for pairs are made five times as fast as strings
        cost += sum(map(costs.__getitem__, memoryview(pairs[: len(pairs) & ~3]).cast("I")))
    return cost <= _usual_cost(data, file_guess) * above


def _usual_cost(data: bytes, file_guess: Guess) -> float:
    """The highest usual cost of a character above ASCII, by the other texts of the file.

    If they have only signs, which cost much, words of non-Latin letters are not usual among them.
    """
    most = _ODD * file_guess.typical_cost + 1
    return min(most, _ODDEST) if most > _ODDEST and _WORD_BEYOND_ASCII.search(data) else most


@cache
def _costs_above_ascii(code: str) -> CostTable[int]:
    """The cost of each pair of characters in a language, by its four bytes in UTF-16; pairs of
    ASCII cost nothing."""
    costs = language(code)

    def cost_of(pair: int) -> float:
        text = pair.to_bytes(4, sys.byteorder).decode("utf-16-le", "surrogatepass")
        return 0.0 if text.isascii() else costs[text]

    return CostTable(cost_of)


@cache
def _sign_bytes(encoding: str) -> bytes:
    """The bytes of a single-byte encoding whose characters are odd in a word; none for another
    encoding."""
    if encoding not in SINGLE_BYTE:
        return b""
    return bytes(byte for byte, sign in enumerate(byte_table(encoding)) if _SIGN_IN_WORD.search(f"a{sign}a"))


def guess_in_file(data: bytes, file_guess: Guess) -> list[Guess]:
    """Guess the encoding of one text of a file: that of `file_guess`, the guess for the whole file,
    unless another is far likelier."""
    sampled = take_sample(data)
    compared = sampled[:_COMPARED_BYTES]
    has_signs = _SIGN_IN_WORD.search(decode_tolerantly(compared, file_guess.encoding).text)
    if has_signs or _strangeness(compared, file_guess.encoding) > _usual_cost(compared, file_guess):
        found = _guess_all(sampled)
        sure, far = (_STRONG_BY_SIGNS, _FAR_BY_SIGNS) if has_signs else (_STRONG, _FAR)
        if found[0].confidence > sure and _extra_cost(sampled, file_guess.encoding, found[0].encoding) > far:
            return found
    return [file_guess]


def is_likelier_utf_8(data: bytes, guess: Guess) -> bool:
    """Whether bytes are likelier UTF-8 with a few stray bytes than what was guessed."""
    sampled = take_sample(data)
    as_utf_8 = decode_tolerantly(sampled, "utf-8")
    return text_cost(as_utf_8.text, tuple(SAMPLES)) + 2 * as_utf_8.fault_count < _cost_in(sampled, guess.encoding)


def _guess_all(data: bytes) -> list[Guess]:
    """Guess the encoding of a sample: several guesses, the likeliest first."""
    candidates = rank_encodings(data)[:_MAX_GUESSES]
    weights = [exp((candidates[0].cost - one.cost) / _TEMPERATURE) for one in candidates]
    found = [Guess(one.encoding, weight / sum(weights), one.cost) for one, weight in zip(candidates, weights, strict=True)]
    most = _STRANGE if candidates[0].language in OTHER_SCRIPTS else _STRANGE_LATIN
    if _strangeness(data, candidates[0].encoding) > most:
        found = [*_guess_by_chardet(data, candidates[0].cost), *found]
    if len(data) <= _SHORT and len(_HIGH.findall(data)) <= _FEW:
        found = _prefer_windows_1252(found, data, _MARGIN)
    return found


def _prefer_windows_1252(found: list[Guess], data: bytes, margin: float) -> list[Guess]:
    """The guesses, with windows-1252 first if the bytes cost at most `margin` more in it than in
    the likeliest encoding."""
    if found[0].encoding == "windows-1252":
        return found
    usual = next((guess for guess in found if guess.encoding == "windows-1252"), None)
    if usual is None and not set(data) & _UNDEFINED:
        more = _extra_cost(data, "windows-1252", found[0].encoding)
        usual = Guess("windows-1252", 0.1, found[0].cost + more)
    if usual is None or usual.cost > found[0].cost + margin:
        return found
    return [replace(usual, confidence=max(0.1, usual.confidence)), *(guess for guess in found if guess is not usual)]


def _guess_by_chardet(data: bytes, cost: float) -> list[Guess]:
    """Guess with chardet, which knows more languages. No guess if it names an encoding of
    `encoding_candidates`, which judges that better."""
    import chardet  # late: 15 ms, and seldom needed

    found = chardet.detect(data, encoding_era=chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME)
    name, confidence = encoding_name(found["encoding"] or ""), float(found["confidence"] or 0.0)
    is_other = name and name != "utf-8" and name not in SINGLE_BYTE and name not in MULTIBYTE
    return [Guess(name, confidence, cost)] if is_other and confidence >= _MIN_CHARDET_CONFIDENCE else []


def _cost_in(data: bytes, encoding: str) -> float:
    """The cost of bytes in an encoding, in its likeliest language."""
    rare, codes = rarity_and_languages(encoding)
    return rare + text_cost(decode_tolerantly(data, encoding).text, codes)


def _extra_cost(data: bytes, encoding: str, than: str) -> float:
    """How much more bytes cost in `encoding` than in the encoding `than`, in nats."""
    return _cost_in(data, encoding) - _cost_in(data, than)


def _strangeness(data: bytes, encoding: str) -> float:
    """The mean cost of a character above ASCII and its neighbours, in an encoding and its likeliest
    language."""
    text = decode_tolerantly(data, encoding).text
    _, high = count_pairs(text)
    _, codes = rarity_and_languages(encoding)
    return min(total_cost(language(code), high) for code in codes) / max(1, len(text) - len(text.encode("ascii", "ignore")))


def take_sample(data: bytes) -> bytes:
    """Take the sample of a text by which it is judged: its first bytes above ASCII, and some at
    each quarter of the rest."""
    high = _HIGH.search(data)
    first = high.start() if high else 0
    begin = _next_boundary(data, max(0, first - _BYTES_BEFORE))
    end = begin + _BYTES_BEFORE + _HEAD_BYTES
    pieces = [data[begin:end]]
    for quarter in range(1, 4):
        high = _HIGH.search(data, first + (len(data) - first) * quarter // 4)
        if high is None:
            break
        begin = _next_boundary(data, max(end, high.start() - _BYTES_BEFORE))
        if begin < high.start() or begin == end:
            end = begin + _PIECE_BYTES
            pieces.append(data[begin:end])
    return _KEY.sub(b" ", b"\n".join(pieces))


def _next_boundary(data: bytes, offset: int) -> int:
    """The first offset from `offset` on where a character begins in any encoding: behind a blank or
    line end. `offset` itself if there is none nearby."""
    for sign in (b"\n", b" "):
        found = data.find(sign, offset, offset + _BYTES_BEFORE)
        if found >= 0 and offset:
            return found + 1
    return offset
