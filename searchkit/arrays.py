"""Types of NumPy arrays by their elements, for signatures; shapes stand in docstrings."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

AnyArray = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[np.integer]
UInt8s = npt.NDArray[np.uint8]
UInt16s = npt.NDArray[np.uint16]
UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]
AnyUInts = npt.NDArray[np.unsignedinteger[Any]]
Floats = npt.NDArray[np.float64]
Float32s = npt.NDArray[np.float32]
