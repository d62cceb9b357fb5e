"""bm25s: arrays of scores in memory.

It knows words and OR only; no fields, phrases, dates or passages.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.benchmark.library import Answer, Library, import_library
from scripts.benchmark.query import Either, Inexpressible, Node, Word


class Bm25s(Library):
    """Title and body are one text."""

    modules = ("bm25s", "Stemmer")
    distributions = ("bm25s", "PyStemmer")
    snippets = False

    def add(self, articles: Iterable[Any], place: Path) -> None:
        library = import_library("bm25s")
        records = list(articles)
        texts = [f"{record['title']}\n{record['body']}" for record in records]
        tokens = library.tokenize(
            texts, stopwords=[], stemmer=import_library("Stemmer").Stemmer("english"), show_progress=False
        )
        index = library.BM25()
        index.index(tokens, show_progress=False)
        index.save(str(place), corpus=records, show_progress=False)

    def open(self, place: Path) -> None:
        self.index = import_library("bm25s").BM25.load(str(place), mmap=True, show_progress=False)
        self.topk = import_library("bm25s.selection").topk
        self.stem = import_library("Stemmer").Stemmer("english").stemWord

    def translate(self, node: Node) -> list[str]:
        parts = node.parts if isinstance(node, Either) else (node,)
        stems = [self.stem(part.text) for part in parts if isinstance(part, Word) and not part.title]
        if len(stems) < len(parts):
            raise Inexpressible("only words and OR")
        return stems

    def search(self, query: Any) -> Answer:
        scores = self.index.get_scores(query)
        total = int((scores > 0).sum())
        return Answer(total, self.topk(scores, k=min(10, len(scores)))[1].tolist())


LIBRARY = Bm25s()
