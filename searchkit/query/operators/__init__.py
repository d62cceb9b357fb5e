"""What do the nodes of a query do? A module a family of operators, each with matcher, spans, scorer
and highlights.

Useful for: finding what a query asks for in a snapshot, and marking it in an article. Not useful
for: reading queries (`query.parse`), or making snippets (results).
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
