"""Parses queries into trees of nodes, and finds the documents of a snapshot that match.

Useful for: parsing and showing queries, matching, scoring, ranking. Not useful for: opening an
index (engines), or making hits (results).
"""

from __future__ import annotations

from searchkit.query.nodes import Node, leaves
from searchkit.query.parse import Query, parse, parse_with_options

__all__ = ["Node", "Query", "leaves", "parse", "parse_with_options"]
