from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.control_characters import has_controls
from searchkit.corpus.decode import Undecodable, decode, printable_path
from searchkit.errors import SearchkitError

FRENCH = "Le président a déclaré que la réforme coûterait 3 € : l'œuvre est à refaire. Les élèves étaient inquiets. " * 3
RUSSIAN = "Президент Азербайджана заявил, что переговоры о мире будут продолжены — по словам «источника». " * 3
TURKISH = "Türkiye Cumhurbaşkanı İstanbul'da yaptığı açıklamada görüşmelerin sürdüğünü söyledi. Çalışanlar ağır. " * 3


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (FRENCH, "utf-8", "utf-8"),
        (FRENCH, "utf-8-sig", "utf-8"),
        (FRENCH, "utf-16", "utf-16-le"),
        (FRENCH, "utf-16-be", "utf-16-be"),
        (FRENCH, "utf-32", "utf-32-le"),
        (FRENCH, "cp1252", "windows-1252"),
        (FRENCH, "iso8859-15", "iso-8859-15"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (RUSSIAN, "utf-16-le", "utf-16-le"),
        (TURKISH, "cp1254", "windows-1254"),
        (TURKISH, "iso8859-9", "windows-1254"),
        ("Plain words and nothing else.", "utf-16-le", "utf-16-le"),
        ("Plain words and nothing else.", "utf-16-be", "utf-16-be"),
        ("It’s “over” – so what…", "cp1252", "windows-1252"),
    ],
)
def test_decode_one_text_in_many_encodings(text: str, encoding: str, name: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.encoding) == (text, name)


def test_decode_ascii_before_the_first_letter() -> None:
    text = "Nothing but ASCII in this long beginning. " * 300 + RUSSIAN
    assert decode(text.encode("cp1251")).text == text


def test_decode_fractions_are_no_ligatures() -> None:
    text = "Il a acheté 1½ kilo de thé à Liège, l'été dernier, et à moitié prix. " * 3
    assert decode(text.encode("cp1252")).text == text


def test_decode_declared() -> None:
    assert decode("żółw".encode("iso8859-2"), "ISO-8859-2").text == "żółw"
    assert decode("“żółw”".encode("cp1250"), "windows-1250").text == "“żółw”"
    assert decode("“é”".encode("cp1252"), "latin-1").text == "“é”"
    assert decode("é".encode(), "ascii").text == "Ã©"  # a label of ASCII means windows-1252, and it decodes
    assert decode("é".encode(), "no such encoding").text == "é"
    for codec in ("utf-7", "unicode_escape", "base64", "idna", "punycode", "undefined"):
        assert decode(b"a \\ud800 +2AA-", codec).text == "a \\ud800 +2AA-"


def test_decode_cleans_control_characters() -> None:
    assert decode(b"a\r\nb\rc\nd\te\x07").text == "a\nb\nc\nd\te "
    assert decode("\ufeffa\x85b\ufeffc".encode()).text == "a…b\ufeffc"


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02\x03" * 50, b"abc\x00", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", bytes(range(1, 32)) * 4]
)
def test_decode_refuses_binary_data(data: bytes) -> None:
    with pytest.raises(Undecodable, match="binary data, not text"):
        decode(data)


def test_decode_mark_that_lies() -> None:
    with pytest.raises(Undecodable, match="it begins with the mark of utf-16-le and is not utf-16-le"):
        decode(b"\xff\xfe" + b"A\x00\x00\xd8" * 3)
    assert decode(b"\xef\xbb\xbf" + "Der Bürgermeister begrüßte die Gäste aus Zürich.".encode("cp1252")).text.endswith(
        "Der Bürgermeister begrüßte die Gäste aus Zürich."
    )


def test_shown_path() -> None:
    assert printable_path("a/é.txt") == "a/é.txt"
    assert printable_path("a/\udce9.txt") == "a/\\xe9.txt"


LETTERS = "Les élèves étaient inquiets à Genève, où l'été fut très pluvieux."


