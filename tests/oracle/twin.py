"""The twin: the same articles as one segment of Whoosh's standard codec, as the first versions of
searchkit wrote it.

Its schema keeps, beside the stemmed words of title and body, the written ones in fields of their
own. Postings are gathered and sorted here and handed to the codec's own writers, not to Whoosh's
SegmentWriter: that one leaves phantom postings behind when an article is refused half-way, and
names segments by the global random generator.
"""

from __future__ import annotations

import secrets
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import TEXT, Schema
from whoosh.filedb.filestore import FileStorage

from searchkit.bridge.analyzers import ArticleAnalyzer, tokenize_values
from searchkit.bridge.fields import VALUE_FIELDS, WORD_FIELDS, make_schema, to_stored_fields
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import IndexMismatch
from searchkit.model import Article

WRITTEN = {"title": "title_written", "body": "body_written"}
"""The field that holds the written words of each text field."""

Postings = dict[bytes, list[tuple[int, list[int]]]]
"""Of one field: for each term the articles (numbers in the segment, ascending) and the positions
there."""


def twin_schema(language: str) -> Schema:
    """The schema of the first versions."""
    schema = make_schema(language)
    for hidden in WRITTEN.values():
        schema.add(hidden, TEXT(analyzer=ArticleAnalyzer("written")))
    return schema


def write_segment(folder: Path, schema: Schema, batch: Sequence[tuple[Article, str]]) -> Any:
    """Write articles (each with its origin) as one segment and return Whoosh's Segment object for
    the TOC.

    The segment's files are complete when this returns; nothing refers to them yet.
    """
    storage = FileStorage(str(folder))
    codec = W3Codec()
    segment = W3Segment(codec, INDEX_NAME, segid=secrets.token_hex(8))
    try:
        postings: dict[str, Postings] = defaultdict(dict)
        documents = codec.per_document_writer(storage, segment)
        for doc, (article, origin) in enumerate(batch):
            _add(documents, schema, postings, doc, article, origin)
        segment.set_doc_count(len(batch))
        documents.close()
        lengths = codec.per_document_reader(storage, segment)
        terms = codec.field_writer(storage, segment)
        terms.add_postings(schema, lengths, _in_order(schema, postings))
        terms.close()
        lengths.close()
        segment.create_compound_file(storage)
    except BaseException:
        for name in segment.list_files(storage):
            (folder / name).unlink(missing_ok=True)
        raise
    finally:
        shutil.rmtree(folder / f"{INDEX_NAME}.tmp", ignore_errors=True)
    return segment


def _add(documents: Any, schema: Schema, postings: dict[str, Postings], doc: int, article: Article, origin: str) -> None:
    stored = to_stored_fields(article, origin)
    documents.start_doc(doc)
    length = 0
    for name, hidden in WRITTEN.items():
        words = tokenize_values(getattr(article, name), _analyzer(schema, name).language)
        length += len(words)
        forms, positions = [form for form, _, _ in words.form_spans()], [first for _, first, _ in words.form_spans()]
        _post(postings[name], doc, _analyzer(schema, name).terms(forms), positions)
        _post(postings[hidden], doc, forms, positions)
        documents.add_field(name, schema[name], stored.get(name), len(words))
    for name in WORD_FIELDS:
        value = getattr(article, name)
        words = tokenize_values((value,) if isinstance(value, str) else value, _analyzer(schema, name).language)
        _post(postings[name], doc, _analyzer(schema, name).terms(words.forms), words.positions)
        documents.add_field(name, schema[name], stored.get(name), len(words))
    for name in VALUE_FIELDS:
        if name in stored:
            postings[name].setdefault(stored[name].encode(), []).append((doc, []))
    for name, value in stored.items():
        if name not in WRITTEN and name not in WORD_FIELDS:
            documents.add_field(name, schema[name], value, 0)
    _column(documents, schema, "id", stored["id"])
    _column(documents, schema, "words", length)
    _numeric(schema, postings, "words", doc, length)
    if "date" in stored:
        _column(documents, schema, "date", stored["date"])
        _numeric(schema, postings, "date", doc, stored["date"])
    documents.finish_doc()


def _analyzer(schema: Schema, name: str) -> ArticleAnalyzer:
    analyzer = schema[name].analyzer
    if not isinstance(analyzer, ArticleAnalyzer):
        raise IndexMismatch(f"the index's field {name} has another analyzer than searchkit's")
    return analyzer


def _post(postings: Postings, doc: int, terms: Iterable[str], positions: Iterable[int]) -> None:
    by_term: dict[str, list[int]] = {}
    for term, position in zip(terms, positions, strict=True):
        by_term.setdefault(term, []).append(position)
    for term, found in by_term.items():
        postings.setdefault(term.encode(), []).append((doc, found))


def _numeric(schema: Schema, postings: dict[str, Postings], name: str, doc: int, value: Any) -> None:
    for term, *_ in schema[name].index(value):
        postings[name].setdefault(term, []).append((doc, []))


def _column(documents: Any, schema: Schema, name: str, value: Any) -> None:
    field = schema[name]
    documents.add_column_value(name, field.column_type, field.to_column_value(value))


def _in_order(schema: Schema, postings: dict[str, Postings]) -> Iterator[tuple[str, bytes, int, float, bytes]]:
    for name in sorted(postings):
        encode = getattr(schema[name].format, "encode", None)
        for term in sorted(postings[name]):
            for doc, positions in postings[name][term]:
                yield name, term, doc, float(len(positions) or 1), encode(positions) if encode and positions else b""
