"""`searchkit search`: find articles and print them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import click

import searchkit
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.options import (
    color_option,
    date_options,
    format_options,
    index_option,
    open_index,
    query_options,
    search_options,
)
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import clean, complain, say, screen_width, use_color

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
@date_options
@query_options
@format_options
@click.option("--ids", "form", flag_value="ids", type=str, help="Only the ids, one a line.")
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
    options = search_options(given)
    color = use_color(find_setting("color", given["color"]).value)
    with open_index(given["place"]) as engine:
        if given["explain"]:
            _explain(engine.explain(text, options))
        result = engine.search(text, replace(options, limit=0) if given["count"] else options)
        total = result.total
        hits = deque(result.hits)
        result = replace(result, hits=())
        if given["count"]:
            click.echo(str(total))
        elif total or given["form"] == "json":
            _print(given["form"], result, hits, options, color)
        if not total and not given["explain"]:
            _say_why(engine.explain(text, options))
    ctx.exit(0 if total else 1)


def document_of(hit: searchkit.Hit) -> dict[str, Any]:
    """A hit as the JSON format (version 1) has it."""
    return {
        **row_of(hit),
        "title_marks": [list(mark) for mark in hit.title_marks],
        "snippets": [{"text": s.text, "marks": [list(mark) for mark in s.marks], "start": s.start} for s in hit.snippets],
    }


def row_of(hit: searchkit.Hit) -> dict[str, Any]:
    """A hit without what its text would have to be searched for."""
    from searchkit.cli.printers import date_text

    return {
        "id": hit.id,
        "score": round(hit.score, 6),
        "date": date_text(hit.date),
        "title": hit.title,
        "authors": list(hit.authors),
        "source": hit.source,
        "path": hit.path,
    }


def _print(
    form: str | None,
    result: searchkit.SearchResult,
    left: deque[searchkit.Hit],
    options: searchkit.SearchOptions,
    color: bool,
) -> None:
    from searchkit.cli.printers import print_lines, print_rows

    shown = len(left)
    # A hit keeps its article once it has read it: let go of each when it is printed, so that -n 0 needs no memory.
    hits = (left.popleft() for _ in range(shown))
    if form == "ids":
        print_lines(clean(hit.id) for hit in hits)
    elif form in ("csv", "table"):
        print_rows(form, "hits", COLUMNS, map(row_of, hits), {})
    elif form in ("json", "jsonl"):
        meta = {
            "version": FORMAT_VERSION,
            "query": result.query,
            "parsed": result.parsed,
            "index": {"generation": result.generation, "articles": result.articles},
            "took_ms": result.took_ms,
        }
        print_rows(form, "hits", COLUMNS, map(document_of, hits), {"meta": meta, "total": result.total})
    else:
        print_lines(_view(hits, options.offset, color), color=color)
        _say_total(result, shown, options)


def _view(hits: Iterable[searchkit.Hit], offset: int, color: bool) -> Iterator[str]:
    from searchkit.cli.view import hit_lines

    width = screen_width()
    for rank, hit in enumerate(hits, offset + 1):
        lines = "\n".join(hit_lines(rank, hit, width, color))
        yield lines if rank == offset + 1 else "\n" + lines


def _say_total(result: searchkit.SearchResult, shown: int, options: searchkit.SearchOptions) -> None:
    took = f"{result.took_ms:.1f}" if result.took_ms < 10 else f"{result.took_ms:.0f}"
    found = f"{result.total:,} found"
    if not shown:
        complain(f"{found}, none after the first {options.offset:,}")
        return
    if shown < result.total:
        found = f"{shown:,} of {found}" + (", -n 0 for all" if options.limit is not None else "")
    click.echo(err=True)
    say(f"{found} ({took} ms)")


def _explain(explanation: searchkit.Explanation) -> None:
    say(f"typed:    {clean(explanation.query)}")
    say(f"read as:  {clean(explanation.parsed)}")
    if explanation.left_out:
        say(f"left out: {clean(' '.join(explanation.left_out))}  (function words)")
    _say_clauses(explanation, terms=True)
    say(f"{explanation.total:>9,}  in all\n")


def _say_why(explanation: searchkit.Explanation) -> None:
    if len(explanation.clauses) < 2:
        complain(f"nothing found for {clean(explanation.parsed)}")
        return
    complain("nothing found; by itself each part finds:")
    _say_clauses(explanation, terms=False)


def _say_clauses(explanation: searchkit.Explanation, *, terms: bool) -> None:
    for clause in explanation.clauses:
        stems = [term for term in clause.terms if term != clause.text]
        searched = f"  (searched as {clean(' '.join(clause.terms))})" if terms and stems and '"' not in clause.text else ""
        say(f"{clause.total:>9,}  {clean(clause.text)}{searched}")
