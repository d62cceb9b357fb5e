from __future__ import annotations

import time
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.readers.proquest_mail import is_export, split_export
from tests.corpus.golden import FOLDER
from tests.corpus.readers.reading import articles, name_of
from tests.untrusted.child import read_within

RULE = "_" * 60
PAGE = (
    '<html><body><a name="DocID_1"></a><p style="font-weight:bold;">Harbour wall to be rebuilt</p><p><strong>Author: </strong>'
    "Beridze, Nino</p><p><strong>Full text: </strong><p>The wall.</p></p><p><strong>Publication date: </strong>May 8, 2010</p>"
    '<a name="DocID_2"></a><p>Lamp sold</p><p><strong>Publication date: </strong>May 5, 2010</p></body></html>'
)
RECORD = "<Record><RecordID>475043769</RecordID><RecordTitle>T</RecordTitle><FullText>{}</FullText></Record>"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"{RULE}\n\nReport Information from ProQuest\nDecember 08 2015 21:33\n{RULE}\n", "proquest"),
        ("Report Information from ProQuest\n", "proquest"),
        (f"{RULE}\n\nDocument 1 of 9\n\nT\n\nAuthor: A\n\nhttp://search.proquest.com.l.example/docview/12345?a=1\n\nAbstract: A.", "proquest"),
        (f"{RULE}\n\nT\n\nFull text: A.\n\nPublication title: P\n\nPublication date: May 3, 2011\n", "proquest"),
        ("*" * 50 + "\nTitle: T\n\nPublication title: P\n\nFull text: A.\n\nProQuest document ID: 123456\n", "proquest"),
        ("Dokument 1 von 2\n\nT\n\nVolltext: A.\n\nTitel der Publikation: P\n\nPublikationsdatum: 3. Mai 2011\n", "proquest"),
        ("T\n\nFull text: A.\n\nPublication title: P\n\nProQuest document ID: 123456\n", "proquest"),
        ("<RECORD>\n<GOID>1</GOID></RECORD>", "proquest-xml"),
        ('<?xml version="1.0"?>\n<Record><RecordID>1</RecordID><NumericPubDate>19100427</NumericPubDate></Record>', "proquest-xml"),
        (PAGE, "proquest-html"),
        ("<html><head><title>ProQuest Export</title></head></html>", "proquest-html"),
    ],
)  # fmt: skip
def test_exports_are_recognised_by_their_content(text: str, name: str) -> None:
    assert name_of(text) == name
    assert name_of("\ufeff\r\n" + text.replace("\n", "\r\n")) == name


@pytest.mark.parametrize(
    "text",
    [
        "Document 1 of the treaty\n\nThe treaty has two documents.\n",
        "Document 1 of 5\n\nAuthor: a team\n\nAbstract: what it is\n\nDatabase: of ships\n",
        f"{RULE}\n\nThe harbour\n\nAuthor: the council\n\nThe wall.\n",
        f"{RULE}\nFull text: of the speech\n{RULE}\n\nThe speech.\n",
        "ProQuest document ID: 123456\n\nis how it numbers documents.\n",
        "The editor of ProQuest said:\n\nAuthor: names are printed\n\nDatabase: names too\n",
        "*" * 60 + "\n\nPublication date: soon\n",
        "Abstract: of a talk\n\nAuthor: none\n\nPublication title: none\n\nFull text: none\n",
    ],
)
def test_other_texts_stay_plain(text: str, tmp_path: Path) -> None:
    assert name_of(text) == ""
    found, _ = articles(tmp_path / "a.txt", text)
    assert [one.id for one in found] == ["L"]


@pytest.mark.parametrize(
    "text",
    ["<RECORD><ID>1</ID></RECORD>", "<Record><RecordID>1</RecordID></Record>", "<html><title>ProQuest</title></html>"],
)
def test_other_markup_is_of_other_formats(text: str) -> None:
    assert not name_of(text).startswith("proquest")


DOCUMENT = """{rule}

Heading

Full text: {text}

{end}
"""
END = "Subject: S\n\nTitle: Heading\n\nPublication title: P\n\nProQuest document ID: 123456\n\nDatabase: D"


@pytest.mark.parametrize(
    "text",
    [
        "One.",
        "One.\n\nLocation: Poti\n\nTwo.",
        "A book.\n\nTitle: Tides\n\nAuthor: A. B.\n\nPublisher: C\n\nPages: 200\n\nIt is good.",
        "One.\n\nPublication date: soon\n\nTwo.",
        "One:\n\nhttps://a.example/b\n\nTwo.",
        f"One.\n{'_' * 30}\nTwo.",
        "Author: at the beginning.\n\nTwo.",
        "Document 1 is kept, document 2 of 3 not.\n\nTwo.",
    ],
)
def test_the_text_goes_on_to_the_labels_at_the_end(text: str, tmp_path: Path) -> None:
    for end in (END, END.replace("\n\n", "\n"), END.replace("Database: D", "Copyright: 1\n2\n3\n\nDatabase: D")):
        (found,), failures = articles(tmp_path / "a.txt", DOCUMENT.format(rule=RULE, text=text, end=end))
        assert (found.title, found.body, failures) == ("Heading", text, [])
        assert (found.id, found.source, found.topics, found.extra["database"]) == ("L/123456", "P", ("S",), "D")


