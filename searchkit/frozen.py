"""Makes small immutable records that compare by content, faster than the standard library does.

A search defines about seventy of them when it starts. With the library's decorator a cold
`searchkit search` took 165 ms of CPU time, with `frozen` for the inner records 151 ms (whole
process, medians of 20 in turns); `dataclass` for the public ones saves another 7 ms.

`frozen` is for records inside of the library. `dataclass` is for those that users call
`dataclasses.replace`, `fields` and `asdict` on. Neither is for records with bases or
`__post_init__`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[T]) -> type[T]:
    """Make a record of a class.

    Its annotations are the fields, in order; values beside them are defaults.
    """
    return _make_record(cls, _SHARED)


def dataclass(*, frozen: Literal[True], slots: Literal[True]) -> Callable[[type[T]], type[T]]:
    """Make what `dataclasses.dataclass(frozen=True, slots=True)` makes.

    What `dataclasses` wants to know of the fields is found out when it first asks. The type checker
    takes the library's decorator for this one, so modules import that one for it:

    >>> if TYPE_CHECKING:
    ...     from dataclasses import dataclass
    ... else:
    ...     from searchkit.frozen import dataclass
    """

    def make(cls: type[T]) -> type[T]:
        record = _make_record(cls, _SHARED_BY_DATACLASSES)
        type.__setattr__(record, "__dataclass_fields__", _LateFields(cls))
        return record

    return make


def _make_record(cls: type[T], shared: dict[str, Any]) -> type[T]:
    """The record of a class, with methods that all records share. A default may be a
    `dataclasses.field` with a `default_factory`, and with `hash=False`."""
    names = tuple(inspect.get_annotations(cls))
    body = {name: value for name, value in cls.__dict__.items() if name not in ("__dict__", "__weakref__")}
    defaults = {name: body.pop(name) for name in names if name in body}
    declared = {name: value for name, value in defaults.items() if hasattr(value, "default_factory")}
    defaults |= dict.fromkeys(declared, _FACTORY)
    # One call of exec for each class. The interpreter checks the arguments of __init__, as of any
    # function.
    arguments = "".join(f", {name}=_default_{name}" if name in defaults else f", {name}" for name in names)
    settings = [
        f"\n    _set(self, {name!r}, _make_{name}() if {name} is _default_{name} else {name})"
        if name in declared
        else f"\n    _set(self, {name!r}, {name})"
        for name in names
    ]
    content = "".join(f"self.{name}, " for name in names)
    hashed = "".join(f"self.{name}, " for name in names if getattr(declared.get(name), "hash", None) is not False)
    code = (
        f"def __init__(self{arguments}):{''.join(settings) or ' pass'}\n"
        f"def __hash__(self):\n    return hash(({hashed}))\n"
        f"def _content(self):\n    return ({content})"
    )
    made: dict[str, Any] = {}
    names_in_code = {f"_default_{name}": value for name, value in defaults.items()}
    names_in_code |= {f"_make_{name}": value.default_factory for name, value in declared.items()}
    exec(code, {"_set": object.__setattr__} | names_in_code, made)  # noqa: S102
    for name, function in (made | shared).items():
        body.setdefault(name, function)
    body |= {"__slots__": names, "__match_args__": names}
    record: type[T] = type(cls.__name__, cls.__bases__, body)
    return record


class _Factory:
    """What a signature shows as the default of a field that is made."""

    def __repr__(self) -> str:
        return "<factory>"


_FACTORY = _Factory()


class _LateFields:
    """The attribute `__dataclass_fields__` of a record, until it is first read: then it is replaced
    by the table that the library makes of the same class."""

    def __init__(self, declared: type) -> None:
        self._declared = declared

    def __get__(self, record: object, kind: type) -> Any:
        import dataclasses  # late: 1 ms at the start of a search

        made: Any = dataclasses.dataclass(frozen=True)(self._declared)
        type.__setattr__(kind, "__dataclass_fields__", made.__dataclass_fields__)
        return made.__dataclass_fields__


def _eq(self: Any, other: object) -> bool:
    return self._content() == other._content() if type(other) is type(self) else NotImplemented  # type: ignore[attr-defined]


def _repr(self: Any) -> str:
    fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
    return f"{type(self).__qualname__}({fields})"


def _replace(self: Any, **changes: Any) -> Any:
    return type(self)(**{name: getattr(self, name) for name in self.__match_args__} | changes)


def _setattr(self: Any, name: str, value: object) -> NoReturn:
    raise AttributeError(f"a {type(self).__name__} cannot be changed, and neither can its {name}")


def _delattr(self: Any, name: str) -> NoReturn:
    raise AttributeError(f"a {type(self).__name__} cannot be changed, and neither can its {name}")


def _setattr_of_dataclass(self: Any, name: str, value: object) -> NoReturn:
    raise _frozen_instance_error(f"cannot assign to field {name!r}")


def _delattr_of_dataclass(self: Any, name: str) -> NoReturn:
    raise _frozen_instance_error(f"cannot delete field {name!r}")


def _frozen_instance_error(message: str) -> Exception:
    import dataclasses  # late: 1 ms at the start of a search

    return dataclasses.FrozenInstanceError(message)


def _getstate(self: Any) -> tuple[Any, ...]:
    return tuple(self._content())


def _setstate(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__match_args__, state, strict=True):
        object.__setattr__(self, name, value)


_SHARED = {
    "__eq__": _eq,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,
    "__setstate__": _setstate,
}
_SHARED_BY_DATACLASSES = _SHARED | {
    "__setattr__": _setattr_of_dataclass,
    "__delattr__": _delattr_of_dataclass,
    "__replace__": _replace,  # what copy.replace calls, from Python 3.13 on
}
