"""What the scores of one article are made of, as a cluster has it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from searchkit.analysis import Analyzer
from searchkit.engines.memory_snapshot import ArticleInMemory, MemorySnapshot
from searchkit.engines.opensearch.documents import document_id
from searchkit.engines.opensearch.pairs import any_query
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.words import Json, word_queries
from searchkit.model import StoredArticle
from searchkit.query.explain_score import ConstantScore, WordFigures
from searchkit.query.nodes import Node, Phrase, SingleWord, SpanNode, Word, leaves
from searchkit.schema import TEXT_FIELDS

Parts: TypeAlias = Sequence[WordFigures | ConstantScore]

_COUNTED_FOLDED = "the word, whatever its case and accents,"
_PATTERN = "words of a pattern score a constant"
_DIVIDED = "a word that is divided at a line's end scores a constant"


class ClusterArticle:
    """An article of a cluster, as `query.explain_score.ScoredArticle`.

    Our own matcher says what matches in the stored article. The figures of all words of the query
    are asked for at once: the cluster explains their scores.
    """

    def __init__(self, searcher: Searcher, stored: StoredArticle, analyzer: Analyzer, root: Node) -> None:
        """`analyzer` is that of the archive, `root` the tree of the query."""
        self._searcher, self._analyzer, self._root = searcher, analyzer, root
        self._id = stored.article.id
        snapshot = MemorySnapshot(0, {self._id: stored.article}, analyzer, {self._id: stored.origin})
        self._article = ArticleInMemory(snapshot, stored.article)
        self._figures: dict[tuple[SingleWord, str], Parts] | None = None

    @property
    def printed_date(self) -> int | None:
        """See ScoredArticle."""
        return self._article.printed_date

    def matches(self, node: Node) -> bool:
        """See ScoredArticle."""
        return self._article.matches(node)

    def has_span(self, node: SpanNode, field: str) -> bool:
        """See ScoredArticle."""
        return self._article.has_span(node, field)

    def figures(self, word: SingleWord, field: str) -> Parts:
        """See ScoredArticle. Raises StorageError."""
        if self._figures is None:
            self._figures = self._ask()
        return self._figures[word, field]

    def _ask(self) -> dict[tuple[SingleWord, str], Parts]:
        """The figures of all words of the query that the article has, by word and field."""
        asked = [
            (word, field)
            for word in dict.fromkeys(_words_in(self._root))
            for field in TEXT_FIELDS
            if word.field in ("", field) and self.has_span(word, field)
        ]
        queries = [any_query(word_queries(word, field, 1.0, self._analyzer)) for word, field in asked]
        answers = self._searcher.search_many([self._only(query) | {"explain": True} for query in queries])
        found: dict[tuple[SingleWord, str], Parts] = {}
        for key, answer in zip(asked, answers, strict=True):
            hits = answer["hits"]["hits"]  # none if it was deleted meanwhile
            found[key] = [part for hit in hits for part in _read(hit["_explanation"], key[0])]
        return found

    def _only(self, query: Json) -> Json:
        """A search for a query in this article alone."""
        only = {"bool": {"must": [query], "filter": [{"ids": {"values": [document_id(self._id)]}}]}}
        return {"query": only, "size": 1, "_source": False, "track_total_hits": False}


def _words_in(root: Node) -> Iterator[SingleWord]:
    for leaf in leaves(root):
        for item in leaf.items if isinstance(leaf, Phrase) else (leaf,):
            if isinstance(item, SingleWord):
                yield item


def _read(explanation: Json, word: SingleWord) -> Iterator[WordFigures | ConstantScore]:
    """What the score of a word is the sum of, as Lucene explains it. What does not score has the
    value 0 there."""
    value = explanation["value"]
    if not value:
        return
    if explanation["description"].startswith("weight("):
        figures = dict(_numbers(explanation))
        yield WordFigures(
            field_count=int(figures["N"]),
            with_word=int(figures["n"]),
            idf=figures["idf"],
            frequency=int(figures["freq"]),
            length=int(figures["dl"]),
            average=figures["avgdl"],
            counted=_COUNTED_FOLDED if isinstance(word, Word) and word.exact else "the word",
            of_cluster=True,
        )
    elif not explanation["details"]:
        yield ConstantScore(value, _DIVIDED if isinstance(word, Word) else _PATTERN)
    else:
        for detail in explanation["details"]:
            yield from _read(detail, word)


def _numbers(explanation: Json) -> Iterator[tuple[str, float]]:
    """All values of an explanation by their names: "n" of "n, number of documents containing
    term"."""
    yield explanation["description"].partition(",")[0], explanation["value"]
    for detail in explanation["details"]:
        yield from _numbers(detail)
