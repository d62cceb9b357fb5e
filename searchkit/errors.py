"""What can go wrong, as one tree. Every message says what was found, what was expected, and how to mend it.

SearchkitError
├── CorpusError           what should be read is not as expected
│   ├── UnreadableFile    one file, or a part of it, cannot be read
│   └── RootError         a root is missing, suddenly empty, inside another, or its label is taken
├── ArticleError          an Article that no index can hold
├── UnknownArticle        there is no article with this id
├── QueryError            a query that cannot be read, with the place in it
├── OptionError           a setting with a value that it cannot have
├── IndexMissing          there is no index where one was expected
├── IndexLocked           another process is writing to the index
├── IndexMismatch         the index was made with other settings or by an incompatible version
├── CorruptIndex          a file of the index is damaged
├── WorkerDied            a process that read and built for `index` ended before its work did
├── StorageError          the index's folder cannot be read or written (no permission, disk full)
├── EngineUnavailable     the engine that a place names cannot be had
├── Unsupported           the engine lacks a capability that was asked for
└── EngineClosed          the engine was used after close()
"""

from __future__ import annotations


class SearchkitError(Exception):
    """The root of all errors that searchkit raises on purpose."""


class CorpusError(SearchkitError):
    """What should be read is not as expected."""


class UnreadableFile(CorpusError):
    """A file, or a record in it, cannot be read.

    `path` names the file (and the member of an archive), `reason` is one sentence, `place` is where in
    the file the fault lies ("line 12", "record 3") or "".
    """

    def __init__(self, path: str, reason: str, place: str = "") -> None:
        self.path, self.reason, self.place = path, reason, place
        super().__init__(f"{path}{', ' + place if place else ''}: {reason}")


class RootError(CorpusError):
    """A root is missing, suddenly empty, inside another one, or its label is taken."""


class ArticleError(SearchkitError):
    """An Article holds something that no index can hold."""


class UnknownArticle(SearchkitError):
    """There is no article with this id."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f'no article has the id "{article_id}"')


class QueryError(SearchkitError):
    """A query cannot be read.

    `query` is the text as typed, `column` the 0-based character where the fault begins, `length` how many
    characters it covers (at least 1), `message` what is wrong there and `hint` how to mend it, or "".
    """

    def __init__(self, message: str, query: str, column: int, length: int = 1, hint: str = "") -> None:
        self.message, self.query, self.column, self.length, self.hint = message, query, column, max(1, length), hint
        super().__init__(f"{message} (column {column + 1}){': ' + hint if hint else ''}")


class OptionError(SearchkitError):
    """A setting was given a value that it cannot have."""


class IndexMissing(SearchkitError):
    """There is no index where one was expected."""


class IndexLocked(SearchkitError):
    """Another process is writing to the index."""


class IndexMismatch(SearchkitError):
    """The index was made with other settings, or by a version whose indexes this one cannot use."""


class CorruptIndex(SearchkitError):
    """A file of the index is damaged; `path` names it."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is damaged: {reason}")


class WorkerDied(SearchkitError):
    """A process that read and built for `index` ended before its work did; the message names the file it was reading."""


class StorageError(SearchkitError):
    """The folder of the index cannot be read or written: no permission, no space."""


class EngineUnavailable(SearchkitError):
    """The engine that a place names cannot be had."""


class Unsupported(SearchkitError):
    """The engine cannot do what was asked of it: it lacks a capability, such as roots."""


class EngineClosed(SearchkitError):
    """The engine was used after close()."""
