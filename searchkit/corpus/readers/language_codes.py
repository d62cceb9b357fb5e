"""Codes of two letters for languages that data name otherwise."""

from __future__ import annotations

import re

from searchkit.control_characters import one_line

_CODES = {
    "eng": "en", "english": "en", "ger": "de", "deu": "de", "german": "de", "fre": "fr", "fra": "fr", "french": "fr",
    "spa": "es", "spanish": "es", "ita": "it", "italian": "it", "por": "pt", "portuguese": "pt", "dut": "nl", "nld": "nl",
    "dutch": "nl", "rus": "ru", "russian": "ru", "ara": "ar", "arabic": "ar", "chi": "zh", "zho": "zh", "chinese": "zh",
    "fin": "fi", "finnish": "fi", "swe": "sv", "swedish": "sv", "nor": "no", "dan": "da", "danish": "da", "pol": "pl",
    "polish": "pl", "cze": "cs", "ces": "cs", "czech": "cs", "est": "et", "lav": "lv", "lit": "lt", "hun": "hu", "gre": "el",
    "ell": "el", "tur": "tr", "turkish": "tr", "ukr": "uk", "bul": "bg", "rum": "ro", "ron": "ro", "hrv": "hr", "srp": "sr",
    "slv": "sl", "slo": "sk", "slk": "sk", "lat": "la", "ice": "is", "isl": "is", "wel": "cy", "cym": "cy", "gle": "ga",
    "cat": "ca", "heb": "he", "jpn": "ja", "kor": "ko", "per": "fa", "fas": "fa", "aze": "az", "kat": "ka", "geo": "ka",
    "arm": "hy", "hye": "hy", "luxembourgish": "lb", "ltz": "lb", "frk": "de", "deu_frak": "de", "script/fraktur": "de",
    "hin": "hi", "hindi": "hi", "ben": "bn", "tam": "ta", "tel": "te", "mar": "mr", "guj": "gu", "urd": "ur", "tha": "th",
    "vie": "vi", "ind": "id", "may": "ms", "msa": "ms", "khm": "km", "mya": "my", "bur": "my", "lao": "lo", "bel": "be",
    "mkd": "mk", "mac": "mk", "sqi": "sq", "alb": "sq", "bos": "bs", "eus": "eu", "baq": "eu", "glg": "gl", "afr": "af",
    "swa": "sw", "kaz": "kk", "uzb": "uz", "chi_sim": "zh", "chi_tra": "zh", "japanese": "ja", "korean": "ko", "greek": "el",
    "hungarian": "hu", "romanian": "ro", "bulgarian": "bg", "ukrainian": "uk", "hebrew": "he", "persian": "fa",
    "latin": "la", "estonian": "et", "latvian": "lv", "lithuanian": "lt", "norwegian": "no", "croatian": "hr",
    "catalan": "ca",
}  # fmt: skip


def language_code(name: str) -> str:
    """The code of two letters of a language that is named by another code or in English ("eng",
    "English", "de-DE"); another name stays."""
    name = one_line(name)
    first = re.split(r"[-_+ ,;]", name)[0].lower()
    return _CODES.get(name.lower()) or _CODES.get(first) or (first if len(first) == 2 else name)
