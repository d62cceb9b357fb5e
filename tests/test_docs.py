"""The documents are true: commands run, links lead somewhere, and names exist."""

from __future__ import annotations

import importlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

import searchkit
from scripts.benchmark.__main__ import arguments as bench_arguments
from scripts.documentation.__main__ import stale_references
from tests.plain_environment import plain_environment

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


README = read("README.md")


def block(language: str, document: str = README) -> str:
    found = re.search(rf"```{language}\n(.*?)```", document, re.DOTALL)
    assert found is not None
    return found[1]


def run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env=plain_environment(**environment),
        check=False,
    )


def run_typed(typed: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = shlex.split(typed)
    assert program == "searchkit"
    return run(sys.executable, "-m", "searchkit", *arguments, folder=folder)


@pytest.fixture
def folder_with_index(tmp_path: Path) -> Path:
    """A folder with the sample corpus, indexed into `index/`."""
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    assert run_typed("searchkit index corpus/", tmp_path).returncode == 0
    return tmp_path


def test_the_session_prints_what_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    turns = re.split(r"^\$ ", block("console"), flags=re.MULTILINE)[1:]
    assert len(turns) >= 4
    for turn in turns:
        typed, _, expected = turn.partition("\n")
        assert run_typed(typed, tmp_path).stdout == expected, typed


def test_the_report_of_what_was_not_understood_is_what_the_readme_says(tmp_path: Path) -> None:
    """The archive is the files of `corpora/doubtful`, which the README says lie in /archive."""
    doubtful = ROOT / "tests" / "corpora" / "doubtful"
    shutil.copytree(doubtful, tmp_path / "doubtful", ignore=shutil.ignore_patterns("README.md"))
    typed, _, expected = block("console report").removeprefix("$ ").partition("\n")
    done = run_typed(typed, tmp_path)
    assert done.stderr.replace(str(tmp_path.resolve()), "/archive") + done.stdout == expected
    assert done.returncode == 0


def test_the_library_example_runs(tmp_path: Path) -> None:
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    done = run(sys.executable, "-c", block("python"), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Peace talks to go on by video" in done.stdout
    assert len(done.stdout.splitlines()) >= 3


def query_table() -> list[tuple[str, int]]:
    """The queries of the README's table, each with what it says that they find."""
    table = README.partition("## The query language")[2].partition("## What is read")[0]
    rows = [row.replace("\\|", "&#124;").split(" | ") for row in table.splitlines() if row.startswith("| `")]
    return [
        (query.replace("&#124;", "|"), int(count.replace(",", "")))
        for typed, counts, *_ in rows
        for query, count in zip(re.findall(r"`([^`]+)`", typed), counts.split(", "), strict=True)
    ]


def test_every_query_of_the_readme_finds_what_it_says(folder_with_index: Path) -> None:
    now = datetime.fromisoformat(re.findall(r"--now (\S+)`", README)[0])
    table = query_table()
    assert len(table) > 30
    with searchkit.open(folder_with_index / "index") as engine:
        found = [(query, engine.search(query, limit=0, now=now).total) for query, _ in table]
    assert found == table
    assert [query for query, count in table if not count] == []


@pytest.mark.parametrize("typed", [*re.findall(r"^\| `(searchkit [^`]*)`", read("docs/rebuilding.md"), re.MULTILINE)])
def test_the_commands_of_rebuilding_run(folder_with_index: Path, typed: str) -> None:
    done = run_typed(typed, folder_with_index)
    assert (done.returncode, done.stderr.count("error")) == (0, 0), done.stderr


def test_an_index_is_rebuilt_in_another_language(folder_with_index: Path) -> None:
    rebuilding = read("docs/rebuilding.md")
    for typed in block("console", rebuilding).splitlines():
        assert run_typed(typed.removeprefix("$ "), folder_with_index).returncode == 0
    again = run(sys.executable, "-c", f"import searchkit\n{block('python', rebuilding)}", folder=folder_with_index)
    assert again.returncode == 0, again.stderr
    assert "language    de\n" in run_typed("searchkit stats", folder_with_index).stdout


def test_the_crontab_and_the_service_run(folder_with_index: Path) -> None:
    rebuilding = read("docs/rebuilding.md")
    lines = [line.split(maxsplit=5)[5] for line in block("crontab", rebuilding).splitlines()]
    lines.append(re.findall(r"^ExecStart=(.*)$", rebuilding, re.MULTILINE)[0])
    assert len(lines) == 3
    for line in lines:
        for there, here in (
            ("/opt/searchkit", ROOT),
            ("/srv/news/index", folder_with_index / "index"),
            ("/var/log", folder_with_index),
        ):
            line = line.replace(there, str(here))
        searchkit = shlex.join([sys.executable, "-m", "searchkit"])
        done = run("sh", "-c", line, folder=folder_with_index, SEARCHKIT=searchkit)
        assert done.returncode == 0, done.stderr
    assert (folder_with_index / "searchkit.jsonl").read_text().count('"status": 0') == 2


def test_the_benchmarks_of_speed_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "syn500k.jsonl").touch()
    (tmp_path / "FOLDER").mkdir()
    typed = re.findall(r"scripts/bench (--\w+ [^`\n]*)", read("docs/speed.md"))
    assert len(typed) == 3
    for options in typed:
        bench_arguments(shlex.split(options))


def test_the_tests_of_durability_are_there() -> None:
    named = set(re.findall(r"`(tests/\w+(?:/\w+\.py)?|test_\w+(?:\.py)?)`", read("docs/durability.md")))
    assert len(named) > 20
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    missing = []
    for name in named:
        if "/" in name:
            is_there = (ROOT / name).exists()
        elif name.endswith(".py"):
            is_there = name in sources
        else:
            is_there = any(f"def {name}(" in source for source in sources.values())
        if not is_there:
            missing.append(name)
    assert missing == []


def test_the_scripts_are_there_and_run() -> None:
    for name in ("quickstart", "test", "check", "release", "reference"):
        assert os.access(ROOT / "scripts" / name, os.X_OK)
    assert "scripts/quickstart" in README
    assert "scripts/test" in README
    for document in DOCUMENTS:
        for name in re.findall(r"(?<![\w/])scripts/[\w-]+", document.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{document.name} names {name}"


def test_the_references_are_what_the_code_gives() -> None:
    assert stale_references() == [], "run scripts/reference"


def links(document: Path) -> Iterator[str]:
    """The targets of the links of a document, outside of code."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", lambda code: code[0].replace("](", ""), text))


def anchors(document: Path) -> set[str]:
    """What the headings of a document are linked to by, as GitHub makes it."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    wrong = []
    for link in links(document):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []


def test_the_format_of_a_package_is_read_once_it_is_installed(tmp_path: Path) -> None:
    """The example of the README is a package that pip installs, and whose files are read."""
    section = README[README.index("A package adds a format") :]
    project, module = block("toml", section), block("python", section)
    document = read("docs/formats.md")
    assert project in document
    assert module in document
    assert len([line for line in (project + module).splitlines() if line.strip()]) <= 15
    package, site = tmp_path / "package", tmp_path / "site"
    package.mkdir()
    (package / "pyproject.toml").write_text(project)
    (package / "searchkit_minutes.py").write_text(module)
    install = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(site), str(package))
    installed = run(sys.executable, "-m", "pip", *install, folder=tmp_path)
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "council.minutes").write_text("Budget|The council met.\nbad\nRoads|It met again.\n")
    command = (sys.executable, "-m", "searchkit", "index", "council.minutes")
    done = run(*command, folder=tmp_path, PYTHONPATH=f"{site}{os.pathsep}{ROOT}")
    assert done.stdout == "2 added, 0 unchanged, 0 replaced, 0 removed; 1 file not read\n"
    assert "council.minutes, line 2: the line has no bar" in done.stderr


