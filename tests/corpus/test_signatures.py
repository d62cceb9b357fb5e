from __future__ import annotations

import pytest

from searchkit.corpus.signatures import decode_seven_bit, wide_encoding

ARABIC = "أعلنت الحكومة يوم الأحد عن خطة جديدة لبناء المدارس في القرى.\n" * 3
CHINESE = "一家报纸说，市长 2020 年就知道了。\n今天下雨。"


@pytest.mark.parametrize(
    "text", ["Rain in Leeds", "Дождь в Казани весь день", ARABIC, CHINESE, "新聞は一日に二度来る。\n", "a"]
)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_by_its_nuls(text: str, encoding: str) -> None:
    assert wide_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("text", ["Rain in Leeds", "Дождь в Казани", CHINESE])
@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_utf_32_by_its_nuls(text: str, encoding: str) -> None:
    assert wide_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize("data", [b"", b"abc", b"abc\0", bytes(range(256)) * 4, b"\0" * 64, b"\x7fELF\2\1\1" + b"\0" * 40])
def test_what_is_not_wide(data: bytes) -> None:
    assert wide_encoding(data) == ""


JAPANESE = "大臣は雨の中を歩いた。\nテレビ"


@pytest.mark.parametrize(
    ("data", "text", "encoding", "lost"),
    [
        (JAPANESE.encode("iso2022_jp"), JAPANESE, "iso-2022-jp", 0),
        ("半角ｶﾅ".encode("iso2022_jp_ext"), "半角ｶﾅ", "iso-2022-jp", 0),
        (b"\x1b$@F|K\\\x1b(J yen", "日本 yen", "iso-2022-jp", 0),
        ("雨の中".encode("iso2022_jp")[:-4], "雨の\ufffd", "iso-2022-jp", 1),
        ("비가 왔다".encode("iso2022_kr"), "비가 왔다", "iso-2022-kr", 0),
        (b"\x1b$)A\x0e11>)\x0f 2020\n\x1b$)A\x0eOBSj\x0f", "北京 2020\n下雨", "iso-2022-cn", 0),
        (b"\x1b$)G\x0e11>)\x0f", "\ufffd\ufffd", "iso-2022-cn", 2),
        (b"A ~{11>)~} B ~{OBSj~}~~", "A 北京 B 下雨~", "hz-gb-2312", 0),
        (b"~{11>)~}\n~{OBSj", "北京\n下雨", "hz-gb-2312", 0),
    ],
)
def test_seven_bit(data: bytes, text: str, encoding: str, lost: int) -> None:
    assert decode_seven_bit(data) == (text, encoding, lost)
    assert decode_seven_bit(data, encoding) == (text, encoding, lost)
    assert decode_seven_bit(data, "iso-2022-kr" if encoding != "iso-2022-kr" else "hz-gb-2312") is None


@pytest.mark.parametrize(
    "data",
    [
        b"plain",
        b"one ~{11>)~} run",
        b"\x1b[31mred\x1b[0m",
        b'(format t "~{~a~}" x) (format t "~{~a~^, ~}" y)',
        b"~{ab~} ~{c~}",
    ],
)
def test_what_is_not_seven_bit(data: bytes) -> None:
    assert decode_seven_bit(data) is None
