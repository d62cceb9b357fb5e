"""Changes an index in steps of one commit each, and checks what it holds after each of them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import searchkit
from searchkit import Article
from searchkit.codec.segment_ref import INDEX_NAME
from searchkit.engines.local import LocalEngine
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.verify import find_faults

Articles = tuple[tuple[str, str], ...]


def article(number: int, version: int = 0) -> Article:
    """An article whose text is its number and version."""
    words = " ".join(f"word{number * step % 31}" for step in range(1, 40))
    return Article(
        f"a/{number}", f"Title {number}", f"Version{version} of article{number}. {words}", source=f"s{number % 3}"
    )


def steps() -> int:
    """How many steps there are; after step 0 there is an empty index."""
    return 16


def take(folder: Path, step: int) -> None:
    """Do a step. Doing it twice changes no more than doing it once."""
    root = folder.parent / "root"
    with searchkit.open(folder, create=True) as engine:
        match step:
            case 0:
                pass
            case 1:
                engine.add([article(number) for number in range(12)])
            case 2:
                engine.add([*(article(number, 1) for number in range(4)), *(article(number) for number in range(12, 15))])
            case 3:
                engine.delete(["a/2", "a/5", "a/13"])
            case 4 | 5:
                write_root(root, step)
                engine.index([root], workers=1)
            case 6 | 7 | 8 | 9:
                engine.add([article(100 + step)])
            case 10:
                engine.delete(["a/106", "a/107", "a/0"])
            case 11:
                engine.optimize()
            case 12:
                engine.add([article(200), article(1, 3)])
            case 13:
                if engine.roots():
                    engine.remove_root("root")
            case 14:
                engine.index(rebuild=True, workers=1)
            case 15:
                engine.add([article(13, 2)])
            case _:
                raise ValueError(step)


def write_root(root: Path, step: int) -> None:
    """The files of the root at a step."""
    root.mkdir(exist_ok=True)
    lines = [{"id": n, "text": f"Line{n} of step{step if n % 2 else 4}."} for n in range(6)]
    files = {"lines.jsonl": "\n".join(map(json.dumps, lines)), "one.txt": "One\n\nThe first text.\n"}
    files |= {"two.txt": "Two\n\nThe second text.\n"} if step == 4 else {"three.txt": "Three\n\nThe third text.\n"}
    for path in root.iterdir():
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        path = root / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def held(folder: Path) -> Articles:
    """All articles of an index by id, read in several ways that must agree."""
    with LocalEngine(folder) as engine:
        assert engine.warnings == (), engine.warnings
        hits = engine.search("*", limit=None)
        found = tuple(sorted((hit.id, engine.get(hit.id).body) for hit in hits))
        assert len(found) == hits.total == hits.articles == engine.stats().articles
        of_version = [engine.search(f"version{version}", limit=None) for version in range(4)]
        assert sorted(hit.id for hits in of_version for hit in hits) == [
            i for i, body in found if body.startswith("Version")
        ]
        return found


@dataclass(frozen=True)
class Archive:
    """The index after each step (a folder each), and what it holds then."""

    folders: tuple[Path, ...]
    articles: tuple[Articles, ...]

    def copy(self, step: int, to: Path) -> None:
        """The index after a step (-1: before there is any) and its root, in a folder of its own."""
        shutil.rmtree(to, ignore_errors=True)
        if step < 0:
            to.mkdir(parents=True)
        else:
            shutil.copytree(self.folders[step], to)


def build(place: Path, work: Path, last: int) -> Archive:
    """Do the steps up to `last` without crashes in `work`, where they will be crashed later; keep a
    copy of the folder after each step in `place`."""
    folders = []
    articles = []
    work.mkdir(parents=True)
    for step in range(last + 1):
        take(work / "index", step)
        kept = place / f"after-{step}"
        shutil.copytree(work, kept)
        folders.append(kept)
        articles.append(held(work / "index"))
    assert [len(found) for found in articles] == [0, 12, 15, 12, 20, 20, 21, 22, 23, 24, 21, 21, 22, 14, 14, 15][: last + 1]
    assert len(set(articles)) == len(articles) - (last >= 11) - (last >= 14)  # optimizing and rebuilding change no article
    return Archive(tuple(folders), tuple(articles))


def check(
    archive: Archive, place: Path, step: int, *, allowed: tuple[int, ...] = (), again: bool = True, thorough: bool = True
) -> int:
    """Check the index in `place`; return the step whose result it has. It must be whole, and have
    the result of `step` or the step before, or of one of `allowed`. Doing the step (again) must
    complete it, and leave no other files. With `thorough`, every byte is checked again after that.

    Raises AssertionError."""
    folder = place / "index"
    allowed = allowed or (step - 1, step)
    if not IndexFolder(folder).exists():
        assert -1 in allowed, "there is no index any more"
        at = -1
    else:
        faults = find_faults(IndexFolder(folder))
        assert faults == (), faults
        found = held(folder)
        fitting = [number for number in allowed if number >= 0 and archive.articles[number] == found]
        assert fitting, f"it holds {len(found)} articles, not those after {allowed}"
        at = fitting[0]
    if again:
        take(folder, step)
        with searchkit.open(folder) as engine:
            engine.delete([])  # a writer that changes nothing cleans up all the same
        assert held(folder) == archive.articles[step], "doing the step again does not complete it"
        assert not thorough or find_faults(IndexFolder(folder)) == ()
        assert find_garbage(folder) == [], find_garbage(folder)
    return at


def find_garbage(folder: Path) -> list[str]:
    """Files that no manifest of the index names."""
    paths = list(folder.glob(f"_{INDEX_NAME}_*.json"))
    # A commit that was cut off between its two renames is whole.
    paths += [path for path in folder.glob(f"_{INDEX_NAME}_*.json.new") if path.with_suffix("") not in paths]
    manifests = {path: json.loads(path.read_text()) for path in paths}
    named = {f"{INDEX_NAME}_WRITELOCK", *(path.name for path in manifests)}
    for path, manifest in manifests.items():
        named |= {f"{path.name.partition('.')[0]}.toc", manifest["files"]}
        for segment in manifest["segments"]:
            named |= {f"{INDEX_NAME}_{segment['id']}.columns", segment["deletions"]}
    assert len(manifests) <= 2, "more than two generations are kept"
    return sorted(path.name for path in folder.iterdir() if path.name not in named)
