"""Opens a writing session of the right kind over a store."""

from __future__ import annotations

from searchkit.indexing.dry_run import DryRebuildSession, DryRunSession
from searchkit.indexing.rebuild import RebuildSession
from searchkit.indexing.session import Session
from searchkit.indexing.store import ArticleStore

_SESSIONS = {
    (False, False): Session,
    (True, False): RebuildSession,
    (False, True): DryRunSession,
    (True, True): DryRebuildSession,
}
"""The kinds of sessions, by whether they rebuild, and whether they are a dry run."""


def open_session(store: ArticleStore, *, rebuild: bool = False, dry_run: bool = False) -> Session:
    """A writing session over a store, which is closed when the session cannot be made.

    For a `rebuild` the store has to be one that drops what it had before.
    """
    try:
        return _SESSIONS[rebuild, dry_run](store)
    except BaseException:
        store.close(failed=True)
        raise
