"""Queries of ProQuest, each with ours, written by hand after its help."""

from __future__ import annotations

import pytest

from searchkit import QueryError, translate
from tests.query.dialects.cases import Case, check

CASES: list[Case] = [
    # AND where nothing is typed; PRE, NEAR, AND, OR, NOT
    ("peace", "peace", ()),
    ("peace talks", "peace talks", ()),
    ("the peace talks", "the peace talks", ()),
    ("peace AND talks", "peace AND talks", ()),
    ("peace and talks", "peace AND talks", ()),
    ("peace OR truce", "peace OR truce", ()),
    ("nursing NOT shortage", "nursing AND NOT shortage", ()),
    ("peace AND NOT war", "peace AND NOT war", ()),
    ("peace AND talks OR truce", "(peace AND talks) OR truce", ()),
    ("truce OR peace talks", "truce OR (peace talks)", ()),
    ("peace NOT war OR battle", "peace AND NOT (war OR battle)", ()),
    ("healthy eating OR diet NOT sugar", "((healthy eating) OR diet) AND NOT sugar", ()),
    ("(peace OR truce) AND talks", "(peace OR truce) AND talks", ()),
    ("(peace OR truce) talks", "(peace OR truce) talks", ()),
    ("a b AND c d", "a b AND c d", ()),
    ("NOT war", "NOT war", ()),
    ('"peace talks"', '"peace talks"', ()),
    ("“peace talks”", '"peace talks"', ()),
    ('"Iran and Iraq"', '"Iran and Iraq"', ()),
    ('"Iran Contra" AND Iraq', '"Iran Contra" AND Iraq', ()),
    ('"{advertising campaign}"', '"advertising campaign"', ()),
    ("{peace OR truce} AND talks", "(peace OR truce) AND talks", ()),
    ("Nagorno-Karabakh", "Nagorno-Karabakh", ()),
    ("near the river", '"near" the river', ()),
    # proximity
    ("nursing NEAR/3 education", "nursing w/3 education", ()),
    ("nursing N/3 education", "nursing w/3 education", ()),
    ("nursing near/3 education", "nursing w/3 education", ()),
    ("nursing W/3 education", "nursing w/3 education", ()),
    ("nursing NEAR education", "nursing w/4 education", ()),
    ("nursing PRE/4 education", "nursing pre/4 education", ()),
    ("nursing P/4 education", "nursing pre/4 education", ()),
    ("nursing PRE education", "nursing pre/4 education", ()),
    ("shares P/4 technologies NEAR/2 market", "shares pre/4 technologies w/2 market", ()),
    ("market NEAR/2 shares P/4 technologies", "market w/2 (shares pre/4 technologies)", ()),
    ('"health care" N/5 reform', '"health care" w/5 reform', ()),
    ("(USA NEAR/5 China) OR (Syria NEAR/3 Russia)", "USA w/5 China OR Syria w/3 Russia", ()),
    ("mississippi NOT W/3 river", "mississippi not w/3 river", ()),
    ("a NEAR/5 (b OR c)", "a w/5 (b OR c)", ()),
    ("a NEAR/5 (b AND c)", "a w/5 b AND a w/5 c", ("NEAR/5 cannot join AND, NOT or conditions",)),
    ("a NEAR/5 (b c)", "a w/5 b AND a w/5 c", ("NEAR/5 cannot join AND, NOT or conditions",)),
    ("a NEAR/0 b", "a w/1 b", ("NEAR/0: words are at least 1 position apart; read as w/1",)),
    ("a NEAR/150 b", "a w/99 b", ("NEAR/150: at most 99 positions can be asked for; read as w/99",)),
    ("TI(a) NEAR/5 AB(b)", "title:a AND body:b", ("AB( ) has no counterpart", "NEAR/5 cannot join different fields")),
    # truncation
    ("econom*", "/econom.{0,5}/", ()),
    ("econom*3", "/econom.{0,3}/", ()),
    ("nutr[*8]", "/nutr.{0,8}/", ()),
    ("nutr$8", "/nutr.{0,8}/", ()),
    ("colo*r", "/colo.{0,5}r/", ()),
    ("*old", "/.{0,5}old/", ()),
    ("wom?n", "wom?n", ()),
    ("sm?th?", "/sm.th./", ()),
    ("ad??", "/ad../", ()),
    ('"econom* crisis"', "/econom.{0,5}/ pre/1 crisis", ()),
    ('"wom?n voters"', '"wom?n voters"', ()),
    ("econom* NEAR/5 crisis", "/econom.{0,5}/ w/5 crisis", ()),
    # fields
    ("TI(peace)", "title:peace", ()),
    ("ti(peace talks)", "title:(peace talks)", ()),
    ('TI("peace talks" OR truce)', 'title:("peace talks" OR truce)', ()),
    ("TI(peace) AND AU(smith)", "title:peace AND author:smith", ()),
    ("AB(nurse)", "body:nurse", ("AB( ) has no counterpart: the whole text is searched",)),
    ("TI,SU(nurse)", "title:nurse OR topic:nurse", ()),
    ("TI,SU(nurse school)", "(title:nurse OR topic:nurse) (title:school OR topic:school)", ()),
    ("FT(peace)", "peace", ()),
    ("PUB(new york times)", "source:(new york times)", ()),
    ('PUB.EXACT("New York Times")', 'source:"New York Times"', ("values are compared by their words",)),
    ('SU.EXACT("climate change")', 'topic:"climate change"', ("values are compared by their words",)),
    ("LA(English OR French)", 'lang:"en" OR lang:"fr"', ()),
    ("LOC(france)", "topic:france", ("LOC( ) has no counterpart: the topics are searched",)),
    ("ISSN(12345678)", "12345678", ("ISSN( ) has no counterpart: title and text are searched",)),
    ("QQ(peace)", "peace", ("QQ( ) has no counterpart: it is no field that is known here",)),
    ("TI(a NEAR/5 b)", "title:(a w/5 b)", ()),
    ("TI(a NOT b)", "title:(a AND NOT b)", ()),
    ('EXACT("nursing homes")', '"=nursing =homes"', ()),
    ("ALLCAPS(epa)", "=EPA", ()),
    ("EXACT(nurse OR doctor)", "=nurse OR =doctor", ()),
    # dates
    ("PD(20200101-20201231)", "date:2020-01-01..2020-12-31", ()),
    ("pd(2020)", "date:2020", ()),
    ("PD(20200426)", "date:2020-04-26", ()),
    ("PD(2020-04-26)", "date:2020-04-26", ()),
    ("PD(26 April 2020)", "date:2020-04-26", ()),
    ("PD(>20200101)", "date:>2020-01-01", ()),
    ("PD(<= 2019)", "date:<=2019", ()),
    ("YR(2005-2008)", "date:2005..2008", ()),
    ("YR(2005-)", "date:2005..", ()),
    ("YR(2019 OR 2020)", "date:2019 OR date:2020", ()),
    ("peace AND YR(2020)", "peace AND date:2020", ()),
    ("peace AND --", "peace", ("-- holds no word; it was left out",)),
    ("peace -war", "peace war", ("-war: - is no sign of ProQuest; read as a word (NOT excludes)",)),
    ("peace adj5 talks", 'peace "adj5" talks', ("adj5 is no operator of ProQuest; read as a word",)),
    ("title:peace", '"title:peace"', ("title:peace: fields of ProQuest are written TI(word); read as words",)),
    ("TI(*) AND x", "x", ("* holds no word; it was left out",)),
    ("psych*[*3]", "/psych.{0,5}.{0,3}/", ()),
    ('URL("example.org/a b")', 'url:"example.org/a b"', ()),
    ("ti:peace", '"ti:peace"', ("fields of ProQuest are written TI(word)",)),
    ('SU.EXACT.EXPLODE("oil")', "topic:oil", ("SU.EXACT.EXPLODE( ): values are compared by their words",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_query_becomes_ours(case: Case) -> None:
    check(case, "proquest")


@pytest.mark.parametrize(
    ("theirs", "message", "column"),
    [
        ("peace AND (talks", 'a "(" without its closing one', 10),
        ("TI(peace", 'a "(" without its closing one', 2),
        ("PD(2020", 'a "(" without its closing one', 2),
        ("peace) talks", 'a ")" without its opening one', 5),
        ('"peace', "a quote without its closing one", 0),
        ("peace OR", "OR needs a word on its right", 6),
        ("AND peace", "AND needs a word on its left", 0),
        ("peace NEAR/5", "NEAR/5 needs a word on its right", 6),
        ("PRE/5 peace", "PRE/5 needs a word on its left", 0),
        ("TI()", "nothing stands between the parentheses", 2),
        ("PD(soon)", '"soon" is not a date', 3),
        ("PD(01/02/2020)", "01/02/2020 is 2 Jan or 1 Feb; write 2020-mm-dd", 3),
        ("YR(2020-2019)", "the range ends before it begins", 3),
        ("--", "the query holds no words", 0),
    ],
)
def test_an_error_has_its_column_in_what_was_typed(theirs: str, message: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        translate(theirs, "proquest")
    assert message in caught.value.message
    assert (caught.value.column, caught.value.query) == (column, theirs)
