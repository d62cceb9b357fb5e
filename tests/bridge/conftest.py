"""An index of several segments, some of whose articles are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir

from searchkit.codec.segment_ref import SegmentRef
from searchkit.model import Article
from tests.bridge.sample_index import articles, build, commit, without


@dataclass
class SampleIndex:
    """`articles` are those that live, in the order of Whoosh's numbers, with these numbers."""

    folder: Path
    refs: list[SegmentRef]
    articles: dict[int, Article]


def make_sample_index(folder: Path, sizes: tuple[int, ...], deleted: dict[int, set[int]]) -> SampleIndex:
    batches = [list(articles(size, seed=n, first=1000 * n)) for n, size in enumerate(sizes)]
    refs = [without(ref, deleted.get(n, ())) for n, ref in enumerate(build(folder, batches))]
    commit(folder, refs)
    live: dict[int, Article] = {}
    base = 0
    for n, batch in enumerate(batches):
        live |= {base + doc: article for doc, article in enumerate(batch) if doc not in deleted.get(n, ())}
        base += len(batch)
    return SampleIndex(folder, refs, live)


@contextmanager
def foreign_writer(folder: Path, **how: bool) -> Iterator[Any]:
    """Another program's writer; commits as `how` says (`merge`, `optimize`)."""
    writer: Any = open_dir(str(folder)).writer()
    yield writer
    writer.commit(**how)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleIndex:
    """Read only: nothing may be committed here."""
    return make_sample_index(tmp_path_factory.mktemp("sample"), (300, 40, 90), {0: {0, 5, 77, 299}, 2: set(range(40, 60))})


@pytest.fixture
def own(tmp_path: Path) -> SampleIndex:
    """An index of one's own, to change."""
    return make_sample_index(tmp_path, (120, 8, 8), {0: {3, 4}})
