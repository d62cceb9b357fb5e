"""PDF: the process that reads it, what a page may look like, and what is left off."""

from __future__ import annotations

import io
import os
import signal
import zlib
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, Unreadable
from searchkit.corpus.readers import pdf_process, pdf_worker
from searchkit.corpus.readers.pdf import read_pdf
from searchkit.corpus.readers.pdf_layout import Line, Page, Segment, blocks_of, columns_of, join_lines
from searchkit.corpus.readers.pdf_margins import without_margins
from searchkit.reports import Failure
from tests.corpus.readers.pdf_files import Text, column, pdf_of

ONE = pdf_of([[Text(60, 60, 10, "Ferries sail again.")]])


def article(data: bytes) -> Draft:
    (found,) = read_pdf(io.BytesIO(data), ReadOptions())
    assert isinstance(found, Draft)
    return found


def test_the_process_is_kept_for_the_next_document() -> None:
    assert article(ONE).body == "Ferries sail again."
    (worker,) = pdf_process._idle
    assert article(ONE).body == "Ferries sail again."
    assert pdf_process._idle == [worker]


def test_a_process_that_was_ended_is_started_again() -> None:
    article(ONE)
    (worker,) = pdf_process._idle
    worker._process.kill()
    worker._process.wait()
    assert article(ONE).body == "Ferries sail again."


def test_a_process_that_always_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf_process._end_all()
    monkeypatch.setattr(pdf_process, "_MODULE", "searchkit.no_such_module")
    with pytest.raises(Unreadable, match="opening it made PDFium fail or takes too much memory"):
        article(ONE)
    monkeypatch.undo()
    assert article(ONE).body == "Ferries sail again."


def test_a_process_that_hangs_costs_one_document() -> None:
    article(ONE)
    (worker,) = pdf_process._idle
    worker._connection.settimeout(0.2)
    os.kill(worker._process.pid, signal.SIGSTOP)
    with pytest.raises(Unreadable, match="opening it took more than 60 seconds"):
        article(ONE)
    assert article(ONE).body == "Ferries sail again."


def test_a_stream_that_unpacks_to_much_more(tmp_path: Path) -> None:
    packer = zlib.compressobj(9)
    drawn = b"BT /F 10 Tf 10 10 Td (hello hello) Tj ET\n" * 25_000
    contents = b"".join(packer.compress(drawn) for _ in range(60)) + packer.flush()
    (tmp_path / "a.pdf").write_bytes(pdf_of([[]], contents=contents))
    (tmp_path / "b.pdf").write_bytes(ONE)
    failures: list[Failure] = []
    found = list(read(tmp_path, on_error=failures.append))
    assert [one.body for one in found][-1] == "Ferries sail again."
    assert len(found) + len(failures) == 2


def test_too_many_pages() -> None:
    pages = pdf_of([[]] * 10_001)
    with pytest.raises(Unreadable, match="it has 10,001 pages, more than 10,000; split it"):
        article(pages)


def test_many_pages() -> None:
    found = article(
        pdf_of([[Text(60, 30, 8, f"The Coast, page {n}"), Text(60, 200, 10, f"Words of page {n}.")] for n in range(500)])
    )
    assert found.body.count("Words of page") == 500
    assert dict(found.extra) == {"pages": "500", "page_headers": "The Coast, page 0"}


def test_too_much_text() -> None:
    options = ReadOptions.from_mapping({"max_article": ("1KB",)})
    page = column(40, 60, ["Ferries left the harbour again on Sunday."] * 50)
    with pytest.raises(Unreadable, match="its text is larger than 1KB"):
        list(read_pdf(io.BytesIO(pdf_of([page])), options))


def test_a_page_with_too_many_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_worker, "MAX_CHARACTERS", 7)
    _, page = pdf_worker._messages(io.BytesIO(ONE))
    page["columns"] = [[Line(*line) for line in column] for column in page["columns"]]
    monkeypatch.setattr(pdf_process.PdfDocument, "pages", lambda document: iter([page]))
    records = read_pdf(io.BytesIO(ONE), ReadOptions())
    found = next(records)
    assert isinstance(found, Draft)
    assert found.title == "Ferries"
    with pytest.raises(Unreadable, match="^page 1 has more than 7 characters; the rest is left out$"):
        next(records)


def lines_of(*texts: str, x: float = 40, size: float = 10) -> list[Line]:
    return [Line(text, x, 12.0 * at, x + 5 * len(text), 12.0 * at + size, size) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["A word hyphen-", "ated here"], "A word hyphen-\nated here"),
        (["A word hyphen\u00ad", "ated here"], "A word hyphenated here"),
        (["from 1990 -", "1995"], "from 1990 - 1995"),
        (["港が", "再開"], "港が再開"),
        (["one", "two"], "one two"),
    ],
)
def test_lines_are_joined(lines: list[str], text: str) -> None:
    assert join_lines(lines) == text


