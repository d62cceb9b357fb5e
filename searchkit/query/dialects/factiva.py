"""Reads queries of Factiva (search form, free text).

After the help of Dow Jones on search statements: operators are read in any case; words side by side
are a phrase (`adj1`). From tight to loose: adjN, w/N, nearN, /nN/, /fN/ and same; atleastN and
fields; not; and; or. Both ( ) and [ ] group.
"""

from __future__ import annotations

import re

from searchkit.query.dialects.builder import ANYWHERE, LEAD, TITLE_AND_LEAD, WHOLE_TEXT, Wild
from searchkit.query.dialects.grammar import DialectParser, Lexeme, Operator
from searchkit.query.dialects.tree import Filter, Form, Item, Tree, Words
from searchkit.query.dialects.written_dates import COMPARISONS, BadWrittenDate, read_date

_OR, _AND, _NOT, _FIELD, _NEAR, _BESIDE = range(6)

# Only nearN needs its number: adj and w/ are adj1 and w/1 without.
_PROXIMITY = re.compile(r"(?P<name>adj|near(?=\d)|w/)(?P<n>\d*)|/n(?P<slash>\d+)/", re.I)
_FIRST = re.compile(r"/f(\d+)/", re.I)
_FIELD_TAG = re.compile(r"([a-z]{2,8})=(.*)", re.I | re.S)
_DATE_TAG = re.compile(r"(dt|pd|date)([<>]=?|=)(.*)", re.I | re.S)
_LENGTH = re.compile(r"wc([<>]=?|=)(.*)", re.I)
_DAYS_AGO = re.compile(r"[-+](\d{1,6})")

_SOURCE_CODES = ("source", "it holds codes; the names of the sources are searched")
_TOPIC_CODES = ("topic", "it holds codes; the topics are searched")
FIELDS = {
    **dict.fromkeys(("hd", "hl"), ("title", "")), "hlp": TITLE_AND_LEAD, "lp": LEAD, "ft": ("", ""),
    **dict.fromkeys(("td", "tdp", "art", "cx", "ct", "cr", "rf"), WHOLE_TEXT),
    **dict.fromkeys(("by", "au"), ("author", "")), **dict.fromkeys(("sn", "so", "pub"), ("source", "")),
    **dict.fromkeys(("se", "clm"), ("section", "")), "la": ("lang", ""), "url": ("url", ""), "de": ("topic", ""),
    **dict.fromkeys(("sc", "rst"), _SOURCE_CODES), **dict.fromkeys(("ns", "in", "re", "co", "fds", "pe"), _TOPIC_CODES),
    "an": ("id", "it holds Factiva's numbers; ids are searched"), **dict.fromkeys(("vol", "pg", "ed"), ANYWHERE),
}  # fmt: skip
"""The tags of fields."""


