"""Fragments of pages with characters that XML does not allow."""

from __future__ import annotations

import pytest

from searchkit.corpus.readers.html_fragments import parse_piece, remove

CHARACTERS = ["\x01", "&#1;", "&#x1f;", "\ufffe", "&#xFFFF;", "&#xD800;", "&#0;", "\x0b"]


@pytest.mark.parametrize("character", CHARACTERS)
def test_characters_that_xml_does_not_allow(character: str) -> None:
    root = parse_piece(f"<table><tr><td>One</td>{character}two<td>three</td></tr></table>")
    assert [word for word in ("One", "two", "three") if word not in "".join(root.itertext())] == []
    for before in ("<i>zero</i>", ""):
        root = parse_piece(f"<p>{before}<b>one</b>two{character}three</p>")
        remove(root.find(".//b"))
        assert "".join(root.itertext()).split("two")[0] == "zero" * bool(before)
        assert "".join(root.itertext()).endswith("three")
