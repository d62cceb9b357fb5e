"""Deletes articles with a tombstone, which runs over roots respect, and undoes that."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.indexing.file_states import parse_origin
from searchkit.indexing.manifest import FileState, FileStates, Tombstones
from searchkit.indexing.session import Session
from searchkit.reports import Tombstone


def delete(session: Session, ids: Iterable[str]) -> int:
    """Delete articles and leave a tombstone of each; return how many were there."""
    count = 0
    unique_ids = list(dict.fromkeys(ids))
    session.prefetch(unique_ids)
    for article_id in unique_ids:
        origin = session.find_origin(article_id)
        if origin is None:
            continue
        session.delete(article_id)
        session.tombstones[article_id] = origin
        count += 1
        label, path = parse_origin(origin)
        state = session.states.get(label, {}).get(path) if origin else None
        if state is not None:
            session.states[label][path] = state._replace(articles=max(0, state.articles - 1))
    return count


def undelete(session: Session, ids: Iterable[str]) -> tuple[Tombstone, ...]:
    """Forget the tombstones of ids; the files that hold these articles are read again by the next
    run."""
    origins = {article_id: session.tombstones[article_id] for article_id in ids if article_id in session.tombstones}
    if not origins:
        return ()
    undone = list_tombstones(origins, session.states)
    for article_id, origin in origins.items():
        del session.tombstones[article_id]
        for states, path in _find_files(article_id, origin, session.states):
            states[path] = states[path]._replace(modified_ns=-1)
    return undone


def list_tombstones(tombstones: Tombstones, states: FileStates) -> tuple[Tombstone, ...]:
    """The tombstones as users see them, by id."""
    return tuple(
        Tombstone(article_id, origin or "", bool(_find_files(article_id, origin, states)))
        for article_id, origin in sorted(tombstones.items())
    )


def _find_files(article_id: str, origin: str | None, states: FileStates) -> list[tuple[dict[str, FileState], str]]:
    """The known files that an article may come from: the states of its root's files, and the path
    of each."""
    if origin is None:
        # Nobody remembered it: any file of the root whose label the id begins with.
        label = article_id.partition("/")[0].partition("#")[0]
        return [(states[label], path) for path in states.get(label, {})]
    label, path = parse_origin(origin)
    return [(states[label], path)] if origin and path in states.get(label, {}) else []
