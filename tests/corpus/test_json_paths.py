from __future__ import annotations

from typing import Any

import pytest

from searchkit.corpus.json_paths import Items, Step, find_steps, longest_text, value_at, without_all, without_consumed

PARTS = Items("type", ("a", "b"))


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("pub_date", [Step("PubDate", ()), Step("pub_date", ())]),
        ("PubDate", [Step("PubDate", ()), Step("pub_date", ())]),
        ("meta.author.name", [Step("meta.author", ("name",))]),
        ("META.who", [Step("meta", ("who",))]),
        ("html:meta.who", [Step("meta", ("who",), "html")]),
        ("dc:title", [Step("dc:title", ())]),
        ("parts[type=a|b].text", [Step("parts", (PARTS, "text"))]),
        ("parts[type=a.b].text", [Step("parts", (Items("type", ("a.b",)), "text"))]),
        ("odd[key]", [Step("odd[key]", ())]),
        ("missing", []),
        ("missing.who", []),
    ],
)
def test_find_steps(path: str, steps: list[Step]) -> None:
    keys = {
        "pubdate": ["PubDate", "pub_date"],
        "meta": ["meta"],
        "meta.author": ["meta.author"],
        "dc:title": ["dc:title"],
        "parts": ["parts"],
        "odd[key]": ["odd[key]"],
    }
    # The key that is written as the path is comes first.
    found = find_steps(path, keys)
    assert sorted(found) == sorted(steps)
    assert not steps or path == "META.who" or found[0].key in path


@pytest.mark.parametrize(
    ("value", "path", "found"),
    [
        ({"a": {"b": 1}}, ("a", "b"), 1),
        ({"webTitle": 1}, ("web_title",), 1),
        ({"a": [{"b": 1}, {"b": None}, {"c": 2}, 5, {"b": 3}]}, ("a", "b"), [1, 3]),
        ([[{"b": 1}], {"b": 2}], ("b",), [[1], 2]),
        ([{"type": "a", "t": 1}, None, {"type": "c", "t": 2}, {"type": "b", "t": 3}], (PARTS, "t"), [1, 3]),
        ({"type": "a"}, (PARTS, "t"), None),
        ({"a": "text"}, ("a", "b"), None),
        ([], ("a",), None),
        (None, ("a",), None),
        (5, (), 5),
    ],
)
def test_value_at(value: Any, path: tuple[str | Items, ...], found: Any) -> None:
    assert value_at(value, path) == found


@pytest.mark.parametrize(
    ("value", "taken", "left"),
    [
        ({"a": 1, "b": 2}, [()], None),
        ({"a": 1, "b": 2}, [], {"a": 1, "b": 2}),
        ({"a": 1, "b": 2, "c": None}, [("a",)], {"b": 2}),
        ({"A_B": 1}, [("ab",)], None),
        ({"a": {"b": 1, "c": 2}}, [("a", "b")], {"a": {"c": 2}}),
        (
            [{"type": "a", "t": 1}, {"type": "b"}, {"type": "c", "t": 2}, None],
            [(PARTS, "t")],
            [{"type": "b"}, {"type": "c", "t": 2}],
        ),
        ([{"name": "A", "id": 1}, {"id": 2}, {"name": "B"}], [("name",)], [{"id": 1}, {"id": 2}]),
        ([{"type": "a", "t": 1, "u": 2, "v": 3}], [(PARTS, "t"), (PARTS, "u")], [{"v": 3}]),
        ([[{"name": "A", "id": 1}], [{"name": "B"}]], [("name",)], [[{"id": 1}]]),
        ({"A_B": 1, "ab": 2}, [("ab",)], {"A_B": 1}),
        ("text", [("a",)], "text"),
    ],
)
def test_left_over(value: Any, taken: list[tuple[str | Items, ...]], left: Any) -> None:
    assert without_consumed(value, [(path, without_all) for path in taken]) == left


@pytest.mark.parametrize(
    ("value", "length", "path"),
    [
        ("a b", 3, "key"),
        ("https://example.org/abc", 0, ""),
        ("渡輪", 2, "key"),
        ([{"t": "a b", "u": "c d"}, {"t": "e f"}], 6, "key.t"),
        ({"a": {"b": "c d e"}, "c": "x y"}, 5, "key.a.b"),
        (5, 0, ""),
    ],
)
def test_longest_text(value: Any, length: int, path: str) -> None:
    assert longest_text("key", value) == (length, path)
