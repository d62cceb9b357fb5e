"""Articles out of a file, or out of all files below a path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from searchkit.corpus.containers import read_stream
from searchkit.corpus.listing import SourceFile, label_of, list_files
from searchkit.corpus.options import ReadOptions
from searchkit.corpus.registry import Source
from searchkit.errors import UnreadableFile
from searchkit.model import Article, Failure, OnError


def read_file(file: SourceFile, label: str, options: ReadOptions, on_error: OnError) -> Iterator[Article]:
    """Read all articles of one file of a root, in order. What cannot be read is told to `on_error`, never raised."""
    source = Source(str(file.place), label, file.path, options, on_error)
    try:
        stream = file.place.open("rb")
    except OSError as error:
        on_error(Failure(source.path, f"it cannot be opened: {error.strerror}"))
        return
    with stream:
        # A file that is a root has the empty path: its articles are LABEL, LABEL#n, LABEL/path/in/the/archive.
        yield from read_stream(stream, file.place.name, source)


def read(
    path: str | Path,
    label: str | None = None,
    on_error: OnError | None = None,
    *,
    options: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[Article]:
    """Read all articles of a file or folder.

    Without `on_error` the first file that cannot be read raises UnreadableFile; with it, the reading goes on. Of two
    different articles with one id the first stays and the other is an error. `label` begins the ids (default: the
    path's own name); `options` are reading options (`include`, `exclude`, `map`, `format`). Raises RootError for a
    path that is missing, OptionError for options that do not exist.
    """
    tell = on_error or _raise
    root = Path(path)
    chosen = ReadOptions.from_mapping(options or {})
    listing = list_files(root, chosen)
    name = label if label is not None else label_of(root.absolute())
    for failure in listing.failures:
        tell(failure)
    seen: dict[str, tuple[int, str]] = {}
    for file in listing.files:
        for article in read_file(file, name, chosen, tell):
            content = hash((article.title, article.body, article.date, article.authors))
            before = seen.get(article.id)
            if before is None:
                seen[article.id] = (content, article.path)
                yield article
            elif before[0] != content:
                tell(Failure(article.path, f'the id "{article.id}" is taken by another article, in {before[1]}'))


def _raise(failure: Failure) -> None:
    raise UnreadableFile(failure.path, failure.reason, failure.place)
