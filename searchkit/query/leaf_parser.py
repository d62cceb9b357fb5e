"""Parses the leaves of a query: words, phrases, patterns, dates and lengths.

`parser` joins them. A LeafParser stands at a character of the query, `at`; what it parses moves it
on.
"""

from __future__ import annotations

import re
from typing import assert_never

from searchkit import analysis
from searchkit.analysis.characters import COMBINING_MARKS
from searchkit.analysis.function_words import is_function_word
from searchkit.analysis.normalize import fold, normalize, straighten
from searchkit.analysis.tokenizer import MAX_WORD_LENGTH, elided_article, tokenize, tokenize_pattern
from searchkit.errors import QueryError
from searchkit.query.clock import Clock
from searchkit.query.joining import Operand
from searchkit.query.nodes import (
    Everything,
    Fuzzy,
    Gap,
    Length,
    Node,
    Phrase,
    Present,
    Regex,
    Value,
    ValuePart,
    ValuePattern,
    Weighted,
    Wildcard,
    Word,
)
from searchkit.query.proximity_operators import QUOTED_HINT
from searchkit.query.signs import leading_sign_note, lone_sign_note, question_mark_note, trailing_sign_note
from searchkit.query.value_parts import make_value_part
from searchkit.schema import FIELDS, Kind

MAX_NODES = 1_000
"""Words, phrases, fields and groups that a query may have."""
MAX_SLOP = 99
"""Other words that may stand inside a phrase; paragraphs are further apart."""
MAX_PATTERN_LENGTH = 100
"""Characters of a word with wildcards."""
MAX_STARS = 8
"""Asterisks of a word with wildcards; each may make a comparison longer by the length of a word."""
MAX_EDITS = 2
"""Edits of a fuzzy word."""
MAX_WEIGHT = 1_000_000.0

REGEX = re.compile(r"/((?:\\\S|[^\s/\\])+)/(?=[\s)]|\^\d|$)")
"""A regular expression and what may follow it; `/usr/bin` is none."""

_BLANK = re.compile(r"\s*")
_WEIGHT = re.compile(r"\^(\d+(?:\.\d+)?)")
_WEIGHT_AT_END = re.compile(r"\^([^\^]*)$")
_SLOP = re.compile(r"~(\d*)|\s+~(\d+)(?=[\s()^]|$)")
_FUZZY = re.compile(r"~(\d*)$")
_FUZZY_IN_PHRASE = rf"[\w{COMBINING_MARKS}]*[^\W\d][\w{COMBINING_MARKS}]*~\d?"
# These stand as text, to be compiled when a query first needs them: each takes a millisecond.
_PUNCTUATION_MARK = rf"\?+(?![\w{COMBINING_MARKS}*?])"
"""Question marks that are no wildcards: at the end of a word, or alone."""
_NUMBER = re.compile(r"\d{1,9}")
_LENGTH_RANGE = r"(?i)(?:from\s+)?(\d{1,9})(?:\s*(?:-|\.\.)\s*|\s+(?:to|until|till)\s+)(\d{1,9})"
"""Two numbers of words: `100 to 200`, `100-200`."""


_FULL_WIDTH = str.maketrans("（）：＂", '():"')
"""Signs of the query language as they are typed among Chinese, Japanese or Korean."""


