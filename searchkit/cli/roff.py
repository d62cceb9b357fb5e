"""Turns the pages of the manual and the reference of the commands into man pages.

Imports nothing of searchkit, so that the build hook can run it alone. The macros are those of
man(7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

PAGES = {
    "query": "the query language of searchkit",
    "dates": "dates in queries of searchkit",
    "dialects": "queries of other systems in searchkit",
    "output": "formats in which searchkit prints for programs",
    "settings": "settings of searchkit, and the files that have them",
}
"""The pages of the manual, and what each is about."""


def man_page(page: str, text: str, version: str) -> str:
    """A page of the manual as a man page of section 7."""
    name = f"searchkit-{page}"
    lines = [_title(name, 7, version), ".SH NAME", f"{name} \\- {PAGES[page]}", *_page_lines(text)]
    return "\n".join(lines) + "\n"


def main_page(text: str, reference: str, version: str) -> str:
    """The man page searchkit(1): the page of that name, with all commands, and all other pages.

    `reference` is the reference of the commands, in Markdown.
    """
    commands = [line for name, summary in _summaries(reference) for line in (".TP", f".B {_roff(name)}", _roff(summary))]
    pages = ", ".join(f"searchkit\\-{page}(7)" for page in PAGES)
    begin, heading, rest = text.partition("COMMANDS\n")
    return "\n".join(
        [
            _title("searchkit", 1, version),
            ".SH NAME",
            "searchkit \\- full\\-text search for news archives",
            *_page_lines(begin + heading),
            *commands,
            *_page_lines(rest.lstrip("\n")),
            '.SH "SEE ALSO"',
            f"Each command has a page of its own, such as searchkit\\-search(1). {pages}",
            "",
        ]
    )


def command_pages(reference: str, version: str) -> dict[str, str]:
    """The man pages (section 1) of all commands, by name, such as `searchkit-roots-move`."""
    summaries = dict(_summaries(reference))
    found = {}
    for section in re.split(r"^## ", reference, flags=re.MULTILINE)[1:]:
        command, _, text = section.partition("\n")
        name = command.replace(" ", "-")
        lines = [_title(name, 1, version), ".SH NAME", f"{_roff(name)} \\- {_roff(summaries[command])}"]
        found[name] = "\n".join([*lines, *_command_lines(text), '.SH "SEE ALSO"', "searchkit(1)", ""])
    return found


def _title(name: str, section: int, version: str) -> str:
    return f'.TH "{name.upper()}" {section} "" "searchkit {version}"'


def _summaries(reference: str) -> list[tuple[str, str]]:
    """Each command with its one line of help."""
    return re.findall(r"^- \[`([^`]+)`\]\([^)]*\): (.*)$", reference, re.MULTILINE)


def _command_lines(text: str) -> Iterator[str]:
    """The lines of one command: its usage, paragraphs, examples, options."""
    usage, *parts = re.split(r"^```\n(.*?)^```\n", text, flags=re.MULTILINE | re.DOTALL)[1:]
    yield from ('.SH "SYNOPSIS"', _roff(usage.strip()), '.SH "DESCRIPTION"')
    options = []
    for number, part in enumerate(parts):
        if number % 2:  # a block of examples
            yield from (".nf", *(f"    {_roff(line)}" for line in part.strip().split("\n")), ".fi")
            continue
        options += re.findall(r"^\| `(.*?)` \| (.*) \|$", part, re.MULTILINE)
        prose = "\n".join(line for line in part.split("\n") if not line.startswith("| ") and line != "|---|---|")
        for paragraph in filter(None, map(str.strip, prose.split("\n\n"))):
            yield from (".PP", *map(_roff, paragraph.split("\n")))
    if options:
        yield '.SH "OPTIONS"'
        for names, help_text in options:
            yield from (".TP", f".B {_roff(names.replace(chr(92) + '|', '|'))}", _roff(help_text.replace("\\|", "|")))


def _page_lines(text: str) -> list[str]:
    """The lines of a page: headings at the margin in capitals, examples indented by four blanks."""
    lines: list[str] = []
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
    while lines and lines[-1] in ("", ".PP"):
        del lines[-1]
    return lines


def _roff(line: str) -> str:
    escaped = line.replace("\\", "\\e").replace("-", "\\-").replace("~", "\\(ti").replace("^", "\\(ha")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
