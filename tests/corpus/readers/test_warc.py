"""Web archives: what golden files cannot show."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import list_files, read
from searchkit.corpus.archive_signatures import is_warc
from searchkit.corpus.format_row import find_missing_packages
from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.formats import _import_reader
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.http_responses import decode_content, parse_response
from searchkit.corpus.readers.warc import read_warc
from searchkit.corpus.readers.warc_records import read_records
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure
from tests.corpus.golden import FOLDER
from tests.corpus.test_formats import without_packages
from tests.corpus.test_shares import check_data
from tests.untrusted.child import read_within

PAGE = (
    "<html><head><title>Lamp {n}</title></head><body><article><h1>Lamp {n}</h1><p>The council bought lamp {n} for the"
    " harbour wall on Sunday, and it will be lit every night from May on.</p></article></body></html>"
)
CRAWL = FOLDER / "warc" / "in" / "crawl.warc"


def record(block: bytes, kind: str = "response", number: int = 1, length: int | None = None, **fields: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    head = (
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: https://a.example/{number}\r\n"
        f"{more}Content-Length: {len(block) if length is None else length}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def response(content: bytes, kind: str = "text/html", **fields: str) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}\r\n".encode() + content


def page(number: int) -> bytes:
    return record(response(PAGE.format(n=number).encode()), number=number)


def archive(path: Path, data: bytes, **options: str) -> tuple[list[Article], list[Failure], list[ReadWarning]]:
    path.write_bytes(data)
    failures: list[Failure] = []
    warnings: list[ReadWarning] = []
    given = {name: [value] for name, value in options.items()}
    return list(read(path, "L", failures.append, on_warning=warnings.append, options=given)), failures, warnings


@pytest.mark.parametrize("start", [b"WARC/1.0\r\n", b"WARC/1.1\r\nWARC-Type", b"WARC/0.18\n", b"filedesc://x.arc 0.0.0.0"])
def test_an_archive_is_recognised(start: bytes) -> None:
    assert is_warc(start)


@pytest.mark.parametrize(
    "start", [b"WARC files are archives.", b"WARC/1.0 is a version", b"http://a.example/ 1.2.3.4", b"warc/1.0\n"]
)
def test_what_is_no_archive(start: bytes) -> None:
    assert not is_warc(start)


@pytest.mark.parametrize(
    ("fields", "pack"),
    [
        ({}, lambda data: data),
        ({"Content_Encoding": "gzip"}, gzip.compress),
        ({"Content_Encoding": "x-gzip"}, gzip.compress),
        ({"Content_Encoding": "deflate"}, zlib.compress),
        ({"Content_Encoding": "deflate"}, lambda data: zlib.compress(data)[2:-4]),
        ({"Content_Encoding": "br"}, brotli.compress),
        ({"Content_Encoding": "zstd"}, zstandard.compress),
        ({"Content_Encoding": "deflate, gzip"}, lambda data: gzip.compress(zlib.compress(data))),
        ({"Content_Encoding": "gzip"}, lambda data: data),
        ({"Content_Encoding": "br"}, lambda data: data),
        ({"Content_Encoding": "zstd"}, lambda data: data),
        ({"Content_Encoding": "compress"}, lambda data: data),
        ({"Transfer_Encoding": "chunked"}, lambda data: b"%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)),
        (
            {"Transfer_Encoding": "chunked"},
            lambda data: b"3;x=y\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (data[:3], len(data) - 3, data[3:]),
        ),
        ({"Transfer_Encoding": "chunked"}, lambda data: data),
    ],
    ids=range(15),
)
def test_codings_of_content(fields: dict[str, str], pack: object) -> None:
    data = PAGE.format(n=1).encode()
    assert callable(pack)
    found = parse_response(response(pack(data), **fields))
    assert found is not None
    assert decode_content(found, 2**20) == data


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_content_that_is_cut_off_is_kept(coding: str) -> None:
    data = b"".join(b"word %d, " % number for number in range(20_000))
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}[coding](
        data
    )
    found = parse_response(response(packed[: len(packed) * 2 // 3], Content_Encoding=coding))
    assert found is not None
    kept = decode_content(found, 2**20)
    assert len(kept) > 1000 or coding in ("zstd", "br")
    assert data.startswith(kept) or coding == "br"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_of_content(coding: str, tmp_path: Path) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}[coding]
    bomb = (
        pack(b"<p>" + b"\0" * (30 * 2**20)) if coding != "br" else brotli.compress(b"<p>" + b"\0" * (30 * 2**20), quality=3)
    )
    if coding == "gzip":
        bomb = gzip.compress(b"<p>" + b" " * (30 * 2**20))
    (tmp_path / "a.warc").write_bytes(record(response(bomb, Content_Encoding=coding)) + page(2))
    found = read_within(tmp_path / "a.warc", megabytes=100, seconds=30, max_article="1MB")
    assert found.ids == ["L/urn:uuid:2"]
    assert found.reasons[0].startswith("its content unpacks to more than 1MB")


@pytest.mark.parametrize("cut", range(0, 650, 29))
def test_a_file_that_is_cut_off_is_reported(cut: int, tmp_path: Path) -> None:
    data = page(1) + page(2)
    end = len(data) - 4 - cut
    articles, failures, _ = archive(tmp_path / "a.warc", data[:end])
    assert end > 0
    whole = [number for number in (1, 2) if end >= len(page(1)) * number - 4]
    assert [one.id for one in articles] == [f"L/urn:uuid:{number}" for number in whole]
    at_a_border = end in (len(page(1)) - offset for offset in range(5)) or cut == 0
    assert bool(failures) is not at_a_border


def test_a_packed_file_that_is_cut_off(tmp_path: Path) -> None:
    data = b"".join(gzip.compress(page(number)) for number in range(1, 30))
    articles, failures, _ = archive(tmp_path / "a.warc.gz", data[:-30])
    assert [one.id for one in articles] == [f"L/urn:uuid:{number}" for number in range(1, 29)]
    assert [one.reason.split(":")[0] for one in failures] == [".gz is damaged or cut off"]


def test_a_record_that_is_too_large(tmp_path: Path) -> None:
    large = record(response(b"<p>" + b"word " * 500_000), number=1)
    picture = record(response(b"\xff\xd8" * 1_000_000, "image/jpeg"), number=2)
    articles, failures, warnings = archive(tmp_path / "a.warc", large + picture + page(3), max_article="1MB")
    assert [one.id for one in articles] == ["L/urn:uuid:3"]
    assert [one.reason for one in failures] == ["it is larger than 1MB; if it is one article, raise --max-article"]
    assert [one.text for one in warnings] == ["it is of the type image/jpeg, no page"]


def test_large_files_take_bounded_memory(tmp_path: Path) -> None:
    film = record(response(b"\0" * (120 * 2**20), "video/mp4"), number=1)
    with (tmp_path / "a.warc").open("wb") as file:
        file.write(film)
        text = b"Title\n" + b"Words of an extract.\n" * 500
        for number in range(2, 2500):
            file.write(record(text, "conversion", number, Content_Type="text/plain"))
    found = read_within(tmp_path / "a.warc", megabytes=100, seconds=40)
    assert (found.articles, found.failures) == (2498, [])


@pytest.mark.parametrize(
    "data",
    [
        b"WARC/1.0\r\n" * 200_000,
        b"WARC/1.0\r\nContent-Length: 0\r\n\r\n" * 50_000,
        b"WARC/1.0\r\n" + b"A: b\r\n" * 500_000,
        b"WARC/1.0\r\nA: b\r\n" + b" c\r\n" * 500_000,
        b"WARC/1.0\r\nA: " + b"b" * 5_000_000,
        b"x" * 5_000_000,
        b"x\n" * 2_000_000,
        b"WARC/1.0\r\nContent-Length: 999999999999999\r\n\r\nx",
        record(response(b"1\r\nx\r\n" * 500_000, Transfer_Encoding="chunked")),
        record(response(b"x", Transfer_Encoding="chunked", Content_Encoding=", ".join(["gzip"] * 5000))),
        record(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300_000),
        b"http://a.example/ " + b"1 " * 200_000 + b"\n",
    ],
    ids=range(12),
)
def test_hostile_archives_end_soon(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(data)
    read_within(tmp_path / "a.warc", megabytes=300, seconds=20)


def test_records_are_found_again_behind_damage(tmp_path: Path) -> None:
    data = page(1) + b"damage\n" * 100_000 + page(2) + b"WARC/9\r\n" + page(3)
    articles, failures, _ = archive(tmp_path / "a.warc", data)
    assert [one.id for one in articles] == [f"L/urn:uuid:{number}" for number in (1, 2, 3)]
    assert [one.place for one in failures] == ["record 2", "record 4"]


def test_shares_together_have_the_whole(tmp_path: Path) -> None:
    extracts = (record(b"Title\nText.", "conversion", number, Content_Type="text/plain") for number in range(200))
    data = b"".join(gzip.compress(page(number) if number % 20 == 0 else one) for number, one in enumerate(extracts))
    assert all(count > 30 for count in check_data(tmp_path / "a.warc.gz", data, counts=(1, 3)))


def test_each_record_begins_where_the_one_before_ends() -> None:
    found = list(read_records(io.BytesIO(CRAWL.read_bytes()), 2**20))
    assert [one.fault for one in found] == [""] * 20
    joined = b"".join(one.block for one in found)
    assert len(joined) == sum(one.length for one in found)


def test_without_a_package_of_the_extra_listing_and_reading_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    for name in ("warc", "http_responses"):
        monkeypatch.delitem(sys.modules, f"searchkit.corpus.readers.{name}")
    without_packages(monkeypatch, "brotli")
    _import_reader.cache_clear()
    try:
        articles, failures, _ = archive(tmp_path / "a.warc", page(1))
        reasons = [one.reason for one in (*failures, *list_files(tmp_path).failures)]
    finally:
        _import_reader.cache_clear()
        find_missing_packages.cache_clear()
    assert (articles, reasons) == ([], ["to read WARC: pip install 'searchkit[warc]'"] * 2)


def test_records_that_share_an_id(tmp_path: Path) -> None:
    extracts = [record(text, "conversion", 1, Content_Type="text/plain") for text in (b"One\nText.", b"Two\nText.")]
    articles, failures, _ = archive(tmp_path / "a.warc", b"".join(extracts))
    assert [(one.id, one.title) for one in articles] == [("L/urn:uuid:1", "One"), ("L#2", "Two")]
    assert failures == []


def test_an_issue_whose_pages_are_elsewhere_is_no_page(tmp_path: Path) -> None:
    issue = (FOLDER / "mets" / "in" / "issue" / "gazette-mets.xml").read_bytes()
    articles, failures, warnings = archive(tmp_path / "a.warc", record(response(issue, "text/xml")) + page(2))
    assert [one.id for one in articles] == ["L/urn:uuid:2"]
    assert failures == []
    assert [(one.text, one.place) for one in warnings] == [
        ("it is METS, which is read from files of its own only", "record 1")
    ]


@pytest.mark.parametrize("name", [row.name for row in FORMATS])
@pytest.mark.parametrize("kind", ["text/html", "text/xml", "text/plain", ""])
def test_content_of_any_format_is_read_or_reported(name: str, kind: str, tmp_path: Path) -> None:
    content = next(file for file in sorted((FOLDER / name / "in").rglob("*")) if file.is_file()).read_bytes()
    articles, failures, warnings = archive(tmp_path / "a.warc", record(response(content, kind)) + page(2), format="warc")
    assert "L/urn:uuid:2" in {one.id for one in articles}
    assert len(articles) + len(failures) + len(warnings) >= 2


def wacz(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)


def test_a_bomb_in_a_package(tmp_path: Path) -> None:
    bomb = gzip.compress(b"WARC/1.0\r\nContent-Length: 900000000\r\n\r\n" + b"\0" * (300 * 2**20))
    wacz(tmp_path / "a.wacz", {"archive/a.warc.gz": gzip.compress(page(1)), "archive/b.warc.gz": bomb})
    found = read_within(tmp_path / "a.wacz", megabytes=200, seconds=40)
    assert found.ids == ["L/urn:uuid:1"]
    assert "unpacks to more than" in found.reasons[0]


def test_a_package_of_many_members(tmp_path: Path) -> None:
    wacz(tmp_path / "a.wacz", {f"archive/{number}.warc": page(number) for number in range(200)})
    assert archive_of(tmp_path / "a.wacz") == [f"L/urn:uuid:{number}" for number in range(200)]
    failures: list[Failure] = []
    assert list(read(tmp_path / "a.wacz", "L", failures.append, options={"max_members": ["100"]})) == []
    assert failures[0].reason == "it has more than 100 members; if that is right, raise --max-members"


def archive_of(path: Path) -> list[str]:
    return [one.id for one in read(path, "L")]


PIECES = st.sampled_from(
    [
        *(
            b"WARC/1.0\r\n",
            b"WARC-Type: response\r\n",
            b"Content-Length: 9\r\n",
            b"\r\n",
            b"HTTP/1.1 200 OK\r\n",
            b"\n",
            b"x",
        ),
        *(
            b"Content-Type: text/html; charset=utf-16\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"5\r\n",
            b"Content-Encoding: br\r\n",
        ),
        *(b"http://a/ 1.2.3.4 20200101000000 text/html 9\n", b"filedesc://a 0 20200101000000 text/plain 3\n", b"<p>a</p>"),
        *(page(1), record(b"%PDF-1.4", "resource", Content_Type="application/pdf")),
    ]
)


@given(st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=20).map(b"".join))
def test_anything_is_read_or_refused(data: bytes) -> None:
    try:
        assert list(read_warc(io.BytesIO(data), ReadOptions())) is not None
    except Unreadable as error:
        assert "is it cut off" in str(error)
