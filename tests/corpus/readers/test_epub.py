"""EPUB: bombs, sizes, and books that workers share."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.limits import Limits
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.epub import read_epub
from searchkit.corpus.readers.zip_documents import ZipDocument
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.corpus.readers.office_files import epub_of
from tests.untrusted.child import read_within


def test_a_book_of_many_parts_in_little_memory(tmp_path: Path) -> None:
    text = "<h1>A chapter</h1>" + "<p>Ferries left the harbour.</p>" * 2000
    (tmp_path / "a.epub").write_bytes(epub_of({f"{number}.html": text for number in range(30)}, ""))
    found = read_within(tmp_path / "a.epub", megabytes=200, seconds=60)
    assert (found.articles, found.failures) == (30, [])
    assert found.ids[:2] == ["L#1", "L#2"]


def test_bombs(tmp_path: Path) -> None:
    parts = {"1.html": "<p>" + " " * 20_000_000 + "</p>", "2.html": "<p>Text.</p>"}
    (tmp_path / "a.epub").write_bytes(epub_of(parts, ""))
    found = read_within(tmp_path / "a.epub", megabytes=150)
    assert (found.articles, found.reasons) == (1, ["OEBPS/1.html is larger than 16MB"])
    many = io.BytesIO()
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(20_001):
            archive.writestr(f"{number}", "")
    with pytest.raises(Unreadable, match="it has more than 20,000 members"):
        ZipDocument(many, Limits(), "EPUB")
    ratio = epub_of({f"{number}.html": "<p>" + " " * 15_000_000 + "</p>" for number in range(18)}, "")
    failures: list[Failure] = []
    (tmp_path / "b.epub").write_bytes(ratio)
    assert list(read(tmp_path / "b.epub", on_error=failures.append)) == []
    assert any("raise --max-ratio" in one.reason for one in failures)


WESTERN = "<p>Caf\u00e9 and \u00e9l\u00e8ves</p>".encode("cp1252")


@pytest.mark.parametrize(
    ("part", "encoding", "warned"),
    [
        (b"<html><meta charset='windows-1252'/>" + WESTERN + b"</html>", "", []),
        (b"<html><meta charset=windows-1252>" + WESTERN + b"<b></p></html>", "", []),
        (b"<html>" + WESTERN + b"</html>", "windows-1252", []),
        (b"<html>" + WESTERN.decode("cp1252").encode() + b"</html>", "windows-1251", []),
        (b"<html>" + WESTERN + b"</html>", "", []),
        (
            b"<html>" + WESTERN.decode("cp1252").encode() + b"<p>\xff</p></html>",
            "",
            [("no-utf-8", "OEBPS/1.html: 1 byte, 0xff at byte 34")],
        ),
    ],
)
def test_encodings(tmp_path: Path, part: bytes, encoding: str, warned: list[tuple[str, str]]) -> None:
    (tmp_path / "a.epub").write_bytes(epub_of({"1.html": ""}, "", parts={"OEBPS/1.html": part}))
    warnings: list[ReadWarning] = []
    (article,) = read(tmp_path / "a.epub", on_warning=warnings.append, options={"encoding": encoding} if encoding else {})
    assert article.title == "Caf\u00e9 and \u00e9l\u00e8ves"
    assert [(one.kind, one.text) for one in warnings] == warned


def test_every_part_of_the_order_of_reading_is_read_or_reported(tmp_path: Path) -> None:
    kinds = {"1.xhtml": "application/xhtml", "2.svg": "image/svg+xml", "3.jpg": "image/jpeg", "4.pdf": "application/pdf"}
    svg = (
        "<svg xmlns='http://www.w3.org/2000/svg'><title>T</title><text>A <tspan>map.</tspan></text><text>Port.</text></svg>"
    )
    items = "".join(f'<item id="{name}" href="{name}" media-type="{kind}"/>' for name, kind in kinds.items())
    spine = "".join(f'<itemref idref="{name}"/>' for name in (*kinds, "5"))
    package = f"<package><manifest>{items}</manifest><spine>{spine}</spine></package>"
    page = f"<html><body><p>Ferries sail.</p><p>{svg}</p></body></html>"
    parts = {"OEBPS/book.opf": package, "OEBPS/1.xhtml": page, "OEBPS/2.svg": svg}
    (tmp_path / "a.epub").write_bytes(epub_of({}, "", parts=parts))
    failures: list[Failure] = []
    warnings: list[ReadWarning] = []
    found = list(read(tmp_path / "a.epub", "L", failures.append, on_warning=warnings.append))
    assert [one.body for one in found] == ["Ferries sail.\n\nA map.\n\nPort.", "A map.\n\nPort."]
    assert [one.reason for one in failures] == [
        'OEBPS/4.pdf is of the type "application/pdf", not XHTML',
        'its order of reading names a part "5" that it does not have',
    ]
    assert [(one.kind, one.text) for one in warnings] == [("no-article", "OEBPS/3.jpg is a picture")]


def test_the_loop_of_a_navigation_ends() -> None:
    ncx = "<navPoint><navLabel><text>One</text></navLabel><content src='1.html'/></navPoint>" * 5000
    data = epub_of({"1.html": "<p>Text.</p>"}, "<dc:title>A</dc:title>", ncx=ncx)
    (record,) = read_epub(io.BytesIO(data), ReadOptions())
    assert callable(record)
    assert record().title == "One"  # type: ignore[union-attr]
