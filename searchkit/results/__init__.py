"""Makes what is shown of a hit: its article, highlights and snippets.

Useful for: highlighting articles, making snippets. Not useful for: finding and ordering matches
(query), or printing hits (cli).
"""

from __future__ import annotations

from searchkit.results.cached_article import CachedArticle
from searchkit.results.highlighter import Highlighter, highlight_article
from searchkit.results.hits import ArticleHit, HitContext
from searchkit.results.page_highlighter import PageHighlighter, PieceForms
from searchkit.results.snippets import make_snippets

__all__ = [
    "ArticleHit",
    "CachedArticle",
    "Highlighter",
    "HitContext",
    "PageHighlighter",
    "PieceForms",
    "highlight_article",
    "make_snippets",
]
