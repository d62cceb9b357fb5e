from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest

from searchkit.corpus import read

ARTICLE = b"Peace talks\n\nThe words of it.\n"


def zipped(path: Path, *names: bytes, extra: bytes = b"") -> list[str]:
    """The ids of the members of a zip file, whose names are these bytes and not marked as UTF-8."""
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


def tarred(path: Path, *names: str, encoding: str) -> list[str]:
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(ARTICLE)
            archive.addfile(info, io.BytesIO(ARTICLE))
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


def test_names_that_climb_out_in_another_encoding(tmp_path: Path) -> None:
    names = ["../../etc/Übersicht.txt", "/Ärzte.txt", "..\\Käse.txt"]
    kept = ["etc/Übersicht.txt", "Ärzte.txt", "Käse.txt"]
    assert zipped(tmp_path / "a.zip", *(name.encode("cp850") for name in names)) == kept
    assert tarred(tmp_path / "a.tar", *names, encoding="cp1252") == kept
