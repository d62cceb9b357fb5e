"""The table of bytes in the docstring of `searchkit.codec`, as data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import searchkit.codec

_NAME = re.compile(r"`([^`]+)`(?: \(([^)]*)\))?")
_TYPE = re.compile(r"[ui][1248]")


@dataclass(frozen=True)
class Row:
    """What a row says of a section: its name with FIELD and COLUMN in it, its types, and how many
    items it has ("": any)."""

    name: str
    types: tuple[str, ...]
    items: str


def rows() -> Iterator[list[Row]]:
    """The sections that each row of the table describes, the row's own first."""
    doc = searchkit.codec.__doc__ or ""
    for line in doc.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) != 4 or not cells[0].startswith("`"):
            continue
        name, holds = cells[0].strip("`"), cells[3]
        found = [Row(name, _types(cells[1]), cells[2] if "each" not in cells[2] else "")]
        for other, said in _NAME.findall(holds):
            if other.startswith("."):
                full = name + other if not other.startswith(".large") else f"{'.'.join(name.split('.')[:2])}{other}"
            elif other.startswith("FIELD."):
                full = other
            else:
                continue
            is_type = _TYPE.fullmatch(said) is not None
            types = _types(said) if is_type else ("u4",) if other == ".backwards" else ("u1", "u2", "u4", "u8")
            found.append(Row(full, types, "" if is_type else said.removesuffix(" form numbers")))
        yield [row for index, row in enumerate(found) if row.name not in {before.name for before in found[:index]}]


def _types(cell: str) -> tuple[str, ...]:
    if cell == "u1-u8":
        return ("u1", "u2", "u4", "u8")
    return tuple(cell.split(", "))


def items(said: str, sizes: dict[str, int]) -> int | None:
    """How many items "T * P + 1" are; None where the table says nothing."""
    if not said:
        return None
    total = 0
    for summand in said.split(" + "):
        product = 1
        for factor in summand.split(" * "):
            product *= int(factor) if factor.isdigit() else sizes[factor]
        total += product
    return total


def named(row: Row, fields: list[str], columns: list[str]) -> list[str]:
    """The names of sections that a row's name stands for."""
    for pattern, names in (("FIELD", fields), ("COLUMN", columns)):
        if pattern in row.name:
            return [row.name.replace(pattern, name) for name in names]
    return [row.name]
