"""The archives that generated queries run over: Reuters-21578 where it is there, and made-up
articles.

Each has two states, made through searchkit's own engine: `apart`, several segments with deleted and
replaced articles in them, and `merged`, which goes on from there until the tiered policy has merged
segments, and deletes again.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

import searchkit
from searchkit import Article
from tests.oracle.plain import Written, forms_of

REUTERS = Path(__file__).parents[2].parent / "shared" / "data" / "reuters21578.tar.xz"
STATES = ("apart", "merged")

COMMON = """
oil crude price prices Price gold opec bank banks central Fed U.S. 1,655.8 dlrs said the of in a Talks talks peace status quo
Japan japan japanese export exports mln pct tonnes wheat market markets interest rate rates OIL
"""
ZONES = (UTC, UTC, UTC, timezone(timedelta(hours=4)), timezone(-timedelta(hours=9, minutes=30)))
SYLLABLES = "ba ke lo mi nu pra sho ti vel wor zan gri"


def made_up(count: int = 1500) -> Iterator[Article]:
    """Articles of some common words and many rare ones, in several forms, so that all frequencies
    are there."""
    rng = random.Random(11)
    common, syllables = COMMON.split(), SYLLABLES.split()
    rare = [a + b + c for a in syllables for b in syllables for c in ("", "n", "ster")]

    def one() -> str:
        if rng.random() < 0.7:
            return rng.choice(common)
        word = rare[int(len(rare) * rng.random() ** 3)] + rng.choice(("", "", "", "s", "ing", "ed"))
        return word.title() if rng.random() < 0.2 else word

    def text(least: int, most: int) -> str:
        return " ".join(one() for _ in range(rng.randint(least, most)))

    for number in range(count):
        yield Article(
            f"g/{number}",
            text(0, 7),
            "\n\n".join(text(3, 40) for _ in range(rng.randint(1, 4))),
            None if number % 50 == 0 else datetime(1987, 2, 26, tzinfo=ZONES[number % 5]) + timedelta(hours=number),
            ("Jeff Sommer", "Ann Bo")[number % 2 :] if number % 7 == 0 else (),
            "Reuters" if number % 3 else "The Wire",
            section="world" if number % 4 == 0 else "",
            topics=(("crude",), ("oil shale", "crude"), ("gold", "trade"))[number % 3] if number % 5 == 0 else (),
            language="en" if number % 6 else "de",
        )


Step = tuple[str, Sequence[Article]]
"""`add` or `delete`, and which articles."""


def steps(articles: Sequence[Article], state: str) -> list[Step]:
    """What is done, one commit each, from an empty index to `apart`, or from there to `merged`."""
    marks = [int(len(articles) * part / 100) for part in (0, 44, 54, 64, 74, 84, 91, 94, 97, 100)]
    pieces = [articles[begin:end] for begin, end in pairwise(marks)]
    if state == "apart":
        gone = [*articles[5 : marks[5] : 9], *articles[marks[2] - 30 : marks[2] + 30]]
        return [*(("add", piece) for piece in pieces[:6]), ("delete", gone), ("add", revised(articles))]
    return [*(("add", piece) for piece in pieces[6:]), ("delete", articles[3::13])]


def revised(articles: Sequence[Article]) -> list[Article]:
    """New versions of some of the articles; they replace the old ones, or come back after their
    deletion."""
    return [
        replace(article, title=f"{article.title} revised price") for article in articles[20 : len(articles) * 4 // 5 : 50]
    ]


def build(folder: Path, articles: Sequence[Article]) -> None:
    """Make both states, as folders of these names."""
    for state in STATES:
        if state == "merged":
            shutil.copytree(folder / "apart", folder / "merged")
        with searchkit.open(folder / state, create=True) as engine:
            for change, changed in steps(articles, state):
                if change == "add":
                    engine.add(changed)
                else:
                    engine.delete(article.id for article in changed)


def living(articles: Sequence[Article], state: str) -> list[Article]:
    """The articles that a state holds, by the same steps in a dictionary."""
    held: dict[str, Article] = {}
    for each in STATES[: STATES.index(state) + 1]:
        for change, changed in steps(articles, each):
            for article in changed:
                if change == "add":
                    held[article.id] = article
                else:
                    held.pop(article.id, None)
    return list(held.values())


class Archive:
    """One state, open."""

    def __init__(self, corpus: str, folder: Path, articles: Iterable[Article], written: Callable[[], Written]) -> None:
        self.corpus, self.state, self.folder, self.articles = corpus, folder.name, folder, list(articles)
        self.engine = searchkit.open(folder)
        self.dates = {article.id: article.date for article in self.articles}
        self._written = written

    @cached_property
    def written(self) -> Written:
        """Which articles hold which surface forms, read plainly."""
        return self._written()


class Archives:
    """All archives of a run. `root` is a folder that the run's processes share: what one has made
    the others open."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)
        self._articles: dict[str, list[Article]] = {}
        self._open: dict[tuple[str, str], Archive] = {}

    def get(self, corpus: str, state: str) -> Archive:
        """An archive; `corpus` is `reuters`, `reuters-quarter` (every fourth of its articles) or
        `made-up`."""
        if (corpus, state) not in self._open:
            if corpus not in self._articles:
                every = made_up() if corpus == "made-up" else searchkit.read(REUTERS)
                self._articles[corpus] = list(islice(every, 0, None, 4 if corpus == "reuters-quarter" else 1))
            articles = self._articles[corpus]
            held = living(articles, state)
            folder = self._once(corpus, lambda place: build(place, articles))
            self._open[corpus, state] = Archive(corpus, folder / state, held, lambda: self._written(corpus, held))
        return self._open[corpus, state]

    def _written(self, corpus: str, held: Sequence[Article]) -> Written:
        # Of all versions of all articles, so that one reading serves both states.
        first = self._articles[corpus]
        versions = [*first, *revised(first)]

        def read(folder: Path) -> None:
            (folder / "forms.json").write_text(json.dumps(forms_of(versions)))

        numbers = {(article.id, article.title): number for number, article in enumerate(versions)}
        ids = {numbers[article.id, article.title]: article.id for article in held}
        return Written(json.loads((self._once(f"{corpus}-forms", read) / "forms.json").read_text()), ids)

    def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        """A folder that is made once a run."""
        folder = self._root / name
        with (self._root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "complete").exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                make(folder)
                (folder / "complete").touch()
        return folder

    def close(self) -> None:
        for archive in self._open.values():
            archive.engine.close()


def shared_folder(own: Path) -> Path:
    """A folder for all processes of a run, from the temporary folder of this one: pytest-xdist's
    lie in one of the run."""
    return (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "archives"
