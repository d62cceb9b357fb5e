"""The engine contract as a test suite, for authors of engines. It needs pytest.

Useful for: testing that an engine of your own does what every engine must do. Not useful for:
anything else. Let pytest explain its assertions with
`pytest.register_assert_rewrite("searchkit.testing")` in a conftest.py.
"""

from __future__ import annotations

from searchkit.testing.capability_contracts import OptimizableContract, SnapshotIsolationContract, VerifiableContract
from searchkit.testing.engine_contract import EngineContract
from searchkit.testing.root_contract import RootSyncContract

__all__ = [
    "EngineContract",
    "OptimizableContract",
    "RootSyncContract",
    "SnapshotIsolationContract",
    "VerifiableContract",
]
