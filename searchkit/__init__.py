"""searchkit: full-text search for news archives.

>>> import searchkit
>>> engine = searchkit.open("index/", create=True)
>>> engine.add(searchkit.read("corpus/"))
>>> for hit in engine.search('"peace talks" date:2020-04', limit=3):
...     print(hit.date, hit.headline, hit.snippet)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from searchkit.connection import Connection
from searchkit.engines.base import ArchiveEngine, Copyable, Engine, Optimizable, RootSync, SnapshotIsolation, Verifiable
from searchkit.engines.registry import copy, hide_credentials, is_on_cluster, open, rebuild, verify
from searchkit.errors import (
    ArticleError,
    CorpusError,
    CorruptIndex,
    EngineClosed,
    EngineUnavailable,
    IndexLocked,
    IndexMismatch,
    IndexMissing,
    OptionError,
    QueryError,
    RootError,
    SearchkitError,
    StorageError,
    UnknownArticle,
    UnreadableFile,
    Unsupported,
    WorkerDied,
)
from searchkit.index_options import IndexChanges, IndexOptions, ReadingOptions
from searchkit.json_values import date_text
from searchkit.model import (
    Article,
    ArticleMarks,
    CharRange,
    Dialect,
    Hit,
    HitLoader,
    Mark,
    Partition,
    SearchChanges,
    SearchOptions,
    SearchResult,
    Snippet,
    Sort,
    StoredArticle,
)
from searchkit.reports import (
    Clause,
    CopyReport,
    Explanation,
    Failure,
    Fault,
    IndexReport,
    OnError,
    Progress,
    Repair,
    Root,
    ScoreExplanation,
    Stats,
    Tombstone,
    Verification,
)

if TYPE_CHECKING:
    from searchkit.analysis import languages
    from searchkit.corpus import Format, format_problems, formats, read
    from searchkit.diagnosis import ClauseDiagnosis, Correction, Diagnosis, Suggestion, SuggestionKind
    from searchkit.engines.adding import add_files
    from searchkit.query.translate import Translation, translate
    from searchkit.read_warnings import OnWarning, ReadWarning, WarningCount
    from searchkit.schema import query_fields

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import a name of `_LATE` when it is first used, which saves 40 ms at every start."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_LATE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


_LATE = {
    "ClauseDiagnosis": "searchkit.diagnosis",
    "Correction": "searchkit.diagnosis",
    "Diagnosis": "searchkit.diagnosis",
    "Format": "searchkit.corpus",
    "OnWarning": "searchkit.read_warnings",
    "ReadWarning": "searchkit.read_warnings",
    "Suggestion": "searchkit.diagnosis",
    "SuggestionKind": "searchkit.diagnosis",
    "Translation": "searchkit.query.translate",
    "WarningCount": "searchkit.read_warnings",
    "add_files": "searchkit.engines.adding",
    "format_problems": "searchkit.corpus",
    "formats": "searchkit.corpus",
    "languages": "searchkit.analysis",
    "query_fields": "searchkit.schema",
    "read": "searchkit.corpus",
    "translate": "searchkit.query.translate",
}


__all__ = [
    "ArchiveEngine",
    "Article",
    "ArticleError",
    "ArticleMarks",
    "CharRange",
    "Clause",
    "ClauseDiagnosis",
    "Connection",
    "CopyReport",
    "Copyable",
    "CorpusError",
    "Correction",
    "CorruptIndex",
    "Diagnosis",
    "Dialect",
    "Engine",
    "EngineClosed",
    "EngineUnavailable",
    "Explanation",
    "Failure",
    "Fault",
    "Format",
    "Hit",
    "HitLoader",
    "IndexChanges",
    "IndexLocked",
    "IndexMismatch",
    "IndexMissing",
    "IndexOptions",
    "IndexReport",
    "Mark",
    "OnError",
    "OnWarning",
    "Optimizable",
    "OptionError",
    "Partition",
    "Progress",
    "QueryError",
    "ReadWarning",
    "ReadingOptions",
    "Repair",
    "Root",
    "RootError",
    "RootSync",
    "ScoreExplanation",
    "SearchChanges",
    "SearchOptions",
    "SearchResult",
    "SearchkitError",
    "SnapshotIsolation",
    "Snippet",
    "Sort",
    "Stats",
    "StorageError",
    "StoredArticle",
    "Suggestion",
    "SuggestionKind",
    "Tombstone",
    "Translation",
    "UnknownArticle",
    "UnreadableFile",
    "Unsupported",
    "Verifiable",
    "Verification",
    "WarningCount",
    "WorkerDied",
    "add_files",
    "copy",
    "date_text",
    "format_problems",
    "formats",
    "hide_credentials",
    "is_on_cluster",
    "languages",
    "open",
    "query_fields",
    "read",
    "rebuild",
    "translate",
    "verify",
]
