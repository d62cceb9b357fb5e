"""Finds the element of a record in XML of an unknown kind, by the beginning of the document."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from searchkit.corpus.key_sets import FIELD_KEYS, normal_key

_TAG = re.compile(
    rb"""<(?:(?:!--(?:.*?-->|.*)|!\[CDATA\[(?:.*?\]\]>|.*)|\?(?:.*?\?>|.*)|![A-Za-z][^>\[]*+(?:\[[^\]]*+\]\s*+)?(?:>|\Z))
    |(/?)([A-Za-z_][\w.:-]*+)((?:[^<>"'/]++|/(?!>)|"[^"<]*+"|'[^'<]*+')*+)(/?)>)""",
    re.X | re.DOTALL,
)
"""What has no end reaches to the end of the text: an end is not looked for at each beginning."""
_ATTRIBUTE = re.compile(rb"""([\w.:-]++)\s*+=\s*+["']""")
_NAME = re.compile(rb"""\sname\s*+=\s*+["']([^"'<]{1,80})["']""")
MAX_TAGS = 50_000
"""Maximum number of tags that are looked at."""
MAX_DEPTH = 5
"""Maximum depth of a record; the root has depth 1."""
FIELD_ELEMENTS = frozenset(
    ("field", "column", "col", "str", "arr", "int", "long", "date", "double", "float", "bool", "value")
)
"""Elements whose attribute `name` is the key: dumps of MySQL and of Solr."""
FIELD_NAMES = {name: frozenset(normal_key(key) for key in keys.split()) for name, keys in FIELD_KEYS.items()}
_ALL_FIELDS = frozenset().union(*FIELD_NAMES.values()) - {"name"}


@dataclass(slots=True)
class _Kind:
    """The elements at one path: how many there are, and the keys in them."""

    path: tuple[str, ...]
    count: int = 0
    keys: set[str] = field(default_factory=set)
    is_record: bool = False


def record_name(start: bytes, mapped: Collection[str]) -> str:
    """The local name of the elements that are records, "" if the whole document is one.

    `mapped` are the first keys of the paths of `--map`, in normal form. Without them records have
    keys that are usual names of fields; of several kinds the one with a title or a text counts,
    nearest to the root.
    """
    kinds = _outline(start)
    if not kinds:
        return ""
    root = kinds[0]
    by_path = {kind.path: kind for kind in kinds}
    for kind in reversed(kinds):  # those inside come behind
        if _is_record(kind):
            kind.is_record = True
            above = by_path.get(kind.path[:-1])
            if above is not None:  # a damaged document may have several roots
                above.keys.discard(normal_key(kind.path[-1]))
    if mapped:
        found = [kind for kind in kinds if kind.keys & set(mapped)]
        best = max(found, key=lambda kind: (len(kind.keys & set(mapped)), -len(kind.path)), default=root)
        return best.path[-1]
    found = [kind for kind in kinds if kind.is_record]
    several = [kind for kind in found if kind.count > 1] or found
    best = min(several, key=lambda kind: (len(kind.path), -len(kind.keys & _ALL_FIELDS)), default=root)
    return best.path[-1]


def _is_record(kind: _Kind) -> bool:
    """Whether elements may be records: they hold a field of a text, and another field."""
    fields = {name for name, keys in FIELD_NAMES.items() if kind.keys & (keys & _ALL_FIELDS)}
    return bool(fields & {"title", "body"}) and len(fields) > 1


def _outline(start: bytes) -> list[_Kind]:
    """The kinds of elements down to MAX_DEPTH, the root first."""
    kinds: dict[tuple[str, ...], _Kind] = {}
    path: list[str] = []
    for number, tag in enumerate(_TAG.finditer(start)):
        if number >= MAX_TAGS:
            break
        if tag[2] is None:
            continue
        if tag[1]:
            if path:
                path.pop()
            continue
        name = tag[2].decode("utf-8", "replace").rpartition(":")[2]
        key = name
        if name in FIELD_ELEMENTS and (named := _NAME.search(b" " + tag[3])):
            key = named[1].decode("utf-8", "replace")
        if path and len(path) <= MAX_DEPTH:
            kinds[tuple(path)].keys.add(normal_key(key))
        path.append(name)
        if len(path) <= MAX_DEPTH:
            kind = kinds.setdefault(tuple(path), _Kind(tuple(path)))
            kind.count += 1
            kind.keys.update(normal_key(one.decode("utf-8", "replace")) for one in _ATTRIBUTE.findall(tag[3]))
        if tag[4]:
            path.pop()
    return list(kinds.values())
