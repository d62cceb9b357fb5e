"""All shares of a file together have what one reader of the whole file finds."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.corpus import ReadOptions, list_files, read_file, read_share
from searchkit.corpus.limits import Limits
from searchkit.model import Article
from searchkit.reports import Failure
from searchkit.source_files import SourceFile
from tests.corpus.readers.test_reuters import RECORD
from tests.corpus.test_containers import tarred, zipped

ROOT = Path(__file__).parents[2]
TEXTS = {f"{number}.txt": f"Article {number}\n\nThe words of it.\n".encode() for number in range(6)}
LocatedArticle = tuple[tuple[int, ...], Article]


def whole(file: SourceFile, options: ReadOptions) -> tuple[list[Article], list[Failure]]:
    failures: list[Failure] = []
    return list(read_file(file, "L", options, failures.append)), failures


def shares(file: SourceFile, options: ReadOptions, of: int) -> list[tuple[list[LocatedArticle], list[Failure]]]:
    found = []
    for one in range(of):
        failures: list[Failure] = []
        found.append((list(read_share(file, "L", options, failures.append, (one, of))), failures))
    return found


def check(file: SourceFile, options: ReadOptions | None = None, counts: Sequence[int] = (1, 2, 3, 4)) -> list[int]:
    """Compare all shares with the whole; returns the number of articles of each share in the last
    round."""
    options = options or ReadOptions()
    articles, failures = whole(file, options)
    found = []
    for of in counts:
        found = shares(file, options, of)
        for placed, _ in found:
            assert all(before[0] < after[0] for before, after in pairwise(placed))
        in_order = sorted((one for placed, _ in found for one in placed), key=lambda one: one[0])
        assert [article for _, article in in_order] == articles
        assert Counter(failure for _, told in found for failure in told) == Counter(failures)
    return [len(placed) for placed, _ in found]


def check_data(path: Path, data: bytes, options: ReadOptions | None = None, counts: Sequence[int] = (1, 2, 3)) -> list[int]:
    path.write_bytes(data)
    return check(list_files(path).files[0], options, counts)


def json_lines(count: int, encoding: str = "utf-8", first: int = 0) -> bytes:
    """Records, of which some are blank, invalid, or not in ASCII."""
    rng = random.Random(count)
    lines = []
    for number in range(first, first + count):
        record = {"title": f"T {number}", "text": rng.choice(("words", "größere Züge über München", "a\u0007b\r\nc"))}
        lines.append(
            rng.choice(("", "bad", "[1]", '{"x": 1}')) if number % 9 == 5 else json.dumps(record, ensure_ascii=False)
        )
    return "".join(f"{line}\n" for line in lines).encode(encoding)


def sgml(count: int) -> bytes:
    """Records, of which some have no end, no beginning or no text."""
    texts = []
    for number in range(1, count + 1):
        text = RECORD.format(number=number)
        if number % 11 == 3:
            text = text[:300]
        elif number % 11 == 7:
            text = "<REUTERSX>" + text.replace("<TEXT>", "<T>")
        elif number % 11 == 9:
            text = text.replace("<REUTERS", "<RUTERS")
        texts.append(text)
    return "".join(texts).encode("latin-1")


@pytest.mark.parametrize("root", ["corpus", "tests/corpora"])
def test_shares_of_every_file_of_a_corpus(root: str) -> None:
    for file in list_files(ROOT / root).files:
        check(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp1252", "cp1254"])
def test_shares_of_json_lines(encoding: str, tmp_path: Path) -> None:
    counts = check_data(tmp_path / "a.jsonl", json_lines(400, encoding), counts=(1, 2, 3, 4))
    assert all(count > 50 for count in counts)


def test_shares_of_json_lines_whose_encoding_is_found_out_late(tmp_path: Path) -> None:
    ascii_only = b"".join(b'{"text": "plain words, number %d"}\n' % number for number in range(3000))
    late = b"".join(
        b'{"text": "plain %d"}\n' % number if number % 3 else f'{{"text": "Züge über München {number}"}}\n'.encode("cp1252")
        for number in range(500)
    )
    check_data(tmp_path / "a.jsonl", ascii_only + late + json_lines(100) + late)
    # A line that is nothing in another encoding counts as blank.
    check_data(tmp_path / "a.jsonl", ascii_only[:2000] + b"\xff\xfe\n" + ascii_only + b"\xff\xfe\x00\x00\n" + late)


def test_shares_of_json_lines_cut_off_or_undecodable(tmp_path: Path) -> None:
    check_data(tmp_path / "a.jsonl", json_lines(300, "utf-16")[:-3])
    check_data(tmp_path / "a.jsonl", json_lines(300, "utf-16")[:9000] + b"\x00\xd8\n\x00" + json_lines(300, "utf-16-le"))
    check_data(tmp_path / "a.jsonl", b"\x00\x01\x02" * 5000)
    check_data(tmp_path / "a.jsonl", b"\n \n")
    check_data(tmp_path / "a.jsonl", b"")


def test_shares_keep_ids(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x"}\n' * 200)
    (file,) = list_files(tmp_path / "a.jsonl").files
    (first, _), (second, _) = shares(file, ReadOptions(), 2)
    assert [(place, article.id) for place, article in first[62:66]] == [((n,), f"L#{n}") for n in (63, 64, 129, 130)]
    assert [place for place, _ in second] == [(n,) for n in (*range(65, 129), *range(193, 201))]


def test_a_share_tells_only_its_own_failures(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"bad\n" * 128)
    (tmp_path / "b.txt").write_bytes(b"")
    a, b = list_files(tmp_path).files
    assert [len(failures) for _, failures in shares(a, ReadOptions(), 3)] == [64, 64, 0]
    assert [len(failures) for _, failures in shares(b, ReadOptions(), 3)] == [1, 0, 0]


def test_shares_of_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    check(SourceFile("a.txt", str(tmp_path / "a.txt"), 1, 0))
    check(SourceFile("a.jsonl", str(tmp_path / "a.jsonl"), 1, 0))


def test_a_record_of_another_share_is_not_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"text": "x"}\n' * 300)
    (tmp_path / "a.sgm").write_bytes(sgml(300))
    (tmp_path / "a.zip").write_bytes(zipped(TEXTS))
    seen: list[object] = []
    monkeypatch.setattr("searchkit.corpus.readers.jsonl._parse_line", seen.append)
    monkeypatch.setattr("searchkit.corpus.articles._StreamReader._article", lambda self, record, number: seen.append(record))
    for file in list_files(tmp_path).files:
        assert list(read_share(file, "L", ReadOptions(), lambda failure: None, (7, 8))) == []
    assert seen == []


def test_shares_of_sgml(tmp_path: Path) -> None:
    assert min(check_data(tmp_path / "a.sgm", sgml(300), counts=(1, 2, 3, 4))) > 30
    check_data(tmp_path / "a.sgm", sgml(100)[:-40])
    check_data(tmp_path / "a.sgm", b"<html>")


MEMBERS = {
    **TEXTS,
    "empty.txt": b"",
    "many.jsonl": json_lines(200),
    "wide.jsonl.gz": gzip.compress(json_lines(150, "utf-16")),
    "cut.jsonl.gz": gzip.compress(json_lines(200))[:-20],
    "cut.txt.xz": lzma.compress(TEXTS["1.txt"])[:-10],
    "one.txt.gz": gzip.compress(TEXTS["1.txt"]),
    "news.sgm": sgml(90),
    ".hidden.txt": b"x",
    "image.png": b"x",
    "inner.tar": tarred({**TEXTS, "more.jsonl": json_lines(80), "cut.zip": zipped(TEXTS)[:-30]}),
    "inner.zip": zipped({**TEXTS, "more.jsonl": json_lines(80), "bad.tgz": gzip.compress(tarred(TEXTS))[:-300]}),
    "last.txt": b"The last one.",
}


@pytest.mark.parametrize("pack", [zipped, tarred], ids=["zip", "tar"])
@pytest.mark.parametrize("members", [MEMBERS, TEXTS], ids=["all", "texts"])
@pytest.mark.parametrize("packing", ["", ".gz", ".bz2", ".xz"])
def test_shares_of_archives(
    pack: Callable[[dict[str, bytes]], bytes], members: dict[str, bytes], packing: str, tmp_path: Path
) -> None:
    packings: dict[str, Callable[[bytes], bytes]]
    packings = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    data = packings[packing](pack(members))
    path = tmp_path / f"a{'.zip' if pack is zipped else '.tar'}{packing}"
    assert min(check_data(path, data)) > 0
    for end in (len(data) - 30, len(data) * 2 // 3, len(data) // 3):
        check_data(path, data[:end], counts=(2, 3))


@pytest.mark.parametrize("limit", [2**14, 2**16])
def test_shares_of_a_bomb(limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a share skips must not change where reading ends."""
    monkeypatch.setattr("searchkit.corpus.unpacking.UNPACKED_FREELY", limit)
    options = ReadOptions(limits=Limits(max_ratio=1))
    for members in ({f"{number}.txt": b"a " * 2000 for number in range(40)}, MEMBERS):
        for name, data in (
            ("a.zip", zipped(members)),
            ("a.tgz", gzip.compress(tarred(members))),
            ("b.zip", zipped({"x.zip": zipped(members), "y.txt": b"Words."})),
        ):
            check_data(tmp_path / name, data, options, counts=(2, 3))


