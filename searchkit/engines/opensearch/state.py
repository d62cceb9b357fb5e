"""Reads what an archive remembers beside its articles, and makes the documents of it: the numbers
of runs, roots, the states of their files, and tombstones (see `mapping.state_content`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, NoReturn, TypeVar
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

Parsed = TypeVar("Parsed")

_PAGE = 2_000
"""Documents that are read at once: that of a file may have ten thousand failures."""
_RESTORE = "restore it from a snapshot of the cluster, or add the articles to a new archive"


class RunState(NamedTuple):
    """The document `run`: the number of the last run, and how many commits changed something."""

    number: int
    generation: int


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
        try:
            found = self.cluster.request("GET", f"/{self.name}/_doc/run")
        except RequestRefused as error:
            self.refuse(error)
        return self.check_run(found.get("_source"))

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
        roots: list[RememberedRoot] = []
        tombstones: dict[str, str | None] = {}
        for found in self._read(("root", "tombstone"), _root_or_tombstone_of):
            if isinstance(found, RememberedRoot):
                roots.append(found)
            else:
                tombstones[found[0]] = found[1]
        files = self.read_files(roots) if with_files else None
        return SyncState(tuple(sorted(roots, key=lambda root: root.label)), tombstones, files)

    def read_files(self, roots: Iterable[RememberedRoot]) -> FileStates:
        """The states of the files of roots, and of what could not be listed. Raises CorruptIndex,
        StorageError."""
        states: FileStates = {root.label: {} for root in roots}
        for label, path, state in self._read(("file",), _file_of):
            states.setdefault(label, {})[path] = state
        return states

    def _read(self, kinds: Sequence[str], parse: Callable[[Any], Parsed]) -> Iterator[Parsed]:
        """What is parsed of all documents of some kinds. Raises CorruptIndex, StorageError."""
        body = {"query": {"terms": {"kind": kinds}}, "sort": ["id"]}
        for hits in self._searcher.scan(body, _PAGE):
            for hit in hits:
                try:
                    parsed = parse(hit["_source"])
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    which = f"its document {hit['_id']}, of the kind {hit['_source'].get('kind')}"
                    raise self.damaged(f"{which}, has not what it should have; delete it, or {_RESTORE}") from error
                yield parsed


def _root_or_tombstone_of(source: Any) -> RememberedRoot | tuple[str, str | None]:
    if source["kind"] == "tombstone":
        return source["id"], source.get("origin", "")
    found = source["content"]
    options = {str(name): tuple(map(str, values)) for name, values in found["options"].items()}
    return RememberedRoot(str(found["label"]), str(found["path"]), options)


def _file_of(source: Any) -> tuple[str, str, FileState]:
    found = source["content"]
    return str(found["label"]), str(found["path"]), file_state_from_json(found["state"])


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
    return file_id(label, path), orjson.dumps({"kind": "file", "id": _file_key(label, path), "content": content})


def tombstone_id(article_id: str) -> str:
    """The `_id` of a tombstone."""
    return f"tombstone-{document_id(article_id)}"


def root_id(label: str) -> str:
    """The `_id` of a root."""
    return f"root-{document_id(label)}"


def file_id(label: str, path: str) -> str:
    """The `_id` of the state of a file."""
    return f"file-{_file_key(label, path)}"


def _file_key(label: str, path: str) -> str:
    """What the states of files are sorted by: as long as it is, whatever the path is."""
    return document_id(f"{label}/{path}")
