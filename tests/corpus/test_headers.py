from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus.header_fields import Header
from searchkit.corpus.header_lines import HeaderLine, parse_header
from searchkit.corpus.headers import read_header

DAY = datetime(2020, 4, 26, tzinfo=UTC)
TITLES_WITH_BY = (
    "BY THE RIVER",
    "By The Numbers",
    "BY ALL MEANS",
    "BY A HEAD",
    "BY DAYLIGHT",
    "By Popular Demand",
    "BY SPECIAL REQUEST",
    "BY LAND AND SEA",
    "By Word Of Mouth",
    "26 April 2020 BY NIGHT",
)


@pytest.mark.parametrize(
    ("line", "date", "names"),
    [
        (" date 2020-04-26 By Akbar Mammadov", DAY, ("Akbar Mammadov",)),
        ("DATE: 26 April 2020 BY AKBAR MAMMADOV & Ann Lee", DAY, ("AKBAR MAMMADOV", "Ann Lee")),
        ("date 2020-04-26 by akbar mammadov, ann lee and bo ek", DAY, ("akbar mammadov", "ann lee", "bo ek")),
        ("date:2020-04-26, By: Ann Lee", DAY, ("Ann Lee",)),
        ("date 2020-04-26By Ann Lee", DAY, ("Ann Lee",)),
        ("date 2020-04-26", DAY, ()),
        ("2020-04-26 By Ann Lee", DAY, ("Ann Lee",)),
        ("date By Ann Lee", None, ("Ann Lee",)),
        ("By Ann Lee", None, ("Ann Lee",)),
        ("By AFP", None, ("AFP",)),
        ("date:", None, ()),
        ("date April 26, 2020 Sunday By A. Writer", DAY, ("A. Writer",)),
        ("date Sunday 26 April 2020 By Ann Lee", DAY, ("Ann Lee",)),
        ("date 2020-04-26 – By Ann Lee", DAY, ("Ann Lee",)),
        ("date 26 апреля 2020 г. By Ann Lee", DAY, ("Ann Lee",)),
        ("Published: 26 April 2020", DAY, ()),
        ("20200426", DAY, ()),
        # a date behind the names
        ("By Ann Lee | April 26, 2020", DAY, ("Ann Lee",)),
        ("By Ann Lee on April 26, 2020", DAY, ("Ann Lee",)),
        ("By Ann Lee and Bo Ek, 26 April 2020", DAY, ("Ann Lee", "Bo Ek")),
        ("By Ann Lee (26 April 2020)", DAY, ("Ann Lee",)),
        ("By Ann Lee / Sunday 26 April 2020", DAY, ("Ann Lee",)),
        ("By Ann Lee Published April 26, 2020", DAY, ("Ann Lee",)),
        ("By Ann Lee 2020-04-26", DAY, ("Ann Lee",)),
        # names behind a date without "By"
        ("date 2020-04-26 Akbar Mammadov", DAY, ("Akbar Mammadov",)),
        ("date 2020-04-26 - Akbar Mammadov", DAY, ("Akbar Mammadov",)),
        ("date 26 avril 2020 Par Jean Dupont", DAY, ("Jean Dupont",)),
        ("date 26 April 2020 April Jones", DAY, ("April Jones",)),
        ("Date: 26 April 2020 | Author: Ann Lee", DAY, ("Ann Lee",)),
    ],
)
def test_parse_header(line: str, date: datetime | None, names: tuple[str, ...]) -> None:
    assert parse_header(line) == HeaderLine(date, authors=names)


@pytest.mark.parametrize(
    ("line", "names", "byline"),
    [
        ("By Ann Lee, in Baku | 26 April 2020", ("Ann Lee",), "By Ann Lee, in Baku | 26 April 2020"),
        ("By Staff Reporter | 26 April 2020", (), "By Staff Reporter | 26 April 2020"),
        ("date 26 April 2020, Baku", (), "Baku"),
        ("date 26 April 2020 Baku By Ann Lee", ("Ann Lee",), "Baku By Ann Lee"),
        ("date 2020-04-26 Ann Lee, Senior Reporter", ("Ann Lee",), "Ann Lee, Senior Reporter"),
        ("date 2020-04-26 ann lee", (), "ann lee"),
    ],
)
def test_parse_header_keeps_what_stands_beside_a_date(line: str, names: tuple[str, ...], byline: str) -> None:
    assert parse_header(line) == HeaderLine(DAY, authors=names, byline=byline)


