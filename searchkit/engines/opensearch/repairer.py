"""Sends what a repair of an archive changes, some documents at a time.

Before articles are deleted or written anew, their files are marked as files that have to be read:
so the next run brings back what a repair that was cut off has lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.article_indexes import open_article_indexes
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.bulk import BulkSender, Change, make_delete, make_put
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.stage import Stage
from searchkit.engines.opensearch.state import RUN_CHANGES, RememberedFile, file_document, file_id, parse_document
from searchkit.indexing.file_states import NEVER_READ, make_origin, parse_origin
from searchkit.indexing.manifest import FileState
from searchkit.model import Article
from searchkit.reports import Fault

_CHANGES_AT_ONCE = 1_000


class Repairer:
    """Changes articles, and what is remembered beside them, for the run that has the lease.

    `files` are the origins of those that the next run reads, `refused` the faults that the cluster
    would not have repaired.
    """

    def __init__(self, archive: ArchiveIndex, lease: Lease) -> None:
        self._cluster, self._state, self._lease = archive.cluster, archive.state, lease
        self._alias = archive.alias
        # A run that was cut off may have sent what no search finds yet.
        self._cluster.request("POST", f"/{archive.state.name},{archive.alias}/_refresh", idempotent=True)
        self._indexes = open_article_indexes(archive, lease.check)
        self._searcher = Searcher(archive.cluster, archive.state.name)
        settings = self._indexes.settings
        self._stage = Stage(DocumentMaker(Analyzer(settings.language)), settings.partition)
        self._version = lease.number * RUN_CHANGES
        self._put_faults: dict[str, Fault] = {}  # what is staged repairs, by the id of the article
        self._deletions: list[tuple[str, str, str]] = []
        self._to_forget: list[str] = []
        self._to_mark: set[str] = set()
        self._states: list[tuple[str, str, FileState]] = []
        self.labels: frozenset[str] = frozenset()
        """The labels of the roots, without whose files none is marked."""
        self.files: set[str] = set()
        self.refused: list[Fault] = []
        self.made = 0
        """Changes that were made."""

    def close(self) -> None:
        """Drop what was not sent."""
        self._stage.close()

    def put(self, article: Article, origin: str, record: str, fault: Fault) -> None:
        """Write an article into the part that it belongs to, which repairs a fault."""
        self._stage.add(article, origin, record.encode())
        self._put_faults[article.id] = fault
        self._flush_many()

    def delete(self, article_id: str, part: str, name: str) -> None:
        """Delete the document with the `_id` `name` of a part, after what is to be written was
        written; not if an article with this id ("" for none) was refused."""
        self._deletions.append((article_id, part, name))
        self._flush_many()

    def forget(self, name: str) -> None:
        """Delete a document of what is remembered."""
        self._to_forget.append(name)
        self._flush_many()

    def mark(self, origin: str) -> None:
        """Have the next run read a file ("" for none)."""
        if origin and parse_origin(origin)[0] in self.labels:
            self._to_mark.add(make_origin(*parse_origin(origin)))

    def write_file(self, label: str, path: str, state: FileState) -> None:
        """Remember the state of a file, as one that the next run has to read."""
        self._states.append((label, path, state._replace(modified_ns=NEVER_READ.modified_ns)))
        self.files.add(make_origin(label, path))
        self._flush_many()

    def flush(self) -> None:
        """Send everything, and let searches find it. Raises IndexLocked, CorruptIndex,
        StorageError."""
        self._states += self._find_marked()
        documents = [file_document(*one) for one in self._states]
        self._send(self._state.name, [make_put(name, name, self._take_version(), one) for name, one in documents])
        kept = self._put_staged()
        deletions = [one for one in self._deletions if one[0] not in kept]
        self._send(self._alias, [self._make_delete(*one) for one in deletions], is_alias=True)
        self._send(self._state.name, [make_delete(name, name, self._take_version()) for name in self._to_forget])
        for queue in (self._states, self._deletions, self._to_forget):
            queue.clear()
        self._indexes.refresh()
        self._state.refresh()

    def _flush_many(self) -> None:
        if len(self._put_faults) + len(self._deletions) + len(self._to_forget) + len(self._states) >= _CHANGES_AT_ONCE:
            self.flush()

    def _find_marked(self) -> list[tuple[str, str, FileState]]:
        """The states of the files that are to be marked: as they are, but to be read."""
        files = {file_id(*parse_origin(origin)): parse_origin(origin) for origin in self._to_mark}
        self.files |= self._to_mark
        self._to_mark.clear()
        states = dict.fromkeys(files, NEVER_READ)
        body = {"query": {"ids": {"values": list(files)}}, "size": len(files)}
        for hit in self._searcher.search(body)["hits"]["hits"] if files else ():
            found = parse_document(hit)
            if isinstance(found, RememberedFile):
                states[hit["_id"]] = found.state
        return [(*files[name], state._replace(modified_ns=NEVER_READ.modified_ns)) for name, state in states.items()]

    def _put_staged(self) -> Mapping[str, str]:
        """Write what is staged; return why articles were refused, by their ids."""
        refused: dict[str, str] = {}
        changes = []
        for staged in self._stage.read():
            if staged.fault:
                refused[staged.id] = staged.fault
                continue
            alias = self._indexes.find_alias(staged.part)
            changes.append(make_put(staged.id, document_id(staged.id), self._take_version(), staged.document, alias))
        refused |= self._send(self._alias, changes, is_alias=True)
        self._stage.drop()
        for article_id, reason in refused.items():
            fault = self._put_faults[article_id]
            self.refused.append(Fault(fault.path, f"{fault.reason}. It cannot be written anew: {reason}"))
        self._put_faults.clear()
        return refused

    def _make_delete(self, article_id: str, part: str, name: str) -> Change:
        return make_delete(article_id, name, self._take_version(), self._indexes.find_alias(part))

    def _send(self, index: str, changes: Iterable[Change], *, is_alias: bool = False) -> Mapping[str, str]:
        """Make changes; return which the cluster refused, and why."""
        sender = BulkSender(self._cluster, index, is_alias=is_alias, check=self._lease.check)
        with sender:
            for change in changes:
                sender.add(change)
        self._state.check_version(sender.latest_version)
        self.made += sender.made
        return sender.refused

    def _take_version(self) -> int:
        self._version += 1
        return self._version
