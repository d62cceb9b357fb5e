"""tantivy, by tantivy-py: two threads and half a gigabyte to write with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scripts.benchmark.articles import Record, parse_moment, read_lines
from scripts.benchmark.library import Answer, Library, after, import_library, start
from scripts.benchmark.query import All, Dates, Either, Node, Phrase, Prefix, Without, Word

HEAP = 512_000_000
THREADS = 2


class Tantivy(Library):
    """Queries go through tantivy's own parser, which is faster than objects made in Python."""

    modules = ("tantivy",)
    distributions = ("tantivy",)

    def schema(self) -> Any:
        builder = import_library("tantivy").SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        for name in ("title", "body"):
            builder.add_text_field(name, stored=True, tokenizer_name="en_stem", index_option="position")
        for name in ("author", "source", "topics"):
            builder.add_text_field(name, stored=True)
        builder.add_date_field("date", stored=True, indexed=True, fast=True)
        return builder.build()

    def load(self, file: Path) -> list[Any]:
        return [dict(record, date=parse_moment(record["date"])) for record in read_lines(file)]

    def write(self, records: Iterable[Record], place: Path) -> Any:
        """Add and commit. Single calls of `add_text` are the fastest way to make a document."""
        new = import_library("tantivy").Document
        writer = import_library("tantivy").Index(self.schema(), str(place)).writer(HEAP, THREADS)
        for record in records:
            document = new()
            for name in ("id", "title", "body", "author", "source"):
                document.add_text(name, record[name])
            for topic in record["topics"]:
                document.add_text("topics", topic)
            if record["date"]:
                date = record["date"]
                document.add_date("date", parse_moment(date) if isinstance(date, str) else date)
            writer.add_document(document)
        writer.commit()
        return writer

    def add(self, articles: Iterable[Any], place: Path) -> None:
        self.write(articles, place)

    def build(self, file: Path, place: Path) -> None:
        # A process that ends earlier would cut the merges short and leave more segments to search.
        self.write(read_lines(file), place).wait_merging_threads()

    def open(self, place: Path) -> None:
        self.index = import_library("tantivy").Index.open(str(place))
        self.searcher = self.index.searcher()

    def translate(self, node: Node) -> str:
        match node:
            case Word():
                return f"title:{node.text}" if node.title else node.text
            case Prefix():
                return f"(title:/{node.text}.*/ OR body:/{node.text}.*/)"
            case Phrase():
                return f'"{" ".join(node.words)}"'
            case Dates():
                return f"date:[{start(node.first):%Y-%m-%dT%H:%M:%SZ} TO {after(node.last):%Y-%m-%dT%H:%M:%SZ}}}"
            case All():
                return " AND ".join(f"({self.translate(part)})" for part in node.parts)
            case Either():
                return " OR ".join(f"({self.translate(part)})" for part in node.parts)
            case Without():
                return f"+({self.translate(node.wanted)}) -({self.translate(node.unwanted)})"

    def parsed(self, query: str) -> Any:
        return self.index.parse_query(
            query, ["title", "body"], {"title": 2.0}, conjunction_by_default=True, allow_regexes=True
        )

    def search(self, query: Any) -> Answer:
        result = self.searcher.search(self.parsed(query), 10)
        # Addresses, not ids: reading those would cost a document each.
        return Answer(result.count, result.hits)

    def search_with_snippets(self, query: Any) -> Answer:
        parsed = self.parsed(query)
        result = self.searcher.search(parsed, 10)
        passages = import_library("tantivy").SnippetGenerator.create(self.searcher, parsed, self.index.schema, "body")
        best = []
        for _, address in result.hits:
            document = self.searcher.doc(address)
            best.append((document["title"][0], passages.snippet_from_doc(document).to_html()))
        return Answer(result.count, best)


LIBRARY = Tantivy()
