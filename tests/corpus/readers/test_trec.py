from __future__ import annotations

import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import read
from searchkit.corpus.collection_signatures import is_gigaword, is_trec
from searchkit.corpus.limits import MB
from searchkit.corpus.readers.collection_dates import date_in_docno, parse_collection_date
from searchkit.corpus.readers.tagged_documents import parse_document
from searchkit.errors import CorpusError
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.untrusted.child import read_within

RECORD = b"<DOC>\n<DOCNO> AP890103-%04d </DOCNO>\n<HEAD>Head</HEAD>\n<TEXT>\n   %s\n</TEXT>\n</DOC>\n"


def outcome(path: Path, **options: str) -> tuple[list[Article], list[Failure]]:
    failures: list[Failure] = []
    return list(read(path, "L", failures.append, options=options)), failures


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"<DOC>\n<DOCNO> AP880212-0001 </DOCNO>", True),
        (b"<DOC><DOCNO>FT911-1</DOCNO>", True),
        (b"<doc>\r\n<docno>1</docno>", True),
        (b"<!DOCTYPE doc SYSTEM 'x'>\n<!-- a disk -->\n<DOC>\n<DOCID>1</DOCID><DOCNO>1", True),
        (b'<?xml version="1.0"?><collection><DOC><DOCNO>1</DOCNO>', True),
        (b"<DOC><TEXT>It quotes <DOCNO>1</DOCNO>", False),
        (b"<DOCUMENT><DOCNO>1</DOCNO>", False),
        (b"A text about <DOC><DOCNO>", False),
        (b'<DOC id="AFP_ENG_19940512.0001" type="story" >', False),
        (b"<DOC>" + b"<a>" * 1300, False),
        (b"<" * 4096, False),
        (b" ", False),
        (b"", False),
    ],
)
def test_the_signature_of_trec(start: bytes, expected: bool) -> None:
    assert is_trec(start) is expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b'<DOC id="AFP_ENG_19940512.0001" type="story" >\n<HEADLINE>', True),
        (b"<DOC type='multi' id='APW19980601.0001'>", True),
        (b'<doc id="12" url="https://encyclopedia.example/12" title="Anarchism">', False),
        (b'<DOC id="AFP_ENG_19940512.0001">', False),
        (b"<DOC>\n<DOCNO>1", False),
        (b'<DOCUMENT id="AFP_ENG_19940512.0001" type="story">', False),
    ],
)
def test_the_signature_of_gigaword(start: bytes, expected: bool) -> None:
    assert is_gigaword(start) is expected


@pytest.mark.parametrize(
    ("docno", "day"),
    [
        ("AP880212-0001", "1988-02-12"),
        ("WSJ870323-0180", "1987-03-23"),
        ("LA010189-0001", "1989-01-01"),
        ("FR940104-0-00001", "1994-01-04"),
        ("GH950102-000000", "1995-01-02"),
        ("SDA.940101.0001", "1994-01-01"),
        ("LEMONDE94-000001-19940101", "1994-01-01"),
        ("NYT20000101.0001", "2000-01-01"),
        ("AFP_ENG_20101231.0001", "2010-12-31"),
        ("FT911-1", None),
        ("FBIS3-1", None),
        ("SJMN91-06184003", None),
        ("ZF07-781-012", None),
        ("AP881399-0001", None),
        ("LA139989-0001", None),
        ("", None),
    ],
)
def test_days_in_numbers(docno: str, day: str | None) -> None:
    found = date_in_docno(docno)
    assert (found and found.date().isoformat()) == day


@pytest.mark.parametrize(
    ("text", "order", "known", "expected", "edition"),
    [
        ("891102", "", "", "1989-11-02T00:00:00+00:00", ""),
        ("040201", "", "", "2004-02-01T00:00:00+00:00", ""),
        ("03/04/87", "", "1987-03-04", "1987-03-04T00:00:00+00:00", ""),
        ("03/04/87", "", "1987-04-03", "1987-04-03T00:00:00+00:00", ""),
        ("03/04/87", "", "", None, ""),
        ("03/04/87", "dmy", "1987-03-04", "1987-04-03T00:00:00+00:00", ""),
        ("03/23/87", "", "", "1987-03-23T00:00:00+00:00", ""),
        ("January 1, 1989, Sunday, Home Edition", "", "", "1989-01-01T00:00:00+00:00", "Home Edition"),
        ("May 12, 1989, Friday, San Diego County Edition", "", "", "1989-05-12T00:00:00+00:00", "San Diego County Edition"),
        ("January 1, 1989", "", "", "1989-01-01T00:00:00+00:00", ""),
        ("28 Mar 1994", "", "", "1994-03-28T00:00:00+00:00", ""),
        ("AP-NR-02-12-88 2344EST", "", "", "1988-02-12T23:44:00-05:00", ""),
        ("AP-NR-02-12-88 2399EST", "", "", "1988-02-12T00:00:00+00:00", ""),
        ("991399", "", "", None, ""),
        ("spring", "", "", None, ""),
    ],
)
def test_dates(text: str, order: str, known: str, expected: str | None, edition: str) -> None:
    day = datetime.fromisoformat(known).replace(tzinfo=UTC) if known else None
    found = parse_collection_date(text, order, day)
    assert (found.date and found.date.isoformat()) == expected
    assert found.edition == edition