def test_a_text_of_one_line_per_paragraph(tmp_path: Path) -> None:
    lines = "The first paragraph is as long as one of a newspaper is, and was not wrapped by the database.\nTwo words.\n"
    (found,), _ = articles(tmp_path / "a.txt", DOCUMENT.format(rule=RULE, text=lines * 2, end=END))
    assert found.body.count("\n\n") == 0  # nobody knows: the lines may be wrapped
    (found,), _ = articles(
        tmp_path / "a.txt", DOCUMENT.format(rule=RULE, text=lines.replace("was", "certainly was"), end=END)
    )
    assert found.body.count("\n\n") == 1


def test_a_document_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    one = DOCUMENT.format(rule=RULE, text="One.", end=END.replace("123456", "{}"))
    text = one.format(1111111) + one.replace("One.", "x" * 3000).format(2222222) + one.format(3333333)
    found, failures = articles(tmp_path / "a.txt", text, max_article="2KB")
    assert [article.id for article in found] == ["L/1111111", "L/3333333"]
    assert [(failure.place, failure.reason[:27]) for failure in failures] == [("line 17", "the record is longer than 2")]


def test_a_forced_format_on_another_text(tmp_path: Path) -> None:
    found, failures = articles(tmp_path / "a.txt", "Words.\n", format="proquest")
    assert found == []
    assert [one.reason for one in failures] == ["no document of ProQuest stands in it; is it another kind of text?"]


def test_a_huge_file_takes_little_memory(tmp_path: Path) -> None:
    one = DOCUMENT.format(rule=RULE, text="Words of a text. " * 100, end=END.replace("123456", "{}"))
    with (tmp_path / "a.txt").open("w") as file:
        file.writelines(one.format(1_000_000 + number) for number in range(5_000))
    outcome = read_within(tmp_path / "a.txt", megabytes=30)
    assert (outcome.articles, outcome.failures) == (5_000, [])


@pytest.mark.parametrize(
    "line", ["\n", "x\n", "Author: a\n", f"{RULE}\n", "Full text: a\n", "https://a.example\n", "Abstract:\nx\n"]
)
def test_a_text_of_one_line_repeated(line: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(DOCUMENT.format(rule=RULE, text=line * 100_000, end=END))
    outcome = read_within(tmp_path / "a.txt", megabytes=300, seconds=60, format="proquest")
    assert outcome.articles <= 2


def test_a_mail_is_split() -> None:
    assert is_export(PAGE)
    drafts = [record() for record in split_export(PAGE) if callable(record)]
    assert [(one.title, one.body, one.date and one.date.day, one.authors, one.id) for one in drafts] == [  # type: ignore[union-attr]
        ("Harbour wall to be rebuilt", "The wall.", 8, ("Beridze, Nino",), ""),
        ("Lamp sold", "", 5, (), ""),
    ]
    for other in (
        "",
        PAGE.replace("DocID_", "Doc_"),
        '<a name="DocID_1"></a><p><strong>Note: </strong>x</p>',
        "DocID_ Full text:",
    ):
        assert not is_export(other)


@pytest.mark.parametrize(
    "piece",
    ['<a name="DocID_1"></a>', "<strong>Author: </strong>", "<strong>", "<Text>", "<a href='x' class='sr-only'>", "<a ", "&amp;", "<strong>x:",
     "<p>", "<b>Full text: </b><Text>", "<strong> " + " " * 50, "<strong>" + "&nbsp;" * 5, "<b>\n\n", "<b>Author:  ", "   ", '<a href="x">ProQuest document link'],
)  # fmt: skip
def test_pages_take_time_linear_in_their_size(piece: str) -> None:
    page = PAGE.replace("The wall.", f"{piece * 10_000}</b><b>{piece * 10_000}x")
    start = time.process_time()
    for record in split_export(page):
        try:
            assert callable(record)
            record()
        except Exception as error:
            assert "neither a title nor a text" in str(error)
    assert time.process_time() - start < 10


def test_a_page_in_another_encoding(tmp_path: Path) -> None:
    page = PAGE.replace("<html>", '<html><meta charset="iso-8859-1">').replace("wall", "wäll")
    found, _ = articles(tmp_path / "a.html", page.encode("latin-1"))
    assert [one.title for one in found] == ["Harbour wäll to be rebuilt", "Lamp sold"]


@pytest.mark.parametrize(
    "text", ["<p>" * 300, "&a;" * 1000, "<![CDATA[" + "x" * 1000 + "]]>", "<x>a</x>" * 50_000, "&lt;p&gt;" * 100_000]
)
def test_hostile_xml(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(RECORD.format(text))
    outcome = read_within(tmp_path / "a.xml", megabytes=200, seconds=30)
    assert outcome.articles + len(outcome.failures) == 1


def test_historical_newspapers_in_zip_files(tmp_path: Path) -> None:
    import zipfile

    folder = FOLDER / "proquest-xml" / "in"
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("historical.xml", "tdm.xml"):
            archive.write(folder / name, name)
    found = list(read(tmp_path / "a.zip", "L"))
    assert sorted(one.id for one in found) == ["L/2345678901", "L/475043769"]
