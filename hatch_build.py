"""Build hook: man pages, made from the texts that `searchkit help` shows and from the reference of
the commands."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPages(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]  # hatchling is there only while building
    """Writes man pages below build/man and puts them into the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built."""
        root = Path(self.root)
        manual = runpy.run_path(str(root / "searchkit" / "cli" / "roff.py"))
        found = re.search(r'__version__ = "(.+)"', (root / "searchkit" / "__init__.py").read_text(encoding="utf-8"))
        release = found[1] if found else ""
        folder = root / "build" / "man"
        folder.mkdir(parents=True, exist_ok=True)
        texts = root / "searchkit" / "cli" / "pages"
        pages = {
            f"searchkit-{page}.7": manual["man_page"](page, (texts / f"{page}.txt").read_text(encoding="utf-8"), release)
            for page in manual["PAGES"]
        }
        reference = (root / "docs" / "commands.md").read_text(encoding="utf-8")
        main = (texts / "searchkit.txt").read_text(encoding="utf-8")
        pages["searchkit.1"] = manual["main_page"](main, reference, release)
        pages |= {f"{name}.1": page for name, page in manual["command_pages"](reference, release).items()}
        for name, page in pages.items():
            target = folder / name
            target.write_text(page, encoding="utf-8")
            build_data["shared_data"][str(target)] = f"share/man/man{name[-1]}/{name}"
