"""Help is instant: nothing heavy is imported for it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit

HEAVY = ("numpy", "whoosh", "chardet", "Stemmer", "orjson")


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["search", "--help"], ["help", "query"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys\n"
        "from searchkit.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as done:\n    assert done.code == 0, done.code\n"
        "print('IMPORTED', *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = done.stdout.rpartition("IMPORTED")[2].split()
    assert [name for name in HEAVY[:2] if name in imported] == []


def test_import_searchkit_is_light() -> None:
    program = "import sys, searchkit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert [name for name in ("numpy", "whoosh", "click", "chardet") if name in done.stdout.split()] == []


@pytest.mark.parametrize("module", ["query", "query.nodes", "query.explain", "query.collectors"])
def test_queries_are_read_without_numpy(module: str) -> None:
    """An engine that keeps its articles elsewhere needs the tree and what is asked of it, and no
    arrays."""
    program = f"import sys, searchkit.{module}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


@pytest.mark.parametrize(
    ("query", "imported"),
    [
        ("peace talks", []),
        ("peace date:2020-04..7d", ["searchkit.query.dates"]),
        ("date:last-week", ["searchkit.query.dates"]),
        ("date:26.04.2020", ["searchkit.query.dates", "searchkit.date_words"]),
    ],
)
def test_a_query_loads_what_its_dates_need(query: str, imported: list[str]) -> None:
    program = (
        f"import sys; from searchkit.query import parse; parse({query!r})\n"
        "print(*(name for name in ('searchkit.query.dates', 'searchkit.date_words') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == imported


def test_a_search_imports_nothing_that_reads_archives_or_whoosh(tmp_path: Path) -> None:
    searchkit.open(tmp_path / "i", create=True).add([searchkit.Article("a", "Peace", "Peace talks.")])
    program = (
        "import sys\n"
        "from searchkit.cli import main\n"
        f"try:\n    main(['search', 'peace', '-i', {str(tmp_path / 'i')!r}])\n"
        "except SystemExit as done:\n    assert done.code == 0, done.code\n"
        "rooms = {'.'.join(name.split('.')[:2]) for name in sys.modules if name.startswith('searchkit.')}\n"
        "late = {name for name in sys.modules if 'diagnos' in name or 'advice' in name}\n"
        "print('IMPORTED', *late, *rooms, *sorted({name.split('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    imported = done.stdout.rpartition("IMPORTED")[2].split()
    assert [name for name in imported if "diagnos" in name or "advice" in name] == []
    assert "numpy" in imported
    assert "searchkit.query" in imported
    assert [name for name in ("searchkit.corpus", "searchkit.bridge") if name in imported] == []
    assert [name for name in ("whoosh", "chardet") if name in imported] == []
    # each of these takes some milliseconds, of the two hundred that the whole command takes
    assert [name for name in ("concurrent", "socket", "tempfile", "zoneinfo") if name in imported] == []


def test_only_places_on_a_cluster_import_what_clusters_need(tmp_path: Path) -> None:
    searchkit.open(tmp_path / "i", create=True).add([searchkit.Article("a", "Peace", "Peace talks.")])
    for arguments in (["--help"], ["search", "peace", "-i", str(tmp_path / "i")]):
        program = (
            "import sys, searchkit\n"
            "from searchkit.cli import main\n"
            f"try:\n    main({arguments!r})\nexcept SystemExit as done:\n    assert done.code == 0, done.code\n"
            "print('IMPORTED', *(name for name in sys.modules if 'opensearch' in name))\n"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert done.stdout.rpartition("IMPORTED")[2].split() == []
    program = "import sys, searchkit; searchkit.Connection(); print(*sys.modules)"
    imported = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in ("opensearchpy", "numpy", "searchkit.engines.opensearch.engine") if name in imported] == []


def test_every_late_import_says_what_it_gains() -> None:
    """The line of each says it (`# late: 3 ms at the start of a search`).

    An import that gains nothing stands at the top of its module. Small gains are measured in
    instructions (`valgrind --tool=cachegrind`), a million of which take 0.2 ms.
    """
    unexplained = []
    package = Path(searchkit.__file__).parent
    for path in sorted(package.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        lines = source.splitlines()
        functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
        imports = {
            node for function in functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
        }
        unexplained += [
            f"{path.relative_to(package)}:{number}: {lines[number - 1].strip()}"
            for number in sorted({node.lineno for node in imports})
            if not re.search(r"# .*\blate: .*\d ms\b", lines[number - 1])
        ]
    assert unexplained == []


def test_a_query_imports_only_what_it_has() -> None:
    program = (
        "import sys\n"
        "from searchkit.query import parse\n"
        "parse('title:(peace w/5 talks) -war')\n"
        "print(*(name for name in sys.modules if 'dialects' in name or 'saved_queries' in name))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
