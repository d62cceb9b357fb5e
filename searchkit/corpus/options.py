"""How is a root read? The reading options that an index remembers of each root."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from searchkit.corpus.limits import LIMITS, Limits
from searchkit.errors import OptionError

FORMATS = ("text", "jsonl", "reuters")
MAPPED = ("id", "title", "body", "date", "authors", "source", "section", "topics", "language", "url")
"""Fields of an article that data can be mapped to."""

_HALVES = re.compile("[\ud800-\udfff]")
NO_OTHERS = Limits()
"""The limits where none are given."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`include` and `exclude` are globs on the path in the root (on the file's name when the glob has no "/"), `map`
    pairs of an article's field and the data's key for it, `format` reads every file as that format; `limits` say what
    is too large to be read."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    map: tuple[tuple[str, str], ...] = ()
    format: str = ""
    limits: Limits = NO_OTHERS

    @classmethod
    def from_mapping(cls, options: Mapping[str, Sequence[str]]) -> ReadOptions:
        """Read options as texts (`map` entries are "body=text"; a text alone counts as one). Raises OptionError."""
        known = ("include", "exclude", "map", "format", *LIMITS)
        unknown = sorted(set(options) - set(known))
        if unknown:
            raise OptionError(f'unknown reading option "{unknown[0]}"; expected one of {", ".join(known)}')
        # A text is a sequence of texts too: "text" must not become "t", "e", "x", "t".
        options = {name: (values,) if isinstance(values, str) else tuple(values) for name, values in options.items()}
        for name, values in options.items():
            if any(_HALVES.search(value) for value in values):
                raise OptionError(f"{name} is not UTF-8; use ? or * where a name is not")
        pairs = []
        for entry in options.get("map", ()):
            name, equals, key = (part.strip() for part in entry.partition("="))
            if not equals or name not in MAPPED or not key:
                raise OptionError(f'"{entry}" is no mapping; expected FIELD=KEY with FIELD one of {", ".join(MAPPED)}')
            pairs.append((name, key))
        formats = [name for name in options.get("format", ()) if name]
        if len(formats) > 1 or not set(formats) <= set(FORMATS):
            raise OptionError(f'"{", ".join(formats)}" is no format; expected one of {", ".join(FORMATS)}')
        return cls(
            tuple(glob for glob in options.get("include", ()) if glob),
            tuple(glob for glob in options.get("exclude", ()) if glob),
            tuple(pairs),
            formats[0] if formats else "",
            Limits.from_mapping(options),
        )

    def as_mapping(self) -> dict[str, tuple[str, ...]]:
        """The options as texts; empty ones are left out."""
        found = {
            "include": self.include,
            "exclude": self.exclude,
            "map": tuple(f"{name}={key}" for name, key in self.map),
            "format": (self.format,) if self.format else (),
            **self.limits.as_mapping(),
        }
        return {name: values for name, values in found.items() if values}
