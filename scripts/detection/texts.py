"""Makes texts in many encodings out of our sentences."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.detection.other_sentences import CYRILLIC, EAST_ASIAN, OTHER
from scripts.detection.sentences import CENTRAL, ENGLISH, PLAIN, TURKISH_AND_BALTIC, WESTERN

SENTENCES = {**WESTERN, **CENTRAL, **TURKISH_AND_BALTIC, **CYRILLIC, **OTHER, **EAST_ASIAN}
_OF_THE_WEST = ("cp1252", "iso8859_15", "mac_roman", "cp850", "cp437")
_OF_THE_CENTRE = ("cp1250", "iso8859_2", "cp852")
ENCODINGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("en", "de", "fr", "es", "it", "nl", "sv", "fi"), _OF_THE_WEST),
    "pt": ("cp1252", "iso8859_15", "mac_roman", "cp850", "cp860"),
    **dict.fromkeys(("da", "is"), ("cp1252", "mac_roman", "cp850")),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "hr", "sl", "ro"), _OF_THE_CENTRE),
    "tr": ("cp1254", "iso8859_9", "cp857"),
    **dict.fromkeys(("lt", "lv", "et"), ("cp1257", "iso8859_13")),
    "ru": ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    "uk": ("cp1251", "koi8_u", "iso8859_5", "mac_cyrillic", "cp1125"),
    "bg": ("cp1251", "cp866", "iso8859_5", "mac_cyrillic"),
    "sr": ("cp1251", "iso8859_5", "mac_cyrillic"),
    "el": ("cp1253", "iso8859_7", "cp737"),
    "he": ("cp1255", "iso8859_8", "cp862"),
    "ar": ("cp1256", "iso8859_6"),
    "th": ("tis_620",),
    "zh-hans": ("gbk", "gb18030"),
    "zh-hant": ("big5",),
    "ja": ("shift_jis", "euc_jp"),
    "ko": ("euc_kr",),
}
"""The codecs in which texts of a language are written."""
LENGTHS = ((30, 60), (60, 100), (100, 200), (200, 400), (400, 1000), (1000, 4000))
_PLAINER = str.maketrans(
    {**dict.fromkeys("’‘", "'"), **dict.fromkeys("“”„«»", '"'), **dict.fromkeys("–—", "-"), "…": "...", "€": "EUR", "•": "*"}
)
"""Replacements for signs that an encoding does not have."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, its language, the codec that it is written by, and its bytes."""

    text: str
    language: str
    codec: str
    data: bytes


def make_texts(half: int, of_each: int = 1, seed: int = 1) -> list[Text]:
    """Texts of one half of the sentences (0 or 1), `of_each` of every language, codec and
    length."""
    rng = random.Random(seed)
    texts = []
    for language, codecs in ENCODINGS.items():
        sentences = SENTENCES[language].strip().split("\n")[half::2]
        for codec in codecs:
            for shortest, longest in LENGTHS:
                made = (_text(sentences, codec, shortest, longest, rng) for _ in range(of_each))
                texts += [Text(text, language, codec, text.encode(codec)) for text in made if text]
    return texts


def make_english(count: int = 300, seed: int = 1) -> list[Text]:
    """English in windows-1252 of 30 to 150 bytes, with one to some bytes above ASCII."""
    rng = random.Random(seed)
    texts: list[Text] = []
    special = [line for line in ENGLISH.strip().split("\n") if not line.isascii()]
    plain = PLAIN.strip().split("\n")
    while len(texts) < count:
        lines = [rng.choice(special), *rng.sample(plain, rng.randint(0, 2))]
        rng.shuffle(lines)
        data = " ".join(lines).encode("cp1252")
        if 30 <= len(data) <= 150:
            texts.append(Text(" ".join(lines), "en", "cp1252", data))
    return texts


def _text(sentences: Sequence[str], codec: str, shortest: int, longest: int, rng: random.Random) -> str:
    """A text of `shortest` to `longest` bytes, "" if sentences that are not ASCII do not fit."""
    for _ in range(50):
        text, least = "", rng.randint(shortest, longest)
        between = rng.choice((" ", "\n", "\n\n"))
        while len(text.encode(codec)) < least:
            text += (between if text else "") + _written(rng.choice(sentences), codec)
        while len(text.encode(codec)) > longest:
            text = text[:-1]
        if not text.isascii() and len(text.encode(codec)) >= shortest:
            return text
    return ""


def _written(sentence: str, codec: str) -> str:
    """A sentence without the characters that a codec does not have."""
    plain = "".join(sign if sign.encode(codec, "ignore") else sign.translate(_PLAINER) for sign in sentence)
    return plain.encode(codec, "ignore").decode(codec)