def test_paragraphs_are_found() -> None:
    full = "Ferries left the harbour again on Sunday"
    assert [one.text for one in blocks_of(lines_of(full, "and went.", "Then they came", full))] == [
        f"{full} and went.",
        f"Then they came {full}",
    ]
    items = lines_of("• one item that is long", "going on", "• another item")
    assert len(blocks_of(items)) == 1  # no sentence ends, and none begins with a sign
    indented = [*lines_of(full, full), *lines_of("Indented line", x=50)]
    indented[2].top, indented[2].bottom = 24, 34
    assert len(blocks_of(indented)) == 2


def test_three_columns_under_a_headline() -> None:
    def run(text: str, x: float, top: float, width: float = 100, size: float = 10) -> Segment:
        return Segment(text, x, top, x + width, top + size)

    segments = [run("Headline", 40, 10, 400, 24)]
    segments += [
        run(f"{name}{row}", x, 50 + 12 * row) for row in range(6) for name, x in (("c", 280), ("a", 40), ("b", 160))
    ]
    order = [line.text for lines in columns_of(Page(500, 800, segments)) for line in lines]
    assert order == ["Headline", *(f"{name}{row}" for name in "abc" for row in range(6))]


def test_pages_with_nothing_but_margins_keep_them() -> None:
    found = article(pdf_of([[Text(60, 30, 10, f"Leaf {n}")] for n in range(3)]))
    assert (found.title, found.body) == ("Leaf 0", "Leaf 1\n\nLeaf 2")


def test_an_initial_of_several_lines() -> None:
    segments = [Segment("T", 40, 50, 58, 76), Segment("he ferries left the", 60, 50, 160, 60)]
    segments += [Segment("harbour again on", 60, 62, 160, 72), Segment("Sunday after storms.", 40, 74, 160, 84)]
    (lines,) = columns_of(Page(500, 800, segments))
    assert [one.text for one in blocks_of(lines)] == ["The ferries left the harbour again on Sunday after storms."]


def test_text_from_right_to_left() -> None:
    segments = [
        Segment("بالعالم", 300, 50, 340, 60),
        Segment("مرحبا ", 342, 50, 380, 60),
        *(Segment(f"ب{row}", 300, 80 + 12 * row, 380, 90 + 12 * row) for row in range(5)),
        *(Segment(f"ت{row}", 100, 80 + 12 * row, 180, 90 + 12 * row) for row in range(5)),
    ]
    order = [line.text for lines in columns_of(Page(500, 800, segments)) for line in lines]
    assert order == ["مرحبا بالعالم", *(f"{letter}{row}" for letter in "بت" for row in range(5))]


def test_margins() -> None:
    def page(*texts: str) -> tuple[float, list[list[Line]]]:
        lines = lines_of(*texts)
        lines[-1].top, lines[-1].bottom = 780, 790
        return 800, [lines]

    kept, removed, numbers = without_margins([page("The Coast 1", "Text", "- 1 -"), page("The Coast 2", "More", "- 2 -")])
    assert [[line.text for line in columns[0]] for columns in kept] == [["Text"], ["More"]]
    assert (removed, numbers) == (["The Coast 1"], ["- 1 - to - 2 -"])
    low = page("Once", "Text", "7")
    low[1][0][-1].bottom = 660  # a page number may stand further from the edge
    assert [line.text for line in without_margins([low])[0][0][0]] == ["Once", "Text"]
    kept, removed, numbers = without_margins([page("Once", "Text", "Page 3 of 7")])
    assert [[line.text for line in columns[0]] for columns in kept] == [["Once", "Text"]]
    assert (removed, numbers) == ([], ["Page 3 of 7"])
    for last, expected in (("5678", []), ("1234", ["Dead: 1234"]), ("1235", ["Dead: 1234"])):
        kept, removed, numbers = without_margins([page("Text", "Dead: 1234"), page("More", f"Dead: {last}")])
        assert (removed, numbers, len(kept[1][0])) == (expected, [], 1 if expected else 2)
    kept, removed, numbers = without_margins([page(chr(65 + n), f"Dead: {n}") for n in (7, 8, 9, 4, 5)])
    assert removed == ["Dead: 7", "Dead: 4"]
    year = column(50, 100, ["Ferries left the harbour again on Sunday.", "Nobody had seen them for a week of storms."])
    found = article(pdf_of([[Text(50, 60, 24, "1984"), *year]]))
    assert (found.title, dict(found.extra)) == ("1984", {})
