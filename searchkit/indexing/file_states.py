"""Keeps the states of the roots' files, and the origin by which an article remembers its file.

When the list of states is damaged, it is made again from the origins of the articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence

import numpy as np

from searchkit.arrays import Bools
from searchkit.codec.reader import SegmentReader
from searchkit.errors import CorruptIndex
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.manifest import FileState, FileStates, Manifest

LiveDocs = Bools | None
"""Which documents of a segment are not deleted (None: all)."""
NEVER_READ = FileState(-1, -1, 0)
"""The state of a file that the next run has to read, whatever its size and time are."""


def load_file_states(
    index_folder: IndexFolder, manifest: Manifest, open_segments: Callable[[], Iterable[tuple[SegmentReader, LiveDocs]]]
) -> tuple[FileStates, CorruptIndex | None]:
    """The committed states of the roots' files; where they are damaged, those that the segments
    tell, and the damage."""
    try:
        return index_folder.read_file_states(manifest), None
    except CorruptIndex as damage:
        # Every file is read again then; which articles came from files that are gone is still
        # known.
        return rebuild_file_states([root.label for root in manifest.roots], open_segments()), damage


def rebuild_file_states(labels: Sequence[str], segments: Iterable[tuple[SegmentReader, LiveDocs]]) -> FileStates:
    """The files of roots that live articles came from; the next run reads all of them.

    Reference implementation: look at each article's origin.
    """
    counts: Counter[str] = Counter()
    for reader, live in segments:
        column = reader.value_column("origin.value")
        value_numbers = column.ordinals if live is None else column.ordinals[live]
        origins = ["", *(value.decode() for value in column.dictionary.tolist())]
        value_counts = np.bincount(value_numbers, minlength=len(origins)).tolist()
        counts.update({origin: count for origin, count in zip(origins, value_counts, strict=True) if count})
    states: FileStates = {label: {} for label in labels}
    for origin, count in counts.items():
        label, path = parse_origin(origin)
        if label in states:
            states[label][path] = FileState(-1, -1, count)
    return states


def make_origin(label: str, path: str) -> str:
    """The origin of the articles of a file, given its root's label and its path there."""
    return f"{label}/{path}" if path else label


def parse_origin(origin: str) -> tuple[str, str]:
    """The root's label and the path there of an origin."""
    label, _, path = origin.partition("/")
    return label, path


def unlisted_key(label: str) -> str:
    """The key in FileStates under which a root's listing failures are remembered, as those of a
    file "". No root has it as its label, for labels have no "/"."""
    return f"/{label}"


def forget_unlisted(states: FileStates, labels: Container[str]) -> None:
    """Forget the listing failures of roots that are not remembered any more."""
    for key in [key for key in states if key.startswith("/") and key[1:] not in labels]:
        del states[key]


def mark_to_reread(states: FileStates, origins: Iterable[str]) -> None:
    """Have the next run read the files of these origins."""
    for origin in origins:
        label, path = parse_origin(origin)
        if label in states:
            before = states[label].get(path, NEVER_READ)
            states[label][path] = FileState(-1, -1, before.articles)
