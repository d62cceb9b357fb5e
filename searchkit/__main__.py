"""`python -m searchkit`."""

from __future__ import annotations

from searchkit.cli import run

if __name__ == "__main__":
    run()
