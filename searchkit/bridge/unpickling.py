"""Reads pickles without running code of theirs.

Whoosh keeps its tables of contents, its own segments and what they store as pickles. They are read
by an interpreter of their opcodes, which makes only plain values and what an allow-list names.
"""

from __future__ import annotations

import importlib
import pickle  # for its error only
import pickletools
import re
import types
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any


def _encode(text: Any, encoding: Any = "latin1") -> bytes:
    """`_codecs.encode` for bytes in pickles of protocol 2. Other encodings can expand a text."""
    if type(text) is not str or encoding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError(f"it encodes a {type(text).__name__} as something other than latin-1")
    return text.encode("latin-1")


def _empty_bytes() -> bytes:
    """`bytes` without arguments; with a number it would take that much memory."""
    return b""


def _byte_array(content: Any = b"", encoding: Any = "latin-1") -> bytearray:
    """`bytearray` of bytes, or of a text as older Pythons pickled it."""
    return bytearray(content if type(content) is bytes else _encode(content, encoding))


def _reconstruct(kind: Any, base: Any, state: Any) -> Any:
    """`copyreg._reconstructor` of plain objects; other bases would be called with any argument."""
    if base is not object or state is not None or not isinstance(kind, type):
        raise pickle.UnpicklingError("it makes an object of another base than object")
    return object.__new__(kind)


def _compile(pattern: Any, flags: Any) -> re.Pattern[str]:
    """`re._compile`, by which regular expressions are pickled."""
    if type(pattern) is not str or type(flags) is not int:
        raise pickle.UnpicklingError("it compiles what is no regular expression")
    return re.compile(pattern, flags)


_PYTHON_2_MODULES = {"__builtin__": "builtins", "copy_reg": "copyreg"}
_SUBSTITUTES: dict[str, Any] = {
    "_codecs.encode": _encode,
    "builtins.bytearray": _byte_array,
    "builtins.bytes": _empty_bytes,
    "builtins.long": int,
    "builtins.unicode": str,
    "copyreg._reconstructor": _reconstruct,
    "re._compile": _compile,
}
_CALLABLE = (
    *(set, frozenset, OrderedDict, defaultdict, Decimal, datetime, timedelta, timezone),
    *(_encode, _byte_array, _empty_bytes, _reconstruct, _compile),
)
"""What a pickle may call. All else that it may name is made without arguments."""
_KEYS = (str, int, float, bytes, bool, type(None), datetime)


def unpickle(file: Any, allowed: Mapping[str, set[str]]) -> Any:
    """The value of the pickle at the head of a file or stream. `allowed` has names by module.

    `pickle.Unpickler` would let a class be called with any arguments, and takes as much memory as a
    number in the pickle says. Keys of dictionaries and sets have to be plain values, as hashing
    tuples inside tuples can take for ever.
    Raises UnpicklingError, ValueError, TypeError, LookupError, AttributeError.
    """
    machine = _PickleMachine(allowed)
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name == "STOP":
            return machine.stack.pop()
        run = _OPCODES.get(opcode.name)
        if run is None:
            raise pickle.UnpicklingError(f"it has the opcode {opcode.name}, which no index of searchkit holds")
        run(machine, argument)
    raise pickle.UnpicklingError("it does not end")


class _PickleMachine:
    """The stack and the memo of a pickle that is read. Opcodes: `pickletools.opcodes`."""

    def __init__(self, allowed: Mapping[str, set[str]]) -> None:
        self.stack: list[Any] = []
        self._marks: list[int] = []
        self._memo: dict[int, Any] = {}
        self._allowed = allowed

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self, _: None) -> None:
        self.stack.pop()

    def mark(self, _: None) -> None:
        self._marks.append(len(self.stack))

    def pop_to_mark(self) -> list[Any]:
        """Take what was pushed since the last mark."""
        first = self._marks.pop()
        items = self.stack[first:]
        del self.stack[first:]
        return items

    def memoize(self, _: None) -> None:
        self._memo[len(self._memo)] = self.stack[-1]

    def put(self, index: int) -> None:
        self._memo[index] = self.stack[-1]

    def get(self, index: int) -> None:
        self.stack.append(self._memo[index])

    def make_tuple(self, _: None) -> None:
        self.stack.append(tuple(self.pop_to_mark()))

    def make_list(self, _: None) -> None:
        self.stack.append(self.pop_to_mark())

    def add_item(self, _: None) -> None:
        item = self.stack.pop()
        _extend(self.stack[-1], [item])

    def add_items(self, _: None) -> None:
        items = self.pop_to_mark()
        _extend(self.stack[-1], items)

    def set_item(self, _: None) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        _update(self.stack[-1], [key, value])

    def set_items(self, _: None) -> None:
        items = self.pop_to_mark()
        _update(self.stack[-1], items)

    def name(self, argument: str) -> None:
        module, _, attribute = argument.partition(" ")
        self.stack.append(_find(module, attribute, self._allowed))

    def name_on_stack(self, _: None) -> None:
        attribute, module = self.stack.pop(), self.stack.pop()
        self.stack.append(_find(module, attribute, self._allowed))

    def call(self, _: None) -> None:
        arguments, called = self.stack.pop(), self.stack.pop()
        self.stack.append(_call(called, arguments))

    def make_object(self, _: None) -> None:
        arguments, kind = self.stack.pop(), self.stack.pop()
        self.stack.append(_make(kind, arguments))

    def set_state(self, _: None) -> None:
        state = self.stack.pop()
        _set_state(self.stack[-1], state)


