"""The archives of these tests are built once for all of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from tests.oracle.archive import REUTERS, STATES, Archive, Archives, shared_folder


@pytest.fixture(scope="package")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archives]:
    opened = Archives(shared_folder(tmp_path_factory.getbasetemp()))
    yield opened
    opened.close()


@pytest.fixture(scope="package", params=[f"{corpus}-{state}" for corpus in ("reuters", "made-up") for state in STATES])
def archive(request: pytest.FixtureRequest, archives: Archives) -> Archive:
    """Every archive in turn."""
    corpus, _, state = request.param.rpartition("-")
    if corpus == "reuters" and not REUTERS.exists():
        pytest.skip(f"{REUTERS.name} is not there")
    opened = archives.get(corpus, state)
    gc.freeze()  # else every collection of garbage looks through all articles again
    return opened
