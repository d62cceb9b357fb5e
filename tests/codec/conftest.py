"""A folder for the segments of a module, with a new path for each."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

NewPath = Callable[[], Path]


@pytest.fixture(scope="module")
def new_path(tmp_path_factory: pytest.TempPathFactory) -> NewPath:
    """Paths that are not there yet; for property tests too, which share what is made for a
    module."""
    folder, numbers = tmp_path_factory.mktemp("segments"), count()
    return lambda: folder / f"{next(numbers)}.columns"
