"""Encodes what a generation holds beside Whoosh's TOC: settings, segments, roots, the states of
their files, tombstones.

Two files of JSON: `_MAIN_N.json`, read whenever the index is opened, and the larger
`_MAIN_M.files`, named by it and read only when roots are brought up to date. Other Whoosh programs
remove neither when they clean up.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import xxhash

from searchkit.analysis import ANALYSIS_VERSION, LANGUAGES, snowball_version
from searchkit.errors import CorruptIndex, IndexMismatch
from searchkit.frozen import frozen
from searchkit.reports import Failure

FORMAT = 3
"""The format of both files (1 had no segments of our own, 2 no checksums of itself). It is raised
when an older searchkit could not read them correctly."""
OLDEST = 2
"""The oldest format that is read."""

_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.]*)?")


class FileState(NamedTuple):
    """A file of a root as it was when it was last read: its size (bytes), its time of change
    (nanoseconds), how many articles came from it, and what could not be read (no failure is `new`
    here).

    `displaced` says that another file provides the article of one of its ids.
    """

    size: int
    modified_ns: int
    articles: int
    failures: tuple[Failure, ...] = ()
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class RootRecord:
    """A remembered root: where it lies and how it is read."""

    label: str
    path: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@frozen
class SegmentEntry:
    """A segment of a generation: its id, its documents, and the file that says which are deleted
    ("" if none are), with its checksum."""

    id: str
    docs: int
    deletions: str = ""
    checksum: str = ""


FileStates = dict[str, dict[str, FileState]]
"""Of each root (by label) its files, by their path in the root."""

Tombstones = Mapping[str, str | None]
"""The ids of deleted articles, which runs leave out, and the origin of each: "" for an article of
no root, None where an older searchkit did not remember it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settings, roots, tombstones and segments of a generation.

    `abandoned` are damaged generations that a writer went on without: what only they hold is
    missing.
    """

    language: str
    analysis: int = ANALYSIS_VERSION
    snowball: str = ""
    roots: tuple[RootRecord, ...] = ()
    tombstones: Tombstones = field(default_factory=dict)
    files_name: str = ""
    files_checksum: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    abandoned: tuple[int, ...] = ()

    @classmethod
    def fresh(cls, language: str) -> Manifest:
        """The manifest of an empty index, made by this installation."""
        return cls(language, ANALYSIS_VERSION, snowball_version())

    def check_language(self, path: Path) -> None:
        """Raise CorruptIndex for an unknown language."""
        if self.language not in LANGUAGES:
            raise CorruptIndex(str(path), f"its manifest names a language that is not known, {self.language[:40]!r}")

    def check(self, path: Path) -> None:
        """Raise IndexMismatch if this installation analyses texts differently from the one that
        made the index."""
        here = (ANALYSIS_VERSION, snowball_version())
        if (self.analysis, self.snowball) != here:
            raise IndexMismatch(
                f"{path} was made with analysis {self.analysis} and Snowball {self.snowball}; installed are"
                f" {here[0]} and {here[1]}, which read some words differently; rebuild the index with:"
                f" searchkit index --rebuild -i {shlex.quote(str(path))}"
            )

    def to_bytes(self, generation: int, toc: bytes) -> bytes:
        """The manifest as JSON; `toc` are the bytes of the generation's TOC, of which it holds a
        checksum."""
        document = {
            "format": FORMAT,
            "generation": generation,
            "toc": compute_checksum(toc),
            "settings": {"language": self.language, "analysis": self.analysis, "snowball": self.snowball},
            "roots": [{"label": r.label, "path": r.path, "options": dict(r.options)} for r in self.roots],
            "withheld": sorted(self.tombstones),
            "withheld_from": [self.tombstones[article_id] for article_id in sorted(self.tombstones)],
            "files": self.files_name,
            "files_checksum": self.files_checksum,
            "segments": [
                {"id": s.id, "docs": s.docs, "deletions": s.deletions, "checksum": s.checksum} for s in self.segments
            ],
            "passed_over": list(self.abandoned),
        }
        return _seal(document)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> tuple[Manifest, str]:
        """The manifest and the checksum of its TOC. Raises CorruptIndex, IndexMismatch."""
        document = _open_sealed(data, path)
        try:
            settings = document["settings"]
            roots = tuple(
                RootRecord(str(r["label"]), str(r["path"]), {str(k): tuple(map(str, v)) for k, v in r["options"].items()})
                for r in document["roots"]
            )
            files, checksum = str(document["files"]), str(document.get("files_checksum", ""))
            segments = tuple(
                SegmentEntry(str(s["id"]), int(s["docs"]), str(s["deletions"]), str(s["checksum"]))
                for s in document["segments"]
            )
            for name in (files, *(s.deletions for s in segments), *(s.id for s in segments)):
                if not _NAME.fullmatch(name):
                    raise ValueError("it names a file outside the index")
            manifest = cls(
                str(settings["language"]),
                int(settings["analysis"]),
                str(settings["snowball"]),
                roots,
                _read_tombstones(document),
                files,
                checksum,
                segments,
                tuple(map(int, document.get("passed_over", ()))),
            )
            return manifest, str(document["toc"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorruptIndex(str(path), f"a part of it is missing or wrong ({error})") from error


def _read_tombstones(document: Mapping[str, Any]) -> dict[str, str | None]:
    ids = [str(article_id) for article_id in document["withheld"]]
    origins = [None if origin is None else str(origin) for origin in document.get("withheld_from", [None] * len(ids))]
    return dict(zip(ids, origins, strict=True))


def file_states_to_bytes(states: FileStates) -> bytes:
    """The states of all files as JSON."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "roots": {
                label: {
                    path: [s.size, s.modified_ns, s.articles, [[f.path, f.place, f.reason] for f in s.failures], s.displaced]
                    for path, s in files.items()
                }
                for label, files in states.items()
            },
        }
    )


