"""What holds for all tests."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.opensearch.cluster import cluster

__all__ = ["cluster"]  # a fixture of all tests

pytest.register_assert_rewrite("searchkit.testing")

settings.register_profile("searchkit", deadline=None)  # how long an example takes depends on what else the machine does
settings.load_profile("searchkit")
