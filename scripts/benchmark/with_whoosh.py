"""Plain Whoosh, with its own codec, in one process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from scripts.benchmark.articles import Record, parse_moment
from scripts.benchmark.library import Answer, Library, after, import_library, start
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Without, Word

MEGABYTES = 256


class Whoosh(Library):
    """Queries are made as objects beforehand; its parser would add to its times."""

    modules = ("whoosh.index",)
    distributions = ("whoosh3",)

    def schema(self) -> Any:
        analysis, fields = import_library("whoosh.analysis"), import_library("whoosh.fields")
        stemming = analysis.RegexTokenizer() | analysis.LowercaseFilter() | analysis.StemFilter(lang="en")
        return fields.Schema(
            id=fields.ID(stored=True),
            title=fields.TEXT(analyzer=stemming, stored=True, phrase=True, field_boost=2.0),
            body=fields.TEXT(analyzer=stemming, stored=True, phrase=True),
            author=fields.TEXT(stored=True),
            source=fields.TEXT(stored=True),
            topics=fields.KEYWORD(stored=True, commas=True, lowercase=True),
            date=fields.DATETIME(stored=True),
        )

    def add(self, articles: Iterable[Record], place: Path) -> None:
        index = import_library("whoosh.index").create_in(str(place), self.schema())
        writer = index.writer(limitmb=MEGABYTES, procs=1)
        for record in articles:
            date = parse_moment(record["date"])
            values = dict(record, topics=",".join(record["topics"]), date=without_zone(date) if date else None)
            writer.add_document(**{name: value for name, value in values.items() if value})
        writer.commit()
        index.close()

    def open(self, place: Path) -> None:
        self.query = import_library("whoosh.query")
        self.searcher = import_library("whoosh.index").open_dir(str(place)).searcher()
        self.analyzer = self.searcher.schema["body"].analyzer

    def translate(self, node: Node) -> Any:
        query = self.query
        match node:
            case Word():
                stem = self.stem(node.text)
                return query.Term("title", stem) if node.title else self.both(query.Term, stem)
            case Prefix():
                return self.both(query.Prefix, node.text)
            case Phrase():
                return self.both(query.Phrase, [self.stem(word) for word in node.words])
            case Dates():
                last = after(node.last) - timedelta(microseconds=1)
                return query.DateRange("date", without_zone(start(node.first)), without_zone(last))
            case All():
                return query.And([self.translate(part) for part in node.parts])
            case Either():
                return query.Or([self.translate(part) for part in node.parts])
            case Without():
                # Not AndNot: that returns excluded articles in some nestings.
                return query.And([self.translate(node.wanted), query.Not(self.translate(node.unwanted))])

    def stem(self, word: str) -> str:
        stem: str = next(token.text for token in self.analyzer(word))
        return stem

    def both(self, kind: Any, value: Any) -> Any:
        return self.query.Or([kind("title", value), kind("body", value)])

    def search(self, query: Any) -> Answer:
        results = self.searcher.search(query, limit=10)
        return Answer(len(results), [hit.docnum for hit in results])

    def search_with_snippets(self, query: Any) -> Answer:
        results = self.searcher.search(query, limit=10)
        return Answer(len(results), [(hit["title"], hit.highlights("body", top=1)) for hit in results if "title" in hit])


def without_zone(date: datetime) -> datetime:
    """The date as Whoosh wants it."""
    return date.replace(tzinfo=None)


LIBRARY = Whoosh()
