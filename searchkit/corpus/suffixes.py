"""Finds the formats of a file by the suffixes of its name: of its packing, and of the format
below."""

from __future__ import annotations

from searchkit.corpus.formats import SUFFIXES, Format, ReaderUnavailable, find_format, formats_with_suffix, load_reader
from searchkit.corpus.options import ReadOptions

PACKED = (".gz", ".bz2", ".xz")
ARCHIVES = (".zip", ".tar")
"""Suffixes of packed files and of archives."""
SHORT_SUFFIXES = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz"}


def split_packing(name: str) -> tuple[str, tuple[str, ...]]:
    """Split a file's name into the name without packing, and the suffixes of packing, the outermost
    first."""
    lower = name.lower()
    for short, long in SHORT_SUFFIXES.items():
        if lower.endswith(short):
            name, lower = name[: -len(short)] + long, lower[: -len(short)] + long
    outer: list[str] = []
    while True:
        suffix = next((s for s in (*PACKED, *ARCHIVES) if lower.endswith(s) and len(lower) > len(s)), None)
        if suffix is None:
            return name, tuple(outer)
        outer.append(suffix)
        name, lower = name[: -len(suffix)], lower[: -len(suffix)]
        if suffix in ARCHIVES:
            return name, tuple(outer)


def formats_for_name(name: str, options: ReadOptions) -> tuple[Format, ...]:
    """The formats that a file that is not packed may have; none if no reader takes it."""
    if options.format:
        return (find_format(options.format),)
    dot = name.rfind(".")
    return formats_with_suffix(name[dot:].lower()) if dot > 0 else ()


def has_reader(name: str, options: ReadOptions) -> bool:
    """Whether a file of this name is read: it has a format, or is an archive that may hold such
    files."""
    if name[name.rfind(".") :].lower() in SUFFIXES and name.rfind(".") > 0:
        return True  # the usual case; large folders are listed faster so
    inner, packing = split_packing(name)
    return bool(set(packing) & set(ARCHIVES)) or bool(formats_for_name(inner, options))


def why_unavailable(name: str, options: ReadOptions) -> str:
    """Why no reader of a file that is not packed can be loaded; "" if one can."""
    reasons = []
    for row in formats_for_name(name, options):
        if not (row.extra or row.package):
            return ""  # our own formats need no check
        try:
            load_reader(row)
        except ReaderUnavailable as error:
            reasons.append(str(error))
        else:
            return ""
    return reasons[0] if reasons else ""


def suffix_of(name: str) -> str:
    """The suffix of a file below its packing, in small letters, for counting files that no reader
    takes."""
    inner, packing = split_packing(name)
    dot = inner.rfind(".")
    if dot > 0:
        return inner[dot:].lower()
    return packing[0] if packing else "(none)"
