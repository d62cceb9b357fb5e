"""A rebuild: one commit of new articles only, with all that the index had.

The old index serves until then. Its articles are looked at for two things: to say what changed, and to make those again
that no file gives now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from searchkit.indexing.entries import Change, Entry, entry_of
from searchkit.indexing.session import Session, batches
from searchkit.indexing.store import Known


class Rebuild(Session):
    """A session that begins with nothing, over a store that drops at the commit what was committed before. What this still
    has is what nothing was said of yet: an article that is put is removed there."""

    def _committed(self, article_id: str) -> Known | None:
        """None: in the new index there are only articles of this session."""
        return None

    def put(self, entry: Entry, stage: Callable[[], Entry] | None = None) -> Change:
        """See Session.put; the change is that against the old index."""
        if self.has_new(entry.id):
            return super().put(entry, stage)
        old = super()._committed(entry.id)
        if old is not None:
            self._remove_committed(entry.id, old)
        change = super().put(entry, stage)
        return change if old is None else "unchanged" if old.record == entry.record else "replaced"

    def _take_out(self, article_id: str) -> bool:
        taken = super()._take_out(article_id)
        old = super()._committed(article_id)
        if old is not None:
            self._remove_committed(article_id, old)  # else it would be made again at the end
        return taken or old is not None

    def restore_origin(self, origin: str) -> int:
        """See Session.restore_origin."""
        return self._restore(origin)

    def restore_rest(self) -> int:
        """See Session.restore_rest: articles of no root, and of roots whose files say nothing of them."""
        return self._restore(None)

    def _restore(self, origin: str | None) -> int:
        count = 0
        for batch in batches(self._up_to_date().stored(origin), lambda stored: len(stored[2])):
            self.expect([article.id for article, _, _ in batch])
            for article, its_origin, record in batch:
                self.put(entry_of(article, its_origin, record), partial(self.stage_again, article, its_origin))
            count += len(batch)
        return count
