"""Tokenizes a text: finds its words, their surface forms and their positions.

A word is a run of letters, digits and their combining marks, with apostrophes inside. An apostrophe
divides words before a digit (`ABC'13`), around a single n (`rock'n'roll`), and after an elided
article before a vowel or h (`l'Iran`). The surface form is the word without a possessive 's,
without the dots of an abbreviation (`U.S.` is `US`), and without what separates groups of three
digits (`1,655.8`, `1'655.8` and `1 655.8` with a no-break blank are `1655.8`). Case and accents
stay.
Positions count words. The first word of a paragraph stands PARAGRAPH_GAP positions after the last
one of the paragraph before, so that no phrase crosses the end of a paragraph.

A divided word is one that a hyphen divides at a line's end. It is found both ways: its halves are
words, and the joined word stands at the position of the first half and reaches to that of the
second. Its form has a soft hyphen where it was divided.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from bisect import bisect_left

from searchkit.analysis.characters import COMBINING_MARKS, JOINERS, SOFT_HYPHEN
from searchkit.analysis.normalize import normalize
from searchkit.frozen import frozen

PARAGRAPH_GAP = 101
"""Positions from the last word of a paragraph to the first of the next. Words next to each other
are 1 apart."""

MAX_WORD_LENGTH = 255
"""Characters of a word that count. Longer runs are no words, but lines of encoded data."""

DECIMAL_COMMA = frozenset(
    (
        "ca",
        "da",
        "de",
        "el",
        "es",
        "eu",
        "fi",
        "fr",
        "hu",
        "hy",
        "id",
        "it",
        "lt",
        "nl",
        "no",
        "pt",
        "ro",
        "ru",
        "sr",
        "sv",
        "tr",
    )
)
"""Languages with a comma before decimals, so that a dot before three digits separates groups
(`1.655` is 1655)."""

_ARTICLES = "l d qu dell dall all nell sull"
_MORE_ARTICLES = {
    "fr": "m t n s j c jusqu quoiqu lorsqu puisqu",
    "it": "c gl agl coll pell dagl degl negl sugl un m t s v",
    "ca": "m n s t",
}
"""Elided articles and the like, as the elision filters of Apache Lucene have them."""

_LETTER = r"[^\W\d]"
_ASCII_VOWELS = "aeiouyhAEIOUYH"


def _articles(language: str) -> str:
    """The elided articles of a language, of either case, as alternatives in an expression."""
    articles = f"{_ARTICLES} {_MORE_ARTICLES.get(language, '')}".split()
    return "|".join("".join(f"[{letter}{letter.upper()}]" for letter in article) for article in articles)


@functools.cache
def _leading_article(language: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_articles(language)})'(?=[{_vowels()}])")


def elided_article(text: str, language: str) -> str:
    """The elided article, with its apostrophe, that a straightened text begins with; "" for none.

    Only in French, Italian and Catalan, where it is a function word of queries.
    """
    found = _leading_article(language).match(text) if language in _MORE_ARTICLES else None
    return found[0] if found else ""


def _grammar(inside: str, letter: str, vowels: str, language: str) -> str:
    """The expression of a word. `inside` is the class of what may stand inside one, `letter`
    that of letters."""
    dots = rf"{letter}(?:\.{letter})+"
    tail = rf"(?:{inside}+|(?<=\d)\.(?=\d)|'(?![nN]'){letter})*"
    separators = ",'." if language in DECIMAL_COMMA else ",'"
    groups = "|".join(rf"\d{{1,3}}(?:{re.escape(sign)}\d{{3}})+(?!\d)" for sign in separators)
    return (
        rf"(?:{_articles(language)})(?='[{vowels}])"
        rf"|(?<=\w')[nN](?=')"
        rf"|{dots}\.?'[sS](?!{inside})|{dots}(?!{inside}|')\.?"
        rf"|(?:{groups}){tail}"
        rf"|\w{tail}"
    )


@functools.cache
def _ascii_token_regex(language: str) -> re.Pattern[str]:
    return re.compile(_grammar(r"\w", _LETTER, _ASCII_VOWELS, language))


@functools.cache
def _unicode_token_regex(language: str) -> re.Pattern[str]:
    # Takes 5 ms to compile, so only where a text needs it.
    return re.compile(_grammar(rf"[\w{COMBINING_MARKS}{JOINERS}]", _LETTER, _vowels(), language))


@functools.cache
def _vowels() -> str:
    """The vowels of Latin script, and h, with any accents, of either case."""
    ranges = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
    accented = [chr(code) for code in ranges if unicodedata.normalize("NFD", chr(code))[0] in _ASCII_VOWELS]
    return _ASCII_VOWELS + "".join(accented) + "æœøÆŒØ"


def token_regex(text: str, language: str = "en") -> re.Pattern[str]:
    """The expression that finds the words of a normalized text (see `normalize`)."""
    return _ascii_token_regex(language) if text.isascii() else _unicode_token_regex(language)


_LETTER_OR_WILD = r"(?:[^\W\d]|[*?])"


@functools.cache
def _wildcard_token_regex(language: str) -> re.Pattern[str]:
    """The same for words with wildcards, each of which may stand for any part of a word."""
    inside = rf"[\w{COMBINING_MARKS}{JOINERS}*?]"
    dots = rf"{_LETTER_OR_WILD}(?:\.{_LETTER_OR_WILD})+"
    tail = rf"(?:{inside}+|(?<=\d)\.(?=[\d*?])|'(?!\d|[nN]')(?=[\w*?]))*"
    return re.compile(
        rf"(?:{_articles(language)})(?='[{_vowels()}])"
        rf"|(?<=\w')[nN](?=')"
        rf"|{dots}\.?\*?(?!{inside}|')"
        rf"|(?:{_grouped_pattern(language)}){tail}"
        rf"|[\w*?]{tail}"
    )


def _grouped_pattern(language: str) -> str:
    """The expression of a number with groups of digits and a wildcard at the end.

    One group has to be complete where a dot may also stand before decimals.
    """
    groups = [rf"\d{{1,3}}(?={sign})(?:{sign}\d{{3}})*(?:{sign}[\d?]{{0,2}})?[*?]" for sign in ",'"]
    if language in DECIMAL_COMMA:
        groups.append(r"\d{1,3}(?:\.\d{3})+(?:\.[\d?]{0,2})?[*?]")
    return "|".join(groups)


_DOTTED = re.compile(rf"{_LETTER}(?:\.{_LETTER})+\.?")
_DOTTED_PATTERN = rf"{_LETTER_OR_WILD}(?:\.{_LETTER_OR_WILD})+\.?\*?"
_GROUPED = re.compile(r"\d{1,3}(?:([,'.])\d{3})(?:\1\d{3})*(?!\d)")
_RUN = re.compile(r"\n\s+")
_FILLED = re.compile(r"\S")
_DROP = str.maketrans("", "", JOINERS)
MAX_BLANKS = 8
"""The most blanks after a hyphen at a line's end, and the most before the next line."""
_BLANKS = rf"[ \t]{{0,{MAX_BLANKS}}}"
_RARE_HYPHENS = f"\u2010\u00ac{SOFT_HYPHEN}"


