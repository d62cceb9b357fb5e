"""Rebuilds an index: one commit that replaces all committed articles.

Searches use the old index until then. Its articles are needed for two things: to report what
changed, and to copy those that no file provides now.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from searchkit.indexing.entries import ArticleEntry, Change, make_entry
from searchkit.indexing.session import Session, split_for_lookup
from searchkit.indexing.store import CommittedArticle


class RebuildSession(Session):
    """A session that begins with no articles; at the commit its store drops what was committed
    before.

    An article that is upserted or deleted is deleted from the store too. So the store has at the
    end the articles that no file decided about; `keep_rest` copies them.
    """

    def _find_committed(self, article_id: str) -> CommittedArticle | None:
        """None: the new index has only articles of this session."""
        return None

    def upsert(self, entry: ArticleEntry, stage_article: Callable[[], ArticleEntry] | None = None) -> Change:
        """See Session.upsert; the change is the one against the old index."""
        if self.has_changed(entry.id):
            return super().upsert(entry, stage_article)
        old = self._delete_old(entry.id)
        change = super().upsert(entry, stage_article)
        return change if old is None else "unchanged" if old.record_hash == entry.record_hash else "replaced"

    def delete(self, article_id: str) -> bool:
        """See Session.delete: an old article is deleted too, or it would be copied at the end."""
        was_new = super().delete(article_id)
        return self._delete_old(article_id) is not None or was_new

    def _delete_old(self, article_id: str) -> CommittedArticle | None:
        old = super()._find_committed(article_id)
        if old is not None:
            self._delete_committed(article_id, old)
        return old

    def keep_articles_of_file(self, origin: str) -> int:
        """See Session.keep_articles_of_file."""
        return self._copy(origin)

    def keep_rest(self) -> int:
        """See Session.keep_rest: articles of no root, and of roots whose files do not mention
        them."""
        return self._copy(None)

    def _copy(self, origin: str | None) -> int:
        count = 0
        self._flush_deletions()
        for group in split_for_lookup(self.store.iter_articles(origin), lambda stored: len(stored[2])):
            self.prefetch([article.id for article, _, _ in group])
            for article, its_origin, record in group:
                self.upsert(make_entry(article, its_origin, record), partial(self.restage, article, its_origin))
            count += len(group)
        return count
