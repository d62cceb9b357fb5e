"""The libraries that a node runs on: fetched by Maven once, compiled with and archived."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from scripts.cluster.errors import ClusterError, Unavailable
from scripts.cluster.java import OLDEST, Java
from scripts.cluster.node import JVM, launch, wait_until_listening
from scripts.cluster.processes import end, locked

POM = Path(__file__).parent / "pom.xml"
SOURCE = Path(__file__).parent / "Node.java"
MANIFEST = "manifest.json"


def prepare(cache: Path, java: Java) -> Path:
    """The folder of the libraries, below `cache`; made if it is not there, or not whole.

    Raises Unavailable when they have to be fetched and cannot be.
    """
    libraries = cache / "lib"
    with locked(cache):
        if not is_whole(libraries):
            _make(libraries, java)
        jvm = JVM(java, libraries)
        if not jvm.archive.exists():
            _archive(jvm)
    return libraries


def is_whole(libraries: Path) -> bool:
    """Whether all files are there that were fetched for this pom.xml and Node.java, as long as they
    were."""
    try:
        manifest = json.loads((libraries / MANIFEST).read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return bool(manifest == _manifest(libraries))


def _manifest(libraries: Path) -> dict[str, object]:
    made_of = hashlib.sha256(POM.read_bytes() + SOURCE.read_bytes()).hexdigest()
    return {"made_of": made_of, "sizes": {path.name: path.stat().st_size for path in sorted(libraries.glob("*.jar"))}}


def _make(libraries: Path, java: Java) -> None:
    """Fetch the libraries and compile our own. They are renamed into place when they are whole."""
    maven = shutil.which("mvn")
    if maven is None:
        raise Unavailable(
            "Maven fetches OpenSearch; there is no mvn on the PATH; install it (apt install maven, brew install maven)"
        )
    for left in libraries.parent.glob("lib.*"):
        shutil.rmtree(left, ignore_errors=True)
    # A name of its own: the Maven of a start that was killed may still write to the last one.
    new = Path(tempfile.mkdtemp(prefix="lib.", dir=libraries.parent))
    # A checksum that is wrong is an error (-C); -ntp shows no progress.
    _run(
        [maven, "-q", "-B", "-C", "-ntp", "-f", str(POM), "dependency:copy-dependencies", f"-DoutputDirectory={new}"],
        {**os.environ, "JAVA_HOME": str(java.home)},
        Unavailable,
    )
    with tempfile.TemporaryDirectory() as classes:
        options = ["--release", str(OLDEST), "-proc:none", "-d", classes, "-cp", f"{new}/*"]
        _run([str(java.compiler), *options, str(SOURCE)], dict(os.environ), ClusterError)
        with zipfile.ZipFile(new / "node.jar", "w") as jar:
            for path in Path(classes).iterdir():
                jar.write(path, path.name)
    (new / MANIFEST).write_text(json.dumps(_manifest(new), indent=1), encoding="utf-8")
    shutil.rmtree(libraries, ignore_errors=True)
    new.rename(libraries)


def _archive(jvm: JVM) -> None:
    """Run a node once, which writes the archive of its classes when it ends."""
    new = jvm.archive.with_suffix(".new")
    with tempfile.TemporaryDirectory(dir=jvm.libraries) as folder:
        place = Path(folder)
        training = JVM(jvm.java, jvm.libraries, options=(f"-XX:ArchiveClassesAtExit={new}",))
        node = launch(training, place, "archived", {"discovery.type": "single-node"}, owner=os.getpid())
        try:
            wait_until_listening(node, place)
        finally:
            end([node.process], seconds=120)
        if not new.exists():
            raise ClusterError(f"{jvm.java.program} made no archive of its classes, {new}")
    new.rename(jvm.archive)


def _run(command: Sequence[str], environment: dict[str, str], error: type[ClusterError]) -> None:
    done = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise error(f"{shlex.join(command)} ended with status {done.returncode}:\n{done.stdout}")
