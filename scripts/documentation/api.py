"""Generates the reference of the Python API from `searchkit.__all__`: signatures and docstrings."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
from collections.abc import Iterator
from typing import Any

import searchkit
import searchkit.index_options
import searchkit.model
import searchkit.read_warnings
import searchkit.reports

HEAD = """\
# Python API

This page is generated from the docstrings by `scripts/reference`. It lists every public name of
`searchkit`. The README has an example to begin with.
"""
GROUPS = ("Functions", "Engines", "Options", "Articles, results and reports", "Types of signatures", "Errors")
OPTIONS = ("Connection", "IndexOptions", "SearchOptions")
TYPES = (
    "CharRange",
    "Dialect",
    "HitLoader",
    "IndexChanges",
    "Mark",
    "OnError",
    "OnWarning",
    "Partition",
    "Progress",
    "ReadingOptions",
    "SearchChanges",
    "Sort",
    "SuggestionKind",
)
"""Public names that are there for annotations."""


def api_reference() -> str:
    """The Markdown of `docs/api.md`."""
    parts = [HEAD]
    for group in GROUPS:
        names = [name for name in searchkit.__all__ if group_of(name) == group]
        links = ", ".join(f"[`{name}`](#searchkit{name.lower()})" for name in names)
        parts += [f"- {group}: {links}"]
    parts.append("")
    for group in GROUPS:
        parts += [f"## {group}", ""]
        for name in searchkit.__all__:
            if group_of(name) == group:
                parts += name_section(name, getattr(searchkit, name))
    return "\n".join(parts).rstrip() + "\n"


def group_of(name: str) -> str:
    """The group that a public name belongs to."""
    value = getattr(searchkit, name)
    if name in TYPES:
        return "Types of signatures"
    if not isinstance(value, type):
        return "Functions"
    if issubclass(value, Exception):
        return "Errors"
    if getattr(value, "_is_protocol", False):
        return "Engines"
    return "Options" if value.__name__ in OPTIONS else "Articles, results and reports"


def name_section(name: str, value: Any) -> Iterator[str]:
    """The Markdown of one public name."""
    if name in TYPES and (alias := alias_source(name)):
        yield from [f"### searchkit.{name}", "", *code_lines(alias[0]), alias[1], ""]
        return
    if not isinstance(value, type):
        yield from [f"### searchkit.{name}", "", *code_lines(f"{name}{format_signature(value)}"), *docstring_lines(value)]
        return
    yield from [f"### searchkit.{name}", ""]
    if issubclass(value, Exception):
        yield from [f"A kind of `{value.__bases__[0].__name__}`.", ""]
        if "__init__" in vars(value):
            yield from code_lines(f"{name}{format_signature(value.__init__, skip=1).removesuffix(' -> None')}")
    elif group_of(name) == "Types of signatures":
        if not getattr(value, "_is_protocol", False):  # a TypedDict
            yield from code_lines(f"{name}(\n{''.join(f'    {field},{chr(10)}' for field in keys_of(value))})")
    elif group_of(name) == "Engines":
        above = [base.__name__ for base in value.__bases__ if base.__name__ in searchkit.__all__]
        if above:
            yield from [f"Has all of {', '.join(f'`{base}`' for base in above)}.", ""]
    else:
        yield from code_lines(f"{name}(\n{''.join(f'    {field},{chr(10)}' for field in fields_of(value))})")
    yield from docstring_lines(value)
    for member, function in vars(value).items():
        if not member.startswith("_") or member in ("__iter__", "__len__", "__getitem__"):
            yield from member_section(name, member, function)


def member_section(owner: str, name: str, value: Any) -> Iterator[str]:
    """The Markdown of a method or property; nothing for what is neither."""
    value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
    if isinstance(value, property):
        returned = format_type(inspect.signature(value.fget).return_annotation) if value.fget else ""
        yield from [f"#### {owner}.{name}: `{returned}`", "", *docstring_lines(value)]
    elif inspect.isfunction(value):
        yield from [
            f"#### {owner}.{name}",
            "",
            *code_lines(f"{name}{format_signature(value, skip=1)}"),
            *docstring_lines(value),
        ]


def alias_source(name: str) -> tuple[str, str] | None:
    """The assignment of an alias of a type, and the docstring below it; None for a class."""
    for module in (searchkit.model, searchkit.reports, searchkit.index_options, searchkit.read_warnings):
        source = inspect.getsource(module)
        for statement, following in itertools.pairwise(ast.parse(source).body):
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == name:
                docstring = ast.literal_eval(following.value) if isinstance(following, ast.Expr) else ""
                return ast.get_source_segment(source, statement) or name, inspect.cleandoc(docstring)
    return None


def keys_of(value: type) -> Iterator[str]:
    """The keys of a TypedDict, each as `name: type`."""
    for key, kind in value.__annotations__.items():
        yield f"{key}: {format_type(kind)}"


def fields_of(value: type) -> Iterator[str]:
    """The public fields of a record, each as `name: type = default`."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if not field.name.startswith("_"):
                default = "" if field.default is dataclasses.MISSING else f" = {default_value(field.default)}"
                if field.default_factory is not dataclasses.MISSING:
                    default = f" = {field.default_factory()!r}"
                yield f"{field.name}: {format_type(field.type)}{default}"
    else:  # a named tuple
        yield from map(format_parameter, inspect.signature(value).parameters.values())


def format_signature(function: Any, skip: int = 0) -> str:
    """The parameters of a function and what it returns; `skip` leaves out the first ones (self)."""
    found = inspect.signature(function)
    parts: list[str] = []
    has_star = False
    for parameter in list(found.parameters.values())[skip:]:
        if parameter.kind is parameter.KEYWORD_ONLY and not has_star:
            parts.append("*")
        has_star = has_star or parameter.kind in (parameter.KEYWORD_ONLY, parameter.VAR_POSITIONAL)
        parts.append(format_parameter(parameter))
    returned = "" if found.return_annotation is found.empty else f" -> {format_type(found.return_annotation)}"
    line = f"({', '.join(parts)}){returned}"
    return line if len(line) <= 80 else f"(\n{''.join(f'    {part},{chr(10)}' for part in parts)}){returned}"


def format_parameter(parameter: inspect.Parameter) -> str:
    """A parameter as it is declared."""
    stars = "**" if parameter.kind is parameter.VAR_KEYWORD else "*" if parameter.kind is parameter.VAR_POSITIONAL else ""
    kind = "" if parameter.annotation is parameter.empty else f": {format_type(parameter.annotation)}"
    equals = " = " if kind else "="
    default = "" if parameter.default is parameter.empty else f"{equals}{default_value(parameter.default)}"
    return f"{stars}{parameter.name}{kind}{default}"


def format_type(found: Any) -> str:
    """A type as the source has it."""
    found = getattr(found, "__forward_arg__", found)
    return found if isinstance(found, str) else inspect.formatannotation(found)


def docstring_lines(value: Any) -> list[str]:
    """The docstring of a name, and an empty line."""
    text = inspect.cleandoc(value.__doc__ or "")
    return [text, ""] if text else []


def code_lines(text: str) -> list[str]:
    """A block of Python, and an empty line."""
    return ["```python", text, "```", ""]


def default_value(found: Any) -> str:
    """A default as the source has it; a function by its name."""
    return found.__name__ if inspect.isfunction(found) else repr(found)
