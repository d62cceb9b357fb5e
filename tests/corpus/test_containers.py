from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus import read, read_files
from searchkit.model import Article
from searchkit.reports import Failure
from tests.corpus.golden import FOLDER
from tests.corpus.readers.office_files import docx_of, paragraph

TEXTS = {f"{number}.txt": f"Article {number}\n\nThe words of it.\n".encode() for number in range(6)}


def zipped(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return made.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


def articles(tmp_path: Path, name: str, data: bytes) -> tuple[list[Article], list[Failure]]:
    (tmp_path / name).write_bytes(data)
    failures: list[Failure] = []
    return list(read(tmp_path / name, on_error=failures.append)), failures


def ids(tmp_path: Path, name: str, data: bytes) -> list[str]:
    found, failures = articles(tmp_path, name, data)
    assert failures == []
    return [article.id for article in found]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.txt.gz", gzip.compress),
        ("a.txt.bz2", bz2.compress),
        ("a.txt.xz", lzma.compress),
        ("a.txt.gz.xz", lambda data: lzma.compress(gzip.compress(data))),
    ],
)
def test_packed_file(name: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    assert ids(tmp_path, name, pack(TEXTS["1.txt"])) == ["a"]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.tar", bytes),
        ("a.tar.gz", gzip.compress),
        ("a.tgz", gzip.compress),
        ("a.tar.bz2", bz2.compress),
        ("a.tbz2", bz2.compress),
        ("a.TAR.XZ", lzma.compress),
        ("a.txz", lzma.compress),
    ],
)
def test_tar(name: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    members = {"./deep/x.txt": b"Words.", "/y.txt": b"Words.", "../z.txt": b"Words.", ".h/a.txt": b"W.", "b.png": b"W."}
    assert ids(tmp_path, name, pack(tarred(members))) == ["a/deep/x.txt", "a/y.txt", "a/z.txt"]


def test_archive_member_paths(tmp_path: Path) -> None:
    (tmp_path / "root" / "in").mkdir(parents=True)
    (tmp_path / "root" / "in" / "a.zip").write_bytes(
        zipped({"b/c.txt": b"Words.", "d.jsonl.gz": gzip.compress(b'{"text": "x"}')})
    )
    found = list(read(tmp_path / "root"))
    assert [article.id for article in found] == ["root/in/a.zip/b/c.txt", "root/in/a.zip/d.jsonl.gz#1"]
    assert found[0].path == f"{tmp_path}/root/in/a.zip/b/c.txt"


def test_archive_members_that_describe_others_are_skipped(tmp_path: Path) -> None:
    data = zipped(dict.fromkeys(["README.txt", "Read me a story.txt", "a.txt"], b"Words."))
    assert ids(tmp_path, "x.zip", data) == ["x/Read me a story.txt", "x/a.txt"]


def test_archives_in_archives(tmp_path: Path) -> None:
    data = b"Words."
    nested = zipped({"3.tar.gz": gzip.compress(tarred({"2.zip": zipped({"1.txt": data})}))})
    assert ids(tmp_path, "a.zip", nested) == ["a/3.tar.gz/2.zip/1.txt"]
    found, failures = articles(tmp_path, "b.zip", zipped({"4.zip": nested, "5.txt": data}))
    assert [article.id for article in found] == ["b/5.txt"]
    assert [failure.path for failure in failures] == [f"{tmp_path}/b.zip/4.zip/3.tar.gz/2.zip"]
    assert "more than 3 archives" in failures[0].reason


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [("gz", gzip.compress), ("bz2", lambda d: bz2.compress(d, 1)), ("xz", lambda d: lzma.compress(d, preset=0))],
)
def test_cut_off_stream_keeps_what_came_before(suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    rng = random.Random(1)
    lines = b"".join(b'{"text": "%d"}\n' % rng.getrandbits(900) for _ in range(5000))
    packed = pack(lines)
    found, failures = articles(tmp_path, f"a.jsonl.{suffix}", packed[: len(packed) * 3 // 4])
    assert 1000 < len(found) < 5000
    assert [f".{suffix} is damaged or cut off" in failure.reason for failure in failures] == [True]


def test_cut_off_tar(tmp_path: Path) -> None:
    whole = tarred(TEXTS)
    # Between two members, inside a header, inside a member.
    for cut, kept in ((1024 * 3, 3), (1024 * 3 + 100, 3), (1024 * 3 + 520, 3)):
        found, failures = articles(tmp_path, "a.tar", whole[:cut])
        assert [article.title for article in found] == [f"Article {number}" for number in range(kept)]
        assert ["cut off" in failure.reason for failure in failures] == [True]


def test_tar_with_a_damaged_member(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, "a.tar", tarred({"1.txt.gz": gzip.compress(TEXTS["1.txt"])[:-9], **TEXTS}))
    assert len(found) == 6
    assert [failure.path for failure in failures] == [f"{tmp_path}/a.tar/1.txt.gz"]


def test_tar_with_a_damaged_header(tmp_path: Path) -> None:
    data = bytearray(tarred(TEXTS))
    data[1024 * 2 : 1024 * 2 + 200] = b"x" * 200
    found, failures = articles(tmp_path, "a.tar", bytes(data))
    assert (len(found), len(failures)) == (2, 1)


def test_packed_tar_with_a_wrong_checksum(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tarred(TEXTS)))
    data[-8] ^= 1
    found, failures = articles(tmp_path, "a.tgz", bytes(data))
    assert (len(found), len(failures)) == (6, 1)


def test_of_a_damaged_packed_tar_the_packing_is_blamed(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tarred(TEXTS)[:4096] + b"x" * 40_000))
    data[-8] ^= 1
    found, failures = articles(tmp_path, "a.tgz", bytes(data))
    assert len(found) == 4
    assert [failure.reason.partition(" ")[0] for failure in failures] == [".gz"]


def test_behind_a_limit_a_packed_tar_is_not_read(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tarred(TEXTS) + bytes(200_000)))
    data[-8] ^= 1
    (tmp_path / "a.tgz").write_bytes(data)
    failures: list[Failure] = []
    assert len(list(read(tmp_path / "a.tgz", on_error=failures.append, options={"max_members": ["2"]}))) == 2
    assert ["--max-members" in failure.reason for failure in failures] == [True]


