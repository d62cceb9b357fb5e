"""The indexes of articles that a run writes: it makes those that are missing, and switches to those
of a rebuild."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from searchkit.engines.opensearch.archive import ArchiveIndex
from searchkit.engines.opensearch.connection import Unanswered
from searchkit.engines.opensearch.creation import find_indexes, make_article_index, path_to, put_template
from searchkit.engines.opensearch.mapping import (
    ArchiveSettings,
    article_index,
    article_indexes,
    first_part,
    parse_article_index,
    write_alias,
)

_NAMES_AT_ONCE = 5
"""Names of indexes in a path. Each may be 255 bytes long, or three times that when it is quoted; a
node takes a line of 4 kB (http.max_initial_line_length)."""


class ArticleIndexes:
    """The indexes of articles with one number, each of which holds a part of them."""

    def __init__(self, archive: ArchiveIndex, settings: ArchiveSettings, number: int, parts: Sequence[str] = ()) -> None:
        """`parts` are those whose indexes are there."""
        self._archive, self.settings, self.number = archive, settings, number
        self._parts = set(parts)

    def find_alias(self, part: str) -> str:
        """The alias by which a part is written; its index is made if it is missing. Raises
        StorageError."""
        archive = self._archive
        if part not in self._parts:
            is_visible = self.number == archive.number
            make_article_index(archive.cluster, archive.place, self.settings, self.number, part, is_visible=is_visible)
            self._parts.add(part)
        return write_alias(archive.place.name, self.number, part)

    def refresh(self) -> None:
        """Let searches find what was sent. Raises StorageError."""
        name = self._archive.place.name
        names = [quote(article_index(name, self.number, part), safe="") for part in sorted(self._parts)]
        for start in range(0, len(names), _NAMES_AT_ONCE):
            path = f"/{','.join(names[start : start + _NAMES_AT_ONCE])}/_refresh"
            self._archive.cluster.request("POST", path, idempotent=True)

    def publish(self) -> None:
        """Have searches find these indexes instead of those that the archive has now, and remove
        those, all in one step. Raises StorageError."""
        archive, name = self._archive, self._archive.place.name
        self.find_alias(first_part(self.settings.partition))
        old = [
            index
            for index, content in find_indexes(archive.cluster, article_indexes(name)).items()
            if name in content["aliases"]
        ]
        new = {article_index(name, self.number, part) for part in self._parts}
        actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": name}} for index in sorted(new)]
        actions += [{"remove_index": {"index": index}} for index in old if parse_article_index(name, index) is not None]
        try:
            archive.cluster.request("POST", "/_aliases", body={"actions": actions})
        except Unanswered:  # it may have been done
            if find_indexes(archive.cluster, name).keys() != new:
                raise
        put_template(archive.cluster, archive.place, self.settings)
        archive.settings, archive.number = self.settings, self.number


def open_article_indexes(archive: ArchiveIndex) -> ArticleIndexes:
    """The indexes that searches find, for the run that may write. Those of a rebuild that was cut
    off are removed. Raises IndexMismatch for an archive that was rebuilt otherwise meanwhile,
    CorruptIndex, StorageError."""
    cluster, name = archive.cluster, archive.place.name
    found = find_indexes(cluster, article_indexes(name))
    archive.update_settings({index: content for index, content in found.items() if name in content["aliases"]})
    parts = []
    for index, content in found.items():
        parsed = parse_article_index(name, index)
        if parsed is None:
            continue
        number, part = parsed
        if number > archive.number and name not in content["aliases"]:
            cluster.request("DELETE", path_to(index))
        elif number == archive.number and name in content["aliases"]:
            parts.append(part)
            alias = write_alias(name, number, part)
            if alias not in content["aliases"]:
                cluster.request("PUT", f"{path_to(index)}/_alias{path_to(alias)}")
    return ArticleIndexes(archive, archive.settings, archive.number, parts)