@functools.cache
def _line_end(hyphens: str) -> re.Pattern[str]:
    """The expression of a hyphen after a letter at a line's end, and of the white space up to the
    next letter.

    It begins with the hyphen: an expression that begins with a fixed character is many times as
    fast.
    """
    return re.compile(rf"{hyphens}(?:(?<=[^\W\d_].)|(?<=[{COMBINING_MARKS}].)){_BLANKS}\n{_BLANKS}(?=[^\W\d_])")


def tokenize_pattern(text: str, language: str = "en") -> list[str]:
    """The surface forms of a normalized text with wildcards (* and ?), so that they match those
    of `tokenize`."""
    found = []
    for match in _wildcard_token_regex(language).finditer(text):
        word = match[0]
        if not set("*?") & set(word):
            found += [surface_form(each[0], language) for each in token_regex(word, language).finditer(word)]
            continue
        word = word.translate(_DROP)
        if word[-2:] in ("'s", "'S"):
            word = word[:-2]
        groups = re.match(_grouped_pattern(language), word)
        if re.fullmatch(_DOTTED_PATTERN, word):
            word = word.replace(".", "")
        elif groups is not None:
            word = re.sub("[,'.]", "", groups[0]) + word[groups.end() :]
        found.append(word)
    return found


@frozen
class Tokens:
    """The tokens of a text, in order: `forms[i]` stands at `positions[i]` and covers
    `text[starts[i]:ends[i]]`.

    `divided` are the indexes (ascending) of the tokens that are the first half of a divided word;
    the next token is the second half.
    """

    forms: list[str]
    starts: list[int]
    ends: list[int]
    positions: list[int]
    divided: list[int]

    def __len__(self) -> int:
        return len(self.forms)

    def joined_form(self, index: int) -> str:
        """The form of the divided word whose first half is token `index`."""
        return f"{self.forms[index]}{SOFT_HYPHEN}{self.forms[index + 1]}"

    def form_spans(self) -> list[tuple[str, int, int]]:
        """All forms with their first and last positions; a joined form stands after its first
        half."""
        found = [(form, position, position) for form, position in zip(self.forms, self.positions, strict=True)]
        for index in reversed(self.divided):
            found.insert(index + 1, (self.joined_form(index), self.positions[index], self.positions[index + 1]))
        return found