def test_file_of_a_tar_whose_name_ends_with_a_slash(tmp_path: Path) -> None:
    """Behind an extended header of POSIX it is a file all the same."""
    info = tarfile.TarInfo("1.txt/")
    info.size, info.pax_headers = len(TEXTS["1.txt"]), {"comment": "made by hand"}
    data = info.tobuf(tarfile.PAX_FORMAT) + TEXTS["1.txt"]
    assert ids(tmp_path, "a.tar", data + bytes(-len(data) % 512) + bytes(1024)) == ["a/1.txt"]


def test_zip_whose_comments_look_like_entries(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in ("1.txt", "2.txt"):
            info = zipfile.ZipInfo(name)
            info.comment = b"PK\x01\x02" * 20
            archive.writestr(info, TEXTS[name])
    path = tmp_path / "a.zip"
    path.write_bytes(made.getvalue())
    assert len(list(read(path, options={"max_members": ["2"]}))) == 2
    failures: list[Failure] = []
    assert list(read(path, on_error=failures.append, options={"max_members": ["1"]})) == []
    assert "it has more than 1 members" in failures[0].reason


def test_zip_with_a_damaged_member(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, data in TEXTS.items():
            archive.writestr(name, data)
    found, failures = articles(tmp_path, "a.zip", made.getvalue().replace(b"Article 2", b"Brticle 2", 1))
    assert len(found) == 5
    assert [failure.path for failure in failures] == [f"{tmp_path}/a.zip/2.txt"]


def test_zip_with_an_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zipped(TEXTS))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # general purpose bit 0, APPNOTE 4.4.4
        data[data.index(signature) + flags] |= 1
    found, failures = articles(tmp_path, "a.zip", bytes(data))
    assert len(found) == 5
    assert failures == [Failure(f"{tmp_path}/a.zip/0.txt", "it is encrypted; unpack it first")]


@pytest.mark.parametrize("name", ["a.txt.gz", "a.txt.xz", "a.txt.bz2", "a.zip", "a.tar", "a.tar.gz"])
@pytest.mark.parametrize("data", [b"", b"These are words and no archive.\n" * 40])
def test_what_is_not_packed(name: str, data: bytes, tmp_path: Path) -> None:
    found, failures = articles(tmp_path, name, data)
    assert (found, len(failures)) == ([], 1)


def test_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.corpus.unpacking.UNPACKED_FREELY", 2**20)
    bomb = zipped({f"{number}.txt": b"a " * 2**18 for number in range(40)})
    found, failures = articles(tmp_path, "a.zip", bomb)
    assert len(found) < 40
    assert len(failures) == 1
    assert "200 times" in failures[0].reason


def test_file_of_an_unknown_type(tmp_path: Path) -> None:
    found, failures = articles(tmp_path, "a.xyz", b"Words.")
    assert (found, len(failures)) == ([], 1)
    assert "--format" in failures[0].reason
    assert [article.id for article in read(tmp_path / "a.xyz", options={"format": ["text"]})] == ["a.xyz"]


WHOLE = {
    "x.zip": zipped({**TEXTS, "n.tar": tarred(TEXTS)}),
    "x.tar": tarred({**TEXTS, "n.zip": zipped(TEXTS)}),
    "x.tgz": gzip.compress(tarred(TEXTS)),
    "x.jsonl.xz": lzma.compress(b'{"text": "a"}\n' * 50),
    "x.jsonl.bz2": bz2.compress(b'{"text": "a"}\n' * 50),
}


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_any_damage_is_reported_and_never_raised(name: str, tmp_path: Path) -> None:
    whole = WHOLE[name]

    @given(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(whole)))
    def check(changes: list[tuple[int, int]], end: int) -> None:
        data = bytearray(whole)
        for place, byte in changes:
            data[place] = byte
        articles(tmp_path, name, bytes(data[: end or None]))

    check()


