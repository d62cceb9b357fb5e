"""The reference implementation of `batch_documents`: documents one by one, and much slower."""

from __future__ import annotations

from typing import Any

from searchkit import schema
from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.documents import WORD_FIELDS, value_fields, word_fields
from searchkit.engines.opensearch.layers import make_layers
from searchkit.engines.opensearch.mapping import LAYERS
from searchkit.model import Article
from searchkit.schema import FIELDS, TEXT_FIELDS


def make_document(article: Article, origin: str, record: bytes, record_hash: int, analyzer: Analyzer) -> dict[str, Any]:
    """The document of an article, with the fields of `mapping.article_mapping`. `record` is
    `schema.to_record(article, origin)`, `analyzer` that of the index."""
    own = analyzer.for_language(article.language)
    document = {"article": record.decode(), "words": 0, **value_fields(article, origin, record_hash)}
    for name in TEXT_FIELDS:
        layers = make_layers(schema.values_of(article, FIELDS[name]), own, with_lede=name == "body")
        if layers.word_count:
            document["words"] += layers.word_count
            document[name] = {layer: getattr(layers, layer) for layer in LAYERS}
    for name in WORD_FIELDS:
        if fields := word_fields(name, schema.values_of(article, FIELDS[name]), own):
            document[name] = fields
    return document
