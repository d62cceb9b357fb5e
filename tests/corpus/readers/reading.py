"""What tests of several readers do: read a file, and ask which format begins so."""

from __future__ import annotations

from pathlib import Path

from searchkit.corpus import read
from searchkit.corpus.formats import format_by_signature
from searchkit.model import Article
from searchkit.reports import Failure


def articles(path: Path, text: str | bytes, **options: str) -> tuple[list[Article], list[Failure]]:
    """Write a file and read it: its articles and failures."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    failures: list[Failure] = []
    return list(read(path, "L", failures.append, options=options)), failures


def name_of(text: str) -> str:
    """The name of the format whose signature a text has, or ""."""
    found = format_by_signature(text.encode())
    return found.name if found else ""
