"""SQLite's full-text index, over a table that holds the articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.benchmark.articles import parse_moment
from scripts.benchmark.library import Answer, Library, after, split_dates, start
from scripts.benchmark.query import All, Dates, Either, Inexpressible, Node, Phrase, Prefix, Without, Word

SCHEMA = """
CREATE TABLE articles (number INTEGER PRIMARY KEY, id, title, body, author, source, topics, date INTEGER);
CREATE VIRTUAL TABLE found USING fts5(title, body, author, source, topics, content='articles', content_rowid='number',
    tokenize='porter unicode61');
INSERT INTO found (found, rank) VALUES ('rank', 'bm25(2.0, 1.0, 0.0, 0.0, 0.0)');
"""
INDEX = """
INSERT INTO found (rowid, title, body, author, source, topics)
    SELECT number, title, body, author, source, topics FROM articles;
CREATE INDEX by_date ON articles (date);
"""
WHERE = "WHERE found MATCH ?"
DATED = "JOIN articles ON number = found.rowid WHERE found MATCH ? AND date >= ? AND date < ?"
COUNT = "SELECT count(*) FROM found"
BEST = "SELECT found.rowid FROM found"
PASSAGES = "SELECT found.title, snippet(found, 1, '[', ']', ' ... ', 32) FROM found"
ORDER = "ORDER BY rank LIMIT 10"


class Fts5(Library):
    """Count and best ten are two statements: FTS5 ranks fastest when it is asked for ten only."""

    modules = ("sqlite3",)

    def versions(self) -> dict[str, str]:
        with closing(sqlite3.connect(":memory:")) as base:
            try:
                base.executescript(SCHEMA)
            except sqlite3.OperationalError as error:
                raise ImportError(str(error)) from error
        return {"sqlite": sqlite3.sqlite_version}

    def add(self, articles: Iterable[Any], place: Path) -> None:
        with closing(sqlite3.connect(place / "articles.db")) as base:
            base.executescript(SCHEMA)
            base.execute("BEGIN")
            base.executemany(
                "INSERT INTO articles (id, title, body, author, source, topics, date) VALUES (?, ?, ?, ?, ?, ?, ?)",
                map(row, articles),
            )
            for statement in INDEX.split(";\n"):
                base.execute(statement)
            base.commit()

    def open(self, place: Path) -> None:
        self.base = sqlite3.connect(f"file:{place / 'articles.db'}?mode=ro", uri=True)

    def translate(self, node: Node) -> tuple[str, tuple[Any, ...]]:
        node, dates = split_dates(node)
        match = "{title body} : (" + expression(node) + ")"
        if dates is None:
            return WHERE, (match,)
        return DATED, (match, int(start(dates.first).timestamp()), int(after(dates.last).timestamp()))

    def answer(self, what: str, query: tuple[str, tuple[Any, ...]]) -> Answer:
        where, values = query
        total = self.base.execute(f"{COUNT} {where}", values).fetchone()[0]
        return Answer(total, self.base.execute(f"{what} {where} {ORDER}", values).fetchall())

    def search(self, query: Any) -> Answer:
        return self.answer(BEST, query)

    def search_with_snippets(self, query: Any) -> Answer:
        return self.answer(PASSAGES, query)


def row(record: dict[str, Any]) -> tuple[Any, ...]:
    """One article as the table holds it."""
    date = parse_moment(record["date"])
    topics = ", ".join(record["topics"])
    seconds = int(date.timestamp()) if date else None
    return record["id"], record["title"], record["body"], record["author"], record["source"], topics, seconds


def expression(node: Node) -> str:
    """The query in FTS5's language."""
    match node:
        case Word():
            return f'title : "{node.text}"' if node.title else f'"{node.text}"'
        case Prefix():
            return f'"{node.text}" *'
        case Phrase():
            return f'"{" ".join(node.words)}"'
        case Dates():
            raise Inexpressible("dates inside of a query")
        case All():
            return " AND ".join(f"({expression(part)})" for part in node.parts)
        case Either():
            return " OR ".join(f"({expression(part)})" for part in node.parts)
        case Without():
            return f"({expression(node.wanted)}) NOT ({expression(node.unwanted)})"


LIBRARY = Fts5()
