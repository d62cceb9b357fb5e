"""Exports of Nexis and Factiva in the paragraphs of documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from searchkit.corpus.reader import Draft, LeftOut, NoArticle, Unreadable
from searchkit.corpus.readers.export_documents import split_export

UNI = """Harbour wall to be rebuilt
The Coast Herald (Batumi)
April 26, 2020 Sunday
Edition 1

Copyright 2020 The Coast Herald Ltd All Rights Reserved

Section: NEWS; Pg. 6
Length:\u00a026 words
Byline: Nino Beridze
Body

The harbour wall in Poti will be rebuilt in stone.

Length: that of a boat.

Graphic

The wall from the sea

Classification

Language: ENGLISH
Load-Date: April 27, 2020
End of Document"""
COVER = """
User Name: Harbour School
Date and Time: Tuesday, April 28, 2020 9:12:00 AM CEST
Job Number: 114455667
Documents ({count})
1. Harbour wall to be rebuilt
Client/Matter: -None-
Search Terms: harbour
Search Type: Natural Language
Narrowed by:
Content Type\tNarrowed by
News\tSources: The Coast Herald"""
CLASSIC = """1 of 2 DOCUMENTS

The Coast Herald (Batumi)

January 11, 2010 Monday
Edition 1;

Harbour wall to be rebuilt

BYLINE: Nino Beridze

LENGTH: 12 words

The harbour wall in Poti will be rebuilt in stone.

LOAD-DATE: January 11, 2010

Copyright 2010 The Coast Herald Ltd

2 of 2 DOCUMENTS

The Coast Herald (Batumi)

January 12, 2010 Tuesday

Lamp sold

LENGTH: 3 words

It is sold."""
PLAIN = """Factiva
Local news
Harbour wall to be rebuilt
By Nino Beridze
1,234 words
26 April 2020
15:32
The Coast Herald
COASTH
Early
A6
English
(c) 2020 The Coast Herald.

POTI, April 26 - The wall will be rebuilt in stone.

The port pays.

The Coast Herald Company

Document COASTH0020200426e44q00001

Lamp sold
9 Wörter
28 April 2020
Küstenblatt
KBLATT
Deutsch
Copyright 2020 Küstenblatt GmbH

Das Museum zahlte 900.

