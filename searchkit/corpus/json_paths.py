"""Where does a value stand in a record? Steps to it, the value there, what is left when values are taken, long texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
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
WRAPPED_TEXT = (*WRAPPED[1:], WRAPPED[0])
"""The same for an object that stands for a text of paragraphs: its name may be a heading, or say what it is."""

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
Removal = Callable[[Any], Any]
"""Says what is left of a value that a field took; None when nothing is."""
Consumed = tuple[Path, Removal]
"""Where a value stood that a field took, and what is left of it."""


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
            key = _key_of(value, part)
            value = None if key is None else value[key]
        else:
            return None
    return value


def _key_of(record: dict[str, Any], key: str) -> str | None:
    """The key of an object that a part of a path means: as it is written, else in another spelling."""
    if key in record:
        return key
    normal = normal_key(key)
    return next((other for other in record if normal_key(other) == normal), None)


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, blanks alone, a list or an object without items."""
    if isinstance(value, str):
        return not value or (value.isspace() and "\x85" not in value)  # which is an ellipsis in windows-1252
    return value is None or value == [] or value == {}


def without_all(value: Any) -> Any:
    """What is left of a value that was taken as a whole."""
    return None


def without_consumed(value: Any, taken: Iterable[Consumed]) -> Any:
    """What is left of a value when what stands at some paths is taken out of it. None when nothing is left.

    Of an item that a path chose by an attribute, that attribute is taken too: the field says it.
    """
    below = []
    for path, rest in taken:
        if path:
            below.append((path, rest))
        else:
            value = rest(value)
    if is_empty(value):
        return None
    if below and isinstance(value, list):
        return [left for one in value if not is_empty(left := _item_without_consumed(one, below))] or None
    if below and isinstance(value, dict):
        inside: dict[str, list[Consumed]] = {}
        for path, rest in below:
            key = _key_of(value, path[0]) if isinstance(path[0], str) else None
            if key is not None:
                inside.setdefault(key, []).append((path[1:], rest))
        left = {key: without_consumed(one, inside[key]) if key in inside else one for key, one in value.items()}
        return {key: one for key, one in left.items() if not is_empty(one)} or None
    return value


def _item_without_consumed(item: Any, taken: list[Consumed]) -> Any:
    """What is left of an item of a list in which some paths go on."""
    below = []
    told = set()
    for path, rest in taken:
        head = path[0]
        if not isinstance(head, Items):
            below.append((path, rest))
        elif head.holds(item) and not is_empty(value_at(item, path[1:])):
            below.append((path[1:], rest))
            told.add(head.attribute)
    below = [(path, rest) for path, rest in below if not is_empty(value_at(item, path))]
    if told:
        item = {key: value for key, value in item.items() if key not in told}
    return without_consumed(item, below)


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
