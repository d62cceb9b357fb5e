"""Compares the documents of an archive in a cluster with what they should be, and with one another
(see `verify`)."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import quote

from searchkit.engines.opensearch.article_document import CHECKED_FIELDS, ArticleDocument, read_document
from searchkit.engines.opensearch.connection import Cluster
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.listing import list_keys
from searchkit.engines.opensearch.mapping import ArchiveSettings, article_index, parse_article_index, part_of, state_index
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.repairer import Repairer
from searchkit.engines.opensearch.searching import MAX_WINDOW, Json, Searcher
from searchkit.engines.opensearch.state import (
    RUN_CHANGES,
    RememberedDeletion,
    RememberedFile,
    file_id,
    parse_document,
    remembered_id,
    tombstone_id,
)
from searchkit.engines.opensearch.verify_indexes import Inspection
from searchkit.indexing.file_states import NEVER_READ, make_origin, parse_origin
from searchkit.indexing.manifest import RememberedRoot
from searchkit.reports import Fault

Item = TypeVar("Item")

MAX_LISTED = 10_000
"""So many faults are listed. Of more, the number is told."""
_PAGE = 250
"""Articles that are read at once."""
_FILES_AT_ONCE = 1_000
"""Files, and other documents of what is remembered, that are looked at together."""
_IDS_AT_ONCE = 2_000
"""Articles that are looked for in other parts at once: a search returns 10,000 documents."""
_FOUND_AT_ONCE = 100
"""Documents with their articles that are looked for at once."""
_EFFECTS = {
    "tombstone": "; without it, the article may come back when its file is read",
    "root": "; without it, the root has to be indexed again, with its label",
    "file": "; without it, the file is read again",
}
"""What follows when a document of a kind is deleted."""


class Findings:
    """The faults that were found, and those that remain."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._faults: list[tuple[Fault, bool]] = []
        self._unlisted = 0
        self.remaining: list[Fault] = []

    def add(self, path: str, reason: str, *, may_pass: bool = False, is_mended: bool = False) -> Fault:
        """Note a fault. One that `may_pass` is none while a run writes."""
        fault = Fault(path, reason)
        if len(self._faults) < MAX_LISTED:
            self._faults.append((fault, may_pass))
            if not is_mended:
                self.remaining.append(fault)
        else:
            self._unlisted += 1
        return fault

    def drop_passing(self) -> None:
        """Drop the faults that may be none."""
        self._faults = [(fault, may_pass) for fault, may_pass in self._faults if not may_pass]

    def list(self) -> tuple[Fault, ...]:
        """All faults."""
        faults = [fault for fault, _ in self._faults]
        if self._unlisted:
            faults.append(Fault(self._place.text, f"{self._unlisted:,} more faults like these are not listed"))
        return tuple(faults)


