"""Queries of Lexis and Nexis, each with ours, written by hand after the help of LexisNexis."""

from __future__ import annotations

import pytest

from searchkit import QueryError, translate
from tests.query.dialects.cases import Case, check

CASES: list[Case] = [
    # words, phrases, the order of connectors
    ("peace", "peace", ()),
    ("peace talks", '"peace talks"', ()),
    ('"peace talks"', '"peace talks"', ()),
    ("peace AND talks", "peace AND talks", ()),
    ("peace and talks", "peace AND talks", ()),
    ("peace & talks", "peace AND talks", ()),
    ("peace OR truce", "peace OR truce", ()),
    ("peace OR truce AND talks", "(peace OR truce) AND talks", ()),
    ("talks AND peace OR truce", "talks AND (peace OR truce)", ()),
    ("peace AND NOT war", "peace AND NOT war", ()),
    ("peace BUT NOT war", "peace AND NOT war", ()),
    ("peace % war", "peace AND NOT war", ()),
    ("peace AND NOT war OR battle", "peace AND NOT (war OR battle)", ()),
    ("peace AND NOT war AND talks", "peace AND NOT (war AND talks)", ()),
    ("NOT war", "NOT war", ()),
    ("(peace AND talks) OR truce", "(peace AND talks) OR truce", ()),
    ('"war and peace"', '"war and peace"', ()),
    ('profit "and" loss', '"profit and loss"', ()),
    ("bank of england AND rates", '"bank of england" AND rates', ()),
    ("Nagorno-Karabakh", "Nagorno-Karabakh", ()),
    ("AT&T AND merger", '"AT&T" AND merger', ()),
    ("U.S. AND trade", "U.S. AND trade", ()),
    ("O'Neill", "O'Neill", ()),
    ("“peace talks”", '"peace talks"', ()),
    ("(peace talks)", '"peace talks"', ()),
    ("peace (talks OR deal)", "peace pre/1 (talks OR deal)", ()),
    # proximity: the smallest n comes first, then W/S, then W/P
    ("peace W/5 talks", "peace w/5 talks", ()),
    ("peace /5 talks", "peace w/5 talks", ()),
    ("peace NEAR/5 talks", "peace w/5 talks", ()),
    ("peace PRE/3 talks", "peace pre/3 talks", ()),
    ("peace +3 talks", "peace pre/3 talks", ()),
    ("peace ONEAR/3 talks", "peace pre/3 talks", ()),
    ("peace NOT W/5 talks", "peace not w/5 talks", ()),
    ("peace W/S talks", "peace /s talks", ()),
    ("peace /p talks", "peace /p talks", ()),
    ("peace W/SENT talks", "peace /s talks", ()),
    ("peace w/para talks", "peace /p talks", ()),
    ("a W/25 b W/10 c", "a w/25 (b w/10 c)", ()),
    ("a W/10 b W/25 c", "a w/10 b w/25 c", ()),
    ("a W/5 b W/5 c", "a w/5 b w/5 c", ()),
    ("a W/P b W/S c", "a /p (b /s c)", ()),
    ("peace OR truce W/5 talks", "(peace OR truce) w/5 talks", ()),
    (
        "school W/25 liab! AND rugby OR football OR game W/10 injur!",
        "school w/25 liab* AND (rugby OR football OR game) w/10 injur*",
        (),
    ),
    ("peace talks W/5 vienna", '"peace talks" w/5 vienna', ()),
    ("peace W/200 talks", "peace w/99 talks", ("W/200: at most 99 positions can be asked for; read as w/99",)),
    ("peace W/SEG talks", "peace AND talks", ("W/SEG: there is no operator for one segment; read as AND",)),
    ("peace NOT W/SEG talks", "peace AND NOT talks", ("NOT W/SEG: not w/n is all there is; read as AND NOT",)),
    ("education W/5 (loan AND grant)", "education w/5 loan AND education w/5 grant", ("read as W/5 of each part",)),
    ("education W/5 (loan AND NOT bank)", "education w/5 loan AND NOT bank", ("read as W/5 of each part",)),
    ("HEADLINE(peace) W/5 talks", "title:peace AND talks", ("W/5 cannot join different fields (title:peace, talks)",)),
    ("peace NOT W/3 (a AND b)", "peace AND NOT (a AND b)", ("read as AND NOT",)),
    # truncation
    ("liab!", "liab*", ()),
    ("wom*n", "wom?n", ()),
    ("wom?n", "wom?n", ()),
    ("bank**", "/bank.{0,2}/", ()),
    ("bank*", "/bank.?/", ()),
    ("cat?", "/cat./", ()),
    ("bank** account", "/bank.{0,2}/ pre/1 account", ()),
    ('"recycl! plant"', '"recycl* plant"', ()),
    # segments
    ("HEADLINE(peace)", "title:peace", ()),
    ("headline (peace)", "title:peace", ()),
    ("HEADLINE(peace talks OR truce)", 'title:("peace talks" OR truce)', ()),
    ("HEADLINE(peace W/5 talks) AND war", "title:(peace w/5 talks) AND war", ()),
    ("LEAD(peace)", "lede:peace", ()),
    ("LEAD(peace OR truce)", "lede:(peace OR truce)", ()),
    ("LEAD(peace AND talks)", "lede:peace AND lede:talks", ()),
    ("LEAD(ATLEAST2(peace))", "lede:atleast2(peace)", ()),
    ("LEAD(ALLCAPS(aids))", "lede:=AIDS", ()),
    ("HLEAD(peace W/5 talks)", "title:(peace w/5 talks) OR lede:(peace w/5 talks)", ()),
    ("HLEAD(peace AND NOT war)", "(title:peace OR lede:peace) AND NOT (title:war OR lede:war)", ()),
    ("BYLINE(ann smith)", 'author:"ann smith"', ()),
    ("PUBLICATION(new york times)", 'source:"new york times"', ()),
    ("BODY(peace) AND SECTION(world)", "body:peace AND section:world", ()),
    ("SUBJECT(mergers)", "topic:mergers", ()),
    ("LANGUAGE(english OR french)", 'lang:"en" OR lang:"fr"', ()),
    ("COMPANY(acme)", "topic:acme", ("COMPANY( ) has no counterpart: the topics are searched",)),
    ("DATELINE(vienna)", "body:vienna", ("DATELINE( ) has no counterpart: the whole text is searched",)),
    ("CITE(123)", "123", ("CITE( ) has no counterpart: it is no field that is known here",)),
    ("HEADLINE(BYLINE(smith))", "author:smith", ("HEADLINE( ) stands around another field; author: counts there",)),
    # dates and lengths
    ("DATE(>= 2020-01-01)", "date:>=2020-01-01", ()),
    ("DATE(>=2020-01-01)", "date:>=2020-01-01", ()),
    ("date aft 1/2/2020", "date:>2020-01-02", ()),
    ("date bef 12/31/2020", "date:<2020-12-31", ()),
    ("date is 2020", "date:2020", ()),
    ("date = 3/2020", "date:2020-03", ()),
    ("date(is January 5, 2020)", "date:2020-01-05", ()),
    ("date(geq (1/1/2020) and leq (12/31/2020))", "date:>=2020-01-01 AND date:<=2020-12-31", ()),
    ("peace and date aft 1/1/95 and date bef 1/1/97", "peace AND date:>1995-01-01 AND date:<1997-01-01", ()),
    ("date>2019", "date:>2019", ()),
    ("LOAD-DATE aft 2020", "date:>2020", ("LOAD-DATE is not kept; the date of the article is compared",)),
    ("date palm", '"date palm"', ()),
    ("LENGTH(> 500)", "words:>500", ()),
    ("length <= 1,000", "words:<=1000", ()),
    ("LENGTH > 500 and peace", "words:>500 AND peace", ()),
    # commands
    ("ATLEAST5(inflation)", "atleast5(inflation)", ()),
    ("ATLEAST5(peace talks)", 'atleast5("peace talks")', ()),
    ("ATLEAST5(peace OR truce)", "atleast5(peace OR truce)", ()),
    ("ATLEAST5(a AND b)", "atleast5(a) AND atleast5(b)", ("read as at least 5 of each part",)),
    ("HEADLINE(ATLEAST2(peace))", "title:atleast2(peace)", ()),
    ("ALLCAPS(aids)", "=AIDS", ()),
    ("CAPS(bush)", "=Bush OR =BUSH", ("begins with a capital, or is all in capitals",)),
    ("NOCAPS(Aid)", "=aid", ("words in lower case find those with capitals too",)),
    ("PLURAL(jobs)", "=jobs", ()),
    ("SINGULAR(Job)", "=job", ()),
    ("ALLCAPS(who OR un)", "=WHO OR =UN", ()),
    ("ALLCAPS(nat!)", "nat*", ("ALLCAPS( ) does not go with truncation; read without it",)),
    ("peace AND --", "peace", ("-- holds no word; it was left out",)),
    ("peace -war", '"peace war"', ("-war: - is no sign of Lexis; read as a word (AND NOT excludes)",)),
    ("peace near5 talks", '"peace near5 talks"', ("near5 is no operator of Lexis; read as a word",)),
    ("title:peace", '"title:peace"', ("title:peace: fields of Lexis are written HEADLINE(word); read as words",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_query_becomes_ours(case: Case) -> None:
    check(case, "lexis")


@pytest.mark.parametrize(
    ("theirs", "message", "column"),
    [
        ("peace AND (talks", 'a "(" without its closing one', 10),
        ("peace) AND talks", 'a ")" without its opening one', 5),
        ('peace "talks', "a quote without its closing one", 6),
        ("peace AND", "AND needs a word on its right", 6),
        ("peace AND NOT", "AND NOT needs a word on its right", 6),
        ("W/5 talks", "W/5 needs a word on its left", 0),
        ("peace W/5 AND talks", "AND needs a word on its left", 10),
        ("AND NOT HEADLINE(x)", "AND NOT needs a word on its left", 0),
        ("HEADLINE( )", "nothing stands between the parentheses", 8),
        ("date aft 13/45/2020", '"13/45/2020" is not a date', 9),
        ("date aft", "aft needs a date on its right", 5),
        ("DATE(>= soon)", '"soon" is not a date', 5),
        ("LENGTH(many)", '"many" is no number of words', 7),
        ("ATLEAST0(x)", "ATLEAST0 needs a number from 1 to 999", 0),
        ("--", "the query holds no words", 0),
        ("(" * 60 + "a", "more than 50 parentheses and NOTs inside each other", 50),
    ],
)
def test_an_error_has_its_column_in_what_was_typed(theirs: str, message: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        translate(theirs, "lexis")
    assert message in caught.value.message
    assert (caught.value.column, caught.value.query) == (column, theirs)
