"""Abbreviations by language: which full stops end no sentence, and that the tables hold
together."""

from __future__ import annotations

import pytest

from searchkit.analysis import LANGUAGES, find_sentences, sentence_starts, tokenize
from searchkit.analysis.abbreviations import _TABLES, abbreviations
from searchkit.analysis.sentences import _MARGIN, _MAX_STARTER_LENGTH


def parted(text: str, language: str) -> str:
    """A text with a bar between its sentences; those of its words have to be the same."""
    words = tokenize(text, language)
    spans = find_sentences(text, language)
    assert [text[words.starts[n] :] for n in sentence_starts(text, words, language)] == [
        text[min(start for start in words.starts if start >= begun) :] for begun, _ in spans
    ]
    return "|".join(text[start:end] for start, end in spans)


@pytest.mark.parametrize(
    "text",
    [
        "They sold it in Austin, Tex., Monday to Bolt Corp., a rival.|It was cheap.",
        "The Rev. Ann Poe met the Hon. Bob Lee and Gov. Kim Fox.|Lt. Col. Max Orr, Adm. Jo Hay, Msgr. Ray, Pvt. Ed Sims came.",
        "Mr. He and Mrs. In saw Dr. No.|She left.",
        "It burned on Oak Blvd. Tuesday near Pine Rd. North.|The owner of St. Mary's fled.",
        "He ran in Reno, Nev. Saturday and in Charleston, W.Va. Sunday, then N.H. voters chose.|Then he quit in Salem, Ore.|He slept.",
        "On Feb. 3 and Sept. Sunday prayers.|But in Dec. The snow fell.".replace("Dec. The", "Dec.|The"),
        "See No. 7, Fig. 2, pp. 12 and vol. 3.|Art. 9 holds.|He said no.|Nobody asked.",
        "Ali vs. Frazier, Roe v. Wade, e.g. The Hague, i.e. Paris.|So it goes.",
        "T. S. Eliot and J.R.R. Tolkien met C. Lewis.|Vitamin C.|The rest is B.",
        "A report in Washington, D.C.|The talks in the U.S. Congress at 5 p.m. Monday ended at 9 a.m.|But U.N. Chief Roe stayed.",
        "Bolt Inc. Chairman Roe and Bolt Ltd. Director Poe left Bolt Co.|It fell.|Bolt Corp.|“We sell,” he said.",
        "Miss. Gov. Roe is ill.|Doctors came.|They dug for ore.|Miners sang in the sun.|Police sat.|Men ran.",
        "He shouted “Go!”, Smith said.|“Stop.”|“Why?”|(They went.)|He did?!|Yes...|No…|Well...maybe…not.",
        "At example.com. and 3.5 and v2.0.|Then .NET 4.8 came at 10.30 a.m. on Main St.|She paid $5.|$6 was too much.",
        "the end.|The next\nline goes on etc. and on.|\n\nA paragraph".replace(".|\n\n", ".\n\n"),
        "Is it Inc.?|Jones left.|The U.S.!|Roe won.|Wait for Gen...|Patton.",
        "One thing by J. Roe Jr.|He won.",
    ],
)
def test_english(text: str) -> None:
    whole = text.replace("|", " ")
    if "\n\n" in whole:
        whole, text = text.replace("|", " "), text.replace("\n\n", "|")
    assert parted(whole, "en").split("|") == text.split("|")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Il sig. Rossi e l'on. Bianchi parlano.|Il prof. Verdi tace."),
        ("es", "El sr. García y la dra. López llegaron.|La profa. Ruiz salió."),
        ("pt", "O sr. Silva e a dra. Costa vieram.|O prof. Lima saiu."),
        (
            "de",
            "Am 3. Oktober traf Dr. Kohl z.B. Frau Prof. Weiß, Nr. 5, bzw. Hr. Roth u.a. Gäste.|Das war im 19. Jahrhundert.",
        ),
        (
            "de",
            "Es kostet 5 Mio. Euro, ca. 3 Mrd. Mark usw.|Der Preis stieg auf 17.|Er fiel 2019.|Otto II. Sachsens Kaiser.",
        ),
        ("fr", "M. Dupont et MM. Roy ont vu Mme Le Goff, av. Foch, art. 5, p. ex. Paris.|Il part etc.|Elle reste."),
        ("fr", "J. Le Goff lit.|« Non. »|L'homme sort.|C'est fini."),
        (
            "es",
            "El Sr. Ruiz y la Sra. Paz de EE.UU. Latina, núm. 5, pág. 3, D. Juan y Ud. Mismo.|¿Qué?|Ella vive en EE. UU.|La paz.",
        ),
        ("it", "Il Sig. Rossi, il Dott. Bini e l'on. Verdi, pag. 3, art. 5.|È tardi, ecc.|Il treno parte."),
        ("pt", "O Sr. Silva, a Dra. Reis e o Exmo. Juiz, pág. 3.|A Sra. Lima chegou etc.|Ela saiu."),
        ("nl", "De dhr. Smit en mw. De Vries, bijv. Jan, nr. 5.|Het is af enz.|De rest volgt."),
        (
            "ru",
            "В 1999 г. Москва, ул. Мира, им. Ленина, т.е. Центр, 5 тыс. Рублей, А. С. Пушкин и др.|Он пришёл в 2001 г.|Она тоже.",
        ),
        ("tr", "Dr. Ali ve Prof. Can, 2. Dünya Savaşı, No. 5 vb.|Bu iyi.|Ev güzel."),
        ("sv", "Hr. Berg, t.ex. Anna, kl. 5, bl. a. Olle, osv.|Han gick."),
        ("da", "Den 3. Oktober kom hr. Holm, f.eks. Lars, nr. 5 mv.|Han gik."),
        ("no", "Den 3. Juni kom dr. Moe, bl.a. Kari osv.|Hun gikk."),
        ("fi", "Esim. Helsinki, 3. Lokakuuta, klo. Viisi jne.|Hän lähti."),
        ("hu", "Dr. Nagy, IV. Béla, pl. Pest stb.|Az ember elment."),
        ("hi", "डॉ. राम आए। प्रो. श्याम गए।".replace("। ", "।|")),
        ("ar", "قال د. سامي ذلك.|ثم ذهب؟|نعم"),
        ("none", "Mr. Roe met Dr. Poe in D.C.|The end."),
        ("ta", "A. B. Roe ate.|Mr.|Roe left."),
    ],
)
def test_other_languages(language: str, text: str) -> None:
    assert parted(text.replace("|", " "), language).split("|") == text.split("|")


def test_abbreviations_are_those_of_the_language_of_a_text() -> None:
    assert parted("Er sah Hr. Roth.", "de") == "Er sah Hr. Roth."
    assert parted("It took an hr. Roth left.", "en") == "It took an hr.|Roth left."
    assert parted("Am 3. Oktober", "en") == "Am 3.|Oktober"


@pytest.mark.parametrize("language", sorted(_TABLES))
def test_tables_hold_together(language: str) -> None:
    known = abbreviations(language)
    assert language in LANGUAGES
    assert len(known.never) > 0
    assert all(word[:1].isupper() and len(word) < _MAX_STARTER_LENGTH for word in known.starters)
    every = known.never | known.before_starters | known.before_letters
    assert all(word.strip(".") == word and len(word) < _MARGIN // 2 for word in every)
