"""Makes small archives for runs over roots, and collects what an index holds, to compare it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import searchkit

QUERIES = ("peace", "peace talks", '"peace talks"', "number7 OR room3", "tal* -room2", "date:2020", "title:report")


def write(path: Path, body: str, title: str = "Report") -> None:
    """Write a text file of one article."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f" date 2020-04-26\n\n{title}\n\n{body}\n", encoding="utf-8")


def write_lines(path: Path, numbers: Iterable[int], *, changed: Iterable[int] = (), long: int = 1) -> None:
    """Write JSON lines with ids; those of `changed` have a new text."""
    new = set(changed)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for n in numbers:
        text = ("Truce" if n in new else "Peace") + f" talks go on in room{n % 5}, number{n}. "
        lines.append(json.dumps({"id": f"j{n}", "title": f"Report {n}", "date": "2020-04-26", "text": text * long}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def make(root: Path) -> Path:
    """Write ten text files and a file of thirty articles."""
    for n in range(10):
        write(root / f"t/{n}.txt", f"Peace talks of number{n} in room{n % 5}.")
    write_lines(root / "lines.jsonl", range(30))
    return root


def answers(engine: searchkit.Engine) -> dict[str, list[tuple[str, float]]]:
    """Every hit of some queries, with its score."""
    return {query: [(hit.id, hit.score) for hit in engine.search(query, limit=None)] for query in QUERIES}


def without_scores(content: tuple[object, ...]) -> tuple[object, ...]:
    """A `content` that says of searches only what they find."""
    stored, found, *rest = content
    assert isinstance(found, dict)
    return stored, {query: {name for name, _ in hits} for query, hits in found.items()}, *rest


def articles(engine: searchkit.Engine) -> dict[str, searchkit.Article]:
    """All that the index holds."""
    return {hit.id: hit.article for hit in engine.search("*", limit=None)}


def content(engine: searchkit.ArchiveEngine) -> tuple[object, ...]:
    """Articles with their files, search results, roots and tombstones."""
    stored = sorted(engine.articles(), key=lambda one: one.article.id)
    return stored, answers(engine), engine.roots(), engine.tombstones()
