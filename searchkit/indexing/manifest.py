"""Encodes what a generation holds beside Whoosh's TOC: settings, segments, roots, the states of
their files, tombstones.

Two files of JSON. `_MAIN_N.json`, the manifest of generation N, is read whenever the index is
opened. `_MAIN_M.files` has the states of files, which may be large. The manifest names it; M is the
generation that last changed them. It is not read for a search. Other Whoosh programs remove neither
file when they clean up.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import xxhash

from searchkit.analysis import ANALYSIS_VERSION, LANGUAGES, snowball_version
from searchkit.errors import CorruptIndex, IndexMismatch
from searchkit.frozen import frozen
from searchkit.reports import Failure

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

FORMAT = 3
"""The format of both files: 1 had no segments of our own, 2 no checksum of the manifest in the
manifest. It is raised when an older searchkit could not read them correctly."""
OLDEST = 2
"""The oldest format that is read."""

_NAME = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.]*)?")


class FileState(NamedTuple):
    """A file of a root as it was when it was last read: its size (bytes), its time of change
    (nanoseconds), how many articles came from it, and what could not be read (no failure is `new`
    here).

    A `modified_ns` of -1 has the next run read the file, changed or not. `displaced` says that
    another file provides the article of one of its ids.
    """

    size: int
    modified_ns: int
    articles: int
    failures: tuple[Failure, ...] = ()
    displaced: bool = False


@dataclass(frozen=True, slots=True)
class RememberedRoot:
    """A remembered root: where it lies and how it is read."""

    label: str
    path: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@frozen
class SegmentEntry:
    """A segment of a generation: its id, the number of its documents, and the file that says which
    are deleted ("" if none are), with that file's checksum."""

    id: str
    doc_count: int
    deletions_name: str = ""
    deletions_checksum: str = ""


FileStates = dict[str, dict[str, FileState]]
"""The files of each root: label of the root, path in the root, state. `file_states.unlisted_key`
makes further keys, for what could not be listed."""

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
    roots: tuple[RememberedRoot, ...] = ()
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

    def check_analysis(self, path: Path) -> None:
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
        checksum.

        Some keys are older than the names in Python: "withheld" are the tombstones, "withheld_from"
        their origins, and "passed_over" the abandoned generations.
        """
        fields = {
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
                {"id": s.id, "docs": s.doc_count, "deletions": s.deletions_name, "checksum": s.deletions_checksum}
                for s in self.segments
            ],
            "passed_over": list(self.abandoned),
        }
        return _add_checksum(fields)

    @classmethod
    def from_bytes(cls, data: bytes, path: Path) -> tuple[Manifest, str]:
        """The manifest and the checksum of its TOC. Raises CorruptIndex, IndexMismatch."""
        fields = _parse_checked(data, path, has_checksum=True)
        try:
            settings = fields["settings"]
            roots = tuple(
                RememberedRoot(
                    str(r["label"]), str(r["path"]), {str(k): tuple(map(str, v)) for k, v in r["options"].items()}
                )
                for r in fields["roots"]
            )
            files, checksum = str(fields["files"]), str(fields.get("files_checksum", ""))
            segments = tuple(
                SegmentEntry(str(s["id"]), int(s["docs"]), str(s["deletions"]), str(s["checksum"]))
                for s in fields["segments"]
            )
            for name in (files, *(s.deletions_name for s in segments), *(s.id for s in segments)):
                if not _NAME.fullmatch(name):
                    raise ValueError("it names a file outside the index")
            manifest = cls(
                str(settings["language"]),
                int(settings["analysis"]),
                str(settings["snowball"]),
                roots,
                _read_tombstones(fields),
                files,
                checksum,
                segments,
                tuple(map(int, fields.get("passed_over", ()))),
            )
            return manifest, str(fields["toc"])
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise CorruptIndex(str(path), f"a part of it is missing or wrong ({error})") from error


def _read_tombstones(fields: Mapping[str, Any]) -> dict[str, str | None]:
    ids = [str(article_id) for article_id in fields["withheld"]]
    origins = [None if origin is None else str(origin) for origin in fields.get("withheld_from", [None] * len(ids))]
    return dict(zip(ids, origins, strict=True))


def file_states_to_bytes(states: FileStates) -> bytes:
    """The states of all files as JSON. Their checksum stands in the manifest."""
    return orjson.dumps(
        {
            "format": FORMAT,
            "roots": {
                label: {path: file_state_to_json(state) for path, state in files.items()} for label, files in states.items()
            },
        }
    )


def file_states_from_bytes(data: bytes, source: Path) -> FileStates:
    """The states that `file_states_to_bytes` wrote into the file `source`. Raises CorruptIndex,
    IndexMismatch."""
    fields = _parse_checked(data, source, has_checksum=False)
    try:
        return {
            str(label): {str(path): file_state_from_json(state) for path, state in files.items()}
            for label, files in fields["roots"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CorruptIndex(str(source), f"a part of it is missing or wrong ({error})") from error


def file_state_to_json(state: FileState) -> list[Any]:
    """The state of a file as a list that JSON can hold."""
    failures = [[failure.path, failure.place, failure.reason] for failure in state.failures]
    return [state.size, state.modified_ns, state.articles, failures, state.displaced]


def file_state_from_json(values: Sequence[Any]) -> FileState:
    """The state that `file_state_to_json` made a list of. Raises TypeError, ValueError."""
    size, modified_ns, article_count, failures, displaced = values
    return FileState(
        int(size),
        int(modified_ns),
        int(article_count),
        tuple(Failure(str(failed), str(reason), str(place), new=False) for failed, place, reason in failures),
        bool(displaced),
    )


def compute_checksum(data: bytes) -> str:
    """A checksum of 128 bits (xxh3). It detects damage, not forgery."""
    return xxhash.xxh3_128_hexdigest(data)


_CHECKSUM_KEY = "checksum"


def _add_checksum(fields: dict[str, Any]) -> bytes:
    """Fields as JSON, with a checksum of them all."""
    return orjson.dumps({**fields, _CHECKSUM_KEY: compute_checksum(orjson.dumps(fields))}, option=orjson.OPT_INDENT_2)


def _parse_checked(data: bytes, path: Path, *, has_checksum: bool) -> dict[str, Any]:
    """The fields in some JSON, after its format was checked, and its checksum if it has one.

    `has_checksum` says that the file `path` has to have one from format 3 on. Raises CorruptIndex,
    IndexMismatch.
    """
    try:
        fields = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise CorruptIndex(str(path), f"it is no JSON ({error})") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("format"), int):
        raise CorruptIndex(str(path), "it is no manifest")
    checksum = fields.pop(_CHECKSUM_KEY, None)
    if checksum is not None and checksum != compute_checksum(orjson.dumps(fields)):
        raise CorruptIndex(str(path), "it does not have the checksum it was written with")
    if fields["format"] < OLDEST:
        raise IndexMismatch(f"{path} has format {fields['format']}, which this version no longer reads; index the"
                            " articles again into a new folder")  # fmt: skip
    if fields["format"] > FORMAT:
        raise IndexMismatch(f"{path} has format {fields['format']}, newer than {FORMAT}: install a newer searchkit")
    if fields["format"] == FORMAT and checksum is None and has_checksum:
        raise CorruptIndex(str(path), "its checksum is missing")
    return fields
