"""`searchkit open`: starts the pager at the first match of an article, or the browser with its
page."""

from __future__ import annotations

import shlex
import webbrowser
from typing import Any
from urllib.parse import quote, urlsplit

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import color_option, index_option, query_options
from searchkit.cli.pager import paged_output
from searchkit.cli.references import choose_articles
from searchkit.cli.rendering import article_text, line_of_first_match
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_note, screen_width, strip_controls, use_color

LINES_ABOVE = 2
"""Lines that are shown above the first match."""


@click.command("open", cls=QueryCommand)
@click.argument(
    "words", nargs=-1, required=True, metavar="NUMBER|ID [QUERY]...", shell_complete=candidates.ids_and_query_words
)
@index_option
@query_options
@color_option
@click.option("--url", "in_browser", is_flag=True, help="Open the page of the article in the browser.")
def command(words: tuple[str, ...], **given: Any) -> None:
    """Open an article in the pager at the first match in its text, or its page with --url.

    The article is named as for show: by its number in the last search of this terminal, by its id,
    or by the end of its id. The page is opened at the first match too, where the browser can do
    that; nothing but pages of http and https is opened.

    \b
    Example:
      searchkit open 3
      searchkit open 3 --url
    """
    chosen = choose_articles(words, given)
    if len(chosen.articles) > 1:
        raise click.UsageError(f"open takes one article; searchkit show {shlex.join(words)} prints several")
    (article,), (marks,) = chosen.articles, chosen.marks
    if given["in_browser"]:
        _open_page(article, marks)
        return
    color, width = use_color(find_setting("color", given["color"]).value), screen_width()
    with paged_output(first_line=max(1, line_of_first_match(article, marks, width) - LINES_ABOVE)):
        click.echo(article_text(article, marks, width, color), color=color)


def _open_page(article: searchkit.Article, marks: searchkit.ArticleMarks) -> None:
    url = page_address(article, marks)
    print_note(f"opening {url}")
    if not webbrowser.open(url):
        raise click.ClickException("no browser was found; the variable BROWSER names one")


def page_address(article: searchkit.Article, marks: searchkit.ArticleMarks) -> str:
    """The address of an article's page, with the text of the first match as its fragment (URL
    Fragment Text Directives, W3C). Raises ClickException unless it is one of http or https."""
    named = strip_controls(article.id)
    if not article.url:
        raise click.ClickException(f"{named} has no url")
    try:
        parts = urlsplit(article.url)
        is_page = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_page = False
    if not is_page or not article.url.isprintable() or " " in article.url:
        raise click.ClickException(f"the url of {named} is not opened, because it is none of http or https: {article.url!r}")
    if not marks.body or parts.fragment:
        return article.url
    start, end = marks.body[0]
    # "-" has a meaning of its own there.
    text = quote(" ".join(article.body[start:end].split()), safe="").replace("-", "%2D")
    return f"{article.url.removesuffix('#')}#:~:text={text}"
