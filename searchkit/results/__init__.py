"""What is shown of what was found? Matches in, hits with marks and snippets out.

Useful for: ordering, paging, marking, snippets. Not useful for: finding (engines do), or printing (cli does).
"""

from __future__ import annotations

from searchkit.results.cached_article import CachedArticle
from searchkit.results.highlighter import Highlighter, highlight_article
from searchkit.results.hits import ArticleHit
from searchkit.results.snippets import make_snippets

__all__ = [
    "ArticleHit",
    "CachedArticle",
    "Highlighter",
    "highlight_article",
    "make_snippets",
]
