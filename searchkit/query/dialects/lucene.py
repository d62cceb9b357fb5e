r"""Reads queries of Lucene's classic parser, as Elasticsearch and OpenSearch have it in
`query_string`, and Solr.

    query    = clause*
    clause   = ("AND" | "&&" | "OR" | "||")? ("+" | "-" | "!" | "NOT")? (field ":")? operand
               ("^" number)?
    operand  = "(" query ")" | '"' words '"' ("~" n)? | ("[" | "{") low "TO" high ("]" | "}")
             | ">" value | "/" regex "/" | word ("~" n)?

After Lucene's own rules: a clause is required, excluded or optional. AND requires both of its
neighbours, + what follows; NOT, ! and - exclude; all others are optional. Where there are required
ones, optional ones only rank; otherwise one of them has to match. So `a AND b OR c` is `+a +b c`.
"""

from __future__ import annotations

import re

from searchkit import analysis
from searchkit.frozen import frozen
from searchkit.query.dialects.builder import Builder, Wild, clean
from searchkit.query.dialects.tree import EVERYTHING, Filter, Form, Item, Not, Or, Tree, Weighted, Words
from searchkit.query.dialects.written_dates import BadWrittenDate, read_date
from searchkit.query.leaf_parser import MAX_SLOP, MAX_WEIGHT
from searchkit.query.parser import MAX_NESTING
from searchkit.schema import FIELDS, Kind

_CONJUNCTION = re.compile(r'(AND|OR)(?=[\s()"+!/\[{]|-|$)|&&|\|\|')
_MODIFIER = re.compile(r'[+!-]|NOT(?=[\s()"]|$)')
_FIELD = re.compile(r"((?:[\w@.*-]|\\.)+):")
_TERM = re.compile(r'(?:\\.|[^\s"()\[\]{}:^~\\])+', re.S)
_LOOSE_VALUE = re.compile(r'(?:\\.|[^\s"()\[\]{}^\\])+', re.S)
_RANGE = re.compile(r'([\[{])\s*("[^"]*"|[^\s\]}]+)\s+TO\s+("[^"]*"|[^\s\]}]+)\s*([\]}])')
_REGEX = re.compile(r"/((?:\\.|[^/\\])*)/")
_NUMBER = re.compile(r"\d*\.?\d+|\d+")
_NOW = re.compile(r"now(?:([-+])(\d{1,5})([a-z]+))?(?:/[a-z]+)?", re.I)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")

NAMES = {
    "headline": "title", "content": "body", "contents": "body", "text": "body", "fulltext": "body", "authors": "author",
    "byline": "author", "creator": "author", "by": "author", "publisher": "source", "publication": "source",
    "newspaper": "source", "category": "section", "topics": "topic", "tag": "topic", "tags": "topic", "keyword": "topic",
    "keywords": "topic", "subject": "topic", "subjects": "topic", "language": "lang", "uri": "url", "link": "url",
    "_id": "id", "published": "date", "pubdate": "date", "timestamp": "date", "@timestamp": "date", "created": "date",
    "length": "words", "wordcount": "words", "word_count": "words", **{name: name for name in FIELDS},
}  # fmt: skip
"""Names that fields often have, and our fields for them: Lucene itself has none."""

_DAYS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_MONTHS = {"m": "m", "month": "m", "months": "m", "y": "y", "year": "y", "years": "y"}


@frozen
class Clause:
    """A clause: required, excluded or optional, and how it was joined ("AND", "OR" or "")."""

    occurs: str
    tree: Tree | None
    joined: str