class DocumentVerifier:
    """One look at all documents of an archive. With a repairer, what is found wrong is mended."""

    def __init__(
        self,
        cluster: Cluster,
        place: Place,
        inspection: Inspection,
        findings: Findings,
        *,
        repairer: Repairer | None = None,
        is_quiet: bool = True,
    ) -> None:
        """`is_quiet` says that no run writes, so that documents can be compared with others."""
        self._cluster, self._place, self._inspection = cluster, place, inspection
        self._findings, self._repairer, self._is_quiet = findings, repairer, is_quiet
        self._state_name = state_index(place.name)
        self._all = Searcher(cluster, f"{quote(article_index(place.name, inspection.number), safe='')}*")
        self._states = Searcher(cluster, quote(self._state_name, safe=""))
        self._is_divided = len(inspection.parts) > 1
        self._labels: set[str] = set()
        self._tombstones: dict[str, int] = {}  # with their versions
        self._unreadable: set[str] = set()  # `_id`s of what is remembered
        self._latest = 0  # the greatest version of an article
        self._compared: set[str] = set()  # documents with copies: they are reported
        self._damaged_origins: set[str] = set()  # of files whose articles are not counted: some are damaged
        self.missing: set[str] = set()
        self.unknown = 0
        self.warnings: list[str] = []

    def run(self) -> None:
        """Check all documents, if they can be read. Raises StorageError."""
        settings = self._inspection.settings
        if settings is None or not self._inspection.is_readable:
            self.warnings.append(
                f"{self._place.text}: the articles, and what is remembered beside them, were not checked, because of the"
                " faults of indexes"
            )
            return
        if self._inspection.has_state:
            self._check_state()
        if self._is_divided and self._is_quiet:
            for part, shards in self._inspection.parts.items():
                self._check_copies(settings, part, shards)
            self._flush()
        for part, shards in self._inspection.parts.items():
            self._check_articles(settings, part, shards)
        self._flush()
        if len(self._damaged_origins) >= MAX_LISTED:
            self.warnings.append(
                f"{self._place.text}: the articles of each file were not counted, because so many are damaged"
            )
        elif self._is_quiet and self._inspection.has_state:
            self._check_files()
            self._check_origins()

    def check_run(self, number: int) -> None:
        """Whether the archive knows all runs that wrote articles; `number` is that of the last that
        it knows."""
        latest = self._latest // RUN_CHANGES
        if latest > number:
            self._findings.add(
                self._state_name,
                f"it knows runs up to number {number}, but articles were written by runs up to {latest}: what is written now"
                " has no effect on them. Restore both from one snapshot of the cluster",
            )

    def _flush(self) -> None:
        if self._repairer is not None:
            self._repairer.flush()

    def _scan(self, index: str, shards: int, size: int, **shown: Any) -> Iterator[list[Json]]:
        """The documents of an index, some at a time, each once."""
        body = {"query": {"match_all": {}}, "sort": ["_seq_no"], "version": True, **shown}
        for shard in range(shards):
            yield from Searcher(self._cluster, quote(index, safe=""), shard=shard).scan(body, size)

    def _index(self, part: str) -> str:
        return article_index(self._place.name, self._inspection.number, part)

    # What is remembered beside articles.

    def _check_state(self) -> None:
        """Read roots and tombstones; find documents that cannot be read."""
        for hits in self._scan(self._state_name, 1, _FILES_AT_ONCE):
            for hit in hits:
                if hit["_id"] != "run":
                    self._check_remembered(hit)
        if self._repairer is not None:
            self._repairer.labels = frozenset(self._labels)

    def _check_remembered(self, hit: Json) -> None:
        found = parse_document(hit)
        if found is None or remembered_id(found) != hit["_id"]:
            self._unreadable.add(hit["_id"])
            kind = hit["_source"].get("kind")
            effect = _EFFECTS.get(kind if isinstance(kind, str) else "", "")
            self._findings.add(
                f"{self._state_name}/_doc/{hit['_id']}",
                f"it is of the kind {kind}, and has not what it should have{effect}",
                is_mended=self._repairer is not None,
            )
            if self._repairer is not None:
                self._repairer.forget(hit["_id"])
        elif isinstance(found, RememberedRoot):
            self._labels.add(found.label)
        elif isinstance(found, RememberedDeletion):
            self._tombstones[found.id] = hit["_version"]

    # Articles.

    def _check_copies(self, settings: ArchiveSettings, part: str, shards: int) -> None:
        """Find articles that other parts have too. They are looked at from the first of these."""
        index = self._index(part)
        for hits in self._scan(index, shards, _IDS_AT_ONCE, _source=False, stored_fields="_none_", docvalue_fields=["id"]):
            names = [document_id(str(hit["fields"]["id"][0])) for hit in hits if "fields" in hit]
            query = {"ids": {"values": names}}
            answer = self._all.search({"query": query, "size": MAX_WINDOW, "_source": False, "track_total_hits": False})
            indexes = defaultdict(set)
            for hit in answer["hits"]["hits"]:
                indexes[hit["_id"]].add(hit["_index"])
            doubled = [name for name, found in indexes.items() if len(found) > 1 and min(found) == index]
            by_name = defaultdict(list)
            for one in self._find_documents(doubled, settings):
                by_name[one.name].append(one)
            for copies in by_name.values():
                winner = max(copies, key=lambda one: one.rank)
                faults = [self._report(one, winner) for one in copies if one.problems or one is not winner]
                self._mend(copies, faults[0], settings)
                if self._repairer is None and len(self._compared) < MAX_LISTED:
                    self._compared |= {one.path for one in copies}

    def _find_documents(self, names: Iterable[str], settings: ArchiveSettings) -> Iterator[ArticleDocument]:
        """The documents of all parts with these `_id`s."""
        for some in _batched(names, _FOUND_AT_ONCE):
            body = {
                "query": {"ids": {"values": some}},
                "size": MAX_WINDOW,
                "version": True,
                "docvalue_fields": CHECKED_FIELDS,
            }
            for hit in self._all.search(body)["hits"]["hits"]:
                parsed = parse_article_index(self._place.name, hit["_index"])
                if parsed is not None:
                    yield read_document(hit, parsed[1], settings)

    def _check_articles(self, settings: ArchiveSettings, part: str, shards: int) -> None:
        """Check each document of a part by itself, and whether its article was deleted."""
        for hits in self._scan(self._index(part), shards, _PAGE, docvalue_fields=CHECKED_FIELDS):
            for hit in hits:
                found = read_document(hit, part, settings)
                self._latest = max(self._latest, found.version)
                if found.problems and found.path not in self._compared:
                    self._settle(found, settings)
                if self._is_quiet and found.known_id in self._tombstones:
                    self._settle_deleted(found)

    def _settle(self, found: ArticleDocument, settings: ArchiveSettings) -> None:
        """Report a document that is wrong by itself, and mend it."""
        copies = [found]
        if self._is_divided or found.rank[:2] == (True, False):
            names = {found.name, *([document_id(found.article.id)] if found.article is not None else ())}
            copies += [one for one in self._find_documents(names, settings) if one.path != found.path]
        fault = self._report(found, max(copies, key=lambda one: one.rank))
        self._mend(copies, fault, settings)

    def _settle_deleted(self, found: ArticleDocument) -> None:
        """Report an article that has a tombstone; the newer of the two counts."""
        article_id, repairer = found.known_id, self._repairer
        was_deleted = self._tombstones[article_id] > found.version
        what = (
            "was deleted, and is still there" if was_deleted else "was added after its deletion, which is still remembered"
        )
        self._findings.add(found.path, f"the article {article_id!r} {what}", may_pass=True, is_mended=repairer is not None)
        self._note_origins(found)
        if repairer is None:
            return
        if was_deleted:
            repairer.delete("", found.part, found.name)
        else:
            repairer.forget(tombstone_id(article_id))

    def _report(self, found: ArticleDocument, winner: ArticleDocument) -> Fault:
        """Report what is wrong with a document; `winner` is the one of its article that counts."""
        problems = list(found.problems)
        if winner.path != found.path:
            problems.append(f"{winner.path} has it too, and counts")
        name = f"of the article {found.known_id!r}: " if found.known_id else ""
        self._note_origins(found)
        return self._findings.add(
            found.path,
            f"{name}{'; '.join(problems)}",
            may_pass=not found.problems,
            is_mended=self._repairer is not None,
        )

    def _note_origins(self, found: ArticleDocument) -> None:
        """Note the files whose articles cannot be counted because of a document, if it is not
        mended."""
        if self._repairer is None and len(self._damaged_origins) < MAX_LISTED:
            self._damaged_origins |= found.origins

    def _mend(self, copies: Sequence[ArticleDocument], fault: Fault, settings: ArchiveSettings) -> None:
        """Write the document that counts anew where it belongs, and delete the others. A file whose
        article is lost, or may be another one, is read again."""
        repairer = self._repairer
        if repairer is None:
            return
        winner = max(copies, key=lambda one: one.rank)
        article = winner.article
        was_deleted = self._tombstones.get(winner.known_id, -1) > winner.version
        for one in copies:
            if not one.is_proven and (one is winner or one.article is None):
                for origin in one.origins:
                    repairer.mark(origin)
        target = None
        if article is not None and not was_deleted:
            target = part_of(article, settings.partition), document_id(article.id)
            if winner.problems:
                repairer.put(article, winner.origin, winner.record, fault)
        elif not was_deleted:
            known = {one.known_id for one in copies}
            self.missing |= known - {""}
            self.unknown += "" in known
        for one in copies:
            if (one.part, one.name) != target:
                repairer.delete(article.id if article is not None else "", one.part, one.name)

    # Files.

    def _check_files(self) -> None:
        """Compare the states of files with the number of their articles."""
        query = {"query": {"term": {"kind": "file"}}, "sort": ["_seq_no"]}
        for hits in self._states.scan(query, _FILES_AT_ONCE):
            files = {}
            for found in map(parse_document, hits):
                # What a run that was cut off has left to be read is the next one's.
                if isinstance(found, RememberedFile) and found.state.modified_ns != NEVER_READ.modified_ns:
                    files[make_origin(found.label, found.path)] = found
            counts = self._count_articles([*files]) if files else {}
            for origin, found in files.items():
                count, expected = counts.get(origin, 0), found.state.articles
                if found.label in self._labels and count != expected and origin not in self._damaged_origins:
                    self._findings.add(
                        origin,
                        f"its state says that {_quantity(expected, 'article')} came from it, and {count:,}"
                        f" {'is' if count == 1 else 'are'} there",
                        may_pass=True,
                        is_mended=self._repairer is not None,
                    )
                    if self._repairer is not None:
                        self._repairer.write_file(found.label, found.path, found.state._replace(articles=count))

    def _count_articles(self, origins: Sequence[str]) -> dict[str, int]:
        """How many articles came from each of some files."""
        terms = {"terms": {"field": "origin", "size": len(origins)}}
        answer = self._all.search({"size": 0, "query": {"terms": {"origin": origins}}, "aggs": {"files": terms}})
        return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["files"]["buckets"]}

    def _check_origins(self) -> None:
        """Find articles of files that have no state, and of roots that are not remembered."""
        lost: Counter[str] = Counter()
        for some in _batched(list_keys(self._all, "origin", "", MAX_WINDOW), _FILES_AT_ONCE):
            files = {}
            for origin, count in some:
                label, path = parse_origin(origin)
                if origin in self._damaged_origins:
                    continue
                if label in self._labels:
                    files[file_id(label, path)] = (label, path, count)
                else:
                    lost[label] += count
            if not files:
                continue
            body = {"query": {"ids": {"values": [*files]}}, "size": len(files), "_source": False}
            known = {hit["_id"] for hit in self._states.search(body)["hits"]["hits"]}
            for name in files.keys() - (known - self._unreadable):
                label, path, count = files[name]
                self._findings.add(
                    make_origin(label, path),
                    f"{_quantity(count, 'article')} came from it, and it has no state",
                    may_pass=True,
                    is_mended=self._repairer is not None,
                )
                if self._repairer is not None:
                    self._repairer.write_file(label, path, NEVER_READ._replace(articles=count))
        for label, count in sorted(lost.items()):
            self._findings.add(
                label,
                f"{_quantity(count, 'article')} came from files of the root {label}, which is not remembered; they are kept"
                f" up to date again after: searchkit index PATH --label {shlex.quote(label)} -i"
                f" {shlex.quote(self._place.text)}",
                may_pass=True,
            )


def _batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Items, some at a time."""
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


def _quantity(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"
