"""Pickles that run no code.

Whoosh keeps its tables of contents, its own segments and what they store as pickles. A table of contents is read with a
list of what it may name (`toc`). The places in Whoosh that unpickle parts of its segments are bound, once, to functions
that allow next to nothing while searchkit reads a segment, and do as before otherwise.
"""

from __future__ import annotations

import io
import pickle  # every unpickler here allows named things only, or is Whoosh's own
import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, ClassVar

from whoosh import columns, formats
from whoosh.codec import whoosh3
from whoosh.filedb import structfile

IN_SEGMENTS = {"_codecs": {"encode"}, "datetime": {"datetime", "timedelta", "timezone"}}
"""What a segment may name: bytes are pickled as an encoded text by the protocol that Whoosh uses."""

_PLACES = ((whoosh3, "loads"), (columns, "loads"), (formats, "loads"), (structfile, "load"))

_reading: ContextVar[bool] = ContextVar("searchkit reads a segment of Whoosh's own", default=False)


class _Encode:
    """`_codecs.encode` for what pickles of protocol 2 write bytes as; of other encodings some grow what they are given."""

    __slots__ = ()

    def __call__(self, text: Any, encoding: Any = "latin1") -> bytes:
        if type(text) is not str or encoding not in ("latin1", "latin-1"):
            raise pickle.UnpicklingError(f"it encodes a {type(text).__name__} as {str(encoding)[:40]!r}")
        return text.encode("latin-1")


class _EmptyBytes:
    """`bytes` without arguments; with a number it would take that much memory."""

    __slots__ = ()

    def __call__(self) -> bytes:
        return b""


class _ByteArray:
    """`bytearray` of a text, as pickles of protocol 2 write it."""

    __slots__ = ()

    def __call__(self, text: str = "", encoding: str = "latin-1") -> bytearray:
        return bytearray(_Encode()(text, encoding))


class _Reconstruct:
    """`copyreg._reconstructor` of plain objects; other bases would be called with any argument."""

    __slots__ = ()

    def __call__(self, kind: Any, base: Any, state: Any) -> Any:
        if base is not object or state is not None or not isinstance(kind, type):
            raise pickle.UnpicklingError("it makes an object of another base than object")
        return object.__new__(kind)


_INSTEAD: dict[str, Any] = {
    "_codecs.encode": _Encode(),
    "copyreg._reconstructor": _Reconstruct(),
    "copy_reg._reconstructor": _Reconstruct(),
    **{f"{module}.bytes": _EmptyBytes() for module in ("builtins", "__builtin__")},
    **{f"{module}.bytearray": _ByteArray() for module in ("builtins", "__builtin__")},
}
_CALLED = (set, frozenset, OrderedDict, defaultdict, Decimal, datetime, timedelta, timezone, re._compile)  # type: ignore[attr-defined]
"""What a pickle may call, beside what stands in _INSTEAD. All else that it may name is made without arguments."""
_KEYS = (str, int, float, bytes, bool, type(None), datetime)


class NamedOnly(pickle._Unpickler):
    """An unpickler that makes nothing but what `allowed` names (names by module).

    In Python, because that of C asks nobody before it calls what was named, and takes as much memory as a number in the
    pickle says. Keys of dictionaries and sets are plain values: the hash of tuples inside tuples can take for ever.
    """

    dispatch: ClassVar = dict(pickle._Unpickler.dispatch)

    def __init__(self, file: Any, allowed: Mapping[str, set[str]]) -> None:
        super().__init__(file)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if name in self._allowed.get(module, ()) and "." not in name:
            return _INSTEAD.get(f"{module}.{name}") or super().find_class(module, name)
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no index of searchkit holds")

    def _call(self) -> None:
        stack: list[Any] = self.stack  # type: ignore[attr-defined]
        arguments = stack.pop()
        called = stack[-1]
        if called in (set, frozenset) and arguments:
            _check_keys(arguments[0])
        elif called not in _CALLED and not isinstance(called, tuple(map(type, _INSTEAD.values()))):
            raise pickle.UnpicklingError(f"it calls {called!r}, which no index of searchkit does")
        stack[-1] = called(*arguments)

    def _make(self) -> None:
        stack: list[Any] = self.stack  # type: ignore[attr-defined]
        arguments = stack.pop()
        kind: Any = stack.pop()
        if arguments or not isinstance(kind, type):
            raise pickle.UnpicklingError(f"it makes a {kind!r} of something, which no index of searchkit does")
        make: Any = kind.__new__
        stack.append(make(kind))

    def _fill(self) -> None:
        stack: list[Any] = self.stack  # type: ignore[attr-defined]
        state, filled = stack[-1], stack[-2]
        if not isinstance(state, dict) or isinstance(filled, type):
            raise pickle.UnpicklingError("it changes what it names, or with something other than attributes")
        _UNCHANGED[pickle.BUILD[0]](self)  # type: ignore[arg-type]

    def _put(self) -> None:
        _check_keys(self.stack[-2:-1])  # type: ignore[attr-defined]
        _UNCHANGED[pickle.SETITEM[0]](self)  # type: ignore[arg-type]

    def _put_all(self) -> None:
        _check_keys(self.stack[::2])  # type: ignore[attr-defined]
        _UNCHANGED[pickle.SETITEMS[0]](self)  # type: ignore[arg-type]

    def _add_all(self) -> None:
        _check_keys(self.stack)  # type: ignore[attr-defined]
        _UNCHANGED[pickle.ADDITEMS[0]](self)  # type: ignore[arg-type]

    def _refuse(self) -> None:
        raise pickle.UnpicklingError("it is written in a way that no index of searchkit is")


_UNCHANGED = dict(NamedOnly.dispatch)
_OTHERWISE: dict[bytes, Callable[[NamedOnly], None]] = {
    pickle.REDUCE: NamedOnly._call,
    pickle.NEWOBJ: NamedOnly._make,
    pickle.BUILD: NamedOnly._fill,
    pickle.SETITEM: NamedOnly._put,
    pickle.SETITEMS: NamedOnly._put_all,
    pickle.ADDITEMS: NamedOnly._add_all,
    **dict.fromkeys((pickle.INST, pickle.OBJ, pickle.DICT, pickle.NEWOBJ_EX, pickle.FROZENSET), NamedOnly._refuse),
    **dict.fromkeys((pickle.EXT1, pickle.EXT2, pickle.EXT4, pickle.PERSID, pickle.BINPERSID), NamedOnly._refuse),
}
NamedOnly.dispatch.update({opcode[0]: instead for opcode, instead in _OTHERWISE.items()})  # type: ignore[misc]


def _check_keys(keys: Any) -> None:
    if not isinstance(keys, list | tuple) or not all(type(key) in _KEYS for key in keys):
        raise pickle.UnpicklingError("its keys are no plain values")


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