@pytest.mark.parametrize(
    ("data", "encoding", "text", "name", "warnings"),
    [
        ("Ёж".encode("koi8_r"), "KOI8-R", "Ёж", "koi8-r", []),
        (b"plain", "koi8-r", "plain", "koi8-r", []),
        ("Ёж".encode("utf-8-sig"), "koi8-r", "Ёж", "utf-8", []),
        ("Ёж".encode("utf-16"), "koi8-r", "Ёж", "utf-16-le", []),
        ("Ёж".encode("utf-16-be"), "utf-16-be", "Ёж", "utf-16-be", []),
        ("plain".encode("utf-16-le"), "koi8-r", "plain", "utf-16-le", [("encoding-option", "utf-16-le, not koi8-r")]),
        (LETTERS.encode("cp1252"), "utf-8", LETTERS, "windows-1252", [("encoding-option", "windows-1252, not utf-8")]),
        (LETTERS.encode("cp1252"), "gbk", LETTERS, "windows-1252", [("encoding-option", "windows-1252, not gb18030")]),
        ("新聞だ".encode("iso2022_jp"), "iso-2022-jp", "新聞だ", "iso-2022-jp", []),
        (LETTERS.encode() + b" \x92", "", f"{LETTERS} ’", "utf-8", [("no-utf-8", "1 byte, 0x92 at byte 75")]),
        (
            LETTERS.encode("utf-8-sig") + b"\x92 \x92",
            "",
            f"{LETTERS}’ ’",
            "utf-8",
            [("no-utf-8", "2 bytes, the first 0x92 at byte 77")],
        ),
        (
            "政府通过预算，北京下雨了".encode("gbk")[:-1],
            "gb2312",
            "政府通过预算，北京下雨\ufffd",
            "gb18030",
            [("stray-bytes", "1 byte, 0xc1 at byte 22")],
        ),
        (
            f"{LETTERS} \ud800".encode("utf-16-le", "surrogatepass"),
            "",
            f"{LETTERS} \ufffd",
            "utf-16-le",
            [("stray-bytes", "1 byte, 0x00 at byte 132")],
        ),
        (
            LETTERS.encode("cp1252") + b"\x81",
            "latin-1",
            f"{LETTERS}\ufffd",
            "windows-1252",
            [("stray-bytes", "1 byte, 0x81 at byte 65")],
        ),
    ],
)
def test_decode_in_order(data: bytes, encoding: str, text: str, name: str, warnings: list[tuple[str, str]]) -> None:
    decoded = decode(data, encoding)
    assert (decoded.text, decoded.encoding, list(decoded.warnings())) == (text, name, warnings)


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"Oil rose in the \x81 market today.", "windows-1252", "Oil rose in the \ufffd market today."),
        (b"abc \x81\x8d text", "windows-1252", "abc \ufffd\ufffd text"),
        (b"abc \x81 caf\xe9 \x9d text", "windows-1252", "abc \ufffd café \ufffd text"),
        (b"abc \xff text", "iso-8859-8", "abc \ufffd text"),
        (b"abc \x98 text", "windows-1251", "abc \ufffd text"),
        (b"abc \xdb\xfc text", "tis-620", "abc \ufffd\ufffd text"),
    ],
)
def test_decode_few_strays_in_a_named_encoding(data: bytes, encoding: str, text: str) -> None:
    """One or two stray bytes do not overrule an encoding that the option or the data names."""
    for decoded in (decode(data, encoding), decode(data, declared=encoding)):
        assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, False)
        assert [kind for kind, _ in decoded.warnings()] == ["stray-bytes"]
        assert decoded.confidence > 0.8


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "euc-kr", "shift_jis"])
def test_decode_lone_letters_overrule_encodings_of_several_bytes(encoding: str) -> None:
    decoded = decode(b"The caf\xe9 in the street, the caf\xe9.", encoding)
    assert decoded.text == "The café in the street, the café."
    assert [kind for kind, _ in decoded.warnings()][:1] == ["encoding-option"]


def test_decode_half_utf_8_half_windows_1252() -> None:
    data = LETTERS.encode() + b"\n" + LETTERS.encode("cp1252")
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (f"{LETTERS}\n{LETTERS}", "utf-8")
    assert decoded.confidence < 0.9


def test_decode_weak_guess() -> None:
    decoded = decode(b"Pel\xe8")
    assert list(decoded.warnings()) == [("encoding-guess", f"{decoded.encoding}, confidence {decoded.confidence:.2f}")]


