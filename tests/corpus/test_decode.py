from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.control_characters import has_controls
from searchkit.corpus.decode import Undecodable, decode, shown
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
    assert shown("a/é.txt") == "a/é.txt"
    assert shown("a/\udce9.txt") == "a/\\xe9.txt"


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
