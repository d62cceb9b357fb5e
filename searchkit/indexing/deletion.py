"""Deleting articles, which runs over roots remember, and undoing it."""

from __future__ import annotations

from collections.abc import Iterable

from searchkit.indexing.manifest import FileState, FileStates
from searchkit.indexing.manifest import Withheld as WithheldIds
from searchkit.indexing.origins import file_of
from searchkit.indexing.session import Session
from searchkit.reports import Withheld


def delete(session: Session, ids: Iterable[str]) -> int:
    """Remove articles and withhold their ids from now on; return how many were there."""
    count = 0
    wanted = list(dict.fromkeys(ids))
    session.expect(wanted)
    for article_id in wanted:
        origin = session.origin_of(article_id)
        if origin is None:
            continue
        session.remove(article_id)
        session.withheld[article_id] = origin
        count += 1
        label, path = file_of(origin)
        state = session.states.get(label, {}).get(path) if origin else None
        if state is not None:
            session.states[label][path] = state._replace(articles=max(0, state.articles - 1))
    return count


def undelete(session: Session, ids: Iterable[str]) -> tuple[Withheld, ...]:
    """Withhold ids no more; the files that hold these articles are read again by the next run."""
    origins = {article_id: session.withheld[article_id] for article_id in ids if article_id in session.withheld}
    if not origins:
        return ()
    undone = described(origins, session.states)
    for article_id, origin in origins.items():
        del session.withheld[article_id]
        for states, path in _files(article_id, origin, session.states):
            states[path] = states[path]._replace(modified_ns=-1)
    return undone


def described(withheld: WithheldIds, states: FileStates) -> tuple[Withheld, ...]:
    """What is known of withheld ids, by id."""
    return tuple(
        Withheld(article_id, origin or "", bool(_files(article_id, origin, states)))
        for article_id, origin in sorted(withheld.items())
    )


def _files(article_id: str, origin: str | None, states: FileStates) -> list[tuple[dict[str, FileState], str]]:
    """The known files that an article may come from: the states of its root's files, and the path of each."""
    if origin is None:
        # Nobody remembered it: any file of the root whose label the id begins with.
        label = article_id.partition("/")[0].partition("#")[0]
        return [(states[label], path) for path in states.get(label, {})]
    label, path = file_of(origin)
    return [(states[label], path)] if origin and path in states.get(label, {}) else []
