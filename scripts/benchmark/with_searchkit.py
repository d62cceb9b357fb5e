"""searchkit, by its public names only."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.benchmark.library import Answer, Library
from scripts.benchmark.query import Node, searchkit_text


class Searchkit(Library):
    """The engine that the others are compared with.

    The whole-process build is the command `searchkit index`.
    """

    modules = ("searchkit",)
    distributions = ("searchkit", "numpy", "PyStemmer")

    def load(self, file: Path) -> list[Any]:
        import searchkit

        return list(searchkit.read(file))

    def add(self, articles: Iterable[Any], place: Path) -> None:
        import searchkit

        with searchkit.open(place, create=True) as engine:
            engine.add(articles)

    def open(self, place: Path) -> None:
        import searchkit

        self.engine = searchkit.open(place)

    def translate(self, node: Node) -> str:
        return searchkit_text(node)

    def search(self, query: Any) -> Answer:
        result = self.engine.search(query, limit=10, snippets=1)
        return Answer(result.total, [hit.id for hit in result])

    def search_with_snippets(self, query: Any) -> Answer:
        result = self.engine.search(query, limit=10, snippets=1)
        return Answer(result.total, [(hit.title, hit.snippet) for hit in result])


LIBRARY = Searchkit()
