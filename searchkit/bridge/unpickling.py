"""Pickles that run no code.

Whoosh keeps its tables of contents, its own segments and what they store as pickles. A table of contents is read with a
list of what it may name (`toc`). The places in Whoosh that unpickle parts of its segments are bound, once, to functions
that allow next to nothing while searchkit reads a segment, and do as before otherwise.
"""

from __future__ import annotations

import io
import pickle  # every unpickler here allows named things only, or is Whoosh's own
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from whoosh import columns, formats
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

IN_SEGMENTS = {"_codecs": {"encode"}, "datetime": {"datetime", "timedelta", "timezone"}}
"""What a segment may name: bytes are pickled as an encoded text by the protocol that Whoosh uses."""

_PLACES = ((whoosh3, "loads"), (columns, "loads"), (formats, "loads"), (structfile, "load"))

_reading: ContextVar[bool] = ContextVar("searchkit reads a segment of Whoosh's own", default=False)


class NamedOnly(pickle.Unpickler):
    """An unpickler that makes nothing but what `allowed` names (names by module)."""

    def __init__(self, file: Any, allowed: Mapping[str, set[str]]) -> None:
        super().__init__(file)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if name in self._allowed.get(module, ()) and "." not in name:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no index of searchkit holds")


@contextmanager
def guarded() -> Iterator[None]:
    """While this lasts, Whoosh unpickles nothing that could run code (in this thread and context)."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def _instead_of_loads(original: Callable[..., Any]) -> Callable[..., Any]:
    def loads(data: Any, /, **options: Any) -> Any:
        if _reading.get():
            return NamedOnly(io.BytesIO(data), IN_SEGMENTS).load()
        return original(data, **options)

    return loads


def _instead_of_load(original: Callable[..., Any]) -> Callable[..., Any]:
    def load(file: Any, /, **options: Any) -> Any:
        if _reading.get():
            return NamedOnly(file, IN_SEGMENTS).load()
        return original(file, **options)

    return load


for _module, _name in _PLACES:
    _replacement = _instead_of_load if _name == "load" else _instead_of_loads
    setattr(_module, _name, _replacement(getattr(_module, _name)))