@pytest.mark.parametrize(
    "written", ["unknown", "2020-13-45", "n/a", "2020", "13/05/20", "April 2020", "Sunday 31 April 2020"]
)
def test_parse_header_keeps_a_date_that_is_none(written: str) -> None:
    assert parse_header(f"date {written} By Ann Lee") == HeaderLine(None, written, ("Ann Lee",))


@pytest.mark.parametrize(
    "line",
    [
        "Date palms flourish in Basra",
        "Date palms flourish by the river",
        "Date by Friday was the aim",
        "Date set by Parliament",
        "Date set for talks",
        "Date: set for talks",
        "1587859200",
        "By Ann Lee in Baku everyone had left.",
        "Date 1 May set by Government",
        "Date 26 April 2020 set for talks",
        "Date 26 April 2020 set by Government",
        "date 2020-04-26 The minister said it.",
        "By Ann Lee on 26 April 2020.",
        "By order of the court on 26 April 2020",
        "By 26 April 2020",
        "Dateline Baku",
        "By the time the war ended",
        "By Dawn, Police Say",
        "Bypass opens in Baku",
        "26 April 2020 was a turning point",
        "26 April 2020 by decree the chamber was closed",
        "Talks stall",
        "",
    ],
)
def test_parse_header_leaves_prose(line: str) -> None:
    assert parse_header(line) is None


