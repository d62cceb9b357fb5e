"""A short form of the figures that `scripts/encodings` prints, and the choices behind them one by one."""

from __future__ import annotations

import pytest

from scripts.detection.__main__ import figures, outcomes
from scripts.detection.texts import make_english, make_texts
from searchkit.corpus.detection import Guess, guess_together, guesses, guesses_beside, rank, sample
from searchkit.corpus.language_model import language


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
    found = guesses(text.encode(codec))[0]
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
    assert data.decode(guesses(data)[0].encoding.replace("windows-", "cp").replace("ibm", "cp")) == text


def test_languages_that_we_have_no_sample_of_get_a_second_opinion() -> None:
    text = (
        "La ĉefministro diris vendrede, ke la registaro ne altigos la impostojn antaŭ la venontaj elektoj. La polico arestis"
        " du virojn post la incendio, kiu komenciĝis en la kuirejo de malgranda hotelo. Ĝi daŭros ĝis ĵaŭdo, ĉu ne?"
    )
    found = guesses(text.encode("iso8859_3"))[0]
    assert (found.encoding, found.confidence < 0.85) == ("iso-8859-3", True)


def test_tables_of_dos() -> None:
    text = "┌────────┐\n│ Käse   │\n├────────┤\n│ Brötchen │\n└────────┘\nDie Preise für Brötchen sind höher."
    assert guesses(text.encode("cp850"))[0].encoding == "ibm437"


def test_confidence_is_low_where_encodings_make_different_texts_that_are_as_likely() -> None:
    assert guesses(b"Pel\xe8")[0].confidence < 0.85 < guesses((TRAIN * 3).encode("cp1251"))[0].confidence


def test_sample_of_a_long_text_is_bounded_and_from_all_of_it() -> None:
    ascii_only = b"Nothing else here. " * 50_000
    data = ascii_only + "ü".encode("cp1252") + ascii_only + "Ж ".encode("cp1251") * 400 + ascii_only
    found = sample(data)
    assert len(found) < 8192
    assert b"\xfc" in found
    assert b"\xc6" in found


def test_a_foreign_name_at_the_beginning_does_not_decide() -> None:
    text = "Zoe Muller in Moscow. " * 400 + (TRAIN + "\n") * 400
    assert guesses(b"Zo\xeb M\xfcller\n" + text.encode("cp1251"))[0].encoding == "windows-1251"


def test_readings_that_make_one_text_are_one() -> None:
    readings = rank("Grüße aus Köln".encode("cp1252"))
    assert len({one.text for one in readings}) == len(readings)
    assert readings[0].encoding == "windows-1252"


def test_texts_judged_together() -> None:
    texts = [f"Станция {number}: дождь".encode("cp1251") for number in range(30)]
    found = guess_together(texts)
    assert (found.encoding, found.confidence > 0.99, 0 < found.typical < 8) == ("windows-1251", True, True)
    assert guesses_beside("Ёж".encode("cp1251"), found)[0].encoding == "windows-1251"
    assert guesses_beside(TRAIN.encode("koi8_r"), found)[0].encoding == "koi8-r"
    assert guesses_beside(CITY.encode("cp1252"), found)[0].encoding == "windows-1252"
    assert guesses_beside(b"Pel\xe8", found)[0] == Guess(
        "windows-1251", found.confidence, guesses_beside(b"Pel\xe8", found)[0].cost, found.typical
    )


def test_language_model() -> None:
    german, english = language("de"), language("en")
    assert german["üb"] < english["üb"]
    assert german["aÜ"] > german["aü"] + 4  # a capital behind a small letter
    assert english["a╬"] > english["a’"] + 4  # boxes stand in no word
    assert english["5°"] < english["a°"]
    assert language("ru")["пр"] < language("ru")["пъ"]
    assert language("ja")["日本"] < language("ja")["日鬱"]
