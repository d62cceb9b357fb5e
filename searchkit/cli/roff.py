"""Turns the pages of the manual into man pages.

Imports nothing, so that the build hook can run it alone.
"""

from __future__ import annotations

PAGES = {
    "query": "the query language of searchkit",
    "dates": "dates in queries of searchkit",
    "dialects": "queries of other systems in searchkit",
}
"""The pages of the manual, and what each is about."""


def man_page(page: str, text: str, version: str) -> str:
    """A page of the manual as a man page of section 7, in the macros of man(7)."""
    name = f"searchkit-{page}"
    lines = [f'.TH "{name.upper()}" 7 "" "searchkit {version}"', ".SH NAME", f"{name} \\- {PAGES[page]}"]
    literal = False
    for line in text.rstrip("\n").split("\n"):
        example = line.startswith("    ")
        if example != literal and line.strip():
            lines.append(".nf" if example else ".fi")
            literal = example
        if not line.strip():
            lines.append("" if literal else ".PP")
        elif line.isupper() and not line.startswith(" "):
            lines.append(f'.SH "{_roff(line)}"')
        else:
            lines.append(_roff(line))
    if literal:
        lines.append(".fi")
    while lines[-1] in ("", ".PP"):
        del lines[-1]
    return "\n".join(lines) + "\n"


def _roff(line: str) -> str:
    escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
