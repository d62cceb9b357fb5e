"""Reads what an EPUB book says of itself and of the order of its parts (EPUB 2 and 3): the package
document, and the navigation."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from searchkit.corpus.reader import NoArticle, Unreadable
from searchkit.corpus.readers.xml_parsing import Element, attribute_of, line_of, local_name
from searchkit.corpus.readers.zip_documents import ZipDocument

MAX_PARTS = 20_000
"""Maximum number of parts in the order of reading."""
_SPLIT = re.compile(r"(.+?)[_-]split[_-]?\d+(\.\w+)$")
_XHTML = ("application/xhtml+xml", "text/html", "application/xml", "text/xml", "text/x-oeb1-document", "image/svg+xml")
_NAME_OF_XHTML = re.compile(r".*\.(?:x?html?|xml)", re.I)


@dataclass(slots=True)
class Entry:
    """An entry of the navigation: its label, and that of the entry above it."""

    label: str
    section: str = ""


@dataclass(slots=True)
class Package:
    """A book. `metadata` has the values by local name, each with its attributes by local name;
    `groups` are the parts in the order of reading, with those together that are one text; `entries`
    are the first entries of the navigation by part. `tables_of_contents` and `encrypted` are names
    of parts; `unread` are what is reported of other parts in the order of reading."""

    metadata: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    groups: list[list[str]] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    tables_of_contents: set[str] = field(default_factory=set)
    encrypted: set[str] = field(default_factory=set)
    unread: list[Unreadable | NoArticle] = field(default_factory=list)

    def first(self, name: str) -> str:
        """The first value of a name, or ""."""
        return next((value for value, _ in self.metadata.get(name, ()) if value), "")


def read_package(document: ZipDocument) -> Package:
    """Read the package of a book. Raises Unreadable."""
    path = _package_path(document)
    root = document.parse(path)
    folder = posixpath.dirname(path)
    package = Package(encrypted=_encrypted(document))
    manifest: dict[str, Element] = {}
    for element in root.iter("{*}item"):
        manifest.setdefault(attribute_of(element, "id"), element)
    for element in root.iter("{*}metadata"):
        for one in element.iter():
            if isinstance(one.tag, str) and one is not element:
                attributes = {local_name(key): value for key, value in one.items()}
                package.metadata.setdefault(local_name(one.tag), []).append((line_of(one), attributes))
    spine = next(root.iter("{*}spine"), None)
    if spine is None:
        raise Unreadable("it is no whole EPUB file: its package has no order of reading (spine)")
    navigation = [_resolve(folder, item) for item in manifest.values() if "nav" in attribute_of(item, "properties").split()]
    package.tables_of_contents.update(navigation)
    for reference in root.iter("{*}reference"):
        if attribute_of(reference, "type").lower() == "toc":
            package.tables_of_contents.add(_resolve(folder, reference))
    ncx = manifest.get(attribute_of(spine, "toc"))
    ncx_path = _resolve(folder, ncx) if ncx is not None else ""
    for part in (*navigation, ncx_path):
        if part in document and not package.entries:
            package.entries = _read_navigation(document, part)
    _read_order(package, spine, manifest, folder)
    return package


def _read_order(package: Package, spine: Element, manifest: dict[str, Element], folder: str) -> None:
    """Read the order of the parts. A part that programs split off another, and that has no entry of
    its own, goes on with it."""
    seen: set[str] = set()
    for reference in spine.iterchildren("{*}itemref"):
        identifier = attribute_of(reference, "idref")
        item = manifest.get(identifier)
        part = "" if item is None else _resolve(folder, item)
        if part in seen:
            continue
        kind = "" if item is None else attribute_of(item, "media-type").lower()
        if kind not in _XHTML and not _NAME_OF_XHTML.fullmatch(part):
            if kind.startswith("image/"):
                package.unread.append(NoArticle(f"{part} is a picture"))
            elif item is None:
                package.unread.append(Unreadable(f'its order of reading names a part "{identifier}" that it does not have'))
            else:
                package.unread.append(Unreadable(f'{part} is of the type "{kind}", not XHTML'))
            continue
        seen.add(part)
        if len(seen) > MAX_PARTS:
            raise Unreadable(f"it has more than {MAX_PARTS:,} parts in its order of reading")
        before = package.groups[-1][-1] if package.groups else ""
        one, other = _SPLIT.fullmatch(part), _SPLIT.fullmatch(before)
        if one and other and one.groups() == other.groups() and package.entries and part not in package.entries:
            package.groups[-1].append(part)
        else:
            package.groups.append([part])


def _package_path(document: ZipDocument) -> str:
    if "META-INF/container.xml" in document:
        for element in document.parse("META-INF/container.xml").iter("{*}rootfile"):
            path = unquote(attribute_of(element, "full-path")).lstrip("/")
            if path in document:
                return path
    found = next((name for name in document.names() if name.lower().endswith(".opf")), "")
    if not found:
        raise Unreadable("it is no whole EPUB file: its package document is missing")
    return found


def _encrypted(document: ZipDocument) -> set[str]:
    name = "META-INF/encryption.xml"
    if name not in document:
        return set()
    return {unquote(attribute_of(one, "URI")).lstrip("/") for one in document.parse(name).iter("{*}CipherReference")}


def _read_navigation(document: ZipDocument, part: str) -> dict[str, Entry]:
    """The first entry of each part in the navigation of EPUB 3 (`nav`) or EPUB 2 (NCX)."""
    try:
        root = document.parse(part)
    except Unreadable:
        return {}
    folder = posixpath.dirname(part)
    entries: dict[str, Entry] = {}
    if local_name(root.tag) == "ncx":
        for point in root.iter("{*}navPoint"):
            content = point.find("./{*}content")
            if content is not None:
                above = point.getparent()
                section = line_of(above.find("./{*}navLabel")) if local_name(above.tag) == "navPoint" else ""
                target = _target(folder, attribute_of(content, "src"))
                entries.setdefault(target, Entry(line_of(point.find("./{*}navLabel")), section))
        return entries
    tables = [nav for nav in root.iter("{*}nav") if attribute_of(nav, "type") in ("toc", "")]
    for table in tables[:1]:
        for link in table.iter("{*}a"):
            item = next(link.iterancestors("{*}li"), None)
            above = None if item is None else next(item.iterancestors("{*}li"), None)
            label = None if above is None else next(above.iterchildren("{*}a", "{*}span"), None)
            entries.setdefault(_target(folder, attribute_of(link, "href")), Entry(line_of(link), line_of(label)))
    return entries


def _resolve(folder: str, element: Element) -> str:
    return _target(folder, attribute_of(element, "href"))


def _target(folder: str, reference: str) -> str:
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")
