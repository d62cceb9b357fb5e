"""Keeps Whoosh from running code of the segments that searchkit reads.

The functions of Whoosh that unpickle parts of its segments are replaced once, when this module is
imported. While searchkit reads a segment they use an allow-list; at other times they do as before.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from whoosh import columns, formats
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

from searchkit.bridge.unpickling import unpickle

ALLOWED_IN_SEGMENTS = {"_codecs": {"encode"}, "datetime": {"datetime", "timedelta", "timezone"}}
"""What a segment may name: the protocol that Whoosh uses writes bytes as an encoded text."""

_WHOOSH_LOADERS = ((whoosh3, "loads"), (columns, "loads"), (formats, "loads"), (structfile, "load"))

_is_guarded: ContextVar[bool] = ContextVar("searchkit reads a segment of Whoosh's own", default=False)


@contextmanager
def safe_unpickling() -> Iterator[None]:
    """Inside, Whoosh unpickles nothing that could run code (in this thread and context)."""
    token = _is_guarded.set(True)
    try:
        yield
    finally:
        _is_guarded.reset(token)


def _guard_loads(original: Callable[..., Any]) -> Callable[..., Any]:
    def loads(data: Any, /, **options: Any) -> Any:
        if _is_guarded.get():
            return unpickle(io.BytesIO(data), ALLOWED_IN_SEGMENTS)
        return original(data, **options)

    return loads


def _guard_load(original: Callable[..., Any]) -> Callable[..., Any]:
    def load(file: Any, /, **options: Any) -> Any:
        if _is_guarded.get():
            return unpickle(file, ALLOWED_IN_SEGMENTS)
        return original(file, **options)

    return load


for _module, _name in _WHOOSH_LOADERS:
    _guard = _guard_load if _name == "load" else _guard_loads
    setattr(_module, _name, _guard(getattr(_module, _name)))
