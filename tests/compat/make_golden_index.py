"""Make the golden index: a whole index as this version writes it, and what it answers as JSON.

    .venv-dev/bin/python -m tests.compat.make_golden_index

Only while it is not published; afterwards it is never made again (see README.md). The root is read
at ROOT, which must not be there before.
"""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson

import searchkit
from searchkit.schema import to_record

FOLDER = Path(__file__).parent / "index-v3"
ANSWERS = FOLDER.with_suffix(".json")
ROOT = Path("/archive/news")
MODIFIED = 1_587_900_000_000_000_000
"""The time of every file (nanoseconds): part of what the index remembers of it."""

QUERIES = (
    "*",
    "peace",
    "body:peace",
    '"peace talks"',
    '"peace * baku"',
    "peace w/3 baku OR oil pre/2 prices",
    "report not w/5 oil",
    "talks /s baku",
    "atleast2(peace)",
    "title:report -oil",
    "=Peace",
    "pea*",
    "treety~1",
    "/tr.*t(y|ies)/",
    '"report* on"~2',
    "conflict",
    "con flict",
    "date:2020-04-25..2020-04-27",
    "date:>2020-04-25T21:00Z",
    "date:none",
    "words:<8",
    "author:mammadov",
    "source:*",
    "topic:trade^3 OR oil",
    "lang:fr",
    "id:news/lines*",
    "NOT peace",
)

FILES = {
    "a.txt": b" date 2020-04-26 By Akbar Mammadov\n\nPeace talks resume\n\nPeace talks went on in Baku.\n\nNobody spoke of war.\n",
    "b.txt": b"27 April 2020\nBy Ann Lee\n\nOil report\n\nOil prices rose to 1,655.8. The treaty holds; treaties end wars.\n",
    "deep/c.txt": "L\u2019\u00c9tat et la paix\n\nLe na\u00efve Zo\u00eb dit \u00ab oui \u00bb \u00e0 l\u2019\u00e9t\u00e9.\n".encode(
        "windows-1252"
    ),
    "deep/d.txt": b"Report on the con-\nflict\n\nThe con-\nflict of re-\nports in Baku is about peace.\n",
    "lines.jsonl": b"\n".join(
        (
            b'{"id": "lines-1", "title": "Report 1", "date": "2020-04-26T00:30:00+04:00", "text": "Peace in Baku. Oil."}',
            b'{"id": "lines-2", "title": "", "date": "soon", "text": "Peace, peace. Talks in Baku.", "page": 7}',
            b'{"title": "Report 3", "topics": ["trade", "oil"], "source": "The Daily", "text": "Trade in oil."}',
            b'{"id": "lines-4", "title": 4,',
            b"",
        )
    ),
    "packed.txt.gz": gzip.compress(b"Packed\n\nA packed report on peace.\n", mtime=0),
    "bad.txt": b"\0\1\2\3 binary \0",
    "page.html": b"<p>not read",
}
SECOND = {
    "a.txt": b" date 2020-04-28 By Akbar Mammadov\n\nPeace talks end\n\nPeace talks ended in Baku. The treaty is signed.\n",
    "new/e.txt": b" date 2020-04-29\n\nNew report\n\nA new report on peace talks.\n",
}
"""What changes in the archive before the second run, which makes the second segment."""
ADDED = (
    searchkit.Article("own/1", "Own report", "An article of no file. Peace.", datetime(2020, 5, 1, 9, 30, tzinfo=UTC)),
    searchkit.Article(
        "own/2",
        "Zoned",
        "Talks at night.",
        datetime(2020, 4, 26, 0, 30, tzinfo=timezone(timedelta(hours=4))),
        topics=("trade",),
        language="fr",
        extra={"page": "3"},
    ),
)
DELETED = ("news/b.txt", "own/2")
"""A tombstone each: an article of a file, and one of none."""


def write(root: Path, files: dict[str, bytes]) -> None:
    """Write files of the archive."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(MODIFIED, MODIFIED))


def told(engine: searchkit.ArchiveEngine) -> dict[str, Any]:
    """All that the index says, as JSON has it."""
    answers = {}
    for query in QUERIES:
        found = engine.search(query, limit=None)
        hits = [
            [hit.id, hit.score, hit.title_marks, [[s.text, s.marks, s.start] for s in hit.snippets]] for hit in found.hits
        ]
        clauses = [[c.text, c.total, c.terms] for c in engine.explain(query).clauses]
        answers[query] = {"parsed": found.parsed, "total": found.total, "hits": hits, "clauses": clauses}
    stats = engine.stats()
    said = {
        "articles": [to_record(hit.article, "").decode() for hit in engine.search("*", limit=None)],
        "answers": answers,
        "roots": [[r.label, r.path, r.articles, r.files, r.failed, r.options] for r in engine.roots()],
        "withheld": [[w.id, w.file, w.returns] for w in engine.tombstones()],
        "stats": [
            stats.articles,
            str(stats.first),
            str(stats.last),
            stats.undated,
            stats.sources,
            stats.generation,
            stats.segments,
            stats.language,
        ],
    }
    same: dict[str, Any] = orjson.loads(orjson.dumps(said))
    return same


def make() -> None:
    """Write the index and its answers."""
    write(ROOT, FILES)
    with searchkit.open(FOLDER, create=True, language="en") as engine:
        engine.index([ROOT], options={"exclude": ("skipped/*",), "date_order": ("dmy",)}, workers=1)
        write(ROOT, SECOND)
        os.utime(ROOT / "a.txt", ns=(MODIFIED + 10**9, MODIFIED + 10**9))
        engine.index(workers=1)
        engine.add(ADDED)
        engine.delete(DELETED)
        (FOLDER / "MAIN_WRITELOCK").unlink()  # empty, and no part of a generation
        ANSWERS.write_bytes(orjson.dumps(told(engine), option=orjson.OPT_INDENT_2) + b"\n")


if __name__ == "__main__":
    shutil.rmtree(FOLDER, ignore_errors=True)
    make()
    shutil.rmtree(ROOT)
