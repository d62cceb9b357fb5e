"""Reads NewsML 1.0 to 1.2 of the IPTC: each NewsItem is an article.

The elements are described in the Functional Specification of NewsML 1.2
(https://www.iptc.org/std/NewsML/1.2/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import Draft, NoArticle, Record
from searchkit.corpus.readers.embedded_text import embedded_draft, embedded_text
from searchkit.corpus.readers.news_fields import NewsFields, attribute, find, joined, lines_of
from searchkit.corpus.readers.xml_parsing import Element, line_of, parse_xml
from searchkit.corpus.readers.xml_records import read_records
from searchkit.corpus.source import ByteStream

_CAPTIONS = ("caption", "photo caption", "picture", "photo", "graphic", "video", "audio", "thumbnail", "preview")
"""Roles of components whose texts describe pictures."""
_LINES = {
    "SlugLine": "slug",
    "CreditLine": "credit",
    "CopyrightLine": "copyright",
    "RightsLine": "rights",
    "SeriesLine": "series",
    "DateLine": "dateline",
    "ByLineTitle": "byline_title",
}
_MANAGEMENT = {
    "NewsItemType": "type",
    "Status": "status",
    "Urgency": "urgency",
    "Instruction": "instruction",
    "Priority": "priority",
}
_SUBJECTS = ("Subject", "SubjectMatter", "SubjectDetail", "SubjectQualifier")


@dataclass(slots=True)
class _Part:
    """A component with a text: its `title`, the `draft` of the NITF document in it, if any, and its
    `text`."""

    component: Element
    role: str
    title: str
    text: str
    draft: Draft | None


def read_newsml(stream: ByteStream, options: ReadOptions) -> Iterator[Record]:
    """Read the items of a file."""
    nothing = "it holds no <NewsItem>"
    yield from read_records(stream, options, ("NewsItem",), partial(_parse, options), nests=True, nothing=nothing)


def _parse(options: ReadOptions, text: str, is_only: bool) -> Draft:
    root = parse_xml(text)
    item = root if root.tag == "NewsItem" else next(root.iter("NewsItem"), None)
    if item is None:
        raise NoArticle("it holds no <NewsItem>")
    return _ItemReader(item, options).draft(is_only)


class _ItemReader:
    def __init__(self, item: Element, options: ReadOptions) -> None:
        self._item, self._options = item, options
        self._fields = NewsFields(options)
        self._names = {
            formal: description
            for topic in item.iter("Topic")
            if (formal := line_of(topic.find("FormalName"))) and (description := line_of(topic.find("Description")))
        }
        """The names of codes that the item itself explains."""

    def draft(self, is_only: bool) -> Draft:
        item, fields = self._item, self._fields
        parts = [part for component in item.iterfind("NewsComponent") for part in self._parts(component, "")]
        main = _main_part(parts)
        components = _with_ancestors(main.component, item) if main else list(item.iterfind("NewsComponent"))
        inner = main.draft if main and main.draft else Draft()
        lines = [line for one in components for line in one.iterfind("NewsLines")]
        is_bundle = len({part.title for part in parts if part.title and part.role not in _CAPTIONS}) > 1
        title = (
            _first(reversed(lines) if is_bundle else lines, "HeadLine")
            or inner.title
            or line_of(item.find("Identification/NameLabel"))
        )
        subtitle = _first(lines, "SubHeadLine")
        body = joined(subtitle, *self._texts(parts, title))
        management = item.find("NewsManagement")
        date = fields.date(
            (
                line_of(find(management, "ThisRevisionCreated")),
                line_of(find(management, "FirstCreated")),
                line_of(item.find("Identification/NewsIdentifier/DateId")),
            )
        )
        bylines = [text for line in lines for text in lines_of(line, "ByLine")]
        authors = fields.authors(dict.fromkeys(bylines)) or inner.authors
        topics = self._describe(components)
        language = self._language(components) or inner.language
        source = self._source(components) or inner.source
        self._add_management(management, date is not None)
        for tag, key in _LINES.items():
            fields.add(key, *(text for line in lines for text in lines_of(line, tag)))
        for line in lines:
            for other in line.iterfind("NewsLine"):
                kind = attribute(other.find("NewsLineType"), "FormalName") or "line"
                fields.add(kind, *lines_of(other, "NewsLineText"))
        for key, value in inner.extra.items():
            if key not in ("date", "byline"):
                fields.extra.setdefault(key, value)
        if inner.extra.get("byline") and authors is inner.authors:
            fields.add("byline", inner.extra["byline"])
        return fields.draft(
            title,
            body,
            id=_identifier(item.find("Identification/NewsIdentifier")),
            date=date or inner.date,
            authors=authors,
            source=source,
            section=inner.section,
            topics=[*topics, *inner.topics],
            language=language,
            url=inner.url,
            is_only=is_only,
        )

    def _parts(self, component: Element, role: str) -> list[_Part]:
        """The texts of a component and those inside it. Of equivalents the first text is taken."""
        role = attribute(component.find("Role"), "FormalName") or role
        found: list[_Part] = []
        is_one_of = attribute(component, "EquivalentsList").lower() == "yes"
        for child in component:
            if child.tag == "ContentItem":
                part = self._part(component, child, role)
                found += [part] if part else []
            elif child.tag == "NewsComponent":
                found += self._parts(child, role)
            elif child.tag == "NewsItem":
                found += [part for one in child.iterfind("NewsComponent") for part in self._parts(one, role)]
            if is_one_of and found:
                break
        return found

    def _part(self, component: Element, content: Element, role: str) -> _Part | None:
        media = attribute(content.find("MediaType"), "FormalName").lower()
        data = content.find("DataContent")
        if data is None or (media and "text" not in media):
            return None
        title = line_of(component.find("NewsLines/HeadLine"))
        draft = embedded_draft(data, self._options)
        text = draft.body if draft else embedded_text(data, title)
        self._count_words(content)
        return _Part(component, role.lower(), title, text, draft) if text or draft else None

    def _count_words(self, content: Element) -> None:
        for one in content.iterfind("Characteristics/Property"):
            if attribute(one, "FormalName").lower() in ("words", "wordcount", "word count"):
                self._fields.add("word_count", attribute(one, "Value"))

    def _texts(self, parts: list[_Part], title: str) -> Iterator[str]:
        """The texts of an article, with their own headlines. Captions beside a text are added to
        `extra`."""
        has_text = any(part.role not in _CAPTIONS for part in parts)
        for part in parts:
            if has_text and part.role in _CAPTIONS:
                self._fields.add("captions", part.text)
            else:
                if part.title != title:
                    yield part.title
                yield part.text

    def _describe(self, components: list[Element]) -> list[str]:
        """The topics in descriptive metadata; what is no topic is added to `extra`."""
        topics: list[str] = []
        fields = self._fields
        for metadata in (one for component in components for one in component.iterfind("DescriptiveMetadata")):
            for subject in metadata.iterfind("SubjectCode/*"):
                code = attribute(subject, "FormalName") or line_of(subject)
                if subject.tag in _SUBJECTS and code:
                    name = self._names.get(code) or ("" if code.isdigit() else code)
                    topics.append(name)
                    fields.add("subject_codes", "" if name == code else code)
            for tag, key in (("Genre", "genre"), ("OfInterestTo", "of_interest_to")):
                fields.add(key, *(attribute(one, "FormalName") for one in metadata.iterfind(tag)))
            for one in metadata.iterfind("Location"):
                places = [attribute(place, "Value") for place in one.iterfind("Property")]
                fields.add("places", ", ".join(filter(None, places)) or attribute(one, "FormalName"))
            for one in metadata.iterfind("TopicOccurrence"):
                fields.add("mentions", attribute(one, "Topic").lstrip("#"))
            for one in metadata.iterfind("Property"):
                name, value = attribute(one, "FormalName"), attribute(one, "Value")
                if name.lower() in ("keyword", "keywords"):
                    topics += value.split(",")
                elif name:
                    fields.add(name, value)
        for line in (one for component in components for one in component.iterfind("NewsLines/KeywordLine")):
            topics += line_of(line).replace(";", ",").split(",")
        return topics

    def _language(self, components: list[Element]) -> str:
        for component in components:
            found = attribute(component.find("DescriptiveMetadata/Language"), "FormalName")
            if found:
                return found
        return next(filter(None, (attribute(one, "lang") for one in (*components, self._item))), "")

    def _source(self, components: list[Element]) -> str:
        """Who provides the article. The other parties are added to `extra`."""
        found: dict[str, list[str]] = {}
        for metadata in (one for component in components for one in component.iterfind("AdministrativeMetadata")):
            for kind in ("Provider", "Source", "Creator", "Contributor"):
                parties = (attribute(one, "FormalName") for one in metadata.iterfind(f"{kind}/Party"))
                found.setdefault(kind, []).extend(filter(None, parties))
        for kind in ("Creator", "Contributor"):
            self._fields.add(kind.lower(), *found.get(kind, ()))
        provider = line_of(self._item.find("Identification/NewsIdentifier/ProviderId"))
        candidates = [*found.get("Provider", ()), *found.get("Source", ())]
        source = candidates[0] if candidates else provider
        self._fields.add("provider", *(one for one in (*candidates[1:], provider) if one != source))
        return source

    def _add_management(self, management: Element | None, has_date: bool) -> None:
        fields = self._fields
        for tag, key in _MANAGEMENT.items():
            fields.add(key, attribute(find(management, tag), "FormalName"))
        created, revised = line_of(find(management, "FirstCreated")), line_of(find(management, "ThisRevisionCreated"))
        if has_date and created and revised not in ("", created):
            fields.add("first_created", created)
        change = find(management, "StatusWillChange")
        if change is not None:
            fields.add(
                "status_changes",
                f"{attribute(change.find('FutureStatus'), 'FormalName')} {line_of(change.find('DateAndTime'))}".strip(),
            )
        revision = line_of(self._item.find("Identification/NewsIdentifier/RevisionId"))
        fields.add("version", revision if revision not in ("", "0", "1") else "")


def _main_part(parts: list[_Part]) -> _Part | None:
    """The part that has the article's own text: that of the main role, else the first that is no
    caption."""
    chosen = next((part for part in parts if part.role in ("main", "main text", "body")), None)
    return chosen or next((part for part in parts if part.role not in _CAPTIONS), parts[0] if parts else None)


def _with_ancestors(component: Element, item: Element) -> list[Element]:
    """A component and those that it stands in, from the inside."""
    found = [component]
    while (component := component.getparent()) is not item and component is not None:
        if component.tag == "NewsComponent":
            found.append(component)
    return found


def _first(lines: Iterable[Element], tag: str) -> str:
    return next((text for line in lines for text in lines_of(line, tag)), "")


def _identifier(identifier: Element | None) -> str:
    """The public identifier of an item, or one made of its parts as the standard makes it."""
    public = line_of(find(identifier, "PublicIdentifier"))
    if public or identifier is None:
        return public
    provider, day, item, revision = (
        line_of(identifier.find(tag)) for tag in ("ProviderId", "DateId", "NewsItemId", "RevisionId")
    )
    return f"urn:newsml:{provider}:{day}:{item}:{revision}" if provider and day and item else ""
