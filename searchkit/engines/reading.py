"""The reader that a run over roots is handed: how `indexing`, which knows no formats, reads files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from searchkit.corpus import Listing, ReadOptions, SourceFile, list_files, read_file
from searchkit.indexing.manifest import RootRecord
from searchkit.indexing.sources import SourceFile as AnyFile
from searchkit.model import Article
from searchkit.read_warnings import OnWarning
from searchkit.reports import OnError


class CorpusReader:
    """Lists and reads the files of roots, for one run."""

    def __init__(self) -> None:
        self._options: dict[str, ReadOptions] = {}
        """Of each root, by label, as its listing read them."""

    def list_files(self, root: RootRecord) -> Listing:
        """Raises RootError for a root that is missing, OptionError."""
        options = self._options[root.label] = ReadOptions.from_mapping(root.options)
        return list_files(Path(root.path), options)

    def read_file(self, file: AnyFile, root: RootRecord, on_error: OnError, on_warning: OnWarning) -> Iterator[Article]:
        """The articles of a file of a root that was listed, in order.

        What cannot be read is told to `on_error`, what was read but not understood to `on_warning`.
        """
        source = SourceFile(file.path, file.place, file.size, file.modified_ns)
        return read_file(source, root.label, self._options[root.label], on_error, on_warning)
