from __future__ import annotations

import codecs
import encodings.aliases

import pytest

from searchkit.corpus.encoding_names import encoding_name, python_codecs


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("UTF8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("latin-1", "windows-1252"),
        ("US-ASCII", "windows-1252"),
        (" cp1252 ", "windows-1252"),
        ("iso-8859-9", "windows-1254"),
        ("ISO_8859-2", "iso-8859-2"),
        ("cp866", "ibm866"),
        ("437", "ibm437"),
        ("cp737", "ibm737"),
        ("MacRoman", "macintosh"),
        ("mac-cyrillic", "x-mac-cyrillic"),
        ("KOI8-R", "koi8-r"),
        ("windows-874", "tis-620"),
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("cp950", "big5"),
        ("windows-31j", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("utf-16", "utf-16-le"),
        ("hz", "hz-gb-2312"),
        ("iso-2022-cn", "iso-2022-cn"),
        ("utf-7", ""),
        ("base64", ""),
        ("unicode_escape", ""),
        ("no such encoding", ""),
        ("", ""),
    ],
)
def test_encoding_name(label: str, name: str) -> None:
    assert encoding_name(label) == name


def test_every_name_names_itself_and_has_codecs() -> None:
    names = {encoding_name(label) for pair in encodings.aliases.aliases.items() for label in pair} - {""}
    assert {"windows-1251", "macintosh", "x-mac-ce", "ibm855", "euc-jp"} <= names
    for name in names:
        assert encoding_name(name) == name
        assert all(codecs.lookup(codec) for codec in python_codecs(name))
