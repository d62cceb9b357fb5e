"""What people type and paste, and how it is read: no sign turns a query around in silence, and
nothing that was typed vanishes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import fold
from searchkit.analysis.tokenizer import tokenize
from searchkit.errors import QueryError
from searchkit.query import parse
from searchkit.query.nodes import Node, children_of

READ_AS = {
    "question marks": [
        ("Who pays for the flood?", "pays AND flood"),
        ('"Who pays for the flood?"', '"Who pays for the flood"'),
        ("Is this the end ?", "end"),
        ('"Is this the end ?"', '"Is this the end"'),
        ("what happened? flood", "happened AND flood"),
        ("flood ?! peace", "flood AND peace"),
        ("flood?? peace?!", "flood AND peace"),
        ("(flood?) peace", "flood AND peace"),
        ("(?) peace", "peace"),
        ("title:flood?", "title:flood"),
        ("author:smith?", "author:smith"),
        ("flood?, peace", "flood AND peace"),
        ("flood?^2", "flood^2"),
        ("¿Quién paga? dinero", "Quién AND paga AND dinero"),
        ("¡Hola! mundo", "Hola AND mundo"),
        ("誰が払う？ 洪水", "誰が払う AND 洪水"),
        ("flood？", "flood"),
        ("wom?n", "wom?n"),
        ("?oman", "?oman"),
        ("talk?*", "talk?*"),
        ("wom?n?", "wom?n"),
        ('"wom?n talk?"', '"wom?n talk"'),
        ("peace w/5 talks?", "peace w/5 talks"),
    ],
    "dashes and exclamation marks": [
        ("H52.1 - short", "H52.1 AND short"),
        ("J00 – cold", "J00 AND cold"),
        ("H52.1 — sight", "H52.1 AND sight"),
        ("J00 − cold", "J00 AND cold"),
        ("J00 ‑ cold", "J00 AND cold"),
        ("– peace", "peace"),
        ("- peace", "peace"),
        ("! peace", "peace"),
        ("peace -", "peace"),
        ("(peace -) talks", "peace AND talks"),
        ("(- peace) talks", "peace AND talks"),
        ("-- peace", "peace"),
        ("peace -- talks", "peace AND talks"),
        ("peace ... talks", "peace AND talks"),
        ("(...) peace", "peace"),
        ("-peace", "NOT peace"),
        ("!peace", "NOT peace"),
        ("oil -peace", "oil AND NOT peace"),
        ("(-peace oil)", "NOT peace AND oil"),
        ('-"peace talks"', 'NOT "peace talks"'),
        ("-“peace talks”", 'NOT "peace talks"'),
        ("-(peace OR talks)", "NOT (peace OR talks)"),
        ("-=Peace", "NOT =Peace"),
        ("-/pea.e/", "NOT /pea.e/"),
        ("-*stan", "NOT *stan"),
        ("-?tan", "NOT ?tan"),
        ("-'peace'", "NOT peace"),
        ("-#MeToo", "NOT MeToo"),
        ("-@trump", "NOT trump"),
        ("-мир", "NOT мир"),
        ("-title:peace", "NOT title:peace"),
        ("-peace~", "NOT peace~"),
        ("-usr/bin", 'NOT "usr bin"'),
        ("-peace w/5 talks", "NOT peace w/5 talks"),
        ("peace-talks", '"peace talks"'),
        ("peace–talks", '"peace talks"'),
        ("peace -talks", "peace AND NOT talks"),
        ("Stop! oil!", "Stop AND oil"),
        ("Yahoo! shares", "Yahoo AND shares"),
        ("NOT - war", "NOT war"),
        ("oil NOT -war", "oil AND NOT NOT war"),
        ("peace AND - talks", "peace AND talks"),
        ("peace w/5 - talks", "peace w/5 talks"),
        ("title:(-war)", "NOT title:war"),
        ("F-16", '"F 16"'),
        ("2019-2020", '"2019 2020"'),
        ("W-2", '"W 2"'),
    ],
    "tildes": [
        ('"peace talks" ~3', '"peace talks"~3'),
        ('"peace talks"~3', '"peace talks"~3'),
        ('"peace talks" ~3 war', '"peace talks"~3 AND war'),
        ('("peace talks" ~3)', '"peace talks"~3'),
        ('title:"peace talks" ~3^2', 'title:"peace talks"~3^2'),
        ("~20 people", "20 AND people"),
        ("people ~20", "people AND 20"),
        ("people ~3", "people AND 3"),
        ("(~2 people)", "2 AND people"),
        ("price ~ 20", "price AND 20"),
        ("~peace", "peace"),
        ("peace ~", "peace"),
        ("peace~", "peace~"),
        ('"~20 people"', '"20 people"'),
    ],
    "operators of other systems": [
        ("peace w/s talks", "peace /s talks"),
        ("peace W/P talks", "peace /p talks"),
        ("peace near/s talks", "peace /s talks"),
        ("peace w/sent talks", "peace /s talks"),
        ("peace w/para talks", "peace /p talks"),
        ("peace /5 talks", "peace w/5 talks"),
        ("peace ADJ5 talks", "peace pre/5 talks"),
        ("peace adj5 talks", "peace pre/5 talks"),
        ("peace NEAR5 talks", "peace w/5 talks"),
        ("peace near5 talks", "peace w/5 talks"),
        ("peace near/5 talks", "peace w/5 talks"),
        ("peace not /5 talks", "peace not w/5 talks"),
        ("peace NOT NEAR5 talks", "peace not w/5 talks"),
        ("NEAR(peace talks, 5)", "peace w/5 talks"),
        ("NEAR(peace talks,5)", "peace w/5 talks"),
        ("NEAR(peace, talks, 5)", "peace w/5 talks"),
        ("near(peace talks, 5)", "peace w/5 talks"),
        ('NEAR("peace talks" (war OR truce), 5)^2', '("peace talks" w/5 (war OR truce))^2'),
        ("-NEAR(peace talks, 5)", "NOT peace w/5 talks"),
        ("title:NEAR(peace talks, 5)", "title:peace w/5 title:talks"),
        ("title:(peace NEAR5 talks)", "title:peace w/5 title:talks"),
        ("oil NEAR(peace talks, 5) war", "oil AND peace w/5 talks AND war"),
        ("NEAR (peace talks, 5)", "peace w/5 talks"),
        ("NEAR (paris) hotels", "NEAR AND paris AND hotels"),
        ("near (paris, 5) hotels", "near AND paris AND 5 AND hotels"),
        ("equal SAME-SEX rights", 'equal AND "SAME SEX" AND rights'),
        ("near(paris) hotels", "near AND paris AND hotels"),
        ("peace AND NOT war", "peace AND NOT war"),
        ("peace ANDNOT war", "peace AND NOT war"),
        ("peace ANDNOT(war OR oil)", "peace AND NOT (war OR oil)"),
        ("peace BUT NOT war", "peace AND NOT war"),
        ('peace BUT  NOT "war"', "peace AND NOT war"),
        ("peace OR NOT war", "peace OR NOT war"),
        ("peace BUT war", "peace AND BUT AND war"),
        ("SAME old story", "SAME AND old AND story"),
        ("NEAR misses", "NEAR AND misses"),
        ('peace "NEAR" talks', "peace AND NEAR AND talks"),
        ('"NEAR5"', '"NEAR5"'),
        ('"ANDNOT"', '"ANDNOT"'),
        ("+peace +talks", "peace AND talks"),
        ('+"peace talks" +(war)', '"peace talks" AND war'),
        ("C++ code", "C AND code"),
        ("peace w/o talks", 'peace AND "w o" AND talks'),
        ("peace / talks", "peace AND talks"),
        ("24/7 and/or 9/11", '"24 7" AND "and or" AND "9 11"'),
        ("E=mc2", '"E mc2"'),
        ("peace = talks", "peace AND talks"),
        ("a->b", '"a b"'),
        ("=talks", "=talks"),
    ],
    "colons": [
        ("Analysis: peace", "Analysis AND peace"),
        ("Analysis:", "Analysis"),
        ("(Analysis:) peace", "Analysis AND peace"),
        ("title: peace", "title AND peace"),
        ("title :peace", "title AND peace"),
        ("title : peace", "title AND peace"),
        (":asd: signs", "asd AND signs"),
        ("std::vector", '"std vector"'),
        ("12:30 talks", '"12 30" AND talks'),
        ('"Analysis: peace"', '"Analysis peace"'),
    ],
    "names of fields": [
        ("headline:peace", "title:peace"),
        ("Headline:(peace OR oil)", "title:peace OR title:oil"),
        ("byline:smith", "author:smith"),
        ('by:"ann lee"', 'author:"ann lee"'),
        ("authors:smith", "author:smith"),
        ("tag:oil", "topic:oil"),
        ("tags:oil", "topic:oil"),
        ("topics:oil", "topic:oil"),
        ("language:en", 'lang:"en"'),
        ("on:2020-04-26", "date:2020-04-26"),
        ("after:2020-04-26", "date:2020-04-27.."),
        ("after:2020-04", "date:2020-05-01.."),
        ("after:9999", "date:{0001-01-01 TO 0001-01-01}"),
        ("before:2020-04", "date:..2020-03-31"),
        ("before:0001", "date:{0001-01-01 TO 0001-01-01}"),
        ("newer:2020-04", "date:2020-04-01.."),
        ("older:2020-04", "date:..2020-03-31"),
        ("NOT after:2020-04-26", "NOT date:2020-04-27.."),
        ("source:wire section:world body:oil", "source:wire AND section:world AND body:oil"),
        ("id:a url:b words:5", 'id:"a" AND url:"b" AND words:5'),
        ("site:bbc.co.uk", 'site:"bbc.co.uk"'),
        ("-site:bbc.co.uk", 'NOT site:"bbc.co.uk"'),
        ("path:2020/a(1).txt", 'path:"2020/a(1).txt"'),
        ("By: peace", "peace"),
    ],
    "what is pasted": [
        ("https://a.org/x?y=1", '"https a org x y 1"'),
        ("-https://a.org/x?y=1", 'NOT "https a org x y 1"'),
        ("(https://a.org/x OR war)", '"https a org x" OR war'),
        ("https://a.org/wiki/Peace_(film) oil", '"https a org wiki Peace film" AND oil'),
        ("https://a.org(foo bar)", '"https a org" AND foo AND bar'),
        ("https://a.org/~smith/x^2", '"https a org smith x 2"'),
        ("peace w/5 https://a.org/x", 'peace w/5 "https a org x"'),
        ("title:https://a.org/x", 'title:"https a org x"'),
        ("www.a.org/x?y=1", '"www a org x y 1"'),
        ("a.org/x?y=1", '"a org x y 1"'),
        ("ftp://a.org/x", '"ftp a org x"'),
        ("url:https://a.org/wiki/Peace_(film) oil", 'url:"https://a.org/wiki/Peace_(film)" AND oil'),
        ("(url:http://a.org/x)", 'url:"http://a.org/x"'),
        ("id:news/a(1).txt", 'id:"news/a(1).txt"'),
        ("/usr/bin/x", '"usr bin x"'),
        ("/usr/bin/x?", '"usr bin x"'),
        ("~/docs/x", '"docs x"'),
        ("./x", "x"),
        ("../x/y", '"x y"'),
        ("C:\\x", '"C x"'),
        ("C:\\Users\\me\\a.txt", '"C Users me a txt"'),
        ("\\\\server\\share", '"server share"'),
        ("me@x.org", '"me x org"'),
        ("mailto:me@x.org", '"mailto me x org"'),
        ("#MeToo", "MeToo"),
        ("#the war", "the AND war"),
        ("@who talks", "who AND talks"),
        ("AT&T R&D", '"AT T" AND "R D"'),
        ("Alice & Bob", "Alice AND Bob"),
        ("Downloads/transcripts", '"Downloads transcripts"'),
        ("example.com", '"example com"'),
        ("ubuntu 20.04", "ubuntu AND 20.04"),
        ("O'Brien wins", "O'Brien AND wins"),
    ],
    "function words": [
        ("the peace", "peace"),
        ("title:peace the", "title:peace"),
        ("the who date:2020", "date:2020-01-01..2020-12-31"),
        ("-war the", "NOT war"),
        ("NOT the war", "NOT war"),
        ("NOT the", "NOT the"),
        ("NOT the -war", "NOT the AND NOT war"),
        ("peace AND the talks", "peace AND talks"),
        ("peace OR the talks", "peace OR talks"),
        ("the peace OR talks", "peace OR talks"),
        ("peace AND the", "peace AND the"),
        ("peace AND of the", "peace AND (of OR the)"),
        ("peace (of the) talks", "peace AND talks"),
        ("peace w/5 the talks", "peace w/5 talks"),
        ("peace w/5 the", "peace w/5 the"),
        ("the w/5 of", "the w/5 of"),
        ("to be", "to OR be"),
        ("(the)", "the"),
        ("A peace deal", "peace AND deal"),
        ("hepatitis A", "hepatitis AND A"),
        ("WHO talks", "WHO AND talks"),
        ("=the peace", "=the AND peace"),
        ("the^2 peace", "the^2 AND peace"),
    ],
}


@pytest.mark.parametrize(("typed", "read"), [pair for pairs in READ_AS.values() for pair in pairs])
def test_what_is_typed_is_read_as(typed: str, read: str) -> None:
    query = parse(typed)
    assert str(query) == read
    assert parse(read).root == query.root


NOTES = [
    ("-2016", "2016", "-2016 is read as 2016; NOT 2016 excludes it"),
    ("!2016", "2016", "!2016 is read as 2016; NOT 2016 excludes it"),
    ("oil (-5)", "oil AND 5", "-5 is read as 5; NOT 5 excludes it"),
    ("−5", "5", "−5 is read as 5; NOT 5 excludes it"),
    ("–war", "war", "–war is read as war; NOT war excludes it"),
    ("—war", "war", "—war is read as war; NOT war excludes it"),
    ("-$50", "50", "-$50 is read as 50; NOT 50 excludes it"),
    ("-'90s", "90s", "-'90s is read as 90s; NOT 90s excludes it"),
    ("oil --5", "oil AND 5", "--5 is read as 5; NOT 5 excludes it"),
    ("!!war", "war", "!!war is read as war; NOT war excludes it"),
    ("-!war", "war", "-!war is read as war; NOT war excludes it"),
    ('"oil"-war', "oil AND war", "-war is read as war; NOT war excludes it"),
    ("(oil)!war", "oil AND war", "!war is read as war; NOT war excludes it"),
    ('oil-"war"', "oil AND war", 'a - without a blank before it is punctuation; NOT "..." excludes'),
    ('"oil"-(war)', "oil AND war", "a - without a blank before it is punctuation; NOT (...) excludes"),
    ("oil [-war]", "oil AND war", "[-war] is read as war; NOT war excludes it"),
    ("wom?n?!", "wom?n", "a ? at the end of wom?n?! is punctuation; wom?n* finds any ending"),
    (
        "oil != war",
        "oil AND war",
        "a != between blanks is punctuation; =word finds a word as written, title:word one in a field",
    ),
    ("title:-5", "title:5", "-5 is read as 5; NOT 5 excludes it"),
    ("~20 people", "20 AND people", "~20 is read as 20"),
    ("~peace", "peace", "~peace is read as peace; peace~ finds words spelled alike"),
    ("peace ~", "peace", "a ~ between blanks is punctuation; word~ finds words spelled alike"),
    ("199? oil", "199 AND oil", "a ? at the end of 199? is punctuation; 199* finds any ending"),
    ("wom?n?", "wom?n", "a ? at the end of wom?n? is punctuation; wom?n* finds any ending"),
    ("+peace OR talks", "peace OR talks", "a + before a word is punctuation; AND between words finds both"),
    ("peace +5 talks", "peace AND 5 AND talks", "+5 is read as a word here; pre/5 finds words near each other"),
    ("peace w5 talks", "peace AND w5 AND talks", "w5 is read as a word here; w/5 finds words near each other"),
    ("peace n/5 talks", 'peace AND "n 5" AND talks', "n/5 is read as a word here; w/5 finds words near each other"),
    ("title: peace", "title AND peace", "title: before a blank is read as a word; title:word searches the field"),
    (
        "= peace",
        "peace",
        "a = between blanks is punctuation; =word finds a word as written, title:word one in a field",
    ),
    (
        "https://a.org/x",
        '"https a org x"',
        "https://a.org/x is read as words of a text; url:https://a.org/x finds the article of that address",
    ),
    (
        "after:2020-04-26",
        "date:2020-04-27..",
        "after:2020-04-26 leaves 2020-04-26 out; since:2020-04-26 includes it",
    ),
    ("of the", "of OR the", 'function words alone: articles with any of them are found; "of the" in quotes is a phrase'),
    ("who lang:en", 'lang:"en"', 'function words beside conditions do not count; "who" in quotes does'),
]


@pytest.mark.parametrize(("typed", "read", "note"), NOTES)
def test_what_could_be_meant_otherwise_has_a_note(typed: str, read: str, note: str) -> None:
    query = parse(typed)
    assert (str(query), query.notes) == (read, (note,))


def test_a_plus_has_a_note_where_words_side_by_side_are_or() -> None:
    assert parse("+peace talks").notes == ()
    assert parse("+peace talks", match_any=True).notes == ("a + before a word is punctuation; AND between words finds both",)


@pytest.mark.parametrize(
    "typed",
    [
        "Who pays?",
        "J00 – cold",
        "a - b1",
        "-war",
        "F-16",
        "Stop!",
        "C++",
        "AT&T",
        "me@x.org",
        "#MeToo",
        "¿Qué?",
        "peace?!",
        "peace -/ talks",
        "a1 (!) b1",
    ],
)
def test_what_is_plain_has_no_note(typed: str) -> None:
    assert parse(typed).notes == ()


@pytest.mark.parametrize(
    ("typed", "message", "column", "hint"),
    [
        ("tolks ~2", "~2 stands apart from its word", 6, "write word~2 without the blank"),
        ('"tolks" ~2', "~ after quotes needs a phrase of several words", 7, ""),
        ("tolks~0.8", "~ takes 1 or 2 edits, not a share of them: tolks~2", 5, "quotes"),
        ('"a b" ~300', "at most 99 other words may stand inside a phrase", 5, ""),
        ("--war", "two minus signs are no operator", 0, "write -word"),
        ("peace NEAR talks", "NEAR needs a number here: w/5", 6, "peace w/5 talks"),
        ("TALKS NEAR COLLAPSE", "NEAR needs a number here: w/5", 6, "put it in quotes"),
        ("(peace NEAR talks)", "NEAR needs a number here: w/5", 7, "peace w/5 talks"),
        ("title:(peace NEAR talks)", "NEAR needs a number here: w/5", 13, "peace w/5 talks"),
        ('"peace" NEAR "talks"', "NEAR needs a number here: w/5", 8, "peace w/5 talks"),
        ("peace NEAR 5 talks", "NEAR needs a number here: w/5", 6, "peace w/5 talks"),
        ("peace NEAR:5 talks", "NEAR:5 is no operator here", 6, "peace w/5 talks"),
        ("peace NEAR/x talks", "NEAR/x is no operator here", 6, "peace w/5 talks"),
        ("peace WITHIN/5 talks", "WITHIN/5 is no operator here", 6, "peace w/5 talks"),
        ("peace NEAR (talks)", "NEAR needs a number here: w/5", 6, "peace w/5 talks"),
        ("NEAR(peace -talks, 5)", "- cannot stand inside NEAR( )", 11, "a not w/5 b"),
        ("NEAR(peace NOT talks, 5)", "NOT cannot stand inside NEAR( )", 11, "a not w/5 b"),
        ("peace OR BUT NOT talks", "BUT needs a word on its left", 9, ""),
        ("peace ADJ talks", "ADJ is no operator here", 6, "peace pre/1 talks"),
        ("peace SAME talks", "SAME is no operator here", 6, "peace /p talks"),
        ("peace XOR talks", "XOR is no operator here", 6, "(peace OR talks) NOT (peace AND talks)"),
        ("NEAR(peace talks)", "NEAR( ) needs a number from 1 to 99: peace w/5 talks", 0, ""),
        ("NEAR(a1 b1 c1, 5)", "NEAR( ) takes two words, phrases or groups; found 3", 0, "(peace w/5 talks) w/5 truce"),
        ("NEAR(a1 title:b1, 5)", "all inside NEAR( ) must be in the same field, not no field and title:", 0, ""),
        ("peace pre/s talks", "pre/s is no operator", 6, "/s finds both in any order"),
        ("peace w/seg talks", "w/seg is no operator", 6, "title:(peace AND talks)"),
        ("peace w/n talks", "w/ needs a number from 1 to 99: w/5", 6, ""),
        ("peace /0 talks", "w/ needs a number from 1 to 99: w/5", 6, ""),
        ("peace not w/s talks", "not w/s is no operator", 6, "peace not w/5 talks"),
        ("ANDNOT war", "AND needs a word on its left", 0, ""),
        ("peace BUT NOT", "NOT needs a word on its right", 10, ""),
        ("title=peace", "title= is no condition here", 0, "write title:peace"),
        ('title="peace talks"', "title= is no condition here", 0, "write title:"),
        ("-source==bbc", "source== is no condition here", 1, "write source:bbc"),
        ("hd=europe", "hd= is no condition here", 0, "write title:peace for a word in a field"),
        ("titel=europe", "titel= is no condition here", 0, "did you mean title?"),
        ("words>500", "words> is no condition here", 0, "write words:>500"),
        ("date<=2020-04", "date<= is no condition here", 0, "write date:<=2020-04"),
        ("wc>500", "wc> is no condition here", 0, ""),
        ("title:-war", "- cannot stand inside a field", 0, "write -title:war"),
        ("author:!war", "! cannot stand inside a field", 0, "write -author:war"),
        ("title:NOT war", "NOT cannot stand inside a field", 0, "quotes"),
        ("title:[a TO b]", "a range works in date: and words:", 0, "quotes"),
        ("Analysis:why", 'unknown field "Analysis"', 0, "quotes"),
        ("bylin:x", 'unknown field "bylin"', 0, "did you mean byline?"),
        ("encoding:utf-8", 'unknown field "encoding"', 0, "encoding is shown, but cannot be searched"),
        ("site:bbc w/5 x", "site: cannot stand inside w/5: it is matched as a whole", 0, "AND"),
        ("after>2020", "after> is no condition here", 0, "write after:2020"),
        ("date:[NOW-3DAY TO NOW]", None, 5, ""),
        ("()", "nothing stands between the parentheses", 0, ""),
        ("peace NOT (?)", "NOT needs a word on its right", 6, ""),
        ("caf\udce9 noir", "the byte 0xe9 is not of the terminal's encoding", 3, "UTF-8"),
        ("a \ud83d b", "U+D83D is half a character", 2, ""),
    ],
)
def test_what_is_read_by_no_rule_is_an_error(typed: str, message: str | None, column: int, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(typed)
    assert (message or caught.value.message, caught.value.column) == (caught.value.message, column)
    assert hint in caught.value.hint
    if "\ud800" <= max(typed) <= "\udfff":
        with pytest.raises(QueryError):
            parse(typed, literal=True)


SIGNS = [
    "-",
    "–",
    "—",
    "−",
    "!",
    "?",
    "？",
    "¿",
    "~",
    "~3",
    "~20",
    "+",
    "=",
    "==",
    ":",
    "::",
    "/",
    "\\",
    "(",
    ")",
    '"',
    "“",
    "&",
    "|",
    "^",
    "^2",
    "*",
    ".",
    "…",
    "'",
    "#",
    "@",
    "$",
    "%",
    ",",
    ";",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "_",
]
WORDS = [
    "peace",
    "talks",
    "the",
    "of",
    "NOT",
    "AND",
    "OR",
    "BUT",
    "NEAR",
    "SAME",
    "or",
    "not",
    "and",
    "near",
    "w5",
    "2016",
    "5",
    "мир",
    "женщина?",
    "café",
    "title:",
    "source:",
    "date:",
    "C:",
    "https://",
    "a.org/",
    "/usr/",
    "w/5",
    "/s",
    "pre/3",
    "NEAR(x9",
    "y9,",
    "3)",
    "atleast2(",
    "ANDNOT",
    "l'Iran",
    "d'une",
    "=Peace",
    "Q1",
    "X7",
]


@given(
    st.lists(st.sampled_from([*SIGNS, *WORDS]), min_size=1, max_size=7),
    st.lists(st.sampled_from(["", " "]), min_size=7, max_size=7),
    st.sampled_from(["en", "fr", "none"]),
    st.booleans(),
)
def test_nothing_that_is_typed_vanishes(pieces: list[str], gaps: list[str], language: str, match_any: bool) -> None:
    """Every word is in the tree, among the words that were left out, in a note, or an operator."""
    typed = "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=False))
    try:
        query = parse(typed, language=language, match_any=match_any)
    except QueryError:
        return
    assert parse(str(query.root), language=language).root == query.root
    told = " ".join([*_texts(query.root), *query.left_out, *query.notes])
    held = set(tokenize(fold(told)).forms) | set(re.findall(r"\w+", fold(told)))
    for word in re.findall(r"[^\W_]+", fold(typed)):
        parts = [word] if word in held | OPERATORS else re.findall(r"\d+|\D+", word)  # ^2peace
        assert all(part in (told if part.isdecimal() else held | OPERATORS) for part in parts), (typed, str(query), word)


OPERATORS = {"and", "or", "not", "but", "andnot", "near", "w", "s", "pre", "adj", "atleast2", "title", "source", "date"}


def _texts(node: Node) -> list[str]:
    found: list[str] = [str(getattr(node, name, "")) for name in ("text", "pattern", "field")]
    items: tuple[Any, ...] = getattr(node, "items", ())
    for item in items:
        found += [getattr(item, "text", ""), getattr(item, "pattern", "")]
    for name in ("distance", "slop", "weight", "edits", "count", "since", "before"):
        found.append(str(getattr(node, name, "")))
    return found + [text for child in children_of(node) for text in _texts(child)]


@pytest.mark.parametrize(
    "typed",
    ["100 to 200", '"100 to 200"', "100-200", "100 – 200", "100 .. 200", "from 100 until 200", '"100-200"', "100..200"],
)
def test_ranges_of_lengths(typed: str) -> None:
    assert str(parse(f"words:{typed} peace")) == "words:100..200 AND peace"
    assert str(parse(f"words:{typed}^2")) == "words:100..200^2"


def test_a_range_of_lengths_that_ends_before_it_begins() -> None:
    with pytest.raises(QueryError) as caught:
        parse("words:200 to 100")
    assert (caught.value.column, caught.value.length, caught.value.hint) == (6, 10, "write words:100..200")
    assert str(parse("words:100 to peace")) == "words:100 AND peace"


def test_a_distance_may_have_zeros_before_it() -> None:
    assert str(parse("peace w/005 talks")) == "peace w/5 talks"
    for typed in ("w/042020", "w/000"):
        with pytest.raises(QueryError, match="w/ needs a number from 1 to 99"):
            parse(f"peace {typed} talks")
