from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from searchkit.corpus import ReadOptions, list_files, read, read_share
from searchkit.reports import Failure

ARTICLE = b"Peace talks\n\nThe words of it.\n"


def zipped(path: Path, *names: bytes, extra: bytes = b"") -> list[str]:
    """The ids of the members of a zip file whose names are these bytes, without the flag for
    UTF-8."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number, name in enumerate(names):
            info = zipfile.ZipInfo("abcdef"[number] * len(name))
            info.extra = extra
            archive.writestr(info, ARTICLE)
    data = made.getvalue()
    for number, name in enumerate(names):
        data = data.replace(b"abcdef"[number : number + 1] * len(name), name)
    path.write_bytes(data)
    return [article.id.removeprefix("L/") for article in read(path, "L")]


def tar_of(names: Sequence[str], encoding: str, text: bytes = ARTICLE) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text))
    return made.getvalue()


def tarred(path: Path, *names: str, encoding: str) -> list[str]:
    path.write_bytes(tar_of(names, encoding))
    return [article.id.removeprefix("L/") for article in read(path, "L")]


NAMES = [
    (["Погода.txt", "Спорт/Хоккей.txt"], "cp866"),
    (["天気予報.txt", "表紙.txt"], "shift_jis"),
    (["天气预报.txt", "体育新闻.txt"], "gbk"),
    (["Übersicht.txt", "Ärzte in Köln.txt"], "cp850"),
    (["Übersicht.txt", "Ärzte in Köln.txt"], "cp1252"),
    (["plain.txt", "Żółw.txt", "Łódź i okolice.txt"], "cp852"),
    (["Übersicht.txt"], "utf-8"),
]


@pytest.mark.parametrize(("names", "encoding"), NAMES)
def test_names_in_zip(names: list[str], encoding: str, tmp_path: Path) -> None:
    assert zipped(tmp_path / "a.zip", *(name.encode(encoding) for name in names)) == names


def test_zip_that_says_its_names_are_utf_8(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("日本/é.txt", ARTICLE)
    assert [article.id for article in read(tmp_path / "a.zip", "L")] == ["L/日本/é.txt"]


def test_zip_with_names_in_extra_fields(tmp_path: Path) -> None:
    raw = "Čaj.txt".encode("cp852")
    field = b"\1" + struct.pack("<L", zlib.crc32(raw)) + "Чай.txt".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert zipped(tmp_path / "a.zip", raw, extra=extra) == ["Чай.txt"]
    other = struct.pack("<HH", 0x7075, len(field)) + b"\1" + bytes(4) + field[5:]
    assert zipped(tmp_path / "a.zip", raw, extra=other) != ["Чай.txt"]


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        (["Прогноз погоды.txt", "Ёж.txt"], "koi8_r"),
        (["Übersicht über Köln.txt", "é.txt"], "cp1252"),
        (["天気予報の新聞.txt", "雨.txt"], "euc_jp"),
        (["é.txt", "日本.txt"], "utf-8"),
    ],
)
def test_names_in_tar(names: list[str], encoding: str, tmp_path: Path) -> None:
    assert tarred(tmp_path / "a.tar", *names, encoding=encoding) == names


FEW_BEFORE_MANY = [
    (["a.txt", "Я.txt", "Эхо.txt", "Погода в Баку.txt", "Спорт/Новости хоккея.txt"], "cp866"),
    (["Я.txt", "b.txt", "Ёж.txt", "Прогноз погоды.txt", "Новости спорта.txt"], "koi8_r"),
    (["é.txt", "Übersicht der Woche.txt", "Ärzte in Köln.txt", "Börse und Märkte.txt"], "cp437"),
    (["雨.txt", "表紙.txt", "天気予報の新聞.txt", "スポーツ.txt"], "shift_jis"),
    (["é.txt", "L'été à Genève.txt", "Les élèves inquiets.txt"], "latin-1"),
    (["é.txt"], "latin-1"),
]


def nested(data: bytes, pack: str) -> bytes:
    """A tar file in a zip file or a packed tar file."""
    made = io.BytesIO()
    if pack == "zip":
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("n.tar", data)
        return made.getvalue()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        info = tarfile.TarInfo("n.tar")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    return made.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "a.tar": bytes,
    "a.tar.gz": gzip.compress,
    "a.tar.xz": lzma.compress,
    "a.zip": lambda data: nested(data, "zip"),
    "b.tgz": lambda data: nested(data, "tar"),
}


def shared(path: Path, of: int) -> tuple[list[str], int]:
    """The ids that several shares find together, in order, and the number of failures."""
    (file,) = list_files(path).files
    told: list[Failure] = []
    found = [one for k in range(of) for one in read_share(file, "L", ReadOptions(), told.append, (k, of))]
    found.sort(key=lambda one: one[0])
    return [article.id.removeprefix("L/").removeprefix("n.tar/") for _, article in found], len(told)


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize(("names", "encoding"), FEW_BEFORE_MANY)
def test_the_last_names_of_a_tar_file_decide_of_the_first(
    names: list[str], encoding: str, packing: str, tmp_path: Path
) -> None:
    """The first name alone would be guessed otherwise. All shares decide alike."""
    (tmp_path / packing).write_bytes(PACKINGS[packing](tar_of(names, encoding)))
    assert [shared(tmp_path / packing, of) for of in (1, 2, 3)] == [(names, 0)] * 3


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("size", [1, 511, 513, 9000, 10240, 200_000])
def test_members_behind_a_name_are_read_as_they_are(packing: str, size: int, tmp_path: Path) -> None:
    """To look ahead for names does not move what is read, wherever a member ends."""
    names = ["plain.txt", "Я.txt", f"{'папка/' * 30}Погода.txt", "Новости спорта.txt"]
    text = bytes(97 + number % 23 for number in range(size))
    (tmp_path / packing).write_bytes(PACKINGS[packing](tar_of(names, "cp866", text)))
    found = list(read(tmp_path / packing, "L"))
    assert [article.id.removeprefix("L/").removeprefix("n.tar/") for article in found] == names
    assert {f"{article.title}{article.body}" for article in found} == {text.decode()}


@pytest.mark.parametrize("packing", PACKINGS)
def test_names_before_damage_count(packing: str, tmp_path: Path) -> None:
    names, encoding = FEW_BEFORE_MANY[0]
    data = bytearray(tar_of([*names, "last.txt"], encoding))
    data[5 * 1024 : 5 * 1024 + 200] = b"\xff" * 200
    (tmp_path / packing).write_bytes(PACKINGS[packing](bytes(data)))
    assert [shared(tmp_path / packing, of) for of in (1, 2)] == [(names, 1)] * 2


@pytest.mark.parametrize("packing", PACKINGS)
def test_names_are_looked_for_within_limits(packing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names behind a limit do not take part in the guess; reading ends at the limits as usual."""
    names, encoding = FEW_BEFORE_MANY[0]
    (tmp_path / packing).write_bytes(PACKINGS[packing](tar_of(names, encoding, ARTICLE * 1000)))
    told: list[Failure] = []
    assert len(list(read(tmp_path / packing, "L", told.append, options={"max_members": ["3"]}))) == 3
    assert ["more than 3 members" in failure.reason for failure in told] == [True]
    monkeypatch.setattr("searchkit.corpus.tars.MAX_KEPT_BYTES", 1)
    assert (shared(tmp_path / packing, 1)[0] == names) == (packing.startswith("a.tar"))
    assert len(shared(tmp_path / packing, 1)[0]) == len(names)


def test_names_that_climb_out_in_another_encoding(tmp_path: Path) -> None:
    names = ["../../etc/Übersicht.txt", "/Ärzte.txt", "..\\Käse.txt"]
    kept = ["etc/Übersicht.txt", "Ärzte.txt", "Käse.txt"]
    assert zipped(tmp_path / "a.zip", *(name.encode("cp850") for name in names)) == kept
    assert tarred(tmp_path / "a.tar", *names, encoding="cp1252") == kept


def test_names_that_were_cut_are_utf_8(tmp_path: Path) -> None:
    name = ("Новости дня " * 9).encode()[:-2] + b".txt"  # in the middle of the last letter
    right = f"{'Новости дня ' * 8}Новости дн\ufffd.txt"
    assert zipped(tmp_path / "a.zip", name, "Погода.txt".encode("cp866")) == [right, "Погода.txt"]
    assert tarred(tmp_path / "a.tar", name.decode("utf-8", "surrogateescape"), encoding="utf-8") == [right]
