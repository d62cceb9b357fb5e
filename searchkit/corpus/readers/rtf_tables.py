"""The control words of RTF that readers of text need (Rich Text Format Specification 1.9.1)."""

from __future__ import annotations

import re

CHARSETS = {
    **{0: 1252, 77: 10000, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258},
    **{177: 1255, 178: 1256, 179: 1256, 181: 1255, 186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850},
    **{78: 932, 79: 949, 80: 936, 81: 950, 83: 1255, 84: 1256, 85: 10006, 86: 10081, 87: 874, 88: 10029, 89: 10007},
}
"""The code pages of `fcharset`."""
SYMBOL_CHARSET = 2
LATIN_PAGES = frozenset({0, 1250, 1252, 1254, 1257, 1258, 437, 850, 10000})
_CODECS = {936: "gb18030", 1361: "johab", 65001: "utf-8", 10000: "mac-roman", 10006: "mac-greek", 10007: "mac-cyrillic",
           10029: "mac-latin2", 10081: "mac-turkish", 10001: "cp932", 10002: "cp950", 10003: "cp949", 10008: "gb18030",
           708: "iso8859-6", 709: "iso8859-6", 710: "iso8859-6", 711: "iso8859-6", 819: "cp1252", 20932: "euc_jp",
           20936: "gb18030", 51949: "cp949", 54936: "gb18030", 28591: "cp1252", 20866: "koi8-r", 21866:
           "koi8-u"}  # fmt: skip
_PYTHON_PAGES = frozenset(
    {
        437,
        720,
        737,
        775,
        850,
        852,
        855,
        857,
        858,
        860,
        861,
        862,
        863,
        864,
        865,
        866,
        869,
        874,
        932,
        949,
        950,
        *range(1250, 1259),
    }
)


def codec_of(page: int) -> str:
    """The Python codec of a code page; windows-1252 for an unknown one."""
    return _CODECS.get(page) or (f"cp{page}" if page in _PYTHON_PAGES else "cp1252")


CHARACTERS = {
    **{b"tab": "\t", b"line": "\n", b"lbr": "\n", b"emdash": "\u2014", b"endash": "\u2013", b"emspace": "\u2003"},
    **{b"enspace": "\u2002", b"qmspace": "\u2005", b"bullet": "\u2022", b"lquote": "\u2018", b"rquote": "\u2019"},
    **{b"ldblquote": "\u201c", b"rdblquote": "\u201d", b"zwj": "\u200d", b"zwnj": "\u200c", b"ltrmark": "\u200e"},
    **{b"rtlmark": "\u200f", b"zwbo": "\u200b", b"zwnbo": "\u2060"},
}
"""Control words that stand for a character."""
SYMBOLS = {b"~": "\u00a0", b"_": "\u2011", b"-": "\u00ad", b"{": "{", b"}": "}", b"\\": "\\", b"\t": "\t"}
"""Control symbols that stand for a character."""
PARAGRAPH_ENDS = frozenset({b"par", b"sect", b"page", b"column", b"nestrow"})
SKIPPED = frozenset(
    word.encode()
    for word in re.findall(
        r"\w+",
        "colortbl filetbl pict nonshppict header headerl headerr headerf footer footerl footerr footerf objdata"
        " objclass objname objalias objsect xe tc tcn txe rxe fldinst datafield private1 ftnsep ftnsepc ftncn"
        " aftnsep aftnsepc aftncn template shprslt sn sv nonesttables listtable list listlevel listname leveltext"
        " levelnumbers listoverride listoverridetable revtbl rsidtbl generator themedata colorschememapping"
        " latentstyles datastore xmlnstbl keycode comment atnid atnauthor annotation atnref bkmkstart bkmkend"
        " fchars lchars fontemb panose falt pnseclvl pgptbl linkval staticval propname userprops",
    )
)
"""Destinations whose text is not the document's."""
KEPT_STARRED = frozenset(
    {b"shpinst", b"do", b"ud", b"shptxt", b"dptxbxtext", b"footnote", b"fldrslt", b"shp", b"shpgrp", b"result", b"listtext"}
)
"""Destinations that are read although `\\*` stands before them, which allows to skip what is
unknown."""
SLOTS = {b"loch": 0, b"hich": 0, b"ltrch": 0, b"rtlch": 1, b"dbch": 2}
"""Control words that choose one of the fonts: of Latin, right-to-left and East Asian text."""
INFO = frozenset(
    {b"title", b"subject", b"author", b"operator", b"keywords", b"doccomm", b"company", b"category", b"manager"}
)
"""Destinations in `info` that are kept."""
INFO_NAMES = frozenset(word.decode() for word in INFO)
