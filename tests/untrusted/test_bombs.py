"""Archives made to exhaust memory or time: each is reported, and the rest is read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.limits import KB, MB
from searchkit.reports import Failure
from tests.corpus.test_containers import tarred, zipped
from tests.untrusted.child import read_within

ARTICLE = b"Peace talks\n\nThe words of it.\n"


def failures(path: Path, **options: str) -> tuple[list[str], list[Failure]]:
    """The ids of the articles, and the failures."""
    told: list[Failure] = []
    found = read(path, "L", told.append, options={name: [value] for name, value in options.items()})
    return [article.id for article in found], told


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def with_header(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    """A header of a tar file with a wrong size."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl.gz", lambda: gzip.compress(b'{"text": "a"}\n' * 20_000)),
        ("a.jsonl.bz2", lambda: bz2.compress(b'{"text": "a"}\n' * 20_000)),
        ("a.jsonl.xz", lambda: lzma.compress(b'{"text": "a"}\n' * 20_000)),
        ("a.jsonl.gz.gz", lambda: gzip.compress(gzip.compress(b'{"text": "a"}\n' * 20_000))),
        ("a.zip", lambda: zipped({f"{n}.jsonl": b'{"text": "a"}\n' * 5_000 for n in range(4)})),
        ("a.tgz", lambda: gzip.compress(tarred({f"{n}.jsonl": b'{"text": "a"}\n' * 5_000 for n in range(4)}))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_grows_beyond_its_ratio(
    name: str, data: Callable[[], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """280 KB out of a few kilobytes: up to a limit that small files do not meet, the rest is a
    line."""
    path = written(tmp_path / name, data())
    ids, told = failures(path)
    assert (len(ids), told) == (20_000, [])
    monkeypatch.setattr("searchkit.corpus.unpacking.UNPACKED_FREELY", 64 * KB)
    ids, told = failures(path, max_ratio="5")
    assert len(ids) < 10_000
    assert [(failure.path, failure.place) for failure in told] == [(str(path), "")]
    assert (
        told[0].reason
        == "it unpacks to more than 5 times its size; if that is right, unpack it yourself or raise --max-ratio"
    )
    assert failures(path, max_ratio="100000")[1] == []


def test_what_unpacks_to_more_than_the_total(tmp_path: Path) -> None:
    path = written(tmp_path / "a.zip", zipped({f"{n}.txt": b"Words of it. " * 10_000 for n in range(20)}))
    ids, told = failures(path, max_unpacked="1MB")
    assert 5 < len(ids) < 10
    assert ["more than 1MB" in failure.reason and "--max-unpacked" in failure.reason for failure in told] == [True]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz"])
def test_a_member_that_is_too_large(name: str, tmp_path: Path) -> None:
    """One failure for that member; the others are read."""
    members = {"1.txt": ARTICLE, "2.jsonl": b'{"text": "words"}\n' * 20_000, "3.jsonl.gz": b"", "4.txt": ARTICLE}
    members["3.jsonl.gz"] = gzip.compress(b'{"text": "words"}\n' * 20_000)
    packed = zipped(members) if name == "a.zip" else tarred(members)
    if name == "a.tgz":
        packed = gzip.compress(packed)
    ids, told = failures(written(tmp_path / name, packed), max_member="100KB")
    assert [one for one in ids if "#" not in one] == ["L/1.txt", "L/4.txt"]
    assert [failure.path.rsplit("/", 1)[1] for failure in told] == ["2.jsonl", "3.jsonl.gz"]
    assert all("larger than 100KB" in failure.reason and "--max-member" in failure.reason for failure in told)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "b.zip.gz"])
def test_too_many_members(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = {f"{n}.txt": ARTICLE for n in range(30)}
    path = written(tmp_path / name, tarred(members) if name == "a.tar" else zipped(members))
    if name.endswith(".gz"):
        written(path, gzip.compress(path.read_bytes()))
        monkeypatch.setattr("searchkit.corpus.containers.MAX_NESTED_ZIP_MEMBERS", 29)
    assert failures(path, max_members="30")[1] == [] or name.endswith(".gz")
    ids, told = failures(path, max_members="29" if name != "b.zip.gz" else "1000")
    assert len(ids) == (29 if name == "a.tar" else 0)
    assert ["more than 29 members" in failure.reason for failure in told] == [True]


def test_a_directory_of_a_zip_that_is_all_there_is(tmp_path: Path) -> None:
    """A nested zip with a packed directory of millions of members: the memory is bounded."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    count = 3_000_000
    size = len(entry) * count
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)
    with gzip.open(tmp_path / "a.zip.gz", "wb", compresslevel=1) as file:
        for _ in range(30):
            file.write(entry * (count // 30))
        file.write(end)
    outcome = read_within(tmp_path / "a.zip.gz", megabytes=500)
    assert outcome.articles == 0
    assert ["more than 250,000 members" in reason for reason in outcome.reasons] == [True]


def test_members_that_lie_over_each_other(tmp_path: Path) -> None:
    """A directory may have a thousand members at the same bytes; each time they are unpacked
    counts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.jsonl", b'{"text": "a"}\n' * 10_000)
        only = archive.filelist[0]
        archive.filelist += [only] * 999
    path = written(tmp_path / "a.zip", made.getvalue())
    outcome = read_within(path, max_unpacked="1MB")
    assert outcome.articles < MB // 14 + 1
    assert "more than 1MB" in outcome.reasons[-1]


@pytest.mark.parametrize("wanted", [True, False])
def test_a_member_that_says_it_has_no_end(wanted: bool, tmp_path: Path) -> None:
    """The standard library would try to skip it in steps of 10,000 bytes, 10^14 times."""
    data = tarred({"1.txt": ARTICLE})[:1024] + with_header("2.jsonl" if wanted else "2.png", 2**60) + b"x" * 5000
    outcome = read_within(written(tmp_path / "a.tar", data))
    assert outcome.ids == ["L/1.txt"]
    assert all("cut off" in reason or "no JSON" in reason for reason in outcome.reasons)
    assert outcome.failures


@pytest.mark.parametrize("kind", [tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE])
def test_a_header_that_asks_for_much_memory(kind: bytes, tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.tar.gz", "wb", compresslevel=1) as file:
        file.write(with_header("x", 200 * MB, kind))
        for _ in range(200):
            file.write(bytes(MB))
    outcome = read_within(tmp_path / "a.tar.gz", megabytes=100)
    assert ["a header says that it has 209,715,200 bytes" in reason for reason in outcome.reasons] == [True]


@pytest.mark.parametrize("end", ["", " hdrcharset="])
def test_a_header_that_takes_its_length_squared(end: str, tmp_path: Path) -> None:
    """The standard library searches for records from each digit."""
    digits = "9" * 250_000 + end
    header = with_header("x", len(digits), tarfile.XHDTYPE) + digits.encode() + bytes(-len(digits) % 512)
    path = written(tmp_path / "a.tar", header + tarred({"1.txt": ARTICLE}))
    assert read_within(path, seconds=10).ids == ["L/1.txt"]


def test_headers_of_headers(tmp_path: Path) -> None:
    one = with_header("x", 200 * 1024, tarfile.GNUTYPE_LONGNAME) + b"n" * 200 * 1024
    outcome = read_within(written(tmp_path / "a.tar", one * 1000))
    assert (outcome.articles, len(outcome.failures)) == (0, 1)


def test_sparse_files(tmp_path: Path) -> None:
    """A few bytes may stand for any number of zeros."""
    data = with_header("1.jsonl", 2**50, tarfile.GNUTYPE_SPARSE) + tarred({"2.txt": ARTICLE})
    assert "sparse" in read_within(written(tmp_path / "a.tar", data)).reasons[0]
    info = tarfile.TarInfo("1.jsonl")
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**50)}
    data = info.tobuf(tarfile.PAX_FORMAT) + b"9" * 20 + b"\n" + b"1\n" * 10**6
    assert "sparse" in read_within(written(tmp_path / "b.tar", data)).reasons[0]


@pytest.mark.parametrize(("key", "reason"), [("k%06d", "extended headers"), ("GNU.sparse.%06d", "sparse")])
def test_extended_headers_without_end(key: str, reason: str, tmp_path: Path) -> None:
    """Each may have 256 KB of fields, all with keys of their own."""

    def header(number: int) -> bytes:
        size = len(key % 0) + 5
        records = [f"{size} {key % index}=\n" for index in range(number * 8192, (number + 1) * 8192)]
        assert len(records[0]) == size
        fields = "".join(records).encode()
        return with_header("x", len(fields), tarfile.XHDTYPE) + fields + bytes(-len(fields) % 512)

    data = gzip.compress(b"".join(map(header, range(120))), compresslevel=1)
    assert reason in read_within(written(tmp_path / "a.tar.gz", data), seconds=20).reasons[0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt.gz", lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 30 * MB),
        ("a.txt.gz", lambda: b"\x1f\x8b\x08\x0c" + bytes(6) + b"\xff\xff" + b"n" * 30 * MB),
        ("a.jsonl.gz", lambda: gzip.compress(b"") * 50_000),
        ("a.jsonl.bz2", lambda: bz2.compress(b"") * 50_000),
    ],
    ids=[
        "name",
        "name and extra field",
        "empty members",
        "empty streams",
    ],
)
def test_packed_files_of_headers(name: str, data: Callable[[], bytes], tmp_path: Path) -> None:
    outcome = read_within(written(tmp_path / name, data()), seconds=20)
    assert (outcome.articles, len(outcome.failures)) == (0, 1)