class LuceneParser(Builder):
    """Parses one query of Lucene."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.at = 0

    def read(self) -> Tree | None:
        """The tree of the query; None where it holds no words."""
        tree = self._query("", 0, -1)
        if self.at < len(self.text):
            sign = self.text[self.at]
            raise self.error(f'a "{sign}" without its opening one', self.at)
        return tree

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _query(self, field: str, depth: int, opened: int) -> Tree | None:
        """The clauses up to a closing parenthesis or the end; `opened` is the column of the opening
        one."""
        if depth > MAX_NESTING:
            raise self.error(f"more than {MAX_NESTING} parentheses inside each other", opened)
        clauses: list[Clause] = []
        while True:
            self._skip()
            conjunction = _CONJUNCTION.match(self.text, self.at)
            joined, start = "", self.at
            if conjunction:
                joined = "AND" if conjunction[0] in ("AND", "&&") else "OR"
                self.at = conjunction.end()
                self._skip()
                if not clauses:
                    raise self.error(f"{conjunction[0]} needs a word on its left", start, len(conjunction[0]))
            modifier = _MODIFIER.match(self.text, self.at)
            if modifier:
                start = self.at
                self.at = modifier.end()
                self._skip()
            typed = modifier[0] if modifier else conjunction[0] if conjunction else ""
            if self._next() in ("", ")"):
                if typed:
                    raise self.error(f"{typed} needs a word on its right", start, len(typed))
                break
            if (second := _CONJUNCTION.match(self.text, self.at)) and typed:
                raise self.error(f"{second[0]} needs a word on its left", self.at, len(second[0]))
            tree = self._clause(field, depth)
            excluded = bool(modifier and modifier[0] != "+")
            required = not excluded and (bool(modifier) or joined == "AND")
            if joined == "AND" and clauses[-1].occurs == "optional":
                clauses[-1] = Clause("required", clauses[-1].tree, clauses[-1].joined)
            clauses.append(Clause("excluded" if excluded else "required" if required else "optional", tree, joined))
        if opened >= 0:
            if not self._next():
                raise self.error('a "(" without its closing one', opened)
            self.at += 1
            if not clauses:
                raise self.error("nothing stands between the parentheses", opened, self.at - opened)
        return self._join(clauses)

    def _join(self, clauses: list[Clause]) -> Tree | None:
        required = [clause.tree for clause in clauses if clause.occurs == "required" and clause.tree is not None]
        optional = self.any_of([clause.tree for clause in clauses if clause.occurs == "optional"])
        excluded: list[Tree | None] = [
            Not(clause.tree) for clause in clauses if clause.occurs == "excluded" and clause.tree is not None
        ]
        if required and optional is not None:
            if any(clause.joined and clause.occurs != "excluded" for clause in clauses):
                self.warn("what AND does not join only ranks in Lucene beside what it joins; parentheses change that")
            # It ranks and does not restrict: everything matches one side of the OR.
            optional = self.any_of([optional, EVERYTHING])
        if any(clause.joined == "OR" and clause.occurs == "excluded" for clause in clauses):
            self.warn("NOT excludes in Lucene, behind OR too; read as AND NOT")
        if excluded and not required and optional is None:
            self.warn("Lucene finds nothing for exclusions alone; read as all articles without them")
        return self.all_of([*required, optional, *excluded])

    # One clause.

    def _clause(self, field: str, depth: int) -> Tree | None:
        start = self.at
        found = _FIELD.match(self.text, self.at)
        name = field
        if self.text.startswith("*:*", self.at):
            self.at += 3
            return self._boosted(EVERYTHING)
        if found:
            typed = re.sub(r"\\(.)", r"\1", found[1])
            self.at = found.end()
            self._skip()
            if self._next() in ("", ")"):
                raise self.error(f"{typed}: needs a word on its right", start, len(found[0]))
            if typed == "_exists_":
                return self._boosted(self._exists())
            name = _find_name(typed.lower())
            if not name:
                self.warn(f"{typed}: is no field that is known here; title and text are searched")
        return self._boosted(self._operand(name, depth))

    def _operand(self, field: str, depth: int) -> Tree | None:
        start, sign = self.at, self._next()
        if sign == "(":
            self.at += 1
            return self._query(field, depth + 1, start)
        if sign in "[{":
            return self._range(field)
        kind = FIELDS[field].kind if field else Kind.TEXT
        if kind in (Kind.DATE, Kind.NUMBER):
            return self._loose(field, kind)
        if sign == '"':
            return self._in(field, self._quoted())
        if sign == "/":
            return self._in(field, self._pattern())
        if sign in "><":
            return self._loose(field, kind)
        return self._in(field, self._term())

    def _in(self, field: str, tree: Tree | None) -> Tree | None:
        return self.in_fields((field,), tree, f"{field}:") if field else tree

    def _exists(self) -> Tree | None:
        found = _TERM.match(self.text, self.at)
        if found is None:
            raise self.error("_exists_: needs the name of a field", self.at)
        self.at = found.end()
        name = _find_name(found[0].lower())
        if not name:
            self.warn(f"_exists_:{found[0]}: there is no such field; it was left out")
            return None
        return EVERYTHING if FIELDS[name].kind is Kind.NUMBER else Filter(f"{'date' if name in _BOUNDS else name}:*")

    def _boosted(self, tree: Tree | None) -> Tree | None:
        if self._next() != "^":
            return tree
        start = self.at
        found = _NUMBER.match(self.text, start + 1)
        if found is None:
            raise self.error("^ needs a number: word^2", start)
        self.at = found.end()
        weight = f"0{found[0]}" if found[0].startswith(".") else found[0]
        if not 0 < float(weight) <= MAX_WEIGHT or not re.fullmatch(r"\d{1,20}(?:\.\d{1,20})?", weight):
            self.warn(f"^{found[0]}: a weight is above 0 and at most {MAX_WEIGHT:,.0f}; it was left out")
            return tree
        return None if tree is None else Weighted(tree, weight)

    # Words.

    def wild(self, found: re.Match[str]) -> Wild:
        return (0, None) if found[0] == "*" else (1, 1)

    def _term(self) -> Tree | None:
        start = self.at
        found = _TERM.match(self.text, start)
        if found is None:
            sign = self.text[start]
            self.at += 1
            if sign in ":~^\\":
                message = "a \\ needs a character behind it" if sign == "\\" else f"a {sign} without a word on its left"
                raise self.error(message, start, 1, f"to search for it, write \\{sign}")
            raise self.error(f'a "{sign}" without its opening one', start)
        self.at = found.end()
        parts: list[str | Wild] = [""]
        for piece in re.finditer(r"\\u([0-9a-fA-F]{4})|\\(.)|([*?])|[^\\*?]+", found[0], re.S):
            if piece[3]:
                parts += [self.wild(piece), ""]
            else:
                literal = chr(int(piece[1], 16)) if piece[1] else piece[2] or piece[0]
                parts[-1] = f"{parts[-1]}{literal}"
        words = self.make_words(parts, found[0], only_wild=True)
        if words is not None and words.items == (Item("*", Form.GAP),):
            return EVERYTHING
        return self._fuzzy(words, found[0])

    def _fuzzy(self, words: Words | None, typed: str) -> Tree | None:
        if self._next() != "~":
            return words
        self.at += 1
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
        if words is None:
            return None
        amount = float(number[0]) if number else 2.0
        # Before Lucene 4 the number was a similarity, from 0 to 1.
        edits = int((1 - amount) * len(typed)) if 0 < amount < 1 else int(min(amount, 2))
        shown = f"{typed}~{number[0] if number else ''}"
        if amount > 2:
            self.warn(f"{shown}: at most 2 edits can be asked for")
        if len(words.items) != 1 or words.items[0].form is not Form.PLAIN or not words.items[0].text.isalnum():
            self.warn(f"{shown}: words spelled alike can be asked for single words only; read without ~")
            return words
        if not edits:
            return words
        return Words((Item(f"{words.items[0].text}~{'' if edits == 1 else 2}", Form.FUZZY),), raw=words.raw)

    def _quoted(self) -> Tree | None:
        start = self.at
        found = re.compile(r'"((?:\\.|[^"\\])*)"', re.S).match(self.text, start)
        if found is None:
            raise self.error("a quote without its closing one", start)
        self.at = found.end()
        runs = [clean(re.sub(r"\\(.)", r"\1", run)) for run in found[1].split()]
        # Wildcards mean nothing between quotes.
        items = tuple([Item(run) for run in runs if re.search(r"[^\W_]", run)])
        slop = re.compile(r"~(\d*\.?\d*)").match(self.text, self.at)
        if slop:
            self.at = slop.end()
        if not items:
            self.warn(f"{found[0]} holds no word; it was left out")
            return None
        distance = int(float(slop[1])) if slop and slop[1].strip(".") else 0
        raw = re.sub(r"\\(.)", r"\1", found[1])
        return self._sloppy(items, distance, found[0] + (slop[0] if slop else ""), raw)

    def _sloppy(self, items: tuple[Item, ...], slop: int, typed: str, raw: str) -> Tree:
        """A phrase with so many moves of its words, which in Lucene may change their order."""
        if slop > MAX_SLOP:
            self.warn(f"{typed}: at most {MAX_SLOP} other words may stand inside a phrase")
            slop = MAX_SLOP
        if len(items) == 1 or not slop:
            return Words(items, raw=raw)
        words = [item for item in items if item.text.isalnum()]
        if len(words) == len(items) == 2 and slop >= 2:
            # Two words side by side in the other order are two moves away.
            return Or((Words(items, slop), Words(items[::-1], slop - 2)))
        if slop >= 2:
            self.warn(f"{typed}: finds the words in this order only")
        return Words(items, slop)

    def _pattern(self) -> Tree | None:
        start = self.at
        found = _REGEX.match(self.text, start)
        if found is None:
            raise self.error("a regular expression without its closing /", start, 1, "to search for it, write \\/")
        self.at = found.end()
        pattern = found[1].replace("\\/", "/")
        if not pattern or re.search(r"[\s/]", pattern):
            self.warn(f"{found[0]}: a regular expression stands for one word, without blanks; it was left out")
            return None
        if re.search(r'(?<!\\)[~&@#<>"]', pattern):
            self.warn(f"{found[0]}: ~ & @ # < > and quotes are characters in a regular expression, no operators")
        try:
            analysis.compile_pattern(pattern)
        except analysis.PatternError as error:
            at = found.start(1) + error.at if error.at else start
            raise self.error(str(error), min(at, found.end() - 1), 1 if error.at else len(found[0])) from None
        return Words((Item(pattern, Form.REGEX),))

    # Dates and numbers.

    def _range(self, field: str) -> Tree | None:
        start = self.at
        found = _RANGE.match(self.text, start)
        if found is None:
            hint = f"to search for the sign, write \\{self.text[start]}"
            raise self.error("a range without TO and its closing bracket", start, 1, hint)
        self.at = found.end()
        opening, low, high, closing = found.groups()
        kind = FIELDS[field].kind if field else Kind.TEXT
        if kind not in (Kind.DATE, Kind.NUMBER):
            typed = f"{field}:{found[0]}" if field else found[0]
            self.warn(f"{typed}: there are ranges of dates and of words: only; it was left out")
            return None
        if low == high == "*":
            return Filter("date:*") if kind is Kind.DATE else EVERYTHING
        if kind is Kind.DATE:
            ends = [one if one == "*" else self._date(one, found.start(place)) for place, one in ((2, low), (3, high))]
            return Filter(f"date:{opening}{ends[0]} TO {ends[1]}{closing}")
        least = "" if low == "*" else str(self._number(low, found.start(2)) + (opening == "{"))
        most = "" if high == "*" else str(self._number(high, found.start(3)) - (closing == "}"))
        if least and most and int(least) > int(most):
            raise self.error("the range holds no number", start, len(found[0]))
        return Filter(f"words:{least}..{most}")

    def _loose(self, field: str, kind: Kind) -> Tree | None:
        """A date or a number, perhaps with its comparison; it may hold colons."""
        start = self.at
        quoted = re.compile(r'"([^"]*)"').match(self.text, start)
        found = quoted or _LOOSE_VALUE.match(self.text, start)
        if found is None:
            raise self.error(f"{field}: needs a value", start)
        self.at = found.end()
        sign, value = re.match(r"([<>]=?|)(.*)", found[1] if quoted else found[0].replace("\\", ""), re.S).groups()  # type: ignore[union-attr]
        column = start + len(sign) + bool(quoted)
        if kind not in (Kind.DATE, Kind.NUMBER):
            self.warn(f"{f'{field}:' if field else ''}{found[0]}: dates and words: can be compared only; it was left out")
            return None
        if value == "*" and not sign:
            return Filter("date:*") if kind is Kind.DATE else EVERYTHING
        if kind is Kind.NUMBER:
            return Filter(f"words:{sign}{self._number(value, column)}")
        return Filter(f"{field if not sign else 'date'}:{sign}{self._date(value, column)}")

    def _number(self, text: str, column: int) -> int:
        if not re.fullmatch(r"\d{1,9}", text.strip('"')):
            raise self.error(f'"{text}" is no number of words', column, max(1, len(text)))
        return int(text.strip('"'))

    def _date(self, text: str, column: int) -> str:
        """A date of a range, as ours has it."""
        text = text.strip('"').replace("\\", "")
        now = _NOW.fullmatch(text)
        if now:
            if not now[1]:
                return "today"
            count, unit = int(now[2]), now[3].lower()
            if now[1] == "-" and unit in _DAYS:
                return f"{count * _DAYS[unit] + 1}d"  # ours counts today, too
            if now[1] == "-" and unit in _MONTHS and now[3] != "m":
                self.warn(f"{text}: read as whole days, from the day after")
                return f"{count}{_MONTHS[unit]}"
            if now[1] == "-" and unit in ("h", "hour", "hours", "m", "minute", "minutes", "s", "second", "seconds"):
                days = -(-count // {"h": 24, "m": 1_440, "s": 86_400}[unit[0]])
                self.warn(f"{text}: read as whole days")
                return f"{days + 1}d"
        if _MOMENT.fullmatch(text):
            return text
        try:
            return read_date(text, "unknown")
        except BadWrittenDate as error:
            raise self.error(str(error), column, max(1, len(text))) from None


def _find_name(typed: str) -> str:
    """Our field for a field, "" for none: also for one inside of another (`article.title`), and for
    another form of one (`title.keyword`)."""
    whole = re.sub(r"\.(?:keyword|raw|exact|text)$", "", typed)
    return NAMES.get(whole) or NAMES.get(whole.rpartition(".")[2], "")


_BOUNDS = ("since", "until")
