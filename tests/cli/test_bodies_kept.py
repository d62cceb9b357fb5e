"""Promise 2: what `show --json` prints of a JSON body is the body, but for control characters and
outer blank lines."""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit.cli import main
from searchkit.control_characters import replace_controls
from searchkit.corpus.html_text import is_html

PIECES = (
    "<",
    ">",
    "&",
    "&amp;",
    "&#39;",
    "<b>",
    "</p>",
    "<IBM.N>",
    "x < y",
    "AT&T",
    "\n",
    "\n\n",
    "  ",
    "\t",
    "\r\n",
    "\f",
    "’",
)
BODIES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.lists(st.sampled_from(PIECES) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5), max_size=8).map(
        "".join
    ),
).filter(lambda body: not is_html(body))


def shown(bodies: list[str], encoding: str, escaped: bool, declared: str = "") -> list[str]:
    """The bodies as `show --json` prints them of a real index, whose root is in a `declared`
    encoding."""
    lines = [json.dumps({"title": "T", "body": body}, ensure_ascii=escaped) for body in bodies]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.jsonl").write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
        place = f"{folder}/index"
        with searchkit.open(place, create=True) as engine:
            options = {"encoding": [declared]} if declared else None
            report = engine.index([f"{folder}/a.jsonl"], label="L", options=options)
            assert (report.failures, report.warnings) == ((), ())
        found = []
        for number in range(1, len(bodies) + 1):
            out = io.StringIO()
            with contextlib.redirect_stdout(out), pytest.raises(SystemExit):
                main(["show", f"L#{number}", "--json", "-i", place])
            found.append(json.loads(out.getvalue())["body"])
        return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@settings(deadline=None, max_examples=6)
@example(
    ["Form\ffeed", "C1 \x85 and \x92", "\u2028line", "\n\n a \n\n", "&amp; stays", "<p> alone", " \n ", "\x85", " \x85\n"],
    False,
)
@given(st.lists(BODIES, min_size=1, max_size=10), st.booleans())
def test_show_gives_a_json_body_back(encoding: str, bodies: list[str], escaped: bool) -> None:
    # A body of white space alone is no text.
    wanted = ["" if text.isspace() else text.strip("\n") for text in map(replace_controls, bodies)]
    assert shown(bodies, encoding, escaped) == wanted


@pytest.mark.parametrize(
    "encoding", ["windows-1252", "windows-1251", "iso-8859-2", "koi8-r", "cp850", "gb18030", "shift_jis", "big5"]
)
@settings(deadline=None, max_examples=5)
@example(["Größe & Maß", "Баку", "żółć", "北京", "日本", "Form\ffeed", "\x85 and \x92"], False)
@given(st.lists(BODIES, min_size=1, max_size=10), st.booleans())
def test_show_gives_a_json_body_in_a_declared_encoding_back(encoding: str, bodies: list[str], escaped: bool) -> None:
    there = [body.encode(encoding, "ignore").decode(encoding) for body in bodies]
    there = [body for body in there if not is_html(body)]
    wanted = ["" if text.isspace() else text.strip("\n") for text in map(replace_controls, there)]
    assert shown(there, encoding, escaped, encoding) == wanted
