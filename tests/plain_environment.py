"""The environment of processes that tests start: nothing that whoever runs them has set for
searchkit, its colours or its pager."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTHING = "/nonexistent"
"""A folder that is not there: no file of settings is read, and nothing is kept of a search."""


def is_setting(name: str) -> bool:
    """Whether a variable of the environment changes what a command prints."""
    colors = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE")
    return name.startswith(("SEARCHKIT", "_SEARCHKIT", "COMP_")) or name in ("PAGER", "LESS", "COLUMNS", "LINES", *colors)


def plain_environment(**more: str) -> dict[str, str]:
    """The environment without settings, in which Python finds this searchkit, with these variables
    more."""
    kept = {name: value for name, value in os.environ.items() if not is_setting(name)}
    own = {"COLUMNS": "80", "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": NOTHING, "XDG_CACHE_HOME": NOTHING}
    return {**kept, **own, **more}
