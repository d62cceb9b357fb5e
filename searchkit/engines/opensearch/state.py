"""Reads what an archive remembers beside its articles, and makes the documents of it: the numbers
of runs, roots, the states of their files, and tombstones (see `mapping.state_content`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn, assert_never
from urllib.parse import quote

import orjson

from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.mapping import state_index
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.searching import Searcher
from searchkit.errors import CorruptIndex
from searchkit.indexing.manifest import FileState, FileStates, RememberedRoot, file_state_from_json, file_state_to_json
from searchkit.indexing.store import SyncState

RUN_CHANGES = 2**32
"""The changes that a run may make: versions are the number of the run times this, plus the number
of the change."""
_PAGE = 2_000
"""Documents that are read at once: that of a file may have ten thousand failures."""
_RESTORE = "restore it from a snapshot of the cluster, or add the articles to a new archive"


class RunState(NamedTuple):
    """The document `run`: the number of the last run, and how many commits changed something."""

    number: int
    generation: int


class RememberedDeletion(NamedTuple):
    """A tombstone: the id of the article, and the file that it came from."""

    id: str
    origin: str | None


class RememberedFile(NamedTuple):
    """The state of a file: the label of its root, its path there, and its state."""

    label: str
    path: str
    state: FileState


Remembered = RememberedRoot | RememberedDeletion | RememberedFile
"""What a document holds, except the document `run`."""


class StateIndex:
    """The index of what an archive remembers beside its articles. `name` is the index as it stands
    in the paths of requests. What is read is as of the last refresh of the index, except the
    document `run`."""

    def __init__(self, cluster: Cluster, place: Place) -> None:
        self.cluster, self.place = cluster, place
        self.name = quote(state_index(place.name), safe="")
        self._searcher = Searcher(cluster, self.name)

    def read_run(self) -> RunState:
        """The document `run`. Raises CorruptIndex where it is missing or has other content, and
        StorageError."""
        return self.check_run(self.read_run_document())

    def read_run_document(self) -> Any:
        """The content of the document `run`. Raises CorruptIndex where it is missing, and
        StorageError."""
        try:
            found = self.cluster.request("GET", f"/{self.name}/_doc/run")
        except RequestRefused as error:
            self.refuse(error)
        return found.get("_source")

    def check_run(self, source: object) -> RunState:
        """The numbers in a document `run`. Raises CorruptIndex."""
        found = source if isinstance(source, dict) else {}
        number, generation = found.get("number"), found.get("generation")
        if isinstance(number, int) and isinstance(generation, int):
            return RunState(number, generation)
        raise self.damaged(
            f"expected whole numbers as number and generation of its document run; found {number!r} and {generation!r};"
            f" {_RESTORE}"
        )

    def check_version(self, latest: int) -> None:
        """Raise CorruptIndex where a change that an index has, with the version `latest`, is of a
        run that the archive does not know."""
        run, known = latest // RUN_CHANGES, self.read_run().number if latest else 0
        if run > known:
            raise self.damaged(
                f"it knows runs up to number {known}, but the articles of {self.place.text} were written by runs up to"
                f" {run}, and are newer than what was to be written now; restore both from one snapshot of the cluster"
            )

    def refuse(self, error: RequestRefused) -> NoReturn:
        """Raise the error for a refusal to read or change the document `run`."""
        if error.status != 404:
            raise error
        raise self.damaged(
            f"the index or its document run is missing, though the articles of {self.place.text} are there; {_RESTORE}"
        ) from error

    def damaged(self, reason: str) -> CorruptIndex:
        """The error for a fault of the index."""
        return CorruptIndex(state_index(self.place.name), reason)

    def refresh(self) -> None:
        """Let reads find what was sent. Raises StorageError."""
        self.cluster.request("POST", f"/{self.name}/_refresh", idempotent=True)

    def read(self, *, with_files: bool = False) -> SyncState:
        """The roots, by label, and the tombstones; the states of files only if asked for. Raises
        CorruptIndex, StorageError."""
        roots: dict[str, RememberedRoot] = {}
        tombstones: dict[str, str | None] = {}
        for found in self._read("root", "tombstone"):
            if isinstance(found, RememberedRoot):
                roots[found.label] = found
            elif isinstance(found, RememberedDeletion):
                tombstones[found.id] = found.origin
        files = self.read_files(roots.values()) if with_files else None
        return SyncState(tuple(roots[label] for label in sorted(roots)), tombstones, files)

    def read_files(self, roots: Iterable[RememberedRoot]) -> FileStates:
        """The states of the files of roots, and of what could not be listed. Raises CorruptIndex,
        StorageError."""
        states: FileStates = {root.label: {} for root in roots}
        for found in self._read("file"):
            if isinstance(found, RememberedFile):
                states.setdefault(found.label, {})[found.path] = found.state
        return states

    def _read(self, *kinds: str) -> Iterator[Remembered]:
        """What all documents of some kinds hold; it may come again. Raises CorruptIndex,
        StorageError."""
        for hits in self._searcher.scan_unsorted({"query": {"terms": {"kind": kinds}}}, _PAGE):
            for hit in hits:
                found = parse_document(hit)
                if found is None:
                    which = f"its document {hit['_id']}, of the kind {hit['_source'].get('kind')}"
                    raise self.damaged(
                        f"{which}, has not what it should have; searchkit verify --repair deletes it, or {_RESTORE}"
                    )
                yield found


def parse_document(hit: Mapping[str, Any]) -> Remembered | None:
    """What a document of another kind than `run` holds; None for one that has not what it should
    have."""
    try:
        source = hit["_source"]
        kind, found = source["kind"], source.get("content")
        if kind == "tombstone":
            article_id, origin = source["id"], source.get("origin", "")
            if isinstance(article_id, str) and isinstance(origin, str | None):
                return RememberedDeletion(article_id, origin)
        elif kind == "root":
            options = {str(name): tuple(map(str, values)) for name, values in found["options"].items()}
            return RememberedRoot(str(found["label"]), str(found["path"]), options)
        elif kind == "file":
            return RememberedFile(str(found["label"]), str(found["path"]), file_state_from_json(found["state"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        pass
    return None


def remembered_id(found: Remembered) -> str:
    """The `_id` of the document that holds something."""
    match found:
        case RememberedRoot():
            return root_id(found.label)
        case RememberedDeletion():
            return tombstone_id(found.id)
        case RememberedFile():
            return file_id(found.label, found.path)
        case _:
            assert_never(found)


# The documents: the id of each, and its content as JSON.


def tombstone_document(article_id: str, origin: str | None) -> tuple[str, bytes]:
    """That of a remembered deletion."""
    return tombstone_id(article_id), orjson.dumps({"kind": "tombstone", "id": article_id, "origin": origin})


def root_document(root: RememberedRoot) -> tuple[str, bytes]:
    """That of a root."""
    content = {"label": root.label, "path": root.path, "options": dict(root.options)}
    return root_id(root.label), orjson.dumps({"kind": "root", "id": document_id(root.label), "content": content})


def file_document(label: str, path: str, state: FileState) -> tuple[str, bytes]:
    """That of the state of a file."""
    content = {"label": label, "path": path, "state": file_state_to_json(state)}
    return file_id(label, path), orjson.dumps({"kind": "file", "content": content})


def tombstone_id(article_id: str) -> str:
    """The `_id` of a tombstone."""
    return f"tombstone-{document_id(article_id)}"


def root_id(label: str) -> str:
    """The `_id` of a root."""
    return f"root-{document_id(label)}"


def file_id(label: str, path: str) -> str:
    """The `_id` of the state of a file."""
    return f"file-{document_id(f'{label}/{path}')}"
