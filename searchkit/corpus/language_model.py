"""Measures how likely a text is in a language. The cost of a pair of characters is -ln of its
probability, in nats.

A language is a Markov chain of order 1: the probability of a letter depends on the one before. Both
are counted in our samples. Pairs that are not in the sample fall back on the letter alone, and
letters of other languages on a small probability. The cost of a sign depends on how usual it is in
news and on its neighbours: an opening quotation mark follows a blank, a degree sign a digit, and a
box-drawing character nothing. Chinese, Japanese and Korean characters are measured one by one.

All costs belong to pairs, so that the pairs of a text are counted once for all languages.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from math import log
from typing import TypeVar

from searchkit.corpus.latin_samples import LATIN
from searchkit.corpus.samples import CYRILLIC, EAST_ASIAN, OTHER, USUAL

K = TypeVar("K")

MAX_COSTS = 8192
"""Maximum number of costs that a table keeps; usual texts need a quarter of that."""
_SMOOTHING = 6.0
"""Weight of the frequency of a letter alone, in observations of pairs (additive smoothing)."""
_LETTERS_OF_FOREIGN_NAMES = {**dict.fromkeys("ãåæêëîïìòőšžčćłřśýœß", 5e-5), **dict.fromkeys("éèáàâäçñóôöøíúùü", 2e-4)}
"""Letters of foreign names that papers in Latin letters print, and their probabilities."""
_ORDINALS = "ªºµ"
"""Signs that are letters in Unicode."""

_WELL_PLACED = -3.0
"""Added to the cost of a sign beside its usual neighbour."""
_DEGREES = tuple(f"°{letter}" for letter in "CFNSEWO")
_UNITS = ("µm", "µg", "µl", "µs", "µF", "µV")
_OPENING, _CLOSING = "“‘„«‚‹¿¡([", "”»›"
_SIGNS: dict[str, float] = {
    **dict.fromkeys("’“”–", 3.0),
    **dict.fromkeys("—…«»„‘", 3.5),
    **dict.fromkeys("£€§°№¿¡·", 4.5),
    **dict.fromkeys("©®½¼¾×•™±²³´›‹‚¢¥¶\xa0ªºµ†‰÷", 6.0),
    **dict.fromkeys("¹·¬¦¯¨¸¤¡‡ˆ˜῀−√≤≥≠≈∞∫Ω∂∑∏π◊ƒ", 9.0),
    **dict.fromkeys("\xad\u200c\u200d\u200e\u200f", 9.0),
    **dict.fromkeys("、。，「」・ー！？：；『』（）《》〈〉【】“”‘’…～〜", 4.0),
}
"""The costs of signs above ASCII; all others cost _ODD_SIGN."""
_ODD_SIGN, _CONTROL, _MISFIT, _OTHER_SCRIPT, _STRAY = 11.0, 13.0, 6.0, 16.0, 18.0
"""Costs of an unusual sign, of a control character, of a sign beside an unusual neighbour, of a
letter of another script among Chinese, Japanese and Korean, and of a byte that is not valid."""
_BESIDE_LETTERS = "’‘“”–—…«»·\xa0"
"""Signs that often stand beside a letter."""
_UPPER_FIRST, _UPPER_ALL, _UPPER_INSIDE, _LOWER_BEHIND = 1.9, 0.5, 7.0, 0.4
"""Costs of a capital behind a blank, a capital and a small letter, and of a small letter behind a
capital."""
_REPEATED, _BOX, _IN_BOXES = 1.0, 11.0, 7.0
"""Costs of a sign behind the same sign, and of a box-drawing character alone and behind another
one."""


def _fold(character: str) -> str:
    """The small form of a letter, and a blank for any other character."""
    if character in _ORDINALS or not (character.isalpha() or unicodedata.category(character)[0] == "M"):
        return " "
    lower = character.lower()
    return lower if len(lower) == 1 else lower[0]


def _script(character: str) -> str:
    """The script of a letter, as the first word of its name has it ("LATIN", "CYRILLIC", "CJK",
    ...)."""
    return unicodedata.name(character, "?").partition(" ")[0]


class CostTable(dict[K, float]):
    """Costs by key, each computed when it is first needed; emptied when it has MAX_COSTS of them.

    A dictionary, since no other cache is read as fast. Without it detection takes 3 to 4 times as
    long.
    """

    def __init__(self, compute: Callable[[K], float]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, key: K) -> float:
        if len(self) >= MAX_COSTS:
            self.clear()
        self[key] = cost = self._compute(key)
        return cost


class Language(CostTable[str]):
    """The costs of pairs of characters in a language: `language["ab"]` is the cost of "b" behind
    "a". `alone` has the costs of characters without regard to their neighbours."""

    def __init__(self, name: str, sample: str, usual: str = "") -> None:
        super().__init__(self._cost)
        self.name = name
        letters = [_fold(character) for character in f" {' '.join(sample.split())} "]
        self._pairs = Counter(pairwise(letters))
        self._before = Counter(letters[:-1])
        self._letters = Counter(letters)
        self._total = len(letters)
        self._script = Counter(map(_script, filter(str.strip, letters))).most_common(1)[0][0]
        self.alone = CostTable(self._cost_alone)
        self._usual = _usual_probabilities(usual, letters) if usual else {}

    def _cost_alone(self, character: str) -> float:
        letter = _fold(character)
        sign = _IN_BOXES if _is_box(character) else _sign_cost_alone(character)
        cost = sign if letter == " " else -log(self._probability_alone(letter))
        return cost + (_UPPER_ALL if character.isupper() else 0.0)

    def _cost(self, pair: str) -> float:
        before, character = pair[0], pair[1]
        first, second = _fold(before), _fold(character)
        if character > "\x7f" and second == first == " " and not self._usual:
            if character == before:
                return _REPEATED
            if _is_box(character) and _is_box(before):
                return _IN_BOXES
        cost = self._sign_cost(before, character)
        if second == " ":
            if character > "\x7f":
                cost += _sign_cost_alone(character)
        elif self._usual:
            return cost + self._character_cost(character)
        elif character > "\x7f" or before > "\x7f":
            cost += _case_cost(before, character)
        if self._usual:
            return cost
        return cost - log(self._probability(first, second))

    def _probability(self, first: str, second: str) -> float:
        return (self._pairs[first, second] + _SMOOTHING * self._probability_alone(second)) / (
            self._before[first] + _SMOOTHING
        )

    def _probability_alone(self, letter: str) -> float:
        count = self._letters[letter]
        if count:
            return count / self._total
        if letter < "\x80":
            return 2e-4
        if _script(letter) != self._script:
            return 1e-7
        return _LETTERS_OF_FOREIGN_NAMES.get(letter, 5e-6)

    def _character_cost(self, character: str) -> float:
        probability = self._usual.get(character)
        if probability is not None:
            return -log(probability)
        if character < "\x80":
            return 3.0
        if character > "\uffff":
            return _OTHER_SCRIPT
        script = _script(character)
        if script not in _EAST_ASIAN_SCRIPTS:
            return _OTHER_SCRIPT
        codec, first_rare = _RARE[self.name]
        raw = character.encode(codec, "ignore")
        return _UNUSUAL if len(raw) == 2 and raw[0] < first_rare else _RARE_CHARACTER

    def _sign_cost(self, before: str, character: str) -> float:
        """The cost of a sign beside a character, if one of them is above ASCII."""
        cost = 0.0
        if before > "\x7f":
            cost += _cost_behind_sign(before, character)
        if character > "\x7f":
            cost += _cost_of_sign_behind(before, character)
        return cost


def _cost_behind_sign(sign: str, character: str) -> float:
    """The cost of a character behind a sign or letter above ASCII, beside that of the character
    itself."""
    if _fold(sign) == " ":
        if sign in "„«‚‹¿¡‘":
            if not character.isspace() or character == "\xa0":
                return 0.0
            return 2.0 if sign == "«" else _MISFIT
        if sign in "”»›°™®©¢":
            return _MISFIT if character.isalpha() and sign + character not in _DEGREES else 0.0
        if sign in "£¥€":
            blank = _MISFIT / 2 if sign == "¥" else 0.0
            return 0.0 if character.isdigit() else blank if character.isspace() else _MISFIT
        if sign == "’":
            return 1.0 if character.isupper() else 0.0
        if sign == "…":
            return 2.0 if character.isalpha() else 0.0
        if sign in _ORDINALS:
            return _MISFIT / 2 if character.isalpha() and sign + character not in _UNITS else 0.0
        return 0.0 if sign in _BESIDE_LETTERS or not character.isalpha() else _MISFIT / 2
    if character.isdigit():
        return 2.0
    if character < "\x80" and character.isalpha() and _script(sign) != "LATIN":
        return _MISFIT
    return 0.0


def _cost_of_sign_behind(before: str, sign: str) -> float:
    """The cost of a sign or letter above ASCII behind a character, beside that of the sign
    itself."""
    if _fold(sign) == " ":
        if sign in "„«‚‹¿¡‘£€¥§¶•©":
            return _MISFIT if before.isalpha() or (before.isdigit() and sign in "¿¡") else 0.0
        if before + sign in ("m²", "m³", "Nº", "nº"):
            return _WELL_PLACED
        if sign in "°¢½¼¾²³ªº":
            return 0.0 if before.isdigit() else _MISFIT if before.isalpha() else 1.0
        if sign in "”»›’™®":
            return 2.0 if before.isspace() and before != "\xa0" else 0.0
        if sign in "–—":
            return _MISFIT if before.isalpha() else 0.0
        return 0.0 if sign in _BESIDE_LETTERS or not before.isalpha() else _MISFIT / 2
    if before.isdigit():
        return 2.0
    if before < "\x80" and before.isalpha() and _script(sign) != "LATIN":
        return _MISFIT
    return 0.0


_EAST_ASIAN_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "LATIN")
_RARE = {"zh-hans": ("gb2312", 0xD8), "zh-hant": ("big5", 0xC9), "ja": ("euc_jp", 0xD0), "ko": ("euc_kr", 0xCA)}
"""The standard character set of a language, and the first byte from which on it has the rare
characters."""
_UNUSUAL, _RARE_CHARACTER = 10.5, 12.5
"""Costs of a Chinese, Japanese or Korean character that is not usual, and of a rare one."""


def _usual_probabilities(usual: str, letters: list[str]) -> dict[str, float]:
    """The probability of each usual character: half by its rank (Zipf-Mandelbrot law), half by the
    sample."""
    ranked = {character: 1 / (rank + 12) for rank, character in enumerate(usual)}
    total = sum(ranked.values())
    probabilities = {character: 0.5 * probability / total for character, probability in ranked.items()}
    seen = Counter(letter for letter in letters if letter > "\x7f")
    for character, count in seen.items():
        probabilities[character] = probabilities.get(character, 0.0) + 0.4 * count / seen.total()
    return probabilities


def _is_box(character: str) -> bool:
    return "\u2500" <= character <= "\u259f"


def _sign_cost_alone(sign: str) -> float:
    if sign in _SIGNS:
        return _SIGNS[sign]
    if _is_box(sign):
        return _BOX
    if "\udc80" <= sign <= "\udcff" or sign == "\ufffd":
        return _STRAY
    return _CONTROL if unicodedata.category(sign)[0] == "C" else _ODD_SIGN


def _case_cost(before: str, character: str) -> float:
    """The cost of the case of a letter behind a character; 0 in scripts without case."""
    if character.isupper():
        if not before.isalpha() or before in _ORDINALS:
            return _UPPER_FIRST
        return _UPPER_ALL if before.isupper() else _UPPER_INSIDE
    if character.islower() and before.isalpha() and before.isupper():
        return _LOWER_BEHIND
    return 0.0


SAMPLES: Mapping[str, str] = {**LATIN, **CYRILLIC, **OTHER, **EAST_ASIAN}


@cache
def language(name: str) -> Language:
    """The language with a code, such as "en"."""
    sample = SAMPLES[name]
    if name == "vi":  # windows-1258 has the tones as characters of their own
        sample = "".join(map(_without_tone, sample))
    return Language(name, sample, USUAL.get(name, ""))


def _without_tone(letter: str) -> str:
    """A Vietnamese letter with its tone as a character behind it, as in windows-1258."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
    rest = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
    return rest + "".join(tones)
