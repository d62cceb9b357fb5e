"""Signs that could be operators where they are typed and are none: what notes and errors say.

A sign that is not read as an operator is punctuation, and vanishes from the query; the reader of
the answer is told when that could change what was meant.
"""

from __future__ import annotations

import re

# These stand as text, to be compiled when a query first needs them: each takes a millisecond.
EXCLUSION = r"""[-!](?=[#@'?~]?[^\W\d_]|[("*]|[=/]\S)"""
"""A sign that excludes what follows, at the beginning of a query or behind a blank or "("."""
DOUBLE_MINUS = r"--+(?=[^\W\d_])"
_LEADING_SIGNS = r"[^\w*?=/\\]+(?=[\w*?=/\\])"
_COMPARISON = r"([A-Za-z][A-Za-z\v]+)(==?|!=|=~|>=|<=|>|<)"


def leading_sign_note(typed: str, plain: str) -> str:
    """A note about a pretoken (as typed, and with plain dashes) that begins with a sign that could
    have been meant as an operator, or ""."""
    found = re.match(_LEADING_SIGNS, plain)
    if found is None:
        return ""
    signs, rest = plain[: found.end()], typed[found.end() :]
    rest = re.sub(r"[^\w*?~/=]+$", "", rest)
    if not re.search(r"\w", rest):
        return ""
    if "-" in signs or "!" in typed[: found.end()]:
        return f"{typed} is read as {rest}; NOT {rest} excludes it"
    if signs.endswith("~"):
        near = "" if rest.isdecimal() else f"; {rest}~ finds words spelled alike"
        return f"{typed} is read as {rest}{near}"
    return ""


def lone_sign_note(sign: str) -> str:
    """A note about a sign that stands alone, or ""."""
    if set(sign) == {"~"}:
        return "a ~ between blanks is punctuation; word~ finds words spelled alike"
    if "=" in sign and set(sign) <= set("=!<>"):
        return f"a {sign} between blanks is punctuation; =word finds a word as written, title:word one in a field"
    return ""


def trailing_sign_note(typed: str, following: str) -> str:
    """A note about a sign at the end of a pretoken that could have been meant to exclude what
    follows it, or ""."""
    if typed[-1:] in ("-", "!") and following in ("(", '"'):
        example = "NOT (...)" if following == "(" else 'NOT "..."'
        return f"a {typed[-1]} without a blank before it is punctuation; {example} excludes"
    return ""


def question_mark_note(typed: str) -> str:
    """A note about a ? at the end of a word that could have been meant as a wildcard, or ""."""
    word = re.sub(r"[?!.,;:]+$", "", typed)
    if "?" in typed[len(word) :] and (re.search(r"\d$", word) or set("*?") & set(word)):
        return f"a ? at the end of {typed} is punctuation; {word.rstrip('*?')}* finds any ending"
    return ""


def find_comparison(text: str, at: int) -> re.Match[str] | None:
    """A condition as other systems write it, at a character of a query: a name and a sign such as
    = or >."""
    if "=" not in text and "<" not in text and ">" not in text:
        return None
    return re.compile(_COMPARISON).match(text, at)
