"""The indexes of articles that a run writes: it makes those that are missing, and switches to those
of a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import RequestRefused, Unanswered
from searchkit.engines.opensearch.creation import (
    add_aliases,
    find_indexes,
    make_article_index,
    put_template,
    remove_indexes,
    set_replicas,
)
from searchkit.engines.opensearch.mapping import (
    ArchiveSettings,
    article_index,
    article_indexes,
    first_part,
    parse_article_index,
    replaced_alias,
    state_index,
    write_alias,
)
from searchkit.engines.opensearch.searching import Searcher
from searchkit.errors import StorageError

_NAMES_AT_ONCE = 5
"""Names of indexes in a path. Each may be 255 bytes long, or three times that when it is quoted; a
node takes a line of 4 kB (http.max_initial_line_length)."""


class ArticleIndexes:
    """The indexes of articles with one number, each of which holds a part of them."""

    def __init__(
        self,
        archive: ArchiveIndex,
        settings: ArchiveSettings,
        number: int,
        check: Callable[[], None],
        parts: Sequence[str] = (),
    ) -> None:
        """`parts` are those whose indexes are there, and are found by searches. `check` is called
        before an index is made, and raises IndexLocked where another run writes now."""
        self._archive, self.settings, self.number, self._check = archive, settings, number, check
        self._parts = set(parts)
        self._visible = tuple(parts[:1])  # one that searches find, if they find these at all
        self._changed: set[str] = set()  # since the last refresh
        self._replaced: list[str] = []

    def find_alias(self, part: str) -> str:
        """The alias by which a part is written; its index is made if it is missing. Raises
        IndexLocked, StorageError."""
        archive = self._archive
        if part not in self._parts:
            self._check()
            make_article_index(archive.cluster, archive.place, self.settings, self.number, part, is_visible=False)
            if self._visible:
                self._show(part)
            self._parts.add(part)
        self._changed.add(part)
        return write_alias(archive.place.name, self.number, part)

    def _show(self, part: str) -> None:
        """Have searches find a part. The request is refused if they do not find the others any
        more: this run slept for longer than its lease, and another one has rebuilt the archive."""
        name, cluster = self._archive.place.name, self._archive.cluster
        new, known = (article_index(name, self.number, one) for one in (part, *self._visible))
        condition = {"index": known, "alias": name, "must_exist": True}
        actions = [{"remove": condition}, _action("add", known, name), _action("add", new, name)]
        try:
            cluster.request("POST", "/_aliases", body={"actions": actions}, idempotent=True)
        except RequestRefused:
            _try_to_remove(self._archive, [new])
            self._check()
            raise

    def refresh(self) -> None:
        """Let searches find what was sent. Raises StorageError."""
        name = self._archive.place.name
        names = [quote(article_index(name, self.number, part), safe="") for part in sorted(self._changed)]
        for start in range(0, len(names), _NAMES_AT_ONCE):
            path = f"/{','.join(names[start : start + _NAMES_AT_ONCE])}/_refresh"
            self._archive.cluster.request("POST", path, idempotent=True)
        self._changed.clear()

    def publish(self) -> None:
        """Have searches find these indexes instead of those that the archive has now, in one step.
        Raises IndexLocked, StorageError.

        Who takes the lease after the check here removes these indexes first: then the step fails.
        """
        archive, name = self._archive, self._archive.place.name
        self.find_alias(first_part(self.settings.partition))
        self._check()
        put_template(archive.cluster, archive.place, self.settings)
        if self.settings.replicas != archive.settings.replicas:
            set_replicas(archive.cluster, state_index(name), self.settings.replicas)
        new = {article_index(name, self.number, part) for part in self._parts}
        actions = [_action("add", index, name) for index in sorted(new)]
        for index, content in find_indexes(archive.cluster, name).items():
            if parsed := parse_article_index(name, index):
                self._replaced.append(index)
                own = {name, write_alias(name, *parsed)} & content["aliases"].keys()
                actions += [_action("remove", index, alias) for alias in sorted(own)]
                actions.append(_action("add", index, replaced_alias(name)))
        try:
            archive.cluster.request("POST", "/_aliases", body={"actions": actions}, idempotent=True)
        except (RequestRefused, Unanswered):  # it may have been done, and then is refused when it is sent again
            if find_indexes(archive.cluster, name).keys() != new:
                self._check()
                raise
        archive.settings, archive.number, self._visible = self.settings, self.number, (first_part(self.settings.partition),)

    def remove_replaced(self) -> None:
        """Remove the indexes that these have replaced. Not at once: searches that began before may
        not be done."""
        _try_to_remove(self._archive, self._replaced)
        self._replaced.clear()


def begin_build(
    archive: ArchiveIndex, run_number: int, changes: Mapping[str, Any], check: Callable[[], None]
) -> ArticleIndexes:
    """Indexes that are to replace those of an archive, with changes of its settings. None is there
    yet. No other run has indexes with their number: what one that was cut off sends late finds none
    to go into."""
    number = max(archive.number, run_number) + 1
    return ArticleIndexes(archive, archive.settings.replace(changes), number, check)


def open_article_indexes(archive: ArchiveIndex, check: Callable[[], None]) -> ArticleIndexes:
    """The indexes that searches find, for the run that may write. They get back what they lack of
    their aliases. Those of rebuilds that were cut off, and what others have replaced, are removed.

    Raises IndexMismatch for an archive that was rebuilt otherwise meanwhile, CorruptIndex,
    StorageError.
    """
    cluster, name = archive.cluster, archive.place.name
    found = find_indexes(cluster, article_indexes(name))
    visible = {index: content for index, content in found.items() if name in content["aliases"]}
    archive.update_settings(visible)
    parts, lacking, left = [], [], []
    for index, content in found.items() if visible else ():  # else what asks next says that the archive is gone
        parsed = parse_article_index(name, index)
        if parsed is None:
            continue
        number, part = parsed
        aliases, own_alias = content["aliases"], write_alias(name, number, part)
        if number == archive.number:
            parts.append(part)
            lacking += [(index, alias) for alias in (name, own_alias) if alias not in aliases]
        elif replaced_alias(name) in aliases or own_alias in aliases:
            left.append(index)
    add_aliases(cluster, lacking)
    archive.warnings += tuple(
        f"{archive.place.text}: the index {index} had lost the alias {name}, so that no search found its articles; it has it"
        " again"
        for index, alias in lacking
        if alias == name and Searcher(cluster, quote(index, safe="")).count({"match_all": {}})  # else it was just made
    )
    _try_to_remove(archive, left)
    return ArticleIndexes(archive, archive.settings, archive.number, check, parts)


def _try_to_remove(archive: ArchiveIndex, indexes: Iterable[str]) -> None:
    """Remove indexes that nobody needs. If that cannot be done now, because a snapshot is made of
    them, say, a later run does it."""
    with suppress(StorageError):
        remove_indexes(archive.cluster, indexes)


def _action(kind: str, index: str, alias: str) -> dict[str, dict[str, str]]:
    return {kind: {"index": index, "alias": alias}}
