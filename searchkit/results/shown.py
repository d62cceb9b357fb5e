"""An article as hits show it, with what is worked out of its texts when it is shown again and again."""

from __future__ import annotations

from searchkit.analysis import sentence_spans
from searchkit.model import Article, Mark
from searchkit.results.spotting import Searchable, searchable

BYTES_AN_ARTICLE = 2_000
BYTES_A_CHARACTER = 4
"""What an article and all that is worked out of it take, about."""


class ShownArticle:
    """An article that was found. Its texts are made ready for searching once, and taken apart into sentences when
    sentences are asked for a second time: for a single showing, to look around the marks is faster."""

    __slots__ = ("_asked", "_ready", "_sentences", "article", "nbytes")

    def __init__(self, article: Article) -> None:
        self.article = article
        self.nbytes = BYTES_AN_ARTICLE + BYTES_A_CHARACTER * (len(article.title) + len(article.body))
        self._ready: dict[str, Searchable | None] = {}
        self._sentences: list[Mark] | None = None
        self._asked = False

    def text(self, field: str) -> str:
        """The title or the body."""
        return self.article.title if field == "title" else self.article.body

    def ready(self, field: str) -> Searchable | None:
        """The title or the body, to be searched for words; None for one that has to be read in full."""
        if field not in self._ready:
            self._ready[field] = searchable(self.text(field))
        return self._ready[field]

    def sentences(self, language: str) -> list[Mark] | None:
        """The sentences of the body, which is in this language, or None when they were never asked for before."""
        if self._sentences is None:
            if not self._asked:
                self._asked = True
                return None
            self._sentences = sentence_spans(self.article.body, language)
        return self._sentences
