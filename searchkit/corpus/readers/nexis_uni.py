"""Parses articles of Nexis Uni, of which each ends with "End of Document".

An article has its title, the source, the date with the edition, the copyright, labels ("Length:
512 words"), "Body" alone on a line, the text, pictures below "Graphic", labels below
"Classification", and "Load-Date:". Before the first article there may be a cover sheet with a table
of contents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchkit.corpus.readers.export_fields import COPYRIGHT, RIGHTS, ExportedArticle, key_of, split_date
from searchkit.corpus.readers.nexis_articles import set_nexis_field
from searchkit.corpus.readers.nexis_labels import Label, find_label

END = re.compile(
    r"\s*(?:End of Document|Ende des Dokumente?s|Fin du document|Einde van (?:het )?document|Fin del documento"
    r"|Fine del documento|Fim do documento)\s*\.?\s*",
    re.I,
)
"""The line below an article."""
_BODY = re.compile(r"\s*(?:Body|Text|Corps(?: de l'article)?|Texte|Cuerpo|Testo|Tekst|Volltext|Inhalt|Haupttext)\s*")
_GRAPHIC = re.compile(r"\s*(?:Graphic|Grafik|Graphique|Afbeelding|Gráfico)\s*")
_CLASSIFICATION = re.compile(
    r"\s*(?:Classification|Klassifi(?:zierung|kation)|Classificatie|Clasificación|Classificazione)\s*"
)
_COVER = re.compile(
    r"\s*(?:User Name|Date and Time|Job Number|Client/Matter|Search Terms|Search Type|Narrowed by"
    r"|Benutzername|Datum und Uhrzeit|Auftragsnummer|Suchbegriffe|Suchtyp|Eingegrenzt (?:durch|nach)"
    r"|Nom d'utilisateur|Date et heure|Numéro de tâche|Termes de recherche|Type de recherche|Affiné par"
    r"|Gebruikersnaam|Datum en tijd|Taaknummer|Zoektermen|Zoektype|Beperkt door):"
    r"|\s*(?:Documents?|Dokumente?|Documenten)\s?\(\d+\)\s*$",
    re.I,
)
_FIRST_TITLE = re.compile(r"\s*1\.\s*(\S.*)")
_LISTED = re.compile(r"\d+\.\s*\S|[^\t\n]*\t")
"""A line of the cover sheet that has no label: of the list of documents, or of a table."""
_LENGTH = re.compile(r"[\d.,]+\s(?:words?|mots?|Wörter|Wort|woorden|palabras|parole|palavras)\b")
MAX_SIGN_LENGTH = 60
"""Maximum length of a line that shows what a text is, in characters."""
MAX_HEADER = 60
"""Maximum number of lines between the beginning of an article and its text."""


def is_uni(paragraphs: Sequence[str]) -> bool:
    """Whether paragraphs are those of an export of Nexis Uni, or its cover sheet alone."""
    signs = set()
    is_ended = has_copyright = False
    for text in paragraphs:
        line = text.strip()
        has_copyright = has_copyright or COPYRIGHT.match(line) is not None
        if len(line) > MAX_SIGN_LENGTH:
            continue
        is_ended = is_ended or END.fullmatch(line) is not None
        if _BODY.fullmatch(line) is not None:
            signs.add("body")
        elif _CLASSIFICATION.fullmatch(line) is not None:
            signs.add("classification")
        elif (label := find_label(line, is_upper=False)) is not None and (
            label.key == "load_date" or (label.key == "length" and _LENGTH.match(label.value))
        ):
            signs.add(label.key)
    is_cut_off = {"body", "length"} <= signs and (has_copyright or len(signs) > 2)
    return (is_ended and len(signs) >= 2) or is_cut_off or is_cover(paragraphs)


def is_cover(paragraphs: Sequence[str]) -> bool:
    """Whether paragraphs begin with the cover sheet of an export."""
    return sum(_COVER.match(text) is not None for text in paragraphs[:12]) >= 3


def split_uni(paragraphs: Sequence[str]) -> tuple[list[list[str]], list[str]]:
    """The paragraphs of each article, without its end and the cover sheet, and those behind the
    last."""
    articles: list[list[str]] = []
    article: list[str] = []
    for text in paragraphs:
        if END.fullmatch(text):
            articles.append(article if articles else _without_cover(article))
            article = []
        else:
            article.append(text)
    rest = [text for text in (article if articles else _without_cover(article)) if text.strip()]
    return ([*articles, rest], []) if rest and (not articles or any(map(_BODY.fullmatch, rest))) else (articles, rest)


def _without_cover(paragraphs: list[str]) -> list[str]:
    """The paragraphs of the first article, which a cover sheet may stand before."""
    if not is_cover([text for text in paragraphs if text.strip()]):
        return paragraphs
    last = max(index for index, text in enumerate(paragraphs) if _COVER.match(text))
    end = next((index for index, text in enumerate(paragraphs) if index > last and _is_behind_title(text)), len(paragraphs))
    title = next((found[1].strip() for text in paragraphs if (found := _FIRST_TITLE.match(text))), "")
    lines = [(index, text) for index in range(last + 1, end) if (text := paragraphs[index].strip())]
    same = [index for index, text in lines if text == title] or [index for index, text in lines if _are_alike(text, title)][
        :1
    ]
    if same:
        return paragraphs[same[-1] :]
    dated = [at for at, (_, text) in enumerate(lines) if split_date(text.split("\n")[0])[0]]
    above = lines[: dated[-1]] if dated else lines
    lines = lines[max((at for at, (_, text) in enumerate(above, 1) if _LISTED.match(text)), default=0) :]
    return paragraphs[lines[0][0] :] if lines and (dated or end < len(paragraphs)) else []


def _are_alike(title: str, listed: str) -> bool:
    """Whether a title is the one of the list, of which either may be cut off."""
    first, second = title.casefold(), listed.rstrip(" .…").casefold()
    return second != "" and (first.startswith(second) or second.startswith(first))


def _is_behind_title(text: str) -> bool:
    """Whether a paragraph of an article stands behind its title, source and date for sure."""
    label = find_label(text, is_upper=False)
    return COPYRIGHT.match(text) is not None or _BODY.fullmatch(text) is not None or (label is not None and label.is_front)


def parse_uni(paragraphs: Sequence[str], date_order: str = "") -> ExportedArticle:
    """Parse the article in the paragraphs that `split_uni` yields."""
    article = ExportedArticle(date_order)
    texts = [text.strip() for text in paragraphs if text.strip()]
    body = next((index for index, text in enumerate(texts[:MAX_HEADER]) if _BODY.fullmatch(text)), None)
    start = _parse_header(article, texts if body is None else texts[:body], is_whole=body is not None)
    end = _find_end(texts, start if body is None else body + 1)
    article.paragraphs += texts[start if body is None else body + 1 : end]
    _parse_end(article, texts[end:])
    return article


def _parse_header(article: ExportedArticle, texts: Sequence[str], *, is_whole: bool) -> int:
    """Parse what stands above the text; return the number of the first paragraph behind it.
    `is_whole` says that nothing in `texts` is text."""
    first_label = next((index for index, text in enumerate(texts) if _front_label(text) is not None), len(texts))
    limit = first_label if is_whole or first_label < len(texts) else min(len(texts), 4)
    lines = [line.strip() for text in texts[:limit] for line in text.split("\n") if line.strip()]
    dated = next(
        (
            at
            for at, line in enumerate(lines[1:6], 1)
            if not COPYRIGHT.match(line) and split_date(line, article.date_order)[0]
        ),
        None,
    )
    if lines:
        article.title = lines[0]
    if dated is None:
        article.source = lines[1] if len(lines) > 1 and not COPYRIGHT.match(lines[1]) else ""
        rest = lines[2:] if article.source else lines[1:]
    else:
        raw, edition = split_date(lines[dated], article.date_order)
        article.set_date(raw)
        article.source = lines[dated - 1] if dated > 1 else ""
        article.paragraphs += lines[1 : dated - 1]
        rest = [edition, *lines[dated + 1 :]]
    for line in rest:
        if COPYRIGHT.match(line) or RIGHTS.match(line):
            article.add_extra("copyright", line, " ")
        else:
            article.add_extra("edition", line)
    index = limit
    while index < len(texts) and (is_whole or _front_label(texts[index]) is not None):
        label = _front_label(texts[index])
        if label is None:
            label = find_label(texts[index], is_upper=False)
        if label is None:
            article.add_extra("other", texts[index])
        else:
            set_nexis_field(article, label.key or key_of(label.name), label.value)
        index += 1
    return index


def _front_label(text: str) -> Label | None:
    label = find_label(text, is_upper=False)
    return label if label is not None and label.is_front else None


def _find_end(texts: Sequence[str], start: int) -> int:
    """The number of the first paragraph below the text."""
    for index in range(start, len(texts)):
        text = texts[index]
        if len(text) > 40:
            continue
        if _CLASSIFICATION.fullmatch(text) or _GRAPHIC.fullmatch(text):
            return index
        label = find_label(text, is_upper=False)
        if label is not None and label.key == "load_date":
            return index
    return len(texts)


def _parse_end(article: ExportedArticle, texts: Sequence[str]) -> None:
    is_graphic = False
    for text in texts:
        if _GRAPHIC.fullmatch(text) or _CLASSIFICATION.fullmatch(text):
            is_graphic = _GRAPHIC.fullmatch(text) is not None
            continue
        label = find_label(text, is_upper=False)
        if label is not None and (label.is_tail or not is_graphic):
            is_graphic = False
            set_nexis_field(article, label.key or key_of(label.name), label.value)
        elif is_graphic:
            article.add_extra("graphic", text)
        elif COPYRIGHT.match(text) or RIGHTS.match(text):
            article.add_extra("copyright", text, " ")
        else:
            article.add_extra("other", text)