def test_decode_last_resort_drops_nothing() -> None:
    decoded = decode(bytes(range(0x80, 0x100)))
    assert len(decoded.text) >= 64


def test_decode_seven_bit() -> None:
    assert decode("首相は雨の中を歩いた".encode("iso2022_jp")).encoding == "iso-2022-jp"
    assert decode(b"~{11>)~} and ~{OBSj~}").text == "北京 and 下雨"


@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "latin-1", "utf-7", "koi8-r", "x", "shift_jis", "utf-16"]))
def test_decode_any_bytes(data: bytes, declared: str) -> None:
    try:
        text = decode(data, declared).text
    except SearchkitError:
        return
    assert not has_controls(text)
    text.encode()


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\u2028\u2029"), max_size=200
    )
)
def test_decode_utf_8_is_exact(text: str) -> None:
    assert decode(text.encode()).text == text


MAYOR = "町長が辞任した。"
IN_JIS = MAYOR.encode("iso2022_jp")


@pytest.mark.parametrize(
    ("data", "text", "first", "stray"),
    [
        (IN_JIS + b"\nRos\xe9", MAYOR + "\nRosé", len(IN_JIS) + 4, "0xe9"),
        (b"Ros\xe9\n" + IN_JIS, "Rosé\n" + MAYOR, 3, "0xe9"),
        (IN_JIS + b"\x92", MAYOR + "’", len(IN_JIS), "0x92"),
    ],
)
def test_decode_escapes_beside_a_byte_above_ascii(data: bytes, text: str, first: int, stray: str) -> None:
    found = decode(data)
    assert (found.text, found.encoding) == (text, "iso-2022-jp")
    assert list(found.warnings()) == [("stray-bytes", f"1 byte, {stray} at byte {first}")]


def test_decode_escapes_beside_utf_8() -> None:
    assert decode(IN_JIS + "\nRosé".encode()).text == MAYOR + "\nRosé"


def test_decode_row_13_of_nec() -> None:
    assert decode(b'\x1b$B-"\x1b(B ' + IN_JIS).text == "② " + MAYOR


@pytest.mark.parametrize(
    ("data", "encoding", "name"),
    [
        (b"Snow closed the pass on Tuesday.", "utf-16", "utf-8"),
        (b"Snow closed the pass on Tuesday.", "utf-32-be", "utf-8"),
        (b"Snow closed the Col du Caf\xe9 on Tuesday.", "utf-16-be", "windows-1252"),
        ("Снег закрыл перевал во вторник".encode("cp1251"), "utf-16", "windows-1251"),
        ("Snow closed the pass".encode("utf-16-be"), "utf-16-le", "utf-16-be"),
    ],
)
def test_decode_wide_option_that_does_not_fit(data: bytes, encoding: str, name: str) -> None:
    found = decode(data, encoding)
    refused = encoding if encoding[-1] == "e" else f"{encoding}-le"
    assert found.encoding == name
    assert ("encoding-option", f"{name}, not {refused}") in list(found.warnings())


