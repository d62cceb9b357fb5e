"""The engine contract as a test suite, for authors of engines. It needs pytest.

Derive from its classes to test that an engine does what every engine must do. With
`pytest.register_assert_rewrite("searchkit.testing")` in a conftest.py pytest explains its
assertions.
"""

from __future__ import annotations

from searchkit.testing.capability_contracts import (
    CopyableContract,
    OptimizableContract,
    SnapshotIsolationContract,
    VerifiableContract,
)
from searchkit.testing.engine_contract import EngineContract
from searchkit.testing.root_contract import RootSyncContract

__all__ = [
    "CopyableContract",
    "EngineContract",
    "OptimizableContract",
    "RootSyncContract",
    "SnapshotIsolationContract",
    "VerifiableContract",
]
