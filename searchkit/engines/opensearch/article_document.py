"""Reads the document of an article from a cluster, whatever is in it, and says what is wrong with
it by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from searchkit.engines.opensearch.documents import document_id, parse_record, stored_record, value_fields
from searchkit.engines.opensearch.mapping import MAX_VALUE_CHARACTERS, ArchiveSettings, part_of
from searchkit.engines.opensearch.searching import Json
from searchkit.errors import ArticleError, CorruptIndex
from searchkit.indexing.entries import hash_record
from searchkit.model import Article
from searchkit.schema import check

_COLUMNS = ("record_hash", "id", "origin", "lang", "url", "host", "url_path", "path", "printed", "moment", "date")
CHECKED_FIELDS = tuple({"field": name, "format": "epoch_millis"} if name == "date" else name for name in _COLUMNS)
"""The `docvalue_fields` of a search for documents to be read here."""
_NO_FIELDS = "it has none of its fields, as documents that _reindex or _update_by_query wrote"
_SHOWN = 60
"""Characters of a value in a message."""


class ArticleDocument(NamedTuple):
    """A document of an article: where it is, its version, what is stored in it (None for what
    cannot be read), and what is wrong with it by itself. `is_proven` says that its record has the
    hash that was stored with it."""

    in_index: str
    part: str
    name: str
    version: int
    article: Article | None
    origin: str
    record: str
    columns: Mapping[str, Sequence[Any]]
    is_proven: bool
    problems: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the cluster has it."""
        return f"{self.in_index}/_doc/{self.name}"

    @property
    def rank(self) -> tuple[bool, bool, int, str]:
        """What makes it the one that counts among documents of the same article, if greatest."""
        has_own_name = self.article is not None and document_id(self.article.id) == self.name
        return self.article is not None, has_own_name, self.version, self.in_index

    @property
    def known_id(self) -> str:
        """The id of the article, "" where it cannot be told."""
        if self.article is not None:
            return self.article.id
        found = str(next(iter(self.columns.get("id", ())), ""))
        return found if document_id(found) == self.name else ""

    @property
    def origins(self) -> set[str]:
        """The files that it may have come from."""
        return {self.origin, *map(str, self.columns.get("origin", ()))} - {""}


def read_document(hit: Json, part: str, settings: ArchiveSettings) -> ArticleDocument:
    """What a document holds, and what is wrong with it."""
    columns: dict[str, list[Any]] = hit.get("fields", {})
    article, origin, record, is_proven = None, "", "", False
    problems = []
    try:
        record = stored_record(hit)
        article, origin = parse_record(record)
        check(article)
    except (CorruptIndex, ArticleError, AttributeError, TypeError):
        article = None
        problems.append("it holds no article that can be read")
    if article is not None:
        expected = value_fields(article, origin, hash_record(record.encode()))
        wrong = [name for name in _COLUMNS if _expected(expected, name) != _found(columns, name)]
        is_proven = "record_hash" not in wrong
        problems += (
            [_NO_FIELDS]
            if wrong and not columns
            else [
                "its record has another hash than was stored with it"
                if name == "record_hash" and name in columns
                else f"its field {name} is {_show(columns.get(name))}, and not {_show(expected.get(name))}"
                for name in wrong
            ]
        )
        if hit["_id"] != document_id(article.id):
            problems.append(f"its _id should be {document_id(article.id)}")
        if part != (wanted := part_of(article, settings.partition)):
            problems.append(f"by its date it belongs to the part {wanted or 'of all articles'}")
    return ArticleDocument(
        hit["_index"], part, hit["_id"], hit["_version"], article, origin, record, columns, is_proven, tuple(problems)
    )


def _expected(fields: Mapping[str, Any], name: str) -> set[Any]:
    """The values of a field that a cluster has of a document."""
    found = fields.get(name)
    values = {found} if isinstance(found, str | int) else set(found or ())
    # The cluster counts units of UTF-16, and leaves longer values out.
    return {
        value
        for value in values
        if not isinstance(value, str) or len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_VALUE_CHARACTERS
    }


def _found(columns: Mapping[str, Sequence[Any]], name: str) -> set[Any]:
    """The values of a field that a cluster tells."""
    values = columns.get(name, ())
    return {int(value) for value in values} if name == "date" else set(values)


def _show(value: object) -> str:
    """A value in a message, perhaps shortened."""
    if isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    text = "missing" if value is None else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
