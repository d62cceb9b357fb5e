"""The characters of the font Symbol, whose codes word processors write instead of Unicode."""

from __future__ import annotations

_SYMBOL = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\u203eαβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
"""The codes 0x20 to 0x7E, as Adobe's table symbol.txt has them."""
_HIGH = "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
"""The codes 0xA0 to 0xFE."""


def symbol_text(code: str, font: str) -> str:
    """The character of a code in hexadecimal, in a font of symbols.

    Codes of other such fonts, which have no characters in Unicode that all agree on, are a bullet.
    """
    try:
        number = int(code, 16)
    except ValueError:
        return "\ufffd"
    if not 0xF000 <= number <= 0xF0FF:
        return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0x110000 else "\ufffd"
    return symbol_character(number - 0xF000, font)


def symbol_character(byte: int, font: str = "Symbol") -> str:
    """The character of a byte in a font of symbols."""
    if font.lower().startswith("symbol"):
        if 0x20 <= byte <= 0x7E:
            return _SYMBOL[byte - 0x20]
        if 0xA0 <= byte <= 0xFE:
            return _HIGH[byte - 0xA0]
    return "•"
