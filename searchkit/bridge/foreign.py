"""Reads the articles of segments that Whoosh itself wrote into an index of ours.

Any Whoosh program may delete, add or merge documents; Whoosh then writes segments in its own
format. They hold whole articles, of which searchkit makes its own segments again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import Schema
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage

from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.fields import from_stored_fields
from searchkit.bridge.guard import safe_unpickling
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import ArticleError, CorruptIndex
from searchkit.model import Article
from searchkit.schema import check


def segment_refs(segments: Sequence[Any]) -> list[SegmentRef | W3Segment]:
    """The segments of a TOC, in order: references to ours, and Whoosh's own as they are."""
    return [segment.to_ref() if isinstance(segment, ColumnSegment) else segment for segment in segments]


def read_articles(folder: Path, schema: Schema, segment: W3Segment) -> Iterator[tuple[int, Article, str]]:
    """The live articles of a segment that Whoosh wrote, each with its doc and its origin.

    An origin that is unknown is "". Nothing in the segment's files can run code. Raises
    CorruptIndex, and FileNotFoundError for a segment that is gone.
    """
    name = str(folder / segment.make_filename(segment.COMPOUND_EXT))
    storage = FileStorage(str(folder))
    try:
        with safe_unpickling():
            files = _open_compound(storage, segment) if segment.is_compound() else storage
            documents = W3Codec().per_document_reader(files, segment)
    except FileNotFoundError:
        raise
    except Exception as error:  # a damaged file can make Whoosh raise anything
        raise CorruptIndex(name, f"it cannot be opened ({type(error).__name__}: {error})") from error
    try:
        for doc in range(segment.doc_count_all()):
            if segment.is_deleted(doc):
                continue
            # Not while the caller works: it may unpickle what it trusts.
            with safe_unpickling():
                try:
                    stored = documents.stored_fields(doc)
                    article, origin = from_stored_fields(
                        {field: value for field, value in stored.items() if field in schema}
                    )
                    check(article)
                except (ArticleError, KeyError) as error:
                    what = f"it has no {error}" if isinstance(error, KeyError) else str(error)
                    raise CorruptIndex(name, f"document {doc} is no article: {what}") from error
                except Exception as error:
                    reason = f"document {doc} cannot be read ({type(error).__name__}: {error})"
                    raise CorruptIndex(name, reason) from error
            yield doc, article, origin
    finally:
        documents.close()
        if files is not storage:
            files.close()


def _open_compound(storage: FileStorage, segment: W3Segment) -> CompoundStorage:
    """A segment's file with its parts. Whoosh by itself leaves the file open when it is damaged."""
    file = storage.open_file(segment.make_filename(segment.COMPOUND_EXT))
    try:
        return CompoundStorage(file)
    except BaseException:
        file.file.close()
        raise
