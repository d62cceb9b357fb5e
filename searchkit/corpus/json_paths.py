"""Paths into a record: finding the value at a path, removing values, finding the longest text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from searchkit.corpus.key_sets import normal_key

VALUE_KEYS = (
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
"""Keys under which an object has its value, the likeliest first; those with "$" are MongoDB's."""
TEXT_KEYS = (*VALUE_KEYS[1:], VALUE_KEYS[0])
"""The same for an object with a text of paragraphs: its name may be a heading, or say what the
object is."""

_DOT = re.compile(r"\.(?![^\[\]]*\])")
_FILTERED = re.compile(r"(.+?)\[([^=\]]+)=([^\]]*)\]")
_MAX_DEPTH = 8
"""Maximum depth to which a record is searched for a long text."""


class Items(NamedTuple):
    """The items of a list whose `attribute` is one of `values`."""

    attribute: str
    values: tuple[str, ...]

    def matches(self, item: Any) -> bool:
        return isinstance(item, dict) and item.get(self.attribute) in self.values


Path = tuple[str | Items, ...]
"""Leads from a value to one inside it: keys of objects (of each object in a list), and which items
of a list."""
Removal = Callable[[Any], Any]
"""Returns what is left of a value without the part that a field used; None for nothing."""
Consumed = tuple[Path, Removal]
"""The path of a value that a field used, and the function that removes the used part of it."""


class Step(NamedTuple):
    """Where a record may have the value of a field: a `key` of the record and a `path` below it.

    `kind` says how to read the value: "html" as HTML, "joined" as parts of one paragraph, "" as it
    looks.
    """

    key: str
    path: Path
    kind: str = ""


def find_steps(path: str, keys: Mapping[str, Sequence[str]]) -> list[Step]:
    """The steps that a path of a key set or of `--map` stands for; `keys` are the keys of the
    record by their normal form.

    A key may itself contain dots ("source.name"), as in flattened records.
    """
    kind, heads = _parse_path(path)
    for head, normal, below in heads:
        if normal in keys:
            # Of several keys with one normal form, the key as written comes first.
            return [Step(key, below, kind) for key in sorted(keys[normal], key=lambda key: key != head)]
    return []


@lru_cache(maxsize=1024)  # without it records that all have different keys take 3.9 times as long
def _parse_path(path: str) -> tuple[str, tuple[tuple[str, str, Path], ...]]:
    """The kind of a path, and the keys that it may begin with, the longest first.

    Each key is given as written and in normal form, with the rest of the path.
    """
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
    """The value at a path, or None. For a list, the values at the path in each of its items."""
    for number, part in enumerate(path):
        if isinstance(part, Items):
            value = [item for item in value if part.matches(item)] if isinstance(value, list) else None
        elif isinstance(value, list):
            found = (value_at(item, path[number:]) for item in value)
            return [one for one in found if not is_empty(one)] or None
        elif isinstance(value, dict):
            key = _find_key(value, part)
            value = None if key is None else value[key]
        else:
            return None
    return value


def _find_key(record: dict[str, Any], key: str) -> str | None:
    """The key of an object that a part of a path stands for: the same key, else one with the same
    normal form."""
    if key in record:
        return key
    normal = normal_key(key)
    return next((other for other in record if normal_key(other) == normal), None)


def is_empty(value: Any) -> bool:
    """Whether a value is null, blank, or a list or object without items."""
    if isinstance(value, str):
        return not value or (value.isspace() and "\x85" not in value)  # an ellipsis in windows-1252
    return value is None or value == [] or value == {}


def without_all(value: Any) -> Any:
    """Nothing is left of a value that a field used as a whole."""
    return None


def without_consumed(value: Any, consumed: Iterable[Consumed]) -> Any:
    """A value without the parts that fields used, or None if nothing is left.

    An item that a path chose by an attribute also loses that attribute, as the field implies it.
    """
    below = []
    for path, remove in consumed:
        if path:
            below.append((path, remove))
        else:
            value = remove(value)
    if is_empty(value):
        return None
    if below and isinstance(value, list):
        return [left for one in value if not is_empty(left := _item_without_consumed(one, below))] or None
    if below and isinstance(value, dict):
        inside: dict[str, list[Consumed]] = {}
        for path, remove in below:
            key = _find_key(value, path[0]) if isinstance(path[0], str) else None
            if key is not None:
                inside.setdefault(key, []).append((path[1:], remove))
        left = {key: without_consumed(one, inside[key]) if key in inside else one for key, one in value.items()}
        return {key: one for key, one in left.items() if not is_empty(one)} or None
    return value


def _item_without_consumed(item: Any, consumed: list[Consumed]) -> Any:
    """What is left of an item of a list."""
    below = []
    implied = set()
    for path, remove in consumed:
        head = path[0]
        if not isinstance(head, Items):
            below.append((path, remove))
        elif head.matches(item) and not is_empty(value_at(item, path[1:])):
            below.append((path[1:], remove))
            implied.add(head.attribute)
    below = [(path, remove) for path, remove in below if not is_empty(value_at(item, path))]
    if implied:
        item = {key: value for key, value in item.items() if key not in implied}
    return without_consumed(item, below)


def longest_text(key: str, value: Any) -> tuple[int, str]:
    """The length of the longest text at or below a key, in characters, and its path.

    Texts at one path in the items of a list count as one. A string without blanks, such as a URL,
    is no text.
    """
    lengths: dict[str, int] = {"": 0}
    _measure_texts(value, key, _MAX_DEPTH, lengths)
    path = max(lengths, key=lengths.__getitem__)
    return lengths[path], path


def _measure_texts(value: Any, path: str, levels: int, lengths: dict[str, int]) -> None:
    if isinstance(value, str):
        if " " in value or not value.isascii():
            lengths[path] = lengths.get(path, 0) + len(value)
    elif isinstance(value, list) and levels:
        for item in value:
            _measure_texts(item, path, levels - 1, lengths)
    elif isinstance(value, dict) and levels:
        for key, below in value.items():
            _measure_texts(below, f"{path}.{key}", levels - 1, lengths)
