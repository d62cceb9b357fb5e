"""Which JDK runs OpenSearch?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.cluster.errors import Unavailable

OLDEST = 21
"""The oldest version of Java that OpenSearch 3 runs on."""
JVM_FOLDER = Path("/usr/lib/jvm")


@dataclass(frozen=True)
class Java:
    """A JDK."""

    home: Path
    version: str

    @property
    def major(self) -> int:
        return int(re.split(r"\D", self.version)[0])

    @property
    def program(self) -> Path:
        return self.home / "bin" / "java"

    @property
    def compiler(self) -> Path:
        return self.home / "bin" / "javac"


def find_java(environment: Mapping[str, str] = os.environ, folder: Path = JVM_FOLDER) -> Java:
    """The first JDK that is new enough: JAVA_HOME, the newest below `folder`, `java` on the PATH.

    Raises Unavailable, which names what was found instead.
    """
    found = []
    for java in _installed(environment, folder):
        if java.major < OLDEST:
            found.append(f"{java.home} (version {java.version}, too old)")
        elif not java.compiler.exists():
            found.append(f"{java.home} (version {java.version}, a JRE without javac)")
        else:
            return java
    raise Unavailable(
        f"OpenSearch needs a JDK of version {OLDEST} or newer; looked in JAVA_HOME "
        f"({environment.get('JAVA_HOME') or 'not set'}), below {folder} and for java on the PATH; "
        f"found {', '.join(found) or 'none'}; install one (apt install openjdk-{OLDEST}-jdk-headless, "
        f"brew install openjdk@{OLDEST}), or name one with JAVA_HOME=/path/to/jdk"
    )


def _installed(environment: Mapping[str, str], folder: Path) -> Iterator[Java]:
    if named := environment.get("JAVA_HOME"):
        yield from _java_in(Path(named))
    # Distributions put several names of one JDK there.
    homes = {path.resolve() for path in folder.glob("*") if (path / "bin" / "java").exists()}
    yield from sorted((java for home in sorted(homes) for java in _java_in(home)), key=lambda java: -java.major)
    if program := shutil.which("java", path=environment.get("PATH", "")):
        yield from _java_in(Path(program).resolve().parent.parent)


def _java_in(home: Path) -> Iterator[Java]:
    """The Java in a folder, if there is one that runs."""
    try:
        done = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return
    if version := re.search(r'version "(\d[^"]*)"', done.stderr):
        yield Java(home, version[1])
