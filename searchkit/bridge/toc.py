"""Reads and writes Whoosh's table of contents (TOC): the schema and the segments of a generation.

A TOC is a pickle. It is read with an allow-list, so that opening an index runs no code from it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC
from whoosh.util.varints import read_varint

from searchkit.bridge.codec import ColumnSegment
from searchkit.bridge.unpickling import unpickle
from searchkit.codec.index_files import read_index_file
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.errors import CorruptIndex, IndexMismatch

ALLOWED_IN_TOC = {
    # Schemas are pickled with protocol 2, which names the builtins as Python 2 did.
    "__builtin__": {"set", "frozenset", "int", "long", "float", "str", "unicode", "bytes", "bytearray", "object"},
    "copy_reg": {"_reconstructor"},
    "builtins": {"set", "frozenset", "int", "float", "str", "bytes", "bytearray"},
    "collections": {"defaultdict", "OrderedDict"},
    "copyreg": {"_reconstructor"},
    "_codecs": {"encode"},
    "decimal": {"Decimal"},
    "datetime": {"datetime"},
    "re": {"_compile"},
    "searchkit.bridge.analyzers": {"ArticleAnalyzer"},
    "searchkit.bridge.codec": {"ColumnCodec", "ColumnSegment"},
    "whoosh.analysis.analyzers": {"CompositeAnalyzer", "IDAnalyzer", "StandardAnalyzer"},
    "whoosh.analysis.filters": {"LowercaseFilter", "StopFilter"},
    "whoosh.analysis.tokenizers": {"IDTokenizer", "RegexTokenizer", "CommaSeparatedTokenizer"},
    "whoosh.codec.whoosh3": {"W3Codec", "W3Segment"},
    "whoosh.columns": {"NumericColumn", "VarBytesColumn", "RefBytesColumn", "BitColumn"},
    "whoosh.fields": {
        "Schema", "TEXT", "ID", "DATETIME", "NUMERIC", "STORED", "KEYWORD", "BOOLEAN", "IDLIST",
    },
    "whoosh.formats": {"Existence", "Frequency", "Positions", "Characters"},
}  # fmt: skip

_VERSION = -111
_SIZES = (4, 8, 4)
"""Bytes of an int, a long and a float. Whoosh begins a TOC with them, and has always the same."""
_ORDER = -12345
"""An int that Whoosh writes to see the order of bytes."""

_SEGMENT_ID = re.compile("[0-9a-z]+")
_W3_STATE = {"indexname", "segid", "_codec", "_doccount", "_deleted", "compound", "_fieldlengths"}


def encode_toc(schema: Schema, segments: list[Any], generation: int) -> bytes:
    """The bytes of a TOC, as Whoosh writes them."""
    storage = RamStorage()
    TOC(schema, segments, generation).write(storage, INDEX_NAME)
    return bytes(storage.files[f"_{INDEX_NAME}_{generation}.toc"])


def read_toc(folder: Path, generation: int) -> tuple[Schema, list[Any], bytes]:
    """The schema, the segments and the bytes of a generation's TOC.

    A segment in searchkit's own format is a ColumnSegment, one that Whoosh wrote a W3Segment.

    Raises CorruptIndex, IndexMismatch, OSError.
    """
    path = folder / f"_{INDEX_NAME}_{generation}.toc"
    data = read_index_file(path)
    stream = io.BytesIO(data)
    try:
        sizes = tuple(read_varint(stream.read) for _ in range(3))
        order = int.from_bytes(stream.read(4), "big", signed=True)
        version = int.from_bytes(stream.read(4), "big", signed=True)
        if sizes != _SIZES or order != _ORDER:
            raise IndexMismatch(f"{path}: the index was made on another kind of machine; index the articles again here")
        if version != _VERSION:
            raise IndexMismatch(f"{path}: Whoosh's format {version} instead of {_VERSION}")
        for _ in range(3):
            read_varint(stream.read)  # the release of Whoosh
        length = read_varint(stream.read)
        if not 0 <= length <= len(data):
            raise CorruptIndex(str(path), "a length beyond its end")
        schema = unpickle(io.BytesIO(stream.read(length)), ALLOWED_IN_TOC)
        written_generation = int.from_bytes(stream.read(4), "big", signed=True)
        stream.read(4)  # an int that Whoosh does not use
        segments = unpickle(stream, ALLOWED_IN_TOC)
        is_whole = (
            written_generation == generation
            and isinstance(schema, Schema)
            and isinstance(segments, list)
            and all(map(_is_segment, segments))
        )
    except (CorruptIndex, IndexMismatch):
        raise
    except Exception as error:  # a damaged pickle can make objects of Whoosh raise anything
        raise CorruptIndex(str(path), f"{type(error).__name__}: {error}") from error
    if not is_whole:
        raise CorruptIndex(str(path), "it does not hold a schema and segments of this generation")
    return schema, segments, data


def _is_segment(segment: Any) -> bool:
    """Whether it is a segment whose attributes have the right types; a pickle may set any.

    `_fieldlengths` may be anything: searchkit does not use it.
    """
    if type(segment) is ColumnSegment:
        return "_doc_count" in vars(segment)  # its state was checked when it was set
    if type(segment) is not W3Segment:
        return False
    state = vars(segment)
    deleted = state.get("_deleted")
    return (
        state.keys() <= _W3_STATE
        and state.get("indexname") == INDEX_NAME
        and isinstance(state.get("segid"), str)
        and _SEGMENT_ID.fullmatch(state["segid"]) is not None
        and type(state.get("_codec")) is W3Codec
        and isinstance(state.get("_doccount"), int)
        and isinstance(state.get("compound"), bool)
        and (deleted is None or (isinstance(deleted, set) and all(isinstance(doc, int) for doc in deleted)))
    )
