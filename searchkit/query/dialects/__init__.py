"""Reads queries in the dialects of other systems, and writes them in our query language.

Useful for: queries that were saved elsewhere. Not useful for: parsing our own (`query.parser`).
Each dialect has a module with the tables of its operators, fields and wildcards; `grammar` has what
all parsers share, `builder` what has a counterpart in ours, and `tree` the text in ours.
"""

from __future__ import annotations

import importlib

from searchkit.errors import OptionError, QueryError
from searchkit.query.dialects.builder import Builder
from searchkit.query.dialects.tree import to_query

_PARSERS = {
    "lexis": "LexisParser",
    "factiva": "FactivaParser",
    "proquest": "ProquestParser",
    "lucene": "LuceneParser",
}
"""The class of each dialect; its module, of the dialect's name, is imported when it is needed."""


def read_dialect(text: str, dialect: str) -> tuple[str, tuple[str, ...]]:
    """A query of another system in our query language, and warnings about what of it has no
    counterpart.

    Raises QueryError with the column in `text`, and OptionError for an unknown dialect.
    """
    if dialect not in _PARSERS:
        raise OptionError(f'unknown dialect "{dialect}"; expected one of {", ".join(_PARSERS)}')
    module = importlib.import_module(f"searchkit.query.dialects.{dialect}")
    parser: Builder = getattr(module, _PARSERS[dialect])(text)
    tree = parser.read()
    if tree is None:
        hint = "; ".join(parser.warnings)
        raise QueryError("the query holds no words", text, 0, len(text), hint)
    query = to_query(parser.finish(tree))
    return query, tuple(parser.warnings)
