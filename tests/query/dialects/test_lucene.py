"""Queries of Lucene's classic parser, each with ours, written by hand after its rules."""

from __future__ import annotations

import pytest

from searchkit import QueryError, translate
from tests.query.dialects.cases import Case, check

ONLY_RANKS = "what OR joins only ranks in Lucene"
EXCLUSIONS = "Lucene finds nothing for exclusions alone"

CASES: list[Case] = [
    # optional, required and excluded clauses
    ("peace", "peace", ()),
    ("peace talks", "peace OR talks", ()),
    ("peace OR talks", "peace OR talks", ()),
    ("peace || talks", "peace OR talks", ()),
    ("peace AND talks", "peace AND talks", ()),
    ("peace && talks", "peace AND talks", ()),
    ("+peace +talks", "peace AND talks", ()),
    ("+peace talks", "peace AND (talks OR *)", ()),
    ("+peace -war talks", "peace AND (talks OR *) AND NOT war", ()),
    ("peace -war", "peace AND NOT war", ()),
    ("peace !war", "peace AND NOT war", ()),
    ("peace NOT war", "peace AND NOT war", ()),
    ("peace AND NOT war", "peace AND NOT war", ()),
    ("peace talks -war", "(peace OR talks) AND NOT war", ()),
    ("a AND b OR c", "a AND b AND (c OR *)", (ONLY_RANKS,)),
    ("a OR b AND c", "b AND c AND (a OR *)", (ONLY_RANKS,)),
    ("a AND b OR c AND d", "a AND b AND c AND d", ()),
    ("(a AND b) OR (c AND d)", "(a AND b) OR (c AND d)", ()),
    ("a AND (b OR c)", "a AND (b OR c)", ()),
    ("+(a b) -c", "(a OR b) AND NOT c", ()),
    ("-(a b) c", "c AND NOT (a OR b)", ()),
    ("NOT war", "NOT war", (EXCLUSIONS,)),
    ("peace AND (-war)", "peace AND NOT war", (EXCLUSIONS,)),
    ("*:* -war", "* AND NOT war", ()),
    ("*:*", "*", ()),
    ("*", "*", ()),
    ("peace and talks", 'peace OR "and" OR talks', ()),
    ("( peace )", "peace", ()),
    # terms, phrases, patterns
    ('"peace talks"', '"peace talks"', ()),
    ('"peace AND talks"', '"peace AND talks"', ()),
    ('"pea* talks"', '"pea talks"', ()),
    ("“peace talks”", '"peace talks"', ()),
    ("Nagorno-Karabakh", "Nagorno-Karabakh", ()),
    ("azer*", "azer*", ()),
    ("te?t", "te?t", ()),
    ("tes?", "/tes./", ()),
    ("*stan", "*stan", ()),
    ("/joh?n(ath[oa]n)/", "/joh?n(ath[oa]n)/", ()),
    ("peace/war", '"peace war"', ()),
    ("roam~", "roam~2", ()),
    ("roam~1", "roam~", ()),
    ("roam~2", "roam~2", ()),
    ("roam~0.8", "roam", ()),
    ("karabakh~0.8", "karabakh~", ()),
    ("roam~5", "roam~2", ("roam~5: at most 2 edits can be asked for",)),
    ("nagorno-karabakh~", "nagorno-karabakh", ("words spelled alike can be asked for single words only",)),
    ('"peace talks"~1', '"peace talks"~1', ()),
    ('"peace talks"~2', '"peace talks"~2 OR "talks peace"', ()),
    ('"peace talks"~5', '"peace talks"~5 OR "talks peace"~3', ()),
    ('"long peace talks"~3', '"long peace talks"~3', ("finds the words in this order only",)),
    ('"peace talks"~200', '"peace talks"~99 OR "talks peace"~97', ("at most 99 other words",)),
    ("peace^4 talks", "peace^4 OR talks", ()),
    ('"peace talks"^0.5 x', '"peace talks"^0.5 OR x', ()),
    ("(peace talks)^.5", "(peace OR talks)^0.5", ()),
    ("peace^0", "peace", ("^0: a weight is above 0",)),
    (r"\(1\+1\)\:2", '"1+1):2"', ()),
    (r"AT\&T", '"AT&T"', ()),
    (r"peace\ talks", '"peace talks"', ()),
    (r"wom\*n", '"wom n"', ()),
    (r"c\u0061t", "cat", ()),
    # fields
    ("title:peace", "title:peace", ()),
    ("title:(peace OR truce)", "title:(peace OR truce)", ()),
    ("title:(+peace -war)", "title:(peace AND NOT war)", ()),
    ('headline:"peace talks"', 'title:"peace talks"', ()),
    ("title:peace body:war", "title:peace OR body:war", ()),
    ("title:pea*", "title:pea*", ()),
    ("title:/pea.e/", "title:/pea.e/", ()),
    ("title:*", "title:*", ()),
    ("_exists_:author", "author:*", ()),
    ("_exists_:date AND NOT _exists_:topic", "date:* AND NOT topic:*", ()),
    ("_exists_:foo x", "x", ("_exists_:foo: there is no such field; it was left out",)),
    ('byline:"Ann Lee"', 'author:"Ann Lee"', ()),
    ("tags:oil", "topic:oil", ()),
    ("lang:en && -url:*example*", 'lang:"en" AND NOT url:*example*', ()),
    ("language:(en OR de)", 'lang:"en" OR lang:"de"', ()),
    (r'_id:"a/b#3"', 'id:"a/b#3"', ()),
    ("lede:(peace OR truce)", "lede:(peace OR truce)", ()),
    ("lede:(peace -war)^2", "(lede:peace AND NOT lede:war)^2", ()),
    ("lede:* x", "body:* OR x", ()),
    ("quote:peace", "quote:peace", ()),
    ("foo:bar", "bar", ("foo: is no field that is known here",)),
    ("title:(a body:b)", "title:a OR body:b", ()),
    ("title:roam~^2", "title:roam~2^2", ()),
    # dates, numbers and ranges
    ("date:2020", "date:2020", ()),
    ("date:2020-04-26", "date:2020-04-26", ()),
    ("date:20200426", "date:2020-04-26", ()),
    ("date:[20200101 TO 20201231]", "date:[2020-01-01 TO 2020-12-31]", ()),
    ("date:[2020-01-01 TO 2020-12-31}", "date:[2020-01-01 TO 2020-12-31}", ()),
    ("date:{* TO 2020}", "date:{* TO 2020}", ()),
    ("date:[* TO *]", "date:*", ()),
    ("date:>=2020-01-01", "date:>=2020-01-01", ()),
    ("date:<2020", "date:<2020", ()),
    ("published:[now-7d TO now]", "date:[8d TO today]", ()),
    ("date:[now-2w/d TO *]", "date:[15d TO *]", ()),
    ("date:>now-1M", "date:>1m", ("now-1M: read as whole days",)),
    (r"date:2020-04-26T15\:01\:07Z", "date:2020-04-26T15:01:07Z", ()),
    ('date:"2020-04-26T15:01:07Z"', "date:2020-04-26T15:01:07Z", ()),
    ("words:500", "words:500", ()),
    ("words:>500", "words:>500", ()),
    ("wordcount:[100 TO 200]", "words:100..200", ()),
    ("words:{100 TO 200}", "words:101..199", ()),
    ("words:[500 TO *]", "words:500..", ()),
    ("title:[a TO b] x", "x", ("title:[a TO b]: there are ranges of dates and of words: only",)),
    ("body:>5 x", "x", ("body:>5: dates and words: can be compared only",)),
    ("peace AND date:[2020 TO 2021] AND words:>100", "peace AND date:[2020 TO 2021] AND words:>100", ()),
    ("peace ++", "peace", ("+ holds no word; it was left out",)),
    ("a OR NOT b", "a AND NOT b", ("NOT excludes in Lucene, behind OR too; read as AND NOT",)),
    ("date:[now-24h TO now]", "date:[2d TO today]", ("now-24h: read as whole days",)),
    ("date:[now-30m TO now]", "date:[2d TO today]", ("now-30m: read as whole days",)),
    (r"url:https\:\/\/example.org\/*", "url:https://example.org/*", ()),
    ('url:"https://example.org/a?b=1"', 'url:"https://example.org/a?b=1"', ()),
    (r'id:"a \"b\""', 'id:"a  b"', ()),
    ("? x", "/./ OR x", ()),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_query_becomes_ours(case: Case) -> None:
    check(case, "lucene")


@pytest.mark.parametrize(
    ("theirs", "message", "column"),
    [
        ("(peace", 'a "(" without its closing one', 0),
        ("peace)", 'a ")" without its opening one', 5),
        ('"peace', "a quote without its closing one", 0),
        ("peace AND", "AND needs a word on its right", 6),
        ("AND peace", "AND needs a word on its left", 0),
        ("peace AND OR war", "OR needs a word on its left", 10),
        ("peace -", "- needs a word on its right", 6),
        ("title:", "title: needs a word on its right", 0),
        (":peace", "a : without a word on its left", 0),
        ("date:[2020", "a range without TO and its closing bracket", 5),
        ("date:[2020 TO soon]", '"soon" is not a date', 14),
        ("date:03/04/2020", "03/04/2020 is 4 Mar or 3 Apr", 5),
        ("words:many", '"many" is no number of words', 6),
        ("words:[5 TO 2]", "the range holds no number", 6),
        ("peace^", "^ needs a number: word^2", 5),
        ("/a(/", "", 2),
        ("/peace", "a regular expression without its closing /", 0),
        ("()", "nothing stands between the parentheses", 0),
        ("peace \\", "a \\ needs a character behind it", 6),
        ("(" * 60 + "a" + ")" * 60, "more than 50 parentheses inside each other", 50),
        ("title:[a TO b]", "the query holds no words", 0),
    ],
)
def test_an_error_has_its_column_in_what_was_typed(theirs: str, message: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        translate(theirs, "lucene")
    assert message in caught.value.message
    assert (caught.value.column, caught.value.query) == (column, theirs)
