"""What a diagnosis asks a cluster.

A cluster has no request that lists the terms of a field. But it tells how it rewrote a query
(`profile`), and it rewrites fuzzy words, prefixes and regular expressions, with the method
`top_terms_N`, to the terms that they stand for on each shard. So terms are listed here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any, TypeAlias

import orjson

from searchkit.engines.opensearch.layers import ANY_WORD
from searchkit.engines.opensearch.searching import Searcher
from searchkit.query.nodes import Everything, Fuzzy, Node, Phrase, Regex, SingleWord, Wildcard, Word, leaves
from searchkit.query.spelling import edit_cost, is_near
from searchkit.schema import FIELDS, TEXT_FIELDS, Kind, date_of

Json: TypeAlias = dict[str, Any]
Resolve: TypeAlias = Callable[[Node, Callable[[Json], Json]], Json]
"""Makes the query that matches just the articles of a node, and returns what a function returns for
it. The function may raise RequestRefused, and is called with another query then, if there is one:
see `verification.QueryResolver.search`."""

MAX_LISTED = 150
"""Terms of a field on a shard that are spelled like a word, at most: those with the fewest edits.
Four fields are asked at once, and a query has 1,024 clauses at most."""
MAX_NEAR_WORDS = 64
"""Candidates for a word, at most: those whose edits cost least."""
MAX_FORMS = 20
"""Surface forms of a word in a field on a shard, at most, beside the one that is folded."""
WORDS_AT_ONCE = 12
"""Words whose surface forms are listed at once."""
MAX_VALUES = 1_000
"""Values of a field, at most: the most frequent ones."""

_WORD_FIELDS = tuple(name for name, field in FIELDS.items() if field.kind is Kind.WORDS)
_VALUE_FIELDS = {"lang": "lang", "source": "source.value"}


class ClusterEvidence:
    """An archive in a cluster, as `query.evidence.Evidence`: a set of articles is a query that
    matches just these.

    Questions that are likely asked next are asked in the same request: the numbers of articles of
    all nodes whose sets are known, and what corrections of a word depend on. No set is counted
    twice.
    """

    may_hold_deleted = False

    def __init__(self, searcher: Searcher, resolve: Resolve) -> None:
        self._searcher, self._resolve = searcher, resolve
        self._counts: dict[bytes, int] = {}
        self._uncounted: dict[bytes, Json] = {}
        self._has_word: dict[tuple[str, str], bool] = {}
        self._near_words: dict[tuple[str, str, int], dict[str, int]] = {}
        self._forms: dict[tuple[str, str], frozenset[str]] = {}
        self.docs(Everything())

    def docs(self, node: Node) -> Json:
        """See Evidence.docs."""
        docs = self._resolve(node, self._count_now if _may_be_refused(node) else _as_it_is)
        if (key := _key(docs)) not in self._counts:
            self._uncounted[key] = docs
        return docs

    def count(self, docs: Json) -> int:
        """See Evidence.count."""
        key = _key(docs)
        if key not in self._counts and any(self._counts.get(_key(part)) == 0 for part in _parts(docs, "filter")):
            self._counts[key] = 0
        if key not in self._counts:
            self._uncounted[key] = docs
            self._ask_and_count([])
        return self._counts[key]

    def _ask_and_count(self, searches: Sequence[Json]) -> list[Json]:
        """The answers to some searches. All sets that were not counted are counted with them."""
        waiting, self._uncounted = self._uncounted, {}
        answers = self._ask([*searches, *map(_counting, waiting.values())])
        self._counts |= zip(waiting, map(_total, answers[len(searches) :]), strict=True)
        return answers[: len(searches)]

    def _count_now(self, docs: Json) -> Json:
        """The set as it is. Raises RequestRefused where the cluster does not count it."""
        (answer,) = self._ask([_counting(docs)])
        self._counts[_key(docs)] = _total(answer)
        return docs

    def intersect(self, one: Json, other: Json) -> Json:
        """See Evidence.intersect."""
        return {"bool": {"filter": [*_parts(one, "filter"), *_parts(other, "filter")]}}

    def unite(self, one: Json, other: Json) -> Json:
        """See Evidence.unite."""
        return _any_of([*_parts(one, "should"), *_parts(other, "should")])

    def near_words(self, folded: str, field: str, edits: int) -> Mapping[str, int]:
        """See Evidence.near_words: at most MAX_NEAR_WORDS, each with the articles that it finds.

        Of a word in title or body, all fields are asked: a diagnosis looks there if these have
        none, and, of any word, which other fields have it.
        """
        if (folded, field, edits) not in self._near_words:
            fields = (field,) if field else ("", *_WORD_FIELDS)
            for name in ("", *_WORD_FIELDS):
                self.docs(Word(folded, name))
            found = self._list_near_words(folded, fields, edits)
            asked = [(name, word) for name in fields for word in found[name]]
            docs = [self._resolve(Word(word, name), _as_it_is) for name, word in asked]
            answers = self._ask(
                [
                    _counting(each) | {"aggs": {"live": {"filter": _any_of(_folded_terms(word, name))}}}
                    for (name, word), each in zip(asked, docs, strict=True)
                ]
            )
            self._near_words |= {(folded, name, edits): {} for name in fields}
            for (name, word), each, answer in zip(asked, docs, answers, strict=True):
                total = self._counts[_key(each)] = _total(answer)
                if answer["aggregations"]["live"]["doc_count"]:  # else only deleted articles have it
                    self._near_words[folded, name, edits][word] = total
        return self._near_words[folded, field, edits]

    def _list_near_words(self, folded: str, fields: Sequence[str], edits: int) -> dict[str, list[str]]:
        """The candidates for a word in each of some fields. Whether the fields have the halves of
        the word becomes known too."""
        halves = {half for at in range(1, len(folded)) for half in (folded[:at], folded[at:])}
        pattern = _halves_pattern(folded)
        listings = []
        for field in fields:
            queries: list[Json] = []
            for name, code in _folded_fields(field):
                fuzzy = {"value": code + folded, "fuzziness": edits, "prefix_length": len(code)}
                queries.append({"fuzzy": {name: fuzzy | {"rewrite": f"top_terms_{MAX_LISTED}"}}})
                regexp = {"value": code + pattern, "flags": "NONE", "rewrite": f"top_terms_{len(halves)}"}
                queries.append({"regexp": {name: regexp}})
            listings.append(_listing(queries))
        found = {}
        for field, answer in zip(fields, self._ask_and_count(listings), strict=True):
            words = {term.removeprefix("f<") for _, term in _listed(answer)}
            self._has_word |= {(half, field): half in words for half in halves}
            near = [word for word in words if is_near(word, folded, edits)]
            found[field] = sorted(near, key=lambda word: (edit_cost(folded, word), word))[:MAX_NEAR_WORDS]
        return found

    def forms(self, folded: str, field: str) -> frozenset[str]:
        """See Evidence.forms. A word with many has MAX_FORMS of each field and shard."""
        if field not in ("", *TEXT_FIELDS):
            return frozenset((folded,)) if self.has_word(folded, field) else frozenset()
        if (folded, field) not in self._forms:
            near = next((words for (_, name, _), words in self._near_words.items() if name == field and folded in words), ())
            others = [word for word in near if word != folded and (word, field) not in self._forms]
            self._find_forms([folded, *others[: WORDS_AT_ONCE - 1]], field)
        return self._forms[folded, field]

    def _find_forms(self, words: Sequence[str], field: str) -> None:
        """Find the surface forms of some words in title or body (field "": both)."""
        names = (field,) if field else TEXT_FIELDS
        prefixes: list[Json] = [
            {"prefix": {path: {"value": f"{code}{word}/", "rewrite": f"top_terms_{MAX_FORMS}"}}}
            for word in words
            for name in names
            for path, code in ((f"{name}.surface", ""), (f"{name}.structure", "w<"))
        ]
        as_folded = [_any_of([query for name in names for query in _written_as_folded(word, name)]) for word in words]
        listed, *answers = self._ask([_listing(prefixes), *map(_asking_for_any, as_folded)])
        found = {word: {word} if _total(answer) else set() for word, answer in zip(words, answers, strict=True)}
        terms = defaultdict[tuple[str, str], list[Json]](list)
        for path, term in _listed(listed):
            folded, _, _, form = term.removeprefix("w<").split("/")
            terms[folded, form].append({"term": {path: term}})
        # Deleted articles may have some, until the cluster has merged its segments.
        for (folded, form), answer in zip(terms, self._ask(map(_asking_for_any, map(_any_of, terms.values()))), strict=True):
            if _total(answer):
                found[folded].add(form)
        self._forms |= {(word, field): frozenset(forms) for word, forms in found.items()}

    def has_word(self, folded: str, field: str) -> bool:
        """See Evidence.has_word. It may be one that only deleted articles have."""
        if (folded, field) not in self._has_word:
            (answer,) = self._ask([_asking_for_any(_any_of(_folded_terms(folded, field)))])
            self._has_word[folded, field] = _total(answer) > 0
        return self._has_word[folded, field]

    def has_prefix(self, prefix: str, field: str) -> bool:
        """See Evidence.has_prefix."""
        queries: list[Json] = [{"prefix": {name: code + prefix}} for name, code in _folded_fields(field)]
        (answer,) = self._ask([_asking_for_any(_any_of(queries))])
        return _total(answer) > 0

    def date_span(self) -> tuple[datetime, datetime] | None:
        """See Evidence.date_span."""
        dated = {"size": 1, "_source": False, "track_total_hits": False, "query": {"exists": {"field": "printed"}}}
        answers = self._ask([dated | {"sort": [{"printed": order}, {"moment": order}]} for order in ("asc", "desc")])
        dates = []
        for answer in answers:
            for hit in answer["hits"]["hits"]:
                printed, moment = hit["sort"]
                dates.append(date_of(printed, (printed - moment) // 1_000_000))
        return (dates[0], dates[1]) if dates else None

    def values(self, field: str) -> Mapping[str, int]:
        """See Evidence.values: the MAX_VALUES most frequent ones."""
        terms = {"field": _VALUE_FIELDS[field], "size": MAX_VALUES}
        (answer,) = self._ask([{"size": 0, "track_total_hits": False, "aggs": {"values": {"terms": terms}}}])
        return {bucket["key"]: bucket["doc_count"] for bucket in answer["aggregations"]["values"]["buckets"]}

    def _ask(self, searches: Iterable[Json]) -> list[Json]:
        """The answers to some searches. Raises StorageError."""
        return self._searcher.search_many(list(searches))


def _as_it_is(docs: Json) -> Json:
    return docs


def _may_be_refused(node: Node) -> bool:
    """Whether a node has patterns inside intervals, which may stand for too many words."""
    words = (item for leaf in leaves(node) for item in (leaf.items if isinstance(leaf, Phrase) else (leaf,)))
    return not isinstance(node, SingleWord) and any(isinstance(word, Wildcard | Fuzzy | Regex) for word in words)


def _key(docs: Json) -> bytes:
    """What tells sets apart; a filter alone is the set that it lets through."""
    parts = _parts(docs, "filter")
    return _key(parts[0]) if len(parts) == 1 and parts[0] is not docs else orjson.dumps(docs)


def _parts(docs: Json, occur: str) -> list[Json]:
    """The sets that a set is the intersection ("filter") or the union ("should") of. (Queries may
    be nested 20 deep.)"""
    clauses = docs.get("bool", {})
    return clauses[occur] if clauses.keys() == {occur} and isinstance(clauses[occur], list) else [docs]


def _any_of(queries: Sequence[Json]) -> Json:
    return {"bool": {"should": list(queries)}}


def _counting(docs: Json) -> Json:
    return {"size": 0, "track_total_hits": True, "query": docs}


def _asking_for_any(docs: Json) -> Json:
    return {"size": 0, "track_total_hits": 1, "terminate_after": 1, "query": docs}


def _total(answer: Any) -> int:
    found: int = answer["hits"]["total"]["value"]
    return found


def _listing(queries: Sequence[Json]) -> Json:
    """A search that lists the terms that some queries are rewritten to."""
    return {"size": 0, "track_total_hits": False, "terminate_after": 1, "profile": True, "query": _any_of(queries)}


def _listed(answer: Any) -> set[tuple[str, str]]:
    """The terms of a listing, each with its field."""
    found = set()
    waiting = [
        query for shard in answer["profile"]["shards"] for search in shard.get("searches", ()) for query in search["query"]
    ]
    while waiting:
        query = waiting.pop()
        waiting += query.get("children", ())
        if query["type"] == "TermQuery":
            path, _, term = query["description"].partition(":")
            found.add((path, term))
    return found


def _folded_fields(field: str) -> Iterator[tuple[str, str]]:
    """Where folded words of a field ("": of title and body) stand: the names of the cluster's
    fields, and what begins their terms there."""
    if field in FIELDS and FIELDS[field].kind is Kind.WORDS:
        yield f"{field}.words", ""
        return
    for name in (field,) if field else TEXT_FIELDS:
        yield f"{name}.folded", ""
        yield f"{name}.structure", "f<"


def _folded_terms(folded: str, field: str) -> list[Json]:
    """Queries for a folded word in a field ("": in title or body)."""
    return [{"term": {name: code + folded}} for name, code in _folded_fields(field)]


def _written_as_folded(word: str, name: str) -> Iterator[Json]:
    """Queries for a word in title or body that is written as it is folded: it has no surface token
    of its own."""
    for path, token, surface in (
        (f"{name}.folded", word, {"query": ANY_WORD, "use_field": f"{name}.surface"}),
        (f"{name}.structure", f"f<{word}", {"query": f"w<{ANY_WORD}"}),
    ):
        yield {"intervals": {path: {"match": {"query": token, "filter": {"contained_by": {"match": surface}}}}}}


def _halves_pattern(word: str) -> str:
    """A regular expression of Lucene for all beginnings and ends of a word, but for the whole."""
    letters = [re.sub(r"\W", r"\\\g<0>", letter) for letter in word]
    heads = reduce(lambda rest, letter: f"{letter}({rest})?", reversed(letters[:-2]), letters[-2])
    tails = reduce(lambda rest, letter: f"({rest})?{letter}", letters[2:], letters[1])
    return f"({heads}|{tails})"