Dokument KBLATT0020200428e44s0000a
"""
CODED = """HD\tHarbour wall to be rebuilt
BY\tBy Nino Beridze
WC\t74 words
PD\t26 April 2020
SN\tThe Coast Herald
SC\tCOASTH
LA\tEnglish
LP\tThe wall will be rebuilt.
The port pays.
TD\tIt takes a year.
NS\tgdis : Disasters | gcat : Political/General News
PUB\tCoast Press Ltd
AN\tDocument COASTH0020200426e44q00001"""


def drafts(text: str | Sequence[str]) -> list[Draft]:
    records = split_export(text.split("\n") if isinstance(text, str) else text)
    assert records is not None
    found = []
    for record in records:
        assert callable(record)
        parsed = record()
        assert isinstance(parsed, Draft)
        found.append(parsed)
    return found


def test_an_article_of_nexis_uni() -> None:
    (article,) = drafts(UNI)
    assert (article.title, article.source, article.section) == (
        "Harbour wall to be rebuilt",
        "The Coast Herald (Batumi)",
        "NEWS",
    )
    assert article.body == "The harbour wall in Poti will be rebuilt in stone.\n\nLength: that of a boat."
    assert article.date and article.date.isoformat() == "2020-04-26T00:00:00+00:00"
    assert article.authors == ("Nino Beridze",)
    assert article.language == "en"
    assert article.is_whole_file
    assert article.extra == {
        "edition": "Edition 1",
        "copyright": "Copyright 2020 The Coast Herald Ltd All Rights Reserved",
        "page": "6",
        "length": "26 words",
        "graphic": "The wall from the sea",
        "load_date": "April 27, 2020",
    }


@pytest.mark.parametrize(
    "change", [lambda text: text, lambda text: text.replace("1. Harbour wall to be rebuilt", "1. HARBOUR WALL ...")]
)
def test_a_cover_sheet_is_left_out(change: Callable[[str], str]) -> None:
    second = UNI.replace("Harbour wall", "Second wall").replace("Edition 1\n", "")
    articles = drafts(f"{change(COVER.format(count=2))}\n\n{UNI}\n\n{second}\n")
    assert [article.title for article in articles] == ["Harbour wall to be rebuilt", "Second wall to be rebuilt"]
    assert [article.is_whole_file for article in articles] == [False, False]
    assert articles[0].body == drafts(UNI)[0].body
    assert "edition" not in articles[1].extra


@pytest.mark.parametrize(
    "listed", ["Harbour wall", "HARBOUR WALL TO BE REBUILT", "Another", "Harbour wall to be rebuilt, in stone"]
)
@pytest.mark.parametrize("following", ["", "2. Lamp sold", "2. Lamp sold\nClient/Matter: -None-\n3. Notes"])
def test_a_subtitle_behind_a_cover_sheet(listed: str, following: str) -> None:
    cover = f"{COVER.format(count=1).replace('1. Harbour wall to be rebuilt', f'1. {listed}')}\n{following}"
    title, _, rest = UNI.partition("\n")
    [article] = drafts(f"{cover}\n\n{title}\nThe town pays\n{rest}")
    assert (article.title, article.source) == (title, "The Coast Herald (Batumi)")
    assert article.body == f"The town pays\n\n{drafts(UNI)[0].body}"


def test_text_behind_the_last_article_of_a_document_is_reported() -> None:
    plain = (
        "Title\n3 words\n26 April 2020\nQuay Gazette\nQUAYG\nEnglish\n(c) 2020\nText.\nDocument QUAYG00020200426e44q00001"
    )
    coded = "HD\tTitle\nWC\t3 words\nPD\t26 April 2020\nLP\tText.\nAN\tDocument QUAYG00020200426e44q00001"
    for export in (plain, coded, UNI):
        records = list(split_export(f"{export}\n\nYours,\nthe archive.\n".split("\n")) or ())
        assert len(records) == 2
        assert records[1] == LeftOut("Yours,\nthe archive.")


def test_a_list_of_documents_holds_no_article() -> None:
    records = split_export(COVER.format(count=1).split("\n"))
    assert records is not None
    assert [type(record) for record in records] == [NoArticle]


def test_an_article_that_is_cut_off() -> None:
    (article,) = drafts(UNI[: UNI.index("in stone")])
    assert article.body == "The harbour wall in Poti will be rebuilt"
    assert article.extra["length"] == "26 words"


@pytest.mark.parametrize("parted", ["\n\n", "\n"], ids=["with empty paragraphs", "without"])
def test_nexis_before_uni(parted: str) -> None:
    paragraphs = CLASSIC.split("\n\n") if parted == "\n" else CLASSIC.split("\n")
    first, second = drafts(paragraphs)
    assert (first.title, first.body) == (
        "Harbour wall to be rebuilt",
        "The harbour wall in Poti will be rebuilt in stone.",
    )
    assert first.extra["edition"] == "Edition 1"
    assert (second.title, second.body, second.authors) == ("Lamp sold", "It is sold.", ())


def test_an_article_that_could_not_be_displayed() -> None:
    error = "We are sorry but there is an error in this document and it is not possible to display it."
    records = split_export([*CLASSIC.split("\n"), "3 of 3 DOCUMENTS", error])
    assert records is not None
    *_, last = records
    assert callable(last)
    with pytest.raises(Unreadable, match="could not display"):
        last()


def test_factiva_without_codes() -> None:
    first, second = drafts(PLAIN)
    assert (first.id, first.title, first.section) == (
        "COASTH0020200426e44q00001",
        "Harbour wall to be rebuilt",
        "Local news",
    )
    assert first.body == "POTI, April 26 - The wall will be rebuilt in stone.\n\nThe port pays."
    assert first.authors == ("Nino Beridze",)
    assert first.date and first.date.isoformat() == "2020-04-26T15:32:00+00:00"
    assert first.extra == {
        "length": "1,234 words",
        "source_code": "COASTH",
        "edition": "Early",
        "page": "A6",
        "copyright": "(c) 2020 The Coast Herald.",
        "publisher": "The Coast Herald Company",
    }
    assert (second.id, second.title, second.source, second.language) == (
        "KBLATT0020200428e44s0000a",
        "Lamp sold",
        "Küstenblatt",
        "de",
    )
    assert (second.body, second.authors) == ("Das Museum zahlte 900.", ())


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text.replace("\t", " | "),
        lambda text: text.replace("\t", "\n"),
        lambda text: text.replace("\t", " "),
        lambda text: text.replace("\t", "\n\n"),
    ],
    ids=["tabs", "bars", "cells below each other", "blanks", "paragraphs"],
)
def test_factiva_with_codes(change: Callable[[str], str]) -> None:
    (article,) = drafts(change(CODED))
    assert (article.id, article.title, article.source) == (
        "COASTH0020200426e44q00001",
        "Harbour wall to be rebuilt",
        "The Coast Herald",
    )
    assert article.body == "The wall will be rebuilt.\n\nThe port pays.\n\nIt takes a year."
    assert article.topics == ("Disasters", "Political/General News")
    assert article.authors == ("Nino Beridze",)
    assert article.extra == {
        "topic_codes": "gdis, gcat",
        "length": "74 words",
        "source_code": "COASTH",
        "publisher": "Coast Press Ltd",
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Minutes\n\n1 of 2 DOCUMENTS\n\nwas read at the meeting.",
        "A report\n\nBody\n\nText of it.\n\nEnd of Document",
        "Length: 12 m\n\nA boat.",
        "An essay\n\nLength: 500 words\n\nText\n\nWrite about a harbour.",
        "Dear reader,\n\nHD screens cost 900.\n\nWC doors are blue. PD stands for public domain.",
        "1,234 words\n\n26 April 2020\n\nAn essay.",
        "Document ABCDEFGHIJ12345",
        "Job Number: 12\nDate and Time: now",
    ],
)
def test_ordinary_documents(text: str) -> None:
    assert split_export(text.split("\n")) is None
