"""Describes a format: a row of the table of formats."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

_REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extra>[A-Za-z0-9._-]+)\])?")

Takes = Literal["bytes", "lines", "blocks", "stream", "file", "files"]
"""The argument of a reader: all bytes of a file, within the limit of an article; its lines in UTF-8
(`Lines`); its text in UTF-8, in blocks (`Blocks`); a stream of bytes; a file that can be sought in;
or all bytes of a file together with those that it names (`companions.FileSet`)."""
Split = Literal["one-article", "by-record", "whole-file"]
"""How workers share a file: it is one article; each takes some of its records, by their numbers; or
one takes it all."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that articles are read from.

    - `help`: one line that begins with the format's usual name: "JSON lines: one article per line".
    - `suffixes`: in small letters, with their dots.
    - `reader`: "module:function". The function is called with what `takes` says and the
      ReadOptions, and yields records (`searchkit.corpus.reader`).
    - `sniff`: whether the first HEAD bytes of a file are of this format. It is called where several
      formats have the file's suffix; a format without it gets the files that no other one knows.
    - `signature`: whether the first bytes of a file, as `sniffing.sniffable` returns them, can be
      of no other format. Such a file is read in this format whatever its suffix. Only our own
      formats have it; the first row of the table that recognises a file takes it.
    - `options`: reading options that only some formats take ("map").
    - `extra`: the optional dependency of the reader, as in `pip install 'searchkit[extra]'`.
    - `companions`: the addresses of the files that a file names, by its bytes. Those of the
      `companion_formats` are read with it, and not alone. Only our own formats have it.
    - `is_zip`: whether its files are zip files, which are not unpacked as archives are.
    - `journals`: what the names of files end in that hold changes of the file beside them. Only our
      own formats have them.
    - `package`: the package that adds the format, "" for our own.
    """

    name: str
    help: str
    suffixes: tuple[str, ...]
    reader: str
    takes: Takes
    split: Split
    sniff: Callable[[bytes], bool] | None = None
    options: tuple[str, ...] = ()
    extra: str = ""
    package: str = ""
    signature: Callable[[bytes], bool] | None = None
    companions: Callable[[bytes], list[str]] | None = None
    companion_formats: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    is_zip: bool = False

    @property
    def title(self) -> str:
        """The usual name of the format."""
        return self.help.partition(":")[0]

    def missing_packages(self) -> tuple[str, ...]:
        """The names of the packages that the reader needs and that are not installed."""
        return find_missing_packages(self.package or "searchkit", self.extra) if self.extra else ()

    @property
    def install_command(self) -> str:
        """The command that installs what the reader needs, "" if it needs nothing."""
        return f"pip install '{self.package or 'searchkit'}[{self.extra}]'" if self.extra else ""


@cache
def find_missing_packages(package: str, extra: str) -> tuple[str, ...]:
    """The packages that an extra of an installed package names and that are not installed
    themselves. Versions are not compared: pip did that."""
    from importlib.metadata import PackageNotFoundError, requires, version  # late: 12 ms, as in formats.py

    missing: list[str] = []
    try:
        requirements = requires(package) or []
    except PackageNotFoundError:  # a checkout that is not installed
        return ()
    for requirement in requirements:
        name, _, marker = requirement.partition(";")
        found = _REQUIREMENT.match(name)
        if found is None or not re.search(rf"""extra\s*==\s*["']{re.escape(extra)}["']""", marker):
            continue
        if found["name"] == package and found["extra"]:  # an extra may consist of others
            missing += find_missing_packages(package, found["extra"])
            continue
        try:
            version(found["name"])
        except PackageNotFoundError:
            missing.append(found["name"])
    return tuple(missing)
