"""The labels of fields in articles of Nexis, in the languages of its interface."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_FRONT = {
    "headline": "headline überschrift titre titel kop titular título titolo schlagzeile",
    "byline": "byline autor autoren auteur auteurs author auteur(s) autore autori door von par por",
    "section": "section rubrik rubrique sectie rubriek ressort sección seccion sezione seção",
    "length": "length länge laenge longueur lengte longitud extensión extension lunghezza tamanho comprimento",
    "dateline": "dateline datumszeile datelijn date-ligne lieu fecha-lugar ort",
    "highlight": "highlight hervorhebung encart insert hoogtepunt résumé resume samenvatting zusammenfassung abstract"
    " standfirst",
    "body": "body text volltext corps texte cuerpo testo tekst inhalt volledige-tekst texto",
    "series": "series serie série",
    "column": "column kolumne",
    "show": "show",
    "anchors": "anchors anchor",
    "guests": "guests guest",
    "reporters": "reporters",
    "host": "host",
    "contributor": "contributor",
    "medium": "medium",
}
"""Labels above the text, in small letters, by what they mean."""
_TAIL = {
    "load_date": "load-date update date-chargement date-de-chargement ladedatum laaddatum laad-datum"
    " datum-laden fecha-de-carga data-di-caricamento aktualisierung",
    "language": "language sprache langue taal idioma lingua língua",
    "publication_type": "publication-type type-publication publikationsart publikationstyp publicatietype type-publicatie"
    " tipo-de-publicación tipo-di-pubblicazione",
    "journal_code": "journal-code zeitungs-code code-journal code-du-journal tijdschriftcode krantcode código-de-diario",
    "graphic": "graphic graphics grafik graphique grafiek afbeelding gráfico grafico photo-legend",
    "subject": "subject subjects sujet thema themen onderwerp asunto tema materia argomento",
    "company": "company société societe firma unternehmen bedrijf empresa azienda",
    "organization": "organization organisation organisationen organisatie organización organizzazione",
    "person": "person people personne personnes personen persoon persona",
    "industry": "industry secteur-activite secteur-activité branche branchen industrie industria activity-sector",
    "geographic": "geographic localisation-geo geo-localization geographie geografisch geográfico",
    "country": "country pays land país paese",
    "state": "state",
    "city": "city ville stadt stad ciudad",
    "ticker": "ticker stock-symbol symbole-boursier symbol",
    "url": "url",
    "correction": "correction berichtigung",
    "correction_date": "correction-date correction-appended",
    "distribution": "distribution",
    "document_type": "document-type type",
    "notes": "notes note anmerkung",
    "name": "name",
    "acc_no": "acc-no",
    "isbn": "isbn",
    "issn": "issn",
    "doi": "doi",
    "copyright": "copyright",
    "percent": "percent",
}
"""Labels below the text."""
_SURE_TAIL = frozenset(
    {
        "load_date",
        "language",
        "publication_type",
        "journal_code",
        "subject",
        "acc_no",
        "document_type",
        "issn",
        "correction_date",
    }
)
"""Labels that begin what stands below a text, wherever they are."""
CONTINUED = frozenset({"graphic", "correction", "notes"})
"""Labels whose value may have several paragraphs."""
_LABEL = re.compile(r"\s{0,4}([^\W\d_][\w /&'().-]{0,38}?)\s?:(?:[\s\u00a0]+(.*)|$)", re.DOTALL)
_SIGNS = re.compile(r"[\s/_-]+")


class Label(NamedTuple):
    """A label at the beginning of a line, and the text behind it. `key` is what it means, "" for an
    unknown label; `name` is as printed."""

    key: str
    value: str
    name: str

    @property
    def is_front(self) -> bool:
        """Whether it stands above the text of an article."""
        return self.key in _FRONT

    @property
    def is_tail(self) -> bool:
        """Whether it stands below the text."""
        return self.key in _TAIL

    @property
    def is_sure_tail(self) -> bool:
        """Whether it begins what stands below the text, wherever it is."""
        return self.key in _SURE_TAIL


def find_label(line: str, *, is_upper: bool) -> Label | None:
    """The label that a line begins with. `is_upper` says that labels are in capital letters, as in
    all exports before Nexis Uni."""
    found = _LABEL.match(line)
    if found is None:
        return None
    name = found[1]
    if is_upper and name != name.upper():
        return None
    return Label(_keys().get(_SIGNS.sub("-", name.lower()), ""), (found[2] or "").strip(), name)


@cache
def _keys() -> dict[str, str]:
    return {name: key for table in (_TAIL, _FRONT) for key, names in table.items() for name in names.split()}
