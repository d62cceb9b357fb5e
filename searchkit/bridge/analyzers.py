"""searchkit's analysis as a Whoosh analyzer, for Whoosh's own parser and highlighter.

Whoosh pickles analyzers into its TOC by name: `searchkit.bridge.analyzers.ArticleAnalyzer` keeps
its name and import path for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.analysis.acore import Token
from whoosh.analysis.analyzers import Analyzer as WhooshAnalyzer

from searchkit.analysis import PARAGRAPH_GAP, Analyzer, Tokens, fold, tokenize, without_hyphen


class ArticleAnalyzer(WhooshAnalyzer):
    """The words of a text as terms of a kind.

    Kinds: "term" (folded and stemmed), "written" (surface forms), "folded".
    """

    def __init__(self, kind: str, language: str = "none") -> None:
        self.kind = kind
        self.language = language

    def __getstate__(self) -> dict[str, str]:
        return {"kind": self.kind, "language": self.language}

    def __setstate__(self, state: dict[str, str]) -> None:
        self.__dict__.update(state)

    def __call__(self, value: str, **settings: Any) -> Iterator[Token]:
        words = tokenize_values(value, self.language)
        terms = self.terms(words.forms)
        token = Token(
            positions=settings.get("positions", False),
            chars=settings.get("chars", False),
            mode=settings.get("mode", ""),
        )
        token.boost = 1.0
        token.stopped = False
        first, first_character = settings.get("start_pos", 0), settings.get("start_char", 0)
        divided = [] if self.kind == "folded" else words.divided  # as in our own segments
        joined = dict(zip(divided, self.terms(list(map(words.joined_form, divided))), strict=True))
        for index, (term, start, end) in enumerate(zip(terms, words.starts, words.ends, strict=True)):
            found = [(term, end)]
            if index in joined:
                found.append((joined[index], words.ends[index + 1]))
            for text, last in found:
                token.text = text
                token.pos = first + words.positions[index]
                token.startchar, token.endchar = first_character + start, first_character + last
                yield token

    def terms(self, forms: list[str]) -> list[str]:
        """The terms of surface forms."""
        if self.kind == "written":
            return forms
        forms = [without_hyphen(form) for form in forms]
        if self.kind == "folded":
            return [fold(form) for form in forms]
        analyzer: Analyzer | None = self.__dict__.get("_analyzer")
        if analyzer is None:
            analyzer = self.__dict__["_analyzer"] = Analyzer(self.language)
        return [analyzer.term(form) for form in forms]


def tokenize_values(value: str | Iterable[str], language: str) -> Tokens:
    """The words of a text, or of several values, which are PARAGRAPH_GAP positions apart."""
    if isinstance(value, str):
        return tokenize(value, language)
    joined = Tokens([], [], [], [], [])
    for text in value:
        words = tokenize(text, language)
        shift = joined.positions[-1] + PARAGRAPH_GAP if joined.positions else 0
        joined.forms.extend(words.forms)
        joined.starts.extend(words.starts)
        joined.ends.extend(words.ends)
        joined.positions.extend(position + shift for position in words.positions)
    return joined
