"""Reads pages that Europresse (in Canada: Eureka) exported: many articles a file.

Newer pages have each in `<article>`; in older ones it begins with the name of the publication, and
lines follow each other without elements of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from searchkit.corpus.dates import parse_date
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import NO_TEXT, Draft, NoArticle, Record, Unreadable
from searchkit.corpus.readers.export_fields import COPYRIGHT, ExportedArticle, key_of
from searchkit.corpus.readers.html_fragments import class_names, parse_piece, remove, settable
from searchkit.corpus.readers.html_pieces import read_pieces
from searchkit.corpus.readers.xml_parsing import line_of, outermost, paragraphs_of
from searchkit.corpus.source import ByteStream

_NEW, _OLD = (
    re.compile(rb"<article(?=[\s>])", re.I),
    re.compile(rb"""<span\b[^<>]{0,80}?\bclass=["']?DocPublicationName\b""", re.I),
)
_PARAGRAPHS = ("p", "div", "table", "ul", "ol", "blockquote", "section", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr")
_LINES = ("br", "tr", "li")
_WITHOUT = ("script", "style", "head", "noscript")
_DOCUMENT = re.compile(r"(?<![^\s:])((?:news|web|social|biblio|[a-z]{2,12})[·•.\-]\d{8}[·•.\-]\S+)")
_DOCUMENT_LINE = re.compile(rf"(?:[^\W\d_][^:]{{0,40}}:\s*)?{_DOCUMENT.pattern}")
_ISSUE = re.compile(r",\s*(n[o°º]\.?\s*\S.*|nr\.?\s*\d.*|vol\.\s*\S.*)$", re.I)
_PAGE = re.compile(r",?\s*\b(?:pp?|S|pag|pág|blz)\.\s*(\S.*)$")
_ELSEWHERE = re.compile(
    r"\s*(?:cet article est paru dans|this article (?:appeared|was published) in|dieser artikel (?:ist|erschien)"
    r"|este artículo|questo articolo)\b",
    re.I,
)
_RECORDED_BY = re.compile(r"(?:propos )?(?:recueillis?|rassemblés|textes?|dossier réalisé|enquête)\s+par\s+", re.I)
_LEGAL = re.compile(
    r"(?:le présent document est protégé|this (?:document|material) is protected|dieses dokument|certificat émis"
    r"|ce certificat|certificate issued|this certificate|date d'émission|numéro de document|document number|dokumentnummer)",
    re.I,
)
MAX_HEADER_BLOCKS = 1000
"""Maximum number of lines above the text of an article."""
MAX_DATE_LINE = 500
"""Maximum length of the line of section and date, in characters."""
MAX_BYLINE_WORDS = 10
MAX_BYLINE_LENGTH = 200


def read_europresse(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of a page."""
    nothing = "no article of Europresse stands in it: expected <article> around each; is it a page of results?"
    return read_pieces(stream, options, (_NEW, _OLD), _parse, nothing)


def _parse(date_order: str, is_only: bool, markup: str) -> Draft:
    root = parse_piece(markup)
    article = ExportedArticle(date_order)
    element = next(iter(root.iter("article")), None)
    if element is not None:
        _parse_new(article, element)
        remove(element)
        if left_out := " ".join(paragraphs_of(root, _PARAGRAPHS, _LINES, _WITHOUT).split()):
            article.warnings.append(("left-out", left_out))
    else:
        _parse_old(article, root)
    return article.draft(is_whole_file=is_only)


def _parse_new(article: ExportedArticle, element: Any) -> None:
    header = next(iter(element.iter("header")), None)
    below = list(outermost(element.iter("aside", "footer")))
    for one in below:
        remove(one)
    texts = [element] if header is not None else _text_containers(element)
    for one in texts if header is None else (header,):
        remove(one)
    _parse_header(article, element if header is None else header)
    for text in texts:
        _take_out(article, text)
        article.paragraphs += paragraphs_of(text, _PARAGRAPHS, _LINES, _WITHOUT).split("\n\n")
    for one in below:
        (_parse_aside if one.tag == "aside" else _parse_footer)(article, one)
    if not article.title and not any(article.paragraphs) and not article.source:
        raise NoArticle(NO_TEXT)


def _first(element: Any, *names: str) -> Any:
    """The first element of one of these classes, those named first preferred."""
    for name in names:
        for one in element.iter():
            if isinstance(one.tag, str) and name in class_names(one):
                return one
    return None


def _text_containers(element: Any) -> list[Any]:
    """The elements with the text of an article that has no header apart from it."""
    for names in (("docOcurrContainer", "docOccurContainer"), ("DocText",)):
        if found := [one for name in names for one in outermost(_of_class(element, name)) if line_of(one)]:
            return found
    return list(outermost(element.iter("section")))


def _of_class(element: Any, name: str) -> list[Any]:
    return [one for one in element.iter() if isinstance(one.tag, str) and name in class_names(one)]


def _parse_header(article: ExportedArticle, header: Any) -> None:
    name = _first(header, "DocPublicationName")
    if name is not None:
        _set_source(article, paragraphs_of(name, ("p", "div"), ("br",)).split("\n"))
    dated = [one for one in header.iter() if isinstance(one.tag, str) and "DocHeader" in class_names(one)]
    _set_date_line(article, " ".join(line_of(one) for one in dated))
    code = next((one.get("sourcecode") for one in header.iter() if one.get("sourcecode")), "")
    article.add_extra("source_code", code)
    heading = _first(header, "titreArticle")
    title = _first(header, "titreArticleVisu", "TitreArticleVisu", "grandTitre")
    title = heading if title is None else title
    article.title = line_of(title)
    is_behind = False
    for number, block in enumerate(_text_blocks(header)):
        if number >= MAX_HEADER_BLOCKS:
            raise Unreadable(f"the header of the article has more than {MAX_HEADER_BLOCKS:,} lines; is the file damaged?")
        classes = class_names(block)
        text = line_of(block)
        if block is title or (title is not None and _is_inside(block, title)):
            is_behind = True
        elif block in (name, *dated) or _holds(block, (name, *dated)) or not text:
            continue
        elif "rdp__subtitle" in classes or (is_behind and block.getparent().tag == "b"):
            article.paragraphs.append(text)
        elif "docAuthors" in classes or "sm-margin-bottomNews" in classes:
            _add_byline(article, text)
        elif is_behind and heading is not None and not _is_inside(block, heading):
            _set_byline_or_text(article, text)
        elif "DocTitreSousSection" in classes and not article.section:
            article.section = text
        else:
            article.add_extra("kicker", text)


def _text_blocks(element: Any) -> Iterator[Any]:
    """The elements with text that have no other such element in them."""
    for one in element.iter("p", "div", "span", "h1", "h2", "h3", "h4"):
        if not any(inner is not one and inner.tag in ("p", "div", "h1", "h2", "h3", "h4") for inner in one.iter()):
            if one.tag == "span" and one.getparent().tag in ("p", "h1", "h2", "h3", "h4"):
                continue
            if one.tag == "div" and any(inner.tag == "span" and line_of(inner) == line_of(one) for inner in one):
                continue
            yield one


def _holds(element: Any, others: Sequence[Any]) -> bool:
    return any(other is not None and _is_inside(other, element) for other in others)


def _is_inside(element: Any, other: Any) -> bool:
    return any(ancestor is other for ancestor in element.iterancestors())


def _set_byline_or_text(article: ExportedArticle, text: str) -> None:
    if len(text) <= MAX_BYLINE_LENGTH and not article.bylines:
        _add_byline(article, text)
    else:
        article.paragraphs.append(text)


def _add_byline(article: ExportedArticle, text: str) -> None:
    names = _RECORDED_BY.sub("", text)
    if names != text:
        article.add_extra("byline", text)
    article.add_byline(names)


def _set_source(article: ExportedArticle, lines: Sequence[str]) -> None:
    texts = [" ".join(line.split()) for line in lines if line.strip()]
    if not texts:
        return
    issue = _ISSUE.search(texts[0])
    article.source = texts[0][: issue.start()].strip() if issue else texts[0]
    article.add_extra("issue", issue[1] if issue else "")
    for text in texts[1:]:
        article.add_extra("edition", text)


def _set_date_line(article: ExportedArticle, text: str) -> None:
    """Read the section, the date, the length and the page of a line such as `Sciences, mercredi 18
    octobre 2023 2153 mots, p. 18`."""
    text = " ".join(text.split())
    if len(text) > MAX_DATE_LINE:
        article.add_extra("header", text)
        return
    page = _PAGE.search(text)
    if page:
        article.add_extra("page", page[1])
        text = text[: page.start()]
    found = _length_at_end(text, article.date_order)
    if found:
        article.add_extra("length", text[found:].strip())
        text = text[:found].strip()
    parts = [part.strip() for part in text.split(",")]
    for start in range(len(parts)):
        raw = ", ".join(part for part in parts[start:] if part)
        if parse_date(raw, article.date_order) is not None:
            article.set_date(raw)
            article.section = ", ".join(part for part in parts[:start] if part)
            return
    article.set_date(text)


def _length_at_end(text: str, order: str) -> int:
    """Where the number of words begins at the end of a text, or 0. The year before it is none of
    its digits."""
    found = re.search(r"\s(?:[\d.,\u00a0\u202f ]*\d)\s?(?:mots?|words?|Wörter|palabras|parole|woorden)$", text)
    if not found:
        return 0
    start = found.start()
    while True:
        next_blank = re.compile(r"[ \u00a0\u202f](?=\d)").search(text, start + 1)
        if next_blank is None or parse_date(text[:start].split(",")[-1].strip(" -"), order) is not None:
            return start
        if parse_date(", ".join(text[:start].split(",")[-2:]).strip(), order) is not None:
            return start
        start = next_blank.start()


def _take_out(article: ExportedArticle, container: Any) -> None:
    """Remove what is no text of the article: where else it was published, and the link to it."""
    links = [one for one in container.iter("a") if _ELSEWHERE.match(line_of(one))]
    for link in links:
        article.url = article.url or (link.get("href") or "")
        remove(link)
    for other in outermost(_of_class(container, "apd-wrapper")):
        article.add_extra("also_in", " ".join(paragraphs_of(other, _PARAGRAPHS, _LINES).split()))
        remove(other)


def _parse_aside(article: ExportedArticle, aside: Any) -> None:
    key = "aside"
    for text in paragraphs_of(aside, _PARAGRAPHS, _LINES, _WITHOUT).split("\n\n"):
        label, colon, value = text.partition(":")
        if colon and len(label) <= 40 and label.strip():
            key = key_of(label.replace("(s)", "s"))
            text = value
        article.add_extra(key, " ".join(text.split()))


def _parse_footer(article: ExportedArticle, footer: Any) -> None:
    text = paragraphs_of(footer, (*_PARAGRAPHS, "small", "span"), _LINES, _WITHOUT)
    for line in (line.strip() for line in text.split("\n")):
        found = _DOCUMENT.search(line)
        if found and not article.id:
            article.id = found[1]
        if COPYRIGHT.match(line):
            article.add_extra("copyright", line)
        elif not found and not _LEGAL.match(line) and any(map(str.isalpha, line)):
            article.add_extra("footer", line)


def _parse_old(article: ExportedArticle, root: Any) -> None:
    name = _first(root, "DocPublicationName")
    if name is None:
        raise Unreadable("it has no name of a publication; is the file damaged?")
    _set_source(article, paragraphs_of(name, ("p", "div"), ("br",)).split("\n"))
    headers = [one for one in root.iter() if isinstance(one.tag, str) and "DocHeader" in class_names(one)]
    parts = [line_of(one).strip(" ,") for one in headers]
    _set_date_line(article, ", ".join(filter(None, parts)))
    title = _first(root, "TitreArticleVisu", "titreArticleVisu")
    article.title = line_of(title)
    lines = _lines_behind(root, headers[-1] if title is None and headers else name if title is None else title)
    texts: list[str] = []
    for line in lines:
        if found := _DOCUMENT_LINE.fullmatch(line):
            article.id = article.id or found[1]
        elif article.id:
            article.add_extra("footer", "" if _LEGAL.match(line) else line)
        elif COPYRIGHT.match(line) and len(line) < MAX_BYLINE_LENGTH:
            article.add_extra("copyright", line)
        else:
            texts.append(line)
    if len(texts) > 1 and len(texts[0].split()) <= MAX_BYLINE_WORDS and not texts[0].endswith((".", "!", "?", ":")):
        _add_byline(article, texts.pop(0))
    article.paragraphs += texts


def _lines_behind(root: Any, element: Any) -> list[str]:
    """The lines of text behind an element."""
    mark = "\ue000"
    element.tail = settable(f"{mark}{element.tail or ''}")
    text = paragraphs_of(root, _PARAGRAPHS, (*_LINES, "td"), _WITHOUT).partition(mark)[2]
    return [line.strip() for line in text.split("\n") if line.strip()]
