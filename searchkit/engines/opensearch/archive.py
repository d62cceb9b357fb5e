"""Opens and checks the indexes of an archive on a cluster (see `mapping`, and `creation`)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any, Self
from urllib.parse import quote

from searchkit.analysis import ANALYSIS_VERSION, LANGUAGES, snowball_version
from searchkit.engines.base import check_language
from searchkit.engines.opensearch.connection import Cluster, RequestRefused
from searchkit.engines.opensearch.creation import (
    SECONDS_TO_MAKE,
    add_aliases,
    create_archive,
    find_indexes,
    path_to,
    wait_for_shards,
)
from searchkit.engines.opensearch.mapping import (
    FORMAT,
    PARTITIONS,
    ArchiveSettings,
    article_indexes,
    parse_article_index,
    replaced_alias,
    state_index,
)
from searchkit.engines.opensearch.place import Place
from searchkit.engines.opensearch.refusals import is_unavailable
from searchkit.engines.opensearch.searching import Searcher
from searchkit.engines.opensearch.state import StateIndex
from searchkit.errors import CorruptIndex, IndexMismatch, IndexMissing, OptionError
from searchkit.model import Partition

DEFAULT_LANGUAGE = "en"
_SHOWN_FIELDS = 8
_SECONDS_TO_OPEN = 3
"""How long an archive that exists is waited for. Just made by another process, it is soon there."""


class ArchiveIndex:
    """The indexes of an archive: the `alias` of those of articles, as it stands in the paths of
    requests, and the index `state` of what is remembered beside them.

    `settings` are those that the indexes of articles were made with, `number` is the one in their
    names. `searcher` searches the articles. `generation` and `article_count` are as of the last
    `refresh`, `warnings` say what was wrong when it was opened.
    """

    def __init__(
        self, cluster: Cluster, place: Place, settings: ArchiveSettings, number: int, *, allow_other_analysis: bool = False
    ) -> None:
        """Use `open`."""
        self.cluster, self.place, self._allow_other_analysis = cluster, place, allow_other_analysis
        self.settings, self.number = settings, number
        self.alias = quote(place.name, safe="")
        self.state = StateIndex(cluster, place)
        self.searcher = Searcher(cluster, self.alias)
        self.generation = -1
        self.article_count = 0
        self.warnings: tuple[str, ...] = ()
        self.refresh()

    @classmethod
    def open(
        cls,
        cluster: Cluster,
        place: Place,
        *,
        create: bool = False,
        language: str | None = None,
        shards: int | None = None,
        replicas: int | None = None,
        partition: str | None = None,
        allow_other_analysis: bool = False,
    ) -> Self:
        """Open an archive; with `create` it is made where there is none yet, for articles in
        `language` ("en" if None), with so many `shards` (1 if None) and `replicas` (1), and with a
        `partition` ("none"). An archive that is there keeps its own, and `warnings` say so.

        `allow_other_analysis` is for a rebuild, which replaces what was made with another analysis.

        Raises IndexMissing without `create` where there is no archive, IndexMismatch for one of
        another language, format or analysis and for an index that is not searchkit's, CorruptIndex,
        StorageError and OptionError.
        """
        check_language(language)
        wanted = check_layout(shards, replicas, partition)
        found = find_indexes(cluster, place.name)
        begins_anew = False
        if not found and create:
            begins_anew = _make(cluster, place, ArchiveSettings(language or DEFAULT_LANGUAGE, **wanted))
            found = find_indexes(cluster, place.name)
        if not found:
            raise IndexMissing(
                f"there is no index at {place.text}; make one with: searchkit index -i {shlex.quote(place.text)}"
                f' or, in Python, searchkit.open("{place.text}", create=True)'
            )
        settings, number = _read_settings(cluster, place, found, allow_other_analysis=allow_other_analysis)
        if language is not None and language != settings.language:
            raise IndexMismatch(
                f"{place.text} was made for the language {settings.language}, not {language}; rebuild it with:"
                f" searchkit index --rebuild --language {language} -i {shlex.quote(place.text)}"
            )
        try:
            archive = cls(cluster, place, settings, number, allow_other_analysis=allow_other_analysis)
        except RequestRefused as error:
            if not is_unavailable(error):
                raise
            # Perhaps another process is making it now.
            seconds = SECONDS_TO_MAKE if create else _SECONDS_TO_OPEN
            wait_for_shards(cluster, (place.name, state_index(place.name)), seconds)
            archive = cls(cluster, place, settings, number, allow_other_analysis=allow_other_analysis)
        if begins_anew and archive.state.read_run().number:
            archive.warnings = (
                f"{place.text}: the articles of this archive were gone; it begins anew, without any. The numbers of runs,"
                " the generation, roots and tombstones go on",
            )
        archive.warnings += _compare_layout(place, found, settings, wanted)
        return archive

    def refresh(self) -> bool:
        """Read anew which generation there is, and how many articles; return whether the
        generation is newer. Raises IndexMismatch for an archive that was rebuilt with another
        analysis, CorruptIndex, StorageError."""
        before = self.generation
        self.generation = self.state.read_run().generation
        if before >= 0:  # a rebuild that was cut off may have changed them, and not the generation
            self.update_settings(find_indexes(self.cluster, self.place.name))
        self.article_count = self.count()
        return self.generation > before

    def update_settings(self, found: Mapping[str, Any]) -> None:
        """Note what the indexes that searches find now were made with. Raises IndexMismatch where a
        rebuild has changed the analysis, and CorruptIndex."""
        if not found:  # what asks next says that the archive is gone
            return
        settings, number = _read_settings(self.cluster, self.place, found, allow_other_analysis=self._allow_other_analysis)
        if settings.language != self.settings.language and not self._allow_other_analysis:
            raise IndexMismatch(
                f"{self.place.text} was rebuilt for the language {settings.language} since it was opened for"
                f" {self.settings.language}; open it again"
            )
        self.settings, self.number = settings, number

    def count(self) -> int:
        """How many articles a search finds now. Raises StorageError."""
        return self.searcher.count({"match_all": {}})


def check_layout(shards: int | None, replicas: int | None, partition: str | None) -> dict[str, Any]:
    """Those of the fields of ArchiveSettings that are given. Raises OptionError."""
    found: dict[str, Any] = {
        "shards": _check_number("shards", shards, 1),
        "replicas": _check_number("replicas", replicas, 0),
    }
    if partition is not None and partition not in PARTITIONS:
        raise OptionError(f"partition must be one of {', '.join(PARTITIONS)}; found {partition!r}")
    found["partition"] = partition
    return {name: value for name, value in found.items() if value is not None}


def _check_number(name: str, value: object, least: int) -> int | None:
    """A number of shards or replicas, if one is given. Raises OptionError."""
    if value is None or (type(value) is int and value >= least):
        return value
    raise OptionError(f"{name} must be a whole number of {least} or more; found {value!r}")


def _make(cluster: Cluster, place: Place, settings: ArchiveSettings) -> bool:
    """Make an archive, or complete one; return whether its articles were missing beside its
    state."""
    lost = _find_lost(cluster, place)
    if not lost:
        return create_archive(cluster, place, settings)
    # Somebody removed the alias.
    _read_settings(cluster, place, lost)
    add_aliases(cluster, [(index, place.name) for index in lost])
    return False


def _find_lost(cluster: Cluster, place: Place) -> dict[str, Any]:
    """The indexes of an archive whose alias is missing. Of those that were not replaced, those of
    the least number are whole: others are of a rebuild that was cut off."""
    by_number: dict[int, dict[str, Any]] = {}
    for index, content in find_indexes(cluster, article_indexes(place.name)).items():
        parsed = parse_article_index(place.name, index)
        if parsed is not None and replaced_alias(place.name) not in content["aliases"]:
            by_number.setdefault(parsed[0], {})[index] = content
    return by_number[min(by_number)] if by_number else {}


def _compare_layout(
    place: Place, found: Mapping[str, Any], settings: ArchiveSettings, wanted: Mapping[str, object]
) -> tuple[str, ...]:
    """What is to be said of the layout that an archive has, where another is wanted."""
    warnings = []
    for name, value in wanted.items():
        has: set[Any] = {settings.partition}
        if name != "partition":
            has = {int(content["settings"]["index"][f"number_of_{name}"]) for content in found.values()}
        if has != {value}:
            there = " and ".join(map(str, sorted(has)))
            warnings.append(f"{place.text} has {name}={there}, and not {value}: {name} is for new and rebuilt archives only")
    return tuple(warnings)


def _read_settings(
    cluster: Cluster, place: Place, found: Mapping[str, Any], *, allow_other_analysis: bool = False
) -> tuple[ArchiveSettings, int]:
    """The settings of the indexes of an archive, and their number, after a check that this
    installation can search them. Raises IndexMismatch, CorruptIndex."""
    settings: set[tuple[Any, Any]] = set()
    numbers = set()
    for index, content in found.items():
        made = content.get("mappings", {}).get("_meta", {}).get("searchkit")
        parsed = parse_article_index(place.name, index)
        if parsed is None or not isinstance(made, dict):
            raise IndexMismatch(_describe_foreign(cluster, place, index))
        check_format(place, index, made)
        if not allow_other_analysis:
            _check_analysis(place, index, made)
        settings.add((made.get("language"), made.get("partition", "none")))
        numbers.add(parsed[0])
    languages, partitions = {language for language, _ in settings}, {partition for _, partition in settings}
    if len(languages) != 1 or not languages <= LANGUAGES.keys():
        raise CorruptIndex(
            ", ".join(sorted(found)), f"expected mappings of one known language; found {', '.join(map(repr, languages))}"
        )
    if len(partitions) != 1 or not partitions <= {*PARTITIONS} or len(numbers) != 1:
        raise CorruptIndex(
            ", ".join(sorted(found)),
            f"expected indexes of one rebuild and one known partition; found the partitions"
            f" {', '.join(map(repr, sorted(partitions)))} and the numbers {', '.join(map(str, sorted(numbers)))}; remove the"
            f" alias {place.name} from those that do not belong together",
        )
    layout = next(iter(found.values()))["settings"]["index"]
    partition: Partition = next(iter(partitions))
    return (
        ArchiveSettings(str(languages.pop()), int(layout["number_of_shards"]), int(layout["number_of_replicas"]), partition),
        numbers.pop(),
    )


def check_format(place: Place, index: str, made: Mapping[str, Any]) -> None:
    """Raise IndexMismatch for another format."""
    found = made.get("format")
    if found == FORMAT:
        return
    if isinstance(found, int) and found > FORMAT:
        raise IndexMismatch(f"{place.text}: {index} has format {found}, newer than {FORMAT}: install a newer searchkit")
    raise IndexMismatch(
        f"{place.text}: {index} has format {found}, which this version no longer reads; add the articles to a new archive,"
        " from the files that they came from, or from the field article of each document, as docs/opensearch.md shows"
    )


def _check_analysis(place: Place, index: str, made: Mapping[str, Any]) -> None:
    """Raise IndexMismatch for another analysis."""
    here, there = (ANALYSIS_VERSION, snowball_version()), (made.get("analysis_version"), made.get("snowball_version"))
    if here != there:
        is_newer = (isinstance(there[0], int) and there[0] > here[0]) or _numbers(there[1]) > _numbers(here[1])
        advice = "install a newer searchkit, or " if is_newer else ""
        raise IndexMismatch(
            f"{place.text}: {index} was made with analysis {there[0]} and Snowball {there[1]}; installed are {here[0]} and"
            f" {here[1]}, which read some words differently; {advice}rebuild the archive with: searchkit index --rebuild -i"
            f" {shlex.quote(place.text)}"
        )


def _numbers(version: object) -> list[int]:
    """A version such as "3.0.1", so that the newer one is greater."""
    return [int(number) for number in re.findall(r"\d+", str(version))]


def _describe_foreign(cluster: Cluster, place: Place, index: str) -> str:
    """The message about an index that is not searchkit's."""
    answer = cluster.request("GET", f"{path_to(index)}/_mapping")
    fields = sorted(answer[index]["mappings"].get("properties", {}))
    shown = ", ".join(fields[:_SHOWN_FIELDS]) + (", ..." if len(fields) > _SHOWN_FIELDS else "")
    return (
        f"{place.text}: {place.name} has a foreign mapping; expected an alias of indexes that searchkit made (with"
        f' "searchkit" in the "_meta" of their mappings), found the index {index} with {"the fields " * bool(fields)}'
        f"{shown or 'no fields'}; choose another name for the archive"
    )
