"""Describes the machine of a run."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any


def field(path: str, name: str) -> str:
    """The value behind `name:` in a file of /proc, or "unknown"."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.split(":")[0].strip() == name), "unknown")


def machine() -> dict[str, Any]:
    """Processor, available cores, memory in bytes, system, load and Python."""
    total = field("/proc/meminfo", "MemTotal").split()[0]
    return {
        "cpu": field("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": int(total) * 1024 if total.isdigit() else None,
        "system": platform.platform(),
        "load": round(os.getloadavg()[0], 2),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