@pytest.mark.parametrize("text", [MAYOR, "上海", "부산에눈이내렸다", "Snow", "雪が12cm"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_decode_wide_option_that_fits(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding), encoding)
    assert (found.text, found.encoding, list(found.warnings())) == (text, encoding, [])


PLAIN = "Plain English words that say nothing at all here.\n"
CAFES = "Café naïve über Łódź.\n" * 100


@pytest.mark.parametrize(
    ("parts", "strays", "first"),
    [
        ((CAFES, PLAIN * 5300, "It didn#t end.\n"), 1, 267_807),
        (("It didn#t end.\n", PLAIN * 8400, CAFES), 1, 7),
        (("It didn#t end.\n", PLAIN * 3000, CAFES, PLAIN * 3000, "It didn#t end.\n"), 2, 7),
        ((PLAIN * 3000, "It didn#t end.\n", CAFES, PLAIN * 6000), 1, 150_007),
        (("It didn#t end.\n", CAFES * 1800), 1, 7),
        ((CAFES * 900, "It didn#t end.\n", CAFES * 900), 1, 2_520_007),
        ((CAFES * 1800, "It didn#t end.\n"), 1, 5_040_007),
    ],
)
@pytest.mark.parametrize("option", ["", "utf-8"])
def test_decode_long_utf_8_with_strays_anywhere(parts: tuple[str, ...], strays: int, first: int, option: str) -> None:
    text = "".join(parts)
    decoded = decode(text.encode().replace(b"#", b"\x92"), option)
    number = "1 byte," if strays == 1 else f"{strays} bytes, the first"
    assert (decoded.encoding, decoded.stray_count, decoded.first_stray, decoded.refused) == ("utf-8", strays, first, "")
    assert list(decoded.warnings()) == [("no-utf-8", f"{number} 0x92 at byte {first}")]
    assert decoded.text == text.replace("#", "’")


@pytest.mark.parametrize("size", [300_000, 5_000_000])
@pytest.mark.parametrize(
    ("sentence", "codec", "name"),
    [
        ("Президент заявил, что переговоры о мире будут продолжены.\n", "cp1251", "windows-1251"),
        ("Президент заявил, что переговоры о мире будут продолжены.\n", "cp866", "ibm866"),
        ("政府宣布了明年的新预算，反对党对此表示批评。\n", "gbk", "gb18030"),
        ("정부는 내년 새 예산안을 발표했다고 밝혔다.\n", "euc_kr", "euc-kr"),
        ("政府は来年の新しい予算を発表した。橋は閉鎖された。\n", "shift_jis", "shift_jis"),
        ("政府は来年の新しい予算を発表した。橋は閉鎖された。\n", "euc_jp", "euc-jp"),
        (PLAIN * 40 + "The café didn’t open until noon.\n", "cp1252", "windows-1252"),
    ],
)
def test_decode_long_texts_of_other_encodings(sentence: str, codec: str, name: str, size: int) -> None:
    encoded = sentence.encode(codec)
    number = size // len(encoded) + 1
    decoded = decode(encoded * number)
    assert (decoded.encoding, decoded.stray_count, list(decoded.warnings())) == (name, 0, [])
    assert decoded.text == sentence * number


@pytest.mark.parametrize("name", ["windows-1252", "iso-8859-15"])
def test_decode_mark_of_utf_8_before_another_encoding(name: str) -> None:
    text = "Le maire de Besançon a annoncé la fermeture de l'école à la rentrée, “pour l’été”."
    decoded = decode(b"\xef\xbb\xbf" + text.encode("cp1252") + b" \x81", name if name == "windows-1252" else "")
    assert decoded.text == f"{text} \ufffd"
    assert (decoded.encoding, decoded.stray_count, decoded.first_stray) == ("windows-1252", 1, 3 + len(text) + 1)


def test_decode_last_block_of_dos() -> None:
    decoded = decode(b"Title\r\n\r\nThe council met.\r\n" + 100 * b"\x1a")
    assert (decoded.text.rstrip(), decoded.encoding) == ("Title\n\nThe council met.", "utf-8")


def test_decode_cut_utf_16_with_a_mark() -> None:
    decoded = decode(b"\xff\xfe" + "The council met.".encode("utf-16-le")[:-1])
    assert (decoded.text, decoded.encoding, decoded.confidence, decoded.stray_count) == (
        "The council met\ufffd",
        "utf-16-le",
        0.928,
        1,
    )


@pytest.mark.parametrize("cut", [b"caf\xc3", b"costs \xe2\x82", b"It\xe2\x80", b"It\xe2", b"Well \xf0\x9f\x98"])
def test_decode_first_character_above_ascii_is_cut(cut: bytes) -> None:
    decoded = decode(b"The council met. " + cut)
    whole = cut.decode("ascii", "ignore")
    assert (decoded.text, decoded.encoding) == (f"The council met. {whole}\ufffd", "utf-8")
    assert [kind for kind, _ in decoded.warnings()] == ["no-utf-8"]


@pytest.mark.parametrize("text", ["He went to a café", "It is 20°", "MANHÃ", "Voilà"])
def test_decode_last_character_of_windows_1252(text: str) -> None:
    assert (decode(text.encode("cp1252")).text, decode(text.encode("cp1252")).encoding) == (text, "windows-1252")
