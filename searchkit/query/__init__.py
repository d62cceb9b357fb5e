"""What is asked for? A string in, a tree of nodes out, and the matches an engine finds for it.

Useful for: reading and showing queries. Not useful for: finding anything (the engines do), or
making hits (results).
"""

from __future__ import annotations

from searchkit.query.nodes import Node, leaves
from searchkit.query.parse import Query, parse, parse_with_options

__all__ = ["Node", "Query", "leaves", "parse", "parse_with_options"]
