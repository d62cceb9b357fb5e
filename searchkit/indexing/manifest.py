"""What searchkit knows of a generation beside Whoosh's TOC: settings, roots, the state of their files, deleted ids.

Two files of JSON: `_MAIN_N.json`, read whenever the index is opened, and the larger `_MAIN_M.files`, named by it and
read only when roots are brought up to date. Both names survive the clean-up of other Whoosh programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import xxhash

from searchkit.analysis import ANALYSIS_VERSION, LANGUAGES, snowball_version
from searchkit.errors import CorruptIndex, IndexMismatch
from searchkit.frozen import frozen

FORMAT = 3
"""Of both files (1 had no segments of our own, 2 no checksums of themselves). Raised when an older searchkit could not
read them rightly."""
OLDEST = 2
"""The oldest format that is read."""

_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.]*)?")

Problem = tuple[str, str, str]
"""Path, place and reason of a file that could not be read."""


class FileState(NamedTuple):
    """A file of a root as it was when last read: its size (bytes), time (nanoseconds), articles and problems.

    `displaced` says that an article of it gave way to another one with the same id.
    """

    size: int
    modified_ns: int
    articles: int
    problems: tuple[Problem, ...] = ()
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class RootRecord:
    """A remembered root: where it lies and how it is read."""

    label: str
    path: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@frozen
class SegmentEntry:
    """A segment of a generation: its id, its documents, and the file that says which are deleted ("": none), with its
    checksum."""

    id: str
    docs: int
    deletions: str = ""
    checksum: str = ""


FileStates = dict[str, dict[str, FileState]]
"""Of each root (by label) its files, by their path in the root."""

Withheld = Mapping[str, str | None]
"""Ids of deleted articles, which runs leave out, and the file that each came from, as articles remember it: "" for an
article of no root, None where an older searchkit did not remember it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The settings and memory of a generation.

    `passed_over` are damaged generations that it was made without: what only they hold is missing.
    """

    language: str
    analysis: int = ANALYSIS_VERSION
    snowball: str = ""
    roots: tuple[RootRecord, ...] = ()
    withheld: Withheld = field(default_factory=dict)
    files_name: str = ""
    files_checksum: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    passed_over: tuple[int, ...] = ()

    @classmethod
    def fresh(cls, language: str) -> Manifest:
        return cls(language, ANALYSIS_VERSION, snowball_version())

    def check_language(self, place: Path) -> None:
        """Raise CorruptIndex for a language that there is not."""
        if self.language not in LANGUAGES:
            raise CorruptIndex(str(place), f"its manifest names a language that is not known, {self.language[:40]!r}")

    def check(self, place: Path) -> None:
        """Raise IndexMismatch when this installation would read texts differently from the index's."""
        here = (ANALYSIS_VERSION, snowball_version())
        if (self.analysis, self.snowball) != here:
            import shlex  # late: for the message alone

            raise IndexMismatch(
                f"{place} was made with analysis {self.analysis} and Snowball {self.snowball}; installed are"
                f" {here[0]} and {here[1]}, which read some words differently; make the index anew with:"
                f" searchkit index --rebuild -i {shlex.quote(str(place))}"
            )

    def to_bytes(self, generation: int, toc: bytes) -> bytes:
        document = {
            "format": FORMAT,
            "generation": generation,
            "toc": digest(toc),
            "settings": {"language": self.language, "analysis": self.analysis, "snowball": self.snowball},
            "roots": [{"label": r.label, "path": r.path, "options": dict(r.options)} for r in self.roots],
            "withheld": sorted(self.withheld),
            "withheld_from": [self.withheld[article_id] for article_id in sorted(self.withheld)],
            "files": self.files_name,
            "files_checksum": self.files_checksum,
            "segments": [
                {"id": s.id, "docs": s.docs, "deletions": s.deletions, "checksum": s.checksum} for s in self.segments
            ],
            "passed_over": list(self.passed_over),
        }
        return _sealed(document)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> tuple[Manifest, str]:
        """The manifest and the checksum of its TOC. Raises CorruptIndex, IndexMismatch."""
        document = _document(data, path)
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
                _withheld(document),
                files,
                checksum,
                segments,
                tuple(map(int, document.get("passed_over", ()))),
            )
            return manifest, str(document["toc"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorruptIndex(str(path), f"a part of it is missing or wrong ({error})") from error


def _withheld(document: Mapping[str, Any]) -> dict[str, str | None]:
    ids = [str(article_id) for article_id in document["withheld"]]
    origins = [None if origin is None else str(origin) for origin in document.get("withheld_from", [None] * len(ids))]
    return dict(zip(ids, origins, strict=True))


def files_to_bytes(states: FileStates) -> bytes:
    """The state of all files, as the second file holds it."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "roots": {
                label: {
                    path: [s.size, s.modified_ns, s.articles, [list(p) for p in s.problems], s.displaced]
                    for path, s in files.items()
                }
                for label, files in states.items()
            },
        }
    )


def files_from_bytes(data: bytes, path: Path) -> FileStates:
    """Raises CorruptIndex, IndexMismatch."""
    document = _document(data, path)
    try:
        return {
            str(label): {
                str(name): FileState(
                    int(size),
                    int(time),
                    int(count),
                    tuple((str(a), str(b), str(c)) for a, b, c in problems) if problems else (),
                    bool(gave),
                )
                for name, (size, time, count, problems, gave) in files.items()
            }
            for label, files in document["roots"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptIndex(str(path), f"a part of it is missing or wrong ({error})") from error


def digest(data: bytes) -> str:
    """A checksum of 128 bits (xxh3): against damage, not against forgers."""
    return xxhash.xxh3_128_hexdigest(data)


_SEAL = "checksum"


def _sealed(document: dict[str, Any]) -> bytes:
    """A document as bytes, with a checksum of all that stands in it."""
    return orjson.dumps({**document, _SEAL: digest(orjson.dumps(document))}, option=orjson.OPT_INDENT_2)


def _document(data: bytes, path: Path) -> dict[str, Any]:
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CorruptIndex(str(path), f"it is no JSON ({error})") from error
    if not isinstance(document, dict) or not isinstance(document.get("format"), int):
        raise CorruptIndex(str(path), "it is no manifest")
    seal = document.pop(_SEAL, None)
    if seal is not None and seal != digest(orjson.dumps(document)):
        raise CorruptIndex(str(path), "it does not have the checksum it was written with")
    if document["format"] < OLDEST:
        raise IndexMismatch(f"{path} has format {document['format']}, which this version reads no more: index the articles"
                            " again into a new folder")  # fmt: skip
    if document["format"] > FORMAT:
        raise IndexMismatch(f"{path} has format {document['format']}, newer than {FORMAT}: install a newer searchkit")
    if document["format"] == FORMAT and seal is None and "settings" in document:
        raise CorruptIndex(str(path), "its checksum is missing")
    return document