def test_no_word_is_lost() -> None:
    content = "<A>1 <B>2</A> 3 <TEXT>4 <HEADLINE>5</HEADLINE> 6 <X Y=1>7</X> <P>8</TEXT> 9 <TI>10 <LP>11 <TITLE>12\n13"
    found = parse_document(content)
    words = " ".join([found.body, *(text for texts in found.fields.values() for text in texts)]).split()
    assert sorted(map(int, words)) == list(range(1, 14))


TOKENS = [
    *(
        "<TEXT>",
        "</TEXT>",
        "<P>",
        "</P>",
        "<HEAD>",
        "</HEAD>",
        "<X>",
        "</X>",
        "<F P=105>",
        "</F>",
        "<DOCNO>",
        "<H3>",
        "</H3>",
    ),
    *("<TABLEROW>", "<TABLECELL>", "</TABLEROW>", "<!--", "-->", "<!-- PJG ITAG l=55 g=1 -->", "\n", "   ", "word"),
    "<!-- PJG 0012 frnewline -->",
]


@given(st.lists(st.sampled_from(TOKENS)))
def test_any_order_of_tags(tokens: list[str]) -> None:
    content = "".join(f"{token}w{number} " for number, token in enumerate(tokens))
    found = parse_document(content)
    kept = " ".join([found.body, *(text for texts in found.fields.values() for text in texts)]).split()
    if "<!--" not in tokens:
        assert {match for word in kept for match in re.findall(r"w\d+", word)} >= {f"w{n}" for n in range(len(tokens))}


@pytest.mark.parametrize(
    "piece",
    ["<", "<!--", "<a", "<P>", "\n   ", " ", " \x00", "<!-- PJG ", "&", "&#", "<F P=105>", "<X>", "<TEXT>", ";", "\n@"],
)
def test_time_is_linear(piece: str) -> None:
    content = f"<HL>{piece * 100}</HL><!-- PJG x --><TEXT>" + piece * (150_000 // len(piece))
    start = time.process_time()
    with suppress(CorpusError):
        parse_document(content)
    assert time.process_time() - start < 3


def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "AP890103"
    with path.open("wb") as file:
        for number in range(250):
            file.write(RECORD % (number, b"words of it " * 8_000))
        file.write(b"<DOC>\n<DOCNO> AP890103-9999 </DOCNO>\n<TEXT>" + b"no end " * (2 * MB))
    found = read_within(path, megabytes=100, seconds=60)
    assert found.articles == 250
    assert found.failures == [(str(path), "the record has no end; is the file cut off?", "record 251")]


def test_a_record_of_many_tags_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(RECORD % (1, b"<B>" * 300_000) + RECORD % (2, b"words") + RECORD % (3, b"\n" * 600_000))
    found = read_within(path, megabytes=200, seconds=30)
    assert found.ids == ["L/AP890103-0002"]
    assert found.failures == [
        (str(path), "the record holds more than 200,000 tags, too many for one article", "record 1"),
        (str(path), "the record holds more than 500,000 lines, too many for one article", "record 3"),
    ]


def test_topics_keep_their_full_stops(tmp_path: Path) -> None:
    text = RECORD.replace(b"<TEXT>", b"<SUBJECT>U.S.; TALKS, Peace,\n.;</SUBJECT><TEXT>") % (1, b"words")
    (tmp_path / "a.sgml").write_bytes(text)
    [found], _ = outcome(tmp_path / "a.sgml")
    assert found.topics == ("U.S.", "TALKS, Peace")


def test_text_between_records_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.sgml"
    head = b'<?xml version="1.0"?><!DOCTYPE docs [ <!ENTITY a "b"> ]>\n<docs>\nBefore.\n'
    path.write_bytes(head + RECORD % (1, b"words") + b"<p>Between.</p>" + RECORD % (2, b"words") + b"\n--\nBehind.</docs>")
    warnings: list[ReadWarning] = []
    assert len(list(read(path, "L", on_warning=warnings.append, options={"format": "trec"}))) == 2
    assert warnings == [
        ReadWarning("left-out", str(path), text, place)
        for text, place in (
            ("Before.", "before the first record"),
            ("Between.", "behind record 1"),
            ("-- Behind.", "behind record 2"),
        )
    ]


def test_a_forced_format_finds_no_record(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Some words.")
    for name in ("trec", "gigaword"):
        _, (failure,) = outcome(tmp_path / "a.txt", format=name)
        assert failure.reason == "no <DOC> stands in it; is it another kind of SGML?"


@pytest.mark.parametrize("name", ["AP890103", "a.sgml", "a.xml", "a.txt", "fr940104.0"])
def test_the_suffix_does_not_matter(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(RECORD % (1, b"words"))
    articles, failures = outcome(tmp_path)
    assert [article.id for article in articles] == ["L/AP890103-0001"]
    assert failures == []
