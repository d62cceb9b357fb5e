from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, list_files, read, read_share
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure

RECORD = """<REUTERS TOPICS="YES" LEWISSPLIT="TRAIN" OLDID="5544" NEWID="{number}">
<DATE>26-FEB-1987 15:01:01.79</DATE>
<TOPICS><D>cocoa</D><D>money-fx</D></TOPICS>
<PLACES><D>usa</D><D>uk</D></PLACES>
<PEOPLE></PEOPLE><ORGS><D>gatt</D></ORGS><EXCHANGES></EXCHANGES><COMPANIES></COMPANIES>
<UNKNOWN>&#5;&#5;C T</UNKNOWN>
<TEXT>&#2;
<TITLE>SALE OF &lt;GM> &amp;lt;x</TITLE>
<AUTHOR>    By Jeff Sommer, Reuters</AUTHOR>
<DATELINE>    NEW YORK, Feb 26 - </DATELINE><BODY>Oil rose on the first day
of trade.
    A second paragraph, \xa3 5.
 Reuter
&#3;</BODY></TEXT>
</REUTERS>
"""
UNPROCESSED = """<REUTERS NEWID="9"><DATE>27-MAR-1987 03:48:23.00F RM</DATE>
<TEXT TYPE="UNPROC">&#2;
<TITLE>HEAD</TITLE>******BLAH BLAH
</TEXT></REUTERS>
"""


def articles(tmp_path: Path, text: str) -> tuple[list[Article], list[Failure]]:
    (tmp_path / "a.sgm").write_bytes(text.encode("latin-1"))
    failures: list[Failure] = []
    return list(read(tmp_path / "a.sgm", "L", failures.append)), failures


def test_reuters_record(tmp_path: Path) -> None:
    (article,), failures = articles(tmp_path, "<!DOCTYPE lewis SYSTEM>\n" + RECORD.format(number=12))
    assert failures == []
    assert article == Article(
        id="L/12",
        title="SALE OF <GM> &lt;x",
        body="Oil rose on the first day\nof trade.\n    A second paragraph, £ 5.\n Reuter",
        date=datetime(1987, 2, 26, 15, 1, 1, tzinfo=UTC),
        authors=("Jeff Sommer",),
        source="Reuters",
        topics=("cocoa", "money-fx"),
        path=str(tmp_path / "a.sgm"),
        encoding="windows-1252",
        encoding_confidence=1.0,
        extra={"places": "usa, uk", "orgs": "gatt", "dateline": "NEW YORK, Feb 26 -"},
    )


def test_reuters_text_without_a_body(tmp_path: Path) -> None:
    (article,), _ = articles(tmp_path, UNPROCESSED)
    assert (article.title, article.body) == ("HEAD", "******BLAH BLAH")
    assert article.date == datetime(1987, 3, 27, 3, 48, 23, tzinfo=UTC)


def test_reuters_record_cut_off_at_the_end(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, RECORD.format(number=1) + RECORD.format(number=2)[:300])
    assert [article.id for article in found] == ["L/1"]
    assert [failure.place for failure in failures] == ["record 2"]


def test_reuters_record_cut_off_in_the_middle_hides_no_other(tmp_path: Path) -> None:
    text = RECORD.format(number=1)[:300] + "\n" + RECORD.format(number=2) + "garbage</REUTERS>" + RECORD.format(number=4)
    found, failures = articles(tmp_path, text)
    assert [article.id for article in found] == ["L/2", "L/4"]
    assert [failure.place for failure in failures] == ["record 1", "record 3"]


def test_reuters_record_that_never_ends(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, '<REUTERS NEWID="1"><TEXT>' + "x " * (9 * 2**20) + RECORD.format(number=2))
    assert [article.id for article in found] == ["L/2"]
    assert [failure.place for failure in failures] == ["record 1"]


def test_reuters_file_of_something_else(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, "<NEWS><ITEM>Hello</ITEM></NEWS>")
    assert (found, len(failures)) == ([], 1)


def test_reuters_elements_in_another_order_and_with_attributes(tmp_path: Path) -> None:
    text = '<REUTERS NEWID="3"\n><PLACES><D>usa</D></PLACES><TOPICSX></TOPICSX><TOPICS A="1"><D>a\nb</D><D></D></TOPICS>'
    text += '<DATE>26-FEB-1987</DATE><TEXT TYPE="NORM"><BODY>Words.</BODY><TITLE>T</TITLE></TEXT></REUTERS>'
    (article,), failures = articles(tmp_path, text)
    assert (article.id, article.title, article.body, article.topics) == ("L/3", "T", "Words.", ("a\nb",))
    assert (article.date, article.extra, failures) == (datetime(1987, 2, 26, tzinfo=UTC), {"places": "usa"}, [])