class LeafParser:
    """A query that is parsed: its text, and the offset `at` of the character that comes next."""

    def __init__(self, text: str, language: str, exact: bool, clock: Clock) -> None:
        self.original = text
        # Of the same length, so that columns stay true.
        self.text = straighten(text).translate(_FULL_WIDTH)
        self.language, self.exact, self.clock = language, exact, clock
        self.left_out: list[str] = []
        self.notes: list[str] = []
        self.at = 0
        self.node_count = 0
        self.has_plus = False

    def _error(self, message: str, column: int, length: int = 1, hint: str = "") -> QueryError:
        return QueryError(message, self.original, column, length, hint)

    def _note(self, note: str) -> None:
        """Tell the reader of the answer something about the query, once. "" is no note."""
        if note and note not in self.notes:
            self.notes.append(note)

    def _unquoted(self, field: str, column: int, pretoken: str, start: int | None = None) -> Operand | None:
        weight: float | None = None
        kind = FIELDS[field].kind if field else Kind.TEXT
        if "^" in pretoken and kind not in (Kind.VALUE, Kind.PART):
            found = _WEIGHT_AT_END.search(pretoken)
            if found:
                weight = self._weight(found[1], column + found.start(), len(found[0]))
                pretoken = pretoken[: found.start()]
        self._note_signs(field, column, pretoken)
        if not field and not self.exact:
            elided = elided_article(pretoken, self.language)
            if elided and len(elided) < len(pretoken):
                self.left_out.append(elided)
                pretoken, column, start = pretoken[len(elided) :], column + len(elided), column if start is None else start
        fuzzy = self._find_fuzzy(pretoken, column) if "~" in pretoken and has_words(field) else None
        node = self._fuzzy(field, pretoken, column, fuzzy) if fuzzy else self._leaf(field, pretoken, column, quoted=False)
        if node is None:
            if field or weight is not None:
                raise self._error("no word stands here", column, len(pretoken))
            return None
        if weight is not None:
            node = Weighted(node, weight)
        ignorable = isinstance(node, Word) and not field and not node.exact and self._is_function_word(pretoken, column)
        return Operand(node, "", column if start is None else start, pretoken, (pretoken,) if ignorable else ())

    def _pasted(self, field: str, column: int, end: int) -> Operand | None:
        """A URL or a path: its words, next to each other."""
        typed = self.original[column:end]
        node = self._words(field, self.text[column:end].replace("?", "/"), column, quoted=False, exact=False)
        if "://" in typed and not field:
            self._note(f"{typed} is read as words of a text; url:{typed} finds the article of that address")
        return None if node is None else Operand(node, "", column)

    def _note_signs(self, field: str, column: int, pretoken: str) -> None:
        """Note what in a pretoken could have been meant as a sign of the query language."""
        if not pretoken or pretoken.isalnum() or not has_words(field):
            return
        end = column + len(pretoken)
        typed, following = self.original[column:end], self.text[end : end + 1]
        self._note(leading_sign_note(typed, pretoken))
        self._note(trailing_sign_note(typed, following))
        self._note(question_mark_note(typed))
        self._note(lone_sign_note(typed))
        self.has_plus |= typed[0] == "+" and (len(typed) > 1 or following in ("(", '"'))
        if column and re.fullmatch(r"~[12]", typed) and self.text[:column].rstrip()[-1:] != "(":
            hint = f"write word{typed} without the blank; {QUOTED_HINT}"
            raise self._error(f"{typed} stands apart from its word", column, len(typed), hint)

    def _find_fuzzy(self, pretoken: str, column: int) -> re.Match[str] | None:
        """The ~ of a fuzzy word at the end of a pretoken, or None."""
        share = re.search(r"\w~(\d*\.\d+)$", pretoken)
        if share:
            message = f"~ takes 1 or {MAX_EDITS} edits, not a share of them: {pretoken[: share.start() + 1]}~{MAX_EDITS}"
            raise self._error(message, column + share.start() + 1, len(share[0]) - 1, QUOTED_HINT)
        found = _FUZZY.search(pretoken)
        return found if found and re.search(r"[\w*?]", pretoken[: found.start()]) else None

    def _fuzzy(self, field: str, pretoken: str, column: int, found: re.Match[str]) -> Node | None:
        before = pretoken[: found.start()]
        forms = tokenize(before, self.language).forms
        if not forms and not set("*?") & set(before):
            return None
        if before.startswith("=") or set("*?") & set(before):
            other = "=" if before.startswith("=") else "wildcards"
            raise self._error(f"~ (words spelled alike) does not go with {other}", column, len(pretoken), QUOTED_HINT)
        if len(forms) > 1:
            raise self._error(f"~ goes with one word; {before} are {len(forms)}", column, len(pretoken), QUOTED_HINT)
        if found[1] not in ("", "1", "2"):
            raise self._error(
                f"~ takes 1 or {MAX_EDITS} edits: {before}~{MAX_EDITS}", column + found.start(), len(found[0]), QUOTED_HINT
            )
        return Fuzzy(fold(forms[0]), int(found[1] or 1), field)

    def _regex(self, field: str, found: re.Match[str], start: int) -> Operand:
        """A regular expression, as REGEX found it."""
        try:
            analysis.compile_pattern(found[1])
        except analysis.PatternError as error:
            at = found.start(1) + error.at if error.at else found.start()
            length = 1 if error.at else len(found[0])
            raise self._error(str(error), at, length, QUOTED_HINT) from None
        self.at = found.end()
        return Operand(self._weighted(Regex(found[1], field)), "", start)

    def _is_function_word(self, typed: str, column: int) -> bool:
        """Whether a pretoken is a function word, and not in capitals or with dots.

        A single capital letter at the beginning of the query is not in capitals: `A peace deal`.
        """
        forms = [typed] if typed.isalpha() and typed.isascii() else tokenize(typed, self.language).forms
        if len(forms) != 1 or typed[0] in "#@=" or set(typed) & set("*~"):
            return False
        word = forms[0]
        is_first = not self.text[:column].strip()
        capitals = word.isupper() and (len(word) > 1 or not is_first)
        dotted = "." in typed.strip(".")
        return not capitals and not dotted and is_function_word(fold(word), self.language)

    def _quoted(self, field: str, start: int, *, exact: bool = False) -> Operand:
        opened = self.at
        closed = self.text.find('"', opened + 1)
        if closed < 0:
            raise self._error("a quote without its closing one", opened)
        self.at = closed + 1
        text = self.text[opened + 1 : closed]
        node = self._leaf(field, text, opened + 1, quoted=True, exact=exact)
        if node is None:
            raise self._error("no word stands between the quotes", opened, self.at - opened)
        slop = _SLOP.match(self.text, self.at)
        if slop:
            if not isinstance(node, Phrase):
                raise self._error("~ after quotes needs a phrase of several words", self.at, len(slop[0]))
            number = slop[1] or slop[2]
            if not number:
                raise self._error('~ after a phrase needs a number: "peace talks"~3', self.at)
            if len(number) > 6 or int(number) > MAX_SLOP:
                raise self._error(f"at most {MAX_SLOP} other words may stand inside a phrase", self.at, len(slop[0]))
            node = Phrase(node.items, int(number), node.field)
            self.at = slop.end()
        return Operand(self._weighted(node), "", start)

    def _leaf(self, field: str, text: str, column: int, *, quoted: bool, exact: bool = False) -> Node | None:
        kind = FIELDS[field].kind if field else Kind.TEXT
        match kind:
            case Kind.DATE:  # pragma: no cover  (QueryParser has them parsed before)
                raise AssertionError("a date is not parsed as a leaf")
            case Kind.NUMBER:
                return self._length(text, column)
            case Kind.VALUE:
                return self._value(field, self.original[column : column + len(text)], quoted=quoted)
            case Kind.PART:
                return self._value_part(field, self.original[column : column + len(text)], column)
            case Kind.TEXT | Kind.WORDS | Kind.PASSAGE:
                return self._words(field, text, column, quoted=quoted, exact=exact)
            case _:
                assert_never(kind)

    def _value(self, field: str, written: str, *, quoted: bool) -> Value | ValuePattern | Present | None:
        if not quoted and set(written) == {"*"}:
            return Present(field)
        if not written.strip():
            return None
        return ValuePattern(written, field) if not quoted and set("*?") & set(written) else Value(written, field)

    def _value_part(self, field: str, written: str, column: int) -> ValuePart | Present | None:
        if not written.strip():
            return None
        if set(written) == {"*"}:
            return Present(field)
        try:
            return make_value_part(written, field)
        except ValueError as error:
            raise self._error(str(error), column, len(written)) from None

    def _words(self, field: str, text: str, column: int, *, quoted: bool, exact: bool) -> Node | None:
        items: list[Word | Wildcard | Gap] = []
        in_text = not field or FIELDS[field].kind in (Kind.TEXT, Kind.PASSAGE)
        for run in re.finditer(r"\S+", text):
            written, at = run[0], column + run.start()
            equals = written.startswith("=")
            if equals and not in_text:
                raise self._error(f"= works in title and body, not in {field}:", at)
            as_written = in_text and (exact or equals or self.exact)
            written = written[1:] if equals else written
            if "?" in written:
                written = re.sub(_PUNCTUATION_MARK, "", written)
            if quoted and len(text.split()) > 1 and (re.fullmatch(_FUZZY_IN_PHRASE, written) or REGEX.fullmatch(written)):
                what = "~ (words spelled alike)" if "~" in written else "a regular expression"
                raise self._error(f"{what} cannot stand in a phrase", at, len(run[0]), "use pre/1 instead: a~ pre/1 b")
            if "*" not in written and "?" not in written:
                forms = [written] if written.isalpha() and written.isascii() else tokenize(written, self.language).forms
                items += [Word(form[:MAX_WORD_LENGTH], field, as_written) for form in forms]
                continue
            if exact or equals:
                raise self._error("= takes a word as written, without wildcards", at, len(run[0]))
            for piece in tokenize_pattern(normalize(written)[0], self.language):
                if set(piece) == {"*"}:
                    items.append(Gap())
                elif set("*?") & set(piece):
                    pattern = re.sub(r"\*+", "*", fold(piece))
                    if len(pattern) > MAX_PATTERN_LENGTH or pattern.count("*") > MAX_STARS:
                        limits = f"at most {MAX_PATTERN_LENGTH} characters and {MAX_STARS} *"
                        raise self._error(f"a word with wildcards has {limits}", at, len(run[0]), QUOTED_HINT)
                    items.append(Wildcard(pattern, field))
                else:
                    items.append(Word(piece, field, as_written))
        if len(items) == 1:
            only = items[0]
            if not isinstance(only, Gap):
                return only
            if quoted:
                raise self._error("a * in quotes stands for a word between two others", column, len(text))
            return Present(field) if field else Everything()
        if not items:
            return None
        if isinstance(items[0], Gap) or isinstance(items[-1], Gap):
            raise self._error("a * in a phrase stands for a word between two others", column, len(text))
        self.node_count += len(items)
        if self.node_count > MAX_NODES:
            raise self._error(f"the query has more than {MAX_NODES} words, phrases and groups", column)
        return Phrase(tuple(_without_field(item) for item in items), 0, field)

    def _length_range(self, field: str) -> re.Match[str] | None:
        """The numbers of words at the current character, of a field of numbers, and their
        weight."""
        if FIELDS[field].kind is not Kind.NUMBER:
            return None
        return re.compile(rf"{_LENGTH_RANGE}(?:\^\S+)?(?=[\s()]|$)").match(self.text, self.at)

    def _length(self, text: str, column: int) -> Node:
        length = len(text)
        text = re.sub(rf"{_LENGTH_RANGE}$", r"\1..\2", text.strip())
        sign = next((sign for sign in (">=", "<=", ">", "<") if text.startswith(sign)), "")
        low, dots, high = text[len(sign) :].partition("..")
        numbers = [number for number in (low, high) if number]
        if not all(_NUMBER.fullmatch(number) for number in numbers) or not numbers or (sign and dots):
            raise self._error(
                f'"{text}" is no number of words',
                column,
                length,
                "expected words:>800, words:<=200 or words:100..200",
            )
        if dots:
            least, most = (int(low) if low else None), (int(high) if high else None)
            if least is not None and most is not None and least > most:
                raise self._error("the range ends before it begins", column, length, f"write words:{most}..{least}")
            return Length(least, most)
        number = int(low)
        if sign in ("<", "<="):
            return Length(None, number - (sign == "<"))
        return Length(number + (sign == ">"), None) if sign else Length(number, number)

    def _weighted(self, node: Node) -> Node:
        found = _WEIGHT.match(self.text, self.at)
        if found is None:
            if self.text.startswith("^", self.at):
                raise self._error("a weight is a number: word^2", self.at)
            return node
        self.at = found.end()
        return Weighted(node, self._weight(found[1], found.start(), len(found[0])))

    def _weight(self, text: str, column: int, length: int) -> float:
        if not re.fullmatch(r"\d{1,20}(?:\.\d{1,20})?", text) or not 0 < float(text) <= MAX_WEIGHT:
            raise self._error(f"a weight is a number above 0 and up to {MAX_WEIGHT:,.0f}: word^2", column, length)
        return float(text)

    def _skip_blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        if found:
            self.at = found.end()


def _without_field(item: Word | Wildcard | Gap) -> Word | Wildcard | Gap:
    if isinstance(item, Word):
        return Word(item.text, "", item.exact)
    return Wildcard(item.pattern) if isinstance(item, Wildcard) else item


def has_words(field: str) -> bool:
    """Whether a field (or none, "") holds words with positions, not values, dates or numbers."""
    return not field or FIELDS[field].kind in (Kind.TEXT, Kind.WORDS, Kind.PASSAGE)