class FactivaParser(DialectParser):
    """Parses one query of Factiva."""

    system, excluding, field_form, fields = "Factiva", "not", "hd=word", FIELDS
    opening, closing = "([", ")]"
    # /N5/ and /F50/ need no blanks around them.
    word_pattern = r'/[nfNF]\d+/|(?:(?!/[nfNF]\d+/)[^\s()\[\]"])+'
    # * is any ending, $3 one of at most three characters, ? one character. $5 alone is an amount.
    wildcards = r"\*+|(?<=\w)\$\d?|\?"
    not_power = _NOT

    def wild(self, found: re.Match[str]) -> Wild:
        if found[0] == "?":
            return 1, 1
        return 0, int(found[0][1:]) if found[0][1:].isdigit() else None

    def operator(self, index: int) -> Operator | None:
        lexeme = self.lexemes[index]
        typed, start = lexeme.text.lower(), lexeme.start
        if typed in ("and", "or", "not"):
            following = self.lexemes[index + 1] if index + 1 < len(self.lexemes) else None
            if typed == "and" and following is not None and following.text.lower() == "not" and following.kind == "word":
                return Operator("not", _AND, self.original[start : following.end], start, 0, 2)
            return Operator(typed, {"and": _AND, "or": _OR, "not": _NOT}[typed], lexeme.text, start)
        if typed == "same":
            return Operator("/p", _NEAR, lexeme.text, start)
        first = _FIRST.fullmatch(typed)
        if first:
            return Operator("first", _NEAR, lexeme.text, start, int(first[1][:6]))
        near = _PROXIMITY.fullmatch(typed)
        if near is None:
            return None
        distance = int((near["n"] or near["slash"] or "1")[:6])
        # w/N is the same as adjN here: the words stand in this order.
        return Operator("pre" if near["name"] in ("adj", "w/") else "w", _NEAR, lexeme.text, start, distance)

    def between(self) -> Operator:
        return Operator("beside", _BESIDE, lexemes=0)

    def postfix(self, operator: Operator) -> bool:
        return operator.name == "first"

    def after(self, operator: Operator, left: Tree | None) -> Tree | None:
        return self.first_words(operator, left)

    def first_words(self, operator: Operator, left: Tree | None) -> Tree | None:
        """`word/F50/`: in the first so many words."""
        self.warn(f"{operator.typed}: read as in the title or the first 60 words, the lede")
        return self.in_fields(("title", "lede"), left, operator.typed)

    def word_operand(self, lexeme: Lexeme) -> Tree | None:
        if lexeme.text.lower() == "near":
            self.warn(f"{lexeme.text} without a number is read as a word; near5 is the operator")
        if lexeme.text == "%":  # exactly one word, inside a phrase
            if all(self._is_word(index) for index in (self.at - 2, self.at)):
                return Words((Item("*", Form.GAP),))
            self.warn("% stands for a word between two others; it was left out")
            return None
        return super().word_operand(lexeme)

    def _is_word(self, index: int) -> bool:
        """Whether a lexeme is a word or a phrase."""
        if not 0 <= index < len(self.lexemes) or self.lexemes[index].kind not in ("word", "quoted"):
            return False
        return re.search(r"[^\W_]", self.lexemes[index].text) is not None and (
            self.lexemes[index].kind == "quoted" or self.operator(index) is None
        )

    def special(self, lexeme: Lexeme) -> tuple[Tree | None] | None:
        if lexeme.kind != "word":
            return None
        name = lexeme.text.lower()
        counted = re.fullmatch(r"atleast(\d+)", name)
        if counted:
            self.at += 1
            self.check_right(Operator("", 0, lexeme.text, lexeme.start))
            return (self.at_least(int(counted[1][:6]), self.expression(_FIELD), lexeme.text, lexeme.start),)
        if name in ("date", "upd"):
            return (self._dates(lexeme),)
        following = self.peek(1)
        if name == "wc" and following is not None and re.match(r"[<>=]", following.text):  # with blanks around the sign
            self.at += 1
            lexeme = Lexeme("word", f"wc{following.text}", lexeme.start, following.end)
            name = lexeme.text
        length = _LENGTH.fullmatch(name)
        if length:
            return (self._length(lexeme, length[1], length[2]),)
        dated = _DATE_TAG.fullmatch(lexeme.text)
        if dated:
            return (self._dated(lexeme, dated),)
        tagged = _FIELD_TAG.fullmatch(lexeme.text)
        return (self._tagged(lexeme, tagged),) if tagged else None

    def _tagged(self, lexeme: Lexeme, tagged: re.Match[str]) -> Tree | None:
        """A field with what stands behind its "=": words side by side belong to it, too."""
        tag, typed = tagged[1].lower(), f"{tagged[1]}="
        begin = lexeme.start + tagged.start(2)
        if tagged[2]:
            # What stands behind the "=" is a lexeme of its own.
            self.lexemes[self.at] = Lexeme("word", tagged[2], begin, lexeme.end)
        else:
            self.at += 1
            following = self.peek()
            if following is None or following.kind == ")" or following.start != lexeme.end:
                raise self.error(f"{typed} needs a word right behind it", lexeme.start, len(typed))
        tree = self.expression(_FIELD)
        return self.in_field_of(FIELDS, tree, typed, tag)

    def _length(self, lexeme: Lexeme, sign: str, number: str) -> Tree:
        self.at += 1
        following = self.peek()
        if not number and following is not None and following.text.isdigit():
            number = following.text
            self.at += 1
        if not re.fullmatch(r"\d{1,9}", number):
            raise self.error(f"{lexeme.text} needs a number of words: wc>500", lexeme.start, len(lexeme.text))
        return Filter(f"words:{COMPARISONS[sign]}{number}")

    def _dated(self, lexeme: Lexeme, dated: re.Match[str]) -> Tree:
        """`pd=20200101`, `pd>20200101`."""
        self.at += 1
        text, begin = dated[3], lexeme.start + dated.start(3)
        following = self.peek()
        if not text and following is not None and following.kind == "word":
            text, begin = following.text, following.start
            self.at += 1
        return self._date(dated[2], text, begin)

    # Dates: `date from 20200101 to 20200131`, `date after -7`.

    def _dates(self, lexeme: Lexeme) -> Tree | None:
        self.at += 1
        if lexeme.text.lower() == "upd":
            self.warn("upd: the date of an update is not kept; the date of the article is compared")
        found: list[Tree | None] = []
        while (following := self.peek()) is not None and following.kind == "word":
            word = following.text.lower()
            value = self.peek(1)
            if word not in ("from", "to", "after", "before", "since", "on") or (found and word != "to"):
                break
            if value is None or value.kind not in ("word", "quoted"):
                raise self.error(f"{following.text} needs a date on its right", following.start, len(following.text))
            self.at += 2
            found.append(self._date(word, value.text, value.start))
        if not found:
            hint = 'to search for the word, put it in quotes: "date"'
            message = f"{lexeme.text} needs from, to, after, before, since or on, and a date"
            raise self.error(message, lexeme.start, len(lexeme.text), hint)
        return self.all_of(found)

    def _date(self, comparison: str, text: str, column: int) -> Tree:
        sign = COMPARISONS[comparison]
        ago = _DAYS_AGO.fullmatch(text)
        if ago and text[0] == "-":
            days = f"{int(ago[1]) + 1}d"  # ours counts today, too: 1d is today
            return Filter(f"date:{sign}{days}" if sign else f"date:[{days} TO {days}]")
        try:
            if "-" in text and (between := re.fullmatch(r"(\d{4,8})-(\d{4,8})", text)):
                return Filter(f"date:{read_date(between[1], 'unknown')}..{read_date(between[2], 'unknown')}")
            compared = re.fullmatch(r"([<>]=?)(.+)", text)
            if compared and not sign:
                sign, text = compared.groups()
            return Filter(f"date:{sign}{read_date(text, 'unknown')}")
        except BadWrittenDate as error:
            raise self.error(str(error), column, max(1, len(text))) from None
