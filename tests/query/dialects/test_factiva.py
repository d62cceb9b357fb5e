"""Queries of Factiva, each with ours, written by hand after the help of Dow Jones."""

from __future__ import annotations

import pytest

from searchkit import QueryError, translate
from tests.query.dialects.cases import Case, check

CASES: list[Case] = [
    # words side by side are a phrase; NOT, AND, OR
    ("peace", "peace", ()),
    ("bill clinton", '"bill clinton"', ()),
    ("peace and talks", "peace AND talks", ()),
    ("peace AND talks", "peace AND talks", ()),
    ("peace or truce", "peace OR truce", ()),
    ("bill clinton or gore and george bush", '"bill clinton" OR (gore AND "george bush")', ()),
    ("a not b and c or d", "(a AND NOT b AND c) OR d", ()),
    ("a and b not c", "a AND b AND NOT c", ()),
    ("a or b not c", "a OR (b AND NOT c)", ()),
    ("not software not spreadsheets", "NOT software AND NOT spreadsheets", ()),
    ("peace and not war", "peace AND NOT war", ()),
    ('"peas and carrots"', '"peas and carrots"', ()),
    ("(peace or truce) and talks", "(peace OR truce) AND talks", ()),
    ("[peace or truce] and talks", "(peace OR truce) AND talks", ()),
    ("technology spending and canada", '"technology spending" AND canada', ()),
    ("peace (talks or deal)", "peace pre/1 (talks OR deal)", ()),
    ("president % clinton", '"president * clinton"', ()),
    ("“closing date” and bids", '"closing date" AND bids', ()),
    ("online banking AND (retail or consumer)", '"online banking" AND (retail OR consumer)', ()),
    # proximity
    ("president w/2 clinton", "president pre/2 clinton", ()),
    ("President w/ Bush", "President pre/1 Bush", ()),
    ("world cup adj5 rugby", '"world cup" pre/5 rugby', ()),
    ("world adj cup", "world pre/1 cup", ()),
    ("carrefour near5 retail sales", 'carrefour w/5 "retail sales"', ()),
    ("boeing 747/N30/british airways", '"boeing 747" w/30 "british airways"', ()),
    ("boeing /n30/ airbus", "boeing w/30 airbus", ()),
    ("boeing near500 airbus", "boeing w/99 airbus", ("near500: at most 99 positions can be asked for",)),
    ("vodafone same telecommunications", "vodafone /p telecommunications", ()),
    ("a near5 b near5 c", "a w/5 b w/5 c", ()),
    ("(a or b) adj3 (c or d)", "(a OR b) pre/3 (c OR d)", ()),
    ("oil near5 (price and fall)", "oil w/5 price AND oil w/5 fall", ("near5 cannot join AND, NOT or conditions",)),
    ("toyota/F50/", "title:toyota OR lede:toyota", ("/F50/: read as in the title or the first 60 words, the lede",)),
    ("oil price /f50/ and gas", '(title:"oil price" OR lede:"oil price") AND gas', ("/f50/: read as in the title",)),
    ("near the river", '"near the river"', ("near without a number is read as a word",)),
    # at least
    ("atleast5 microsoft", "atleast5(microsoft)", ()),
    ("atleast10 Olympics and atleast10 Winter Games", 'atleast10(Olympics) AND atleast10("Winter Games")', ()),
    ("atleast3 (oil or gas)", "atleast3(oil OR gas)", ()),
    ("atleast3 (oil and gas)", "atleast3(oil) AND atleast3(gas)", ("read as at least 3 of each part",)),
    ("atleast2 oil near5 price", "atleast2(oil w/5 price)", ()),
    # truncation
    ("chariot*", "chariot*", ()),
    ("wom?n", "wom?n", ()),
    ("cat?", "/cat./", ()),
    ("engineer$3", "/engineer.{0,3}/", ()),
    ("engineer$", "engineer*", ()),
    ("communicat* and (cell* or phone)", "communicat* AND (cell* OR phone)", ()),
    ("civil engineer$3", "civil pre/1 /engineer.{0,3}/", ()),
    ("emerging market*", '"emerging market*"', ()),
    # fields
    ("hd=europe and wc>500", "title:europe AND words:>500", ()),
    ("hd=northern ireland", 'title:"northern ireland"', ()),
    ("hd=(peace or truce)", "title:(peace OR truce)", ()),
    ("hd=oil adj5 price", "title:(oil pre/5 price)", ()),
    ("HD=europe", "title:europe", ()),
    ("hl=europe", "title:europe", ()),
    ("hd=europe not by=smith", "title:europe AND NOT author:smith", ()),
    ("hlp=peace", "title:peace OR lede:peace", ()),
    ("hlp=(peace and talks)", "(title:peace OR lede:peace) AND (title:talks OR lede:talks)", ()),
    ("lp=peace", "lede:peace", ()),
    ("lp=(peace near5 talks)", "lede:(peace w/5 talks)", ()),
    ("lp=(peace and not war)", "lede:peace AND NOT lede:war", ()),
    ("td=peace agreement", 'body:"peace agreement"', ("td= has no counterpart: the whole text is searched",)),
    ("by=ann smith", 'author:"ann smith"', ()),
    ("sn=new york times", 'source:"new york times"', ()),
    ("se=world", "section:world", ()),
    ("la=en", 'lang:"en"', ()),
    ("la=(en or fr)", 'lang:"en" OR lang:"fr"', ()),
    ("rst=tdt", "source:tdt", ("rst= has no counterpart: it holds codes",)),
    ("sc=ftft or sc=j", "source:(ftft OR j)", ("sc= has no counterpart: it holds codes",)),
    ("ns=c13 and re=usa", "topic:(c13 AND usa)", ("ns= has no counterpart", "re= has no counterpart")),
    ("fds=ibm", "topic:ibm", ("fds= has no counterpart: it holds codes; the topics are searched",)),
    ("xyz=oil", "oil", ("xyz= has no counterpart: it is no field that is known here",)),
    ("hd=atleast2 oil", "title:atleast2(oil)", ()),
    (
        "hd=europe near5 by=smith",
        "title:europe AND author:smith",
        ("near5 cannot join different fields", "hd= stands around another field"),
    ),
    # lengths and dates
    ("wc>500", "words:>500", ()),
    ("wc<3000", "words:<3000", ()),
    ("wc >= 500", "words:>=500", ()),
    ("wc> 500 and oil", "words:>500 AND oil", ()),
    ("date from 19990201 to 19990301", "date:>=1999-02-01 AND date:<=1999-03-01", ()),
    ("date after 20200101", "date:>2020-01-01", ()),
    ("date before 3/14/2020 and oil", "date:<2020-03-14 AND oil", ()),
    ("date on 14/3/2020", "date:2020-03-14", ()),
    ("date after 5/5/2020", "date:>2020-05-05", ()),
    ("date after -7", "date:>8d", ()),
    ("date from -7", "date:>=8d", ()),
    ("oil and date from 2020 to 2021", "oil AND date:>=2020 AND date:<=2021", ()),
    ("dt=20200101", "date:2020-01-01", ()),
    ("pd=20200101-20201231", "date:2020-01-01..2020-12-31", ()),
    ("upd after 20200101", "date:>2020-01-01", ("upd: the date of an update is not kept",)),
    ('"date" and bids', "date AND bids", ()),
    ("oil and ++", "oil", ("++ holds no word; it was left out",)),
    ("peace -war", '"peace war"', ("-war: - is no sign of Factiva; read as a word (not excludes)",)),
    ("peace pre/5 talks", '"peace pre 5 talks"', ("pre/5 is no operator of Factiva; read as a word",)),
    ("title:peace", '"title:peace"', ("title:peace: fields of Factiva are written hd=word; read as words",)),
    ('"peace * talks"', '"peace * talks"', ()),
    ('"* peace"', "peace", ("* stands for a word between two others; it was left out",)),
    ('"peace * talk$2"', "peace pre/2 /talk.{0,2}/", ("read as at most one word",)),
    ("under_score$2", "under pre/1 /score.{0,2}/", ()),
    ("% clinton", "clinton", ("% stands for a word between two others; it was left out",)),
    ("president % and x", "president AND x", ("% stands for a word between two others; it was left out",)),
    ("* and x", "x", ("* holds no word; it was left out",)),
    ("$5 billion", '"5 billion"', ()),
    ("pd>20200101", "date:>2020-01-01", ()),
    ("url=http://example.org/a?b", "url:http://example.org/a?b", ()),
    ("url=http://example.org/a-b", 'url:"http://example.org/a-b"', ()),
    ("co:ibm", '"co:ibm"', ("co:ibm: fields of Factiva are written hd=word; read as words",)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_query_becomes_ours(case: Case) -> None:
    check(case, "factiva")


@pytest.mark.parametrize(
    ("theirs", "message", "column"),
    [
        ("oil and (gas", 'a "(" without its closing one', 8),
        ("oil and [gas", 'a "[" without its closing one', 8),
        ("oil) and gas", 'a ")" without its opening one', 3),
        ('oil "gas', "a quote without its closing one", 4),
        ("oil and", "and needs a word on its right", 4),
        ("or oil", "or needs a word on its left", 0),
        ("oil and or gas", "or needs a word on its left", 8),
        ("near5 gas", "near5 needs a word on its left", 0),
        ("oil near5", "near5 needs a word on its right", 4),
        ("hd=", "hd= needs a word right behind it", 0),
        ("hd= oil", "hd= needs a word right behind it", 0),
        ("closing date and (bid or bids)", "date needs from, to, after, before, since or on, and a date", 8),
        ("date after", "after needs a date on its right", 5),
        ("date after 03/04/2020", "03/04/2020 is 4 Mar or 3 Apr; write 2020-mm-dd", 11),
        ("date after 20201399", '"20201399" is not a date', 11),
        ("oil and wc>many", "wc>many needs a number of words", 8),
        ("pd>soon", '"soon" is not a date', 3),
        ("oil and wc>", "wc> needs a number of words", 8),
        ("atleast99999 oil", "atleast99999 needs a number from 1 to 999", 0),
        ("( )", "nothing stands between the parentheses", 0),
        ("++", "the query holds no words", 0),
    ],
)
def test_an_error_has_its_column_in_what_was_typed(theirs: str, message: str, column: int) -> None:
    with pytest.raises(QueryError) as caught:
        translate(theirs, "factiva")
    assert message in caught.value.message
    assert (caught.value.column, caught.value.query) == (column, theirs)
