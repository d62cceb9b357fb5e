"""Reads the articles of a file, or of all files below a path."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, cast

from searchkit.corpus.companions import join_companions, total_status
from searchkit.corpus.containers import read_input, read_stream
from searchkit.corpus.decode import printable_path
from searchkit.corpus.listing import label_of, list_files
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.source import LocatedArticle, OnFormat, Source, ignore_format
from searchkit.corpus.unpacking import open_file
from searchkit.errors import OptionError, UnreadableFile
from searchkit.model import Article
from searchkit.read_warnings import OnWarning, ignore
from searchkit.reports import Failure, OnError
from searchkit.source_files import Listing, SourceFile

MAX_RECORD_FAILURES = 10_000
"""Maximum number of failures of a file's records that are reported one by one: a file of another
format has one on every line."""
STREAM = "(stream)"
"""The path of articles that came from a stream without a name."""
CHANGED_REASON = "it changed while it was read; run again when nothing writes to it"


def read_file(
    file: SourceFile,
    label: str,
    options: ReadOptions,
    on_error: OnError,
    on_warning: OnWarning = ignore,
    on_format: OnFormat = ignore_format,
) -> Iterator[Article]:
    """Read all articles of one file of a root, in order.

    `on_error` is called with what cannot be read, which is never raised, `on_warning` with what was
    read but not understood, and `on_format` with the name of the format.
    """
    located = read_share(file, label, options, on_error, on_warning=on_warning, on_format=on_format)
    return (article for _, article in located)


def read_share(
    file: SourceFile,
    label: str,
    options: ReadOptions,
    on_error: OnError,
    share: tuple[int, int] = (0, 1),
    on_warning: OnWarning = ignore,
    on_format: OnFormat = ignore_format,
) -> Iterator[LocatedArticle]:
    """Read one share of a file, so that several processes can read it together, with the location
    of each article.

    `share` is (k, n): the share numbered k, counted from 0, of n. All shares together have the
    articles and failures of the whole file, each once; locations sort in the order of the file.
    Record r of a file belongs to share k if `(m + (r - 1) // 64) % n == k`, where m is the sum of
    the ordinals of the archive members that lead there. The failure of a whole file or member is
    reported by the share of its first record.
    """
    # A file that is a root has the empty path: its articles are LABEL, LABEL#n,
    # LABEL/path/in/the/archive.
    path = Path(file.full_path)
    limiter = _FailureLimiter(printable_path(str(path)), on_error)
    source = Source(
        *(printable_path(str(path)), label, file.path, options, limiter, share),
        on_warning=on_warning,
        on_format=on_format,
        full_path=file.full_path,
        companions=tuple(file.companions),
    )
    try:
        stream = open_file(path)
    except (OSError, ValueError) as error:
        source.fail(f"it cannot be opened: {getattr(error, 'strerror', None) or error}")
        return
    with stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            source.fail("it is no regular file any more; run again when it is")
            return
        yield from read_stream(stream, printable_path(path.name), source, file.size)
        now = os.fstat(stream.fileno())
    limiter.end()
    if total_status((now.st_size, now.st_mtime_ns), file.companions) != (file.size, file.modified_ns):
        # Each share that sees a change reports it: another one may have been done before.
        on_error(Failure(source.path, CHANGED_REASON))


class _FailureLimiter:
    """Reports the first failures of a file's records, and counts the others."""

    def __init__(self, path: str, on_error: OnError) -> None:
        self._path, self._on_error = path, on_error
        self._records, self._last = 0, Failure(path, "")

    def __call__(self, failure: Failure) -> None:
        self._records += bool(failure.place)
        if not failure.place or self._records <= MAX_RECORD_FAILURES:
            self._on_error(failure)
        else:
            self._last = failure

    def end(self) -> None:
        """Report how many failures were only counted."""
        if self._records > MAX_RECORD_FAILURES:
            more = self._records - MAX_RECORD_FAILURES
            last = f"the last ({self._last.place}: {self._last.reason})"
            reason = f"{more:,} more of its records cannot be read, {last}; is it really in the format that its name says?"
            self._on_error(Failure(self._path, reason))


def read(
    path: str | Path,
    label: str | None = None,
    on_error: OnError | None = None,
    *,
    on_warning: OnWarning = ignore,
    encoding: str = "",
    options: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Article]:
    """Read all articles of a file or folder.

    `label` begins the ids (default: the name of the path). `encoding` is the encoding of files
    without a byte-order mark, before any guess. `options` are reading options (`include`,
    `exclude`, `map`, `format`, `date_order`, limits such as `max_member`). `on_warning` is called
    with what was read but not understood, such as a date.

    Without `on_error` the first file that cannot be read raises UnreadableFile; with it, reading
    goes on. Of two different articles with one id the first is yielded, and the other is an error.
    Raises RootError for a missing path and OptionError for unknown options, both in the call, not
    at the first article.
    """
    root = Path(path)
    chosen = ReadOptions.from_mapping({**(options or {}), **({"encoding": encoding} if encoding else {})})
    listing = list_files(root, chosen)
    name = label if label is not None else label_of(root.absolute())
    return _read(listing, name, chosen, on_error or _raise_failure, on_warning)


