"""Small indexes, and ways to damage them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import searchkit
from searchkit import Article
from searchkit.codec.reader import SegmentReader


def article(number: int, text: str = "first") -> Article:
    return Article(f"a{number}", f"Title {number}", f"{text} text of number{number}.")


def two_generations(folder: Path) -> Path:
    """An index of generations 0, 1 (a0 to a9) and 2 (a5 deleted, a3 replaced, a10 new, by two
    segments)."""
    with searchkit.open(folder, create=True) as engine:
        engine.add([article(number) for number in range(10)])
        with engine_of(folder) as other:
            other.add([article(3, "second"), article(10, "second")])
        engine.delete(["a5"])
    return folder


def engine_of(folder: Path) -> searchkit.ArchiveEngine:
    return searchkit.open(folder)


def bodies(folder: Path) -> dict[str, str]:
    """The articles of an index by id."""
    with searchkit.open(folder) as engine:
        return {hit.id: hit.article.body for hit in engine.search("*", limit=None)}


def newest(folder: Path) -> int:
    """The highest generation that has a TOC."""
    return max(int(path.stem.split("_")[2]) for path in folder.glob("_MAIN_*.toc"))


def manifest(folder: Path, generation: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"_MAIN_{generation}.json").read_text())
    return found


def segments(folder: Path, generation: int) -> list[Path]:
    """The files of a generation's segments."""
    return [folder / f"MAIN_{entry['id']}.columns" for entry in manifest(folder, generation)["segments"]]


def flip(path: Path, offset: int | None = None) -> None:
    """Change one byte: the middle one, or the one at an offset."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if offset is None else offset] ^= 0xFF
    path.unlink()  # readers that have the file open keep what they have
    path.write_bytes(data)


def flip_section(path: Path, name: str, fraction: float = 0.5) -> None:
    """Change one byte of a section of a segment: the one after a fraction of its bytes."""
    section = SegmentReader(path).container.sections[name]
    flip(path, section.offset + min(section.size - 1, int(section.size * fraction)))


def shorten(path: Path) -> None:
    """Cut the end off."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data[: len(data) * 2 // 3])
