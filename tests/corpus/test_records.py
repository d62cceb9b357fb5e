from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.control_characters import has_controls
from searchkit.corpus import ReadOptions, records
from searchkit.corpus.jsonl import _is_plain
from searchkit.corpus.key_sets import NAMES
from searchkit.corpus.records import Records
from searchkit.corpus.registry import Source
from searchkit.model import Article

SOURCE = Source("a.jsonl", "L", "", ReadOptions(), lambda failure: None)
KEYS = st.sampled_from([*(key for keys in NAMES.values() for key in keys.split()), "Title", "x", "", "meta", "a\u0007"])
TEXTS = st.text(st.sampled_from("ab \n\t\r\x00\x07\x85\x9f\u2003é,;\\"), max_size=5) | st.sampled_from(
    ["2020-04-26", "By A"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**40) | TEXTS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(["name", "who", "x"]), below, max_size=2),
    max_leaves=4,
)
RECORDS = st.dictionaries(KEYS, VALUES, max_size=6)


def article(made: Records, record: dict[str, Any], is_clean: bool = False) -> Article | None:
    return made.article(record, SOURCE, 1, "line 1", ("utf-8", 1.0), is_clean)


@given(st.lists(RECORDS, max_size=5))
def test_records_before_change_nothing(many: list[dict[str, Any]]) -> None:
    options = ReadOptions(map=(("authors", "meta.who"), ("title", "x")))
    shared = Records(options)
    assert [article(shared, record) for record in many] == [article(Records(options), record) for record in many]


@given(RECORDS)
def test_a_line_that_is_plain_needs_no_cleaning(record: dict[str, Any]) -> None:
    line = orjson.dumps(record)
    if _is_plain(line):
        assert article(Records(ReadOptions()), record, is_clean=True) == article(Records(ReadOptions()), record)
    found = article(Records(ReadOptions()), record, is_clean=_is_plain(line))
    if found is not None:
        assert not any(map(has_controls, (found.title, found.body, found.source, *found.authors, *found.extra.values())))


@pytest.mark.parametrize("text", ["\x00", "\x0b", "\r", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"])
def test_control_characters_make_a_line_unclean(text: str) -> None:
    for line in (orjson.dumps({"text": text}), b'{"text": "\\u%04x"}' % ord(text), b'{"text": "\\u%04X"}' % ord(text)):
        assert not _is_plain(line)


@pytest.mark.parametrize("text", ["", "a\n\tb", "\xa0", "é", "\u2003", "\u4e00", "😀"])
def test_other_characters_leave_a_line_clean(text: str) -> None:
    assert _is_plain(orjson.dumps({"text": text}))


def test_sets_of_keys_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "PLANS_KEPT", 3)
    made = Records(ReadOptions())
    for number in range(20):
        found = article(made, {"text": "x", f"key {number}": number})
        assert found is not None
        assert found.extra == {f"key {number}": str(number)}
        assert len(made._plans) <= 3


def test_a_key_that_came_too_late_for_its_field_is_left_over() -> None:
    found = article(Records(ReadOptions()), {"headline": "B", "title": "A", "text": "x", "content": "y", "_id": ""})
    assert found is not None
    assert (found.title, found.body, found.extra) == ("A", "x", {"headline": "B", "content": "y"})
