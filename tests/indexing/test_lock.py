"""One writer at a time: an error names the holder of the lock, a writer can wait for it, and no
process inherits it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import searchkit
from searchkit.indexing.index_folder import IndexFolder
from searchkit.indexing.lock import LOCK_FILE, hold_lock

HOLDER = """
import sys, time
from pathlib import Path
from searchkit.indexing.lock import hold_lock
with hold_lock(Path(sys.argv[1])):
    {inside}
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path, inside: str = "pass") -> subprocess.Popen[str]:
    """A process that holds the lock until its stdin is closed."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLDER.format(inside=inside), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    while process.stdout.readline().strip() != "held":
        pass
    return process


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    searchkit.open(tmp_path / "i", create=True).close()
    return tmp_path / "i"


def test_the_second_writer_fails_at_once_and_says_who_holds_it(folder: Path) -> None:
    with holder(folder) as process, searchkit.open(folder) as engine:
        expected = rf"process {process.pid} on \S+, since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ; wait for it with --wait SECONDS"
        for write in (
            lambda: engine.add([searchkit.Article("a")]),
            lambda: engine.delete(["a"]),
            lambda: engine.optimize(),
            lambda: engine.index([folder.parent]),
            lambda: engine.remove_root("x"),
            lambda: engine.move_root("x", folder),
            lambda: engine.verify(repair=True),
        ):
            with pytest.raises(searchkit.IndexLocked, match=expected):
                write()
        assert engine.search("*").total == 0  # readers are not held up
        with pytest.raises(searchkit.IndexLocked, match="still being written to .* after 0.1 seconds"):
            engine.add([searchkit.Article("a")], wait=0.1)
        assert process.stdin is not None
        process.stdin.close()


def test_a_writer_that_waits_gets_the_lock(folder: Path) -> None:
    with holder(folder) as process, searchkit.open(folder) as engine:
        assert process.stdin is not None
        timer = threading.Timer(0.3, process.stdin.close)
        timer.start()
        assert engine.add([searchkit.Article("a")], wait=60).added == 1
        timer.join()


def test_a_negative_wait_is_an_error(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        for wait in (-1, float("nan")):
            with pytest.raises(searchkit.OptionError, match="wait must be 0 seconds or more"):
                engine.add([], wait=wait)


def test_a_dead_holder_does_not_block(folder: Path) -> None:
    with holder(folder) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert re.match(r"process \d+ on ", (folder / LOCK_FILE).read_text())  # its note is still there
    with searchkit.open(folder) as engine:
        assert engine.add([searchkit.Article("a")]).added == 1
    assert (folder / LOCK_FILE).read_text() == ""


def test_the_note_of_a_dead_process_names_no_holder(folder: Path) -> None:
    import fcntl

    with holder(folder) as process:
        process.kill()
        process.wait()
    with (folder / LOCK_FILE).open("a") as whoosh:  # another program, which leaves no note
        fcntl.flock(whoosh, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(searchkit.IndexLocked, match="by another program;"), hold_lock(folder):
            pass


@pytest.mark.parametrize(
    "inside",
    [
        "import subprocess; child = subprocess.Popen(['sleep', '600'], close_fds=False); print(child.pid)",
        "import os; child = os.fork(); child or time.sleep(600); print(child)",
        "import multiprocessing as m; c = m.get_context('fork').Process(target=time.sleep, args=(600,)); c.start(); print(c.pid)",
    ],
    ids=["a program", "a fork", "multiprocessing"],
)
def test_children_do_not_inherit_the_lock(folder: Path, inside: str) -> None:
    """A child lives on when the holder was killed; the lock is free all the same."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLDER.format(inside=inside), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    child = int(process.stdout.readline())
    try:
        assert process.stdout.readline().strip() == "held"
        with pytest.raises(searchkit.IndexLocked), hold_lock(folder):
            pass
        process.kill()
        process.wait()
        os.kill(child, 0)
        with hold_lock(folder, wait=60):  # a child that was just forked may still be about to close it
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        process.stdout.close()
        assert process.stdin is not None
        process.stdin.close()


def test_a_forked_child_that_exits_does_not_release_the_lock_of_its_parent(folder: Path) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom searchkit.indexing.lock import hold_lock\n"
        "with hold_lock(Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if child:\n        os.waitpid(child, 0)\n        print('left', flush=True)\n        sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "left\n"
        with pytest.raises(searchkit.IndexLocked, match=f"process {process.pid} on"), hold_lock(folder):
            pass
        process.kill()


def test_a_worker_that_outlives_its_killed_parent_does_not_hold_the_lock(tmp_path: Path) -> None:
    """`searchkit index` is killed while its workers read; one of them is stopped and lives on, and
    the next run need not wait."""
    import json
    import time

    root, folder = tmp_path / "root", tmp_path / "i"
    root.mkdir()
    lines = (json.dumps({"id": n, "text": f"Text{n} of room{n % 31}. " * 60}) for n in range(9_000))
    (root / "large.jsonl").write_text("\n".join(lines))
    searchkit.open(folder, create=True).close()
    command = [sys.executable, "-m", "searchkit", "index", str(root), "-i", str(folder), "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        workers: list[int] = []
        while len(workers) < 2 and process.poll() is None:
            time.sleep(0.01)
            children = [
                Path(f"/proc/{process.pid}/task/{task.name}/children")
                for task in Path(f"/proc/{process.pid}/task").iterdir()
            ]
            workers = [
                int(child) for path in children for child in path.read_text().split()
                if b"searchkit.engines.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
            ]  # fmt: skip
        assert process.poll() is None, "the run was over before its workers were seen"
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)
        process.kill()
    try:
        assert all(Path(f"/proc/{worker}").exists() for worker in workers)
        with searchkit.open(folder) as engine:
            assert engine.add([searchkit.Article("a")]).added == 1
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
            os.kill(worker, signal.SIGKILL)


def test_several_threads_of_one_process_take_turns(folder: Path) -> None:
    with searchkit.open(folder) as engine:
        threads = [
            threading.Thread(target=lambda n=n: engine.add([searchkit.Article(f"a{n}", body="text")], wait=60))
            for n in range(6)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        engine.refresh()
        assert engine.search("text").total == 6
    assert IndexFolder(folder).newest_number() == 6
