"""Reads queries of Lexis and Nexis (terms and connectors).

After the help of LexisNexis on connectors, on their order, and on segments. Where its products
differ, the order of Nexis holds: OR; W/n, PRE/n and NOT W/n, of which the smallest n comes first;
W/S; W/P; W/SEG; AND; AND NOT. Words side by side are a phrase. Operators are read in any case.
"""

from __future__ import annotations

import re

from searchkit.query.dialects.builder import LEAD, TITLE_AND_LEAD, TOPICS, WHOLE_TEXT, Wild
from searchkit.query.dialects.grammar import DialectParser, Lexeme, Operator
from searchkit.query.dialects.tree import Filter, Not, Tree
from searchkit.query.dialects.written_dates import COMPARISONS, BadWrittenDate, read_date

_AND_NOT, _AND, _SEGMENT, _PARAGRAPH, _SENTENCE, _NEAR, _OR, _BESIDE = range(8)

_CONNECTORS = {
    "and": ("and", _AND), "&": ("and", _AND), "or": ("or", _OR), "%": ("not", _AND_NOT),
    "w/s": ("/s", _SENTENCE), "/s": ("/s", _SENTENCE), "w/sent": ("/s", _SENTENCE), "/sent": ("/s", _SENTENCE),
    "w/p": ("/p", _PARAGRAPH), "/p": ("/p", _PARAGRAPH), "w/para": ("/p", _PARAGRAPH), "/para": ("/p", _PARAGRAPH),
    "w/seg": ("segment", _SEGMENT), "/seg": ("segment", _SEGMENT),
}  # fmt: skip
_PROXIMITY = re.compile(r"(w|near|pre|onear|)/(\d+)|(\+)(\d+)", re.I)
_LONG_CONNECTORS = {("and", "not"): ("not", _AND_NOT), ("but", "not"): ("not", _AND_NOT)}

SEGMENTS = {
    **dict.fromkeys(("headline", "title"), ("title", "")), **dict.fromkeys(("body", "text"), ("body", "")),
    "hlead": TITLE_AND_LEAD, "lead": LEAD, **dict.fromkeys(("byline", "author"), ("author", "")),
    **dict.fromkeys(("publication", "source"), ("source", "")), "section": ("section", ""),
    **dict.fromkeys(("subject", "terms", "term"), ("topic", "")), "language": ("lang", ""), "url": ("url", ""),
    **dict.fromkeys(("dateline", "graphic", "caption", "highlight", "correction"), WHOLE_TEXT),
    **dict.fromkeys(("company", "organization", "person", "people", "industry", "ticker"), TOPICS),
    **dict.fromkeys(("geographic", "country", "state", "city"), TOPICS),
}  # fmt: skip
"""The segments of news."""

_COMPARED = {"date": "date", "load-date": "date", "publication-date": "date", "length": "words"}
_COMPARISON = re.compile(
    r"([a-z-]+)\s*([<>]=?|=|(?<=\s)(?:aft|after|bef|before|is|geq|leq|gtr|lss)(?=[\s(]|$))\s*"
    r"([a-z]{3,9}\.?\s+\d\d?,?\s+\d{4}|[a-z]{3,9}\s+\d{4}|\([^()]*\)|[^\s()\"]*)",
    re.I,
)
"""What is compared, how, and with what."""
_CASE = {"allcaps": str.upper, "caps": str.title, "nocaps": str.lower, "singular": str.lower, "plural": str.lower}