def _push_new(make: Callable[[], Any]) -> Callable[[_PickleMachine, Any], None]:
    return lambda machine, _: machine.push(make())


def _push_tuple_of(size: int) -> Callable[[_PickleMachine, Any], None]:
    def run(machine: _PickleMachine, _: None) -> None:
        machine.stack[-size:] = [tuple(machine.stack[-size:])]

    return run


_VALUES = (
    *("INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1", "LONG4", "FLOAT", "BINFLOAT"),
    *("STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8"),
    *("BINBYTES", "SHORT_BINBYTES", "BINBYTES8", "BYTEARRAY8"),
)
_OPCODES: dict[str, Callable[[_PickleMachine, Any], None]] = {
    **dict.fromkeys(("PROTO", "FRAME"), lambda machine, argument: None),
    **dict.fromkeys(_VALUES, _PickleMachine.push),
    "NONE": _push_new(lambda: None),
    "NEWTRUE": _push_new(lambda: True),
    "NEWFALSE": _push_new(lambda: False),
    "EMPTY_LIST": _push_new(list),
    "EMPTY_DICT": _push_new(dict),
    "EMPTY_TUPLE": _push_new(tuple),
    "EMPTY_SET": _push_new(set),
    "TUPLE1": _push_tuple_of(1),
    "TUPLE2": _push_tuple_of(2),
    "TUPLE3": _push_tuple_of(3),
    "TUPLE": _PickleMachine.make_tuple,
    "LIST": _PickleMachine.make_list,
    "POP": _PickleMachine.pop,
    "MARK": _PickleMachine.mark,
    "MEMOIZE": _PickleMachine.memoize,
    **dict.fromkeys(("PUT", "BINPUT", "LONG_BINPUT"), _PickleMachine.put),
    **dict.fromkeys(("GET", "BINGET", "LONG_BINGET"), _PickleMachine.get),
    "APPEND": _PickleMachine.add_item,
    **dict.fromkeys(("APPENDS", "ADDITEMS"), _PickleMachine.add_items),
    "SETITEM": _PickleMachine.set_item,
    "SETITEMS": _PickleMachine.set_items,
    "GLOBAL": _PickleMachine.name,
    "STACK_GLOBAL": _PickleMachine.name_on_stack,
    "REDUCE": _PickleMachine.call,
    "NEWOBJ": _PickleMachine.make_object,
    "BUILD": _PickleMachine.set_state,
}
"""What opcodes do. All others are refused."""


def _find(module: Any, name: Any, allowed: Mapping[str, set[str]]) -> Any:
    if not isinstance(module, str) or not isinstance(name, str):
        raise pickle.UnpicklingError("it names something by a value that is no text")
    if name not in allowed.get(module, ()):
        raise pickle.UnpicklingError(f"it names {module}.{name}, which no index of searchkit holds")
    module = _PYTHON_2_MODULES.get(module, module)
    substitute = _SUBSTITUTES.get(f"{module}.{name}")
    return getattr(importlib.import_module(module), name) if substitute is None else substitute


def _call(called: Any, arguments: Any) -> Any:
    if not isinstance(arguments, tuple) or not any(called is each for each in _CALLABLE):
        raise pickle.UnpicklingError(f"it calls {_describe(called)}, which no index of searchkit does")
    if called in (set, frozenset) and arguments:
        _check_keys(arguments[0])
    if called in (OrderedDict, defaultdict) and len(arguments) > (called is defaultdict):
        raise pickle.UnpicklingError("it makes a dictionary with keys that are not checked")
    return called(*arguments)


def _describe(thing: Any) -> str:
    """A name for messages. The `repr` of lists inside lists can take for ever."""
    return thing.__qualname__ if isinstance(thing, type | types.FunctionType) else f"value of {type(thing).__name__}"


def _make(kind: Any, arguments: Any) -> Any:
    if arguments != () or not isinstance(kind, type):
        raise pickle.UnpicklingError(f"it makes a {_describe(kind)} of something, which no index of searchkit does")
    create: Any = kind.__new__
    return create(kind)


def _set_state(filled: Any, state: Any) -> None:
    if not isinstance(state, dict) or isinstance(filled, type | types.FunctionType):
        raise pickle.UnpicklingError("it changes what it names, or with something other than attributes")
    if hasattr(filled, "__setstate__"):
        filled.__setstate__(state)
    else:
        vars(filled).update(state)


def _extend(collection: Any, items: list[Any]) -> None:
    if isinstance(collection, set):
        _check_keys(items)
        collection.update(items)
    elif isinstance(collection, list):
        collection.extend(items)
    else:
        raise pickle.UnpicklingError("it adds items to what is no list or set")


def _update(filled: Any, items: list[Any]) -> None:
    """Add keys and values, which follow each other, to a dictionary."""
    if not isinstance(filled, dict):
        raise pickle.UnpicklingError("it adds keys to what is no dictionary")
    _check_keys(items[::2])
    filled.update(zip(items[::2], items[1::2], strict=True))


def _check_keys(keys: Any) -> None:
    if not isinstance(keys, list | tuple) or not all(type(key) in _KEYS for key in keys):
        raise pickle.UnpicklingError("its keys are no plain values")
