"""Finds the format of a file, and loads its reader. Options, help, listing, containers and worker
processes use it.

The module of a reader is imported when a file needs it. The rows that other packages add are
imported for a suffix or name that no row here has.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from searchkit.corpus.format_row import Format, Split, Takes
from searchkit.corpus.format_table import FORMATS
from searchkit.corpus.sniffing import sniffable
from searchkit.errors import CorpusError, OptionError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "searchkit.readers"
"""The entry points of other packages: NAME = "module:FORMAT"."""
HEAD = 4096
"""Number of bytes of a file that a sniffer is given."""

SUFFIXES = {suffix: tuple(row for row in FORMATS if suffix in row.suffixes) for row in FORMATS for suffix in row.suffixes}
"""Our own formats by suffix."""


SIGNED = tuple(row for row in FORMATS if row.signature is not None)
"""Our own formats that have a signature."""


class ReaderUnavailable(CorpusError):
    """The reader of a known format cannot be loaded; the message says what to do."""


class ExternalFormats(NamedTuple):
    """The formats that other packages add, and the names of those that cannot be loaded, with the
    reason."""

    formats: tuple[Format, ...]
    problems: tuple[tuple[str, str], ...]


def formats() -> tuple[Format, ...]:
    """All formats that can be read, our own first."""
    return (*FORMATS, *external_formats().formats)


def format_problems() -> tuple[str, ...]:
    """What is wrong with the formats of other packages that cannot be loaded, a sentence each."""
    return tuple(problem for _, problem in external_formats().problems)


def format_names() -> tuple[str, ...]:
    """The names of all formats, our own first."""
    return tuple(row.name for row in formats())


def find_format(name: str) -> Format:
    """The format with a name. Raises OptionError if there is none, or if it cannot be loaded."""
    for row in FORMATS:
        if row.name == name:
            return row
    added = external_formats()
    for row in added.formats:
        if row.name == name:
            return row
    problem = dict(added.problems).get(name)
    raise OptionError(problem or f'"{name}" is no format; expected one of {", ".join(format_names())}')


def formats_with_suffix(suffix: str) -> tuple[Format, ...]:
    """The formats with a suffix, in small letters. If one is our own, others are used by `--format`
    only."""
    own = SUFFIXES.get(suffix)
    return own if own is not None else tuple(row for row in external_formats().formats if suffix in row.suffixes)


def format_by_signature(head: bytes) -> Format | None:
    """The format of ours that a file which begins with `head` is in for certain, or None."""
    start = sniffable(head)
    return next((row for row in SIGNED if row.signature is not None and row.signature(start)), None) if start else None


def choose_format(formats: Sequence[Format], head: bytes) -> Format:
    """Choose the format of a file that begins with `head`; `formats` are those that its suffix
    stands for. A signature overrules the suffix of our own formats. Raises ReaderUnavailable."""
    if not formats or any(not row.package for row in formats):
        signed = format_by_signature(head)
        if signed is not None:
            return signed
    found = [row for row in formats if _sniffs(row, head)]
    found = found or [row for row in formats if row.sniff is None]
    if not found:
        problems = "".join(f"; {problem}" for problem in format_problems())
        raise ReaderUnavailable(f"no reader takes files of this type; name one with --format{problems}")
    if len(found) > 1:
        names = ", ".join(row.name for row in found)
        raise ReaderUnavailable(f"it may be of several formats ({names}); name one with --format")
    return found[0]


def _sniffs(row: Format, head: bytes) -> bool:
    try:
        return row.sniff is not None and row.sniff(head)
    except Exception as error:  # code of other packages may raise anything
        if not row.package:
            raise
        problem = f"cannot tell whether a file is of it ({type(error).__name__}: {error}); update the package"
        raise ReaderUnavailable(f'the format "{row.name}" of the package {row.package} {problem}') from error


def load_reader(row: Format) -> Callable[..., Any]:
    """Import the reader of a format. Raises ReaderUnavailable if it is not installed or does not
    work."""
    found = _import_reader(row)
    if isinstance(found, str):
        raise ReaderUnavailable(found)
    return found


@cache
def external_formats() -> ExternalFormats:
    """The formats of other packages, looked up once in a process."""
    from importlib.metadata import entry_points  # late: 12 ms at the start of a run over roots

    found: dict[str, Format] = {}
    problems: list[tuple[str, str]] = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, _package_name(entry))):
        row = _load_row(entry)
        if isinstance(row, Format) and row.name in found:
            row = f"is not read: {found[row.name].package} adds one of this name too; uninstall one of them"
        if isinstance(row, Format):
            found[row.name] = row
        else:
            problems.append((entry.name, f'the format "{entry.name}" of the package {_package_name(entry)} {row}'))
    return ExternalFormats(tuple(found.values()), tuple(problems))


def _package_name(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module


def _load_row(entry: EntryPoint) -> Format | str:
    """The format of an entry point, or what is wrong with it."""
    if any(row.name == entry.name for row in FORMATS):
        return "is not read: searchkit has one of this name; ask for another name"
    try:
        found = entry.load()
    except Exception as error:  # code of other packages may raise anything when it is imported
        return f"cannot be loaded ({type(error).__name__}: {error}); update the package or uninstall it"
    if not isinstance(found, Format) or found.name != entry.name:
        expected = f"a searchkit.readers.Format of the name of its entry point, found {repr(found)[:200]}"
        return f"cannot be loaded (expected {expected}); update the package or uninstall it"
    for name, value, known in (("takes", found.takes, get_args(Takes)), ("split", found.split, get_args(Split))):
        if value not in known:
            expected = f"{name} to be one of {', '.join(known)}, found {repr(value)[:200]}"
            return f"cannot be loaded (expected {expected}); update the package or uninstall it"
    return replace(found, package=_package_name(entry))


@cache
def _import_reader(row: Format) -> Callable[..., Any] | str:
    module, _, function = row.reader.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    except Exception as error:  # code of other packages may raise anything when it is imported
        is_missing = isinstance(error, ModuleNotFoundError) and not f"{module}.".startswith(f"{error.name}.")
        if is_missing and row.extra:
            return f"to read {row.title}: {row.install_command}"
        if not row.package:
            raise
        problem = f"cannot be loaded ({type(error).__name__}: {error})"
        return f'the reader of the format "{row.name}" of the package {row.package} {problem}; update the package'
    return found
