"""`searchkit show`: prints articles, with the matches of a query highlighted."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import color_option, index_option, pager_option, query_options
from searchkit.cli.pager import paged_output
from searchkit.cli.printers import print_json, print_lines
from searchkit.cli.references import choose_articles
from searchkit.cli.rendering import article_text
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import screen_width, use_color


@click.command("show", cls=QueryCommand)
@click.argument(
    "words", nargs=-1, required=True, metavar="NUMBER|ID... [QUERY]", shell_complete=candidates.ids_and_query_words
)
@index_option
@query_options
@color_option
@pager_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON; of several articles one document, as articles.")
def command(words: tuple[str, ...], **given: Any) -> None:
    """Show articles, with what occurs of QUERY highlighted.

    An article is named by its number in the last search of this terminal, by its id, or by the end
    of its id if no other id ends so. What names no article begins the query; a number in quotes
    does ('"3"'). Without a query, results of the last search show what that query finds.

    \b
    Example:
      searchkit show 3
      searchkit show 1 2 ceasefire
      searchkit show corpus/text/2020-04/012-talks.txt peace talks
      searchkit show 012-talks.txt
    """
    color = use_color(find_setting("color", given["color"]).value)
    chosen = choose_articles(words, given)
    pairs = list(zip(chosen.articles, chosen.marks, strict=True))
    if given["as_json"]:
        articles = [_to_dict(article, marks) for article, marks in pairs]
        meta = {"meta": {"version": 1}}
        print_json({**meta, **articles[0]} if len(articles) == 1 else {**meta, "articles": articles})
        return
    width = screen_width()
    separator = f"\n{'-' * width}\n\n"
    with paged_output(pager=not given["no_pager"]):
        texts = (article_text(article, marks, width, color) for article, marks in pairs)
        print_lines(((separator if number else "") + text for number, text in enumerate(texts)), color=color)


def _to_dict(article: searchkit.Article, marks: searchkit.ArticleMarks) -> dict[str, Any]:
    return {
        **article.to_dict(),
        "title_marks": [list(mark) for mark in marks.title],
        "body_marks": [list(mark) for mark in marks.body],
    }
