"""Names and codes of languages, as data have them: "ENGLISH; ENGLISCH", "deu"."""

from __future__ import annotations

import re
from functools import cache

from searchkit.control_characters import one_line

_NAMES = {
    "ar": "arabic arabisch arabe árabe arabo арабский 阿拉伯语 阿拉伯文 アラビア語 아랍어 arapça arabski",
    "az": "azerbaijani azeri aserbaidschanisch azéri азербайджанский azərbaycan azerbaycanca",
    "bg": "bulgarian bulgarisch bulgare búlgaro bulgaro болгарский български",
    "ca": "catalan katalanisch catalán català catalano catalaans",
    "cs": "czech tschechisch tchèque checo ceco tcheco tsjechisch чешский čeština česky czeski",
    "da": "danish dänisch danois danés danese dinamarquês deens dansk датский",
    "de": "german deutsch allemand alemán tedesco alemão duits tysk tyska немецкий 德语 德文"
    " ドイツ語 독일어 almanca niemiecki",
    "el": "greek griechisch grec griego greco grego grieks греческий ελληνικά",
    "en": "english englisch anglais inglés inglese inglês engels engelsk engelska английский 英語 英语 英文 영어 ingilizce"
    " angielski",
    "es": "spanish spanisch espagnol español castellano spagnolo espanhol spaans spansk spanska испанский 西班牙语 西班牙文"
    " スペイン語 스페인어 hiszpański ispanyolca",
    "et": "estonian estnisch estonien estonio estone estisch eesti эстонский",
    "fa": "persian farsi persisch persan persa perzisch персидский",
    "fi": "finnish finnisch finnois finlandés finlandese finlandês fins finska suomi финский",
    "fr": "french französisch français francés francese francês frans fransk franska французский 法语 法文"
    " フランス語 프랑스어"
    " fransızca francuski",
    "he": "hebrew hebräisch hébreu hebreo ebraico hebraico hebreeuws иврит",
    "hr": "croatian kroatisch croate croata хорватский hrvatski",
    "hi": "hindi",
    "hu": "hungarian ungarisch hongrois húngaro ungherese hongaars венгерский magyar węgierski",
    "hy": "armenian armenisch arménien armenio armeno армянский",
    "id": "indonesian indonesisch indonésien indonesio indonesiano индонезийский indonesia bahasa",
    "it": "italian italienisch italien italiano italiaans italiensk italienska итальянский 意大利语 意大利文"
    " イタリア語 이탈리아어"
    " italyanca włoski",
    "ja": "japanese japanisch japonais japonés giapponese japonês japans японский 日语 日文 日本語 일본어 japonca",
    "ka": "georgian georgisch géorgien georgiano грузинский ქართული",
    "kk": "kazakh kasachisch казахский",
    "ko": "korean koreanisch coréen coreano koreaans корейский 韩语 韓文 韩文 韓国語 한국어 korece",
    "la": "latin",
    "lb": "luxembourgish",
    "lt": "lithuanian litauisch lituanien lituano litouws литовский lietuvių",
    "lv": "latvian lettisch letton letón lettone lets латышский latviešu",
    "ms": "malay malaiisch malais malayo malese maleis",
    "nl": "dutch niederländisch holländisch néerlandais neerlandés holandés olandese neerlandês holandês nederlands"
    " nederländska"
    " нидерландский голландский 荷兰语 オランダ語 flemish hollandaca holenderski",
    "no": "norwegian norwegisch norvégien noruego norvegese norueguês noors norsk норвежский bokmål",
    "pl": "polish polnisch polonais polaco polacco polonês pools polsk polska польский 波兰语 polski lehçe",
    "pt": "portuguese portugiesisch portugais portugués portoghese português portugees португальский 葡萄牙语 葡萄牙文"
    " ポルトガル語 portekizce portugalski",
    "ro": "romanian rumänisch roumain rumano rumeno romeno roemeens румынский română",
    "ru": "russian russisch russe ruso russo rysk ryska русский 俄语 俄文 ロシア語 러시아어 rusça rosyjski",
    "sk": "slovak slowakisch slovaque eslovaco slovacco slowaaks словацкий slovenčina",
    "sl": "slovenian slovene slowenisch slovène esloveno sloveno словенский slovenščina",
    "sq": "albanian albanisch albanais albanés albanese албанский shqip",
    "sr": "serbian serbisch serbe serbio serbo сербский srpski српски",
    "sv": "swedish schwedisch suédois sueco svedese zweeds svensk svenska шведский",
    "th": "thai thaï tailandés tailandese thais тайский",
    "tr": "turkish türkisch turc turco turks турецкий türkçe",
    "uk": "ukrainian ukrainisch ukrainien ucraniano ucraino oekraïens украинский українська",
    "vi": "vietnamese vietnamesisch vietnamien vietnamita вьетнамский",
    "zh": "chinese chinesisch chinois chino cinese chinês chinees китайский 中文 中国語 中國語 중국어"
    " çince chiński simplified traditional"
    " 简体中文 繁體中文 繁体中文",
}
"""Names of each language (ISO 639-1), in small letters."""
_CODES = {
    "af": "afr", "ar": "ara", "az": "aze", "be": "bel", "bg": "bul", "bn": "ben", "bs": "bos", "ca": "cat",
    "cs": "ces cze", "cy": "cym wel", "da": "dan", "de": "deu ger frk", "el": "ell gre", "en": "eng", "es": "spa",
    "et": "est", "eu": "baq eus", "fa": "fas per", "fi": "fin", "fr": "fra fre", "ga": "gle", "gl": "glg", "gu": "guj",
    "he": "heb", "hi": "hin", "hr": "hrv", "hu": "hun", "hy": "arm hye", "id": "ind", "is": "ice isl", "it": "ita",
    "ja": "jpn", "ka": "geo kat", "kk": "kaz", "km": "khm", "ko": "kor", "la": "lat", "lb": "ltz", "lo": "lao",
    "lt": "lit", "lv": "lav", "mk": "mac mkd", "mr": "mar", "ms": "may msa", "my": "bur mya", "nb": "nob",
    "nl": "dut nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron rum", "ru": "rus", "sk": "slk slo", "sl": "slv",
    "sq": "alb sqi", "sr": "srp", "sv": "swe", "sw": "swa", "ta": "tam", "te": "tel", "th": "tha", "tr": "tur",
    "uk": "ukr", "ur": "urd", "uz": "uzb", "vi": "vie", "zh": "chi zho",
}  # fmt: skip
"""Codes of three letters (ISO 639-2 and 639-3) of each language. "frk" is what Tesseract and old
scans call German in Fraktur."""
_FRAKTUR = "script/fraktur"
"""The same as a model of Tesseract."""
_WORD = re.compile(r"[^\W\d_]+")


def language_code(text: str) -> str:
    """The code (ISO 639-1) of the first language that a text names; "" for a name that is not
    known."""
    found = _WORD.search(text.casefold())
    return _codes().get(found[0], "") if found else ""


def two_letter_code(text: str) -> str:
    """The code (ISO 639-1) of a language that is named by a code of two or three letters, with a
    country or script or without ("deu", "de-DE", "chi_sim"), or by a name; another text stays."""
    text = one_line(text)
    first = re.split(r"[-_+ ,;]", text)[0].lower()
    return _codes_of_codes().get(first) or (first if len(first) == 2 else language_code(text) or text)


@cache
def _codes() -> dict[str, str]:
    return {name: code for code, names in _NAMES.items() for name in names.casefold().split()}


@cache
def _codes_of_codes() -> dict[str, str]:
    return {name: code for code, names in _CODES.items() for name in names.split()} | {_FRAKTUR: "de"}
