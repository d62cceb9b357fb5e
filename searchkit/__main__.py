"""`python -m searchkit`."""

from __future__ import annotations

from searchkit.cli import main

if __name__ == "__main__":
    main()
