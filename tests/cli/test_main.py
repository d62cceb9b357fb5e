"""The command as a whole: help, errors, exit status; in this process and in one of its own."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import searchkit
from searchkit import cli
from searchkit.cli import COMMANDS
from tests.cli.conftest import Ran, RecordedEngine
from tests.plain_environment import plain_environment

Run = Callable[..., Ran]
SEARCHKIT = [sys.executable, "-m", "searchkit"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real index of articles whose answer is longer than a pipe holds (64 KiB)."""
    folder = tmp_path_factory.mktemp("news")
    lines = [{"id": f"{n}", "title": f"News {n}", "body": f"The “peace” holds. {'Word ' * 40}"} for n in range(1000)]
    (folder / "news.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    place = folder / "index"
    subprocess.run([*SEARCHKIT, "index", str(folder / "news.jsonl"), "-i", str(place)], check=True, env=plain_environment())
    return place


def test_no_arguments_is_short_help_with_examples(run: Run) -> None:
    ran = run()
    assert ran.status == 0
    assert ran.out.startswith("Usage: searchkit [OPTIONS] [COMMAND] [ARGS]...\n")
    examples = [line for line in ran.out.splitlines() if line.startswith("    searchkit ")]
    assert len(examples) == 3


def test_version(run: Run) -> None:
    assert run("--version") == Ran(0, f"searchkit, version {searchkit.__version__}\n", "")


def test_the_index_may_stand_before_the_command(index: Path, tmp_path: Path) -> None:
    """The one behind the command counts where both are given, and advice repeats it."""
    for arguments in (["-i", str(index), "stats"], ["-i", str(tmp_path), "stats", "-i", str(index)]):
        ran = subprocess.run([*SEARCHKIT, *arguments], capture_output=True, text=True, env=plain_environment(), check=True)
        assert ran.stdout.startswith("articles    1,000\n")
    missing = [*SEARCHKIT, "--index", str(tmp_path / "none"), "stats"]
    ran = subprocess.run(missing, capture_output=True, text=True, env=plain_environment())
    assert ran.returncode == 2
    assert f"-i {tmp_path / 'none'}" in ran.stderr


def test_every_command_is_listed() -> None:
    modules = {name: importlib.import_module(f"searchkit.cli.{name}") for _, name, _ in pkgutil.iter_modules(cli.__path__)}
    commands = {name for name, module in modules.items() if isinstance(getattr(module, "command", None), click.Command)}
    assert commands == {module for module, _ in COMMANDS.values()}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.status == 0
    assert f"  Example:\n    searchkit {command}" in ran.out


def test_unknown_command_names_a_close_one(run: Run) -> None:
    ran = run("serch", "peace")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == 'searchkit: there is no command "serch". Did you mean search?\n  see: searchkit --help\n'


def test_unknown_option(run: Run) -> None:
    ran = run("stats", "--jsno")
    assert ran.status == 2
    assert ran.err == "searchkit: there is no option --jsno; did you mean --json?\n  see: searchkit stats --help\n"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (searchkit.IndexLocked("another process (7) writes"), 2, "another process (7) writes"),
        (searchkit.CorruptIndex("/a/\x1b[31mb", "bad"), 2, "/a/b is damaged: bad"),
        (RuntimeError("two\nlines"), 2, "internal error: RuntimeError: two lines (SEARCHKIT_DEBUG=1 shows where)"),
        (RecursionError("deep"), 2, "internal error: RecursionError: deep (SEARCHKIT_DEBUG=1 shows where)"),
        (MemoryError(), 2, "there is not enough memory for this"),
        (OSError(28, "No space left on device", "/a/seg"), 2, "/a/seg: No space left on device"),
        (OSError(28, "No space left on device"), 2, "No space left on device"),
        (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), 2, "internal error: UnicodeEncodeError"),
    ],
)
def test_error_is_a_message(engine: RecordedEngine, run: Run, error: Exception, status: int, message: str) -> None:
    engine.fail = error
    ran = run("search", "peace")
    assert (ran.status, ran.out) == (status, "")
    assert ran.err.startswith(f"searchkit: {message}")
    assert ran.err.count("\n") == 1


