"""Defines the options of a run of `index` over roots, and checks them. Those of a search are in
`model.SearchOptions`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

from searchkit.errors import OptionError
from searchkit.reports import Progress

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from searchkit.frozen import dataclass

COMMIT_EVERY = 200_000
"""Articles between two commits of a long run."""
BUILD_MEMORY_BYTES = 512 * 2**20
"""How much memory a process may take to build, unless told otherwise."""
MIN_BUILD_MEMORY_BYTES = 192 * 2**20
"""With less a worker cannot work: most of it is the interpreter and its vocabulary."""

ReadingOptions = Mapping[str, Sequence[str]]
"""Reading options as texts, by name."""


class IndexChanges(TypedDict, total=False):
    """The keywords that `index` takes: the fields of IndexOptions."""

    label: str | None
    options: ReadingOptions | None
    allow_empty: bool
    progress: Progress | None
    workers: int | None
    memory: int | None
    rebuild: bool
    retry: bool
    check_content: bool
    commit_every: int
    dry_run: bool
    wait: float


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """How to run over roots.

    `label` names a single new root. `options` are reading options (`include`, `exclude`, `map`,
    `format`, `encoding`, `date_order`, `query`, and the limits `max_article`, `max_member`,
    `max_unpacked`, `max_ratio`, `max_members`: lists of strings; `map` entries read `field=key`,
    sizes `64MB`);
    when given, they replace those remembered for these roots. A root that held articles and is
    empty now removes them only with `allow_empty`. `progress` is called with the progress of the
    run. `workers` processes (None: as many as there are cores) read and build, each within about
    `memory` bytes (None: 512 MB); the result does not depend on either. A file whose size and time
    are unchanged is not read, unless it had failures and `retry` is given, or `check_content` is.
    About every `commit_every` articles (0: never) what was done is committed, so that a run that is
    cut off goes on from there when it is started again; with several workers after whole files, of
    which each 2 kB, and each smaller file, count as an article. `rebuild` makes the index again
    from all files of all roots, and copies the stored articles that no file gives now, in one
    commit. With `dry_run` nothing is changed, and the report has the `changes` that would be made.
    `wait` is how many seconds to wait for another process that writes.
    """

    label: str | None = None
    options: ReadingOptions | None = None
    allow_empty: bool = False
    progress: Progress | None = None
    workers: int | None = None
    memory: int | None = None
    rebuild: bool = False
    retry: bool = False
    check_content: bool = False
    commit_every: int = COMMIT_EVERY
    dry_run: bool = False
    wait: float = 0

    @property
    def worker_count(self) -> int:
        """How many processes read and build."""
        return len(os.sched_getaffinity(0)) if self.workers is None else self.workers

    @property
    def worker_memory_bytes(self) -> int:
        """How many bytes each process may take, about."""
        return BUILD_MEMORY_BYTES if self.memory is None else self.memory


def resolve_index_options(settings: IndexOptions | None, changes: IndexChanges, roots: int = 0) -> IndexOptions:
    """The options of a run over `roots` given roots, with its changes applied. Raises OptionError
    for invalid ones."""
    options = IndexOptions(**changes) if settings is None else replace(settings, **changes)
    if options.rebuild and roots:
        raise OptionError("a rebuild takes no roots: it reads all that the index remembers")
    if not isinstance(options.label, str | None):
        raise OptionError(f"label must be text; found {options.label!r}")
    if options.label is not None and roots != 1:
        raise OptionError(f"a label names one root; found {roots} roots")
    for name, value in (
        ("workers", options.worker_count),
        ("memory", options.worker_memory_bytes),
        ("commit_every", options.commit_every),
    ):
        if not isinstance(value, int):
            raise OptionError(f"{name} must be a whole number; found {value!r}")
    if options.workers is not None and options.workers < 1:
        raise OptionError(f"workers must be 1 or more; found {options.workers}")
    if options.memory is not None and options.memory < MIN_BUILD_MEMORY_BYTES:
        raise OptionError(
            f"memory must be {MIN_BUILD_MEMORY_BYTES >> 20} MB or more a worker; found {options.memory >> 20} MB"
        )
    if options.commit_every < 0:
        raise OptionError(f"commit_every must be 0 or more; found {options.commit_every}")
    return options