def file_states_from_bytes(data: bytes, path: Path) -> FileStates:
    """The states that `file_states_to_bytes` wrote. Raises CorruptIndex, IndexMismatch."""
    document = _open_sealed(data, path)
    try:
        return {
            str(label): {
                str(name): FileState(
                    int(size),
                    int(time),
                    int(count),
                    tuple(Failure(str(where), str(reason), str(place), new=False) for where, place, reason in failures),
                    bool(displaced),
                )
                for name, (size, time, count, failures, displaced) in files.items()
            }
            for label, files in document["roots"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptIndex(str(path), f"a part of it is missing or wrong ({error})") from error


def compute_checksum(data: bytes) -> str:
    """A checksum of 128 bits (xxh3). It detects damage, not forgery."""
    return xxhash.xxh3_128_hexdigest(data)


_CHECKSUM_KEY = "checksum"


def _seal(document: dict[str, Any]) -> bytes:
    """A document as JSON, with a checksum of everything in it."""
    return orjson.dumps({**document, _CHECKSUM_KEY: compute_checksum(orjson.dumps(document))}, option=orjson.OPT_INDENT_2)


def _open_sealed(data: bytes, path: Path) -> dict[str, Any]:
    """The document in some bytes, after its checksum and format were checked. Raises CorruptIndex,
    IndexMismatch."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CorruptIndex(str(path), f"it is no JSON ({error})") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise CorruptIndex(str(path), "it is no manifest")
    seal = document.pop(_CHECKSUM_KEY, None)
    if seal is not None and seal != compute_checksum(orjson.dumps(document)):
        raise CorruptIndex(str(path), "it does not have the checksum it was written with")
    if document["format"] < OLDEST:
        raise IndexMismatch(f"{path} has format {document['format']}, which this version no longer reads; index the"
                            " articles again into a new folder")  # fmt: skip
    if document["format"] > FORMAT:
        raise IndexMismatch(f"{path} has format {document['format']}, newer than {FORMAT}: install a newer searchkit")
    if document["format"] == FORMAT and seal is None and "settings" in document:
        raise CorruptIndex(str(path), "its checksum is missing")
    return document
