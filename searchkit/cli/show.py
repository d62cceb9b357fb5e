"""`searchkit show`: prints one article, with the matches of a query highlighted."""

from __future__ import annotations

from typing import Any

import click

import searchkit
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import color_option, index_option, open_index, pager_option, query_options, search_options
from searchkit.cli.pager import paged_output
from searchkit.cli.printers import print_json
from searchkit.cli.rendering import article_text
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import screen_width, use_color


@click.command("show", cls=QueryCommand)
@click.argument("article_id", metavar="ID")
@click.argument("query", nargs=-1, metavar="[QUERY]...")
@index_option
@query_options
@color_option
@pager_option
@click.option("--json", "as_json", is_flag=True, help="Print the article as JSON.")
def command(article_id: str, query: tuple[str, ...], **given: Any) -> None:
    """Show one article, with the matches of QUERY highlighted.

    \b
    Example:
      searchkit show corpus/text/2020-04/012-talks.txt peace talks
    """
    text = " ".join(query)
    options = search_options(given)
    color = use_color(find_setting("color", given["color"]).value)
    with open_index(given["place"]) as engine:
        article = engine.get(article_id)
        marks = engine.marks(article, text, options) if text.strip() else searchkit.ArticleMarks()
    if given["as_json"]:
        _print_json(article, marks)
        return

    with paged_output(pager=not given["no_pager"]):
        click.echo(article_text(article, marks, screen_width(), color), color=color)


def _print_json(article: searchkit.Article, marks: searchkit.ArticleMarks) -> None:
    print_json(
        {
            "meta": {"version": 1},
            **article.to_dict(),
            "title_marks": [list(mark) for mark in marks.title],
            "body_marks": [list(mark) for mark in marks.body],
        }
    )
