"""The cluster that tests talk to: one real node for a whole run of pytest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.cluster.cluster import StartOptions, start
from scripts.cluster.errors import Unavailable

MEMORY = Path("/dev/shm")  # noqa: S108  (nobody else knows the folder in it, and the node removes it)
"""Where Linux keeps files in memory."""


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
    data = folder / "opensearch"
    if os.access(MEMORY, os.W_OK):  # tests make hundreds of indexes, and on a disk each waits for it
        for left in MEMORY.glob("searchkit-test-*"):  # the logs of runs that have ended
            if not Path("/proc", left.name.rpartition("-")[2]).exists():
                shutil.rmtree(left, ignore_errors=True)
        data = MEMORY / f"searchkit-test-{leader}"
    with skipping():
        return start(data, StartOptions(owner=leader)).urls[0]