@pytest.mark.parametrize(
    ("text", "expected", "body"),
    [
        # a first line
        ("date 2020-04-26 By Ann Lee\n\nTitle\n\nBody.", {"title": "Title", "date": DAY, "authors": ("Ann Lee",)}, "Body."),
        ("date 13/05/20\n\nTitle\n\nBody.", {"title": "Title", "extra": {"date": "13/05/20"}}, "Body."),
        ("Date set for talks\n\nBody.", {"title": "Date set for talks"}, "Body."),
        ("Date: 2020-04-26, By: Ann Lee\n\nBody text.", {"date": DAY, "authors": ("Ann Lee",)}, "Body text."),
        # keys
        (
            "Headline: A wall\nBYLINE: Ann Lee, Senior Reporter\n\nFirst.",
            {"title": "A wall", "authors": ("Ann Lee",), "extra": {"byline": "Ann Lee, Senior Reporter"}},
            "First.",
        ),
        ("Title: A wall: the story\n\nFirst.", {"title": "A wall: the story"}, "First."),
        (
            "Title: A\nDate: 26/04/2020\nNote: first line.\nSecond.",
            {"title": "A", "date": DAY},
            "Note: first line.\nSecond.",
        ),
        ("Title: A\nPage: 3\nDate: 2020-04-26\nB.", {"title": "A", "date": DAY, "extra": {"Page": "3"}}, "B."),
        ("Title: A\nText: First.\n  Second.", {"title": "A"}, "First.\n  Second."),
        ("Title: A\nText:\n\nFirst.", {"title": "A"}, "First."),
        ("Title: A\nAuthor: Ann Lee\nAuthor: Bo Ek\n\nB.", {"title": "A", "authors": ("Ann Lee", "Bo Ek")}, "B."),
        ("Datum: 26.04.2020\n\nTitel\n\nB.", {"title": "Titel", "date": DAY}, "B."),
        ("Date: 2020-04-26\nPublished: 2020-04-27\n\nB b.", {"date": DAY, "extra": {"Published": "2020-04-27"}}, "B b."),
        (
            "Title: A\nDate: 26 April 2020, Baku\n\nB.",
            {"title": "A", "date": DAY, "extra": {"date": "26 April 2020, Baku"}},
            "B.",
        ),
        ("Title: A\nDate: soon\n\nB.", {"title": "A", "extra": {"date": "soon"}}, "B."),
        ("Title: A\nLead: " + "long " * 50 + "\n\nB.", {"title": "A"}, "Lead: " + "long " * 50 + "\n\nB."),
        ("Interview: Ann\nQ: why\n\nB.", {}, "Interview: Ann\nQ: why\n\nB."),
        ("Source: us\nhttps://example.org/\n\nB.", {}, "Source: us\nhttps://example.org/\n\nB."),
        # a title with a colon beside keys
        (
            "Brexit: May loses vote\nPublished: 26 April 2020\nSource: BBC\n\nB.",
            {"title": "Brexit: May loses vote", "date": DAY, "source": "BBC"},
            "B.",
        ),
        ("Date: 2020-04-26\nIran : the deal\n\nB b", {"title": "Iran : the deal", "date": DAY}, "B b"),
        ("LONDON: Shares fell…\nDate: 2020-04-26\nText: B.", {"title": "LONDON: Shares fell…", "date": DAY}, "B."),
        (
            "Page: 3\nDate: 2020-04-26\nLength: 512 words\n\nB.",
            {"date": DAY, "extra": {"Page": "3", "Length": "512 words"}},
            "B.",
        ),
        (
            "Desk note: to all\nDate: 2020-04-26\n\nBy Ann Lee\n\nA wall\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("Ann Lee",), "extra": {"Desk note": "to all"}},
            "B.",
        ),
        (
            "From: Ann Lee\nDate: 2020-04-26\nCopyright: Acme Inc.\n\nB.",
            {"date": DAY, "extra": {"From": "Ann Lee", "Copyright": "Acme Inc."}},
            "B.",
        ),
        # text below keys that looks like keys
        (
            "Title: A wall\nDate: 2020-04-26\nBAKU: It fell, they said.\n\nB.",
            {"title": "A wall", "date": DAY},
            "BAKU: It fell, they said.\n\nB.",
        ),
        ("Title: A wall\nBAKU: It fell\n\nB.", {"title": "A wall"}, "BAKU: It fell\n\nB."),
        ("Title: A wall\nQ: Why\nA: I am", {"title": "A wall"}, "Q: Why\nA: I am"),
        ("Title: A wall\nLee: why\nEk: so\nLee: I see", {"title": "A wall"}, "Lee: why\nEk: so\nLee: I see"),
        ("Title: A wall\nDOI: 42\n\nB.", {"title": "A wall", "extra": {"DOI": "42"}}, "B."),
        ("TITLE: A wall\nSERIES: ON WALLS\n\nB.", {"title": "A wall", "extra": {"SERIES": "ON WALLS"}}, "B."),
        # keys without a blank behind the colon, which may be a wide one
        (
            "Title:A wall\nDate:2020-04-26\nAuthor:Ann Lee\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("Ann Lee",)},
            "B.",
        ),
        (
            "标题：会谈恢复\n日期：2020年4月26日\n作者：王小明\n\nB.",
            {"title": "会谈恢复", "date": DAY, "authors": ("王小明",)},
            "B.",
        ),
        ("Title: A\nhttps://example.org\n\nB.", {"title": "A"}, "https://example.org\n\nB."),
        ("Title: A\nBaku：so it is\n\nB.", {"title": "A"}, "Baku：so it is\n\nB."),
        *(
            (f"{key}: 2020-04-26\n\nA wall\n\nB.", {"title": "A wall", "date": DAY}, "B.")
            for key in (
                "Date of publication",
                "Дата публикации",
                "Fecha de publicación",
                "Data de publicação",
                "Date de publication",
                "Date parution",
                "Erscheinungsdatum",
                "Release date",
                "Posted",
            )
        ),
        # front matter
        (
            "---\ntitle: A wall\ndate: 2020-04-26\nauthors:\n- Lee, Ann\n- Bo Ek\ntags: [a, b]\ndraft: true\n---\n\nB.",
            {
                "title": "A wall",
                "date": DAY,
                "authors": ("Lee, Ann", "Bo Ek"),
                "topics": ("a", "b"),
                "extra": {"draft": "true"},
            },
            "B.",
        ),
        ("---\nA line.\n---\nB.", {}, "---\nA line.\n---\nB."),
        ("---\ntitle: T\nbody: |\n  the body here\n\n  By A. B.\n---\n", {"title": "T"}, "the body here\n\nBy A. B."),
        ("---\ntitle: T\ntype: a\ntext: a b\n---\n\n", {"title": "T", "extra": {"type": "a"}}, "a b"),
        (
            "---\ncontent: a\nbody: |\n  b b\ntext:\n---",
            {"extra": {"content": "a"}},
            "b b",
        ),
        ("---\ntitle: T\nbody: |\n  b\n---\nB.", {"title": "T", "extra": {"body": "b"}}, "B."),
        (
            "---\nauthor:\n  - name: Jane\n    mail: x\n---\nB.",
            {"authors": ("Jane",), "extra": {"author": "  - name: Jane\n    mail: x"}},
            "B.",
        ),
        ("---\nauthors:\n- name: Lee, Ann\n- name: Bo\n---\nB.", {"authors": ("Lee, Ann", "Bo")}, "B."),
        ("---\nauthor:\n  mail: x\n---\nB.", {"extra": {"author": "  mail: x"}}, "B."),
        (
            "---\nauthor: {name: Jane, mail: x}\n---\nB.",
            {"authors": ("Jane",), "extra": {"author": "{name: Jane, mail: x}"}},
            "B.",
        ),
        # lines of their own
        ("A wall\nBy Ann Lee\n26 April 2020\n\nB.", {"title": "A wall", "date": DAY, "authors": ("Ann Lee",)}, "B."),
        ("A wall\n\nSunday 26 April 2020\n\nB.", {"title": "A wall", "date": DAY}, "B."),
        ("By Ann Lee\nA wall\n\nB.", {"title": "", "authors": ("Ann Lee",)}, "A wall\n\nB.")
        if False
        else ("By Ann Lee\nA wall\n\nB.", {"title": "A wall", "authors": ("Ann Lee",)}, "B."),
        ("A wall\n\n03/04/2020\n\nB.", {"title": "A wall", "extra": {"date": "03/04/2020"}}, "B."),
        ("A wall\n\nBy the time they came it was dark.", {"title": "A wall"}, "By the time they came it was dark."),
        ("A wall\n\nBy Ann Lee\n\nBy Bo Ek\n\nB.", {"title": "A wall", "authors": ("Ann Lee",)}, "By Bo Ek\n\nB."),
        (
            "Talks resume at Acme Inc.\nBy Ann Lee\n26 April 2020\n\nB.",
            {"title": "Talks resume at Acme Inc.", "date": DAY, "authors": ("Ann Lee",)},
            "B.",
        ),
        ("Talks in Washington, D.C.\n2020-04-26\n\nB.", {"title": "Talks in Washington, D.C.", "date": DAY}, "B."),
        ("A first sentence.\ndate:\n\nB.", {}, "A first sentence.\ndate:\n\nB."),
        ("A first sentence.\n\nBy Ann Lee", {}, "A first sentence.\n\nBy Ann Lee"),
        # bylines of other languages
        *(
            (f"A wall\n\n{line}\n\n2020-04-26\n\nB.", {"title": "A wall", "date": DAY, "authors": names}, "B.")
            for line, names in [
                ("Von Max Müller", ("Max Müller",)),
                ("Par Jean Dupont", ("Jean Dupont",)),
                ("Por Juan Pérez y Ana López", ("Juan Pérez", "Ana López")),
                ("di Mario de Rossi", ("Mario de Rossi",)),
                ("Автор: Иван Петров", ("Иван Петров",)),
            ]
        ),
        (
            "Titre\n\nPar Jean Dupont | 26 avril 2020\n\nB.",
            {"title": "Titre", "date": DAY, "authors": ("Jean Dupont",)},
            "B.",
        ),
        ("Titel\nVon Max Müller\n\nB.", {"title": "Titel", "authors": ("Max Müller",)}, "B."),
        ("La fuga\ndi Mario Rossi\n\nB.", {}, "La fuga\ndi Mario Rossi\n\nB."),
        ("Von Max Müller\n\nB.", {"title": "Von Max Müller"}, "B."),
        *(
            (f"A wall\n\n{line}\n\nB.", {"title": "A wall"}, f"{line}\n\nB.")
            for line in (
                "Von Berlin nach Hamburg",
                "Von Der Leyen Spricht",
                "Von Max Müller kam nichts.",
                "Por Amor",
                "Max Müller",
                "“Free Britney”",
                "Par For The Course",
                "Di Maria Is Back Again",
            )
        ),
        # names on two lines
        (
            "By John Smith\n26 April 2020 By Zed Quux\n\nA wall\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("John Smith", "Zed Quux")},
            "B.",
        ),
        (
            "A wall\nBy John Smith\n26 April 2020 By Zed Quux, Senior Reporter\n\nB.",
            {
                "title": "A wall",
                "date": DAY,
                "authors": ("John Smith", "Zed Quux"),
                "extra": {"byline": "By Zed Quux, Senior Reporter"},
            },
            "B.",
        ),
        ("By Ann Lee\n26 April 2020 By Ann Lee\n\nB.", {"date": DAY, "authors": ("Ann Lee",)}, "B."),
        ("By Ann Lee\nBy Bo Ek\n\nA wall\n\nB.", {"title": "A wall", "authors": ("Ann Lee", "Bo Ek")}, "B."),
        # a lone key
        (
            "Author: Jane Doe\n\n26 April 2020 By John Smith\n\nB b.",
            {"date": DAY, "authors": ("Jane Doe", "John Smith")},
            "B b.",
        ),
        ("Author: Jane Doe\n\nBy John Smith\n\nB b.", {"authors": ("Jane Doe", "John Smith")}, "B b."),
        (
            "Source: The Daily News\n\n26 April 2020\n\nA wall\n\nB.",
            {"title": "A wall", "date": DAY, "source": "The Daily News"},
            "B.",
        ),
        ("Source: Reuters\n\nBy Ann Lee\n\nB b.", {"authors": ("Ann Lee",), "source": "Reuters"}, "B b."),
        ("Author: Jane Doe\n\nA wall\n\nB.", {"title": "Author: Jane Doe"}, "A wall\n\nB."),
        (
            "Source: Trump to fire Comey\n\nBy Ann Lee\n\nB b.",
            {"title": "Source: Trump to fire Comey", "authors": ("Ann Lee",)},
            "B b.",
        ),
        (
            "Author: a life in books\n\nBy Ann Lee\n\nB b.",
            {"title": "Author: a life in books", "authors": ("Ann Lee",)},
            "B b.",
        ),
        (
            "Date: set for talks\n\nBy Ann Lee\n\nB b.",
            {"title": "Date: set for talks", "authors": ("Ann Lee",)},
            "B b.",
        ),
        # a month and a year
        ("April 2020\n\nReal title\n\nB.", {"title": "Real title", "extra": {"date": "April 2020"}}, "B."),
        ("апрель 2020\n\nReal title\n\nB.", {"title": "Real title", "extra": {"date": "апрель 2020"}}, "B."),
        (
            "By Jane Doe\nApril 2020\n\nReal title\n\nB.",
            {"title": "Real title", "authors": ("Jane Doe",), "extra": {"date": "April 2020"}},
            "B.",
        ),
        (
            "Author: Jane Doe\nSource: AFP\nApr. 2020\n\nReal title\n\nB.",
            {"title": "Real title", "authors": ("Jane Doe",), "source": "AFP", "extra": {"date": "Apr. 2020"}},
            "B.",
        ),
        ("A wall\nApril 2020\n\nB.", {"title": "A wall", "extra": {"date": "April 2020"}}, "B."),
        (
            "A wall\nBy Ann Lee\nApril 2020\n\nB.",
            {"title": "A wall", "authors": ("Ann Lee",), "extra": {"date": "April 2020"}},
            "B.",
        ),
        (
            "April 2020 By Ann Lee\n\nB.",
            {"authors": ("Ann Lee",), "extra": {"date": "April 2020"}},
            "B.",
        ),
        ("April 2020\n\nB.", {"title": "April 2020"}, "B."),
        ("April 2020\n\nReal title", {"title": "April 2020"}, "Real title"),
        ("April 2020\n\nReal title\n\n", {"title": "April 2020"}, "Real title\n\n"),
        ("April 2020", {"title": "April 2020"}, ""),
        ("April 2020\nB", {}, "April 2020\nB"),
        ("April 2020 in review\n\nReal title\n\nB.", {"title": "April 2020 in review"}, "Real title\n\nB."),
        ("Class 2020\n\nReal title\n\nB.", {"title": "Class 2020"}, "Real title\n\nB."),
        ("By Jane Doe\nApril 2020\n\nB.", {"title": "April 2020", "authors": ("Jane Doe",)}, "B."),
        ("A wall\nApril 2020", {}, "A wall\nApril 2020"),
        ("A wall\n\nApril 2020\n\nB.", {"title": "A wall"}, "April 2020\n\nB."),
        (
            "A wall\n26 April 2020\nMay 2020\n\nB.",
            {"title": "A wall", "date": DAY},
            "May 2020\n\nB.",
        ),
        # titles that begin with "By", and names that begin as they do
        *((f"{title}\n\nB.", {"title": title}, "B.") for title in TITLES_WITH_BY),
        ("By Ann Lee\n\nA wall\n\nB.", {"title": "A wall", "authors": ("Ann Lee",)}, "B."),
        ("By Ann Lee\n\nB.", {"authors": ("Ann Lee",)}, "B."),
        ("By A Smith\n\nA wall\n\nB.", {"title": "A wall", "authors": ("A Smith",)}, "B."),
        ("By Dawn Reed\n\nB.", {"authors": ("Dawn Reed",)}, "B."),
        ("By a Staff Reporter\n\nA wall\n\nB.", {"title": "A wall", "extra": {"byline": "By a Staff Reporter"}}, "B."),
        ("By Royal Ford\n\nA wall\n\nB.", {"title": "A wall", "authors": ("Royal Ford",)}, "B."),
        ("A wall\n\nBy Royal Ford\n\nB.", {"title": "A wall", "authors": ("Royal Ford",)}, "B."),
        # what stands below a byline
        (
            "By ANN LEE\nStaff Writer\n\nB.",
            {"authors": ("ANN LEE",), "extra": {"byline": "By ANN LEE, Staff Writer"}},
            "B.",
        ),
        (
            "A wall\nBy ANN LEE\nAssociated Press\n\nB.",
            {"title": "A wall", "authors": ("ANN LEE", "Associated Press")},
            "B.",
        ),
        (
            "A wall\nBy Ann Lee\nBBC Unit\n26 April 2020\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("Ann Lee",), "extra": {"byline": "BBC Unit"}},
            "B.",
        ),
        (
            "A wall\nBy Ann Lee\nStaff Writer\nBBC Unit\n26 April 2020\n\nB.",
            {
                "title": "A wall",
                "date": DAY,
                "authors": ("Ann Lee",),
                "extra": {"byline": "By Ann Lee, Staff Writer, BBC Unit"},
            },
            "B.",
        ),
        *(
            (f"A wall\nBy Ann Lee\n{body}", {"title": "A wall", "authors": ("Ann Lee",)}, body)
            for body in (
                "It fell.\n26 April 2020\n\nB.",
                "It fell on\n26 April 2020\nand so on.",
                "It fell on\n\n26 April 2020\n\nB.",
                "It fell\nagain\n26 April 2020\n\nB.",
            )
        ),
        ("A wall\nAnn Lee\n2020-04-26\n\nB.", {"title": "A wall", "date": DAY, "extra": {"byline": "Ann Lee"}}, "B."),
        # a title of two lines
        ("A WALL\nOF STONE\n2020-04-26\n\nB.", {"title": "A WALL OF STONE", "date": DAY}, "B."),
        (
            "Eine Mauer\naus Stein\n\nVon Max Müller\n\nB.",
            {"title": "Eine Mauer aus Stein", "authors": ("Max Müller",)},
            "B.",
        ),
        *(
            (f"A WALL\nOF STONE\n{below}B.", {"title": "A WALL OF STONE", "date": DAY, "authors": ("Ann Lee",)}, "B.")
            for below in ("\nBy Ann Lee\n\n2020-04-26\n\n", "By Ann Lee\n2020-04-26\n\n", "2020-04-26 By Ann Lee\n\n")
        ),
        *(
            (text, {}, text)
            for text in (
                "It fell.\nSo what\n\nBy Ann Lee\n\nB.",
                "So what\nit fell.\n\nBy Ann Lee\n\nB.",
                "So what\nif it\nfell\n\nBy Ann Lee\n\nB.",
                "It fell\non a day\n26 April 2020\nand so on.",
                "Roses are red\nViolets are blue\n\nBy Ann Lee",
            )
        ),
        # keys with empty lines between them, over several lines, and of mail
        (
            "Title: A wall\n\nDate: 2020-04-26\n\nAuthor: Ann Lee\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("Ann Lee",)},
            "B.",
        ),
        ("Title: A wall\n\nTitle: B.", {"title": "A wall"}, "Title: B."),
        ("Title: A wall\n\nResult: 3:0", {"title": "A wall"}, "Result: 3:0"),
        ("Title: A wall\n  of stone\nDate: 2020-04-26\n\nB.", {"title": "A wall of stone", "date": DAY}, "B."),
        ("Title: A wall\n\tof stone\n\nB.", {"title": "A wall of stone"}, "B."),
        ("Title: A wall\n  It fell.\n\nB.", {"title": "A wall"}, "  It fell.\n\nB."),
        (
            "From: Ann Lee\nTo: Bo\nDate: 2020-04-26\nSubject: A wall\n\nB.",
            {"title": "A wall", "date": DAY, "authors": ("Ann Lee",), "extra": {"To": "Bo"}},
            "B.",
        ),
        (
            "Title: A wall\nFrom: Baku\nSubject: walls\n\nB.",
            {"title": "A wall", "topics": ("walls",), "extra": {"From": "Baku"}},
            "B.",
        ),
    ],
)
def test_read_header(text: str, expected: dict[str, object], body: str) -> None:
    lines = text.split("\n")
    header, start = read_header(lines, 0, "")
    found = {name: getattr(header, name) for name in header.__slots__}
    assert {name: value for name, value in found.items() if value} == {
        name: value for name, value in expected.items() if value
    }
    assert "\n".join(lines[start:]) == body


