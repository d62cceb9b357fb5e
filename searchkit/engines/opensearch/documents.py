"""The parts of an article's document that are not text, of which `batch_documents` makes documents,
and names and numbers as a cluster has them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.layers import make_layers
from searchkit.errors import CorruptIndex
from searchkit.model import Article
from searchkit.query.value_parts import path_values, split_url
from searchkit.schema import FIELDS, Kind, from_record, moment_micros, printed_micros

WORD_FIELDS = tuple(field.name for field in FIELDS.values() if field.kind is Kind.WORDS)
"""The fields of words that are not stemmed."""
UNIX_EPOCH = 62_135_596_800_000
"""Milliseconds from the year 1 to 1970."""


def document_id(article_id: str) -> str:
    """The `_id` of an article's document: a hash, because ids may be longer than a cluster allows.
    Any text has one, also one with half a surrogate pair, which is the id of no article."""
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def signed(number: int) -> int:
    """An unsigned number of 64 bits as a cluster has it (`long`)."""
    return number - 2**64 if number >= 2**63 else number


def unsigned(number: int) -> int:
    """The unsigned number of a `signed` one."""
    return number % 2**64


def stored_record(hit: Mapping[str, Any]) -> str:
    """The record of the article that a hit, or a document, has. Raises CorruptIndex."""
    record = (hit.get("_source") or {}).get("article")
    if isinstance(record, str):
        return record
    raise _damaged(hit, f"its field article holds no record of an article, but {str(record)[:40]!r}")


def parse_record(record: str) -> tuple[Article, str]:
    """The article of a record, and its origin. Raises CorruptIndex."""
    try:
        return from_record(record.encode())
    except (ValueError, TypeError, OverflowError) as error:
        raise _damaged({}, f"its field article holds no record of an article, but {record[:40]!r}") from error


def checked_id(hit: Mapping[str, Any], article_id: object) -> str:
    """The id of an article, as its document has it in the column `id`. Raises CorruptIndex where
    there is none."""
    if isinstance(article_id, str):
        return article_id
    raise _damaged(hit, "it has no id, as documents have that _reindex or _update_by_query wrote")


def _damaged(hit: Mapping[str, Any], reason: str) -> CorruptIndex:
    name = f"the document {hit['_id']}" if "_id" in hit else "a document"
    where = f" of {hit['_index']}" if "_index" in hit else ""
    return CorruptIndex(f"{name}{where}", f"{reason}. Another program wrote it; add the articles again, or delete it")


def value_fields(article: Article, origin: str, record_hash: int) -> dict[str, Any]:
    """The fields of whole values, parts of values, and dates."""
    document: dict[str, Any] = {"record_hash": signed(record_hash), "id": article.id}
    values_by_field = {"lang": article.language, "url": article.url, "origin": origin}
    document |= {name: value for name, value in values_by_field.items() if value}
    if article.url and (parts := split_url(article.url)) is not None:
        document["host"], document["url_path"] = parts
    if paths := path_values(article, origin):
        document["path"] = paths
    if article.date is not None:
        printed = printed_micros(article.date)
        document |= {
            "printed": printed,
            "moment": moment_micros(article.date),
            "date": printed // 1000 - UNIX_EPOCH,
        }
    return document


def word_fields(name: str, values: tuple[str, ...], analyzer: Analyzer) -> dict[str, Any]:
    """What is indexed of the values of a field of words that are not stemmed: in order, their
    structure, and each word once; of a source the whole value too. Nothing of no words."""
    fields: dict[str, Any] = {"value": values[0]} if name == "source" and values else {}
    layers = make_layers(values, analyzer, with_lede=False, with_divided=False)
    if layers.word_count:
        terms = sorted({word for paragraph in layers.folded for word in paragraph.split(" ")})
        fields |= {"words": layers.folded, "structure": layers.structure, "terms": terms}
    return fields
