"""Finds the root that a path belongs to, and moves and removes roots.

No root lies in another, and each has a label of its own.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.errors import RootError
from searchkit.indexing.file_states import make_origin, unlisted_key
from searchkit.indexing.manifest import FileStates, RememberedRoot
from searchkit.reports import Root

if TYPE_CHECKING:
    from searchkit.indexing.session import Session

Roots = Mapping[str, RememberedRoot]
"""The remembered roots, by label."""


def find_root(
    roots: Roots, given: Path, label: str | None, options: Mapping[str, Sequence[str]] | None
) -> tuple[RememberedRoot, str]:
    """The root that a path belongs to, remembered or new, and which part of it the path is. Raises
    RootError."""
    resolved = _resolve(given)
    if not resolved.exists():
        known = [root for root in roots.values() if Path(root.path) == resolved]
        if not known:
            raise RootError(f"there is no file or folder {given}")
        return known[0], ""
    for root in roots.values():
        old = Path(root.path)
        if resolved == old:
            if label not in (None, root.label):
                first = f"searchkit roots remove {shlex.quote(root.label)}"
                raise RootError(f"{given} is indexed as {root.label}; to rename it, first: {first}")
            return (root if options is None else replace(root, options=_as_remembered(options))), ""
        if old in resolved.parents:
            if label is not None or options is not None:
                raise RootError(f"{given} is a part of the root {root.label}; options go with the whole root")
            return root, resolved.relative_to(old).as_posix()
        if resolved in old.parents:
            first = f"searchkit roots remove {shlex.quote(root.label)}"
            raise RootError(f"{given} encloses {root.path}, which is indexed as {root.label}; first: {first}")
    from searchkit.corpus import label_of  # late: 34 ms at the start of searchkit roots

    name = label or label_of(resolved)
    if not name or "/" in name or not name.isprintable():
        raise RootError(f'"{name}" cannot be a label; give one without "/" with --label NAME')
    if name in roots:
        raise RootError(
            f"the label {name} is taken by {roots[name].path}; give another with --label NAME, or, if that"
            f" root has moved here: searchkit roots move {shlex.quote(name)} {shlex.quote(str(given))}"
        )
    return RememberedRoot(name, str(resolved), _as_remembered(options or {})), ""


def _as_remembered(options: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in options.items()}


def _resolve(given: Path) -> Path:
    """The absolute path that a path leads to. Raises RootError for one that is not UTF-8."""
    resolved = given.absolute().resolve()
    try:
        str(resolved).encode()
    except UnicodeEncodeError:
        shown = os.fsencode(resolved).decode("utf-8", "backslashreplace")
        raise RootError(f"the path {shown} is not UTF-8, and cannot be remembered; rename the folder or file") from None
    return resolved


def check_label(roots: Roots, label: str) -> None:
    """Raise RootError for a label that no root has."""
    if label not in roots:
        known = ", ".join(sorted(roots)) or "none"
        raise RootError(f'no root has the label "{label}"; there are: {known}')


def check_not_nested(roots: Roots, label: str, path: Path) -> None:
    """Raise RootError when a root that moves to `path` would lie in another root, or enclose
    one."""
    for other in roots.values():
        old = Path(other.path)
        if other.label != label and (old == path or old in path.parents or path in old.parents):
            raise RootError(f"{path} and the root {other.label} ({other.path}) lie in each other")


def resolve_existing(path: str | Path) -> Path:
    """The absolute path of a file or folder that exists. Raises RootError."""
    resolved = _resolve(Path(path))
    if not resolved.exists():
        raise RootError(f"there is no file or folder {path}")
    return resolved


def move(session: Session, label: str, path: Path) -> None:
    """Move a root to `path`, which is absolute; its files count as never read."""
    check_label(session.roots, label)
    check_not_nested(session.roots, label, path)
    session.roots[label] = replace(session.roots[label], path=str(path))
    states = session.states.get(label, {})
    session.states[label] = {name: state._replace(modified_ns=-1) for name, state in states.items()}


def remove(session: Session, label: str) -> int:
    """Forget a root; return how many articles went with it."""
    check_label(session.roots, label)
    files = [(label, path) for path in session.states.get(label, {})]
    removed = prefetched = 0
    for number, file in enumerate(files):
        if number >= prefetched:
            prefetched = session.prefetch_files(files, number)
        removed += session.delete_articles_of_file(make_origin(*file))
    session.states.pop(label, None)
    session.states.pop(unlisted_key(label), None)
    del session.roots[label]
    return removed


def list_roots(roots: Iterable[RememberedRoot], states: FileStates) -> tuple[Root, ...]:
    """Roots as users see them, given the states of their files."""
    return tuple(
        Root(
            label=root.label,
            path=root.path,
            articles=sum(file.articles for file in states.get(root.label, {}).values()),
            files=len(states.get(root.label, {})),
            failed=sum(bool(file.failures) for file in states.get(root.label, {}).values()),
            options=root.options,
        )
        for root in roots
    )
