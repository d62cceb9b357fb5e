"""`searchkit search`: finds articles and prints them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

import searchkit
from searchkit.cli import candidates
from searchkit.cli.answers import HITS, print_answer
from searchkit.cli.arguments import QueryCommand
from searchkit.cli.last_search import save_search
from searchkit.cli.listing import FORMATS, Output, output_options
from searchkit.cli.options import (
    color_option,
    date_options,
    index_option,
    open_index,
    pager_option,
    query_options,
    score_options,
    search_options,
)
from searchkit.cli.pager import paged_output
from searchkit.cli.printers import print_json
from searchkit.cli.settings import SETTINGS, find_setting
from searchkit.cli.terminal import is_quiet, print_diagnostic, print_note, strip_controls, use_color


@click.command("search", cls=QueryCommand)
@click.argument("query", nargs=-1, metavar="QUERY...", shell_complete=candidates.query_words)
@index_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(0),
    default=None,
    metavar="N",
    help="How many articles to show (default: 10; 0: all).",
)
@click.option("--offset", type=click.IntRange(0), default=0, metavar="N", help="How many articles to skip first.")
@click.option(
    "--sort",
    type=click.Choice(SETTINGS["sort"].choices),
    default=None,
    help="Best, oldest or newest first (default: relevance).",
)
@date_options
@query_options
@score_options
@output_options(HITS)
@color_option
@pager_option
@click.option("--explain", is_flag=True, help="Also show how the query is read and what each part of it finds.")
@click.option(
    "--explain-score", metavar="ID", shell_complete=candidates.ids, help="Show what the score of one article is made of."
)
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
    output: Output = given["output"]
    if not text.strip() and not given["since"] and not given["until"]:
        raise click.UsageError("a query is needed; * finds everything")
    if given["explain_score"] is not None and output.format not in ("", "json"):
        raise click.UsageError("--explain-score goes with --json, and with no other form of output")
    options = search_options(given)
    color = use_color(find_setting("color", given["color"]).value)
    with open_index(given["place"]) as engine:
        if given["explain_score"] is not None:
            explained = engine.explain_score(text, given["explain_score"], options)
            with paged_output(pager=not given["no_pager"]):
                _print_score_explanation(explained, text, given["explain_score"], output.format)
            ctx.exit(0 if explained.matches else 1)
        if given["explain"]:
            _print_explanation(engine.explain(text, options))
        is_count = output.format == "count"
        result = engine.search(text, replace(options, limit=0) if is_count else options)
        total = result.total
        try:
            if is_count:
                click.echo(str(total))
            elif total or output.format in FORMATS:
                print_answer(output, result, options, color, pager=not given["no_pager"])
        finally:  # also when head or less has ended early
            if output.format in ("", "table"):
                save_search(find_setting("index", given["place"]).value, text, given, options.offset, result.hits)
        for note in result.notes:  # below the hits, where they stay on the screen
            print_diagnostic(f"note: {note}")
        if not is_quiet() and result.advice is not None:
            from searchkit.cli.advice import print_advice  # late: 1 ms at the start of a search that finds much

            print_advice(ctx, result.advice)
    ctx.exit(0 if total else 1)


def _print_explanation(explanation: searchkit.Explanation) -> None:
    print_note(f"typed:    {strip_controls(explanation.query)}")
    for name, text in explanation.saved.items():
        print_note(f"query:{name} is {strip_controls(text)}")
    print_note(f"read as:  {strip_controls(explanation.parsed)}")
    if explanation.left_out:
        print_note(f"left out: {strip_controls(' '.join(explanation.left_out))}  (function words)")
    _print_clauses(explanation)
    print_note(f"{explanation.total:>9,}  in all\n")


def _print_score_explanation(explanation: searchkit.ScoreExplanation, query: str, article_id: str, output: str) -> None:
    if output == "json":
        meta = {"version": 1, "query": query}
        print_json({"meta": meta, "id": article_id, "score": explanation.value, "explanation": explanation.to_dict()})
        return
    if not explanation.matches:
        print_diagnostic(f"the query does not match {strip_controls(article_id)}")
    click.echo(strip_controls(str(explanation), keep_lines=True))


def _print_clauses(explanation: searchkit.Explanation) -> None:
    for clause in explanation.clauses:
        stems = [term for term in clause.terms if term != clause.text]
        searched = f"  (searched as {strip_controls(' '.join(clause.terms))})" if stems and '"' not in clause.text else ""
        print_note(f"{clause.total:>9,}  {strip_controls(clause.text)}{searched}")
