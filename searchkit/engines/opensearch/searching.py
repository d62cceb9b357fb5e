"""Sends searches to a cluster: the order of what is found, pages of any length, and the stored
articles."""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn, TypeVar, assert_never

import orjson

from searchkit.engines.opensearch.connection import Cluster, RequestRefused, Unanswered
from searchkit.engines.opensearch.documents import checked_id, document_id, parse_record, stored_record
from searchkit.engines.opensearch.refusals import ArchiveMissing
from searchkit.errors import StorageError
from searchkit.frozen import frozen
from searchkit.model import SearchOptions, Sort, StoredArticle
from searchkit.query.score_options import Recency

Json = dict[str, Any]
Answer = TypeVar("Answer")

MAX_WINDOW = 10_000
"""How many hits one request may reach (`index.max_result_window`). What lies behind is read in
pages of so many."""
FIRST_PAGE = 1_000
"""Up to so many hits are asked for in one request where the number of all is not known."""
SHORT_PAGE = 256
"""Up to so many hits come with their articles. Those of longer pages are read when they are asked
for."""
MAX_BODIES = 100
"""How many searches are sent in one request."""
KEEP_ALIVE = "5m"
"""How long the cluster keeps a point in time that is not used."""
MAX_LOSSES = 3
"""So often in a row a point in time is opened again that the cluster has lost."""
_LOST = frozenset(("search_context_missing_exception", "index_not_found_exception"))
"""What is answered for a point in time that is gone, and where an index was removed in the middle
of a search, as a rebuild does with those that it has replaced."""
_NODE_LOST = "no node found for id"
"""The reason where a node is gone that had a part of a point in time."""

_OUT_OF_TIME = "Time exceeded"
"""The reason of a refusal: without all shards there is no answer."""

_FADED_SCORE = """
double age = Math.max(0.0, (double) (params.now - (doc['printed'].size() == 0 ? params.oldest : doc['printed'].value)));
return _score > 0 ? Math.log(_score) / Math.log(2) - age / params.half_life : -1e300;
"""
"""`Recency.rank_score` in the cluster's language, without an infinity, which JSON has not."""


@frozen
class Search:
    """What is searched: the query for the cluster, and the options that its order and its page
    depend on."""

    query: Json
    options: SearchOptions
    recency: Recency | None

    @property
    def stop(self) -> int | None:
        """The number of hits up to the end of the page; None for all."""
        options = self.options
        return None if options.limit is None else options.offset + options.limit

    def body(self) -> Json:
        """What the cluster is asked, without a page."""
        sort = _sort_keys(self.options.sort, self.recency)
        return {"query": self.query, "sort": sort, "track_scores": True, "_source": False, "stored_fields": "_none_"}

    def first_body(self) -> Json:
        """The first request: of the whole page if the cluster allows it, else for the number of
        articles."""
        body, offset, limit = self.body() | {"track_total_hits": True}, self.options.offset, self.options.limit
        size = FIRST_PAGE if limit is None else limit
        if offset + size > MAX_WINDOW:
            return body | {"size": 0}
        if limit is not None and limit <= SHORT_PAGE:
            del body["stored_fields"]
            body["_source"] = ["article"]
        return body | {"from": offset, "size": size}

    def is_complete(self, total: int) -> bool:
        """Whether the first request gave the whole page, if it found `total` articles."""
        offset, limit = self.options.offset, self.options.limit
        end = offset + (FIRST_PAGE if limit is None else limit)
        return total <= offset or limit == 0 or (end <= MAX_WINDOW and (limit is not None or total <= end))


class Page:
    """The hits of a page: their ids and scores, and their records where they came along."""

    def __init__(self, recency: Recency | None) -> None:
        self.ids: list[str] = []
        self.scores = array("d")
        self.records: list[str] = []
        self.youngest: int | None = None
        """The latest printed date; None if all are undated."""
        self._recency = recency

    def add(self, hits: Sequence[Mapping[str, Any]]) -> None:
        """Add hits as the cluster answers them."""
        for hit in hits:
            *_, printed, article_id = hit["sort"]
            date = None if abs(printed) >= 2**63 - 1 else printed  # what stands for none when sorting
            self.ids.append(checked_id(hit, article_id))
            self.scores.append(hit["_score"] if self._recency is None else hit["_score"] * self._recency.factor(date))
            if date is not None and (self.youngest is None or date > self.youngest):
                self.youngest = date
            if "_source" in hit:
                self.records.append(stored_record(hit))


