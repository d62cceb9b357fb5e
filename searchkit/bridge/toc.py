"""Whoosh's table of contents: which segments make up a generation.

A TOC is a pickle, so it is read with a list of what it may name: opening an index runs no code from it.
"""

from __future__ import annotations

import io
import pickle  # the reader below allows named classes only
import re
from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import _CURRENT_TOC_VERSION, TOC
from whoosh.system import _FLOAT_SIZE, _INT_SIZE, _LONG_SIZE
from whoosh.util.varints import read_varint

from searchkit.bridge.standard import INDEX_NAME
from searchkit.errors import CorruptIndex, IndexMismatch

TOC_NAME = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")

_ALLOWED = {
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


class _NamedOnly(pickle.Unpickler):
    """An unpickler that makes nothing but what Whoosh's schemas and segments are made of."""

    def find_class(self, module: str, name: str) -> Any:
        if name in _ALLOWED.get(module, ()) and "." not in name:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no index of searchkit holds")


def generations(folder: Path) -> list[int]:
    """The generations that have a TOC, ascending."""
    return sorted(int(found[1]) for found in map(TOC_NAME.fullmatch, _names(folder)) if found)


def toc_path(folder: Path, generation: int) -> Path:
    return folder / f"_{INDEX_NAME}_{generation}.toc"


def toc_bytes(schema: Schema, segments: list[Any], generation: int) -> bytes:
    """The bytes of a TOC, as Whoosh writes them."""
    storage = RamStorage()
    TOC(schema, segments, generation).write(storage, INDEX_NAME)
    return bytes(storage.files[f"_{INDEX_NAME}_{generation}.toc"])


def read_toc(folder: Path, generation: int) -> tuple[Schema, list[Any], bytes]:
    """The schema, the segments and the bytes of a generation's TOC. Raises CorruptIndex, IndexMismatch, OSError."""
    path = toc_path(folder, generation)
    data = path.read_bytes()
    stream = io.BytesIO(data)
    try:
        sizes = tuple(read_varint(stream.read) for _ in range(3))
        order = int.from_bytes(stream.read(4), "big", signed=True)
        version = int.from_bytes(stream.read(4), "big", signed=True)
        if sizes != (_INT_SIZE, _LONG_SIZE, _FLOAT_SIZE) or order != -12345:
            raise IndexMismatch(f"{path}: the index was made on another kind of machine; index the articles again here")
        if version != _CURRENT_TOC_VERSION:
            raise IndexMismatch(f"{path}: Whoosh's format {version} instead of {_CURRENT_TOC_VERSION}")
        for _ in range(3):
            read_varint(stream.read)
        length = read_varint(stream.read)
        if not 0 <= length <= len(data):
            raise CorruptIndex(str(path), "a length beyond its end")
        schema = _NamedOnly(io.BytesIO(stream.read(length))).load()
        found = int.from_bytes(stream.read(4), "big", signed=True)
        stream.read(4)
        segments = _NamedOnly(stream).load()
    except (CorruptIndex, IndexMismatch):
        raise
    except Exception as error:  # whatever a damaged pickle makes the unpickler do
        raise CorruptIndex(str(path), f"{type(error).__name__}: {error}") from error
    if found != generation or not isinstance(schema, Schema) or not isinstance(segments, list):
        raise CorruptIndex(str(path), "it does not hold a schema and segments of this generation")
    return schema, segments, data


def _names(folder: Path) -> list[str]:
    try:
        return [entry.name for entry in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
