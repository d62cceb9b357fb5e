"""Finds the words in a pretoken, and what it says about the ends of sentences.

Nearly all pretokens hold one word of letters and digits, perhaps with signs or 's after it. Many
of these are parsed together, as rows of an array. The others are parsed one by one, with the
regular expression that defines a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from searchkit.analysis.sentences import ANY, LETTER, OTHER, STARTER, SentenceRule, sentence_rule
from searchkit.analysis.tokenizer import DECIMAL_COMMA, MAX_WORD_LENGTH, surface_form, token_regex
from searchkit.arrays import UInt8s, UInt64s

# The entry of a pretoken is one number: the bits below, and above FORM_SHIFT the number of its
# surface form. Of a pretoken with MANY_WORDS words it is the key in `PretokenParser.more`.
FIRST_WORD = 0b11
"""The kind of its first word (`SentenceRule.first_word_kind`)."""
REQUIRED_SHIFT = 2
REQUIRED = FIRST_WORD << REQUIRED_SHIFT
"""What it requires of the next word (`SentenceRule.required_next`)."""
ONE_WORD, MANY_WORDS = 1 << 4, 1 << 5
"""It holds one word, or several."""
HAS_WORDS = ONE_WORD | MANY_WORDS
TEXT_END, PARAGRAPH, SENTENCE = 1 << 6, 2 << 6, 3 << 6
"""The separators between texts, paragraphs and sentences. These are whole entries, not bits."""
CANCELS_END = FIRST_WORD
"""A pretoken without a word that cancels the end of a sentence before it. It is a whole entry,
too."""
FORM_SHIFT = 8
NO_WORD = 1 << FORM_SHIFT
"""A pretoken without a word that says nothing about sentences. An entry is never 0."""

_APOSTROPHE, _S = b"'s"
_ALNUM, _SIGN, _END, _LOWER = 1, 2, 4, 8
_KINDS = np.array(
    [
        _ALNUM * bytes([code]).isalnum()
        | _SIGN * (code in b".,!?")
        | _END * (code in b".!?")
        | _LOWER * (0x61 <= code <= 0x7A)
        for code in range(256)
    ],
    dtype=np.uint8,
)
_FIRST_WORDS = np.array(
    [0 if kind & _LOWER else OTHER if chr(code).isdigit() else LETTER for code, kind in enumerate(_KINDS)]
)
_FIRST_WORDS = _FIRST_WORDS.astype(np.uint64)
"""The kind of a word by its first byte, unless it is a starter."""
_SIGNED_NUMBER = ONE_WORD | OTHER | ANY << REQUIRED_SHIFT
_END_MARKS = (b".", b"!", b"?")
_NUMBER_OR_NOT = re.compile(rb"(?m)^(?:([0-9]+(?:\.[0-9]+)+|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)*)([.,!?]*)|(.*))$")
"""Matches one pretoken in each line: a number with points or commas, and the signs after it; or
anything."""
_NUMBER_WITH_COMMAS_OR_NOT = re.compile(rb"(?m)^(?:([0-9]{1,3}(?:,[0-9]{3})+)([,!?]*)|(.*))$")
"""The same for languages in which a point may separate groups of digits: a number with a point has
to be parsed."""
DIVIDED = b"\x04"
"""Stands after the last word of a pretoken, in place of a hyphen that divides it at a line's
end."""


class PretokenParser:
    """Parses pretokens into entries.

    `numbers` returns the numbers of surface forms. `more` holds the forms of pretokens with several
    words, `divided` those of its keys whose last word is completed by the next pretoken.
    """

    def __init__(self, numbers: Callable[[Sequence[bytes]], list[int]], language: str) -> None:
        self._numbers, self._language, self._rule = numbers, language, sentence_rule(language)
        self._starters = frozenset(starter.encode() for starter in self._rule.starters)
        self._abbreviations = frozenset(word.encode() for word in self._rule.known)
        self._number_or_not = _NUMBER_WITH_COMMAS_OR_NOT if language in DECIMAL_COMMA else _NUMBER_OR_NOT
        self.more: dict[int, list[int]] = {}
        self.divided: set[int] = set()

    def parse_rows(self, rows: UInt8s) -> UInt64s:
        """The entries (uint64) of pretokens, given as rows of bytes, padded with zeros.

        Reference implementation: `parse` of their bytes.
        """
        kinds = _KINDS[rows]
        alnum = (kinds & _ALNUM) != 0
        width = rows.shape[1]
        word = np.where(alnum.all(axis=1), width, alnum.argmin(axis=1))
        sizes = (rows != 0).sum(axis=1)
        following = rows.take(np.arange(len(rows)) * width + np.minimum(word, width - 2) + [[0], [1]])
        possessive = (sizes == word + 2) & (following[0] == _APOSTROPHE) & (following[1] | 0x20 == _S)
        plain = (word > 0) & ((word + ((kinds & _SIGN) != 0).sum(axis=1) == sizes) | possessive)
        ones, others = np.flatnonzero(plain), np.flatnonzero(~plain)
        forms = _bytes_of(np.where(np.arange(width) < word[ones, None], rows[ones], np.uint8(0)))
        entries = np.zeros(len(rows), dtype=np.uint64)
        entries[others] = self.parse(_bytes_of(rows[others]))
        bits = _FIRST_WORDS[rows[ones, 0]] | np.uint64(ONE_WORD)
        bits[[row for row, form in enumerate(forms) if form in self._starters]] = ONE_WORD | STARTER
        signed = ((kinds[ones] & _END) != 0).any(axis=1)
        closing = kinds[ones, sizes[ones] - 1]
        bits[(closing & _END) != 0] |= np.uint64(ANY << REQUIRED_SHIFT)
        special = [row for row in np.flatnonzero(signed).tolist() if self._counts_stops(forms[row])]
        for row, pretoken in zip(special, _bytes_of(rows[ones[special]]), strict=True):
            bits[row] = ONE_WORD | _sentence_bits(pretoken.decode(), self._rule)
        entries[ones] = np.array(self._numbers(forms), dtype=np.uint64) << np.uint64(FORM_SHIFT) | bits
        return entries

    def _counts_stops(self, form: bytes) -> bool:
        """Whether it may matter for sentences how many full stops stand after a word."""
        return form in self._abbreviations or len(form) <= 2 or (self._rule.ordinals and not form.strip(b"IVX"))

    def parse(self, pretokens: Sequence[bytes]) -> list[int]:
        """The entries of pretokens, one by one.

        Reference implementation: `parse_pretoken` each, and number the forms.
        """
        if not pretokens:
            return []
        found = self._number_or_not.findall(b"\n".join(pretokens))
        forms = [digits.replace(b",", b"")[:MAX_WORD_LENGTH] for digits, _, _ in found if digits]
        others = [parse_pretoken(pretoken, self._language) for digits, _, pretoken in found if not digits]
        numbers = iter(self._numbers([*forms, *(form for word_forms, _ in others for form in word_forms)]))
        entries = [
            next(numbers) << FORM_SHIFT | (_SIGNED_NUMBER if signs[-1:] in _END_MARKS else ONE_WORD | OTHER) if digits else 0
            for digits, signs, _ in found
        ]
        indexes = (index for index, (digits, _, _) in enumerate(found) if not digits)
        for index, (word_forms, bits) in zip(indexes, others, strict=True):
            number = 0
            if bits & ONE_WORD:
                number = next(numbers)
            elif bits & MANY_WORDS:
                number = len(self.more)
                self.more[number] = [next(numbers) for _ in word_forms]
                if pretokens[index].endswith(DIVIDED):
                    self.divided.add(number)
            entries[index] = number << FORM_SHIFT | bits or NO_WORD
        return entries


def parse_pretoken(pretoken: bytes, language: str) -> tuple[list[bytes], int]:
    """The surface forms that a pretoken holds, and the bits of its entry."""
    text = pretoken.decode()
    found = list(token_regex(text, language).finditer(text))
    rule = sentence_rule(language)
    if not found:
        return [], CANCELS_END if rule.cancels_end(text) else rule.required_next(text) << REQUIRED_SHIFT
    bits = _sentence_bits(text, rule)
    is_one = len(found) == 1 and not pretoken.endswith(DIVIDED)
    return [surface_form(match[0], language).encode() for match in found], bits | (ONE_WORD if is_one else MANY_WORDS)


def _sentence_bits(pretoken: str, rule: SentenceRule) -> int:
    """What a pretoken with a word says about the ends of sentences, as bits of its entry."""
    return rule.required_next(pretoken) << REQUIRED_SHIFT | rule.first_word_kind(pretoken)


def _bytes_of(rows: UInt8s) -> list[bytes]:
    """The bytes of each row, without the zeros at its end."""
    listed: list[bytes] = np.ascontiguousarray(rows).view(f"S{rows.shape[1]}").reshape(-1).tolist()
    return listed
