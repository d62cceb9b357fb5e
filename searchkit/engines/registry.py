"""Opens the engine that a place names: a folder, or a text with a scheme.

This module imports engines late, on purpose: `import searchkit` and `--help` must import neither
numpy nor whoosh.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol, TypedDict, Unpack, cast

from searchkit.connection import Connection
from searchkit.engines.base import ADD_ARTICLES, ArchiveEngine, Copyable, Engine, RootSync, Verifiable
from searchkit.errors import EngineUnavailable, OptionError, Unsupported
from searchkit.index_options import IndexChanges, IndexOptions
from searchkit.model import Partition
from searchkit.reports import CopyReport, IndexReport, Progress, Verification

_CLUSTER_ENGINE = "searchkit.engines.opensearch"
BUILT_IN: dict[str | None, str] = {
    None: "searchkit.engines.local",
    "memory": "searchkit.engines.memory",
    "opensearch": _CLUSTER_ENGINE,
    "opensearchs": _CLUSTER_ENGINE,
}
"""The modules of our engines, by scheme (None: a folder)."""
ENTRY_POINTS = "searchkit.engines"
"""The group of entry points by which other packages add engines; the name of each is its scheme."""

_HALF_SCHEME = re.compile(r"\s*opensearchs?:", re.IGNORECASE)


class EngineModule(Protocol):
    """What the module of an engine provides, or the object that an entry point names."""

    def open_engine(self, place: str | Path, *, create: bool, language: str | None) -> Engine:
        """See `open`."""


class ClusterModule(EngineModule, Protocol):
    """What it provides instead when its indexes are on clusters. It may lack some of the parameters
    that have defaults: it gets those that are given."""

    def open_engine(
        self,
        place: str | Path,
        *,
        create: bool,
        language: str | None,
        connection: Connection | None = None,
        shards: int | None = None,
        replicas: int | None = None,
        partition: Partition | None = None,
    ) -> Engine:
        """See `open`."""


class ClusterOptions(TypedDict, total=False):
    """The options of `open`, or of `rebuild`, for clusters that are given."""

    connection: Connection
    shards: int
    replicas: int
    partition: Partition


class PlaceModule(EngineModule, Protocol):
    """What it also provides when it can verify or rebuild an index that cannot be opened."""

    def verify_place(
        self, place: str | Path, *, repair: bool, wait: float, **options: Unpack[ClusterOptions]
    ) -> Verification:
        """See `verify`. It may lack `options`, or name the one that it takes, `connection`: it gets
        that if it is given."""

    def rebuild_place(
        self,
        place: str | Path,
        language: str | None,
        settings: IndexOptions | None,
        changes: IndexChanges,
        **options: Unpack[ClusterOptions],
    ) -> IndexReport:
        """See `rebuild`. It may lack `options`, or name some of them: it gets those that are
        given."""


def open(
    place: str | Path,
    *,
    create: bool = False,
    language: str | None = None,
    connection: Connection | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
) -> ArchiveEngine:
    """Open the index at `place`: a folder, "memory:" for a new one in memory, a cluster such as
    "opensearch://localhost:9200/news" ("opensearchs://" with TLS), or what another scheme names.

    With `create`, an index that is not there yet is made, for articles in `language` (an ISO 639-1
    code such as "en", the default, or "none" for no stemming). A language given for an index that
    has another is an IndexMismatch. A Path is always a folder.

    What is returned is typed as if it had all capabilities, as folders and memory have. On a
    cluster, SnapshotIsolation is lacking, and `generation` raises AttributeError. An engine of
    another package may lack some, too; `isinstance(engine, searchkit.Verifiable)` tells.

    The other parameters are for clusters. `connection` says how to connect. A new archive has
    `shards` in each of its indexes (default: 1; OpenSearch advises one for each 10 to 50 GB, which
    few archives reach) and as many copies of each as `replicas` says (default: 1, so that one node
    may fail). With the `partition` "year" or "month" it has an index for each year or month in
    which articles were printed, and one for those without a date (default: "none", one index for
    all). An archive that is there keeps its own, and says so in `warnings`; `rebuild` changes them.

    Raises IndexMissing without `create` where there is no index (and changes nothing),
    EngineUnavailable for a place of a kind that nothing installed can open, StorageError for a
    cluster that cannot be reached, and OptionError for a parameter that the engine does not take.
    """
    options = _given(connection, shards, replicas, partition)
    return cast(ArchiveEngine, _open(place, options, create=create, language=language))


def _given(
    connection: Connection | None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
) -> ClusterOptions:
    """The options that are not None."""
    found = {"connection": connection, "shards": shards, "replicas": replicas, "partition": partition}
    return cast(ClusterOptions, {name: value for name, value in found.items() if value is not None})


def _open(place: str | Path, options: ClusterOptions, *, create: bool = False, language: str | None = None) -> Engine:
    """Open an engine. Raises OptionError for an option that it lacks."""
    module = _module_of(place)
    if not options:
        return module.open_engine(place, create=create, language=language)
    _check_options(place, options, module.open_engine)
    return cast(ClusterModule, module).open_engine(place, create=create, language=language, **options)


def _check_options(place: str | Path, options: ClusterOptions, function: Callable[..., object]) -> None:
    """Raise OptionError for an option that a function of an engine lacks."""
    parameters = inspect.signature(function).parameters
    if unknown := [name for name in options if name not in parameters]:
        raise OptionError(
            f"{unknown[0]} is for an index on a cluster; expected a place such as opensearch://localhost:9200/news,"
            f" found {place}"
        )


def verify(
    place: str | Path, *, repair: bool = False, wait: float = 0, connection: Connection | None = None
) -> Verification:
    """Check the index at `place`, even one that cannot be opened (see Verifiable.verify).
    `connection` says how to connect to a cluster.

    Raises IndexMissing, EngineUnavailable, IndexLocked, StorageError, Unsupported where nothing can
    be checked, and CorruptIndex when nothing can be recovered.
    """
    module = _module_of(place)
    options = _given(connection)
    if hasattr(module, "verify_place"):
        module = cast(PlaceModule, module)
        _check_options(place, options, module.verify_place)
        return module.verify_place(place, repair=repair, wait=wait, **options)
    with _open(place, options) as engine:
        if not isinstance(engine, Verifiable):
            raise Unsupported(f"the engine of {place} cannot check what it stores")
        return engine.verify(repair=repair, wait=wait)


def rebuild(
    place: str | Path,
    settings: IndexOptions | None = None,
    *,
    language: str | None = None,
    connection: Connection | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
    **changes: Unpack[IndexChanges],
) -> IndexReport:
    """Rebuild the index at `place`, as `RootSync.index(rebuild=True)` does: also for another
    `language`, and where the index cannot be opened because it was made with another analysis
    version, or another version of Snowball. `connection` says how to connect to a cluster; an
    archive there gets other `shards`, `replicas`, or another `partition`, if they are given (see
    `open`).

    Raises what `RootSync.index` raises, IndexMissing, EngineUnavailable, Unsupported for an engine
    without roots, and OptionError for an unknown language, and for a parameter that the engine does
    not take.
    """
    module = _module_of(place)
    options = _given(connection, shards, replicas, partition)
    if hasattr(module, "rebuild_place"):
        module = cast(PlaceModule, module)
        _check_options(place, options, module.rebuild_place)
        return module.rebuild_place(place, language, settings, changes, **options)
    with _open(place, options, language=language) as engine:
        if not isinstance(engine, RootSync):
            raise Unsupported(f"the engine of {place} keeps no roots from which it could be rebuilt")
        changes["rebuild"] = True
        return engine.index((), settings, **changes)


def copy(
    source: str | Path | Engine,
    target: str | Path | Engine,
    *,
    delete: bool = False,
    wait: float = 0,
    progress: Progress | None = None,
    shards: int | None = None,
    replicas: int | None = None,
    partition: Partition | None = None,
    source_connection: Connection | None = None,
    target_connection: Connection | None = None,
) -> CopyReport:
    """Copy an archive from one place to another, whatever the engines of the two: see
    `Copyable.copy_from`. A target that is not there is made, for the language of the source, and on
    a cluster with the `shards`, `replicas` and `partition` of `open`; the connections say how to
    connect to a cluster.

    The source, or the target, may also be an engine that is open, which stays open.

    Raises what `Copyable.copy_from` raises, IndexMissing for a source that is not there,
    EngineUnavailable, Unsupported for an engine that cannot be copied, or copied to, and
    OptionError for two places that are the same, and for "memory:", which is a new index each time.
    """
    if _is_same(source, target):
        raise OptionError(f"{source} would be copied to itself; expected two places")
    with ExitStack() as opened:
        original = _enter(opened, source, _given(source_connection))
        if not isinstance(original, Copyable):
            raise Unsupported(f"{original!r} cannot be copied as a whole; articles alone can be added: {ADD_ARTICLES}")
        options = _given(target_connection, shards, replicas, partition)
        copied = _enter(opened, target, options, create=True, language=original.stats().language)
        if not isinstance(copied, Copyable):
            raise Unsupported(f"{copied!r} cannot become a copy; articles alone can be added: {ADD_ARTICLES}")
        return copied.copy_from(original, delete=delete, wait=wait, progress=progress)


def _is_same(source: str | Path | Engine, target: str | Path | Engine) -> bool:
    """Whether two places are obviously the same."""
    if not (isinstance(source, str | Path) and isinstance(target, str | Path)):
        return source is target
    if _scheme_of(source) is None and _scheme_of(target) is None:
        return Path(source).resolve() == Path(target).resolve()
    return str(source).strip().rstrip("/") == str(target).strip().rstrip("/")


def _enter(opened: ExitStack, index: str | Path | Engine, options: ClusterOptions, **how: Any) -> Engine:
    """Open the engine of a place, until `opened` ends. Raises OptionError."""
    if isinstance(index, str | Path):
        if _scheme_of(index) == "memory":
            raise OptionError(f"{index} is a new index, which nobody can use afterwards; expected an engine that is open")
        return opened.enter_context(_open(index, options, **how))
    if options:
        raise OptionError(f"{next(iter(options))} goes with a place; found {index!r}, which is open")
    return index


def _module_of(place: str | Path) -> EngineModule:
    """The module of the engine that a place names. Raises EngineUnavailable."""
    scheme = _scheme_of(place)
    if scheme is None or scheme in BUILT_IN:
        return cast(EngineModule, importlib.import_module(BUILT_IN[scheme]))
    return _installed(scheme, str(place))


def _scheme_of(place: str | Path) -> str | None:
    """The scheme of a place; None for a folder. Any text with "://" has one: a misspelled scheme
    must not make a folder."""
    if isinstance(place, Path):
        return None
    if not isinstance(place, str):
        raise OptionError(f"a place must be a path or a URL; found {place!r}")
    scheme, found, _ = place.partition("://")
    if not found and (begin := _HALF_SCHEME.match(place)):  # not shown whole: it may have a password
        raise OptionError(
            f"{begin[0].strip()} must be followed by // in a place, such as opensearch://localhost:9200/news; a folder whose"
            f" name begins so is ./{begin[0].strip()}..."
        )
    return scheme.strip().lower() if found else "memory" if place == "memory:" else None


def is_on_cluster(place: str | Path) -> bool:
    """Whether a place names an index on a cluster: `open` then takes a `connection`, `shards`,
    `replicas` and a `partition`. Raises OptionError for what is no place."""
    return BUILT_IN.get(_scheme_of(place)) == _CLUSTER_ENGINE


def hide_credentials(place: str) -> str:
    """A place as it may be shown: without a user and a password, which it must not have."""
    scheme, found, rest = place.partition("://")
    return f"{scheme}{found}{rest.rpartition('@')[2]}"


def _installed(scheme: str, place: str) -> EngineModule:
    """The engine that another package adds for a scheme. Raises EngineUnavailable."""
    from importlib.metadata import entry_points  # late: 12 ms at the start of a search

    added = entry_points(group=ENTRY_POINTS)
    points = [point for point in added if point.name == scheme]
    if not points:
        schemes = {*(point.name for point in added), *filter(None, BUILT_IN)} - {"memory"}
        known = ", ".join(f'"{name}://"' for name in sorted(schemes))
        if scheme in ("http", "https"):
            rest = hide_credentials(place).partition("://")[2]
            raise EngineUnavailable(
                f'no engine opens "{scheme}://" places; an index on a cluster is opensearch{scheme[4:]}://{rest}, with the'
                " port 9200 unless another is given"
            )
        raise EngineUnavailable(
            f'no engine opens "{scheme}://" places; expected a folder, memory: or one of {known}, found'
            f" {hide_credentials(place)}"
        )
    packages = sorted(point.dist.name if point.dist is not None else point.value for point in points)
    if len(packages) > 1:
        raise EngineUnavailable(
            f'"{scheme}://" places are opened by several packages: {", ".join(packages)}; uninstall all but one of them'
        )
    try:
        module = points[0].load()
        if not hasattr(module, "open_engine"):
            raise TypeError(f"expected something with open_engine, found {module!r:.200}")
    except Exception as error:  # whatever the package does when it is imported
        raise EngineUnavailable(
            f'the engine for "{scheme}://" places of the package {packages[0]} cannot be loaded ({error}); install it'
            f" again, or remove it: pip uninstall {packages[0]}"
        ) from error
    return cast(EngineModule, module)
