"""Reads METS: issues of scanned newspapers, whose text stands in ALTO files beside it.

The logical structMap has the articles: divisions whose areas name blocks of ALTO files, over
several columns and pages. Blocks of a page that no article has are an article of their own. Without
articles in the structMap each page is one. Title of the newspaper and day of the issue come from
MODS.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from searchkit.control_characters import one_line
from searchkit.corpus.bylines import parse_byline
from searchkit.corpus.companions import FileSet
from searchkit.corpus.decode import decode
from searchkit.corpus.language_names import two_letter_code
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record, RecordWarning, Unreadable
from searchkit.corpus.readers.alto import AltoPage
from searchkit.corpus.readers.mets_pages import Pages, page_labels
from searchkit.corpus.readers.mods import IssueMetadata, read_article, read_issue
from searchkit.corpus.readers.ocr_pages import OcrBlock, body_of, confidence_of, language_of, page_title
from searchkit.corpus.readers.xml_parsing import Element, declared_encoding, parse_xml

ARTICLES = frozenset(
    {
        *("article", "advertisement", "advert", "ad", "letter", "obituary", "review", "poem", "news", "notice"),
        *("announcement", "serial", "weather", "freead", "family_notices", "deaths", "births", "marriages"),
    }
)
"""Types of divisions that are an article, whatever stands in them."""
_HEADINGS = frozenset(["heading", "headline", "title", "subtitle", "overline", "title_block"])
_BYLINES = frozenset(["author", "byline"])
_OUTER = frozenset(
    ("newspaper", "volume", "issue", "content", "year", "month", "day", "periodical", "supplement", "publication", "edition")
)
"""Types of divisions that hold articles, and are none themselves."""
MAX_DIVISIONS = 200_000
"""Maximum number of divisions of a file."""


@dataclass(slots=True)
class _Division:
    """An article of the structMap."""

    kind: str
    label: str
    metadata: list[str]
    section: str
    areas: list[tuple[str, str, str]] = field(default_factory=list)
    """Each with the id of a file, that of a block in it ("" for all), and its role: "heading",
    "byline" or ""."""
    missing: str = ""
    """The addresses of pages that it stands on and that are not there."""


def read_mets(files: FileSet, options: ReadOptions) -> Iterator[Record]:
    """Read the articles of an issue."""
    if not files.companions:
        yield NoArticle("none of its pages lies beside it in ALTO; pages alone are read one by one")
        return
    text = decode(files.data, options.encoding, declared_encoding(files.data)).text
    yield from _Issue(parse_xml(text), files, options).records()


class _Issue:
    def __init__(self, root: Element, files: FileSet, options: ReadOptions) -> None:
        if root.tag != "mets":
            raise Unreadable(f"expected METS, whose first element is <mets>, found <{root.tag}>")
        self._pages = Pages(root, files, options.encoding)
        self._labels = page_labels(root)
        self._mods = {
            one_line(section.get("ID") or ""): mods
            for section in root.iterfind("dmdSec")
            if (mods := section.find(".//mods")) is not None
        }
        self._divisions: list[_Division] = []
        for structure in root.iterfind("structMap"):
            if (structure.get("TYPE") or "").lower().startswith("logical"):
                for division in structure.iterfind("div"):
                    self._collect(division, "")
        of_articles = {name for division in self._divisions for name in division.metadata}
        rest = [mods for name, mods in self._mods.items() if name not in of_articles]
        self._issue = read_issue(rest, one_line(root.get("LABEL") or ""))

    def records(self) -> Iterator[Record]:
        """The articles in the order of the structMap, then what no article has, page by page."""
        used: dict[str, set[str]] = {}
        for division in self._divisions:
            try:
                blocks = self._blocks(division, used)
            except Unreadable as error:
                yield error
            else:
                yield partial(self._draft, division, blocks)
        for name in self._pages.names:
            try:
                page = self._pages.page(name)
            except Unreadable as error:
                if not any(area[0] == name for division in self._divisions for area in division.areas):
                    yield error
                continue
            left = {own: block for own, block in page.blocks.items() if own not in used.get(name, ())}
            if any(block.text for block in left.values()) or not self._divisions:
                yield partial(self._page_draft, name, page, list(left.values()))

    def _collect(self, division: Element, section: str) -> None:
        # The depth of a tree is bounded by libxml2 (256).
        if len(self._divisions) > MAX_DIVISIONS:
            raise Unreadable(f"it has more than {MAX_DIVISIONS:,} articles; split it")
        kind = _kind(division)
        children = division.findall("div")
        if kind in ARTICLES or (kind not in _OUTER and not _holds_articles(division)):
            found = _Division(kind, one_line(division.get("LABEL") or ""), (division.get("DMDID") or "").split(), section)
            _collect_areas(division, "", found.areas)
            if any(area[0] in self._pages or area[0] in self._pages.missing for area in found.areas):
                self._divisions.append(found)
            return
        if kind not in _OUTER:
            section = one_line(division.get("LABEL") or "") or section
        for child in children:
            self._collect(child, section)

    def _blocks(self, division: _Division, used: dict[str, set[str]]) -> list[tuple[OcrBlock, str, str]]:
        """The blocks of an article, each with its role and the file that it is in. Raises
        Unreadable."""
        found: list[tuple[OcrBlock, str, str]] = []
        missing: dict[str, None] = {}
        for file, area, role in division.areas:
            if file not in self._pages:
                if file in self._pages.missing:
                    missing[self._pages.missing[file]] = None
                continue
            page = self._pages.page(file)
            names = [area] if area in page.blocks else page.groups.get(area, list(page.blocks) if not area else [])
            for name in names:
                block = page.blocks.get(name)
                if block is not None and name not in used.setdefault(file, set()):
                    used[file].add(name)
                    found.append((block, role, file))
        division.missing = ", ".join(missing)
        if missing and not found:
            raise Unreadable(f'its page "{division.missing[:200]}" does not lie beside it in ALTO')
        return found

    def _draft(self, division: _Division, found: list[tuple[OcrBlock, str, str]]) -> Draft:
        own = read_article([self._mods[name] for name in division.metadata if name in self._mods])
        blocks = [block for block, _, _ in found]
        heading = " ".join(block.text for block, role, _ in found if role == "heading" and block.text)
        title = own.title or division.label or one_line(heading)
        in_title = _words(title)
        is_heading_title = not (own.title or division.label)
        byline = one_line(" ".join(block.text for block, role, _ in found if role == "byline"))
        body = body_of(
            block
            for block, role, _ in found
            if role != "byline" and not (role == "heading" and (is_heading_title or _words(block.text) in in_title))
        )
        if not body and not heading:
            raise NoArticle("the article has no text")
        extra = dict(self._issue.extra)
        warnings: list[RecordWarning] = list(self._issue.warnings)
        names = own.authors
        if byline:
            parsed = parse_byline(byline)
            names = names or parsed.names
            if parsed.has_more or not parsed.names:
                extra["byline"] = byline
            if not parsed.names:
                warnings.append(("bylines", byline))
        extra.update(own.extra)
        if division.kind not in ("article", ""):
            extra["type"] = division.kind
        pages = dict.fromkeys(self._labels.get(file, "") for _, _, file in found)
        if division.missing:
            extra["missing_page"] = division.missing
        if label := ", ".join(filter(None, pages)):
            extra["page"] = label
        return self._finish(title, body, blocks, extra, warnings, authors=names, section=division.section, own=own)

    def _page_draft(self, name: str, page: AltoPage, blocks: list[OcrBlock]) -> Draft:
        body = body_of(blocks)
        if not body:
            raise NoArticle("the page has no text")
        extra = dict(self._issue.extra)
        label = self._labels.get(name, "") or page.number
        if label:
            extra["page"] = label
        if self._divisions:
            extra["type"] = "rest of the page"
        if margins := "\n".join(filter(None, (block.text for block in page.margins.values()))):
            extra["margins"] = margins
        title = page_title(page.label, label)
        if self._issue.source and title:
            title = f"{self._issue.source}, {title.replace('Page ', 'page ', 1)}"
        return self._finish(title, body, blocks, extra, list(self._issue.warnings))

    def _finish(
        self,
        title: str,
        body: str,
        blocks: list[OcrBlock],
        extra: dict[str, str],
        warnings: list[RecordWarning],
        authors: tuple[str, ...] = (),
        section: str = "",
        own: IssueMetadata | None = None,
    ) -> Draft:
        if mean := confidence_of(blocks):
            extra["ocr_confidence"] = mean
        language = (own.language if own else "") or language_of(blocks) or self._issue.language
        return Draft(
            title=title,
            body=body,
            date=(own.date if own else None) or self._issue.date,
            authors=authors,
            source=self._issue.source,
            section=section,
            topics=own.topics if own else (),
            language=two_letter_code(language),
            extra=extra,
            warnings=tuple(warnings),
        )


def _kind(division: Element) -> str:
    return one_line(division.get("TYPE") or "").lower().replace(" ", "_").replace("-", "_")


def _holds_articles(division: Element) -> bool:
    return any(_kind(inner) in ARTICLES for inner in division.iter("div") if inner is not division)


def _collect_areas(division: Element, role: str, areas: list[tuple[str, str, str]]) -> None:
    kind = _kind(division)
    role = "heading" if kind in _HEADINGS and not role else "byline" if kind in _BYLINES else role
    for child in division:
        if child.tag == "div":
            _collect_areas(child, role, areas)
        elif child.tag == "fptr":
            named = list(child.iter("area"))
            areas.extend((area.get("FILEID") or "", area.get("BEGIN") or "", role) for area in named)
            if not named and child.get("FILEID"):
                areas.append((child.get("FILEID"), "", role))


def _words(text: str) -> str:
    """The letters and digits of a text: labels differ from headings in blanks and signs."""
    return "".join(filter(str.isalnum, text.casefold()))
