"""What clusters answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from searchkit.engines.opensearch.connection import Cluster


class Answered:
    """What clusters answered: the number of requests, of hits of searches, and of articles."""

    def __init__(self) -> None:
        self.requests = self.hits = self.articles = 0

    def add(self, answer: Any) -> None:
        """Count what an answer holds."""
        if not isinstance(answer, Mapping):
            return
        hits = answer.get("hits")
        if isinstance(hits, Mapping):
            self.hits += len(hits["hits"])
        found = [*(hits["hits"] if isinstance(hits, Mapping) else ()), *answer.get("docs", ())]
        self.articles += sum("_source" in each for each in found)
        for part in answer.get("responses", ()):
            self.add(part)


@contextmanager
def counting_answers() -> Iterator[Answered]:
    """Counts what the clusters of this process answer meanwhile."""
    answered, request = Answered(), Cluster.request

    def counted(cluster: Cluster, *arguments: Any, **options: Any) -> Any:
        answer = request(cluster, *arguments, **options)
        answered.requests += 1
        answered.add(answer)
        return answer

    with patch.object(Cluster, "request", counted):
        yield answered
