"""A short form of `scripts/encodings`, and the single rules of detection."""

from __future__ import annotations

import pytest

from scripts.detection.__main__ import figures, outcomes
from scripts.detection.texts import make_english, make_texts
from searchkit.corpus.detection import (
    Guess,
    guess_encodings,
    guess_in_file,
    guess_together,
    is_usual_in_file,
    take_sample,
)
from searchkit.corpus.encoding_candidates import rank_encodings
from searchkit.corpus.language_model import language
from searchkit.corpus.tolerant_decoding import decode_tolerantly


def test_figures_of_sentences_that_set_no_weight() -> None:
    found = figures(outcomes(make_texts(1, seed=11)[::2]), outcomes(make_english(100, seed=11)))
    assert {name: value for name, (value, is_met) in found.items() if not is_met} == {}


CITY = "Die Bürger von Köln wählen am Sonntag ein neues Rathaus, größer und schöner als früher."
TRAIN = "Поезд в Самару опоздал на три часа, пассажиры жаловались на холод."


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (CITY, "cp1252", "windows-1252"),
        (CITY, "cp437", "ibm437"),
        (CITY, "mac_roman", "macintosh"),
        (TRAIN, "cp1251", "windows-1251"),
        (TRAIN, "koi8_r", "koi8-r"),
        (TRAIN, "cp866", "ibm866"),
        (TRAIN, "iso8859_5", "iso-8859-5"),
        (TRAIN, "mac_cyrillic", "x-mac-cyrillic"),
        (TRAIN.upper(), "koi8_r", "koi8-r"),
        (TRAIN.upper(), "cp1251", "windows-1251"),
        ("Prąd wyłączono we wsi Łąka, żaden dom nie miał światła.", "iso8859_2", "iso-8859-2"),
        ("Prąd wyłączono we wsi Łąka, żaden dom nie miał światła.", "cp1250", "windows-1250"),
        ("Žirafa utekla ze zoo, šelmy zůstaly v kleci.", "iso8859_2", "iso-8859-2"),
        ("Žirafa utekla ze zoo, šelmy zůstaly v kleci.", "cp852", "ibm852"),
        ("Άνοιξε χθες το νέο γήπεδο, είπε ο δήμαρχος.", "iso8859_7", "iso-8859-7"),
        ("Köprü açıldı, şoförler sevinçli.", "cp1254", "windows-1254"),
        ("Tiltas atidarytas, vairuotojai džiaugiasi šia žinia.", "cp1257", "windows-1257"),
        ("הגשר נפתח אתמול לתנועה.", "iso8859_8", "windows-1255"),
        ("افتتح الجسر أمس أمام حركة السير.", "iso8859_6", "iso-8859-6"),
        ("สะพานเปิดใช้เมื่อวานนี้", "tis_620", "tis-620"),
        ("大桥昨天正式通车。", "gbk", "gb18030"),
        ("大橋昨天正式通車。", "big5", "big5"),
        ("橋は昨日開通した。", "euc_jp", "euc-jp"),
        ("橋は昨日開通した。", "shift_jis", "shift_jis"),
        ("다리가 어제 개통되었다.", "euc_kr", "euc-kr"),
    ],
)
def test_guess(text: str, codec: str, name: str) -> None:
    found = guess_encodings(text.encode(codec))[0]
    assert (found.encoding, found.confidence > 0.5) == (name, True)


@pytest.mark.parametrize(
    "text",
    [
        "It was £7m.",
        "See § 12.",
        "Mr Peña won.",
        "8 × 3 m",
        "At −".replace("−", "–") + " 9",
        "The pâté",
        "“Go,” he said.",
        "5½ in",
        "12°",
    ],
)
def test_few_bytes_in_english_are_windows_1252(text: str) -> None:
    data = text.encode("cp1252")
    assert data.decode(guess_encodings(data)[0].encoding.replace("windows-", "cp").replace("ibm", "cp")) == text