def test_debug_shows_the_traceback(engine: RecordedEngine, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_DEBUG", "1")
    engine.fail = RuntimeError("here")
    ran = run("search", "peace")
    assert ran.status == 2
    assert ran.err.startswith("Traceback (most recent call last):\n")


def test_interrupt_is_status_130(engine: RecordedEngine, run: Run) -> None:
    engine.fail = KeyboardInterrupt()
    assert run("search", "peace") == Ran(130, "", "\nsearchkit: interrupted\n")


def test_interrupt_of_a_process(tmp_path: Path) -> None:
    fifo = tmp_path / "read.me"
    os.mkfifo(fifo)
    # Opening the pipe for writing returns once the process reads its settings from it: now it is at
    # work.
    code = (
        "import sys, searchkit.cli.settings as s; from pathlib import Path;"
        f"s.settings_files = lambda: [Path({str(fifo)!r})]; from searchkit.cli import main; main(['search', 'peace'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with fifo.open("w"):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "\nsearchkit: interrupted\n")


@pytest.mark.parametrize("form", ["--color=auto", "--json", "--jsonl", "--csv", "--ids", "--table"])
def test_closed_pipe_is_quiet(index: Path, form: str) -> None:
    process = subprocess.Popen(
        [*SEARCHKIT, "search", "peace", "-n", "0", form, "-i", str(index)],
        env=plain_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(1)
    process.stdout.close()
    err = process.stderr.read().decode()
    assert process.wait() == 0
    assert "Traceback" not in err
    assert "Broken" not in err
    process.stderr.close()


def test_closed_stderr_is_quiet(index: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [*SEARCHKIT, "search", '"peace', "-i", str(index)], env=plain_environment(), stdout=subprocess.PIPE, stderr=writing
    )
    os.close(writing)
    assert (ran.returncode, ran.stdout) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_status_2(index: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*SEARCHKIT, "search", "peace", "-i", str(index)], env=plain_environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert (ran.returncode, ran.stderr) == (2, b"searchkit: No space left on device\n")


@pytest.mark.parametrize("arguments", ["search peace --count", "search peace -n 2", "search peace -n 0 --json", "--help"])
def test_output_to_a_closed_stdout_is_status_2(index: Path, arguments: str) -> None:
    place = "" if arguments == "--help" else f" -i {index}"
    command = f"{shlex.join(SEARCHKIT)} {arguments}{place}"
    for closed in (">&-", "<&- >&-"):
        ran = subprocess.run(["sh", "-c", f"{command} {closed}"], env=plain_environment(), capture_output=True, text=True)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr == "searchkit: standard output is closed\n"
    ran = subprocess.run(["sh", "-c", f"{command} 2>&-"], env=plain_environment(), capture_output=True, text=True)
    assert ran.returncode == 0
    assert ran.stdout


def test_quiet_prints_errors_alone(index: Path, engine: RecordedEngine, run: Run) -> None:
    assert run("search", "-q", "peace", "-n", "1", "--ids") == Ran(0, "news/1.txt\n", "")
    assert run("search", "peace", "-n1", "--quiet").err == ""
    assert run("search", "-q", "zzz") == Ran(1, "", "")
    assert run("search", "-q", "woman or women", "-v") == Ran(1, "", "")
    assert run("search", "woman or women", "-v", "-q") == Ran(1, "", "")
    assert run("search", "-q", "(peace").err.startswith('searchkit: a "(" without its ")"\n  (peace\n')
    assert run("search", "-q", "peace", "--foo").status == 2
    assert run("show", "-q", "news/9.txt") == Ran(1, "", 'searchkit: no article has the id "news/9.txt"\n')
    assert run("search", "zzz").err != ""  # for the next command it does not hold


def test_each_command_can_be_quiet(run: Run) -> None:
    assert run("saved", "list", "-q") == run("saved", "-q") == Ran(1, "", "")
    translate = ("translate", "--from", "factiva", "hd=europe and wc>500", "-qq")
    noisy = run(*translate).err
    assert "note: -qq excludes" in noisy
    assert "warning: " in noisy
    assert run(*translate, "-q").err == ""
    pending: list[click.Command] = [cli.root_command]
    while pending:
        command = pending.pop()
        if command is not cli.root_command:
            assert "-q" in [name for parameter in command.params for name in parameter.opts], command.name
        if isinstance(command, click.Group):
            context = click.Context(command)
            pending += [found for name in command.list_commands(context) if (found := command.get_command(context, name))]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_encoding_that_lacks_a_character_is_no_crash(index: Path, encoding: str) -> None:
    ran = subprocess.run(
        [*SEARCHKIT, "search", "peace", "-n", "1", "-i", str(index)],
        env=plain_environment(PYTHONIOENCODING=encoding),
        capture_output=True,
    )
    assert ran.returncode == 0
    assert b"peace" in ran.stdout


def test_file_name_of_any_bytes_is_no_crash(tmp_path: Path) -> None:
    index = tmp_path / "index"
    folder = os.fsencode(tmp_path / "more")
    os.mkdir(folder)  # noqa: PTH102  (a Path has no bytes)
    for name in (b"/good.txt", b"/bad\xff.txt"):
        Path(os.fsdecode(folder + name)).write_text("2020-04-26\n\nA\n\nThe peace.")
    ran = subprocess.run([*SEARCHKIT, "index", folder, "-i", str(index)], env=plain_environment(), capture_output=True)
    assert ran.returncode in (0, 2)
    assert b"internal error" not in ran.stderr
    for arguments in (["search", "peace", "--json"], ["search", "peace", "-n", "0"], ["roots", "--json"]):
        ran = subprocess.run([*SEARCHKIT, *arguments, "-i", str(index)], env=plain_environment(), capture_output=True)
        assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["--version"], ["search", "--help"], ["help", "query"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from searchkit.cli import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'whoosh', 'chardet', 'orjson', 'wcwidth', 'Stemmer'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], env=plain_environment(), capture_output=True, text=True, check=True)
    assert ran.stderr == "[]\n"
