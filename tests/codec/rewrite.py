"""A segment with other sections and right checksums: what a newer version or a mistaken writer
would have made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from searchkit.arrays import AnyArray
from searchkit.codec.container import TYPES, Container, ContainerWriter


def sections_of(path: Path) -> dict[str, AnyArray]:
    """The sections of a segment, in their order."""
    container = Container(path)
    return {name: np.array(container.array(name, dtypes=TYPES)) for name in container.sections}


def rewrite(path: Path, target: Path, changes: Mapping[str, AnyArray | None]) -> Path:
    """Write the sections of `path` to `target`, some of them changed, new or (None) left out."""
    with ContainerWriter(target) as writer:
        for name, array in {**sections_of(path), **changes}.items():
            if array is not None:
                writer.add(name, array)
        writer.close()
    return target
