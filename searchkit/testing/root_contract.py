"""Tests what every engine with roots must do: a class to derive from."""

from __future__ import annotations

from searchkit.testing.clashes import ClashesContract
from searchkit.testing.rebuilds import RebuildsContract
from searchkit.testing.updates import UpdatesContract


class RootSyncContract(UpdatesContract, ClashesContract, RebuildsContract):
    """The contract of `searchkit.RootSync` as tests. Derive a test class from it and from
    EngineContract:

    >>> class TestMine(EngineContract, RootSyncContract):
    ...     def open_engine(self, folder: Path) -> searchkit.ArchiveEngine:
    ...         return searchkit.open(f"mine://{folder}", create=True)
    """