def surface_form(word: str, language: str = "en") -> str:
    """The surface form of a word that `token_regex` found."""
    if word.isalpha() and len(word) <= MAX_WORD_LENGTH:
        return word
    word = word.translate(_DROP)  # first, because a joiner may stand after the 's
    while word[-2:] in ("'s", "'S"):
        word = word[:-2]
    if _DOTTED.fullmatch(word):
        word = word.replace(".", "")
    elif word[:1].isdecimal():
        groups = _GROUPED.match(word)
        if groups is not None and (groups[1] != "." or language in DECIMAL_COMMA):
            word = groups[0].replace(groups[1], "") + word[groups.end() :]
    return word[:MAX_WORD_LENGTH]


def paragraph_offsets(text: str) -> list[int]:
    """The offsets where paragraphs begin, the first of which is 0.

    A paragraph ends at an empty line, or before a line that is indented by two or more blanks while
    the line before is not.
    """
    if "\n" not in text:
        return [0]
    starts = [0]
    first = _FILLED.search(text)
    if first is None:
        return starts
    # Only a line feed with white space after it can end a paragraph. `indented_at` is where the
    # last indented line begins, to tell whether it is the one right before.
    line = text.rfind("\n", 0, first.start()) + 1
    indented_at = line if _is_indented(text, line) else -1
    for run in _RUN.finditer(text, first.start()):
        if run.end() == len(text):
            break
        line = run.start() + run[0].rfind("\n") + 1
        indented = _is_indented(text, line)
        if line > run.start() + 1 or (indented and indented_at != text.rfind("\n", 0, run.start()) + 1):
            starts.append(line)
        indented_at = line if indented else -1
    return starts


def find_next_paragraph(text: str, start: int, end: int) -> int:
    """The offset where the first paragraph in `text[start:end + 1]` begins, or -1.

    There is no blank before `start`, nor at `end` (which may be the end of the text). Reference
    implementation: the first of `paragraph_offsets(text)` after `start`, up to `end`.
    """
    run = _RUN.search(text, start, end)
    while run is not None and run.end() < len(text):
        line = text.rfind("\n", start, run.end()) + 1
        if line > run.start() + 1:
            return line
        if _is_indented(text, line) and not _is_indented(text, text.rfind("\n", 0, run.start()) + 1):
            return line
        run = _RUN.search(text, run.end(), end)
    return -1


