"""What holds for every dialect."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.analysis import fold
from searchkit.query import parse
from tests.query.dialects import test_factiva, test_lexis, test_lucene, test_proquest
from tests.query.dialects.cases import Case

DIALECTS = get_args(searchkit.Dialect)
CASES: dict[str, list[Case]] = {
    "lexis": test_lexis.CASES,
    "factiva": test_factiva.CASES,
    "proquest": test_proquest.CASES,
    "lucene": test_lucene.CASES,
}

# What is written in other words in a translation: operators, fields, dates, languages.
SYNTAX = re.compile(
    r"""(?ix) \b(?: and | or | not | but | andnot | to | same | adj\d* | near\d* | onear | pre | [wnpf]\d* | w | seg | sent | para
    | atleast\d* | allcaps | caps | nocaps | plural | singular | exact | explode | date | load-date | length | wc | upd | dt | pd
    | yr | aft | after | bef | before | is | on | from | since | geq | leq | now | u | [dmy]
    )\b"""
)
FIELD = re.compile(r"[\w.@-]+(?:=|:|\s*\()")


def words_of(text: str) -> list[str]:
    """Runs of letters that are no operators and no names of fields, folded."""
    text = SYNTAX.sub(" ", FIELD.sub(" ", text))
    return [fold(run) for run in re.findall(r"[^\W\d_]+", text)]


def test_every_dialect_has_many_cases() -> None:
    assert set(CASES) == set(DIALECTS)
    assert all(len({theirs for theirs, _, _ in cases}) >= 60 for cases in CASES.values())


PIECES = [
    "peace",
    "talks",
    "war",
    "a",
    "b",
    "c",
    "d",
    "3",
    "42",
    '"',
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "=",
    ":",
    "~",
    "^",
    "/",
    "\\",
    "*",
    "?",
    "!",
    "%",
    "&",
    "|",
    "+",
    "-",
    "<",
    ">",
    ",",
    ".",
    "'",
    "and",
    "OR",
    "not",
    "AND",
    "NOT",
    "TO",
    "&&",
    "||",
    "w/5",
    "W/S",
    "/p",
    "near5",
    "NEAR/3",
    "pre/2",
    "adj",
    "same",
    "/N5/",
    "/F20/",
    "atleast2",
    "atleast3(",
    "hd=",
    "hlp=",
    "by=",
    "la=",
    "wc>5",
    "wc",
    "date",
    "after",
    "from",
    "2020",
    "20200101",
    "3/4/2020",
    "-7",
    "HEADLINE(",
    "HLEAD(",
    "TI(",
    "AB(",
    "PD(",
    "YR(",
    "EXACT(",
    "SU.EXACT(",
    "ALLCAPS(",
    "CAPS(",
    "DATE(",
    "LENGTH(",
    "title:",
    "date:",
    "words:",
    "foo:",
    "_exists_:",
    "*:*",
    "now-7d",
    "[2020",
    "2020]",
    "{a",
    "b}",
    "wom?n",
    "liab!",
    "bank**",
    "econ*3",
    "nutr[*5]",
    "eng$2",
    "roam~",
    "~2",
    "^2",
    "/re.x/",
    "É",
    "中文",
    "ß",
    "“",
    "”",
    "’",
    "́",
    "\x00",
]
SIGNS = {*"".join(PIECES), " "}
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).flatmap(
    lambda pieces: st.lists(st.sampled_from(["", " ", " ", " "]), min_size=len(pieces), max_size=len(pieces)).map(
        lambda blanks: "".join(piece + blank for piece, blank in zip(pieces, blanks, strict=True))
    )
)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(text=st.one_of(TEXTS, st.text(max_size=30)))
@settings(max_examples=80, deadline=None)
def test_any_text_is_translated_or_refused(dialect: str, text: str) -> None:
    """What comes out can be parsed to a tree whose text parses to it, and no word has vanished."""
    try:
        found = searchkit.translate(text, dialect)
    except searchkit.QueryError as error:
        assert error.query == text
        assert 0 <= error.column <= len(text)
        # What was translated can be parsed; but some letters are no words of ours.
        assert not error.hint.startswith("it was read as") or not set(text) <= SIGNS
        return
    tree = parse(found.query)
    assert parse(str(tree)) == tree
    said = fold(" ".join((found.query, *found.warnings)))
    for word in words_of(text):
        assert word in said, (word, found)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_query_made_of_the_cases_is_translated(dialect: str) -> None:
    """Parentheses hold any query, and AND joins any two."""
    for (first, _, _), (second, _, _) in zip(CASES[dialect], CASES[dialect][1:], strict=False):
        found = searchkit.translate(f"({first}) AND ({second})", dialect)
        assert parse(found.query) == parse(str(parse(found.query)))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_nothing_typed_is_an_error(dialect: str, text: str) -> None:
    with pytest.raises(searchkit.QueryError, match="the query holds no words"):
        searchkit.translate(text, dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "text",
    [
        "a " * 9_000,
        "a W/5 " * 3_000 + "b",
        "NOT " * 4_000 + "a",
        "(" * 9_000,
        "a OR (b AND " * 1_600,
        "a~ " * 6_000,
        "x" * 20_001,
    ],
)
def test_what_is_too_much_for_ours_is_an_error(dialect: str, text: str) -> None:
    with pytest.raises(searchkit.QueryError) as caught:
        searchkit.translate(text, dialect)
    assert caught.value.query == text


def test_a_translation_says_what_it_is() -> None:
    found = searchkit.translate("rst=tdt and peace", "factiva")
    assert found == searchkit.Translation(
        "source:tdt AND peace",
        ("rst= has no counterpart: it holds codes; the names of the sources are searched",),
        "factiva",
    )
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_what_is_no_text_and_what_is_no_dialect_are_errors() -> None:
    with pytest.raises(searchkit.OptionError, match="a query must be text; found int"):
        searchkit.translate(5, "lexis")  # type: ignore[arg-type]
    with pytest.raises(searchkit.OptionError, match='unknown dialect "westlaw"; expected one of lexis, factiva'):
        searchkit.translate("x", "westlaw")


DOCUMENT = Path(__file__).parent.parent.parent.parent / "docs" / "dialects.md"
SECTIONS = re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCUMENT.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize(
    ("dialect", "theirs", "ours"),
    [
        (name.lower(), theirs, ours)
        for name, section in SECTIONS
        for theirs, ours in re.findall(r"^\| `(.*)` \| `(.*)` \|$", section.partition("| without")[0], re.M)
    ],
)
def test_the_document_is_true(dialect: str, theirs: str, ours: str) -> None:
    assert searchkit.translate(theirs, dialect) == searchkit.Translation(ours, (), dialect)


def test_the_document_has_every_dialect() -> None:
    assert [name.lower() for name, _ in SECTIONS] == list(DIALECTS)
