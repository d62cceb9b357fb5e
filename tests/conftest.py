"""What holds for all tests."""

from __future__ import annotations

import gc
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.opensearch.cluster import cluster

__all__ = ["cluster"]  # a fixture of all tests

pytest.register_assert_rewrite("searchkit.testing")

settings.register_profile("searchkit", deadline=None)  # how long an example takes depends on what else the machine does
settings.load_profile("searchkit")


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One worker more than processors: workers wait for the cluster and for processes that they
    start."""
    return (yield) + 1


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through all collected tests again and again."""
    gc.collect()
    gc.freeze()
