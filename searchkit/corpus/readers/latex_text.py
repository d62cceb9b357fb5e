"""Converts LaTeX in a value of BibTeX to text: accents, letters, signs, and the braces that protect
capitals. A command that is not known stays as it is."""

from __future__ import annotations

import re
import unicodedata

from searchkit.control_characters import one_line

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307",
    '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "G": "\u030f", "U": "\u030e", "f": "\u0311", "textcommabelow": "\u0326", "h": "\u0309",
}  # fmt: skip
"""The combining character of each accent."""
_LETTERS = {
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ", "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ",
    "textquoteleft": "‘", "textquoteright": "’", "textquotedblleft": "“", "textquotedblright": "”", "lq": "‘", "rq": "’",
    "quotesinglbase": "‚", "quotedblbase": "„", "guillemotleft": "«", "guillemotright": "»", "guillemetleft": "«",
    "guillemetright": "»", "guilsinglleft": "‹", "guilsinglright": "›", "flqq": "«", "frqq": "»", "glqq": "„", "grqq": "“",
    "textendash": "–", "textemdash": "—", "textellipsis": "…", "ldots": "…", "dots": "…", "textdegree": "°", "degree": "°",
    "texteuro": "€", "euro": "€", "EUR": "€", "pounds": "£", "textsterling": "£", "textyen": "¥", "textcent": "¢",
    "textdollar": "$", "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™", "S": "§",
    "textsection": "§", "P": "¶", "dag": "†", "ddag": "‡", "textbullet": "•", "textperiodcentered": "·", "textbar": "|",
    "textless": "<", "textgreater": ">", "textasciitilde": "~", "textasciicircum": "^", "textbackslash": "\\",
    "textunderscore": "_", "textbraceleft": "{", "textbraceright": "}", "textasteriskcentered": "*", "textquotedbl": '"',
    "textquotesingle": "'", "textexclamdown": "¡", "textquestiondown": "¿", "textonehalf": "½", "textonequarter": "¼",
    "textthreequarters": "¾", "textordfeminine": "ª", "textordmasculine": "º", "textmu": "µ", "textpm": "±",
    "texttimes": "×", "textnumero": "№", "slash": "/", "TeX": "TeX", "LaTeX": "LaTeX", "BibTeX": "BibTeX",
    "nobreakspace": "\u00a0",
    "quad": " ", "qquad": " ", "par": "\n\n", "newline": "\n", "linebreak": "\n", "-": "", "/": "", ",": " ",
    ";": " ", " ": " ", "@": "",
}  # fmt: skip
_SIGNS = frozenset("&%$#_{}")
_STYLE_NAMES = """
emph textit textbf textsc textrm textsf texttt textup textsl textmd textnormal text mbox hbox underline url path nolinkurl
mkbibquote mkbibemph enquote uppercase lowercase relax protect it bf sc rm sf tt em sl textsuperscript textsubscript
ensuremath bibinfo noopsort MakeUppercase ignorespaces
"""
_STYLES = frozenset(_STYLE_NAMES.split())
"""Commands that change how text is set: the text alone is kept."""
_DROPPED_ARGUMENT = frozenset(["href", "noopsort", "bibinfo", "textcolor", "color", "selectlanguage", "foreignlanguage"])
"""Commands whose first argument is no text."""

_MARKUP = re.compile(r"\\(?:([A-Za-z]+)[ \t]*\n?[ \t]*|([^A-Za-z]))|[{}~]|---?|``|''")
_ARGUMENT = re.compile(r"\s*\{(?:[^{}\\]|\\.){0,2000}\}")
_LINK = re.compile(r"\\href" + _ARGUMENT.pattern)
_ACCENT_ARGUMENT = re.compile(
    r"\s*(?:\{\s*(?:\\([ij])\s*|([^{}\\]?))\s*\}|\\([ij])(?![A-Za-z])\s*|\{\{([^{}\\])\}\}|([^\s{}\\]))"
)
_SIGNS_ALONE = {"~": "\u00a0", "---": "—", "--": "–", "``": "“", "''": "”"}
_UNKNOWN = re.compile(r"\\[A-Za-z]+\s*$")
_EMPTY_LINES = re.compile(r"\n[ \t]*\n\s*")
_BLANKS = re.compile(r"[ \t\n]+")
_ESCAPE = re.compile(r"\\([&%$#_{}~\\])|\\url\s*|[{}]")


def latex_to_text(value: str) -> str:
    """The text of a value. Empty lines end paragraphs, other line ends are blanks."""
    if _MARKUP.search(value):
        value = _convert(value)
    return "\n\n".join(paragraph for part in _EMPTY_LINES.split(value) if (paragraph := one_line(part)))


def unescape_address(value: str) -> str:
    """A URL or another identifier, in which only some signs are escaped."""
    return _BLANKS.sub("", _ESCAPE.sub(lambda found: found[1] or "", value))


def link_addresses(value: str) -> list[str]:
    """The addresses of the links in a value: its text has only what they stand behind."""
    return (
        [unescape_address(found[0].removeprefix("\\href")) for found in _LINK.finditer(value)] if "\\href" in value else []
    )


def _convert(value: str) -> str:
    pieces: list[str] = []
    is_kept: list[bool] = []
    """For each brace that is open: whether it stays, as the argument of an unknown command."""
    at = 0
    while found := _MARKUP.search(value, at):
        pieces.append(value[at : found.start()])
        at = found.end()
        name = found[1] or found[2]
        if name is not None:
            at = _add_command(name, found[0], value, at, pieces)
        elif found[0] == "{":
            is_kept.append(bool(pieces) and pieces[-1] == "" and len(pieces) > 1 and _UNKNOWN.match(pieces[-2]) is not None)
            pieces.append("{" if is_kept[-1] else "")
        elif found[0] == "}":
            pieces.append("}" if is_kept and is_kept.pop() else "")
        else:
            pieces.append(_SIGNS_ALONE[found[0]])
    pieces.append(value[at:])
    return "".join(pieces)


def _add_command(name: str, written: str, value: str, at: int, pieces: list[str]) -> int:
    """Add the text of a command, and return where what follows it begins."""
    if name in _ACCENTS and (argument := _ACCENT_ARGUMENT.match(value, at)):
        letter = next(filter(None, argument.groups()), "")
        pieces.append(unicodedata.normalize("NFC", letter + _ACCENTS[name]) if letter else _spacing(name))
        return argument.end()
    if name in _DROPPED_ARGUMENT and (argument := _ARGUMENT.match(value, at)):
        return argument.end()
    if name in _SIGNS:
        pieces.append(name)
    elif name == "\\":
        pieces.append("\n")
    elif name in _LETTERS:
        pieces.append(_LETTERS[name])
    elif name not in _STYLES:
        pieces.append(written)
    return at


def _spacing(name: str) -> str:
    """An accent without a letter: `\\~{}` is how BibTeX has "~" in an address."""
    return name if name in "~^'`" else ""
