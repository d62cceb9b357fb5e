"""Stores articles in a cluster (see `indexing.store.ArticleStore`).

What a session changes waits in a `spool.Spool` until the commit, which sends it in bulk requests.
The changes of a commit become visible one by one.

Two sessions that write at once do no damage: each commit belongs to a run, whose number no other
has, and of an article the change of the run with the greatest number holds, in whatever order they
arrive: what was deleted stays so, as long as a cluster remembers that it was (an hour, see
`mapping`), and nothing is sent again for longer than `bulk.RETRY_SECONDS`. But one session does not
see what the other changes meanwhile: what it reports as added may have replaced an article of the
other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

import orjson

from searchkit.analysis import Analyzer
from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.batch_documents import DocumentMaker
from searchkit.engines.opensearch.bulk import BulkSender, make_delete, make_put, read_content_limit
from searchkit.engines.opensearch.connection import RequestRefused
from searchkit.engines.opensearch.documents import document_id, parse_record, stored_record, unsigned
from searchkit.engines.opensearch.mapping import MAX_VALUE_CHARACTERS, state_index
from searchkit.engines.opensearch.searching import MAX_WINDOW
from searchkit.engines.opensearch.spool import Spool
from searchkit.errors import CorruptIndex, StorageError, Unsupported
from searchkit.indexing.entries import ArticleEntry, hash_record, hash_text
from searchkit.indexing.lock import check_wait
from searchkit.indexing.manifest import FileStates
from searchkit.indexing.store import CommittedArticle, StagedBatch, SyncState, Unstored
from searchkit.model import Article
from searchkit.query.value_parts import path_values
from searchkit.schema import from_record

_RUN_CHANGES = 2**32
"""The changes that a run may make: versions are the number of the run times this, plus the number
of the change."""
_BATCH_ARTICLES, _BATCH_BYTES = 500, 2**20
"""The articles, and the bytes of their records, of which documents are made at once."""
_PAGE = MAX_WINDOW
"""Ids that are read at once: as many as a search returns."""
_ARTICLE_PAGE = 100
"""Articles that are read at once."""
_IDS_ONLY = {"_source": False, "stored_fields": "_none_"}
"""Fields from columns alone: stored fields would have to be unpacked."""

_UNKNOWN_HASH = -1
"""A hash that no record has: an article with it is written anew."""


class ClusterStore:
    """An ArticleStore over the indexes of an archive. A `dry_run` writes nothing.

    Raises CorruptIndex, StorageError, and OptionError for a `wait` that is no number of seconds.
    """

    warnings = ()
    sink = None  # one process writes

    def __init__(self, archive: ArchiveIndex, wait: float = 0, *, dry_run: bool = False) -> None:
        check_wait(wait)
        self._archive, self._cluster = archive, archive.cluster
        if not dry_run:
            # A run that was cut off may have sent tombstones and articles that no search finds yet.
            self._refresh(archive.state, archive.alias)
        self._generation = archive.read_run().generation
        self._is_empty = archive.count() == 0
        self._tombstones = archive.tombstones()
        self._spool = Spool()
        self._ids: list[str] = []  # of what was staged, by number
        self._first = 0  # the number of the first that was not sent yet
        self._rejected: set[int] = set()
        self._deleted: set[str] = set()
        self._to_delete: set[str] = set()
        self._next_version = 0
        self._maker: DocumentMaker | None = None
        self.unstored: list[Unstored] = []

    @property
    def generation(self) -> int:
        """See ArticleStore.generation."""
        return self._generation

    @property
    def sync_state(self) -> SyncState:
        """See ArticleStore.sync_state."""
        return SyncState((), self._tombstones)

    def read_file_states(self) -> FileStates:
        """See ArticleStore.read_file_states: there are no roots."""
        return {}

    # Committed articles.

    def _find(self, ids: Iterable[str], page: int, **shown: object) -> Iterator[Any]:
        """What is committed of articles."""
        asked = [] if self._is_empty else [one for one in ids if one not in self._deleted]
        for start in range(0, len(asked), page):
            yield from self._look_up(asked[start : start + page], **shown)

    def _look_up(self, ids: Sequence[str], **shown: object) -> list[Any]:
        """What the index has of articles; one request."""
        query = {"ids": {"values": [document_id(one) for one in ids]}}
        body = {"query": query, "size": len(ids), "track_total_hits": False, **shown}
        hits: list[Any] = self._archive.searcher.search(body)["hits"]["hits"]
        return hits

    def _scan(self, query: Mapping[str, object], page: int, **shown: object) -> Iterator[Any]:
        """What the index has of all articles that a query finds, by their ids."""
        return chain.from_iterable(self._archive.searcher.scan({"query": query, "sort": ["id"], **shown}, page))

    def find_committed(self, ids: Sequence[str]) -> Mapping[str, CommittedArticle]:
        """See ArticleStore.find_committed."""
        hits = self._find(ids, _PAGE, **_IDS_ONLY, docvalue_fields=["id", "origin", "record_hash"])
        found = {_value(hit, "id"): CommittedArticle(_value(hit, "origin"), _record_hash(hit)) for hit in hits}
        if found.pop("", None) is not None:  # documents that other programs wrote anew
            id_of = {document_id(one): one for one in ids}
            for hit in self._find(ids, _PAGE, _source=False, docvalue_fields=["id"]):
                if not _value(hit, "id"):
                    found[id_of[hit["_id"]]] = CommittedArticle("", _UNKNOWN_HASH)
        return found

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
        for hit in self._scan(query, _ARTICLE_PAGE):
            article, its_origin, record = _read_article(hit)
            if article.id not in self._deleted:
                yield article, its_origin, record

    def read_original(self, article_id: str, record_hash: int) -> tuple[Article, str]:
        """See ArticleStore.read_original."""
        for hit in self._look_up([article_id]):
            article, origin, record = _read_article(hit)
            if hash_record(record) == record_hash:
                return article, origin
        raise KeyError(article_id)

    # Changes.

    def stage(self, article: Article, record: bytes, entry: ArticleEntry) -> ArticleEntry:
        """See ArticleStore.stage."""
        self._ids.append(article.id)
        return entry._replace(number_in_batch=self._spool.add(record))

    def reject(self, batch: str, number: int) -> None:
        """See ArticleStore.reject."""
        if number < self._first:  # a checkpoint sent it
            self.delete([self._ids[number]])
        else:
            self._rejected.add(number)

    def adopt(self, batches: Sequence[StagedBatch]) -> None:
        """See ArticleStore.adopt. Raises ValueError: no worker can have written anything."""
        if batches:
            raise ValueError("an archive on a cluster takes no batches of other processes")

    def delete(self, ids: Iterable[str]) -> None:
        """See ArticleStore.delete."""
        for article_id in ids:
            self._deleted.add(article_id)
            self._to_delete.add(article_id)

    # The commit.

    def commit(self, state: SyncState, *, optimize: bool = False) -> int:
        """See ArticleStore.commit.

        New tombstones are written first, and forgotten ones last: when a commit is cut off, no run
        brings back an article that was deleted. Those of articles that the cluster refuses to
        delete are taken back. Raises Unsupported for roots.
        """
        if state.roots or any((state.files or {}).values()):
            raise Unsupported(f"{self._archive.place.text}: archives on a cluster keep no roots")
        before, after = self._tombstones, state.tombstones
        added = {one: origin for one, origin in after.items() if one not in before or before[one] != origin}
        removed = [one for one in before if one not in after]
        if not (added or removed or self._to_delete or self._spool.count - self._first > len(self._rejected)):
            return self._generation
        if not self._next_version:
            self._next_version = self._archive.begin_run() * _RUN_CHANGES
        try:
            self._send_tombstones(added, ())
            changed = self._send_articles()
        except RequestRefused:
            with suppress(StorageError):
                self._take_back(added)
            raise
        self._refresh(self._archive.alias)
        failed = {one.id for one in self.unstored}
        removed = [one for one in removed if one not in failed]
        self._send_tombstones({}, removed)
        self._tombstones = {one: origin for one, origin in before.items() if one not in removed} | added
        if changed or added or removed:
            self._generation = self._archive.finish_run()
        return self._generation

    def checkpoint(self, state: SyncState) -> int:
        """See ArticleStore.checkpoint."""
        return self.commit(state)

    def close(self, failed: bool) -> None:
        """See ArticleStore.close."""
        self._spool.close()

    def _refresh(self, *indexes: str) -> None:
        """Let searches find what was sent. Raises StorageError."""
        self._cluster.request("POST", f"/{','.join(indexes)}/_refresh", idempotent=True)

    def _take_version(self) -> int:
        self._next_version += 1
        return self._next_version

    def _send_articles(self) -> bool:
        """Send what is staged and deleted; return whether that changed anything."""
        limit = read_content_limit(self._cluster)
        maker = self._maker = self._maker or DocumentMaker(Analyzer(self._archive.language))
        staged: set[str] = set()
        sender = BulkSender(self._cluster, self._archive.alias, is_alias=True)
        with _saying_what_is_stored(sender), sender:
            for batch in self._read_batches():
                for (article, *_), document in zip(batch, maker.make(batch), strict=True):
                    if self._to_delete:
                        staged.add(article.id)
                    change = make_put(article.id, document_id(article.id), self._take_version(), document)
                    if len(change.lines) > limit:
                        self._leave_out(
                            article.id,
                            f"its document has {len(change.lines):,} bytes, and the cluster takes requests of at most"
                            f" {limit:,} (http.max_content_length); divide it",
                        )
                    else:
                        sender.add(change)
            for article_id in sorted(self._to_delete - staged):
                sender.add(make_delete(article_id, document_id(article_id), self._take_version()))
        for article_id, reason in sender.refused.items():
            self._leave_out(article_id, reason)
        self._check_version(sender.latest_version)
        self._spool.drop()
        self._first = self._spool.count
        self._rejected.clear()
        self._to_delete.clear()
        return sender.made > 0

    def _read_batches(self) -> Iterator[list[tuple[Article, str, bytes, int]]]:
        """What is staged and not rejected, except articles that a cluster cannot hold: of each what
        its document is made of."""
        batch: list[tuple[Article, str, bytes, int]] = []
        size = 0
        for number, record in self._spool.read():
            if number in self._rejected:
                continue
            article, origin = from_record(record)
            fault = _find_fault(article, origin)
            if fault:
                self._leave_out(article.id, fault)
                self._to_delete.discard(article.id)
                continue
            batch.append((article, origin, record, hash_record(record)))
            size += len(record)
            if len(batch) >= _BATCH_ARTICLES or size >= _BATCH_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _leave_out(self, article_id: str, reason: str) -> None:
        """Note that an article cannot be stored; one that the index has with its id stays."""
        self.unstored.append(Unstored(article_id, reason, article_id in self._deleted))

    def _check_version(self, latest: int) -> None:
        """Raise CorruptIndex where articles have versions of runs that the archive does not
        know."""
        run, known = latest // _RUN_CHANGES, self._archive.read_run().number if latest else 0
        if run > known:
            raise CorruptIndex(
                state_index(self._archive.place.name),
                f"it knows runs up to number {known}, but the articles of {self._archive.place.text} were written by runs up"
                f" to {run}, and are newer than what was to be written now; restore both from one snapshot of the cluster",
            )

    def _take_back(self, added: Iterable[str]) -> None:
        """Undo what `_send_tombstones` added, for articles that are still there. Raises
        StorageError."""
        self._refresh(self._archive.alias)
        ids = list(added)
        pages = [ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE)]
        hits = [hit for page in pages for hit in self._look_up(page, **_IDS_ONLY, docvalue_fields=["id"])]
        still_there = [_value(hit, "id") for hit in hits]
        before = {one: self._tombstones[one] for one in still_there if one in self._tombstones}
        self._send_tombstones(before, [one for one in still_there if one not in before])

    def _send_tombstones(self, added: Mapping[str, str | None], removed: Iterable[str]) -> None:
        """Write and remove tombstones."""
        if not added and not removed:
            return
        with BulkSender(self._cluster, self._archive.state) as sender:
            for article_id, origin in added.items():
                content = orjson.dumps({"kind": "tombstone", "id": article_id, "origin": origin})
                sender.add(make_put(article_id, _tombstone_id(article_id), self._take_version(), content))
            for article_id in removed:
                sender.add(make_delete(article_id, _tombstone_id(article_id), self._take_version()))
        self._refresh(self._archive.state)


@contextmanager
def _saying_what_is_stored(sender: BulkSender) -> Iterator[None]:
    """Let errors say it where only a part could be sent."""
    try:
        yield
    except StorageError as error:
        if sender.made:
            stored = f"{sender.made:,} articles are stored or deleted already, and the same call again does the rest"
            error.args = (f"{error}; {stored}",)
        raise


def _tombstone_id(article_id: str) -> str:
    return f"tombstone-{document_id(article_id)}"


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


def _find_fault(article: Article, origin: str) -> str:
    """Why a cluster cannot hold an article, "" if it can: values that are too long would be found
    by no query."""
    for name, value in (("source", article.source), *(("path", path) for path in path_values(article, origin))):
        # The cluster counts units of UTF-16; a character has one or two.
        if len(value) * 2 > MAX_VALUE_CHARACTERS and (size := len(value.encode("utf-16-le")) // 2) > MAX_VALUE_CHARACTERS:
            return f"its {name} has {size:,} characters, and a cluster indexes values of at most {MAX_VALUE_CHARACTERS:,}"
    return ""
