"""The errors that searchkit raises, as one tree.

A message says what was found, what was expected, and what to do about it.

SearchkitError
├── CorpusError           a file or folder to be read is not as expected
│   ├── UnreadableFile    a file, or a record in it, cannot be read
│   └── RootError         a root is missing, suddenly empty, inside another, or its label is taken
├── ArticleError          an Article holds a value that no index can store
├── UnknownArticle        there is no article with this id
├── QueryError            a query cannot be parsed, or exceeds its budget
├── OptionError           an option has a value that is not allowed
├── IndexMissing          there is no index where one was expected
├── IndexLocked           another process is writing to the index
├── IndexMismatch         the index was made with other settings, or by an incompatible version
├── CorruptIndex          a part of the index is damaged
├── WorkerDied            a worker process of `index` ended before its work was done
├── StorageError          the index's folder or cluster cannot be read or written
├── EngineUnavailable     no engine that is installed opens the place
├── Unsupported           the engine lacks a capability, such as roots
└── EngineClosed          the engine was used after close()
"""

from __future__ import annotations

from typing import Any


class SearchkitError(Exception):
    """The base class of all errors that searchkit raises on purpose. All of them can be pickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the attributes, whatever the parameters of `__init__`. Exception's own way calls
        it with the message alone, which ends a process pool."""
        return _restore, (type(self), self.args), self.__dict__


def _restore(kind: type[SearchkitError], args: tuple[Any, ...]) -> SearchkitError:
    """An error without its attributes. Pickles of errors name this function."""
    error = kind.__new__(kind)
    error.args = args
    return error


class CorpusError(SearchkitError):
    """A file or folder to be read is not as expected."""


class UnreadableFile(CorpusError):
    """A file, or a record in it, cannot be read.

    `path` names the file (and the member of an archive). `reason` is one sentence. `place` says
    where in the file the fault is ("line 12", "record 3"), or is "".
    """

    def __init__(self, path: str, reason: str, place: str = "") -> None:
        self.path, self.reason, self.place = path, reason, place
        super().__init__(f"{path}{', ' + place if place else ''}: {reason}")


class RootError(CorpusError):
    """A root is missing, suddenly empty, inside another one, or its label is taken."""


class ArticleError(SearchkitError):
    """An Article holds a value that no index can store."""


class UnknownArticle(SearchkitError):
    """There is no article with this id."""

    def __init__(self, article_id: str) -> None:
        self.article_id = article_id
        super().__init__(f'no article has the id "{article_id}"')


class QueryError(SearchkitError):
    """A query cannot be parsed, or exceeds its budget.

    `query` is the text as typed. The fault begins at the 0-based character `column` and covers
    `length` characters (at least 1). `message` says what is wrong there, `hint` what to write
    instead, or is "".
    """

    def __init__(self, message: str, query: str, column: int, length: int = 1, hint: str = "") -> None:
        self.message, self.query, self.column, self.length, self.hint = message, query, column, max(1, length), hint
        super().__init__(f"{message} (column {column + 1}){': ' + hint if hint else ''}")


class OptionError(SearchkitError):
    """An option was given a value that is not allowed."""


class IndexMissing(SearchkitError):
    """There is no index where one was expected."""


class IndexLocked(SearchkitError):
    """Another process is writing to the index."""


class IndexMismatch(SearchkitError):
    """The index was made with other settings, or by a version that this one cannot search."""


class CorruptIndex(SearchkitError):
    """A file of the index, or an index of a cluster, is damaged. `path` names it, `reason` says
    what is wrong."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path} is damaged: {reason}")


class WorkerDied(SearchkitError):
    """A worker process of `index` ended before its work was done.

    The message names the file that it was reading.
    """


class StorageError(SearchkitError):
    """The folder of the index cannot be read or written: no permission, or the disk is full. Or its
    cluster: it cannot be reached, refuses the credentials or a request, or lacks a part."""


class EngineUnavailable(SearchkitError):
    """No engine that is installed opens the place, or a package that it needs is missing, or what
    answers there is no OpenSearch of a version that it can use."""


class Unsupported(SearchkitError):
    """The engine lacks the capability that a call needs, such as roots."""


class EngineClosed(SearchkitError):
    """The engine was used after close()."""
