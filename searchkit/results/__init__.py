"""What is shown of what was found? Matches in, hits with marks and snippets out.

Useful for: ordering, paging, marking, snippets. Not useful for: finding (engines do), or printing (cli does).
"""

from __future__ import annotations

from searchkit.results.forms import WrittenForms
from searchkit.results.hits import ArticleHit
from searchkit.results.marks import mark
from searchkit.results.order import page
from searchkit.results.shown import ShownArticle
from searchkit.results.snippets import make_snippets
from searchkit.results.wanted import Wanted

__all__ = ["ArticleHit", "ShownArticle", "Wanted", "WrittenForms", "make_snippets", "mark", "page"]