class Searcher:
    """Searches the documents of an archive. Threads can share it."""

    def __init__(self, cluster: Cluster, index: str, *, shard: int | None = None) -> None:
        """`index` is a name or an alias, as it stands in the paths of requests. With `shard` only
        that shard of an index is searched."""
        self.cluster, self.index = cluster, index
        # All searches go to the same copies of the shards: others may have other deleted documents,
        # and so other scores.
        self._preference = secrets.token_hex(8) if shard is None else f"_shards:{shard}"

    def search(self, body: Json) -> Json:
        """The answer to one search. Raises StorageError."""
        return _ask_again(partial(self._post, f"/{self.index}/_search", self._params(body), body))

    def search_many(self, bodies: Sequence[Json]) -> list[Json]:
        """The answers to several searches. Raises StorageError."""
        answers: list[Json] = []
        for start in range(0, len(bodies), MAX_BODIES):
            answers += _ask_again(partial(self._search_some, bodies[start : start + MAX_BODIES]))
        return answers

    def _search_some(self, bodies: Sequence[Json]) -> list[Json]:
        """The answers to searches that go into one request; those that are refused for now are sent
        again."""
        path = f"/{self.index}/_msearch"
        answers: dict[int, Json] = {}
        backoff = self.cluster.begin_retries()
        while lacking := [number for number in range(len(bodies)) if number not in answers]:
            lines = [orjson.dumps(line) for number in lacking for line in (self._params(bodies[number]), bodies[number])]
            found = self.cluster.request("POST", path, body=b"\n".join([*lines, b""]), idempotent=True)
            refused: RequestRefused | None = None
            for number, answer in zip(lacking, found["responses"], strict=True):
                if "error" not in answer:
                    answers[number] = self._check(answer)
                elif refused is None:
                    refused = self.cluster.explain("POST", path, answer["status"], answer["error"])
            if refused is not None and not (self.cluster.may_pass(refused) and backoff.wait()):
                self._refuse(refused)
        return [answers[number] for number in range(len(bodies))]

    def count(self, query: Json) -> int:
        """The number of articles that a query finds. Raises StorageError."""
        return _total(self.search({"query": query, "size": 0, "track_total_hits": True}))

    def find(self, search: Search, first: Json | None = None) -> tuple[int, Page]:
        """The number of articles that a search finds, and its page. `first` is the answer to its
        first request, if there is one. Raises StorageError."""
        answer = first or self.search(search.first_body())
        total, page = _total(answer), Page(search.recency)
        if search.is_complete(total):
            page.add(answer["hits"]["hits"])
            return total, page
        losses = MAX_LOSSES if search.options.sort == "relevance" else 0
        while not self._read_page(search, page, can_lose=losses == 0):
            losses -= 1
            page = Page(search.recency)
        return total, page

    def _read_page(self, search: Search, page: Page, *, can_lose: bool) -> bool:
        """Read a page of any length; False where the cluster lost the point in time, unless that
        can be: scores in another one may differ, so that what follows is not behind the last
        hit."""
        offset, known = search.options.offset, set[str]()
        for hits, is_reopened in self._scan(search.body(), search.stop, MAX_WINDOW):
            if is_reopened:  # documents that changed meanwhile may come again
                if not can_lose:
                    return False
                known.update(page.ids)
            page.add([hit for hit in hits[offset:] if hit["sort"][-1] not in known])
            offset = max(0, offset - len(hits))
        return True

    def scan(self, body: Json, size: int) -> Iterator[list[Json]]:
        """All hits of a search, some at a time, without scores: see `_scan`."""
        return (hits for hits, _ in self._scan(body, None, size))

    def scan_unsorted(self, body: Json, size: int) -> Iterator[list[Json]]:
        """All hits of a search of an index of one shard, some at a time, in the order in which the
        shard has them. That is fast: to sort many documents, the cluster compares all of them for
        each page. Where the point in time is lost, all hits come again. Raises StorageError."""
        for _ in range(MAX_LOSSES + 1):
            for hits, is_reopened in self._scan({**body, "sort": ["_doc"]}, None, size):
                if is_reopened:  # the order is that of the other point in time
                    break
                yield hits
            else:
                return
        raise StorageError(
            f"{self.cluster.place.text} lost what it was reading of {self.index} {MAX_LOSSES + 1} times; try again"
        )

    def read(self, ids: Sequence[str]) -> dict[str, StoredArticle]:
        """The stored articles with these ids, without those that are not there. Raises
        StorageError."""
        # Not by _mget, which takes no alias of several indexes.
        stored: dict[str, StoredArticle] = {}
        for start in range(0, len(ids), MAX_WINDOW):
            query = {"ids": {"values": [document_id(one) for one in ids[start : start + MAX_WINDOW]]}}
            answer = self.search({"query": query, "size": MAX_WINDOW, "_source": ["article"], "track_total_hits": False})
            for hit in answer["hits"]["hits"]:
                one = read_record(stored_record(hit))
                stored[one.article.id] = one
        return {article_id: stored[article_id] for article_id in ids if article_id in stored}

    def _scan(self, body: Json, stop: int | None, size: int) -> Iterator[tuple[list[Json], bool]]:
        """The hits of a search up to number `stop` (None: all), `size` at a time, from one point in
        time, and whether it was opened again since the last ones. `sort` of the body must tell all
        documents apart.

        Where the cluster has lost the point in time, or a node that has a part of it, another one
        is opened, and what follows is behind the last hit. Raises StorageError.
        """
        asked, losses, count = dict(body, track_total_hits=False), 0, 0
        point, backoff = self._open_point(), self.cluster.begin_retries()
        try:
            while stop is None or count < stop:
                asked["size"] = size if stop is None else min(size, stop - count)
                asked["pit"] = {"id": point, "keep_alive": KEEP_ALIVE}
                params = {"search_type": _search_type(asked), "allow_partial_search_results": False}
                try:
                    answer = self._post("/_search", params, asked, retry=False)
                except (RequestRefused, Unanswered) as error:
                    can_reopen = _is_lost(error) and losses < MAX_LOSSES
                    if not can_reopen and not (self.cluster.may_pass(error) and backoff.wait()):
                        raise
                    losses += 1
                    point = self._open_point()
                    continue
                hits = answer["hits"]["hits"]
                yield hits, losses > 0
                losses, backoff = 0, self.cluster.begin_retries()
                count += len(hits)
                if len(hits) < asked["size"]:
                    return
                point = answer.get("pit_id", point)
                asked["search_after"] = hits[-1]["sort"]
        finally:
            with suppress(StorageError):  # it goes by itself after KEEP_ALIVE
                self.cluster.request("DELETE", "/_search/point_in_time", body={"pit_id": [point]}, retry=False)

    def _params(self, body: Json) -> Json:
        return {
            "search_type": _search_type(body),
            "allow_partial_search_results": False,
            "preference": self._preference,
        }

    def _open_point(self) -> str:
        params = {"keep_alive": KEEP_ALIVE, "allow_partial_pit_creation": False, "preference": self._preference}
        path = f"/{self.index}/_search/point_in_time"
        return str(_ask_again(partial(self.cluster.request, "POST", path, params=params, idempotent=True))["pit_id"])

    def _post(self, path: str, params: Mapping[str, object], body: Json, *, retry: bool = True) -> Json:
        try:
            answer = self.cluster.request("POST", path, params=params, body=body, idempotent=True, retry=retry)
        except RequestRefused as refused:
            self._refuse(refused)
        return self._check(answer)

    def _refuse(self, refused: RequestRefused) -> NoReturn:
        """Raise the error for a search that was refused."""
        if refused.reason == _OUT_OF_TIME:
            raise self._out_of_time() from refused
        raise refused

    def _check(self, answer: Json) -> Json:
        """The answer as it is. Raises StorageError for one that may lack articles."""
        if answer["timed_out"]:
            raise self._out_of_time()
        return answer

    def _out_of_time(self) -> StorageError:
        return StorageError(
            f"a search of {self.cluster.place.text} took longer than the cluster allows; ask for less, or raise"
            " search.default_search_timeout in its settings"
        )