class LexisParser(DialectParser):
    """Parses one query of Lexis."""

    system, excluding, field_form, fields = "Lexis", "AND NOT", "HEADLINE(word)", SEGMENTS
    # ! is any ending; * and ? are one character, and at the end of a word * may also be none.
    wildcards = r"!+|\*+(?=$|[^\w*?!])|[*?]"
    not_power = _AND_NOT

    def wild(self, found: re.Match[str]) -> Wild:
        if found[0][0] == "!":
            return 0, None
        if re.fullmatch(r"\w+\*", found.string):
            self.warn(f"{found.string}: * is one character at most, as in Nexis; {found.string[:-1]}! finds any ending")
        is_ending = found[0][0] == "*" and not re.match(r"[\w*?!]", found.string[found.end() :])
        return (0, len(found[0])) if is_ending else (1, 1)

    def operator(self, index: int) -> Operator | None:
        lexeme = self.lexemes[index]
        typed, start = lexeme.text.lower(), lexeme.start
        following = self.lexemes[index + 1] if index + 1 < len(self.lexemes) else None
        if following is not None and following.kind == "word":
            pair = self.original[start : following.end]
            long = _LONG_CONNECTORS.get((typed, following.text.lower()))
            if long:
                third = self.lexemes[index + 2] if index + 2 < len(self.lexemes) else None
                if typed == "and" and third is not None and _PROXIMITY.fullmatch(following.text + third.text):
                    return None
                return Operator(long[0], long[1], pair, start, 0, 2)
            if typed == "not":
                near = _PROXIMITY.fullmatch(following.text)
                if near and near[1].lower() in ("w", "near", ""):
                    distance = int(near[2][:6])
                    return Operator("not w", _near_power(distance), pair, start, distance, 2)
                if following.text.lower() in ("w/seg", "/seg", "w/s", "/s", "w/p", "/p", "w/sent", "w/para"):
                    return Operator("not unit", _SEGMENT, pair, start, 0, 2)
        if typed == "not":
            return Operator("not", _AND_NOT, lexeme.text, start)
        if typed in _CONNECTORS:
            return Operator(*_CONNECTORS[typed], lexeme.text, start)
        near = _PROXIMITY.fullmatch(typed)
        if near is None:
            return None
        distance = int((near[2] or near[4])[:6])
        name = "pre" if near[1] in ("pre", "onear") or near[3] else "w"
        return Operator(name, _near_power(distance), lexeme.text, start, distance)

    def between(self) -> Operator:
        return Operator("beside", _BESIDE, lexemes=0)

    def join(self, operator: Operator, left: Tree | None, right: Tree | None) -> Tree | None:
        if operator.name == "segment":
            self.warn(f"{operator.typed}: there is no operator for one segment; read as AND")
            return self.all_of([left, right])
        if operator.name == "not unit":
            self.warn(f"{operator.typed}: not w/n is all there is; read as AND NOT")
            return left if right is None else self.all_of([left, Not(right)])
        return super().join(operator, left, right)

    def special(self, lexeme: Lexeme) -> tuple[Tree | None] | None:
        if lexeme.kind != "word":
            return None
        name = lexeme.text.lower()
        following = self.peek(1)
        grouped = following is not None and following.kind == "("
        compared = self._comparison(lexeme)
        if compared:
            return compared
        counted = re.fullmatch(r"atleast(\d+)", name)
        if counted and grouped:
            self.at += 1
            return (self.at_least(int(counted[1][:6]), self.group(), lexeme.text, lexeme.start),)
        if not grouped or following is None:
            return None
        if name in _CASE:
            self.at += 1
            return (self._case(name, lexeme.text),)
        typed = f"{lexeme.text}( )"
        known = name in SEGMENTS
        if known or (following.start == lexeme.end and re.fullmatch(r"[a-z][a-z-]*", name) and not self.operator(self.at)):
            self.at += 1
            return (self.in_field_of(SEGMENTS, self.group(), typed, name),)
        return None

    def _case(self, name: str, typed: str) -> Tree | None:
        """The words of ALLCAPS( ), CAPS( ), NOCAPS( ), SINGULAR( ) or PLURAL( )."""
        if name == "caps":
            self.warn(f"{typed}( ): read as a word that begins with a capital, or is all in capitals")
            tree = self.group()
            return self.any_of([self.exact(tree, change, f"{typed}( )") for change in (str.title, str.upper)])
        if name == "nocaps":
            self.warn(f"{typed}( ): words in lower case find those with capitals too")
        return self.exact(self.group(), _CASE[name], f"{typed}( )")

    def _comparison(self, lexeme: Lexeme) -> tuple[Tree | None] | None:
        """DATE or LENGTH with what it is compared with: `date aft 1/1/2020`, `length(>500)`. None
        where nothing is compared: "date palm"."""
        name = lexeme.text.lower()
        following = self.peek(1)
        if following is not None and following.kind == "(" and name in _COMPARED:
            self.at += 1
            return (self._compare(name, *self.raw_group()),)
        found = _COMPARISON.match(self.text, lexeme.start)
        if found is None or found[1].lower() not in _COMPARED:
            return None
        if not found[3]:
            hint = f'to search for the words, put them in quotes: "{found[0].strip()}"'
            raise self.error(f"{found[2]} needs a date on its right", found.start(2), len(found[2]), hint)
        while (following := self.peek()) is not None and following.start < found.end():
            self.at += 1
        return (self._compare(found[1].lower(), f"{found[2]} {found[3]}", found.start(3)),)

    def _compare(self, name: str, text: str, column: int) -> Tree | None:
        """Conditions such as `geq 1/1/2020 and leq 12/31/2020`, or a number and its comparison."""
        field = _COMPARED[name]
        if name == "load-date":
            self.warn("LOAD-DATE is not kept; the date of the article is compared")
        trees: list[Tree | None] = []
        pieces = re.split(r"\s+(and|or)\s+", text.replace("(", " ").replace(")", " ").strip(), flags=re.I)
        for piece in pieces[::2]:
            sign, value = "", piece.strip()
            found = re.fullmatch(r"([<>]=?|=|[a-z]+(?=\s))\s*(.*)", value, re.I | re.S)
            if found and found[1].lower() in COMPARISONS:
                sign, value = found[1].lower(), found[2]
            try:
                read = read_date(value, "mdy") if field == "date" else value.replace(",", "").strip()
            except BadWrittenDate as error:
                raise self.error(str(error), column, max(1, len(text))) from None
            if field == "words" and not re.fullmatch(r"\d{1,9}", read):
                raise self.error(f'"{value}" is no number of words', column, max(1, len(text)))
            trees.append(Filter(f"{field}:{COMPARISONS[sign]}{read}"))
        any_piece = any(word.lower() == "or" for word in pieces[1::2])
        return self.any_of(trees) if any_piece else self.all_of(trees)


def _near_power(distance: int) -> float:
    """How tightly W/n binds: the smaller n, the tighter."""
    return _NEAR + 1 / (distance + 2)
