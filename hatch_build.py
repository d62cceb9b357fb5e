"""Build hook: the manual's pages as man pages, made from the texts that `searchkit help` shows."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPages(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]  # hatchling is there only while building
    """Writes man pages of section 7 below build/man and puts them into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built."""
        root = Path(self.root)
        manual = runpy.run_path(str(root / "searchkit" / "cli" / "roff.py"))
        found = re.search(r'__version__ = "(.+)"', (root / "searchkit" / "__init__.py").read_text(encoding="utf-8"))
        release = found[1] if found else ""
        folder = root / "build" / "man"
        folder.mkdir(parents=True, exist_ok=True)
        for page in manual["PAGES"]:
            text = (root / "searchkit" / "cli" / "pages" / f"{page}.txt").read_text(encoding="utf-8")
            target = folder / f"searchkit-{page}.7"
            target.write_text(manual["man_page"](page, text, release), encoding="utf-8")
            build_data["shared_data"][str(target)] = f"share/man/man7/{target.name}"
