"""Where does a value stand in a record? Steps to it, the value there, what is left when values are taken, long texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from searchkit.corpus.key_sets import normal_key

WRAPPED = (
    "name",
    "text",
    "value",
    "content",
    "rendered",
    "#text",
    "$date",
    "$oid",
    "$numberLong",
    "$numberInt",
    "$numberDouble",
)
"""Keys under which an object keeps what it stands for, the likeliest first; those with "$" are MongoDB's."""

_DOT = re.compile(r"\.(?![^\[\]]*\])")
_FILTERED = re.compile(r"(.+?)\[([^=\]]+)=([^\]]*)\]")
_DEEPEST = 8
"""Levels of a record in which a long text is looked for."""


class Items(NamedTuple):
    """The items of a list whose `attribute` is one of `values`."""

    attribute: str
    values: tuple[str, ...]

    def holds(self, item: Any) -> bool:
        return isinstance(item, dict) and item.get(self.attribute) in self.values


Path = tuple[str | Items, ...]
"""Leads from a value to one inside it: keys of objects (of each object in a list), and which items of a list."""


class Step(NamedTuple):
    """Where a record may have the value of a field: below one of its keys, and the `kind` of what is there ("html": HTML
    however it looks; "joined": parts of one paragraph; "": as it looks)."""

    key: str
    path: Path
    kind: str = ""


def steps_to(path: str, keys: Mapping[str, Sequence[str]]) -> list[Step]:
    """The steps that a path of a key set or of `--map` stands for; `keys` are those of the record by their normal form.

    A key may itself have dots in it ("source.name"), as flattened records have them.
    """
    kind, heads = _read(path)
    for head, normal, below in heads:
        if normal in keys:
            # Of several keys that are one, the key as it was written comes first.
            return [Step(key, below, kind) for key in sorted(keys[normal], key=lambda key: key != head)]
    return []


@lru_cache(maxsize=1024)
def _read(path: str) -> tuple[str, tuple[tuple[str, str, Path], ...]]:
    """The kind of what a path leads to, and the keys that it may begin with, the longest first: each as written, in normal
    form, and what leads on from there."""
    kind, colon, rest = path.partition(":")
    if colon and kind in ("html", "joined"):
        path = rest
    else:
        kind = ""
    parts: list[str | Items] = []
    heads: list[tuple[str, str, Path]] = [(path, normal_key(path), ())]
    for part in _DOT.split(path):
        filtered = _FILTERED.fullmatch(part)
        if filtered is None:
            parts.append(part)
        else:
            parts += [filtered[1], Items(filtered[2], tuple(filtered[3].split("|")))]
    for end in range(len(parts) - 1, 0, -1):
        if all(isinstance(part, str) for part in parts[:end]):
            head = ".".join(map(str, parts[:end]))
            heads.append((head, normal_key(head), tuple(parts[end:])))
    return kind, tuple(heads)


def value_at(value: Any, path: Path) -> Any:
    """What a path leads to, or None; of the items of a list a list of what it leads to in each."""
    for number, part in enumerate(path):
        if isinstance(part, Items):
            value = [item for item in value if part.holds(item)] if isinstance(value, list) else None
        elif isinstance(value, list):
            found = (value_at(item, path[number:]) for item in value)
            return [one for one in found if not is_empty(one)] or None
        elif isinstance(value, dict):
            value = value[part] if part in value else _of_another_spelling(value, part)
        else:
            return None
    return value


def _of_another_spelling(record: dict[str, Any], key: str) -> Any:
    normal = normal_key(key)
    return next((value for other, value in record.items() if normal_key(other) == normal), None)


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, blanks alone, a list or an object without items."""
    return value is None or (isinstance(value, str) and (not value or value.isspace())) or value == [] or value == {}


def left_over(value: Any, taken: Iterable[Path]) -> Any:
    """What is left of a value when what stands at some paths is taken out; an item of a list goes as a whole. None when
    nothing is left."""
    taken = tuple(taken)
    if () in taken or is_empty(value):
        return None
    if isinstance(value, list):
        return [one for one in value if not is_empty(one) and not any(_leads_into(one, path) for path in taken)] or None
    if isinstance(value, dict):
        left = {}
        for key, below in value.items():
            paths = [path[1:] for path in taken if isinstance(path[0], str) and normal_key(path[0]) == normal_key(key)]
            rest = left_over(below, paths) if paths else below
            if not is_empty(rest):
                left[key] = rest
        return left or None
    return value


def _leads_into(item: Any, path: Path) -> bool:
    """Whether a path that goes on in a list leads to something in this item of it."""
    if isinstance(path[0], Items):
        return path[0].holds(item) and not is_empty(value_at(item, path[1:]))
    return not is_empty(value_at(item, path))


def longest_text(key: str, value: Any) -> tuple[int, str]:
    """How long the longest text at or below a key is (characters), and the path that leads there. Texts at one path in
    the items of a list are one text; what has no blanks, such as a URL, is none."""
    lengths: dict[str, int] = {"": 0}
    _measure(value, key, _DEEPEST, lengths)
    path = max(lengths, key=lengths.__getitem__)
    return lengths[path], path


def _measure(value: Any, path: str, levels: int, lengths: dict[str, int]) -> None:
    if isinstance(value, str):
        if " " in value or not value.isascii():
            lengths[path] = lengths.get(path, 0) + len(value)
    elif isinstance(value, list) and levels:
        for item in value:
            _measure(item, path, levels - 1, lengths)
    elif isinstance(value, dict) and levels:
        for key, below in value.items():
            _measure(below, f"{path}.{key}", levels - 1, lengths)
