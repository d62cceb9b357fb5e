"""Which root is meant by a path? Roots do not lie in each other, and each has a label of its own."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from searchkit.errors import RootError
from searchkit.indexing.manifest import FileStates, RootRecord
from searchkit.indexing.origins import origin_of, unlisted_of
from searchkit.reports import Root

if TYPE_CHECKING:
    from searchkit.indexing.session import Session

Roots = Mapping[str, RootRecord]
"""The remembered roots, by label."""


def root_of(
    roots: Roots, given: Path, label: str | None, options: Mapping[str, tuple[str, ...]] | None
) -> tuple[RootRecord, str]:
    """The root that a path belongs to, remembered or new, and which part of it the path is. Raises RootError."""
    place = _placed(given)
    if not place.exists():
        known = [root for root in roots.values() if Path(root.path) == place]
        if not known:
            raise RootError(f"there is no file or folder {given}")
        return known[0], ""
    for root in roots.values():
        old = Path(root.path)
        if place == old:
            if label not in (None, root.label):
                raise RootError(f"{given} is indexed as {root.label}; to rename it: searchkit roots remove {root.label}")
            return (root if options is None else replace(root, options=dict(options))), ""
        if old in place.parents:
            if label is not None or options is not None:
                raise RootError(f"{given} is a part of the root {root.label}; options go with the whole root")
            return root, place.relative_to(old).as_posix()
        if place in old.parents:
            raise RootError(
                f"{given} encloses {root.path}, which is indexed as {root.label}; first: searchkit roots remove {root.label}"
            )
    from searchkit.corpus import label_of  # late: to list roots takes no reader

    name = label or label_of(place)
    if not name or "/" in name or not name.isprintable():
        raise RootError(f'"{name}" cannot be a label; give one without "/" with --label NAME')
    if name in roots:
        raise RootError(
            f"the label {name} is taken by {roots[name].path}; give another with --label NAME, or, if that"
            f" root has moved here: searchkit roots move {name} {given}"
        )
    return RootRecord(name, str(place), dict(options or {})), ""


def _placed(given: Path) -> Path:
    """Where a path leads. Raises RootError for one that cannot be written down."""
    place = given.absolute().resolve()
    try:
        str(place).encode()
    except UnicodeEncodeError:
        shown = os.fsencode(place).decode("utf-8", "backslashreplace")
        raise RootError(f"the path {shown} is not UTF-8, and cannot be remembered; rename the folder or file") from None
    return place


def check_known(roots: Roots, label: str) -> None:
    """Raise RootError for a label that no root has."""
    if label not in roots:
        known = ", ".join(sorted(roots)) or "none"
        raise RootError(f'no root has the label "{label}"; there are: {known}')


def check_apart(roots: Roots, label: str, path: str | Path) -> None:
    """Raise RootError when a root that moved to `path` and another one would lie in each other."""
    place = _placed(Path(path))
    for other in roots.values():
        old = Path(other.path)
        if other.label != label and (old == place or old in place.parents or place in old.parents):
            raise RootError(f"{path} and the root {other.label} ({other.path}) lie in each other")


def new_place(path: str | Path) -> Path:
    """Where a root is to lie. Raises RootError for a path where nothing is."""
    place = Path(path).absolute().resolve()
    if not place.exists():
        raise RootError(f"there is no file or folder {path}")
    return place


def move(session: Session, label: str, path: str | Path, place: Path) -> None:
    """Let a root lie at `place`, which was given as `path`; its files count as never read."""
    check_known(session.roots, label)
    check_apart(session.roots, label, path)
    session.roots[label] = replace(session.roots[label], path=str(place))
    states = session.states.get(label, {})
    session.states[label] = {name: state._replace(modified_ns=-1) for name, state in states.items()}


def remove(session: Session, label: str) -> int:
    """Forget a root; return how many articles went with it."""
    check_known(session.roots, label)
    files = [(label, path) for path in session.states.get(label, {})]
    removed = asked = 0
    for number, file in enumerate(files):
        if number >= asked:
            asked = session.expect_files(files, number)
        removed += session.remove_origin(origin_of(*file))
    session.states.pop(label, None)
    session.states.pop(unlisted_of(label), None)
    del session.roots[label]
    return removed


def described(roots: Iterable[RootRecord], states: FileStates) -> tuple[Root, ...]:
    """What users are told of roots, given the state of their files."""
    return tuple(
        Root(
            label=root.label,
            path=root.path,
            articles=sum(file.articles for file in states.get(root.label, {}).values()),
            files=len(states.get(root.label, {})),
            failed=sum(bool(file.problems) for file in states.get(root.label, {}).values()),
            options=root.options,
        )
        for root in roots
    )