@pytest.mark.parametrize("line", ["  k: v", "  word", "\tword."])
@pytest.mark.parametrize("first", ["Word: a", "Interview: Ann"])
def test_many_indented_lines_are_text(first: str, line: str) -> None:
    lines = [first, *[line] * 100_000]
    header, start = read_header([*lines], 0, "")
    assert (header, start) == (Header(), 0)
    header, start = read_header(["Title: A", *lines[1:]], 0, "")
    assert (header, start) == (Header(title="A"), 1)


@pytest.mark.parametrize("first", ["Title: A", "Title:"])
def test_a_value_may_go_on_over_many_lines(first: str) -> None:
    lines = [first, *["  k: v"] * 400, "Date: 2020-04-26", "", "B."]
    header, start = read_header(lines, 0, "")
    title = " ".join([*(["A"] if first[-1] == "A" else []), *["k: v"] * 400])
    assert (header, start) == (Header(title=title, date=DAY), 403)


def test_a_continuation_ends_above_a_sentence() -> None:
    lines = ["Title: A", "  b", "  Page: 3", "  It fell.", "", "B."]
    header, start = read_header(lines, 0, "")
    assert (header, start) == (Header(title="A b"), 2)


@settings(deadline=None)  # the first example builds the tables of words
@given(st.text(max_size=80))
def test_any_line_is_a_header_or_none(line: str) -> None:
    parse_header(line)
    parse_header(f"date {line} By {line}")


@settings(deadline=None)  # the first example builds the tables of words
@given(
    st.lists(
        st.text(max_size=20) | st.sampled_from(["---", "title: a", "- b", "Date: 2020", "By A. B.", "  x: |", ""]),
        min_size=1,
    )
)
def test_any_lines_have_a_header_or_none(lines: list[str]) -> None:
    _, start = read_header([*lines], 0, "")
    assert 0 <= start <= len(lines)
