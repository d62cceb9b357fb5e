"""Finds the formats of a file by the suffixes of its name: of its packing, and of the format
below."""

from __future__ import annotations

import re

from searchkit.corpus.format_row import Format
from searchkit.corpus.formats import SUFFIXES, ReaderUnavailable, find_format, formats_with_suffix, load_reader
from searchkit.corpus.options import ReadOptions

PACKED = (".gz", ".bz2", ".xz")
ARCHIVES = (".zip", ".tar")
"""Suffixes of packed files and of archives."""
_README = re.compile(r"readme_|read[ _-]?me(?:[ _-]?(?:first|\d+)|[ _.-][a-z]{2}(?:[_-][a-z]{2})?)?(?:\.|$)", re.I)
"""Names of files that describe others; not the headline "Read me a bedtime story"."""
_NEVER_ARTICLES = frozenset(
    re.findall(
        r"\S+",
        ".jpg .jpeg .png .gif .bmp .tif .tiff .webp .svg .ico .jp2 .heic .mp3 .mp4 .m4a .wav .ogg .avi .mov .mkv .webm .flv"
        " .css .js .mjs .map .py .pyc .c .h .cpp .java .class .jar .sh .so .o .a .exe .dll .bin .iso .img .woff .woff2 .ttf"
        " .otf .eot .npy .npz .pkl .idx .db-wal .db-shm .lock .swp .bak .tmp .part",
    )
)
"""Suffixes of files that are not looked into: pictures, sound, programs."""
SHORT_SUFFIXES = {".tgz": ".tar.gz", ".tbz2": ".tar.bz2", ".tbz": ".tar.bz2", ".txz": ".tar.xz"}


def split_packing(name: str) -> tuple[str, tuple[str, ...]]:
    """Split a file's name into the name without packing, and the suffixes of packing, the outermost
    first."""
    lower = name.lower()
    short = lower[lower.rfind(".") :]
    if long := SHORT_SUFFIXES.get(short):
        name, lower = name[: -len(short)] + long, lower[: -len(short)] + long
    outer: list[str] = []
    while True:
        dot = lower.rfind(".")
        suffix = lower[dot:]
        if dot <= 0 or (suffix not in PACKED and suffix not in ARCHIVES):
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


def is_readme(name: str) -> bool:
    """Whether a file describes the files beside it: "README", "readme.txt", "ReadMe_first.md",
    "README-de.txt"."""
    return name[:1] in "Rr" and _README.match(name) is not None


def may_be_recognised(name: str, options: ReadOptions) -> bool:
    """Whether a file that no format claims by its suffix is to be looked into: it may have the
    signature of one."""
    return not options.format and suffix_of(name) not in _NEVER_ARTICLES


def why_unavailable(name: str, options: ReadOptions) -> str:
    """Why no reader of a file that is not packed can be loaded; "" if one can."""
    reasons = []
    for row in formats_for_name(name, options):
        if not row.package:
            return missing_reason(row)  # to load a reader of ours takes up to a second
        try:
            load_reader(row)
        except ReaderUnavailable as error:
            reasons.append(str(error))
        else:
            return ""
    return reasons[0] if reasons else ""


def missing_reason(row: Format) -> str:
    """What to install to read a format of ours, "" if all of it is there."""
    return f"to read {row.title}: {row.install_command}" if row.missing_packages() else ""


def suffix_of(name: str) -> str:
    """The suffix of a file below its packing, in small letters, for counting files that no reader
    takes."""
    inner, packing = split_packing(name)
    dot = inner.rfind(".")
    if dot > 0:
        return inner[dot:].lower()
    return packing[0] if packing else "(none)"
