from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus.tolerant_decoding import TolerantText, count_utf_8, decode_strictly, decode_tolerantly

CAFES = "Les cafés à Genève".encode()


@pytest.mark.parametrize(
    ("data", "text", "strays", "first"),
    [
        (CAFES + b" \x92 \x96", "Les cafés à Genève ’ –", 2, 22),
        (CAFES + b" \x81", "Les cafés à Genève \ufffd", 1, 22),
        (CAFES + b" caf\xe9s", "Les cafés à Genève cafés", 1, 25),
        (CAFES + b" \xff", "Les cafés à Genève \ufffd", 1, 22),
        (CAFES + CAFES + b" \xff\xfe", "Les cafés à GenèveLes cafés à Genève \ufffd\ufffd", 2, 43),
        (CAFES + b" Ha\xff-", "Les cafés à Genève Ha\ufffd-", 1, 24),
        (CAFES + b" Lou\xffs", "Les cafés à Genève Louÿs", 1, 25),
        (CAFES + b"\xc3", "Les cafés à Genève\ufffd", 1, 21),
        (CAFES + b"\xc3\n", "Les cafés à Genève\ufffd\n", 1, 21),
        (CAFES + b" tou\xc3...", "Les cafés à Genève tou\ufffd...", 1, 25),
        ("Кабинет принял бюджет".encode()[:-1] + b'" x', 'Кабинет принял бюдже\ufffd" x', 1, 38),
        (CAFES + b" \xd1 ", "Les cafés à Genève Ñ ", 1, 22),
        (CAFES + b" MANH\xc3 ", "Les cafés à Genève MANHÃ ", 1, 26),
        (CAFES + b" S\xc3o", "Les cafés à Genève SÃo", 1, 23),
        (CAFES + b"\xe2\x80", "Les cafés à Genève\ufffd", 2, 21),
        (CAFES + b"\xf0\x9f\x98", "Les cafés à Genève\ufffd", 3, 21),
        (CAFES + b"\xe2\x80 x", "Les cafés à Genève\ufffd x", 2, 21),
        (CAFES + b"\xed\xa0\xbd\xed\xb8\x80", "Les cafés à Genève😀", 6, 21),
        (CAFES + b"\xed\xa0\xbd", "Les cafés à Genève\ufffd", 3, 21),
        (CAFES + b"\xc0\x80x", "Les cafés à Genève x", 2, 21),
        (CAFES + b"\xc0\xafx", "Les cafés à Genève\ufffdx", 2, 21),
        (CAFES, "Les cafés à Genève", 0, -1),
    ],
)
def test_utf_8_with_strays(data: bytes, text: str, strays: int, first: int) -> None:
    reading = decode_tolerantly(data, "utf-8")
    assert (reading.text, reading.stray_count, reading.first_stray) == (text, strays, first)
    assert reading.is_mostly_valid


@pytest.mark.parametrize(
    ("data", "encoding", "text", "strays", "first"),
    [
        ("政府预算".encode("gbk")[:-1], "gb18030", "政府预\ufffd", 1, 6),
        ("政府".encode("gbk") + b"\x80" + b"5", "gb18030", "政府€5", 1, 4),
        ("政府".encode("gbk") + b"\xff" + "预算".encode("gbk"), "gb18030", "政府\ufffd预算", 1, 4),
        ("報紙".encode("big5")[:-1], "big5", "報\ufffd", 1, 2),
        ("新聞社".encode("euc_jp")[:-1], "euc-jp", "新聞\ufffd", 1, 4),
        ("新聞社".encode("shift_jis")[:-1], "shift_jis", "新聞\ufffd", 1, 4),
        ("신문사".encode("euc_kr")[:-1], "euc-kr", "신문\ufffd", 1, 4),
        (b"caf\xe9 \x81", "windows-1252", "café \ufffd", 1, 5),
        ("ab".encode("utf-16-le") + b"x", "utf-16-le", "ab\ufffd", 1, 4),
        (b"a\0\0\xd8b\0", "utf-16-le", "a\ufffdb", 1, 2),
    ],
)
def test_other_encodings_with_strays(data: bytes, encoding: str, text: str, strays: int, first: int) -> None:
    assert decode_strictly(data, encoding) is None
    reading = decode_tolerantly(data, encoding)
    assert (reading.text, reading.stray_count, reading.first_stray) == (text, strays, first)


def test_superset_is_read_where_the_set_ends() -> None:
    assert decode_strictly("똠방".encode("cp949"), "euc-kr") == "똠방"
    assert decode_strictly("①髙".encode("cp932"), "shift_jis") == "①髙"
    assert decode_strictly("碁銹".encode("cp950"), "big5") == "碁銹"


def test_mostly_right() -> None:
    assert TolerantText("", 1, 1, 0, 4).is_mostly_valid
    assert TolerantText("", 6, 2, 0, 3).is_mostly_valid
    assert not TolerantText("", 3, 3, 0, 4).is_mostly_valid
    assert TolerantText("", 1, 1, 0, 3).confidence == 0.75


ENCODINGS = (
    "utf-8",
    "windows-1252",
    "gb18030",
    "big5",
    "euc-jp",
    "shift_jis",
    "euc-kr",
    "iso-8859-6",
    "utf-16-le",
    "utf-32-be",
)


@given(st.binary(max_size=60), st.sampled_from(ENCODINGS))
def test_no_byte_is_dropped_and_no_half_character_made(data: bytes, encoding: str) -> None:
    reading = decode_tolerantly(data, encoding)
    reading.text.encode()
    assert (reading.stray_count > 0) == (reading.first_stray >= 0)
    if reading.stray_count == 0:
        assert reading.text == decode_strictly(data, encoding)


PARTS = (
    *("a", " ", "é", "Ł", "日", "😀"),
    *(b"\xc0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xed\xa0\xbd", b"\xe2\x80", b"\xf0\x9f\x98", b"\xc3", b"\xe9", b"\x92"),
    *(b"\xf0\x80\x80\x80", b"\xe0\x80\x80", b"\xc0\xaf", b"\xf4\x90\x80\x80", b"\x80", b"\xff", b"\xf1", b"\xed", b"\xe0"),
)


@given(
    st.binary(max_size=20)
    | st.lists(st.sampled_from([part if isinstance(part, bytes) else part.encode() for part in PARTS])).map(b"".join)
)
def test_what_is_utf_8_is_counted_as_it_is_read(data: bytes) -> None:
    reading, counted = decode_tolerantly(data, "utf-8"), count_utf_8(data)
    if 2 * reading.valid_count >= reading.fault_count:
        assert (counted.stray_count, counted.fault_count, counted.valid_count) == (
            reading.stray_count,
            reading.fault_count,
            reading.valid_count,
        )
    else:
        assert 2 * counted.valid_count < counted.fault_count


def test_many_bytes_of_another_encoding_are_all_strays() -> None:
    assert decode_tolerantly(b"plain " * 20_000 + "Москва".encode("cp1251"), "utf-8") == TolerantText("", 6, 6, 120_000, 0)


@pytest.mark.parametrize("byte", [0x80, 0xA0, 0xFD, 0xFE, 0xFF])
def test_bytes_that_are_nothing_in_shift_jis(byte: int) -> None:
    before, behind = "②の橋は".encode("cp932"), "閉鎖された。".encode("cp932")
    data = before + bytes([byte]) + behind
    assert decode_strictly(data, "shift_jis") is None
    found = decode_tolerantly(data, "shift_jis")
    assert (found.text, found.stray_count, found.fault_count, found.first_stray) == (
        "②の橋は\ufffd閉鎖された。",
        1,
        1,
        len(before),
    )