def test_reuters_words_that_begin_as_a_record_does(tmp_path: Path) -> None:
    (article,), failures = articles(tmp_path, "<REUTERSX><REUTERS\xe9>" + RECORD.format(number=5))
    assert (article.id, failures) == ("L/5", [])
    (article,), _ = articles(tmp_path, RECORD.format(number=6).replace("Oil", "<REUTERS_ Oil"))
    assert article.body.startswith("<REUTERS_ Oil")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("26-FEB-1987 15:01:01.79", datetime(1987, 2, 26, 15, 1, 1, tzinfo=UTC)),
        (" 2-APR-1987 05:00:01.00", datetime(1987, 4, 2, 5, 0, 1, tzinfo=UTC)),
        ("26-FEB-1987 25:01:01.79", datetime(1987, 2, 26, tzinfo=UTC)),
        ("31-MAR-1987 605:12:19.12", datetime(1987, 3, 31, tzinfo=UTC)),
        ("31-FEB-1987 15:01:01.79", None),
        ("# date added by S Finch", None),
    ],
)
def test_reuters_dates(text: str, moment: datetime | None, tmp_path: Path) -> None:
    (article,), _ = articles(tmp_path, RECORD.format(number=1).replace("26-FEB-1987 15:01:01.79", text))
    assert article.date == moment
    assert article.extra.get("date") == (None if moment else text)


def test_reuters_bytes_above_ascii(tmp_path: Path) -> None:
    """They are in windows-1252 or in the encoding of the root; invalid bytes are reported."""
    record = b'<REUTERS NEWID="1"><TEXT><TITLE>Caf\xe9</TITLE><BODY>A \x93word\x94.\x81</BODY></TEXT></REUTERS>'
    (tmp_path / "a.sgm").write_bytes(record)
    told: list[ReadWarning] = []
    (article,) = read(tmp_path / "a.sgm", on_warning=told.append)
    assert (article.title, article.body, article.encoding) == ("Café", "A “word”.\ufffd", "windows-1252")
    assert told == [ReadWarning("stray-bytes", str(tmp_path / "a.sgm"), "1 record, the first is record 1")]
    (article,) = read(tmp_path / "a.sgm", encoding="koi8-r")
    assert (article.title, article.encoding) == ("CafИ", "koi8-r")


def test_reuters_in_utf_8(tmp_path: Path) -> None:
    record = "<REUTERS NEWID='1'><TEXT><TITLE>Müller’s bid</TITLE><BODY>The café is open#</BODY></TEXT></REUTERS>"
    (tmp_path / "a.sgm").write_bytes(("\ufeff" + record).encode().replace(b"#", b" \x96"))
    told: list[ReadWarning] = []
    (article,) = read(tmp_path / "a.sgm", on_warning=told.append)
    assert (article.title, article.body, article.encoding) == ("Müller’s bid", "The café is open –", "utf-8")
    assert told == [ReadWarning("no-utf-8", str(tmp_path / "a.sgm"), "1 record, the first is record 1")]


@pytest.mark.parametrize("of", [1, 2, 3])
def test_reuters_warnings_count_files(of: int, tmp_path: Path) -> None:
    """One warning of a kind for a file, however it is shared: 28 of 140 records have an invalid
    byte."""
    record = b'<REUTERS NEWID="%d"><TEXT><BODY>Oil rose%s today.</BODY></TEXT></REUTERS>'
    data = b"".join(record % (number, b" \x81" if number % 5 == 3 else b"") for number in range(1, 141))
    (tmp_path / "a.sgm").write_bytes(data)
    (file,) = list_files(tmp_path / "a.sgm").files
    told: list[ReadWarning] = []
    found = [
        article
        for one in range(of)
        for _, article in read_share(file, "L", ReadOptions(), lambda failure: None, (one, of), told.append)
    ]
    assert len(found) == 140
    assert {article.encoding for article in found} == {"windows-1252"}
    assert {article.body for article in found} == {"Oil rose today.", "Oil rose \ufffd today."}
    assert [(one.kind, one.text, one.place) for one in told] == [("stray-bytes", "28 records, the first is record 3", "")]


def test_a_control_character_by_its_number_parts_words(tmp_path: Path) -> None:
    text = RECORD.format(number=1)
    text = text.replace("SALE OF", "SALE&#30;OF").replace("Oil rose", "one&#12;Page 1990&#30;1995 didn&#146;t x&#0011;y")
    (found,), failures = articles(tmp_path, text)
    assert not failures
    assert found.title == "SALE OF <GM> &lt;x"
    assert found.body.split(" on the first")[0] == "one\n\nPage 1990 1995 didn\u2019t x\ny"
    assert found.body.endswith(" Reuter")