def test_shares_with_a_mapping_and_a_format(tmp_path: Path) -> None:
    options = ReadOptions(map=(("title", "kop"), ("authors", "meta.who")), format="jsonl")
    record = json.dumps({"kop": "T", "meta": {"who": "Ann Lee"}, "text": "x"}).encode()
    check_data(tmp_path / "a.txt", b"\n".join([record] * 200), options)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tgz", "a.jsonl.xz", "a.sgm", "a.jsonl"])
def test_shares_of_damaged_files(name: str, tmp_path: Path) -> None:
    members = {**TEXTS, "n.tar": tarred(TEXTS), "n.zip": zipped(TEXTS), "b.jsonl": json_lines(70), "c.txt": b"x"}
    data = {
        "a.zip": lambda: zipped(members),
        "a.tar": lambda: tarred(members),
        "a.tgz": lambda: gzip.compress(tarred(members)),
        "a.jsonl.xz": lambda: lzma.compress(json_lines(200)),
        "a.sgm": lambda: sgml(140),
        "a.jsonl": lambda: json_lines(200, "cp1252"),
    }[name]()

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(data)))
    def damaged(changes: list[tuple[int, int]], end: int) -> None:
        made = bytearray(data)
        for place, byte in changes:
            made[place] = byte
        check_data(tmp_path / name, bytes(made[: end or None]), counts=(2, 3))

    damaged()
