"""Who imports whom? The rule of the house, checked in the source; function-level imports count."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import searchkit

PACKAGE = Path(__file__).parent.parent / "searchkit"

# room or module -> what of searchkit it may import (a name allows everything below it, "" the
# public names, a * any part of a name); the longest name counts
MAY_IMPORT: dict[str, tuple[str, ...]] = {
    # the public names, most of them imported when they are asked for
    "": (
        "connection", "engines.adding", "engines.base", "engines.registry", "index_options", "corpus", "aggregations", "analysis",
        "schema", "query.translate",
    ),
    "__main__": ("cli",),
    "cli": ("",),
    "testing": ("", "index_options"),
    "model": (),
    "json_values": (),
    "connection": (),
    "errors": (),
    "reports": (),
    "source_files": (),
    "read_warnings": (),
    "diagnosis": (),
    "control_characters": (),
    "frozen": (),
    "arrays": (),
    "cache": (),
    "scoring": (),
    "schema": (),
    "date_words": (),
    "corpus": ("cache", "date_words"),
    "readers": ("corpus",),  # the public names of those who write readers
    "analysis": (),
    "codec": ("scoring",),
    "indexing": ("schema", "analysis", "codec", "bridge", "index_options"),
    "query": ("schema", "analysis", "scoring", "date_words", "codec.reader", "codec.ragged", "codec.dictionary"),
    "index_options": (),
    "engines": (),
    # how a run reads files, and what each of its workers does
    "engines.roots": ("corpus", "indexing"),
    "engines.runs": ("engines.roots", "index_options", "indexing", "corpus"),
    "engines.adding": ("corpus", "engines.base", "schema"),
    "engines.worker": ("corpus", "indexing", "schema"),
    "engines.writing": ("engines.base", "engines.copying", "engines.roots", "engines.runs", "index_options", "indexing"),
    "engines.copying": ("engines.base", "indexing", "schema"),
    "results": ("query.matches", "query.nodes", "query.operators", "schema", "scoring", "analysis", "codec.reader"),
    "aggregations": ("schema", "analysis"),
    # what counts over a snapshot
    "aggregations.*_columns": ("aggregations", "query", "schema", "analysis", "codec.reader"),
    "bridge": ("schema", "analysis", "scoring", "codec"),
    # the results of analyses; late: which languages there are, and the options of scores
    "engines.base": ("analysis", "aggregations", "index_options", "query.score_options", "schema"),
    # the engines by their names, when a place names them
    "engines.registry": ("connection", "engines.base", "index_options"),
    "engines.local": ("engines.base", "engines.local_reader", "engines.writing", "engines.runs", "index_options", "indexing"),
    "engines.long_page": ("results",),
    "engines.local_hits": ("engines.long_page", "query", "results"),
    "engines.local_reader": (
        "engines.local_hits",
        "engines.base", "engines.local_evidence", "aggregations", "indexing", "query", "results", "schema", "codec", "analysis",
    ),
    # what a diagnosis asks an engine
    "engines.local_evidence": ("aggregations", "query", "schema", "analysis", "codec.dictionary"),
    "engines.memory_evidence": ("engines.memory_snapshot", "aggregations", "query", "schema", "analysis"),
    "engines.memory": (
        "engines.base", "engines.memory_evidence", "engines.memory_snapshot", "engines.memory_store", "engines.writing", "aggregations",
        "indexing", "schema",
        "analysis", "query", "results",
    ),
    "engines.memory_store": ("indexing", "schema"),
    "engines.memory_snapshot": ("engines.memory_field", "schema", "analysis", "query"),
    "engines.memory_field": ("schema", "analysis", "query"),
    "engines.opensearch.mapping": ("analysis",),
    "engines.opensearch.layers": ("analysis",),
    "engines.opensearch.batch_documents": ("engines.opensearch.documents", "engines.opensearch.layers", "schema", "analysis"),
    "engines.opensearch.documents": ("engines.opensearch.layers", "engines.opensearch.mapping", "query.value_parts", "schema", "analysis"),
    "engines.opensearch.evidence": ("engines.opensearch.layers", "engines.opensearch.searching", "query", "schema"),
    "engines.opensearch.scores": (
        "engines.memory_snapshot", "engines.opensearch.documents", "engines.opensearch.pairs", "engines.opensearch.searching",
        "engines.opensearch.words", "query", "schema", "analysis",
    ),
    "engines.opensearch": (
        "connection", "engines.base", "engines.opensearch.archive", "engines.opensearch.connection", "engines.opensearch.engine",
        "engines.opensearch.place", "engines.opensearch.store", "engines.opensearch.verify", "engines.runs", "index_options", "indexing",
    ),
    "engines.opensearch.engine": (
        "engines.base", "engines.long_page", "engines.opensearch.archive", "engines.opensearch.connection",
        "engines.opensearch.evidence", "engines.opensearch.listing", "engines.opensearch.optimizing", "engines.opensearch.scores", "engines.opensearch.searching", "engines.opensearch.store", "engines.opensearch.verification", "engines.opensearch.verify", "engines.writing", "aggregations",
        "analysis", "indexing", "query", "results",
    ),
    "engines.opensearch.verify": (
        "engines.opensearch.archive", "engines.opensearch.connection", "engines.opensearch.document_verifier",
        "engines.opensearch.lease", "engines.opensearch.place", "engines.opensearch.repairer", "engines.opensearch.state",
        "engines.opensearch.verify_indexes", "indexing",
    ),
    "engines.opensearch.verify_indexes": (
        "engines.opensearch.archive", "engines.opensearch.connection", "engines.opensearch.creation",
        "engines.opensearch.mapping", "engines.opensearch.place", "analysis",
    ),
    "engines.opensearch.document_verifier": (
        "engines.opensearch.article_document", "engines.opensearch.connection", "engines.opensearch.documents",
        "engines.opensearch.listing", "engines.opensearch.mapping", "engines.opensearch.place", "engines.opensearch.repairer",
        "engines.opensearch.searching", "engines.opensearch.state", "engines.opensearch.verify_indexes", "indexing",
    ),
    "engines.opensearch.article_document": (
        "engines.opensearch.documents", "engines.opensearch.mapping", "engines.opensearch.searching", "indexing", "schema",
    ),
    "engines.opensearch.repairer": (
        "engines.opensearch.archive", "engines.opensearch.article_indexes", "engines.opensearch.batch_documents",
        "engines.opensearch.bulk", "engines.opensearch.documents", "engines.opensearch.lease", "engines.opensearch.mapping",
        "engines.opensearch.searching", "engines.opensearch.stage", "engines.opensearch.state", "indexing", "analysis",
    ),
    "engines.opensearch.optimizing": (
        "engines.opensearch.archive", "engines.opensearch.connection", "engines.opensearch.creation",
        "engines.opensearch.listing", "indexing",
    ),
    "engines.opensearch.listing": ("engines.opensearch.documents", "engines.opensearch.searching", "aggregations", "schema"),
    "engines.opensearch.searching": (
        "engines.opensearch.connection", "engines.opensearch.documents", "engines.opensearch.refusals", "query.score_options",
        "schema",
    ),
    "engines.opensearch.archive": (
        "engines.opensearch.connection", "engines.opensearch.creation", "engines.opensearch.mapping", "engines.opensearch.place",
        "engines.opensearch.refusals", "engines.opensearch.searching", "engines.opensearch.state", "engines.base", "analysis",
    ),
    "engines.opensearch.creation": (
        "engines.opensearch.connection", "engines.opensearch.mapping", "engines.opensearch.place",
    ),
    "engines.opensearch.state": (
        "engines.opensearch.connection", "engines.opensearch.documents", "engines.opensearch.mapping",
        "engines.opensearch.place", "engines.opensearch.searching", "indexing",
    ),
    "engines.opensearch.state_writer": ("engines.opensearch.bulk", "engines.opensearch.state", "indexing"),
    "engines.opensearch.lease": ("engines.opensearch.connection", "engines.opensearch.state", "indexing"),
    "engines.opensearch.article_indexes": (
        "engines.opensearch.archive", "engines.opensearch.connection", "engines.opensearch.creation",
        "engines.opensearch.mapping", "engines.opensearch.refusals", "engines.opensearch.searching",
    ),
    "engines.opensearch.spool": (),
    "engines.opensearch.backoff": (),
    "engines.opensearch.bulk": ("engines.opensearch.backoff", "engines.opensearch.connection", "engines.opensearch.refusals"),
    "engines.opensearch.stage": (
        "engines.opensearch.batch_documents", "engines.opensearch.mapping", "engines.opensearch.spool", "query.value_parts",
        "indexing",
    ),
    "engines.opensearch.sink": (
        "engines.opensearch.batch_documents", "engines.opensearch.mapping", "engines.opensearch.spool",
        "engines.opensearch.stage", "indexing", "analysis",
    ),
    "engines.opensearch.store": (
        "engines.opensearch.archive", "engines.opensearch.article_indexes", "engines.opensearch.batch_documents",
        "engines.opensearch.bulk", "engines.opensearch.connection", "engines.opensearch.documents",
        "engines.opensearch.lease", "engines.opensearch.mapping", "engines.opensearch.searching", "engines.opensearch.sink",
        "engines.opensearch.spool", "engines.opensearch.stage", "engines.opensearch.state", "engines.opensearch.state_writer",
        "indexing", "analysis",
    ),
    "engines.opensearch.expressions": ("analysis",),
    "engines.opensearch.words": ("engines.opensearch.expressions", "engines.opensearch.layers", "query", "schema", "analysis"),
    "engines.opensearch.pairs": ("engines.opensearch.words",),
    "engines.opensearch.filters": (
        "engines.opensearch.documents", "engines.opensearch.expressions", "engines.opensearch.pairs",
        "engines.opensearch.words", "query", "schema",
    ),
    "engines.opensearch.spans": ("engines.opensearch.layers", "engines.opensearch.words", "query", "schema", "analysis"),
    "engines.opensearch.candidate_spans": (
        "engines.opensearch.layers", "engines.opensearch.spans", "engines.opensearch.words", "query",
    ),
    "engines.opensearch.at_least": (
        "engines.opensearch.candidate_spans", "engines.opensearch.pairs", "engines.opensearch.spans", "engines.opensearch.words",
        "query",
    ),
    "engines.opensearch.not_near": (
        "engines.opensearch.layers", "engines.opensearch.spans", "engines.opensearch.words", "query", "schema", "analysis",
    ),
    "engines.opensearch.queries": (
        "engines.opensearch.at_least", "engines.opensearch.candidate_spans", "engines.opensearch.filters",
        "engines.opensearch.not_near", "engines.opensearch.pairs", "engines.opensearch.spans", "engines.opensearch.words",
        "query", "schema", "analysis",
    ),
    "engines.opensearch.article_spans": ("query", "results", "schema", "analysis"),
    "engines.opensearch.verification": (
        "engines.opensearch.article_spans", "engines.opensearch.documents", "engines.opensearch.pairs", "engines.opensearch.queries", "engines.opensearch.refusals",
        "engines.opensearch.searching", "engines.opensearch.words", "query", "schema", "analysis",
    ),
    "engines.opensearch.place": (),
    "engines.opensearch.connection": (
        "connection", "engines.opensearch.backoff", "engines.opensearch.place", "engines.opensearch.refusals", "engines.opensearch.transport",
    ),
    "engines.opensearch.refusals": ("engines.opensearch.place",),
    "engines.opensearch.transport": (),
}  # fmt: skip
ONE_BY_ONE = ("engines",)
"""Rooms whose modules have a row each: each engine imports only what it needs."""
OPEN_TO_ALL = (
    "arrays",
    "cache",
    "json_values",
    "model",
    "reports",
    "diagnosis",
    "source_files",
    "read_warnings",
    "errors",
    "frozen",
    "control_characters",
)
FENCED = {
    "pytest": ("testing",),
    "whoosh": ("bridge",),
    "click": ("cli",),
    "numpy": None,
    "opensearchpy": ("engines.opensearch.transport",),
    "lxml": ("corpus.readers",),
    "pypdfium2": ("corpus.readers.pdf_worker",),
    "pyarrow": ("corpus.readers.parquet_tables",),
    "openpyxl": ("corpus.readers.excel_tables",),
    "xlrd": ("corpus.readers.excel_tables",),
    "trafilatura": ("corpus.readers.html_pages",),
    "htmldate": ("corpus.readers.page_dates",),
    "brotli": ("corpus.readers.http_responses",),
}
# imported by those that index, and what counts over a snapshot
NUMPY_ALL_THE_SAME = (
    "analysis.pretoken_parser",
    "analysis.batch_tokenizer",
    "analysis.batch_quotations",
    "analysis.pretokenizer",
    "analysis.pretoken_table",
    "aggregations.*_columns",
)
NO_NUMPY = (
    "schema",
    "corpus",
    "aggregations",
    "analysis",
    "json_values",
    "model",
    "errors",
    "query.nodes",
    "query.parse",
    "date_words",
    "query.clock",
    "query.date_ranges",
    "query.date_values",
    "query.dates",
    "query.written_dates",
    "query.operands",
    "query.joining",
    "query.pasted",
    "query.proximity_operators",
    "query.signs",
    "query.field_parser",
    "query.value_parts",
    "query.parser",
    "query.leaf_parser",
    "query.explain",
    "query.spelling",
    "query.rewriting",
    "query.evidence",
    "query.corrections",
    "query.suggestions",
    "query.diagnose",
    "query.explain_score",
    "query.dialects",
    "query.translate",
    "query.collectors",
    "query.score_options",
    "cli",
)


_NAMES = {
    ".".join(("searchkit", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
}


@dataclass(frozen=True)
class Module:
    """What the tests ask of a module: the modules that it imports, at whatever level, also those
    that only the type checker imports; those that it imports at run time; where a `match` is not
    closed; and how many lines it has."""

    name: str
    imports: tuple[str, ...]
    imports_at_run_time: tuple[str, ...]
    open_matches: tuple[int, ...]
    lines: int


@cache
def modules() -> tuple[Module, ...]:
    """All modules. Parsing takes most of the time of these tests, so it is done once; trees are not
    kept, because they slow down the garbage collection of all tests that follow."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        every, at_run_time = list(walk(tree)), walk(tree, skip_typing=True)
        found.append(
            Module(
                "" if name == "__init__" else name.removesuffix(".__init__"),
                tuple(imported for node in every for imported in imports(node)),
                tuple(imported for node in at_run_time for imported in imports(node)),
                tuple(node.lineno for node in every if isinstance(node, ast.Match) and not is_closed(node)),
                source.count("\n"),
            )
        )
    return tuple(found)


