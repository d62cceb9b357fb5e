"""A run is divided into phases, after each of which all workers write."""

from __future__ import annotations

from searchkit.indexing.assignments import Schedule, Task
from searchkit.source_files import SourceFile


def test_a_phase_ends_when_enough_was_read_and_a_small_file_counts_as_an_article() -> None:
    sizes = [300] * 25 + [50_000, 300]
    tasks = [Task("r", SourceFile(f"{number}", f"/r/{number}", size, 1)) for number, size in enumerate(sizes)]
    assert Schedule.make(tasks, 2, 20_000, least_bytes=2_000).phases == [10, 20, 26, 27]
    assert Schedule.make(tasks, 2, 20_000).phases == [26, 27]
    assert Schedule.make(tasks, 2).phases == [27]
