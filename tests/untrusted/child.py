"""Reads one path in another process with little memory and time: `python -m tests.untrusted.child
MB SECONDS PATH`.

Prints what came out as JSON: how many articles, their ids (the first ones), and the failures.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from searchkit.corpus import read
from searchkit.corpus.readers import jsonl, reuters, text

ROOT = Path(__file__).parents[2]
SHOWN = 100


@dataclass(frozen=True)
class Outcome:
    """The number of articles, the ids of the first ones, and path, reason and place of all
    failures."""

    articles: int
    ids: list[str]
    failures: list[tuple[str, str, str]]

    @property
    def reasons(self) -> list[str]:
        return [reason for _, reason, _ in self.failures]


def read_within(path: Path, *, megabytes: int = 200, seconds: int = 60, **options: str) -> Outcome:
    """Read a path in a process with limits. Fails if the process does not end normally."""
    command = [sys.executable, "-m", "tests.untrusted.child", str(megabytes), str(seconds), str(path), json.dumps(options)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    articles, ids, failures = json.loads(done.stdout)
    return Outcome(articles, ids, [(path, reason, place) for path, reason, place in failures])


def main(megabytes: str, seconds: str, path: str, options: str) -> None:
    assert all(reader is not None for reader in (jsonl, reuters, text))  # loaded before memory is counted
    in_use = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    most = in_use + int(megabytes) * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    failures: list[tuple[str, str, str]] = []
    ids: list[str] = []
    count = 0
    chosen = {name: [value] for name, value in json.loads(options).items()}
    for article in read(path, "L", lambda f: failures.append((f.path, f.reason, f.place)), options=chosen):
        count += 1
        if len(ids) < SHOWN:
            ids.append(article.id)
    print(json.dumps([count, ids, failures]))


if __name__ == "__main__":
    main(*sys.argv[1:])
