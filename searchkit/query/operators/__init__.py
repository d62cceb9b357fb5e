"""The operators of a query's nodes: matcher, spans, scorer and highlights of each, one module for
each family.

Useful for: finding the documents of a snapshot that match, and highlighting an article. Not useful
for: parsing queries (`query.parse`), or making snippets (results).
"""

from __future__ import annotations

from searchkit.query.operators.base import ANY_REACH, Operator, SearchContext, SpanOperator
from searchkit.query.operators.dispatch import make_operator, make_span_operator
from searchkit.query.operators.highlights import FieldMark, HighlightedArticle, HighlightedText, MarkedSpans

__all__ = [
    "ANY_REACH",
    "FieldMark",
    "HighlightedArticle",
    "HighlightedText",
    "MarkedSpans",
    "Operator",
    "SearchContext",
    "SpanOperator",
    "make_operator",
    "make_span_operator",
]
