"""`searchkit search`: find articles and print them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import click

import searchkit
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import color_option, format_options, index_option, open_index, query_options
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import clean, complain, screen_width, use_color

FORMAT_VERSION = 1
COLUMNS = ("id", "score", "date", "title", "authors", "source", "path")


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="QUERY...")
@index_option
@click.option("-n", "--limit", type=click.IntRange(0), default=10, show_default=True, help="Articles to show; 0 is all.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Articles to pass over first.")
@click.option("--count", is_flag=True, help="Print only how many articles match.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "-date"]),
    default="relevance",
    help="Best, oldest or newest first.",
)
@query_options
@format_options
@click.option("--ids", is_flag=True, help="Only the ids, one a line.")
@color_option
@click.option("--explain", is_flag=True, help="Show how the query was read, and what each part finds.")
@click.pass_context
def command(ctx: click.Context, /, query: tuple[str, ...], **given: Any) -> None:
    """Find articles.

    Words side by side must all occur; also "phrases", OR, -word, field:word, word*, date:2020-04.
    An argument such as -word belongs to the query. More: searchkit help query.

    \b
    Example:
      searchkit search '"peace talks" date:2020-04' -n 5
    """
    text = " ".join(query)
    if not text.strip() and not given["since"] and not given["until"]:
        raise click.UsageError("a query is needed; * finds everything")
    options = searchkit.SearchOptions(
        limit=given["limit"] or None,
        offset=given["offset"],
        sort=given["sort"],
        since=given["since"],
        until=given["until"],
        match_any=given["match_any"],
        literal=given["literal"],
        exact=given["exact"],
        timezone=find_setting("timezone", given["timezone"]).value,
    )
    with open_index(given["place"]) as engine:
        if given["explain"]:
            _explain(engine.explain(text, options))
        result = engine.search(text, replace(options, limit=0) if given["count"] else options)
        if given["count"]:
            click.echo(str(result.total))
        elif given["ids"]:
            for hit in result:
                click.echo(clean(hit.id))
        elif given["form"]:
            _print(given["form"], result)
        else:
            _view(result, options, use_color(find_setting("color", given["color"]).value))
        if not result.total and not given["count"]:
            _say_why(engine.explain(text, options))
    ctx.exit(0 if result.total else 1)


def document_of(hit: searchkit.Hit) -> dict[str, Any]:
    """A hit as the JSON format (version 1) has it."""
    from searchkit.cli.printers import date_text

    return {
        "id": hit.id,
        "score": round(hit.score, 6),
        "date": date_text(hit.date),
        "title": hit.title,
        "authors": list(hit.authors),
        "source": hit.source,
        "path": hit.path,
        "title_marks": [list(mark) for mark in hit.title_marks],
        "snippets": [{"text": s.text, "marks": [list(mark) for mark in s.marks], "start": s.start} for s in hit.snippets],
    }


def _print(form: str, result: searchkit.SearchResult) -> None:
    from searchkit.cli.printers import print_json, print_rows

    documents: Iterator[dict[str, Any]] = map(document_of, result)
    if form == "json":
        meta = {
            "version": FORMAT_VERSION,
            "query": result.query,
            "parsed": result.parsed,
            "index": {"generation": result.generation, "articles": result.articles},
            "took_ms": result.took_ms,
        }
        print_json({"meta": meta, "total": result.total, "hits": list(documents)})
    else:
        print_rows(form, COLUMNS, documents, {})


def _view(result: searchkit.SearchResult, options: searchkit.SearchOptions, color: bool) -> None:
    from searchkit.cli.view import hit_lines

    width = screen_width()
    for rank, hit in enumerate(result, options.offset + 1):
        if rank > options.offset + 1:
            click.echo()
        click.echo("\n".join(hit_lines(rank, hit, width, color)), color=color)
    if result.total:
        shown = f"{len(result)} of {result.total:,} found" if len(result) < result.total else f"{result.total:,} found"
        more = ", -n 0 for all" if len(result) < result.total and options.limit else ""
        click.echo(err=True)
        complain_quietly(f"{shown}{more} ({result.took_ms:.0f} ms)")


def complain_quietly(message: str) -> None:
    click.echo(message, err=True)


def _explain(explanation: searchkit.Explanation) -> None:
    click.echo(f"typed:    {clean(explanation.query)}", err=True)
    click.echo(f"read as:  {clean(explanation.parsed)}", err=True)
    if explanation.left_out:
        click.echo(f"left out: {clean(' '.join(explanation.left_out))}  (function words)", err=True)
    for clause in explanation.clauses:
        terms = f"  [{clean(' '.join(clause.terms))}]" if clause.terms else ""
        click.echo(f"{clause.total:>9,}  {clean(clause.text)}{terms}", err=True)
    click.echo(f"{explanation.total:>9,}  in all", err=True)


def _say_why(explanation: searchkit.Explanation) -> None:
    complain("nothing found; by itself each part finds:")
    for clause in explanation.clauses:
        click.echo(f"{clause.total:>9,}  {clean(clause.text)}", err=True)
