"""The ALTO pages that a METS file names, each read when an article needs it."""

from __future__ import annotations

from collections import OrderedDict

from searchkit.control_characters import one_line
from searchkit.corpus.companions import FileSet
from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.reader import Unreadable
from searchkit.corpus.readers.alto import AltoPage, parse_alto, parse_pages
from searchkit.corpus.readers.xml_parsing import Element, declared_encoding

MAX_KEPT = 64
"""Maximum number of parsed pages that are kept; few issues have more."""


class Pages:
    """The pages of an issue by the ids of their files, in the order of the file section."""

    def __init__(self, root: Element, files: FileSet, encoding: str) -> None:
        self._files, self._encoding = files, encoding
        self._hrefs: dict[str, str] = {}
        self.missing: dict[str, str] = {}
        """The addresses of pages that are not there, or not ALTO, by the ids of their files."""
        seen: set[str] = set()
        for file in root.iterfind("fileSec//file"):
            location = file.find("FLocat")
            name, href = one_line(file.get("ID") or ""), (location.get("href") or "") if location is not None else ""
            path = files.path_of(href)
            if name and path and path not in seen:
                self._hrefs[name] = href
                seen.add(path)
            elif name and not path and href.lower().endswith(".xml"):
                self.missing[name] = one_line(href)
        self._kept: OrderedDict[str, AltoPage] = OrderedDict()

    @property
    def names(self) -> list[str]:
        """The ids of the files."""
        return list(self._hrefs)

    def __contains__(self, name: str) -> bool:
        return name in self._hrefs

    def page(self, name: str) -> AltoPage:
        """The page in a file: its pages together, if it has several. Raises Unreadable."""
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        href = self._hrefs[name]
        data = self._files.read(href)
        try:
            pages = parse_pages(parse_alto(decode(data, self._encoding, declared_encoding(data)).text))
        except (Unreadable, Undecodable) as error:
            raise Unreadable(f'its page "{one_line(href)}" cannot be read: {error}') from error
        page = pages[0] if pages else AltoPage()
        for other in pages[1:]:
            page.blocks |= other.blocks
            page.groups |= other.groups
        self._kept[name] = page
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return page


def page_labels(root: Element) -> dict[str, str]:
    """The printed number, or the number in the issue, of the page that each file belongs to."""
    labels: dict[str, str] = {}
    for structure in root.iterfind("structMap"):
        if (structure.get("TYPE") or "").lower().startswith("logical"):
            continue
        for division in structure.iter("div"):
            label = one_line(division.get("ORDERLABEL") or division.get("ORDER") or "")
            if "page" in (division.get("TYPE") or "").lower() and label:
                for pointer in (*division.iterfind("fptr"), *division.iterfind("fptr//area")):
                    labels.setdefault(pointer.get("FILEID") or "", label)
    return labels
