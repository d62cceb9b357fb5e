"""`scripts/release VERSION`: checks that the tree is ready, builds the wheel and the sdist, and
tries the wheel.

It neither tags nor pushes; at the end it prints the commands that do. Exit status 1 when something
is not ready, or when the wheel does not work in a fresh environment.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
VERSION = re.compile(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?")
QUERY = '"peace talks" date:2020-04'
"""What the installed wheel has to find in the sample corpus."""


class ReleaseError(Exception):
    """The built release does not work."""


def find_problems(version: str, root: Path) -> list[str]:
    """What has to be mended before the tree at `root` can be released as `version`."""
    problems = []
    if not VERSION.fullmatch(version):
        problems.append(f'a version looks like 1.2.3 or 1.2.3rc1; found "{version}"')
    changed = run("git", "status", "--porcelain", cwd=root).splitlines()
    if changed:
        problems.append(f"the tree is not clean: {', '.join(line[3:] for line in changed)}; commit what has changed")
    if f"v{version}" in run("git", "tag", "--list", cwd=root).split():
        problems.append(f"the tag v{version} is there already; choose another version")
    source = (root / "searchkit" / "__init__.py").read_text(encoding="utf-8")
    declared = re.search(r'^__version__ = "(.*)"$', source, re.MULTILINE)
    if declared is None or declared[1] != version:
        found = declared[1] if declared else "none"
        problems.append(f"searchkit/__init__.py has the version {found}, not {version}; change __version__")
    return problems + changelog_problems(version, (root / "CHANGELOG.md").read_text(encoding="utf-8"))


def changelog_problems(version: str, changelog: str) -> list[str]:
    """What is wrong with the newest heading of the changelog, which must be
    `## VERSION (YYYY-MM-DD)`."""
    expected = f"## {version} ({date.today().isoformat()})"
    heading = re.search(r"^## (\S+) \((.*)\)$", changelog, re.MULTILINE)
    if heading is None or heading[1] != version:
        found = heading[0] if heading else "none"
        return [f'the first heading of CHANGELOG.md should be "{expected}"; found "{found}"']
    try:
        date.fromisoformat(heading[2])
    except ValueError:
        return [f'CHANGELOG.md should have a date for {version}, as in "{expected}"; found "{heading[2]}"']
    return []


def build(version: str, root: Path) -> tuple[Path, Path]:
    """Build the sdist, and from it the wheel, into `dist/`; return the wheel and the sdist."""
    run(sys.executable, "-m", "build", "--outdir", "dist", cwd=root)
    files = (root / "dist" / f"searchkit-{version}-py3-none-any.whl", root / "dist" / f"searchkit-{version}.tar.gz")
    for path in files:
        if not path.is_file():
            raise ReleaseError(f"the build did not make {path}")
    return files


def try_wheel(wheel: Path, version: str, corpus: Path) -> None:
    """Install a wheel in a fresh environment, index a corpus and search it. Raises ReleaseError."""
    with tempfile.TemporaryDirectory(prefix="searchkit-release-") as name:
        folder = Path(name)
        run(sys.executable, "-m", "venv", "environment", cwd=folder)
        binaries = folder / "environment" / "bin"
        run(str(binaries / "python"), "-m", "pip", "install", "--quiet", str(wheel), cwd=folder)
        program = str(binaries / "searchkit")
        for expected, arguments in (
            (version, ["--version"]),
            (" added, ", ["index", str(corpus), "-i", "index"]),
            ("1. ", ["search", QUERY, "-i", "index"]),
            ("whole", ["verify", "-i", "index"]),
        ):
            printed = run(program, *arguments, cwd=folder)
            if expected not in printed:
                raise ReleaseError(f'searchkit {shlex.join(arguments)}: expected "{expected.strip()}", found: {printed}')


def run(*command: str, cwd: Path) -> str:
    """Run a program outside of this tree's modules, and return what it prints.

    Raises ReleaseError when it fails.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SEARCHKIT"))}
    done = subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode:
        raise ReleaseError(f"{shlex.join(command)} ended with status {done.returncode}:\n{done.stdout}")
    return done.stdout


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Check, build and try a release of the tree at `root`."""
    parser = argparse.ArgumentParser(prog="scripts/release", description=__doc__)
    parser.add_argument("version", help="the version to release, such as 1.2.3")
    parser.add_argument("--dry-run", action="store_true", help="check, and print what would be done; build nothing")
    given = parser.parse_args(arguments)
    problems = find_problems(given.version, root)
    for problem in problems:
        print(f"not ready: {problem}", file=sys.stderr)
    if problems:
        return 1
    if given.dry_run:
        print(f"{given.version} is ready; without --dry-run the wheel and the sdist are built into dist/ and tried")
        return 0
    try:
        wheel, sdist = build(given.version, root)
        try_wheel(wheel, given.version, root / "corpus")
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{wheel.name} works in a fresh environment. Now type:")
    print(f'  git tag --annotate v{given.version} --message "searchkit {given.version}"')
    print(f"  git push origin v{given.version}")
    print(f"  python -m twine upload {wheel.relative_to(root)} {sdist.relative_to(root)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