def test_languages_that_we_have_no_sample_of_get_a_second_opinion() -> None:
    text = (
        "La ĉefministro diris vendrede, ke la registaro ne altigos la impostojn antaŭ la venontaj elektoj. La polico arestis"
        " du virojn post la incendio, kiu komenciĝis en la kuirejo de malgranda hotelo. Ĝi daŭros ĝis ĵaŭdo, ĉu ne?"
    )
    found = guess_encodings(text.encode("iso8859_3"))[0]
    assert (found.encoding, found.confidence < 0.85) == ("iso-8859-3", True)


def test_tables_of_dos() -> None:
    text = "┌────────┐\n│ Käse   │\n├────────┤\n│ Brötchen │\n└────────┘\nDie Preise für Brötchen sind höher."
    assert guess_encodings(text.encode("cp850"))[0].encoding == "ibm437"


def test_confidence_is_low_where_encodings_make_different_texts_that_are_as_likely() -> None:
    assert guess_encodings(b"Pel\xe8")[0].confidence < 0.85 < guess_encodings((TRAIN * 3).encode("cp1251"))[0].confidence


def test_sample_of_a_long_text_is_bounded_and_from_all_of_it() -> None:
    ascii_only = b"Nothing else here. " * 50_000
    data = ascii_only + "ü".encode("cp1252") + ascii_only + "Ж ".encode("cp1251") * 400 + ascii_only
    found = take_sample(data)
    assert len(found) < 8192
    assert b"\xfc" in found
    assert b"\xc6" in found


def test_a_name_of_another_language_at_the_beginning_does_not_decide() -> None:
    text = "Zoe Muller in Moscow. " * 400 + (TRAIN + "\n") * 400
    assert guess_encodings(b"Zo\xeb M\xfcller\n" + text.encode("cp1251"))[0].encoding == "windows-1251"


def test_candidates_that_make_one_text_are_one() -> None:
    candidates = rank_encodings("Grüße aus Köln".encode("cp1252"))
    assert len({one.text for one in candidates}) == len(candidates)
    assert candidates[0].encoding == "windows-1252"


def test_texts_judged_together() -> None:
    texts = [f"Станция {number}: дождь".encode("cp1251") for number in range(30)]
    found = guess_together(texts)
    assert (found.encoding, found.confidence > 0.99, 0 < found.typical_cost < 8) == ("windows-1251", True, True)
    assert guess_in_file("Ёж".encode("cp1251"), found)[0].encoding == "windows-1251"
    assert guess_in_file(TRAIN.encode("koi8_r"), found)[0].encoding == "koi8-r"
    assert guess_in_file(CITY.encode("cp1252"), found)[0].encoding == "windows-1252"
    assert guess_in_file(b"Pel\xe8", found) == [found]
    assert found.language == "ru"


def test_usual_at_first_sight() -> None:
    found = guess_together([f"Станция {number}: дождь, ветер слабый".encode("cp1251") for number in range(30)])
    usual = [TRAIN.encode(codec) for codec in ("cp1251", "koi8_r", "cp866")]
    assert [is_usual_in_file(data, data.decode("cp1251"), found) for data in usual if b"\x98" not in data][:2] == [
        True,
        False,
    ]
    with_sign = "Rz±d".encode("cp1250")
    assert not is_usual_in_file(with_sign, "Rz±d", guess_together(["Rząd chciał".encode("cp1250")] * 3))
    japanese = guess_together(["新聞は毎日来る。市内は晴れ".encode("shift_jis")] * 3)
    assert is_usual_in_file("市内は晴れ".encode("shift_jis"), "市内は晴れ", japanese)


def test_no_texts_judged_together() -> None:
    assert guess_together([]) == Guess("windows-1252", 0.1, 0.0)


def test_language_model() -> None:
    german, english = language("de"), language("en")
    assert german["üb"] < english["üb"]
    assert german["aÜ"] > german["aü"] + 4  # a capital behind a small letter
    assert english["a╬"] > english["a’"] + 4  # boxes stand in no word
    assert english["5°"] < english["a°"]
    assert language("ru")["пр"] < language("ru")["пъ"]
    assert language("ja")["日本"] < language("ja")["日鬱"]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Outlook for Friday: Oslo 7°C, Lyon 19°C, Bern 14°C, Vaduz 13°C", "cp1252"),
        ("Low 11°C High 26°C " * 15, "cp1252"),
        ("Nachts wurden in Freiburg noch 24°C gemessen, so der Wetterdienst.", "cp1252"),
        ("A yacht was lost at 51°N 12°W on Sunday.", "cp1252"),
        ("A yacht was lost at 51°N 12°W on Sunday.", "mac_roman"),
        ("In the hills it was -8°C. Roads froze.", "mac_roman"),
        ("Oslo    7°C  wind\nLyon   19°C  dry\nBern   14°C  dry\n", "cp437"),
        ("• Tides 3\n• Chess 8\n• Letters", "mac_roman"),
    ],
)
def test_signs_before_letters_are_no_chinese(text: str, codec: str) -> None:
    data = text.encode(codec)
    found = guess_encodings(data)[0]
    assert decode_tolerantly(data, found.encoding).text == text


