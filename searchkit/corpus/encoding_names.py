"""Names of encodings, and the Python codecs that read them.

Names are those of IANA in small letters, as the WHATWG Encoding Standard chooses among them:
Latin-1 is windows-1252, GBK is gb18030, ISO-8859-9 is windows-1254, since the larger encoding reads
every text of the smaller one.
"""

from __future__ import annotations

import codecs

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte-order marks, longer ones first."""
BOM_FIRST_BYTES = tuple({mark[:1] for mark, _ in BOMS})
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
"""Encodings in which a line feed is more than one byte."""
SEVEN_BIT = ("iso-2022-jp", "iso-2022-kr", "iso-2022-cn", "hz-gb-2312")
"""Encodings that write other characters in bytes of ASCII, between escapes."""

_CODECS = {
    "big5": ("big5", "cp950", "big5hkscs"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "euc-kr": ("euc_kr", "cp949"),
    "shift_jis": ("shift_jis", "cp932", "shift_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2", "iso2022_jp_3", "iso2022_jp_2004"),
    "iso-2022-kr": ("iso2022_kr",),
    "hz-gb-2312": ("hz",),
    "macintosh": ("mac-roman",),
    "x-mac-cyrillic": ("mac-cyrillic",),
    "x-mac-ce": ("mac-latin2",),
    "x-mac-greek": ("mac-greek",),
    "x-mac-turkish": ("mac-turkish",),
    "tis-620": ("cp874",),
}
"""Codecs of encodings that Python calls otherwise or has several for: the first that reads all of a
text is used."""
_NAMES = {
    **{codec: name for name, found in _CODECS.items() for codec in found},
    **dict.fromkeys(("ascii", "iso8859-1"), "windows-1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("cp874", "tis-620", "iso8859-11"), "tis-620"),
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-32": "utf-32-le",
    "iso8859-9": "windows-1254",
    "euc_jisx0213": "euc-jp",
    "shift_jisx0213": "shift_jis",
    "iso2022_jp_1": "iso-2022-jp",
}
"""Names of encodings by the names of codecs, where they differ."""
_LABELS = {
    **{name: name for name in ("iso-2022-cn", "hz-gb-2312", "x-mac-ce", "x-mac-greek", "x-mac-turkish", "tis-620")},
    **dict.fromkeys(("x-mac-roman", "mac", "macroman"), "macintosh"),
    **dict.fromkeys(("x-mac-cyrillic", "x-mac-ukrainian"), "x-mac-cyrillic"),
    **dict.fromkeys(("windows-31j", "x-sjis", "ms_kanji"), "shift_jis"),
    **dict.fromkeys(("ansi", "x-ansi", "x-cp1252"), "windows-1252"),
    **dict.fromkeys(("windows-874", "dos-874"), "tis-620"),
    **dict.fromkeys(("iso-8859-8-i", "iso-8859-8-e", "logical", "visual"), "iso-8859-8"),
    **dict.fromkeys(("unicode", "ucs-2", "iso-10646-ucs-2"), "utf-16-le"),
    **dict.fromkeys(("ucs-4", "iso-10646-ucs-4"), "utf-32-le"),
    **{"x-cp1250": "windows-1250", "x-cp1251": "windows-1251", "x-gbk": "gb18030", "x-euc-jp": "euc-jp"},
    **{"x-x-big5": "big5", "ks_c_5601-1987": "euc-kr", "windows-949": "euc-kr", "koi": "koi8-r", "koi8": "koi8-r"},
    **{"koi8-ru": "koi8-u"},
}
"""Usual labels that Python does not know or reads as another encoding."""
_NO_TEXTS = {
    *("utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "rot-13"),
    *("base64", "bz2", "hex", "quopri", "uu", "zlib"),
}
"""Codecs of Python that are not encodings of texts, or that make surrogates."""


def encoding_name(label: str) -> str:
    """The name of an encoding, in small letters and as IANA has it; "" for an unknown label."""
    label = label.strip().lower()
    if label in _LABELS:
        return _LABELS[label]
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    if name.replace("_", "-") in _NO_TEXTS:
        return ""
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith("cp125"):
        return f"windows-{name[2:]}"
    if name.startswith("cp") and name[2:].isdigit():
        return f"ibm{name[2:]}"
    return name.replace("iso8859", "iso-8859").replace("_", "-")


def python_codecs(name: str) -> tuple[str, ...]:
    """The Python codecs that read an encoding; `name` is one that `encoding_name` returns."""
    return _CODECS.get(name) or (f"cp{name[3:]}" if name.startswith("ibm") else name,)
