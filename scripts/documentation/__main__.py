"""`scripts/reference`: writes the references of the commands, the Python API and the formats.

Exit status 1 with --check when a file is not what the code gives.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from scripts.documentation.api import api_reference
from scripts.documentation.commands import command_reference
from scripts.documentation.formats import formats_reference

ROOT = Path(__file__).parent.parent.parent
REFERENCES: dict[str, Callable[[], str]] = {
    "docs/commands.md": command_reference,
    "docs/api.md": api_reference,
    "docs/formats.md": formats_reference,
}
"""Each generated file, and what generates its text."""


def stale_references() -> list[str]:
    """The files that are missing, or that differ from what the code gives."""
    return [name for name, generate in REFERENCES.items() if read_reference(name) != generate()]


def read_reference(name: str) -> str:
    """The text of a file as it stands, "" where there is none."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments: list[str] | None = None) -> int:
    """Write the references, or check them."""
    parser = argparse.ArgumentParser(prog="scripts/reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which files are not up to date")
    given = parser.parse_args(arguments)
    stale = stale_references()
    for name in stale:
        if given.check:
            print(f"{name} is not up to date: run scripts/reference", file=sys.stderr)
        else:
            (ROOT / name).parent.mkdir(exist_ok=True)
            (ROOT / name).write_text(REFERENCES[name](), encoding="utf-8")
            print(f"{name} written")
    return 1 if stale and given.check else 0


if __name__ == "__main__":
    sys.exit(main())
