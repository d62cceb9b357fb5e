"""What Whoosh itself wrote into an index of ours: its segments, and the articles that they store.

Any Whoosh program may delete, add or merge; Whoosh then writes segments of its own format. They hold whole articles,
and searchkit makes its own segments of them again.
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
from searchkit.bridge.fields import article_of
from searchkit.bridge.unpickling import safe_unpickling
from searchkit.codec.segment_ref import SegmentRef
from searchkit.errors import ArticleError, CorruptIndex
from searchkit.model import Article
from searchkit.schema import check


def refs_of(segments: Sequence[Any]) -> list[SegmentRef | W3Segment]:
    """The segments of a TOC that `read_toc` read, in order: ours by their references, Whoosh's own as they are."""
    return [segment.to_ref() if isinstance(segment, ColumnSegment) else segment for segment in segments]


def stored_articles(folder: Path, schema: Schema, segment: W3Segment) -> Iterator[tuple[int, Article, str]]:
    """The live articles of a segment that Whoosh wrote: their numbers in it, and where each came from ("": unknown).

    Nothing in the segment's files can run code. Raises CorruptIndex, and FileNotFoundError for a segment that is gone.
    """
    name = str(folder / segment.make_filename(segment.COMPOUND_EXT))
    storage = FileStorage(str(folder))
    try:
        with safe_unpickling():
            files = _parts(storage, segment) if segment.is_compound() else storage
            documents = W3Codec().per_document_reader(files, segment)
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever Whoosh does with a damaged file
        raise CorruptIndex(name, f"it cannot be opened ({type(error).__name__}: {error})") from error
    try:
        for doc in range(segment.doc_count_all()):
            if segment.is_deleted(doc):
                continue
            # Never held while the caller works: it may open what it trusts.
            with safe_unpickling():
                try:
                    stored = documents.stored_fields(doc)
                    article, origin = article_of({field: value for field, value in stored.items() if field in schema})
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


def _parts(storage: FileStorage, segment: W3Segment) -> CompoundStorage:
    """The parts of a segment's file; Whoosh by itself leaves the file open when it is damaged."""
    file = storage.open_file(segment.make_filename(segment.COMPOUND_EXT))
    try:
        return CompoundStorage(file)
    except BaseException:
        file.file.close()
        raise
