"""The cluster that tests talk to: one real node for a whole run of pytest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.cluster.cluster import StartOptions, start
from scripts.cluster.errors import Unavailable


@contextmanager
def skipping() -> Iterator[None]:
    """Skip the test where OpenSearch cannot run; with CI set, fail."""
    try:
        yield
    except Unavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a cluster of one node, which all workers of a run share: indexes need names of
    their own.

    It ends with the process that leads the run, however that ends. SEARCHKIT_TEST_OPENSEARCH names
    another cluster, by URL. Where OpenSearch cannot run, tests are skipped; with CI set they fail.
    """
    if named := os.environ.get("SEARCHKIT_TEST_OPENSEARCH"):
        return named.rstrip("/")
    folder, leader = tmp_path_factory.getbasetemp(), os.getpid()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder, leader = folder.parent, os.getppid()
    with skipping():
        return start(folder / "opensearch", StartOptions(owner=leader)).urls[0]
