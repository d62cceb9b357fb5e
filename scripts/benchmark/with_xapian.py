"""Xapian, by its own bindings (Debian: python3-xapian, for the system's Python)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.benchmark.articles import parse_moment
from scripts.benchmark.library import Answer, Library, after, import_library, start
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Without, Word

PREFIXES = {"title": "S", "body": "XB", "author": "A", "source": "XS", "topics": "XT"}
DATE = 0
GAP = 100


class Xapian(Library):
    """Title and body have prefixes of their own, as fields; the date is a value and the article its
    data."""

    modules = ("xapian",)

    def versions(self) -> dict[str, str]:
        return {"xapian": import_library("xapian").version_string()}

    def add(self, articles: Iterable[Any], place: Path) -> None:
        xapian = import_library("xapian")
        database = xapian.WritableDatabase(str(place / "articles"), xapian.DB_CREATE_OR_OPEN)
        stemmed, unstemmed = xapian.TermGenerator(), xapian.TermGenerator()
        stemmed.set_stemmer(xapian.Stem("en"))
        stemmed.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for record in articles:
            document = xapian.Document()
            for generator, fields in ((stemmed, ("title", "body")), (unstemmed, ("author", "source", "topics"))):
                generator.set_document(document)
                for name in fields:
                    text = record[name] if isinstance(record[name], str) else " ".join(record[name])
                    generator.index_text(text, 1, PREFIXES[name])
                    generator.increase_termpos(GAP)
            document.set_data(json.dumps(record))
            date = parse_moment(record["date"])
            if date:
                document.add_value(DATE, xapian.sortable_serialise(date.timestamp()))
            database.add_document(document)
        database.commit()
        database.close()

    def open(self, place: Path) -> None:
        self.xapian = import_library("xapian")
        self.database = self.xapian.Database(str(place / "articles"))
        self.stemmer = self.xapian.Stem("en")

    def translate(self, node: Node) -> Any:
        query = self.xapian.Query
        match node:
            case Word():
                title = query(PREFIXES["title"] + self.stem(node.text))
                if node.title:
                    return title
                return self.both(title, query(PREFIXES["body"] + self.stem(node.text)))
            case Prefix():
                # All arguments: the bindings take two of them for an operator and a query.
                how = 0, query.WILDCARD_LIMIT_ERROR, query.OP_SYNONYM
                wildcards = [query(query.OP_WILDCARD, PREFIXES[name] + node.text, *how) for name in ("title", "body")]
                return self.both(*wildcards)
            case Phrase():
                stems = [self.stem(word) for word in node.words]
                phrases = [query(query.OP_PHRASE, [PREFIXES[name] + s for s in stems]) for name in ("title", "body")]
                return self.both(*phrases)
            case Dates():
                first, last = start(node.first).timestamp(), after(node.last).timestamp() - 1
                ends = self.xapian.sortable_serialise(first), self.xapian.sortable_serialise(last)
                return query(query.OP_VALUE_RANGE, DATE, *ends)
            case All():
                return query(query.OP_AND, [self.translate(part) for part in node.parts])
            case Either():
                return query(query.OP_OR, [self.translate(part) for part in node.parts])
            case Without():
                return query(query.OP_AND_NOT, self.translate(node.wanted), self.translate(node.unwanted))

    def stem(self, word: str) -> str:
        stem: bytes = self.stemmer(word)
        return stem.decode()

    def both(self, title: Any, body: Any) -> Any:
        query = self.xapian.Query
        return query(query.OP_OR, query(query.OP_SCALE_WEIGHT, title, 2.0), body)

    def match(self, query: Any) -> Any:
        enquire = self.xapian.Enquire(self.database)
        enquire.set_query(query)
        # All documents must be checked, or the total is an estimate.
        return enquire.get_mset(0, 10, self.database.get_doccount())

    def search(self, query: Any) -> Answer:
        matches = self.match(query)
        return Answer(matches.get_matches_estimated(), [match.docid for match in matches])

    def search_with_snippets(self, query: Any) -> Answer:
        matches = self.match(query)
        best = []
        for match in matches:
            article = json.loads(match.document.get_data())
            best.append((article["title"], matches.snippet(article["body"], 250, self.stemmer)))
        return Answer(matches.get_matches_estimated(), best)


LIBRARY = Xapian()
