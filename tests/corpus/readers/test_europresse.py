"""What the golden files of Europresse do not show: limits, ids, the line of section and date."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.corpus import read
from searchkit.corpus.readers.europresse import _set_date_line
from searchkit.corpus.readers.export_fields import ExportedArticle
from searchkit.read_warnings import ReadWarning
from tests.corpus.readers.reading import articles
from tests.untrusted.child import read_within

HEAD = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"/><style>.DocPublicationName{}.titreArticleVisu{}</style></head><body>'
)
ARTICLE = (
    '<article><header><div><span class="DocPublicationName">La Gazette</span></div><div><span class="DocHeader">lundi 3'
    ' février 2014, p. 3</span></div><div class="titreArticle"><p class="titreArticleVisu">Titre {number}</p></div></header>'
    '<section><div class="docOcurrContainer"><p>Texte {number}.</p></div></section><footer><small>© 2014 La Gazette</small>'
    '<div class="publiC-lblNodoc">news·20140203·GA·{number:05}</div></footer></article>'
)


@pytest.mark.parametrize(
    ("line", "section", "date", "length", "page"),
    [
        ("lundi 3 février 2014", "", "2014-02-03T00:00:00+00:00", "", ""),
        (
            "Sciences, mercredi 18 octobre 2023 2153 mots, p. AUJM18",
            "Sciences",
            "2023-10-18T00:00:00+00:00",
            "2153 mots",
            "AUJM18",
        ),
        ("mercredi 18 octobre 2023 2 153 mots", "", "2023-10-18T00:00:00+00:00", "2 153 mots", ""),
        ("mercredi 18 octobre 2023 2\u202f153 mots", "", "2023-10-18T00:00:00+00:00", "2 153 mots", ""),
        ("lundi 23 octobre 2023 - 11:49:55 -0000 1455 mots", "", "2023-10-23T11:49:55+00:00", "1455 mots", ""),
        ("vendredi 23 janvier 2015 - 10:30 UTC +01:00 512 mots", "", "2015-01-23T10:30:00+01:00", "512 mots", ""),
        ("Thursday, December 22, 2022 13887 words, p. 819(40)", "", "2022-12-22T00:00:00+00:00", "13887 words", "819(40)"),
        ("Monde, Proche-Orient, jeudi 5 mai 2011, p. 4,5", "Monde, Proche-Orient", "2011-05-05T00:00:00+00:00", "", "4,5"),
        ("Lokales, Samstag, 5. April 2014 120 Wörter, S. 4", "Lokales", "2014-04-05T00:00:00+00:00", "120 Wörter", "4"),
        ("mai 2011, p. 4", "", "", "", "4"),
        ("", "", "", "", ""),
    ],
)
def test_the_line_of_section_and_date(line: str, section: str, date: str, length: str, page: str) -> None:
    article = ExportedArticle()
    article.title = "T"
    _set_date_line(article, line)
    draft = article.draft()
    assert (draft.section, draft.date.isoformat() if draft.date else "") == (section, date)
    assert (draft.extra.get("length", ""), draft.extra.get("page", "")) == (length, page)
    assert draft.extra.get("date", "") == ("" if date else line.partition(",")[0])


def test_the_same_article_in_two_exports_is_one(tmp_path: Path) -> None:
    for name, numbers in (("a.html", (1, 2)), ("b.html", (2, 3))):
        (tmp_path / name).write_text(HEAD + "".join(ARTICLE.format(number=number) for number in numbers), encoding="utf-8")
    assert [one.id for one in read(tmp_path, "L")] == [f"L/news·20140203·GA·0000{number}" for number in (1, 2, 3)]


def test_a_huge_page_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.HTML"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for number in range(2_500):
            file.write(ARTICLE.format(number=number).replace("Texte", "Des bateaux. " * 1_200))
    found = read_within(path, megabytes=38)
    assert (found.articles, found.failures) == (2_500, [])


@pytest.mark.parametrize(
    "inner",
    [
        "<div>",
        "<p>a</p>",
        "<span class='DocHeader'>1 2 mots ",
        "<span class='DocHeader'>1 </span>",
        "<div class='apd-wrapper'>a</div>",
        "<a href=x>cet article est paru dans</a>",
        "<small>© 2014 news·20140203·GA·1</small>",
    ],
)
@pytest.mark.parametrize("where", ["<header>", 'docOcurrContainer">', "<footer>"])
def test_an_article_of_hostile_markup(inner: str, where: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    hostile = ARTICLE.format(number=2).replace(where, where + inner * (600_000 // len(inner)))
    path.write_text(HEAD + hostile + ARTICLE.format(number=1), encoding="utf-8")
    found = read_within(path)
    assert "L/news·20140203·GA·00001" in found.ids


def test_all_text_of_an_article_is_kept(tmp_path: Path) -> None:
    section = '<section><div class="docOcurrContainer"><p>Texte 1.</p></div></section>'
    elsewhere = (
        f'<p>Un.</p>{section}<div class="new"><p>Deux.</p><div class="docOcurrContainer">Trois.</div></div><p>Quatre.</p>'
    )
    text = HEAD + ARTICLE.format(number=1).replace(section, elsewhere).replace("<footer>", "<footer><p>Le mot de la fin</p>")
    warnings: list[ReadWarning] = []
    (tmp_path / "a.html").write_text(f"{text}<p>Derrière.</p>", encoding="utf-8")
    [found] = read(tmp_path / "a.html", "L", on_warning=warnings.append)
    assert found.body == "Un.\n\nTexte 1.\n\nDeux.\n\nTrois.\n\nQuatre."
    assert found.extra["footer"] == "Le mot de la fin"
    assert warnings == [ReadWarning("left-out", str(tmp_path / "a.html"), "Derrière.", "record 1")]
    [found], _ = articles(tmp_path / "b.html", text.replace("<header>", "<div>").replace("</header>", "</div>"))
    assert (found.title, found.source, found.authors) == ("Titre 1", "La Gazette", ("Un",))
    assert found.body == "Deux.\n\nQuatre.\n\nTexte 1.\n\nTrois."
    assert found.extra == {"page": "3", "copyright": "© 2014 La Gazette", "footer": "Le mot de la fin"}


@pytest.mark.parametrize("tag", ["aside", "footer"])
def test_nested_elements_are_read_once(tag: str, tmp_path: Path) -> None:
    inner = f"<{tag}>" * 200 + "<p>Des bateaux.</p>" * 1_000
    [found], _ = articles(tmp_path / "a.html", HEAD + ARTICLE.format(number=1).replace("<footer>", f"{inner}<footer>"))
    assert found.extra[tag].count("Des bateaux.") == 1_000


def test_words_that_look_like_the_end_of_an_old_article_are_text(tmp_path: Path) -> None:
    lines = ("Un premier paragraphe, qui est plus long que dix mots, dans la ligne de ce texte.", "Voir covid-20200426-foo.",
             "Ce certificat est délivré par la mairie.", "Fin.")  # fmt: skip
    old = '<span class="DocPublicationName">Le Monde</span><br><span class="TitreArticleVisu">Titre</span><br>{}<br>{}'
    end = "Numéro de document : news·20200426·LM·1<br>Ce certificat est émis à ECOLE.<br>Page suivante"
    [found], _ = articles(tmp_path / "a.html", HEAD + old.format("<br>".join(lines), end))
    assert (found.id, found.body) == ("L/news·20200426·LM·1", "\n\n".join(lines))
    assert found.extra == {"footer": "Page suivante"}


def test_another_page_is_reported_if_the_format_is_forced(tmp_path: Path) -> None:
    found, failures = articles(tmp_path / "a.html", "<p>Words.", format="europresse")
    assert found == []
    assert failures[0].reason.startswith("no article of Europresse stands in it: expected <article> around each")


def test_a_character_reference_in_the_last_chunk_of_utf_16(tmp_path: Path) -> None:
    text = HEAD + "".join(ARTICLE.format(number=number) for number in range(2_000))
    found, failures = articles(tmp_path / "a.html", text.replace("Texte", "Étés 🌊").encode("utf-16"))
    assert failures == []
    assert len(found) == 2_000
    assert found[-1].body == "Étés 🌊 1999."
