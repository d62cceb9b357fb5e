"""Stores articles in a cluster (see `indexing.store.ArticleStore`).

What a session changes waits in a `spool.Spool` until the commit, which sends it in bulk requests.
The changes of a commit become visible one by one.

One session writes at a time, by a lease (see `lease`), and each has a number that is greater than
those before. Of an article, the change of the session with the greatest number holds, in whatever
order they arrive: also of one that slept for longer than its lease. What was deleted stays so, as
long as a cluster remembers that it was (an hour, see `mapping`), and nothing is sent again for
longer than `bulk.RETRY_SECONDS`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch import bulk
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.article_indexes import begin_build, open_article_indexes
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.bulk import BulkSender, make_delete, make_put, read_content_limit
from searchkit.engines.opensearch.connection import RequestRefused
from searchkit.engines.opensearch.documents import document_id, parse_record, stored_record, unsigned
from searchkit.engines.opensearch.lease import Lease
from searchkit.engines.opensearch.mapping import parse_article_index
from searchkit.engines.opensearch.searching import MAX_WINDOW
from searchkit.engines.opensearch.sink import open_batch
from searchkit.engines.opensearch.spool import Spool, storage_errors
from searchkit.engines.opensearch.stage import Stage, StagedDocument, read_documents
from searchkit.engines.opensearch.state import RUN_CHANGES
from searchkit.engines.opensearch.state_writer import StateWriter
from searchkit.errors import StorageError
from searchkit.indexing.entries import ArticleEntry, hash_record, hash_text
from searchkit.indexing.lock import check_wait
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.store import CommittedArticle, SinkSpec, StagedBatch, SyncState, Unstored
from searchkit.model import Article

SINK = "searchkit.engines.opensearch.sink"
"""The module whose `open_sink` opens what workers stage articles in."""
_STAGED_AT_ONCE = 50_000
"""Articles of a rebuild that wait until they are sent."""
_PAGE = MAX_WINDOW // 2
"""Ids that are read at once: half of what a search returns, for an article may be there twice."""
_COPIES = 100
"""So many times an article may be there. Each run that was cut off while it moved it to another
part may leave one more."""
_ARTICLE_PAGE = 100
"""Articles that are read at once."""
_IDS_ONLY = {"_source": False, "stored_fields": "_none_"}
"""Fields from columns alone: stored fields would have to be unpacked."""

_UNKNOWN_HASH = -1
"""A hash that no record has: an article with it is written anew."""


class ClusterStore:
    """An ArticleStore over the indexes of an archive, for one run.

    With `rebuild` articles go into new indexes, which the commit puts in place of the old ones;
    they are made with the settings of the old ones, and the `changes` to these (by the fields of
    ArchiveSettings). A `dry_run` writes nothing, and needs no lease.

    Raises IndexLocked when another run has the lease for longer than `wait` seconds, IndexMismatch
    for an archive that was rebuilt with another analysis, CorruptIndex, StorageError, and
    OptionError for a `wait` that is no number of seconds.
    """

    warnings = ()

    def __init__(
        self,
        archive: ArchiveIndex,
        wait: float = 0,
        *,
        rebuild: bool = False,
        changes: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> None:
        check_wait(wait)
        self._archive, self._cluster, self._rebuild = archive, archive.cluster, rebuild
        self._exit = ExitStack()
        try:
            if not dry_run:
                self._exit.enter_context(self._cluster.retrying(bulk.RETRY_SECONDS))
                self._lease = Lease(archive.state, wait)
                self._exit.callback(self._lease.give_back)
                self._version = self._lease.number * RUN_CHANGES  # of the last change
                self._indexes = open_article_indexes(archive, self._lease.check)
                # A run that was cut off may have sent what no search finds yet.
                self._refresh(archive.state.name, archive.alias)
                if rebuild:
                    self._indexes = begin_build(archive, self._lease.number, changes or {}, self._lease.check)
            self._generation = archive.state.read_run().generation if dry_run else self._lease.generation
            self._is_empty = archive.count() == 0
            self._state = StateWriter(archive.state, archive.state.read(), self._take_version, self._check_lease)
            settings = archive.settings if dry_run else self._indexes.settings
            self._maker = DocumentMaker(Analyzer(settings.language))
            self._own = self._exit.enter_context(closing(Stage(self._maker, settings.partition)))
        except BaseException:
            self._exit.close()
            raise
        self._folder: Path | None = None  # where workers put documents
        self._adopted: dict[str, Spool] = {}
        # What was sent, by batch ("" for what this process staged) and number: the id and the part.
        self._sent: dict[str, list[tuple[str, str]]] = {"": []}
        self._rejected: set[tuple[str, int]] = set()
        self._origins: set[str] = set()  # the files of what was staged since the last commit
        self._deleted: set[str] = set()
        # What is still to be deleted: committed articles, and what was sent and then rejected, with
        # its part.
        self._to_delete: set[str] = set()
        self._to_take_back: set[tuple[str, str]] = set()
        self._unstored: dict[str, Unstored] = {}
        self._content_limit = 0  # bytes of a request; read when something is sent
        # Of the articles that are being sent.
        self._made = self._latest_version = 0

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._generation

    @property
    def unstored(self) -> Sequence[Unstored]:
        """See ArticleStore.unstored."""
        return tuple(self._unstored.values())

    @property
    def sink(self) -> SinkSpec:
        """See ArticleStore.sink: workers write documents into a temporary folder."""
        if self._folder is None:
            with storage_errors():
                self._folder = Path(self._exit.enter_context(tempfile.TemporaryDirectory(prefix="searchkit-")))
        settings = self._indexes.settings
        return SinkSpec(SINK, {"folder": str(self._folder), "language": settings.language, "partition": settings.partition})

    @property
    def sync_state(self) -> SyncState:
        """See ArticleStore.sync_state."""
        return self._state.state

    def read_file_states(self) -> FileStates:
        """See ArticleStore.read_file_states. Where the articles were lost, all files are to be
        read."""
        return self._state.read_files(must_reread=self._is_empty)

    # Committed articles.

    def _find(self, ids: Iterable[str], page: int, **shown: object) -> Iterator[Any]:
        """What is committed of articles."""
        asked = [] if self._is_empty else [one for one in ids if one not in self._deleted]
        for start in range(0, len(asked), page):
            yield from self._look_up(asked[start : start + page], **shown)

    def _look_up(self, ids: Sequence[str], **shown: object) -> list[Any]:
        """What the index has of articles: one request, unless most are there several times."""
        size = min(MAX_WINDOW, 2 * len(ids) + _COPIES)
        query = {"ids": {"values": [document_id(one) for one in ids]}}
        body = {"query": query, "size": size, "track_total_hits": False, **shown}
        hits: list[Any] = self._archive.searcher.search(body)["hits"]["hits"]
        if len(hits) < size or len(ids) == 1:
            return hits
        middle = len(ids) // 2
        return self._look_up(ids[:middle], **shown) + self._look_up(ids[middle:], **shown)

    def _scan(self, query: Mapping[str, object], page: int, **shown: object) -> Iterator[Any]:
        """What the index has of all articles that a query finds, by their ids."""
        sort = ["id", "_index"]
        return chain.from_iterable(self._archive.searcher.scan({"query": query, "sort": sort, **shown}, page))

    def find_committed(self, ids: Sequence[str]) -> Mapping[str, CommittedArticle]:
        """See ArticleStore.find_committed."""
        found: dict[str, CommittedArticle] = {}
        for hit in self._find(ids, _PAGE, **_IDS_ONLY, docvalue_fields=["id", "origin", "record_hash"]):
            article_id = _value(hit, "id")
            # Where it is there several times, it is written anew, and the others are deleted.
            record_hash = _UNKNOWN_HASH if article_id in found else _record_hash(hit)
            found[article_id] = CommittedArticle(_value(hit, "origin"), record_hash)
        if found.pop("", None) is not None:  # documents that other programs wrote anew
            id_of = {document_id(one): one for one in ids}
            for hit in self._find(ids, _PAGE, _source=False, docvalue_fields=["id"]):
                if not _value(hit, "id"):
                    found[id_of[hit["_id"]]] = CommittedArticle("", _UNKNOWN_HASH)
        return found

    def iter_ids(self) -> Iterator[str]:
        """See ArticleStore.iter_ids: without those of documents that other programs wrote anew."""
        for hit in self._scan({"match_all": {}}, _PAGE, **_IDS_ONLY, docvalue_fields=["id"]):
            if (article_id := _value(hit, "id")) and article_id not in self._deleted:
                yield article_id

    def find_paths_and_hashes(self, ids: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """See ArticleStore.find_paths_and_hashes."""
        articles = [_read_article(hit)[0] for hit in self._find(ids, _ARTICLE_PAGE)]
        return {article.id: (article.path, hash_text(article)) for article in articles}

    def find_ids_of_files(self, origins: Sequence[str]) -> Mapping[str, set[str]]:
        """See ArticleStore.find_ids_of_files."""
        found: dict[str, set[str]] = {origin: set() for origin in origins}
        if not self._is_empty and found:
            query = {"terms": {"origin": list(found)}}
            for hit in self._scan(query, _PAGE, **_IDS_ONLY, docvalue_fields=["id", "origin"]):
                found[_value(hit, "origin")].add(_value(hit, "id"))
        return {origin: ids - self._deleted for origin, ids in found.items()}

    def iter_articles(self, origin: str | None = None) -> Iterator[tuple[Article, str, bytes]]:
        """See ArticleStore.iter_articles."""
        query = {"match_all": {}} if origin is None else {"term": {"origin": origin}}
        for _, copies in groupby(self._scan(query, _ARTICLE_PAGE, version=True), lambda hit: hit["sort"][0]):
            # One that is there several times was moved by a run that was cut off.
            article, its_origin, record = _read_article(max(copies, key=itemgetter("_version")))
            if article.id not in self._deleted:
                yield article, its_origin, record

    def read_original(self, article_id: str, record_hash: int) -> tuple[Article, str]:
        """See ArticleStore.read_original: until a checkpoint writes over it."""
        for hit in self._look_up([article_id]):
            article, origin, record = _read_article(hit)
            if hash_record(record) == record_hash:
                return article, origin
        raise KeyError(article_id)

    # Changes.

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """See ArticleStore.stage. A rebuild sends articles when there are many: no search finds
        them yet."""
        self._send_early()
        self._origins.add(entry.origin)
        return entry._replace(batch="", number_in_batch=self._own.add(article, entry.origin, record))

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        sent = self._sent.get(batch, ())
        if number >= len(sent):
            self._rejected.add((batch, number))
            return
        article_id, part = sent[number]
        self._deleted.add(article_id)  # what is committed is not of this session
        one = self._unstored.pop(article_id, None)
        if one is None or (self._rebuild and one.stays):
            self._to_take_back.add((article_id, part))
        elif one.stays:
            self._to_delete.add(article_id)

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """See ArticleStore.adopt. Raises StorageError."""
        self._send_early()
        for batch in batches:
            if self._folder is None:
                raise ValueError(f"no worker can have written the batch {batch.id}")
            self._adopted[batch.id], origins = open_batch(self._folder, batch)
            self._exit.callback(self._adopted[batch.id].close)
            self._origins.update(origins)

    @property
    def _waiting_count(self) -> int:
        """How many articles are staged, not rejected, and not sent yet."""
        adopted = sum([spool.count for spool in self._adopted.values()])
        return self._own.count - len(self._sent[""]) + adopted - len(self._rejected)

    def _send_early(self) -> None:
        """Send what is staged for a rebuild if it is much: no search finds it yet."""
        if self._rebuild and self._waiting_count >= _STAGED_AT_ONCE:
            self._send_articles()

    def delete(self, ids: Iterable[str]) -> None:
        """See ArticleStore.delete."""
        ids = list(ids)
        self._deleted.update(ids)
        if not self._rebuild:
            self._to_delete.update(ids)

    # The commit.

    def commit(self, state: SyncState, *, optimize: bool = False) -> int:
        """See ArticleStore.commit.

        New tombstones are written first, and forgotten ones last: when a commit is cut off, no run
        brings back an article that was deleted. Those of articles that the cluster refuses to
        delete are taken back. Before the articles of a file are sent, the file is remembered as one
        that has to be read: the next run then completes what was cut off. Raises IndexLocked where
        another run has taken the lease, because this one slept for too long.
        """
        has_articles = bool(self._to_delete or self._to_take_back or self._waiting_count)
        if not (has_articles or self._rebuild or self._state.differs(state)):
            return self._generation
        try:
            # Nobody sees articles of a rebuild before those of all files are there.
            origins = () if self._rebuild else self._origins if has_articles else None
            self._state.write_before(state, origins)
            changed = self._send_articles()
        except RequestRefused:
            with suppress(StorageError):
                self._take_back_tombstones()
            self._check_lease()  # where another run has rebuilt the archive, the indexes of this one are gone
            raise
        self._indexes.refresh()
        if self._rebuild:
            self._indexes.publish()
            self._rebuild, changed = False, True
        self._state.write_after(state, self._unstored.values())
        self._origins.clear()
        if changed or self._state.take_count():
            self._generation = self._lease.finish_run()
        self._indexes.remove_replaced()
        return self._generation

    def checkpoint(self, state: SyncState) -> int:
        """See ArticleStore.checkpoint."""
        return self.commit(state)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        self._exit.close()

    def _refresh(self, *indexes: str) -> None:
        """Let searches find what was sent. Raises StorageError."""
        self._cluster.request("POST", f"/{','.join(indexes)}/_refresh", idempotent=True)

    def _take_version(self) -> int:
        self._version += 1
        return self._version

    def _check_lease(self) -> None:
        self._lease.check()

    def _send_articles(self) -> bool:
        """Send what is staged and deleted; return whether that changed anything.

        Articles are written before others are deleted: one that moves to another part is found
        twice for a moment, but never lost.
        """
        self._made = self._latest_version = 0
        written: dict[str, str] = {}  # the parts of articles
        with self._sending() as sender:
            faults = {}
            for batch, staged in self._read_staged():
                self._sent.setdefault(batch, []).append((staged.id, staged.part))
                if (batch, staged.number) in self._rejected:
                    continue
                fault = self._put(sender, staged)
                if fault:
                    faults[staged.id] = fault
                else:
                    written[staged.id] = staged.part
        if faults := faults | sender.refused:
            self._leave_out(faults, written)
        with self._sending() as sender:
            for article_id, part in self._find_deletions(written):
                index = self._indexes.find_alias(part)
                sender.add(make_delete(article_id, document_id(article_id), self._take_version(), index))
        self._archive.state.check_version(self._latest_version)
        self._own.drop()
        for spool in self._adopted.values():
            spool.close()
        self._adopted.clear()
        self._rejected.clear()
        self._to_delete.clear()
        self._to_take_back.clear()
        return self._made > 0

    @contextmanager
    def _sending(self) -> Iterator[BulkSender]:
        """Send changes of articles. Where only a part could be sent, errors and an interrupt say
        so."""
        sender = BulkSender(self._cluster, self._archive.alias, is_alias=True, check=self._check_lease)
        try:
            with sender:
                yield sender
        except (StorageError, KeyboardInterrupt) as error:
            if (made := self._made + sender.made) and not self._rebuild:
                stored = f"{made:,} articles are stored or deleted already, and the same call again does the rest"
                error.args = ("; ".join(filter(None, (str(error), stored))),)
            raise
        self._made += sender.made
        self._latest_version = max(self._latest_version, sender.latest_version)

    def _put(self, sender: BulkSender, staged: StagedDocument) -> str:
        """Send an article; return why it cannot be stored, "" if it can."""
        if staged.fault:
            return staged.fault
        limit = self._content_limit = self._content_limit or read_content_limit(self._cluster)
        index = self._indexes.find_alias(staged.part)
        change = make_put(staged.id, document_id(staged.id), self._take_version(), staged.document, index)
        if len(change.lines) > limit:
            return (
                f"its document has {len(staged.document):,} bytes, and the cluster takes requests of at most {limit:,}"
                " (http.max_content_length); divide it"
            )
        sender.add(change)
        return ""

    def _leave_out(self, faults: Mapping[str, str], written: dict[str, str]) -> None:
        """Note which articles cannot be stored, and why. Those before them stay; a rebuild copies
        these, and notes their parts in `written`."""
        before: dict[str, tuple[Article, str, bytes]] = {}
        ids = [one for one in faults if one in self._deleted]
        for start in range(0, len(ids), _ARTICLE_PAGE):
            for hit in self._look_up(ids[start : start + _ARTICLE_PAGE]):
                stored = _read_article(hit)
                before[stored[0].id] = stored
        copied = self._copy(before.values()) if self._rebuild else {}
        for batch, staged in self._read_staged():
            name = staged.id
            if name not in faults or (batch, staged.number) in self._rejected:
                continue
            old = CommittedArticle(before[name][1], hash_record(before[name][2])) if name in before else None
            stays = name in copied if self._rebuild else name in before
            self._unstored[name] = Unstored(name, staged.origin, faults[name], old, stays)
            written.pop(name, None)
            if name in copied:
                written[name] = copied[name]
                self._sent[batch][staged.number] = (name, copied[name])

    def _copy(self, stored: Iterable[tuple[Article, str, bytes]]) -> dict[str, str]:
        """Send articles of the archive to the indexes of a rebuild; return the parts of those that
        are there now."""
        parts: dict[str, str] = {}
        with closing(Stage(self._maker, self._indexes.settings.partition)) as stage, self._sending() as sender:
            for one in stored:
                stage.add(*one)
            for staged in stage.read():
                if not self._put(sender, staged):
                    parts[staged.id] = staged.part
        return {name: part for name, part in parts.items() if name not in sender.refused}

    def _find_deletions(self, written: Mapping[str, str]) -> list[tuple[str, str]]:
        """The articles to delete, each with its part; `written` are those that were just written,
        with theirs. What could not be stored deletes nothing: the article before it stays."""
        kept = self._unstored
        if self._indexes.settings.partition == "none":
            to_delete = self._to_take_back | {(one, "") for one in self._to_delete}
        else:
            to_delete = self._to_take_back | set(self._locate(sorted(self._to_delete)))
        return sorted(one for one in to_delete if one[0] not in kept and written.get(one[0]) != one[1])

    def _locate(self, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The parts that have articles, as of the last refresh."""
        for start in range(0, len(ids), _PAGE):
            for hit in self._look_up(ids[start : start + _PAGE], **_IDS_ONLY, docvalue_fields=["id"]):
                if parsed := parse_article_index(self._archive.place.name, hit["_index"]):
                    yield _value(hit, "id"), parsed[1]

    def _read_staged(self) -> Iterator[tuple[str, StagedDocument]]:
        """What is staged and not sent yet, with its batch."""
        yield from (("", staged) for staged in self._own.read())
        for batch, spool in self._adopted.items():
            yield from ((batch, staged) for staged in read_documents(spool))

    def _take_back_tombstones(self) -> None:
        """Forget the new tombstones of a commit that failed, for articles that are still there.
        Raises StorageError."""
        self._refresh(self._archive.alias)
        ids = list(self._state.new_tombstones)
        for start in range(0, len(ids), _PAGE):
            hits = self._look_up(ids[start : start + _PAGE], **_IDS_ONLY, docvalue_fields=["id"])
            self._state.take_back([_value(hit, "id") for hit in hits])


def _value(hit: Mapping[str, Any], field: str) -> str:
    """The value of a keyword of a hit, "" for none."""
    values = hit.get("fields", {}).get(field)
    return str(values[0]) if values else ""


def _record_hash(hit: Mapping[str, Any]) -> int:
    """The hash of a hit's record, or one that no record has where other programs removed it."""
    values = hit.get("fields", {}).get("record_hash")
    return unsigned(int(values[0])) if values else _UNKNOWN_HASH


def _read_article(hit: Mapping[str, Any]) -> tuple[Article, str, bytes]:
    """The article of a hit, its origin and its record."""
    record = stored_record(hit)
    return *parse_record(record), record.encode()