def walk(tree: ast.AST, *, skip_typing: bool = False) -> Iterator[ast.AST]:
    """The nodes of a tree; without what only the type checker reads, if so asked."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        is_typing = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if not (skip_typing and is_typing):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def imports(node: ast.AST) -> Iterator[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        for alias in node.names:
            name = f"{node.module}.{alias.name}"
            yield name if node.module == "searchkit" or name in _NAMES else node.module


def is_closed(node: ast.Match) -> bool:
    """Whether the last case of a `match` is one that the type checker proves not to happen."""
    last = ast.unparse(node.cases[-1]).split()
    return last[:2] == ["case", "_:"] and "assert_never" in last[2]


def below(name: str, place: str) -> bool:
    """Whether a module lies in a room, or is it; in the package itself ("") lies nothing but its
    own names."""
    return name == place or (place != "" and name.startswith(f"{place}."))


def row_of(module: str) -> str | None:
    """The row of the table that holds for a module: the longest name that it lies below; None where
    there is none."""
    names = [name for name in MAY_IMPORT if fnmatch(module, name) or (name not in ONE_BY_ONE and below(module, name))]
    return max(names, key=len, default=None)


def test_the_table_names_every_module() -> None:
    """Those of a room are named by it; a room that the table does not name is a door that nobody
    watches."""
    assert [module.name for module in modules() if row_of(module.name) is None] == []


def test_the_table_names_nothing_else() -> None:
    there = {module.name for module in modules()}
    assert [name for name in MAY_IMPORT if not any(fnmatch(module, name) for module in there)] == []
    allowed = {name for names in MAY_IMPORT.values() for name in (*names, *OPEN_TO_ALL)}
    assert [name for name in sorted(allowed) if name not in there] == []


def test_every_import_goes_one_way() -> None:
    wrong = []
    for module in modules():
        row = row_of(module.name)
        assert row is not None, module.name
        for imported in module.imports:
            if imported.partition(".")[0] != "searchkit":
                continue
            target = imported.removeprefix("searchkit").removeprefix(".")
            allowed = (*MAY_IMPORT[row], row, *(() if row == "cli" else OPEN_TO_ALL))
            is_public = "" in allowed and target in ("", "__version__", *searchkit.__all__)
            if not is_public and not any(below(target, name) for name in allowed):
                wrong.append(f"{module.name} imports {imported}")
    assert wrong == []


def test_no_import_goes_in_a_circle() -> None:
    """Late imports count: a circle that is closed late is a circle of what must be understood
    together."""
    imported = {
        module.name: {name.removeprefix("searchkit.") for name in module.imports_at_run_time if name in _NAMES}
        - {module.name}
        for module in modules()
    }
    # Modules that import nothing which is left are taken away, again and again: what stays lies in
    # circles, or above them.
    while done := {module for module in imported if not imported[module] & imported.keys()}:
        imported = {module: targets for module, targets in imported.items() if module not in done}
    assert {module: sorted(targets & imported.keys()) for module, targets in imported.items()} == {}


def test_third_parties_are_fenced() -> None:
    wrong = []
    for module in modules():
        for imported in module.imports:
            party = imported.split(".")[0]
            rooms = FENCED.get(party)
            if rooms is not None and not any(below(module.name, room) for room in rooms):
                wrong.append(f"{module.name} imports {imported}")
            if (
                party == "numpy"
                and any(below(module.name, room) for room in NO_NUMPY)
                and not any(fnmatch(module.name, name) for name in NUMPY_ALL_THE_SAME)
            ):
                wrong.append(f"{module.name} imports numpy")
    assert wrong == []


def test_modules_stay_small() -> None:
    assert [(module.name, module.lines) for module in modules() if module.lines > 500] == []


def test_every_match_is_closed() -> None:
    """A case that is missing is named by the type checker, and is an error at run time: nothing
    falls through."""
    opened = [f"{module.name}, line {line}" for module in modules() for line in module.open_matches]
    assert opened == []


def test_no_module_is_named_after_a_stdlib_module() -> None:
    import sys

    names = {module.name.split(".")[-1] for module in modules()} - {"__main__"}
    assert names & set(sys.stdlib_module_names) == set()