def _is_lost(error: StorageError) -> bool:
    """Whether an index, or a point in time or a part of it, was gone in the middle of a search."""
    if not isinstance(error, RequestRefused) or isinstance(error, ArchiveMissing):
        return False
    return error.kind in _LOST or _NODE_LOST in error.reason


def _ask_again(ask: Callable[[], Answer]) -> Answer:
    """What `ask` returns. It is called again where an index was gone in the middle of a search:
    a rebuild has replaced it, and then the alias is that of another."""
    try:
        return ask()
    except RequestRefused as refused:
        if not _is_lost(refused):
            raise
    return ask()


def _search_type(body: Json) -> str:
    """How the cluster searches. Scores need statistics of all shards, for which each shard is asked
    once more. Without scores, shards that have no dates in the range that is asked for are skipped,
    if there are many."""
    has_scores = body.get("size") != 0 and (body.get("track_scores") or body.get("explain"))
    return "dfs_query_then_fetch" if has_scores else "query_then_fetch"


def read_record(record: str) -> StoredArticle:
    """The stored article of a document. Raises CorruptIndex."""
    return StoredArticle(*parse_record(record))


def _total(answer: Json) -> int:
    return int(answer["hits"]["total"]["value"])


def _sort_keys(sort: Sort, recency: Recency | None) -> list[Json]:
    """The order of hits: the same as `query.ranking` has, but for the rounding of scores. The last
    two keys are the printed date and the id."""
    match sort:
        case "relevance":
            return [_score_key(recency), *_date_keys("desc")]
        case "date":
            return _date_keys("asc")
        case "-date":
            return _date_keys("desc")
        case _:
            assert_never(sort)


def _score_key(recency: Recency | None) -> Json:
    if recency is None:
        return {"_score": "desc"}
    params = {"now": recency.now, "oldest": recency.oldest, "half_life": recency.half_life}
    return {"_script": {"type": "number", "order": "desc", "script": {"source": _FADED_SCORE, "params": params}}}


def _date_keys(order: str) -> list[Json]:
    return [{"printed": {"order": order, "missing": "_last"}}, {"id": "asc"}]