@pytest.mark.parametrize("text", ["3月8日", "第4回B級", "6月の雨、市内は晴れ"])
def test_short_japanese_with_digits_stays(text: str) -> None:
    assert guess_encodings(text.encode("shift_jis"))[0].encoding == "shift_jis"


@pytest.mark.parametrize(
    "text",
    [
        "D'où?",
        "Nº4, Nº6, Nº8",
        "¡Fuera!",
        "CO² up",
        "« Le Figaro »",
        "Ça ira",
        "ÇA IRA",
        "Île-d'Yeu",
        "Ålesund",
        "SEÑORA NÚÑEZ SINGS",
        "• Tides 3\n• Chess 8\n• Letters",
        "© DPA\n\n© Tass\n\n© UPI",
        "3 × 5, 9 × 12, 20 × 30",
        "§ 7; (c) § 9",
        "x ± y, 8 ± 3",
        "9 m³",
        "7 µm",
    ],
)
def test_short_texts_lean_to_windows_1252(text: str) -> None:
    assert guess_encodings(text.encode("cp1252"))[0].encoding == "windows-1252"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("Снег в Омске", "cp1251", "windows-1251"),
        ("Погода", "koi8_r", "koi8-r"),
        ("Νέο γήπεδο στη Λαμία", "cp1253", "windows-1253"),
        ("Wójt żąda wyjaśnień", "cp1250", "windows-1250"),
        ("Strażacy ugasili pożar łąki", "iso8859_2", "iso-8859-2"),
        ("Děti šly pěšky do školy", "cp1250", "windows-1250"),
        ("Yağışlı günler başlıyor", "cp1254", "windows-1254"),
    ],
)
def test_short_headlines_of_other_regions_stay(text: str, codec: str, name: str) -> None:
    assert guess_encodings(text.encode(codec))[0].encoding == name


RECORD = '{"id": %d, "title": "%s", "date": "1997-05-06", "body": "x"}'


@pytest.mark.parametrize(
    "titles",
    [
        ["§ 404", "Ibáñez", "3 × 7", "£9", "naïveté"],
        ["Ordóñez", "Peñón", "Zúñiga", "Inés", "Sofía", "Gómez"],
        ["§ 404", "¡Fuera!", "Bodø", "Ça ira", "« La Croix »", "17°C", "£9", "D'où?"],
        ["§ 404", "3 × 7", "£9"],
        ["17°C", "21°C"],
        ["Nº 8", "Nº 9"],
    ],
)
def test_short_records_judged_together_are_windows_1252(titles: list[str]) -> None:
    records = [(RECORD % (number, title)).encode("cp1252") for number, title in enumerate(titles)]
    found = guess_together(records)
    assert found.encoding == "windows-1252"
    assert {guess_in_file(record, found)[0].encoding for record in records} == {"windows-1252"}


POLISH = [
    "Burmistrz chciał otworzyć nową szkołę jeszcze w czerwcu.",
    "Świadek zeznał, że widział światło we mgle.",
    "Są już wyniki: wygrała drużyna z Płocka.",
    "Kolejarze żądają podwyżek, pociągi stoją.",
]


def test_records_of_two_encodings_of_poland() -> None:
    records = [(text, codec) for codec in ("cp1250", "iso8859_2") for text in POLISH]
    found = guess_together([text.encode(codec) for text, codec in records])
    for text, codec in records:
        data = text.encode(codec)
        assert decode_tolerantly(data, guess_in_file(data, found)[0].encoding).text == text