def read_files(
    files: Iterable[str | Path | BinaryIO],
    label: str,
    on_error: OnError,
    *,
    on_warning: OnWarning = ignore,
    on_format: OnFormat = ignore_format,
    options: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Article]:
    """Read all articles of single files, each given by its path or as an open binary stream.

    Ids begin with `label`, and go on with the path as it is given (normalised, without "/" and
    "../" at its start); those of a stream are made as those of a file that `read` is given.
    Otherwise it is as `read`, with `on_error`. Raises OptionError for unknown options, and for
    `include` and `exclude`, in the call; and for what is neither a path nor a binary stream, when
    it is reached.
    """
    chosen = ReadOptions.from_mapping(options or {})
    if chosen.include or chosen.exclude:
        raise OptionError("include and exclude choose among the files of a root; leave out files that are not to be read")

    def read_given(file: SourceFile | BinaryIO) -> Iterator[Article]:
        if isinstance(file, SourceFile):
            return read_file(file, label, chosen, on_error, on_warning, on_format)
        source = Source(STREAM, label, "", chosen, on_error, on_warning=on_warning, on_format=on_format)
        return (article for _, article in read_input(file, source))

    return _without_clashes(map(read_given, _list_given(files, chosen, on_error)), on_error)


def _list_given(
    files: Iterable[str | Path | BinaryIO], options: ReadOptions, on_error: OnError
) -> Iterator[SourceFile | BinaryIO]:
    """The given files and streams, in order. Paths that stand together are listed as those of a
    root are: files that others name are read with them."""
    for is_path, given in groupby(files, lambda file: isinstance(file, str | Path)):
        if is_path:
            listed = [found for file in given if (found := _find_given(cast(str | Path, file), on_error)) is not None]
            yield from (file for file, _ in join_companions(listed, options))
        else:
            yield from (_check_stream(file) for file in given)


def _check_stream(file: Any) -> BinaryIO:
    """A given stream as it is. Raises OptionError for something else, such as a stream of text."""
    if not hasattr(file, "read1"):
        raise OptionError(
            f'a file is given by its path or as a binary stream, as open(path, "rb") gives; found {file!r:.80}'
        )
    return cast(BinaryIO, file)


def _find_given(path: str | Path, on_error: OnError) -> tuple[SourceFile, int] | None:
    """The file of a path, with its device and inode in one number; None for what is no file, which
    is reported."""
    inside = re.sub(r"\A/*(?:\.\./)*", "", os.path.normpath(path))
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        reason = f"it cannot be opened: {getattr(error, 'strerror', None) or error}"
    else:
        if not stat.S_ISREG(status.st_mode):
            reason = "it is no regular file; expected paths of files"
        elif printable_path(inside) != inside:
            reason = "its name is not UTF-8; rename it"
        else:
            file = SourceFile(inside, str(path), status.st_size, status.st_mtime_ns)
            return file, status.st_dev << 64 | status.st_ino
    on_error(Failure(printable_path(str(path)), reason))
    return None


def _read(listing: Listing, label: str, options: ReadOptions, on_error: OnError, on_warning: OnWarning) -> Iterator[Article]:
    def files() -> Iterator[Iterator[Article]]:
        for failure in listing.failures:
            on_error(failure)
        for file in listing.files:
            yield read_file(file, label, options, on_error, on_warning)

    return _without_clashes(files(), on_error)


def _without_clashes(files: Iterable[Iterator[Article]], on_error: OnError) -> Iterator[Article]:
    """The articles of files without those whose ids others had before; different ones are
    reported."""
    seen: dict[str, tuple[int, str]] = {}
    for articles in files:
        for number, article in enumerate(articles, 1):
            content = _hash_content(article)
            before = seen.get(article.id)
            if before is None:
                seen[article.id] = (content, f"{article.path}, article {number}")
                yield article
            elif before[0] != content:
                reason = f'its id "{article.id}" is taken by another article ({before[1]}); the first stays'
                on_error(Failure(article.path, reason, f"article {number}"))


def _hash_content(article: Article) -> int:
    """A hash of what two articles of one id must have in common: all but path and encoding."""
    metadata = (article.authors, article.source, article.section, article.topics, article.language, article.url)
    return hash((article.title, article.body, article.date, metadata, tuple(article.extra.items())))


def _raise_failure(failure: Failure) -> None:
    raise UnreadableFile(failure.path, failure.reason, failure.place)
