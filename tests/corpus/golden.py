"""Golden corpora: a folder of files for each format, and the exact articles that they hold.

`python -m tests.corpus.golden NAME` writes the `expected.json` of a folder anew; read its
difference line by line before you commit it.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from searchkit.corpus import ReadOptions, list_files, read_file
from searchkit.model import Article
from searchkit.read_warnings import ReadWarning
from searchkit.reports import Failure

FOLDER = Path(__file__).parents[1] / "corpora" / "formats"
OPTIONS = "options.json"
"""The reading options of a folder, if it has any: an object of lists."""
_EXPECTED = "expected.json"


def read_golden(folder: Path) -> dict[str, Any]:
    """What is read of the files in a folder, as its `expected.json` has it: all fields that are not
    empty."""
    given = folder / OPTIONS
    options = ReadOptions.from_mapping(json.loads(given.read_text(encoding="utf-8")) if given.exists() else {})
    failures: list[Failure] = []
    warnings: list[ReadWarning] = []
    listing = list_files(folder / "in", options)
    articles = [
        article
        for file in listing.files
        for article in read_file(file, folder.name, options, failures.append, warnings.append)
    ]
    top = f"{folder / 'in'}/"
    told = [
        " ".join(filter(None, (one.path.removeprefix(top), one.place, one.reason))) for one in (*listing.failures, *failures)
    ]
    counts = Counter(f"{one.kind}: {one.path.removeprefix(top)} {one.place} {one.text}".strip() for one in warnings)
    return {
        "articles": [_to_json(article, top) for article in articles],
        "failures": sorted(told),
        "warnings": sorted(counts.elements()),
        "skipped": dict(listing.skipped),
    }


def expected(folder: Path) -> dict[str, Any]:
    """What a folder's `expected.json` says."""
    found: dict[str, Any] = json.loads((folder / _EXPECTED).read_text(encoding="utf-8"))
    return found


def _to_json(article: Article, top: str) -> dict[str, Any]:
    fields = dataclasses.asdict(article)
    fields["date"] = article.date.isoformat() if article.date else None
    fields["path"] = article.path.removeprefix(top)
    fields["extra"] = dict(article.extra)
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    return {name: value for name, value in values.items() if value not in ("", None, [], {})}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        text = json.dumps(read_golden(FOLDER / name), ensure_ascii=False, indent=1)
        (FOLDER / name / _EXPECTED).write_text(f"{text}\n", encoding="utf-8")
