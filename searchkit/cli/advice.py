"""Prints why a search found nothing, and which searches find more, as commands to be pasted."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

import click
from click.core import ParameterSource

import searchkit
from searchkit.cli.terminal import print_diagnostic, print_note, quantity, screen_width, strip_controls
from searchkit.cli.wrapping import wrap

_REASONS = {
    "spelling": "did you mean this",
    "capitals": "with operators in capitals",
    "literal": "read as plain words",
    "without quotes": "without the quotes",
    "without": "without what finds nothing",
}
_ALONE, _WITHOUT = "alone", "without"


def print_advice(ctx: click.Context, diagnosis: searchkit.Diagnosis) -> None:
    """Print on stderr a table of clauses if nothing was found, and the suggestions."""
    if not diagnosis.total:
        clauses = diagnosis.clauses
        if len(clauses) > 1 or any(clause.parts for clause in clauses):
            _print_table(clauses)
        else:
            note = clauses[0].note if clauses else ""
            print_diagnostic(strip_controls(f"nothing found for {diagnosis.parsed}{note and f': {note}'}"))
        if diagnosis.unexamined:
            print_note(f"  {quantity(diagnosis.unexamined, 'more part was', 'more parts were')} not examined")
    for suggestion in diagnosis.suggestions:
        reason = _REASONS.get(suggestion.kind, suggestion.kind)
        mark = "?" if suggestion.kind == "spelling" else ""
        print_diagnostic(f"{reason} ({suggestion.total:,} found){mark}")
        print_note(f"  {_command_line(ctx, suggestion)}")


def _clause_text(clause: searchkit.ClauseDiagnosis) -> str:
    """A clause with what is known of it."""
    known = [clause.note] if clause.note else []
    if clause.corrections:
        spelled = " or ".join(f"{one.text} ({one.total:,})" for one in clause.corrections)
        known.insert(0, f"did you mean {spelled}?")
    return strip_controls(f"{clause.text}: {'; '.join(known)}" if known else clause.text)


def _print_table(clauses: Sequence[searchkit.ClauseDiagnosis]) -> None:
    """Print a line a clause: what it finds alone, what the query finds without it, and its text."""
    rows = [(depth, clause) for top in clauses for depth, clause in _with_parts(top)]
    has_without = any(clause.total_without is not None for _, clause in rows)
    alone = max(len(_ALONE), *(len(f"{clause.total:,}") for _, clause in rows))
    without = max(len(_WITHOUT), *(len(f"{clause.total_without or 0:,}") for _, clause in rows)) if has_without else 0
    print_diagnostic(f"nothing found; what each part finds alone{', and the query without it' if has_without else ''}:")
    print_note(f"  {_ALONE:>{alone}}" + (f"  {_WITHOUT:>{without}}" if has_without else ""))
    for depth, clause in rows:
        number = "" if clause.total_without is None else f"{clause.total_without:,}"
        head = f"  {clause.total:>{alone},}" + (f"  {number:>{without}}" if has_without else "")
        indent = " " * (len(head) + 2 + 2 * depth)
        lines = wrap(_clause_text(clause), (), screen_width(), indent)
        lines[0] = head + lines[0][len(head) :]
        print_note("\n".join(lines))


def _with_parts(clause: searchkit.ClauseDiagnosis, depth: int = 0) -> Iterator[tuple[int, searchkit.ClauseDiagnosis]]:
    """A clause and its parts, each with its depth. The parts are left out of a clause that finds
    something, unless one of them has a correction."""
    yield depth, clause
    inside = [each for part in clause.parts for each in _with_parts(part, depth + 1)]
    if not clause.total or any(part.corrections for _, part in inside):
        yield from inside


def _command_line(ctx: click.Context, suggestion: searchkit.Suggestion) -> str:
    """The command that was typed with another query, quoted for a shell."""
    words = ["searchkit", ctx.info_name or "search"]
    for parameter in ctx.command.get_params(ctx):
        if not isinstance(parameter, click.Option) or parameter.name not in ctx.params:
            continue  # --quiet is none of the parameters, and prints no advice
        if parameter.name == "offset":
            continue  # the suggestion may find fewer articles than were skipped
        value = ctx.params[parameter.name]
        is_place = parameter.name == "place" and value is not None  # -i may stand before the command too
        if not is_place and ctx.get_parameter_source(parameter.name) is not ParameterSource.COMMANDLINE:
            continue
        if parameter.is_flag:
            if value is True or value == parameter.flag_value:
                words.append(parameter.opts[-1])
        else:
            for each in value if parameter.multiple else [value]:
                words += [parameter.opts[0], str(each)]
    if suggestion.literal and "--literal" not in words:
        words.append("--literal")
    if suggestion.query.startswith("-"):
        words.append("--")
    return shlex.join([*words, suggestion.query])
