"""Who imports whom? The rule of the house, checked in the source; function-level imports count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import searchkit

PACKAGE = Path(__file__).parent.parent / "searchkit"

# room or module -> what of searchkit it may import (a name allows everything below it, "" the public names); the longest
# name counts
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # the public names, most of them imported when they are asked for
    "": ("engines.base", "engines.registry", "corpus"),
    "__main__": ("cli",),
    "cli": ("",),
    "model": (),
    "errors": (),
    "reports": (),
    "read_warnings": (),
    "control_characters": (),
    "frozen": (),
    "scoring": (),
    "schema": (),
    "corpus": (),
    "readers": ("corpus",),  # the public names of those who write readers
    "analysis": (),
    "codec": ("scoring",),
    "indexing": ("schema", "analysis", "codec", "bridge"),
    "query": ("schema", "analysis", "scoring", "codec.reader", "codec.ragged"),
    # the composition of the local engine: how a run reads files, and what each of its workers does
    "engines": (),
    "engines.reading": ("corpus", "indexing"),
    "engines.roots": ("corpus", "indexing"),
    "engines.holdings": ("query", "schema"),
    "engines.runs": ("engines.base", "engines.reading", "engines.roots", "indexing"),
    "engines.worker": ("corpus", "indexing", "codec", "analysis", "schema"),
    "results": ("query.matches", "query.nodes", "schema", "scoring", "analysis", "codec.reader"),
    "bridge": ("schema", "analysis", "scoring", "codec"),
    "engines.base": ("analysis",),  # late: which languages there are
    "engines.registry": (
        "engines.base",
        "engines.local",
        "engines.runs",
        "engines.unopened",
    ),  # late: the engine that a place names
    "engines.unopened": ("engines.base", "engines.runs", "indexing"),
    "engines.local": (
        "engines.base",
        "engines.reading",
        "engines.roots",
        "engines.holdings",
        "engines.unopened",
        "engines.runs",
        "indexing",
        "query",
        "results",
        "schema",
        "corpus",
        "codec",
        "bridge",
        "analysis",
    ),
    # marks and snippets need only a tree and a text: the double shows hits as every engine does
    "engines.memory": ("engines.base", "engines.memory_places", "schema", "analysis", "query", "results", "scoring"),
    "engines.memory_places": ("schema", "analysis", "query"),
}
ONE_BY_ONE = ("engines",)
"""Rooms whose modules have a row each: each engine imports only what it needs."""
OPEN_TO_ALL = ("model", "reports", "read_warnings", "errors", "frozen", "control_characters")
FENCED = {"whoosh": ("bridge",), "click": ("cli",), "tabulate": ("cli",), "numpy": None}
# imported by those that index, and by nothing else
NUMPY_ALL_THE_SAME = ("analysis.apart", "analysis.batch", "analysis.chunked", "analysis.chunks")
NO_NUMPY = ("schema", "corpus", "analysis", "model", "errors", "query.nodes", "query.parse", "query.dates", "cli")


_NAMES = {
    ".".join(("searchkit", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
}


def modules() -> Iterator[tuple[str, ast.Module, int]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        source = path.read_text(encoding="utf-8")
        yield "" if name == "__init__" else name.removesuffix(".__init__"), ast.parse(source), source.count("\n")


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that a module imports, at whatever level; those that only the type checker imports count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if node.module == "searchkit" or name in _NAMES else node.module


def below(name: str, place: str) -> bool:
    """Whether a module lies in a room, or is it; in the package itself ("") lies nothing but its own names."""
    return name == place or (place != "" and name.startswith(f"{place}."))


def row_of(module: str) -> str | None:
    """The row of the table that holds for a module: the longest name that it lies below; None where there is none."""
    names = [name for name in MAY_IMPORT if module == name or (name not in ONE_BY_ONE and below(module, name))]
    return max(names, key=len, default=None)


def test_the_table_names_every_module() -> None:
    """Those of a room are named by it; a room that the table does not name is a door that nobody watches."""
    assert [module for module, _, _ in modules() if row_of(module) is None] == []


def test_the_table_names_nothing_else() -> None:
    there = {module for module, _, _ in modules()}
    assert [name for name in MAY_IMPORT if name not in there] == []
    allowed = {name for names in MAY_IMPORT.values() for name in (*names, *OPEN_TO_ALL)}
    assert [name for name in sorted(allowed) if name not in there] == []


def test_every_import_goes_one_way() -> None:
    wrong = []
    for module, tree, _ in modules():
        row = row_of(module)
        assert row is not None, module
        for imported in imports(tree):
            if imported.partition(".")[0] != "searchkit":
                continue
            target = imported.removeprefix("searchkit").removeprefix(".")
            allowed = (*MAY_IMPORT[row], row, *(() if row == "cli" else OPEN_TO_ALL))
            is_public = "" in allowed and target in ("", "__version__", *searchkit.__all__)
            if not is_public and not any(below(target, name) for name in allowed):
                wrong.append(f"{module} imports {imported}")
    assert wrong == []


def test_third_parties_are_fenced() -> None:
    wrong = []
    for module, tree, _ in modules():
        for imported in imports(tree):
            party = imported.split(".")[0]
            rooms = FENCED.get(party)
            if rooms is not None and not any(below(module, room) for room in rooms):
                wrong.append(f"{module} imports {imported}")
            if party == "numpy" and any(below(module, room) for room in NO_NUMPY) and module not in NUMPY_ALL_THE_SAME:
                wrong.append(f"{module} imports numpy")
    assert wrong == []


def test_modules_stay_small() -> None:
    assert [(module, lines) for module, _, lines in modules() if lines > 500] == []


def test_no_module_is_named_after_a_stdlib_module() -> None:
    import sys

    names = {module.split(".")[-1] for module, _, _ in modules()} - {"__main__"}
    assert names & set(sys.stdlib_module_names) == set()
