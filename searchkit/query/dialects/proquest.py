"""Reads queries of ProQuest (advanced search and command line).

After the help of ProQuest: operators are read in any case; words side by side are joined by AND.
From tight to loose: PRE; NEAR; AND; OR; NOT. `*` stands for up to five characters, `[*n]`, `*n` and
`$n` for up to n, `?` for one.
"""

from __future__ import annotations

import re

from searchkit.query.dialects.builder import ANYWHERE, TOPICS, WHOLE_TEXT, Wild
from searchkit.query.dialects.grammar import DialectParser, Lexeme, Operator
from searchkit.query.dialects.tree import Filter, Tree
from searchkit.query.dialects.written_dates import BadWrittenDate, read_date

_NOT, _OR, _AND, _SIDE, _NEAR, _PRE = range(6)

_WORDS_OPERATORS = {"and": ("and", _AND), "or": ("or", _OR), "not": ("not", _NOT), "andnot": ("not", _NOT)}
_PROXIMITY = re.compile(r"(near|n|w|pre|p)/(\d+)", re.I)
_DEFAULT_DISTANCE = 4
"""The distance of NEAR and PRE without a number."""

FIELDS = {
    **dict.fromkeys(("ti", "title"), ("title", "")), **dict.fromkeys(("tx", "fulltext"), ("body", "")),
    **dict.fromkeys(("ft", "all"), ("", "")), **dict.fromkeys(("ab", "abstract", "cap"), WHOLE_TEXT),
    **dict.fromkeys(("au", "author"), ("author", "")), **dict.fromkeys(("sec", "section"), ("section", "")),
    **dict.fromkeys(("pub", "pubtitle", "publication"), ("source", "")),
    **dict.fromkeys(("su", "subject", "mainsubject", "if", "diskw"), ("topic", "")),
    **dict.fromkeys(("org", "per", "loc", "company", "person", "location"), TOPICS),
    **dict.fromkeys(("la", "language"), ("lang", "")), "url": ("url", ""),
    **dict.fromkeys(("id", "an"), ("id", "it holds ProQuest's numbers; ids are searched")),
    **dict.fromkeys(("noft", "at", "dtype", "dty", "stype", "issn", "isbn", "vo", "is", "pg"), ANYWHERE),
}  # fmt: skip
"""The codes of fields."""

_DATES = ("pd", "yr", "pubdate", "date")
_CODE = re.compile(r"([a-z]+(?:,[a-z]+)*)((?:\.[a-z]+)*)", re.I)


class ProquestParser(DialectParser):
    """Parses one query of ProQuest."""

    system, field_form, fields = "ProQuest", "TI(word)", FIELDS
    opening, closing = "({", ")}"
    word_pattern = r'[^\s(){}"]+'
    wildcards = r"\[\*(?P<bracketed>\d{1,2})\]|\*(?P<counted>\d{1,2})|\$(?P<dollar>\d{1,2})|\*+|\?"
    not_power = _NOT

    def wild(self, found: re.Match[str]) -> Wild:
        if found[0] == "?":
            return 1, 1
        return 0, int(found["bracketed"] or found["counted"] or found["dollar"] or 5)

    def operator(self, index: int) -> Operator | None:
        lexeme = self.lexemes[index]
        typed, start = lexeme.text.lower(), lexeme.start
        following = self.lexemes[index + 1] if index + 1 < len(self.lexemes) else None
        if following is not None and following.kind == "word":
            pair = self.original[start : following.end]
            if typed == "and" and following.text.lower() == "not":
                return Operator("not", _NOT, pair, start, 0, 2)
            near = _PROXIMITY.fullmatch(following.text) if typed == "not" else None
            if near and near[1].lower() in ("w", "n", "near"):
                return Operator("not w", _NEAR, pair, start, int(near[2][:6]), 2)
        if typed in _WORDS_OPERATORS:
            return Operator(*_WORDS_OPERATORS[typed], lexeme.text, start)
        # Without a number only in capitals: "near" is a word, too.
        near = _PROXIMITY.fullmatch(typed)
        if near is None and lexeme.text not in ("NEAR", "PRE"):
            return None
        distance = int(near[2][:6]) if near else _DEFAULT_DISTANCE
        ordered = (near[1] if near else typed) in ("pre", "p")
        return Operator("pre" if ordered else "w", _PRE if ordered else _NEAR, lexeme.text, start, distance)

    def between(self) -> Operator:
        return Operator("side", _SIDE, lexemes=0)

    def special(self, lexeme: Lexeme) -> tuple[Tree | None] | None:
        following = self.peek(1)
        if lexeme.kind != "word" or following is None or following.kind != "(" or following.start != lexeme.end:
            return None
        name = lexeme.text.lower()
        if name == "exact":
            self.at += 1
            return (self.exact(self.group(), str, f"{lexeme.text}( )"),)
        if name == "allcaps":
            self.at += 1
            return (self.exact(self.group(), str.upper, f"{lexeme.text}( )"),)
        if name in _DATES:
            self.at += 1
            return (self._dates(*self.raw_group()),)
        code = _CODE.fullmatch(lexeme.text)
        if code is None or self.operator(self.at) is not None:
            return None
        self.at += 1
        tree = self.group()
        typed = f"{lexeme.text}( )"
        if code[2]:
            self.warn(f"{typed}: values are compared by their words, not as a whole")
        return (self.in_field_of(FIELDS, tree, typed, *code[1].split(",")),)

    def quoted_operand(self, lexeme: Lexeme) -> Tree | None:
        # "{advertising campaign}" is a phrase with variants, which ours always has.
        return super().quoted_operand(Lexeme(lexeme.kind, lexeme.text.strip("{}"), lexeme.start, lexeme.end))

    def _dates(self, text: str, column: int) -> Tree | None:
        """Dates and ranges, `20200101-20201231`, `>2020`, `2019 OR 2020`."""
        found: list[Tree | None] = []
        for piece in re.split(r"\s+or\s+", text.strip(), flags=re.I):
            compared = re.fullmatch(r"([<>]=?)\s*(.+)", piece)
            between = re.fullmatch(r"(\d{4}|\d{6}|\d{8})?\s*-\s*(\d{4}|\d{6}|\d{8})?", piece)
            try:
                if compared:
                    found.append(Filter(f"date:{compared[1]}{read_date(compared[2], 'unknown')}"))
                elif between and (between[1] or between[2]) and not re.fullmatch(r"\d{4}-\d\d", piece):
                    first, last = [read_date(one, "unknown") if one else "" for one in between.groups()]
                    if first and last and first > last:
                        raise self.error("the range ends before it begins", column, max(1, len(text)))
                    found.append(Filter(f"date:{first}..{last}"))
                else:
                    found.append(Filter(f"date:{read_date(piece, 'unknown')}"))
            except BadWrittenDate as error:
                raise self.error(str(error), column, max(1, len(text))) from None
        return self.any_of(found)
