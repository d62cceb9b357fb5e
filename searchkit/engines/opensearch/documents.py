"""The parts of an article's document that are not text, of which `batch_documents` makes documents,
and names and numbers as a cluster has them."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.layers import make_layers
from searchkit.model import Article
from searchkit.query.value_parts import path_values, split_url
from searchkit.schema import FIELDS, Kind, moment_micros, printed_micros

WORD_FIELDS = tuple(field.name for field in FIELDS.values() if field.kind is Kind.WORDS)
"""The fields of words that are not stemmed."""
_UNIX_EPOCH = 62_135_596_800_000
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
            "date": printed // 1000 - _UNIX_EPOCH,
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
