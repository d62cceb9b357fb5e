from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.corpus.front_matter import Value, read_front_matter, read_names


def values(*lines: str) -> dict[str, Value] | None:
    found = read_front_matter(["---", *lines, "---", "Body."], 0)
    if found is None:
        return None
    assert found[1] == len(lines) + 2
    return dict(found[0])


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        (["k: plain: words"], "plain: words"),
        (["k:   blanks   "], "blanks"),
        (["k: words # a comment"], "words"),
        (["k: C# and a#b"], "C# and a#b"),
        (['k: "quoted: \\"a\\" \\u00e9"'], 'quoted: "a" é'),
        (['k: "quoted" # a comment'], "quoted"),
        (["k: 'it''s # one'"], "it's # one"),
        (['k: "never closed'], '"never closed'),
        (["k: null"], ""),
        (["k:"], ""),
        (["k: one", "  and two"], "one and two"),
        (["k: |", "  one", "    two", "", "  three"], "one\n  two\n\nthree"),
        (["k: >-", "  one", "  two"], "one two"),
        (["k:", "- a", "  - 'b'"], ["a", "b"]),
        (["k: [a, 'b, c', \"d\"]"], ["a", "b, c", "d"]),
        (["k: []"], []),
        (["k: [a, [b]]"], "[a, [b]]"),
        (["k: {a: b}"], "{a: b}"),
        (["k:", "  a: b", "  c: d"], "  a: b\n  c: d"),
        (["'k': a"], "a"),
    ],
)
def test_value_of_a_key(lines: list[str], value: Value) -> None:
    assert values("# a comment", *lines, "", "other: x") == {"k": value, "other": "x"}


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["k:", "  - name: Jane", "    mail: x"], (["Jane"], True)),
        (["k:", "- mail: x", "  name: 'Lee, Ann'", "- name: Bo"], (["Lee, Ann", "Bo"], True)),
        (["k:", "  - name: Jane", "  - name: Bo"], (["Jane", "Bo"], False)),
        (["k:", "  - name: Jane", "  - Bo Ek"], (["Jane", "Bo Ek"], False)),
        (["k:", "  - name: Jane", "    of:", "      name: MIT", "  - Bo Ek"], (["Jane", "Bo Ek"], True)),
        (["k:", "  name: Jane"], (["Jane"], False)),
        (["k:", "  mail: x"], ([], True)),
        (["k:", "  - name:", "    mail: x"], ([], True)),
        (["k: {name: Jane, mail: x}"], (["Jane"], True)),
        (["k: [{name: Jane}, {'name': \"Lee, Ann\"}]"], (["Jane", "Lee, Ann"], False)),
        (["k: Jane"], None),
        (["k: 'name: Jane'"], None),
        (["k: [Jane, Bo]"], None),
        (["k:", "- Jane", "- Bo"], None),
        (["k: [a, [b]]"], None),
        (["k:"], None),
    ],
)
def test_names_of_mappings(lines: list[str], names: tuple[list[str], bool] | None) -> None:
    found = values(*lines)
    assert found is not None
    assert read_names(found["k"]) == names


def test_what_is_no_front_matter() -> None:
    assert values("A sentence.") is None
    assert values() is None
    assert read_front_matter(["---", "k: v"], 0) is None
    assert read_front_matter(["k: v", "---"], 0) is None
    assert read_front_matter(["---", *["k: v"] * 600, "---"], 0) is None


def test_front_matter_may_end_in_dots() -> None:
    assert read_front_matter(["", "--- ", "k: v", "...", "Body."], 1) == ([("k", "v")], 4)


@given(st.lists(st.text(max_size=20) | st.sampled_from(["k: [", "- a", "  b", 'k: "', "k: |"]), max_size=6))
def test_any_lines_are_front_matter_or_none(lines: list[str]) -> None:
    found = read_front_matter(["---", *lines, "---"], 0)
    for _, value in found[0] if found else ():
        read_names(value)
