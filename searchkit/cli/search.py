"""`searchkit search`: finds articles and prints them."""

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
    index_option,
    open_index,
    output_options,
    query_options,
    search_options,
)
from searchkit.cli.printers import date_text, print_lines, print_rows
from searchkit.cli.rendering import hit_lines
from searchkit.cli.settings import find_setting
from searchkit.cli.terminal import print_diagnostic, print_note, screen_width, strip_controls, use_color

FORMAT_VERSION = 1
COLUMNS = ("id", "score", "date", "title", "authors", "source", "path")


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="QUERY...")
@index_option
@click.option(
    "-n", "--limit", type=click.IntRange(0), default=10, metavar="N", help="How many articles to show (default: 10; 0: all)."
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="How many articles to skip first.")
@click.option("--count", is_flag=True, help="Print only the number of articles.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "-date"]),
    default="relevance",
    help="Best, oldest or newest first.",
)
@date_options
@query_options
@output_options
@click.option("--ids", "output", flag_value="ids", type=str, help="Print only the ids, one a line.")
@color_option
@click.option("--explain", is_flag=True, help="Also show how the query is read and what each part of it finds.")
@click.pass_context
def command(ctx: click.Context, /, query: tuple[str, ...], **given: Any) -> None:
    """Find articles.

    Words side by side must all occur. There are also "phrases", OR, -word, field:word, word* and
    date:2020-04. An argument such as -word belongs to the query. See searchkit help query.

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
            _print_explanation(engine.explain(text, options))
        result = engine.search(text, replace(options, limit=0) if given["count"] else options)
        for note in result.notes:
            print_diagnostic(f"note: {note}")
        total = result.total
        hits = deque(result.hits)
        result = replace(result, hits=())
        if given["count"]:
            click.echo(str(total))
        elif total or given["output"] == "json":
            _print(given["output"], result, hits, options, color)
        if not total and not given["explain"]:
            _print_why_empty(engine.explain(text, options))
    ctx.exit(0 if total else 1)


def hit_to_dict(hit: searchkit.Hit) -> dict[str, Any]:
    """A hit as version 1 of the JSON format has it."""
    return {
        **hit_to_row(hit),
        "title_marks": [list(mark) for mark in hit.title_marks],
        "snippets": [{"text": s.text, "marks": [list(mark) for mark in s.marks], "start": s.start} for s in hit.snippets],
    }


def hit_to_row(hit: searchkit.Hit) -> dict[str, Any]:
    """A hit without highlights and snippets, which take longer to make."""
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
    output: str | None,
    result: searchkit.SearchResult,
    unprinted: deque[searchkit.Hit],
    options: searchkit.SearchOptions,
    color: bool,
) -> None:
    shown = len(unprinted)
    # A hit keeps the article that it has read. Each is dropped when it is printed, so that -n 0
    # takes little memory.
    hits = (unprinted.popleft() for _ in range(shown))
    if output == "ids":
        print_lines(strip_controls(hit.id) for hit in hits)
    elif output in ("csv", "table"):
        print_rows(output, "hits", COLUMNS, map(hit_to_row, hits), {})
    elif output in ("json", "jsonl"):
        meta = {
            "version": FORMAT_VERSION,
            "query": result.query,
            "parsed": result.parsed,
            "index": {"generation": result.generation, "articles": result.articles},
            "took_ms": result.took_ms,
            "notes": list(result.notes),
        }
        print_rows(output, "hits", COLUMNS, map(hit_to_dict, hits), {"meta": meta, "total": result.total})
    else:
        print_lines(_render_hits(hits, options.offset, color), color=color)
        _print_total(result, shown, options)


def _render_hits(hits: Iterable[searchkit.Hit], offset: int, color: bool) -> Iterator[str]:
    width = screen_width()
    for rank, hit in enumerate(hits, offset + 1):
        lines = "\n".join(hit_lines(rank, hit, width, color))
        yield lines if rank == offset + 1 else "\n" + lines


def _print_total(result: searchkit.SearchResult, shown: int, options: searchkit.SearchOptions) -> None:
    took = f"{result.took_ms:.1f}" if result.took_ms < 10 else f"{result.took_ms:.0f}"
    found = f"{result.total:,} found"
    if not shown:
        print_diagnostic(f"{found}, none after the first {options.offset:,}")
        return
    if shown < result.total:
        found = f"{shown:,} of {found}" + (", -n 0 for all" if options.limit is not None else "")
    click.echo(err=True)
    print_note(f"{found} ({took} ms)")


def _print_explanation(explanation: searchkit.Explanation) -> None:
    print_note(f"typed:    {strip_controls(explanation.query)}")
    print_note(f"read as:  {strip_controls(explanation.parsed)}")
    if explanation.left_out:
        print_note(f"left out: {strip_controls(' '.join(explanation.left_out))}  (function words)")
    _print_clauses(explanation, terms=True)
    print_note(f"{explanation.total:>9,}  in all\n")


def _print_why_empty(explanation: searchkit.Explanation) -> None:
    if len(explanation.clauses) < 2:
        print_diagnostic(f"nothing found for {strip_controls(explanation.parsed)}")
        return
    print_diagnostic("nothing found; by itself each part finds:")
    _print_clauses(explanation, terms=False)


def _print_clauses(explanation: searchkit.Explanation, *, terms: bool) -> None:
    for clause in explanation.clauses:
        stems = [term for term in clause.terms if term != clause.text]
        searched = (
            f"  (searched as {strip_controls(' '.join(clause.terms))})" if terms and stems and '"' not in clause.text else ""
        )
        print_note(f"{clause.total:>9,}  {strip_controls(clause.text)}{searched}")
