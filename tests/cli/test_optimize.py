from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import searchkit


def test_two_segments_become_one_with_the_same_answers(tmp_path: Path) -> None:
    with searchkit.open(tmp_path / "i", create=True) as engine:
        engine.add([searchkit.Article("a", "Peace", "Peace talks."), searchkit.Article("b", "War", "No talks.")])
        engine.add([searchkit.Article("c", "Peace", "More talks on peace.")])
        engine.delete(["b"])
        before = [(hit.id, hit.score) for hit in engine.search("peace talks")]
        assert engine.stats().segments == 2
    command = [sys.executable, "-m", "searchkit", "optimize", "-i", str(tmp_path / "i")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2 articles in 1 segment\n")
    with searchkit.open(tmp_path / "i") as engine:
        assert engine.stats().segments == 1
        assert [(hit.id, hit.score) for hit in engine.search("peace talks")] == before
    missing = subprocess.run([*command[:-1], str(tmp_path / "none")], capture_output=True, text=True, check=False)
    assert (missing.returncode, "there is no index" in missing.stderr) == (2, True)
