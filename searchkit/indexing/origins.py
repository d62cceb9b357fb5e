"""Which files did the articles of an index come from? Known from the segments, when the list of files is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np

from searchkit.arrays import Bools
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex
from searchkit.indexing.location import Location
from searchkit.indexing.manifest import FileState, FileStates, Manifest

Live = Bools | None
"""Which documents of a segment live (None: all)."""
NEVER_READ = FileState(-1, -1, 0)
"""The state of a file that the next run has to read, whatever it is like now."""


def known_states(
    location: Location, manifest: Manifest, segments: Callable[[], Iterable[tuple[SegmentReader, Live]]]
) -> tuple[FileStates, CorruptIndex | None]:
    """The state of the roots' files as it was committed; where that is damaged, what `segments` name, and the damage."""
    try:
        return location.file_states(manifest), None
    except CorruptIndex as damage:
        # Every file is read again then; what came from files that are gone is still known.
        return states_of_origins([root.label for root in manifest.roots], segments()), damage


def states_of_origins(labels: Sequence[str], segments: Iterable[tuple[SegmentReader, Live]]) -> FileStates:
    """The files of roots as far as living articles name them; the next run reads all of them.

    Slow twin: look at each article's origin.
    """
    counts: Counter[str] = Counter()
    for reader, live in segments:
        column = reader.value_column("origin.value")
        numbers = column.ordinals if live is None else column.ordinals[live]
        names = ["", *(name.decode() for name in column.dictionary.tolist())]
        of_name = np.bincount(numbers, minlength=len(names)).tolist()
        counts.update({name: count for name, count in zip(names, of_name, strict=True) if count})
    states: FileStates = {label: {} for label in labels}
    for origin, count in counts.items():
        label, path = file_of(origin)
        if label in states:
            states[label][path] = FileState(-1, -1, count)
    return states


def origin_of(label: str, path: str) -> str:
    """What an article remembers of the file that it was read from."""
    return f"{label}/{path}" if path else label


def file_of(origin: str) -> tuple[str, str]:
    """The root's label and the path in it of what an article remembers of its file."""
    label, _, path = origin.partition("/")
    return label, path


def unlisted_of(label: str) -> str:
    """Where the states of files have what could not be listed of a root: as problems of a file "", which is none. A label
    of its own, for no root has one with a "/"."""
    return f"/{label}"


def forget_unlisted(states: FileStates, labels: Container[str]) -> None:
    """Forget what could not be listed of roots that there are no more."""
    for key in [key for key in states if key.startswith("/") and key[1:] not in labels]:
        del states[key]


def to_read_again(states: FileStates, origins: Iterable[str]) -> None:
    """Let the next run read the files again that these origins name."""
    for origin in origins:
        label, path = file_of(origin)
        if label in states:
            before = states[label].get(path, NEVER_READ)
            states[label][path] = FileState(-1, -1, before.articles)