def find_paragraph_start(text: str, at: int) -> int:
    """The offset where the paragraph begins that holds the character at `at`, which is no blank.

    Reference implementation: the last of `paragraph_offsets(text)` up to `at`; for the first
    paragraph, the first line of it that is not blank.
    """
    line = text.rfind("\n", 0, at) + 1
    while line:
        before = text.rfind("\n", 0, line - 1) + 1
        if before == line - 1 or text[before : line - 1].isspace():
            break
        if _is_indented(text, line) and not _is_indented(text, before):
            break
        line = before
    return line


def _is_indented(text: str, line: int) -> bool:
    return text[line] in " \t" and text[line + 1 : line + 2] in (" ", "\t")


def tokenize(text: str, language: str = "en") -> Tokens:
    """Find the words of a text in a language."""
    normal, origins = normalize(text)
    paragraphs = paragraph_offsets(normal)[1:]
    paragraphs.append(len(normal) + 1)
    next_paragraph, paragraph = paragraphs[0], 0
    forms: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    positions: list[int] = []
    position = -1
    if SOFT_HYPHEN in normal and "." in normal:
        normal = _with_ends_of_abbreviations(normal)
    for found in token_regex(normal, language).finditer(normal):
        start, end = found.span()
        position += 1
        if start >= next_paragraph:
            if forms:
                position += PARAGRAPH_GAP - 1
            while start >= next_paragraph:
                paragraph += 1
                next_paragraph = paragraphs[paragraph]
        forms.append(surface_form(found[0], language))
        starts.append(start)
        ends.append(end)
        positions.append(position)
    if origins is not None:
        starts = [origins[start] for start in starts]
        # A character that NFKC made several of ends where the next one begins, never inside itself.
        ends = [next((o for o in origins[end:] if o > origins[end - 1]), len(text)) for end in ends]
    words = Tokens(forms, starts, ends, positions, [])
    if "\n" in text:
        words.divided.extend(_find_divided(text, words))
    return words


_ABBREVIATED = re.compile(r"\.\w['\w]*\Z")


def _with_ends_of_abbreviations(normal: str) -> str:
    """Replace soft hyphens that divide an abbreviation from the next line (`U.S` and a soft hyphen)
    by visible ones.

    A visible hyphen belongs to no word, so the abbreviation ends there, as before any other hyphen.
    """
    characters = list(normal)
    for hyphen, _ in find_line_end_hyphens(normal):
        if normal[hyphen] == SOFT_HYPHEN and _ABBREVIATED.search(normal, max(0, hyphen - MAX_WORD_LENGTH), hyphen):
            characters[hyphen] = "-"
    return "".join(characters)


def find_line_end_hyphens(text: str) -> list[tuple[int, int]]:
    """The hyphens of divided words: the offsets of each, and of the lowercase letter in the next
    line."""
    hyphens = f"[-{_RARE_HYPHENS}]" if any(hyphen in text for hyphen in _RARE_HYPHENS) else "-"
    found = (match.span() for match in _line_end(hyphens).finditer(text))
    return [(hyphen, following) for hyphen, following in found if text[following].islower()]


def _find_divided(text: str, words: Tokens) -> list[int]:
    divided = []
    for hyphen, following in find_line_end_hyphens(text):
        second = bisect_left(words.starts, following)
        first = second - 1
        if first < 0 or second == len(words) or words.starts[second] != following:
            continue
        # A soft hyphen belongs to the word that it ends.
        stands_before = words.ends[first] in (hyphen, hyphen + 1)
        if (
            stands_before
            and words.positions[second] == words.positions[first] + 1
            and len(words.joined_form(first)) <= MAX_WORD_LENGTH
        ):
            divided.append(first)
    return divided


def is_divided(form: str) -> bool:
    """Whether a form is that of a divided word."""
    return SOFT_HYPHEN in form


def without_hyphen(form: str) -> str:
    """A form without the soft hyphen of a divided word: the form to compare."""
    return form.replace(SOFT_HYPHEN, "") if SOFT_HYPHEN in form else form