@pytest.mark.parametrize("cut", [5_000, 9_000, 12_345])
def test_all_articles_before_the_end_of_a_tar_that_is_cut_off_are_read(cut: int, tmp_path: Path) -> None:
    line = b'{"title": "Talks"}\n'
    found, failures = articles(tmp_path, "a.tar", tarred({"a.jsonl": line * 1000})[:cut])
    assert len(found) == (cut - tarfile.BLOCKSIZE) // len(line)
    assert ["cut off" in failure.reason for failure in failures] == [True]


@pytest.mark.parametrize("given", [{}, {"format": True}], ids=["by its content", "by --format"])
@pytest.mark.parametrize(
    "name", ["docx/in/plain.docx", "xlsx/in/sheets.xlsx", "odt/in/full.odt", "epub/in/issue.epub", "wacz/in/crawl.wacz"]
)
def test_a_document_that_is_a_zip_file_is_no_archive(name: str, given: dict[str, bool], tmp_path: Path) -> None:
    file, options = FOLDER / name, {"format": [name.partition("/")[0]]} if given else {}
    failures: list[Failure] = []
    expected = [(one.title, one.body, one.date) for one in read(file, "L", failures.append)]
    reasons = [one.reason for one in failures]
    (tmp_path / "L.zip").write_bytes(file.read_bytes())
    failures.clear()
    for found in (
        read(tmp_path / "L.zip", "L", failures.append, options=options),
        read_files([io.BytesIO(file.read_bytes())], "L", failures.append, options=options),
    ):
        # A file's name may be the title of its only article.
        assert [(one.title if one.title != "L" else file.stem, one.body, one.date) for one in found] == expected
        assert [one.reason for one in failures] == reasons
        failures.clear()


def test_an_archive_of_documents_is_unpacked(tmp_path: Path) -> None:
    data = zipped({"a.docx": docx_of(paragraph("The words of it."))})
    assert ids(tmp_path, "x.zip", data) == ["x/a.docx"]
    assert [one.id for one in read(tmp_path / "x.zip", options={"format": ["docx"]})] == ["x/a.docx"]
    failures: list[Failure] = []
    assert [one.id for one in read_files([io.BytesIO(data)], "x", failures.append)] == ["x/a.docx"]
    assert failures == []
