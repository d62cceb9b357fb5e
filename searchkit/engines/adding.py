"""Adds the articles of single files and streams to an index: they belong to no root, so nothing is
removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from searchkit.corpus import read_files
from searchkit.engines.base import Engine, RootSync
from searchkit.errors import ArticleError, OptionError
from searchkit.model import Article
from searchkit.read_warnings import WarningTally
from searchkit.reports import Failure, IndexReport
from searchkit.schema import check


def add_files(
    engine: Engine,
    files: Iterable[str | Path | BinaryIO],
    label: str,
    *,
    options: Mapping[str, Sequence[str]] | None = None,
    wait: float = 0,
) -> IndexReport:
    """Add the articles of single files, each given by its path or as an open binary stream, to an
    engine in one commit (see `Engine.add`).

    The files are no roots: articles are added and replaced, none is removed, and later runs do not
    know the files. Ids begin with `label`, and go on with the path as it is given (normalised,
    without "/" and "../" at its start). In a stream of one article, such as a text, its id is
    "LABEL"; in others ids are "LABEL#1", "LABEL#2", or "LABEL/" and the data's own. `options` are
    reading options (see `read`). What cannot be read is in the report. `wait` is as in
    `Engine.add`. Raises OptionError for options that `read` does not know, for `include` and
    `exclude`, for what is neither a path nor a binary stream, and for a label that cannot be one
    or that a root has; then nothing is changed.
    """
    if not label or "/" in label or not label.isprintable():
        raise OptionError(f'"{label}" cannot be a label; expected a name without "/"')
    for root in engine.roots() if isinstance(engine, RootSync) else ():
        if root.label == label:
            raise OptionError(
                f'"{label}" is the label of the root {root.path}, whose articles these would replace; choose another'
                f" label, or put the files into the root and bring it up to date"
            )
    failures: list[Failure] = []
    warnings, formats = WarningTally(), Counter[str]()

    def count_format(name: str) -> None:
        formats[name] += 1

    articles = read_files(files, label, failures.append, on_warning=warnings, on_format=count_format, options=options)
    report = engine.add(_storable(articles, failures), wait=wait)
    return replace(
        report,
        failures=(*failures, *report.failures),
        warnings=warnings.counts(),
        formats=dict(sorted(formats.items())),
    )


def _storable(articles: Iterable[Article], failures: list[Failure]) -> Iterator[Article]:
    """The articles that an index can hold; the others are failures."""
    for article in articles:
        try:
            check(article)
        except ArticleError as error:
            failures.append(Failure(article.path, str(error)))
        else:
            yield article