def test_a_decoder_that_asks_for_much_memory(tmp_path: Path) -> None:
    made = lzma.LZMACompressor(filters=[{"id": lzma.FILTER_LZMA2, "preset": 0}])
    data = bytearray(made.compress(ARTICLE) + made.flush())
    # The size of the dictionary is one byte of the block's header (.xz file format 1.0.4, 5.3.1),
    # below a CRC-32.
    header = 12
    length = (data[header] + 1) * 4
    place = data.index(b"\x21\x01", header) + 2
    data[place] = 38  # 1.5 GB
    data[header + length - 4 : header + length] = struct.pack("<L", zlib.crc32(data[header : header + length - 4]))
    outcome = read_within(written(tmp_path / "a.txt.xz", bytes(data)))
    assert outcome.reasons == [".xz asks for more memory than it may have; unpack it first"]


def test_packings_around_each_other(tmp_path: Path) -> None:
    deep = "1.txt" + ".gz" * 5_000
    ids, told = failures(written(tmp_path / "a.zip", zipped({"0.txt": ARTICLE, "1.txt" + ".gz" * 30: b"x", deep: b"x"})))
    assert ids == ["L/0.txt"]
    assert ["packed more than 4 times" in told[0].reason, "15,005 characters" in told[1].reason] == [True, True]
    assert max(len(failure.path) for failure in told) < 10_000


def test_a_member_without_a_name(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        nameless = zipfile.ZipInfo("x")
        nameless.filename = ""
        archive.writestr(nameless, ARTICLE)
        archive.writestr("1.txt", ARTICLE)
    assert failures(written(tmp_path / "a.zip", made.getvalue())) == (["L/1.txt"], [])
    assert failures(tmp_path / "a.zip", format="text")[1] == []
