"""Who imports whom? The rule of the house, checked in the source; function-level imports count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "searchkit"

# room or module -> what of searchkit it may import (a name allows everything below it)
MAY_IMPORT = {
    "model": (),
    "errors": (),
    "reports": (),
    "read_warnings": (),
    "control_characters": (),
    "frozen": (),
    "scoring": (),
    "schema": (),
    "corpus": (),
    "analysis": (),
    "indexing": ("schema", "analysis", "codec", "bridge"),
    "query": ("schema", "analysis", "scoring", "codec.reader", "codec.ragged"),
    # the composition of the local engine: how a run reads files, and what each of its workers does
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
OPEN_TO_ALL = ("model", "reports", "read_warnings", "errors", "frozen", "control_characters")
FENCED = {"whoosh": ("bridge",), "click": ("cli",), "tabulate": ("cli",), "numpy": None}
# imported by those that index, and by nothing else
NUMPY_ALL_THE_SAME = ("analysis.apart", "analysis.batch", "analysis.chunked", "analysis.chunks")
NO_NUMPY = ("schema", "corpus", "analysis", "model", "errors", "query.nodes", "query.parse", "query.dates", "cli")


def modules() -> Iterator[tuple[str, ast.Module, int]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        source = path.read_text(encoding="utf-8")
        yield name.removesuffix(".__init__"), ast.parse(source), source.count("\n")


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "searchkit")


def below(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}.")


def test_every_import_goes_one_way() -> None:
    wrong = []
    for module, tree, _ in modules():
        room = module if module in MAY_IMPORT else module.split(".")[0]
        if room not in MAY_IMPORT:
            continue
        for imported in imports(tree):
            if not imported.startswith("searchkit."):
                continue
            target = imported.removeprefix("searchkit.")
            allowed = (*OPEN_TO_ALL, *MAY_IMPORT[room], room)
            if not any(below(target, place) for place in allowed):
                wrong.append(f"{module} imports {imported}")
    assert wrong == []


def test_cli_knows_only_the_public_names() -> None:
    wrong = []
    for module, tree, _ in modules():
        if below(module, "cli"):
            wrong += [
                f"{module} imports {name}"
                for name in imports(tree)
                if name.startswith("searchkit.") and not name.startswith("searchkit.cli")
            ]
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