def test_the_documents_are_linked_and_packed() -> None:
    """Each can be reached from the README, and the sdist has it."""
    reached = {ROOT / "README.md"}
    while (
        found := {
            (document.parent / link.partition("#")[0]).resolve()
            for document in reached
            for link in links(document)
            if "://" not in link and link.partition("#")[0].endswith(".md")
        }
        - reached
    ):
        reached |= found
    assert [path.name for path in DOCUMENTS if path not in reached and path.name != "CHANGELOG.md"] == []
    packed = tomllib.loads(read("pyproject.toml"))["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    assert {"docs", "/*.md"} <= set(packed)


def named_code(document: str) -> list[str]:
    """The code that a document names inline, without what tables say of error messages."""
    text = re.sub(r"```.*?```", "", document, flags=re.DOTALL)
    lines = [line for line in text.splitlines() if not re.match(r"\| (?:forgotten|.*\| (?:mypy|the report|`[A-Z]))", line)]
    return re.findall(r"`([^`\n]+)`", "\n".join(lines))


def is_there(dotted: str) -> bool:
    """Whether a dotted name of the package is a module, or something in one."""
    parts = dotted.removeprefix("searchkit.").split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(("searchkit", *parts[:length])))
        except ModuleNotFoundError:
            continue
        for name in parts[length:]:
            if not hasattr(found, name):
                return False
            found = getattr(found, name)
        return True
    return False


def test_the_architecture_names_what_is_there() -> None:
    """Files, dotted names, and single names that look like code (`open_sink`, `ArticleStore`)."""
    rooms = {path.stem for path in (ROOT / "searchkit").iterdir() if path.suffix in ("", ".py")}
    sources = [path for room in ("searchkit", "tests") for path in (ROOT / room).rglob("*.py")]
    files = {path.name for path in sources}
    words = {word for path in sources for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    wrong, names = [], 0
    for name in named_code(read("ARCHITECTURE.md")):
        if "NAME" in name:
            continue
        if re.fullmatch(r"[\w/]+/|[\w/]+/\w+\.py", name):
            exists = (ROOT / name).exists() or (ROOT / "searchkit" / name).exists()
        elif re.fullmatch(r"\w+\.py", name):
            exists = name in files
        elif re.fullmatch(r"\w+(\.\w+)+", name) and name.removeprefix("searchkit.").split(".")[0] in rooms:
            exists = is_there(name)
        elif re.fullmatch(r"[A-Za-z]+_\w+|[A-Z]\w*[a-z]\w*", name):
            exists = name in words
        else:
            continue
        names += 1
        if not exists:
            wrong.append(name)
    assert wrong == []
    assert names > 100


def test_recipes_with_xargs_run_nothing_when_nothing_is_found() -> None:
    recipes = re.findall(r"\| (xargs .*)", "".join(path.read_text(encoding="utf-8") for path in DOCUMENTS))
    assert recipes
    assert [recipe for recipe in recipes if " -r " not in recipe] == []
