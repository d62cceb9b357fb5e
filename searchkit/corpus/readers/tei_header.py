"""What the header of a TEI document says of the newspaper, the issue and the article."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.corpus.readers.news_fields import BETWEEN, attribute, find, lines_of
from searchkit.corpus.readers.xml_parsing import Element, line_of, outermost

_SCOPES = {"vol": "volume", "volume": "volume", "issue": "number", "number": "number", "no": "number", "page": "page",
           "pages": "page", "pp": "page", "pp.": "page"}  # fmt: skip
_DATE_NAMES = ("when", "when-iso", "value", "notBefore", "from")


class TeiHeader:
    """The fields that a <teiHeader> has. `dates` are texts, the likeliest first."""

    def __init__(self, document: Element) -> None:
        header = document.find("teiHeader")
        description = find(header, "fileDesc")
        statement, source = find(description, "titleStmt"), find(description, "sourceDesc")
        publication = find(description, "publicationStmt")
        self.extra: dict[str, str] = {}
        article_titles = _titles(source, ("a",))
        own_titles = [one for one in _all(statement, "title") if attribute(one, "type") not in ("sub", "short", "desc")]
        self.title = line_of(article_titles[0] if article_titles else own_titles[0] if own_titles else None)
        journals = _titles(source, ("j", "m", "s"))
        journals = journals or [one for one in _all(source, "bibl/title") if attribute(one, "level") != "a"]
        publisher = line_of(find(publication, "publisher"))
        self.source = line_of(journals[0] if journals else None) or publisher
        authors = [*lines_of(find(source, ".//analytic"), "author"), *lines_of(source, "bibl/author")]
        self.authors = authors or lines_of(statement, "author")
        # The edition of a text has a date too, which is not that of the newspaper.
        self.dates = _dates(outermost(_all(source, ".//date"))) or _dates(
            [*_all(publication, "date"), *_all(header, "profileDesc/creation/date")]
        )
        self.topics = [
            *lines_of(header, "profileDesc/textClass/keywords//term"),
            *lines_of(header, "profileDesc/textClass/keywords/item"),
        ]
        language = find(header, "profileDesc/langUsage/language")
        ident = attribute(language, "ident", "id")
        self.language = attribute(find(document, "text"), "lang") or ident or attribute(document, "lang")
        self.url = _url(source, publication)
        self._add("publisher", [publisher, *lines_of(source, ".//publisher")], self.source)
        self._add("place", [*lines_of(source, ".//pubPlace"), *lines_of(publication, "pubPlace")])
        self._add("licence", _all_texts(publication, ("availability//licence", "availability//license", "availability/p")))
        for one in outermost(_all(source, ".//biblScope")):
            kind = attribute(one, "unit", "type").lower()
            self._add(_SCOPES.get(kind, kind or "scope"), [line_of(one) or attribute(one, "from", "n")])
        self._add("ids", [text for path in (".//idno",) for text in _not_urls(lines_of(source, path))])
        self._add("document_id", _not_urls(lines_of(publication, "idno")))
        self._add("class", lines_of(header, "profileDesc/textClass/classCode"))
        self._add("subtitle", [line_of(one) for one in _all(statement, "title") if attribute(one, "type") == "sub"])
        if article_titles and own_titles:
            self._add("document_title", [line_of(own_titles[0])], self.title)

    def _add(self, key: str, values: Iterable[str], without: str = "") -> None:
        found = [value for value in dict.fromkeys(values) if value and value != without]
        if found:
            self.extra[key] = BETWEEN.join(found)


def _all(element: Element | None, path: str) -> list[Element]:
    return [] if element is None else list(element.iterfind(path))


def _all_texts(element: Element | None, paths: Iterable[str]) -> list[str]:
    return next(filter(None, (lines_of(element, path) for path in paths)), [])


def _titles(source: Element | None, levels: tuple[str, ...]) -> list[Element]:
    """The titles of a source at the first of some levels that it has: "a" for articles, "j" for
    journals, "m" for other publications, "s" for series."""
    titles = [one for one in _all(source, ".//title") if line_of(one)]
    for level in levels:
        found = [one for one in titles if attribute(one, "level") == level]
        if found:
            return found
    parent = ".//analytic/title" if levels == ("a",) else ".//monogr/title"
    return [one for one in _all(source, parent) if line_of(one)]


def _dates(elements: Iterable[Element]) -> list[str]:
    return [text for one in elements if (text := attribute(one, *_DATE_NAMES) or line_of(one))]


def _url(source: Element | None, publication: Element | None) -> str:
    """The address of an article. Those of licences are none."""
    links = [*_all(source, ".//ptr"), *_all(source, ".//ref"), *_all(source, ".//idno")]
    for one in (*links, *_all(publication, "ptr"), *_all(publication, "ref"), *_all(publication, ".//idno")):
        found = attribute(one, "target") or (line_of(one) if not len(one) else "")
        if found.startswith(("http://", "https://")) and " " not in found:
            return found
    return ""


def _not_urls(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if not text.startswith(("http://", "https://"))]
