"""Decodes the binary values of tables, which may be texts in any encoding, or pictures."""

from __future__ import annotations

from typing import Any

from searchkit.corpus.decode import Undecodable, decode
from searchkit.corpus.key_sets import FIELD_KEYS, normal_key
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.reader import RecordWarning

_BODIES = frozenset(FIELD_KEYS["body"].split())


def decode_values(values: dict[str, Any], options: ReadOptions) -> tuple[dict[str, Any], tuple[RecordWarning, ...]]:
    """The values of a record with texts instead of bytes, also in lists and objects; None for bytes
    that are no text. The warnings name the keys of uncertain texts, and those that should hold the
    body and do not."""
    warnings: dict[RecordWarning, None] = {}
    decoded = {key: _decode(key, value, options, warnings) for key, value in values.items()}
    return decoded, tuple(warnings)


def _decode(key: str, value: Any, options: ReadOptions, warnings: dict[RecordWarning, None]) -> Any:
    if isinstance(value, dict):
        return {name: _decode(name, one, options, warnings) for name, one in value.items()}
    if isinstance(value, list):
        return [_decode(key, one, options, warnings) for one in value]
    if not isinstance(value, bytes):
        return value
    try:
        found = decode(value, options.encoding)
    except Undecodable as error:
        if normal_key(key) in _BODIES.union(normal_key(path) for field, path in options.map if field == "body"):
            warnings["stray-bytes", f'"{key}" holds {error}'] = None
        return None
    for kind, _ in found.warnings():
        warnings[kind, f'"{key}" ({found.encoding})'] = None
    return found.text
